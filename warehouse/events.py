"""Events across articles: which reports are of the same event, and what is known of it from all of them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.components import count, drop, reach
from warehouse.event_pairs import write_pairs
from warehouse.event_traits import other_suspects, write_traits
from warehouse.merges import store_links
from warehouse.partition import partition

FURTHEST_FIRST = ("held", "ongoing", "planned", "proposed")

# Two reports that no pair of their own joins and that cannot be of one event.
_CONTRADICTION = f"""
    a.article_id = b.article_id
    OR (a.date_precision = 'day' AND b.date_precision = 'day' AND abs(date_diff('day', a.start_date, b.start_date)) > 1)
    OR coalesce(a.province_code <> b.province_code, false)
    OR (
        contains(a.place_code, '.') AND contains(b.place_code, '.')
        AND string_split(a.place_code, '.')[2] <> string_split(b.place_code, '.')[2]
    )
    OR {other_suspects("a.target_keys", "b.target_keys")}
"""
_APART = """(
    SELECT first_id, second_id FROM pipeline.link_decisions WHERE entity_type = 'event' AND decision_type = 'apart'
)"""

_LINKS = """
CREATE OR REPLACE TEMP TABLE linking_links AS
SELECT g.id,
    'e-' || split_part(first_value(g.id) OVER (
        PARTITION BY g.label ORDER BY a.published_at NULLS LAST, a.article_id, g.id
    ), '-', 2) AS entity_id,
    g.rule_name
FROM linking_groups g
JOIN linking_traits t ON t.id = g.id
JOIN articles a ON a.article_id = t.article_id
"""

# The date is that of the most exact report, then the one most reports give, then that of the earliest report; the place
# is the narrowest, then the one most reports give.
_EVENTS = """
CREATE OR REPLACE TEMP TABLE linking_events AS
WITH reports AS (
    SELECT l.entity_id AS event_id, e.event_report_id, e.article_id, e.event_type, e.status_type, e.start_date,
        e.end_date, e.date_precision, e.date_basis, e.place_code, e.confidence, a.published_at, a.outlet_id,
        coalesce(a.cluster_id, a.article_id) AS cluster_id,
        len(e.place_code) AS place_length,
        CASE e.date_precision WHEN 'day' THEN 0 WHEN 'span' THEN 1 WHEN 'month' THEN 2 WHEN 'year' THEN 3 ELSE 4 END
            AS exactness
    FROM linking_links l
    JOIN event_reports e ON e.event_report_id = l.id
    JOIN articles a ON a.article_id = e.article_id
), weighed AS (
    SELECT *,
        count(*) OVER (PARTITION BY event_id, start_date) AS same_day,
        count(*) OVER (PARTITION BY event_id, place_code) AS same_place
    FROM reports
), dated AS (
    SELECT event_id, start_date, end_date, date_precision, date_basis FROM weighed
    QUALIFY row_number() OVER (
        PARTITION BY event_id
        ORDER BY start_date IS NULL, exactness, same_day DESC, start_date, published_at NULLS LAST, article_id,
            event_report_id
    ) = 1
), placed AS (
    SELECT event_id, place_code FROM weighed WHERE place_code IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY place_length DESC, same_place DESC, place_code) = 1
), counted AS (
    SELECT event_id, any_value(event_type) AS event_type,
        min(CASE status_type WHEN 'held' THEN 0 WHEN 'ongoing' THEN 1 WHEN 'planned' THEN 2 ELSE 3 END) AS furthest,
        min(published_at) AS first_reported_at, max(published_at) AS last_reported_at,
        count(DISTINCT article_id) AS report_count, count(DISTINCT cluster_id) AS cluster_count,
        count(DISTINCT outlet_id) AS outlet_count,
        count(DISTINCT start_date) FILTER (WHERE date_precision = 'day') > 1 AS has_date_conflict,
        max(confidence) AS confidence
    FROM reports GROUP BY event_id
)
SELECT c.event_id, c.event_type, ['held', 'ongoing', 'planned', 'proposed'][c.furthest + 1] AS status_type,
    d.start_date, d.end_date, d.date_precision, d.date_basis, p.place_code,
    CASE WHEN regexp_matches(p.place_code, '^[0-9]') THEN split_part(p.place_code, '.', 1) END AS province_code,
    c.first_reported_at, c.last_reported_at, CAST(c.report_count AS INTEGER) AS report_count,
    CAST(c.cluster_count AS INTEGER) AS cluster_count, CAST(c.outlet_count AS INTEGER) AS outlet_count,
    c.has_date_conflict, c.confidence
