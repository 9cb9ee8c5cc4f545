"""Commands that ask the protected snapshot: SQL, ready-made questions, exports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .choices import Data, Demo, Quiet
from .failure import CommandError

if TYPE_CHECKING:
    from ..answers import Answer

Subject = Literal["persons", "agencies", "places", "events"]
Format = Literal["csv", "xlsx", "parquet", "jsonl"]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (query, export):
        app.command(rich_help_panel="Ask")(command)


def query(
    sql: Annotated[str | None, typer.Argument(help="SQL, or the name of a ready-made question.")] = None,
    data: Data = None,
    demo: Demo = False,
    show_questions: Annotated[bool, typer.Option("--list", help="Show the ready-made questions.")] = False,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", help="Parameter of a question.", metavar="NAME=VALUE")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write a JSON array.")] = False,
    as_parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet (with --out).")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Rows shown in a table.")] = 100,
) -> None:
    """Ask the snapshot in SQL or by a ready-made question."""
    from .. import answers
    from ..workspace import workspace

    if show_questions:
        _show_questions()
        return
    if not sql:
        raise CommandError(
            'give SQL, such as jejak query "SELECT * FROM events", or --list to see ready-made questions'
        )
    if as_csv + as_json + as_parquet > 1:
        raise CommandError("choose one of --csv, --json and --parquet")
    snapshot = workspace(data, demo).require_snapshot()
    with answers.asked(snapshot, sql, parameter or []) as answer:
        if as_csv or as_json or as_parquet:
            kind = "csv" if as_csv else "json" if as_json else "parquet"
            if out is None and kind == "parquet" and sys.stdout.isatty():
                raise CommandError("Parquet is no text for a terminal: give --out FILE")
            answers.write(answer, kind, out)
            return
        if out is not None:
            raise CommandError("--out needs --csv, --json or --parquet")
        _show(answer, rows)


def export(
    subject: Annotated[Subject, typer.Argument(help="What to export.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write (default: exports/ in the data folder).")
    ] = None,
    format: Annotated[Format | None, typer.Option("--format", help="Default: by the file's ending, else csv.")] = None,
    data: Data = None,
    demo: Demo = False,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Full names, from the private warehouse; recorded there.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why full names are needed; required with --unprotected.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Export a table; victims and minors are pseudonyms, suspects initials."""
    from ..exporting import export_table
    from ..workspace import workspace

    path, count = export_table(workspace(data, demo), subject, format, out, unprotected, reason)
    if not quiet:
        print(f"{count} {subject} written to {path}", file=sys.stderr)


def _show_questions() -> None:
    from warehouse.questions import list_questions

    table = Table("name", "question / pertanyaan", "--set", title="jejak query NAME", show_lines=True)
    for question in list_questions():
        settings = "\n".join(
            f"{one.name}={one.default}  [dim]{one.meaning_en} / {one.meaning_id}[/]" for one in question.parameters
        )
        table.add_row(question.name, f"{question.title_en}\n[italic]{question.title_id}[/]", settings)
    Console().print(table)


SHORT_CELL = 12
"""Columns whose every cell is this short (dates, codes, numbers) are never broken into lines."""


def _show(answer: Answer, rows: int) -> None:
    from ..answers import cell_text

    found, more = answer.first(rows)
    texts = [[cell_text(value) for value in row] for row in found]
    table = Table(row_styles=("", "dim"), box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(answer.columns):
        longest = max((len(row[number]) for row in texts), default=0)
        # A heading may be broken at its underscores, a short cell never.
        table.add_column(name.replace("_", " "), min_width=min(max(longest, 5), SHORT_CELL), overflow="fold")
    for row in texts:
        table.add_row(*row)
    console = Console()
    console.print(table)
    note = f"{len(found)} rows" if not more else f"the first {len(found)} rows; --rows N shows more"
    console.print(f"[dim]{note}[/]")
