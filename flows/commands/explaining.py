"""The command that shows why each mention of an article was found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from .choices import Data, Demo, Engine, Model
from .failure import CommandError

if TYPE_CHECKING:
    from extract.pipeline import Extractor

    from ..explain_protection import Veil
    from ..workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(rich_help_panel="Single articles")(explain)


def explain(
    article: Annotated[
        str | None,
        typer.Argument(
            help="An article's id or address in the data folder, or a file of JSON lines as `jejak facts` takes; "
            "standard input when left out."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page that needs nothing else to this file.")
    ] = None,
    line: Annotated[int, typer.Option("--line", min=1, help="Which line of a file or of standard input.")] = 1,
    data: Data = None,
    demo: Demo = False,
    engine: Engine = None,
    model: Model = None,
    syntax: Annotated[
        bool,
        typer.Option(
            "--syntax", help="Also print part of speech, base form and relation of each word (HTML has them)."
        ),
    ] = False,
    unprotected: Annotated[
        bool,
        typer.Option(
            "--unprotected",
            help="Show victims, witnesses, bystanders and suspects by their full names; recorded in the warehouse.",
        ),
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", help="Why full names are needed; required with --unprotected.")
    ] = "",
) -> None:
    """Show an article with its mentions marked, and why each was found; protected people by pseudonym.

    A loaded article is shown with the facts it was loaded with; --engine and --model then say who reads its words.
    """
    from ..explain_page import page, show
    from ..explaining import explain as explained
    from ..extraction import extractor

    if unprotected and not reason.strip():
        raise CommandError("--unprotected needs --reason: say why full names are needed")
    reader = partial(extractor, engine, model)
    with _record_and_veil(article, line, data, demo, reader, unprotected, reason) as (record, veil):
        explanation = explained(record, veil, reader().reads_with if syntax or html else None)
    if html is None:
        show(Console(), explanation)
        return
    try:
        html.write_text(page(explanation), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{html} cannot be written: {error.strerror}") from error
    print(f"{len(explanation.found)} mentions explained in {html}", file=sys.stderr)


@contextmanager
def _record_and_veil(
    article: str | None,
    line: int,
    data: Path | None,
    demo: bool,
    reader: Callable[[], Extractor],
    unprotected: bool,
    reason: str,
) -> Iterator[tuple[Mapping[str, Any], Veil]]:
    from ..explain_protection import NoVeil, veil_of_record, veil_of_warehouse

    veil: AbstractContextManager[Veil]
    if article is None or article == "-" or Path(article).is_file():
        record = _read_anew(None if article in (None, "-") else Path(str(article)), line, reader)
        veil = veil_of_record(record)
    else:
        from ..explain_source import loaded_article, record_disclosure
        from ..workspace import workspace

        folder: Workspace = workspace(data, demo)
        record = loaded_article(folder, article)
        veil = veil_of_warehouse(folder.warehouse, str(record["article"]["id"]))
        if unprotected:
            record_disclosure(folder.warehouse, str(record["article"]["id"]), reason)
    with nullcontext(NoVeil()) if unprotected else veil as chosen:
        yield record, chosen


def _read_anew(path: Path | None, line: int, reader: Callable[[], Extractor]) -> Mapping[str, Any]:
    """The article of one line with its facts, as it would stand in a facts file."""
    from ..article_lines import RecordError
    from ..explain_source import article_with_facts
    from .articles import lines_of

    number = 0
    for text in lines_of(path):
        number += bool(text.strip())
        if text.strip() and number == line:
            try:
                return article_with_facts(text, reader())
            except RecordError as error:
                raise CommandError(f"line {line} of {path or 'standard input'}: {error}") from error
    raise CommandError(f"{path or 'standard input'} has {number} line(s) with an article, not {line}")
