"""Backfills of the demo newsroom: every article once, whatever is killed, and a daily crawl beside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive import entries
from crawlers.frontier import Frontier
from crawlers.job import CrawlEvent, CrawlJob, launch
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import load_sites
from crawlers.slices import Slices, plan

pytestmark = pytest.mark.slow

SITES = load_sites()
SINCE, UNTIL = date(2025, 4, 1), date(2026, 10, 14)
OUTLET = "suara-tenggara"
DELAY = 0.4


def slices_of(*outlets: str, since: date = SINCE, until: date = UNTIL) -> tuple[tuple[str, str, str], ...]:
    return tuple(one.words() for name in outlets for one in plan(name, since, until, "month"))


def job_for(folder: Path, registry: Path, outlet: str = OUTLET, **keys: Any) -> CrawlJob:
    options = {"allow_private": True, "delay_seconds": 0.0, "recheck": "none", "outlet_ids": (outlet,)} | keys
    return CrawlJob(folder, registry, **options)


def expected(newsroom: Newsroom, since: date = SINCE) -> Counter[str]:
    return Counter(
        article.canonical_url(SITES[article.outlet])
        for article in newsroom.articles()
        if article.outlet == OUTLET and since <= article.published_at.date() <= UNTIL
    )


def found(folder: Path) -> Counter[str]:
    return Counter(entry.canonical_url for entry in entries(folder / "archive") if entry.part == 1)


def states(folder: Path, outlet: str = OUTLET) -> Counter[str]:
    with Frontier(folder / "frontier.sqlite") as frontier:
        return Counter(record.state for record in Slices(frontier).records(outlet))


def issues(folder: Path) -> list[str]:
    paths = sorted((folder / "issues").glob("*.jsonl"))
    return [json.loads(line)["kind"] for path in paths for line in path.read_text("utf-8").splitlines()]


def ended(events: list[CrawlEvent]) -> str:
    return next(str(event.facts["ended"]) for event in events if event.event == "outlet" and event.kind == "done")


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newsroom of its own: its log of requests is looked at."""
    with Newsroom(port=0) as opened:
        yield opened


def test_a_backfill_finds_every_article_and_nothing_twice(newsroom: Newsroom, tmp_path: Path) -> None:
    mine = slices_of(OUTLET)
    events = list(launch(job_for(tmp_path, newsroom.registry_path, slices=mine)))
    assert ended(events) == "finished"
    assert found(tmp_path) == expected(newsroom)
    assert states(tmp_path) == {"done": len(mine)}


def test_a_backfill_killed_in_the_middle_of_slices_ends_the_same(newsroom: Newsroom, tmp_path: Path) -> None:
    mine = slices_of(OUTLET)
    for number in (1, 3):
        job = job_for(tmp_path, newsroom.registry_path, slices=mine)
        with subprocess.Popen(
            [sys.executable, "-m", "crawlers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(job.to_json()) + "\n")
            process.stdin.flush()
            pages = 0
            for line in process.stdout:
                pages += CrawlEvent.from_line(line).event == "page"
                if pages == number:
                    break
            process.kill()
            assert process.wait(30) == -signal.SIGKILL
    list(launch(job_for(tmp_path, newsroom.registry_path, slices=mine)))
    assert found(tmp_path) == expected(newsroom)
    assert states(tmp_path) == {"done": len(mine)}


def test_a_daily_crawl_and_a_backfill_are_one_visitor(newsroom: Newsroom, tmp_path: Path) -> None:
    errors: list[Exception] = []

    def run(job: CrawlJob) -> None:
        try:
            list(launch(job))
        except Exception as error:
            errors.append(error)

    since = date(2026, 3, 1)
    jobs = [
        job_for(tmp_path, newsroom.registry_path, delay_seconds=DELAY, slices=slices_of(OUTLET, since=since)),
        job_for(tmp_path, newsroom.registry_path, delay_seconds=DELAY, since=since),
    ]
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found(tmp_path) == expected(newsroom, since=since)
    pages = {SITES[OUTLET].addresses(a).page for a in newsroom.articles() if a.outlet == OUTLET}
    asked = [request for request in newsroom.requests if request.host == SITES[OUTLET].host]
    assert max(Counter(request.path for request in asked if request.path in pages).values()) == 1
    # The newsroom takes the time when it comes to a request, which on a busy machine may be late; over all requests
    # that evens out. Two visitors who know nothing of each other would take half the time.
    times = sorted(request.time for request in asked)
    assert times[-1] - times[0] > 0.9 * DELAY * (len(times) - 1)


def test_when_the_budget_is_spent_the_rest_waits_and_nothing_is_lost(newsroom: Newsroom, tmp_path: Path) -> None:
    text, name = newsroom.registry_path.read_text("utf-8"), f'outlet_id = "{OUTLET}"\n'
    frugal = tmp_path / "frugal.toml"
    frugal.write_text(text.replace(name, f"{name}daily_budget = 9\n"), encoding="utf-8")
    events = list(launch(job_for(tmp_path, frugal, slices=slices_of(OUTLET))))
    assert ended(events) == "budget_spent"
    assert issues(tmp_path).count("budget_spent") == 1
    assert len([request for request in newsroom.requests if request.host == SITES[OUTLET].host]) == 9
    list(launch(job_for(tmp_path, newsroom.registry_path, slices=slices_of(OUTLET))))
    assert found(tmp_path) == expected(newsroom)


def test_a_year_without_articles_is_done_and_empty(newsroom: Newsroom, tmp_path: Path) -> None:
    mine = slices_of(OUTLET, since=date(2019, 1, 1), until=date(2019, 12, 31))
    events = list(launch(job_for(tmp_path, newsroom.registry_path, slices=mine)))
    assert ended(events) == "finished"
    assert not found(tmp_path)
    assert states(tmp_path) == {"done": 12}


def test_articles_beside_the_span_are_known_but_not_read(newsroom: Newsroom, tmp_path: Path) -> None:
    since, until = date(2026, 1, 1), date(2026, 3, 31)
    mine = slices_of(OUTLET, since=since, until=until)
    list(launch(job_for(tmp_path, newsroom.registry_path, slices=mine, since=since, until=until)))
    wanted = {
        article.canonical_url(SITES[OUTLET])
        for article in newsroom.articles()
        if article.outlet == OUTLET and since <= article.published_at.date() <= until
    }
    assert set(found(tmp_path)) == wanted
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        beside = frontier.wanted(OUTLET, "", None)
        assert all(not str(since) <= (known.day_hint or "") <= str(until) for known in beside)
