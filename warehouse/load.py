"""Loading: facts, outlets, places, crawls and issues into the warehouse, each as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.bulk import no_garbage_collection, one_thread
from warehouse.columns import (
    EXTRACTIONS,
    ISSUES,
    OUTLETS,
    PAGES,
    PLACES,
    SCHEMAS,
    RecordError,
    Row,
    arrow_table,
    table_of,
)
from warehouse.database import now, transaction
from warehouse.names import stable_id
from warehouse.parts import read_part
from warehouse.readings import reading_row, save_readings
from warehouse.records import StagedArticle, stage, utc

# Made of places in the text, not of what is named there: from an id that is published nobody can work out a name.
_MENTION_ID = "'m-' || left(md5(concat_ws('|', article_id, mention_type, start_offset, end_offset, item_number)), 16)"


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What loading one facts file did.

    Attributes:
        part_name: the file.
        lines: records read.
        articles: articles whose version in the file became the current one.
        unchanged: articles of which the warehouse had this version or a newer one.
        mentions: mentions of the articles that became current.
        events: event reports of them.
        issues: records that were issues or could not be stored.
        was_loaded: True when the file had been loaded before, and nothing was done.
    """

    part_name: str
    lines: int = 0
    articles: int = 0
    unchanged: int = 0
    mentions: int = 0
    events: int = 0
    issues: int = 0
    was_loaded: bool = False


def load_part(con: duckdb.DuckDBPyConnection, part_name: str, records: Iterable[Mapping[str, Any]]) -> LoadCounts:
    """Load the records of one facts file, in one transaction: all of them, or none when it is broken off.

    Of several versions of an article the one fetched last is shown; of several readings of one page, that of the
    extractor registered last (:func:`register_extractor`). The others are listed in ``pipeline.extractions``.
    A record that cannot be stored becomes an issue and does not stop the rest.

    Args:
        con: the warehouse.
        part_name: name of the file; a file whose name was loaded before is not read again.
        records: its records, for example from :func:`warehouse.parts.read_part`.

    Returns:
        What was done.
    """
    if con.execute("SELECT 1 FROM pipeline.loads WHERE part_name = ?", [part_name]).fetchone():
        return LoadCounts(part_name, was_loaded=True)
    with no_garbage_collection(), one_thread(con):
        return _load(con, part_name, records)


def load_part_file(con: duckdb.DuckDBPyConnection, path: Path) -> LoadCounts:
    """Load a facts file by its path; see :func:`load_part`."""
    return load_part(con, path.name, read_part(path))


def register_extractor(con: duckdb.DuckDBPyConnection, extractor_version: str) -> None:
    """Say that this extractor version is in use: of two readings of one page, that of the one registered last is shown.

    Call it before loading. A version that was registered keeps its place.
    """
    con.execute(
        """
        INSERT INTO pipeline.extractors
        SELECT ?, coalesce((SELECT max(order_number) FROM pipeline.extractors), 0) + 1, ?
        WHERE NOT EXISTS (SELECT 1 FROM pipeline.extractors WHERE extractor_version = ?)
        """,
        [extractor_version, now(), extractor_version],
    )


def load_outlets(con: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store the outlets of the registry, replacing the rows of those already there.

    Args:
        con: the warehouse.
        rows: mappings with ``outlet_id`` and ``name``, and where known ``domain, base_url, province_code,
            province_name, timezone, family, priority, status``: the registry's own fields.

    Returns:
        How many rows were stored.
    """
    keys = ("domain", "base_url", "province_code", "province_name", "timezone", "family", "priority", "status")
    values = [(row["outlet_id"], row["name"], *(row.get(key) for key in keys)) for row in rows]
    return _replace(con, "outlets", OUTLETS, values)


def load_places(con: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store rows of the gazetteer, replacing those already there.

    Args:
        con: the warehouse.
        rows: mappings with ``code, name, level`` and where known ``parent_code, lat, lon`` (degrees, WGS 84).

    Returns:
        How many rows were stored.
    """
    values = [
        (
            row["code"], row["name"], row["level"], row.get("parent_code") or None, province_of(row["code"]),
            row.get("lat"), row.get("lon"), True,
        )
        for row in rows
    ]  # fmt: skip
    return _replace(con, "places", PLACES, values)


def province_of(place_code: str) -> str | None:
    """The province of a Kemendagri code, ``53`` for ``53.71.01``; None for a country."""
    return place_code.split(".", 1)[0] if place_code[:1].isdigit() else None


def load_crawl(con: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> None:
    """Store what a crawl reported of itself, replacing what it reported before.

    Args:
        con: the warehouse.
        row: ``crawl_id``, and where known ``started_at, finished_at`` (ISO 8601) and the counts
            ``outlets, fetched, new, unchanged, failed``; ``kind`` is ``daily`` unless it says otherwise.
    """
    counts = [row.get(key) for key in ("outlets", "fetched", "new", "unchanged", "failed")]
    times = [utc(row.get("started_at")), utc(row.get("finished_at"))]
    con.execute(
        "INSERT OR REPLACE INTO pipeline.crawls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row["crawl_id"], *times, *counts, row.get("kind") or "daily"],
    )


def load_issues(con: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]], crawl_id: str | None = None) -> int:
    """Store issues, each once however often it is read.

    Args:
        con: the warehouse.
        rows: lines of an issues file: ``at, stage, kind, outlet_id, url, detail``.
        crawl_id: crawl whose file it is.

    Returns:
        How many were new.
    """
    with transaction(con):
        return _insert_issues(con, [_issue({"crawl_id": crawl_id, **row}, row.get("kind")) for row in rows])


