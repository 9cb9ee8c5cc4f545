"""A look at a site that no registry knows: what family it is of, and what entry would read it.

The site is asked for its robots.txt, its front page, and the few addresses that the signs of families name. Then the
proposed entry is examined as `jejak outlets check` would; what was asked once is not asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ..fetching.fetcher import Answer
from ..fetching.markup import ListingError, html_tree
from ..fetching.politeness import root_of
from ..frontier.store import Frontier
from ..identity import canonical_url, front_page
from ..lists.formats import Listing, parse_feed, parse_page, parse_sitemap, parse_wordpress
from ..registry import Outlet, parse_registry
from ..registry.edit import entry_text
from .address_shapes import MIN_FIT, WorkedOut, fit, looks_like_article, work_out
from .outlet_probe import POSTS, Examination, Remembering
from .recognition import Sight, recognise, signatures
from .records import SiteLook

ZONE = ZoneInfo("Asia/Jakarta")
MAX_CHILDREN = 3
"""Sitemaps of an index that are read for addresses of articles."""
MAX_LAX = 0.5
"""Share of addresses that are none of articles from which a family's pattern tells nothing."""
LONG_TITLE = 25
"""Characters of a link's text from which it is a headline and no menu."""
MAX_TEXT = 60_000
"""Characters of the front page's words that are handed back."""


@dataclass(slots=True)
class _Site:
    """A site while it is being looked at."""

    fetcher: Remembering
    frontier: Frontier
    sight: Sight
    articles: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    announced: list[str] = field(default_factory=list)
    working_sitemaps: list[str] = field(default_factory=list)


async def look_at_site(site: str, family: str, fetcher: Remembering, frontier: Frontier, clock: datetime) -> SiteLook:
    """Look at a site.

    Args:
        site: its address, with a section where it is part of a larger site; without a scheme, https and http are tried.
        family: the family it is taken for, or an empty string.
        fetcher: asks.
        frontier: where the robots.txt that was read can be seen.
        clock: the site's present.
    """
    found, front = SiteLook(site), Answer(site)
    for base in [site.rstrip("/")] if "://" in site else [f"https://{site.rstrip('/')}", f"http://{site.rstrip('/')}"]:
        found = SiteLook(base)
        rules = await fetcher.robots(base)
        front = rules if isinstance(rules, Answer) else await fetcher.ask(front_page(base))
        if not front.failure:
            break
        found.failure = front.detail
    if front.failure:
        return found
    found.failure = ""
    found.base_url = _base_of(front.url)
    work = _Site(fetcher, frontier, Sight(found.base_url))
    _read_front(work, found, front)
    await _read_robots_and_sitemaps(work)
    await _ask_signs(work)
    recognised, found.points, found.clues = recognise(work.sight)
    await _propose(work, found, family or recognised)
    outlet = _as_outlet(found)
    found.look = await Examination(outlet, fetcher, frontier, clock).run()
    return found


def _base_of(url: str) -> str:
    """The address without a file name, a query and a slash at the end."""
    parsed = urlsplit(url)
    path = re.sub(r"/index\.(?:html?|php)$", "", parsed.path).rstrip("/")
    return f"{parsed.scheme}://{parsed.netloc}{path}"


def _read_front(work: _Site, found: SiteLook, front: Answer) -> None:
    """Take name, words, links and signs from the front page."""
    sight = work.sight
    sight.html = front.body.decode(front.charset or "utf-8", "replace") if _is_known(front.charset) else ""
    sight.html = sight.html or front.body.decode("utf-8", "replace")
    tree = html_tree(front.body, front.charset)
    if tree is None:
        return
    named = {
        (node.get("property") or node.get("name") or "").lower(): (node.get("content") or "").strip()
        for node in reversed(list(tree.iter("meta")))
    }
    title = next((" ".join("".join(node.itertext()).split()) for node in tree.iter("title")), "")
    sight.generator = named.get("generator", "")
    found.name = named.get("og:site_name") or named.get("application-name") or _name_in_title(title, sight.base_url)
    for node in tree.iter("script", "style"):
        node.text = ""
    words = [title, named.get("description", ""), named.get("og:description", ""), " ".join(tree.itertext())]
    found.text = " ".join(" ".join(words).split())[:MAX_TEXT]
    try:
        listing = parse_page(front.body, front.url, ZONE, front.charset)
    except ListingError:
        return
    work.announced = [url for url in dict.fromkeys(listing.feeds) if _is_on(url, sight.base_url)]
    links = []
    for item in listing.items:
        if not _is_on(item.url, sight.base_url):
            continue
        url = canonical_url(item.url, None)
        links.append(url)
        if urlsplit(url).query:
            continue  # short links and pages of lists tell nothing of the shape of addresses
        is_article = looks_like_article(url) and (not item.title or len(item.title) >= LONG_TITLE)
        (work.articles if is_article else work.others).add(url)
    work.others -= work.articles
    sight.links = tuple(dict.fromkeys(links))


