"""What a page of an unknown site says where our own rules find nothing: the answers of trafilatura and htmldate.

Pages of registered outlets are not read this way: there an unknown date stays unknown, and the feed may tell it.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, datetime
from itertools import takewhile

from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura.metadata import extract_author, extract_title

from extract.cleaning_byline import is_aside
from extract.cleaning_data import plain
from extract.cleaning_times import has_printed_date

#: htmldate gives the first of January where it read no more than a year, mostly that of a copyright line.
_ONLY_YEAR = re.compile(r"-01-01$")
#: Elements that a clock may stand in; looked at one by one, for a page has thousands of others.
_CLOCK_TAGS = ("header", "nav", "div", "span", "p", "li", "td", "b", "strong", "small", "time")
#: More elements than these in front of a heading are a page without heading, or its menus.
MAX_ABOVE = 400


def guessed_day(tree: HtmlElement, url: str) -> date | None:
    """The day on which a page was published, as htmldate reads it from its elements and text, or None.

    Clocks in the site's header are taken out first: they show when the page was loaded.
    """
    copy = deepcopy(tree)
    above = list(takewhile(lambda element: element.tag != "h1", copy.iter(*_CLOCK_TAGS, "h1")))
    for element in above if len(above) < MAX_ABOVE else ():
        if is_aside(element) and has_printed_date(element.text or ""):
            element.text = None
    try:
        found = find_date(copy, url=url, original_date=True, extensive_search=True)
    except (ValueError, TypeError, AttributeError, RecursionError):
        # htmldate raises on some odd dates; then the day is not known.
        return None
    return datetime.fromisoformat(found).date() if found and not _ONLY_YEAR.search(found) else None


def guessed_title(tree: HtmlElement) -> str:
    """The title that trafilatura finds among headings and elements with telling class names, or an empty string."""
    return plain(extract_title(tree) or "")


def guessed_authors(tree: HtmlElement) -> list[str]:
    """The names that trafilatura finds in elements with telling class names."""
    return [name for part in (extract_author(tree) or "").split("; ") if (name := plain(part))]
