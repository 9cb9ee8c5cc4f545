"""When a page says it was published: written times of machines and of Indonesian newspapers.

Sources in this order: structured data, meta elements, the line under the title, the URL, the feed. The clock that
many sites print in their header is the time at which the page was loaded, and is never read.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            # Indonesian and English with their short forms, then Malay, German, French, Spanish, Portuguese.
            ("januari", "jan", "january", "januar", "jänner", "janvier", "enero", "janeiro"),
            ("februari", "pebruari", "feb", "peb", "february", "februar", "février", "febrero", "fevereiro"),
            ("maret", "mar", "mrt", "march", "mac", "märz", "mars", "marzo", "março"),
            ("april", "apr", "avril", "abril"),
            ("mei", "may", "mai", "mayo", "maio"),
            ("juni", "jun", "june", "juin", "junio", "junho"),
            ("juli", "jul", "july", "julai", "juillet", "julio", "julho"),
            ("agustus", "agu", "agt", "ags", "agust", "aug", "august", "ogos", "août", "agosto"),
            ("september", "sep", "sept", "septembre", "septiembre", "setembro"),
            ("oktober", "okt", "oct", "october", "octobre", "octubre", "outubro"),
            ("november", "nopember", "nov", "nop", "novembre", "noviembre", "novembro"),
            ("desember", "des", "dec", "december", "disember", "dezember", "décembre", "diciembre", "dezembro"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"(?P<zone>wita|wit|wib|utc|gmt|z|[+-]\d{2}:?\d{2})?"
_BETWEEN = r"(?:\s*(?:[,|•·@/T-]|–|—|pukul|jam|at|\s)){1,4}\s*"
_TIME_BEHIND = rf"(?:{_BETWEEN}{_CLOCK}\s*{_ZONE})?"
_PRINTED = (
    # 7 Mei 2025, 07-May-25 is not printed by any outlet read here and stays unread.
    re.compile(
        rf"(?<![\w/-])(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|\.)?(?:[\s-]+|\s+de\s+)(?P<month>{_MONTH})\b\.?,?(?:[\s-]+|\s+de\s+)(?P<year>(?:19|20)\d\d){_TIME_BEHIND}",
        re.IGNORECASE,
    ),
    # May 7, 2025 9:15 am: WordPress themes left in English.
    re.compile(
        rf"\b(?P<month>{_MONTH})\b\.?\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d){_TIME_BEHIND}",
        re.IGNORECASE,
    ),
    # 07/05/2025, 7-5-2025, 07.05.2025: day first, always, in Indonesian print.
    re.compile(
        rf"(?<![\w/.-])(?P<day>[0-3]?\d)(?P<mark>[/.-])(?P<month>[01]?\d)(?P=mark)(?P<year>(?:19|20)\d\d)(?![/\d]){_TIME_BEHIND}",
        re.IGNORECASE,
    ),
)
# 09.15 WITA, Rabu 7 Mei 2025: the time in front of the date.
_CLOCK_BEFORE = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)\s*(?P<zone>wita|wit|wib)?[\s,|–-]*(?:[a-z']{4,6},?\s*)?$",
    re.IGNORECASE,
)
_LOOSE_TIME = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-3])[:.][0-5]\d(?![\d.:])\s*(?:wita|wit|wib)?", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\b(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|wita|wit|wib)\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^\s*(?P<year>(?:19|20)\d\d)[-/](?P<month>[01]?\d)[-/](?P<day>[0-3]?\d)"
    r"(?:[T\s,]*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:[.,]\d+)?"
    r"\s*(?P<zone>Z|UTC|GMT|WITA|WIB|WIT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_RFC_822 = re.compile(
    rf"^\s*(?:[A-Za-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})\s+(?P<year>(?:19|20)\d\d)"
    r"\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?\s*(?P<zone>Z|UTC|GMT|[+-]\d{4})?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"^\s*(\d{10})(?:\d{3})?\s*$")
_URL_DATE = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[/-]?(?P<month>0[1-9]|1[0-2])[/-]?(?P<day>0[1-9]|[12]\d|3[01])(?=[/-]|$)"
)
# Law 24/1997-style names of the three Indonesian zones; they have no daylight saving time.
_ZONE_HOURS = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "z": 0}
_EARLIEST = 1995


@cache
def newsroom_zone(name: str) -> tzinfo:
    """The zone of a newsroom by its IANA name; an unknown name gives Western Indonesian Time."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone(timedelta(hours=7))


def read_machine_time(value: str, zone: tzinfo) -> datetime | None:
    """A time from markup or a feed (ISO 8601 and its relatives, RFC 822, Unix seconds), with its offset.

    A time without offset is the newsroom's. Printed forms are read as well, since some sites put them into markup.
    """
    epoch = _EPOCH.match(value)
    if epoch:
        return _plausible(datetime.fromtimestamp(int(epoch[1]), tz=zone))
    match = _MACHINE.match(value) or _RFC_822.match(value)
    if match:
        return _moment(match, zone)
    return read_printed_time(value, zone)


def has_printed_date(text: str) -> bool:
    """Whether a date with day, month and year is printed in a text."""
    return any(pattern.search(text) for pattern in _PRINTED)


def without_printed_times(text: str) -> str:
    """A line without the dates, weekdays, times of day and zones printed in it; white space joined."""
    for pattern in (*_PRINTED, _LOOSE_TIME, _WEEKDAY):
        text = pattern.sub(" ", text)
    return " ".join(text.split()).strip(" |,;-–—·•/")


def read_printed_time(text: str, zone: tzinfo) -> datetime | None:
    """The first time printed in a text (``Rabu, 7 Mei 2025 | 09:15 WITA``); a date alone is its midnight."""
    for pattern in _PRINTED:
        match = pattern.search(text)
        if match:
            moment = _moment(match, zone)
            before = _CLOCK_BEFORE.search(text, 0, match.start()) if moment and match["hour"] is None else None
            if moment and before:
                moment = moment.replace(
                    hour=int(before["hour"]), minute=int(before["minute"]), tzinfo=_offset(before["zone"], zone)
                )
            return moment
    return None


def has_clock_time(text: str) -> bool:
    """Whether the first date of a text, written for machines or printed, has a time of day."""
    for pattern in (_MACHINE, _RFC_822, *_PRINTED):
        match = pattern.search(text)
        if match:
            return match["hour"] is not None or _CLOCK_BEFORE.search(text, 0, match.start()) is not None
    return _EPOCH.match(text) is not None


def read_url_date(url: str) -> date | None:
    """The day in a URL's path (``/2025/05/07/``, ``/20250507/``), or None."""
    match = _URL_DATE.search(url)
    if not match:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _moment(match: re.Match[str], zone: tzinfo) -> datetime | None:
    parts = match.groupdict()
    month = parts["month"].lower()
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        moment = datetime(
            int(parts["year"]),
            _MONTHS.get(month) or int(month),
            int(parts["day"]),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            tzinfo=_offset(parts.get("zone"), zone),
        )
    except ValueError:
        return None
    return _plausible(moment)


def _offset(label: str | None, zone: tzinfo) -> tzinfo:
    if not label:
        return zone
    hours = _ZONE_HOURS.get(label.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    digits = label[1:].replace(":", "").ljust(4, "0")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if label[0] == "-" else distance)


def _plausible(moment: datetime) -> datetime | None:
    return moment if moment.year >= _EARLIEST else None
