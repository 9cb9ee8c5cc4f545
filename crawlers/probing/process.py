"""Carry out one look: ``python -m crawlers.probing.process`` reads an order and tells what it finds, line by line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

from ..fetching.fetcher import Fetcher
from ..fetching.pace import Pace, budgets
from ..frontier.store import Frontier, FrontierError
from ..job import CrawlError, CrawlJob
from ..own_process import REFUSED, OrderError, read_order
from ..registry import Outlet, RegistryError, default_daily_budget, load_registry
from ..spider import OUTLETS_AT_ONCE, clock_of, settings
from .outlet_probe import Examination, Remembering
from .records import FAIL, Look, Probe, SiteLook, to_line
from .site_look import look_at_site

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """An order with all that is open for it."""

    outlets: list[Outlet]
    site: str
    family: str
    clock: datetime
    frontier: Frontier
    pace: Pace
    stopping: bool = False


class ProbeSpider(Spider):
    """Looks at all outlets of an order side by side, each one request at a time."""

    name = "jejak-look"

    def __init__(self, work: Work, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.work = work
        self.frontier, self.pace = work.frontier, work.pace

    async def start(self) -> AsyncIterator[Request]:
        """Do the whole look. Requests go straight to the downloader, so none is handed to Scrapy's scheduler."""
        work = self.work
        places = asyncio.Semaphore(OUTLETS_AT_ONCE)

        async def one(outlet: Outlet) -> None:
            async with places:
                if not work.stopping:
                    _tell("outlet", await self._look(outlet))

        await asyncio.gather(*(one(outlet) for outlet in work.outlets))
        if work.site and not work.stopping:
            fetcher = Remembering(Fetcher(self.crawler))
            _tell("site", await look_at_site(work.site, work.family, fetcher, work.frontier, work.clock))
        none_for_the_scheduler: tuple[Request, ...] = ()
        for request in none_for_the_scheduler:
            yield request

    async def _look(self, outlet: Outlet) -> Look:
        """Look at one outlet; whatever goes wrong with it does not touch the others."""
        examination = Examination(outlet, Fetcher(self.crawler), self.frontier, self.work.clock)
        try:
            return await examination.run()
        except Exception as error:
            logger.exception("outlet %s", outlet.outlet_id)
            detail = f"the look broke off: {type(error).__name__}: {error}"
            examination.look.probes.append(Probe("article", outlet.base_url, 0, FAIL, None, detail))
            return examination.look


def main(arguments: list[str]) -> int:
    """Carry out the order.

    Returns:
        Exit status: 0 done, 1 failed, 2 refused.
    """
    try:
        order = read_order(arguments)
        job = CrawlJob.from_json(order["crawl"])
        job.check()
        registry = load_registry(job.registry_path) if job.outlet_ids else None
        outlets = registry.select(job.outlet_ids) if registry else []
        with Frontier(job.data_folder / "frontier.sqlite") as frontier:
            clock = clock_of(job, registry.clock if registry else None)
            budget_of = budgets(registry.outlets.values() if registry else (), default_daily_budget())
            pace = Pace(frontier, job.delay_seconds, budget_of)
            work = Work(outlets, str(order.get("site", "")), str(order.get("family", "")), clock, frontier, pace)
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: setattr(work, "stopping", True))
            process = CrawlerProcess(settings(job))
            process.crawl(ProbeSpider, work=work)
            process.start(install_signal_handlers=False)
    except (CrawlError, OrderError, RegistryError, FrontierError, KeyError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    if process.bootstrap_failed or work.stopping:
        return 1
    _tell("finished", None)
    return 0


def _tell(event: str, value: Look | SiteLook | None) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(to_line(event, value), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
