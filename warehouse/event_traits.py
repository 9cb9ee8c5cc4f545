"""What event reports are compared by: one row each, made when their article is loaded."""

from __future__ import annotations

import duckdb

# What stands for a person in comparisons. Of officials the first two words of a full name: outlets shorten long ones.
# Of suspects ("S") and other people an event is about ("V") the full name, initials printed as such ("S~sm"), those of
# a full name ("S^sm"), and short names of one word ("S=afong"). Initials of two full names are no likeness.
PERSON_KEYS = """
person_words AS (
    SELECT *, string_split(normalised_name, ' ') AS words,
        regexp_replace(person_name, '[^\\p{L}]', '', 'g') AS letters
    FROM person_rows
), person_forms AS (
    SELECT *,
        len(list_filter(words, lambda word: len(word) > 1)) = 0
            OR (len(words) = 1 AND len(letters) <= 3 AND letters = upper(letters)) AS has_initials_only
    FROM person_words
), person_names AS (
    SELECT *,
        NOT has_initials_only AND len(list_filter(words, lambda word: len(word) > 1)) >= 2 AS is_full,
        CASE
            WHEN has_initials_only THEN '~' || array_to_string(words, '')
            WHEN len(words) > 1 THEN '^' || array_to_string(list_transform(words, lambda word: word[1]), '')
        END AS initials_key,
        list_transform(
            list_filter(
                list_transform(
                    alias_names, lambda form: lower(strip_accents(regexp_replace(form, '[''’‘ʼ`´]', '', 'g')))
                ),
                lambda form: regexp_matches(form, '^[a-z]{4,}$')
            ),
            lambda form: '=' || form
        ) AS short_keys
    FROM person_forms
), person_keys AS (
    SELECT *,
        CASE WHEN is_full THEN array_to_string(list_filter(words, lambda word: len(word) > 1)[:2], ' ') END AS full_key,
        list_transform(
            list_filter(
                list_concat([CASE WHEN is_full THEN normalised_name END, initials_key], short_keys),
                lambda key: key IS NOT NULL
            ),
            lambda key: CASE WHEN capacity_type = 'suspect' THEN 'S' ELSE 'V' END || key
        ) AS target_keys
    FROM person_names
)
"""

_TRAITS = f"""
INSERT INTO pipeline.event_traits
WITH reports AS (
    SELECT e.event_report_id, e.article_id, coalesce(a.cluster_id, a.article_id) AS cluster_id, e.event_type,
        e.start_date, e.date_precision, coalesce(a.published_date, CAST(a.fetched_at AS DATE)) AS published_date,
        e.place_code
    FROM event_reports e JOIN articles a USING (article_id)
    WHERE e.article_id IN (SELECT id FROM linking_changed)
), taking_part AS (
    SELECT event_report_id, role_type, agency_id, reported_person_id
    FROM event_participants WHERE article_id IN (SELECT id FROM linking_changed)
), person_rows AS (
    SELECT t.event_report_id, t.role_type, r.*
    FROM taking_part t JOIN pipeline.reported_persons r USING (reported_person_id)
    WHERE r.article_id IN (SELECT id FROM linking_changed)
), {PERSON_KEYS}, agencies_of AS (
    SELECT event_report_id, list_sort(list(DISTINCT agency_id)) AS agency_ids
    FROM taking_part WHERE agency_id IS NOT NULL GROUP BY ALL
), persons_of AS (
    SELECT event_report_id, list_sort(list(DISTINCT full_key) FILTER (WHERE full_key IS NOT NULL)) AS person_keys
    FROM person_keys GROUP BY ALL
), targets_of AS (
    SELECT event_report_id, list_sort(list_distinct(flatten(list(target_keys)))) AS target_keys
    FROM person_keys WHERE role_type = 'target' OR capacity_type IN ('suspect', 'victim') GROUP BY ALL
), numbers_of AS (
    SELECT event_report_id, max(number_value) FILTER (WHERE number_type = 'victims') AS victim_count,
        max(number_value) FILTER (WHERE number_type = 'suspects') AS suspect_count
    FROM event_numbers WHERE article_id IN (SELECT id FROM linking_changed) GROUP BY ALL
)
SELECT r.event_report_id, r.article_id, r.cluster_id, r.event_type, r.start_date, r.date_precision, r.published_date,
    r.place_code, split_part(r.place_code, '.', 1), coalesce(g.agency_ids, []), coalesce(p.person_keys, []),
    coalesce(t.target_keys, []), n.victim_count, n.suspect_count
FROM reports r
LEFT JOIN agencies_of g USING (event_report_id)
LEFT JOIN persons_of p USING (event_report_id)
LEFT JOIN targets_of t USING (event_report_id)
LEFT JOIN numbers_of n USING (event_report_id)
ORDER BY r.published_date, r.event_report_id
"""


