"""How well reports of one event are joined across articles: ``python -m benchmarks.link_quality [GOLD.jsonl]``.

The articles of a gold file are loaded into a fresh warehouse twice and resolved: once with their annotated facts, once
with what the extractor reads in them. ``--links FOLDER`` writes both results for another scorer
(``gold/score_links.py``).
``--cases`` lists the cases that span several articles.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.gold import Reader, default_gold, extract_all, read_gold
from benchmarks.link_score import Record, annotated, as_lines, loadable, read_links, score_links
from extract.pipeline import ENGINES, MODELS
from warehouse.database import open_warehouse
from warehouse.load import load_part
from warehouse.resolve import resolve


def linked(records: Sequence[Record]) -> list[dict[str, Any]]:
    """The reported events of a facts file, linked in a fresh warehouse."""
    with tempfile.TemporaryDirectory() as folder:
        con = open_warehouse(Path(folder) / "jejak.duckdb")
        try:
            load_part(con, "gold", records)
            resolve(con)
            return read_links(con)
        finally:
            con.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well reports of one event are joined across articles.")
    parser.add_argument("gold", nargs="?", type=Path, help="annotated articles (default: as benchmarks/gold.py)")
    parser.add_argument("--model", choices=MODELS, default=MODELS[0], help="name finder of the extractor")
    parser.add_argument("--links", type=Path, help="folder to write the links to, for another scorer")
    parser.add_argument("--cases", action="store_true", help="list the cases that span several articles")
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold or default_gold())
    read, _ = extract_all(gold, Reader(ENGINES[0], arguments.model))
    inputs = {"annotated": [annotated(article) for article in gold], "extracted": read}
    for name, facts in inputs.items():
        links = linked([loadable(article, fact) for article, fact in zip(gold, facts, strict=True)])
        print(f"{name:10} {score_links(gold, links)}")
        if arguments.links:
            arguments.links.mkdir(parents=True, exist_ok=True)
            (arguments.links / f"{name}.jsonl").write_text(as_lines(links), encoding="utf-8")
        if arguments.cases:
            cases = defaultdict(list)
            for link in links:
                if link["case_id"]:
                    cases[link["case_id"]].append(link)
            for case_id, members in sorted(cases.items()):
                if len({link["article"] for link in members}) > 1:
                    told = sorted(f"{link['article']} {link['type']} {link['start']}" for link in members)
                    print(f"  {case_id}: {'; '.join(told)}")


if __name__ == "__main__":
    main()
