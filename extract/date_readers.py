"""What each printed form of a date means, given the day of publication.

A reader takes the match of a form and returns calendar dates, or None when the form means no date here.
Relative forms mean nothing without a day of publication: no date is made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from extract import date_calendar as calendar
from extract.date_calendar import Lean
from extract.date_vocabulary import plain, vocabulary
from extract.facts import DatePrecision

_RELATIVE_STEP = {"lalu": -1, "silam": -1, "kemarin": -1, "ini": 0, "depan": 1}
_PARTS = {"semester": 2, "triwulan": 4, "kuartal": 4, "caturwulan": 3}
# Years a report may name: from Independence to the horizon of a national plan.
EARLIEST_YEAR, YEARS_AHEAD = 1945, 30


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
        speech_day: the day on which the words were spoken, when they stand in a quote; else the day of publication.
        same_weekday: a day of that weekday the article has dated elsewhere, by weekday.
        is_dated: whether "tanggal" or a bracket marks a bare "5/2" as a date.
    """

    published: date | None
    lean: Lean = None
    anchor: date | None = None
    speech_day: date | None = None
    same_weekday: dict[int, date] = field(default_factory=dict)
    is_dated: bool = False


Reader = Callable[[re.Match[str], Surroundings], Meaning | None]


def _month(word: str) -> int:
    return vocabulary().month_number[plain(word).rstrip(".")]


def _weekday(word: str) -> int:
    return vocabulary().weekday_number[plain(word)]


def _count(match: re.Match[str], group: str = "count") -> int:
    word = match[group]
    if word is None:
        return 1
    return int(word) if word.isdigit() else _number(word)


def _number(word: str) -> int:
    numbers = vocabulary().number
    return numbers[plain(word)]


def _day(day: date | None, conflict: bool = False) -> Meaning | None:
    return Meaning(day, day, "day", conflict) if day else None


def _span(first: date | None, last: date | None, conflict: bool = False) -> Meaning | None:
    if first is None or last is None or last < first:
        return None
    return _day(first, conflict) if first == last else Meaning(first, last, "span", conflict)


def _months(year: int, month: int) -> Meaning:
    return Meaning(*calendar.month_span(year, month), "month")


def _printed_year(match: re.Match[str], around: Surroundings, group: str = "y") -> int | None:
    """The printed year, or the one named by "tahun lalu"; None when the form has neither."""
    groups = match.groupdict()
    if groups.get(group):
        return calendar.full_year(match[group], around.published)
    if groups.get("relative") and around.published:
        return around.published.year + _RELATIVE_STEP[match["relative"]]
    return None


def _dated(match: re.Match[str], around: Surroundings, day: int, month: int) -> Meaning | None:
    """A single day by number, checked against its weekday where one is printed."""
    year = _printed_year(match, around)
    weekday = _weekday(match["weekday"]) if match["weekday"] else None
    if not 1 <= month <= 12 and 1 <= day <= 12:
        day, month = month, day  # printed month first, as in English
    if year is not None:
        printed = calendar.day_or_none(year, month, day)
    elif around.published:
        printed = calendar.nearest_day(month, day, around.published, around.lean, weekday)
    else:
        return None
    if weekday is None or (printed and printed.weekday() == weekday):
        return _day(printed)
    return _day(calendar.settle(weekday, printed, day, month, around.published), conflict=True)


def numeric_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Rabu (4/6/2025)``, ``(5/2)``, ``23/06/23``, ``6-6-2023``."""
    if not match["y"]:
        is_marked = match["weekday"] or (match["sep"] == "/" and (match["open"] or around.is_dated))
        if not is_marked or match["sep"] == ".":
            return None
    elif len(match["y"]) == 2 and match["sep"] != "/" and not (match["weekday"] or match["open"]):
        return None
    return _dated(match, around, int(match["d"]), int(match["m"]))


def named_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Jumat, 3 Maret 2024``, ``16 Agustus``, ``4 Januari tahun lalu``."""
    return _dated(match, around, int(match["d"]), _month(match["month"]))


def iso_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2024-06-12``."""
    return _day(calendar.day_or_none(int(match["y"]), int(match["m"]), int(match["d"])))


def _day_span(match: re.Match[str], around: Surroundings, months: tuple[int, int]) -> Meaning | None:
    """Two days; the first takes month and year from the second where it has none of its own."""
    (first_month, last_month), (first_day, last_day) = months, (int(match["d"]), int(match["d2"]))
    year = _printed_year(match, around)
    if year is None:
        if around.published is None:
            return None
        nearest = calendar.nearest_day(last_month, last_day, around.published, around.lean)
        if nearest is None:
            return None
        year = nearest.year
    first_year = _printed_year(match, around, "y1") if match["y1"] else None
    if first_year is None:
        first_year = year - 1 if first_month > last_month else year
    first = calendar.day_or_none(first_year, first_month, first_day)
    conflict = bool(match["weekday"]) and first is not None and first.weekday() != _weekday(match["weekday"])
    return _span(first, calendar.day_or_none(year, last_month, last_day), conflict)


def numeric_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``(9-11/6/2026)``, ``(30/6-2/7/2024)``."""
    if not match["y"] and not (match["weekday"] or match["open"]):
        return None
    return _day_span(match, around, (int(match["m1"] or match["m"]), int(match["m"])))


