"""Text that no newsroom meant to publish: nothing crashes, work grows with length alone, the language is noted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from extract.article import Article, storable
from extract.pipeline import ENGINES, MODELS, Extractor, ExtractorError
from extract.sentences import LONGEST_SENTENCE, split_sentences

LEAD = "Korban perdagangan orang (TPPO) dipulangkan BP3MI NTT ke Kupang, Rabu (5/6/2024). "
STORY = (
    'Polda NTT menangkap perekrut pekerja migran ilegal, Budi Santoso (35). "Ia mengaku," kata Kapolda NTT Irjen Pol. '
    "Ani Rahma, Senin (3/6/2024). "
)
ODD = {
    "nothing": "",
    "blanks": " \n\t\u00a0\n ",
    "one mark": '"',
    "control characters and NULs": f"{LEAD}\x00\x01\x07\x1b[31m\x7f\x85{STORY}\x0b\x0c\x1c",
    "lone surrogates": f"{LEAD}\ud83d {STORY}\udfff\ud800",
    "right to left": f"{LEAD}\u202eقال الشرطة في جاكرتا\u202c \u200f{STORY}",
    "mixed scripts": f"{LEAD}警察は二人を逮捕した。 Полиция задержала двоих. पुलिस {STORY}",
    "emoji": f"🚨🚨 {LEAD}👍🏽👨‍👩‍👧‍👦🇮🇩 {STORY}" * 3,
    "combining marks": f"{LEAD}a{chr(0x301) * 3_000} Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘! {STORY}",
    "OCR noise": "P0lda NTT menangk@p perekrut p3kerja m1gran ileg4l Bud1 Sant0so (3S) d1 Kup ang , Rabu (5/6/2O24",
    "joined words": f"{LEAD}PoldaNTTmenangkapBudiSantoso(35)diKupang,Rabu(5/6/2024)." * 3,
    "only marks": f"{LEAD}" + '(“"’[{<.,;:!?–—…' * 50,
    "line separators": f"{LEAD}\u2028{STORY}\u2029\r\n{STORY}\x0b{STORY}",
    "English": "Police arrested two recruiters who had sold six women to Malaysia. “We are looking,” he said.",
    "Malay": "Polis menahan dua lelaki kerana disyaki terlibat dalam pemerdagangan orang di Johor semalam.",
    "Javanese": "Pulisi nyekel wong loro sing ngapusi tanggane supaya gelem nyambut gawe ing luar negeri.",
    "Sundanese": "Pulisi newak dua jalma nu nipu tatanggana sangkan daék digawé di luar nagri, cenah.",
}
NOTED = {"English": "en", "Malay": "ms", "Javanese": "jv", "Sundanese": "su", "nothing": "und", "blanks": "und"}

#: Pieces of which long texts are made, each behind a lead that makes the article relevant.
PIECES = {
    "prose": LEAD + STORY,
    "one endless sentence": (LEAD + STORY).replace(".", ",").replace("\n", " "),
    "no spaces": "perdaganganorang",
    "only names": "Budi Santoso, Ani Rahma, ",
    "one endless name": "Budi Santoso ",
    "initials": "RS (24), A, B dan C ",
    "dates": "Rabu (5/6/2024) dan 12/5/2024 ",
    "quotation marks": '“"’ ',
    "brackets": "((( ",
    "points": ". . .. ",
    "ranks": "Kombes Pol. Drs. H. ",
    "titles": "Kepala Dinas Kepala Bidang ",
    "agencies": "Polda NTT, BP3MI NTT dan ",
    "places": "Desa Kuta Kecamatan Kuta ",
    "line breaks": "\n \n",
}
SHORT = 4_000

#: Every engine with the default model, and the first engine with every model.
READERS = [(ENGINES[0], model) for model in MODELS] + [(engine, MODELS[0]) for engine in ENGINES[1:]]


@pytest.fixture(scope="module", params=READERS, ids="-".join)
def extractor(request: pytest.FixtureRequest) -> Extractor:
    try:
        return Extractor(*request.param)
    except ExtractorError as error:
        pytest.skip(f"{'-'.join(request.param)} is not installed here: {error}")


@pytest.fixture(scope="module")
def rules() -> Extractor:
    return Extractor(model="none")


def read(extractor: Extractor, text: str) -> dict[str, Any]:
    article = Article("a", "", "", "TPPO", text, published_at="2024-06-06T08:00:00+07:00")
    return extractor.facts(article).to_json()


def check_spans(value: Any, text: str) -> None:
    """Every span of the facts is a piece of the text."""
    if isinstance(value, list):
        for item in value:
            check_spans(item, text)
    elif isinstance(value, dict):
        for span in value.get("spans", []):
            assert text[span["start"] : span["end"]] == span["text"]
        for item in value.values():
            check_spans(item, text)


@pytest.mark.parametrize("kind", ODD)
def test_odd_text_gives_facts_that_can_be_written(extractor: Extractor, kind: str) -> None:
    facts = read(extractor, ODD[kind])
    assert json.loads(json.dumps(facts, ensure_ascii=False).encode()) == facts
    check_spans(facts, storable(ODD[kind]))
    assert facts["language"] == NOTED.get(kind, facts["language"])


@pytest.mark.parametrize(
    "kind", ["control characters and NULs", "lone surrogates", "right to left", "mixed scripts", "emoji"]
)
def test_what_is_readable_around_odd_characters_is_read(rules: Extractor, kind: str) -> None:
    facts = read(rules, ODD[kind])
    assert facts["language"] == "id"
    assert {"Budi Santoso", "Ani Rahma"} <= {person["name"] for person in facts["persons"]}
    assert {"2024-06-05", "2024-06-03"} <= {date["start"] for date in facts["dates"]}
    assert facts["quotes"][0]["text"].rstrip(",") == "Ia mengaku"


def long_text(kind: str, length: int) -> str:
    return LEAD + PIECES[kind] * (length // len(PIECES[kind]))


def work(task: Callable[[], object]) -> int:
    """How many functions a task calls: a measure of work that no busy machine disturbs."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("kind", PIECES)
