"""The command that goes back through the years."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .choices import (
    Contact,
    Data,
    Delay,
    Demo,
    DemoEdition,
    DemoPort,
    Everything,
    Json,
    Limit,
    Outlets,
    Provinces,
    Quiet,
    day_of,
)
from .failure import STOPPED, CommandError
from .running import run_options, shown

if TYPE_CHECKING:
    from ..backfill import BackfillResult

LIKE = "2018-01-01"
"""How a day is written, in messages: backfills begin years back."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(rich_help_panel="Run")(backfill)


def backfill(
    since: Annotated[str, typer.Option("--since", help="First day of publication.", metavar="YYYY-MM-DD")],
    until: Annotated[
        str | None, typer.Option("--until", help="Last day (default: yesterday).", metavar="YYYY-MM-DD")
    ] = None,
    outlet: Outlets = None,
    province: Provinces = None,
    size: Annotated[str, typer.Option("--slice", help="Days walked at once: month, week or day.")] = "month",
    limit: Limit = None,
    everything: Everything = False,
    again: Annotated[bool, typer.Option("--again", help="Walk also slices that are done.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the next day's budget, and for hosts that ask for a rest.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Show how it stands, without crawling.")] = False,
    data: Data = None,
    demo: Demo = False,
    contact: Contact = None,
    delay: Delay = None,
    quiet: Quiet = False,
    as_json: Json = False,
    port: DemoPort = 8765,
    edition: DemoEdition = 1,
) -> None:
    """Fetch the years behind: outlets' archives by date, in slices that each finish or are repeated."""
    from .. import backfill as backfilling
    from ..crawling import Source, known_registry, source

    if not outlet and not province and not demo:
        raise CommandError("a backfill of all outlets at once takes months; choose some with --outlet or --province")
    options = backfilling.BackfillOptions(
        day_of("--since", since, LIKE), day_of("--until", until, LIKE) if until else None, size, again=again, wait=wait
    )
    chosen = run_options(
        data, demo, outlet, province, None, limit, contact, delay, everything, port=port, edition=edition
    )
    if status:
        origin = Source(known_registry(chosen.workspace, demo), None)
        result = backfilling.status(chosen.workspace, chosen, options, origin)
    else:
        chosen.workspace.prepare()
        with shown(quiet or as_json), source(chosen) as origin:
            result = backfilling.backfill(chosen.workspace, chosen, options, origin)
    if as_json:
        print(json.dumps(_as_json(result, chosen.effective_delay), ensure_ascii=False))
    elif not quiet:
        show(Console(), result, chosen.effective_delay, is_status=status)
    if result.is_stopped:
        raise typer.Exit(STOPPED)


def _as_json(result: BackfillResult, delay: float) -> dict[str, Any]:
    return {
        "since": str(result.since),
        "until": str(result.until),
        "slices_done": sum(state.slices_done for state in result.outlets),
        "slices_left": sum(state.slices_left for state in result.outlets),
        "crawl_ids": result.crawl_ids,
        "is_stopped": result.is_stopped,
        **result.counts,
        "outlets": [state.to_json(delay) | {"ended": result.ended.get(state.outlet_id)} for state in result.outlets],
    }


def show(console: Console, result: BackfillResult, delay: float, *, is_status: bool) -> None:
    """Print how each outlet stands, and what to type next."""
    from ..backfill import duration

    table = Table(title=f"{result.since} to {result.until}", box=SIMPLE_HEAD)
    table.add_column("outlet", no_wrap=True)
    for name in ("done", "left", "found", "new", "skipped", "failed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("time left", no_wrap=True)
    for state in result.outlets:
        seconds = state.seconds_left(delay)
        ended = result.ended.get(state.outlet_id, "finished")
        if result.is_stopped and state.slices_left and ended in ("finished", "time"):
            ended = "stopped"
        ended = ended.replace("_", " ")
        estimate = "" if not state.slices_left else "unknown" if seconds is None else duration(seconds)
        table.add_row(
            state.outlet_id,
            *map(str, (state.slices_done, state.slices_left, state.found, state.new, state.skipped, state.failed)),
            estimate if ended == "finished" else f"{estimate} ({ended})",
        )
    console.print(table)
    left = sum(state.slices_left for state in result.outlets)
    if "budget_spent" in result.ended.values() and not result.is_stopped:
        console.print("Some hosts have had their requests of today; type the same command tomorrow, or give --wait.")
    elif "rate_limited" in result.ended.values() and not result.is_stopped:
        console.print("Some hosts asked to be left alone for a time; type the same command later, or give --wait.")
    elif left:
        again = "without --status " if is_status else "again "
        console.print(f"{left} slices are left; type the same command {again}to go on.")
    if any(state.new for state in result.outlets):
        console.print("New pages: `jejak extract`, `jejak load`, `jejak resolve` and `jejak publish` take them up.")
