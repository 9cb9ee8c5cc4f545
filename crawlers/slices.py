"""A backfill's slices: spans of days of one outlet, each of which is finished once, or repeated until it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta

from .frontier.file import FrontierFile, now

SIZES = ("month", "week", "day")
BEGUN = "begun"
"""Its lists are being walked, and are walked again when the crawl breaks off."""
WALKED = "walked"
"""Its lists have been walked; articles are left."""
DONE = "done"


@dataclass(frozen=True, slots=True, order=True)
class Slice:
    """The days from ``first_day`` to ``last_day``, both included, of one outlet."""

    outlet_id: str
    first_day: date
    last_day: date

    @classmethod
    def of(cls, found: Iterable[str]) -> Slice:
        """The slice of an outlet's id and two ISO days.

        Raises:
            ValueError: if they are none.
        """
        outlet_id, first_day, last_day = found
        return cls(outlet_id, date.fromisoformat(first_day), date.fromisoformat(last_day))

    def words(self) -> tuple[str, str, str]:
        """Outlet and days as text."""
        return self.outlet_id, self.first_day.isoformat(), self.last_day.isoformat()


@dataclass(frozen=True, slots=True)
class SliceRecord:
    """What the frontier remembers of a slice.

    Attributes:
        outlet_id: whose.
        first_day: ISO day.
        last_day: ISO day, included.
        state: ``begun``, ``walked`` or ``done``.
        crawl_id: the crawl that worked on it last.
        started_at: when its first crawl began, ISO 8601 UTC.
        walked_at: when its lists were walked, or None.
        finished_at: when it was done, or None.
        attempts: crawls that walked its lists.
        seconds: spent on it, by all crawls.
        requests: asked for it, redirects not counted.
        found: unknown articles its lists gave.
        new: articles archived.
        skipped: articles that were not relevant, or known under another address.
        failed: times a page could not be read.
    """

    outlet_id: str
    first_day: str
    last_day: str
    state: str
    crawl_id: str
    started_at: str
    walked_at: str | None
    finished_at: str | None
    attempts: int
    seconds: float
    requests: int
    found: int
    new: int
    skipped: int
    failed: int

    @property
    def slice(self) -> Slice:
        """Its days."""
        return Slice.of((self.outlet_id, self.first_day, self.last_day))


_COLUMNS = ", ".join(item.name for item in fields(SliceRecord))


class Slices:
    """The table of slices in the frontier."""

    def __init__(self, file: FrontierFile) -> None:
        self._file = file
        self._db: sqlite3.Connection = file.connection

    def begin(self, one: Slice, crawl_id: str) -> SliceRecord:
        """Note that a crawl works on a slice, and tell how it stood.

        A slice that is done begins anew.
        """
        key = one.words()
        with self._file.transaction():
            self._db.execute(
                "INSERT INTO slices (outlet_id, first_day, last_day, state, crawl_id, started_at) "
                "VALUES (?1, ?2, ?3, 'begun', ?4, ?5) ON CONFLICT DO UPDATE SET crawl_id = ?4, "
                "state = CASE WHEN state = 'done' THEN 'begun' ELSE state END, "
                "finished_at = NULL, attempts = CASE WHEN state = 'done' THEN 0 ELSE attempts END",
                (*key, crawl_id, now()),
            )
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM slices WHERE outlet_id = ? AND first_day = ? AND last_day = ?", key
            ).fetchone()
        return SliceRecord(**dict(row))

    def add(
        self, one: Slice, *, seconds: float, requests: int, found: int, new: int, skipped: int, failed: int
    ) -> None:
        """Add what a crawl did on a slice."""
        self._db.execute(
            "UPDATE slices SET seconds = seconds + ?, requests = requests + ?, found = found + ?, new = new + ?, "
            "skipped = skipped + ?, failed = failed + ? WHERE outlet_id = ? AND first_day = ? AND last_day = ?",
            (seconds, requests, found, new, skipped, failed, *one.words()),
        )

    def attempted(self, one: Slice) -> None:
        """Note that a slice's lists were walked, though some of them could not be read."""
        self._db.execute(
            "UPDATE slices SET attempts = attempts + 1 WHERE outlet_id = ? AND first_day = ? AND last_day = ?",
            one.words(),
        )

    def walked(self, one: Slice) -> None:
        """Note that a slice's lists were walked: every article of its days is known."""
        self._db.execute(
            "UPDATE slices SET state = 'walked', walked_at = ?, attempts = attempts + 1 "
            "WHERE outlet_id = ? AND first_day = ? AND last_day = ?",
            (now(), *one.words()),
        )

    def finish(self, one: Slice) -> None:
        """Note that no article of a slice is left to read."""
        self._db.execute(
            "UPDATE slices SET state = 'done', finished_at = ? WHERE outlet_id = ? AND first_day = ? AND last_day = ?",
            (now(), *one.words()),
        )

    def records(self, outlet_id: str) -> list[SliceRecord]:
        """An outlet's slices, newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM slices WHERE outlet_id = ? ORDER BY last_day DESC, first_day DESC", (outlet_id,)
        )
        return [SliceRecord(**dict(row)) for row in rows]


def plan(outlet_id: str, since: date, until: date, size: str, done: Iterable[SliceRecord] = ()) -> list[Slice]:
    """The slices of a backfill that are left, newest first.

    Newest first, because a paged list begins with the newest, because what is lost from lists is lost at their old
    end, and because a backfill that is broken off then leaves one unbroken span up to the daily crawl's.

    Args:
        outlet_id: whose.
        since: first day.
        until: last day, included.
        size: ``month``, ``week`` (Monday to Sunday) or ``day``, cut by the calendar, so that two backfills of
            different ends have the slices between in common.
        done: records of slices; the days of those that are done are left out.
    """
    covered = [record.slice for record in done if record.state == DONE]
    found = []
    for first, last in _spans(since, until, size):
        found += [Slice(outlet_id, start, end) for start, end in _uncovered(first, last, covered)]
    return found[::-1]


def _spans(since: date, until: date, size: str) -> Iterator[tuple[date, date]]:
    """The calendar's months, weeks or days between two days, oldest first, cut off at both."""
    first = since
    while first <= until:
        if size == "month":
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        elif size == "week":
            following = first + timedelta(days=7 - first.weekday())
        else:
            following = first + timedelta(days=1)
        yield first, min(following - timedelta(days=1), until)
        first = following


def _uncovered(first: date, last: date, covered: Iterable[Slice]) -> list[tuple[date, date]]:
    """The spans of days between two days that none of the slices covers, oldest first."""
    left = [(first, last)]
    for one in covered:
        pieces = []
        for start, end in left:
            if one.last_day < start or end < one.first_day:
                pieces.append((start, end))
                continue
            if start < one.first_day:
                pieces.append((start, one.first_day - timedelta(days=1)))
            if one.last_day < end:
                pieces.append((one.last_day + timedelta(days=1), end))
        left = pieces
    return left
