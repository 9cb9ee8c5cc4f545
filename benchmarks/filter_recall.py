"""What the crawl's relevance filter finds and spares: ``python benchmarks/filter_recall.py [GOLD.jsonl]``.

The filter decides by what a list or a page shows of an article. Each set of labelled articles is put to it with the
title only, with the title and what a short feed shows, with title, first 600 characters and tags (what a crawl decides
by), and with the whole text. Beside them stands the extractor's verdict. Relevant is what is labelled core or context.

The demo newsroom's articles carry their own labels. The gold articles are the project's own (``tests/gold``), or
``gold/dev.jsonl`` of the folder that JEJAK_SHARED names.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.gold import default_gold, read_gold
from crawlers.lists.formats import LEAD_CHARACTERS
from crawlers.newsroom.content import load_articles
from extract.relevance import assess, wanted

RELEVANT = frozenset({"core", "context"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """One article with its label."""

    article_id: str
    relevance: str
    title: str
    text: str
    tags: tuple[str, ...] = ()

    @property
    def is_relevant(self) -> bool:
        """Whether it is labelled core or context."""
        return self.relevance in RELEVANT


WAYS: dict[str, Callable[[Labelled], bool]] = {
    "title": lambda one: wanted(one.title),
    "title and 200 characters": lambda one: wanted(one.title, one.text[:200]),
    "title, lead, tags": lambda one: wanted(one.title, one.text[:LEAD_CHARACTERS], one.tags),
    "whole text": lambda one: wanted(one.title, one.text, one.tags),
    "extractor's verdict": lambda one: assess(one.title, one.text, one.tags).is_relevant,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one set fared by one way of deciding.

    Attributes:
        articles: size of the set.
        relevant: how many of them are relevant.
        found: relevant articles that were wanted.
        missed: ids of relevant articles that were not.
        needless: ids of articles that were wanted without being relevant.
        per_second: articles decided in a second of processor time.
    """

    articles: int
    relevant: int
    found: int
    missed: tuple[str, ...]
    needless: tuple[str, ...]
    per_second: float

    @property
    def recall(self) -> float:
        """Share of the relevant articles that were wanted."""
        return self.found / self.relevant if self.relevant else 1.0

    @property
    def precision(self) -> float:
        """Share of the wanted articles that are relevant."""
        wanted_count = self.found + len(self.needless)
        return self.found / wanted_count if wanted_count else 1.0

    @property
    def spared(self) -> int:
        """How many articles were left."""
        return self.articles - self.found - len(self.needless)

    def to_json(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        return {
            "articles": self.articles,
            "relevant": self.relevant,
            "recall": self.recall,
            "precision": self.precision,
            "spared": self.spared,
            "missed": list(self.missed),
            "needless": list(self.needless),
            "per_second": round(self.per_second),
        }


def demo_articles() -> list[Labelled]:
    """The articles of the demo newsroom, copies in other outlets left out."""
    return [
        Labelled(one.article_id, one.relevance, one.title, one.body_text, one.tags)
        for one in load_articles()
        if one.article_id.isdigit()
    ]


def gold_articles(path: Path) -> list[Labelled]:
    """The articles of a gold file; they carry no tags."""
    return [Labelled(one["id"], one["relevance"], one["title"], one["text"]) for one in read_gold(path)]


def decide(articles: Sequence[Labelled], way: Callable[[Labelled], bool]) -> Outcome:
    """Put a set of articles to one way of deciding."""
    began = time.process_time()
    verdicts = [way(article) for article in articles]
    elapsed = time.process_time() - began
    both = list(zip(articles, verdicts, strict=True))
    return Outcome(
        articles=len(articles),
        relevant=sum(article.is_relevant for article in articles),
        found=sum(article.is_relevant and verdict for article, verdict in both),
        missed=tuple(sorted(article.article_id for article, verdict in both if article.is_relevant and not verdict)),
        needless=tuple(sorted(article.article_id for article, verdict in both if verdict and not article.is_relevant)),
        per_second=len(articles) / elapsed if elapsed else 0.0,
    )


def print_table(name: str, outcomes: Iterable[tuple[str, Outcome]]) -> None:
    """The outcomes of one set as a table for a person to read."""
    print(f"{name:26}{'recall':>8}{'precision':>11}{'spared':>8}  missed")
    for way, one in outcomes:
        print(f"  {way:24}{one.recall:8.3f}{one.precision:11.3f}{one.spared:5d}/{one.articles}  {' '.join(one.missed)}")


def main(arguments: list[str] | None = None) -> None:
    """Print recall, precision and spared pages of each set and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path, default=[default_gold()])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    options = parser.parse_args(arguments)
    wanted("", "")  # reads the lexicon, which is not to be timed
    sets = {"demo newsroom": demo_articles()} | {path.name: gold_articles(path) for path in options.gold}
    results = {name: {way: decide(articles, by) for way, by in WAYS.items()} for name, articles in sets.items()}
    if options.json:
        found = {name: {way: one.to_json() for way, one in ways.items()} for name, ways in results.items()}
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, ways in results.items():
        print_table(name, ways.items())


if __name__ == "__main__":
    main()
