"""An explanation on the terminal, and as one HTML page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

import jinja2
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .explaining import Explanation

TEMPLATE = Path(__file__).with_name("explain_page.html")

STYLES = {
    "person": "bold black on yellow",
    "agency": "bold black on cyan",
    "proposal": "underline",
    "place": "black on green",
    "date": "black on magenta",
}
PROTECTED = "Names are withheld as in the snapshot: pseudonyms, suspects by initials."
UNPROTECTED = "Full names of protected people: do not pass this on."


def show(console: Console, explanation: Explanation) -> None:
    """Print the article with its mentions marked and numbered, and below it why each was found."""
    console.print(Text(explanation.title, style="bold"))
    about = (
        explanation.article_id, explanation.published, explanation.relevance, explanation.version, explanation.readers,
    )  # fmt: skip
    console.print(Text(" · ".join(filter(None, about)), style="dim"))
    console.print(Text(PROTECTED if explanation.is_protected else UNPROTECTED, style="italic"))
    for paragraph in explanation.paragraphs:
        line = Text()
        for piece in paragraph:
            if piece.found is None:
                line.append(piece.text)
            else:
                line.append(piece.text, style=STYLES[piece.found.kind])
                line.append(f"[{piece.found.number}]", style="dim")
        console.print()
        console.print(line)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("no.", "kind", "mention", "read as", "why", "sure", "sentence"):
        table.add_column(name, overflow="fold", justify="right" if name in ("no.", "sure", "sentence") else "left")
    for one in explanation.found:
        read_as = f"{one.name} ({one.detail})" if one.detail else one.name
        why = Text(one.why).append(f" [{one.source}]", style="dim")
        cells = (str(one.number), one.kind, one.mention, read_as)
        table.add_row(*map(Text, cells), why, Text(f"{one.confidence:.2f}"), Text(str(one.sentence)))
    console.print()
    console.print(table)
    if explanation.syntax:
        _show_syntax(console, explanation)


def _show_syntax(console: Console, explanation: Explanation) -> None:
    """Print what each word is, sentence by sentence."""
    console.print(Text(f"Words, as {explanation.parser} reads them", style="bold"))
    for number, words in enumerate(explanation.syntax, start=1):
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), title=f"sentence {number}")
        for name in ("no.", "word", "base form", "part of speech", "features", "relation", "to"):
            table.add_column(name, overflow="fold", justify="right" if name == "no." else "left")
        for word in words:
            head = f"{word.head_number} {word.head}" if word.head_number else ""
            cells = (str(word.number), word.form, word.base, word.part, word.features, word.relation, head)
            table.add_row(*map(Text, cells))
        console.print(table)


def page(explanation: Explanation) -> str:
    """The explanation as an HTML page: no script, nothing from elsewhere, light and dark."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    note = PROTECTED if explanation.is_protected else UNPROTECTED
    return template.render(explanation=explanation, note=note)
