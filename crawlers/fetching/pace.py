"""When a host may be asked again, and how often a day: one table for all crawls of a data folder.

However many processes crawl side by side, a host sees one visitor: the time it was last asked, the pause it needs and
the day's requests stand in the frontier's file, and each request takes its turn there in one transaction.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from math import ceil
from urllib.parse import urlsplit

from ..frontier.file import FrontierFile
from ..registry import Outlet

MAX_DELAY = 60.0
"""Seconds of pause that a slow host is given at most, unless its robots.txt asks for more."""
MAX_REST = 24 * 3600.0
"""Seconds for which a host is left alone at most, whatever its Retry-After says."""
VARIATION = 0.2
"""Share of the pause by which it is longer at random, so that requests do not come like clockwork."""
LEAST_WAIT = 0.001
"""Seconds. What rounding leaves of a wait can be less than the clock can tell apart, and would never be over."""
FORGOTTEN_SECONDS = 600.0
"""After so long without a request a host's pause begins anew from the least."""
WIB = timezone(timedelta(hours=7), "WIB")
"""Budgets are counted by days of Jakarta."""
_ROW = "host, asked_at, delay, rests_until, day, requests"
_FIRST_TURN = (
    "INSERT INTO hosts (host, asked_at, delay, day, requests) VALUES (?, ?, ?, ?, ?) ON CONFLICT (host) DO NOTHING"
)
_NEXT_TURN = (
    "UPDATE hosts SET asked_at = ?, delay = ?, day = ?, requests = ? "
    "WHERE host = ? AND asked_at = ? AND delay = ? AND rests_until = ? AND day = ? AND requests = ?"
)


class BudgetSpentError(Exception):
    """A host that has had all its requests of the day."""


class Pace:
    """The turns of one process at the hosts it crawls.

    A pause follows Scrapy's AutoThrottle with one request at a time: as long as a host's answers take, half-way back
    to the least pause when they become quicker.

    Args:
        file: the frontier, which all crawls share.
        delay: least seconds between two requests to one host.
        budget_of: requests a host may be asked a day.
        share: the part of a budget that this crawl may use up; a backfill leaves some of the day to the daily crawl.
        clock: tells the time, in seconds since 1970.
    """

    def __init__(
        self,
        file: FrontierFile,
        delay: float,
        budget_of: Callable[[str], int],
        share: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.file, self.delay, self.budget_of, self.share, self.clock = file, delay, budget_of, share, clock
        self._crawl_delays: dict[str, float] = {}
        self._pauses: dict[str, float] = {}

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Keep to the crawl-delay of a host's robots.txt from now on."""
        self._crawl_delays[host] = seconds

    def answered(self, host: str, seconds: float, *, is_good: bool) -> None:
        """Let a host's pause follow how long an answer took, at once for all crawls.

        A failure is often quick and says nothing of how fast the host is: it makes no pause shorter.
        """
        row = self._row(host)
        before = self._delay(row)
        after = min(max(seconds, (before + seconds) / 2, self.delay), max(MAX_DELAY, self.delay))
        # A host that is quick is not written down at each answer.
        if row is None or after == row["delay"] or (not is_good and after < before):
            return
        self.file.connection.execute("UPDATE hosts SET delay = ? WHERE host = ?", (after, host))

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for a time, as it asked all of us to."""
        until = self.clock() + min(seconds, MAX_REST)
        with self.file.transaction():
            self.file.connection.execute(
                "INSERT INTO hosts (host, rests_until) VALUES (?1, ?2) "
                "ON CONFLICT (host) DO UPDATE SET rests_until = max(rests_until, ?2)",
                (host, until),
            )

    def take_turn(self, host: str) -> float:
        """Take the next turn at a host, if it has come.

        Returns:
            0 if the request may go out now, and is counted; otherwise the seconds to wait before asking for a turn
            again, which another crawl may have taken meanwhile.

        Raises:
            BudgetSpentError: if the host has had its requests of today.
        """
        # The pause is drawn once a turn: drawn at each try, the shortest of many would win.
        variation = self._pauses.setdefault(host, 1 + random.uniform(0, VARIATION))
        while True:
            row = self._row(host)
            if (seconds := self._wait(host, row, variation)) > 0:
                return max(seconds, LEAST_WAIT)
            today = self._today()
            spent = row["requests"] if row and row["day"] == today else 0
            if spent >= self._budget(host):
                raise BudgetSpentError(f"{host} has had its {spent} requests of {today}")
            if self._note_turn(host, row, today, spent + 1):
                break
        del self._pauses[host]
        return 0.0

    def _note_turn(self, host: str, row: sqlite3.Row | None, today: str, requests: int) -> bool:
        """Write a turn down, in one statement that does nothing if anyone has changed the host's row since it was read.

        Returns:
            Whether the turn is ours; if not, the row must be read again.
        """
        taken = self.clock(), self._delay(row), today, requests
        if row is None:
            done = self.file.connection.execute(_FIRST_TURN, (host, *taken))
        else:
            done = self.file.connection.execute(_NEXT_TURN, (*taken, *row))
        return done.rowcount == 1

    def resting(self, host: str) -> float:
        """Seconds for which a host still asks to be left alone."""
        row = self._row(host)
        return self._rest(row) if row is not None else 0.0

    def is_spent(self, host: str) -> bool:
        """Whether a host has had as many requests today as this crawl may ask."""
        return self.requests_left(host) <= 0

    def requests_left(self, host: str) -> int:
        """How many requests of today's budget this crawl may still ask of a host."""
        row = self._row(host)
        spent = row["requests"] if row and row["day"] == self._today() else 0
        return max(0, self._budget(host) - spent)

    def _row(self, host: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.file.connection.execute(
            f"SELECT {_ROW} FROM hosts WHERE host = ?", (host,)
        ).fetchone()
        return found

    def _wait(self, host: str, row: sqlite3.Row | None, variation: float) -> float:
        """Seconds until the host's next turn; 0 or less if it has come."""
        if row is None:
            return 0.0
        now = self.clock()
        pause = max(self._delay(row) * variation, self._crawl_delays.get(host, 0.0))
        since = now - row["asked_at"]
        # Asked in time to come: the clock was put back since, and this tells nothing.
        return max(pause - since if since >= 0 else 0.0, self._rest(row))

    def _rest(self, row: sqlite3.Row) -> float:
        seconds: float = row["rests_until"] - self.clock()
        return seconds if 0 < seconds <= MAX_REST else 0.0

    def _delay(self, row: sqlite3.Row | None) -> float:
        """The pause a host needs, as the crawls have seen of late."""
        is_recent = row is not None and self.clock() - row["asked_at"] < FORGOTTEN_SECONDS
        return max(self.delay, row["delay"]) if row is not None and is_recent else self.delay

    def _budget(self, host: str) -> int:
        return ceil(self.budget_of(host) * self.share)

    def _today(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).astimezone(WIB).date().isoformat()


def budgets(outlets: Iterable[Outlet], default: int) -> Callable[[str], int]:
    """Looks up a host's budget: the largest of the outlets on it. Hosts that are no outlet's have the default."""
    found: dict[str, int] = {}
    for outlet in outlets:
        for host in {urlsplit(outlet.base_url).hostname or "", outlet.host, *outlet.aliases}:
            found[host] = max(found.get(host, 0), outlet.daily_budget)
    return lambda host: found.get(host, default)
