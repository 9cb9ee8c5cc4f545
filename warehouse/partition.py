"""Joining pairs into groups that do not contradict themselves."""

from __future__ import annotations

import duckdb

from warehouse.components import count, drop, label

# Whatever holds together so many is no single thing; its weakest pairs go until it falls apart.
LARGEST_GROUP = 300


def partition(
    con: duckdb.DuckDBPyConnection, nodes: str, pairs: str, traits: str, contradiction: str, apart: str, into: str
) -> None:
    """Join what pairs connect; where a group contradicts itself, its weakest pairs go first, until none does.

    Two members contradict each other when people decided that they are apart, or when no pair of their own joins them
    and the given condition holds. Pairs that people decided on stay. The result depends on the pairs alone.

    Args:
        con: the warehouse.
        nodes: table with a column ``id``.
        pairs: table with columns ``first_id, second_id, score, rule_name``, both ids among the nodes.
        traits: table whose column ``id`` is a node, with whatever the condition looks at.
        contradiction: SQL condition on rows ``a`` and ``b`` of the traits.
        apart: table or query in brackets with columns ``first_id, second_id``: what people decided is apart.
        into: temporary table to make, with columns ``id``, ``label`` and ``rule_name``: the strongest rule that joined
            it to another node, or alone.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into} (id VARCHAR, label VARCHAR, rule_name VARCHAR)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into}_nodes AS SELECT id FROM {nodes}")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into}_pairs AS SELECT first_id, second_id, score, rule_name FROM {pairs}"
    )
    while count(con, f"{into}_nodes"):
        label(con, f"{into}_nodes", f"{into}_pairs", f"{into}_labels")
        con.execute(_conflicts(traits, contradiction, apart, into))
        con.execute(_settle(into))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {into}_nodes AS SELECT l.id FROM {into}_labels l "
            f"WHERE l.label IN (SELECT label FROM {into}_conflicts)"
        )
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {into}_pairs AS
            SELECT p.* EXCLUDE (weakest)
            FROM (
                SELECT p.*, min(p.score) FILTER (WHERE p.rule_name <> 'decision') OVER (PARTITION BY l.label) AS weakest
                FROM {into}_pairs p JOIN {into}_labels l ON l.id = p.first_id
                WHERE l.label IN (SELECT label FROM {into}_conflicts)
            ) p
            WHERE p.rule_name = 'decision' OR p.score > p.weakest
            """
        )
    drop(con, f"{into}_nodes", f"{into}_pairs", f"{into}_labels", f"{into}_conflicts")


def _conflicts(traits: str, contradiction: str, apart: str, into: str) -> str:
    """Groups that contradict themselves, and still have a pair that may go."""
    return f"""
        CREATE OR REPLACE TEMP TABLE {into}_conflicts AS
        WITH sized AS (
            SELECT *, count(*) OVER (PARTITION BY label) AS size FROM {into}_labels
        ), removable AS (
            SELECT DISTINCT l.label FROM {into}_pairs p JOIN {into}_labels l ON l.id = p.first_id
            WHERE p.rule_name <> 'decision'
        ), grouped AS (
            SELECT s.label, t.* FROM sized s JOIN {traits} t USING (id) WHERE s.size BETWEEN 2 AND {LARGEST_GROUP}
        ), contrary AS (
            SELECT a.label
            FROM grouped a JOIN grouped b ON a.label = b.label AND a.id < b.id
            LEFT JOIN {into}_pairs p ON p.first_id = a.id AND p.second_id = b.id
            LEFT JOIN {apart} d ON d.first_id = a.id AND d.second_id = b.id
            WHERE d.first_id IS NOT NULL OR (p.first_id IS NULL AND ({contradiction}))
            UNION
            SELECT label FROM sized WHERE size > {LARGEST_GROUP}
        )
        SELECT DISTINCT label FROM contrary SEMI JOIN removable USING (label)
    """


def _settle(into: str) -> str:
    """The groups without contradiction, with the strongest rule that joined each member."""
    return f"""
        INSERT INTO {into}
        WITH joined AS (
            SELECT first_id AS id, score, rule_name FROM {into}_pairs
            UNION ALL SELECT second_id, score, rule_name FROM {into}_pairs
        ), strongest AS (
            SELECT id, arg_max(rule_name, (score, rule_name)) AS rule_name FROM joined GROUP BY id
        )
        SELECT l.id, l.label, coalesce(s.rule_name, 'alone')
        FROM {into}_labels l LEFT JOIN strongest s USING (id)
        WHERE l.label NOT IN (SELECT label FROM {into}_conflicts)
    """
