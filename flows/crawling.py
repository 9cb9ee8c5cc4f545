"""The crawl stage: the crawler in a process of its own, and a record of each crawl beside the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.job import CrawlError, CrawlEvent, CrawlJob, launch
from crawlers.newsroom import Newsroom
from crawlers.newsroom.story import ContentError
from crawlers.registry import Registry, load_registry

from .options import OptionError, RunOptions
from .progress import reporter
from .workspace import Workspace, write_json

RELEVANCE_FILTER = "extract.relevance:wanted"
"""Import path handed to the crawler, which knows no other room."""


COUNTED = ("fetched", "new", "changed", "unchanged", "skipped", "failed", "issues")
"""Counts of a crawl that are shown and kept."""


@dataclass(slots=True)
class CrawlCounts:
    """What one crawl did.

    Attributes:
        crawl_id: names the crawl in the archive and in every table.
        outlets: how many outlets were visited.
        fetched: answers received for article pages.
        new: pages of articles not seen before.
        changed: pages of articles that differ from the archived ones.
        unchanged: pages that are as before, by HTTP 304 or by their bytes.
        skipped: pages that are not relevant by title and lead, or the same article under another address.
        failed: pages that could not be fetched.
        issues: problems recorded, failed pages among them.
    """

    crawl_id: str
    outlets: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    issues: int = 0

    def take(self, counts: Mapping[str, int]) -> None:
        """Set the counts from those of the crawler."""
        for name in COUNTED:
            setattr(self, name, counts.get(name, 0))


@dataclass(slots=True)
class OutletRecord:
    """What one crawl did at one outlet, as the crawl's record keeps it.

    Attributes:
        counts: what the crawler counted, see ``CrawlEvent.counts``.
        lists: how each list stands, by its address or template: grade, outcome, misses, gifts.
        rhythm: the day of the latest article that any list named, and the usual gap between such days.
        is_done: False where the crawl broke off before the outlet's end.
    """

    counts: dict[str, int] = field(default_factory=dict)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    rhythm: dict[str, Any] = field(default_factory=dict)
    is_done: bool = False

    def take(self, event: CrawlEvent) -> None:
        """Add what an event of the outlet tells."""
        self.counts = dict(event.counts)
        if event.event == "list":
            self.lists[event.url] = dict(event.facts)
        elif event.event == "outlet" and event.kind == "done":
            self.rhythm, self.is_done = dict(event.facts), True


@dataclass(frozen=True, slots=True)
class Source:
    """What a run crawls: a registry, and the file it was read from (None: the live one)."""

    registry: Registry
    path: Path | None


@contextmanager
def source(options: RunOptions) -> Iterator[Source]:
    """The registry of a run; for the demo, its newsroom is served for the duration of the block."""
    if not options.demo:
        yield Source(load_registry(), None)
        return
    path = options.workspace.demo_registry
    try:
        newsroom = Newsroom(options.demo_port, options.demo_edition, registry_path=path).start()
    except (ContentError, OSError) as error:
        raise OptionError(f"the demo newsroom cannot open: {error}") from error
    with newsroom:
        yield Source(load_registry(path), path)


def known_registry(workspace: Workspace, demo: bool) -> Registry:
    """The registry that the archive of a data folder was crawled with.

    Raises:
        OptionError: if the demo newsroom was never crawled into this folder.
    """
    if not demo:
        return load_registry()
    if not workspace.demo_registry.exists():
        raise OptionError(f"{workspace.folder} holds no demo crawl yet: run `jejak crawl --demo` first")
    return load_registry(workspace.demo_registry)


def crawl(workspace: Workspace, options: RunOptions, origin: Source) -> CrawlCounts:
    """Crawl the chosen outlets into the archive.

    Raises:
        RegistryError: if an outlet or province is unknown.
        OptionError: if the job is refused, such as a live crawl without a contact.
        CrawlError: if the crawler ends abnormally; what it archived is kept.
    """
    chosen = origin.registry.select(outlet_ids=options.outlets, provinces=options.provinces)
    job = CrawlJob(
        data_folder=workspace.folder,
        registry_path=origin.path,
        outlet_ids=tuple(outlet.outlet_id for outlet in chosen),
        since=options.effective_since,
        limit=options.limit,
        contact=options.effective_contact,
        allow_private=options.demo,
        relevance=None if options.demo or options.everything else RELEVANCE_FILTER,
        delay_seconds=options.effective_delay,
        recheck="all" if options.demo else "young",
        all_lists=options.all_lists,
    )
    try:
        job.check()
    except CrawlError as error:
        raise OptionError(str(error)) from error
    counts = CrawlCounts(job.crawl_id, outlets=len(chosen))
    record = {
        "crawl_id": job.crawl_id,
        "started_at": now(),
        "finished_at": None,
        "clock": (origin.registry.clock or datetime.now(UTC)).isoformat(timespec="seconds"),
        "options": options.model_dump(mode="json"),
        "outlet_ids": list(job.outlet_ids),
    }
    path = workspace.crawls / f"{job.crawl_id}.json"
    write_json(path, record)

    def keep(by_outlet: Mapping[str, OutletRecord]) -> None:
        # After every outlet, so that a crawl that is killed leaves what it did.
        write_json(path, record | {"by_outlet": {name: asdict(found) for name, found in by_outlet.items()}})

    by_outlet = follow(launch(job), counts, keep)
    record["by_outlet"] = {name: asdict(found) for name, found in by_outlet.items()}
    record |= {"finished_at": now()} | {name: getattr(counts, name) for name in COUNTED}
    write_json(path, record)
    return counts


def follow(
    events: Iterator[CrawlEvent],
    counts: CrawlCounts,
    keep: Callable[[Mapping[str, OutletRecord]], None] = lambda _: None,
) -> dict[str, OutletRecord]:
    """Show the crawl's progress and add up what its outlets report.

    Args:
        events: of the crawl.
        counts: set from the events.
        keep: is given what is known of the outlets whenever one of them is done.

    Returns:
        What the crawl did at each outlet.
    """
    progress = reporter()
    progress.begin("crawl")
    by_outlet: dict[str, OutletRecord] = {}
    for event in events:
        counts.take(event.totals)
        progress.advance("crawl", counts.fetched, event.totals.get("planned"), note=event.outlet_id)
        if event.outlet_id:
            found = by_outlet.setdefault(event.outlet_id, OutletRecord())
            found.take(event)
            if found.is_done:
                keep(by_outlet)
    note = f"{counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, {counts.failed} failed"
    progress.finish("crawl", note)
    return by_outlet


def now() -> str:
    """The time, ISO 8601 UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
