"""Agencies by classes of names, in words of many provinces (``agency_classes.csv``)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.article import Article
from extract.pipeline import Extractor

TABLE = Path(__file__).with_name("agency_classes.csv")
LEAD = "Kasus tindak pidana perdagangan orang (TPPO) itu masih diusut.\n"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['class']}: {row['text'][:60]}")
def test_an_agency_is_named_in_full_however_it_is_shortened(extractor: Extractor, row: dict[str, str]) -> None:
    article = Article(
        "t", "", "", "Kasus perdagangan orang", LEAD + row["text"], published_at="2025-03-12T08:00:00+08:00"
    )
    found = {agency.name: [span.text for span in agency.spans] for agency in extractor.facts(article).agencies}
    assert row["name"] in found
    assert not row["mention"] or row["mention"] in found[row["name"]]
