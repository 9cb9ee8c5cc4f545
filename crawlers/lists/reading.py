"""Reading one list, and one paged list to its end: asked conditionally, remembered in the frontier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..fetching.fetcher import Fetcher
from ..fetching.markup import ListingError
from ..frontier.known import Listed, ListState
from ..frontier.store import Frontier, now
from ..identity import article_key, canonical_url, fetch_url, is_article
from ..registry import Outlet, render_index_page
from ..reporting import Reporter
from .formats import Item, Listing, day_in_address, local_day
from .grades import GAVE, NOTHING, UNCHANGED
from .spans import Span
from .turns import ListTurns

MAX_LISTS = 2_000
"""Lists read of one outlet in one crawl."""
MAX_FRESH = 1_000_000
"""New addresses taken from one outlet's lists in one crawl; the largest outlets have fewer articles in all."""
REMEMBERED = timedelta(hours=24)
"""A backfill does not ask a list again that was read so short a time ago: slices of days share their lists."""

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


@dataclass(frozen=True, slots=True)
class Search:
    """What a crawl looks for at an outlet.

    Attributes:
        span: the days that are wanted.
        clock: the outlet's present.
        index_days: days of dated lists when the span has no beginning.
        limit: how many new articles are enough; None: no limit.
        thorough: ask lists again that would usually be trusted to be unchanged.
        stopping: says whether the crawl should end.
        anew_since: ISO time; lists read before it are read anew. Empty: what is known of them is trusted.
    """

    span: Span
    clock: datetime
    index_days: int
    limit: int | None
    thorough: bool
    stopping: Callable[[], bool]
    anew_since: str = ""


