"""One visitor a host, however many crawls there are, and no more requests than its budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers.fetching.pace import MAX_REST, VARIATION, BudgetSpentError, Pace
from crawlers.frontier.file import FrontierFile

HOST = "kabaruji.id"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 10, 15, 16, 0, tzinfo=UTC).timestamp()  # 23.00 WIB

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_pace(tmp_path: Path, clock: Clock) -> Callable[..., Pace]:
    """Makes the pace of one more crawl of the same data folder."""

    def make(delay: float = 3.0, budget: int = 1000, share: float = 1.0) -> Pace:
        return Pace(FrontierFile(tmp_path / "frontier.sqlite"), delay, lambda _: budget, share, clock)

    return make


def sent(clock: Clock, paces: list[Pace], seconds: float) -> list[float]:
    """When requests go out if every crawl tries again as soon as it was told to."""
    end, times = clock.now + seconds, []
    tries = dict.fromkeys(range(len(paces)), clock.now)
    while clock.now < end:
        number = min(tries, key=lambda one: tries[one])
        clock.now = max(clock.now, tries[number])
        wait = paces[number].take_turn(HOST)
        if wait == 0:
            times.append(clock.now)
        tries[number] = clock.now + max(wait, 0.001)
    return times


def test_three_crawls_together_ask_no_more_often_than_one(make_pace: Callable[..., Pace], clock: Clock) -> None:
    times = sent(clock, [make_pace(), make_pace(), make_pace()], 300)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 3
    assert 300 / (3 * (1 + VARIATION)) - 2 <= len(times) <= 101


def test_hosts_do_not_wait_for_each_other(make_pace: Callable[..., Pace]) -> None:
    pace = make_pace()
    assert pace.take_turn(HOST) == 0
    assert pace.take_turn("lain.id") == 0
    assert pace.take_turn(HOST) > 0


def test_a_slow_host_is_given_time_by_all_crawls(make_pace: Callable[..., Pace], clock: Clock) -> None:
    one, other = make_pace(), make_pace()
    one.take_turn(HOST)
    one.answered(HOST, 20.0, is_good=True)
    clock.now += 25
    assert one.take_turn(HOST) == 0
    clock.now += 19
    assert other.take_turn(HOST) > 0
    clock.now += 20 * VARIATION + 1
    assert other.take_turn(HOST) == 0


def test_a_quick_failure_does_not_make_a_slow_host_fast(make_pace: Callable[..., Pace], clock: Clock) -> None:
    pace = make_pace()
    for seconds, is_good in ((20.0, True), (0.01, False)):
        while (wait := pace.take_turn(HOST)) > 0:
            clock.now += wait
        pace.answered(HOST, seconds, is_good=is_good)
    assert pace.take_turn(HOST) >= 20


def test_the_crawl_delay_of_robots_txt_is_kept(make_pace: Callable[..., Pace]) -> None:
    pace = make_pace()
    pace.set_crawl_delay(HOST, 90)
    pace.take_turn(HOST)
    assert pace.take_turn(HOST) == 90


def test_a_host_that_asks_for_rest_gets_it_from_all(make_pace: Callable[..., Pace], clock: Clock) -> None:
    one, other = make_pace(), make_pace()
    one.rest(HOST, 45)
    assert other.take_turn(HOST) == pytest.approx(45)
    assert other.resting(HOST) == pytest.approx(45)
    clock.now += 46
    assert other.take_turn(HOST) == 0
    one.rest(HOST, 1e9)
    assert other.resting(HOST) == pytest.approx(MAX_REST)


def test_the_budget_is_counted_over_all_crawls_and_by_days_of_jakarta(
    make_pace: Callable[..., Pace], clock: Clock
) -> None:
    daily, backfill = make_pace(0, budget=10), make_pace(0, budget=10, share=0.8)
    for _ in range(4):
        assert daily.take_turn(HOST) == backfill.take_turn(HOST) == 0
    with pytest.raises(BudgetSpentError, match=r"kabaruji\.id has had its 8 requests of 2026-10-15"):
        backfill.take_turn(HOST)
    assert (daily.requests_left(HOST), backfill.requests_left(HOST)) == (2, 0)
    assert daily.take_turn(HOST) == daily.take_turn(HOST) == 0
    with pytest.raises(BudgetSpentError):
        daily.take_turn(HOST)
    clock.now += 3600  # midnight in Jakarta, not in Greenwich
    assert backfill.take_turn(HOST) == 0
    assert daily.requests_left(HOST) == 9


def test_a_clock_that_was_put_back_stops_nobody(make_pace: Callable[..., Pace], clock: Clock) -> None:
    pace = make_pace()
    pace.take_turn(HOST)
    pace.rest(HOST, 30)
    clock.now -= 7 * 24 * 3600
    assert pace.take_turn(HOST) == 0
