"""Carry out one crawl: ``python -m crawlers`` reads a job from standard input, ``python -m crawlers JOB.json`` a file.

Events go to standard output, one JSON object a line. The process ends when its standard input does, because then the
one that started it is gone; a termination signal lets what is in flight finish first.
"""

from __future__ import annotations

import gc
import signal
import sys

from scrapy.crawler import CrawlerProcess

from .archive import ArchiveError, ArchiveWriter
from .fetching.pace import Pace, budgets
from .frontier.claims import Claims
from .frontier.store import Frontier, FrontierError
from .job import CrawlError, CrawlJob
from .own_process import REFUSED, OrderError, read_order
from .registry import RegistryError, default_daily_budget, load_registry
from .reporting import Reporter
from .running import RunningCrawl
from .selection import Selection
from .spider import NewsSpider, clock_of, settings, user_agent
from .visiting import Work

BROKEN_OFF = 75


def main(arguments: list[str]) -> int:
    """Run the crawl.

    Returns:
        Exit status: 0 done, 1 failed, 2 refused, 75 stopped before its end.
    """
    try:
        job = CrawlJob.from_json(read_order(arguments))
        job.check()
        return crawl(job)
    except (CrawlError, OrderError, RegistryError, ArchiveError, FrontierError) as error:
        print(error, file=sys.stderr)
        return REFUSED


def crawl(job: CrawlJob) -> int:
    """Carry out a job in this process; Twisted allows it once a process.

    Raises:
        CrawlError, RegistryError, ArchiveError, FrontierError: if it cannot begin.
    """
    registry = load_registry(job.registry_path)
    outlets = registry.select(job.outlet_ids, job.provinces)
    selection = Selection(job.relevance)
    reporter = Reporter(job.data_folder / "issues" / f"{job.crawl_id}.jsonl", sys.stdout, job.crawl_id)
    budget_of = budgets(registry.outlets.values(), default_daily_budget())
    with (
        RunningCrawl(job.data_folder, job.crawl_id),
        ArchiveWriter(
            job.data_folder / "archive",
            job.crawl_id,
            about={"http-header-user-agent": user_agent(job), "robots": "obey", "operator": job.contact.strip()},
        ) as archive,
        Frontier(job.data_folder / "frontier.sqlite") as frontier,
    ):
        claims = Claims(frontier, job.data_folder, archive.folder, job.crawl_id)
        pace = Pace(frontier, job.delay_seconds, budget_of, job.budget_share)
        clock = clock_of(job, registry.clock)
        work = Work(job, outlets, clock, frontier, claims, pace, archive, reporter, selection)
        reporter.started(f"{len(outlets)} outlets" + (f" since {job.since}" if job.since else ""))
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: setattr(work, "stopping", True))
        _collect_garbage_less_often()
        process = CrawlerProcess(settings(job))
        process.crawl(NewsSpider, work=work)
        process.start(install_signal_handlers=False)
        claims.end()
    if work.failure:
        print(work.failure, file=sys.stderr)
        return 1
    if work.stopping:
        print("stopped before its end", file=sys.stderr)
        return BROKEN_OFF
    if process.bootstrap_failed:
        return 1
    reporter.finished("all outlets done")
    return 0


def _collect_garbage_less_often() -> None:
    """Tell Python that what is loaded stays, and that little of what a crawl makes is cyclic: 6 % of a page's time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
