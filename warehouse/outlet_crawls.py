"""The books of health: what is known of earlier crawls, and the rows that say how each outlet was at a crawl."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.database import now, transaction
from warehouse.load import load_issues
from warehouse.readings import Reading

READINGS_LOOKED_AT = 200
"""Earlier readings of an outlet that are taken from the database at most."""
DAYS_LOOKED_AT = 21
MIN_DAYS = 3
"""Fewer gaps between days tell nothing of a habit."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the warehouse knows of an outlet from before a crawl.

    Attributes:
        readings: earlier readings, the latest first.
        problems: by crawl, what was wrong with the outlet then.
        was_done: whether an earlier crawl came to the end of its lists; until then every address is unknown.
        last_found_date: day of the latest crawl after the first such one that found addresses unknown before.
        last_published_date: publication of its latest article up to the crawl.
        usual_gap_days: median gap between the latest days on which its articles were published, or None if too few
            are known. Where only relevant articles are fetched it is longer than the outlet's own habit.
    """

    readings: tuple[Reading, ...] = ()
    problems: Mapping[str, frozenset[str]] = field(default_factory=dict)
    was_done: bool = False
    last_found_date: date | None = None
    last_published_date: date | None = None
    usual_gap_days: float | None = None


@dataclass(frozen=True, slots=True)
class OutletCrawl:
    """A row of ``pipeline.outlet_crawls``; its columns are explained in the migration that makes the table."""

    crawl_id: str
    outlet_id: str
    crawled_at: datetime
    is_done: bool
    found_count: int = 0
    planned_count: int = 0
    fetched_count: int = 0
    new_count: int = 0
    changed_count: int = 0
    unchanged_count: int = 0
    skipped_count: int = 0
    failed_count: int = 0
    issue_count: int = 0
    reading_count: int = 0
    parse_failure_count: int = 0
    empty_count: int = 0
    last_article_date: date | None = None
    silent_day_count: int | None = None
    usual_gap_day_count: float | None = None
    list_count: int = 0
    half_list_count: int = 0
    quarter_list_count: int = 0
    off_list_count: int = 0
    now_count: int = 0
    now_body_share: float | None = None
    now_date_share: float | None = None
    now_author_share: float | None = None
    now_body_length: float | None = None
    before_count: int = 0
    before_body_share: float | None = None
    before_date_share: float | None = None
    before_author_share: float | None = None
    before_body_length: float | None = None
    problem_types: tuple[str, ...] = ()


COLUMNS = tuple(item.name for item in fields(OutletCrawl))


def crawls_to_assess(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Daily crawls that were never assessed, or of which more was loaded since; the oldest first."""
    rows = con.execute(
        """
        WITH assessed AS (
            SELECT crawl_id, min(assessed_at) AS assessed_at FROM pipeline.outlet_crawls GROUP BY crawl_id
        ), loaded AS (
            SELECT split_part(part_name, '.', 1) AS crawl_id, max(loaded_at) AS loaded_at
            FROM pipeline.loads GROUP BY 1
        )
        SELECT c.crawl_id
        FROM pipeline.crawls c
        LEFT JOIN assessed a USING (crawl_id)
        LEFT JOIN loaded l USING (crawl_id)
        WHERE c.crawl_type = 'daily' AND c.started_at IS NOT NULL
            AND (a.assessed_at IS NULL OR l.loaded_at > a.assessed_at OR c.finished_at > a.assessed_at)
        ORDER BY c.started_at, c.crawl_id
        """
    ).fetchall()
    return [crawl_id for (crawl_id,) in rows]


def readings_of(con: duckdb.DuckDBPyConnection, crawl_id: str) -> dict[str, list[Reading]]:
    """The readings of a crawl by outlet, the latest first."""
    rows = con.execute(
        f"SELECT {_READING} FROM pipeline.readings WHERE crawl_id = ? ORDER BY fetched_at DESC, reading_id", [crawl_id]
    ).fetchall()
    return _by_outlet(rows)


