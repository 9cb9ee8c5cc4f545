"""No address of the inside: private, loopback and link-local addresses are refused unless the job allows them.

The name is looked up once, the answer is checked, and the connection goes to exactly the address that was checked, so
that neither a redirect nor a changing DNS answer leads inside. The peer of every answer is checked once more.
"""

from __future__ import annotations

import ipaddress
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet import defer
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

ALLOW_PRIVATE = "JEJAK_ALLOW_PRIVATE"
"""Name of the setting."""

# Blocks that Python 3.11 takes for public: RFC 9637 (documentation), RFC 9602 (segments), RFC 7526 (6to4 relays).
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("3fff::/20", "5f00::/16", "192.88.99.0/24")))
WEB_PORTS = frozenset({80, 443})


class PrivateAddress(IgnoreRequest):
    """A request that would have gone to an address of the inside."""


class PrivateAnswerError(DNSLookupError):
    """A host name that leads to an address of the inside."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet; an address inside IPv6 (mapped, 6to4, NAT64) counts too."""
    try:
        found = ipaddress.ip_address(address.strip("[]").split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    if any(found in network for network in _NOT_PUBLIC if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def is_local_name(host: str) -> bool:
    """Whether a name means this machine (RFC 6761)."""
    host = host.lower().rstrip(".")
    return host == "localhost" or host.endswith(".localhost")


class GuardedResolver(CachingThreadedResolver):
    """Looks names up and refuses answers of the inside; ``*.localhost`` is 127.0.0.1 and only where that is allowed."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, *, allow_private: bool) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Make it from the crawl's settings."""
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            settings.getfloat("DNS_TIMEOUT"),
            allow_private=settings.getbool(ALLOW_PRIVATE),
        )

    def getHostByName(self, name: str, timeout: object = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """The address of a name, as Twisted asks for it."""
        if is_local_name(name):
            if self.allow_private:
                return defer.succeed("127.0.0.1")
            return defer.fail(PrivateAnswerError(f"{name} is this machine"))
        return super().getHostByName(name).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if not self.allow_private and not is_public(address):
            raise PrivateAnswerError(f"{name} leads to {address}, which is no public address")
        return address


class AddressGuard:
    """Downloader middleware: refuses literal addresses of the inside, and answers that came from one."""

    def __init__(self, allow_private: bool) -> None:
        self.allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it from the crawl's settings."""
        return cls(crawler.settings.getbool(ALLOW_PRIVATE))

    def process_request(self, request: Request) -> None:
        """Refuse a request to the inside, before any name is looked up."""
        if self.allow_private:
            return
        host = urlparse_cached(request).hostname or ""
        if is_local_name(host) or (_is_literal(host) and not is_public(host)):
            raise PrivateAddress(f"{host} is no public address")
        port = urlparse_cached(request).port
        if port is not None and port < 1024 and port not in WEB_PORTS:
            raise PrivateAddress(f"port {port} of {host} is no public address of the web")

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse an answer from the inside."""
        if not self.allow_private and response.ip_address is not None and not is_public(str(response.ip_address)):
            raise PrivateAddress(f"{request.url} was answered by {response.ip_address}, which is no public address")
        return response


def _is_literal(host: str) -> bool:
    """Whether a host is written as an address: IPv6, or anything of digits and hexadecimal numbers alone."""
    return ":" in host or all(label.isdigit() or label.lower().startswith("0x") for label in host.split(".") if label)
