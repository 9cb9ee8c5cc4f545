"""Going back through the years: a backfill in rounds, each a crawl of its own, beside the daily crawl."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import sleep

from crawlers.fetching.pace import WIB
from crawlers.frontier import Frontier
from crawlers.frontier.file import now as frontier_now
from crawlers.job import CrawlError, CrawlEvent, CrawlJob, launch
from crawlers.registry import Outlet
from crawlers.slices import SIZES, Slice, SliceRecord, Slices, plan

from .backfill_rests import Rests, rested
from .backfill_state import BUDGET_SHARE, OutletProgress, progress_of
from .crawling import COUNTED, RELEVANCE_FILTER, CrawlCounts, OutletRecord, Source, now
from .options import OptionError, RunOptions
from .progress import reporter
from .workspace import Workspace, write_json

ROUND_SECONDS = 1800.0
"""A round is a crawl with an id of its own: when it ends, its pages can be extracted while the next one goes on."""


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """What a backfill is asked for, beside the options of every crawl.

    Attributes:
        since: first day of publication.
        until: last day, included; None: yesterday.
        size: ``month``, ``week`` or ``day``.
        again: walk also what is done.
        wait: when budgets are spent, or hosts ask to be left alone, wait for them instead of ending.
        round_seconds: length of a round.
    """

    since: date
    until: date | None = None
    size: str = "month"
    again: bool = False
    wait: bool = False
    round_seconds: float = ROUND_SECONDS


@dataclass(slots=True)
class BackfillResult:
    """What a backfill did.

    Attributes:
        since: first day.
        until: last day.
        outlets: how each outlet stands.
        ended: why it ended, by outlet; see ``crawlers.backfilling.Backfill.run``.
        crawl_ids: its rounds.
        counts: pages by what came of them, over all rounds.
        is_stopped: whether a person stopped it.
    """

    since: date
    until: date
    outlets: list[OutletProgress]
    ended: dict[str, str] = field(default_factory=dict)
    crawl_ids: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    is_stopped: bool = False


def span(options: BackfillOptions, clock: datetime) -> tuple[date, date]:
    """The first and last day of a backfill.

    Raises:
        OptionError: if the days are in the wrong order, or not over yet.
    """
    yesterday = clock.astimezone(WIB).date() - timedelta(days=1)
    until = options.until or yesterday
    if options.size not in SIZES:
        raise OptionError(f"--slice {options.size} is none of {', '.join(SIZES)}")
    if until > yesterday:
        raise OptionError(
            f"--until {until} is not over yet; give {yesterday} at most, what is newer is for `jejak crawl`"
        )
    if options.since > yesterday:
        raise OptionError(f"--since {options.since} is not over yet; give {yesterday} or an earlier day")
    if options.since > until:
        raise OptionError(f"--since {options.since} is after the last day, {until}; give the earlier day first")
    return options.since, until


def backfill(workspace: Workspace, run: RunOptions, options: BackfillOptions, origin: Source) -> BackfillResult:
    """Walk the chosen outlets' archives back to a day, slice by slice, until all are done or nothing more can be.

    Raises:
        RegistryError: if an outlet or province is unknown.
        OptionError: if the options cannot be carried out.
        CrawlError: if a round ends abnormally; what it archived is kept, and the next backfill goes on.
    """
    outlets = origin.registry.select(outlet_ids=run.outlets, provinces=run.provinces)
    since, until = span(options, origin.registry.clock or datetime.now(UTC))
    begun, started = frontier_now(), time.monotonic()
    result = BackfillResult(since, until, [])
    with _own_registry(workspace, origin) as origin, opened(workspace) as frontier:
        bars = _Bars(since, until, options, outlets, run.effective_delay, begun)
        try:
            working = list(outlets)
            while working:
                left = bars.left(frontier)
                slices = [one for outlet in working for one in left[outlet.outlet_id]]
                if not slices:
                    break
                bars.show(frontier)
                # Everything before the round is over: nothing of this process is left open in the frontier's file.
                told = partial(bars.take, frontier=frontier)
                ended = _round(workspace, run, options, origin, slices, result, begun, told)
                result.ended |= ended
                working = [outlet for outlet in outlets if ended.get(outlet.outlet_id) == "time"]
                if options.wait and run.limit is None:
                    working = rested(outlets, result.ended, working, Rests(frontier, outlets), sleep)
        except KeyboardInterrupt:
            result.is_stopped = True
        result.outlets = [
            progress_of(outlet, Slices(frontier).records(outlet.outlet_id), since, until, options.size, frontier)
            for outlet in outlets
        ]
    bars.finish(result, time.monotonic() - started)
    return result


def status(workspace: Workspace, run: RunOptions, options: BackfillOptions, origin: Source) -> BackfillResult:
    """How the chosen outlets' backfills stand, without asking anybody anything.

    Raises:
        RegistryError: if an outlet or province is unknown.
        OptionError: if the days are wrong, or nothing was ever crawled into this folder.
    """
    outlets = origin.registry.select(outlet_ids=run.outlets, provinces=run.provinces)
    since, until = span(options, origin.registry.clock or datetime.now(UTC))
    if not workspace.frontier.exists():
        raise OptionError(f"{workspace.folder} holds no crawl yet: run `jejak backfill` without --status first")
    with opened(workspace) as frontier:
        found = [
            progress_of(outlet, Slices(frontier).records(outlet.outlet_id), since, until, options.size, frontier)
            for outlet in outlets
        ]
    return BackfillResult(since, until, found)


@contextmanager
def opened(workspace: Workspace) -> Iterator[Frontier]:
    """The data folder's frontier, which crawls use at the same time."""
    with Frontier(workspace.frontier) as frontier:
        yield frontier


