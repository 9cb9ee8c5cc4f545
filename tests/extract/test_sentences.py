"""Sentences end where a reader would end them."""

import pytest

from extract.article import Article
from extract.pipeline import Extractor, ExtractorError, extractor_version
from extract.sentences import split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Rakor dipimpin Kombes Pol. Drs. Budi Wuran, S.H., M.H. dan dihadiri dr. Sinta Lamak, M.Kes. di Kupang.",
        "Korban berasal dari Kec. Amarasi, Kab. Kupang, Prov. NTT.",
        "Kerugian mencapai Rp. 7.377.845.925 atau 1.5 kali lipat.",
        "Letkol Inf. A. B. Rahman menandatangani surat No. 21 itu.",
        "“Kami jaga bersama!” ujarnya di kantor.",
        "Moh. Saleh tiba pukul 09.30 Wita.",
    ],
)
def test_one_sentence_stays_whole(sentence: str) -> None:
    assert pieces(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rapat dibuka. Peserta hadir.", ["Rapat dibuka.", "Peserta hadir."]),
        ("Baris satu\nbaris dua", ["Baris satu", "baris dua"]),
        ("Dibuka Ani, S.H., M.H. Ia berterima kasih.", ["Dibuka Ani, S.H., M.H.", "Ia berterima kasih."]),
        ("“Jaga desa.” Ia lalu pulang.", ["“Jaga desa.”", "Ia lalu pulang."]),
        ("Benarkah? Ya! Benar.", ["Benarkah?", "Ya!", "Benar."]),
        ("  \n \t ", []),
        ("", []),
    ],
)
def test_sentences_end_at_marks_and_line_breaks(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def article(text: str) -> Article:
    return Article(id="a", url="", canonical_url="", title="", text=text)


@pytest.mark.parametrize("text", ["", "\x00\x07", "😀😀", "ا ب ت", "A" * 50_000, ". . . . ." * 2000, "\n" * 5000])
def test_odd_text_never_raises(text: str) -> None:
    facts = Extractor().facts(article(text))
    assert facts.extractor_version == extractor_version("spacy")
    assert facts.to_json()["sentences"] == [list(bounds) for bounds in split_sentences(text)]


def test_an_empty_text_has_no_facts() -> None:
    facts = Extractor().facts(article(""))
    assert (facts.agencies, facts.places, facts.persons, facts.dates, facts.sentences) == ([], [], [], [], [])


def test_an_unknown_engine_is_named_with_the_known_ones() -> None:
    with pytest.raises(ExtractorError, match="unknown engine 'teleprinter': choose one of spacy"):
        Extractor("teleprinter")
