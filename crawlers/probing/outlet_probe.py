"""One polite look at an outlet: does each list of its entry work, and is there an article behind it?

Each list is asked once, whatever the frontier knows of it, and nothing is kept. What counts as working is what
discovery relies on: the same parsers, the same pattern of article addresses, the same rule for feeds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from protego import Protego

from ..fetching.fetcher import Answer
from ..fetching.markup import ListingError
from ..fetching.politeness import AGENT, root_of
from ..frontier.store import Frontier
from ..identity import canonical_url, fetch_url, front_page, is_article, on_outlet
from ..inspection import NotAPageError, inspect_page
from ..lists.formats import Item, Listing, parse_feed, parse_page, parse_sitemap, parse_wordpress
from ..lists.reading import Parse
from ..lists.ways import MAX_DEPTH, MIN_DISTINCT, blogger_entries, distinct_articles, wordpress_posts
from ..registry import Outlet, render_index_page
from .records import ABSENT, FAIL, OK, WARN, Look, Probe, SeenPage

MAX_SITEMAPS = 3
"""Announced sitemaps that are looked at."""
MAX_LEAVES = 2
"""Sitemaps of an index that are looked at until one names articles."""
MAX_TRIES = 3
"""Articles that are asked for until one is a page."""
SLOW_SECONDS = 30.0
"""A crawl-delay from which a crawl of the outlet takes days."""
SILENT_DAYS = 60
"""Days without a new entry after which a feed is probably left over from an older site."""
POSTS = 20
"""Posts asked of an interface."""


class Asks(Protocol):
    """What a look needs of the fetcher."""

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Ask for an address."""

    async def robots(self, url: str) -> Protego | Answer:
        """The rules of an address's host, or the failure."""


class Remembering:
    """Asks each address once, so that a second look at the same list costs the host nothing."""

    def __init__(self, fetcher: Asks) -> None:
        self.fetcher = fetcher
        self._answers: dict[str, Answer] = {}

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Ask for an address, or give the answer it gave before."""
        if url not in self._answers:
            self._answers[url] = await self.fetcher.ask(url)
        return self._answers[url]

    async def robots(self, url: str) -> Protego | Answer:
        """The rules of an address's host, or the failure."""
        return await self.fetcher.robots(url)


