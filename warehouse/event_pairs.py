"""Which two event reports are alike enough to be of one event.

Every rule looks at two articles and nothing else, so that pairs found on one day stay right whatever comes later, and
the order of loading leaves no trace. The points were set on the development articles; a higher threshold loses reports
by outlets that name only one agency, a lower one joins what one agency did on two days of a week.
"""

from __future__ import annotations

import duckdb

from warehouse.components import drop
from warehouse.event_traits import other_suspects, shared_targets, telling

# Points, times ten; below them stands how much of the agencies two reports share, 0 to 9.
THRESHOLD = 50
STORY_SCORE = 35
DECISION_SCORE = 1000
# Reports of one event that share no date must at least be published within this many days.
STORY_DAYS = 7
# Things two articles must both name to tell one story, the share of what the shorter one names, and how many say enough
# without initials, numbers or a district.
STORY_KEYS = 5
STORY_SHARE = 0.4
MANY_KEYS = 9

_COLUMNS = (
    "event_report_id", "article_id", "cluster_id", "event_type", "start_date", "date_precision", "published_date",
    "place_code", "province_code", "agency_ids", "person_keys", "target_keys", "victim_count", "suspect_count",
)  # fmt: skip
_BOTH = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "ab" for column in _COLUMNS)

# Whether one place lies in the other, or one is unknown; the code of a place begins with that of its parent.
NESTED = """(
    a_place_code IS NULL OR b_place_code IS NULL
    OR starts_with(a_place_code || '.', b_place_code || '.') OR starts_with(b_place_code || '.', a_place_code || '.')
)"""
_REGENCY = "array_to_string(string_split({side}_place_code, '.')[:2], '.')"
SAME_REGENCY = f"({_REGENCY.format(side='a')} = {_REGENCY.format(side='b')})"
OTHER_SUSPECTS = other_suspects("a_target_keys", "b_target_keys")
_SHARED = shared_targets("a_target_keys", "b_target_keys")
_GAP = "abs(date_diff('day', a_start_date, b_start_date))"
_ARE_DAYS = "(a_date_precision = 'day' AND b_date_precision = 'day')"

_CANDIDATES = f"""
CREATE OR REPLACE TEMP TABLE linking_candidates AS
WITH dated AS (
    SELECT *, unnest([start_date - 1, start_date, start_date + 1]) AS near_date
    FROM linking_new WHERE start_date IS NOT NULL
)
SELECT {_BOTH}, 'date' AS met_by
FROM dated a JOIN pipeline.event_traits b ON a.event_type = b.event_type AND a.near_date = b.start_date
    AND a.province_code = b.province_code
WHERE a.article_id <> b.article_id
UNION ALL
SELECT {_BOTH}, 'date'
FROM dated a JOIN pipeline.event_traits b ON a.event_type = b.event_type AND a.near_date = b.start_date
WHERE a.article_id <> b.article_id AND (a.province_code IS NULL OR b.province_code IS NULL)
UNION ALL
SELECT {_BOTH}, 'text'
FROM linking_new a JOIN pipeline.event_traits b ON a.event_type = b.event_type AND a.cluster_id = b.cluster_id
WHERE a.article_id <> b.article_id
"""

# Two articles that tell one story name the same agencies, people, places and days: sister reports on the development
# articles share at least 44 % of what the shorter one names, reports on later steps of one case at most 38 %. What the
# same offices did on another day of the week shares spokesmen too, but not the day; and what only meetings share, long
# lists, must be long.
_ARTICLE_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE linking_article_pairs AS
WITH met AS (
    SELECT DISTINCT least(a_article_id, b_article_id) AS a_article, greatest(a_article_id, b_article_id) AS b_article
    FROM linking_candidates
    WHERE abs(date_diff('day', a_published_date, b_published_date)) <= {STORY_DAYS}
), shared AS (
    SELECT m.*, list_intersect(a.trait_keys, b.trait_keys) AS keys,
        least(len(a.trait_keys), len(b.trait_keys)) AS size
    FROM met m
    JOIN pipeline.article_traits a ON a.article_id = m.a_article
    JOIN pipeline.article_traits b ON b.article_id = m.b_article
)
SELECT a_article, b_article FROM shared
WHERE len(keys) >= {STORY_KEYS} AND len(keys) >= {STORY_SHARE} * size
    AND len(list_filter(keys, lambda key: starts_with(key, 'd:'))) > 0
    AND (
        len(keys) >= {MANY_KEYS}
        OR len(list_filter(keys, lambda key: key[1] IN ('n', 'i') OR (key[1] = 'l' AND len(key) > 8))) > 0
    )
