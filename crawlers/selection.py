"""Which articles are read: sections of urgent outlets whole, elsewhere what the relevance filter wants."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from enum import Enum
from urllib.parse import urlsplit

from .job import CrawlError
from .known import Known
from .registry import Outlet, priority_sections

Wanted = Callable[[str, str, Sequence[str]], bool]

ENOUGH_LEAD = 200
"""Characters of lead from which a list's words decide against an article without reading its page."""


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
        if self._wanted is None or _in_priority_section(known.canonical_url, known.tags, outlet):
            return Choice.TAKE
        if not known.title and not known.lead:
            return Choice.LOOK
        if self._wanted(known.title or "", known.lead or "", known.tags):
            return Choice.TAKE
        return Choice.LEAVE if len(known.lead or "") >= ENOUGH_LEAD else Choice.LOOK

    def after(self, title: str, lead: str, tags: Sequence[str]) -> bool:
        """Decide by what the page itself says: its title, first characters and keywords."""
        return self._wanted is None or self._wanted(title, lead, tags)

    def takes(self, canonical_url: str, outlet: Outlet, title: str, lead: str, tags: Sequence[str]) -> bool:
        """Decide on a page that no list announced, by what it says itself and the section it stands in."""
        return _in_priority_section(canonical_url, tags, outlet) or self.after(title, lead, tags)


def _in_priority_section(canonical_url: str, tags: Sequence[str], outlet: Outlet) -> bool:
    if outlet.priority != 1:
        return False
    words = {segment.casefold() for segment in urlsplit(canonical_url).path.split("/")[:-1]}
    words |= {tag.casefold().replace(" ", "-") for tag in tags}
    return bool(words & priority_sections())


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
