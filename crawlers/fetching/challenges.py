"""Pages that ask the visitor to prove being human: recognised by the marks of ``challenges.toml``, and left alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "challenges.toml"
_HEAD = 32_768
"""Bytes of a page that are searched."""
_LONG_PAGE = 98_304
"""Bytes from which a page is no challenge, unless it was refused."""
_TITLE = re.compile(rb"<title[^<>]{0,200}>([^<]{0,300})")
_PARAGRAPH = re.compile(rb"<p(?:\s[^<>]{0,500})?>\s{0,200}[^<\s]")
_OPENING = 4_096
"""Bytes from the first paragraph on that are looked at before the page is searched for marks."""
_HIDDEN = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<noscript", b"</noscript"), (b"<svg", b"</svg"),
           (b"<!--", b"-->"))  # fmt: skip
_NO_LETTERS = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789_"))
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
    if not is_refused and _opens_with_text(head):
        return None
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
    return _letters(body.lower()) < int(_content()["short_text"])


def _opens_with_text(head: bytes) -> bool:
    """Whether the first paragraphs alone show that a page is not short, which is quicker than to look for all marks.

    Args:
        head: where the page begins, in small letters.
    """
    found = _PARAGRAPH.search(head)
    if found is None or any(
        head.rfind(begin, 0, found.start()) > head.rfind(end, 0, found.start()) for begin, end in _HIDDEN
    ):
        return False
    opening = head[found.start() : found.start() + _OPENING]
    # The last tag may be cut in two, and would then count as text.
    return _letters(opening[: opening.rfind(b"<")]) >= int(_content()["short_text"])


def _letters(page: bytes) -> int:
    """Letters and digits that a page in small letters shows, outside tags, scripts and the like."""
    return len(_SILENT.sub(b"", page).translate(None, _NO_LETTERS))


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
