"""Quoted segments of a text, whatever marks they are printed in."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Longest quoted segment, in characters; a stray mark must not turn the rest of a paragraph into speech.
LONGEST = 1_500

_CURLY = rf"[“„]([^“”„\n]{{2,{LONGEST}}})[”\"]"
_STRAIGHT = rf"\"([^\"“”\n]{{2,{LONGEST}}})[\"”]"
_GUILLEMETS = rf"«([^«»\n]{{2,{LONGEST}}})»"
_DOUBLED = rf"''([^'\n](?:[^'\n]|'(?!')){{2,{LONGEST}}})''"
# A single curly mark also stands for an apostrophe: it opens speech only behind a space and closes it behind a point.
_SINGLE = rf"(?<![\w’])‘([^‘\n]{{8,{LONGEST}}}?[,.?!])’(?!\w)"
# The next paragraph of a long speech opens again, the one before is left open.
_UNCLOSED = rf"^[“\"]([^“”\"\n]{{12,{LONGEST}}})$"
_QUOTED = re.compile("|".join((_CURLY, _STRAIGHT, _GUILLEMETS, _DOUBLED, _SINGLE, _UNCLOSED)), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Segment:
    """Quoted words.

    Attributes:
        opening: offset of the opening mark.
        closing: offset behind the closing mark.
        start: offset of the first quoted character.
        end: offset behind the last quoted character, without the comma before an attribution.
    """

    opening: int
    closing: int
    start: int
    end: int


def quoted_segments(text: str) -> list[Segment]:
    """Every quoted segment of a text in order of appearance. Marks are paired within a paragraph; linear in time."""
    segments = []
    for match in _QUOTED.finditer(text):
        group = match.lastindex or 0
        start, end = match.span(group)
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip(" \t,"))
        if end > start:
            segments.append(Segment(match.start(), match.end(), start, end))
    return segments
