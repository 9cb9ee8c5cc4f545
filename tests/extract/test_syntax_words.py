"""Words are cut as the Indonesian treebanks cut them, and no character of a text is lost."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.vocab import Vocab

from extract.syntax_words import WordTokenizer, split_words

VOCAB = Vocab()
# What real pages hold, joined at random: words with marks, clitics, numbers, white space of all kinds, other scripts.
WORDS = ["rumahnya", "anak-anak", "apakah", "-nya", "S.H.", "M.H", "Pol.", "Drs", "DPR/MPR", "A", "е", "ا", "😀", "_"]
NUMBERS_AND_MARKS = ["Rp", "5.000", "7/5/2025", "https://a.id/b?c", ".", ",", "-", "'", "“", "”"]
GAPS = [" ", "  ", "\n", "\t", "\u00a0", "\u200b", "\x00"]
PIECES = st.sampled_from([*WORDS, *NUMBERS_AND_MARKS, *GAPS])


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kombes Pol. Drs. Budi Wuran, S.H., M.H. hadir.", "Kombes|Pol.|Drs.|Budi|Wuran|,|S.H.|,|M.H.|hadir|."),
        ("Keluarganya melapor.", "Keluarga|nya|melapor|."),
        ("Hanya ia yang punya, sebelumnya tidak.", "Hanya|ia|yang|punya|,|sebelumnya|tidak|."),
        ("Apakah itulah alasannya?", "Apa|kah|itu|lah|alasan|nya|?"),
        ("Adalah setelah masalah sekolah", "Adalah|setelah|masalah|sekolah"),
        ("buku pelaku bertemu Maluku", "buku|pelaku|bertemu|Maluku"),
        ("namaku kepadamu keluargaku", "nama|ku|kepada|mu|keluarga|ku"),
        ("APBD-nya 5G-nya", "APBD|-|nya|5G|-|nya"),
        ("Rp500 juta, Rp. 7.377.845, US$6,4", "Rp|500|juta|,|Rp.|7.377.845|,|US|$|6,4"),
        ("anak-anak ke-10 non-migas 1970-an", "anak-anak|ke-10|non-migas|1970-an"),
        ("DPR/MPR, RI-Jepang, Januari-Maret, 5-10", "DPR|/|MPR|,|RI|-|Jepang|,|Januari|-|Maret|,|5|-|10"),
        ("Rabu (7/5/2025) pukul 09.30 Wita.", "Rabu|(|7/5/2025|)|pukul|09.30|Wita|."),
        ("Jum'at di Pulau Ka'ban", "Jum'at|di|Pulau|Ka'ban"),
        ("A. B. Rahman tiba di Blok A.", "A.|B.|Rahman|tiba|di|Blok|A|."),
        ("No. 21, PT. Maju Tbk.", "No.|21|,|PT.|Maju|Tbk|."),
        ("surel: a.b@c.go.id, laman https://x.go.id/a?b=c.", "surel|:|a.b@c.go.id|,|laman|https://x.go.id/a?b=c|."),
        ("“Ya...” -- kata dia", "“|Ya|...|”|--|kata|dia"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_words_are_those_of_the_treebanks(text: str, expected: str) -> None:
    assert "|".join(words(text)) == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_a_document_is_its_text_and_words_are_slices_of_it(text: str) -> None:
    doc = WordTokenizer(VOCAB)(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
    assert [t.text for t in doc if not t.text.isspace()] == words(text)
    spans = split_words(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("text", ["nya" * 300_000, "a.b." * 200_000, "A-" * 400_000, "1/" * 400_000, ". " * 400_000])
def test_a_megabyte_of_anything_is_cut_in_seconds(text: str) -> None:
    begun = time.process_time()
    split_words(text)
    assert time.process_time() - begun < 10
