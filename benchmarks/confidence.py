"""What confidence is worth: for each rule and model, its confidence beside the share of its items that are right.

``python benchmarks/confidence.py [GOLD.jsonl ...]`` reads gold articles (ours by default) and counts an item as right
when it is found by the definitions of ``benchmarks/gold_score.py``. An item belongs to the source of its surest span;
events are counted by how sure they are, since each has words of its own as source.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.gold import HELD_OUT, OWN_GOLD, Reader, extract_all, read_gold
from benchmarks.gold_score import KINDS, pairs
from extract.engines import ENGINES
from extract.pipeline import MODELS

Record = dict[str, Any]
#: kind, source -> confidence of each item, and whether it is right.
Judged = dict[tuple[str, str], list[tuple[float, bool]]]


def source_of(kind: str, item: Record) -> str:
    """The rule or model behind an item's surest span; the weights of a name finder aside."""
    best = max(item["spans"], key=lambda span: float(span["confidence"]))
    step = str(best["source"]).partition(":")[0]
    return step if kind == "events" or step == "names" else str(best["source"])


def judged(gold: Sequence[Record], predictions: Sequence[Record]) -> Judged:
    """Every predicted item of every annotated kind by its source, with its confidence and whether it is right."""
    found: Judged = defaultdict(list)
    for wanted, facts in zip(gold, predictions, strict=True):
        for kind, (annotated, listed, same) in KINDS.items():
            if annotated not in wanted:
                continue
            items = listed(facts)
            right = {id(item) for _, item in pairs(listed(wanted), items, same)}
            for item in items:
                found[kind, source_of(kind, item)].append((float(item["confidence"]), id(item) in right))
    return found


def rows(found: Judged) -> Iterator[Record]:
    """One row a kind and source: how many items, their mean confidence, the share that is right."""
    for (kind, source), items in sorted(found.items()):
        sure, right = zip(*items, strict=True)
        yield {
            "kind": kind,
            "source": source,
            "items": len(items),
            "confidence": round(sum(sure) / len(items), 3),
            "right": round(sum(right) / len(items), 3),
        }


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("gold", nargs="*", type=Path, help="gold articles (default: the project's own)")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--model", choices=MODELS, default=MODELS[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    gold = [record for path in options.gold or (OWN_GOLD, *HELD_OUT) for record in read_gold(path)]
    predictions, _ = extract_all(gold, Reader(options.engine, options.model))
    table = list(rows(judged(gold, predictions)))
    if options.json:
        print(json.dumps({"articles": len(gold), "rows": table}, indent=1))
        return 0
    print(f"{'kind':<10} {'source':<20} {'items':>6} {'confidence':>11} {'right':>7}")
    for row in table:
        print(
            f"{row['kind']:<10} {row['source']:<20} {row['items']:>6} {row['confidence']:>11.3f} {row['right']:>7.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
