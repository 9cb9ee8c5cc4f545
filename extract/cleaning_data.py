"""What a page says of itself in machine-readable form: JSON-LD, meta elements, and a Next.js page's data."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from extract.cleaning_rules import words

_ARTICLE_TYPES = frozenset(
    {"newsarticle", "article", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle",
     "opinionnewsarticle", "report", "liveblogposting", "webpage"}
)  # fmt: skip
_SCRIPT_GUARDS = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
#: Nested structures deeper than this are no page's honest data.
_MAX_DEPTH = 24
_MAX_NODES = 20_000
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class PageData:
    """What a page's structured data and meta elements say, unchecked, best source first.

    Attributes:
        titles: headlines.
        authors: groups of author names; the first group with a person's name in it counts.
        editors: names of those who edited the article.
        published: written times.
        modified: written times.
        sections: section names.
        tags: groups of keywords.
        site_names: names of the site and its publisher.
        body_html: the article's body as HTML, where the page carries it as data, else an empty string.
        body_text: JSON-LD's ``articleBody``, else an empty string.
    """

    titles: list[str] = field(default_factory=list)
    authors: list[list[str]] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    site_names: list[str] = field(default_factory=list)
    body_html: str = ""
    body_text: str = ""


def read_page_data(tree: HtmlElement, url: str) -> PageData:
    """Reads JSON-LD first, then a Next.js page's data, then the meta elements."""
    data = PageData()
    meta = _meta_values(tree)
    scripts = [script for script in tree.iter("script") if script.text]
    nodes = [
        node
        for script in scripts
        if "ld+json" in (script.get("type") or "").lower()
        for node in _json_ld_nodes(script.text or "")
    ]
    _read_json_ld(data, nodes)
    for script in scripts:
        if script.get("id") == "__NEXT_DATA__":
            _read_next_data(data, script.text or "", url, meta.get("og:title", [""])[0])
    _read_meta(data, meta)
    return data


def plain(value: str) -> str:
    """A string of markup data as plain text: entities resolved (some sites escape twice), spaces joined."""
    text = value
    for _ in range(2):
        if "&" not in text:
            break
        text = entities.unescape(text)
    return _SPACE.sub(" ", text.replace("\u00ad", "").replace("\u200b", "")).strip()


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


def _json_ld_nodes(script: str) -> Iterator[dict[str, Any]]:
    """Every object in a script, those of ``@graph`` and lists included."""
    parsed = _lenient_json(_SCRIPT_GUARDS.sub("", script))
    stack = [parsed]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        value = stack.pop(0)
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            yield value
            stack.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value)


