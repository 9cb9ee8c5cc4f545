"""Seconds and memory of linking new event reports into a growing past: ``python -m benchmarks.linking``.

Invented articles, made with SQL: three of each story, two events in each, 270 reports a day whatever the size of the
past, so that a larger past is a longer one. Every tenth story is a press release printed three times. The past is
linked in loads as well; then the new reports, which follow it in time, are loaded and linked on one thread. A figure is
what clustering, linking and chaining to cases take together, inside one transaction with its commit; memory is the
highest of the process that links the new reports. ``--spread`` scatters the new reports over the whole past instead: a
backfill, in which every day has to be looked at again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse.cases import link_cases
from warehouse.clusters import cluster_articles
from warehouse.database import open_warehouse, transaction
from warehouse.events import link_events

REPORTS_A_DAY = 270
REPORTS_AN_ARTICLE = 2
ARTICLES_A_STORY = 3
MEMORY_LIMIT = "1GB"

# Articles n from $first up to $last; story and day follow from the number, everything else from hashes of the story.
_ARTICLES = f"""
CREATE OR REPLACE TEMP TABLE made AS
WITH numbered AS (
    SELECT n, n // {ARTICLES_A_STORY} AS story FROM range($first, $last) AS r(n)
), told AS (
    SELECT *, CAST(hash(story) >> 1 AS BIGINT) AS h,
        DATE '2010-01-01' + CAST(
            (CASE WHEN $spread THEN hash(story, 'day') % $past ELSE story * {ARTICLES_A_STORY} END)
            * {REPORTS_AN_ARTICLE} // {REPORTS_A_DAY} AS INTEGER
        ) AS day
    FROM numbered
)
SELECT *, 'a-' || left(md5('article' || n), 16) AS article_id,
    CAST(11 + h % 34 AS VARCHAR) AS province,
    (11 + h % 34) || '.' || lpad(CAST(1 + h // 64 % 12 AS VARCHAR), 2, '0') AS place, 2 + h // 1024 % 40 AS victims,
    chr(CAST(97 + h // 4096 % 26 AS INTEGER)) || chr(CAST(97 + h // 65536 % 26 AS INTEGER))
        || chr(CAST(97 + h // 1048576 % 26 AS INTEGER)) AS initials
FROM told
"""
_INSERTS = (
    """
    INSERT INTO articles SELECT article_id, 'outlet-' || n % 400, 'https://contoh.example/' || n,
        'https://contoh.example/' || n, 'Judul', CAST(day AS TIMESTAMP) + INTERVAL 1 DAY + n % 3 * INTERVAL 1 HOUR,
        day + 1, NULL, CAST(day AS TIMESTAMP) + INTERVAL 2 DAY, 'id', NULL, 'core', 3, NULL, 1000, 'x', 'x', 'made-1'
    FROM made
    """,
    """
    INSERT INTO pipeline.article_texts SELECT article_id, '', NULL, [], [], [],
        list_transform(
            range(64),
            lambda k: CASE WHEN h % 10 = 0 AND k > 5 THEN hash(story, k) ELSE hash(n, k) END % 4294967296
        )
    FROM made
    """,
    """
    INSERT INTO pipeline.reported_persons
    SELECT 'r-' || left(md5('suspect' || n), 16), article_id, upper(initials), initials, [upper(initials)], 'suspect',
        NULL, 'made-1' FROM made
    UNION ALL SELECT 'r-' || left(md5('chief' || n), 16), article_id, 'Kepala ' || place, 'kepala nama' || place,
        ['Kepala'], 'official', NULL, 'made-1' FROM made
    """,
    """
    INSERT INTO pipeline.reported_agencies
    SELECT article_id, kind || '-' || CASE WHEN kind = 'polres' THEN place ELSE province END, kind, NULL, NULL, NULL,
        NULL, true, 'made-1' FROM made, unnest(['polres', 'bp3mi', 'dinsos']) AS k(kind)
    """,
    "INSERT INTO pipeline.reported_places SELECT article_id, place, 'Tempat', 'regency' FROM made",
    """
    INSERT INTO mentions BY NAME
    SELECT 'm-' || n AS mention_id, article_id, 'date' AS mention_type, 'hari' AS surface, 0 AS start_offset,
        4 AS end_offset, 0 AS sentence_number, 1 AS confidence, 'made' AS source_name, day AS start_date,
        day AS end_date, 'day' AS date_precision, false AS has_date_conflict, 'made-1' AS extractor_version FROM made
    """,
    """
    INSERT INTO event_reports
    SELECT 'n-' || left(md5(k || 'event' || n), 16), NULL, article_id,
        CASE k WHEN 0 THEN ['RESCUE', 'ARREST', 'COORD_MEETING', 'JOINT_OP'][1 + h // 7 % 4]
            ELSE ['HANDOVER', 'PROSECUTION', 'VICTIM_SERVICE', 'AWARENESS'][1 + h // 7 % 4] END,
        'held', day + CAST(k AS INTEGER), day + CAST(k AS INTEGER), 'day', 'sentence', place, 'kalimat', 0,
        7, 0, 0.8, 'made-1'
    FROM made, range(2) AS e(k)
    """,
    """
    INSERT INTO event_participants
    SELECT 't-' || left(md5(kind || k || 'taking' || n), 16), 'n-' || left(md5(k || 'event' || n), 16), NULL,
        article_id, CASE kind WHEN 'suspect' THEN 'target' ELSE 'lead' END,
        CASE kind WHEN 'suspect' THEN NULL WHEN 'polres' THEN kind || '-' || place ELSE kind || '-' || province END,
        NULL,
        CASE kind WHEN 'suspect' THEN 'r-' || left(md5('suspect' || n), 16)
            WHEN 'polres' THEN 'r-' || left(md5('chief' || n), 16) END, 0, 7, 0, 0.8, 'made-1'
    FROM made, range(2) AS e(k), unnest(['polres', 'bp3mi', 'dinsos', 'suspect']) AS a(kind)
    WHERE kind <> CASE WHEN n % 3 = 1 THEN 'dinsos' WHEN n % 3 = 2 THEN 'bp3mi' ELSE '' END
    """,
    """
    INSERT INTO event_numbers
    SELECT 'y-' || n, 'n-' || left(md5(0 || 'event' || n), 16), NULL, article_id, 'victims', CAST(victims AS INTEGER),
        victims || ' korban', 0, 7, 0, 0.8, 'made-1' FROM made
    """,
)


def add(path: Path, first: int, last: int, past: int, spread: bool = False) -> dict[str, Any]:
    """Make articles, load and link them in one transaction each; times and memory of the linking.

    Args:
        path: the warehouse.
        first: number of the first article.
        last: number behind the last one.
        past: articles of the past, over whose days ``spread`` scatters.
        spread: whether to scatter the articles over the days of the past.
    """
    con = open_warehouse(path)
    con.execute("SET threads = 1")
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    with transaction(con):
        con.execute(_ARTICLES, {"first": first, "last": last, "past": max(past, 1), "spread": spread})
        for statement in _INSERTS:
            con.execute(statement)
        con.execute("DROP TABLE made")
    con.execute("CHECKPOINT")
    began = time.perf_counter()
    with transaction(con):
        cluster_articles(con)
        linked = link_events(con)
        link_cases(con)
    seconds = time.perf_counter() - began
    counted = con.execute(
        "SELECT (SELECT count(*) FROM event_reports), (SELECT count(*) FROM events), (SELECT count(*) FROM cases)"
    ).fetchone()
    assert counted is not None
    con.close()
    return {
        "seconds": round(seconds, 2),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "changed": linked.changed,
        "touched": linked.touched,
        "reports": counted[0],
        "events": counted[1],
        "cases": counted[2],
    }


def apart(function: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """The result of a function in a process of its own, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def measure(past: int, new: int, load: int, spread: bool = False) -> dict[str, Any]:
    """Link ``new`` reports into ``past`` ones that were linked in loads of ``load``."""
    articles, step = past // REPORTS_AN_ARTICLE, load // REPORTS_AN_ARTICLE
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jejak.duckdb"
        for first in range(0, articles, step):
            apart(add, path, first, min(first + step, articles), articles)
        result = apart(add, path, articles, articles + new // REPORTS_AN_ARTICLE, articles, spread)
        return {"past": past, "new": new, **result, "file_megabytes": round(path.stat().st_size / 1e6)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Seconds and memory of linking new event reports into a growing past.")
    parser.add_argument("--past", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="reports of the past")
    parser.add_argument("--new", type=int, default=10_000, help="new reports (default: 10000)")
    parser.add_argument("--load", type=int, default=50_000, help="reports in a load of the past (default: 50000)")
    parser.add_argument("--spread", action="store_true", help="scatter the new reports over the whole past")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    results = [measure(past, arguments.new, arguments.load, arguments.spread) for past in arguments.past]
    if arguments.json:
        print(json.dumps(results))
        return
    print(f"{'past':>10} {'new':>7} {'seconds':>8} {'MB':>6} {'touched':>8} {'events':>9} {'cases':>8} {'file MB':>8}")
    for row in results:
        print(
            f"{row['past']:>10,} {row['new']:>7,} {row['seconds']:>8.2f} {row['megabytes']:>6,} {row['touched']:>8,} "
            f"{row['events']:>9,} {row['cases']:>8,} {row['file_megabytes']:>8,}"
        )


if __name__ == "__main__":
    main()
