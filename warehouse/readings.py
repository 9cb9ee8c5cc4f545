"""What fetched articles gave when they were cleaned: one row each, also where nothing could be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.columns import Row, table_of
from warehouse.names import stable_id
from warehouse.records import utc

READINGS: pa.Schema = pa.schema(
    (
        ("reading_id", pa.string()), ("outlet_id", pa.string()), ("crawl_id", pa.string()),
        ("fetched_at", pa.timestamp("us")), ("failure_type", pa.string()), ("has_date", pa.bool_()),
        ("has_author", pa.bool_()), ("body_length", pa.int32()), ("extractor_version", pa.string()),
    )
)  # fmt: skip

# Faults of the archive are none of the outlet's pages.
NOT_OF_THE_PAGE = frozenset({"archive"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one fetched article gave.

    Attributes:
        outlet_id: whose.
        crawl_id: crawl that fetched it.
        fetched_at: when, UTC.
        has_date: the page itself says when it was published.
        has_author: it names an author.
        body_length: characters of its text; 0 where cleaning made no article of it.
    """

    outlet_id: str
    crawl_id: str
    fetched_at: datetime
    has_date: bool
    has_author: bool
    body_length: int


def reading_row(record: Mapping[str, Any]) -> Row | None:
    """The row of a line of a facts file; None for a line that tells of no page, or not when it was fetched.

    Facts files of earlier versions say less: there the date counts wherever it came from, and failures do not count.
    """
    if record.get("kind") == "issue":
        kind = record.get("issue_kind")
        if record.get("stage") != "extract" or kind in NOT_OF_THE_PAGE or not record.get("crawl_id"):
            return None
        gave: Mapping[str, Any] = {}
        page, url, failure = record, record.get("url"), str(kind)
        version = record.get("extractor_version")
    else:
        failure = None
        article, page, facts = (_object(record, key) for key in ("article", "page", "facts"))
        url, version = article.get("url"), facts.get("extractor_version")
        gave = record.get("reading") or {
            "has_date": bool(article.get("published_at")),
            "has_author": bool(article.get("authors")),
            "body_length": len(article.get("text") or ""),
        }
    try:
        fetched_at = utc(page.get("fetched_at"))
    except (TypeError, ValueError):
        return None
    outlet_id, crawl_id = page.get("outlet_id"), page.get("crawl_id")
    if fetched_at is None or not outlet_id or not crawl_id:
        return None
    return (
        stable_id("rd", str(url), str(crawl_id), fetched_at.isoformat()), str(outlet_id), str(crawl_id), fetched_at,
        failure, bool(gave.get("has_date")), bool(gave.get("has_author")), int(gave.get("body_length") or 0),
        str(version or ""),
    )  # fmt: skip


def _object(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, Mapping) else {}


def save_readings(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Store readings, inside the caller's transaction; of two of one page that of the later extractor is kept."""
    if not rows:
        return
    con.register("staged_rows", table_of(READINGS, list({row[0]: row for row in rows}.values())))
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE better_readings AS
        SELECT s.* FROM staged_rows s
        LEFT JOIN pipeline.readings r USING (reading_id)
        LEFT JOIN pipeline.extractors new ON new.extractor_version = s.extractor_version
        LEFT JOIN pipeline.extractors old ON old.extractor_version = r.extractor_version
        WHERE r.reading_id IS NULL
            OR (coalesce(new.order_number, 0), s.extractor_version)
                > (coalesce(old.order_number, 0), r.extractor_version)
        """
    )
    con.unregister("staged_rows")
    con.execute("INSERT OR REPLACE INTO pipeline.readings SELECT * FROM better_readings")
    con.execute("DROP TABLE better_readings")


def parts_without_readings(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of facts files that were loaded before readings were kept."""
    rows = con.execute("SELECT part_name FROM pipeline.loads WHERE reading_count IS NULL ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def load_readings(con: duckdb.DuckDBPyConnection, part_name: str, records: Iterable[Mapping[str, Any]]) -> int:
    """Store the readings of a facts file whose facts were loaded earlier, inside the caller's transaction.

    Returns:
        How many it holds.
    """
    rows = [row for record in records if (row := reading_row(record)) is not None]
    save_readings(con, rows)
    con.execute("UPDATE pipeline.loads SET reading_count = ? WHERE part_name = ?", [len(rows), part_name])
    return len(rows)
