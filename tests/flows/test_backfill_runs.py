"""Backfills as a person runs them: stopped, limited, out of budget, and walked again."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from crawlers.archive import entries
from crawlers.fetching.pace import Pace
from crawlers.frontier import Frontier
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import load_sites
from crawlers.registry import Outlet, load_registry
from flows.backfill import BackfillOptions, BackfillResult, backfill, status
from flows.backfill_rests import Rests, rested
from flows.commands.backfilling import show
from flows.crawling import Source
from flows.options import RunOptions
from flows.prefect_server import free_port
from flows.workspace import Workspace

OUTLET = "suara-tenggara"
SINCE, UNTIL = date(2026, 6, 1), date(2026, 10, 14)
MIDNIGHT_UTC = 1_792_022_400.0  # 2026-10-15T00:00Z, 7.00 in Jakarta


def expected(newsroom: Newsroom, outlet: str = OUTLET) -> Counter[str]:
    return Counter(
        article.canonical_url(load_sites()[outlet])
        for article in newsroom.articles()
        if article.outlet == outlet and SINCE <= article.published_at.date() <= UNTIL
    )


def found(workspace: Workspace) -> Counter[str]:
    return Counter(entry.canonical_url for entry in entries(workspace.archive) if entry.part == 1)


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(port=0) as opened:
        yield opened


Backfilling = Callable[..., BackfillResult]


@pytest.fixture
def going_back(newsroom: Newsroom, tmp_path: Path) -> Backfilling:
    """Runs a backfill of the demo outlet, or tells how it stands."""

    def run(
        do: Callable[..., BackfillResult] = backfill,
        path: Path = newsroom.registry_path,
        limit: int | None = None,
        **keys: bool,
    ) -> BackfillResult:
        options = RunOptions(data=str(tmp_path), demo=True, outlets=[OUTLET], limit=limit, delay_seconds=0.0)
        options.workspace.prepare()
        origin = Source(load_registry(path), path)
        return do(options.workspace, options, BackfillOptions(SINCE, UNTIL, **keys), origin)

    return run


def told(result: BackfillResult, *, is_status: bool = False) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        show(console, result, 0.0, is_status=is_status)
    return capture.get()


@pytest.mark.slow
def test_ctrl_c_leaves_a_clean_folder_and_says_how_to_go_on(
    going_back: Backfilling, newsroom: Newsroom, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "demo")
    words = [
        sys.executable,
        "-m",
        "flows.command_line",
        "backfill",
        "--demo",
        "--outlet",
        OUTLET,
        "--data",
        str(tmp_path),
    ]
    words += ["--since", str(SINCE), "--until", str(UNTIL), "--delay", "0.3", "--port", str(free_port())]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as running:
        deadline = time.monotonic() + 120
        while not any(path.stat().st_size for path in workspace.archive.glob("*.cdxj")):
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        printed, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "slices are left; type the same command again to go on" in printed
    assert "jejak: stopped; what was saved is kept" in errors
    assert "Traceback" not in errors

    assert list(workspace.archive.glob("*.open")) == list(workspace.folder.glob(".outlets-*")) == []
    assert list((workspace.folder / "running").iterdir()) == []
    with sqlite3.connect(workspace.frontier) as db:
        assert db.execute("SELECT count(*) FROM claims").fetchone() == (0,)
        (done,) = db.execute("SELECT count(*) FROM slices WHERE state = 'done'").fetchone()
        assert done < 5  # months
    db.close()
    (record,) = (json.loads(path.read_text("utf-8")) for path in workspace.crawls.glob("*.json"))
    assert record["finished_at"] is None
    # What was in flight is finished and kept, though nobody is there any more to count it.
    assert record["new"] <= len(found(workspace))
    assert found(workspace)

    before = found(workspace)
    going_back()
    pages = {load_sites()[OUTLET].addresses(a).page: a.canonical_url(load_sites()[OUTLET]) for a in newsroom.articles()}
    assert not before.keys() & {pages.get(request.path) for request in newsroom.requests}
    assert found(workspace) == expected(newsroom)


@pytest.mark.slow
def test_a_limited_backfill_tells_what_is_left_and_is_gone_on_with(
    going_back: Backfilling, newsroom: Newsroom, tmp_path: Path
) -> None:
    first = going_back(limit=1)
    assert first.counts["new"] == 1
    stands = going_back(status)
    (state,) = stands.outlets
    assert state.slices_left == 5 - state.slices_done > 0
    assert (state.new, state.oldest_done) == (1, f"2026-{11 - state.slices_done:02}-01")
    assert state.seconds_left(3.0) == state.slices_left * max(state.mean_seconds or 0, (state.mean_requests or 0) * 3.0)
    assert f"{state.slices_left} slices are left; type the same command without --status to go on." in told(
        stands, is_status=True
    )

    second = going_back()
    assert second.outlets[0].slices_left == 0
    assert found(Workspace(tmp_path / "demo")) == expected(newsroom)
    # Nothing is left to do, and nobody is asked.
    requests = len(newsroom.requests)
    assert going_back().crawl_ids == []
    assert len(newsroom.requests) == requests

    # Walked again, its lists are really read again, and the articles that are known are not.
    again = going_back(again=True)
    assert again.outlets[0].slices_left == 0
    assert (again.counts["new"], again.counts["failed"]) == (0, 0)
    asked = [request for request in newsroom.requests[requests:] if request.host == load_sites()[OUTLET].host]
    assert any("sitemap" in request.path or "feed" in request.path for request in asked)
    pages = {load_sites()[OUTLET].addresses(article).page for article in newsroom.articles()}
    assert not pages & {request.path for request in asked}


@pytest.mark.slow
def test_a_backfill_waits_for_the_next_day_when_the_budget_is_spent(
    going_back: Backfilling, newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, name = newsroom.registry_path.read_text("utf-8"), f'outlet_id = "{OUTLET}"\n'
    frugal = tmp_path / "frugal.toml"
    frugal.write_text(text.replace(name, f"{name}daily_budget = 11\n"), encoding="utf-8")
    workspace, slept = Workspace(tmp_path / "demo"), list[float]()

    def sleep_till_morning(seconds: float) -> None:
        slept.append(seconds)
        with sqlite3.connect(workspace.frontier) as db:
            db.execute("UPDATE hosts SET day = '2026-01-01'")
        db.close()

    monkeypatch.setattr("flows.backfill.sleep", sleep_till_morning)
    without = going_back(path=frugal)
    assert without.ended == {OUTLET: "budget_spent"}
    assert "type the same command tomorrow, or give --wait" in told(without)
    assert slept == []
    result = going_back(path=frugal, wait=True)
    assert slept
    assert all(0 < seconds <= 24 * 3600 + 1 for seconds in slept)
    assert (result.ended, result.outlets[0].slices_left) == ({OUTLET: "finished"}, 0)
    assert found(workspace) == expected(newsroom)


class Night:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = MIDNIGHT_UTC
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def outlets() -> list[Outlet]:
    return list(load_registry().outlets.values())[:3]


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


def test_it_waits_until_the_first_host_has_had_its_rest(frontier: Frontier, outlets: list[Outlet]) -> None:
    night = Night()
    pace = Pace(frontier, 0.0, lambda _: 10, clock=night)
    pace.rest(outlets[0].host, 900)
    pace.rest(outlets[1].host, 300)
    ended = {
        outlets[0].outlet_id: "rate_limited",
        outlets[1].outlet_id: "rate_limited",
        outlets[2].outlet_id: "finished",
    }
    rests = Rests(frontier, outlets, night)
    assert rested(outlets, ended, [], rests, night.sleep) == [outlets[1]]
    assert night.slept == [pytest.approx(301)]
    # While another is at work nobody waits, and who has rested joins it.
    assert rested(outlets, ended, [outlets[2]], rests, night.sleep) == [outlets[2], outlets[1]]
    assert len(night.slept) == 1
    assert rested(outlets, ended | {outlets[1].outlet_id: "finished"}, [], rests, night.sleep) == [outlets[0]]
    assert night.slept[1] == pytest.approx(900 - 301 + 1)


def test_a_spent_budget_is_new_at_midnight_in_jakarta(frontier: Frontier, outlets: list[Outlet]) -> None:
    night = Night()
    pace = Pace(frontier, 0.0, lambda _: outlets[0].daily_budget, share=0.8, clock=night)
    for _ in range(int(outlets[0].daily_budget * 0.8)):
        pace.take_turn(outlets[0].host)
    rests = Rests(frontier, outlets, night)
    assert rested(outlets, {outlets[0].outlet_id: "budget_spent"}, [], rests, night.sleep) == [outlets[0]]
    assert night.slept == [17 * 3600 + 1]


def test_what_is_broken_is_not_waited_for(frontier: Frontier, outlets: list[Outlet]) -> None:
    night = Night()
    ended = {outlets[0].outlet_id: "unreachable", outlets[1].outlet_id: "outlet_stopped"}
    assert rested(outlets, ended, [], Rests(frontier, outlets, night), night.sleep) == []
    assert night.slept == []
