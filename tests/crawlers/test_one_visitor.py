"""Two crawls of one data folder at a host that is slow, asks for pauses, or has enough: over HTTP, in two processes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers.archive import entries
from crawlers.job import CrawlJob, launch
from crawlers.slices import plan

pytestmark = pytest.mark.slow

PAGES = 12
ENTRY = """
clock = 2026-10-15T09:00:00+07:00

[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "127.0.0.1"
base_url = "http://127.0.0.1:{port}"
province_code = "53"
family = "generic"
feeds = []
sitemaps = ["/peta.xml"]
api = "none"
article_pattern = '''^https?://{{host}}/read/\\d+'''
"""


class Site(ThreadingHTTPServer):
    """An outlet with a dozen articles, which notes when it is asked for what.

    Attributes:
        robots: its robots.txt.
        answer_seconds: how long an article takes.
        busy: the article that is answered with 503 the first time.
        retry_seconds: what it then asks to wait.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.robots, self.answer_seconds, self.busy, self.retry_seconds = "", 0.0, "", 0
        self.asked: list[tuple[float, str]] = []
        self.busy_at = 0.0

    def times(self) -> list[float]:
        """When articles were asked for."""
        return sorted(at for at, path in self.asked if path.startswith("/read/"))


class Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server
        site.asked.append((time.monotonic(), self.path))
        if self.path == "/robots.txt":
            self._give("text/plain", site.robots)
        elif self.path == "/peta.xml":
            root = f"http://{self.headers['Host']}/read"
            rows = (
                f"<url><loc>{root}/{number}</loc><lastmod>2026-10-{14 - number:02}T08:00:00+07:00</lastmod></url>"
                for number in range(PAGES)
            )
            self._give("application/xml", f"<urlset>{''.join(rows)}</urlset>")
        elif self.path == site.busy and not site.busy_at:
            site.busy_at = time.monotonic()
            self._give("text/plain", "", 503)
        else:
            time.sleep(site.answer_seconds)
            number = self.path.rpartition("/")[2]
            text = f"<p>Warga desa nomor {number} bermusyawarah di balai. {'Mereka membahas saluran air. ' * 20}</p>"
            self._give("text/html", f"<html><head><title>Berita {number}</title></head><body>{text}</body></html>")

    def _give(self, mime: str, text: str, status: int = 200) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{mime}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == 503:
            self.send_header("Retry-After", str(self.server.retry_seconds))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the terminal quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        serving = threading.Thread(target=opened.serve_forever, daemon=True)
        serving.start()
        yield opened
        opened.shutdown()
        serving.join()


def crawl_twice(site: Site, folder: Path) -> None:
    """Let a daily crawl and a backfill of the same days work side by side, and see that they read all once."""
    registry = folder / "outlets.toml"
    registry.write_text(ENTRY.format(port=site.server_address[1]), encoding="utf-8")
    days = tuple(one.words() for one in plan("kabar-uji", date(2026, 10, 1), date(2026, 10, 14), "week"))
    processes = []
    for slices in ((), days):
        job = CrawlJob(folder / "data", registry, allow_private=True, delay_seconds=0.0, recheck="none", slices=slices)
        path = folder / f"{job.crawl_id}.json"
        path.write_text(json.dumps(job.to_json()), encoding="utf-8")
        words = [sys.executable, "-m", "crawlers", str(path)]
        processes.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2]))
    assert [process.wait(60) for process in processes] == [0, 0]
    found = Counter(entry.canonical_url.rpartition("/")[2] for entry in entries(folder / "data" / "archive"))
    assert found == Counter(map(str, range(PAGES)))


def test_slow_answers_slow_both_crawls_down(site: Site, tmp_path: Path) -> None:
    site.answer_seconds = 0.3
    crawl_twice(site, tmp_path)
    times = site.times()
    assert len(times) == PAGES
    # The first answer tells how slow the host is; until it is there, the other crawl may ask too.
    gaps = [later - earlier for earlier, later in pairwise(times[2:])]
    assert min(gaps) > 0.2
    assert sum(gaps) > 0.3 * len(gaps)


def test_crawl_delay_and_retry_after_are_kept_by_both_crawls(site: Site, tmp_path: Path) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 0.3\n"
    site.busy, site.retry_seconds = "/read/5", 3
    crawl_twice(site, tmp_path)
    times = site.times()
    assert len(times) == PAGES + 1
    # Nobody asks for three seconds; before and behind it, both together ask as often as one may.
    after = [at for at in times if at > site.busy_at + 0.05]
    assert min(after) - site.busy_at > 2.9
    before = [at for at in times if at <= site.busy_at + 0.05]
    for part in (before, after):
        assert all(later - earlier > 0.15 for earlier, later in pairwise(part))
        assert part[-1] - part[0] > 0.3 * (len(part) - 1) - 0.2


def test_a_backfill_ends_where_a_host_asks_for_a_long_rest(site: Site, tmp_path: Path) -> None:
    site.busy, site.retry_seconds = "/read/3", 900
    registry = tmp_path / "outlets.toml"
    registry.write_text(ENTRY.format(port=site.server_address[1]), encoding="utf-8")
    slices = tuple(one.words() for one in plan("kabar-uji", date(2026, 10, 1), date(2026, 10, 14), "week"))
    job = CrawlJob(tmp_path / "data", registry, allow_private=True, delay_seconds=0.0, recheck="none", slices=slices)
    events = [event for event in launch(job) if event.event == "outlet" and event.kind == "done"]
    assert [event.facts["ended"] for event in events] == ["rate_limited"]
    assert len(site.times()) == 4
