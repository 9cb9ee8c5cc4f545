"""Datelines and credits, which stand around a story and are no part of it."""

from __future__ import annotations

import pytest

from extract.article import OutletHints
from extract.cleaning_datelines import split_dateline
from extract.cleaning_lines import clean_lines
from extract.cleaning_rules import rules_for

OUTLET = OutletHints("kabar-tambora", "Kabar Tambora", "wordpress", "Asia/Makassar", "52")
SENTENCE = "Tim gabungan memeriksa penumpang kapal di pelabuhan."


@pytest.mark.parametrize(
    "printed",
    [
        "KUPANG, KABARTAMBORA.COM – ",
        "KABARTAMBORA.COM, KUPANG - ",
        "KABARTAMBORA.ID – KUPANG – ",
        "Batam (ANTARA) - ",
        "BIMA, Kabar Tambora — ",
        "KUPANG | ",
        "Kota Kupang, NTT – ",
        "Kupang – ",
        "LABUAN BAJO -- ",
        "Pangkalan Bun - ",
        "Polewali, KemenP2MI (16/4) – ",
        "Jakarta, 5 Mei 2025 – ",
        "KBRN, Kupang: ",
        "MERAUKE-",
        "Palangka Raya. ",
        "Kupang, SASTRA POS. ",
    ],
)
def test_datelines_are_cut_off(printed: str) -> None:
    dateline, rest = split_dateline(printed + SENTENCE, OUTLET)
    assert rest == SENTENCE
    assert dateline
    assert printed.startswith(dateline.split(",")[0])


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE,
        "TNI-Polri memeriksa penumpang kapal di pelabuhan.",
        "BP3MI-Polda sepakat berjaga di pelabuhan.",
        "Polda NTT - yang baru dipimpin seorang jenderal - memeriksa kapal.",
        "Bupati: tidak ada lagi calo di pelabuhan.",
        "Kapal patroli – milik syahbandar – bersandar di dermaga.",
        "Rapat itu digelar di Kupang. Tim gabungan hadir.",
        "Sinta. Nama itu dikenal semua orang di kampung.",
    ],
)
def test_sentences_are_left_whole(line: str) -> None:
    assert split_dateline(line, OUTLET) == (None, line)


@pytest.mark.parametrize(
    ("credit", "reporters", "editors"),
    [
        (["Pewarta: Salmah", "Editor: Ruslan"], ["Salmah"], ["Ruslan"]),
        (["Pewarta : Salmah Editor : Ruslan COPYRIGHT © KABAR 2026"], ["Salmah"], ["Ruslan"]),
        (["Penulis: Salmah | Editor: Ruslan H."], ["Salmah"], ["Ruslan H"]),
        (["Reporter: Salmah/Editor: Ay"], ["Salmah"], ["Ay"]),
        (["Laporan: Nus B."], ["Nus B"], []),
        (["Laporan Reporter KABARTAMBORA.COM, Salmah Idris"], ["Salmah Idris"], []),
        (["Copyright © Kabar Tambora 2026"], [], []),
    ],
)
def test_credits_are_taken_out_and_kept(credit: list[str], reporters: list[str], editors: list[str]) -> None:
    result = clean_lines([SENTENCE, *credit], rules_for("wordpress").lines, title="Judul", outlet=OUTLET)
    assert result.lines == [SENTENCE]
    assert (result.reporters, result.editors) == (reporters, editors)


def test_text_in_front_of_a_repeated_title_goes() -> None:
    lines = ["Iklan Pasang di Sini 0800", "Kapal Diperiksa", SENTENCE, "Pemeriksaan berlangsung hingga siang hari."]
    result = clean_lines(lines, rules_for("gov").lines, title="Kapal Diperiksa", outlet=OUTLET)
    assert result.lines == lines[2:]


def test_short_answers_may_repeat() -> None:
    lines = [SENTENCE, "“Tidak,” katanya.", "Hakim bertanya sekali lagi kepada saksi itu.", "“Tidak,” katanya."]
    assert clean_lines(lines, rules_for("gov").lines, title="Sidang", outlet=OUTLET).lines == lines
