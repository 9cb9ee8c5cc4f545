"""Spans of days: what a crawl wants, and what an address says that its list is about."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# A year, a month or a day in the name of a list: sitemap-pt-post-2024-03.xml, arsip/2025.xml.gz, ?yyyy=2024&mm=03.
_NAMED = re.compile(
    r"(?<!\d)(?P<year>20[0-3]\d)(?:[-_/.]?(?P<month>0[1-9]|1[0-2])(?:[-_/.]?(?P<day>0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
_ASKED = re.compile(
    r"[?&]y{1,4}(?:ear)?=(?P<year>20\d\d)(?:&m{1,2}(?:onth)?=(?P<month>\d{1,2}))?(?:&d{1,2}(?:ay)?=(?P<day>\d{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The days a crawl wants.

    Attributes:
        since: ISO day before which nothing is wanted; empty: as far back as the lists go.
        until: ISO day after which nothing is wanted, itself included; empty: up to the present.
    """

    since: str = ""
    until: str = ""

    @property
    def is_past(self) -> bool:
        """Whether it has an end: a backfill's slice, not the daily crawl."""
        return bool(self.until)

    def misses(self, first: str | None, last: str | None) -> bool:
        """Whether nothing is wanted of a list of articles from ``first`` to ``last`` (ISO days; None: unknown)."""
        return bool((self.since and last and last < self.since) or (self.until and first and first > self.until))

    def days(self, today: date, newest: int) -> Iterator[date]:
        """Its days up to ``today``, newest first; where it has no beginning, ``newest`` of them."""
        last = min(date.fromisoformat(self.until), today) if self.until else today
        first = date.fromisoformat(self.since) if self.since else last - timedelta(days=newest - 1)
        for back in range((last - first).days + 1):
            yield last - timedelta(days=back)


def span_in_address(url: str) -> tuple[str, str] | None:
    """The first and the last ISO day of the year, month or day that the address of a list names, or None.

    Only the query and what reaches into the last part of the path count: a date further in front is that of a folder.
    """
    path, _, query = url.partition("?")
    named = [found for found in _NAMED.finditer(path) if "/" not in path[found.end() :]]
    found = _ASKED.search("?" + query) or (named[-1] if named else None)
    if not found:
        return None
    year, month, day = (int(number) if number else 0 for number in found.group("year", "month", "day"))
    if month > 12 or (day and day > monthrange(year, month or 1)[1]):
        return None
    last_month = month or 12
    last_day = day or monthrange(year, last_month)[1]
    return f"{year}-{month or 1:02d}-{day or 1:02d}", f"{year}-{last_month:02d}-{last_day:02d}"
