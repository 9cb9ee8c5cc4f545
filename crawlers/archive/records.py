"""WARC records as bytes: one gzip member each (ISO 28500, WARC 1.1).

Reading is warcio's. Writing is ours because a crawl writes several records a page, and warcio compresses at level 9
only and spends as long again on objects for headers it is given as text.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterable
from http import HTTPStatus
from uuid import uuid4

from ..pages import Page

COMPRESSION = 3
"""Level of gzip. On the pages of ``benchmarks/generated_site.py`` (70 KB) level 9 takes three times as long
and saves an eighth."""
CONTENT_TYPES = {
    "response": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
    "metadata": "application/warc-fields",
    "warcinfo": "application/warc-fields",
}
PAGE_HEADERS = {
    "Jejak-Outlet-Id": "outlet_id",
    "Jejak-Crawl-Id": "crawl_id",
    "Jejak-Canonical-Url": "canonical_url",
    "Jejak-Part": "part",
    "Jejak-Payload-Sha256": "payload_sha256",
    "Jejak-Feed-Published-At": "feed_published_at",
    "Jejak-Title-Hint": "title_hint",
}
"""WARC headers that carry what a page's entry says, by which a lost index is made anew."""
# The payload is kept decoded, so these would be false in the archive; Common Crawl keeps them under such names too.
_TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_LEFT_OUT = frozenset({"connection", "keep-alive", "set-cookie"})
_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

Headers = Iterable[tuple[str, str]]


def new_record_id() -> str:
    """An id no other record has."""
    return f"<urn:uuid:{uuid4()}>"


def fields_block(fields: Headers) -> bytes:
    """The block of a metadata or warcinfo record: one ``Name: value`` a line, those without value left out."""
    return "".join(f"{name}: {_CONTROL.sub(' ', value).strip()}\r\n" for name, value in fields if value).encode()


def http_head(first_line: str, headers: Headers) -> bytes:
    """The head of an HTTP message with the blank line behind it.

    Args:
        first_line: status or request line.
        headers: as answered or sent, one byte a character (Latin-1), which is how HTTP libraries hand them on.
    """
    lines = (f"{name}: {_CONTROL.sub(' ', value)}\r\n" for name, value in headers)
    return f"{first_line}\r\n{''.join(lines)}\r\n".encode("latin-1", "replace")


def packed_page(page: Page, info_id: str) -> tuple[bytes, bytes]:
    """The records of a page.

    Args:
        page: with its content.
        info_id: id of the file's warcinfo record.

    Returns:
        The response record; and behind it, as one, the request where it is known, and the metadata record.
    """
    response_id, linked = new_record_id(), [("WARC-Warcinfo-ID", info_id)] if info_id else []
    ours = [(header, str(value)) for header, name in PAGE_HEADERS.items() if (value := getattr(page, name)) is not None]
    ours.append(("Jejak-Reason", page.reason))
    address = [("WARC-IP-Address", page.ip_address)] if page.ip_address else []
    response = packed_record(
        "response",
        record_id=response_id,
        date=page.fetched_at,
        url=page.url,
        headers=[*address, *linked, *ours],
        head=http_head(_status_line(page.status), _kept_headers(page)),
        payload=page.body,
        payload_sha256=page.payload_sha256,
    )
    concurrent = [("WARC-Concurrent-To", response_id), *linked]
    beside = b""
    if page.sent is not None:
        beside = packed_record(
            "request",
            record_id=new_record_id(),
            date=page.fetched_at,
            url=page.url,
            headers=[*concurrent, *address],
            head=http_head(page.sent.line, page.sent.headers),
        )
    beside += packed_record(
        "metadata",
        record_id=new_record_id(),
        date=page.fetched_at,
        url=page.url,
        headers=concurrent,
        payload=fields_block([*ours, *page.notes]),
    )
    return response, beside


def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {_PHRASES.get(status, '')}".rstrip()


def _kept_headers(page: Page) -> list[tuple[str, str]]:
    """The answer's headers; those of the transfer renamed, so that a reader does not decode what is decoded."""
    kept = []
    for name, value in page.headers:
        lower = name.lower()
        if lower in _TRANSFER_HEADERS:
            kept.append((f"X-Crawl-{name}", value))
        elif lower not in _LEFT_OUT:
            kept.append((name, value))
    return [*kept, ("Content-Length", str(len(page.body)))]


def packed_record(
    kind: str,
    *,
    record_id: str,
    date: str,
    url: str = "",
    headers: Headers = (),
    head: bytes = b"",
    payload: bytes = b"",
    payload_sha256: str | None = None,
) -> bytes:
    """A whole record, compressed.

    Args:
        kind: ``response``, ``request``, ``metadata`` or ``warcinfo``.
        record_id: as ``new_record_id`` gives it.
        date: ISO 8601 UTC.
        url: address the record is about, none for warcinfo.
        headers: further WARC headers; control characters become blanks.
        head: of the HTTP message, with its blank line.
        payload: what follows it, or the block of a record that is no HTTP message.
        payload_sha256: hex digest of the payload, where it is known already.

    Raises:
        KeyError: for another kind.
    """
    block = hashlib.sha256(head)
    block.update(payload)
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {date}",
        *([f"WARC-Target-URI: {_CONTROL.sub('', url)}"] if url else []),
        *(f"{name}: {_CONTROL.sub(' ', value).strip()}" for name, value in headers),
        *([f"WARC-Payload-Digest: {_payload_digest(payload, payload_sha256)}"] if head else []),
        f"WARC-Block-Digest: {digest_text(block.digest())}",
        f"Content-Type: {CONTENT_TYPES[kind]}",
        f"Content-Length: {len(head) + len(payload)}",
    ]
    first = "\r\n".join(lines).encode("utf-8", "replace")
    # In one call: a compressor object of Python's takes ten times as long for a small record.
    return zlib.compress(b"".join((first, b"\r\n\r\n", head, payload, b"\r\n\r\n")), COMPRESSION, zlib.MAX_WBITS | 16)


def _payload_digest(payload: bytes, sha256: str | None) -> str:
    return digest_text(bytes.fromhex(sha256) if sha256 else hashlib.sha256(payload).digest())


def digest_text(sha256: bytes) -> str:
    """A digest as WARC headers and CDXJ indexes write it: ``sha256:`` and base 32.

    SHA-256 rather than the customary SHA-1, for which two pages with one digest can be made: an archive that is to
    prove something must not rest on it. warcio checks both, and pywb takes a digest as a word.
    """
    return f"sha256:{base64.b32encode(sha256).decode()}"
