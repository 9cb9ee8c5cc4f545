"""The archive's index: one CDXJ line a page (sortable key, time, JSON), so that a page is read without scanning."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

from ..pages import ENTRY_FIELDS, PageEntry
from .records import digest_text

MAX_UNQUOTING = 5
_SHOWN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""Characters of an address that stand in a key as they are."""
_DEFAULT_PORTS = {("http", 80), ("https", 443)}


def index_path(folder: Path, name: str) -> Path:
    """Where the index of a WARC file stands: beside it."""
    return folder / (name.removesuffix(".warc.gz") + ".cdxj")


def index_line(entry: PageEntry) -> str:
    """A CDXJ line: sortable key of the address, 14-digit time, JSON.

    The keys before ``jejak`` are those that pywb and cdxj-indexer write, all strings; ``jejak`` is the entry itself.
    """
    found = {
        "url": entry.url,
        "mime": entry.mime,
        "status": str(entry.status),
        "digest": digest_text(bytes.fromhex(entry.payload_sha256)),
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": entry.warc_name,
        "jejak": {name: getattr(entry, name) for name in ENTRY_FIELDS},
    }
    stamp = re.sub(r"\D", "", entry.fetched_at)[:14]
    return f"{surt_key(entry.url)} {stamp} {json.dumps(found, ensure_ascii=False)}\n"


def entry_of_line(line: str) -> PageEntry | None:
    """The entry of an index line, or None if the line is not one of ours."""
    try:
        found = json.loads(line[line.index("{") :])
        entry = PageEntry(**found["jejak"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry if entry.is_sound() else None


def surt_key(url: str) -> str:
    """The address with its host turned round, so that an index sorts by domain: ``id,lintas)/berita``.

    The same key that the ``surt`` package gives, by which pywb looks pages up: without scheme, ``www``, default port,
    fragment and a slash at the end, in lower case, quoted the same way, parameters in order. What cannot be read as an
    address is its own key. Session numbers in parameters stay, which that package takes out.
    """
    try:
        parsed = urlsplit(url.strip())
        port = parsed.port
    except ValueError:
        return quote(url, safe=_SHOWN).lower()
    host = re.sub(r"^www\d*\.", "", (parsed.hostname or "").rstrip("."))
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = quote(host)
    shown = "" if port is None or (parsed.scheme, port) in _DEFAULT_PORTS else f":{port}"
    query = "&".join(sorted(_quoted(parsed.query).split("&")))
    key = f"{','.join(reversed(host.split('.')))}{shown}){_path(parsed.path)}"
    return f"{key}?{query}" if query else key


def _path(path: str) -> str:
    """The path without empty steps, without steps back and without a slash at its end."""
    steps: list[str] = []
    for step in _quoted(path).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/" + "/".join(steps)


def _quoted(text: str) -> str:
    """Quoted once however often it was quoted before, in lower case."""
    for _ in range(MAX_UNQUOTING):
        plain = unquote(text, errors="surrogateescape")
        if plain == text:
            break
        text = plain
    return quote(text, safe=_SHOWN, errors="surrogateescape").lower()


def lines_of(path: Path, key: str) -> Iterator[str]:
    """The lines of a sorted index whose key begins with ``key``, found by halving, not by reading the file.

    Args:
        path: the index.
        key: the beginning of a SURT key.

    Raises:
        OSError: if the file cannot be read.
    """
    wanted = key.encode("utf-8", "replace")
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            if _line_behind(file, middle)[: len(wanted)] < wanted:
                low = middle + 1
            else:
                high = middle
        line = _line_behind(file, low)
        while line.startswith(wanted):
            yield line.decode("utf-8", "replace")
            line = file.readline()


def _line_behind(file: IO[bytes], position: int) -> bytes:
    """The first line that begins at or behind a byte; past the last one, something that sorts behind every key."""
    file.seek(max(position - 1, 0))
    if position > 0:
        file.readline()
    return file.readline() or b"\xff"


def sort_index(path: Path) -> None:
    """Put the lines of a finished index in order, as readers of CDXJ expect."""
    # Not splitlines: a headline may hold what Unicode counts as the end of a line.
    lines = sorted(line for line in path.read_text("utf-8").split("\n") if line)
    _replace(path, "".join(f"{line}\n" for line in lines))


def write_index(path: Path, found: Iterable[PageEntry]) -> None:
    """Write the index of a WARC file whole."""
    _replace(path, "".join(sorted(map(index_line, found))))


def _replace(path: Path, text: str) -> None:
    # Two readers may find the same index missing: each writes its own draft, and both drafts are equal.
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
