"""Whole crawls of the demo newsroom, over HTTP, in a process of their own."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from protego import Protego

from crawlers.archive import entries, read_page, seal, warc_names
from crawlers.frontier import Frontier
from crawlers.job import CrawlError, CrawlEvent, CrawlJob, launch
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import load_sites

pytestmark = pytest.mark.slow

SITES = load_sites()
# Without the site that asks for half a second between requests.
QUICK = tuple(slug for slug, site in SITES.items() if not site.crawl_delay_seconds)


def job_for(folder: Path, newsroom: Newsroom, **keys: object) -> CrawlJob:
    options: dict[str, object] = {"allow_private": True, "delay_seconds": 0.0, "recheck": "all"} | keys
    return CrawlJob(folder, newsroom.registry_path, **options)  # type: ignore[arg-type]


def expected(newsroom: Newsroom, outlets: tuple[str, ...] = tuple(SITES)) -> Counter[str]:
    """The canonical addresses a crawl must find."""
    return Counter(
        article.canonical_url(SITES[article.outlet]) for article in newsroom.articles() if article.outlet in outlets
    )


def found(folder: Path) -> Counter[str]:
    """The canonical addresses that stand in the archive, with how often."""
    return Counter(entry.canonical_url for entry in entries(folder / "archive") if entry.part == 1)


def contents(folder: Path) -> Counter[tuple[str, int, str]]:
    return Counter((entry.canonical_url, entry.part, entry.payload_sha256) for entry in entries(folder / "archive"))


def issues(folder: Path) -> list[dict[str, str]]:
    lines = [
        line for path in sorted((folder / "issues").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def crawled(served: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one undisturbed crawl of all sites."""
    folder = tmp_path_factory.mktemp("crawled")
    events = list(launch(job_for(folder, served)))
    assert events[0].event == "started"
    assert events[-1].event == "finished"
    return folder


