"""Going back through an outlet's years: slice after slice, each walked, read and ticked off before the next."""

from __future__ import annotations

import time
from datetime import date
from urllib.parse import urlsplit

from .changed_later import changed_later
from .fetching.fetcher import OutletPausedError
from .slices import WALKED, Slice, Slices
from .visiting import Visit

MAX_ATTEMPTS = 3
"""Crawls that try to read all lists of a slice; after these a list that nobody can read holds it up no longer."""


class Backfill:
    """The slices of one outlet in one crawl.

    Args:
        visit: the outlet.
    """

    def __init__(self, visit: Visit) -> None:
        self.visit, self.work, self.outlet_id = visit, visit.work, visit.outlet.outlet_id
        job = self.work.job
        self.slices = Slices(self.work.frontier)
        self.mine = [one for one in map(Slice.of, job.slices) if one.outlet_id == self.outlet_id]
        # Where only its page tells an article's day, it is kept if it lies anywhere in the backfill.
        self.since = _text(job.since or min((one.first_day for one in self.mine), default=None))
        self.until = _text(job.until or max((one.last_day for one in self.mine), default=None))
        self._left = job.limit
        self._last: Slice | None = None

    async def run(self) -> str:
        """Work through the slices.

        Returns:
            Why it ended: ``finished``, ``time`` (the crawl's time is up), ``stopped``, ``limit``, ``unreachable`` (its
            robots.txt cannot be read), ``outlet_stopped`` (too many failures in a row), ``budget_spent`` or
            ``rate_limited``.
        """
        for one in self.mine:
            if self.work.is_time_up:
                return self._why_now()
            if self._left == 0:
                return "limit"
            ended = await self._slice(one)
            if ended:
                return ended
        ended = await self._leftovers()
        if ended == "finished" and self._last is not None:
            self._finish(self._last)
        return ended

    async def _slice(self, one: Slice) -> str:
        """Walk and read one slice; why the backfill ends here, or an empty string."""
        work, fetcher = self.work, self.visit.fetcher
        record = self.slices.begin(one, work.job.crawl_id)
        self._tell(one, record.state)
        before, asked, began = work.reporter.counts(self.outlet_id), fetcher.asked, time.monotonic()
        ended = ""
        try:
            ended = await self._walk_and_read(one, record.state == WALKED, record.attempts)
        except OutletPausedError as error:
            ended = error.kind
            work.reporter.issue(self.outlet_id, error.kind, error.url, f"{error}; the rest waits")
        finally:
            counts = work.reporter.counts(self.outlet_id)
            done = {name: counts[name] - before[name] for name in ("found", "new", "skipped", "failed")}
            self.slices.add(one, seconds=time.monotonic() - began, requests=fetcher.asked - asked, **done)
        return ended

    async def _walk_and_read(self, one: Slice, is_walked: bool, attempts: int) -> str:
        work = self.work
        _, first, last = one.words()
        if not is_walked:
            troubles = self.visit.fetcher.troubles
            if not await self.visit.find(first, last, grades=None):
                return "unreachable"
            if work.stopping:
                return "stopped"
            if self._is_limit_reached(first, last):
                pass  # the lists were left at the limit
            elif self.visit.fetcher.troubles == troubles or attempts + 1 >= MAX_ATTEMPTS:
                self.slices.walked(one)
                is_walked = True
                self._tell(one, WALKED)
            else:
                self.slices.attempted(one)
        plan = [known.planned() for known in work.frontier.wanted(self.outlet_id, first, self._left, last)]
        is_through = await self.visit.read(plan, self.since, self.until, stopping=lambda: work.is_time_up)
        if self._left is not None:
            self._left = max(0, self._left - len(plan))
        if not is_through:
            self._tell(one, "left")
            return self._why_now()
        if not is_walked or work.frontier.count_wanted(self.outlet_id, first, last):
            self._tell(one, "left")
        elif one is self.mine[-1]:
            # It is ticked off behind what all slices have left over: were the crawl killed there, nobody would come
            # back for it.
            self._last = one
        else:
            self._finish(one)
        return ""

    def _finish(self, one: Slice) -> None:
        self.slices.finish(one)
        self._tell(one, "done")

    def _is_limit_reached(self, first: str, last: str) -> bool:
        return self._left is not None and self.work.frontier.count_wanted(self.outlet_id, first, last) >= self._left

    async def _leftovers(self) -> str:
        """Read what a list of one slice told of another that was done before, and what was changed behind the span."""
        if self._left == 0:
            return "limit"
        frontier = self.work.frontier
        wanted = frontier.wanted(self.outlet_id, self.since, self._left, self.until)
        plan = [known.planned() for known in wanted if known.state == "queued"]
        if self.until:
            plan += changed_later(frontier.connection, self.outlet_id, self.since, self.until)
        plan = plan[: self._left]
        try:
            if plan and not await self.visit.read(plan, self.since, self.until, stopping=lambda: self.work.is_time_up):
                return self._why_now()
        except OutletPausedError as error:
            self.work.reporter.issue(self.outlet_id, error.kind, error.url, f"{error}; the rest waits")
            return error.kind
        return "finished"

    def _why_now(self) -> str:
        """Why no further article is read."""
        if self.work.is_time_up:
            return "stopped" if self.work.stopping else "time"
        host = urlsplit(self.visit.outlet.base_url).hostname or ""
        return "rate_limited" if self.work.pace.resting(host) else "outlet_stopped"

    def _tell(self, one: Slice, state: str) -> None:
        _, first, last = one.words()
        left = self.work.frontier.count_wanted(self.outlet_id, first, last)
        self.work.reporter.slice(self.outlet_id, state, first_day=first, last_day=last, left=left)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
