"""What people decide about links between event reports; linking obeys it, and withdrawing it undoes it."""

from __future__ import annotations

from typing import Literal

import duckdb

from warehouse.database import WarehouseError, now, transaction
from warehouse.names import stable_id

Linked = Literal["event", "case"]
Decision = Literal["together", "apart"]


def decide_link(
    con: duckdb.DuckDBPyConnection,
    entity_type: Linked,
    report_ids: tuple[str, str],
    decision: Decision,
    *,
    decided_by: str,
    reason: str,
) -> str:
    """Say that two event reports are of one event (or case), or of two. Takes effect when resolving runs next.

    A decision speaks of reports, not of events, so that it holds whatever id an event has. One made earlier on the same
    two reports is replaced.

    Args:
        con: the warehouse.
        entity_type: ``event``: are both of one event; ``case``: do their events belong to one case.
        report_ids: two values of ``event_reports.event_report_id``.
        decision: ``together`` or ``apart``.
        decided_by: who decided.
        reason: why.

    Returns:
        The id of the decision, for :func:`withdraw_link`.

    Raises:
        WarehouseError: there is no such report, both are the same, or name or reason are missing.
    """
    first_id, second_id = sorted(report_ids)
    if first_id == second_id:
        raise WarehouseError(f"{first_id}: a decision needs two different event reports")
    if not decided_by.strip() or not reason.strip():
        raise WarehouseError("a decision needs the name of who made it, and a reason")
    for report_id in (first_id, second_id):
        if not con.execute("SELECT 1 FROM event_reports WHERE event_report_id = ?", [report_id]).fetchone():
            raise WarehouseError(f"{report_id}: there is no such event report; see event_reports.event_report_id")
    decision_id = stable_id("d", entity_type, first_id, second_id)
    with transaction(con):
        con.execute(
            "INSERT OR REPLACE INTO pipeline.link_decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [decision_id, entity_type, first_id, second_id, decision, decided_by, now(), reason],
        )
        link_again(con, [first_id, second_id])
    return decision_id


def withdraw_link(con: duckdb.DuckDBPyConnection, decision_id: str) -> None:
    """Undo a decision: from the next resolving on the rules alone decide again, and ids that went come back.

    Raises:
        WarehouseError: there is no such decision.
    """
    row = con.execute(
        "SELECT first_id, second_id FROM pipeline.link_decisions WHERE decision_id = ?", [decision_id]
    ).fetchone()
    if row is None:
        raise WarehouseError(f"{decision_id}: there is no such decision; pipeline.link_decisions lists them")
    with transaction(con):
        con.execute("DELETE FROM pipeline.link_decisions WHERE decision_id = ?", [decision_id])
        link_again(con, list(row))


def link_again(con: duckdb.DuckDBPyConnection, report_ids: list[str]) -> None:
    """Have the next resolving look at event reports anew, and at all that hangs together with them."""
    con.execute(
        "UPDATE articles SET cluster_id = NULL WHERE article_id IN "
        "(SELECT article_id FROM event_reports WHERE list_contains(?, event_report_id))",
        [report_ids],
    )
