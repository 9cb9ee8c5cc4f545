"""Documents that were valid once: cut, spliced, repeated, torn, re-encoded and packed.

Whatever comes of them, nothing crashes or hangs, and what cannot be read is an issue with a kind and a sentence, while
the good list beside it is read. The cases are the same in every run. A longer search with cases that nobody has seen:

    JEJAK_FUZZ_CASES=50000 pytest tests/crawlers/test_fuzz.py
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.archive import ArchiveError, ArchiveWriter, entries, read_page
from crawlers.archive.cdxj import entry_of_line, index_line, index_path
from crawlers.archive.mending import scan
from crawlers.archive.verification import verify
from crawlers.fetching.challenges import _marks, challenge_of
from crawlers.fetching.fetcher import Answer, Fetcher
from crawlers.fetching.markup import ListingError
from crawlers.fetching.politeness import AGENT, robots_rules
from crawlers.frontier import Frontier, now
from crawlers.frontier.known import Listed, ListState
from crawlers.inspection import NotAPageError, inspect_page
from crawlers.lists.discovery import Discovery
from crawlers.lists.formats import Listing, next_data_items, parse_feed, parse_page, parse_sitemap, parse_wordpress
from crawlers.newsroom import Newsroom
from crawlers.pages import Page
from crawlers.reading import Reader
from crawlers.registry import Outlet
from crawlers.reporting import Reporter
from crawlers.selection import Selection

pytestmark = pytest.mark.slow

WANTED = int(os.environ.get("JEJAK_FUZZ_CASES", "2250"))
SHARES = {"feeds": 18, "sitemaps": 18, "posts": 8, "pages": 20, "index_pages": 8, "robots": 12, "lines": 10, "warcs": 6}
RUN: Counter[str] = Counter()
CLOCK = datetime.fromisoformat("2026-10-15T09:00:00+08:00")
WITA = ZoneInfo("Asia/Makassar")
SERVICES = {mark.service for mark in _marks()}
BASE = "https://kabaruji.id"
ONE = BASE + "/2025/05/07/rakor-tppo-di-kupang/"
GOOD = BASE + "/baik.xml"
SECONDS = 10


def fuzzed(suite: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Settings of a suite: its share of the cases, no case longer than ten seconds, the same ones in every run."""
    return settings(
        max_examples=math.ceil(WANTED * SHARES[suite] / sum(SHARES.values())),
        deadline=timedelta(seconds=SECONDS),
        derandomize="JEJAK_FUZZ_CASES" not in os.environ,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


NEWSROOM = Newsroom()


def shown(*paths: str) -> list[bytes]:
    """What the demo's sites show under some paths, where they have them."""
    answers = (
        NEWSROOM.visit(f"http://{paper.site.host}{path}") for paper in NEWSROOM.papers.values() for path in paths
    )
    return [
        re.sub(rb"http://[\w-]+\.localhost(?::\d+)?", BASE.encode(), answer.body)
        for answer in answers
        if answer.status == 200
    ]


FEEDS = shown("/feed/", "/rss/terkini.xml", "/feeds/posts/default", "/feeds/posts/default?alt=rss&max-results=5")
SITEMAPS = shown("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap-news.xml")
POSTS = shown("/wp-json/wp/v2/posts?per_page=5", "/feeds/posts/default?alt=json")
ROBOTS = shown("/robots.txt")
INDEXES = shown("/", "/indeks", "/terkini?page=1")
PAGES = [body for article in NEWSROOM.articles()[::9] for _, body in NEWSROOM.article_pages(article)[:1]]

TOKENS = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"&nbsp;", b"&a9;", b"&#0;", b"&#xD800;", b"&#99999999;",
    b"<?xml?>", b"<!DOCTYPE x [<!ENTITY a9 'x'>]>", b"<!DOCTYPE html>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3",
    b"\xed\xa0\x80", b"'", b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999", b"-", b"9" * 400, b"\\ud83d",
    b"\\u0000", b"NaN", b"<a href='", b"<item>", b"</item>", b"<entry>", b"<link>", b"<loc>", b"<url>", b"</urlset>",
    b"<media:x/>", b"<p>", b"</p>", b"<div>", b"<table>", b"<script id='__NEXT_DATA__'>", b"</script>",
    b"<meta charset=", b"<link rel='canonical' href='", b"http://[", b"//evil.example/", b"http://127.0.0.1/",
    b"javascript:", b"https://kabaruji.id/", b"?page=2", b"/2/", b"0000-00-00", b"2025-02-30T25:61:61+99:99",
    b"Wed, 99 Foo 9999 99:99:99 +9999", "\u202eé\u0660".encode(), b"\r\n", b" " * 300, b"User-agent: *\n",
    b"Disallow: /", b"*", b"$", b"Crawl-delay: 1e308\n", b"Sitemap: ", b"WARC/1.1\r\n", b"Content-Length: 99\r\n",
    b"\x1f\x8b", b"HTTP/1.1 200\r\n", b"Jejak-Part: x\r\n",
]  # fmt: skip
PLACE = st.floats(0, 1)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ["cut", "drop", "double", "repeat", "insert", "insert", "insert", "replace", "flip", "swap", "nest"]
        ),
        PLACE,
        PLACE,
        st.sampled_from(TOKENS) | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=5,
)
WRAPPINGS = st.sampled_from(["plain"] * 9 + ["gzip", "torn gzip", "utf-16", "latin-1", "twice"])


