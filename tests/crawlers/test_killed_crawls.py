"""Crawls that are killed without warning, beside Scrapy's own way to go on, and beside one another."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks.generated_site import Served, article_path
from benchmarks.kill import Moment, Outcome, given, kill_ours, kill_scrapy
from crawlers.archive import entries
from crawlers.frontier import Frontier
from crawlers.job import CrawlEvent, CrawlJob
from crawlers.slices import Slices, plan

pytestmark = pytest.mark.slow

ARTICLES = 200
"""So many that Scrapy has written part of what it queued to its file of seen addresses."""
DELAY = 0.02


def test_a_kill_costs_nothing_where_scrapys_jobdir_loses_pages(tmp_path: Path) -> None:
    def killed(kill: Callable[[Served, list[Moment], float, Path], Outcome], name: str) -> Outcome:
        (tmp_path / name).mkdir()
        return kill(site, [Moment(12, 0.01)], DELAY, tmp_path / name)

    with Served(ARTICLES, hosts=1, small=True, log=tmp_path / "given") as site:
        ours, theirs = killed(kill_ours, "ours"), killed(kill_scrapy, "theirs")
    assert (ours.lost, ours.not_killed, ours.refetched_kept) == (0, 0, 0)
    assert ours.twice <= sum(ours.in_flight) <= 1
    assert theirs.lost > ARTICLES / 2


def begun(job: CrawlJob) -> subprocess.Popen[str]:
    """A crawl in a process that the test holds; its order stands in a file, so it outlives nobody's input."""
    path = job.data_folder.parent / f"{job.crawl_id}.json"
    path.write_text(json.dumps(job.to_json()), encoding="utf-8")
    words = [sys.executable, "-m", "crawlers", str(path)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def follow(process: subprocess.Popen[str], pages: int | None = None) -> None:
    """Read a crawl's events until it has read so many pages, or to its end."""
    assert process.stdout is not None
    for line in process.stdout:
        if pages is not None and CrawlEvent.from_line(line).event == "page" and (pages := pages - 1) == 0:
            return


@pytest.mark.parametrize("victim", ["daily", "backfill"])
def test_one_of_two_crawls_is_killed_and_the_other_goes_on(tmp_path: Path, victim: str) -> None:
    days = plan("contoh-1", date(2026, 10, 14), date(2026, 10, 15), "day")
    with Served(60, hosts=1, small=True, log=tmp_path / "given") as site:
        assert site.log is not None
        registry = site.registry(tmp_path / "outlets.toml")

        def start(kind: str) -> subprocess.Popen[str]:
            slices = tuple(one.words() for one in days) if kind == "backfill" else ()
            job = CrawlJob(
                tmp_path / "data", registry, allow_private=True, delay_seconds=0.1, recheck="none", slices=slices
            )
            return begun(job)

        killed, other = start(victim), start("daily" if victim == "backfill" else "backfill")
        with killed, other:
            follow(killed, pages=3)
            killed.kill()
            assert killed.wait(30) == -signal.SIGKILL
            follow(other)
            assert other.wait(30) == 0
        # The one that goes on may have passed over what the other had claimed: that is read when both are started anew.
        for kind in dict.fromkeys((victim, "backfill")):
            with start(kind) as once_more:
                follow(once_more)
                assert once_more.wait(30) == 0
        twice = [path for path, times in Counter(given(site.log)).items() if times > 1]
    assert len(twice) <= 1  # what was in flight
    found = Counter(entry.canonical_url.partition("/berita/")[2] for entry in entries(tmp_path / "data" / "archive"))
    assert found == Counter(article_path(number).removeprefix("/berita/") for number in range(60))
    with Frontier(tmp_path / "data" / "frontier.sqlite") as frontier:
        assert [record.state for record in Slices(frontier).records("contoh-1")] == ["done"] * len(days)
        assert frontier.connection.execute("SELECT count(*) FROM claims").fetchone()[0] == 0
    assert list((tmp_path / "data" / "running").iterdir()) == []
