"""The archive: every page as it was answered, in WARC files that need no other software of ours to be read.

A page is a response record, beside it the request that was sent and a metadata record that says why, each a gzip member
of its own (ISO 28500, WARC 1.1) that names the response as concurrent. A CDXJ index line is appended for each page, so
that one page is read without scanning. While a file is being written it is called ``….warc.gz.open`` and locked by its
writer; it is renamed when it is closed. Several writers may work in one folder, each in files of its own, and readers
beside them. A file that a killed writer left open is mended by the next one, or by ``seal``.

A page that is answered again as it was is not written again, and no revisit record is kept: conditional requests and
digests find that out before, and the frontier remembers when an article was last seen unchanged.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO, FileIO
from pathlib import Path
from typing import IO, Self

from warcio.archiveiterator import ArchiveIterator

from ..frontier.known import Fingerprint
from ..pages import Page, PageEntry, utc_text
from .cdxj import entry_of_line, index_line, index_path, sort_index, write_index
from .mending import UNREADABLE, mend_all, scan
from .open_files import OPEN, ArchiveError, make_folder, new_file
from .records import fields_block, new_record_id, packed_page, packed_record

MAX_BYTES = 1_000_000_000


class ArchiveWriter:
    """Appends pages to the archive of one crawl, in files no other writer touches; use as a context manager.

    From its first page until it is closed, one of its files is open: ``open_crawls`` names the crawl all that time.

    Args:
        folder: the archive folder, made if missing.
        crawl_id: begins the file names.
        max_bytes: a file is closed and the next begun when it has grown to this size; the parts of an article stay in
            one file, which may so become larger by one article.
        about: further fields for the warcinfo record of each file.

    Raises:
        ArchiveError: if the folder cannot be written.
    """

    def __init__(
        self, folder: Path, crawl_id: str, max_bytes: int = MAX_BYTES, about: Mapping[str, str] | None = None
    ) -> None:
        self.folder, self.crawl_id, self.max_bytes, self.about = folder, crawl_id, max_bytes, dict(about or {})
        make_folder(folder)
        self._file: FileIO | None = None
        self._index: IO[str] | None = None
        self._name = self._info_id = ""
        try:
            self.mended = mend_all(folder)
        except OSError as error:
            raise ArchiveError(f"cannot mend what a killed crawl left in {folder}: {error}; free space") from error

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
            ArchiveError: if the file cannot be written (disk full, for instance); it then ends as it did before.
        """
        try:
            if self._file is None or self._file.tell() >= self.max_bytes:
                self._begin()
            return self._append(sorted(pages, key=lambda page: -page.part))[::-1]
        except OSError as error:
            raise ArchiveError(f"cannot write to {self.folder / self._name}: {error}; free space and go on") from error

    def _append(self, pages: Sequence[Page]) -> list[PageEntry]:
        assert self._file is not None
        assert self._index is not None
        start = end = self._file.tell()
        pieces, written = [], []
        for page in pages:
            response, beside = packed_page(page, self._info_id)
            page.warc_name, page.offset, page.length = self._name, end, len(response)
            pieces += [response, beside]
            end += len(response) + len(beside)
            written.append(page.entry())
        try:
            _write_all(self._file, b"".join(pieces))
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(start)
            self._file.seek(start)
            raise
        self._index.write("".join(map(index_line, written)))
        self._index.flush()
        return written

    def sync(self) -> None:
        """See that what was added stands on the disk, so that a power cut loses nothing of it either.

        Raises:
            ArchiveError: if it cannot be written.
        """
        if self._file is None:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ArchiveError(f"cannot write to {self.folder / self._name}: {error}; free space and go on") from error

    def close(self) -> None:
        """Finish the file being written and rename it."""
        self._finish()

    def _begin(self) -> None:
        name, file = new_file(self.folder, self.crawl_id)
        info_id = new_record_id()
        about = {"software": "Jejak", "format": "WARC File Format 1.1", "isPartOf": self.crawl_id, **self.about}
        try:
            index = index_path(self.folder, name).open("w", encoding="utf-8")
            _write_all(
                file,
                packed_record(
                    "warcinfo",
                    record_id=info_id,
                    date=utc_text(datetime.now(UTC)),
                    headers=[("WARC-Filename", name)],
                    payload=fields_block(about.items()),
                ),
            )
        except OSError:
            file.close()
            raise
        self._finish()
        self._name, self._file, self._index, self._info_id = name, file, index, info_id

    def _finish(self) -> None:
        if self._file is None or self._index is None:
            return
        self._index.close()
        os.fsync(self._file.fileno())
        sort_index(index_path(self.folder, self._name))
        # The lock is let go after the renaming: until then the file is nobody else's to mend.
        (self.folder / (self._name + OPEN)).rename(self.folder / self._name)
        self._file.close()
        self._file = None


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
        for line in index.read_text("utf-8", "replace").split("\n"):
            entry = entry_of_line(line)
            if entry is not None:
                entry.warc_name = name
                found.append(entry)
        yield from sorted(found, key=lambda entry: entry.offset)


def read_page(folder: Path, entry: PageEntry) -> Page:
    """One page with its content.

    Args:
        folder: the archive folder.
        entry: where it stands; its length may be 0, unknown.

    Raises:
        ArchiveError: if the file is missing, or what stands there is not the page the entry speaks of.
    """
    path = folder / entry.warc_name
    try:
        with _opened(path) as file:
            file.seek(entry.offset)
            record = next(iter(ArchiveIterator(BytesIO(file.read(entry.length)) if entry.length else file)))
            # Bytes from the middle of a record can by chance be taken for one of an older format.
            if record.rec_headers.get_header("WARC-Target-URI") != entry.url:
                raise ValueError("no record of this page there")
            body = record.content_stream().read()
    except UNREADABLE as error:
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
        ip_address=record.rec_headers.get_header("WARC-IP-Address"),
    )


def archived_fingerprint(folder: Path, entry: PageEntry) -> Fingerprint:
    """By what an archived page is known again when it is asked for anew: the validators of its answer.

    Raises:
        ArchiveError: if the page cannot be read.
    """
    headers = {name.lower(): value for name, value in read_page(folder, entry).headers}
    return Fingerprint(headers.get("etag"), headers.get("last-modified"))


def _opened(path: Path) -> IO[bytes]:
    """A file of the archive, finished or not; its writer may rename it just now."""
    for candidate in (path, path.with_name(path.name + OPEN)):
        with contextlib.suppress(FileNotFoundError):
            return candidate.open("rb")
    return path.open("rb")


def _write_all(file: FileIO, content: bytes) -> None:
    """Write all of it; a file without buffer may take a part only."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) or 0 :]
