"""Exports for people without SQL: from which file, to which file, in which format."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from warehouse.export import Format, What, export

from .commands.failure import CommandError
from .workspace import Workspace


def export_table(
    workspace: Workspace, subject: What, format: Format | None, out: Path | None, unprotected: bool, reason: str
) -> tuple[Path, int]:
    """Export a table of the snapshot, or of the private warehouse where that is asked for with a reason.

    Args:
        workspace: the data folder.
        subject: what to export.
        format: file format; by the ending of ``out`` when None, else csv.
        out: file to write; in the exports folder when None.
        unprotected: take full names from the private warehouse.
        reason: why; recorded in the warehouse.

    Returns:
        The file written and the number of rows.

    Raises:
        CommandError: if the ending of ``out`` names no format.
        WorkspaceError: if nothing was published yet.
        WarehouseError: if the export cannot be made.
    """
    chosen = format or _format_of(out)
    path = out or workspace.exports / f"{subject}.{chosen}"
    database = workspace.warehouse if unprotected else workspace.require_snapshot()
    return path, export(database, subject, chosen, path, protected=not unprotected, reason=reason)


def _format_of(out: Path | None) -> Format:
    if out is None or not out.suffix:
        return "csv"
    ending = out.suffix.removeprefix(".").lower()
    if ending not in get_args(Format):
        allowed = ", ".join(get_args(Format))
        raise CommandError(f"{out}: its ending names no format; use one of {allowed}, or give --format")
    return cast(Format, ending)
