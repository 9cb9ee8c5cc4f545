"""A crawl of two outlets: one host answers rubbish everywhere, the other is as it should be."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from crawlers.archive import entries
from crawlers.job import CrawlJob, launch

pytestmark = pytest.mark.slow

ARTICLES = [f"/read/berita-baik-nomor-{number:02d}-hari-ini" for number in range(12)]
BAD = [f"/read/berita-buruk-nomor-{number:02d}-hari-ini" for number in range(12)]
AGENTS = b"".join(b"User-agent: a%d\n" % number for number in range(9_000))
LISTS = ("/feed/", "/sitemap.xml", "/indeks")


class Host(BaseHTTPRequestHandler):
    """Both outlets, told apart by their host names."""

    protocol_version = "HTTP/1.1"
    robots: ClassVar[bytes] = b""
    retry_after: ClassVar[str] = ""

    def do_GET(self) -> None:
        is_good = (self.headers.get("Host") or "").startswith("baik")
        status, body, headers = self.good() if is_good else self.bad()
        try:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def good(self) -> tuple[int, bytes, dict[str, str]]:
        if self.path == "/sitemap.xml":
            return 200, self.urlset("baik", ARTICLES), {"Content-Type": "application/xml"}
        if self.path in ARTICLES:
            text = f"<p>{self.path} " + "Gugus tugas rapat di Kupang. " * 20 + "</p>"
            return 200, f"<html><body>{text}</body></html>".encode(), {"Content-Type": "text/html"}
        return 404, b"404", {}

    def bad(self) -> tuple[int, bytes, dict[str, str]]:
        rubbish = random.Random(self.path).randbytes(3000)
        if self.path == "/robots.txt":
            return 200, self.robots, {}
        if self.path == "/sitemap.xml":
            # Just enough of a list that the rubbish behind it is asked for, torn in the middle of an entry.
            return 200, self.urlset("buruk", BAD).replace(b"</urlset>", b"<url><loc>http://[&x; \xff"), {}
        if self.path in BAD:
            if self.retry_after:
                return 429, b"", {"Retry-After": self.retry_after}
            number = BAD.index(self.path)
            kinds: list[tuple[int, bytes, dict[str, str]]] = [
                (200, b"", {}),
                (200, rubbish, {"Content-Encoding": "gzip"}),
                (200, b"%PDF-1.7 " + rubbish, {"Content-Type": "text/html"}),
                (500, rubbish, {}),
                (302, b"", {"Location": "http://["}),
                (200, b"<title>Just a moment...</title>", {"Content-Type": "text/html"}),
                (200, rubbish, {"Content-Type": "image/png"}),
                (302, b"", {"Location": f"http://baik.localhost:{self.port}{ARTICLES[0]}"}),
                (200, b"<p>" * 200_000, {"Content-Type": "text/html"}),
                (404, rubbish, {}),
                (200, b"<html><script>" + rubbish.hex().encode() + b"</script>", {"Content-Type": "text/html"}),
                (999, rubbish, {}),
            ]
            return kinds[number]
        return 200, rubbish, {"Content-Type": "application/xml"}

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def urlset(self, name: str, paths: list[str]) -> bytes:
        urls = (f"<url><loc>http://{name}.localhost:{self.port}{path}</loc></url>" for path in paths)
        return f"<urlset>{''.join(urls)}</urlset>".encode()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, serve: Callable[[type[BaseHTTPRequestHandler]], int]) -> int:
    monkeypatch.setattr(Host, "robots", b"\x00\xff User-agent *\nCrawl-delay: nan\nDisallow\n")
    monkeypatch.setattr(Host, "retry_after", "")
    return serve(Host)


def crawl(folder: Path, port: int) -> tuple[set[str], list[dict[str, str]]]:
    """The paths that were kept of the good outlet, and the issues of the bad one."""
    lists = ", ".join(f'"http://buruk.localhost:{port}{path}"' for path in LISTS[:1])
    entry = '[[outlets]]\noutlet_id = "{0}"\nname = "{0}"\ndomain = "{0}.localhost"\nfamily = "custom"\n'
    entry += f'base_url = "http://{{0}}.localhost:{port}"\narticle_pattern = "http://{{0}}.localhost/read/"\n'
    bad = f'feeds = [{lists}]\nindex_pages = ["http://buruk.localhost:{port}{LISTS[2]}"]\n'
    registry = folder / "outlets.toml"
    registry.write_text(entry.format("buruk") + bad + "\n" + entry.format("baik"), "utf-8")
    *_, last = launch(CrawlJob(folder / "data", registry, allow_private=True, delay_seconds=0.0))
    assert last.event == "finished"
    kept = list(entries(folder / "data" / "archive"))
    assert {page.outlet_id for page in kept} == {"baik"}
    lines = next((folder / "data" / "issues").glob("*.jsonl")).read_text("utf-8").splitlines()
    issues = [json.loads(line) for line in lines]
    assert {issue["outlet_id"] for issue in issues} == {"buruk"}
    assert all(issue["kind"] and issue["detail"] for issue in issues)
    assert "crawler_error" not in {issue["kind"] for issue in issues}
    return {page.url.partition(f":{port}")[2] for page in kept}, issues


def test_the_good_outlet_is_read_whole_and_all_that_is_bad_is_told(port: int, tmp_path: Path) -> None:
    kept, issues = crawl(tmp_path, port)
    assert kept == set(ARTICLES)
    told = {issue["url"].partition(f":{port}")[2] for issue in issues}
    assert told >= set(BAD)
    assert told >= {"/feed/", "/sitemap.xml"}


@pytest.mark.parametrize(
    ("robots", "kind"),
    [
        (b"User-agent: *\nCrawl-delay: 86400\n", "crawl_delay"),
        (AGENTS + b"Disallow: /\n" * 9_000, "robots_unreachable"),
    ],
    ids=["a day between requests", "too many rules"],
)  # fmt: skip
def test_an_absurd_robots_file_stops_its_own_outlet_only(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, robots: bytes, kind: str
) -> None:
    monkeypatch.setattr(Host, "robots", robots)
    kept, issues = crawl(tmp_path, port)
    assert kept == set(ARTICLES)
    assert [issue["kind"] for issue in issues] == [kind]


def test_a_host_that_asks_for_a_long_wait_is_left_at_once(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Host, "retry_after", "Fri, 15 Oct 2077 02:00:00 GMT")
    kept, issues = crawl(tmp_path, port)
    assert kept == set(ARTICLES)
    asked = [issue["kind"] for issue in issues if issue["url"].endswith("hari-ini")]
    assert asked == ["rate_limited", "outlet_stopped"]
