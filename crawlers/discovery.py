"""Finding an outlet's articles: every list its entry and its family name, each read once and conditionally."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from .fetching import Answer, Fetcher
from .frontier import Frontier, now
from .identity import article_key, canonical_url, fetch_url, is_article, on_outlet
from .known import Listed, ListState
from .list_grades import GAVE, NOTHING, UNCHANGED, ListGrades
from .list_turns import ListTurns
from .listings import (
    Item,
    Listing,
    day_in_address,
    parse_feed,
    parse_page,
    parse_sitemap,
    parse_wordpress,
)
from .markup import ListingError
from .registry import Outlet, render_index_page
from .reporting import Reporter

MAX_DEPTH = 4
"""How deep sitemap indexes may be nested."""
MAX_LISTS = 2_000
"""Lists read of one outlet in one crawl."""
MAX_PAGES = 25
"""Pages of one day's, or of an undated, list in one crawl."""
MAX_API_PAGES = 500
WORDPRESS_PAGE = 100
"""Posts asked for at once; the most WordPress gives."""
BLOGGER_PAGE = 150
"""Entries asked for at once; the most Blogger gives."""
MIN_DISTINCT = 0.8
"""Share of a feed's entries that must be distinct article addresses; Tribun's feed gives the homepage every time."""

Parse = Callable[[bytes, str], Listing]


@dataclass(slots=True)
class Reading:
    """What came of reading one list.

    Attributes:
        listing: its content; None when it is unchanged or could not be read.
        articles: canonical addresses of the articles in it.
        fresh: how many of them were unknown.
        is_end: it is the last page of its walk.
        follow: further lists it leads to, with their last change.
        failure: kind of the failure, or None.
    """

    listing: Listing | None = None
    articles: tuple[str, ...] = ()
    fresh: int = 0
    is_end: bool = False
    follow: tuple[tuple[str, str | None], ...] = ()
    failure: str | None = None


