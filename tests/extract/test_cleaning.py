"""A page becomes an article, or an error that says why not."""

from __future__ import annotations

import json

import pytest

from extract.article import Article, OutletHints, article_id
from extract.cleaning import CleaningError, clean

OUTLET = OutletHints("suara-lamaholot", "Suara Lamaholot", "wordpress", "Asia/Makassar", "53")
URL = "https://suaralamaholot.test/2025/05/07/kapal-patroli/"
LEAD = "Petugas gabungan memeriksa dua puluh penumpang kapal di Pelabuhan Lorens Say, Maumere, Selasa pagi."
SECOND = "“Kami hanya memastikan dokumen mereka lengkap,” kata Kepala Seksi Keselamatan Pelayaran Petrus Lodo."
THIRD = "Pemeriksaan itu berlangsung hingga pukul 11.00 Wita dan tidak menemukan pelanggaran apa pun."


def page(
    body: str = "", *, head: str = "", above: str = "", below: str = "", title: str = "Kapal Patroli Periksa Penumpang"
) -> str:
    paragraphs = body or "".join(f"<p>{line}</p>" for line in (LEAD, SECOND, THIRD))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title} - Suara Lamaholot</title>{head}</head><body>"
        "<div class='topbar'><span class='clock'>Kamis, 15 Oktober 2026 | 09:00 WITA</span></div>"
        f"<article><h1>{title}</h1>{above}<div class='entry-content'>{paragraphs}</div></article>{below}</body></html>"
    )


def cleaned(*pages: str | bytes, outlet: OutletHints = OUTLET, url: str = URL, **more: str) -> Article:
    return clean(list(pages), url=url, canonical_url=url, outlet=outlet, **more)


def json_ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


def test_an_article_has_its_text_title_and_identity() -> None:
    article = cleaned(page())
    assert article.text == f"{LEAD}\n{SECOND}\n{THIRD}"
    assert article.title == "Kapal Patroli Periksa Penumpang"
    assert article.id == article_id(URL)
    assert article.language == "id"


def test_cleaning_twice_gives_the_same_article() -> None:
    assert cleaned(page()) == cleaned(page())


# --- times ---


def test_structured_data_says_when_before_anything_else() -> None:
    head = (
        json_ld(datePublished="2025-05-07T01:15:00Z") + "<meta property='article:published_time' content='2024-01-01'>"
    )
    assert cleaned(page(head=head)).published_at == "2025-05-07T09:15:00+08:00"


def test_a_time_without_offset_is_the_newsrooms() -> None:
    article = cleaned(page(head="<meta name='content_PublishedDate' content='2025-05-07 09:15:00'>"))
    assert article.published_at == "2025-05-07T09:15:00+08:00"


def test_the_line_under_the_title_is_read_and_the_header_clock_is_not() -> None:
    article = cleaned(page(above="<p class='tgl'>Yosefa Kedang | Rabu, 7 Mei 2025 | 09.15 WITA</p>"))
    assert article.published_at == "2025-05-07T09:15:00+08:00"
    assert article.authors == ["Yosefa Kedang"]
    assert cleaned(page(), url="https://suaralamaholot.test/kapal").published_at is None


def test_the_url_gives_the_day_and_the_feed_the_time() -> None:
    assert cleaned(page()).published_at == "2025-05-07T00:00:00+08:00"
    near = cleaned(page(), feed_published_at="Wed, 07 May 2025 01:15:00 +0000")
    assert near.published_at == "2025-05-07T09:15:00+08:00"
    far = cleaned(page(), feed_published_at="Mon, 12 Oct 2026 01:15:00 +0000")
    assert far.published_at == "2025-05-07T00:00:00+08:00"


def test_the_feed_counts_where_the_page_has_no_time() -> None:
    article = cleaned(page(), url="https://suaralamaholot.test/kapal", feed_published_at="2025-05-07T09:15:00+08:00")
    assert article.published_at == "2025-05-07T09:15:00+08:00"


def test_an_unchanged_article_has_no_time_of_change() -> None:
    same = json_ld(datePublished="2025-05-07T09:15:00+08:00", dateModified="2025-05-07T09:15:00+08:00")
    later = json_ld(datePublished="2025-05-07T09:15:00+08:00", dateModified="2025-05-08T10:00:00+08:00")
    assert cleaned(page(head=same)).modified_at is None
    assert cleaned(page(head=later)).modified_at == "2025-05-08T10:00:00+08:00"


def test_an_unknown_outlet_keeps_the_offset_of_its_page() -> None:
    head = json_ld(datePublished="2025-05-07T22:15:00-04:00")
    assert cleaned(page(head=head), outlet=OutletHints()).published_at == "2025-05-07T22:15:00-04:00"


# --- title, authors, section, tags ---


@pytest.mark.parametrize(
    "printed",
    [
        "Dua Kapal Diperiksa - Suara Lamaholot",
        "Dua Kapal Diperiksa | Suara Lamaholot",
        "Dua Kapal Diperiksa – SuaraLamaholot.com",
        "Suara Lamaholot | Dua Kapal Diperiksa",
        "Dua Kapal Diperiksa - Halaman 2 - Suara Lamaholot",
    ],
)
def test_titles_lose_the_name_of_the_site(printed: str) -> None:
    head = f"<meta property='og:title' content='{printed}'>"
    assert cleaned(page(head=head, title="")).title == "Dua Kapal Diperiksa"


