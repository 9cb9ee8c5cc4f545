"""Bodies that came compressed."""

from __future__ import annotations

import re
import zlib

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

MAX_ENCODINGS = 3
"""How often a body may be compressed; more is made to be a burden."""
MAX_MEMBERS = 100
"""Gzip files one behind the other that are unpacked in one go."""


class BadEncodingError(IgnoreRequest):
    """A body that is not what its Content-Encoding says."""


class Decompression(HttpCompressionMiddleware):
    """Scrapy's middleware, which unpacks an ordinary gzip body in one go and not in slices of 8 KB: twice as fast.

    What is broken, too large or not gzip is left to Scrapy, with its limits and its mercy for torn files.
    """

    def _handle_encoding(self, body: bytes, content_encoding: list[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        count = b",".join(content_encoding).count(b",") + 1
        if count > MAX_ENCODINGS:
            raise BadEncodingError(f"the body is compressed {count} times, one inside the other")
        return super()._handle_encoding(body, content_encoding, max_size)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in (b"gzip", b"x-gzip") and max_size > 0:
            content = gunzip(body, max_size)
            if content is not None:
                return content
        try:
            return HttpCompressionMiddleware._decode(body, encoding, max_size)
        except ValueError:  # larger than allowed
            raise
        except Exception as error:  # each library has an exception of its own
            name = encoding.decode("latin-1")[:20]
            raise BadEncodingError(f"the body is not the {name} its header says: {error}") from error


class UnpackError(ValueError):
    """A body that cannot be unpacked; ``kind`` is ``too_large``, ``truncated`` or ``encoding``."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


def unpacked(body: bytes, encodings: str, max_size: int) -> bytes:
    """A body as it was before it was compressed for its journey.

    Args:
        body: as it travelled, or decoded already: archives often keep the header all the same.
        encodings: the value of ``Content-Encoding``.
        max_size: bytes it may have.

    Raises:
        UnpackError: if it is larger, torn, or compressed in a way nobody here can read.
    """
    names = encodings.encode("latin-1", "replace").lower().replace(b"identity", b"").strip(b" ,")
    if not names and body.startswith(b"\x1f\x8b\x08"):
        names = b"gzip"  # no page begins so: the header was lost on the way
    if not names or not body:
        return body
    if body.lstrip()[:1] == b"<":
        return body
    to_decode, unknown = Decompression._split_encodings([names])
    if unknown:
        raise UnpackError("encoding", f"nobody here can read the encoding {encodings[:40]}")
    try:
        for name in to_decode:
            body = Decompression._decode(body, name, max_size)
    except Exception as error:  # each library has errors of its own
        if hasattr(error, "decompressed_size"):
            raise UnpackError("too_large", f"the page is larger than {max_size // 1024 // 1024} MB unpacked") from error
        raise UnpackError("encoding", f"the page cannot be unpacked from {encodings[:40]}: {error}") from error
    return body


def dechunked(body: bytes) -> bytes:
    """A body without the marks of chunked transfer; unchanged where it has none, for archives often took them out.

    Raises:
        UnpackError: if it breaks off.
    """
    pieces: list[bytes] = []
    position = 0
    while found := _CHUNK.match(body, position):
        size, start = int(found[1], 16), found.end()
        if size == 0:
            return b"".join(pieces)
        if start + size > len(body):
            break
        pieces.append(body[start : start + size])
        position = start + size + (2 if body[start + size : start + size + 2] == b"\r\n" else 0)
    if not pieces and (found is None or not found[0].endswith(b"\r\n")):
        return body
    raise UnpackError("truncated", "the page breaks off in the middle of its transfer")


_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")


def gunzip(body: bytes, max_size: int) -> bytes | None:
    """The content of a gzip file of any number of members, or None if it is not whole or larger than ``max_size``."""
    pieces: list[bytes] = []
    left = max_size
    for _ in range(MAX_MEMBERS):
        if not body:
            break
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            pieces.append(member.decompress(body, left + 1))
        except zlib.error:
            return None
        left -= len(pieces[-1])
        if left < 0 or not member.eof:
            return None
        body = member.unused_data
    if body:
        return None
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