def failures_of(con: duckdb.DuckDBPyConnection, crawl_id: str) -> dict[str, dict[str, int]]:
    """How many articles of a crawl could not be cleaned, by outlet and kind."""
    return _counts_by_outlet(
        con,
        "SELECT outlet_id, failure_type, count(*) FROM pipeline.readings "
        "WHERE crawl_id = ? AND failure_type IS NOT NULL GROUP BY ALL",
        crawl_id,
    )


def issue_kinds_of(con: duckdb.DuckDBPyConnection, crawl_id: str) -> dict[str, dict[str, int]]:
    """How many issues the crawler had in a crawl, by outlet and kind."""
    return _counts_by_outlet(
        con,
        "SELECT outlet_id, issue_type, count(*) FROM pipeline.issues "
        "WHERE crawl_id = ? AND stage_name = 'crawl' AND outlet_id IS NOT NULL GROUP BY ALL",
        crawl_id,
    )


def before(con: duckdb.DuckDBPyConnection, crawl_id: str, history_days: int, today: date) -> dict[str, Before]:
    """What is known of every outlet from the daily crawls before one.

    Args:
        con: the warehouse.
        crawl_id: the crawl.
        history_days: readings older than this are left out.
        today: the outlets' day at the crawl; articles dated later are left out.

    Returns:
        By outlet; an outlet without a past is missing.
    """
    row = con.execute("SELECT started_at FROM pipeline.crawls WHERE crawl_id = ?", [crawl_id]).fetchone()
    if row is None:
        return {}
    started, place = row[0], [row[0], crawl_id]
    readings = con.execute(
        f"""
        SELECT {_READING} FROM pipeline.readings
        WHERE fetched_at >= ? AND crawl_id IN (
            SELECT crawl_id FROM pipeline.crawls WHERE crawl_type = 'daily' AND (started_at, crawl_id) < (?, ?)
        )
        QUALIFY row_number() OVER (PARTITION BY outlet_id ORDER BY fetched_at DESC, reading_id) <= ?
        ORDER BY fetched_at DESC, reading_id
        """,
        [started - timedelta(days=history_days), *place, READINGS_LOOKED_AT],
    ).fetchall()
    troubled = con.execute(
        "SELECT outlet_id, crawl_id, problem_types FROM pipeline.outlet_crawls "
        "WHERE len(problem_types) > 0 AND (crawled_at, crawl_id) < (?, ?) AND crawled_at >= ?",
        [*place, started - timedelta(days=history_days)],
    ).fetchall()
    found = con.execute(
        """
        SELECT outlet_id, max(CAST(crawled_at AS DATE)) FILTER (WHERE found_count > 0 AND crawled_at > first_at) FROM (
            SELECT outlet_id, crawled_at, found_count,
                min(crawled_at) FILTER (WHERE is_done) OVER (PARTITION BY outlet_id) AS first_at
            FROM pipeline.outlet_crawls WHERE (crawled_at, crawl_id) < (?, ?)
        ) WHERE first_at IS NOT NULL GROUP BY outlet_id
        """,
        place,
    ).fetchall()
    published = con.execute(_PUBLISHED_DAYS, [today, DAYS_LOOKED_AT, MIN_DAYS]).fetchall()
    problems: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for outlet_id, earlier, kinds in troubled:
        problems[outlet_id][earlier] = frozenset(kinds)
    by_outlet, last_found = _by_outlet(readings), dict(found)
    last_published = {outlet_id: (last, gap) for outlet_id, last, gap in published}
    return {
        outlet_id: Before(
            tuple(by_outlet.get(outlet_id, ())),
            problems.get(outlet_id, {}),
            outlet_id in last_found,
            last_found.get(outlet_id),
            *last_published.get(outlet_id, (None, None)),
        )
        for outlet_id in {*by_outlet, *problems, *last_found, *last_published}
    }