@contextmanager
def _own_registry(workspace: Workspace, origin: Source) -> Iterator[Source]:
    """The same registry in a file of this process: a demo crawl beside it writes that of its own newsroom's port."""
    if origin.path is None:
        yield origin
        return
    path = workspace.folder / f".outlets-{os.getpid()}.toml"
    shutil.copyfile(origin.path, path)
    try:
        yield Source(origin.registry, path)
    finally:
        path.unlink(missing_ok=True)


def _round(
    workspace: Workspace,
    run: RunOptions,
    options: BackfillOptions,
    origin: Source,
    slices: list[Slice],
    result: BackfillResult,
    begun: str,
    told: Callable[[CrawlEvent], None],
) -> dict[str, str]:
    """One crawl of the slices that are left; why it ended at each outlet."""
    outlet_ids = tuple(dict.fromkeys(one.outlet_id for one in slices))
    job = CrawlJob(
        data_folder=workspace.folder,
        registry_path=origin.path,
        outlet_ids=outlet_ids,
        since=result.since,
        until=result.until,
        slices=tuple(one.words() for one in slices),
        # A limit is one for the whole backfill: in a second round it would begin anew.
        seconds=options.round_seconds if run.limit is None else None,
        budget_share=BUDGET_SHARE,
        limit=run.limit,
        contact=run.effective_contact,
        allow_private=run.demo,
        relevance=None if run.demo or run.everything else RELEVANCE_FILTER,
        delay_seconds=run.effective_delay,
        recheck="none",
        anew_since=begun if options.again else "",
    )
    try:
        job.check()
    except CrawlError as error:
        raise OptionError(str(error)) from error
    counts = CrawlCounts(job.crawl_id, outlets=len(outlet_ids))
    path: Path = workspace.crawls / f"{job.crawl_id}.json"
    record = {
        "crawl_id": job.crawl_id,
        "kind": job.crawl_type,
        "started_at": now(),
        "finished_at": None,
        "options": run.model_dump(mode="json") | {"since": str(result.since), "until": str(result.until)},
        "outlet_ids": list(outlet_ids),
    }
    write_json(path, record)
    result.crawl_ids.append(job.crawl_id)
    ended: dict[str, str] = {}
    by_outlet: dict[str, OutletRecord] = {}
    try:
        # Closed also when a person stops it: the crawl then finishes what is in flight.
        with closing(launch(job)) as events:
            for event in events:
                counts.take(event.totals)
                if event.outlet_id:
                    by_outlet.setdefault(event.outlet_id, OutletRecord()).take(event)
                if event.event == "outlet" and event.kind == "done":
                    ended[event.outlet_id] = str(event.facts.get("ended", "failed"))
                told(event)
        record["finished_at"] = now()
    finally:
        record["by_outlet"] = {name: asdict(found) for name, found in by_outlet.items()}
        write_json(path, record | {name: getattr(counts, name) for name in COUNTED})
        for name in COUNTED:
            result.counts[name] += getattr(counts, name)
    return ended


class _Bars:
    """Shows how many slices are done, and what is left."""

    def __init__(
        self, since: date, until: date, options: BackfillOptions, outlets: list[Outlet], delay: float, begun: str
    ) -> None:
        self.since, self.until, self.options, self.outlets = since, until, options, outlets
        self.delay, self.begun = delay, begun
        self._fetched = self._pages = 0
        reporter().begin("backfill")
        reporter().begin("pages")

    def left(self, frontier: Frontier) -> dict[str, list[Slice]]:
        """The slices that are left, by outlet."""
        table = Slices(frontier)
        return {
            outlet.outlet_id: plan(
                outlet.outlet_id, self.since, self.until, self.options.size, self._done(table, outlet.outlet_id)
            )
            for outlet in self.outlets
        }

    def _done(self, table: Slices, outlet_id: str) -> list[SliceRecord]:
        records = table.records(outlet_id)
        if self.options.again:
            return [record for record in records if record.finished_at and record.finished_at >= self.begun]
        return records

    def take(self, event: CrawlEvent, frontier: Frontier) -> None:
        """Show what an event tells."""
        if event.event == "page":
            fetched, planned = event.totals["fetched"], event.totals["planned"]
            reporter().advance("pages", self._pages + fetched, self._pages + planned, note=event.outlet_id)
            self._fetched = fetched
        elif event.event == "finished":
            self._pages += self._fetched
            self._fetched = 0
        elif event.event == "slice" and event.kind in ("done", "left"):
            self.show(frontier)

    def show(self, frontier: Frontier) -> None:
        """Show the slices done so far, and an estimate of the time left."""
        table = Slices(frontier)
        states = [
            progress_of(outlet, table.records(outlet.outlet_id), self.since, self.until, self.options.size, frontier)
            for outlet in self.outlets
        ]
        left = sum(len(found) for found in self.left(frontier).values())
        total = sum(state.slices_done + state.slices_left for state in states)
        seconds = [state.seconds_left(self.delay) for state in states if state.slices_left]
        known = [found for found in seconds if found is not None]
        note = f"about {duration(max(known))} left" if known else ""
        reporter().advance("backfill", max(0, total - left), total, note=note)

    def finish(self, result: BackfillResult, seconds: float) -> None:
        """Say that the backfill is over."""
        left = sum(state.slices_left for state in result.outlets)
        done = sum(state.slices_done for state in result.outlets)
        reporter().finish("pages", f"{result.counts['new']} new, {result.counts['failed']} failed")
        reporter().finish("backfill", f"{done} slices done, {left} left, {duration(seconds)}")


def duration(seconds: float) -> str:
    """A length of time in words: ``40 s``, ``12 min``, ``3 h 20 min``, ``5 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{round(minutes / 1440)} days"
