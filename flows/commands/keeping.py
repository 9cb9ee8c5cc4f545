"""Commands that show or check what a data folder holds."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from .choices import Data, Demo, Json


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(rich_help_panel="Ask")(dashboard)
    app.command(rich_help_panel="Keep")(doctor)


def dashboard(
    data: Data = None,
    demo: Demo = False,
    port: Annotated[int, typer.Option("--port", help="Port on 127.0.0.1.")] = 8787,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Show the snapshot as a page on this machine: events over time, who works with whom."""
    from ..dashboard import serve_dashboard
    from ..workspace import workspace

    serve_dashboard(workspace(data, demo), port, open_browser=not no_browser)


def doctor(data: Data = None, demo: Demo = False, as_json: Json = False) -> None:
    """Check that this machine and data folder are ready; exit status 1 if something must be mended."""
    import json
    from dataclasses import asdict

    from ..checkup import examine
    from ..workspace import workspace

    findings = examine(workspace(data, demo), demo)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        table = Table("", "checked", "found", "what to do")
        marks = {"good": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✗[/]"}
        for finding in findings:
            table.add_row(marks[finding.state], finding.subject, finding.found, finding.advice)
        Console().print(table)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)
