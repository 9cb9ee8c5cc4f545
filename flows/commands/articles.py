"""Commands that work on articles outside any data folder: lines in, lines out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from .choices import Engine, Model
from .failure import CommandError

Record = dict[str, Any]


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
) -> None:
    """Print the facts of articles: JSON lines in, the same objects with facts out.

    A line that cannot be read gives an object with id and error; the rest is still done and the exit status is 1.
    """
    from ..article_lines import facts_of
    from ..extraction import extractor

    reader = extractor(engine, model)
    _convert(lines_of(articles), lambda record: facts_of(record, reader))


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
    from ..article_lines import RecordError, article_of_page, article_of_record

    if page is None:
        _convert(lines_of(None), article_of_record)
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


def _convert(lines: Iterable[bytes], convert: Callable[[Record], Record]) -> None:
    """Print one converted object a line, in order; a bad line gives one with ``error``, and status 1 at the end."""
    from ..article_lines import RecordError, read_record

    failed = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record: Record = {}
        try:
            record = read_record(line)
            _print(convert(record))
        except RecordError as error:
            failed += 1
            _print({"id": record.get("id"), "line": number, "error": str(error)})
    if failed:
        print(f"jejak: {failed} line(s) could not be read; their objects carry an error", file=sys.stderr)
        raise typer.Exit(1)


def _print(value: Record) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