def _load(con: duckdb.DuckDBPyConnection, part_name: str, records: Iterable[Mapping[str, Any]]) -> LoadCounts:
    staged, issues, readings, lines = _read(part_name, records)
    with transaction(con):
        winners = _newest(con, staged)
        try:
            tables = _tables(winners)
        except RecordError:
            staged = _storable(staged, part_name, issues)
            winners = _newest(con, staged)
            tables = _tables(winners)
        _forget(con, winners)
        for name, table in tables.items():
            _insert(con, name, table)
        _keep_books(con, part_name, staged, winners)
        _insert_issues(con, issues)
        save_readings(con, readings)
        counts = LoadCounts(
            part_name,
            lines=lines,
            articles=len(winners),
            unchanged=len({article.article_id for article in staged}) - len(winners),
            mentions=len(tables["mentions"]),
            events=len(tables["event_reports"]),
            issues=len(issues),
        )
        con.execute(
            "INSERT INTO pipeline.loads VALUES (?, ?, ?, ?, ?, ?, ?)",
            [part_name, now(), counts.lines, counts.articles, counts.mentions, counts.issues, len(readings)],
        )
    return counts


def _read(
    part_name: str, records: Iterable[Mapping[str, Any]]
) -> tuple[list[StagedArticle], list[Row], list[Row], int]:
    """The articles of a part, staged, its issues and readings as rows, and the number of lines."""
    staged: list[StagedArticle] = []
    issues: list[Row] = []
    readings: list[Row] = []
    number = 0
    for number, record in enumerate(records, 1):
        if (reading := reading_row(record)) is not None:
            readings.append(reading)
        kind = record.get("kind")
        if kind == "issue":
            issues.append(_issue(record, record.get("issue_kind"), part_name))
            continue
        try:
            if kind != "article":
                raise RecordError(f"kind must be 'article' or 'issue', found {kind!r}")
            staged.append(stage(record))
        except RecordError as error:
            issues.append(_refusal(part_name, f"record {number}", record, error))
    return staged, issues, readings, number


def _storable(staged: list[StagedArticle], part_name: str, issues: list[Row]) -> list[StagedArticle]:
    """The articles whose every value fits its column; the others are added to the issues."""
    kept = []
    for article in staged:
        try:
            _tables([article])
        except RecordError as error:
            issues.append(_refusal(part_name, f"article {article.article_id}", {}, error))
        else:
            kept.append(article)
    return kept


def _refusal(part_name: str, where: str, record: Mapping[str, Any], error: RecordError) -> Row:
    article = record.get("article")
    url = article.get("url") if isinstance(article, Mapping) else None
    page = record.get("page")
    outlet_id = page.get("outlet_id") if isinstance(page, Mapping) else None
    detail = f"{part_name}, {where}: {error}; extract it again, or report a fault of the extractor"
    return _issue({"stage": "load", "url": url, "outlet_id": outlet_id, "detail": detail}, "invalid-record", part_name)


def _issue(row: Mapping[str, Any], kind: object, part_name: str | None = None) -> Row:
    def text(key: str) -> str | None:
        value = row.get(key)
        return None if value is None else str(value).encode("utf-8", "replace").decode()

    try:
        reported_at = utc(text("at"))
    except ValueError:
        reported_at = None
    values = (
        reported_at,
        text("stage") or "unknown",
        str(kind or "unknown"),
        text("outlet_id"),
        text("url"),
        text("detail"),
    )
    crawl_id = text("crawl_id") or (part_name.split(".", 1)[0] if part_name else None)
    return (stable_id("i", *values), *values, part_name, crawl_id)