# All that an article names, not only as part of its events: two articles that share much of it tell one story.
_ARTICLE_TRAITS = """
INSERT INTO pipeline.article_traits
WITH told AS (
    SELECT DISTINCT article_id, published_date FROM pipeline.event_traits
    WHERE article_id IN (SELECT id FROM linking_changed)
), words AS (
    SELECT article_id, capacity_type, normalised_name,
        list_filter(string_split(normalised_name, ' '), lambda word: len(word) > 1) AS words
    FROM pipeline.reported_persons WHERE article_id IN (SELECT article_id FROM told)
), keys AS (
    SELECT article_id, 'g:' || agency_id AS key
    FROM pipeline.reported_agencies WHERE article_id IN (SELECT article_id FROM told)
    UNION SELECT article_id, 'p:' || array_to_string(words[:2], ' ') FROM words WHERE len(words) > 1
    UNION SELECT article_id, 'i:' || replace(normalised_name, ' ', '') FROM words
    WHERE len(words) < 2 AND capacity_type IN ('suspect', 'victim')
    UNION SELECT article_id, 'd:' || start_date
    FROM mentions WHERE mention_type = 'date' AND date_precision = 'day' AND start_date IS NOT NULL
        AND article_id IN (SELECT article_id FROM told)
    UNION SELECT article_id, 'l:' || array_to_string(string_split(place_code, '.')[:level], '.')
    FROM pipeline.reported_places, unnest([2, 3]) AS levels(level)
    WHERE len(string_split(place_code, '.')) >= level AND article_id IN (SELECT article_id FROM told)
    UNION SELECT article_id, 'n:' || number_value
    FROM event_numbers WHERE number_value > 1 AND article_id IN (SELECT article_id FROM told)
)
SELECT t.article_id, t.published_date, coalesce(k.trait_keys, [])
FROM told t
LEFT JOIN (SELECT article_id, list_sort(list(key)) AS trait_keys FROM keys GROUP BY article_id) k USING (article_id)
ORDER BY t.published_date, t.article_id
"""


def shared_targets(first: str, second: str) -> str:
    """SQL for the list of keys that two lists of target keys share; initials that were printed also meet full names.

    Args:
        first: SQL of a list of target keys.
        second: SQL of another.
    """
    loose = "list_transform({}, lambda key: replace(key, '^', '~'))"
    strict = "list_filter({}, lambda key: key[2] <> '^')"
    return (
        f"list_distinct(list_concat(list_intersect({loose.format(first)}, {strict.format(second)}), "
        f"list_intersect({strict.format(first)}, {loose.format(second)})))"
    )


def telling(targets: str, kind: str = "") -> str:
    """SQL for those of a list of target keys that can tell people apart: no single initials.

    Args:
        targets: SQL of the list.
        kind: ``S`` for suspects only, ``V`` for others only.
    """
    of_kind = f"key[1] = '{kind}' AND " if kind else ""
    return f"list_filter({targets}, lambda key: {of_kind}(key[2] NOT IN ('~', '^') OR len(key) >= 4))"


def other_suspects(first: str, second: str) -> str:
    """SQL for whether two lists of target keys both name suspects, and none of them is the same."""
    a, b = telling(first, "S"), telling(second, "S")
    return f"(len({a}) > 0 AND len({b}) > 0 AND len({shared_targets(a, b)}) = 0)"


def write_traits(con: duckdb.DuckDBPyConnection) -> None:
    """Make the rows of ``pipeline.event_traits`` and ``article_traits`` for the articles of ``linking_changed`` anew.

    Leaves temporary tables ``linking_gone (id)``, the reports those articles had before, and ``linking_new``, the rows
    they have now.

    Args:
        con: the warehouse, inside a transaction, after :func:`warehouse.clusters.cluster_articles`.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_gone AS SELECT event_report_id AS id FROM pipeline.event_traits "
        "WHERE article_id IN (SELECT id FROM linking_changed)"
    )
    con.execute("DELETE FROM pipeline.event_traits WHERE article_id IN (SELECT id FROM linking_changed)")
    con.execute(_TRAITS)
    con.execute("DELETE FROM pipeline.article_traits WHERE article_id IN (SELECT id FROM linking_changed)")
    con.execute(_ARTICLE_TRAITS)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_new AS SELECT * FROM pipeline.event_traits "
        "WHERE article_id IN (SELECT id FROM linking_changed)"
    )
