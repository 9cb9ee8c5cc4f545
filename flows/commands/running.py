"""Commands that run the pipeline, whole or stage by stage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from ..prefect_settings import apply_defaults
from .choices import (
    AllLists,
    Contact,
    Data,
    Delay,
    Demo,
    DemoEdition,
    DemoPort,
    Engine,
    Everything,
    Json,
    Limit,
    Model,
    Outlets,
    Provinces,
    Quiet,
    Since,
    day_of,
)

if TYPE_CHECKING:
    from ..options import RunOptions


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    panel = "Run"
    for command in (run, crawl, extract, load, resolve, publish, schedule):
        app.command(rich_help_panel=panel)(command)


def run(
    data: Data = None,
    demo: Demo = False,
    outlet: Outlets = None,
    province: Provinces = None,
    since: Since = None,
    limit: Limit = None,
    contact: Contact = None,
    delay: Delay = None,
    everything: Everything = False,
    engine: Engine = None,
    model: Model = None,
    quiet: Quiet = False,
    as_json: Json = False,
    port: DemoPort = 8765,
    edition: DemoEdition = 1,
) -> None:
    """Crawl, extract, load, resolve and publish: the main job."""
    chosen = run_options(data, demo, outlet, province, since, limit, contact, delay, everything, port, edition)
    chosen.engine, chosen.model = engine, model
    apply_defaults(own_progress=True)
    with shown(quiet or as_json):
        from ..run import run as run_flow

        result = run_flow(chosen)
    if as_json:
        from ..health_table import as_json as state_json

        _print_json(
            {
                "crawl": asdict(result.crawl),
                "extraction": asdict(result.extraction),
                "loading": asdict(result.loading),
                "summary": asdict(result.summary),
                "health": [state_json(state) for state in result.health if state.row.problem_types],
                "warehouse": str(chosen.workspace.warehouse),
                "snapshot": str(chosen.workspace.snapshot),
            }
        )
    elif not quiet:
        from ..closing_table import show

        show(Console(), result, chosen)


def crawl(
    data: Data = None,
    demo: Demo = False,
    outlet: Outlets = None,
    province: Provinces = None,
    since: Since = None,
    limit: Limit = None,
    contact: Contact = None,
    delay: Delay = None,
    everything: Everything = False,
    quiet: Quiet = False,
    as_json: Json = False,
    port: DemoPort = 8765,
    edition: DemoEdition = 1,
    all_lists: AllLists = False,
) -> None:
    """Fetch what is new into the archive."""
    chosen = run_options(
        data, demo, outlet, province, since, limit, contact, delay, everything, port, edition, all_lists
    )
    from .. import crawling

    chosen.workspace.prepare()
    # No lock on the folder: crawls run beside each other, and beside the stages that read what they leave.
    with shown(quiet or as_json), crawling.source(chosen) as origin:
        counts = crawling.crawl(chosen.workspace, chosen, origin)
    _report(asdict(counts), quiet, as_json)


def extract(
    data: Data = None,
    demo: Demo = False,
    engine: Engine = None,
    model: Model = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Read the archive: clean pages and extract facts."""
    from .. import crawling, extraction

    extraction.read_with(engine, model)
    chosen = run_options(data, demo)
    with shown(quiet or as_json), chosen.workspace.locked():
        totals = extraction.extract(chosen.workspace, crawling.known_registry(chosen.workspace, demo))
    _report(asdict(totals), quiet, as_json)


def load(
    data: Data = None,
    demo: Demo = False,
    engine: Engine = None,
    model: Model = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Load extracted facts into the warehouse; give the engine and model they were extracted with."""
    from .. import crawling, extraction, loading

    extraction.read_with(engine, model)
    chosen = run_options(data, demo)
    with shown(quiet or as_json), chosen.workspace.locked():
        totals = loading.load(
            chosen.workspace, crawling.known_registry(chosen.workspace, demo), extraction.extractor().version
        )
    _report(asdict(totals), quiet, as_json)


def resolve(data: Data = None, demo: Demo = False, quiet: Quiet = False, as_json: Json = False) -> None:
    """Join persons, agencies and events across articles."""
    from .. import loading

    chosen = run_options(data, demo)
    with shown(quiet or as_json), chosen.workspace.locked():
        counts = loading.resolve(chosen.workspace)
    _report(asdict(counts), quiet, as_json)


def publish(data: Data = None, demo: Demo = False, quiet: Quiet = False, as_json: Json = False) -> None:
    """Replace the protected snapshot that analysts read."""
    from .. import loading

    chosen = run_options(data, demo)
    with shown(quiet or as_json), chosen.workspace.locked():
        counts = loading.publish(chosen.workspace)
    _report({"snapshot": str(chosen.workspace.snapshot)} | asdict(counts), quiet, as_json)


def schedule(
    cron: str = typer.Option("0 3,15 * * *", "--cron", help="When to run, in Asia/Jakarta time."),
    name: str = typer.Option("jejak", "--name", help="Name of the deployment."),
    data: Data = None,
    demo: Demo = False,
    outlet: Outlets = None,
    province: Provinces = None,
    limit: Limit = None,
    contact: Contact = None,
    delay: Delay = None,
    everything: Everything = False,
) -> None:
    """Run the main job on a schedule until stopped."""
    from ..schedule import serve

    serve(cron, name, run_options(data, demo, outlet, province, None, limit, contact, delay, everything))


def run_options(
    data: Data = None,
    demo: bool = False,
    outlet: list[str] | None = None,
    province: list[str] | None = None,
    since: str | None = None,
    limit: int | None = None,
    contact: str | None = None,
    delay: float | None = None,
    everything: bool = False,
    port: int = 8765,
    edition: int = 1,
    all_lists: bool = False,
) -> RunOptions:
    """What the options that several commands share come to.

    Raises:
        CommandError: if ``since`` is no day.
    """
    from ..options import RunOptions

    return RunOptions(
        data=str(data) if data else None,
        demo=demo,
        outlets=outlet or [],
        provinces=province or [],
        since=day_of("--since", since) if since else None,
        limit=limit,
        contact=contact,
        delay_seconds=delay,
        everything=everything,
        demo_port=port,
        demo_edition=edition,
        all_lists=all_lists,
    )


@contextmanager
def shown(silent: bool) -> Iterator[None]:
    """Progress on standard error for the duration of the block, unless silent."""
    from ..progress import BarReporter, LineReporter, SilentReporter, reporting

    console = Console(stderr=True)
    if silent:
        with reporting(SilentReporter()):
            yield
    elif not console.is_terminal:
        with reporting(LineReporter(console)):
            yield
    else:
        with BarReporter(console) as bars, reporting(bars):
            yield


def _report(counts: dict[str, Any], quiet: bool, as_json: bool) -> None:
    if as_json:
        _print_json(counts)
    elif not quiet:
        Console().print(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in counts.items()))


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))
