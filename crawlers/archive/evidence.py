"""What a page said on a day: its versions in the archive, and the records that prove each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from ..pages import PageEntry
from .cdxj import entry_of_line, index_path, lines_of, surt_key
from .mending import UNREADABLE
from .open_files import ArchiveError
from .writing import entries, warc_names


@dataclass(frozen=True, slots=True)
class Beside:
    """A record that belongs to a page's response.

    Attributes:
        kind: ``request`` or ``metadata``.
        headers: WARC headers.
        block: what it holds, as it stands there: the head of the request, or lines ``Name: value``.
    """

    kind: str
    headers: dict[str, str]
    block: bytes


def versions(folder: Path, urls: Collection[str]) -> list[PageEntry]:
    """Every version of an article that stands in finished files, all its parts, oldest first.

    The indexes are searched by halving. Only if that finds nothing are they read whole: an address with a port, or a
    mirror's, sorts elsewhere than the canonical one.

    Args:
        folder: the archive folder.
        urls: addresses of the article, its canonical one among them.
    """
    found = _of_article(_sought(folder, urls), urls) or _of_article(entries(folder), urls)
    return sorted(found, key=lambda entry: (entry.fetched_at, entry.part))


def _sought(folder: Path, urls: Collection[str]) -> Iterable[PageEntry]:
    for name in warc_names(folder):
        index = index_path(folder, name)
        if not index.exists():
            yield from entries(folder, [name])
            continue
        for key in {surt_key(url) for url in urls}:
            for line in lines_of(index, key):
                if (entry := entry_of_line(line)) is not None:
                    entry.warc_name = name
                    yield entry


def _of_article(found: Iterable[PageEntry], urls: Collection[str]) -> list[PageEntry]:
    seen: dict[tuple[str, int], PageEntry] = {}
    for entry in found:
        if entry.canonical_url in urls or entry.url in urls:
            seen[entry.warc_name, entry.offset] = entry
    return list(seen.values())


def records_beside(folder: Path, entry: PageEntry) -> list[Beside]:
    """The request and metadata records of a page; no request in archives of older versions.

    Raises:
        ArchiveError: if the file cannot be read.
    """
    found: list[Beside] = []
    path = folder / entry.warc_name
    try:
        with path.open("rb") as file:
            file.seek(entry.offset)
            iterator = iter(ArchiveIterator(file))
            response = next(iterator)
            record_id = response.rec_headers.get_header("WARC-Record-ID")
            for record in iterator:
                if record.rec_headers.get_header("WARC-Concurrent-To") != record_id:
                    break
                head = record.http_headers.to_bytes() if record.http_headers else b""
                block = head + record.raw_stream.read()
                found.append(Beside(record.rec_type, dict(record.rec_headers.headers), block))
    except UNREADABLE as error:
        if not found:
            raise ArchiveError(
                f"cannot read what stands beside {entry.url} in {path}: {error or 'nothing there'}; "
                "`jejak archive verify` says what is wrong with the file"
            ) from error
    return found
