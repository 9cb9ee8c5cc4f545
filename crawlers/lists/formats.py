"""What a feed, a sitemap, an interface or a list page announces: pure functions from bytes to items.

What cannot be read is a ``ListingError`` with a kind, never a crash; what is read although it is faulty has its
problems noted.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from ..fetching.markup import (
    ListingError,
    html_tree,
    json_objects,
    json_value,
    local_name,
    plain,
    sound,
    text_of,
    unpack,
    xml_tree,
)

MAX_ENTRIES = 50_000
"""Addresses a sitemap may hold (sitemaps.org)."""
MAX_ADDRESS = 4_000
"""Characters a link may have."""
MAX_ITEM_DEPTH = 24
"""How deep an item may lie in a feed: where items are not closed, each lies in the one before it."""
LEAD_CHARACTERS = 600

_SITEMAP_NAMES = frozenset({"loc", "lastmod", "publication_date", "title", "keywords"})
_ITEM_NAMES = frozenset(
    {"title", "link", "guid", "pubDate", "published", "updated", "date", "encoded", "content", "description", "summary"}
)


@dataclass(slots=True)
class Item:
    """One announced address.

    Attributes:
        url: absolute address.
        published_at: ISO 8601 with offset, or None.
        changed_at: last change, ISO 8601, or None.
        title: headline, or None.
        lead: up to 600 characters of text, or None.
        tags: keywords, categories.
    """

    url: str
    published_at: str | None = None
    changed_at: str | None = None
    title: str | None = None
    lead: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Listing:
    """All a list says.

    Attributes:
        items: articles.
        follow: further lists with their last change.
        feeds: feeds it points to.
        problems: what is wrong with the list although it could be read: kind of the issue, and a sentence.
    """

    items: list[Item] = field(default_factory=list)
    follow: list[tuple[str, str | None]] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def cut(self) -> Listing:
        """The list with at most ``MAX_ENTRIES`` entries; what is left out is a problem."""
        for name, entries in (("articles", self.items), ("further lists", self.follow)):
            if len(entries) > MAX_ENTRIES:
                del entries[MAX_ENTRIES:]
                self.problems.append(("too_many_entries", f"more than {MAX_ENTRIES:,} {name}; the rest is left out"))
        return self


def parse_feed(body: bytes, url: str, zone: ZoneInfo) -> Listing:
    """Read an RSS, RDF or Atom feed.

    Raises:
        ListingError: if it is no feed.
    """
    listing = Listing()
    root = xml_tree(body, listing.problems)
    if local_name(root) not in ("rss", "RDF", "feed"):
        raise ListingError("not_a_feed", f"<{local_name(root)[:40]}> is neither RSS nor Atom")
    for node in islice(root.iter("{*}item", "{*}entry", "item", "entry"), MAX_ENTRIES + 1):
        if next(islice(node.iterancestors(), MAX_ITEM_DEPTH, None), None) is not None:
            continue
        found = _children(node)
        link = _entry_link(node, found)
        if link and (address := _join(url, link)):
            listing.items.append(
                Item(
                    address,
                    published_at=moment(found.get("pubDate") or found.get("published") or found.get("date"), zone),
                    changed_at=moment(found.get("updated"), zone),
                    title=plain(found.get("title")) or None,
                    lead=_lead(found.get("encoded") or found.get("content") or found.get("description"), found),
                    tags=_categories(node),
                )
            )
    return listing.cut()


def parse_sitemap(body: bytes, url: str, zone: ZoneInfo) -> Listing:
    """Read a sitemap, a news sitemap or a sitemap index, gzipped or not.

    Raises:
        ListingError: if it is none.
    """
    listing = Listing()
    root = xml_tree(unpack(body), listing.problems)
    kind = local_name(root)
    if kind not in ("urlset", "sitemapindex"):
        raise ListingError("not_a_sitemap", f"<{kind[:40]}> is neither urlset nor sitemapindex")
    for node in islice(root.iterchildren("{*}url", "{*}sitemap", "url", "sitemap"), MAX_ENTRIES + 1):
        found: dict[str, str] = {}
        # What tells of the article stands below it, or one level deeper (news:news).
        for part in (*node, *(grandchild for child in node for grandchild in child)):
            name = local_name(part)
            # The title of an image or a film is not the article's.
            is_picture = name in _SITEMAP_NAMES and re.search(r"image|video", part.tag[: -len(name)])
            if name in _SITEMAP_NAMES and not is_picture and not found.get(name):
                found[name] = text_of(part)
        if not (address := _join(url, found["loc"]) if found.get("loc") else ""):
            continue
        changed = moment(found.get("lastmod"), zone)
        if kind == "sitemapindex":
            listing.follow.append((address, changed))
        else:
            listing.items.append(
                Item(
                    address,
                    published_at=moment(found.get("publication_date"), zone),
                    changed_at=changed,
                    title=plain(found.get("title")) or None,
                    tags=_words(found.get("keywords", "").split(",")),
                )
            )
    return listing.cut()


def parse_wordpress(body: bytes, url: str) -> Listing:
    """Read a page of WordPress's ``wp-json/wp/v2/posts``.

    Raises:
        ListingError: if it is no list of posts.
    """
    posts = json_value(body)
    if not isinstance(posts, list):
        raise ListingError("not_wp_json", "the answer is no list of posts")
    listing = Listing()
    for post in posts[: MAX_ENTRIES + 1]:
        if isinstance(post, dict) and isinstance(post.get("link"), str):
            listing.items.append(
                Item(
                    _join(url, post["link"]),
                    published_at=moment(post.get("date_gmt"), ZoneInfo("UTC")),
                    title=plain(_rendered(post.get("title"))) or None,
                    lead=_lead(_rendered(post.get("content")) or _rendered(post.get("excerpt")), {}),
                )
            )
    return listing.cut()


def parse_page(body: bytes, url: str, zone: ZoneInfo, encoding: str | None = None) -> Listing:
    """Read the links of an HTML page, those inside ``__NEXT_DATA__`` included, and the feeds it announces.

    Raises:
        ListingError: if there is nothing to read.
    """
    root = html_tree(body, encoding)
    if root is None:
        raise ListingError("empty_list", "the page is empty or no HTML")
    titles: dict[str, str] = {}
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:", "tel:")) and len(titles) < MAX_ENTRIES:
            text = " ".join(text_of(anchor).split())
            address = _join(url, href)
            titles[address] = max(titles.get(address, ""), text, key=len)
    listing = Listing([Item(address, title=title or None) for address, title in titles.items() if address])
    for link in root.iter("link"):
        if "alternate" in (link.get("rel") or "") and "xml" in (link.get("type") or "") and link.get("href"):
            listing.feeds.append(_join(url, link.get("href")))
    for script in root.iter("script"):
        if script.get("id") == "__NEXT_DATA__" and script.text:
            listing.items += next_data_items(script.text, url, zone)
    return listing.cut()


def next_data_items(text: str, url: str, zone: ZoneInfo) -> list[Item]:
    """Addresses inside a Next.js page's data, with title and time where they stand in the same object."""
    try:
        data = json_value(text)
    except ListingError:
        return []
    items = []
    for record in json_objects(data):
        words = {str(key).lower().replace("_", ""): value for key, value in record.items() if isinstance(value, str)}
        published = next(
            (
                words[key]
                for key in ("publishedat", "publishdate", "datepublished", "date", "createdat")
                if key in words
            ),
            None,
        )
        for key, value in words.items():
            if key in ("url", "link", "href", "path", "permalink", "slug") and ("/" in value or key != "slug"):
                items.append(
                    Item(
                        _join(url, value if value.startswith(("/", "http")) else "/" + value),
                        published_at=moment(published, zone),
                        title=plain(words.get("title")) or None,
                        lead=plain(words.get("summary") or words.get("excerpt"))[:LEAD_CHARACTERS] or None,
                    )
                )
    return items


