"""A visit to one outlet: its lists are read into the frontier, then its articles into the archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scrapy.crawler import Crawler

from .archive import ArchiveWriter
from .fetching.fetcher import Fetcher
from .fetching.pace import Pace
from .frontier.claims import Claims
from .frontier.known import Known, Planned
from .frontier.store import Frontier
from .job import CrawlJob
from .lists.discovery import Discovery
from .lists.grades import ListGrades
from .reading import Reader
from .registry import Outlet
from .reporting import Reporter
from .selection import Selection


@dataclass(slots=True)
class Work:
    """A job with all that is open for it.

    Attributes:
        job: what to do.
        outlets: whom to visit.
        clock: the time it is for the outlets.
        frontier: remembers.
        claims: keep other crawls from reading the same.
        pace: says when a host may be asked.
        archive: keeps pages.
        reporter: is told.
        selection: decides what is kept.
        stopping: whether the crawl should end.
        failure: why it must end, if it failed.
        began: seconds on the monotonic clock.
    """

    job: CrawlJob
    outlets: list[Outlet]
    clock: datetime
    frontier: Frontier
    claims: Claims
    pace: Pace
    archive: ArchiveWriter
    reporter: Reporter
    selection: Selection
    stopping: bool = False
    failure: str | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def is_time_up(self) -> bool:
        """Whether nothing new is to be begun."""
        return self.stopping or (self.job.seconds is not None and time.monotonic() - self.began >= self.job.seconds)


class Visit:
    """One outlet in one crawl.

    Args:
        crawler: Scrapy's, whose downloader is used.
        work: the job.
        outlet: whom to visit.
    """

    def __init__(self, crawler: Crawler, work: Work, outlet: Outlet) -> None:
        self.work, self.outlet = work, outlet
        self.fetcher = Fetcher(crawler)

    async def find(self, since: str, until: str, *, grades: ListGrades | None) -> bool:
        """Read the outlet's lists.

        Args:
            since: ISO day before which nothing is wanted, or an empty string.
            until: ISO day after which nothing is wanted, or an empty string.
            grades: says which lists are asked; None: all are.

        Returns:
            Whether the outlet may be crawled at all.

        Raises:
            OutletPausedError: if its host is not to be asked any more in this crawl.
        """
        work, job = self.work, self.work.job
        work.reporter.outlet(self.outlet.outlet_id, "discovering")
        discovery = Discovery(
            self.outlet,
            self.fetcher,
            work.frontier,
            work.reporter,
            since=since,
            until=until,
            clock=work.clock,
            index_days=job.index_days,
            limit=job.limit,
            thorough=job.recheck == "all",
            anew_since=job.anew_since,
            grades=grades,
            stopping=lambda: work.stopping,
        )
        return await discovery.run()

    async def read(
        self, plan: Sequence[Planned], since: str, until: str = "", stopping: Callable[[], bool] | None = None
    ) -> bool:
        """Read articles.

        Args:
            plan: which articles, in this order; what was read since it was made is left out.
            since: ISO day before which nothing is kept, or an empty string.
            until: ISO day after which nothing is kept, or an empty string.
            stopping: says whether to end before the last; None: when the crawl does.

        Returns:
            Whether all were gone through.

        Raises:
            OutletPausedError: if its host is not to be asked any more in this crawl.
        """
        work = self.work
        work.reporter.count(self.outlet.outlet_id, "planned", len(plan))
        work.reporter.outlet(self.outlet.outlet_id, "fetching")
        reader = Reader(
            self.outlet,
            self.fetcher,
            work.frontier,
            work.archive,
            work.reporter,
            work.selection,
            work.job.crawl_id,
            since,
            stopping=stopping or (lambda: work.stopping),
            until=until,
            claims=work.claims,
        )
        return await reader.run(self._as_planned(plan))

    def _as_planned(self, plan: Sequence[Planned]) -> Iterator[Known]:
        for one in plan:
            known = self.work.frontier.article(one.canonical_url)
            if known is not None and known.planned() == one:
                yield known
