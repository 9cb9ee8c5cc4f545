"""robots.txt and the pace of requests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from .frontier import Frontier
from .pages import utc_text

AGENT = "Jejak"
"""The name robots.txt may address us by."""
ROBOTS_HOURS = 24
MAX_ROBOTS = 500 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""
MAX_CRAWL_DELAY = 120
"""Seconds between two requests that a robots.txt may ask for; at more, a day would give less than 720 pages."""
MAX_RULES = 5_000_000
"""User agents times lines of a robots.txt: each rule is kept for each agent of its group, and memory is finite."""


class Remembers(Protocol):
    """The spider of a crawl, which carries the open frontier."""

    frontier: Frontier


class Disallowed(IgnoreRequest):
    """A request that robots.txt forbids."""


class RobotsUnreachable(IgnoreRequest):
    """A request to a host whose robots.txt gives an error, which means: nothing is allowed (RFC 9309, 2.3.1.4)."""


class CrawlDelayTooLong(RobotsUnreachable):
    """A request to a host that asks for longer pauses than a crawl can keep: it is left alone."""


class Robots:
    """Downloader middleware that obeys robots.txt, its crawl-delay included, on every request and redirect.

    A host's file is kept in the frontier for 24 hours.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}
        self.failures: dict[str, Exception] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it from the crawl's settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise ``Disallowed`` or ``RobotsUnreachable``."""
        if request.meta.get("robots"):
            return
        rules = await self.rules(request.url)
        if rules is None:
            if isinstance(failure := self.failures.get(root_of(request.url)), CrawlDelayTooLong):
                raise failure
            raise RobotsUnreachable(f"{root_of(request.url)}/robots.txt cannot be read, so nothing is allowed")
        if not rules.can_fetch(request.url, AGENT):
            raise Disallowed(f"robots.txt forbids {request.url}")

    async def rules(self, url: str) -> Protego | None:
        """The rules for the host of an address, or None if its robots.txt gives an error."""
        root = root_of(url)
        if root not in self._rules:
            self._rules[root] = asyncio.ensure_future(self._read(root, urlsplit(url).hostname or ""))
        reading = self._rules[root]
        return reading.result() if reading.done() else await asyncio.shield(reading)

    async def _read(self, root: str, host: str) -> Protego | None:
        frontier = cast("Remembers", self.crawler.spider).frontier
        kept = frontier.robots(root, utc_text(datetime.now(UTC) - timedelta(hours=ROBOTS_HOURS)))
        if kept is None:
            kept = await self._fetch(root)
            if kept is None:
                return None
            frontier.save_robots(root, *kept)
        status, body = kept
        try:
            rules = robots_rules(body if status == 200 else b"")
        except ValueError as error:
            self.failures[root] = RobotsUnreachable(f"{root}/robots.txt {error}")
            return None
        delay = rules.crawl_delay(AGENT)
        if delay and delay > MAX_CRAWL_DELAY:
            self.failures[root] = CrawlDelayTooLong(
                f"{root}/robots.txt asks for {delay:.0f} s between two requests, more than {MAX_CRAWL_DELAY}; "
                "the outlet is left alone"
            )
            return None
        if delay:
            slow_down(self.crawler, host, float(delay))
        return rules

    async def _fetch(self, root: str) -> tuple[int, bytes] | None:
        engine = self.crawler.engine
        assert engine is not None
        try:
            response = await engine.download_async(Request(root + "/robots.txt", meta={"robots": True}))
        except Exception as error:
            self.failures[root] = error
            return None
        if response.status >= 500 or response.status == 429:
            self.failures[root] = RobotsUnreachable(f"{root}/robots.txt answers {response.status}")
            return None
        return response.status, response.body[:MAX_ROBOTS]


def robots_rules(body: bytes) -> Protego:
    """The rules of a robots.txt.

    Raises:
        ValueError: if it was made to be a burden, or cannot be read.
    """
    lines = body.lower().splitlines()
    agents = sum(b"agent" in line.partition(b"#")[0] for line in lines)
    if agents * (len(lines) - agents) > MAX_RULES:
        raise ValueError(f"names {agents:,} user agents in {len(lines):,} lines, as no site needs")
    try:
        return Protego.parse(body.decode("utf-8", "replace"))
    except Exception as error:
        raise ValueError(f"cannot be read: {type(error).__name__}: {error}") from error


def root_of(url: str) -> str:
    """The part of an address that one robots.txt speaks for: ``https://kabar.id:8443``."""
    parsed = urlsplit(url)
    return f"{parsed.scheme}://{parsed.netloc}"


def slow_down(crawler: Crawler, host: str, delay: float) -> None:
    """Keep at least ``delay`` seconds between two requests to a host from now on, without chance variation."""
    downloader = downloader_of(crawler)
    delay = max(delay, downloader.settings.getfloat("DOWNLOAD_DELAY"))
    downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0, "concurrency": 1}
    if slot := downloader.slots.get(host):
        slot.delay, slot.jitter = delay, 0.0


def downloader_of(crawler: Crawler) -> Downloader:
    """The crawl's downloader."""
    assert crawler.engine is not None
    return crawler.engine.downloader


class Throttle(AutoThrottle):
    """Scrapy's AutoThrottle, which slows down with a host's latency, but never below its crawl-delay."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        downloader = downloader_of(self.crawler)
        for host, settings in downloader.per_slot_settings.items():
            if downloader.slots.get(host) is slot:
                slot.delay = max(slot.delay, settings["delay"])
