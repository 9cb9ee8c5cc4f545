"""What counts as a problem of an outlet, and what does not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pytest

from crawlers.job import CrawlEvent
from crawlers.registry import load_registry
from crawlers.registry.health_limits import HealthLimits, default_limits
from flows.crawling import CrawlCounts, follow
from flows.health import assess, states
from flows.health_drift import chance_of_fall, compare, has_fallen
from flows.health_monitors import Examined, problems
from flows.health_table import as_json, markdown, one_line, sentences
from flows.workspace import Workspace, write_json
from warehouse.database import open_warehouse
from warehouse.load import load_crawl, load_issues
from warehouse.outlet_crawls import Before, OutletCrawl
from warehouse.readings import Reading

START = datetime(2026, 10, 1)
LIMITS = default_limits()
REGISTRY = """
clock = 2026-10-15T09:00:00+07:00
[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "kabaruji.id"
family = "wordpress"
[[outlets]]
outlet_id = "kabar-lain"
name = "Kabar Lain"
domain = "kabarlain.id"
family = "wordpress"
health = { failed_share = 0.1, failed_pages = 1 }
"""


def readings(crawl: int, count: int, *, body: int = 1500, has_date: bool = True, has_author: bool = True) -> Any:
    moment = START + timedelta(days=crawl)
    return [Reading("kabar-uji", f"c{crawl}", moment, has_date, has_author, body) for _ in range(count)]


def fallen(now: list[Reading], earlier: list[Reading], limits: HealthLimits = LIMITS, **flagged: set[str]) -> set[str]:
    known = Before(tuple(earlier), {crawl: frozenset(kinds) for crawl, kinds in flagged.items()})
    comparison = compare(now, known, limits)
    return {part for part in ("body", "date", "author") if has_fallen(part, comparison, limits)}


@pytest.mark.parametrize(
    ("has", "count", "had", "before", "chance"),
    [
        (0, 8, 8, 8, 1 / 12870),
        (1, 8, 8, 8, 9 / 12870),
        (8, 8, 8, 8, 1.0),
        (0, 5, 50, 50, 1 / 3478761),
        (1, 4, 3, 4, 17 / 70),  # the lady tasting tea
    ],
)
def test_the_chance_of_a_fall_is_that_of_fishers_exact_test(
    has: int, count: int, had: int, before: int, chance: float
) -> None:
    assert chance_of_fall(has, count, had, before) == pytest.approx(chance)


def test_a_new_layout_is_seen_in_each_part_that_vanished() -> None:
    good = readings(1, 20)
    assert fallen(readings(2, 8, body=150, has_date=False, has_author=False), good) == {"body", "date", "author"}
    assert fallen(readings(2, 8, has_author=False), good) == {"author"}
    assert fallen(readings(2, 8, body=0), good) == {"body"}
    assert fallen(readings(2, 8, body=1100), good) == set()


def test_what_an_outlet_never_had_is_not_missed() -> None:
    assert fallen(readings(2, 9, has_author=False), readings(1, 50, has_author=False)) == set()


def test_few_articles_of_several_crawls_are_taken_together() -> None:
    bare = [reading for crawl in (5, 4, 3) for reading in readings(crawl, 2, has_date=False)]
    assert fallen(bare[:2], [*bare[2:], *readings(1, 40)]) == {"date"}
    assert fallen(bare[:2], readings(1, 40)[:3]) == set()


def test_crawls_that_drifted_already_are_no_yardstick() -> None:
    bare = readings(2, 40, has_date=False)
    assert fallen(readings(3, 8, has_date=False), [*bare, *readings(1, 20)]) == set()
    assert fallen(readings(3, 8, has_date=False), [*bare, *readings(1, 20)], c2={"drift_date"}) == {"date"}
    assert fallen(readings(3, 8, has_date=False), bare, c2={"drift_date"}) == set()


def test_outlets_in_which_nothing_changed_hardly_ever_alarm() -> None:
    chosen, alarms, rounds = random.Random(7), 0, 4000
    for _ in range(rounds):
        share = chosen.choice((0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0))

        def drawn(crawl: int, count: int, share: float = share) -> list[Reading]:
            return [
                reading
                for _ in range(count)
                for reading in readings(
                    crawl, 1, body=chosen.randrange(900, 3000), has_date=chosen.random() < share,
                    has_author=chosen.random() < share,
                )
            ]  # fmt: skip

        alarms += bool(fallen(drawn(2, chosen.randrange(1, 25)), drawn(1, chosen.randrange(5, 60))))
    assert alarms <= rounds // 1000


def examined(limits: HealthLimits = LIMITS, **row: Any) -> Examined:
    lists, failures = row.pop("lists", {}), row.pop("failures", {})
    comparison = compare(row.pop("now", []), Before(), limits)
    found = OutletCrawl("c1", "kabar-uji", START, is_done=True, **row)
    return Examined(found, MappingProxyType(lists), MappingProxyType(failures), comparison, limits)


def kinds(found: Examined) -> list[str]:
    return [problem.kind for problem in problems(found)]


@pytest.mark.parametrize(
    ("days", "gap", "expected"),
    [(7, 1, []), (8, 1, ["silent"]), (8, 3, []), (13, 3, ["silent"]), (98, 84.5, []), (400, None, []), (None, 1, [])],
)
def test_an_outlet_is_silent_when_it_breaks_its_own_habit(
    days: int | None, gap: float | None, expected: list[str]
) -> None:
    last = date(2026, 10, 15) - timedelta(days=days) if days is not None else None
    assert kinds(examined(silent_day_count=days, usual_gap_day_count=gap, last_article_date=last)) == expected


@pytest.mark.parametrize(("failed", "fetched", "expected"), [(4, 4, []), (5, 11, []), (5, 10, ["many_failures"])])
def test_many_failures_are_a_share_of_what_was_asked(failed: int, fetched: int, expected: list[str]) -> None:
    assert kinds(examined(failed_count=failed, fetched_count=fetched, failures={"timeout": failed})) == expected


def test_an_outlet_without_a_past_that_cannot_be_read_is_told() -> None:
    unread = readings(1, 6, body=0)
    assert kinds(examined(now=unread, reading_count=10, parse_failure_count=6)) == ["few_bodies"]
    assert kinds(examined(now=unread, reading_count=20, parse_failure_count=6)) == []


@pytest.mark.parametrize("kind", ["robots_unreachable", "outlet_stopped", "nothing_found", "crawler_error"])
def test_a_crawl_that_could_not_do_its_work_is_told(kind: str) -> None:
    assert kinds(examined(failures={kind: 1, "charset": 3})) == ["unreachable"]


@pytest.mark.parametrize(
    ("grade", "outcome", "gifts", "is_probe", "expected"),
    [
        ("full", "gave", 5, False, []),
        ("full", "gone", 5, False, ["feed_stopped"]),
        ("full", "gone", 0, False, []),  # it never worked: its grade falls, which is no news
        ("full", "timeout", 5, False, []),
        ("half", "timeout", 5, False, ["feed_stopped"]),
        ("full", "nothing", 5, False, []),
        ("off", "gone", 0, False, ["feed_off"]),
        ("off", "gone", 0, True, []),
        ("off", "timeout", 5, True, ["feed_off"]),
    ],
)
def test_a_list_that_stops_is_told_at_once_and_one_that_fails_after_a_while(
    grade: str, outcome: str, gifts: int, is_probe: bool, expected: list[str]
) -> None:
    state = {"grade": grade, "outcome": outcome, "gifts": gifts, "is_probe": is_probe, "misses": 1}
    assert kinds(examined(lists={"/feed/": state})) == expected


# The books


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    (tmp_path / "outlets.toml").write_text(REGISTRY, encoding="utf-8")
    return workspace


@pytest.fixture
def con(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(place.warehouse)
    yield connection
    connection.close()


@pytest.fixture
def crawled(place: Workspace, con: duckdb.DuckDBPyConnection) -> Callable[..., None]:
    """Leaves a crawl's record as the crawl stage does, and loads it."""

    def crawl(number: int, by_outlet: dict[str, Any], issues: list[dict[str, Any]] | None = None) -> None:
        crawl_id, day = f"c{number}", f"2026-10-{number:02}"
        record = {
            "crawl_id": crawl_id,
            "started_at": f"{day}T01:00:00+00:00",
            "finished_at": f"{day}T02:00:00+00:00",
            "clock": f"{day}T09:00:00+07:00",
            "by_outlet": by_outlet,
        }
        write_json(place.crawls / f"{crawl_id}.json", record)
        load_crawl(con, record)
        load_issues(con, issues or [], crawl_id)

    return crawl


def visit(found: int = 3, failed: int = 0, last_day: str | None = None) -> dict[str, Any]:
    feed = {"grade": "half", "outcome": "gone", "gifts": 0, "misses": 0, "is_asked": True, "is_probe": False}
    return {
        "counts": {
            "found": found,
            "planned": 10,
            "fetched": 10,
            "new": 10 - failed,
            "failed": failed,
            "issues": failed,
        },
        "lists": {
            "/feed/": feed,
            "/sitemap.xml": feed | {"grade": "full", "outcome": "gave", "gifts": 3},
            "wp-json": feed | {"grade": "off", "is_probe": True},  # it never had one
        },
        "rhythm": {"last_day": last_day, "usual_gap_days": 1},
        "is_done": True,
    }


def test_what_a_crawl_did_at_each_outlet_is_in_the_books(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    crawled(14, {"kabar-uji": visit(failed=2, last_day="2026-10-13"), "kabar-lain": visit(last_day="2026-10-14")})
    assert assess(con, place, load_registry(place.folder / "outlets.toml")) == 1
    rows = con.execute(
        "SELECT outlet_id, found_count, failed_count, last_article_date, silent_day_count, list_count, "
        "half_list_count, problem_types FROM pipeline.outlet_crawls ORDER BY outlet_id"
    ).fetchall()
    assert rows == [
        ("kabar-lain", 3, 0, date(2026, 10, 14), 0, 2, 1, []),
        ("kabar-uji", 3, 2, date(2026, 10, 13), 1, 2, 1, []),
    ]


def test_limits_are_those_of_each_outlet(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    visited = visit(failed=2, last_day="2026-10-14")
    crawled(14, {"kabar-uji": visited, "kabar-lain": visited})
    assess(con, place, load_registry(place.folder / "outlets.toml"))
    found = {state.outlet_id: state for state in states(con)}
    assert found["kabar-uji"].row.problem_types == ()
    assert found["kabar-lain"].row.problem_types == ("many_failures",)
    assert found["kabar-lain"].problems == ("2 of 10 pages failed",)


def test_problems_are_issues_and_sentences_and_are_written_once(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    registry = load_registry(place.folder / "outlets.toml")
    hindered = [{"at": "2026-10-15T01:30:00Z", "stage": "crawl", "kind": "outlet_stopped", "outlet_id": "kabar-uji"}]
    crawled(14, {"kabar-uji": visit(last_day="2026-10-13")})
    crawled(15, {"kabar-uji": visit(found=0, last_day="2026-10-01")}, hindered)
    assert assess(con, place, registry) == 2
    assert assess(con, place, registry) == 0
    told = con.execute(
        "SELECT issue_type, outlet_id, crawl_id, detail FROM pipeline.issues WHERE stage_name = 'health' ORDER BY 1"
    ).fetchall()
    silent = "no new article since 2026-10-01, for 14 days; usually one every 1 days"
    stopped = "the crawl was hindered: outlet stopped"
    assert told == [("silent", "kabar-uji", "c15", silent), ("unreachable", "kabar-uji", "c15", stopped)]
    found = states(con)
    assert sentences(found) == [f"kabar-uji: {silent}", f"kabar-uji: {stopped}"]
    assert one_line(found) == "Outlets with problems: kabar-uji (silent, unreachable)"
    assert f"- {silent}" in markdown(found)
    assert json.loads(json.dumps(as_json(found[0])))["problem_types"] == ["silent", "unreachable"]


def test_an_address_that_was_unknown_tells_of_a_new_article_where_lists_name_no_day(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    registry = load_registry(place.folder / "outlets.toml")
    for day, found in ((1, 30), (2, 4), (9, 0)):
        crawled(day, {"kabar-uji": visit(found=found)})
    assess(con, place, registry)
    rows = con.execute("SELECT last_article_date FROM pipeline.outlet_crawls ORDER BY crawl_id").fetchall()
    # In the first crawl every address is unknown, which tells nothing.
    assert rows == [(None,), (date(2026, 10, 2),), (date(2026, 10, 2),)]


def test_what_an_interrupted_first_crawl_left_tells_of_no_new_article(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    registry = load_registry(place.folder / "outlets.toml")
    for day, found, is_done in ((1, 30, False), (2, 12, True), (3, 2, True), (4, 0, True)):
        crawled(day, {"kabar-uji": visit(found=found) | {"is_done": is_done}})
    assess(con, place, registry)
    rows = con.execute("SELECT last_article_date FROM pipeline.outlet_crawls ORDER BY crawl_id").fetchall()
    assert rows == [(None,), (None,), (date(2026, 10, 3),), (date(2026, 10, 3),)]


def test_a_crawl_from_before_outlets_were_counted_is_no_problem(
    place: Workspace, con: duckdb.DuckDBPyConnection, crawled: Callable[..., None]
) -> None:
    crawled(14, {})
    assess(con, place, load_registry(place.folder / "outlets.toml"))
    assert states(con) == []
    assert one_line(states(con)) == ""


def test_the_end_of_a_run_names_only_so_many_outlets() -> None:
    row = OutletCrawl("c1", "kabar", START, is_done=True, problem_types=("silent",))
    from flows.health import OutletState

    many = [OutletState(replace(row, outlet_id=f"kabar-{number}"), ()) for number in range(9)]
    assert one_line(many).endswith("kabar-5 (silent) and 3 more")


def test_events_of_a_crawl_become_the_record_of_its_outlets() -> None:
    kept: list[list[str]] = []
    told = [
        CrawlEvent("started", totals={}),
        CrawlEvent("list", "kabar-uji", "/feed/", "half", counts={"found": 0}, facts={"grade": "half"}),
        CrawlEvent("page", "kabar-lain", "https://kabarlain.id/a", "new", counts={"found": 2, "new": 1}),
        CrawlEvent("outlet", "kabar-uji", kind="done", counts={"found": 3}, facts={"last_day": "2026-10-14"}),
        CrawlEvent("finished", totals={"new": 1}),
    ]
    found = follow(iter(told), CrawlCounts("c1"), lambda outlets: kept.append(sorted(outlets)))
    assert found["kabar-uji"].counts == {"found": 3}
    assert found["kabar-uji"].lists == {"/feed/": {"grade": "half"}}
    assert (found["kabar-uji"].rhythm, found["kabar-uji"].is_done) == ({"last_day": "2026-10-14"}, True)
    assert not found["kabar-lain"].is_done
    assert kept == [["kabar-lain", "kabar-uji"]]
