"""From a page's tree to the lines of its article.

The family's rules name the element that holds the body; trafilatura reads it. Where no rule fits, trafilatura reads
the whole page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from configparser import ConfigParser
from copy import copy, deepcopy

from lxml import html
from lxml.etree import XPath, _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG, Document, Extractor

from extract.cleaning_byline import is_aside
from extract.cleaning_markup import FORBIDDEN_CHARACTERS
from extract.cleaning_rules import Rules

#: A body container with less text than this is an empty shell or a teaser; the next one is tried.
MIN_CONTAINER_CHARACTERS = 120

#: Share of a container's text that trafilatura must keep for its choice to be trusted.
MIN_READ_SHARE = 0.6
#: Share of a page's paragraphs that rules may take out by class name: where it is more, the names mean something else.
MAX_PRUNED_SHARE = 0.4
#: Elements with as many paragraphs are never taken out by a rule.
MIN_STORY_PARAGRAPHS = 4
#: Breaks and characters between them that make bare text a story.
MIN_BREAKS = 4
MIN_STORY_CHARACTERS = 400
#: Share of a page's text outside links that must be such a story.
MIN_BARE_SHARE = 0.5
#: Shorter lines in front of a break are headings, list items or credits, not lines of a wrapped paragraph.
MIN_WRAPPED_CHARACTERS = 40
_NOT_WORD = re.compile(r"\W+")
_OPEN = re.compile(r"^.{2,60}\s(?:–|—|--?|\|)$")
_LIST_MARK = re.compile(r"(?:\d{1,2}[.)]|[-–•*])\s|[A-Z][\w ]{2,24}\s*:\s")

_ALSO = r"(?:(?:baca|simak|lihat|tonton)\s*(?:juga|pula|selengkapnya)|read\s+(?:also|next))\W*$"
_READ_ALSO = re.compile(_ALSO, re.IGNORECASE)
_READ_ALSO_LINE = re.compile(rf"^\W*{_ALSO}", re.IGNORECASE)
_STORY_TEXTS = XPath(".//text()[not(parent::script or parent::style or ancestor::a)]")
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "tr",
     "table", "pre", "dd", "dt", "dl", "head", "item", "quote", "list", "row", "body", "main", "figure",
     "td", "th", "cell", "center"}
)  # fmt: skip
_BREAKS = frozenset({"br", "lb"})
_CELLS = frozenset({"td", "th", "cell"})
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
    return Extractor(config=config, output_format="python", fast=fast, comments=not fast, formatting=False, tables=True)


_CONTAINER_OPTIONS = _extractor_options(fast=True)
_PAGE_OPTIONS = _extractor_options(fast=False)


def body_lines(tree: HtmlElement, rules: Rules) -> list[str]:
    """The article's lines of text, boilerplate lines still among them.

    Args:
        tree: the page; it is changed, so read everything else first.
        rules: the rules of the page's family.
    """
    container = find_container(tree, rules.bodies)
    if container is not None:
        _prune(container, rules)
        return _container_lines(container)
    _prune(tree, rules)
    container = _broken_text(tree)
    if container is not None:
        return _container_lines(container)
    return _trafilatura_lines(tree, _PAGE_OPTIONS)


def _broken_text(tree: HtmlElement) -> HtmlElement | None:
    """The element that holds most of the page's sentences as bare text between ``br`` elements, or None.

    Trafilatura joins such paragraphs with what stands beside them.
    """
    best: tuple[int, HtmlElement] | None = None
    for element in {parent for line_break in tree.iter("br") if (parent := line_break.getparent()) is not None}:
        if len(element.findall("br")) >= MIN_BREAKS and element.find(".//p") is None and not is_aside(element):
            length = sum(len(text) for child in element if (text := (child.tail or "").strip()))
            if best is None or length > best[0]:
                best = (length, element)
    if best is None or best[0] < MIN_STORY_CHARACTERS:
        return None
    return best[1] if best[0] > MIN_BARE_SHARE * sum(len(text.strip()) for text in _STORY_TEXTS(tree)) else None


def _prune(tree: HtmlElement, rules: Rules) -> None:
    # An element that holds a story is no share bar, whatever its class says; nor are several that hold much of it.
    marked = [
        element
        for select in rules.elements
        for element in select(tree)
        if element is not tree and len(element.findall(".//p")) < MIN_STORY_PARAGRAPHS
    ]
    inside = _paragraph_length(marked)
    if inside < MIN_CONTAINER_CHARACTERS or inside < MAX_PRUNED_SHARE * _paragraph_length([tree]):
        for element in marked:
            _remove(element)
    _remove_read_also(tree)


def _paragraph_length(elements: Iterable[HtmlElement]) -> int:
    """Characters in the paragraphs of elements, text of links left out."""
    paragraphs = {paragraph for element in elements for paragraph in element.iter("p")}
    return sum(len(text.strip()) for paragraph in paragraphs for text in _STORY_TEXTS(paragraph))


def html_lines(fragment: str, rules: Rules) -> list[str]:
    """The lines of a body that a page carries as an HTML string in its data."""
    if not fragment.strip():
        return []
    # A string of JSON may hold what no markup can: control characters and halves of pairs.
    container = html.fragment_fromstring(FORBIDDEN_CHARACTERS.sub("", fragment), create_parent="div")
    _prune(container, rules)
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
    """Reads a body container: trafilatura says which of its blocks are the story's, the blocks keep their breaks.

    Where trafilatura would lose much of the text, all blocks are kept.
    """
    blocks = block_lines(container)
    page = html.Element("html")
    body = html.Element("body")
    article = deepcopy(container)
    article.tag = "article"
    article.tail = None
    article.attrib.clear()
    body.append(article)
    page.append(body)
    read = _trafilatura_lines(page, _CONTAINER_OPTIONS)
    story = _NOT_WORD.sub("", "".join(read))
    # A dateline in an element of its own is no block to trafilatura.
    chosen = [line for line in blocks if _NOT_WORD.sub("", line) in story or (line is blocks[0] and _OPEN.search(line))]
    if sum(map(len, chosen)) >= MIN_READ_SHARE * sum(map(len, blocks)):
        return chosen
    return blocks


def _trafilatura_lines(tree: HtmlElement, options: Extractor) -> list[str]:
    document = bare_extraction(tree, options=copy(options))
    return block_lines(document.body) if isinstance(document, Document) and document.body is not None else []


def block_lines(root: _Element) -> list[str]:
    """The text of each block of a tree, in order, white space joined; hard breaks inside sentences are healed."""
    return _heal_breaks(_pieces(root))


def _pieces(root: _Element) -> list[tuple[str, int]]:
    """Each piece of text between two breaks, and by how many ``br`` it is parted from the one before (0: a block)."""
    pieces: list[tuple[str, int]] = []
    parts: list[str] = []
    breaks = 0

    def finish() -> None:
        nonlocal breaks
        text = _SPACE.sub(" ", "".join(parts).translate(_SOFT)).strip()
        parts.clear()
        if text:
            pieces.append((text, breaks))
            breaks = 0

    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, is_done = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        is_break = tag in _BREAKS
        if is_done:
            if tag in _BLOCKS:
                finish()
                breaks = 0
            if element is not root and element.tail:
                parts.append(element.tail)
            continue
        if is_break:
            has_text = bool("".join(parts).strip())
            finish()
            # A break behind a block's end adds nothing; behind text or another break it counts.
            breaks = breaks + 1 if has_text or breaks else 0
        elif tag in _CELLS:
            parts.append(" ")
        elif tag in _BLOCKS:
            finish()
            breaks = 0
        stack.append((element, True))
        if tag in _SILENT or not tag:
            continue
        if element.text:
            parts.append(element.text)
        stack.extend((child, False) for child in reversed(element))
    finish()
    return pieces


def _heal_breaks(pieces: list[tuple[str, int]]) -> list[str]:
    """Joins lines that a ``br`` parts in mid-sentence, as text pasted from a word processor has them.

    Where paragraphs are parted by two breaks, one break is a line's end; elsewhere one break may be a paragraph's.
    """
    has_paragraph_breaks = sum(breaks > 1 for _, breaks in pieces) > 1
    lines: list[str] = []
    previous = ""
    for text, breaks in pieces:
        is_full_line = len(previous) >= MIN_WRAPPED_CHARACTERS and not _LIST_MARK.match(text)
        if breaks == 1 and lines and is_full_line and (has_paragraph_breaks or not _ENDS.search(previous)):
            lines[-1] = f"{lines[-1]} {text}"
        else:
            lines.append(text)
        previous = text
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
            if following is None and label.getparent() is not None and label.tag in ("strong", "b", "span"):
                # <p><b>Baca Juga:</b></p><p><a>…</a></p>
                following = label.getparent().getnext() if not _has_other_text(label) else None
            if following is not None and _is_list_or_link(following) and not (label.tail or "").strip():
                _remove(following)
            _remove(label)


def _has_other_text(label: HtmlElement) -> bool:
    return bool(label.getparent().text_content().strip() != label.text_content().strip())


def _is_list_or_link(element: HtmlElement) -> bool:
    if element.tag in ("ul", "ol", "a"):
        return True
    links = element.findall("a") if element.tag in ("p", "div") else []
    return len(links) == 1 and element.text_content().strip() == links[0].text_content().strip()


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
