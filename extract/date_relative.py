"""What the relative forms of dates mean: they need the day of publication, or a day the article has dated."""

from __future__ import annotations

import re
from datetime import timedelta

from extract import date_calendar as calendar
from extract.date_meaning import (
    RELATIVE_STEP,
    Meaning,
    Surroundings,
    count_in,
    month_number,
    number_in,
    printed_year,
    single_day,
    span_of,
    weekday_number,
    whole_month,
)


def week_of_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``pekan terakhir bulan ini``, ``minggu kedua Oktober 2024``."""
    if match["month"]:
        number = month_number(match["month"])
        year = printed_year(match, around)
        if year is None:
            if around.published is None:
                return None
            year = calendar.nearest_month_year(number, around.published, around.lean)
    elif around.published:
        year, number = calendar.shifted_month(around.published, RELATIVE_STEP[match["relative"]])
    else:
        return None
    week = calendar.week_of_month(year, number, None if match["last"] else number_in(match["ordinal"]))
    return Meaning(*week, "span") if week else None


def edge_of_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir bulan``, ``awal bulan depan``: the month."""
    if around.published is None:
        return None
    return whole_month(*calendar.shifted_month(around.published, RELATIVE_STEP[match["relative"] or "ini"]))


def day_of_month(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``tanggal 5 bulan ini``, ``tanggal 10 mendatang``: the next one."""
    if around.published is None:
        return None
    day = int(match["d"])
    months = RELATIVE_STEP[match["relative"]] if match["relative"] else int(day <= around.published.day)
    return single_day(calendar.day_or_none(*calendar.shifted_month(around.published, months), day))


def weekend(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``akhir pekan lalu``: Saturday and Sunday."""
    if around.published is None:
        return None
    sunday = calendar.week_of(around.published, RELATIVE_STEP[match["relative"]])[1]
    return Meaning(sunday - timedelta(days=1), sunday, "span")


def weekday(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Kamis``, ``Senin depan``, ``Sabtu pekan lalu``, ``Rabu lusa``."""
    if around.published is None:
        return None
    number = weekday_number(match["weekday"])
    if match["relative"]:
        week = calendar.week_of(around.published, RELATIVE_STEP[match["relative"]])
        return single_day(week[0] + timedelta(days=number))
    if match["next"]:
        return single_day(calendar.weekday_near(number, around.published, "future", strictly=match["next"] == "depan"))
    if around.lean is None and number in around.same_weekday:
        return single_day(around.same_weekday[number])
    strictly = bool(match["past"] or match["future"])
    return single_day(calendar.weekday_near(number, around.published, around.lean, strictly))


def weekday_span(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``Senin hingga Rabu``: as near to publication as the words around allow."""
    if around.published is None:
        return None
    last = calendar.weekday_near(weekday_number(match["weekday2"]), around.published, around.lean)
    days = (last.weekday() - weekday_number(match["weekday"])) % 7
    return span_of(last - timedelta(days=days), last)


def ago(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``dua hari lalu``, ``tiga bulan yang lalu``."""
    published, count = around.published, count_in(match)
    if published is None:
        return None
    if match["unit"] == "hari":
        return single_day(published - timedelta(days=count))
    if match["unit"] in ("pekan", "minggu"):
        return Meaning(*calendar.week_of(published, -count), "span")
    if match["unit"] == "bulan":
        return whole_month(*calendar.shifted_month(published, -count))
    return Meaning(*calendar.year_span(published.year - count), "year")


def days_from_anchor(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``sehari sebelumnya``, ``dua pekan kemudian``, ``sehari sebelum rapat``; of months the whole one."""
    if around.anchor is None:
        return None
    count = -count_in(match) if match["before"] or match["before_it"] else count_in(match)
    unit = match["unit"].lower()
    if unit == "bulan":
        return whole_month(*calendar.shifted_month(around.anchor, count))
    return single_day(around.anchor + timedelta(days=count if unit == "hari" else 7 * count))


def unit_before(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``tahun sebelumnya``: the one before that last spoken of."""
    if around.period is None:
        return None
    unit = match["unit"].lower()
    if unit in ("pekan", "minggu"):
        return Meaning(*calendar.week_of(around.period, -1), "span")
    if unit == "bulan":
        return whole_month(*calendar.shifted_month(around.period, -1))
    return Meaning(*calendar.year_span(around.period.year - 1), "year")


def next_day(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``keesokan harinya``."""
    return single_day(around.anchor + timedelta(days=1)) if around.anchor else None


def unit_relative(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``pekan depan``, ``bulan lalu``, ``tahun ini``."""
    published = around.published
    if published is None:
        return None
    unit, step = match["unit"].lower(), RELATIVE_STEP[match["relative"]]
    if unit in ("pekan", "minggu"):
        return Meaning(*calendar.week_of(published, step), "span")
    if unit == "bulan":
        return whole_month(*calendar.shifted_month(published, step))
    return Meaning(*calendar.year_span(published.year + step), "year")


def day_word(match: re.Match[str], around: Surroundings) -> Meaning | None:
    """``hari ini``, ``kemarin``, ``tadi malam``, ``besok``, ``lusa``."""
    if around.speech_day is None:
        return None
    steps = {"today": 0, "morning": 0, "dawn": 0, "eve": -2, "yesterday": -1, "night": -1, "tomorrow": 1, "after": 2}
    step = next(days for name, days in steps.items() if match[name])
    return single_day(around.speech_day + timedelta(days=step))
