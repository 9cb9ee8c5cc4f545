"""From a page's tree to the lines of its article.

The family's rules name the element that holds the body; trafilatura reads it. Where no rule fits, trafilatura reads
the whole page.
"""

from __future__ import annotations

import re
from configparser import ConfigParser
from copy import copy, deepcopy

from lxml import html
from lxml.etree import XPath, _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG, Document, Extractor

from extract.cleaning_rules import Rules

#: A body container with less text than this is an empty shell or a teaser; the next one is tried.
MIN_CONTAINER_CHARACTERS = 120
#: Pages with more elements are read without trafilatura, whose cost grows faster than the page.
MAX_ELEMENTS = 40_000

_READ_ALSO = re.compile(r"(?:baca|simak|lihat|tonton)\s*(?:juga|pula|selengkapnya)\W*$", re.IGNORECASE)
_READ_ALSO_LINE = re.compile(r"^\W*(?:baca|simak|lihat|tonton)\s*(?:juga|pula|selengkapnya)\W*$", re.IGNORECASE)
_STORY_TEXTS = XPath(".//text()[not(parent::script or parent::style or ancestor::a)]")
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "tr",
     "table", "pre", "dd", "dt", "dl", "head", "item", "quote", "list", "row", "br", "lb", "body", "main", "figure",
     "td", "th", "cell", "center"}
)  # fmt: skip
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "form", "iframe", "button", "aside", "nav", "footer", "header", "svg",
     "select", "textarea", "input", "object", "video", "audio", "figcaption"}
)  # fmt: skip
_SPACE = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_SOFT = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
# The end of a sentence or heading, behind which a hard line break is a paragraph's end.
_ENDS = re.compile(r"[.!?:;…”\"’')\]|–—-]\s*$")


def _extractor_options(*, fast: bool) -> Extractor:
    config = ConfigParser()
    config.read_dict({"DEFAULT": dict(DEFAULT_CONFIG["DEFAULT"])})
    # Inside a body container nothing has to be rescued from elsewhere.
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "60" if fast else config["DEFAULT"]["MIN_EXTRACTED_SIZE"]
    return Extractor(config=config, output_format="python", fast=fast, comments=False, formatting=False, tables=True)


_CONTAINER_OPTIONS = _extractor_options(fast=True)
_PAGE_OPTIONS = _extractor_options(fast=False)


def body_lines(tree: HtmlElement, rules: Rules) -> list[str]:
    """The article's lines of text, boilerplate lines still among them.

    Args:
        tree: the page; it is changed, so read everything else first.
        rules: the rules of the page's family.
    """
    for select in rules.elements:
        for element in select(tree):
            _remove(element)
    _remove_read_also(tree)
    container = find_container(tree, rules.bodies)
    if container is not None:
        return _container_lines(container)
    if sum(1 for _ in zip(tree.iter(), range(MAX_ELEMENTS + 1), strict=False)) > MAX_ELEMENTS:
        return [line for element in tree.iter("p") for line in block_lines(element)]
    return _trafilatura_lines(tree, _PAGE_OPTIONS)


def html_lines(fragment: str, rules: Rules) -> list[str]:
    """The lines of a body that a page carries as an HTML string in its data."""
    if not fragment.strip():
        return []
    container = html.fragment_fromstring(fragment, create_parent="div")
    for select in rules.elements:
        for element in select(container):
            _remove(element)
    _remove_read_also(container)
    return _container_lines(container)


def find_container(tree: HtmlElement, bodies: tuple[XPath, ...]) -> HtmlElement | None:
    """The element that holds the body by the first rule that finds one with enough text, or None."""
    for select in bodies:
        best: tuple[int, HtmlElement] | None = None
        for element in select(tree):
            length = sum(len(text.strip()) for text in _STORY_TEXTS(element))
            if best is None or length > best[0]:
                best = (length, element)
        if best is not None and best[0] >= MIN_CONTAINER_CHARACTERS:
            return best[1]
    return None


