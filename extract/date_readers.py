"""What each printed form of a date means, given the day of publication.

A reader takes the match of a form and returns calendar dates, or None when the form means no date here.
Relative forms mean nothing without a day of publication: no date is made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extract import date_calendar as calendar
from extract import date_relative as relative
from extract.date_meaning import (
    Meaning,
    Reader,
    Surroundings,
    month_number,
    number_in,
    printed_year,
    single_day,
    span_of,
    weekday_number,
    whole_month,
)

_PARTS = {"semester": 2, "triwulan": 4, "kuartal": 4, "caturwulan": 3}
# Years a report may name: from Independence to the horizon of a national plan.
EARLIEST_YEAR, YEARS_AHEAD = 1945, 30


def _dated(match: re.Match[str], around: Surroundings, day: int, month: int) -> Meaning | None:
    """A single day by number, checked against its weekday where one is printed."""
    year = printed_year(match, around)
    weekday = weekday_number(match["weekday"]) if match["weekday"] else None
    if not 1 <= month <= 12 and 1 <= day <= 12:
        day, month = month, day  # printed month first, as in English
    if year is not None:
        printed = calendar.day_or_none(year, month, day)
    elif around.published:
        printed = calendar.nearest_day(month, day, around.published, around.lean, weekday)
    else:
        return None
    if weekday is None or (printed and printed.weekday() == weekday):
        return single_day(printed)
    return single_day(calendar.settle(weekday, printed, day, month, around.published), conflict=True)


def numeric_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Rabu (4/6/2025)``, ``(5/2)``, ``tanggal 23/06/23``, ``6-6-2023``."""
    cue, is_marked = match["cue"], match["weekday"] or match["open"]
    if not match["y"]:
        is_marked = is_marked or (cue and cue[0] in "tT")
        is_score = match["sep"] != "/" and not (match["weekday"] and match["open"])
        if not is_marked or is_score or match["sep"] == ".":
            return None
    elif len(match["y"]) == 2 and not (is_marked or cue):
        return None
    return _dated(match, around, int(match["d"]), int(match["m"]))


def named_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Jumat, 3 Maret 2024``, ``16 Agustus``, ``4 Januari tahun lalu``."""
    return _dated(match, around, int(match["d"]), month_number(match["month"]))


def iso_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2024-06-12``."""
    return single_day(calendar.day_or_none(int(match["y"]), int(match["m"]), int(match["d"])))


def _day_span(match: re.Match[str], around: Surroundings, months: tuple[int, int]) -> Meaning | None:
    """Two days; the first takes month and year from the second where it has none of its own."""
    (first_month, last_month), (first_day, last_day) = months, (int(match["d"]), int(match["d2"]))
    year = printed_year(match, around)
    if year is None:
        if around.published is None:
            return None
        nearest = calendar.nearest_day(last_month, last_day, around.published, around.lean)
        if nearest is None:
            return None
        year = nearest.year
    first_year = printed_year(match, around, "y1") if match["y1"] else None
    if first_year is None:
        first_year = year - 1 if first_month > last_month else year
    first = calendar.day_or_none(first_year, first_month, first_day)
    last = calendar.day_or_none(year, last_month, last_day)
    # In "Senin, Selasa, dan Rabu (3-5/6)" the weekday read is that of the last day.
    weekdays = {day.weekday() for day in (first, last) if day}
    return span_of(first, last, conflict=bool(match["weekday"]) and weekday_number(match["weekday"]) not in weekdays)


def dated_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Senin (3/6) hingga Rabu (5/6/2024)``."""
    days: list[date] = []
    conflict = False
    # From the back: the last day carries the year, if any does.
    for end in ("2", "1"):
        number = int(match["d" + end] or match["dd" + end])
        in_month = int(match["m" + end]) if match["m" + end] else month_number(match["month" + end])
        year_printed = match["y" + end] or match["yy" + end]
        if year_printed:
            day = calendar.day_or_none(calendar.full_year(year_printed, around.published), in_month, number)
        else:
            reference = days[0] if days else around.published
            day = (
                calendar.nearest_day(in_month, number, reference, None if days else around.lean) if reference else None
            )
        if day is None:
            return None
        conflict = conflict or day.weekday() != weekday_number(match["weekday" + end])
        days.append(day)
    return span_of(days[1], days[0], conflict)


def numeric_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``(9-11/6/2026)``, ``(30/6-2/7/2024)``."""
    if not match["y"] and not (match["weekday"] or match["open"]):
        return None
    return _day_span(match, around, (int(match["m1"] or match["m"]), int(match["m"])))