def _name_in_title(title: str, base_url: str) -> str:
    """The name of a site in a title: ``Kabar Uji - Tercepat dari Timur``, or of a section ``Ambon | Kabar Uji``."""
    parsed = urlsplit(base_url)
    parts = re.split(r"\s+[-|–—:•·]\s+|\s*\|\s*", title)
    return parts[-1 if parsed.path else 0].strip() or (parsed.hostname or "")


def _is_known(charset: str | None) -> bool:
    try:
        "".encode(charset or "utf-8")
    except LookupError:
        return False
    return True


def _is_on(url: str, base_url: str) -> bool:
    """Whether an address lies on the site's host or a mirror of it."""
    here = urlsplit(canonical_url(url, None)).hostname or ""
    home = urlsplit(canonical_url(base_url, None)).hostname or ""
    return here.removeprefix("www.") == home.removeprefix("www.")


async def _read_robots_and_sitemaps(work: _Site) -> None:
    """Find the sitemaps that exist, and addresses in them."""
    sight = work.sight
    rules = await work.fetcher.robots(sight.base_url)
    _, body = work.frontier.robots(root_of(sight.base_url), "") or (0, b"")
    sight.robots = body.decode("utf-8", "replace")
    named = [] if isinstance(rules, Answer) else [url for url in rules.sitemaps if _is_on(url, sight.base_url)]
    seen: list[str] = []
    for url in named[:MAX_CHILDREN] or [sight.base_url + path for path in signatures().sitemap_paths]:
        listing = await _listing(work, url, parse_sitemap)
        if listing is None:
            continue
        work.working_sitemaps.append(url)
        seen += [url, *(child for child, _ in listing.follow)]
        await _take_articles(work, listing, depth=2)
        if not named:
            break
    sight.sitemaps = tuple(dict.fromkeys([*named, *seen]))


async def _take_articles(work: _Site, listing: Listing, depth: int) -> None:
    """Take addresses of a sitemap, and of the first of those an index leads to."""
    _take(work, listing)
    if depth > 3:
        return
    for child, _ in sorted(listing.follow, key=lambda found: found[1] or "", reverse=True)[:MAX_CHILDREN]:
        if _is_on(child, work.sight.base_url) and (inner := await _listing(work, child, parse_sitemap)):
            await _take_articles(work, inner, depth + 1)


async def _ask_signs(work: _Site) -> None:
    """Ask what the signs of families ask for, each address once."""
    sight, table = work.sight, signatures()
    paths = {on: [sign.path for sign in table.clues if sign.on == on] for on in ("feed", "list")}
    for path in dict.fromkeys([*paths["feed"], *table.feed_paths]):
        listing = await _listing(work, sight.base_url + path, parse_feed)
        sight.feeds[path] = len(listing.items) if listing else 0
        if listing:
            _take(work, listing)
    for path in dict.fromkeys(paths["list"]):
        listing = await _listing(work, sight.base_url + path, parse_page)
        sight.lists[path] = tuple(canonical_url(item.url, None) for item in listing.items) if listing else ()
    base = sight.base_url
    posts = f"{base}/wp-json/wp/v2/posts?per_page={POSTS}&_fields=id,date_gmt,link,title,excerpt"
    if listing := await _listing(work, posts, lambda body, url, _: parse_wordpress(body, url)):
        sight.posts = len(listing.items)
        _take(work, listing)
    if not sight.posts and (listing := await _listing(work, f"{base}/feeds/posts/default?alt=rss", parse_feed)):
        sight.entries = len(listing.items)
        _take(work, listing)


async def _listing(work: _Site, url: str, parse: Callable[[bytes, str, ZoneInfo], Listing]) -> Listing | None:
    """A list, or None where there is none that can be read."""
    answer = await work.fetcher.ask(url)
    if answer.failure:
        return None
    try:
        return parse(answer.body, url, ZONE)
    except ListingError:
        return None