def test_work_grows_with_length_alone(rules: Extractor, kind: str) -> None:
    read(rules, long_text(kind, 500))
    once = work(lambda: read(rules, long_text(kind, SHORT)))
    twice = work(lambda: read(rules, long_text(kind, 2 * SHORT)))
    assert twice < 2.7 * once


@pytest.mark.slow
def test_long_texts_are_read_with_every_model_and_engine(extractor: Extractor) -> None:
    for kind in ("prose", "one endless sentence", "only names", "no spaces"):
        text = long_text(kind, 12_000)
        facts = read(extractor, text)
        check_spans(facts, text)
        assert "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur" in {
            agency["name"] for agency in facts["agencies"]
        }


@pytest.mark.slow
def test_a_megabyte_is_read_to_its_end(rules: Extractor) -> None:
    text = (
        long_text("no spaces", 500_000)
        + "\n"
        + "Warga menonton pertandingan sepak bola di alun-alun. " * 10_000
        + STORY
    )
    facts = read(rules, text)
    assert len(text) > 1_000_000
    assert max(date["spans"][-1]["end"] for date in facts["dates"]) > 1_000_000


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    text = "satu, dua dan tiga " * 500
    pieces = [text[start:end] for start, end in split_sentences(text)]
    assert max(map(len, pieces)) <= LONGEST_SENTENCE
    assert " ".join(pieces).split() == text.split()
    assert [end - start for start, end in split_sentences("x" * (LONGEST_SENTENCE + 5))] == [LONGEST_SENTENCE, 5]


@pytest.mark.parametrize(
    "published", ["", "kemarin", "0000-00-00", "2024-13-45T99:00:00", "9999-12-31T23:59:59+14:00", "\x00"]
)
def test_an_odd_time_of_publication_is_an_unknown_one(rules: Extractor, published: str) -> None:
    article = Article("a", "", "", "TPPO", LEAD + STORY, published_at=published)
    assert {date.start_date for date in rules.facts(article).dates} >= {"2024-06-05"}
