"""Waiting for hosts that are not to be asked now: their budget of the day is spent, or they asked for a rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawlers.fetching.pace import WIB, Pace, budgets
from crawlers.frontier import Frontier
from crawlers.registry import Outlet, default_daily_budget

from .backfill_state import BUDGET_SHARE
from .progress import reporter

RESTING = ("budget_spent", "rate_limited")
"""Why a backfill ends at an outlet that may be asked again later."""


class Rests:
    """How long outlets are to be left alone.

    Args:
        frontier: remembers what hosts asked for, and their requests of the day.
        outlets: tell the budgets.
        clock: tells the time, in seconds since 1970.
    """

    def __init__(self, frontier: Frontier, outlets: Iterable[Outlet], clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._pace = Pace(frontier, 0.0, budgets(outlets, default_daily_budget()), BUDGET_SHARE, clock)

    def seconds(self, outlet: Outlet) -> float:
        """Seconds until an outlet may be asked again, 0 if it may now."""
        hosts = {outlet.host, urlsplit(outlet.base_url).hostname or ""}
        rest = max(self._pace.resting(host) for host in hosts)
        if any(self._pace.is_spent(host) for host in hosts):
            moment = datetime.fromtimestamp(self.clock(), WIB)
            midnight = datetime.combine(moment.date() + timedelta(days=1), datetime.min.time(), WIB)
            rest = max(rest, (midnight - moment).total_seconds())
        return rest


def rested(
    outlets: Sequence[Outlet],
    ended: Mapping[str, str],
    working: Sequence[Outlet],
    rests: Rests,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outlet]:
    """The outlets of the next round: those that were at work, and those that have had their rest.

    Where none was at work, it waits until the first of the others has had its rest.

    Args:
        outlets: of the backfill.
        ended: why their last rounds ended, by outlet id.
        working: those that only time stopped.
        rests: tells how long to wait.
        sleep: waits so many seconds.
    """
    resting = [outlet for outlet in outlets if ended.get(outlet.outlet_id) in RESTING]
    if resting and not working:
        seconds = min(map(rests.seconds, resting))
        if seconds > 0:
            moment = datetime.fromtimestamp(rests.clock() + seconds, WIB)
            names = ", ".join(outlet.outlet_id for outlet in resting)
            reporter().warn(f"{names}: not to be asked any more now; going on at {moment:%Y-%m-%d %H:%M:%S} WIB")
            sleep(seconds + 1)
    return [*working, *(outlet for outlet in resting if rests.seconds(outlet) <= 0)]
