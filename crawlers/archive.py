"""The archive: every page as it was answered, in WARC files that need no other software of ours to be read.

One response record a page, gzip per record (ISO 28500, WARC 1.1), and beside it a metadata record that says why it was
fetched. A CDXJ index line is appended for each, so that one page is read without scanning. While a file is being
written it is called ``….warc.gz.open``; it is renamed when it is closed. A file that a killed crawl left open is
mended by the next one: cut behind its last whole record, indexed anew, renamed.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from .cdxj import entry_of_line, index_line, index_path, sort_index, write_index
from .folder_lock import ArchiveError, FolderLock
from .pages import Page, PageEntry
from .records import fields_block, http_head, new_record_id, packed_record

__all__ = ["ArchiveError", "ArchiveWriter", "Page", "PageEntry", "entries", "read_page", "scan", "seal", "warc_names"]

MAX_BYTES = 1_000_000_000
OPEN = ".open"
# Headers that describe the transfer: the payload is kept decoded, so they would be false in the archive.
TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "set-cookie"})


_HEADERS = {
    "Jejak-Outlet-Id": "outlet_id",
    "Jejak-Crawl-Id": "crawl_id",
    "Jejak-Canonical-Url": "canonical_url",
    "Jejak-Part": "part",
    "Jejak-Payload-Sha256": "payload_sha256",
    "Jejak-Feed-Published-At": "feed_published_at",
    "Jejak-Title-Hint": "title_hint",
}


class ArchiveWriter:
    """Appends pages to the archive of one crawl. One writer a folder at a time; use as a context manager.

    Args:
        folder: the archive folder, made if missing.
        crawl_id: begins the file names.
        max_bytes: a file is closed and the next begun when it has grown to this size.

    Raises:
        ArchiveError: if the folder cannot be written, or another crawl is writing to it.
    """

    def __init__(self, folder: Path, crawl_id: str, max_bytes: int = MAX_BYTES) -> None:
        self.folder, self.crawl_id, self.max_bytes = folder, crawl_id, max_bytes
        self._lock = FolderLock(folder)
        self._lock.take()
        self.mended = _mend_all(folder)
        self._file: IO[bytes] | None = None
        self._index: IO[str] | None = None
        self._name = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, page: Page) -> PageEntry:
        """Append one page; see ``add_article``."""
        return self.add_article([page])[0]

    def add_article(self, pages: Sequence[Page]) -> list[PageEntry]:
        """Append all parts of an article; when this returns, a killed process loses nothing of it.

        They are written last part first, so that an article that stands there with its first part is whole.

        Returns:
            Their entries, with file name, offset and length, in the order of the parts.

        Raises:
            ArchiveError: if the file cannot be written (disk full, for instance).
        """
        try:
            if self._file is None or self._file.tell() >= self.max_bytes:
                self._begin()
            written = [self._append(page) for page in sorted(pages, key=lambda page: -page.part)]
        except OSError as error:
            raise ArchiveError(f"cannot write to {self.folder / self._name}: {error}; free space and go on") from error
        return written[::-1]

    def _append(self, page: Page) -> PageEntry:
        assert self._file is not None
        assert self._index is not None
        start = self._file.tell()
        end = _write_page(self._file, page)
        page.warc_name, page.offset, page.length = self._name, start, end - start
        entry = page.entry()
        self._index.write(index_line(entry))
        self._index.flush()
        return entry

    def close(self) -> None:
        """Finish the file being written, rename it, and let other crawls in."""
        self._finish()
        self._lock.release()

    def _begin(self) -> None:
        self._finish()
        number = 1
        while (name := f"{self.crawl_id}-{number:05d}.warc.gz") and (
            (self.folder / name).exists() or (self.folder / (name + OPEN)).exists()
        ):
            number += 1
        self._name = name
        self._file = (self.folder / (name + OPEN)).open("wb")
        self._index = index_path(self.folder, name).open("w", encoding="utf-8")
        about = [("software", "Jejak"), ("format", "WARC File Format 1.1"), ("isPartOf", self.crawl_id)]
        self._file.write(
            packed_record(
                "warcinfo",
                record_id=new_record_id(),
                date=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                headers=[("WARC-Filename", name)],
                payload=fields_block(about),
            )
        )
        self._file.flush()

    def _finish(self) -> None:
        if self._file is None or self._index is None:
            return
        self._index.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        sort_index(index_path(self.folder, self._name))
        (self.folder / (self._name + OPEN)).rename(self.folder / self._name)


def seal(folder: Path) -> list[str]:
    """Mend and close the files that a killed crawl left open.

    Returns:
        Names of the files closed; none while a crawl is writing to the folder, which closes its own.
    """
    if not folder.is_dir():
        return []
    lock = FolderLock(folder)
    try:
        lock.take()
    except ArchiveError:
        return []
    try:
        return _mend_all(folder)
    finally:
        lock.release()


def warc_names(folder: Path) -> list[str]:
    """Names of the finished WARC files, oldest first."""
    return sorted(path.name for path in folder.glob("*.warc.gz"))


def entries(folder: Path, names: Iterable[str] | None = None) -> Iterator[PageEntry]:
    """The pages of the archive, file by file in the order they were fetched.

    A file without an index is indexed first. Lines and records that are not ours are passed over.

    Args:
        folder: the archive folder.
        names: only these files; all finished ones by default.
    """
    for name in names if names is not None else warc_names(folder):
        index = index_path(folder, name)
        if not index.exists():
            write_index(index, scan(folder / name, name))
        found = []
        for line in index.read_text("utf-8", "replace").splitlines():
            entry = entry_of_line(line)
            if entry is not None:
                entry.warc_name = name
                found.append(entry)
        yield from sorted(found, key=lambda entry: entry.offset)


def read_page(folder: Path, entry: PageEntry) -> Page:
    """One page with its content.

    Raises:
        ArchiveError: if the file is missing, or what stands there is not the page the entry speaks of.
    """
    path = folder / entry.warc_name
    if not path.exists() and (folder / (entry.warc_name + OPEN)).exists():
        path = folder / (entry.warc_name + OPEN)
    try:
        with path.open("rb") as file:
            file.seek(entry.offset)
            record = next(iter(ArchiveIterator(BytesIO(file.read(entry.length)))))
            # Bytes from the middle of a record can by chance be taken for one of an older format.
            if record.rec_headers.get_header("WARC-Target-URI") != entry.url:
                raise ValueError("no record of this page there")
            body = record.content_stream().read()
    except (OSError, StopIteration, ArchiveLoadFailed, ValueError, zlib.error) as error:
        raise ArchiveError(
            f"cannot read {entry.url} at byte {entry.offset} of {path}: {error or 'no record there'}; "
            f"delete {index_path(folder, entry.warc_name).name} to index the file anew"
        ) from error
    if hashlib.sha256(body).hexdigest() != entry.payload_sha256:
        raise ArchiveError(
            f"the page {entry.url} in {path} does not have the SHA-256 of the index; the file was altered"
        )
    headers = [(name, value) for name, value in record.http_headers.headers] if record.http_headers else []
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return Page(
        **asdict(entry),
        body=body,
        headers=headers,
        charset=charset.group(1) if charset else None,
        reason=record.rec_headers.get_header("Jejak-Reason") or "",
    )


def scan(path: Path, name: str) -> Iterator[PageEntry]:
    """The pages of a WARC file, read record by record; ends quietly at the first byte that is no record."""
    with path.open("rb") as file:
        for start, end, record in _records(file):
            if record["type"] == "response" and record["headers"].get("Jejak-Outlet-Id"):
                yield _entry_of_headers(record, name, start, end - start)


def _records(file: IO[bytes]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Each whole record with its first byte and the byte behind it."""
    iterator = ArchiveIterator(file)
    try:
        for record in iterator:
            start = iterator.get_record_offset()
            headers = dict(record.rec_headers.headers)
            http = record.http_headers
            found = {
                "type": record.rec_type,
                "headers": headers,
                "status": int(http.get_statuscode() or 0) if http else 0,
                "mime": (http.get_header("Content-Type") or "").split(";")[0].strip() if http else "",
            }
            iterator.read_to_end(record)
            end = start + iterator.get_record_length()
            yield start, end, found
    except (ArchiveLoadFailed, EOFError, OSError, ValueError):
        # The rest of the file is foreign or torn: what was whole has been given.
        return


