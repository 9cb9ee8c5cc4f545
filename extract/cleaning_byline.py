"""What is printed around a title: the time of publication and the reporter, where no data of the page names them.

The clock in a site's header shows when the page was loaded; only what stands beside the title counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, zip_longest

from lxml import etree
from lxml.etree import XPath
from lxml.html import HtmlElement

from extract.cleaning_rules import words
from extract.cleaning_times import (
    has_clock_time,
    has_printed_date,
    read_machine_time,
    read_printed_time,
    without_printed_times,
)
from extract.lexicon import word_set
from extract.phrases import squeezed

#: Pieces of text behind and before the title in which its line is looked for.
PIECES_BEHIND = 16
PIECES_BEFORE = 4
#: Characters that a line with a time may have beside the time; more is a sentence of the story.
MAX_OTHER_CHARACTERS = 80
#: A sentence of this length is a paragraph; one of them may stand between the title and its line.
MIN_PARAGRAPH_CHARACTERS = 80
LEADS = 1
#: Further apart than by zone and time of day, two times are of different days.
ZONES = timedelta(days=2)
#: Elements between a heading and its text.
MAX_INLINE = 2
#: Words of the longest name.
MAX_NAME_WORDS = 6
#: As many different times in elements of one kind belong to a list of stories.
MANY_TIMES = 4
_HEADINGS = frozenset({"h1", "h2", "h3"})
_UNSEEN = frozenset({"script", "style", "noscript", "template"})
_SENTENCE_END = re.compile(r"[a-z)”\"][.!?]\s*$")
# "Photo by …" names no reporter.
_NAMED = re.compile(
    r"(?<!photo )(?<!image )(?<!picture )(?<!foto )(?<!gambar )(?<!photos )(?<!images )(?<!illustration )"
    r"\b(?:oleh|penulis|reporter|pewarta|wartawan|jurnalis|kontributor|by|eingestellt von)\b"
    r"\s*:?\s*(?P<name>[^|/:\n]{3,60}?)\s*(?:[|/]|$)",
    re.IGNORECASE,
)

# "Oleh" or "by" in front of a link that is the name.
_LABEL_ALONE = re.compile(
    r"^\W*(?:ditulis oleh|oleh|penulis|reporter|pewarta|wartawan|jurnalis|kontributor|by)\s*:?\s*$", re.IGNORECASE
)
_NAME_ALONE = re.compile(
    r"^\s*(?:[A-Z][a-z’'-]*[A-Z]?[a-z]+|[A-Z]\.)(?:\s+(?:[A-Z][a-z’'-]*[A-Z]?[a-z]+|[A-Z]\.)){1,3}\s*$"
)
_CLOCK_ALONE = re.compile(r"^\W*(?:(?:pukul|jam)\s*)?[0-2]?\d[:.][0-5]\d(?:\s*(?:wita|wit|wib))?\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text near the title, the element it stands in, and whether it stands above the title."""

    text: str
    owner: HtmlElement
    is_above: bool = False


def pieces_near_title(tree: HtmlElement, title: str) -> list[Piece]:
    """Texts around the last heading that repeats the title, those behind it first, headers and menus left out.

    Where the title is printed several times, the last heading is the one above the story.
    """
    wanted = squeezed(title)
    if not wanted:
        return []
    pieces: list[Piece] = []
    title_at: list[int] = []
    other_at: list[int] = []
    is_title: dict[HtmlElement, bool] = {}
    for text, owner in texts(tree):
        heading = _heading_of(owner)
        if heading is not None and heading not in is_title:
            is_title[heading] = squeezed(heading.text_content()) == wanted
        if heading is not None and is_title[heading]:
            title_at.append(len(pieces))
        elif squeezed(text) == wanted and owner.tag != "a":
            # Pages made of tables have no headings.
            other_at.append(len(pieces))
        pieces.append(Piece(text, owner))
    title_at = title_at or other_at
    if not title_at:
        return []
    nearby = [
        *_until_story(pieces[title_at[-1] + 1 : title_at[-1] + 1 + PIECES_BEHIND]),
        *(
            piece
            for at in title_at[-3:-1]
            for piece in _until_story(pieces[at + 1 : at + 1 + PIECES_BEHIND])
            if at + 1 < title_at[-1]
        ),
        *(
            replace(piece, is_above=True)
            for piece in reversed(pieces[max(0, title_at[0] - PIECES_BEFORE) : title_at[0]])
        ),
    ]
    return [piece for piece in nearby if not is_aside(piece.owner)]


def _heading_of(owner: HtmlElement) -> HtmlElement | None:
    """The heading that a text stands in; a link or bold print may lie between."""
    return next((one for one in (owner, *islice(owner.iterancestors(), MAX_INLINE)) if one.tag in _HEADINGS), None)


