"""Articles of several pages, each of which prints more than its part of the story."""

from __future__ import annotations

import pytest

from crawlers.newsroom import Newsroom
from extract.article import OutletHints
from extract.cleaning import clean

OUTLET = OutletHints("kabar-uji", "Kabar Uji", "wordpress", "Asia/Makassar", "53")
LEAD = "Gugus tugas provinsi menggelar rapat koordinasi di Kupang, Rabu (7/5/2025), untuk membahas pekerja migran."
TWO = "Kepala dinas menyebut sembilan perempuan dipulangkan dari Batam dengan kapal pekan lalu, didampingi petugas."
THREE = "Rapat berikutnya dijadwalkan bulan depan di Maumere bersama kepolisian, imigrasi dan pemerintah kabupaten."
FOUR = "Warga diminta melapor bila menemukan perekrut yang menjanjikan gaji besar tanpa surat-surat yang lengkap."
FIVE = "Posko pengaduan dibuka di tiga pelabuhan dan dijaga bergantian oleh petugas gabungan setiap hari kerja."


def page(*paragraphs: str) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = f"<article class='entry-content'><h1>Rakor TPPO</h1>{text}</article>"
    return f"<html><head><title>Rakor TPPO</title></head><body>{body}</body></html>".encode()


def text_of(*pages: bytes) -> str:
    return clean(pages, url="http://x.test/a", canonical_url="http://x.test/a", outlet=OUTLET).text


@pytest.mark.parametrize(
    "pages",
    [
        ([f"KUPANG – {LEAD}", TWO], [THREE, FOUR], [FIVE]),
        ([f"KUPANG – {LEAD}", TWO], [f"KUPANG – {LEAD}", THREE, FOUR], [f"KUPANG – {LEAD}", FIVE]),
        ([f"KUPANG – {LEAD}", TWO, THREE], [TWO, THREE, FOUR], [FOUR, FIVE]),
        ([f"KUPANG – {LEAD}", TWO, THREE, FOUR, FIVE], [THREE, FOUR], [FIVE]),
        ([f"KUPANG – {LEAD}", TWO, "Editor: Ana Bere"], [THREE, "Baca juga: Lain", FOUR], [FIVE, "Editor: Ana Bere"]),
    ],
    ids=["parts", "lead-everywhere", "overlap", "whole-first", "credits"],
)  # fmt: skip
def test_every_paragraph_stands_once_and_in_order(pages: tuple[list[str], ...]) -> None:
    assert text_of(*(page(*paragraphs) for paragraphs in pages)).split("\n") == [LEAD, TWO, THREE, FOUR, FIVE]


def test_the_title_printed_on_every_page_costs_no_paragraph() -> None:
    assert text_of(page(LEAD), page(TWO), page(THREE), page(FOUR)).split("\n") == [LEAD, TWO, THREE, FOUR]


def test_the_newsrooms_articles_of_several_pages_repeat_no_paragraph() -> None:
    newsroom, several = Newsroom(), 0
    for article in newsroom.articles():
        pages = newsroom.article_pages(article)
        if len(pages) == 1:
            continue
        several += 1
        url = pages[0][0]
        whole = clean([body for _, body in pages], url=url, canonical_url=url, outlet=OutletHints()).text.split("\n")
        long = [line for line in whole if len(line) > 40]
        assert len(long) == len(set(long))
        first = clean([pages[0][1]], url=url, canonical_url=url, outlet=OutletHints()).text.split("\n")
        assert whole[: len(first) - 1] == first[: len(first) - 1]
        assert len(whole) > len(first)
    assert several >= 2
