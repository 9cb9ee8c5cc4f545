"""A backfill's slices: cut by the calendar, walked once, repeated until they are done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.frontier import Frontier
from crawlers.slices import SIZES, Slice, SliceRecord, Slices, plan

DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@pytest.fixture
def slices(tmp_path: Path) -> Iterator[Slices]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield Slices(opened)


def record(first: date, last: date, state: str = "done") -> SliceRecord:
    return SliceRecord("a", str(first), str(last), state, "c1", "", None, None, 1, 0, 0, 0, 0, 0, 0)


def days(found: list[Slice]) -> list[date]:
    return [day for one in found for day in each_day(one.first_day, one.last_day)]


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_months_are_cut_by_the_calendar_and_the_newest_comes_first() -> None:
    found = plan("a", date(2025, 11, 20), date(2026, 1, 10), "month")
    assert [one.words()[1:] for one in found] == [
        ("2026-01-01", "2026-01-10"),
        ("2025-12-01", "2025-12-31"),
        ("2025-11-20", "2025-11-30"),
    ]


def test_weeks_begin_on_monday() -> None:
    found = plan("a", date(2026, 10, 1), date(2026, 10, 14), "week")
    assert [one.first_day.weekday() for one in found] == [0, 0, 3]


@given(
    since=DAYS,
    length=st.integers(0, 900),
    size=st.sampled_from(SIZES),
    done=st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=5),
)
def test_every_day_is_in_one_slice_unless_it_is_done(
    since: date, length: int, size: str, done: list[tuple[date, int]]
) -> None:
    until = since + timedelta(days=length)
    records = [record(first, first + timedelta(days=more)) for first, more in done]
    covered = set(days([one.slice for one in records]))
    found = days(plan("a", since, until, size, records))
    assert len(found) == len(set(found))
    assert set(found) == set(each_day(since, until)) - covered


def test_what_is_not_done_is_planned_again() -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    for state in ("begun", "walked"):
        assert plan("a", first, last, "month", [record(first, last, state)]) == [Slice("a", first, last)]


def test_a_slice_remembers_how_far_it_came_and_what_was_done(slices: Slices) -> None:
    one = Slice("a", date(2026, 1, 1), date(2026, 1, 31))
    assert slices.begin(one, "c1").state == "begun"
    slices.walked(one)
    slices.add(one, seconds=2, requests=5, found=4, new=3, skipped=1, failed=0)
    again = slices.begin(one, "c2")
    assert (again.state, again.crawl_id, again.attempts) == ("walked", "c2", 1)
    slices.add(one, seconds=1, requests=2, found=0, new=1, skipped=0, failed=0)
    slices.finish(one)
    (kept,) = slices.records("a")
    assert (kept.state, kept.seconds, kept.requests, kept.found, kept.new) == ("done", 3, 7, 4, 4)
    assert kept.finished_at


def test_a_slice_that_is_done_can_be_begun_anew(slices: Slices) -> None:
    one = Slice("a", date(2026, 1, 1), date(2026, 1, 31))
    slices.begin(one, "c1")
    slices.walked(one)
    slices.finish(one)
    again = slices.begin(one, "c2")
    assert (again.state, again.attempts, again.finished_at) == ("begun", 0, None)