def save(
    con: duckdb.DuckDBPyConnection,
    crawl_id: str,
    rows: Sequence[OutletCrawl],
    issues: Iterable[Mapping[str, Any]],
) -> None:
    """Replace what the books say of a crawl's outlets, with the issues of stage ``health``.

    Args:
        con: the warehouse.
        crawl_id: the crawl.
        rows: one for each outlet.
        issues: ``at, stage, kind, outlet_id, url, detail`` of each problem.
    """
    assessed_at = now()
    with transaction(con):
        con.execute("DELETE FROM pipeline.outlet_crawls WHERE crawl_id = ?", [crawl_id])
        con.execute("DELETE FROM pipeline.issues WHERE stage_name = 'health' AND crawl_id = ?", [crawl_id])
    # The rows come last: a crawl without them is assessed again.
    load_issues(con, issues, crawl_id)
    if not rows:
        return
    con.register("staged_rows", pa.Table.from_pylist([_stored(row, assessed_at) for row in rows], schema=_STORED))
    con.execute(f"INSERT INTO pipeline.outlet_crawls ({', '.join(_STORED.names)}) SELECT * FROM staged_rows")
    con.unregister("staged_rows")


def latest(con: duckdb.DuckDBPyConnection) -> list[OutletCrawl]:
    """Of every outlet the row of the latest daily crawl that visited it, in the order of ids."""
    rows = con.execute(
        f"SELECT {', '.join(COLUMNS)} FROM pipeline.outlet_crawls "
        "QUALIFY row_number() OVER (PARTITION BY outlet_id ORDER BY crawled_at DESC, crawl_id DESC) = 1 "
        "ORDER BY outlet_id"
    ).fetchall()
    return [OutletCrawl(**{**dict(zip(COLUMNS, row, strict=True)), "problem_types": tuple(row[-1])}) for row in rows]


def problem_sentences(con: duckdb.DuckDBPyConnection, crawl_ids: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """What the issues of stage ``health`` say, by crawl and outlet."""
    rows = con.execute(
        "SELECT crawl_id, outlet_id, detail FROM pipeline.issues "
        "WHERE stage_name = 'health' AND crawl_id IN (SELECT unnest(?)) ORDER BY issue_type, url, issue_id",
        [sorted(set(crawl_ids))],
    ).fetchall()
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for crawl_id, outlet_id, detail in rows:
        found[crawl_id, outlet_id].append(detail or "")
    return found


# Median gap between neighbouring days with an article, over the latest such days of each outlet.
_PUBLISHED_DAYS = """
WITH days AS (
    SELECT DISTINCT outlet_id, published_date FROM articles WHERE published_date <= ?
), latest AS (
    SELECT outlet_id, published_date,
        published_date - lag(published_date) OVER (PARTITION BY outlet_id ORDER BY published_date) AS gap
    FROM days QUALIFY row_number() OVER (PARTITION BY outlet_id ORDER BY published_date DESC) <= ?
)
SELECT outlet_id, max(published_date), CASE WHEN count(gap) >= ? THEN median(gap) END FROM latest GROUP BY outlet_id
"""
_READING = "outlet_id, crawl_id, fetched_at, has_date, has_author, body_length"


def _counts_by_outlet(con: duckdb.DuckDBPyConnection, query: str, crawl_id: str) -> dict[str, dict[str, int]]:
    """The rows ``outlet_id, kind, count`` of a query about a crawl."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for outlet_id, kind, count in con.execute(query, [crawl_id]).fetchall():
        found[outlet_id][kind] = count
    return found


def _by_outlet(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Reading(*row))
    return found


def _arrow_type(name: str) -> pa.DataType:
    if name == "problem_types":
        return pa.list_(pa.string())
    for ending, kind in (("_count", pa.int32()), ("_at", pa.timestamp("us")), ("_date", pa.date32())):
        if name.endswith(ending) and name != "usual_gap_day_count":
            return kind
    return pa.string() if name.endswith("_id") else pa.bool_() if name.startswith("is_") else pa.float64()


_STORED = pa.schema([(name, _arrow_type(name)) for name in (*COLUMNS, "assessed_at")])


def _stored(row: OutletCrawl, assessed_at: datetime) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS} | {"assessed_at": assessed_at}
