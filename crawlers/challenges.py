"""Pages that ask the visitor to prove being human: recognised by the marks of ``challenges.toml``, and left alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "challenges.toml"
_HEAD = 32_768
"""Bytes of a page that are searched."""
_LONG_PAGE = 98_304
"""Bytes from which a page is no challenge, unless it was refused."""
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,300})")
_SILENT = re.compile(rb"<(script|style|noscript|svg)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^<>]{0,5000}>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The marks of one service, in small letters; see ``challenges.toml``."""

    service: str
    headers: tuple[tuple[str, str], ...]
    title: tuple[bytes, ...]
    page: tuple[bytes, ...]
    refused: tuple[bytes, ...]


def challenge_of(status: int, body: bytes, headers: Mapping[str, str]) -> str | None:
    """The service whose challenge an answer is, or None if it is none.

    Args:
        status: HTTP status.
        body: the decoded body.
        headers: of the answer, names in small letters.
    """
    for mark in _marks():
        if any(headers.get(name, "").lower() == value for name, value in mark.headers):
            return mark.service
    is_refused = status in _content()["refused_statuses"]
    if len(body) > _LONG_PAGE and not is_refused:
        return None
    head = body[:_HEAD].lower()
    found = _TITLE.search(head)
    title = found[1] if found else b""
    for mark in _marks():
        if is_refused and any(piece in head for piece in mark.refused):
            return mark.service
        is_marked = any(piece in title for piece in mark.title) or any(piece in head for piece in mark.page)
        if is_marked and (is_refused or _is_short(body)):
            return mark.service
    return None


def _is_short(body: bytes) -> bool:
    """Whether a page shows fewer letters and digits than the shortest news item."""
    text = _SILENT.sub(b" ", body.lower())
    return sum(map(len, re.findall(rb"\w+", text))) < int(_content()["short_text"])


@lru_cache
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@lru_cache
def _marks() -> tuple[Challenge, ...]:
    return tuple(
        Challenge(
            row["service"],
            tuple((name.lower(), value.lower()) for name, value in row.get("headers", {}).items()),
            *(tuple(piece.lower().encode() for piece in row.get(key, ())) for key in ("title", "page", "refused")),
        )
        for row in _content()["challenge"]
    )