def test_a_dash_inside_a_title_stays() -> None:
    assert cleaned(page(title="Satu Kapal - Dua Nakhoda")).title == "Satu Kapal - Dua Nakhoda"


def test_a_title_cut_short_is_completed() -> None:
    head = json_ld(headline="Kapal Patroli Periksa...")
    assert cleaned(page(head=head)).title == "Kapal Patroli Periksa Penumpang"


def test_the_feeds_title_counts_where_the_page_has_none() -> None:
    bare = f"<html><body><div class='entry-content'><p>{LEAD}</p><p>{SECOND}</p></div></body></html>"
    assert cleaned(bare, title_hint="Judul dari Umpan").title == "Judul dari Umpan"


def test_authors_are_persons_and_no_editors() -> None:
    head = json_ld(author=[{"name": "Redaksi"}, {"name": "Yosefa Kedang"}, {"name": "Suara Lamaholot"}])
    assert cleaned(page(head=head)).authors == ["Yosefa Kedang"]
    body = f"<p>{LEAD}</p><p>{SECOND}</p><p>Reporter: Maria Bala / Editor: Yosefa Kedang</p>"
    article = cleaned(page(body, head=head))
    assert article.authors == ["Maria Bala"]
    assert "Editor" not in article.text


def test_an_author_in_a_graph_is_found_by_its_id() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "author": {"@id": "#p1"}, "articleSection": ["Daerah"], "keywords": "ASDP, Maumere"},
            {"@type": "Person", "@id": "#p1", "name": "Maria Bala, S.Sos"},
        ]
    }
    article = cleaned(page(head=f"<script type='application/ld+json'>{json.dumps(graph)}</script>"))
    assert article.authors == ["Maria Bala, S.Sos"]
    assert (article.section, article.tags) == ("Daerah", ["ASDP", "Maumere"])


def test_broken_structured_data_is_forgiven() -> None:
    head = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "headline": "Judul\n Utuh",}</script>'
    assert cleaned(page(head=head, title="Judul Utuh")).title == "Judul Utuh"
    assert cleaned(page(head=head, title="")).title == "Judul Utuh"
    assert (
        cleaned(page(head="<script type='application/ld+json'>{{{</script>")).title == "Kapal Patroli Periksa Penumpang"
    )


# --- body ---


@pytest.mark.parametrize(
    "noise",
    [
        "<p><strong>Baca juga: <a href='/x'>Kapal Lain Kandas di Larantuka</a></strong></p>",
        "<p>BACA JUGA : Kapal Lain Kandas di Larantuka</p>",
        "<p>Baca Juga:</p><ul><li><a href='/x'>Kapal Lain Kandas</a></li><li><a href='/y'>Feri Batal</a></li></ul>",
        "<p>ADVERTISEMENT</p><p>SCROLL TO CONTINUE WITH CONTENT</p>",
        "<p>Bagikan: WhatsApp Facebook Telegram</p>",
        "<figure><img src='x'><figcaption>Kapal patroli bersandar di dermaga.</figcaption></figure>",
        "<div class='sharedaddy'><a href='/s'>Share on WhatsApp</a></div>",
        "<p>Foto: Dokumentasi Syahbandar</p>",
        "<p>57 Views</p>",
        f"<p>{LEAD}</p>",
    ],
)
def test_what_is_no_part_of_the_story_goes(noise: str) -> None:
    body = f"<p>{LEAD}</p>{noise}<p>{SECOND}</p>{noise}<p>{THIRD}</p>"
    assert cleaned(page(body)).text == f"{LEAD}\n{SECOND}\n{THIRD}"


def test_a_link_inside_a_sentence_stays() -> None:
    body = f"<p>{LEAD}</p><p>Menurut <a href='/x'>data Basarnas</a>, cuaca sedang baik di perairan Sikka.</p>"
    assert "Menurut data Basarnas, cuaca sedang baik" in cleaned(page(body)).text


def test_a_caption_that_repeats_the_lead_goes() -> None:
    caption = LEAD.removesuffix(", Selasa pagi.")
    body = f"<p>{caption}</p><p>MAUMERE, SUARALAMAHOLOT.COM – {LEAD}</p><p>{SECOND}</p>"
    article = cleaned(page(body))
    assert article.text == f"{LEAD}\n{SECOND}"
    assert article.dateline == "MAUMERE, SUARALAMAHOLOT.COM"


@pytest.mark.parametrize("sign", [" (mel)", " (*)", " (mel/yos)", " (tk-1/red)", " [TA]", " (Humas Kanim)", "***"])
def test_the_desks_sign_goes(sign: str) -> None:
    body = f"<p>{LEAD}</p><p>{THIRD}{sign}</p>"
    assert cleaned(page(body)).text == f"{LEAD}\n{THIRD}"


