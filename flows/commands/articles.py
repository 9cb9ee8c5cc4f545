"""Commands that work on articles outside any data folder: lines in, lines out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .choices import Engine, Model
from .failure import CommandError

if TYPE_CHECKING:
    from ..article_lines import Answer, Line

Record = dict[str, Any]

READER_MEGABYTES = 1_000
"""Memory that a process of ``--jobs`` may take; it is reckoned with when processes are started."""


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (facts, clean):
        app.command(rich_help_panel="Single articles")(command)


def facts(
    articles: Annotated[
        Path | None, typer.Argument(help="JSON lines with id, url, outlet, published_at, title, text.")
    ] = None,
    engine: Engine = None,
    model: Model = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes that read side by side; same output.")] = 1,
) -> None:
    """Print the facts of articles: JSON lines in, the same objects with facts out.

    A line that cannot be read gives an object with id and error; the rest is still done and the exit status is 1.
    """
    from ..article_lines import facts_reader, unanswered
    from ..side_by_side import affordable, in_order

    lines, printed = _numbered(lines_of(articles)), _Printed()
    if jobs == 1:
        read = facts_reader(engine, model)
        for line in lines:
            printed.add(read(line))
    else:
        in_order(
            partial(facts_reader, engine, model), lines, affordable(jobs, READER_MEGABYTES), printed.add, unanswered
        )
    printed.finish()


def clean(
    page: Annotated[
        Path | None, typer.Argument(help="An HTML file; without it, JSON lines with id, url, html or path.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where the page was fetched from.")] = None,
    fetched_at: Annotated[
        str | None,
        typer.Option("--fetched-at", help="When, such as 2019-11-20: old pages are read by rules of their day."),
    ] = None,
    feed_published_at: Annotated[
        str | None, typer.Option("--feed-time", help="The time its feed gave, used where the page has none.")
    ] = None,
) -> None:
    """Print the article of a page as JSON: title, authors, times, dateline, text, section, tags.

    JSON lines may hold fetched_at, feed_published_at and title_hint as well.
    """
    from ..article_lines import RecordError, answer, article_of_page, article_of_record

    if page is None:
        printed = _Printed()
        for line in _numbered(lines_of(None)):
            printed.add(answer(line, article_of_record))
        printed.finish()
        return
    if url is None:
        raise CommandError(f"--url is missing: {page} does not say where it was fetched from")
    try:
        body = page.read_bytes()
    except OSError as error:
        raise CommandError(f"{page} cannot be read: {error.strerror}") from error
    try:
        _print(article_of_page(body, url, fetched_at=fetched_at, feed_published_at=feed_published_at))
    except RecordError as error:
        raise CommandError(str(error)) from error


def lines_of(path: Path | None) -> Iterator[bytes]:
    """Lines of a file or of standard input, without loading them all."""
    if path is None:
        yield from sys.stdin.buffer
        return
    try:
        with path.open("rb") as lines:
            yield from lines
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def _numbered(lines: Iterable[bytes]) -> Iterator[Line]:
    """Lines with their numbers; empty ones are left out, but counted."""
    from ..article_lines import Line

    return (Line(number, line) for number, line in enumerate(lines, start=1) if line.strip())


class _Printed:
    """Prints one object a line; says at the end how many carry an error, and that is exit status 1."""

    def __init__(self) -> None:
        self._failed = 0

    def add(self, answer: Answer) -> None:
        """Print the object of a line."""
        sys.stdout.write(answer.text + "\n")
        sys.stdout.flush()
        self._failed += answer.has_error

    def finish(self) -> None:
        """Say how many lines could not be read; status 1 if any."""
        if self._failed:
            print(f"jejak: {self._failed} line(s) could not be read; their objects carry an error", file=sys.stderr)
            raise typer.Exit(1)


def _print(value: Record) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
