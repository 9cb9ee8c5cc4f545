"""Which two events belong to one case. Precision first: what only might belong stays out."""

from __future__ import annotations

import duckdb

from warehouse.case_stages import stage_sql, stages
from warehouse.components import drop
from warehouse.event_traits import other_suspects, shared_targets, telling

# A person of the same full name in the same province; a case takes years from arrest to the last appeal.
PERSON_DAYS = 1825
# Initials say little: they need the same regency, less time, and something else in common; two letters two things.
INITIALS_DAYS = 730
# "34 PMI" rescued one day and handed over another: the same people, if the same agency says so soon.
COUNT_DAYS = 14
SMALLEST_COUNT = 5
# What one article tells of one agency within a month.
ARTICLE_DAYS = 31
# Two arrests further apart than this are not one, whoever has those initials.
ARREST_DAYS = 7
DECISION_SCORE = 1000

_COLUMNS = (
    "event_id", "event_type", "stage_type", "event_date", "is_exact", "place_code", "province_code", "article_ids",
    "agency_ids", "person_keys", "target_keys", "initials_keys", "victim_count",
)  # fmt: skip
_BOTH = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "ab" for column in _COLUMNS)
_SHARED = shared_targets("a_target_keys", "b_target_keys")
_GAP = "abs(date_diff('day', a_event_date, b_event_date))"
_SAME_PROVINCE = "(a_province_code IS NULL OR b_province_code IS NULL OR a_province_code = b_province_code)"
_REGENCY = "array_to_string(string_split({side}_place_code, '.')[:2], '.')"
_SAME_REGENCY = (
    f"(contains(a_place_code, '.') AND contains(b_place_code, '.') "
    f"AND {_REGENCY.format(side='a')} = {_REGENCY.format(side='b')})"
)
_IS_ONE_TYPE = "a_event_type = b_event_type"
# A trial does not come before the arrest, nor are there two arrests of one person in one case.
_OUT_OF_ORDER = f"""(
    a_is_exact AND b_is_exact AND {_GAP} > {ARREST_DAYS} AND (
        (a_event_type = 'ARREST' AND b_event_type = 'ARREST')
        OR (a_event_type = 'PROSECUTION' AND b_event_type IN ('ARREST', 'RESCUE') AND a_event_date < b_event_date)
        OR (b_event_type = 'PROSECUTION' AND a_event_type IN ('ARREST', 'RESCUE') AND b_event_date < a_event_date)
    )
)"""

_TRAITS = """
INSERT INTO pipeline.case_traits
WITH reports AS (
    SELECT l.entity_id AS event_id, t.article_id, t.agency_ids, t.person_keys, t.target_keys, t.victim_count,
        {stage} AS stage_number,
        list_transform(
            list_filter(a.trait_keys, lambda key: starts_with(key, 'i:')), lambda key: key[3:]
        ) AS initials_keys
    FROM linking_links l
    JOIN pipeline.event_traits t ON t.event_report_id = l.id
    JOIN event_reports e ON e.event_report_id = l.id
    JOIN pipeline.article_traits a ON a.article_id = t.article_id
), gathered AS (
    SELECT event_id, list_sort(list(DISTINCT article_id)) AS article_ids,
        list_sort(list_distinct(flatten(list(agency_ids)))) AS agency_ids,
        list_sort(list_distinct(flatten(list(person_keys)))) AS person_keys,
        list_sort(list_distinct(flatten(list(target_keys)))) AS target_keys,
        list_sort(list_distinct(flatten(list(initials_keys)))) AS initials_keys,
        max(victim_count) AS victim_count, max(stage_number) AS stage_number
    FROM reports GROUP BY event_id
)
SELECT e.event_id, e.event_type, {names}[g.stage_number],
    coalesce(e.start_date, CAST(e.first_reported_at AS DATE)),
    coalesce(e.date_precision = 'day' AND e.start_date IS NOT NULL, false), e.place_code, e.province_code,
    g.article_ids, g.agency_ids, g.person_keys, g.target_keys, g.initials_keys, g.victim_count
FROM linking_events e JOIN gathered g USING (event_id)
WHERE g.stage_number > 0
ORDER BY e.event_id
"""

# Which events the articles of the new events report.
_TOLD = """
CREATE OR REPLACE TEMP TABLE linking_told AS
SELECT DISTINCT article_id, event_id FROM event_reports
WHERE article_id IN (SELECT unnest(article_ids) FROM linking_new_cases)
"""

