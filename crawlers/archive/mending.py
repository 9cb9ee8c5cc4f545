"""Closing what a killed writer left: the file is cut behind its last whole article, indexed anew and renamed."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ..pages import PageEntry
from .cdxj import index_path, write_index
from .open_files import OPEN, abandoned_files
from .records import PAGE_HEADERS

UNREADABLE: tuple[type[Exception], ...] = (
    ArchiveLoadFailed,
    StopIteration,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    # warcio stumbles over some records that begin well.
    AttributeError,
    LookupError,
    TypeError,
)
"""What reading a WARC file with warcio may raise where its bytes are foreign or torn."""


def seal(folder: Path) -> list[str]:
    """Mend and close the files that killed writers left open; those of living writers are left alone.

    Returns:
        Names of the files closed.
    """
    if not folder.is_dir():
        return []
    try:
        return mend_all(folder)
    except OSError:
        # A folder that cannot be written, such as a copy on a read-only medium, can still be read.
        return []


def mend_all(folder: Path) -> list[str]:
    """The same.

    Raises:
        OSError: if the folder or one of the files cannot be written.
    """
    taken = abandoned_files(folder)
    try:
        return [_mend(folder, name, file) for name, file in taken]
    finally:
        for _, file in taken:
            file.close()


def scan(path: Path, name: str) -> Iterator[PageEntry]:
    """The pages of a WARC file, read record by record; ends quietly at the first byte that is no record."""
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        try:
            for record in iterator:
                start = iterator.get_record_offset()
                entry = entry_of_record(record, name, start, iterator.get_record_length())
                if entry is not None:
                    yield entry
        except UNREADABLE:
            # The rest of the file is foreign or torn: what was whole has been given.
            return


def entry_of_record(record: Any, name: str, offset: int, length: int) -> PageEntry | None:
    """The entry of a record warcio has read, or None if it is no page of ours."""
    headers = dict(record.rec_headers.headers)
    if record.rec_type != "response" or not headers.get("Jejak-Outlet-Id"):
        return None
    http = record.http_headers
    found: dict[str, Any] = {attribute: headers.get(header) for header, attribute in PAGE_HEADERS.items()}
    found["part"] = _number(found["part"] or "1")
    entry = PageEntry(
        url=headers.get("WARC-Target-URI", ""),
        fetched_at=headers.get("WARC-Date", ""),
        status=_number(http.get_statuscode()) if http else 0,
        mime=(http.get_header("Content-Type") or "").split(";")[0].strip().lower() if http else "",
        warc_name=name,
        offset=offset,
        length=length,
        **found,
    )
    return entry if entry.url and entry.is_sound() else None


def _number(text: str | None) -> int:
    """A small whole number of a header; 0 for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def _mend(folder: Path, name: str, file: FileIO) -> str:
    path = folder / (name + OPEN)
    file.truncate(_end_of_whole_members(file))
    found = list(scan(path, name))
    # Parts are written last to first: an article without its first part was being written, and is fetched anew.
    while found and found[-1].part > 1:
        file.truncate(found.pop().offset)
    os.fsync(file.fileno())
    write_index(index_path(folder, name), found)
    path.rename(folder / name)
    return name


def _end_of_whole_members(file: FileIO) -> int:
    """The byte behind the last gzip member that is complete with its checksum; each member is one record."""
    end = position = 0
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    file.seek(0)
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
