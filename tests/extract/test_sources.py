"""Every fact leads to its words, its sentence and the rule or model that found it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import extract.agencies
import extract.persons
from benchmarks.confidence import judged, rows
from extract.article import Article
from extract.date_readers import FORMS
from extract.events_lexicon import triggers
from extract.pipeline import Extractor
from extract.sources import why

GOLD = Path(__file__).parents[1] / "gold"
KINDS = ("persons", "agencies", "places", "dates", "events", "quotes", "proposed_agencies")


def articles() -> Iterator[Article]:
    """Our own articles, every third one."""
    for path in sorted(GOLD.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::3]:
            record = json.loads(line)
            yield Article(
                record["id"], record["url"], record["url"], record["title"], record["text"],
                published_at=record["published_at"],
            )  # fmt: skip


@pytest.fixture(scope="module")
def read() -> list[tuple[Article, dict[str, Any]]]:
    extractor = Extractor()
    return [(article, extractor.facts(article).to_json()) for article in articles()]


def items(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item of an article's facts, those within persons and events included."""
    for kind in KINDS:
        for item in facts[kind]:
            yield kind, item
            yield from (("roles", role) for role in item.get("roles", ()))
            yield from (("participants", one) for one in item.get("participants", ()))


def test_every_item_stands_in_the_text_in_a_sentence_with_a_known_source(
    read: list[tuple[Article, dict[str, Any]]],
) -> None:
    seen = set()
    for article, facts in read:
        for kind, item in items(facts):
            seen.add(kind)
            assert item["spans"], (article.id, kind, item)
            assert 0 < item["confidence"] <= 1
            for span in item["spans"]:
                begin, end = facts["sentences"][span["sentence"]]
                assert span["end"] > span["start"]
                assert span["text"] == article.text[span["start"] : span["end"]], (article.id, kind)
                assert begin <= span["start"] < end, (article.id, kind, span)
                assert 0 < span["confidence"] <= 1, (article.id, kind, span)
                assert why(span["source"]), (article.id, kind, span)
    assert seen >= {*KINDS[:6], "roles", "participants"}


def test_every_rule_of_the_steps_has_a_line_of_words() -> None:
    rules = [*extract.persons.CONFIDENCE, *(f"dates:{form}" for form in FORMS)]
    rules += [f"agencies:{kind}" for kind in extract.agencies.CONFIDENCE]
    rules += [f"events:{' '.join(trigger.words)}" for group in triggers().values() for trigger in group]
    assert [rule for rule in rules if not why(rule)] == []


@pytest.mark.parametrize("source", ["", "persons", "persons:nobody", "events:tidak ada", "names:", "families:events"])
def test_what_is_no_source_has_no_words(source: str) -> None:
    assert why(source) is None


def test_the_trained_name_finder_is_named_with_its_weights() -> None:
    assert why("names:accurate-0123abcd") == "seen by the trained name finder (accurate-0123abcd); no rule found it"


def test_confidence_is_held_against_what_people_read() -> None:
    spans = [{"source": "places:name", "confidence": 0.95}, {"source": "places:convention", "confidence": 0.7}]
    kupang = {"mention": "Kupang", "code": "53.71", "confidence": 0.95, "spans": spans}
    found = {"places": [kupang, kupang | {"mention": "Malaka", "confidence": 0.85}]}
    table = list(rows(judged([{"relevance": "core", "places": [{"mention": "Kupang", "code": "53.71"}]}], [found])))
    assert table == [{"kind": "places", "source": "places:name", "items": 2, "confidence": 0.9, "right": 0.5}]