# Articles that tell of several arrests or rescues are round-ups: what one agency did in them is not one case.
_ROUNDUPS = """
CREATE OR REPLACE TEMP TABLE linking_roundups AS
SELECT DISTINCT article_id FROM (
    SELECT t.article_id, c.event_type FROM linking_told t JOIN pipeline.case_traits c USING (event_id)
    WHERE c.event_type IN ('ARREST', 'RESCUE') GROUP BY ALL HAVING count(*) > 1
)
"""

_CANDIDATES = f"""
CREATE OR REPLACE TEMP TABLE linking_candidates AS
WITH telling_new AS (
    SELECT n.*, unnest(list_distinct(list_transform(
        {telling("target_keys")}, lambda key: replace(key, '^', '~')
    ))) AS key FROM linking_new_cases n
), telling_all AS (
    SELECT c.*, unnest(list_distinct(list_transform(
        {telling("target_keys")}, lambda key: replace(key, '^', '~')
    ))) AS key FROM pipeline.case_traits c WHERE len(target_keys) > 0
), a_articles AS (
    SELECT n.*, t.article_id FROM linking_told t JOIN linking_new_cases n USING (event_id)
), b_articles AS (
    SELECT c.*, t.article_id FROM linking_told t JOIN pipeline.case_traits c USING (event_id)
)
SELECT {_BOTH}, 'person' AS met_by
FROM telling_new a JOIN telling_all b ON a.key = b.key AND a.event_id <> b.event_id
UNION ALL
SELECT {_BOTH}, CASE WHEN r.article_id IS NULL THEN 'article' ELSE 'round-up' END
FROM a_articles a JOIN b_articles b ON a.article_id = b.article_id AND a.event_id <> b.event_id
LEFT JOIN linking_roundups r ON r.article_id = a.article_id
UNION ALL
SELECT {_BOTH}, 'count'
FROM linking_new_cases a JOIN pipeline.case_traits b ON a.victim_count = b.victim_count
    AND a.province_code = b.province_code AND a.event_id <> b.event_id
WHERE a.victim_count >= {SMALLEST_COUNT} AND abs(date_diff('day', a.event_date, b.event_date)) <= {COUNT_DAYS}
"""

_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE linking_case_pairs AS
WITH compared AS (
    SELECT DISTINCT ON (least(a_event_id, b_event_id), greatest(a_event_id, b_event_id), met_by)
        least(a_event_id, b_event_id) AS first_id, greatest(a_event_id, b_event_id) AS second_id, met_by,
        {_GAP} AS gap, a_is_exact AND b_is_exact AS is_exact, {_SAME_PROVINCE} AS is_same_province,
        {_SAME_REGENCY} AS is_same_regency, {_OUT_OF_ORDER} AS is_out_of_order, {_IS_ONE_TYPE} AS is_one_type,
        a_event_type = 'HANDOVER' AS is_handover,
        {_SHARED} AS shared,
        {other_suspects("a_target_keys", "b_target_keys")} AS has_other_suspects,
        len(list_intersect(a_agency_ids, b_agency_ids)) AS agencies,
        len(list_intersect(a_person_keys, b_person_keys)) AS persons,
        coalesce(a_victim_count = b_victim_count AND a_victim_count > 1, false) AS is_same_count,
        list_intersect(a_initials_keys, b_initials_keys) AS initials
    FROM linking_candidates
), judged AS (
    SELECT *,
        len(list_filter(shared, lambda key: key[2] NOT IN ('~', '='))) > 0 AS has_full_name,
        list_filter(shared, lambda key: key[2] = '=' OR (key[2] = '~' AND len(key) >= 4)) AS short_names
    FROM compared
), weighed AS (
    SELECT * EXCLUDE (short_names), len(short_names) AS short_names,
        len(list_filter(short_names, lambda key: key[2] = '=' OR len(key) >= 5)) > 0 AS has_long,
        len(list_distinct(list_concat(
            list_transform(short_names[2:], lambda key: key[3:]),
            list_filter(
                initials,
                lambda key: NOT list_contains(list_transform(short_names, lambda name: name[3:]), key)
            )
        ))) + least(agencies, 1) + persons + CAST(is_same_count AS INTEGER) AS support
    FROM judged
)
SELECT first_id, second_id,
    CASE
        WHEN has_full_name AND is_same_province AND gap <= {PERSON_DAYS}
            THEN 60 + 5 * least(agencies + persons, 3)
        WHEN met_by IN ('article', 'round-up') AND short_names > 0 AND is_same_province AND NOT has_other_suspects
            THEN 55
        WHEN short_names > 0 AND NOT is_out_of_order AND NOT has_other_suspects AND gap <= {INITIALS_DAYS}
            AND (is_same_regency OR (is_same_province AND short_names > 1))
            AND support >= CASE WHEN has_long THEN 1 ELSE 2 END
            THEN 40 + 3 * least(support, 6)
        WHEN met_by = 'count' AND agencies > 0 AND NOT has_other_suspects AND NOT is_one_type THEN 35
        WHEN met_by = 'article' AND agencies + persons > 0 AND is_same_province
            AND NOT has_other_suspects AND (NOT is_one_type OR is_handover) AND (NOT is_exact OR gap <= {ARTICLE_DAYS})
            THEN 30
    END AS score,
    CASE
        WHEN has_full_name AND is_same_province AND gap <= {PERSON_DAYS} THEN 'same person'
        WHEN short_names > 0 THEN 'same initials, place and more'
        WHEN met_by = 'count' THEN 'same people counted'
        ELSE 'same article'
    END AS rule_name
