"""The table at the end of a run: what was done, what is there now, what to type next."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from .options import RunOptions
from .run import RunResult


def show(console: Console, result: RunResult, options: RunOptions) -> None:
    """Print the tables of a finished run."""
    console.print(_figures(result))
    console.print(_agencies(result))
    console.print(_next(options))


def _figures(result: RunResult) -> Table:
    crawl, now = result.crawl, result.summary
    table = Table(title="This run", title_justify="left", show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="bold")
    table.add_column(justify="right")
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
    table = Table("most connected agencies", "partners", "events", title_justify="left", pad_edge=False)
    for agency in result.summary.most_connected:
        table.add_row(agency.agency_name, str(agency.partners), str(agency.events))
    return table


def _next(options: RunOptions) -> Table:
    where = " --demo" if options.demo else ""
    where += f" --data {options.data}" if options.data else ""
    table = Table(title="What next", title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="green", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_row("jejak query --list", "ready-made questions")
    table.add_row(f"jejak query{where} who-with-whom", "who works with whom")
    table.add_row(f"jejak dashboard{where}", "charts")
    table.add_row(f"jejak export{where} events --out events.xlsx", "a spreadsheet")
    table.add_row()
    table.add_row(str(options.workspace.snapshot), "to read and share", style="bold")
    table.add_row(str(options.workspace.warehouse), "private: full names")
    return table
