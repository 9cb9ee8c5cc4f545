"""What a feed, a sitemap, an interface or a list page announces: pure functions from bytes to items.

Everything here comes from outside and may be broken or hostile: entities are not expanded, sizes and counts are
bounded, and what cannot be read is a ``ListingError`` with a kind, never a crash.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree

MAX_ENTRIES = 50_000
"""Addresses a sitemap may hold (sitemaps.org)."""
MAX_UNPACKED = 50 * 1024 * 1024
"""Bytes a sitemap may have once unpacked (sitemaps.org)."""
LEAD_CHARACTERS = 600
MAX_JSON_NODES = 300_000


class ListingError(ValueError):
    """A list that cannot be read; ``kind`` is that of the issue."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


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
    """All a list says: articles, further lists with their last change, and feeds it points to."""

    items: list[Item] = field(default_factory=list)
    follow: list[tuple[str, str | None]] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)


def parse_feed(body: bytes, url: str, zone: ZoneInfo) -> Listing:
    """Read an RSS, RDF or Atom feed.

    Raises:
        ListingError: if it is no feed.
    """
    root = _xml(body)
    if _local(root) not in ("rss", "RDF", "feed"):
        raise ListingError("not_a_feed", f"<{_local(root)}> is neither RSS nor Atom")
    listing = Listing()
    for node in root.iter("{*}item", "{*}entry", "item", "entry"):
        if len(listing.items) >= MAX_ENTRIES:
            break
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
    return listing


def parse_sitemap(body: bytes, url: str, zone: ZoneInfo) -> Listing:
    """Read a sitemap, a news sitemap or a sitemap index, gzipped or not.

    Raises:
        ListingError: if it is none.
    """
    root = _xml(unpack(body))
    kind = _local(root)
    listing = Listing()
    if kind not in ("urlset", "sitemapindex"):
        raise ListingError("not_a_sitemap", f"<{kind}> is neither urlset nor sitemapindex")
    for count, node in enumerate(root.iterchildren("{*}url", "{*}sitemap", "url", "sitemap")):
        if count >= MAX_ENTRIES:
            break
        # An image's title is not the article's.
        found = {
            name: text
            for child in node.iter()
            if (name := _local(child)) and "image" not in str(child.tag).split("}")[0] and (text := _text(child))
        }
        if not (address := _join(url, found["loc"]) if "loc" in found else ""):
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
                    tags=tuple(word.strip() for word in found.get("keywords", "").split(",") if word.strip()),
                )
            )
    return listing


def parse_wordpress(body: bytes, url: str) -> Listing:
    """Read a page of WordPress's ``wp-json/wp/v2/posts``.

    Raises:
        ListingError: if it is no list of posts.
    """
    posts = _json(body)
    if not isinstance(posts, list):
        raise ListingError("not_wp_json", "the answer is no list of posts")
    listing = Listing()
    for post in posts[:MAX_ENTRIES]:
        if isinstance(post, dict) and isinstance(post.get("link"), str):
            listing.items.append(
                Item(
                    _join(url, post["link"]),
                    published_at=moment(post.get("date_gmt"), ZoneInfo("UTC")),
                    title=plain(_rendered(post.get("title"))) or None,
                    lead=_lead(_rendered(post.get("content")) or _rendered(post.get("excerpt")), {}),
                )
            )
    return listing


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
            text = " ".join("".join(anchor.itertext()).split())
            address = _join(url, href)
            titles[address] = max(titles.get(address, ""), text, key=len)
    listing = Listing([Item(address, title=title or None) for address, title in titles.items() if address])
    for link in root.iter("link"):
        if "alternate" in (link.get("rel") or "") and "xml" in (link.get("type") or "") and link.get("href"):
            listing.feeds.append(_join(url, link.get("href")))
    for script in root.iter("script"):
        if script.get("id") == "__NEXT_DATA__" and script.text:
            listing.items += next_data_items(script.text, url, zone)
    return listing


def next_data_items(text: str, url: str, zone: ZoneInfo) -> list[Item]:
    """Addresses inside a Next.js page's data, with title and time where they stand in the same object."""
    try:
        data = _json(text.encode())
    except ListingError:
        return []
    items = []
    for record in _objects(data):
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


def html_tree(body: bytes, encoding: str | None = None) -> Any | None:
    """The tree of an HTML page, or None where there is none."""
    if not body.strip():
        return None
    # Plain elements, without lxml.html's own classes: a quarter less time. Comments would cut texts in two.
    kinds = {"huge_tree": False, "remove_comments": True, "remove_pis": True, "collect_ids": False}
    try:
        parser = etree.HTMLParser(encoding=encoding, **kinds)
    except LookupError:
        parser = etree.HTMLParser(**kinds)
    try:
        return etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def unpack(body: bytes, limit: int = MAX_UNPACKED) -> bytes:
    """The content of a gzip file, or the bytes themselves if they are none.

    Raises:
        ListingError: if it unpacks to more than ``limit`` bytes, or is broken.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise ListingError("broken_gzip", f"cannot be unpacked: {error}") from error
    if len(content) > limit:
        raise ListingError("too_large", f"unpacks to more than {limit // 1024 // 1024} MB")
    return content


def moment(text: Any, zone: ZoneInfo) -> str | None:
    """A time as feeds and sitemaps write it, as ISO 8601 with offset, or None.

    Args:
        text: ISO 8601 or RFC 2822.
        zone: of a time that names none.
    """
    if not isinstance(text, str) or not (text := text.strip()):
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


def plain(text: Any) -> str:
    """Markup taken off, entities resolved, blanks joined."""
    if not isinstance(text, str):
        return ""
    return " ".join(html.unescape(re.sub(r"<[^>]{0,2000}>", " ", text[:20_000])).split())


def _xml(body: bytes) -> Any:
    if not body.strip():
        raise ListingError("empty_list", "the answer is empty")
    if b"<!ENTITY" in body[:200_000]:
        raise ListingError("xml_entities", "the XML declares entities, which no feed or sitemap needs")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ListingError("broken_xml", f"cannot be read as XML: {error}") from error
    if root is None:
        raise ListingError("broken_xml", "cannot be read as XML")
    return root


def _local(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _text(node: Any) -> str:
    return "".join(node.itertext()).strip()[:50_000]


def _children(node: Any) -> dict[str, str]:
    """The text of each child by its name without prefix; the first of a name counts."""
    found: dict[str, str] = {}
    for child in node:
        if (name := _local(child)) and name not in found:
            found[name] = _text(child)
    return found


def _entry_link(node: Any, found: dict[str, str]) -> str:
    """RSS writes the link as text, Atom as the ``href`` of the alternate link; some give only a permanent guid."""
    if text := found.get("link"):
        return text
    links = [(child.get("rel") or "alternate", child.get("href")) for child in node if _local(child) == "link"]
    named = next((href for rel, href in links if rel == "alternate" and href), "")
    guid = found.get("guid", "")
    return named or (guid if guid.startswith("http") else "")


def _categories(node: Any) -> tuple[str, ...]:
    words = [child.get("term") or _text(child) for child in node if _local(child) == "category"]
    return tuple(dict.fromkeys(word for word in words if word))[:50]


def _lead(text: str | None, found: dict[str, str]) -> str | None:
    return plain(text or found.get("summary"))[:LEAD_CHARACTERS] or None


def _rendered(value: Any) -> str | None:
    return value.get("rendered") if isinstance(value, dict) else None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ListingError("broken_json", f"cannot be read as JSON: {str(error)[:200]}") from error


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value, in order, without recursion and up to a bound."""
    waiting = [data]
    for _ in range(MAX_JSON_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _join(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return ""
