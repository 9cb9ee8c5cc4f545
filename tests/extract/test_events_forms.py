"""How many ways of reporting an event are understood: sentences of our own, a table for each type of event."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.article import Article, OutletHints
from extract.events_lexicon import inflect, triggers
from extract.facts import Event
from extract.pipeline import Extractor

FORMS = Path(__file__).with_name("event_forms.csv")
# Makes any article about trafficking, without reporting an event.
TOPIC = "\nTindak pidana perdagangan orang (TPPO) masih terjadi di daerah itu."
FLOOR = 0.9
DAYS = {"10/3/2025": "2025-03-10", "20/3/2025": "2025-03-20"}


def table() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with FORMS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["type"], []).append((row["status"], row["text"]))
    return found


TABLE = table()


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def events_of(extractor: Extractor, text: str) -> list[Event]:
    article = Article("t", "", "", "Kasus perdagangan orang", text + TOPIC, published_at="2025-03-12T08:00:00+08:00")
    return extractor.facts(article, OutletHints("x", "X", province_code="11")).events


@pytest.mark.parametrize("kind", sorted(kind for kind in TABLE if kind))
def test_a_type_of_event_is_understood_in_most_of_its_wordings(extractor: Extractor, kind: str) -> None:
    missed = []
    for status, text in TABLE[kind]:
        day = next((iso for shown, iso in DAYS.items() if shown in text), None)
        found = [event for event in events_of(extractor, text) if event.type == kind and event.status == status]
        if not any(day is None or event.start_date == day for event in found):
            missed.append(text)
    assert len(missed) <= (1 - FLOOR) * len(TABLE[kind]), "\n".join(missed)


def test_sentences_that_only_sound_like_events_report_none(extractor: Extractor) -> None:
    spurious = [text for _, text in TABLE[""] if any(e.type != "STATEMENT" for e in events_of(extractor, text))]
    assert spurious == []


@pytest.mark.parametrize(
    ("root", "suffix", "form", "word"),
    [
        ("tangkap", "", "active", "menangkap"),
        ("tangkap", "", "accidental", "tertangkap"),
        ("ringkus", "", "active", "meringkus"),
        ("bekuk", "", "noun", "pembekukan"),
        ("ciduk", "", "passive", "diciduk"),
        ("pulang", "kan", "active", "memulangkan"),
        ("serah", "", "noun", "penyerahan"),
        ("kukuh", "kan", "active", "mengukuhkan"),
        ("usut", "", "active", "mengusut"),
        ("gagal", "kan", "bare", "gagalkan"),
        ("stop", "", "active", "mengestop"),
        ("nyatakan", "", "active", "menyatakan"),
        ("syarat", "kan", "active", "mensyaratkan"),
        ("lantik", "", "noun", "pelantikan"),
    ],
)
def test_verbs_are_inflected_as_indonesian_does(root: str, suffix: str, form: str, word: str) -> None:
    assert inflect(root, suffix, form) == word


def test_a_gap_lets_a_word_or_two_come_between(extractor: Extractor) -> None:
    text = "Para korban menempati sementara waktu rumah aman Dinas Sosial NTT di Kupang."
    assert [event.type for event in events_of(extractor, text)] == ["VICTIM_SERVICE"]


def test_a_clause_that_says_which_people_counts_when_nothing_else_reports_the_act(extractor: Extractor) -> None:
    text = "Korban yang diselamatkan Polres Belu di Atambua, Senin (10/3/2025), berjumlah tiga orang."
    assert [(event.type, event.start_date) for event in events_of(extractor, text)] == [("RESCUE", "2025-03-10")]


def test_every_trigger_has_words_a_voice_and_a_strength() -> None:
    for group in triggers().values():
        for trigger in group:
            assert trigger.words
            assert trigger.words[0] != ".."
            assert trigger.strength in (0, 1, 2)
