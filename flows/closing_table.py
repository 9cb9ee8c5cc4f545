"""The table at the end of a run: what was done, what is there now, what to type next."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .health_table import one_line
from .options import RunOptions
from .run import RunResult


def show(console: Console, result: RunResult, options: RunOptions) -> None:
    """Print the tables of a finished run."""
    console.print(_figures(result))
    console.print(_agencies(result))
    if ailing := one_line(result.health):
        console.print(f"{ailing}; `jejak outlets health --problems` tells more.", style="yellow", highlight=False)
    console.print(_next(options))


def _figures(result: RunResult) -> Table:
    crawl, now = result.crawl, result.summary
    table = Table("This run", "", "Events in the database", "", box=SIMPLE_HEAD)
    for column in (1, 3):
        table.columns[column].justify = "right"
    events = [(name.replace("_", " ").lower(), str(count)) for name, count in now.events_by_type.items()]
    figures = [
        ("outlets", str(crawl.outlets)),
        ("pages fetched", str(crawl.fetched)),
        ("  new", str(crawl.new)),
        ("  changed", str(crawl.changed)),
        ("  unchanged", str(crawl.unchanged)),
        ("  failed", str(crawl.failed)),
        ("articles in the database", str(now.articles)),
        ("  relevant", str(now.relevant)),
        ("persons", str(now.persons)),
        ("agencies", str(now.agencies)),
        ("events", str(sum(now.events_by_type.values()))),
        ("issues recorded", str(now.issues)),
    ]
    for number in range(max(len(figures), len(events))):
        left = figures[number] if number < len(figures) else ("", "")
        right = events[number] if number < len(events) else ("", "")
        table.add_row(*left, *right)
    return table


def _agencies(result: RunResult) -> Table:
    table = Table("Most connected agencies", "Partners", "Events", box=SIMPLE_HEAD)
    for column in (1, 2):
        table.columns[column].justify = "right"
    for agency in result.summary.most_connected:
        table.add_row(agency.agency_name, str(agency.partners), str(agency.events))
    return table


def _next(options: RunOptions) -> Table:
    where = " --demo" if options.demo else ""
    where += f" --data {options.data}" if options.data else ""
    jejak = _command()
    table = Table("What next", "", box=SIMPLE_HEAD)
    for column, style in enumerate(("green", "dim")):
        table.columns[column].style, table.columns[column].no_wrap = style, True
    table.add_row(f"{jejak} query --list", "ready-made questions")
    table.add_row(f"{jejak} query{where} who-with-whom", "who works with whom")
    table.add_row(f"{jejak} dashboard{where}", "charts")
    table.add_row(f"{jejak} export{where} events --out events.xlsx", "a spreadsheet")
    table.add_row()
    table.add_row(str(options.workspace.snapshot), "to read and share", style="bold")
    table.add_row(str(options.workspace.warehouse), "private: full names")
    return table


def _command() -> str:
    """How this program is called from here: by its name where the shell finds it, else by its path."""
    if shutil.which("jejak"):
        return "jejak"
    path = Path(sys.prefix) / "bin" / "jejak"
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
