"""Rows per second of loading mentions, beside two other ways of getting the same rows into the same table.

Usage: ``python benchmarks/load.py [--rows 150000] [--repeat 3] [--json]``

``jejak`` is the whole of :func:`warehouse.load.load_part`: checking every record, ids, Arrow, one transaction with all
other tables of facts. The peers get rows that are ready, for the one table ``mentions`` only. Of several runs the best
counts: it was disturbed least by whatever else the machine was doing.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from extract.article import Article, article_id
from extract.facts import Agency, DateExpression, Facts, Person, Place, Span
from warehouse.database import open_warehouse
from warehouse.load import load_part

MENTIONS_AN_ARTICLE = 60
# One row at a time is so slow that a part of the rows says enough.
EXECUTEMANY_ROWS = 2_000


def generated(rows: int, seed: int = 20) -> list[dict[str, Any]]:
    """Records of a facts file with that many mentions: people, agencies, places and dates of invented articles."""
    chance = random.Random(seed)
    return [_record(number, chance) for number in range(rows // MENTIONS_AN_ARTICLE)]


def _record(number: int, chance: random.Random) -> dict[str, Any]:
    url = f"https://contoh.example/berita/{number}"
    text = "Polda NTT bersama BP3MI NTT menggelar rapat koordinasi di Kupang pada Senin (2/3/2026). " * 40

    def spans(count: int) -> list[Span]:
        found = []
        for _ in range(count):
            start = chance.randrange(len(text) - 20)
            found.append(Span(start, start + 12, text[start : start + 12], start // 87, 0.9, "benchmark:rule"))
        return found

    facts = Facts("core", 3.0, "id", "benchmark-1", sentences=[(place * 87, place * 87 + 86) for place in range(40)])
    facts.persons = [Person(f"Nama {number} {place}", "official", spans(4)) for place in range(5)]
    facts.agencies = [Agency(f"Lembaga {place}", f"lembaga-{place}", spans=spans(5)) for place in range(4)]
    facts.places = [Place("Kota Kupang", "regency", f"53.{place}", spans(5)) for place in range(2)]
    facts.dates = [DateExpression("2026-03-02", "2026-03-02", "day", spans=spans(1)) for _ in range(10)]
    article = Article(article_id(url), url, url, "Rapat koordinasi", text, published_at="2026-03-02T09:00:00+08:00")
    return {
        "kind": "article",
        "article": article.to_json(),
        "page": {
            "outlet_id": "contoh",
            "crawl_id": "benchmark",
            "fetched_at": "2026-03-03T00:00:00+00:00",
            "payload_sha256": f"{number:064x}",
            "warc_name": "benchmark-00001.warc.gz",
            "offset": number,
        },
        "facts": facts.to_json(),
        "duplicate_signature": [chance.randrange(2**32) for _ in range(64)],
    }


def best_of(rows: int, repeat: int) -> dict[str, Any]:
    """The best rows per second of each way over several runs of all of them in turn."""
    records = generated(rows)
    runs = [measure(records) for _ in range(repeat)]
    best = {name: max(run["rows_per_second"][name] for run in runs) for name in runs[0]["rows_per_second"]}
    return runs[0] | {"runs": repeat, "rows_per_second": best}


def measure(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Load the same generated rows in each way, one after the other, into fresh databases."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        con = open_warehouse(path / "jejak.duckdb")
        begin = time.perf_counter()
        counts = load_part(con, "benchmark", records)
        figures = {"jejak": counts.mentions / (time.perf_counter() - begin)}
        con.execute(f"COPY mentions TO '{path}/mentions.json' (FORMAT json)")
        ready = con.execute(f"SELECT * FROM mentions LIMIT {EXECUTEMANY_ROWS}").fetchall()
        con.close()

        con = open_warehouse(path / "read_json.duckdb")
        begin = time.perf_counter()
        con.execute(f"INSERT INTO mentions BY NAME SELECT * FROM read_json('{path}/mentions.json')")
        figures["duckdb read_json"] = counts.mentions / (time.perf_counter() - begin)
        con.close()

        con = open_warehouse(path / "executemany.duckdb")
        marks = ", ".join("?" * len(ready[0]))
        begin = time.perf_counter()
        con.execute("BEGIN")
        con.executemany(f"INSERT INTO mentions VALUES ({marks})", ready)
        con.execute("COMMIT")
        figures["duckdb executemany"] = len(ready) / (time.perf_counter() - begin)
        con.close()
    return {
        "mentions": counts.mentions,
        "articles": counts.articles,
        "rows_per_second": {name: round(value) for name, value in figures.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Rows per second of loading mentions.")
    parser.add_argument("--rows", type=int, default=150_000, help="mention rows to generate (default: 150000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    result = best_of(arguments.rows, arguments.repeat)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{result['mentions']} mentions of {result['articles']} articles, one batch, best of {result['runs']}")
    for name, value in result["rows_per_second"].items():
        print(f"{name:20} {value:>10,} rows/s")


if __name__ == "__main__":
    main()
