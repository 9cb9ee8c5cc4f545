"""The figures a run ends with."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class ConnectedAgency:
    """An agency, how many others it took part in events with, and in how many events."""

    agency_id: str
    agency_name: str
    partners: int
    events: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What the warehouse holds.

    Attributes:
        outlets: outlets that articles came from.
        pages_fetched: article pages asked for in the latest crawl; None when no crawl was recorded.
        pages_new: of those, how many were new or had changed.
        pages_unchanged: of those, how many had not changed.
        pages_failed: of those, how many failed.
        articles: articles.
        relevant: articles of relevance core or context.
        persons: people after joining.
        agencies: agencies named.
        issues: issues recorded.
        events_by_type: number of events of each type, the most frequent first.
        most_connected: agencies with the most partners, at most five.
    """

    outlets: int
    pages_fetched: int | None
    pages_new: int | None
    pages_unchanged: int | None
    pages_failed: int | None
    articles: int
    relevant: int
    persons: int
    agencies: int
    issues: int
    events_by_type: dict[str, int]
    most_connected: tuple[ConnectedAgency, ...]


def summary(con: duckdb.DuckDBPyConnection) -> RunSummary:
    """Count what the warehouse, or a snapshot of it, holds.

    Args:
        con: the warehouse or a snapshot.

    Returns:
        The figures for the table at the end of a run.
    """
    crawl = con.execute(
        "SELECT fetched_count, new_count, unchanged_count, failed_count FROM pipeline.crawls "
        "ORDER BY started_at DESC NULLS LAST, crawl_id DESC LIMIT 1"
    ).fetchone() or (None, None, None, None)
    counts = con.execute(
        """
        SELECT
            (SELECT count(DISTINCT outlet_id) FROM articles),
            (SELECT count(*) FROM articles),
            (SELECT count(*) FROM articles WHERE relevance_type IN ('core', 'context')),
            (SELECT count(*) FROM persons),
            (SELECT count(*) FROM agencies),
            (SELECT count(*) FROM pipeline.issues)
        """
    ).fetchone()
    assert counts is not None
    outlets, articles, relevant, persons, agencies, issues = counts
    events = con.execute("SELECT event_type, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC, 1").fetchall()
    connected = con.execute(
        """
        WITH taking_part AS (
            SELECT DISTINCT p.event_id, p.agency_id
            FROM event_participants p JOIN events e USING (event_id)
            WHERE p.agency_id IS NOT NULL AND e.event_type <> 'STATEMENT'
        )
        SELECT a.agency_id, g.agency_name, count(DISTINCT b.agency_id) AS partners, count(DISTINCT a.event_id) AS events
        FROM taking_part a
        JOIN taking_part b ON a.event_id = b.event_id AND a.agency_id <> b.agency_id
        JOIN agencies g ON g.agency_id = a.agency_id
        GROUP BY a.agency_id, g.agency_name
        ORDER BY partners DESC, events DESC, a.agency_id
        LIMIT 5
        """
    ).fetchall()
    fetched, new, unchanged, failed = crawl
    return RunSummary(
        outlets=outlets,
        pages_fetched=fetched,
        pages_new=new,
        pages_unchanged=unchanged,
        pages_failed=failed,
        articles=articles,
        relevant=relevant,
        persons=persons,
        agencies=agencies,
        issues=issues,
        events_by_type=dict(events),
        most_connected=tuple(ConnectedAgency(*row) for row in connected),
    )
