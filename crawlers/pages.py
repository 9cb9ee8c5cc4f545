"""A fetched page: where it stands in the archive, and what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """An aware time as the archive and the frontier write it: ISO 8601 UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class PageEntry:
    """Where one page stands in the archive, and what was known when it was fetched.

    Attributes:
        outlet_id: registry id.
        crawl_id: the crawl that fetched it.
        url: address it was fetched from.
        canonical_url: identity of its article.
        part: number of the part of a many-page article, from 1.
        fetched_at: ISO 8601 UTC.
        status: HTTP status.
        mime: media type without parameters.
        payload_sha256: hex digest of the decoded body.
        warc_name: file name inside the archive folder, without the ``.open`` of an unfinished file.
        offset: first byte of the record in the file.
        length: bytes of the compressed record.
        feed_published_at: publication time a feed or sitemap gave, ISO 8601 with offset, or None.
        title_hint: headline a feed or list gave, or None.
    """

    outlet_id: str
    crawl_id: str
    url: str
    canonical_url: str
    part: int
    fetched_at: str
    status: int
    mime: str
    payload_sha256: str
    warc_name: str = ""
    offset: int = 0
    length: int = 0
    feed_published_at: str | None = None
    title_hint: str | None = None

    def is_sound(self) -> bool:
        """Whether its values are of the kinds they should be; a line or record of others may hold anything."""
        texts = (self.outlet_id, self.crawl_id, self.url, self.canonical_url, self.fetched_at, self.mime)
        hints = (text for text in (self.feed_published_at, self.title_hint) if text is not None)
        numbers = (self.part, self.status, self.offset, self.length)
        return (
            all(isinstance(text, str) and _is_writable(text) for text in (*texts, self.warc_name, *hints))
            and all(type(number) is int and 0 <= number < 1 << 62 for number in numbers)
            and isinstance(self.payload_sha256, str)
            and re.fullmatch(r"[0-9a-f]{64}", self.payload_sha256) is not None
            and self.part > 0
        )


def _is_writable(text: str) -> bool:
    """Whether a text has no lone surrogates, which can be written to no file."""
    return text.isascii() or not re.search("[\ud800-\udfff]", text)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it went out: ``line`` such as ``GET /berita/ HTTP/1.1``, and its headers in order."""

    line: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Page(PageEntry):
    """A page with its content.

    Attributes:
        body: decoded from transfer.
        headers: as answered.
        charset: as declared.
        reason: why it was fetched.
        sent: the request that was answered; None where it is not known.
        ip_address: of the host that answered, or None.
        notes: further fields of the metadata record, such as the file a page was imported from.
    """

    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    charset: str | None = None
    reason: str = ""
    sent: Sent | None = None
    ip_address: str | None = None
    notes: tuple[tuple[str, str], ...] = ()

    def entry(self) -> PageEntry:
        """The page without its content."""
        return PageEntry(**{name: getattr(self, name) for name in ENTRY_FIELDS})


ENTRY_FIELDS = tuple(PageEntry.__dataclass_fields__)
"""Names of what an entry holds, in order."""
