"""Crawls side by side: each article is one crawl's, and a dead crawl's are free again."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawlers.archive import ArchiveError, Page
from crawlers.frontier import Frontier, now
from crawlers.frontier.claims import Claims
from crawlers.frontier.known import Fingerprint, Known, Listed, ListState
from crawlers.running import RunningCrawl, is_running

URL = "https://kabaruji.id/rakor-tppo-di-kupang/"
# A crawl of its own process, which claims the article, puts its page into the archive and dies before it is known.
DYING = """
import hashlib, sys, time
from pathlib import Path
from crawlers.archive import ArchiveWriter, Page
from crawlers.frontier.claims import Claims
from crawlers.frontier import Frontier
from crawlers.running import RunningCrawl
SHA256 = hashlib.sha256(b"").hexdigest()
folder, url, archives = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "archives"
with RunningCrawl(folder, "c-dying"), Frontier(folder / "frontier.sqlite") as frontier:
    frontier.begin_crawl("c-dying")
    claims = Claims(frontier, folder, folder / "archive", "c-dying")
    (known,) = frontier.wanted("kabar-uji", "", None)
    assert claims.take(known)
    if archives:
        page = Page("kabar-uji", "c-dying", url, url, 1, "2026-10-15T01:02:03.456Z", 200, "text/html", SHA256)
        ArchiveWriter(folder / "archive", "c-dying").add(page)
    print("claimed", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def begin(tmp_path: Path, opened: ExitStack) -> Callable[[str], Claims]:
    """Begins a crawl in this process."""

    def make(crawl_id: str) -> Claims:
        opened.enter_context(RunningCrawl(tmp_path, crawl_id))
        frontier = opened.enter_context(Frontier(tmp_path / "frontier.sqlite"))
        claims = Claims(frontier, tmp_path, tmp_path / "archive", crawl_id)
        claims.begin()
        frontier.begin_crawl(crawl_id)
        return claims

    return make


def queued(claims: Claims) -> Known:
    """The one article, listed and not read."""
    found = [Listed(URL, URL, found_in="feed")]
    claims.frontier.save_list("feed", "kabar-uji", ListState(None, None, None, now(), False, []), found)
    (known,) = claims.frontier.wanted("kabar-uji", "", None)
    return known


def dying(folder: Path, does: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", DYING, str(folder), URL, does]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    assert process.stdout.readline() == "claimed\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()


def test_an_article_is_claimed_by_one_crawl(begin: Callable[[str], Claims]) -> None:
    daily, backfill = begin("c1"), begin("c2")
    known = queued(daily)
    assert daily.take(known)
    assert daily.take(known)
    assert not backfill.take(known)
    daily.let_go([URL])
    assert backfill.take(known)


def test_what_another_crawl_has_read_meanwhile_is_not_claimed(
    begin: Callable[[str], Claims], make_page: Callable[..., Page]
) -> None:
    daily, backfill = begin("c1"), begin("c2")
    known = queued(daily)
    assert daily.take(known)
    daily.frontier.save_read([(make_page().entry(), Fingerprint())], listed_as=URL)
    daily.let_go([URL])
    assert not backfill.take(known)


def test_a_crawl_that_ends_leaves_no_claim(begin: Callable[[str], Claims]) -> None:
    daily, backfill = begin("c1"), begin("c2")
    known = queued(daily)
    daily.take(known)
    daily.end()
    assert backfill.take(known)


def test_many_crawls_at_once_claim_each_article_once(tmp_path: Path, begin: Callable[[str], Claims]) -> None:
    first = begin("c0")
    found = [Listed(f"{URL}{number}/", f"{URL}{number}/", found_in="feed") for number in range(60)]
    first.frontier.save_list("feed", "kabar-uji", ListState(None, None, None, now(), False, []), found)
    won: list[str] = []
    all_done = threading.Barrier(4)

    def work(crawl_id: str) -> None:
        with RunningCrawl(tmp_path, crawl_id), Frontier(tmp_path / "frontier.sqlite") as frontier:
            claims = Claims(frontier, tmp_path, tmp_path / "archive", crawl_id)
            frontier.begin_crawl(crawl_id)
            won.extend([known.canonical_url for known in frontier.wanted("kabar-uji", "", None) if claims.take(known)])
            all_done.wait(60)

    threads = [threading.Thread(target=work, args=(f"c{number}",)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == sorted(item.canonical_url for item in found)


@pytest.mark.parametrize("does", ["archives", "nothing"])
def test_a_claim_dies_with_its_crawl_and_its_page_is_taken_over(
    tmp_path: Path, begin: Callable[[str], Claims], does: str
) -> None:
    claims = begin("c1")
    known = queued(claims)
    process = dying(tmp_path, does)
    assert not claims.take(known)
    kill(process)
    # The crawl that goes on beside it comes across the claim.
    assert claims.take(known) or claims.frontier.article(URL) is not None
    article = claims.frontier.article(URL)
    assert article is not None
    assert article.state == ("done" if does == "archives" else "queued")


def test_the_next_crawl_takes_over_what_a_dead_one_left(tmp_path: Path, begin: Callable[[str], Claims]) -> None:
    queued(begin("c1"))
    kill(dying(tmp_path, "archives"))
    claims = begin("c2")
    assert claims.frontier.wanted("kabar-uji", "", None) == []
    assert claims.frontier.connection.execute("SELECT count(*) FROM claims").fetchone()[0] == 0


def test_a_crawl_shows_that_it_is_running(tmp_path: Path) -> None:
    assert not is_running(tmp_path, "c1")
    with RunningCrawl(tmp_path, "c1"):
        assert is_running(tmp_path, "c1")
        with pytest.raises(ArchiveError, match="the crawl c1 is running already"), RunningCrawl(tmp_path, "c1"):
            pass
    assert not is_running(tmp_path, "c1")
    assert list((tmp_path / "running").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    with pytest.raises(ArchiveError, match="cannot write to the data folder"), RunningCrawl(tmp_path / "data", "c1"):
        pass
