"""The archive's index: one CDXJ line a page (sortable key, time, JSON), so that a page is read without scanning."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from .pages import ENTRY_FIELDS, PageEntry


def index_path(folder: Path, name: str) -> Path:
    """Where the index of a WARC file stands: beside it."""
    return folder / (name.removesuffix(".warc.gz") + ".cdxj")


def index_line(entry: PageEntry) -> str:
    """A CDXJ line: sortable key of the address, 14-digit time, JSON."""
    digest = base64.b32encode(bytes.fromhex(entry.payload_sha256)).decode().rstrip("=")
    found = {
        "url": entry.url,
        "mime": entry.mime,
        "status": str(entry.status),
        "digest": f"sha256:{digest}",
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": entry.warc_name,
        "jejak": {name: getattr(entry, name) for name in ENTRY_FIELDS},
    }
    stamp = re.sub(r"\D", "", entry.fetched_at)[:14]
    return f"{_sort_key(entry.url)} {stamp} {json.dumps(found, ensure_ascii=False)}\n"


def entry_of_line(line: str) -> PageEntry | None:
    """The entry of an index line, or None if the line is not one of ours."""
    try:
        found = json.loads(line[line.index("{") :])
        return PageEntry(**found["jejak"])
    except (ValueError, KeyError, TypeError):
        return None


def _sort_key(url: str) -> str:
    """The address with its host turned round, so that an index sorts by domain: ``id,lintas)/berita``."""
    parsed = urlsplit(url)
    host = ",".join(reversed((parsed.hostname or "").split(".")))
    port = f":{parsed.port}" if parsed.port and parsed.port not in (80, 443) else ""
    query = f"?{parsed.query}" if parsed.query else ""
    return f"{host}{port}){parsed.path or '/'}{query}".lower().replace(" ", "%20")


def sort_index(path: Path) -> None:
    """Put the lines of a finished index in order, as readers of CDXJ expect."""
    lines = sorted(path.read_text("utf-8").splitlines(keepends=True))
    _replace(path, "".join(lines))


def write_index(path: Path, found: Iterable[PageEntry]) -> None:
    """Write the index of a WARC file whole."""
    _replace(path, "".join(sorted(map(index_line, found))))


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
