"""`jejak outlets check`: each outlet of the demo newsroom, and hosts on which nothing is right."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from rich.console import Console

from crawlers.job import CrawlError
from crawlers.probing.job import ProbeJob, look_at
from crawlers.probing.records import Look, Probe, SeenPage
from crawlers.registry import load_registry
from flows.outlet_checks import OutletCheck, check_outlets, chosen, judged
from flows.outlet_tables import check_table, escaped, headline, probe_table
from flows.prefect_server import free_port

pytestmark = pytest.mark.slow

Command = Callable[..., "subprocess.CompletedProcess[str]"]

CHALLENGE = b"<html><head><title>Just a moment...</title></head><body>_cf_chl_opt</body></html>"
ARTICLE = "<html><head><title>Rakor TPPO di Kupang</title></head><body><h1>Rakor TPPO di Kupang</h1>{}</body></html>"


@pytest.fixture(scope="module")
def demo_check(jejak: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, object]], Path]:
    """What `check --demo --mark --json` said of every outlet, and the data folder."""
    data = tmp_path_factory.mktemp("check")
    done = jejak("outlets", "check", "--demo", "--mark", "--json", "--data", data, "--port", str(free_port()))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {found["outlet_id"]: found for found in json.loads(done.stdout)}, data


def probes(found: dict[str, object], kind: str) -> list[dict[str, object]]:
    listed = found["probes"]
    assert isinstance(listed, list)
    return [probe for probe in listed if probe["kind"] == kind]


def test_every_demo_outlet_can_be_crawled(demo_check: tuple[dict[str, dict[str, object]], Path]) -> None:
    found, _ = demo_check
    assert len(found) >= 10
    assert {check["verdict"] for check in found.values()} <= {"ok", "warn"}
    for check in found.values():
        article = check["article"]
        assert isinstance(article, dict)
        assert article["title"]
        assert article["characters"] > 200
        assert article["published_at"][:4] in ("2025", "2026")
        assert probes(check, "robots")[0]["status"] == 200


def test_a_feed_whose_links_all_lead_home_is_rejected(
    demo_check: tuple[dict[str, dict[str, object]], Path],
) -> None:
    (feed,) = probes(demo_check[0]["warta-flobamora"], "feed")
    assert (feed["verdict"], feed["figure"]) == ("fail", 0.0)
    assert str(feed["detail"]).startswith("rejected: only 0 of 9 entries")
    (good,) = probes(demo_check[0]["lintas-nusa"], "feed")
    assert (good["verdict"], good["figure"]) == ("ok", 1.0)


def test_what_the_demo_makes_hard_is_named(demo_check: tuple[dict[str, dict[str, object]], Path]) -> None:
    found, _ = demo_check
    assert probes(found["cermin-papua"], "wordpress")[0]["detail"] == "robots.txt forbids it"
    assert "page 2 repeats page 1" in str(probes(found["radar-mandalika"], "index")[0]["detail"])
    assert probes(found["humas-kaltara"], "robots")[0]["figure"] == 0.5
    assert "forbids 1 of" in str(probes(found["lintas-nusa"], "robots")[0]["detail"])
    assert probes(found["lintas-nusa"], "wordpress")[0]["verdict"] == "ok"
    assert probes(found["kabar-celebes"], "sitemap")[0]["verdict"] == "ok"


def test_nothing_is_archived_and_the_registry_is_marked(
    demo_check: tuple[dict[str, dict[str, object]], Path],
) -> None:
    found, data = demo_check
    files = {path.name for path in data.rglob("*") if path.is_file()}
    assert files == {"outlets.toml"}
    entries = tomllib.loads((data / "demo" / "outlets.toml").read_text("utf-8"))["outlets"]
    assert {entry["outlet_id"] for entry in entries if "verified_on" in entry} == found.keys()


class Host(BaseHTTPRequestHandler):
    """Hosts by name: one challenges, one forbids all, one has nothing, one fails, one has short articles only."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        name = (self.headers["Host"] or "").split(".")[0]
        self.asked.append(f"{name}{self.path}")
        status, body = getattr(self, f"give_{name}")(self.path)
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give_tantangan(self, path: str) -> tuple[int, bytes]:
        return (404, b"") if path == "/robots.txt" else (403, CHALLENGE)

    def give_tertutup(self, path: str) -> tuple[int, bytes]:
        return (200, b"User-agent: *\nDisallow: /\n") if path == "/robots.txt" else (200, b"<p>tidak boleh</p>")

    def give_kosong(self, path: str) -> tuple[int, bytes]:
        return (200, b"<html><body><p>Selamat datang</p></body></html>") if path == "/" else (404, b"")

    def give_rusak(self, path: str) -> tuple[int, bytes]:
        return 500, b"rusak"

    def give_pendek(self, path: str) -> tuple[int, bytes]:
        if path.startswith("/rakor-"):
            return 200, ARTICLE.format("<p>Polda NTT menggelar rakor pencegahan TPPO di Kupang.</p>").encode()
        links = "".join(f'<a href="/rakor-tppo-di-kupang-{number}/">Rakor</a>' for number in range(3))
        return (200, f"<html><body>{links}</body></html>".encode()) if path == "/" else (404, b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, OutletCheck]]:
    """What a check says of hosts on which nothing is right, and of one that is dead."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = unused.getsockname()[1]
        ports = dict.fromkeys(("tantangan", "tertutup", "kosong", "rusak", "pendek"), server.server_port)
        path = tmp_path_factory.mktemp("hostile") / "outlets.toml"
        path.write_text(
            "\n".join(
                f'[[outlets]]\noutlet_id = "{name}"\nname = "{name}"\ndomain = "{name}.localhost"\n'
                f'base_url = "http://{name}.localhost:{port}"\nfamily = "wordpress"\n'
                for name, port in (ports | {"mati": dead}).items()
            ),
            encoding="utf-8",
        )
        outlets = load_registry(path).select()
        job = ProbeJob(path, tuple(outlet.outlet_id for outlet in outlets), allow_private=True, delay_seconds=0.0)
        yield {check.outlet.outlet_id: check for check in check_outlets(job, outlets)}
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("outlet_id", "reason"),
    [
        ("mati", "robots.txt cannot be read, so nothing is allowed: the host refuses connections"),
        ("rusak", "robots.txt cannot be read, so nothing is allowed"),
        ("tantangan", "no list names an article: feed, wordpress, sitemap, front: Cloudflare asks visitors to prove"),
        ("tertutup", "forbids the front page"),
        ("kosong", "no list names an article: feed: the host answers 404; sitemap: none exists"),
    ],
)
def test_a_host_that_gives_nothing_fails_and_says_why(
    hostile: dict[str, OutletCheck], outlet_id: str, reason: str
) -> None:
    check = hostile[outlet_id]
    assert check.verdict == "fail"
    assert check.reason.startswith(reason)
    assert check.article is None


def test_a_host_that_forbids_all_is_asked_for_its_robots_txt_alone(hostile: dict[str, OutletCheck]) -> None:
    assert [path for path in Host.asked if path.startswith("tertutup")] == ["tertutup/robots.txt"]


def test_an_article_without_body_and_date_is_a_flaw(hostile: dict[str, OutletCheck]) -> None:
    check = hostile["pendek"]
    assert check.verdict == "warn"
    assert "characters of text; no publication date on the page" in check.reason
    assert "front: 3 article links on the front page" in check.reason


def test_a_date_that_contradicts_the_list_is_a_flaw(hostile: dict[str, OutletCheck]) -> None:
    meta = '<meta property="article:published_time" content="2026-10-15T09:00:00+08:00"></head>'
    paragraphs = "".join(f"<p>Polda NTT menggelar rapat ke-{day} tentang TPPO di Kupang.</p>" for day in range(9))
    body = ARTICLE.format(paragraphs).replace("</head>", meta)
    page = SeenPage("https://x.id/a", "https://x.id/a", body.encode(), listed_at="2026-10-01T09:00:00+08:00")
    robots = Probe("robots", "https://x.id/robots.txt", 200, "ok", None, "")
    check = judged(hostile["pendek"].outlet, Look("pendek", [robots], 1, page))
    assert check.verdict == "warn"
    assert "the page says 2026-10-15, its list 2026-10-01" in check.reason


def test_a_live_look_needs_a_contact_and_patience_like_a_crawl() -> None:
    with pytest.raises(CrawlError, match="needs a contact"):
        next(look_at(ProbeJob(outlet_ids=("voxntt",))))
    with pytest.raises(CrawlError, match="too short for a live outlet"):
        next(look_at(ProbeJob(outlet_ids=("voxntt",), contact="a@example.org", delay_seconds=0.5)))


def test_a_private_address_is_not_looked_at_by_a_live_check(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(
        '[[outlets]]\noutlet_id = "dalam"\nname = "D"\ndomain = "127.0.0.1"\nfamily = "generic"\n', encoding="utf-8"
    )
    outlets = load_registry(path).select()
    (check,) = check_outlets(ProbeJob(path, ("dalam",), contact="a@example.org"), outlets)
    assert check.verdict == "fail"
    assert "127.0.0.1 is no public address" in check.reason


def test_outlets_are_chosen_by_family_status_and_a_sample() -> None:
    registry = load_registry()
    assert len(chosen(registry, family="blogger")) == 11
    assert chosen(registry, status="verified") == []
    sample = chosen(registry, per_family=1)
    assert len(sample) == len({outlet.family for outlet in sample}) > 15


@pytest.mark.parametrize("columns", [80, 120])
def test_the_tables_fit_the_terminal(hostile: dict[str, OutletCheck], columns: int) -> None:
    out = io.StringIO()
    console = Console(file=out, width=columns)
    checks = list(hostile.values())
    console.print(check_table(checks))
    console.print(probe_table(hostile["pendek"].probes))
    printed = out.getvalue()
    assert all(len(line) <= columns for line in printed.splitlines())
    for words in ("tertutup", "forbids the front page", "prove being human"):
        assert words in " ".join(printed.split())
    assert headline(checks) == "6 outlets checked: 0 ok, 1 with flaws, 5 failed"


def test_words_of_a_host_cannot_draw_in_the_terminal() -> None:
    assert escaped("a\x1b[31m[bold]b") == "a [31m\\[bold]b"