FROM weighed
WHERE score IS NOT NULL
"""

_DECIDED = """
CREATE OR REPLACE TEMP TABLE linking_decided AS
SELECT DISTINCT least(a.event_id, b.event_id) AS first_id, greatest(a.event_id, b.event_id) AS second_id,
    d.decision_type
FROM pipeline.link_decisions d
JOIN event_reports a ON a.event_report_id = d.first_id
JOIN event_reports b ON b.event_report_id = d.second_id
WHERE d.entity_type = 'case' AND a.event_id <> b.event_id
"""

_INSERT = f"""
INSERT INTO pipeline.case_pairs
WITH found AS (
    SELECT * FROM linking_case_pairs
    QUALIFY row_number() OVER (PARTITION BY first_id, second_id ORDER BY score DESC, rule_name) = 1
)
SELECT first_id, second_id, score, rule_name FROM found ANTI JOIN linking_decided USING (first_id, second_id)
UNION ALL
SELECT first_id, second_id, {DECISION_SCORE}, 'decision' FROM linking_decided
WHERE decision_type = 'together' AND (
    first_id IN (SELECT event_id FROM linking_new_cases) OR second_id IN (SELECT event_id FROM linking_new_cases)
) AND first_id IN (SELECT event_id FROM pipeline.case_traits)
    AND second_id IN (SELECT event_id FROM pipeline.case_traits)
ORDER BY ALL
"""


def write_case_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make the traits and pairs of the events that came anew, and drop those of the events that went.

    Leaves temporary tables ``linking_seeds (id)``, the events that came or went and what they were or are paired with,
    and ``linking_decided (first_id, second_id, decision_type)``.

    Args:
        con: the warehouse, inside a transaction, after :func:`warehouse.events.link_events`.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_mine AS "
        "SELECT id FROM linking_old_events UNION SELECT event_id FROM linking_events"
    )
    con.execute("DELETE FROM pipeline.case_traits WHERE event_id IN (SELECT id FROM linking_mine)")
    names = "[" + ", ".join(f"'{stage.name}'" for stage in stages()) + "]"
    stage = stage_sql("t.event_type", "e.status_type", "lower(e.evidence)")
    con.execute(_TRAITS.format(stage=stage, names=names))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_new_cases AS SELECT * FROM pipeline.case_traits "
        "WHERE event_id IN (SELECT id FROM linking_mine)"
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_seeds AS
        SELECT id FROM linking_mine
        UNION SELECT second_id FROM pipeline.case_pairs WHERE first_id IN (SELECT id FROM linking_mine)
        UNION SELECT first_id FROM pipeline.case_pairs WHERE second_id IN (SELECT id FROM linking_mine)
        """
    )
    con.execute(
        "DELETE FROM pipeline.case_pairs WHERE first_id IN (SELECT id FROM linking_mine) "
        "OR second_id IN (SELECT id FROM linking_mine)"
    )
    for statement in (_TOLD, _ROUNDUPS, _CANDIDATES, _PAIRS, _DECIDED, _INSERT):
        con.execute(statement)
    drop(con, "linking_mine", "linking_new_cases", "linking_candidates", "linking_roundups", "linking_told",
         "linking_case_pairs")  # fmt: skip
