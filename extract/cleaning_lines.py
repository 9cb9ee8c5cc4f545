"""From the lines of a page's body to an article's text: boilerplate goes, the dateline is split off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.article import OutletHints
from extract.cleaning_byline import is_byline
from extract.cleaning_credits import is_credit, read_credits
from extract.cleaning_datelines import is_loose_dateline, split_dateline
from extract.cleaning_rules import LineRule

#: Lines that count as the head and the tail of an article for rules that only look there.
EDGE_LINES = 4
#: Boilerplate is short: longer lines are the story's, and only their ends are searched for initials and credits.
MAX_BOILERPLATE_CHARACTERS = 300
#: Lines in front of a repeated title that are shorter are labels, dates and advertisements.
MAX_LABEL_CHARACTERS = 70
#: Repeated lines shorter than this may be meant: answers, subheadings.
MIN_REPEATED_CHARACTERS = 25

_NOT_WORD = re.compile(r"\W+")


@dataclass(slots=True)
class CleanedLines:
    """What is left of a body's lines.

    Attributes:
        lines: the story's paragraphs.
        dateline: the words cut off from the first of them, or None.
        reporters: names behind ``Pewarta:``, ``Reporter:`` and the like.
        editors: names behind ``Editor:`` and the like.
    """

    lines: list[str] = field(default_factory=list)
    dateline: str | None = None
    reporters: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)


def line_key(line: str) -> str:
    """A line's letters and digits in lower case: what two printings of one line have in common."""
    return _NOT_WORD.sub("", line).casefold()


def clean_lines(
    lines: Sequence[str],
    rules: Sequence[LineRule],
    *,
    title: str,
    outlet: OutletHints,
    further: Sequence[Sequence[str]] = (),
    names: Sequence[str] = (),
) -> CleanedLines:
    """Takes out what is no part of the story: credits, boilerplate, repeated title, captions and paragraphs.

    Args:
        lines: lines of the body, of the first page where the article has several.
        rules: the line rules of the page's family.
        title: the article's title, dropped where the body repeats it.
        outlet: the outlet, whose name may stand in the dateline.
        further: lines of each further page, which prints title, credits and boilerplate anew.
        names: of the reporters, dropped where a page begins with a line that is no more than one of them.
    """
    cleaned = CleanedLines()
    kept: list[str] = []
    for page in (lines, *further):
        own = _apply_rules(_take_credits(page, cleaned), rules)
        kept += _drop_bylines(_drop_titles(own, title), names)
    kept = _drop_repeated(_join_loose_dateline(kept))
    if kept:
        cleaned.dateline, kept[0] = split_dateline(kept[0], outlet)
        kept = _drop_echoed_captions(kept)
        if cleaned.dateline is None and kept:
            # The dateline stood behind a caption.
            cleaned.dateline, kept[0] = split_dateline(kept[0], outlet)
    cleaned.lines = [line for line in kept if line]
    return cleaned


def _take_credits(lines: Sequence[str], cleaned: CleanedLines) -> list[str]:
    """Takes credit lines out and keeps the names in them."""
    found = read_credits(lines)
    cleaned.reporters += found.reporters
    cleaned.editors += found.editors
    return [line for line in lines if not is_credit(line)]


def _apply_rules(lines: Sequence[str], rules: Sequence[LineRule]) -> list[str]:
    kept = list(lines)
    cuts = [rule for rule in rules if rule.effect == "cut"]
    for index, line in enumerate(kept):
        if len(line) <= MAX_BOILERPLATE_CHARACTERS and any(rule.pattern.search(line) for rule in cuts):
            del kept[index:]
            break
    for where in ("anywhere", "head", "tail"):
        chosen = [rule for rule in rules if rule.where == where]
        first, last = _edges(where, len(kept))
        if chosen and first < last:
            kept[first:last] = [line for old in kept[first:last] if (line := _apply_to_line(old, chosen))]
    return kept


def _edges(where: str, count: int) -> tuple[int, int]:
    if where == "head":
        return 0, min(EDGE_LINES, count)
    return (max(0, count - EDGE_LINES), count) if where == "tail" else (0, count)


def _apply_to_line(line: str, rules: Sequence[LineRule]) -> str:
    is_short = len(line) <= MAX_BOILERPLATE_CHARACTERS
    for rule in rules:
        if rule.effect == "drop" and is_short and rule.pattern.search(line):
            return ""
        if rule.effect == "trim":
            start = max(0, len(line) - MAX_BOILERPLATE_CHARACTERS)
            line = (line[:start] + rule.pattern.sub("", line[start:])).strip()
    return line


def _drop_titles(lines: list[str], title: str) -> list[str]:
    """Drops the title where the body begins with it, and the labels and advertisements in front of it."""
    wanted = line_key(title)
    if not wanted:
        return lines
    for index in range(min(2 * EDGE_LINES, len(lines)) - 1, -1, -1):
        if line_key(lines[index]) == wanted:
            above = [line for line in lines[:index] if len(line) > MAX_LABEL_CHARACTERS and not is_byline(line)]
            return above + lines[index + 1 :]
    return lines


def _drop_bylines(lines: list[str], names: Sequence[str]) -> list[str]:
    """Drops the line with name and time where the body begins with it, and a name alone."""
    known = {line_key(name) for name in names}
    return [
        line
        for index, line in enumerate(lines)
        if index >= EDGE_LINES or not (is_byline(line) or line_key(line) in known)
    ]


def _join_loose_dateline(lines: list[str]) -> list[str]:
    """Joins a dateline that stands in an element of its own (``<strong>Pontianak</strong> -``) to its sentence."""
    if len(lines) > 1 and is_loose_dateline(lines[0]):
        return [f"{lines[0]} {lines[1]}", *lines[2:]]
    return lines


def _drop_repeated(lines: list[str]) -> list[str]:
    seen: set[str] = set()
    kept: list[str] = []
    for line in lines:
        key = line_key(line)
        if len(line) >= MIN_REPEATED_CHARACTERS and key in seen:
            continue
        seen.add(key)
        kept.append(line)
    return kept


def _drop_echoed_captions(lines: list[str]) -> list[str]:
    """Drops a first line that a later one of the head repeats: the caption of the lead photo."""
    head = [line_key(line) for line in lines[: EDGE_LINES + 1]]
    if len(head) > 1 and len(head[0]) >= MIN_REPEATED_CHARACTERS and any(head[0] in later for later in head[1:]):
        return lines[1:]
    return lines
