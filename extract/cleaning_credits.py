"""Lines that say who wrote and who edited a story: ``Reporter: …``, ``Rep: …/ Red: …``, ``Laporan Wartawan …``.

They stand in front of a story, behind it, or in a box of the page beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from extract.cleaning_byline import is_aside, texts

#: Longer lines are sentences of the story.
MAX_CREDIT_CHARACTERS = 160
#: More labels than these are a list of stories, each with its reporter.
MAX_CREDITS = 60
#: Elements between the label of a credit and the one that holds the name as well.
MAX_LEVELS = 3

_LABEL = (
    r"(?P<label>(?:redaktur|editor|penulis)\s*(?:&|dan|/)\s*(?:reporter|editor|penulis|pewarta)|pewarta|penulis|reporter|rep(?=\s*:)|wartawan|jurnalis|kontributor|laporan(?:\s+(?:wartawan|reporter|jurnalis|kontributor))?"
    r"|editor|redaktur|red(?=\s*:)|penyunting|uploader|sumber|copyright|oleh|teks|foto|sumber berita|kepala biro)"
)
_NEXT_LABEL = r"(?:pewarta|penulis|reporter|editor|redaktur|penyunting|uploader|sumber|foto|red)"
_CREDIT = re.compile(
    rf"(?:^|(?<=[\s|/;,.–-])){_LABEL}\s*:\s*(?P<name>[^|;:]*?)(?=\s*(?:[|;]|/\s*\w+\s*:|\b{_NEXT_LABEL}\b\s*:|\bcopyright\b|$))",
    re.IGNORECASE,
)
_CREDIT_LINE = re.compile(
    rf"^\W*(?:{_LABEL}\s*:|laporan\s+(?:wartawan|reporter|jurnalis|kontributor)\b|ditulis\s+oleh\b|(?:editor|pewarta|penulis|reporter)\s*[-–|])",
    re.IGNORECASE,
)
_REPORTED_BY = re.compile(
    r"^\W*laporan\s+(?:wartawan|reporter|jurnalis|kontributor)\s*(?:khusus)?\s*(?P<outlet>[^,:]{0,40})[,:]\s*(?P<name>[^,|]{3,60})\W*$",
    re.IGNORECASE,
)
# Who wrote and edited a story wrote it.
_BOTH = re.compile(r"&|\bdan\b|/")
_WRITTEN_BY = re.compile(r"^\W*ditulis\s+oleh\s*:?\s*(?P<name>[^,|:]{3,60}?)\W*$", re.IGNORECASE)
_REPORTER_LABELS = (
    "pewarta",
    "penulis",
    "reporter",
    "rep",
    "wartawan",
    "jurnalis",
    "kontributor",
    "laporan",
    "oleh",
    "teks",
)
_EDITOR_LABELS = ("editor", "redaktur", "red", "penyunting", "uploader")
# The label that begins a credit in an element of its own; the name may stand in the next.
_BEGINS = re.compile(
    r"^\W*(?:pewarta|penulis|reporter|rep|wartawan|jurnalis|kontributor|laporan|ditulis oleh|oleh(?=\s*:)"
    r"|editor|redaktur|red|penyunting)\b",
    re.IGNORECASE,
)
# Five words in small letters and a full stop: a sentence that begins with "Editor:" or "Sumber:".
_SENTENCE = re.compile(r"(?:\b[a-z’'-]{2,}[,:;]?\s+){5}.*[a-z)”\"’][.!?][”\"’]?$")


@dataclass(slots=True)
class Credits:
    """Names behind ``Pewarta:``, ``Reporter:`` and the like, and those behind ``Editor:`` and the like."""

    reporters: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)


def is_credit(line: str) -> bool:
    """Whether a line is a credit and no sentence of the story."""
    return len(line) <= MAX_CREDIT_CHARACTERS and bool(_CREDIT_LINE.match(line)) and not _SENTENCE.search(line)


def read_credits(lines: Iterable[str]) -> Credits:
    """The names in credit lines; other lines are passed over."""
    found = Credits()
    for line in lines:
        if not is_credit(line):
            continue
        whole = _REPORTED_BY.match(line) or _WRITTEN_BY.match(line)
        if whole:
            found.reporters.append(whole["name"].strip())
            continue
        reporters = len(found.reporters)
        for credit in _CREDIT.finditer(line):
            label, name = credit["label"].lower(), credit["name"].strip(" .,/-–")
            if name and _BOTH.search(label):
                found.reporters.append(name)
                continue
            if name and label == "red" and len(found.reporters) == reporters:
                # Without a reporter in front, the one behind "Red:" wrote the story.
                continue
            if name and label.startswith(_EDITOR_LABELS):
                found.editors.append(name)
            elif name and label.startswith(_REPORTER_LABELS):
                found.reporters.append(name)
    return found


def page_credits(tree: HtmlElement) -> Credits:
    """The credits of a page, wherever they stand but in menus, lists of other stories and comments.

    The first one that names reporters counts: another one belongs to another story.
    """
    found = Credits()
    for line in _credit_texts(tree):
        here = read_credits([line])
        found.reporters = found.reporters or here.reporters
        found.editors += here.editors
    return found


def _short_text(element: HtmlElement) -> str:
    """The text of an element, its parts joined by spaces, or an empty string where it is longer than a credit."""
    line = ""
    for part in element.itertext():
        line = f"{line} {' '.join(part[: MAX_CREDIT_CHARACTERS + 1].split())}".strip()
        if len(line) > MAX_CREDIT_CHARACTERS:
            return ""
    return line


def _credit_texts(tree: HtmlElement) -> Iterator[str]:
    """Texts that begin with the label of a credit, with those of the element around it where the label stands alone."""
    labelled = 0
    for text, owner in texts(tree):
        if labelled >= MAX_CREDITS:
            return
        if len(text) > MAX_CREDIT_CHARACTERS or not _BEGINS.match(text) or is_aside(owner):
            continue
        labelled += 1
        element = owner
        for _ in range(MAX_LEVELS):
            # Where the element holds more than the credit, the label stands in front of a break.
            line = _short_text(element) or " ".join(text.split())
            here = read_credits([line])
            if here.reporters or here.editors:
                yield line
                break
            parent = element.getparent()
            if parent is None:
                break
            element = parent
