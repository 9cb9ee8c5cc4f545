"""The command that tells how the outlets are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from .choices import Data, Demo, Json, Outlets, Provinces

if TYPE_CHECKING:
    from ..health import OutletState
    from ..workspace import Workspace


def health(
    outlet: Outlets = None,
    province: Provinces = None,
    problems: Annotated[bool, typer.Option("--problems", help="Only outlets with a problem.")] = False,
    as_json: Json = False,
    demo: Demo = False,
    data: Data = None,
) -> None:
    """Tell how each outlet did in its latest crawl, and what is wrong with it.

    Shares of articles with a body, a date and an author follow those of the outlet's own earlier articles where they
    differ (100→0). Lists are asked every crawl, or every second (½) or fourth (¼), or by hand only (off).
    """
    from ..crawling import known_registry
    from ..health_table import as_json as state_json
    from ..health_table import headline, sentences, table
    from ..workspace import workspace

    place = workspace(data, demo)
    chosen = None
    if outlet or province:
        registry = known_registry(place, demo)
        chosen = {found.outlet_id for found in registry.select(outlet_ids=outlet or [], provinces=province or [])}
    asked = [state for state in _read(place) if chosen is None or state.outlet_id in chosen]
    states = [state for state in asked if state.row.problem_types or not problems]
    if as_json:
        print(json.dumps([state_json(state) for state in states], ensure_ascii=False))
        return
    console = Console()
    console.print(headline(asked))
    if states:
        console.print(table(states))
    for sentence in sentences(states):
        console.print(sentence, highlight=False, markup=False)


def _read(place: Workspace) -> list[OutletState]:
    """How the outlets are by the warehouse, or by the snapshot while a run is writing."""
    from warehouse.database import WarehouseError, open_warehouse

    from ..health import states

    paths: list[Path] = [place.warehouse, place.snapshot]
    for path in paths:
        try:
            con = open_warehouse(path, read_only=True)
        except WarehouseError:
            if path is paths[-1] or not place.snapshot.exists():
                raise
            continue
        try:
            return states(con)
        finally:
            con.close()
    return []
