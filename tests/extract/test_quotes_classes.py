"""Speech by classes of attribution, in words that no data file lists one by one (``quote_classes.csv``)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.facts import Person, Span
from extract.quote_cues import active_forms
from extract.quotes import find_quotes
from extract.sentences import split_sentences

TABLE = Path(__file__).with_name("quote_classes.csv")
FORMS = {"Budi Santosa": ("Budi Santosa", "Budi", "Santosa"), "Sari Dewi": ("Sari Dewi", "Sari")}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";", quoting=csv.QUOTE_NONE))


def cast(text: str) -> list[Person]:
    persons = []
    for name, forms in FORMS.items():
        taken: set[int] = set()
        spans = []
        for form in forms:
            start = text.find(form)
            while start >= 0:
                if start not in taken:
                    spans.append(Span(start, start + len(form), form, 0, 0.9, "test"))
                    taken.update(range(start, start + len(form)))
                start = text.find(form, start + 1)
        if spans:
            persons.append(Person(name, "official", spans))
    return persons


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['class']}: {row['text'][:60]}")
def test_speech_is_attributed_whatever_the_verb(row: dict[str, str]) -> None:
    found = find_quotes(row["text"], cast(row["text"]), split_sentences(row["text"]))
    expected = [(row["speaker"], row["quote"])] if row["speaker"] else []
    assert [(quote.speaker, quote.text) for quote in found] == expected


@pytest.mark.parametrize(
    ("stem", "form"),
    [("tegas", "menegaskan"), ("isak", "terisak"), ("protes", "memprotes"), ("kritik", "mengkritik"),
     ("seru", "berseru"), ("ingat", "memperingatkan"), ("wanti", "mewanti-wanti"), ("sesal", "menyesalkan")],
)  # fmt: skip
def test_a_stem_forms_its_active_verbs(stem: str, form: str) -> None:
    assert form in active_forms(stem)
