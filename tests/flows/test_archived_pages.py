"""Archived pages stay readable after a redesign, and the time that only a feed gives stays with its article."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

from benchmarks.written_pages import WrittenPage, written_pages
from crawlers.archive import ArchiveWriter, Page
from crawlers.job import CrawlJob, launch
from crawlers.newsroom import Newsroom
from crawlers.newsroom.newsroom_registry import registry_text
from crawlers.newsroom.sites import load_site_table
from crawlers.registry import Registry, load_registry, parse_registry
from extract import cleaning_rules
from extract.cleaning_rules import rules_for
from flows.extraction import extract
from flows.workspace import Workspace

OLD = {page.name: page for page in written_pages() if page.fetched_at}
REDESIGNED = load_site_table()["edition_3"]["site"]

#: A family before and after a redesign: `.papan` held the story and then other stories, `.kutipan` quotes of the story
#: and then advertisements.
REDESIGN = """
[[bodies]]
family = "custom"
css = ".papan"
valid_until = 2025-12-31

[[bodies]]
family = "custom"
css = ".naskah"
valid_from = 2026-01-01

[[elements]]
family = "custom"
css = ".kutipan"
valid_from = 2026-01-01
"""
STORY = (
    "Gugus tugas Kabupaten Uji bertemu di aula kantor bupati untuk membahas pengawasan dermaga sampai akhir tahun.",
    "“Kami mencatat setiap rombongan yang datang pada malam hari,” kata Kepala Dinas Perhubungan Lambertus Uja Kelen.",
    "Pertemuan berikutnya diadakan di kantor imigrasi pada pekan pertama bulan depan dan dihadiri tujuh instansi.",
)
OTHER = "Pertandingan sepak bola antarkampung berakhir imbang setelah hujan mengguyur lapangan selama dua puluh menit."


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in STORY)


def page(title: str, body: str, time: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{time}{body}</body></html>"


def before(title: str) -> str:
    body = f"<p>{STORY[0]}</p><div class='kutipan'><p>{STORY[1]}</p></div><p>{STORY[2]}</p>"
    return page(title, f"<div class='papan'>{body}</div>", "<p>Senin, 5 Mei 2025 | 09:00 WIB</p>")


def after(title: str) -> str:
    offer = "<div class='kutipan'><p>Pasang iklan Anda di halaman ini dengan harga khusus bulan ini saja.</p></div>"
    others = f"<div class='papan'><p>{OTHER}</p><p>{OTHER}</p></div>"
    return page(title, f"{others}<div class='naskah'>{PARAGRAPHS}{offer}</div>", "<p>Senin, 5 Mei 2025 | 09:00 WIB</p>")


def archived(body: bytes | str, url: str, outlet_id: str, at: str, crawl: str = "c1", part: int = 1) -> Page:
    content = body.encode() if isinstance(body, str) else body
    return Page(
        outlet_id=outlet_id,
        crawl_id=crawl,
        url=url,
        canonical_url=url,
        part=part,
        fetched_at=at,
        status=200,
        mime="text/html",
        payload_sha256=hashlib.sha256(content).hexdigest(),
        body=content,
        headers=[("Content-Type", "text/html; charset=utf-8")],
        charset="utf-8",
    )


def registry_of(*outlets: tuple[str, str, str, str, str]) -> Registry:
    """A registry of id, name, domain, family and zone."""
    keys = ("outlet_id", "name", "domain", "family", "timezone")
    tables = [
        "[[outlets]]\n" + "".join(f'{key} = "{value}"\n' for key, value in zip(keys, row, strict=True))
        for row in outlets
    ]
    return parse_registry("\n".join(tables), Path("outlets.toml"))


def extracted(folder: Path, registry: Registry) -> list[dict[str, Any]]:
    """The records that the extract stage leaves, in the order of crawls and addresses."""
    workspace = Workspace(folder)
    workspace.prepare()
    extract(workspace, registry)
    return [
        json.loads(line)
        for path in sorted(workspace.facts.glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]


@pytest.fixture
def redesigned_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    path = tmp_path / "cleaning.toml"
    path.write_text(cleaning_rules.RULES_FILE.read_text("utf-8").replace("[words]", f"{REDESIGN}\n[words]", 1), "utf-8")
    monkeypatch.setattr(cleaning_rules, "RULES_FILE", path)
    cached = (cleaning_rules._document, cleaning_rules._compiled, rules_for)
    for each in cached:
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in cached:
        each.cache_clear()


@pytest.mark.usefixtures("redesigned_rules")
def test_a_page_is_read_with_the_rules_of_the_day_it_was_fetched(tmp_path: Path) -> None:
    registry = registry_of(("uji", "Kabar Uji", "kabaruji.test", "custom", "Asia/Jakarta"))
    pages = (
        ("a-sebelum", before("Dermaga Diawasi Setiap Malam"), "2025-05-06T00:00:00.000Z"),
        ("b-sesudah", after("Dermaga Diawasi Setiap Pagi"), "2026-02-01T00:00:00.000Z"),
        # The old layout, as if it had been fetched when it was gone: the rules of that day do not know it.
        ("c-sebelum", before("Dermaga Diawasi Setiap Siang"), "2026-02-01T00:00:00.000Z"),
    )
    with ArchiveWriter(tmp_path / "data" / "archive", "c1") as archive:
        for name, body, at in pages:
            archive.add(archived(body, f"https://kabaruji.test/{name}", "uji", at))
    records = extracted(tmp_path / "data", registry)
    old, new, wrong = (record["article"] for record in records)
    assert old["text"].split("\n") == new["text"].split("\n") == list(STORY)
    assert old["published_at"] == new["published_at"] == "2025-05-05T09:00:00+07:00"
    assert STORY[1] not in wrong["text"]


@pytest.mark.parametrize("name", OLD)
def test_layouts_of_earlier_years_are_read_from_the_archive(name: str, tmp_path: Path) -> None:
    written: WrittenPage = OLD[name]
    domain = written.url.split("/")[2].removeprefix("www.")
    registry = registry_of(
        (written.outlet.outlet_id, written.outlet.name, domain, written.outlet.family, written.outlet.timezone)
    )
    at = datetime.fromisoformat(written.fetched_at or "").isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with ArchiveWriter(tmp_path / "archive", "c1") as archive:
        archive.add(archived(written.pages[0], written.url, written.outlet.outlet_id, at))
    (record,) = extracted(tmp_path, registry)
    article = record["article"]
    assert article["text"] == written.body
    assert (article["title"], article["authors"]) == (written.title, list(written.authors))
    assert article["published_at"] == written.published_at.isoformat()
    assert article["dateline"] == written.dateline


def test_the_demo_site_that_is_redesigned_keeps_its_earlier_pages(tmp_path: Path) -> None:
    earlier, later = Newsroom(port=80), Newsroom(port=80, edition=3)
    paper = earlier.papers[REDESIGNED]
    with ArchiveWriter(tmp_path / "archive", "c1") as archive:
        for article in paper.articles:
            ((_, body),) = earlier.article_pages(article)
            archive.add(archived(body, article.canonical_url(paper.site), REDESIGNED, "2026-10-15T01:00:00.000Z"))
    with ArchiveWriter(tmp_path / "archive", "c2") as archive:
        for article in paper.articles:
            url = article.canonical_url(paper.site)
            body = later.answer(paper.site.host, paper.site.addresses(article).page).body
            archive.add(archived(body, url, REDESIGNED, "2026-11-15T01:00:00.000Z", "c2"))
    registry = parse_registry(registry_text(earlier.papers.values()), Path("outlets.toml"))
    records = extracted(tmp_path, registry)
    written = {article.canonical_url(paper.site): article for article in paper.articles}
    before_it = [record for record in records if record["page"]["crawl_id"] == "c1"]
    assert len(before_it) == len(written)
    for record in before_it:
        article = written[record["article"]["canonical_url"]]
        assert record["article"]["text"] == article.body_text
        assert datetime.fromisoformat(record["article"]["published_at"]) == article.published_at
    # The later ones show nothing before a script has run: that is told, and nothing is made up.
    after_it = [record for record in records if record["kind"] == "article" and record["page"]["crawl_id"] == "c2"]
    assert not any(record["reading"]["has_date"] for record in after_it)


class Site(BaseHTTPRequestHandler):
    """A site whose pages print no time: a feed gives that of one article, a news sitemap that of another."""

    protocol_version = "HTTP/1.1"
    FEED: ClassVar = datetime.fromisoformat("2026-09-07T16:20:00+08:00")
    SITEMAP: ClassVar = "2026-09-09T07:45:00+08:00"

    def do_GET(self) -> None:
        root = f"http://uji.localhost:{self.server.server_port}"
        answers = {
            "/feed/": "<rss><channel><item><title>Dermaga Diawasi Setiap Malam</title>"
            f"<link>{root}/read/dari-umpan</link><pubDate>{format_datetime(self.FEED)}</pubDate></item></channel></rss>",
            "/sitemap.xml": "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url>"
            f"<loc>{root}/read/dari-peta</loc><news:news><news:publication_date>{self.SITEMAP}</news:publication_date>"
            "<news:title>Dermaga Diawasi Setiap Pagi</news:title></news:news></url></urlset>",
            "/read/dari-umpan": undated("Dermaga Diawasi Setiap Malam"),
            "/read/dari-peta": undated("Dermaga Diawasi Setiap Pagi"),
        }
        body = answers.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if self.path.startswith("/read/") else "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def undated(title: str) -> str:
    return page(title, f"<div class='isi'>{PARAGRAPHS}</div>")


@pytest.fixture
def undated_site(serve: Callable[[type[BaseHTTPRequestHandler]], int]) -> int:
    return serve(Site)


@pytest.mark.slow
def test_the_time_that_only_a_list_gives_goes_from_the_crawl_to_the_article(undated_site: int, tmp_path: Path) -> None:
    registry = tmp_path / "outlets.toml"
    root = f"http://uji.localhost:{undated_site}"
    registry.write_text(
        '[[outlets]]\noutlet_id = "uji"\nname = "Uji"\ndomain = "uji.localhost"\nfamily = "custom"\n'
        f'timezone = "Asia/Makassar"\nbase_url = "{root}"\narticle_pattern = "http://uji.localhost/read/"\n'
        f'feeds = ["{root}/feed/"]\nsitemaps = ["{root}/sitemap.xml"]\n'
    )
    job = CrawlJob(
        tmp_path / "data", registry, allow_private=True, delay_seconds=0.0, clock="2026-09-10T09:00:00+08:00"
    )
    *_, last = launch(job)
    assert last.totals["new"] == 2
    records = extracted(tmp_path / "data", load_registry(registry))
    found = {record["article"]["title"]: record for record in records}
    assert found["Dermaga Diawasi Setiap Malam"]["article"]["published_at"] == Site.FEED.isoformat()
    assert found["Dermaga Diawasi Setiap Pagi"]["article"]["published_at"] == Site.SITEMAP
    # Those who watch the outlet see that the pages themselves gave no time.
    assert not any(record["reading"]["has_date"] for record in records)
