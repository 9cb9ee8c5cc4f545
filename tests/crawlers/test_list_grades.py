"""A list that gives nothing is asked less and less, and comes back with its first article."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.frontier import Frontier
from crawlers.lists.discovery import Discovery
from crawlers.lists.grades import ListGrades, ListRecord
from crawlers.lists.rhythm import rhythm
from crawlers.registry import Outlet
from crawlers.reporting import Reporter

FEED = "https://kabaruji.id/feed/"
STORY = "https://kabaruji.id/2026/10/14/rapat-koordinasi-tppo-di-kupang/"
RSS = f"<rss version='2.0'><channel><item><title>Rapat</title><link>{STORY}</link></item></channel></rss>"
EMPTY = "<rss version='2.0'><channel></channel></rss>"


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


def crawls(grades: ListGrades, count: int, outcome: str = "gone", misses: int = 3) -> list[bool]:
    """Let so many crawls come by; says which of them asked the list."""
    asked = []
    for _ in range(count):
        asked.append(grades.is_due("kabar-uji", "/feed/"))
        if asked[-1]:
            grades.note("kabar-uji", "/feed/", outcome, misses)
        else:
            grades.pass_over("kabar-uji", "/feed/")
    return asked


def test_a_list_that_fails_is_asked_every_second_then_every_fourth_crawl_then_no_more(db: sqlite3.Connection) -> None:
    asked = crawls(ListGrades(db), 40)
    full, half, quarter = [True] * 3, [False, True] * 3, [False, False, False, True] * 3
    assert asked == full + half + quarter + [False] * 19
    assert ListGrades(db).record("kabar-uji", "/feed/").grade == "off"


@pytest.mark.parametrize("misses", [1, 2, 5])
def test_how_many_misses_cost_a_grade_is_the_outlets_limit(db: sqlite3.Connection, misses: int) -> None:
    grades = ListGrades(db)
    crawls(grades, misses - 1, misses=misses)
    assert grades.record("kabar-uji", "/feed/").grade == "full"
    crawls(grades, 1, misses=misses)
    assert grades.record("kabar-uji", "/feed/").grade == "half"


def test_one_article_brings_a_list_back_to_every_crawl(db: sqlite3.Connection) -> None:
    grades = ListGrades(db)
    crawls(grades, 10)
    assert grades.record("kabar-uji", "/feed/").grade == "quarter"
    assert grades.note("kabar-uji", "/feed/", "gave", 3) == ListRecord("full", 0, 1, 0, "gave")
    assert crawls(grades, 3, "unchanged") == [True] * 3


def test_a_list_that_is_off_is_asked_when_a_person_wants_all_lists(db: sqlite3.Connection) -> None:
    crawls(ListGrades(db), 40)
    assert not ListGrades(db).is_due("kabar-uji", "/feed/")
    by_hand = ListGrades(db, ask_all=True)
    assert by_hand.is_due("kabar-uji", "/feed/")
    by_hand.note("kabar-uji", "/feed/", "gave", 3)
    assert ListGrades(db).is_due("kabar-uji", "/feed/")


def test_an_empty_list_that_stays_the_same_is_still_empty(db: sqlite3.Connection) -> None:
    grades = ListGrades(db)
    grades.note("kabar-uji", "/indeks", "nothing", 3)
    grades.note("kabar-uji", "/indeks", "unchanged", 3)
    found = grades.note("kabar-uji", "/indeks", "timeout", 3)
    assert (found.grade, found.outcome) == ("half", "timeout")
    found = grades.note("kabar-uji", "/indeks", "unchanged", 3)
    assert (found.grade, found.outcome, found.gifts) == ("half", "nothing", 0)


def test_grades_of_other_lists_and_outlets_are_not_touched(db: sqlite3.Connection) -> None:
    grades = ListGrades(db)
    crawls(grades, 40)
    assert grades.record("kabar-uji", "/sitemap.xml") == ListRecord()
    assert grades.is_due("kabar-lain", "/feed/")


class Discoveries:
    """Discovers one outlet again and again with one frontier."""

    def __init__(self, folder: Path, outlet: Outlet, make_fetcher: Callable[..., Any]) -> None:
        self.frontier = Frontier(folder / "frontier.sqlite")
        self.outlet, self.make_fetcher = outlet, make_fetcher
        self.folder, self.issues = folder, io.StringIO()

    def once(self, answers: dict[str, str], *, graded: bool = True, since: str = "") -> tuple[list[str], list[Any]]:
        """Discover once; the addresses asked for, and the events about lists and issues."""
        out = io.StringIO()
        fetcher = self.make_fetcher(answers)
        discovery = Discovery(
            self.outlet,
            fetcher,
            self.frontier,
            Reporter(self.folder / "issues.jsonl", out, "c1"),
            since=since,
            clock=datetime(2026, 10, 15, 2, tzinfo=UTC),
            index_days=2,
            limit=None,
            thorough=True,
            stopping=lambda: False,
            grades=ListGrades(self.frontier.connection) if graded else None,
        )
        assert asyncio.run(discovery.run())
        events = [json.loads(line) for line in out.getvalue().splitlines()]
        return fetcher.urls, [event for event in events if event["event"] in ("list", "issue")]


@pytest.fixture
def discoveries(
    tmp_path: Path, make_outlet: Callable[..., Outlet], make_fetcher: Callable[..., Any]
) -> Iterator[Discoveries]:
    outlet = make_outlet("custom", feeds=["/feed/"], sitemaps=[], index_pages=["/indeks?tanggal={date:%Y-%m-%d}"])
    found = Discoveries(tmp_path, outlet, make_fetcher)
    yield found
    found.frontier.close()


def grade_of(events: list[Any], name: str) -> tuple[str, str, bool]:
    (event,) = [event for event in events if event["event"] == "list" and event["url"] == name]
    return event["kind"], event["facts"]["outcome"], event["facts"]["is_asked"]


def test_discovery_passes_over_a_list_when_it_is_not_its_turn_and_tells_so(discoveries: Discoveries) -> None:
    told = [discoveries.once({}) for _ in range(5)]
    assert [FEED in asked for asked, _ in told] == [True, True, True, False, True]
    assert grade_of(told[2][1], "/feed/") == ("half", "gone", True)
    assert grade_of(told[3][1], "/feed/") == ("half", "gone", False)


def test_a_feed_that_comes_back_is_asked_every_time_again(discoveries: Discoveries) -> None:
    for _ in range(4):
        discoveries.once({})
    assert grade_of(discoveries.once({FEED: RSS})[1], "/feed/") == ("full", "gave", True)
    assert FEED in discoveries.once({FEED: RSS})[0]


def test_a_feed_that_comes_back_as_it_was_has_come_back(discoveries: Discoveries) -> None:
    discoveries.once({FEED: RSS})
    for _ in range(4):
        discoveries.once({})
    assert grade_of(discoveries.once({FEED: RSS})[1], "/feed/") == ("full", "unchanged", True)


def test_a_feed_without_entries_is_a_miss(discoveries: Discoveries) -> None:
    assert grade_of(discoveries.once({FEED: EMPTY})[1], "/feed/") == ("full", "feed_empty", True)


def test_a_day_without_articles_costs_a_dated_list_nothing(discoveries: Discoveries) -> None:
    days = {f"https://kabaruji.id/indeks?tanggal=2026-10-{day}": "<p>Tidak ada berita.</p>" for day in (14, 15)}
    for _ in range(5):
        _, events = discoveries.once({FEED: RSS, **days})
        assert grade_of(events, "/indeks?tanggal={date:%Y-%m-%d}") == ("full", "nothing", True)


def test_nothing_found_is_not_said_of_lists_that_were_passed_over(discoveries: Discoveries) -> None:
    kinds = [[e["kind"] for e in discoveries.once({})[1] if e["event"] == "issue"] for _ in range(4)]
    assert "nothing_found" in kinds[2]
    assert "nothing_found" not in kinds[3]


def test_a_crawl_that_keeps_no_grades_asks_everything(discoveries: Discoveries) -> None:
    for _ in range(5):
        asked, events = discoveries.once({}, graded=False)
        assert FEED in asked
        assert not [event for event in events if event["event"] == "list"]


def test_the_rhythm_of_an_outlet_is_that_of_the_days_its_lists_name(discoveries: Discoveries) -> None:
    days = ("01", "04", "07", "10", "14")
    items = "".join(
        f"<item><title>Rapat</title><link>https://kabaruji.id/2026/10/{day}/rapat-koordinasi-tppo-di-kupang/</link>"
        "</item>"
        for day in (*days, "30")
    )
    discoveries.once({FEED: f"<rss version='2.0'><channel>{items}</channel></rss>"})
    found = rhythm(discoveries.frontier.connection, "kabar-uji", date(2026, 10, 15))
    assert found == {"last_day": "2026-10-14", "usual_gap_days": 3}  # a day to come is a mistake
    assert rhythm(discoveries.frontier.connection, "kabar-lain", date(2026, 10, 15)) == {
        "last_day": None,
        "usual_gap_days": None,
    }
