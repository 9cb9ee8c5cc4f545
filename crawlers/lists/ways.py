"""The ways in which an outlet announces its articles: one short class each, fed by what its family and entry name.

A way knows how its kind of list is asked, paged and bounded in time. Which lists there are is data
(``families.toml``, ``outlets.toml``). ``API_WAYS`` names the interfaces an entry may choose with ``api``.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from urllib.parse import quote

from ..fetching.markup import ListingError
from ..identity import canonical_url, front_page, is_article, on_outlet
from ..registry import Outlet, priority_sections, render_index_page
from .formats import Listing, parse_feed, parse_page, parse_sitemap, parse_wordpress
from .reading import ListReader
from .spans import span_in_address

MAX_DEPTH = 4
"""How deep sitemap indexes may be nested."""
MAX_PAGES = 25
"""Pages of one day's, or of an undated, list in one crawl."""
MAX_API_PAGES = 500
"""Pages of an interface, or of an undated list that a backfill walks to its end."""
WORDPRESS_PAGE = 100
"""Posts asked for at once; the most WordPress gives."""
BLOGGER_PAGE = 150
"""Entries asked for at once; the most Blogger gives."""
MIN_DISTINCT = 0.8
"""Share of a feed's entries that must be distinct article addresses; Tribun's feed gives the homepage every time."""
NEWS_SITEMAP_DAYS = 3
"""A news sitemap holds the articles of two days (Google's rule); one more for the time zones."""

CLOSED_DAYS = 7
"""So long after its last day, a sitemap of a month or day that says nothing of its changes is taken to be closed."""

_NEWS_SITEMAP = re.compile(r"sitemap[-_/]?(?:google[-_]?)?news|news[-_/]?sitemap|/news\.xml", re.IGNORECASE)


class Way(ABC):
    """One way of finding an outlet's articles.

    Args:
        lists: reads lists.
        is_probe: the lists need not exist.
    """

    is_exact = False
    """Whether it tells every article of a span of days, so that a backfill needs no other way."""

    def __init__(self, lists: ListReader, *, is_probe: bool = False) -> None:
        self.lists, self.outlet, self.is_probe = lists, lists.outlet, is_probe

    @abstractmethod
    async def find(self) -> bool:
        """Read its lists into the frontier.

        Returns:
            Whether there were any, and all were read to their end.
        """


class Feeds(Way):
    """RSS and Atom: the newest articles, with title, time and lead."""

    async def find(self) -> bool:
        """Read the feeds; of an outlet of priority 1 also those of its priority sections."""
        feeds = dict.fromkeys(self.outlet.feeds, self.is_probe)
        if self.outlet.priority == 1:
            feeds |= dict.fromkeys(self.outlet.section_feeds, True)
        done = [await self.feed(url, is_probe=is_probe) for url, is_probe in feeds.items()]
        return bool(done) and all(done)

    async def feed(self, url: str, *, is_probe: bool = False) -> bool:
        """Read one feed, if enough of its entries lead to different articles."""
        if self.lists.should_stop():
            return False

        async def read() -> bool:
            return not (await self.lists.read(url, self._parse, is_probe=is_probe)).failure

        return bool(await self.lists.turns.take(url, read, is_probe=is_probe))

    def _parse(self, body: bytes, url: str) -> Listing:
        listing = parse_feed(body, url, self.lists.zone)
        if not listing.items:
            raise ListingError("feed_empty", "the feed has no entries")
        distinct = distinct_articles(listing, self.outlet)
        if distinct < MIN_DISTINCT * len(listing.items):
            raise ListingError(
                "feed_rejected",
                f"only {distinct} of {len(listing.items)} entries of {url} lead to different articles",
            )
        return listing


class WordPress(Way):
    """WordPress's REST interface: all posts, a hundred at once, between two days where a span is wanted."""

    is_exact = True

    async def find(self) -> bool:
        """Page through the posts."""
        return bool(
            await self.lists.turns.take(
                "wp-json",
                partial(self.lists.walk, self._template(), parse_wordpress, MAX_API_PAGES, is_probe=True),
                may_be_empty=bool(self.lists.search.span.since),
                is_probe=True,
            )
        )

    def _template(self) -> str:
        span = self.lists.search.span
        bounds = ""
        # Both bounds are exclusive, and without an offset they are the outlet's own time.
        if span.since:
            bounds += f"&after={_day_before(span.since)}T23:59:59"
        if span.until:
            bounds += f"&before={_day_after(span.until)}T00:00:00"
        return f"{wordpress_posts(self.outlet, WORDPRESS_PAGE)}{bounds}&page={{page}}"


