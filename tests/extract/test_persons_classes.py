"""Persons and titles by classes, in words that no data file lists one by one (``person_classes.csv``)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.article import Article
from extract.pipeline import Extractor

TABLE = Path(__file__).with_name("person_classes.csv")
LEAD = "Kasus tindak pidana perdagangan orang (TPPO) itu masih diusut.\n"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['class']}: {row['text'][:60]}")
def test_a_person_has_the_name_the_capacity_and_the_title(extractor: Extractor, row: dict[str, str]) -> None:
    article = Article(
        "t", "", "", "Kasus perdagangan orang", LEAD + row["text"], published_at="2025-03-12T08:00:00+08:00"
    )
    persons = {person.name: person for person in extractor.facts(article).persons}
    if row["name"] == "-":
        assert not persons
        return
    assert row["name"] in persons
    person = persons[row["name"]]
    assert row["capacity"] in ("", person.capacity)
    if row["title"]:
        assert row["title"] in [role.title for role in person.roles]
    if row["agency"]:
        assert row["agency"] in [role.agency for role in person.roles]
