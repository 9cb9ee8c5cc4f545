"""What an answer is before anyone cleans it: a page, a challenge, a file, nothing; and what its head says."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from .fetching.markup import ListingError, html_tree, plain
from .identity import MAX_PARTS, canonical_url, part_number
from .lists.formats import LEAD_CHARACTERS, MAX_ADDRESS, moment
from .registry import Outlet

MIN_TEXT = 40
"""Characters of visible text below which a page is empty."""
MIN_BLOCK = 60
"""Characters of a block of running text: longer than a clock in a header or a label."""
MIN_RUNNING_TEXT = 200
_BLOCKS = ("p", "div", "li", "blockquote", "td", "article", "section")
MAX_TAGS = 50
LARGE_PAGE = 256 * 1024
"""Bytes above which a page is always read whole at once, within the bounds of its tree."""
# A paragraph with text in it: such a page shows something, whatever else is in it.
_PARAGRAPH = re.compile(rb"<p(?:\s[^<>]{0,500})?>\s{0,200}[^<\s][^<]{%d}" % MIN_TEXT)
_INLINE = frozenset({"a", "b", "strong", "i", "em", "span", "u", "br", "font", "mark", "small", "sup", "sub"})
_WORDS = _INLINE - {"a", "br"}
# How a link to a further part must look, before it is worth taking its address to pieces.
_PART_LINK = {
    "query": re.compile(r"paged?="),
    "path": re.compile(r"(?:^|/)\s*(?:[2-9]|1\d|20)(?:[/?#;\s]|$)"),
    "offset": re.compile(r"/[1-9]\d{0,2}/?\s*(?:[?#]|$)"),
}
_PART_PARAMETER = re.compile(rb"paged?=(?:[2-9]|1\d|20|0[2-9])(?!\d)")
_TAG_NAMES = frozenset({"keywords", "news_keywords", "article:tag"})
# What is printed between paragraphs tells of another story.
_SEE_ALSO = re.compile(
    r"(?:baca|lihat|simak)(?:\s+juga)?\s*:|(?:baca juga|berita terkait|artikel terkait)\b", re.IGNORECASE
)
_SECTION_NAMES = ("article:section", "dable:section", "content_category", "parsely-section")
_ARTICLE_SECTION = re.compile(rb"[\"']articleSection[\"']\s*:\s*\[?\s*\"([^\"\\]{1,60})\"")

_SINGLE_BYTE = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})


class NotAPageError(Exception):
    """The answer is no article's page; ``kind`` is that of the issue, ``final`` that asking again is no use."""

    def __init__(self, kind: str, detail: str, *, final: bool) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.final = kind, detail, final


