"""Which articles are read: sections of urgent outlets whole, elsewhere what the relevance filter wants."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from enum import Enum
from urllib.parse import urlsplit

from .frontier.known import Known
from .job import CrawlError
from .lists.formats import LEAD_CHARACTERS
from .registry import Outlet, plain_folders, priority_sections

Wanted = Callable[[str, str, Sequence[str]], bool]

MAX_SECTION_WORDS = 3
"""Words of a section's name; what is longer is a headline in an address."""
_WORD = re.compile(r"\w+")
_LIST_PARTS = re.compile(r"[/.?&=]")


class Choice(Enum):
    """What to do with an article."""

    TAKE = "take"
    LOOK = "look at the page before deciding"
    LEAVE = "leave"


class Selection:
    """Decides which articles are read and kept.

    Args:
        relevance: import path ``module:function`` of ``wanted(title, lead, tags) -> bool``; None keeps everything.

    Raises:
        CrawlError: if there is no such function.
    """

    def __init__(self, relevance: str | None) -> None:
        self._wanted = _load(relevance) if relevance else None

    def before(self, known: Known, outlet: Outlet) -> Choice:
        """Decide by what lists say of an article."""
        if self._wanted is None:
            return Choice.TAKE
        sections = _sections(known.canonical_url, known.found_in)
        if _is_read_whole(sections, known.tags, outlet):
            return Choice.TAKE
        if not known.title and not known.lead:
            return Choice.LOOK
        if self._wanted(known.title or "", known.lead or "", known.tags):
            return Choice.TAKE
        # A list decides against an article only if it shows as much of it as its page would: half of the coordination
        # stories do not name their subject in the title, and one in twenty not within 200 characters.
        if len(known.lead or "") < LEAD_CHARACTERS:
            return Choice.LOOK
        # Of an urgent outlet's article without a section only the page can tell whether it is to be read whole.
        return Choice.LOOK if outlet.priority == 1 and not sections and not known.tags else Choice.LEAVE

    def takes(
        self,
        canonical_url: str,
        outlet: Outlet,
        title: str,
        lead: str,
        tags: Sequence[str],
        section: str = "",
        found_in: str = "",
    ) -> bool:
        """Decide by what the page itself says.

        Args:
            canonical_url: of the article.
            outlet: whose.
            title: headline.
            lead: first characters of the text.
            tags: keywords of list and page.
            section: as the page's metadata name it, or empty.
            found_in: address of the list that announced it, or empty.
        """
        if self._wanted is None:
            return True
        sections = _sections(canonical_url, found_in) | ({_as_folder(section)} if section else set())
        return _is_read_whole(sections, tags, outlet) or self._wanted(title, lead, tags)


def _sections(canonical_url: str, found_in: str) -> set[str]:
    """The sections of an article, as its address and that of its list name them."""
    folders = {folder.casefold() for folder in urlsplit(canonical_url).path.split("/")[1:-1]}
    named = {folder for folder in folders if not folder.isdecimal()} - plain_folders()
    # "https://…/rss/hukum.xml" and "…/category/daerah/feed/" are lists of one section; others are of none.
    return named | (set(_LIST_PARTS.split(found_in.casefold())) & priority_sections())


def _is_read_whole(sections: set[str], tags: Sequence[str], outlet: Outlet) -> bool:
    """Whether an urgent outlet prints an article in a section that is read whole.

    Some lists give the section as a tag. "Berita Daerah" and "hukum-ham" are sections as well, but a tag "Polda NTT" is
    a subject.
    """
    if outlet.priority != 1:
        return False
    whole = priority_sections()
    return not whole.isdisjoint(map(_as_folder, tags)) or any(
        name in whole or (name.count("-") < MAX_SECTION_WORDS and not whole.isdisjoint(name.split("-")))
        for name in sections
    )


def _as_folder(tag: str) -> str:
    """A section's name as addresses spell it: ``Hukum & Kriminal`` is ``hukum-kriminal``."""
    return "-".join(_WORD.findall(tag.casefold()))


def _load(path: str) -> Wanted:
    module_name, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise CrawlError(f"there is no relevance filter '{path}': {error}; give module:function") from error
    if not callable(found):
        raise CrawlError(f"the relevance filter '{path}' is no function")
    wanted: Wanted = found
    return wanted