def named_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``5-13 Juni 2023``, ``2 Februari sampai 9 Juli``, ``9 dan 10 Juni``."""
    return _day_span(match, around, (month_number(match["month1"] or match["month"]), month_number(match["month"])))


def month_to_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Januari sampai 24 Februari``."""
    month, day = month_number(match["month"]), int(match["d2"])
    year = printed_year(match, around)
    if year is not None:
        last = calendar.day_or_none(year, month, day)
    else:
        last = calendar.nearest_day(month, day, around.published, around.lean) if around.published else None
    if last is None:
        return None
    first_month = month_number(match["month1"])
    first_year = printed_year(match, around, "y1") if match["y1"] else None
    return span_of(date(first_year or last.year - (first_month > month), first_month, 1), last)


def month_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Januari hingga April 2024``, ``Desember 2023–Februari 2024``."""
    first_month, month = month_number(match["month1"]), month_number(match["month"])
    year = printed_year(match, around)
    if year is None:
        if match["y1"]:
            year = int(match["y1"]) + (first_month > month)
        elif around.published:
            year = calendar.nearest_month_year(month, around.published, around.lean)
        else:
            return None
    first_year = int(match["y1"]) if match["y1"] else year - (first_month > month)
    return span_of(date(first_year, first_month, 1), calendar.month_span(year, month)[1])


def year_to_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2021, sampai dengan April``."""
    first, month = int(match["y1"]), month_number(match["month"])
    return span_of(date(first, 1, 1), calendar.month_span(printed_year(match, around) or first, month)[1])


def month_to_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Maret 2023 hingga 2024``."""
    return span_of(date(int(match["y1"]), month_number(match["month1"]), 1), date(int(match["y"]), 12, 31))


def month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``April 2025``, ``akhir Juli``, ``Desember tahun lalu``."""
    if match["short"]:
        return whole_month(int(match["short_y"]), month_number(match["short"]))
    number = month_number(match["month"])
    year = printed_year(match, around) or printed_year(match, around, "list_y")
    if year is None:
        if around.published is None:
            return None
        year = calendar.nearest_month_year(number, around.published, around.lean)
    return whole_month(year, number)


def part_of_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``semester pertama tahun ini``, ``triwulan II 2024``."""
    year = printed_year(match, around)
    if year is None:
        return None
    ordinal = int(match["ordinal"]) if match["ordinal"].isdigit() else number_in(match["ordinal"])
    part = calendar.part_of_year(year, _PARTS[match["part"].lower()], ordinal)
    return Meaning(*part, "span") if part else None


def edge_of_year(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir tahun``: December; ``awal tahun 2024``: January."""
    year = printed_year(match, around)
    is_end = match["edge"].lower() == "akhir"
    if year is None:
        if around.published is None:
            return None
        year = around.published.year - (is_end and around.lean == "past")
    return whole_month(year, 12 if is_end else 1)


def year_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``2024–2027``, ``2019 hingga 2021``."""
    return span_of(date(int(match["y1"]), 1, 1), date(int(match["y"]), 12, 31))


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
    "dated_span": Form(dated_span, 0.95),
    "month_to_day": Form(month_to_day, 0.9),
    "numeric_day": Form(numeric_day, 0.97),
    "named_day": Form(named_day, 0.95),
    "month_first": Form(named_day, 0.95),
    "iso_day": Form(iso_day, 0.95),
    "month_span": Form(month_span, 0.9),
    "year_to_month": Form(year_to_month, 0.85),
    "month_to_year": Form(month_to_year, 0.85),
    "week_of_month": Form(relative.week_of_month, 0.7),
    "part_of_year": Form(part_of_year, 0.85),
    "month": Form(month, 0.85),
    "edge_of_year": Form(edge_of_year, 0.7),
    "edge_of_month": Form(relative.edge_of_month, 0.7),
    "weekend": Form(relative.weekend, 0.7),
    "weekday_span": Form(relative.weekday_span, 0.75, is_contextual=True),
    "weekday": Form(relative.weekday, 0.8, is_contextual=True),
    "day_of_month": Form(relative.day_of_month, 0.8),
    "ago": Form(relative.ago, 0.6),
    "days_from_anchor": Form(relative.days_from_anchor, 0.6, is_contextual=True),
    "unit_before": Form(relative.unit_before, 0.5, is_contextual=True),
    "next_day": Form(relative.next_day, 0.6, is_contextual=True),
    "unit_relative": Form(relative.unit_relative, 0.75),
    "day_word": Form(relative.day_word, 0.7, is_contextual=True),
    "year_span": Form(year_span, 0.9),
    "year": Form(year, 0.75),
}
