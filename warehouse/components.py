"""What hangs together: connected parts of a graph, found with set operations on the part that a load touches."""

from __future__ import annotations

import duckdb


def reach(con: duckdb.DuckDBPyConnection, seeds: str, pairs: str, into: str) -> None:
    """Everything that pairs connect with the seeds, directly or through others.

    Args:
        con: the warehouse.
        seeds: table with a column ``id``.
        pairs: table with columns ``first_id`` and ``second_id``.
        into: temporary table to make, with a column ``id``: the seeds, and what they lead to.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT DISTINCT id FROM {seeds}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {into}_edge AS SELECT id FROM {into}")
    while True:
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {into}_new AS
            SELECT second_id AS id FROM {pairs} WHERE first_id IN (SELECT id FROM {into}_edge)
            UNION SELECT first_id FROM {pairs} WHERE second_id IN (SELECT id FROM {into}_edge)
            EXCEPT SELECT id FROM {into}
            """
        )
        if not count(con, f"{into}_new"):
            break
        con.execute(f"INSERT INTO {into} SELECT id FROM {into}_new")
        con.execute(f"CREATE OR REPLACE TEMP TABLE {into}_edge AS SELECT id FROM {into}_new")
    drop(con, f"{into}_edge", f"{into}_new")


def label(con: duckdb.DuckDBPyConnection, nodes: str, pairs: str, into: str) -> None:
    """Give every node the smallest id of its connected part.

    Labels spread along the pairs, and each round also takes the label of the label, so that rounds grow with the
    logarithm of a part's length.

    Args:
        con: the warehouse.
        nodes: table with a column ``id``.
        pairs: table with columns ``first_id`` and ``second_id``, both among the nodes.
        into: temporary table to make, with columns ``id`` and ``label``.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {into}_tied AS
        SELECT id, id AS label FROM (SELECT first_id AS id FROM {pairs} UNION SELECT second_id FROM {pairs})
        """
    )
    while True:
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {into}_next AS
            WITH spread AS (
                SELECT id, label FROM {into}_tied
                UNION ALL SELECT p.first_id, t.label FROM {pairs} p JOIN {into}_tied t ON t.id = p.second_id
                UNION ALL SELECT p.second_id, t.label FROM {pairs} p JOIN {into}_tied t ON t.id = p.first_id
            ), least AS (SELECT id, min(label) AS label FROM spread GROUP BY id)
            SELECT a.id, b.label FROM least a JOIN least b ON b.id = a.label
            """
        )
        moved = con.execute(
            f"SELECT count(*) FROM {into}_next n JOIN {into}_tied t USING (id) WHERE n.label <> t.label"
        ).fetchone()
        con.execute(f"CREATE OR REPLACE TEMP TABLE {into}_tied AS SELECT * FROM {into}_next")
        if not moved or not moved[0]:
            break
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS "
        f"SELECT n.id, coalesce(t.label, n.id) AS label FROM {nodes} n LEFT JOIN {into}_tied t USING (id)"
    )
    drop(con, f"{into}_tied", f"{into}_next")


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def drop(con: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Drop temporary tables."""
    for table in tables:
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")
