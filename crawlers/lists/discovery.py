"""Finding an outlet's articles: every way its entry and its family name, then what any site may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..fetching.fetcher import Answer, Fetcher
from ..frontier.store import Frontier
from ..identity import on_outlet
from ..registry import Outlet, as_generic
from ..reporting import Reporter
from .grades import ListGrades
from .reading import ListReader, Search
from .spans import Span
from .turns import ListTurns
from .ways import FrontPage, ways_of


class Discovery:
    """Reads one outlet's lists into the frontier.

    The chain is the same for all families: feeds, the interface of its system, sitemaps, list pages; where none of
    these gives an article, what any site may have (family ``generic``), and the front page with its feeds. Which lists
    there are is data (``families.toml``); how a kind of list is read is a class of ``ways.py``.

    Args:
        outlet: whose.
        fetcher: asks.
        frontier: remembers.
        reporter: is told.
        since: ISO day before which nothing is wanted, or an empty string.
        until: ISO day after which nothing is wanted, itself included, or an empty string for the present. With it,
            lists are asked for the days of the span wherever they can be: dated list pages, sitemaps whose names tell
            year, month or day, WordPress's and Blogger's interfaces. Undated lists are walked back to ``since``; they
            are not asked again within a day, since slices share them.
        clock: the outlet's present.
        index_days: days of dated lists when ``since`` is empty.
        limit: how many new articles are enough.
        thorough: ask lists again that would usually be trusted to be unchanged.
        anew_since: ISO time; lists read before it are read anew. Empty: what is known of them is trusted.
        grades: says which lists are asked in this crawl; None: all are, and nothing is remembered of it.
        stopping: says whether the crawl should end.
    """

    def __init__(
        self,
        outlet: Outlet,
        fetcher: Fetcher,
        frontier: Frontier,
        reporter: Reporter,
        *,
        since: str,
        clock: datetime,
        index_days: int,
        limit: int | None,
        thorough: bool,
        stopping: Callable[[], bool],
        grades: ListGrades | None = None,
        until: str = "",
        anew_since: str = "",
    ) -> None:
        self.outlet, self.fetcher, self.frontier, self.reporter = outlet, fetcher, frontier, reporter
        self.search = Search(Span(since, until), clock, index_days, limit, thorough, stopping, anew_since)
        self._turns = ListTurns(outlet, grades, reporter)
        self._lists = ListReader(outlet, fetcher, frontier, reporter, self.search, self._turns)

    async def run(self) -> bool:
        """Read all lists, most exact first.

        Returns:
            Whether the outlet may be crawled at all: False if its robots.txt cannot be read.
        """
        rules = await self.fetcher.robots(self.outlet.base_url)
        if isinstance(rules, Answer):
            self._lists.issue(rules.failure or "robots_unreachable", self.outlet.base_url, rules.detail)
            return False
        await self._known_ways([url for url in rules.sitemaps if on_outlet(url, self.outlet)])
        # That nothing was written in a past week says nothing about the outlet's lists.
        if self._has_found_nothing() and not self.search.span.is_past:
            await self._any_ways()
        if self._has_found_nothing() and not self.search.span.is_past and not self._turns.passed_over:
            self._lists.issue(
                "nothing_found", self.outlet.base_url, "no feed, sitemap or list page of the outlet gave an article"
            )
        return True

    async def _known_ways(self, announced: list[str]) -> None:
        """The ways of the outlet's entry and family."""
        for way in ways_of(self._lists, announced):
            if self._lists.should_stop():
                return
            before = self._lists.yielding
            is_whole = await way.find()
            # An interface that was asked for the days of a backfill and gave articles to its end has told all of them.
            if self.search.span.is_past and way.is_exact and is_whole and self._lists.yielding > before:
                return

    async def _any_ways(self) -> None:
        """What any site may have, whatever its family: it may have moved to another system."""
        guessing = ListReader(
            as_generic(self.outlet), self.fetcher, self.frontier, self.reporter, self.search, self._turns
        )
        for way in [*ways_of(guessing, is_probe=True), FrontPage(self._lists)]:
            if self._lists.yielding or guessing.yielding or self._lists.should_stop():
                break
            await way.find()
        self._lists.yielding += guessing.yielding

    def _has_found_nothing(self) -> bool:
        return not self._lists.yielding and not self._lists.should_stop()