def _take(work: _Site, listing: Listing) -> None:
    """Count a list's addresses among those of articles, where they look like it."""
    urls = {canonical_url(item.url, None) for item in listing.items if _is_on(item.url, work.sight.base_url)}
    found = {url for url in urls if looks_like_article(url)}
    work.articles |= found
    work.others -= found


# The entry


async def _propose(work: _Site, found: SiteLook, family: str) -> None:
    """Work out the keys of an entry: the family, and what differs from it."""
    worked_out = work_out(work.articles, work.others)
    if not family:
        # A shape of its own makes it a site of its own kind; otherwise nothing is known of it.
        family = "custom" if worked_out.fits and worked_out.is_specific else "generic"
    found.family = family
    found.keys = {"family": family}
    parsed = urlsplit(found.base_url)
    if parsed.scheme != "https" or parsed.port:
        found.keys["base_url"] = found.base_url
    _choose_pattern(work, found, worked_out)
    await _choose_lists(work, found)


def _choose_pattern(work: _Site, found: SiteLook, worked_out: WorkedOut) -> None:
    """Keep the family's pattern where it fits the addresses seen, else take the one that was worked out."""
    outlet = _as_outlet(found)
    ours = fit(outlet.article_pattern, _at_home(work.articles, outlet), _at_home(work.others, outlet))
    is_own_kind = found.family == "custom" and worked_out.fits
    if not work.articles:
        found.pattern_detail = "no address that looks like an article's was seen"
        return
    is_lax = ours.matched_others > MAX_LAX * max(ours.others, 1)
    if ours.matched >= MIN_FIT * ours.articles and not (is_lax and worked_out.fits) and not is_own_kind:
        found.pattern_detail = f"the family's pattern {ours.sentence()}"
    elif worked_out.fits:
        found.pattern = found.keys["article_pattern"] = worked_out.pattern
        found.pattern_detail = f"worked out: {worked_out.sentence()}"
    else:
        found.pattern_detail = f"the family's pattern {ours.sentence()}; {worked_out.sentence()}"


def _at_home(urls: Iterable[str], outlet: Outlet) -> list[str]:
    return sorted({canonical_url(url, outlet) for url in urls})


async def _choose_lists(work: _Site, found: SiteLook) -> None:
    """Name feeds, sitemaps and list pages where those of the family do not work and others do."""
    outlet, sight = _as_outlet(found), work.sight
    if outlet.api == "wordpress" and not sight.posts and found.family in ("custom", "generic"):
        found.keys["api"] = "none"
    examination = Examination(outlet, work.fetcher, work.frontier, datetime.now(ZONE))
    own = list(outlet.feeds)
    others = [*work.announced, *(sight.base_url + path for path in signatures().feed_paths)]
    works = [url for url in dict.fromkeys([*own, *others]) if await examination.feed_works(url)]
    # The paged feed of Blogger holds all that its other feeds do.
    kept = [url for url in own if url in works] or (works[:1] if outlet.api != "blogger" else [])
    if kept != own:
        found.keys["feeds"] = [_short(url, sight.base_url) for url in kept]
    robots = await work.fetcher.robots(sight.base_url)
    is_named = not isinstance(robots, Answer) and bool(list(robots.sitemaps))
    if not is_named and work.working_sitemaps and not set(work.working_sitemaps) & set(outlet.sitemaps):
        found.keys["sitemaps"] = [_short(url, sight.base_url) for url in work.working_sitemaps]
    if not outlet.index_pages:
        linked = {urlsplit(url).path.rstrip("/") for url in sight.links}
        for template in signatures().list_pages:
            path = template.split("?")[0].split("{")[0].rstrip("/")
            is_linked = path in linked or any(link.startswith(path + "/") and path == "/page" for link in linked)
            if is_linked and await examination.index_works(sight.base_url + template):
                found.keys["index_pages"] = [template]
                break


def _short(url: str, base_url: str) -> str:
    """An address as an entry writes it: without the outlet's own base."""
    return url.removeprefix(base_url) if url.startswith(base_url + "/") else url


def _as_outlet(found: SiteLook) -> Outlet:
    """The outlet that the keys so far would make."""
    parsed = urlsplit(found.base_url)
    entry: dict[str, Any] = {"outlet_id": "new", "name": "new", "domain": f"{parsed.hostname or ''}{parsed.path}"}
    return parse_registry(entry_text(entry | found.keys), Path("proposal")).outlets["new"]
