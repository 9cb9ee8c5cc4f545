"""Copies of one press release are alike, reports of one happening are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.duplicates import COPY_THRESHOLD, PERMUTATIONS, signature, similarity

RELEASE = (
    "Kantor Imigrasi menunda keberangkatan dua belas calon pekerja yang diduga akan bekerja tanpa prosedur. "
    "Kepala seksi menyebut mereka mengaku hendak berlibur, tetapi membawa surat perjanjian kerja dan alamat majikan. "
    "Petugas lalu berkoordinasi dengan balai pelayanan untuk mendata dan memulangkan mereka ke daerah asal. "
    "Warga diminta memeriksa tawaran kerja ke kantor dinas tenaga kerja sebelum menyerahkan paspor kepada siapa pun."
)
OTHER = (
    "Dua belas orang yang mengaku wisatawan batal terbang setelah petugas menemukan kontrak kerja di tas mereka. "
    "Balai pelayanan menjemput para calon pekerja itu dan akan mengantar mereka pulang, ujar seorang petugas. "
    "Imigrasi mengingatkan agar warga tidak menyerahkan paspor kepada perekrut yang datang ke kampung."
)


def test_a_signature_is_a_list_of_small_integers() -> None:
    made = signature(RELEASE)
    assert len(made) == PERMUTATIONS
    assert all(isinstance(value, int) and 0 <= value < 2**32 for value in made)


def test_signatures_are_the_same_on_every_run() -> None:
    assert signature("Satu dua tiga empat lima enam")[:3] == [2075242089, 255855029, 265078720]


def test_a_clone_with_another_lead_is_a_copy() -> None:
    clone = "BATAM – Demikian rilis yang diterima redaksi, Selasa. " + RELEASE + " (hms)"
    assert similarity(signature(RELEASE), signature(clone)) >= COPY_THRESHOLD


def test_another_report_of_the_same_happening_is_no_copy() -> None:
    assert similarity(signature(RELEASE), signature(OTHER)) < 0.2


def test_case_and_punctuation_do_not_matter() -> None:
    assert signature(RELEASE) == signature(RELEASE.upper().replace(".", " !"))


def test_a_text_without_words_is_like_nothing() -> None:
    assert signature(" – … ") == []
    assert similarity([], signature(RELEASE)) == 0.0


def test_signatures_of_different_lengths_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="extract the articles again"):
        similarity([1, 2], [1, 2, 3])


@given(st.text(max_size=300))
def test_every_text_is_like_itself(text: str) -> None:
    made = signature(text)
    assert similarity(made, made) == (1.0 if made else 0.0)
