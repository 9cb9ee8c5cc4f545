"""How an outlet's backfill stands: slices done and left, articles read and waiting, and how long the rest may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from crawlers.frontier import Frontier
from crawlers.registry import Outlet
from crawlers.slices import DONE, SliceRecord, plan

from .options import POLITE_DELAY_SECONDS

BUDGET_SHARE = 0.8
"""Part of each host's daily budget that a backfill may use up; the rest is the daily crawl's."""
SAMPLE = 6
"""Slices from whose times the rest is estimated, the latest ones: an outlet's years differ."""


@dataclass(frozen=True, slots=True)
class OutletProgress:
    """An outlet's backfill of a span of days.

    Attributes:
        outlet_id: whose.
        slices_done: of the span, walked and read.
        slices_left: of the span.
        found: unknown articles its lists gave, in all slices of the span.
        new: articles archived.
        skipped: articles that were not relevant, or known under another address.
        failed: times a page could not be read.
        waiting: articles of the span that are known and not read.
        oldest_done: first day of the unbroken span of done slices that ends with the last day, or None.
        mean_seconds: of a slice, of the latest ones; None before the first is done.
        mean_requests: of a slice, the same.
        daily_budget: requests the backfill may ask of its host a day.
    """

    outlet_id: str
    slices_done: int
    slices_left: int
    found: int
    new: int
    skipped: int
    failed: int
    waiting: int
    oldest_done: str | None
    mean_seconds: float | None
    mean_requests: float | None
    daily_budget: int

    def seconds_left(self, delay: float = POLITE_DELAY_SECONDS) -> float | None:
        """An estimate of the time that is left; None before a slice is done and while no article is known.

        The larger of what its latest slices took, and of what the pace and the daily budget of its host allow.
        """
        if not self.slices_left:
            return 0.0
        if self.mean_seconds is None or self.mean_requests is None:
            return self.waiting * delay * self.slices_left if self.waiting else None
        days = self.slices_left * self.mean_requests / self.daily_budget
        whole_days = float(int(days))  # what fits into today's budget needs no further day
        return max(self.slices_left * max(self.mean_seconds, self.mean_requests * delay), whole_days * 86_400)

    def to_json(self, delay: float = POLITE_DELAY_SECONDS) -> dict[str, Any]:
        """The state as a JSON object."""
        names = (
            "outlet_id", "slices_done", "slices_left", "found", "new", "skipped", "failed", "waiting", "oldest_done",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"seconds_left": self.seconds_left(delay)}


def progress_of(
    outlet: Outlet, records: Sequence[SliceRecord], since: date, until: date, size: str, frontier: Frontier
) -> OutletProgress:
    """How an outlet's backfill of the days ``since`` to ``until`` stands.

    Args:
        outlet: whose.
        records: its slices, newest first.
        since: first day.
        until: last day, included.
        size: of its slices.
        frontier: knows the articles that wait.
    """
    first, last = since.isoformat(), until.isoformat()
    mine = [record for record in records if record.last_day >= first and record.first_day <= last]
    done = [record for record in mine if record.state == DONE]
    left = plan(outlet.outlet_id, since, until, size, records)
    sample = sorted(done, key=lambda record: record.finished_at or "")[-SAMPLE:]
    # Down to the newest day that is not done, all is.
    newest_left = left[0].last_day.isoformat() if left else ""
    unbroken = [record.first_day for record in done if record.first_day > newest_left]
    return OutletProgress(
        outlet.outlet_id,
        len(done),
        len(left),
        sum(record.found for record in mine),
        sum(record.new for record in mine),
        sum(record.skipped for record in mine),
        sum(record.failed for record in mine),
        frontier.count_wanted(outlet.outlet_id, first, last),
        max(min(unbroken), first) if unbroken else None,
        sum(record.seconds for record in sample) / len(sample) if sample else None,
        sum(record.requests for record in sample) / len(sample) if sample else None,
        ceil(outlet.daily_budget * BUDGET_SHARE),
    )
