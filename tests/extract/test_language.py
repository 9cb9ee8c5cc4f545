"""Languages are told apart by their function words, Indonesian from Malay by the words each has alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from extract.article import Article
from extract.language import detect_language
from extract.pipeline import Extractor

SENTENCES = Path(__file__).with_name("languages.csv")
GOLD = Path(__file__).resolve().parents[1] / "gold"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Polisi menangkap dua pria karena diduga terlibat perdagangan orang di Batam, Senin.", "id"),
        ("Rapat koordinasi itu dipimpin oleh sekretaris daerah dan dihadiri para camat.", "id"),
        ("Polis menahan dua lelaki kerana disyaki terlibat dalam jenayah pemerdagangan orang di Johor semalam.", "ms"),
        ("Seramai lima mangsa diselamatkan dalam serbuan di sebuah premis pada Khamis, kata jabatan itu.", "ms"),
        ("The police arrested two men in Batam on Monday for trafficking in persons.", "en"),
        ("Pulisi nyekel wong loro sing arep adol bocah ing Semarang lan saka kutha iku.", "jv"),
        ("Pulisi newak dua jalma anu rék ngajual budak di Bandung jeung ti kota éta.", "su"),
        ("De politie heeft twee mannen in het huis van een vrouw aangehouden.", "nl"),
        ("La police a arrêté deux hommes dans une maison pour des faits de traite.", "fr"),
        ("12 345 67 – 89", "und"),
        ("", "und"),
        ("Zxq wvut prlm gnkt bcdf hjkl mnpq rstv", "und"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_an_indonesian_story_about_malaysia_stays_indonesian() -> None:
    text = (
        "Sebanyak dua belas pekerja migran dipulangkan dari Johor, Malaysia, melalui Pelabuhan Batam Center, Kamis. "
        "Mereka ditahan Jabatan Imigresen Malaysia karena tidak memiliki paspor, kata kepala balai itu kepada wartawan."
    )
    assert detect_language(text) == "id"


def test_single_sentences_of_neighbouring_languages_are_told_apart() -> None:
    lines = [line.split(";", 1) for line in SENTENCES.read_text(encoding="utf-8").splitlines()[1:]]
    total, right = Counter(language for language, _ in lines), Counter[str]()
    right.update(language for language, text in lines if detect_language(text) == language)
    assert sum(total.values()) >= 70
    assert {language: share for language in total if (share := right[language] / total[language]) < 0.9} == {}
    assert sum(right.values()) / sum(total.values()) >= 0.95


def test_indonesian_articles_and_their_sentences_stay_indonesian() -> None:
    texts = [
        json.loads(line)["text"]
        for name in ("articles", "held_out", "held_out_2")
        for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {detect_language(text) for text in texts} == {"id"}
    sentences = [
        sentence for text in texts for sentence in re.split(r"(?<=[.!?])\s", text) if len(sentence.split()) > 6
    ]
    taken = Counter(detect_language(sentence) for sentence in sentences)
    assert len(sentences) > 500
    # A sentence of names alone is of no language; hardly any is taken for another one.
    assert taken["id"] + taken["und"] >= 0.97 * len(sentences)


@pytest.mark.parametrize(("known", "noted"), [("und", "ms"), ("id", "id")])
def test_the_language_is_noted_with_the_facts_unless_it_is_known(known: str, noted: str) -> None:
    text = "Polis menahan dua lelaki kerana disyaki terlibat dalam jenayah pemerdagangan orang di Johor semalam."
    assert Extractor(model="none").facts(Article("a", "", "", "", text, language=known)).language == noted