class Examination:
    """Looks at one outlet.

    Args:
        outlet: its entry.
        fetcher: asks.
        frontier: where the robots.txt that was read can be seen.
        clock: the outlet's present.
    """

    def __init__(self, outlet: Outlet, fetcher: Asks, frontier: Frontier, clock: datetime) -> None:
        self.outlet, self.fetcher, self.frontier, self.clock = outlet, fetcher, frontier, clock
        self.zone = ZoneInfo(outlet.timezone)
        self.look = Look(outlet.outlet_id)
        self._found: dict[str, Item] = {}

    async def run(self) -> Look:
        """Look at robots.txt, every list and one article. Never raises for what the host does."""
        rules = await self.fetcher.robots(self.outlet.base_url)
        if isinstance(rules, Answer):
            self._add("robots", root_of(self.outlet.base_url) + "/robots.txt", rules, FAIL, rules.detail)
            return self.look
        for url in self.outlet.feeds:
            await self._feed(url)
        await self._interface()
        await self._sitemaps([url for url in rules.sitemaps if on_outlet(url, self.outlet)])
        for template in self.outlet.index_pages:
            await self._index(template)
        if not self._found:
            await self._front()
        allowed = [url for url in self._found if rules.can_fetch(fetch_url(url, self.outlet), AGENT)]
        self.look.probes.insert(0, self._robots(rules, len(allowed)))
        self.look.articles = len(self._found)
        await self._article(allowed)
        return self.look

    async def feed_works(self, url: str) -> bool:
        """Whether an address is a feed that a crawl would read."""
        return await self._works(self._feed(url))

    async def index_works(self, template: str) -> bool:
        """Whether a list page names articles."""
        return await self._works(self._index(template))

    async def _works(self, looking: Awaitable[None]) -> bool:
        before = len(self.look.probes)
        await looking
        return any(probe.verdict in (OK, WARN) for probe in self.look.probes[before:])

    def _robots(self, rules: Protego, allowed: int) -> Probe:
        root = root_of(self.outlet.base_url)
        status, _ = self.frontier.robots(root, "") or (0, b"")
        delay = rules.crawl_delay(AGENT)
        named = len(list(rules.sitemaps))
        words = [f"names {named} sitemap{'' if named == 1 else 's'}"]
        if status != 200:
            words = [f"there is none ({status}), so all is allowed"]
        if delay:
            words.append(f"crawl-delay {delay:g} s")
        verdict = WARN if delay and delay >= SLOW_SECONDS else OK
        if self._found and allowed < len(self._found):
            verdict = WARN if allowed else FAIL
            words.insert(0, f"forbids {len(self._found) - allowed} of {len(self._found)} articles found")
        elif not self._found and not rules.can_fetch(self.outlet.base_url + "/", AGENT):
            verdict = FAIL
            words.insert(0, "forbids the front page")
        return Probe("robots", root + "/robots.txt", status, verdict, delay, "; ".join(words))

    # Feeds and interfaces

    async def _feed(self, url: str) -> None:
        await self._judge_feed("feed", url)

    async def _interface(self) -> None:
        if self.outlet.api == "wordpress":
            url = wordpress_posts(self.outlet, POSTS)
            answer, listing = await self._read("wordpress", url, parse_wordpress, may_lack=bool(self.outlet.feeds))
            if listing is not None:
                count = self._keep(listing.items)
                detail = f"{len(listing.items)} posts, {count} of them articles by the entry's pattern"
                self._add("wordpress", url, answer, OK if count else FAIL, detail, count)
        elif self.outlet.api == "blogger":
            await self._judge_feed("blogger", f"{blogger_entries(self.outlet)}1")

    async def _judge_feed(self, kind: str, url: str) -> None:
        answer, listing = await self._read(kind, url, lambda body, address: parse_feed(body, address, self.zone))
        if listing is None:
            return
        if not listing.items:
            self._add(kind, url, answer, FAIL, "the feed has no entries", 0.0)
            return
        distinct = distinct_articles(listing, self.outlet)
        share = distinct / len(listing.items)
        detail = f"{distinct} of {len(listing.items)} entries lead to different articles"
        if share < MIN_DISTINCT:
            self._add(kind, url, answer, FAIL, f"rejected: only {detail}", share)
            return
        self._keep(listing.items)
        latest = max((item.published_at for item in listing.items if item.published_at), key=_instant, default=None)
        if latest is None:
            self._add(kind, url, answer, WARN, f"{detail}; no entry has a date", share)
            return
        age = (self.clock - datetime.fromisoformat(latest)).days
        if age > SILENT_DAYS:
            self._add(kind, url, answer, WARN, f"the latest entry is {age} days old; {detail}", share)
        else:
            self._add(kind, url, answer, OK, f"{detail}; the latest of {latest[:10]}", share)

    # Sitemaps

    async def _sitemaps(self, announced: list[str]) -> None:
        """The sitemaps of robots.txt, and of the entry's the first that exists, as discovery reads them."""
        is_found = False
        for url in dict.fromkeys([*announced[:MAX_SITEMAPS], *self.outlet.sitemaps]):
            if url in announced or not is_found:
                is_found = await self._sitemap(url, url in announced) or is_found
        sitemaps = [probe for probe in self.look.probes if probe.kind == "sitemap"]
        if sitemaps and not is_found and all(probe.verdict == ABSENT for probe in sitemaps):
            last = sitemaps[-1]
            place = self.look.probes.index(last)
            self.look.probes[place] = Probe("sitemap", last.url, last.status, FAIL, None, f"none exists: {last.detail}")

    async def _sitemap(self, url: str, is_announced: bool) -> bool:
        """Whether there is a sitemap at an address; looks into its leaves until one names articles."""
        answer, listing = await self._read("sitemap", url, self._parse_sitemap, may_lack=not is_announced)
        if listing is None:
            return False
        words, leaves, count = [], 0, self._keep(listing.items)
        waiting = [(child, 2) for child in self._leaves(listing)]
        if listing.follow:
            words.append(f"index of {len(listing.follow)}")
        else:
            words.append(f"{len(listing.items)} addresses, {count} of them articles")
        while waiting and not count and leaves < MAX_LEAVES:
            child, depth = waiting.pop(0)
            inner = await self.fetcher.ask(child)
            name = child.rsplit("/", 1)[-1]
            if inner.failure:
                leaves += 1
                words.append(f"{name}: {inner.detail}")
                continue
            try:
                found = self._parse_sitemap(inner.body, child)
            except ListingError as error:
                leaves += 1
                words.append(f"{name}: {error.detail}")
                continue
            if found.follow and depth < MAX_DEPTH:
                waiting[:0] = [(address, depth + 1) for address in self._leaves(found)]
                continue
            leaves += 1
            count = self._keep(found.items)
            words.append(f"{name} names {count} article{'' if count == 1 else 's'}")
        self._add("sitemap", url, answer, OK if count else WARN, "; ".join(words), count)
        return True

    def _leaves(self, listing: Listing) -> list[str]:
        """The sitemaps an index leads to, most promising first: of posts or news, then the one changed last.

        Sections have sitemaps of the same names; one of each name comes before a second of any.
        """
        names = ("news", "post", "berita", "artikel", "read")
        ours = [(url, changed or "") for url, changed in listing.follow if on_outlet(url, self.outlet)]
        ours.sort(key=lambda found: found[1], reverse=True)
        ours.sort(key=lambda found: not any(name in found[0].rsplit("/", 1)[-1] for name in names))
        names_of = {url: url.rsplit("/", 1)[-1] for url, _ in ours}
        first = {name: url for url, name in reversed(names_of.items())}
        return [*dict.fromkeys(first[name] for name in names_of.values()), *names_of]

    def _parse_sitemap(self, body: bytes, url: str) -> Listing:
        return parse_sitemap(body, url, self.zone)

    # List pages

    async def _index(self, template: str) -> None:
        day = self.clock.astimezone(self.zone).date()
        is_dated = "{date" in template
        for back in range(2 if is_dated else 1):
            url = self._page_url(template, 1, day - timedelta(days=back))
            answer, listing = await self._read("index", url, self._parse_page)
            if listing is None:
                return
            first = self._articles(listing.items)
            if first:
                break
        else:
            days = " of today and yesterday" if is_dated else ""
            self._add("index", url, answer, WARN if is_dated else FAIL, f"no article links{days}", 0)
            return
        self._keep(listing.items)
        verdict, detail = OK, f"{len(first)} article links"
        if "{page" in template or "{offset" in template:
            detail, verdict = await self._second_page(template, day - timedelta(days=back), first, detail, is_dated)
        self._add("index", url, answer, verdict, detail, len(first))

    async def _second_page(
        self, template: str, day: date, first: set[str], detail: str, is_dated: bool
    ) -> tuple[str, str]:
        answer = await self.fetcher.ask(self._page_url(template, 2, day))
        if answer.failure:
            return f"{detail}; there is no page 2 ({answer.detail})", OK if is_dated else WARN
        try:
            second = self._articles(self._parse_page(answer.body, answer.url).items)
        except ListingError as error:
            return f"{detail}; page 2: {error.detail}", WARN
        if second <= first:
            # A day's list ends so; of a list of everything only its first page can then be reached.
            words = "page 2 is empty" if not second else "page 2 repeats page 1"
            return f"{detail}; {words}", OK if is_dated else WARN
        return f"{detail}; page 2 has {len(second - first)} more", OK

    async def _front(self) -> None:
        url = front_page(self.outlet.base_url)
        answer, listing = await self._read("front", url, self._parse_page)
        if listing is not None:
            count = self._keep(listing.items)
            self._add("front", url, answer, WARN if count else FAIL, f"{count} article links on the front page", count)

    def _parse_page(self, body: bytes, url: str) -> Listing:
        return parse_page(body, url, self.zone)

    def _page_url(self, template: str, page: int, day: date) -> str:
        return render_index_page(template, day=day, page=page, step=self.outlet.index_step)

    # One article

    async def _article(self, allowed: list[str]) -> None:
        """Fetch one article, the latest first; what is no page is passed over a few times."""
        if not allowed:
            detail = "no article was found" if not self._found else "robots.txt forbids every article found"
            self.look.probes.append(Probe("article", self.outlet.base_url, 0, FAIL, None, detail))
            return
        dates = {url: _instant(self._found[url].published_at) for url in allowed}
        now = self.clock.timestamp()
        ordered = sorted(allowed, key=lambda url: dates[url] if dates[url] <= now else 0.0, reverse=True)
        words: list[str] = []
        for url in ordered[:MAX_TRIES]:
            address = fetch_url(url, self.outlet)
            answer = await self.fetcher.ask(address)
            problem = answer.detail if answer.failure else self._no_page(answer)
            if problem is None:
                item = self._found[url]
                self.look.page = SeenPage(
                    answer.url,
                    canonical_url(answer.url, self.outlet),
                    answer.body,
                    answer.status,
                    answer.charset,
                    item.published_at,
                    item.title,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                )
                return
            words.append(f"{address}: {problem}")
        self._add("article", fetch_url(ordered[0], self.outlet), answer, FAIL, "; ".join(words))

    def _no_page(self, answer: Answer) -> str | None:
        """Why an answer is no article's page, or None."""
        if not on_outlet(answer.url, self.outlet):
            return f"leads away to {answer.url}"
        try:
            inspect_page(answer.body, answer.url, self.outlet, answer.mime, answer.charset)
        except NotAPageError as error:
            return error.detail
        return None

    # What all have in common

    async def _read(
        self, kind: str, url: str, parse: Parse, *, may_lack: bool = False
    ) -> tuple[Answer, Listing | None]:
        """Ask for a list and read it; what goes wrong is recorded at once."""
        answer = await self.fetcher.ask(url)
        if answer.failure:
            is_absent = may_lack and answer.failure in ("gone", "http_error")
            detail = "robots.txt forbids it" if answer.failure == "robots" else answer.detail
            self._add(kind, url, answer, ABSENT if is_absent else FAIL, detail)
            return answer, None
        try:
            return answer, parse(answer.body, url)
        except ListingError as error:
            self._add(kind, url, answer, FAIL, error.detail)
            return answer, None

    def _articles(self, items: Iterable[Item]) -> set[str]:
        return {canonical_url(item.url, self.outlet) for item in items if is_article(item.url, self.outlet)}

    def _keep(self, items: Iterable[Item]) -> int:
        """Remember the articles of a list; how many different ones it has."""
        found: dict[str, Item] = {}
        for item in items:
            if item.url and is_article(item.url, self.outlet):
                found.setdefault(canonical_url(item.url, self.outlet), item)
        for url, item in found.items():
            if url not in self._found or (item.published_at and not self._found[url].published_at):
                self._found[url] = item
        return len(found)

    def _add(self, kind: str, url: str, answer: Answer, verdict: str, detail: str, figure: float | None = None) -> None:
        self.look.probes.append(Probe(kind, url, answer.status, verdict, figure, detail))


def _instant(text: str | None) -> float:
    """A time as seconds, to sort by; 0 where there is none."""
    return datetime.fromisoformat(text).timestamp() if text else 0.0