def _container_lines(container: HtmlElement) -> list[str]:
    """Reads a body container with trafilatura; where that loses text, the container's own blocks are read."""
    plain = block_lines(container)
    page = html.Element("html")
    body = html.Element("body")
    article = deepcopy(container)
    article.tag = "article"
    article.tail = None
    article.attrib.clear()
    body.append(article)
    page.append(body)
    read = _trafilatura_lines(page, _CONTAINER_OPTIONS)
    return read if sum(map(len, read)) >= 0.9 * sum(map(len, plain)) else plain


def _trafilatura_lines(tree: HtmlElement, options: Extractor) -> list[str]:
    document = bare_extraction(tree, options=copy(options))
    return block_lines(document.body) if isinstance(document, Document) and document.body is not None else []


def block_lines(root: _Element) -> list[str]:
    """The text of each block of a tree, in order, white space joined; hard breaks inside sentences are healed."""
    lines: list[str] = []
    parts: list[str] = []
    is_soft_break = False

    def finish(*, soft: bool) -> None:
        nonlocal is_soft_break
        text = _SPACE.sub(" ", "".join(parts).translate(_SOFT)).strip()
        parts.clear()
        if text:
            if is_soft_break and lines and not _ENDS.search(lines[-1]) and text[0].islower():
                lines[-1] = f"{lines[-1]} {text}"
            else:
                lines.append(text)
            is_soft_break = soft
        elif not soft:
            is_soft_break = False

    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, is_done = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _BLOCKS
        if is_done:
            if is_block and tag not in ("br", "lb"):
                finish(soft=False)
            if element is not root and element.tail:
                parts.append(element.tail)
            continue
        if tag in ("td", "th", "cell"):
            parts.append(" ")
        elif is_block:
            finish(soft=tag in ("br", "lb"))
        stack.append((element, True))
        if tag in _SILENT or not tag:
            continue
        if element.text:
            parts.append(element.text)
        stack.extend((child, False) for child in reversed(element))
    finish(soft=False)
    return lines


def _remove(element: HtmlElement) -> None:
    """Takes an element out and leaves the text behind it."""
    if element.getparent() is not None:
        element.drop_tree()


def _remove_read_also(tree: HtmlElement) -> None:
    """Takes out links to other stories (``Baca juga: …``) that stand in a paragraph or below a label of their own."""
    for link in list(tree.iter("a")):
        parent = link.getparent()
        if parent is None:
            continue
        before = _text_before(link, parent)
        if before and _READ_ALSO.search(before):
            _set_text_before(link, parent, _READ_ALSO.sub("", before).rstrip())
            _remove(link)
            if not (parent.text_content() or "").strip(" :.-–|"):
                _remove(parent)
    for label in list(tree.iter("p", "strong", "b", "h2", "h3", "h4", "h5", "div", "span")):
        text = label.text_content() if len(label) < 3 else ""
        if text and len(text) < 40 and _READ_ALSO_LINE.match(text):
            following = label.getnext()
            if following is not None and following.tag in ("ul", "ol", "a") and not (label.tail or "").strip():
                _remove(following)
            _remove(label)


def _text_before(link: HtmlElement, parent: HtmlElement) -> str:
    previous = link.getprevious()
    if previous is None:
        return parent.text or ""
    if previous.tail and previous.tail.strip(" \n\t:"):
        return str(previous.tail)
    # <strong>Baca juga:</strong> <a>…</a>
    return "" if len(previous) else (previous.text or "")


def _set_text_before(link: HtmlElement, parent: HtmlElement, text: str) -> None:
    previous = link.getprevious()
    if previous is None:
        parent.text = text
    elif previous.tail and previous.tail.strip(" \n\t:"):
        previous.tail = text
    else:
        previous.text = text
        previous.tail = " " if previous.tail else None
