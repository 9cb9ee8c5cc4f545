"""What the crawl's relevance filter finds of labelled articles: recall may rise, not fall."""

import json
from pathlib import Path

import pytest

from benchmarks import filter_recall

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "tests" / "gold"


def test_title_lead_and_tags_find_what_is_relevant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    filter_recall.main([str(GOLD / "articles.jsonl"), str(GOLD / "held_out.jsonl"), "--json"])
    results = json.loads(capsys.readouterr().out)
    assert results.keys() == {"demo newsroom", "articles.jsonl", "held_out.jsonl"}
    decided = {name: ways["title, lead, tags"] for name, ways in results.items()}
    assert [one["missed"] for one in decided.values()] == [[], [], []]
    assert decided["demo newsroom"]["precision"] >= 0.95
    assert decided["demo newsroom"]["spared"] == 30
    # The title alone would not do: this is why a crawl looks at leads.
    assert results["demo newsroom"]["title"]["recall"] < 0.9


def test_an_outcome_counts_what_was_missed_and_what_was_needless() -> None:
    articles = [
        filter_recall.Labelled(name, relevance, name, "")
        for name, relevance in [("a", "core"), ("b", "context"), ("c", "none"), ("d", "incidental"), ("e", "none")]
    ]
    outcome = filter_recall.decide(articles, lambda article: article.title in "acd")
    assert (outcome.recall, outcome.precision, outcome.spared) == (1 / 2, 1 / 3, 2)
    assert (outcome.missed, outcome.needless) == (("b",), ("c", "d"))
    nothing = filter_recall.decide([], lambda article: True)
    assert (nothing.recall, nothing.precision, nothing.spared) == (1.0, 1.0, 0)


def test_the_table_names_the_missed(capsys: pytest.CaptureFixture[str]) -> None:
    filter_recall.main([str(GOLD / "articles.jsonl")])
    table = capsys.readouterr().out
    assert "title, lead, tags" in table
    assert "023" in table
