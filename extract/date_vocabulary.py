"""The words of time: months, weekdays, connectors and what surrounds them, from ``reference/dates.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

APOSTROPHES = "'’‘`´ʼ"
_APOSTROPHE = f"[{APOSTROPHES}]"


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of ``words``, the longest first, apostrophes and spaces in any print."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(_printed(word) for word in ordered) + ")"


def _printed(word: str) -> str:
    pattern = re.escape(word).replace(r"\ ", r"[ \t\u00a0]{1,3}")
    return pattern.replace("'", _APOSTROPHE)


def _spelled(words: Iterable[str]) -> list[str]:
    """Each word as in the data file and in capitals."""
    return [form for word in words for form in (word, word.upper())]


def plain(word: str) -> str:
    """A word in lower case, with one kind of apostrophe and single spaces, for looking up."""
    for mark in APOSTROPHES[1:]:
        word = word.replace(mark, "'")
    return " ".join(word.lower().split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Look-up tables and patterns.

    Attributes:
        weekday_number: weekday in plain form to 0 (Monday) to 6.
        month_number: month or abbreviation in plain form to 1 to 12.
        number: number word in plain form to its value.
        weekday: pattern of a weekday, capitalised.
        weekday_beside: the same for use beside a date, where all but "minggu" (a week) may be in lower case.
        month: pattern of a month's name, capitalised, that may stand alone.
        month_beside: pattern of a month or abbreviation in any case, for use beside a day or year.
        number_word: pattern of a number word.
        words: every list of the section ``words``, by name.
    """

    weekday_number: dict[str, int]
    month_number: dict[str, int]
    number: dict[str, int]
    weekday: str
    weekday_beside: str
    month: str
    month_beside: str
    number_word: str
    words: dict[str, tuple[str, ...]]

    def pattern(self, name: str) -> str:
        """A pattern for any word of a list in the section ``words``."""
        return any_of(self.words[name])


def _numbered(section: dict[str, list[str]]) -> dict[str, int]:
    return {plain(word): int(number) for number, words in section.items() for word in words}


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once."""
    data = tomllib.loads(files("extract").joinpath("reference", "dates.toml").read_text(encoding="utf-8"))
    weekdays = [word for words in data["weekdays"].values() for word in words]
    months = [word for words in data["months"].values() for word in words]
    short = [word for words in data["month_abbreviations"].values() for word in words]
    numbers = _numbered(data["numbers"])
    return Vocabulary(
        weekday_number=_numbered(data["weekdays"]),
        month_number=_numbered(data["months"]) | _numbered(data["month_abbreviations"]),
        number=numbers,
        weekday=any_of(_spelled(weekdays)),
        weekday_beside=any_of([*_spelled(weekdays), *(word.lower() for word in weekdays if word != "Minggu")]),
        month=any_of(_spelled(months)),
        month_beside=f"(?i:{any_of(months)}|{any_of(short)}\\.?)",
        number_word=any_of(word for words in data["numbers"].values() for word in words if word != "se"),
        words={name: tuple(words) for name, words in data["words"].items()},
    )