@pytest.fixture
def copied(crawled: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to go on with."""
    return shutil.copytree(crawled, tmp_path / "data")


class Process:
    """A crawl whose process the test holds itself, to kill it."""

    def __init__(self, job: CrawlJob) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawlers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=Path(__file__).parent.parent.parent,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job.to_json()) + "\n")
        self.process.stdin.flush()

    def events(self) -> Iterator[CrawlEvent]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield CrawlEvent.from_line(line)

    def wait_for(self, event: str, number: int) -> None:
        """Read events until the ``number``-th of a kind."""
        for happened in self.events():
            number -= happened.event == event
            if number <= 0:
                return

    def end(self) -> int:
        """Wait for the end; its exit status."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        assert self.process.stdin is not None
        status = self.process.wait(60)
        for stream in (self.process.stdout, self.process.stderr, self.process.stdin):
            stream.close()
        return status


def test_every_article_is_found_exactly_once(crawled: Path, served: Newsroom) -> None:
    assert found(crawled) == expected(served)


def test_articles_of_many_pages_are_whole(crawled: Path, served: Newsroom) -> None:
    long = [article for article in served.articles() if article.page_count > 1]
    assert long
    pages: dict[str, str] = {}
    for entry in entries(crawled / "archive"):
        text = read_page(crawled / "archive", entry).body.decode("utf-8", "replace")
        pages[entry.canonical_url] = pages.get(entry.canonical_url, "") + text
    for article in long:
        text = pages[article.canonical_url(SITES[article.outlet])]
        assert article.paragraphs[0][:30] in text
        assert article.paragraphs[-1][:30] in text


def test_the_time_of_the_feed_is_kept_with_the_page(crawled: Path, served: Newsroom) -> None:
    times = {entry.canonical_url: entry.feed_published_at for entry in entries(crawled / "archive") if entry.part == 1}
    articles = [article for article in served.articles() if article.outlet == "suara-tenggara"]
    for article in articles:
        given = times[article.canonical_url(SITES[article.outlet])]
        assert given is not None
        assert datetime.fromisoformat(given) == article.published_at


def test_everything_planted_is_recorded_and_stops_nothing(crawled: Path) -> None:
    kinds = {(issue["outlet_id"], issue["kind"]) for issue in issues(crawled)}
    assert kinds >= {
        ("warta-flobamora", "feed_rejected"),
        ("lintas-nusa", "gone"),
        ("lintas-nusa", "robots"),
        ("cermin-papua", "robots"),
        ("cermin-papua", "empty"),
        ("cermin-papua", "charset"),
        ("kepri-antar", "not_html"),
        ("kepri-antar", "too_large"),
        ("radar-mandalika", "redirect_loop"),
        ("menit-khatulistiwa", "challenge"),
        ("portal-pasundan", "challenge"),
    }
    assert {issue["stage"] for issue in issues(crawled)} == {"crawl"}
    assert all(issue["url"] and issue["detail"] and issue["at"] for issue in issues(crawled))


def test_no_closed_path_is_ever_asked_for(crawled: Path, served: Newsroom) -> None:
    closed = {site.host: Protego.parse("User-agent: *\n" + "\n".join(f"Disallow: {path}" for path in site.disallow))
              for site in SITES.values()}  # fmt: skip
    asked = [request for request in served.requests if request.path != "/robots.txt" and request.host in closed]
    assert asked
    assert [
        request
        for request in asked
        if not closed[request.host].can_fetch(f"http://{request.host}{request.path}", "Jejak")
    ] == []


def test_the_crawl_delay_of_robots_txt_is_kept(crawled: Path, served: Newsroom) -> None:
    slow = next(site for site in SITES.values() if site.crawl_delay_seconds)
    times = [request.time for request in served.requests if request.host == slow.host]
    assert len(times) > 5
    assert slow.crawl_delay_seconds is not None
    # The newsroom takes the time when a request arrives, and on a busy machine the journey there varies: over four
    # requests it evens out, and two requests are never together.
    assert min(later - earlier for earlier, later in pairwise(times)) > slow.crawl_delay_seconds / 2
    assert (
        min(times[number + 4] - times[number] for number in range(len(times) - 4)) > 4 * slow.crawl_delay_seconds - 0.2
    )


def test_a_second_crawl_asks_conditionally_and_adds_nothing(copied: Path, served: Newsroom) -> None:
    before, first = contents(copied), len(served.requests)
    *_, last = launch(job_for(copied, served))
    assert (last.totals["new"], last.totals["changed"]) == (0, 0)
    assert last.totals["unchanged"] == len(expected(served))
    assert contents(copied) == before
    paths = {site.host: {site.addresses(a).page for a in served.articles() if a.outlet == site.slug}
             for site in SITES.values()}  # fmt: skip
    statuses = Counter(
        request.status
        for request in served.requests[first:]
        if request.path.split("?")[0] in paths.get(request.host, ())
    )
    assert set(statuses) == {304}


def test_a_changed_article_is_the_only_new_record(copied: Path, served: Newsroom) -> None:
    before = contents(copied)
    with Newsroom(port=0, edition=2) as changed:
        *_, last = launch(job_for(copied, changed))
        (article,) = [
            new
            for new, old in zip(changed.articles(), served.articles(), strict=True)
            if new.body_text != old.body_text
        ]
    assert (last.totals["new"], last.totals["changed"]) == (0, 1)
    added = contents(copied) - before
    assert {url for url, _, _ in added} == {article.canonical_url(SITES[article.outlet])}


def test_young_articles_are_asked_again_and_old_ones_left_alone(copied: Path, served: Newsroom) -> None:
    first = len(served.requests)
    *_, last = launch(job_for(copied, served, recheck="young"))
    young = [article for article in served.articles() if article.published_at.isoformat() >= "2026-10-02"]
    asked = {request.path.split("?")[0] for request in served.requests[first:]}
    old = [article for article in served.articles() if article.published_at.isoformat() < "2026-09-25"]
    for article in young:
        assert SITES[article.outlet].addresses(article).page in asked
    for article in old:
        if SITES[article.outlet].family in ("wordpress", "tribun", "blogger"):
            assert SITES[article.outlet].addresses(article).page not in asked
    assert last.totals["new"] == 0


def until_quiet(served: Newsroom) -> None:
    """Wait until what a killed crawl had asked for has reached the newsroom, which on a busy machine takes a moment."""
    seen = -1
    while seen != len(served.requests):
        seen = len(served.requests)
        time.sleep(0.5)


def test_a_crawl_killed_again_and_again_ends_with_the_same_pages(
    crawled: Path, served: Newsroom, tmp_path: Path
) -> None:
    first, lives = len(served.requests), []
    for event, number in (("outlet", 4), ("page", 1), ("page", 9), ("page", 17), ("issue", 4)):
        running = Process(job_for(tmp_path, served, outlet_ids=QUICK))
        running.wait_for(event, number)
        running.process.kill()
        assert running.end() == -signal.SIGKILL
        seal(tmp_path / "archive")  # as the next crawl does first
        until_quiet(served)
        lives.append((time.monotonic(), set(found(tmp_path))))
    list(launch(job_for(tmp_path, served, outlet_ids=QUICK)))
    undisturbed = Counter({key: n for key, n in contents(crawled).items() if any(f"//{s}." in key[0] for s in QUICK)})
    assert contents(tmp_path) == undisturbed
    assert not list((tmp_path / "archive").glob("*.open"))
    pages = {
        (SITES[a.outlet].host, SITES[a.outlet].addresses(a).page): a.canonical_url(SITES[a.outlet])
        for a in served.articles()
    }
    given = [
        (request.time, pages[key], request.path)
        for request in served.requests[first:]
        if (key := (request.host, request.path.split("?")[0])) in pages and request.status == 200
    ]
    # Asked for when the crawl was killed, and not in the archive: one at a time of an outlet.
    in_flight: Counter[str] = Counter()
    began = 0.0
    for ended, kept in lives:
        cut_off = {url for at, url, _ in given if began < at < ended} - kept
        assert len({url.split("/")[2] for url in cut_off}) == len(cut_off)
        in_flight.update(cut_off)
        began = ended
    # Each page was given once, and once more for each kill in its flight and each further address it was listed under.
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        addresses = Counter(row[0] for row in frontier.connection.execute("SELECT canonical_url FROM aliases"))
    for (url, _), times in Counter((url, path) for _, url, path in given).items():
        assert times <= 1 + in_flight[url] + addresses[url], url


def test_what_the_archive_has_is_not_fetched_again_when_the_frontier_is_lost(copied: Path, served: Newsroom) -> None:
    for path in copied.glob("frontier.sqlite*"):
        path.unlink()
    before = contents(copied)
    *_, last = launch(job_for(copied, served))
    assert contents(copied) == before
    assert last.totals["new"] == 0


def test_a_termination_signal_lets_the_pages_in_flight_finish(served: Newsroom, tmp_path: Path) -> None:
    running = Process(job_for(tmp_path, served, outlet_ids=QUICK))
    running.wait_for("page", 5)
    running.process.terminate()
    for _ in running.events():
        pass
    assert running.end() == 75
    assert warc_names(tmp_path / "archive")
    assert not list((tmp_path / "archive").glob("*.open"))
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        assert frontier.states()["done"] == len(found(tmp_path))
    list(launch(job_for(tmp_path, served, outlet_ids=QUICK)))
    assert found(tmp_path) == expected(served, QUICK)


def test_leaving_the_events_stops_the_crawl(served: Newsroom, tmp_path: Path) -> None:
    events = launch(job_for(tmp_path, served, outlet_ids=QUICK))
    for event in events:
        if event.event == "page":
            break
    events.close()  # type: ignore[attr-defined]
    assert not list((tmp_path / "archive").glob("*.open"))
    assert 0 < len(found(tmp_path)) < len(expected(served, QUICK))


def test_a_crawl_whose_caller_dies_ends_too(served: Newsroom, tmp_path: Path) -> None:
    running = Process(job_for(tmp_path, served))
    running.wait_for("page", 1)
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(10) == 3
    assert running.end() == 3


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path) -> None:
    # A newsroom of its own: what a killed crawl asked of the shared one may be logged only now.
    with Newsroom(port=0) as newsroom:
        job = job_for(tmp_path, newsroom, allow_private=False, contact="peneliti@example.org", delay_seconds=2.0)
        *_, last = launch(job)
        assert newsroom.requests == []
    assert last.totals["fetched"] == 0
    assert {(issue["kind"]) for issue in issues(tmp_path)} == {"private_address"}
    assert len(issues(tmp_path)) == len(SITES)