class ListReader:
    """Reads lists of one outlet into the frontier.

    Args:
        outlet: whose.
        fetcher: asks.
        frontier: remembers.
        reporter: is told.
        search: what is looked for.
        turns: which lists' turn it is.

    Attributes:
        yielding: how many lists gave articles, or are as they were.
    """

    def __init__(
        self,
        outlet: Outlet,
        fetcher: Fetcher,
        frontier: Frontier,
        reporter: Reporter,
        search: Search,
        turns: ListTurns,
    ) -> None:
        self.outlet, self.fetcher, self.frontier, self.reporter = outlet, fetcher, frontier, reporter
        self.search, self.turns = search, turns
        self.zone = ZoneInfo(outlet.timezone)
        self.yielding = 0
        self._lists = 0
        self._fresh = 0

    @property
    def today(self) -> date:
        """The outlet's present day."""
        return self.search.clock.astimezone(self.zone).date()

    def days(self) -> Iterator[date]:
        """The days that are looked for, newest first."""
        return self.search.span.days(self.today, self.search.index_days)

    def should_stop(self) -> bool:
        """Whether no further list is to be read: enough were, enough was found, or the crawl ends."""
        if self._lists >= MAX_LISTS or self._fresh >= MAX_FRESH or self.search.stopping():
            return True
        if self.search.limit is None:
            return False
        span = self.search.span
        return self.frontier.count_wanted(self.outlet.outlet_id, span.since, span.until) >= self.search.limit

    def state(self, url: str) -> ListState | None:
        """What is remembered of a list, or None if the outlet never read it."""
        return self.frontier.list_state(self._name(url))

    def _name(self, url: str) -> str:
        """Under which name a list is remembered: sections of one site read the same sitemaps, each for itself."""
        return f"{url}#{self.outlet.outlet_id}" if "/" in self.outlet.domain else url

    def issue(self, kind: str, url: str, detail: str) -> None:
        """Record what went wrong."""
        self.reporter.issue(self.outlet.outlet_id, kind, url, detail)

    async def read(
        self, url: str, parse: Parse, *, seen: frozenset[str] | None = None, is_probe: bool = False
    ) -> Reading:
        """Ask for a list, conditionally if it is known, and put what it announces into the frontier.

        Args:
            url: address of the list.
            parse: reads it.
            seen: articles of the pages before it in its walk; None outside a walk.
            is_probe: that it does not exist is no issue.
        """
        known = self.state(url)
        if known and self._is_remembered(known):
            self.yielding += 1
            return Reading(is_end=known.is_end, follow=tuple(known.follow))
        self._lists += 1
        if self._lists == MAX_LISTS:
            self.issue("too_many_lists", url, f"{MAX_LISTS} lists were read; the rest waits for the next crawl")
        answer = await self.fetcher.ask(
            url, etag=known.etag if known else None, last_modified=known.last_modified if known else None
        )
        if answer.failure:
            if not (is_probe and answer.failure in ("gone", "http_error")):
                self.issue(answer.failure, url, f"the list cannot be read: {answer.detail}")
            self.turns.came(answer.failure)
            return Reading(failure=answer.failure)
        if known and (answer.is_unchanged or answer.sha256 == known.payload_sha256):
            known.checked_at = now()
            self.frontier.save_list(self._name(url), self.outlet.outlet_id, known, ())
            self.yielding += 1
            self.turns.came(UNCHANGED)
            return Reading(is_end=known.is_end, follow=tuple(known.follow))
        try:
            listing = parse(answer.body, url)
        except ListingError as error:
            self.issue(error.kind, url, error.detail)
            self.turns.came(error.kind)
            return Reading(failure=error.kind)
        for kind, detail in listing.problems:
            self.issue(kind, url, detail)
        listed = list(self._listed(listing, url))
        articles = {item.canonical_url for item in listed}
        is_end = seen is not None and articles <= seen
        state = ListState(
            answer.header("etag"), answer.header("last-modified"), answer.sha256, now(), is_end, listing.follow
        )
        fresh = self.frontier.save_list(self._name(url), self.outlet.outlet_id, state, listed)
        self.reporter.count(self.outlet.outlet_id, "found", fresh)
        if self._fresh < MAX_FRESH <= self._fresh + fresh:
            self.issue(
                "too_many_addresses", url, f"{MAX_FRESH:,} new addresses were found; the rest waits for the next crawl"
            )
        self._fresh += fresh
        self.yielding += bool(articles)
        self.turns.came(GAVE if articles or listing.follow else NOTHING)
        return Reading(listing, tuple(articles), fresh, is_end, tuple(listing.follow))

    async def walk(
        self,
        template: str,
        parse: Parse,
        max_pages: int,
        *,
        day: date | None = None,
        is_chain: bool = False,
        is_probe: bool = False,
    ) -> bool:
        """Read a paged list until it ends: a page is empty, repeats what was seen, is missing, or older than wanted.

        Args:
            template: address with ``{page}``, ``{offset}`` or ``{date:…}``; of a chain its first page.
            parse: reads a page.
            max_pages: at most so many.
            day: the day of a dated list; of a list of months the newest day that is wanted.
            is_chain: each page names the next.
            is_probe: the list need not exist.

        Returns:
            Whether it was walked to its end, now or before.
        """
        url = template if is_chain else self._page_url(template, 1, day)
        # A dated list is known by its first page: the same for all days of a month where it is a list of months.
        walk = self._name(template if day is None else url)
        bound = "" if day else self.search.span.since
        complete = self.frontier.walk_complete(walk, bound, self.search.anew_since)
        if complete and day is not None and not self.search.thorough:
            return True
        is_paged = is_chain or "{page" in template or "{offset" in template
        seen: set[str] = set()
        for page in range(1, (max_pages if is_paged else 1) + 1):
            if self.should_stop():
                return False
            reading = await self.read(url, parse, seen=frozenset(seen), is_probe=is_probe or page > 1)
            if reading.failure:
                if page == 1 or reading.failure not in ("gone", "http_error"):
                    return False
                break
            if reading.is_end or self._all_too_old(reading) or (is_chain and not reading.follow):
                break
            # All further pages were read once, and this one shows that nothing has come since.
            if complete and not reading.fresh and not self.search.thorough:
                break
            seen.update(reading.articles)
            url = reading.follow[0][0] if is_chain else self._page_url(template, page + 1, day)
        if day is None or self._is_over(template, day):
            self.frontier.finish_walk(walk, self.outlet.outlet_id, bound)
        return True

    def _page_url(self, template: str, page: int, day: date | None) -> str:
        return render_index_page(template, day=day or self.today, page=page, step=self.outlet.index_step)

    def _is_over(self, template: str, day: date) -> bool:
        """Whether a dated list can gain nothing more: neither today nor yesterday stands in it."""
        recent = {self._page_url(template, 1, self.today - timedelta(days=back)) for back in (0, 1)}
        return self._page_url(template, 1, day) not in recent

    def _all_too_old(self, reading: Reading) -> bool:
        """Whether every article of a page has a date, and all are before what is wanted."""
        since = self.search.span.since
        items = reading.listing.items if reading.listing and since else []
        hints = [self._day_hint(item) for item in items if is_article(item.url, self.outlet)]
        return bool(hints) and all(hint is not None and hint < since for hint in hints)

    def _is_remembered(self, known: ListState) -> bool:
        if not self.search.span.is_past or self.search.thorough or known.checked_at < self.search.anew_since:
            return False
        return datetime.now(UTC) - datetime.fromisoformat(known.checked_at) < REMEMBERED

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
            return local_day(item.published_at, self.zone)
        hints = [hint for hint in (day_in_address(item.url), item.changed_at and item.changed_at[:10]) if hint]
        return min(hints, default=None)