class PageFacts:
    """What the crawler needs to know of a page. What costs a look at the whole page is worked out when it is asked for.

    Attributes:
        canonical_url: identity, the page's own canonical link considered.
        charset_problem: how the declared encoding contradicts the bytes, or None.
    """

    def __init__(self, body: bytes, url: str, outlet: Outlet, declared: str | None) -> None:
        self._body, self._url, self._outlet = body, url, outlet
        self.charset_problem = charset_problem(body, declared)
        self._encoding = "utf-8" if self.charset_problem and _is_utf8(body) else declared
        self.canonical_url = canonical_url(url, outlet, self._canonical_link())

    @property
    def shows_text(self) -> bool:
        """Whether there is anything to read."""
        if self._tree is None:
            return False
        return self._next_data is not None or len(self.lead) >= MIN_TEXT or _visible_length(self._tree) >= MIN_TEXT

    @cached_property
    def part_urls(self) -> dict[int, str]:
        """Addresses of further parts it links to, by number."""
        # The cheapest question first: most pages have no parts, and then need not be read whole for them.
        if self._outlet.parts == "none" or (self._outlet.parts == "query" and not _PART_PARAMETER.search(self._body)):
            return {}
        if self._tree is None:
            return {}
        return _parts(self._tree, self._url, self.canonical_url, self._outlet)

    @cached_property
    def title(self) -> str | None:
        """Headline of its metadata, or None."""
        return self._named.get("og:title") or (None if self._tree is None else _title(self._tree))

    @cached_property
    def lead(self) -> str:
        """First characters of its paragraphs, or of the text in its data."""
        if self._tree is None:
            return ""
        return self._data_text[:LEAD_CHARACTERS] or _lead(self._tree)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Keywords of its metadata, and what it links to as its tags."""
        return () if self._tree is None else _tags(self._tree)

    @cached_property
    def section(self) -> str:
        """The section its metadata name, or an empty string."""
        named = next((self._named[name] for name in _SECTION_NAMES if self._named.get(name)), None)
        return named or _article_section(self._body)

    @cached_property
    def published_at(self) -> str | None:
        """Publication time its metadata gives, ISO 8601 with offset, or None."""
        found = self._named.get("article:published_time") or _date_published(self._body)
        return moment(found, ZoneInfo(self._outlet.timezone))

    @cached_property
    def text_sha256(self) -> str | None:
        """Digest of its running text, without links, clocks and menus; None where there is too little."""
        return None if self._tree is None else _text_digest(self._tree, self._data_text)

    @cached_property
    def _tree(self) -> Any | None:
        try:
            return html_tree(self._body, self._encoding)
        except ListingError:
            # A large page is read at once, where its bounds can refuse it; a small one is never refused later.
            if len(self._body) > LARGE_PAGE:
                raise
            return None

    @cached_property
    def _named(self) -> dict[str, str]:
        return {} if self._tree is None else _meta(self._tree)

    @cached_property
    def _next_data(self) -> str | None:
        scripts = () if self._tree is None else self._tree.iter("script")
        return next((node.text for node in scripts if node.get("id") == "__NEXT_DATA__" and node.text), None)

    @cached_property
    def _data_text(self) -> str:
        return _longest_text(self._next_data) if self._next_data else ""

    def _canonical_link(self) -> str | None:
        """The page's canonical link: from its head alone where it stands there, which saves reading the rest."""
        end = self._body.find(b"</head>")
        if end > 0:
            head = html_tree(self._body[:end], self._encoding)
            link = None if head is None else _link(head)
            if link is not None or b"canonical" not in self._body[end:].lower():
                return link
        return None if self._tree is None else _link(self._tree)


def inspect_page(body: bytes, url: str, outlet: Outlet, mime: str, charset: str | None) -> PageFacts:
    """Look at an article's page.

    Args:
        body: the decoded body.
        url: where it was fetched.
        outlet: whose it is.
        mime: media type of the answer.
        charset: encoding the answer's header declares.

    Raises:
        NotAPageError: if it is a file of another kind, or has no text.
    """
    if body[:1024].lstrip().startswith(b"%PDF") or mime == "application/pdf":
        raise NotAPageError("not_html", "the address leads to a PDF, not to a page", final=True)
    if mime and not re.search(r"html|xml|text/plain", mime):
        raise NotAPageError("not_html", f"the address leads to {mime}, not to a page", final=True)
    if not body.strip():
        raise NotAPageError("empty", "the page has no content at all", final=False)
    try:
        facts = PageFacts(body, url, outlet, charset or _declared_in_page(body))
        if not (len(body) <= LARGE_PAGE and _PARAGRAPH.search(body)) and not facts.shows_text:
            raise NotAPageError("empty", "the page shows no text", final=False)
    except ListingError as error:
        raise NotAPageError(error.kind, error.detail, final=True) from error
    return facts


def charset_problem(body: bytes, declared: str | None) -> str | None:
    """How a declared encoding contradicts the bytes, as a sentence, or None."""
    if declared is None or body.isascii():
        return None
    if declared.lower() in _SINGLE_BYTE:
        return f"declares {declared} but is UTF-8" if _is_utf8(body) else None
    try:
        body.decode(declared)
    except LookupError:
        return f"declares the unknown encoding {declared[:40]}"
    except UnicodeDecodeError as error:
        return f"declares {declared} but byte {error.start} does not fit"
    return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared_in_page(body: bytes) -> str | None:
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", body[:4096], re.IGNORECASE)
    return found.group(1).decode("ascii", "ignore") if found else None


def _date_published(body: bytes) -> str | None:
    """The publication time of the page's JSON-LD; clocks in the page's header are no metadata."""
    found = re.search(rb"[\"']datePublished[\"']\s*:\s*[\"']([0-9T:+.Z -]{10,40})[\"']", body)
    return found.group(1).decode("ascii") if found else None


def _article_section(body: bytes) -> str:
    """The section that the page's JSON-LD names; an empty string where it names none."""
    # Bytes are found a hundred times as fast as a pattern.
    at = body.find(b"articleSection")
    found = _ARTICLE_SECTION.search(body, at - 1) if at > 0 else None
    return found.group(1).decode("utf-8", "ignore") if found else ""


