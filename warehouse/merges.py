"""Ids of what was joined: stored links, and ids that went out of use and stay resolvable."""

from __future__ import annotations

import duckdb

from warehouse.components import count, drop
from warehouse.database import now


def store_links(con: duckdb.DuckDBPyConnection, entity_type: str, touched: str, links: str) -> int:
    """Replace the links of what a load touched, and record the ids that went out of use with them.

    An id that is no longer in use leads to the one that most of its members have now; an id that returns is freed.

    Args:
        con: the warehouse, inside a transaction.
        entity_type: event or case.
        touched: table with a column ``id``: everything whose link may have changed, also what is gone. All members of
            an entity are touched when one of them is.
        links: table with columns ``id, entity_id, rule_name``: the links as they are now, for what is still there.

    Returns:
        How many ids went out of use. Leaves a temporary table ``linking_before (id, entity_id)``.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE linking_before AS SELECT reported_id AS id, entity_id FROM pipeline.links "
        f"WHERE entity_type = '{entity_type}' AND reported_id IN (SELECT id FROM {touched})"
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE linking_replaced AS
        WITH counted AS (
            SELECT b.entity_id AS old_id, l.entity_id AS new_id, count(l.entity_id) AS members
            FROM linking_before b LEFT JOIN {links} l USING (id)
            WHERE b.entity_id NOT IN (SELECT entity_id FROM {links})
            GROUP BY ALL
        )
        SELECT old_id, new_id FROM counted
        QUALIFY row_number() OVER (PARTITION BY old_id ORDER BY members DESC, new_id) = 1
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE linking_moved AS
        SELECT b.id FROM linking_before b LEFT JOIN pipeline.links p ON p.entity_type = '{entity_type}'
            AND p.reported_id = b.id
        LEFT JOIN {links} l ON l.id = b.id
        WHERE l.id IS NULL OR l.entity_id <> p.entity_id OR l.rule_name <> p.rule_name
        """
    )
    con.execute(
        f"DELETE FROM pipeline.links WHERE entity_type = '{entity_type}' "
        "AND reported_id IN (SELECT id FROM linking_moved)"
    )
    con.execute(
        f"""
        INSERT INTO pipeline.links
        SELECT '{entity_type}', l.id, l.entity_id, l.rule_name FROM {links} l
        WHERE l.id IN (SELECT id FROM linking_moved) OR l.id NOT IN (SELECT id FROM linking_before)
        ORDER BY l.id
        """
    )
    replaced = count(con, "linking_replaced")
    _record(con, entity_type, links)
    drop(con, "linking_replaced", "linking_moved")
    return replaced


def _record(con: duckdb.DuckDBPyConnection, entity_type: str, links: str) -> None:
    """Keep every id that was ever given out resolvable in one step: chains are shortened, ids that return are freed."""
    con.execute(
        f"DELETE FROM pipeline.merges WHERE entity_type = '{entity_type}' AND old_id IN (SELECT entity_id FROM {links})"
    )
    moment = now()
    con.execute(
        f"UPDATE pipeline.merges SET new_id = r.new_id, merged_at = ? FROM linking_replaced r "
        f"WHERE merges.entity_type = '{entity_type}' AND merges.new_id = r.old_id",
        [moment],
    )
    con.execute(
        f"INSERT OR REPLACE INTO pipeline.merges SELECT '{entity_type}', old_id, new_id, ? FROM linking_replaced",
        [moment],
    )
