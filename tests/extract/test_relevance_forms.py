"""Terms are found however newsrooms print them, and what only looks like them is left alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.relevance import assess, wanted
from extract.relevance_lexicon import CATEGORIES, Lexicon, lexicon, parse_pairs, parse_terms
from extract.relevance_spelling import SpellingError, Spellings, parse_spellings

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / name).read_text(encoding="utf-8").splitlines()))


TEASERS = table("relevance_teasers.csv")
LEVELS = table("relevance_levels.csv")


def row(term: str, category: str = "core", weight: str = "3", **columns: str) -> dict[str, str]:
    return {"term": term, "category": category, "weight": weight, "case": "any", "needs": "", "blocked_by": "",
            "group": "", "note": ""} | columns  # fmt: skip


@pytest.mark.parametrize("teaser", TEASERS, ids=lambda teaser: f"{teaser['kind']}: {teaser['title']}")
def test_a_teaser_is_wanted_or_not(teaser: dict[str, str]) -> None:
    tags = [tag for tag in teaser["tags"].split("|") if tag]
    assert wanted(teaser["title"], teaser["lead"], tags) is (teaser["wanted"] == "yes")


@pytest.mark.parametrize("article", LEVELS, ids=lambda article: article["title"])
def test_an_article_is_relevant_or_not(article: dict[str, str]) -> None:
    paragraphs = article["text"].replace(" | ", "\n")
    assert assess(article["title"], paragraphs).is_relevant is (article["relevant"] == "yes")


def test_the_tables_hold_both_kinds() -> None:
    assert {"yes", "no"} == {teaser["wanted"] for teaser in TEASERS} == {article["relevant"] for article in LEVELS}
    assert len({teaser["title"] for teaser in TEASERS}) == len(TEASERS) >= 100


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Gerakan antiperdagangan orang", "perdagangan orang"),
        ("Tim kontra-TPPO", "TPPO"),
        ("Rapat T.P.P.O. hari ini", "T.P.P.O. hari ini"),
        ("Tagar #StopTPPO", "TPPO"),
        ("Sidang penyeludupan orang", "penyeludupan orang"),
        ("Soal perdagangan orangnya", "perdagangan orangnya"),
    ],
)
def test_a_hit_begins_where_the_term_does(text: str, rest: str) -> None:
    assert [text[hit.offset :] for hit in lexicon().find(text) if hit.term.category == "core"] == [rest]


@pytest.mark.parametrize(
    "printed",
    [
        "PMI ilegal", "pekerja migran ilegal", "TKI tak resmi", "buruh migran tanpa dokumen", "TKW non-prosedural",
        "pekerja migran Indonesia tidak sesuai prosedur", "PMI illegal", "tenaga kerja Indonesia gelap",
    ],
)  # fmt: skip
def test_wordings_of_one_thing_are_one_term(printed: str) -> None:
    assert [hit.term.term for hit in lexicon().find(printed)] == ["PMI ilegal"]


@pytest.mark.parametrize(
    "printed",
    [
        "UU No.21/2007", "UU No 21 Tahun 2007", "Undang-Undang RI Nomor 21 Tahun 2007", "UU nomor 21 thn 2007",
        "UU RI No. 21 Th 2007", "U.U. 21/2007",
    ],
)  # fmt: skip
def test_a_law_is_found_however_it_is_cited(printed: str) -> None:
    assert [hit.term.term for hit in lexicon().find(printed)] == ["UU 21 Tahun 2007"]


def test_an_acronym_by_itself_is_never_exchanged_for_other_words() -> None:
    assert "PMI" not in {hit.term.term for hit in lexicon().find("TKI itu pulang, kata buruh migran.")}
    assert "PATI" not in {hit.term.term for hit in lexicon().find("Bupati Pati bersikap antipati.")}


@pytest.mark.parametrize(
    "text", ["jual. Orang", "jual, orang", "jual     orang", "jual/orang", "jual_orang", "jual\norang"]
)
def test_words_that_something_parts_are_no_term(text: str) -> None:
    assert Lexicon(parse_terms([row("jual orang")])).find(text) == []


def test_a_figure_of_straw_is_nobody() -> None:
    words = Lexicon(parse_terms([row("jual orang")]), parse_pairs([]))
    assert words.find("jual orang-orangan") == []
    assert len(words.find("jual orang-orang itu")) == 1


def test_the_lexicon_is_read_in_thousands_of_wordings() -> None:
    assert lexicon().forms > 5 * len(lexicon()) > 5_000


def test_a_line_of_the_lexicon_has_the_last_word_over_the_wordings_of_another() -> None:
    spellings = parse_spellings('[[wordings]]\ncategories = ["core"]\nwords = ["tenaga", "pekerja"]', CATEGORIES)
    words = Lexicon(parse_terms([row("jual tenaga"), row("jual pekerja", weight="1")]), (), spellings)
    assert [(hit.term.term, hit.term.weight) for hit in words.find("jual pekerja")] == [("jual pekerja", 1.0)]


def test_without_spellings_a_term_is_found_as_it_is_written() -> None:
    words = Lexicon(parse_terms([row("penyelundupan orang")]), (), Spellings())
    assert words.find("penyeludupan orang, antipenyelundupan orang") == []
    assert len(words.find("penyelundupan orangnya")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[words]\norang = ["o rang"]', "single words"),
        ('[words]\norang = ["Orang"]', "small letters"),
        ('[words]\norang = ["oran"]\noran = ["orn"]', "merge the two lines"),
        ('[words]\norang = ["oran"]\nmanusia = ["oran"]', "remove one of the two"),
        ('[[wordings]]\ncategories = ["nothing"]\nwords = ["a", "b"]', "unknown category"),
        ('fused = ["nothing"]', "unknown category"),
    ],
)
def test_a_wrong_spelling_is_named(text: str, message: str) -> None:
    with pytest.raises(SpellingError, match=message):
        parse_spellings(text, CATEGORIES)