def _lenient_json(text: str) -> Any:
    """JSON as sites print it: raw line breaks in strings and trailing commas are forgiven."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type", ())
    return {str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _read_json_ld(data: PageData, nodes: list[dict[str, Any]]) -> None:
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _types(node) & _ARTICLE_TYPES]
    # A web page describes the frame; the article in it knows better.
    articles.sort(key=lambda node: "webpage" in _types(node))
    for node in articles:
        is_frame = "webpage" in _types(node)
        headline = node.get("headline") or (node.get("name") if not is_frame else None)
        data.titles += _strings(headline)[:1]
        names = _names(node.get("author"), by_id) + _names(node.get("creator"), by_id)
        if names:
            data.authors.append(names)
        data.editors += _names(node.get("editor"), by_id)
        data.published += _strings(node.get("datePublished")) or _strings(node.get("dateCreated"))
        data.modified += _strings(node.get("dateModified"))
        data.sections += _strings(node.get("articleSection"))[:1]
        keywords = _keywords(node.get("keywords"))
        if keywords:
            data.tags.append(keywords)
        data.site_names += _names(node.get("publisher"), by_id)
        body = node.get("articleBody")
        if isinstance(body, str) and len(body) > len(data.body_text):
            data.body_text = body
    for node in nodes:
        kinds = _types(node)
        if kinds & {"website", "organization", "newsmediaorganization"}:
            data.site_names += _strings(node.get("name"))
        elif "breadcrumblist" in kinds:
            data.sections += _crumbs(node)


def _crumbs(node: dict[str, Any]) -> list[str]:
    """The last crumb before the article itself; the first one is the home page."""
    items = node.get("itemListElement")
    if not isinstance(items, list):
        return []
    names: list[str] = []
    for item in items:
        if isinstance(item, dict):
            inner = item.get("item")
            names += _strings(item.get("name") or (inner.get("name") if isinstance(inner, dict) else None))[:1]
    return [names[1]] if len(names) > 2 else names[1:2]


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values if isinstance(item, str | int) and (text := plain(str(item)))]


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> list[str]:
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            known = item if "name" in item else by_id.get(str(item.get("@id")), {})
            names += _strings(known.get("name"))
        else:
            names += _strings(item)
    return names


def _keywords(value: Any) -> list[str]:
    words_found: list[str] = []
    for text in _strings(value):
        words_found += [part for part in map(plain, re.split(r"[,;|]", text)) if part]
    return words_found


# --- Next.js ---------------------------------------------------------------------------------------------------------


def _read_next_data(data: PageData, script: str, url: str, page_title: str) -> None:
    """Reads the article that a Next.js page carries as data (the Jawa Pos Radar network since 2026)."""
    names = words()
    record = _article_record(_lenient_json(script), url, page_title)
    if record is None:
        return
    data.body_html = next((record[key] for key in names.data_body if isinstance(record.get(key), str)), "")
    data.titles += _strings(_first(record, names.data_title))[:1]
    authors = _labelled(_first(record, names.data_author))
    if authors:
        data.authors.append(authors)
    data.published += _strings(_first(record, names.data_published))[:1]
    data.modified += _strings(_first(record, names.data_modified))[:1]
    data.sections += _labelled(_first(record, names.data_section))[:1]
    tags = [part for tag in _labelled(_first(record, names.data_tags)) for part in _keywords(tag)]
    if tags:
        data.tags.append(tags)


def _article_record(parsed: Any, url: str, page_title: str) -> dict[str, Any] | None:
    """The object with a body that is this page's article, not one of its neighbours.

    The one whose title is the page's, whose slug or id stands in the URL, or else the longest.
    """
    names = words()
    best: tuple[int, int] = (0, 0)
    found: dict[str, Any] | None = None
    stack: list[tuple[Any, int]] = [(parsed, 0)]
    wanted = plain(page_title).casefold()
    for _ in range(_MAX_NODES):
        if not stack:
            break
        value, depth = stack.pop()
        if depth > _MAX_DEPTH:
            continue
        if isinstance(value, list):
            stack.extend((item, depth + 1) for item in value)
        elif isinstance(value, dict):
            stack.extend((item, depth + 1) for item in value.values() if isinstance(item, dict | list))
            body = next((value[key] for key in names.data_body if isinstance(value.get(key), str)), "")
            titles = _strings(_first(value, names.data_title))
            if not body or not titles:
                continue
            marks = [str(value.get(key)) for key in ("slug", "id", "article_id", "articleId") if value.get(key)]
            is_this = titles[0].casefold() == wanted or any(len(mark) > 4 and mark in url for mark in marks)
            rank = (int(is_this), len(body))
            if rank > best:
                best, found = rank, value
    return found


def _first(record: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((record[key] for key in keys if record.get(key)), None)


def _labelled(value: Any) -> list[str]:
    """Names from strings or from objects that carry one."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            found += _strings(_first(item, ("name", "title", "label", "fullname", "full_name")))[:1]
        else:
            found += _strings(item)
    return found


# --- meta elements ---------------------------------------------------------------------------------------------------

_TITLE_META = ("og:title", "twitter:title", "dc.title", "title")
_AUTHOR_META = (
    "author", "article:author", "dable:author", "byl", "dc.creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "content_author", "cxenseparse:author",
)  # fmt: skip
_EDITOR_META = ("content_editor", "editor", "article:editor")
_PUBLISHED_META = (
    "article:published_time", "datepublished", "og:published_time", "publishdate", "pubdate", "publish-date",
    "publish_date", "dable:published_time", "content_publisheddate", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "article.published", "article:created", "date",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time",
    "datemodified",
    "og:updated_time",
    "lastmod",
    "last-modified",
    "dcterms.modified",
)
_SECTION_META = ("article:section", "dable:section", "content_category", "section", "category", "parsely-section")
_TAG_META = ("article:tag", "news_keywords", "content_tag", "parsely-tags", "keywords")
_SITE_META = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "publisher",
    "dc.publisher",
    "twitter:site",
)


def _meta_values(tree: HtmlElement) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and (text := plain(content)):
            values.setdefault(name.strip().lower(), []).append(text)
    return values


def _read_meta(data: PageData, meta: dict[str, list[str]]) -> None:
    data.titles += [meta[name][0] for name in _TITLE_META if name in meta]
    data.authors += [meta[name] for name in _AUTHOR_META if name in meta]
    data.editors += [text for name in _EDITOR_META for text in meta.get(name, ())]
    data.published += [meta[name][0] for name in _PUBLISHED_META if name in meta]
    data.modified += [meta[name][0] for name in _MODIFIED_META if name in meta]
    data.sections += [meta[name][0] for name in _SECTION_META if name in meta]
    data.site_names += [meta[name][0].lstrip("@") for name in _SITE_META if name in meta]
    data.tags += [tags for name in _TAG_META if name in meta and (tags := _keywords(meta[name]))]