def _entry_of_headers(record: dict[str, Any], name: str, offset: int, length: int) -> PageEntry:
    headers = record["headers"]
    found = {attribute: headers.get(header) for header, attribute in _HEADERS.items()}
    found["part"] = int(found["part"] or 1)
    return PageEntry(
        url=headers["WARC-Target-URI"],
        fetched_at=headers["WARC-Date"],
        status=record["status"],
        mime=record["mime"],
        warc_name=name,
        offset=offset,
        length=length,
        **found,
    )


def _write_page(file: IO[bytes], page: Page) -> int:
    """Write response and metadata records; returns the byte behind the response record."""
    response_id = new_record_id()
    ours = [(header, str(value)) for header, name in _HEADERS.items() if (value := getattr(page, name)) is not None]
    ours.append(("Jejak-Reason", page.reason))
    kept = [(name, value) for name, value in page.headers if name.lower() not in TRANSFER_HEADERS]
    head = http_head(f"HTTP/1.1 {page.status}", [*kept, ("Content-Length", str(len(page.body)))])
    response = packed_record(
        "response",
        record_id=response_id,
        date=page.fetched_at,
        url=page.url,
        headers=ours,
        head=head,
        payload=page.body,
        payload_sha256=page.payload_sha256,
    )
    metadata = packed_record(
        "metadata",
        record_id=new_record_id(),
        date=page.fetched_at,
        url=page.url,
        headers=[("WARC-Concurrent-To", response_id)],
        payload=fields_block(ours),
    )
    end = file.tell() + len(response)
    file.write(response)
    file.write(metadata)
    file.flush()
    return end


def _mend_all(folder: Path) -> list[str]:
    return [_mend(path) for path in sorted(folder.glob("*.warc.gz" + OPEN))]


def _mend(path: Path) -> str:
    """Cut a torn file behind its last whole record, index it anew and rename it."""
    name = path.name.removesuffix(OPEN)
    with path.open("r+b") as file:
        file.truncate(_end_of_whole_members(file))
        found = list(scan(path, name))
        # Parts are written last to first: an article without its first part was being written, and is fetched anew.
        while found and found[-1].part > 1:
            file.truncate(found.pop().offset)
        os.fsync(file.fileno())
    write_index(index_path(path.parent, name), found)
    path.rename(path.with_name(name))
    return name


def _end_of_whole_members(file: IO[bytes]) -> int:
    """The byte behind the last gzip member that is complete with its checksum; each member is one record."""
    end = position = 0
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while chunk := file.read(1 << 16):
        while chunk:
            try:
                waste = member.decompress(chunk, 1 << 20)
                while member.unconsumed_tail and waste:
                    waste = member.decompress(member.unconsumed_tail, 1 << 20)
            except zlib.error:
                return end
            rest = member.unused_data
            position += len(chunk) - len(rest)
            chunk = rest
            if member.eof:
                end = position
                member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return end