def _newest(con: duckdb.DuckDBPyConnection, staged: Sequence[StagedArticle]) -> list[StagedArticle]:
    """Of each article the version that is to be shown, where the warehouse does not show it or a newer one already."""
    order = dict(con.execute("SELECT extractor_version, order_number FROM pipeline.extractors").fetchall())

    def age(fetched_at: Any, version: str, payload: str, extraction_id: str) -> tuple[Any, ...]:
        return (fetched_at, order.get(version, 0), version, payload, extraction_id)

    ids = pa.table({"article_id": pa.array([article.article_id for article in staged], pa.string())})
    con.register("staged_ids", ids)
    rows = con.execute(
        """
        SELECT article_id, fetched_at, extractor_version, payload_sha256, extraction_id FROM pipeline.extractions
        WHERE is_current AND article_id IN (SELECT article_id FROM staged_ids)
        """
    ).fetchall()
    con.unregister("staged_ids")
    newest = {article_id: age(*rest) for article_id, *rest in rows}
    winners: dict[str, StagedArticle] = {}
    for article in staged:
        key = age(article.fetched_at, article.extractor_version, article.payload_sha256, article.extraction_id)
        if article.article_id not in newest or key > newest[article.article_id]:
            newest[article.article_id] = key
            winners[article.article_id] = article
    return list(winners.values())


def _tables(articles: Sequence[StagedArticle]) -> dict[str, pa.Table]:
    return {name: arrow_table(name, [row for article in articles for row in article.rows[name]]) for name in SCHEMAS}


def _forget(con: duckdb.DuckDBPyConnection, articles: Sequence[StagedArticle]) -> None:
    """Remove the facts of the versions that the given ones replace."""
    ids = pa.table({"article_id": pa.array([article.article_id for article in articles], pa.string())})
    con.register("staged_ids", ids)
    known = con.execute(
        "SELECT count(*) FROM articles WHERE article_id IN (SELECT article_id FROM staged_ids)"
    ).fetchone()
    if known and known[0]:
        for name in SCHEMAS:
            con.execute(f"DELETE FROM {_place(name)} WHERE article_id IN (SELECT article_id FROM staged_ids)")
        con.execute(
            "UPDATE pipeline.extractions SET is_current = false "
            "WHERE is_current AND article_id IN (SELECT article_id FROM staged_ids)"
        )
    con.unregister("staged_ids")


def _insert(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    if not len(table):
        return
    columns = ", ".join(column for column in table.column_names if column != "item_number")
    con.register("staged_rows", table)
    if name == "mentions":
        con.execute(f"INSERT INTO mentions (mention_id, {columns}) SELECT {_MENTION_ID}, {columns} FROM staged_rows")
    else:
        con.execute(f"INSERT INTO {_place(name)} ({columns}) SELECT {columns} FROM staged_rows")
    con.unregister("staged_rows")


def _keep_books(
    con: duckdb.DuckDBPyConnection, part_name: str, staged: Sequence[StagedArticle], winners: Sequence[StagedArticle]
) -> None:
    """Record every version met and the pages behind them.

    A version that stands in several files keeps the name of the first in alphabetical order, so that the order of
    loading leaves no trace.
    """
    current = {article.extraction_id for article in winners}
    versions = {
        article.extraction_id: (
            article.extraction_id, article.article_id, part_name, article.fetched_at, article.payload_sha256,
            article.extractor_version, article.relevance, len(article.rows["mentions"]),
            len(article.rows["event_reports"]), article.extraction_id in current,
        )
        for article in staged
    }  # fmt: skip
    if not staged:
        return
    con.register("staged_rows", table_of(EXTRACTIONS, list(versions.values())))
    con.execute(
        """
        INSERT INTO pipeline.extractions SELECT * FROM staged_rows
        ON CONFLICT (extraction_id) DO UPDATE
        SET part_name = least(part_name, excluded.part_name), is_current = is_current OR excluded.is_current
        """
    )
    con.unregister("staged_rows")
    con.register("staged_rows", table_of(PAGES, list({article.page[0]: article.page for article in staged}.values())))
    con.execute("INSERT INTO pipeline.pages SELECT * FROM staged_rows ON CONFLICT DO NOTHING")
    con.unregister("staged_rows")


def _insert_issues(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> int:
    """Add the issues that are not there yet, and return how many those were."""
    con.register("staged_rows", table_of(ISSUES, list({row[0]: row for row in rows}.values())))
    added = con.execute(
        "INSERT INTO pipeline.issues SELECT * FROM staged_rows s "
        "WHERE NOT EXISTS (SELECT 1 FROM pipeline.issues i WHERE i.issue_id = s.issue_id)"
    ).fetchone()
    con.unregister("staged_rows")
    return int(added[0]) if added else 0


def _replace(con: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: Sequence[Row]) -> int:
    """Replace rows by their key; of two rows with one key the last counts."""
    by_key = {row[0]: row for row in rows}
    con.register("staged_rows", table_of(schema, list(by_key.values())))
    con.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM staged_rows")
    con.unregister("staged_rows")
    return len(by_key)


def _place(name: str) -> str:
    """The table with its schema."""
    return f"pipeline.{name}" if name == "article_texts" or name.startswith("reported_") else f"main.{name}"