FROM counted c JOIN dated d USING (event_id) LEFT JOIN placed p USING (event_id)
ORDER BY c.event_id
"""


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What linking did.

    Attributes:
        changed: event reports that were new or had changed.
        touched: event reports whose event was looked at again because of them.
        replaced: event ids given out earlier that went out of use.
    """

    changed: int
    touched: int
    replaced: int


def link_events(con: duckdb.DuckDBPyConnection) -> LinkCounts:
    """Join reports of one event across articles, looking only at what changed since the last time and what is near it.

    Reports are of one event when they have the same type, days at most one apart, places that do not contradict each
    other, and enough in common: wording, agencies, people, numbers (see :mod:`warehouse.event_pairs`). Where joining
    would contradict itself, as by two reports of one article, the weakest likeness gives way. The result is the same as
    if everything had been linked at once.

    Args:
        con: the warehouse, inside a transaction, after :func:`warehouse.clusters.cluster_articles`, whose temporary
            table ``linking_changed`` it uses. For :func:`warehouse.cases.link_cases` to use and drop, leaves temporary
            tables of what was touched: ``linking_touched (id)``, ``linking_links (id, entity_id)``,
            ``linking_old_events (id)`` and ``linking_events``.

    Returns:
        How much was looked at.
    """
    write_traits(con)
    write_pairs(con)
    changed = count(con, "linking_new")
    reach(con, "linking_seeds", "pipeline.event_pairs", "linking_touched")
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_traits AS
        SELECT event_report_id AS id, article_id, start_date, date_precision, place_code, province_code,
            target_keys
        FROM pipeline.event_traits WHERE event_report_id IN (SELECT id FROM linking_touched)
        """
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_edges AS SELECT * FROM pipeline.event_pairs "
        "WHERE first_id IN (SELECT id FROM linking_touched)"
    )
    partition(con, "linking_traits", "linking_edges", "linking_traits", _CONTRADICTION, _APART, "linking_groups")
    con.execute(_LINKS)
    replaced = store_links(con, "event", "linking_touched", "linking_links")
    _write_events(con)
    touched = count(con, "linking_traits")
    drop(con, "linking_gone", "linking_new", "linking_seeds", "linking_traits", "linking_edges", "linking_groups",
         "linking_before", "linking_changed")  # fmt: skip
    return LinkCounts(changed, touched, replaced)


def _write_events(con: duckdb.DuckDBPyConnection) -> None:
    """Replace the rows of ``events`` that changed, and the ``event_id`` of what belongs to them."""
    con.execute(_EVENTS)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_old_events AS SELECT DISTINCT entity_id AS id FROM linking_before"
    )
    con.execute(
        "DELETE FROM events WHERE event_id IN (SELECT id FROM linking_old_events) "
        "AND event_id NOT IN (SELECT event_id FROM linking_events)"
    )
    con.execute("INSERT OR REPLACE INTO events SELECT * FROM linking_events")
    for table in ("event_reports", "event_participants", "event_numbers"):
        con.execute(
            f"UPDATE {table} SET event_id = l.entity_id FROM linking_links l "
            f"WHERE l.id = {table}.event_report_id AND {table}.event_id IS DISTINCT FROM l.entity_id"
        )
