"""From bytes of the web to a tree that can be walked: sizes, depths and counts are bounded, entities not expanded.

Everything here comes from outside and may be broken or hostile. What cannot be read, or was made to be slow, is a
``ListingError`` with a kind, never a crash.
"""

from __future__ import annotations

import html
import json
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

MAX_UNPACKED = 50 * 1024 * 1024
"""Bytes a sitemap may have once unpacked (sitemaps.org)."""
MAX_ELEMENTS = 100_000
"""Elements an HTML page may have; a news page has 500 to 5,000, and reading costs more than in proportion."""
MAX_IMPLIED = 3
"""Elements a tag may stand for: itself and what a reader puts around it."""
MAX_ATTRIBUTES = 2_000
"""Attributes a tag may have: libxml2 compares each with all before it."""
MAX_TEXT = 50_000
"""Characters of one text that are read."""
MAX_MEMBERS = 100
"""Files a gzip file may consist of."""
MAX_JSON_NODES = 300_000

_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_LOOSE_AMPERSANDS = frozenset(
    {etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING, etree.ErrorTypes.ERR_NAME_REQUIRED,
     etree.ErrorTypes.ERR_UNDECLARED_ENTITY}
)  # fmt: skip
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[(?:.*?\]\]>|.*)|&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos);)", re.DOTALL | re.IGNORECASE
)
# Numbers of halves of characters, D800 to DFFF: libxml2 puts them into the tree, whose text then cannot be decoded.
_HALF_CHARACTER = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));", re.IGNORECASE
)
# Pages below this size are read without a look at their tags: what is slow in them is slow for a second at most.
_SMALL_PAGE = 256 * 1024
_CROWDED_TAG = re.compile(
    rb"<[a-z](?:[^\s<>\"'=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']*+))?+[\s/\"'<]++){%d}" % MAX_ATTRIBUTES,
    re.IGNORECASE,
)


class ListingError(ValueError):
    """A list that cannot be read; ``kind`` is that of the issue."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


def html_tree(body: bytes, encoding: str | None = None) -> Any | None:
    """The tree of an HTML page, or None where there is none.

    Raises:
        ListingError: if it is a page made to be slow: more elements, or attributes in a tag, than any page has.
    """
    if not body.strip():
        return None
    if len(body) > _SMALL_PAGE and _CROWDED_TAG.search(body):
        raise ListingError("too_large", f"a tag of the page has more than {MAX_ATTRIBUTES:,} attributes")
    # Plain elements, without lxml.html's own classes: a quarter less time. Comments would cut texts in two.
    kinds = {"huge_tree": False, "remove_comments": True, "remove_pis": True, "collect_ids": False}
    try:
        parser = etree.HTMLParser(encoding=encoding, **kinds)
    except LookupError:
        parser = etree.HTMLParser(**kinds)
    try:
        tree = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    # A tag may bring elements that it implies. Counting takes a third of a page's time.
    can_be_crowded = len(body) > _SMALL_PAGE or body.count(b"<") * MAX_IMPLIED > MAX_ELEMENTS
    if tree is not None and can_be_crowded and next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None:
        raise ListingError("too_large", f"the page has more than {MAX_ELEMENTS:,} elements")
    return tree


def unpack(body: bytes, limit: int = MAX_UNPACKED) -> bytes:
    """The content of a gzip file, or the bytes themselves if they are none.

    Raises:
        ListingError: if it unpacks to more than ``limit`` bytes, or is broken.
    """
    content = b""
    for _ in range(MAX_MEMBERS):
        if not body.startswith(b"\x1f\x8b"):
            break
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            content += unpacker.decompress(body, limit + 1 - len(content))
        except zlib.error as error:
            raise ListingError("broken_gzip", f"cannot be unpacked: {error}") from error
        if len(content) > limit:
            raise ListingError("too_large", f"unpacks to more than {limit // 1024 // 1024} MB")
        body = unpacker.unused_data
    return content or body


def xml_tree(body: bytes, problems: list[tuple[str, str]]) -> Any:
    """The root of an XML document; where it is faulty, of what can be read of it.

    Args:
        body: the document.
        problems: gets the kind and the sentence of a fault.

    Raises:
        ListingError: if it is no XML, or declares entities.
    """
    if not body.strip():
        raise ListingError("empty_list", "the answer is empty")
    if b"<!ENTITY" in body:
        raise ListingError("xml_entities", "the XML declares entities, which no feed or sitemap needs")
    root, fault = _read_xml(body.lstrip())
    if fault is not None:
        problems.append(("damaged_xml", f"read as far as possible; line {fault.line}: {fault.message[:200]}"))
        mended = _HALF_CHARACTER.sub(b"&#xFFFD;", body.lstrip())
        if fault.type in _LOOSE_AMPERSANDS:
            # An address with a bare & would lose what stands behind it.
            mended = _BARE_AMPERSAND.sub(lambda found: b"&amp;" if found[0] == b"&" else found[0], mended)
        if mended != body.lstrip():
            root, _ = _read_xml(mended)
        _require_text(root)
    return root


def _require_text(root: Any) -> None:
    """Make sure that every text and attribute of a faulty document can be decoded, whatever its encoding was."""
    try:
        # Written out and not asked for one by one: libxml2 finds an attribute by comparing it with all before it.
        etree.tostring(root, encoding="utf-8").decode()
    except (etree.LxmlError, UnicodeDecodeError) as error:
        raise ListingError("broken_xml", f"holds text that cannot be decoded: {error}") from error


def _read_xml(body: bytes) -> tuple[Any, Any]:
    """The root, and the first fatal fault or None."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ListingError("broken_xml", f"cannot be read as XML: {error}") from error
    if root is None:
        raise ListingError("broken_xml", "cannot be read as XML")
    doctype = root.getroottree().docinfo.internalDTD
    if doctype is not None and next(iter(doctype.iterentities()), None) is not None:
        raise ListingError("xml_entities", "the XML declares entities, which no feed or sitemap needs")
    return root, next((entry for entry in parser.error_log if entry.level == etree.ErrorLevels.FATAL), None)


def local_name(node: Any) -> str:
    """The name of an element without namespace, and without a prefix that nothing declares."""
    return str(node.tag).rpartition("}")[2].rpartition(":")[2] if isinstance(node.tag, str) else ""


def text_of(node: Any) -> str:
    """The beginning of an element's text."""
    pieces: list[str] = []
    room = MAX_TEXT
    for piece in node.itertext():
        pieces.append(piece[:room])
        room -= len(piece)
        if room <= 0:
            break
    return "".join(pieces).strip()


def json_value(body: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        ListingError: if it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ListingError("broken_json", f"cannot be read as JSON: {str(error)[:200]}") from error


def json_objects(data: Any) -> Iterator[dict[str, Any]]:
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


def plain(text: Any) -> str:
    """Markup taken off, entities resolved, blanks joined; halves of characters, as JSON can hold them, are left out."""
    if not isinstance(text, str):
        return ""
    return " ".join(sound(html.unescape(_MARKUP.sub(" ", text[:20_000]))).split())


def sound(text: str) -> str:
    """The text without lone surrogates, which can be written to no file."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")
