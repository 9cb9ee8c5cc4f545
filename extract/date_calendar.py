"""Calendar arithmetic of news: which year, which Tuesday, and what wins when weekday and number disagree.

All functions are pure; dates are proleptic Gregorian, weeks begin on Monday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

# What the words around a date say: "lalu", "mendatang", or a plan ("akan digelar") that a past date may still follow.
Lean = Literal["past", "future", "plan"] | None

# Where weekday and number disagree, the day is sought this far before publication (annotation guidelines).
CONFLICT_WINDOW = 10
# A day or month without a year is taken to lie in the past unless the future one is this many times nearer.
FUTURE_PENALTY = 2
# After a plan it may still lie in the past, when that is this many times nearer.
PLAN_PENALTY = 4
WRONG_WAY = 1_000


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(printed: str, published: date | None) -> int:
    """The year of a printed number; of two digits, the century that keeps it within ten years after publication."""
    year = int(printed)
    if len(printed) > 2:
        return year
    latest = (published.year if published else 2050) + 10
    return 2000 + year if 2000 + year <= latest else 1900 + year


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def year_span(year: int) -> tuple[date, date]:
    """First and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def part_of_year(year: int, parts: int, number: int) -> tuple[date, date] | None:
    """One of equal parts of a year: ``part_of_year(2024, 4, 2)`` is April to June. None when there is no such part."""
    if not 1 <= number <= parts:
        return None
    months = 12 // parts
    return date(year, (number - 1) * months + 1, 1), month_span(year, number * months)[1]


def shifted_month(day: date, months: int) -> tuple[int, int]:
    """Year and month that lie ``months`` after those of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def week_of(day: date, weeks: int = 0) -> tuple[date, date]:
    """Monday and Sunday of the week that lies ``weeks`` after that of ``day``."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def week_of_month(year: int, month: int, number: int | None) -> tuple[date, date] | None:
    """The ``number``-th seven days of a month, or from the Monday of its last full week to its end when None."""
    first, last = month_span(year, month)
    if number is None:
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        return sunday - timedelta(days=6), last
    start = first + timedelta(weeks=number - 1)
    return (start, min(start + timedelta(days=6), last)) if start <= last else None


def weekday_near(weekday: int, published: date, lean: Lean, strictly: bool = False) -> date:
    """The weekday that a report means.

    Args:
        weekday: 0 for Monday.
        published: day of publication.
        lean: ``future`` or ``plan`` for the next such day, otherwise the last one.
        strictly: whether the day of publication itself is excluded.
    """
    if lean in ("future", "plan"):
        return published + timedelta(days=(weekday - published.weekday()) % 7 or (7 if strictly else 0))
    return published - timedelta(days=(published.weekday() - weekday) % 7 or (7 if strictly else 0))


def _distance(day: date, published: date, lean: Lean) -> int:
    """How far a candidate lies from publication, the direction the report does not mean counting more."""
    days = (day - published).days
    weight = 1
    if days > 0:
        weight = {"past": WRONG_WAY, "future": 1, "plan": 1}.get(lean or "", FUTURE_PENALTY)
    elif days < 0:
        weight = {"future": WRONG_WAY, "plan": PLAN_PENALTY}.get(lean or "", 1)
    return abs(days) * weight


def nearest_day(month: int, day: int, published: date, lean: Lean, weekday: int | None = None) -> date | None:
    """The day of the year that a report without a year means; a candidate on ``weekday`` goes before all others."""
    candidates = [
        found
        for year in (published.year - 1, published.year, published.year + 1)
        if (found := day_or_none(year, month, day))
    ]
    if not candidates:
        return None
    return min(
        candidates,
        key=lambda found: (
            weekday is not None and found.weekday() != weekday and abs((found - published).days) > CONFLICT_WINDOW,
            _distance(found, published, lean),
        ),
    )


def nearest_month_year(month: int, published: date, lean: Lean) -> int:
    """The year of a month printed without one; the month of publication is this year's."""
    if month == published.month:
        return published.year
    years = (published.year - 1, published.year, published.year + 1)
    return min(years, key=lambda year: _distance(date(year, month, 1), published.replace(day=1), lean))


def settle(weekday: int, printed: date | None, day: int, month: int, published: date | None) -> date | None:
    """What a weekday and a number that disagree mean.

    The day on that weekday within ten days before publication wins when it shares the printed day of the month,
    has day and month interchanged, or lies within a week of the printed date. Otherwise the number stands.

    Args:
        weekday: printed weekday, 0 for Monday.
        printed: the printed date, None when the calendar has no such day.
        day: printed day of the month.
        month: printed month.
        published: day of publication, None when unknown.
    """
    if published is None:
        return printed
    window = [
        near for back in range(CONFLICT_WINDOW + 1) if (near := published - timedelta(days=back)).weekday() == weekday
    ]
    for near in window:
        if near.day == day or (near.day, near.month) == (month, day):
            return near
    if printed is None:
        return window[0]
    nearest = min(window, key=lambda near: abs((near - printed).days))
    return nearest if abs((nearest - printed).days) <= 7 else printed
