"""`jejak facts` and `jejak clean`: one line in, one line out, whatever the line holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.written_pages import written_pages
from extract.pipeline import Extractor
from flows.article_lines import RecordError, article_of_page, article_of_record, facts_of, read_record

ARTICLE = {
    "id": "x-1",
    "url": "https://example.id/berita/1",
    "outlet": "Harian Contoh",
    "published_at": "2025-05-08T09:00:00+08:00",
    "title": "Polda NTT dan BP3MI NTT Gelar Rakor TPPO",
    "text": (
        "Kepolisian Daerah Nusa Tenggara Timur bersama BP3MI NTT menggelar rapat koordinasi pencegahan tindak pidana "
        "perdagangan orang (TPPO) di Kota Kupang, Rabu (7/5/2025).\n"
        "Kepala BP3MI NTT Ferdi Sogenlamak mengatakan data korban akan disatukan."
    ),
}
PAGE = """<html lang="id"><head><title>Pasar Oeba Ramai Jelang Lebaran - Harian Contoh</title>
<meta property="og:title" content="Pasar Oeba Ramai Jelang Lebaran">
<meta property="article:published_time" content="2025-03-28T08:00:00+08:00"></head><body><article>
<h1>Pasar Oeba Ramai Jelang Lebaran</h1>
<p>Pasar Oeba di Kota Kupang dipadati pembeli sejak Jumat pagi karena harga ikan turun menjelang Lebaran tahun ini.</p>
<p>Sejumlah pedagang mengaku menjual dua kali lipat dibanding pekan sebelumnya, terutama ikan tongkol dan kembung.</p>
<p>Pemerintah kota menambah petugas kebersihan agar jalan di sekitar pasar tetap dapat dilalui kendaraan warga.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def test_facts_keep_the_fields_of_the_line_and_add_the_contract(extractor: Extractor) -> None:
    found = facts_of(ARTICLE, extractor)
    assert {name: found[name] for name in ARTICLE} == ARTICLE
    assert found["relevance"] == "core"
    assert {agency["name"] for agency in found["agencies"]} >= {
        "Kepolisian Daerah Nusa Tenggara Timur",
        "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur",
    }
    assert [date["start"] for date in found["dates"]] == ["2025-05-07"]
    for kind in ("persons", "agencies", "places", "dates", "quotes", "events"):
        for item in found[kind]:
            for span in item["spans"]:
                assert ARTICLE["text"][span["start"] : span["end"]] == span["text"]
                assert 0 < span["confidence"] <= 1
            assert item["sentence"] >= 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{not json", "not JSON"),
        (b"[1, 2]", "expected a JSON object, found list"),
        (b'"text"', "expected a JSON object, found str"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_line_that_is_no_object_is_explained(line: bytes, complaint: str) -> None:
    with pytest.raises(RecordError, match=complaint):
        read_record(line)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"text": None}, "text is missing"), ({"text": 7}, "text must be text, found int"), ({"url": []}, "url must be")],
)
def test_a_field_of_the_wrong_kind_is_named(change: dict[str, object], complaint: str, extractor: Extractor) -> None:
    with pytest.raises(RecordError, match=complaint):
        facts_of(ARTICLE | change, extractor)


def test_an_empty_text_gives_empty_facts(extractor: Extractor) -> None:
    found = facts_of({"id": "x", "text": ""}, extractor)
    assert (found["persons"], found["events"], found["id"]) == ([], [], "x")


def test_a_page_becomes_an_article(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    url = "https://www.example.id/2025/03/28/pasar-oeba/?utm_source=x"
    by_path = article_of_record({"id": "p-1", "url": url, "path": str(path)})
    by_html = article_of_record({"id": "p-1", "url": url, "html": PAGE})
    assert by_path == by_html
    assert by_path["id"] == "p-1"
    assert by_path["title"] == "Pasar Oeba Ramai Jelang Lebaran"
    assert by_path["published_at"] == "2025-03-28T08:00:00+08:00"
    assert "utm_source" not in by_path["canonical_url"]
    assert set(by_path) == {
        "id",
        "url",
        "canonical_url",
        "title",
        "authors",
        "published_at",
        "modified_at",
        "dateline",
        "text",
        "language",
        "section",
        "tags",
    }


def test_an_old_page_is_read_by_the_rules_of_its_day() -> None:
    old = next(page for page in written_pages() if page.name == "detik_2014")
    record = {"url": "https://www.detik.com/jabar/berita/d-2618811/kedutaan-bantu", "html": old.pages[0].decode()}
    assert article_of_record(record | {"fetched_at": "2014-07-30"})["text"] == old.body
    # Where nobody says when it was fetched, its day of publication tells.
    assert article_of_record(record)["text"] == old.body
    assert article_of_record(record | {"fetched_at": "2026-07-30"})["text"] != old.body


def test_the_time_and_title_of_a_feed_fill_what_the_page_lacks() -> None:
    page = PAGE.replace('<meta property="article:published_time" content="2025-03-28T08:00:00+08:00">', "")
    record = {
        "url": "https://example.id/berita/pasar-oeba",
        "html": page,
        "feed_published_at": "2025-03-28T08:00:00+08:00",
    }
    assert article_of_record(record)["published_at"] == "2025-03-28T08:00:00+08:00"
    assert article_of_record(record | {"html": PAGE, "feed_published_at": "2025-03-29"})["published_at"] == (
        "2025-03-28T08:00:00+08:00"
    )


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ({"html": PAGE}, "url is missing"),
        ({"url": "https://example.id/a"}, "html or path is missing"),
        ({"url": "https://example.id/a", "html": PAGE, "fetched_at": 2014}, "fetched_at must be text, found int"),
        ({"url": "https://example.id/a", "html": PAGE, "fetched_at": "kemarin"}, "'kemarin' is no time; write it like"),
        ({"url": "https://example.id/a", "path": "/nowhere/page.html"}, "/nowhere/page.html cannot be read"),
    ],
)
def test_a_page_record_that_lacks_something_is_explained(record: dict[str, object], complaint: str) -> None:
    with pytest.raises(RecordError, match=complaint):
        article_of_record(record)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 \x00\x01", b"<html><body><p>x</p></body></html>", b"\x00" * 500])
def test_a_page_without_an_article_names_its_address(body: bytes) -> None:
    with pytest.raises(RecordError, match=r"https://example\.id/kosong: "):
        article_of_page(body, "https://example.id/kosong")


def test_a_page_of_thirty_megabytes_is_refused_at_once() -> None:
    with pytest.raises(RecordError, match="30,000,015 bytes, more than"):
        article_of_page(b"<html><body><p>" + b"x" * 30_000_000, "https://example.id/besar")


def test_records_are_json_again(extractor: Extractor) -> None:
    assert json.loads(json.dumps(facts_of(ARTICLE, extractor)))["id"] == "x-1"
