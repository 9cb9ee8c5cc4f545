"""The spider: all chosen outlets side by side, each one request at a time, each found and then read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request, Spider

from .archive import ArchiveError
from .backfilling import Backfill
from .fetching.fetcher import MAX_BODY, MAX_REDIRECTS, RESPONSE_SECONDS, OutletPausedError
from .fetching.safety import ALLOW_PRIVATE
from .job import CrawlJob
from .lists.grades import ListGrades
from .lists.rhythm import rhythm
from .registry import Outlet
from .visiting import Visit, Work

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
        "TWISTED_DNS_RESOLVER": "crawlers.fetching.safety.GuardedResolver",
        # Nothing but the web: an address must not lead to a file of this machine.
        "DOWNLOAD_HANDLERS": {
            "http": "crawlers.fetching.answer_head.BoundedHandler",
            "https": "crawlers.fetching.answer_head.BoundedHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        # Our own robots middleware knows crawl-delay and remembers for a day. No cookies, no log-in; and no proxy,
        # behind which it could not be seen which address answers.
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.fetching.safety.AddressGuard": 50,
            "crawlers.fetching.politeness.Robots": 100,
            "crawlers.fetching.decompression.Decompression": 590,
            "crawlers.fetching.politeness.Turns": 1000,
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
        # The pace is kept by our own middleware: Scrapy's does not know of other processes.
        "DOWNLOAD_DELAY": 0,
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


class NewsSpider(Spider):
    """Crawls the outlets of a job."""

    name = "jejak"

    def __init__(self, work: Work, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.work = work
        self.frontier, self.pace = work.frontier, work.pace

    async def start(self) -> AsyncIterator[Request]:
        """Do the whole crawl. Requests go straight to the downloader, so none is handed to Scrapy's scheduler."""
        work = self.work
        work.claims.begin(work.archive.mended)
        fresh_since = work.frontier.begin_crawl(work.job.crawl_id, work.job.crawl_type)
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
        ended: dict[str, str] = {}
        if work.stopping:
            return
        try:
            visit = Visit(self.crawler, work, outlet)
            if work.job.slices:
                ended = {"ended": await Backfill(visit).run()}
            else:
                await self._find_and_read(visit, fresh_since)
        except ArchiveError as error:
            work.failure, work.stopping = str(error), True
        except OutletPausedError as error:
            work.reporter.issue(name, error.kind, error.url, f"{error}; the rest waits for the next crawl")
        except Exception as error:
            logger.exception("outlet %s", name)
            work.reporter.issue(name, "crawler_error", outlet.base_url, f"{type(error).__name__}: {error}")
        today = work.clock.astimezone(ZoneInfo(outlet.timezone)).date()
        work.reporter.outlet(name, "done", **rhythm(work.frontier.connection, name, today), **ended)

    async def _find_and_read(self, visit: Visit, fresh_since: str) -> None:
        work, job, name = self.work, self.work.job, visit.outlet.outlet_id
        since, until = (day.isoformat() if day else "" for day in (job.since, job.until))
        grades = ListGrades(work.frontier.connection, ask_all=job.all_lists)
        if not await visit.find(since, until, grades=grades):
            return
        plan = [known.planned() for known in work.frontier.wanted(name, since, job.limit, until)]
        if job.recheck != "none":
            young = (work.clock - timedelta(days=YOUNG_DAYS)).date().isoformat() if job.recheck == "young" else None
            plan += [known.planned() for known in work.frontier.to_recheck(name, fresh_since, young)]
        await visit.read(plan, since, until)


def clock_of(job: CrawlJob, registry_clock: datetime | None) -> datetime:
    """The time it is for the outlets: the job's, the registry's, or the real one."""
    if job.clock is not None:
        return datetime.fromisoformat(job.clock)
    return registry_clock or datetime.now(UTC)
