"""Cases over time: events about the same suspects or victims, from rescue and arrest to verdict and restitution."""

from __future__ import annotations

import duckdb

from warehouse.case_pairs import write_case_pairs
from warehouse.case_stages import stages
from warehouse.components import drop, reach
from warehouse.event_traits import other_suspects
from warehouse.merges import store_links
from warehouse.partition import partition

# No case takes longer from its first to its last event, in days.
LONGEST_CASE = 2000
# Arrests of different people that lie further apart, and that nothing joins directly, are of different cases.
ARRESTS_APART = 30

_CONTRADICTION = f"""
    abs(date_diff('day', a.event_date, b.event_date)) > {LONGEST_CASE}
    OR (
        a.event_type = 'ARREST' AND b.event_type = 'ARREST' AND a.is_exact AND b.is_exact
        AND abs(date_diff('day', a.event_date, b.event_date)) > {ARRESTS_APART}
        AND {other_suspects("a.target_keys", "b.target_keys")}
    )
"""
_APART = "(SELECT first_id, second_id FROM linking_decided WHERE decision_type = 'apart')"

# A case is named after the event that was reported first. One event alone makes no case.
_GROUPS = """
CREATE OR REPLACE TEMP TABLE linking_case_groups AS
SELECT g.id AS event_id, g.rule_name,
    'c-' || split_part(first_value(g.id) OVER (
        PARTITION BY g.label ORDER BY e.first_reported_at NULLS LAST, g.id
    ), '-', 2) AS case_id
FROM linking_groups g JOIN events e ON e.event_id = g.id
QUALIFY count(*) OVER (PARTITION BY g.label) > 1
"""

_CASES = """
CREATE OR REPLACE TEMP TABLE linking_cases AS
WITH members AS (
    SELECT g.case_id, t.stage_type, e.*, list_position({names}, t.stage_type) AS stage_number
    FROM linking_case_groups g
    JOIN events e ON e.event_id = g.event_id
    JOIN linking_traits t ON t.id = g.event_id
), regencies AS (
    SELECT case_id, array_to_string(string_split(place_code, '.')[:2], '.') AS place_code, count(*) AS frequency
    FROM members WHERE province_code IS NOT NULL GROUP BY ALL
), placed AS (
    SELECT case_id, place_code FROM regencies
    QUALIFY row_number() OVER (
        PARTITION BY case_id ORDER BY contains(place_code, '.') DESC, frequency DESC, place_code
    ) = 1
), sources AS (
    SELECT g.case_id, count(DISTINCT a.article_id) AS report_count, count(DISTINCT a.outlet_id) AS outlet_count
    FROM linking_case_groups g
    JOIN event_reports r ON r.event_id = g.event_id
    JOIN articles a ON a.article_id = r.article_id
    GROUP BY ALL
), actors AS (
    SELECT g.case_id, count(DISTINCT agency_id) AS agency_count
    FROM linking_case_groups g
    JOIN (SELECT id, unnest(agency_ids) AS agency_id FROM linking_traits) t ON t.id = g.event_id
    GROUP BY ALL
), counted AS (
    SELECT case_id, min(start_date) AS first_date,
        max(start_date) FILTER (WHERE status_type IN ('held', 'ongoing')) AS last_date,
        list_sort(list(DISTINCT stage_number) FILTER (WHERE status_type IN ('held', 'ongoing'))) AS reached,
        count(*) AS event_count, min(first_reported_at) AS first_reported_at, max(last_reported_at) AS last_reported_at
    FROM members GROUP BY case_id
)
SELECT c.case_id, c.first_date, c.last_date, p.place_code, split_part(p.place_code, '.', 1) AS province_code,
    coalesce(list_transform(c.reached, lambda number: {names}[number]), []) AS stage_names,
    coalesce({names}[c.reached[-1]], 'none') AS latest_stage,
    CAST(c.event_count AS INTEGER) AS event_count, CAST(s.report_count AS INTEGER) AS report_count,
    CAST(s.outlet_count AS INTEGER) AS outlet_count, CAST(coalesce(a.agency_count, 0) AS INTEGER) AS agency_count,
    c.first_reported_at, c.last_reported_at
FROM counted c JOIN sources s USING (case_id) LEFT JOIN placed p USING (case_id) LEFT JOIN actors a USING (case_id)
ORDER BY c.case_id
"""


def link_cases(con: duckdb.DuckDBPyConnection) -> int:
    """Chain events of one case, looking only at the events that linking changed and at what is near them.

    Events belong to one case when they are about a person of the same full name in one province; about the same
    initials in one regency with an agency, an official or another person in common; about equally many people of whom
    the same agency speaks within days; or when one article tells them together. The result is the same as if all events
    had been chained at once.

    Args:
        con: the warehouse, inside a transaction, after :func:`warehouse.events.link_events`, whose temporary tables it
            uses and drops.

    Returns:
        How many case ids given out earlier went out of use.
    """
    write_case_pairs(con)
    reach(con, "linking_seeds", "pipeline.case_pairs", "linking_reached")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_traits AS SELECT event_id AS id, * EXCLUDE (event_id) "
        "FROM pipeline.case_traits WHERE event_id IN (SELECT id FROM linking_reached)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_edges AS SELECT * FROM pipeline.case_pairs "
        "WHERE first_id IN (SELECT id FROM linking_reached)"
    )
    partition(con, "linking_traits", "linking_edges", "linking_traits", _CONTRADICTION, _APART, "linking_groups")
    con.execute(_GROUPS)
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_case_links AS
        SELECT r.event_report_id AS id, g.case_id AS entity_id, g.rule_name
        FROM linking_case_groups g JOIN event_reports r ON r.event_id = g.event_id
        """
    )
    con.execute(
        """
        INSERT INTO linking_touched
        SELECT event_report_id FROM event_reports
        WHERE event_id IN (SELECT id FROM linking_reached) AND event_report_id NOT IN (SELECT id FROM linking_touched)
        """
    )
    replaced = store_links(con, "case", "linking_touched", "linking_case_links")
    con.execute(_CASES.format(names="[" + ", ".join(f"'{stage.name}'" for stage in stages()) + "]"))
    con.execute("DELETE FROM case_events WHERE event_id IN (SELECT id FROM linking_reached)")
    con.execute(
        """
        INSERT OR REPLACE INTO case_events
        SELECT g.event_id, g.case_id, t.stage_type, g.rule_name
        FROM linking_case_groups g JOIN linking_traits t ON t.id = g.event_id ORDER BY ALL
        """
    )
    con.execute(
        "DELETE FROM cases WHERE case_id IN (SELECT entity_id FROM linking_before) "
        "AND case_id NOT IN (SELECT case_id FROM linking_cases)"
    )
    con.execute("INSERT OR REPLACE INTO cases SELECT * FROM linking_cases")
    drop(con, "linking_seeds", "linking_reached", "linking_traits", "linking_edges", "linking_groups",
         "linking_case_groups", "linking_case_links", "linking_cases", "linking_before", "linking_touched",
         "linking_links", "linking_old_events", "linking_events", "linking_decided")  # fmt: skip
    return replaced