def named_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``5-13 Juni 2023``, ``1 Januari sampai 18 Juli``, ``9 dan 10 Juni``."""
    return _day_span(match, around, (_month(match["month1"] or match["month"]), _month(match["month"])))


def month_to_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Januari sampai 24 Februari``."""
    month, day = _month(match["month"]), int(match["d2"])
    year = _printed_year(match, around)
    if year is not None:
        last = calendar.day_or_none(year, month, day)
    else:
        last = calendar.nearest_day(month, day, around.published, around.lean) if around.published else None
    if last is None:
        return None
    first_month = _month(match["month1"])
    first_year = _printed_year(match, around, "y1") if match["y1"] else None
    return _span(date(first_year or last.year - (first_month > month), first_month, 1), last)


def month_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Januari hingga April 2024``, ``Desember 2023–Februari 2024``."""
    first_month, month = _month(match["month1"]), _month(match["month"])
    year = _printed_year(match, around)
    if year is None:
        if match["y1"]:
            year = int(match["y1"]) + (first_month > month)
        elif around.published:
            year = calendar.nearest_month_year(month, around.published, around.lean)
        else:
            return None
    first_year = int(match["y1"]) if match["y1"] else year - (first_month > month)
    return _span(date(first_year, first_month, 1), calendar.month_span(year, month)[1])


def year_to_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2021, sampai dengan April``."""
    first, month = int(match["y1"]), _month(match["month"])
    return _span(date(first, 1, 1), calendar.month_span(_printed_year(match, around) or first, month)[1])


def month_to_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Maret 2023 hingga 2024``."""
    return _span(date(int(match["y1"]), _month(match["month1"]), 1), date(int(match["y"]), 12, 31))


def month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``April 2025``, ``akhir Juli``, ``Desember tahun lalu``."""
    if match["short"]:
        return _months(int(match["short_y"]), _month(match["short"]))
    number = _month(match["month"])
    year = _printed_year(match, around) or _printed_year(match, around, "list_y")
    if year is None:
        if around.published is None:
            return None
        year = calendar.nearest_month_year(number, around.published, around.lean)
    return _months(year, number)


def week_of_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``pekan terakhir bulan ini``, ``minggu kedua Oktober 2024``."""
    if match["month"]:
        number = _month(match["month"])
        year = _printed_year(match, around)
        if year is None:
            if around.published is None:
                return None
            year = calendar.nearest_month_year(number, around.published, around.lean)
    elif around.published:
        year, number = calendar.shifted_month(around.published, _RELATIVE_STEP[match["relative"]])
    else:
        return None
    week = calendar.week_of_month(year, number, None if match["last"] else _number(match["ordinal"]))
    return Meaning(*week, "span") if week else None


def part_of_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``semester pertama tahun ini``, ``triwulan II 2024``."""
    year = _printed_year(match, around)
    if year is None:
        return None
    ordinal = int(match["ordinal"]) if match["ordinal"].isdigit() else _number(match["ordinal"])
    part = calendar.part_of_year(year, _PARTS[match["part"].lower()], ordinal)
    return Meaning(*part, "span") if part else None


def edge_of_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir tahun``: December; ``awal tahun 2024``: January."""
    year = _printed_year(match, around)
    is_end = match["edge"].lower() == "akhir"
    if year is None:
        if around.published is None:
            return None
        year = around.published.year - (is_end and around.lean == "past")
    return _months(year, 12 if is_end else 1)


def edge_of_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir bulan``, ``awal bulan depan``: the month."""
    if around.published is None:
        return None
    return _months(*calendar.shifted_month(around.published, _RELATIVE_STEP[match["relative"] or "ini"]))