def moment(text: Any, zone: ZoneInfo) -> str | None:
    """A time as feeds and sitemaps write it, as ISO 8601 with offset, or None.

    Args:
        text: ISO 8601 or RFC 2822.
        zone: of a time that names none.
    """
    if not isinstance(text, str) or not (text := text.strip()) or len(text) > 100:
        return None
    found = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            break
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    if found is None or not 1995 <= found.year <= 2100:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat(timespec="seconds")


def local_day(moment: str, zone: ZoneInfo) -> str:
    """The day of a time (ISO 8601 with offset) by the clock of a zone, ISO 8601."""
    return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()


def day_in_address(url: str) -> str | None:
    """The latest day an address says its article can be of: ``/2025/05/07/``, ``/07/05/2025/`` or ``/2025/05/``."""
    if found := re.search(r"/(20\d\d)/(\d\d)/(\d\d)/", url):
        year, month, day = map(int, found.groups())
    elif found := re.search(r"/(\d\d)/(\d\d)/(20\d\d)/", url):
        day, month, year = map(int, found.groups())
    elif found := re.search(r"/(20\d\d)/(\d\d)/", url):
        year, month = map(int, found.groups())
        day = monthrange(year, month)[1] if 1 <= month <= 12 else 0
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _children(node: Any) -> dict[str, str]:
    """The text of each child that matters by its name without prefix; the first of a name counts."""
    found: dict[str, str] = {}
    for child in node:
        if (name := local_name(child)) in _ITEM_NAMES and name not in found:
            found[name] = text_of(child)
    return found


def _entry_link(node: Any, found: dict[str, str]) -> str:
    """RSS writes the link as text, Atom as the ``href`` of the alternate link; some give only a permanent guid."""
    if text := found.get("link"):
        return text
    links = [(child.get("rel") or "alternate", child.get("href")) for child in node if local_name(child) == "link"]
    named = next((href for rel, href in links if rel == "alternate" and href), "")
    guid = found.get("guid", "")
    return named or (guid if guid.startswith("http") else "")


def _categories(node: Any) -> tuple[str, ...]:
    return _words(child.get("term") or text_of(child) for child in node if local_name(child) == "category")


def _words(words: Iterable[str]) -> tuple[str, ...]:
    """Keywords, each once."""
    return tuple(islice(dict.fromkeys(found for word in words if (found := word.strip()[:200])), 50))


def _lead(text: str | None, found: dict[str, str]) -> str | None:
    return plain(text or found.get("summary"))[:LEAD_CHARACTERS] or None


def _rendered(value: Any) -> str | None:
    return value.get("rendered") if isinstance(value, dict) else None


def _join(url: str, href: str) -> str:
    if len(href) > MAX_ADDRESS:
        return ""
    try:
        return sound(urljoin(url, href))
    except ValueError:
        return ""
