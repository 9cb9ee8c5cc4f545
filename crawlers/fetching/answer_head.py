"""The head of an answer, its status and headers, is bounded: Scrapy bounds only the body."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HTTP11ClientProtocol, Request
from twisted.web.iweb import IResponse

MAX_HEAD = 256 * 1024
"""Bytes of all header lines together; browsers allow as much."""


class HeadTooLargeError(ValueError):
    """An answer whose headers do not end."""


class BoundedParser(_LenientHTTPClientParser):
    """Scrapy's parser, which gives up on a head that is too large."""

    _head = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Take one line of the head."""
        self._head += len(line) + 1
        if self._head > MAX_HEAD:
            raise HeadTooLargeError(f"the headers are larger than {MAX_HEAD // 1024} KB")
        super().lineReceived(line)


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol with the bounded parser."""

    def request(self, request: Request) -> Deferred[IResponse]:
        """Send a request."""
        answer: Deferred[IResponse] = super().request(request)
        # As Scrapy itself does it: the parser is made inside, and has no state yet.
        if self._parser is not None:
            self._parser.__class__ = BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes bounded protocols."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802 - Twisted's name
        """One connection's protocol."""
        protocol = super().buildProtocol(addr)
        protocol.__class__ = BoundedProtocol
        return protocol


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of HTTP and HTTPS with a bound on the head of answers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
