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
from uuid import uuid4

COMPRESSION = 3
"""Level of gzip. On news pages of 70 KB level 9 takes four times as long and saves a seventh (docs/benchmarks.md)."""
CONTENT_TYPES = {
    "response": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
    "metadata": "application/warc-fields",
    "warcinfo": "application/warc-fields",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

Headers = Iterable[tuple[str, str]]


def new_record_id() -> str:
    """An id no other record has."""
    return f"<urn:uuid:{uuid4()}>"


def fields_block(fields: Headers) -> bytes:
    """The block of a metadata or warcinfo record: one ``Name: value`` a line; control characters become blanks."""
    return "".join(f"{name}: {_CONTROL.sub(' ', value).strip()}\r\n" for name, value in fields).encode()


def http_head(first_line: str, headers: Headers) -> bytes:
    """The head of an HTTP message with the blank line behind it.

    Args:
        first_line: status or request line.
        headers: as answered or sent, one byte a character (Latin-1), which is how HTTP libraries hand them on.
    """
    lines = (f"{name}: {_CONTROL.sub(' ', value)}\r\n" for name, value in headers)
    return f"{first_line}\r\n{''.join(lines)}\r\n".encode("latin-1", "replace")


def packed_record(
    kind: str,
    *,
    record_id: str,
    date: str,
    url: str = "",
    headers: Headers = (),
    head: bytes = b"",
    payload: bytes = b"",
    payload_sha256: str = "",
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
        payload_sha256: hex digest of the payload of an HTTP message, where it is known already.

    Raises:
        KeyError: for another kind.
    """
    block = hashlib.sha1(head, usedforsecurity=False)
    block.update(payload)
    found = bytes.fromhex(payload_sha256) or hashlib.sha256(payload).digest()
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {date}",
        *([f"WARC-Target-URI: {_CONTROL.sub('', url)}"] if url else []),
        *(f"{name}: {_CONTROL.sub(' ', value).strip()}" for name, value in headers),
        *([f"WARC-Payload-Digest: sha256:{_base32(found)}"] if head else []),
        f"WARC-Block-Digest: sha1:{_base32(block.digest())}",
        f"Content-Type: {CONTENT_TYPES[kind]}",
        f"Content-Length: {len(head) + len(payload)}",
    ]
    first = "\r\n".join(lines).encode("utf-8", "replace")
    # In one call: a compressor object of Python's takes ten times as long for a small record.
    return zlib.compress(b"".join((first, b"\r\n\r\n", head, payload, b"\r\n\r\n")), COMPRESSION, zlib.MAX_WBITS | 16)


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode()
