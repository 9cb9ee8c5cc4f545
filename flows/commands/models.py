"""Commands on the models: which there are, and fetching Stanza's official package."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .choices import Data, Json
from .failure import CommandError

if TYPE_CHECKING:
    from ..model_fetching import Package

app = typer.Typer(help="The models that read articles.", no_args_is_help=True)

To = Annotated[
    Path | None,
    typer.Option(
        "--to",
        "--stanza-models",
        help="Folder of Stanza's official package (default: JEJAK_STANZA_MODELS or models/stanza in the data folder).",
        metavar="DIR",
        show_default=False,
    ),
]


@app.command("list")
def list_models(to: To = None, data: Data = None, as_json: Json = False) -> None:
    """List the models that are here: shipped and fetched, with version, size and licence."""
    from ..model_inventory import installed_models

    models = installed_models(_folder(to, data))
    if as_json:
        print(json.dumps([asdict(model) | {"folder": str(model.folder)} for model in models], ensure_ascii=False))
        return
    table = Table("model", "what it finds", "version", "MB", "licence", "folder")
    for model in models:
        state = f"incomplete: {', '.join(model.lacks)} missing" if model.lacks else model.version
        row = (model.name, model.purpose, state, f"{model.size / 1e6:.1f}", model.licence, str(model.folder))
        table.add_row(*(escape(cell) for cell in row))
    Console().print(table)


@app.command()
def fetch(
    to: To = None,
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Fetch without asking.")] = False,
) -> None:
    """Fetch Stanza's official Indonesian package; says what, and asks before. No command reads with Stanza yet."""
    from extract.stanza_models import FOLDER_VARIABLE

    from ..model_fetching import FetchError, fetch, offered_package

    folder = _folder(to, data)
    console = Console()
    try:
        package = offered_package()
        waiting = _announce(package, folder, console)
        if waiting and not yes:
            typer.confirm("Fetch them?", abort=True)
        count = fetch(package, folder, lambda model: console.print(escape(f"{model.path(folder)} is there")))
    except FetchError as error:
        raise CommandError(str(error)) from error
    console.print(
        escape(f"{count} files fetched; extract.stanza_engine reads with them where {FOLDER_VARIABLE}={folder}")
    )


def _announce(package: Package, folder: Path, console: Console) -> int:
    """Say what will be fetched from where to where; how many files are to come."""
    from ..model_fetching import LICENCE

    waiting = [model for model in package.models if not model.is_in(folder)]
    table = Table("file", "MB", "from", title="Stanza's official Indonesian package")
    for model in package.models:
        size = f"{model.size / 1e6:.1f}" if model.size else "?"
        table.add_row(f"{model.step}/{model.package}", size if model in waiting else "is there", escape(model.url))
    console.print(table)
    known = sum(model.size for model in waiting if model.size)
    unknown = sum(not model.size for model in waiting)
    more = f" and {unknown} of unknown size" if unknown else ""
    console.print(escape(f"To come: {len(waiting)} files, {known / 1e6:.1f} MB{more}, into {folder}"))
    console.print(escape(f"Listed by: {package.source}"))
    console.print(escape(f"Licence: {LICENCE}"))
    return len(waiting)


def _folder(to: Path | None, data: Path | None) -> Path:
    from extract.stanza_models import named_folder

    from ..workspace import workspace

    return named_folder(to) or workspace(data).stanza_models