class Discovery:
    """Reads one outlet's lists into the frontier.

    Args:
        outlet: whose.
        fetcher: asks.
        frontier: remembers.
        reporter: is told.
        since: ISO day before which nothing is wanted, or an empty string.
        clock: the outlet's present.
        index_days: days of dated index pages when ``since`` is empty.
        limit: how many new articles are enough.
        thorough: ask lists again that would usually be trusted to be unchanged.
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
    ) -> None:
        self.outlet, self.fetcher, self.frontier, self.reporter = outlet, fetcher, frontier, reporter
        self.since, self.clock, self.index_days, self.limit, self.thorough = since, clock, index_days, limit, thorough
        self.stopping = stopping
        self.zone = ZoneInfo(outlet.timezone)
        self._lists = 0
        self._yielding = 0
        self._turns = ListTurns(outlet, grades, reporter)

    async def run(self) -> bool:
        """Read all lists, most exact first.

        Returns:
            Whether the outlet may be crawled at all: False if its robots.txt cannot be read.
        """
        rules = await self.fetcher.robots(self.outlet.base_url)
        if isinstance(rules, Answer):
            self._issue(rules.failure or "robots_unreachable", self.outlet.base_url, rules.detail)
            return False
        for url in self.outlet.feeds:
            if not self._should_stop():
                await self._turns.take(url, partial(self._feed, url))
        if self.outlet.api == "wordpress":
            await self._turns.take("wp-json", self._wordpress, may_be_empty=bool(self.since), is_probe=True)
        elif self.outlet.api == "blogger":
            await self._turns.take("blogger", self._blogger)
        announced = [url for url in rules.sitemaps if on_outlet(url, self.outlet)]
        await self._sitemaps(announced)
        for template in self.outlet.index_pages:
            await self._turns.take(template, partial(self._index, template), may_be_empty="{date" in template)
        if not self._yielding and not self._should_stop():
            await self._front_page()
        if not self._yielding and not self._turns.passed_over and not self._should_stop():
            self._issue(
                "nothing_found", self.outlet.base_url, "no feed, sitemap or list page of the outlet gave an article"
            )
        return True

    def _should_stop(self) -> bool:
        if self._lists >= MAX_LISTS or self.stopping():
            return True
        if self.limit is None:
            return False
        return len(self.frontier.wanted(self.outlet.outlet_id, self.since, self.limit)) >= self.limit

    # Feeds and interfaces

    async def _feed(self, url: str) -> None:
        await self._read(url, lambda body, address: self._linted(parse_feed(body, address, self.zone), address))

    def _linted(self, listing: Listing, url: str) -> Listing:
        """The feed, if enough of its entries lead to different articles."""
        distinct = {canonical_url(item.url, self.outlet) for item in listing.items if is_article(item.url, self.outlet)}
        if not listing.items:
            raise ListingError("feed_empty", "the feed has no entries")
        if len(distinct) < MIN_DISTINCT * len(listing.items):
            raise ListingError(
                "feed_rejected",
                f"only {len(distinct)} of {len(listing.items)} entries of {url} lead to different articles",
            )
        return listing

    async def _wordpress(self) -> None:
        after = f"&after={self.since}T00:00:00" if self.since else ""
        template = (
            f"{self.outlet.base_url}/wp-json/wp/v2/posts?per_page={WORDPRESS_PAGE}"
            f"&_fields=id,date_gmt,link,title,excerpt{after}&page={{page}}"
        )
        await self._walk(template, parse_wordpress, MAX_API_PAGES, is_probe=True)

    async def _blogger(self) -> None:
        base = f"{self.outlet.base_url}/feeds/posts/default?alt=rss&max-results={BLOGGER_PAGE}&start-index="

        def parse(body: bytes, url: str) -> Listing:
            listing = parse_feed(body, url, self.zone)
            # A host may give fewer entries than asked for, so the next slice begins behind what it gave.
            if listing.items:
                listing.follow = [(f"{base}{int(url.rsplit('=', 1)[1]) + len(listing.items)}", None)]
            return listing

        await self._walk(f"{base}1", parse, MAX_API_PAGES, is_chain=True)

    # Sitemaps

    async def _sitemaps(self, announced: list[str]) -> None:
        """Read the sitemaps of robots.txt, or else the first of the registry that exists, down to their leaves."""
        waiting: deque[tuple[str, int]] = deque()
        seen: set[str] = set()
        is_found = False
        for url in dict.fromkeys([*announced, *self.outlet.sitemaps]):
            if (url in announced or not is_found) and not self._should_stop():
                seen.add(url)
                is_probe = url not in announced
                children = await self._turns.take(
                    url, partial(self._sitemap, url, is_probe=is_probe), is_probe=is_probe
                )
                is_found = is_found or children is not None
                waiting.extend((child, 2) for child in children or ())
        while waiting and not self._should_stop():
            url, depth = waiting.popleft()
            if url in seen:
                continue
            seen.add(url)
            if depth > MAX_DEPTH:
                self._issue("sitemap_depth", url, f"sitemaps are nested deeper than {MAX_DEPTH}")
                continue
            waiting.extend((child, depth + 1) for child in await self._sitemap(url) or ())

    async def _sitemap(self, url: str, *, is_probe: bool = False) -> list[str] | None:
        """Read one sitemap; the further ones it leads to, or None if it is none."""
        reading = await self._read(
            url, lambda body, address: parse_sitemap(body, address, self.zone), is_probe=is_probe
        )
        if reading.failure:
            return None
        return [child for child, changed in reading.follow if self._worth_reading(child, changed)]

    def _worth_reading(self, url: str, changed: str | None) -> bool:
        """Whether a further sitemap can hold anything new and wanted."""
        if not on_outlet(url, self.outlet):
            return False
        latest = changed[:10] if changed else _month_in_address(url)
        if self.since and latest and latest < self.since:
            return False
        known = self.frontier.list_state(url)
        return self.thorough or known is None or changed is None or changed >= known.checked_at

    # List pages

    async def _index(self, template: str) -> None:
        if "{date" not in template:
            await self._walk(template, self._parse_page, MAX_PAGES)
            return
        for day in self._days():
            if self._should_stop():
                return
            await self._walk(template, self._parse_page, MAX_PAGES, day=day)

    def _days(self) -> Iterator[date]:
        """The days of dated lists, newest first."""
        today = self.clock.astimezone(self.zone).date()
        first = date.fromisoformat(self.since) if self.since else today - timedelta(days=self.index_days - 1)
        for back in range((today - first).days + 1):
            yield today - timedelta(days=back)

    def _parse_page(self, body: bytes, url: str) -> Listing:
        return parse_page(body, url, self.zone)

    async def _front_page(self) -> None:
        """The last resort: the home page, and the feeds it announces."""
        reading = await self._read(self.outlet.base_url + "/", self._parse_page)
        for url in reading.listing.feeds[:3] if reading.listing else ():
            if on_outlet(url, self.outlet) and url not in self.outlet.feeds:
                await self._feed(url)

    async def _walk(
        self,
        template: str,
        parse: Parse,
        max_pages: int,
        *,
        day: date | None = None,
        is_chain: bool = False,
        is_probe: bool = False,
    ) -> None:
        """Read a paged list until it ends: a page is empty, repeats what was seen, is missing, or older than wanted.

        Args:
            template: address with ``{page}``, ``{offset}`` or ``{date:…}``; of a chain its first page.
            parse: reads a page.
            max_pages: at most so many.
            day: the day of a dated list.
            is_chain: each page names the next.
            is_probe: the list need not exist.
        """
        walk = template if day is None else f"{template} {day}"
        bound = "" if day else self.since
        complete = self.frontier.walk_complete(walk, bound)
        if complete and day is not None and not self.thorough:
            return
        is_paged = is_chain or "{page" in template or "{offset" in template
        seen: set[str] = set()
        url = template if is_chain else self._page_url(template, 1, day)
        for page in range(1, (max_pages if is_paged else 1) + 1):
            if self._should_stop():
                return
            reading = await self._read(url, parse, seen=frozenset(seen), is_probe=is_probe or page > 1)
            if reading.failure:
                if page == 1 or reading.failure not in ("gone", "http_error"):
                    return
                break
            if reading.is_end or self._all_too_old(reading) or (is_chain and not reading.follow):
                break
            # All further pages were read once, and this one shows that nothing has come since.
            if complete and not reading.fresh and not self.thorough:
                break
            seen.update(reading.articles)
            url = reading.follow[0][0] if is_chain else self._page_url(template, page + 1, day)
        if day is None or (self.clock.astimezone(self.zone).date() - day).days > 1:
            self.frontier.finish_walk(walk, self.outlet.outlet_id, bound)

    def _page_url(self, template: str, page: int, day: date | None) -> str:
        return render_index_page(template, day=day or self.clock.date(), page=page, step=self.outlet.index_step)

    def _all_too_old(self, reading: Reading) -> bool:
        """Whether every entry of a page has a date, and all are before what is wanted."""
        items = reading.listing.items if reading.listing else []
        return bool(self.since and items) and all(
            item.published_at is not None and item.published_at[:10] < self.since for item in items
        )

    # One list

    async def _read(
        self, url: str, parse: Parse, *, seen: frozenset[str] | None = None, is_probe: bool = False
    ) -> Reading:
        """Ask for a list, conditionally if it is known, and put what it announces into the frontier.

        Args:
            url: address of the list.
            parse: reads it.
            seen: articles of the pages before it in its walk; None outside a walk.
            is_probe: that it does not exist is no issue.
        """
        self._lists += 1
        if self._lists == MAX_LISTS:
            self._issue("too_many_lists", url, f"{MAX_LISTS} lists were read; the rest waits for the next crawl")
        known = self.frontier.list_state(url)
        answer = await self.fetcher.ask(
            url, etag=known.etag if known else None, last_modified=known.last_modified if known else None
        )
        if answer.failure:
            if not (is_probe and answer.failure in ("gone", "http_error")):
                self._issue(answer.failure, url, f"the list cannot be read: {answer.detail}")
            self._turns.came(answer.failure)
            return Reading(failure=answer.failure)
        if known and (answer.is_unchanged or answer.sha256 == known.payload_sha256):
            known.checked_at = now()
            self.frontier.save_list(url, self.outlet.outlet_id, known, ())
            self._yielding += 1
            self._turns.came(UNCHANGED)
            return Reading(is_end=known.is_end, follow=tuple(known.follow))
        try:
            listing = parse(answer.body, url)
        except ListingError as error:
            self._issue(error.kind, url, error.detail)
            self._turns.came(error.kind)
            return Reading(failure=error.kind)
        for kind, detail in listing.problems:
            self._issue(kind, url, detail)
        listed = list(self._listed(listing, url))
        articles = {item.canonical_url for item in listed}
        is_end = seen is not None and articles <= seen
        state = ListState(
            answer.header("etag"), answer.header("last-modified"), answer.sha256, now(), is_end, listing.follow
        )
        fresh = self.frontier.save_list(url, self.outlet.outlet_id, state, listed)
        self.reporter.count(self.outlet.outlet_id, "found", fresh)
        self._yielding += bool(articles)
        self._turns.came(GAVE if articles or listing.follow else NOTHING)
        return Reading(listing, tuple(articles), fresh, is_end, tuple(listing.follow))

    def _listed(self, listing: Listing, url: str) -> Iterator[Listed]:
        """The articles of a list, each once."""
        seen: set[str] = set()
        for item in listing.items:
            if not item.url or not is_article(item.url, self.outlet):
                continue
            canonical = canonical_url(item.url, self.outlet)
            if canonical in seen:
                continue
            seen.add(canonical)
            yield Listed(
                canonical,
                fetch_url(canonical, self.outlet),
                article_key(canonical, self.outlet),
                item.published_at,
                self._day_hint(item),
                item.title,
                item.lead,
                item.tags,
                url,
            )

    def _day_hint(self, item: Item) -> str | None:
        """A day on which, or before which, an article was published."""
        if item.published_at:
            return datetime.fromisoformat(item.published_at).astimezone(self.zone).date().isoformat()
        hints = [hint for hint in (day_in_address(item.url), item.changed_at and item.changed_at[:10]) if hint]
        return min(hints, default=None)

    def _issue(self, kind: str, url: str, detail: str) -> None:
        self.reporter.issue(self.outlet.outlet_id, kind, url, detail)


def _month_in_address(url: str) -> str | None:
    """The last day of the month a sitemap's name speaks of: ``sitemap-pt-post-2024-03.xml``."""
    found = re.search(r"(?<!\d)(20\d\d)[-_/]?(0[1-9]|1[0-2])(?!\d)", url.rsplit("/", 1)[-1])
    if not found:
        return None
    year, month = int(found.group(1)), int(found.group(2))
    return f"{year}-{month:02d}-{monthrange(year, month)[1]:02d}"
