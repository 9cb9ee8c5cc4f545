"""An article: what cleaning makes of a page, and what extraction reads."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from typing import Any

# Halves of a character that JSON can spell (``\\ud83d``) and no file can hold.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which neither UTF-8 nor any library behind us can hold.

    Its length and all offsets stay.
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def article_id(canonical_url: str) -> str:
    """The article's deterministic id: ``a-`` and 16 hex digits of the canonical URL's SHA-256."""
    return "a-" + hashlib.sha256(canonical_url.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OutletHints:
    """What is known of the outlet a page comes from; an unknown outlet has none of it.

    Attributes:
        outlet_id: the registry's id, or an empty string.
        name: the outlet's name, cut off from titles and datelines.
        family: content-management family, which chooses the cleaning rules.
        timezone: IANA zone of the newsroom, used for times printed without an offset.
        province_code: Kemendagri code; a weak hint, never the place of an event.
    """

    outlet_id: str = ""
    name: str = ""
    family: str = "generic"
    timezone: str = "Asia/Jakarta"
    province_code: str | None = None


@dataclass(slots=True)
class Article:
    """One news article.

    Attributes:
        id: deterministic id of the canonical URL, or whatever id the caller's record has.
        url: where it was fetched.
        canonical_url: its identity.
        title: headline without the site's name.
        authors: reporters, without editors.
        published_at: ISO 8601 with offset, or None when unknown.
        modified_at: ISO 8601 with offset, or None.
        dateline: the place and outlet words cut off from the start of the text, or None.
        text: paragraphs separated by one newline.
        language: ISO 639-1 code, or ``und``.
        section: the outlet's section, or None.
        tags: the outlet's keywords.
        published_from: where ``published_at`` stands: ``page``, ``list`` (feed or sitemap) or ``address``. For those
            who watch an outlet's pages; no part of the JSON object.
    """

    id: str
    url: str
    canonical_url: str
    title: str
    text: str
    authors: list[str] = field(default_factory=list)
    published_at: str | None = None
    modified_at: str | None = None
    dateline: str | None = None
    language: str = "und"
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    published_from: str | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """The article as a JSON object."""
        found = asdict(self)
        del found["published_from"]
        return found
