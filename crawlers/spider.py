"""The spider: all chosen outlets side by side, each one request at a time, each found and then read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request, Spider

from .archive import ArchiveError, ArchiveWriter, archived_fingerprint, entries
from .discovery import Discovery
from .fetching import MAX_BODY, MAX_REDIRECTS, RESPONSE_SECONDS, Fetcher
from .frontier import Frontier
from .job import CrawlJob
from .list_grades import ListGrades
from .reading import Reader
from .registry import Outlet
from .reporting import Reporter
from .rhythm import rhythm
from .safety import ALLOW_PRIVATE
from .selection import Selection

VERSION = "0.1"
YOUNG_DAYS = 14
"""Articles are corrected in their first days; older ones are not asked again."""
OUTLETS_AT_ONCE = 32

logger = logging.getLogger(__name__)


def user_agent(job: CrawlJob) -> str:
    """The name the crawler gives itself, with the contact of who runs it."""
    return f"Jejak/{VERSION} (+{job.contact.strip() or 'demonstration on this machine'})"


def settings(job: CrawlJob) -> dict[str, Any]:
    """Scrapy's settings for a job."""
    return {
        "DEFAULT_REQUEST_HEADERS": {
            "User-Agent": f"Jejak/{VERSION} (+{job.contact.strip() or 'demonstration on this machine'})",
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "id,en;q=0.5",
        },
        ALLOW_PRIVATE: job.allow_private,
        "TWISTED_DNS_RESOLVER": "crawlers.safety.GuardedResolver",
        # Nothing but the web: an address must not lead to a file of this machine.
        "DOWNLOAD_HANDLERS": {
            "http": "crawlers.answer_head.BoundedHandler",
            "https": "crawlers.answer_head.BoundedHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        # Our own robots middleware knows crawl-delay and remembers for a day. No cookies, no log-in; and no proxy,
        # behind which it could not be seen which address answers.
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.safety.AddressGuard": 50,
            "crawlers.politeness.Robots": 100,
            "crawlers.decompression.Decompression": 590,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            # Nor what only counts, guards Scrapy's own scheduler, or sets one header: each costs a step a request.
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "crawlers.politeness.Throttle": 0,
        },
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": job.delay_seconds,
        "DOWNLOAD_DELAY": job.delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0.3,
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_TIMEOUT": RESPONSE_SECONDS,
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": MAX_REDIRECTS,
        # 429 and 503 are not asked again at once: they carry challenges and Retry-After.
        "RETRY_HTTP_CODES": [500, 502, 504, 408, 522, 524],
        "RETRY_TIMES": 1,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "STATS_DUMP": False,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    }


@dataclass(slots=True)
class Work:
    """A job with all that is open for it."""

    job: CrawlJob
    outlets: list[Outlet]
    clock: datetime
    frontier: Frontier
    archive: ArchiveWriter
    reporter: Reporter
    selection: Selection
    stopping: bool = False
    failure: str | None = None


class NewsSpider(Spider):
    """Crawls the outlets of a job."""

    name = "jejak"

    def __init__(self, work: Work, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.work = work
        self.frontier = work.frontier

    async def start(self) -> AsyncIterator[Request]:
        """Do the whole crawl. Requests go straight to the downloader, so none is handed to Scrapy's scheduler."""
        work = self.work
        # After a kill, the mended files may hold what the frontier does not know; without a frontier, all files do.
        unknown = None if work.frontier.is_new() else work.archive.mended
        work.frontier.adopt(entries(work.archive.folder, unknown), partial(archived_fingerprint, work.archive.folder))
        fresh_since = work.frontier.begin_crawl(work.job.crawl_id)
        places = asyncio.Semaphore(OUTLETS_AT_ONCE)

        async def one(outlet: Outlet) -> None:
            async with places:
                await self._outlet(outlet, fresh_since)

        await asyncio.gather(*(one(outlet) for outlet in work.outlets))
        if not work.stopping:
            work.frontier.finish_crawl(work.job.crawl_id)
        none_for_the_scheduler: tuple[Request, ...] = ()
        for request in none_for_the_scheduler:
            yield request

    async def _outlet(self, outlet: Outlet, fresh_since: str) -> None:
        """Crawl one outlet; whatever goes wrong with it is recorded and does not touch the others."""
        work, name = self.work, outlet.outlet_id
        if work.stopping:
            return
        try:
            await self._find_and_read(outlet, fresh_since)
        except ArchiveError as error:
            work.failure, work.stopping = str(error), True
        except Exception as error:
            logger.exception("outlet %s", name)
            work.reporter.issue(name, "crawler_error", outlet.base_url, f"{type(error).__name__}: {error}")
        today = work.clock.astimezone(ZoneInfo(outlet.timezone)).date()
        work.reporter.outlet(name, "done", **rhythm(work.frontier.connection, name, today))

    async def _find_and_read(self, outlet: Outlet, fresh_since: str) -> None:
        work, job = self.work, self.work.job
        fetcher = Fetcher(self.crawler)
        since = job.since.isoformat() if isinstance(job.since, date) else ""
        work.reporter.outlet(outlet.outlet_id, "discovering")
        discovery = Discovery(
            outlet,
            fetcher,
            work.frontier,
            work.reporter,
            since=since,
            clock=work.clock,
            index_days=job.index_days,
            limit=job.limit,
            thorough=job.recheck == "all",
            grades=ListGrades(work.frontier.connection, ask_all=job.all_lists),
            stopping=lambda: work.stopping,
        )
        if not await discovery.run():
            return
        articles = work.frontier.wanted(outlet.outlet_id, since, job.limit)
        if job.recheck != "none":
            young = (work.clock - timedelta(days=YOUNG_DAYS)).date().isoformat() if job.recheck == "young" else None
            articles += work.frontier.to_recheck(outlet.outlet_id, fresh_since, young)
        work.reporter.count(outlet.outlet_id, "planned", len(articles))
        work.reporter.outlet(outlet.outlet_id, "fetching")
        reader = Reader(
            outlet,
            fetcher,
            work.frontier,
            work.archive,
            work.reporter,
            work.selection,
            job.crawl_id,
            since,
            stopping=lambda: work.stopping,
        )
        await reader.run(articles)


def clock_of(job: CrawlJob, registry_clock: datetime | None) -> datetime:
    """The time it is for the outlets: the job's, the registry's, or the real one."""
    if job.clock is not None:
        return datetime.fromisoformat(job.clock)
    return registry_clock or datetime.now(UTC)