def _link(tree: Any) -> str | None:
    """What the canonical link of a tree says."""
    return next(
        (node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"), None
    )


def _lead(tree: Any) -> str:
    """The first characters of the page's paragraphs, short ones and links to other stories left out."""
    lead = ""
    for node in tree.iter("p"):
        paragraph = " ".join("".join(node.itertext()).split())
        if len(paragraph) > 30 and not _SEE_ALSO.match(paragraph):
            lead = f"{lead} {paragraph}" if lead else paragraph
        if len(lead) >= LEAD_CHARACTERS:
            break
    return lead[:LEAD_CHARACTERS]


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or "").lower()
        if name and node.get("content") and name not in found:
            found[name] = node.get("content").strip()
    return found


def _tags(tree: Any) -> tuple[str, ...]:
    """Keywords of a page: many themes name none in the head, and print links to their lists below the text."""
    found: dict[str, None] = {}
    for node in tree.iter("meta"):
        if (node.get("property") or node.get("name") or "").lower() in _TAG_NAMES:
            found.update(dict.fromkeys(word.strip() for word in (node.get("content") or "").split(",")))
    for node in tree.iter("a"):
        # A theme marks the categories of other stories in its sidebar with "category tag".
        if (node.get("rel") or "").lower().strip() == "tag":
            found[" ".join("".join(node.itertext()).split()).lstrip("#")] = None
    return tuple(word for word in found if word)[:MAX_TAGS]


def _title(tree: Any) -> str | None:
    for name in ("h1", "title"):
        for node in tree.iter(name):
            if text := " ".join("".join(node.itertext()).split()):
                return text
    return None


def _visible_length(tree: Any) -> int:
    body = tree.find("body")
    if body is None:
        return 0
    words = (
        text.strip()
        for node in body.iter()
        if node.tag not in ("script", "style")
        for text in (node.text, node.tail)
        if text
    )
    return sum(map(len, words))


def _text_digest(tree: Any, data_text: str) -> str | None:
    """Digest of the blocks of running text: what changes when an article does, and not with every visit."""
    blocks = [data_text, *filter(None, map(_running_text, filter(_has_words, tree.iter(*_BLOCKS))))]
    if sum(map(len, blocks)) < MIN_RUNNING_TEXT:
        return None
    return hashlib.sha256("\n".join(blocks).encode("utf-8", "surrogatepass")).hexdigest()


def _running_text(block: Any) -> str:
    """A block's own text with that of its inline elements; empty if it is short or consists mostly of links."""
    pieces, links = [block.text or ""], 0
    for child in block:
        if child.tag in _INLINE:
            pieces.append("".join(child.itertext()))
            links += len(pieces[-1]) if child.tag == "a" else 0
        pieces.append(child.tail or "")
    text = " ".join("".join(pieces).split())
    return text if len(text) >= MIN_BLOCK and links * 2 < len(text) else ""


def _has_words(block: Any) -> bool:
    """Whether a block has any word outside links: most blocks of a page are menus and frames, and have none."""
    text = block.text
    if text and not text.isspace():
        return True
    for child in block:
        tail = child.tail
        if child.tag in _WORDS or (tail and not tail.isspace()):
            return True
    return False


def _parts(tree: Any, url: str, canonical: str, outlet: Outlet) -> dict[int, str]:
    """Links to further parts of the same article."""
    looks_like_part = _PART_LINK.get(outlet.parts)
    if looks_like_part is None:
        return {}
    found: dict[int, str] = {}
    for anchor in tree.iter("a"):
        href = anchor.get("href")
        if not href or len(href) > MAX_ADDRESS or not looks_like_part.search(href):
            continue
        try:
            address = urljoin(url, href.strip())
        except ValueError:
            continue
        number = part_number(address, outlet)
        if 1 < number <= MAX_PARTS and number not in found and canonical_url(address, outlet) == canonical:
            found[number] = address
    return dict(sorted(found.items()))


def _longest_text(next_data: str) -> str:
    """The longest string of a Next.js page's data without its markup: the article's body."""
    try:
        waiting: list[Any] = [json.loads(next_data)]
    except (ValueError, RecursionError):
        return ""
    longest = ""
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            longest = max(longest, value, key=len)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return plain(longest)