def test_since_and_limit_are_kept(served: Newsroom, tmp_path: Path) -> None:
    *_, last = launch(job_for(tmp_path, served, outlet_ids=("suara-tenggara",), limit=2))
    newest = sorted(
        (article for article in served.articles() if article.outlet == "suara-tenggara"),
        key=lambda article: article.published_at,
    )[-2:]
    assert set(found(tmp_path)) == {article.canonical_url(SITES["suara-tenggara"]) for article in newest}
    assert last.totals["new"] == 2
    since = date(2026, 1, 1)
    list(launch(job_for(tmp_path / "b", served, outlet_ids=("lintas-nusa", "suara-tenggara"), since=since)))
    wanted = {
        article.canonical_url(SITES[article.outlet])
        for article in served.articles()
        if article.outlet in ("lintas-nusa", "suara-tenggara") and article.published_at.date() >= since
    }
    assert set(found(tmp_path / "b")) == wanted


def test_an_unknown_outlet_is_refused_with_the_nearest(served: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(CrawlError, match=r"no outlet 'lintas-nus' in .* did you mean lintas-nusa") as caught:
        list(launch(job_for(tmp_path, served, outlet_ids=("lintas-nus",))))
    assert "start it again" not in str(caught.value)
    assert list((tmp_path / "issues").iterdir()) == []
