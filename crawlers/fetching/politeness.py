"""robots.txt and the pace of requests, as steps that every request to a host goes through."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol, Self, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from ..frontier.store import Frontier
from ..pages import utc_text
from .pace import MAX_REST, BudgetSpentError, Pace

AGENT = "Jejak"
"""The name robots.txt may address us by."""
ROBOTS_HOURS = 24
MAX_ROBOTS = 500 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""
MAX_CRAWL_DELAY = 120
"""Seconds between two requests that a robots.txt may ask for; at more, a day would give less than 720 pages."""
MAX_RULES = 5_000_000
"""User agents times lines of a robots.txt: each rule is kept for each agent of its group, and memory is finite."""


MAX_PATIENCE = 60.0
"""Seconds a request waits for a host that asked to be left alone; the rest of its outlet is for the next crawl."""
_TURN = "jejak_turn"


class Remembers(Protocol):
    """The spider of a crawl, which carries the open frontier and the pace."""

    frontier: Frontier
    pace: Pace


class Disallowed(IgnoreRequest):
    """A request that robots.txt forbids."""


class RobotsUnreachable(IgnoreRequest):
    """A request to a host whose robots.txt gives an error, which means: nothing is allowed (RFC 9309, 2.3.1.4)."""


class CrawlDelayTooLong(RobotsUnreachable):
    """A request to a host that asks for longer pauses than a crawl can keep: it is left alone."""


class BudgetSpent(IgnoreRequest):
    """A request to a host that has had its requests of the day."""

    def __init__(self, host: str, detail: str) -> None:
        super().__init__(detail)
        self.host = host


class HostResting(IgnoreRequest):
    """A request to a host that asked to be left alone for longer than a request waits."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asks to be left alone for {seconds:.0f} s more")
        self.host = host


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
            cast("Remembers", self.crawler.spider).pace.set_crawl_delay(host, float(delay))
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


class Turns:
    """Downloader middleware, the last before the request goes out: each waits for its turn at its host.

    One request at a time to a host, and between two at least the pause that ``Pace`` knows, which all crawls of the
    data folder share.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._places: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it from the crawl's settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for a turn.

        Raises:
            BudgetSpent: if the host has had its requests of the day.
            HostResting: if it asked to be left alone for longer than ``MAX_PATIENCE`` seconds.
        """
        host, pace = _host(request), self._pace
        place = self._places.setdefault(host, asyncio.Lock())
        await place.acquire()
        try:
            while (seconds := pace.take_turn(host)) > 0:
                if (rest := pace.resting(host)) > MAX_PATIENCE:
                    raise HostResting(host, rest)
                await asyncio.sleep(seconds)
        except BaseException as error:
            place.release()
            if isinstance(error, BudgetSpentError):
                raise BudgetSpent(host, str(error)) from error
            raise
        request.meta[_TURN] = True

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the next request to the host go on, and slow down where the host is slow or asks for it."""
        host = _host(request)
        if (seconds := request.meta.get("download_latency")) is not None:
            self._pace.answered(host, seconds, is_good=response.status == 200)
        if response.status in (429, 503):
            wait = waiting_seconds((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))
            if wait:
                self._pace.rest(host, wait)
        self._leave(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Let the next request to the host go on."""
        self._leave(request)

    @property
    def _pace(self) -> Pace:
        return cast("Remembers", self.crawler.spider).pace

    def _leave(self, request: Request) -> None:
        # A redirected request is a copy with the same meta: the mark must not travel with it.
        if request.meta.pop(_TURN, False):
            self._places[_host(request)].release()


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""


def waiting_seconds(text: str | None, now: datetime) -> float | None:
    """How long a ``Retry-After`` header asks to wait, in seconds (RFC 9110, 10.2.3), or None where it says nothing.

    Args:
        text: whole seconds, or a date; a date that has passed asks for no wait, and more than a day counts as a day.
        now: the time, with offset.
    """
    text = (text or "").strip()
    if re.fullmatch(r"[0-9]{1,18}", text):
        return min(float(text), MAX_REST)
    try:
        moment = parsedate_to_datetime(text[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_REST)
