"""What an answer is before anyone cleans it: a page, a challenge, a file, nothing; and what its head says."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from .identity import MAX_PARTS, canonical_url, part_number
from .listings import LEAD_CHARACTERS, MAX_ADDRESS, moment
from .markup import ListingError, html_tree, plain
from .registry import Outlet

MIN_TEXT = 40
"""Characters of visible text below which a page is empty."""
MIN_BLOCK = 60
"""Characters of a block of running text: longer than a clock in a header or a label."""
MIN_RUNNING_TEXT = 200
_BLOCKS = ("p", "div", "li", "blockquote", "td", "article", "section")
_INLINE = frozenset({"a", "b", "strong", "i", "em", "span", "u", "br", "font", "mark", "small", "sup", "sub"})
_WORDS = _INLINE - {"a", "br"}
# How a link to a further part must look, before it is worth taking its address to pieces.
_PART_LINK = {
    "query": re.compile(r"page"),
    "path": re.compile(r"(?:^|/)\s*(?:[2-9]|1\d|20)(?:[/?#;\s]|$)"),
}

# Marks of pages that ask the visitor to prove being human. They are recorded and left alone, never worked around.
# They are written in small letters and looked for in pages turned to small letters: much faster than ignoring case.
_CHALLENGE_TITLE = re.compile(
    rb"<title>\s*(?:just a moment|attention required|checking your browser|one moment, please|ddos-guard"
    rb"|verifying you are human|please wait\.\.\.)"
)
_CHALLENGE_SCRIPT = re.compile(
    rb"cf-chl-|/cdn-cgi/challenge-platform|cf_chl_opt|_incapsula_resource|sucuri_cloudproxy_js|captcha-delivery\.com"
)
_SINGLE_BYTE = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})


class NotAPageError(Exception):
    """The answer is no article's page; ``kind`` is that of the issue, ``final`` that asking again is no use."""

    def __init__(self, kind: str, detail: str, *, final: bool) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.final = kind, detail, final


@dataclass(slots=True)
class PageFacts:
    """What the crawler needs to know of a page.

    Attributes:
        canonical_url: identity, the page's own canonical link considered.
        part_urls: addresses of further parts it links to, by number.
        title: headline of its metadata, or None.
        lead: first characters of its paragraphs.
        tags: keywords of its metadata.
        published_at: publication time its metadata gives, ISO 8601 with offset, or None.
        text_sha256: digest of the page's running text, without links, clocks and menus; None where there is too little.
        charset_problem: how the declared encoding contradicts the bytes, or None.
    """

    canonical_url: str
    part_urls: dict[int, str] = field(default_factory=dict)
    title: str | None = None
    lead: str = ""
    tags: tuple[str, ...] = ()
    published_at: str | None = None
    text_sha256: str | None = None
    charset_problem: str | None = None


def is_challenge(status: int, body: bytes, headers: dict[str, str]) -> bool:
    """Whether an answer asks the visitor to prove being human."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    beginning = body[:65536].lower()
    if _CHALLENGE_TITLE.search(beginning):
        return status in (200, 202, 403, 405, 429, 503) and len(body) < 200_000
    # Ordinary pages behind Cloudflare load its scripts too, so those count only where the page was refused.
    return status in (403, 405, 429, 503) and bool(_CHALLENGE_SCRIPT.search(beginning))


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
    declared = charset or _declared_in_page(body)
    problem = charset_problem(body, declared)
    try:
        tree = html_tree(body, "utf-8" if problem and _is_utf8(body) else declared)
    except ListingError as error:
        raise NotAPageError(error.kind, error.detail, final=True) from error
    if tree is None:
        raise NotAPageError("empty", "the page has no elements", final=False)
    next_data = next((node.text for node in tree.iter("script") if node.get("id") == "__NEXT_DATA__"), None)
    lead = _lead(tree)
    if not next_data and len(lead) < MIN_TEXT and _visible_length(tree) < MIN_TEXT:
        raise NotAPageError("empty", "the page shows no text", final=False)
    named = _meta(tree)
    data_text = _longest_text(next_data) if next_data else ""
    if data_text:
        lead = data_text[:LEAD_CHARACTERS]
    link = next(
        (node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"), None
    )
    canonical = canonical_url(url, outlet, link)
    return PageFacts(
        canonical_url=canonical,
        part_urls=_parts(tree, url, canonical, outlet) if outlet.parts != "query" or b"page" in body else {},
        title=named.get("og:title") or _title(tree),
        lead=lead,
        tags=tuple(word.strip() for word in (named.get("keywords") or "").split(",") if word.strip())[:50],
        published_at=moment(named.get("article:published_time") or _date_published(body), ZoneInfo(outlet.timezone)),
        text_sha256=_text_digest(tree, data_text),
        charset_problem=problem,
    )


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


def _lead(tree: Any) -> str:
    """The first characters of the page's paragraphs, short ones left out."""
    lead = ""
    for node in tree.iter("p"):
        paragraph = " ".join("".join(node.itertext()).split())
        if len(paragraph) > 30:
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