def _until_story(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces up to the story's second paragraph: what stands behind a short story belongs to others."""
    paragraphs = 0
    for piece in pieces:
        paragraphs += len(piece.text.strip()) >= MIN_PARAGRAPH_CHARACTERS and bool(_SENTENCE_END.search(piece.text))
        if paragraphs > LEADS:
            return
        yield piece


def texts(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Texts of the page in the order in which they are read, each with its element."""
    body = tree.find("body")
    hidden: HtmlElement | None = None
    for event, element in etree.iterwalk(body if body is not None else tree, events=("start", "end")):
        if event == "start":
            if hidden is None and element.tag in _UNSEEN:
                hidden = element
            if hidden is None and element.text and element.text.strip():
                yield element.text, element
        else:
            if element is hidden:
                hidden = None
            parent = element.getparent()
            if hidden is None and parent is not None and element.tail and element.tail.strip():
                yield element.tail, parent


def time_near_title(
    tree: HtmlElement, pieces: Sequence[Piece], selectors: Sequence[XPath], zone: tzinfo
) -> datetime | None:
    """The time in an element that the rules name, or in a line beside the title.

    A time of day is preferred; above the title, only one of the same day: a site's clock may stand there.
    """
    only_day: datetime | None = None
    named = ((value, False) for value in _named_values(tree, selectors))
    for value, is_above in (*named, *_printed_values(pieces)):
        moment = read_machine_time(value, zone) if value else None
        if moment is not None:
            if has_clock_time(value) and not (is_above and only_day and only_day.date() != moment.date()):
                return moment
            only_day = only_day or moment
    return only_day


def _named_values(tree: HtmlElement, selectors: Sequence[XPath]) -> Iterator[str]:
    for select in selectors:
        values = [
            _written_time(element, element.get("datetime") or element.get("content") or element.get("title") or "")
            for element in islice(select(tree), 8)
            if not is_aside(element)
        ]
        # Times of several stories: none of them is known to be this one's.
        if len({value[:10] for value in values}) < MANY_TIMES:
            yield from values


def _printed_values(pieces: Sequence[Piece]) -> Iterator[tuple[str, bool]]:
    """Lines with a time, and whether they stand above the title; a day and its time of day may be two lines."""
    for piece, following in zip_longest(pieces, pieces[1:]):
        value = _printed_value(piece)
        if value and following is not None and _CLOCK_ALONE.match(following.text) and not has_clock_time(value):
            value = f"{value.strip()}, {following.text.strip()}"
        yield value, piece.is_above


def _printed_value(piece: Piece) -> str:
    machine = piece.owner.get("datetime")
    if machine:
        return _written_time(piece.owner, machine)
    return piece.text if is_byline(piece.text) else ""


def _written_time(element: HtmlElement, machine: str) -> str:
    """An element's time as it is written for machines, or as it is printed where there is none or another day's.

    A site that says "published on 29 June" and writes 3 July for machines means the last change with that.
    """
    printed = element.text_content()
    written = read_machine_time(machine, UTC) if machine else None
    shown = read_printed_time(printed, UTC) if written and has_printed_date(printed) else None
    is_other_day = written is not None and shown is not None and abs(written - shown) > ZONES
    return printed if not machine or is_other_day else machine


def is_byline(text: str) -> bool:
    """Whether a line is a printed time with at most a name beside it, and no sentence of the story."""
    if len(text) > 2 * MAX_OTHER_CHARACTERS or _SENTENCE_END.search(text):
        return False
    if "(" in text or not has_printed_date(text):
        return False
    return len(without_printed_times(text)) <= MAX_OTHER_CHARACTERS


def names_near_title(tree: HtmlElement, pieces: Sequence[Piece], selectors: Sequence[XPath]) -> Iterator[str]:
    """Texts that may name the reporter: elements that the rules name, then lines beside the title."""
    behind = ""
    for select in selectors:
        for element in islice(select(tree), 12):
            if not is_aside(element):
                # Names, dates and labels stand in elements of their own, often without a space between them.
                parts = (part.strip() for part in element.itertext())
                text = element.get("content") or " | ".join(part for part in parts if part)
                if len(text) < 2 * MAX_OTHER_CHARACTERS:
                    yield without_printed_times(text)
    for piece in pieces:
        if len(piece.text) <= 2 * MAX_OTHER_CHARACTERS and not _SENTENCE_END.search(piece.text):
            rest = without_printed_times(piece.text)
            # <em>Photo</em> by …: the label may stand in an element of its own.
            named = _NAMED.search(f"{behind} {rest}") if _NAMED.match(rest) else _NAMED.search(rest)
            before, behind = behind, rest
            if _LABEL_ALONE.match(before) and len(rest.split()) <= MAX_NAME_WORDS:
                yield rest
            elif named:
                yield named["name"]
            elif is_byline(piece.text):
                if 2 <= len(rest.split()) <= 5 and ":" not in rest:
                    yield rest.strip(" |,-–·")
                if _is_name(before):
                    yield before


def _is_name(text: str) -> bool:
    """Whether a line in front of a printed time is a name alone: capitals, and no word that a section is called by."""
    known = word_set("common_words.txt")
    return _NAME_ALONE.match(text) is not None and not any(word.lower() in known for word in text.split())


def is_aside(element: HtmlElement) -> bool:
    """Whether an element stands in a header, a menu, a list of other stories, or the comments."""
    marks = words().clock_marks
    for ancestor in (element, *element.iterancestors()):
        tag = ancestor.tag
        if tag in ("nav", "aside") or (tag == "footer" and next(ancestor.iterancestors("article"), None) is None):
            return True
        if tag in ("article", "main", "body"):
            return False
        names = f"{ancestor.get('class', '')} {ancestor.get('id', '')}".lower()
        is_marked = tag == "header" or (names.strip() and marks.search(names) is not None)
        if is_marked and ancestor.find(".//h1") is None:
            return True
    return False
