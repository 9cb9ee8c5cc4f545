"""What a printed date means, and what of its surroundings decides that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from extract import date_calendar as calendar
from extract.date_calendar import Lean
from extract.date_vocabulary import plain, vocabulary
from extract.facts import DatePrecision

# "tahun lalu", "pekan ini", "bulan depan": how many units away.
RELATIVE_STEP = {"lalu": -1, "silam": -1, "kemarin": -1, "ini": 0, "depan": 1, "mendatang": 1}


@dataclass(frozen=True, slots=True)
class Meaning:
    """Calendar dates (both inclusive) with their precision; ``conflict`` when weekday and number disagreed."""

    first: date
    last: date
    precision: DatePrecision
    conflict: bool = False


@dataclass(slots=True)
class Surroundings:
    """What a reader may look at besides the match.

    Attributes:
        published: day of publication in the outlet's zone, or None.
        lean: whether the words around speak of past or future.
        anchor: the day the sentence counts from ("three days later"), or None.
        period: first day of the year, month or day last spoken of, else the day of publication.
        speech_day: the day on which the words were spoken, when they stand in a quote; else the day of publication.
        same_weekday: a day of that weekday the article has dated elsewhere, by weekday.
    """

    published: date | None
    lean: Lean = None
    anchor: date | None = None
    period: date | None = None
    speech_day: date | None = None
    same_weekday: dict[int, date] = field(default_factory=dict)


Reader = Callable[[re.Match[str], Surroundings], Meaning | None]


def month_number(word: str) -> int:
    """1 to 12 of a printed month or abbreviation."""
    return vocabulary().month_number[plain(word).rstrip(".")]


def weekday_number(word: str) -> int:
    """0 (Monday) to 6 of a printed weekday."""
    return vocabulary().weekday_number[plain(word)]


def count_in(match: re.Match[str], group: str = "count") -> int:
    """The number in a group, in digits or words; 1 for "sehari", which has none."""
    word = match[group]
    if word is None:
        return 1
    return int(word) if word.isdigit() else number_in(word)


def number_in(word: str) -> int:
    """The value of a number word."""
    numbers = vocabulary().number
    return numbers[plain(word)]


def single_day(day: date | None, conflict: bool = False) -> Meaning | None:
    """A day as a meaning; None stays None."""
    return Meaning(day, day, "day", conflict) if day else None


def span_of(first: date | None, last: date | None, conflict: bool = False) -> Meaning | None:
    """Days from first to last; None when either is missing or they run backwards."""
    if first is None or last is None or last < first:
        return None
    return single_day(first, conflict) if first == last else Meaning(first, last, "span", conflict)


def whole_month(year: int, month: int) -> Meaning:
    """A month as a meaning."""
    return Meaning(*calendar.month_span(year, month), "month")


def printed_year(match: re.Match[str], around: Surroundings, group: str = "y") -> int | None:
    """The printed year, or the one named by "tahun lalu"; None when the form has neither."""
    groups = match.groupdict()
    if groups.get(group):
        return calendar.full_year(match[group], around.published)
    if groups.get("relative") and around.published:
        return around.published.year + RELATIVE_STEP[match["relative"]]
    return None