class Blogger(Way):
    """Blogger's full-text feed, slice by slice, between two days where a backfill wants them."""

    is_exact = True

    async def find(self) -> bool:
        """Go from slice to slice."""
        walk = partial(self.lists.walk, f"{self._base()}1", self._parse, MAX_API_PAGES, is_chain=True)
        return bool(await self.lists.turns.take("blogger", walk, may_be_empty=self.lists.search.span.is_past))

    def _base(self) -> str:
        span = self.lists.search.span
        bounds = ""
        if span.is_past:
            offset = self.lists.search.clock.astimezone(self.lists.zone).isoformat()[-6:]
            if span.since:
                bounds += f"&published-min={_at_midnight(span.since, offset)}"
            bounds += f"&published-max={_at_midnight(_day_after(span.until), offset)}"
            bounds += "&orderby=published"
        return blogger_entries(self.outlet, bounds)

    def _parse(self, body: bytes, url: str) -> Listing:
        listing = parse_feed(body, url, self.lists.zone)
        # A host may give fewer entries than asked for, so the next slice begins behind what it gave.
        if listing.items:
            base, _, start = url.rpartition("=")
            listing.follow = [(f"{base}={int(start) + len(listing.items)}", None)]
        return listing


API_WAYS: dict[str, type[Way]] = {"wordpress": WordPress, "blogger": Blogger}


class Sitemaps(Way):
    """Sitemaps of robots.txt, or else the first of the registry that exists, down to their leaves.

    Args:
        lists: reads lists.
        announced: those of robots.txt.
        is_probe: the lists need not exist.
    """

    def __init__(self, lists: ListReader, announced: Iterable[str] = (), *, is_probe: bool = False) -> None:
        super().__init__(lists, is_probe=is_probe)
        self.announced = tuple(announced)
        self._seen: set[str] = set()

    async def find(self) -> bool:
        """Read from the first sitemaps to the last, in breadth."""
        waiting: deque[tuple[str, int]] = deque()
        is_found = False
        for url in dict.fromkeys([*self.announced, *self._named()]):
            is_announced = url in self.announced
            if (is_found and not is_announced) or self._is_beside(url) or self.lists.should_stop():
                continue
            self._seen.add(url)
            children = await self.lists.turns.take(
                url, partial(self._sitemap, url, is_probe=not is_announced), is_probe=not is_announced
            )
            is_found = is_found or children is not None
            waiting.extend((child, 2) for child in children or ())
        await self._dated()
        while waiting and not self.lists.should_stop():
            url, depth = waiting.popleft()
            if url in self._seen:
                continue
            self._seen.add(url)
            if depth > MAX_DEPTH:
                self.lists.issue("sitemap_depth", url, f"sitemaps are nested deeper than {MAX_DEPTH}")
                continue
            waiting.extend((child, depth + 1) for child in await self._sitemap(url) or ())
        return is_found and not waiting

    def _named(self) -> list[str]:
        return [url for url in self.outlet.sitemaps if "{date" not in url]

    async def _dated(self) -> None:
        """Read sitemaps whose address has the day or month in it, and of which there is no index."""
        for template in (url for url in self.outlet.sitemaps if "{date" in url):
            for day in self.lists.days():
                url = render_index_page(template, day=day, page=1)
                if url not in self._seen and not self.lists.should_stop():
                    self._seen.add(url)
                    await self._sitemap(url, is_probe=True)

    async def _sitemap(self, url: str, *, is_probe: bool = False) -> list[str] | None:
        """Read one sitemap; the further ones it leads to, priority sections first, or None if it is none."""
        reading = await self.lists.read(url, self._parse, is_probe=is_probe)
        if reading.failure:
            return None
        children = [child for child, changed in reading.follow if self._worth_reading(child, changed)]
        return sorted(children, key=lambda child: not _is_of_priority_section(child))

    def _parse(self, body: bytes, url: str) -> Listing:
        """The articles of a sitemap; where its name tells their year, month or day, none is younger than that."""
        listing = parse_sitemap(body, url, self.lists.zone)
        _, last = span_in_address(url) or (None, None)
        if last:
            for item in listing.items:
                # An article that was changed later stays in the sitemap of its month.
                item.changed_at = min(item.changed_at or last, last)
        return listing

    def _worth_reading(self, url: str, changed: str | None) -> bool:
        """Whether a further sitemap can hold anything new and wanted."""
        if not on_outlet(url, self.outlet) or self._is_beside(url):
            return False
        span = self.lists.search.span
        if span.since and changed and changed[:10] < span.since:
            return False
        known = self.lists.state(url)
        if self.lists.search.thorough or known is None or known.checked_at < self.lists.search.anew_since:
            return True
        if changed is not None:
            return changed >= known.checked_at
        _, last = span_in_address(url) or (None, None)
        return last is None or last >= (self.lists.today - timedelta(days=CLOSED_DAYS)).isoformat()

    def _is_beside(self, url: str) -> bool:
        """Whether the name of a sitemap says that it is about other days than those that are wanted."""
        search = self.lists.search
        if _NEWS_SITEMAP.search(url):
            return search.span.misses((self.lists.today - timedelta(days=NEWS_SITEMAP_DAYS)).isoformat(), None)
        first, last = span_in_address(url) or (None, None)
        return search.span.misses(first, last)