def changed(document: bytes, changes: list[tuple[str, float, float, bytes]], wrapping: str) -> bytes:
    """The document after some changes, each at places given as parts of its length."""
    for kind, one, two, token in changes:
        start, end = sorted((int(one * len(document)), int(two * len(document))))
        before, middle, after = document[:start], document[start:end], document[end:]
        short = middle[:300]
        document = {
            "cut": before,
            "drop": before + after,
            "double": before + middle + middle + after,
            "repeat": before + short * 200 + after,
            "insert": before + token + middle + after,
            "replace": before + token + after,
            "flip": before + bytes(byte ^ 0x55 for byte in middle[:5]) + middle[5:] + after,
            "swap": after + middle + before,
            "nest": before + token * 400 + middle + after,
        }[kind][:400_000]
    if wrapping == "gzip":
        return gzip.compress(document, 1)
    if wrapping == "torn gzip":
        packed = gzip.compress(document, 1)
        return packed[: len(packed) * 2 // 3]
    if wrapping == "utf-16":
        return document.decode("utf-8", "replace").encode("utf-16")
    if wrapping == "latin-1":
        return document.decode("utf-8", "replace").encode("latin-1", "replace")
    return document * 2 if wrapping == "twice" else document


def documents(originals: list[bytes]) -> st.SearchStrategy[bytes]:
    return st.builds(changed, st.sampled_from(originals), CHANGES, WRAPPINGS)


class Given:
    """Answers one address with what it is told, the good list as it is, and nothing else."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        return self.answers.get(url, Answer(url, 404, failure="gone", detail="the host answers 404"))

    async def robots(self, url: str) -> Any:
        return robots_rules(b"")


class Bench:
    """One outlet with a frontier and an archive, for case after case."""

    def __init__(self, folder: Path, make_outlet: Callable[..., Outlet]) -> None:
        self.folder, self.make_outlet = folder, make_outlet
        self.frontier = Frontier(folder / "frontier.sqlite")
        self.archive = ArchiveWriter(folder / "archive", "c1")
        self.outlet = make_outlet("custom", article_pattern=f"{BASE}/")
        self.number = 0

    def reporter(self) -> Reporter:
        self.number += 1
        return Reporter(self.folder / "issues" / f"{self.number}.jsonl", io.StringIO(), f"c{self.number}")

    def discover(self, kind: str, body: bytes, parse: Callable[[bytes, str], Listing]) -> None:
        """Let the outlet have a bad list beside a good one; what it says of the bad one must be so."""
        self.number += 1
        bad, good = f"{BASE}/buruk-{self.number}.xml", f"{GOOD}?{self.number}"
        read = f"{BASE}/read/baik-{self.number}-hari-ini"
        lists = {"sitemaps": (bad, good)} if kind == "sitemaps" else {kind: (bad,), "sitemaps": (good,)}
        empty: dict[str, tuple[str, ...]] = {"feeds": (), "index_pages": (), "sitemaps": ()}
        outlet = replace(self.outlet, **(empty | lists))
        answers = {
            bad: Answer(bad, 200, body, []),
            good: Answer(good, 200, f"<urlset><url><loc>{read}</loc></url></urlset>".encode(), []),
        }
        reporter, fetcher = self.reporter(), cast("Fetcher", Given(answers))
        discovery = Discovery(
            outlet, fetcher, self.frontier, reporter, since="", clock=CLOCK, index_days=1, limit=None, thorough=False,
            stopping=lambda: False,
        )  # fmt: skip
        asyncio.run(discovery.run())
        found = issues(reporter)
        kinds = {issue["kind"] for issue in found}
        listing, failure = tried(lambda: parse(body, bad))
        if failure is not None:
            assert failure.kind in kinds
        else:
            assert {kind for kind, _ in listing.problems} <= kinds or kinds & {"feed_rejected", "feed_empty"}
        # Of an outlet's own sitemaps the first that exists is taken.
        assert (kind == "sitemaps" and failure is None) or self.frontier.article(read) is not None


def tried(read: Callable[[], Any]) -> tuple[Any, Any]:
    """What a reader gives, or its refusal, which must say why."""
    try:
        return read(), None
    except (ListingError, NotAPageError, ValueError) as error:
        refusal = error
    assert str(refusal)
    assert getattr(refusal, "detail", "robots.txt")
    return None, refusal


def issues(reporter: Reporter) -> list[dict[str, str]]:
    if not reporter.issues_path.exists():
        return []
    found = [json.loads(line) for line in reporter.issues_path.read_text("utf-8").splitlines()]
    reporter.issues_path.unlink()
    assert all(issue["kind"] and issue["detail"] for issue in found)
    return found


@pytest.fixture
def bench(tmp_path: Path, make_outlet: Callable[..., Outlet]) -> Iterator[Bench]:
    opened = Bench(tmp_path, make_outlet)
    yield opened
    opened.archive.close()
    opened.frontier.close()


def test_feeds(bench: Bench) -> None:
    @fuzzed("feeds")
    @given(documents(FEEDS))
    def check(body: bytes) -> None:
        RUN["feeds"] += 1
        bench.discover("feeds", body, lambda content, url: parse_feed(content, url, WITA))

    check()


def test_sitemaps(bench: Bench) -> None:
    @fuzzed("sitemaps")
    @given(documents(SITEMAPS))
    def check(body: bytes) -> None:
        RUN["sitemaps"] += 1
        bench.discover("sitemaps", body, lambda content, url: parse_sitemap(content, url, WITA))

    check()


def test_list_pages(bench: Bench) -> None:
    @fuzzed("index_pages")
    @given(documents(INDEXES))
    def check(body: bytes) -> None:
        RUN["index_pages"] += 1
        bench.discover("index_pages", body, lambda content, url: parse_page(content, url, WITA))

    check()


@fuzzed("posts")
@given(documents(POSTS))
def test_posts(body: bytes) -> None:
    RUN["posts"] += 1
    with contextlib.suppress(ListingError):
        for item in parse_wordpress(body, BASE + "/").items:
            (item.url + (item.title or "") + (item.lead or "")).encode("utf-8")
    next_data_items(body.decode("utf-8", "surrogatepass" if body.isascii() else "replace"), BASE, WITA)


@fuzzed("robots")
@given(documents(ROBOTS))
def test_robots(body: bytes) -> None:
    RUN["robots"] += 1
    rules, refusal = tried(lambda: robots_rules(body))
    if refusal is not None:
        return
    for path in ("/", "/berita/1?x=%zz", "/é" * 100):
        assert isinstance(rules.can_fetch(BASE + path, AGENT), bool)
    delay = rules.crawl_delay(AGENT)
    assert delay is None or (math.isfinite(delay) and delay >= 0)
    assert all(isinstance(url, str) for url in rules.sitemaps)


def test_pages(bench: Bench) -> None:
    outlet = bench.make_outlet()

    @fuzzed("pages")
    @given(documents(PAGES), st.sampled_from([None, "utf-8", "iso-8859-1", "utf-16", "idna", "zlib", "x" * 300]))
    def check(body: bytes, charset: str | None) -> None:
        RUN["pages"] += 1
        url = f"{BASE}/2025/05/07/berita-nomor-{RUN['pages']}-hari-ini/"
        answer = Answer(url, 200, body, [("Content-Type", "text/html")], "text/html", charset)
        assert challenge_of(403, body, {}) in {None, *SERVICES}
        state = ListState(None, None, None, now(), False, [])
        bench.frontier.save_list("feed", outlet.outlet_id, state, [Listed(url, url)])
        reporter, fetcher = bench.reporter(), cast("Fetcher", Given({url: answer}))
        reader = Reader(
            outlet, fetcher, bench.frontier, bench.archive, reporter, Selection(None), "c1", "", stopping=lambda: False
        )  # fmt: skip
        known = bench.frontier.article(url)
        assert known is not None
        asyncio.run(reader.run([known]))
        kinds = {issue["kind"] for issue in issues(reporter)}
        facts, failure = tried(lambda: inspect_page(body, url, outlet, "text/html", charset))
        if failure is not None:
            assert failure.kind in kinds
            return
        # A page may name another form of its own address, but never another story or another outlet.
        assert facts.canonical_url == url
        read = bench.frontier.article(url)
        assert kinds - {"part_missing", "charset"} or (read is not None and read.state == "done")

    check()


def page(name: str) -> Page:
    body = f"<p>Halaman {name} tentang rapat gugus tugas</p>".encode() * 20
    return Page(
        outlet_id="kabar-uji", crawl_id="c1", url=f"{BASE}/{name}/", canonical_url=f"{BASE}/{name}/", part=1,
        fetched_at="2026-10-15T01:02:03.456Z", status=200, mime="text/html", payload_sha256=sha256(body), body=body,
        headers=[("Content-Type", "text/html; charset=utf-8")],
    )  # fmt: skip


def sha256(body: bytes) -> str:
    return Answer("", body=body).sha256


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of a WARC file of three pages, and of its index."""
    folder = tmp_path_factory.mktemp("arsip")
    with ArchiveWriter(folder, "c1") as archive:
        for name in ("satu", "dua", "tiga"):
            archive.add(page(name))
    (path,) = folder.glob("*.warc.gz")
    return path.read_bytes(), index_path(folder, path.name).read_bytes()


def test_index_lines(archived: tuple[bytes, bytes], tmp_path: Path) -> None:
    warc, index = archived
    (tmp_path / "c1-00001.warc.gz").write_bytes(warc)

    @fuzzed("lines")
    @given(documents([index, *index.splitlines(keepends=True)]))
    def check(lines: bytes) -> None:
        RUN["lines"] += 1
        path = index_path(tmp_path, "c1-00001.warc.gz")
        path.write_bytes(lines)
        for line in lines.decode("utf-8", "replace").split("\n"):
            entry = entry_of_line(line)
            if entry is not None:
                assert entry_of_line(index_line(entry)) == entry
        for entry in entries(tmp_path):
            with contextlib.suppress(ArchiveError):
                assert read_page(tmp_path, entry).payload_sha256 == entry.payload_sha256

    check()


def test_warc_files(archived: tuple[bytes, bytes], tmp_path: Path) -> None:
    warc, _ = archived
    unpacked = gzip.decompress(warc)

    @fuzzed("warcs")
    @given(st.builds(changed, st.sampled_from([warc, unpacked]), CHANGES, st.sampled_from(["plain", "gzip"])))
    def check(content: bytes) -> None:
        RUN["warcs"] += 1
        path = tmp_path / "c1-00001.warc.gz"
        path.write_bytes(content)
        index_path(tmp_path, path.name).unlink(missing_ok=True)
        for entry in scan(path, path.name):
            with contextlib.suppress(ArchiveError):
                read_page(tmp_path, entry)
        assert all(entry.url for entry in entries(tmp_path))
        for report in verify(tmp_path):
            assert all(finding.detail for finding in report.findings)

    check()


def test_at_least_two_thousand_cases_were_tried() -> None:
    if set(RUN) != set(SHARES):
        pytest.skip("counts the cases only where the whole file is run")
    print(f"{sum(RUN.values()):,} cases: {dict(RUN)}")
    assert sum(RUN.values()) >= min(WANTED, 2000)
