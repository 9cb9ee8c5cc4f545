"""Bodies that came compressed."""

from __future__ import annotations

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