"""

_SCORED = f"""
CREATE OR REPLACE TEMP TABLE linking_scored AS
WITH compared AS (
    SELECT a_event_report_id AS a_id, b_event_report_id AS b_id, a_article_id AS a_article, b_article_id AS b_article,
        a_event_type AS event_type, {_GAP} AS gap, a_cluster_id = b_cluster_id AS is_same_text,
        len(list_intersect(a_agency_ids, b_agency_ids)) AS agencies,
        len(list_distinct(list_concat(a_agency_ids, b_agency_ids))) AS all_agencies,
        len(list_intersect(a_person_keys, b_person_keys)) AS persons,
        len({telling(_SHARED)}) > 0 AS has_target,
        {OTHER_SUSPECTS} AS has_other_suspects,
        CASE WHEN {_ARE_DAYS} THEN CASE WHEN {_GAP} = 0 THEN 2 ELSE -3 END ELSE 0 END AS date_points,
        CASE
            WHEN a_place_code IS NULL OR b_place_code IS NULL THEN 0
            WHEN a_place_code = b_place_code THEN CASE WHEN contains(a_place_code, '.') THEN 2 ELSE 1 END
            WHEN {NESTED} THEN 1
            WHEN {SAME_REGENCY} THEN -3
            ELSE -6
        END AS place_points,
        CASE
            WHEN a_victim_count IS NULL OR b_victim_count IS NULL THEN 0
            WHEN a_victim_count = b_victim_count THEN CASE WHEN a_victim_count > 1 THEN 2 ELSE 0 END
            ELSE -2
        END + CASE
            WHEN a_suspect_count IS NULL OR b_suspect_count IS NULL OR a_suspect_count = b_suspect_count THEN 0
            ELSE -1
        END AS number_points,
        s.a_article IS NOT NULL AS is_one_story
    FROM linking_candidates
    LEFT JOIN linking_article_pairs s ON s.a_article = least(a_article_id, b_article_id)
        AND s.b_article = greatest(a_article_id, b_article_id)
    WHERE ({_GAP} IS NULL OR {_GAP} <= 1)
        AND ({_ARE_DAYS} OR a_date_precision IS NOT DISTINCT FROM b_date_precision OR coalesce({_GAP}, 0) = 0)
        AND (a_province_code IS NOT DISTINCT FROM b_province_code OR a_province_code IS NULL OR b_province_code IS NULL)
), pointed AS (
    SELECT *,
        2 * least(agencies, 3) + 3 * least(persons, 2) + CASE WHEN has_target THEN 3 ELSE 0 END
            - CASE WHEN has_other_suspects THEN 6 ELSE 0 END + CASE WHEN is_same_text THEN 6 ELSE 0 END
            + CASE WHEN is_one_story THEN 5 + greatest(place_points, 0) ELSE place_points END
            + date_points + number_points AS points
    FROM compared
    WHERE is_same_text OR is_one_story OR agencies + persons > 0 OR has_target
)
SELECT DISTINCT least(a_id, b_id) AS first_id, greatest(a_id, b_id) AS second_id,
    CASE WHEN a_id < b_id THEN a_article ELSE b_article END AS first_article,
    CASE WHEN a_id < b_id THEN b_article ELSE a_article END AS second_article,
    event_type, coalesce(gap, 1) AS gap,
    CAST(10 * points + 9 * agencies // greatest(all_agencies, 1) AS INTEGER) AS score,
    CASE
        WHEN is_same_text THEN 'same text'
        WHEN is_one_story THEN 'same story'
        ELSE 'date, place and participant'
    END AS rule_name
FROM pointed
WHERE points * 10 >= {THRESHOLD}
"""

# An article reports an event once: of several reports in the other article the likest counts, seen from both sides.
_BEST = """
CREATE OR REPLACE TEMP TABLE linking_best AS
SELECT * FROM linking_scored
QUALIFY row_number() OVER (PARTITION BY first_id, second_article ORDER BY score DESC, gap, second_id) = 1
    AND row_number() OVER (PARTITION BY second_id, first_article ORDER BY score DESC, gap, first_id) = 1
"""

# Two articles that tell one story: what both report besides, once each and without another date, is the same too.
_STORIES = f"""
CREATE OR REPLACE TEMP TABLE linking_stories AS
WITH told AS (
    SELECT DISTINCT least(first_article, second_article) AS a_article,
        greatest(first_article, second_article) AS b_article
    FROM linking_best WHERE event_type <> 'STATEMENT'
    UNION SELECT a_article, b_article FROM linking_article_pairs
), linked AS (
    SELECT first_id AS event_report_id, second_article AS other_article FROM linking_best
    UNION SELECT second_id, first_article FROM linking_best
), free_a AS (
    SELECT t.a_article, t.b_article, r.* FROM told t JOIN pipeline.event_traits r ON r.article_id = t.a_article
    ANTI JOIN linked l ON l.event_report_id = r.event_report_id AND l.other_article = t.b_article
    QUALIFY count(*) OVER (PARTITION BY t.a_article, t.b_article, r.event_type) = 1
), free_b AS (
    SELECT t.a_article, t.b_article, r.* FROM told t JOIN pipeline.event_traits r ON r.article_id = t.b_article
    ANTI JOIN linked l ON l.event_report_id = r.event_report_id AND l.other_article = t.a_article
    QUALIFY count(*) OVER (PARTITION BY t.a_article, t.b_article, r.event_type) = 1
), met AS (
    SELECT {_BOTH} FROM free_a a JOIN free_b b
    ON a.a_article = b.a_article AND a.b_article = b.b_article AND a.event_type = b.event_type
)
SELECT least(a_event_report_id, b_event_report_id) AS first_id,
    greatest(a_event_report_id, b_event_report_id) AS second_id
FROM met
WHERE (a_start_date IS NULL OR b_start_date IS NULL) AND NOT {OTHER_SUSPECTS}
    AND (a_province_code IS NULL OR b_province_code IS NULL OR a_province_code = b_province_code)
    AND (a_victim_count IS NULL OR b_victim_count IS NULL OR a_victim_count = b_victim_count)
    AND abs(date_diff('day', a_published_date, b_published_date)) <= {STORY_DAYS}
    AND a_event_type <> 'STATEMENT'
"""

_INSERT = f"""
INSERT INTO pipeline.event_pairs
WITH decided AS (
    SELECT d.first_id, d.second_id, d.decision_type FROM pipeline.link_decisions d
    WHERE d.entity_type = 'event'
        AND (d.first_id IN (SELECT event_report_id FROM linking_new)
            OR d.second_id IN (SELECT event_report_id FROM linking_new))
        AND d.first_id IN (SELECT event_report_id FROM pipeline.event_traits)
        AND d.second_id IN (SELECT event_report_id FROM pipeline.event_traits)
), found AS (
    SELECT first_id, second_id, score, rule_name FROM linking_best
    UNION ALL SELECT first_id, second_id, {STORY_SCORE}, 'same story' FROM linking_stories
)
SELECT first_id, second_id, score, rule_name FROM found ANTI JOIN decided USING (first_id, second_id)
UNION ALL SELECT first_id, second_id, {DECISION_SCORE}, 'decision' FROM decided WHERE decision_type = 'together'
ORDER BY ALL
"""


def write_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make the pairs of the reports that are new or changed anew.

    Leaves a temporary table ``linking_seeds (id)``: those reports, and what they were or are paired with.

    Args:
        con: the warehouse, inside a transaction, after :func:`warehouse.event_traits.write_traits`.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_mine AS
        SELECT id FROM linking_gone UNION SELECT event_report_id FROM linking_new
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_seeds AS
        SELECT id FROM linking_mine
        UNION SELECT second_id FROM pipeline.event_pairs WHERE first_id IN (SELECT id FROM linking_mine)
        UNION SELECT first_id FROM pipeline.event_pairs WHERE second_id IN (SELECT id FROM linking_mine)
        """
    )
    con.execute(
        "DELETE FROM pipeline.event_pairs WHERE first_id IN (SELECT id FROM linking_mine) "
        "OR second_id IN (SELECT id FROM linking_mine)"
    )
    for statement in (_CANDIDATES, _ARTICLE_PAIRS, _SCORED, _BEST, _STORIES, _INSERT):
        con.execute(statement)
    drop(con, "linking_candidates", "linking_article_pairs", "linking_scored", "linking_best", "linking_stories",
         "linking_mine")  # fmt: skip
