"""Who wrote a story and when, wherever a page prints it; what stands beside the story is not asked."""

from __future__ import annotations

import pytest

from extract.article import Article, OutletHints
from extract.cleaning import clean
from extract.cleaning_credits import read_credits

OUTLET = OutletHints("kabar-uji", "Kabar Uji", "custom", "Asia/Makassar", "53")
TITLE = "Gugus Tugas Bahas Pengawasan Dermaga"
STORY = (
    "Gugus tugas kabupaten bertemu di aula kantor bupati untuk membahas pengawasan dermaga sampai akhir tahun.",
    "“Kami mencatat setiap rombongan yang datang pada malam hari,” kata Kepala Dinas Perhubungan Lambertus Uja.",
    "Pertemuan berikutnya diadakan di kantor imigrasi pada pekan pertama bulan depan dan dihadiri tujuh instansi.",
)


def read(
    *, above: str = "", line: str = "", below: str = "", head: str = "", story: str = "", heading: str = ""
) -> Article:
    body = story or "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
    title = heading or f"<h1>{TITLE}</h1>"
    page = (
        f"<html><head><title>{TITLE} - Kabar Uji</title>{head}</head><body>{above}{title}{line}"
        f"<div class='konten'>{body}</div>{below}</body></html>"
    )
    url = "https://kabaruji.test/berita/pengawasan"
    return clean([page], url=url, canonical_url=url, outlet=OUTLET)


@pytest.mark.parametrize(
    "printed",
    [
        "<div><b>Reporter :</b> <a href='/r'>Yosefa Kedang</a></div><div>Redaktur : <a href='/e'>Petrus Lodo</a></div>",
        "<p>Rep: Yosefa Kedang/ Red: Petrus Lodo</p>",
        "<table><tr><td>Penulis</td><td>: Kontributor Kupang, Yosefa Kedang</td></tr></table>",
        "<p><span>Ditulis oleh Yosefa Kedang</span></p>",
        "<ul><li>Oleh: <strong>Yosefa Kedang</strong></li><li>Editor: <strong>Petrus Lodo</strong></li></ul>",
    ],
)
@pytest.mark.parametrize("place", ["line", "below"])
def test_a_credit_is_found_in_front_of_the_story_and_behind_it(printed: str, place: str) -> None:
    article = read(**{place: printed})
    assert article.authors == ["Yosefa Kedang"]
    assert article.text.split("\n") == list(STORY)


def test_a_credit_in_a_list_of_other_stories_is_not_this_ones() -> None:
    assert read(below="<aside><p>Reporter: Yosefa Kedang</p></aside>").authors == []
    assert read(below="<div class='berita-terkait'><p>Penulis: Yosefa Kedang</p></div>").authors == []


def test_editors_in_the_data_of_a_page_are_no_authors() -> None:
    head = (
        "<meta name='content_editor' content='Petrus Lodo'><script type='application/ld+json'>"
        '{"@type": "NewsArticle", "author": [{"name": "Petrus Lodo"}, {"name": "Yosefa Kedang"}]}</script>'
    )
    assert read(head=head).authors == ["Yosefa Kedang"]


def test_the_name_of_a_user_gives_way_to_that_of_a_person() -> None:
    head = "<meta name='author' content='kabar_admin7'>"
    assert read(head=head, below="<p>Penulis: Yosefa Kedang</p>").authors == ["Yosefa Kedang"]
    assert read(head=head).authors == ["kabar_admin7"]


@pytest.mark.parametrize(
    "line",
    [
        "<p><span>Yosefa Kedang</span></p><p>Rabu, 7 Mei 2025 · 09:15 WITA · 3 menit baca</p>",
        "<p>Oleh <a href='/r'>Yosefa Kedang</a> pada <span>7 Mei 2025, 09:15</span></p>",
        "<ul><li>Yosefa Kedang</li><li>7 Mei 2025</li><li>09:15</li></ul>",
    ],
)
def test_name_day_and_time_of_day_may_stand_in_elements_of_their_own(line: str) -> None:
    article = read(line=line)
    assert article.authors == ["Yosefa Kedang"]
    assert article.published_at == "2025-05-07T09:15:00+08:00"
    assert article.text.split("\n") == list(STORY)


def test_counts_and_sections_are_no_names() -> None:
    assert read(line="<p>09.15 7 Mei 2025 954 views</p>").authors == []
    assert read(line="<p>Berita Daerah</p><p>7 Mei 2025 09:15</p>").authors == []


def test_what_stands_behind_a_short_story_belongs_to_others() -> None:
    article = read(below="<div><h3>Lain</h3><p>12 Februari 2026 - Sampah di Teluk Dibersihkan</p></div>")
    assert (article.published_at, article.authors) == (None, [])


def test_a_clock_above_the_title_gives_no_time_of_day_to_another_day() -> None:
    clock = "<div><span>Jumat, 20 Februari 2026 08:00:00</span></div>"
    assert read(above=clock, line="<p>Diterbitkan: 14 April 2025</p>").published_at == "2025-04-14T00:00:00+08:00"


def test_a_printed_day_counts_before_another_day_written_for_machines() -> None:
    changed = read(line="<time datetime='2025-05-11T02:18:46Z'>Terbit 7 Mei 2025</time>")
    assert changed.published_at == "2025-05-07T00:00:00+08:00"
    near = read(line="<time datetime='2025-05-07T23:30:00Z'>7 Mei 2025</time>")
    assert near.published_at == "2025-05-08T07:30:00+08:00"


def test_a_title_in_no_heading_is_found_by_its_words() -> None:
    article = read(heading=f"<table><tr><td>{TITLE}</td></tr><tr><td>Rabu, 7 Mei 2025 09:15</td></tr></table>")
    assert article.published_at == "2025-05-07T09:15:00+08:00"


def test_red_without_a_reporter_is_the_writer() -> None:
    assert read_credits(["Rep: Yosefa Kedang/ Red: Petrus Lodo"]).editors == ["Petrus Lodo"]
    assert read_credits(["Red: Petrus Lodo"]).editors == []


def test_a_story_of_bare_text_keeps_its_paragraphs_and_no_more() -> None:
    long = tuple(f"{line} {line}" for line in STORY)
    story = "<br><br>".join((*long, "Selesai sudah rapat itu pada sore hari."))
    article = read(story=f"<div>{story}</div>", below="<div>Alamat redaksi: Jalan Pemuda</div>")
    assert article.text.split("\n")[:3] == list(long)
    assert "Alamat" not in article.text
