"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from .failure import CommandError

Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder (default: JEJAK_DATA or ./data).", show_default=False)
]
Demo = Annotated[bool, typer.Option("--demo", help="Use the embedded demo newsroom and its own data folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
Outlets = Annotated[
    list[str] | None, typer.Option("--outlet", help="Only this outlet; may be given several times.", metavar="ID")
]
Provinces = Annotated[
    list[str] | None,
    typer.Option("--province", help="Only outlets of this province (code, ISO code or name).", metavar="PROVINCE"),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        help="Only articles published on or after this day (live: the last 7 days when left out).",
        metavar="YYYY-MM-DD",
    ),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most this many articles for each outlet.")]
Contact = Annotated[
    str | None,
    typer.Option(
        "--contact", help="Mail address or web page that the user agent names; a live crawl needs one (JEJAK_CONTACT)."
    ),
]
Delay = Annotated[
    float | None, typer.Option("--delay", min=0, help="Seconds between two requests to one host (live: 3).")
]
Everything = Annotated[bool, typer.Option("--all", help="Fetch articles whatever their title and lead say.")]
AllLists = Annotated[
    bool,
    typer.Option("--all-lists", help="Ask also feeds and lists that gave nothing so often that they are off."),
]
DemoPort = Annotated[int, typer.Option("--port", help="Port of the demo newsroom.")]
DemoEdition = Annotated[
    int,
    typer.Option("--edition", min=1, help="Edition of the demo newsroom; 2 corrects an article, 3 redesigns a site."),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="spacy|stanza",
        help="Who reads words and syntax: our spaCy pipeline or Stanza (default: JEJAK_ENGINE or spacy).",
        show_default=False,
    ),
]
Model = Annotated[
    Literal["accurate", "none"] | None,
    typer.Option(
        "--model",
        help="Who finds names beside the rules: the trained encoder (accurate) or nobody (default: JEJAK_MODEL or "
        "accurate).",
        show_default=False,
    ),
]


def day_of(option: str, text: str, like: str = "2025-04-30") -> date:
    """The day an option was given.

    Args:
        option: its name, for the message.
        text: what was given.
        like: a day as the message shows how to write one.

    Raises:
        CommandError: if it is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} {text} is not a day; write it like {like}") from None