def test_a_bracket_that_belongs_to_the_sentence_stays() -> None:
    last = "Keduanya diserahkan kepada Balai Pelayanan Pelindungan Pekerja Migran Indonesia (BP3MI)"
    assert cleaned(page(f"<p>{LEAD}</p><p>{last}</p>")).text.endswith("(BP3MI)")


def test_wrapped_lines_are_healed_and_paragraphs_kept() -> None:
    wrapped = (
        "Petugas gabungan memeriksa dua puluh penumpang kapal di<br>Pelabuhan Lorens Say, Maumere, Selasa pagi.<br><br>"
        "Pemeriksaan itu berlangsung hingga pukul 11.00 Wita dan<br>tidak menemukan pelanggaran apa pun.<br><br>"
        "Penumpang kemudian dipersilakan naik ke kapal.<br>"
    )
    lines = cleaned(page(f"<div>{wrapped}</div>")).text.split("\n")
    assert lines == [LEAD, THIRD, "Penumpang kemudian dipersilakan naik ke kapal."]


def test_several_pages_become_one_article() -> None:
    first = page(f"<p>KUPANG – {LEAD}</p><p>{SECOND}</p><p>Halaman Selanjutnya</p>")
    second = page(f"<p>{SECOND}</p><p>{THIRD}</p>", title="Kapal Patroli Periksa Penumpang - Halaman 2")
    article = cleaned(first, second)
    assert article.text == f"{LEAD}\n{SECOND}\n{THIRD}"
    assert article.title == "Kapal Patroli Periksa Penumpang"


def test_the_body_of_a_next_page_is_read_from_its_data() -> None:
    story = f"<p>MATARAM – {LEAD}</p><p>{SECOND}</p><p><b>Baca Juga:</b> <a href='/x'>Lain</a></p><p>{THIRD}</p>"
    other = {"title": "Cerita Lain", "slug": "cerita-lain", "content": "<p>Ini cerita lain.</p>" * 60}
    own = {
        "title": "Kapal Patroli Periksa Penumpang",
        "content": story,
        "published_at": "2025-05-07 09:15:00",
        "author": {"name": "Lalu Darmawan"},
        "category": {"name": "Utama"},
        "tags": [{"name": "ASDP"}],
    }
    state = json.dumps({"props": {"pageProps": {"latest": [other], "article": own}}})
    html = (
        "<html><head><meta property='og:title' content='Kapal Patroli Periksa Penumpang'></head><body>"
        "<h1>Kapal Patroli Periksa Penumpang</h1>"
        f"<script id='__NEXT_DATA__' type='application/json'>{state}</script></body></html>"
    )
    article = cleaned(html, outlet=OutletHints("radar-x", "Radar X", "radar_jp", "Asia/Makassar", "52"))
    assert article.text == f"{LEAD}\n{SECOND}\n{THIRD}"
    assert article.published_at == "2025-05-07T09:15:00+08:00"
    assert (article.authors, article.section, article.tags) == (["Lalu Darmawan"], "Utama", ["ASDP"])


def test_a_body_without_container_is_found() -> None:
    html = page().replace("entry-content", "x9-unknown")
    assert cleaned(html, outlet=OutletHints()).text == f"{LEAD}\n{SECOND}\n{THIRD}"


# --- what is no article ---


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        (b"", "empty", "fetch it again"),
        (b"  \n\t ", "empty", "fetch it again"),
        (b"%PDF-1.7\n...", "not-html", "a PDF"),
        (b"PK\x03\x04....", "not-html", "ZIP"),
        (b"\x00\x01\x02" * 100, "not-html", "binary"),
        (b"<p>x</p>" * 1_300_000, "too-large", "10,400,000 bytes"),
        ("<p>x</p>" * 31_000, "too-large", "elements"),
        ("<html><head><title>Just a moment...</title></head><body>x</body></html>", "challenge", "more slowly"),
        ("<html><head><title>404 Not Found</title></head><body>x</body></html>", "not-found", "remove its address"),
        ("<html><head><title>Galeri</title></head><body><p>Foto</p></body></html>", "no-body", "gallery"),
    ],
)
def test_pages_without_article_say_why(given: bytes | str, kind: str, says: str) -> None:
    with pytest.raises(CleaningError, match=says) as caught:
        cleaned(given)
    assert caught.value.kind == kind
    assert caught.value.detail == str(caught.value)


def test_no_page_at_all_is_an_error() -> None:
    with pytest.raises(CleaningError, match="No page was given"):
        cleaned()


def test_a_story_about_waiting_is_no_challenge_page() -> None:
    assert cleaned(page(title="Akses Ditutup, Warga Diminta Menunggu Sebentar")).title.startswith("Akses Ditutup")


def test_a_body_of_json_with_control_characters_is_no_fault() -> None:
    body = "\x1b" + LEAD + "\ud800\x00"
    data = json.dumps({"props": {"title": "Rapat di Kupang Selesai Sore Ini", "content": body}})
    found = clean(
        [f'<html><body><script id="__NEXT_DATA__" type="application/json">{data}</script></body></html>'],
        url="https://uji.test/rapat",
        canonical_url="https://uji.test/rapat",
        outlet=OutletHints(),
    )
    assert found.text == LEAD