class IndexPages(Way):
    """List pages: by number, by offset or by day, as links or in the data of a Next.js page."""

    async def find(self) -> bool:
        """Walk each list, a dated one day by day."""
        done = [
            bool(
                await self.lists.turns.take(
                    template, partial(self._index, template), may_be_empty="{date" in template, is_probe=self.is_probe
                )
            )
            for template in self.outlet.index_pages
        ]
        return bool(done) and all(done)

    async def _index(self, template: str) -> bool:
        if "{date" not in template:
            # What a backfill looks for stands far behind; it walks on to where the list is older than its span.
            pages = MAX_API_PAGES if self.lists.search.span.is_past else MAX_PAGES
            return await self.lists.walk(template, self.parse, pages, is_probe=self.is_probe)
        done, asked = True, set()
        for day in self.lists.days():
            first = render_index_page(template, day=day, page=1)
            if self.lists.should_stop():
                return False
            # A list of a whole month has the same address on all its days.
            if first not in asked:
                asked.add(first)
                done &= await self.lists.walk(template, self.parse, MAX_PAGES, day=day, is_probe=self.is_probe)
        return done

    def parse(self, body: bytes, url: str) -> Listing:
        """The links of a page."""
        return parse_page(body, url, self.lists.zone)


class FrontPage(IndexPages):
    """The last resort: the home page, and the feeds it announces."""

    async def find(self) -> bool:
        """Read the home page, then its feeds."""
        reading = await self.lists.read(front_page(self.outlet.base_url), self.parse)
        for url in reading.listing.feeds[:3] if reading.listing else ():
            if on_outlet(url, self.outlet) and url not in self.outlet.feeds:
                await Feeds(self.lists).feed(url)
        return not reading.failure


def ways_of(lists: ListReader, announced: Iterable[str] = (), *, is_probe: bool = False) -> list[Way]:
    """The ways in which an outlet's articles are found, those that tell most first: one order for all families.

    Args:
        lists: reads the outlet's lists.
        announced: sitemaps of its robots.txt.
        is_probe: the lists need not exist.
    """
    api = API_WAYS.get(lists.outlet.api)
    return [
        Feeds(lists, is_probe=is_probe),
        *([api(lists)] if api else ()),
        Sitemaps(lists, announced, is_probe=is_probe),
        IndexPages(lists, is_probe=is_probe),
    ]


def distinct_articles(listing: Listing, outlet: Outlet) -> int:
    """To how many different articles of an outlet the entries of a list lead."""
    return len({canonical_url(item.url, outlet) for item in listing.items if is_article(item.url, outlet)})


def wordpress_posts(outlet: Outlet, count: int) -> str:
    """The address of WordPress's interface for the newest posts, ``count`` at once."""
    return f"{outlet.base_url}/wp-json/wp/v2/posts?per_page={count}&_fields=id,date_gmt,link,title,excerpt"


def blogger_entries(outlet: Outlet, bounds: str = "") -> str:
    """The address of Blogger's full-text feed, to which the number of the first entry is to be added.

    Args:
        outlet: whose.
        bounds: further parameters, each with its ``&``.
    """
    return f"{outlet.base_url}/feeds/posts/default?alt=rss&max-results={BLOGGER_PAGE}{bounds}&start-index="


def _is_of_priority_section(url: str) -> bool:
    return not priority_sections().isdisjoint(re.split(r"[/.?&=]", url.lower()))


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _at_midnight(day: str, offset: str) -> str:
    """The beginning of a day as a parameter of an address."""
    return quote(f"{day}T00:00:00{offset}", safe=":")