def weekend(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir pekan lalu``: Saturday and Sunday."""
    if around.published is None:
        return None
    relative = match["relative"] or ("lalu" if around.lean != "future" and around.published.weekday() < 5 else "ini")
    sunday = calendar.week_of(around.published, _RELATIVE_STEP[relative])[1]
    return Meaning(sunday - timedelta(days=1), sunday, "span")


def weekday(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Kamis``, ``Senin depan``, ``Sabtu pekan lalu``, ``Rabu lusa``."""
    if around.published is None:
        return None
    number = _weekday(match["weekday"])
    if match["relative"]:
        week = calendar.week_of(around.published, _RELATIVE_STEP[match["relative"]])
        return _day(week[0] + timedelta(days=number))
    if match["next"]:
        return _day(calendar.weekday_near(number, around.published, "future", strictly=match["next"] == "depan"))
    if around.lean is None and number in around.same_weekday:
        return _day(around.same_weekday[number])
    strictly = bool(match["past"] or match["future"])
    return _day(calendar.weekday_near(number, around.published, around.lean, strictly))


def weekday_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Senin hingga Rabu``: as near to publication as the words around allow."""
    if around.published is None:
        return None
    last = calendar.weekday_near(_weekday(match["weekday2"]), around.published, around.lean)
    days = (last.weekday() - _weekday(match["weekday"])) % 7
    return _span(last - timedelta(days=days), last)


def ago(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``dua hari lalu``, ``tiga bulan yang lalu``."""
    published, count = around.published, _count(match)
    if published is None:
        return None
    if match["unit"] == "hari":
        return _day(published - timedelta(days=count))
    if match["unit"] in ("pekan", "minggu"):
        return Meaning(*calendar.week_of(published, -count), "span")
    if match["unit"] == "bulan":
        return _months(*calendar.shifted_month(published, -count))
    return Meaning(*calendar.year_span(published.year - count), "year")


def days_from_anchor(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``sehari sebelumnya``, ``tiga hari kemudian``, ``sehari sebelum rapat``."""
    if around.anchor is None:
        return None
    days = _count(match)
    return _day(around.anchor + timedelta(days=-days if match["before"] or match["before_it"] else days))


def next_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``keesokan harinya``."""
    return _day(around.anchor + timedelta(days=1)) if around.anchor else None


def unit_relative(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``pekan depan``, ``bulan lalu``, ``tahun ini``."""
    published = around.published
    if published is None:
        return None
    unit, step = match["unit"].lower(), _RELATIVE_STEP[match["relative"]]
    if unit in ("pekan", "minggu"):
        return Meaning(*calendar.week_of(published, step), "span")
    if unit == "bulan":
        return _months(*calendar.shifted_month(published, step))
    return Meaning(*calendar.year_span(published.year + step), "year")


def day_word(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``hari ini``, ``kemarin``, ``tadi malam``, ``besok``, ``lusa``."""
    if around.speech_day is None:
        return None
    steps = {"today": 0, "morning": 0, "eve": -2, "yesterday": -1, "night": -1, "tomorrow": 1, "after": 2}
    step = next(days for name, days in steps.items() if match[name])
    return _day(around.speech_day + timedelta(days=step))


def year_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2024–2027``, ``2019 hingga 2021``."""
    return _span(date(int(match["y1"]), 1, 1), date(int(match["y"]), 12, 31))


def year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2024``, ``awal 2025``."""
    number = int(match["y"])
    latest = (around.published or date(2050, 1, 1)).year + YEARS_AHEAD
    return Meaning(*calendar.year_span(number), "year") if EARLIEST_YEAR <= number <= latest else None


@dataclass(frozen=True, slots=True)
class Form:
    """How a form is read, how sure one may be of it, and whether it needs days dated elsewhere in the article."""

    read: Reader
    confidence: float
    is_contextual: bool = False


FORMS: dict[str, Form] = {
    "numeric_span": Form(numeric_span, 0.95),
    "named_span": Form(named_span, 0.95),
    "month_to_day": Form(month_to_day, 0.9),
    "numeric_day": Form(numeric_day, 0.97),
    "named_day": Form(named_day, 0.95),
    "month_first": Form(named_day, 0.95),
    "iso_day": Form(iso_day, 0.95),
    "month_span": Form(month_span, 0.9),
    "year_to_month": Form(year_to_month, 0.85),
    "month_to_year": Form(month_to_year, 0.85),
    "week_of_month": Form(week_of_month, 0.7),
    "part_of_year": Form(part_of_year, 0.85),
    "month": Form(month, 0.85),
    "edge_of_year": Form(edge_of_year, 0.7),
    "edge_of_month": Form(edge_of_month, 0.7),
    "weekend": Form(weekend, 0.7),
    "weekday_span": Form(weekday_span, 0.75, is_contextual=True),
    "weekday": Form(weekday, 0.8, is_contextual=True),
    "ago": Form(ago, 0.6),
    "days_from_anchor": Form(days_from_anchor, 0.6, is_contextual=True),
    "next_day": Form(next_day, 0.6, is_contextual=True),
    "unit_relative": Form(unit_relative, 0.75),
    "day_word": Form(day_word, 0.7, is_contextual=True),
    "year_span": Form(year_span, 0.9),
    "year": Form(year, 0.75),
}
