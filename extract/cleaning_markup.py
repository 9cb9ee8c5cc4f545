"""From a page's bytes to one parsed tree: size, kind and charset are settled here.

The tree is parsed once and shared by everything that reads the page.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import Literal

from lxml import etree, html
from trafilatura.utils import detect_encoding

#: A page of news is 20 to 300 KB; what is larger than this is not worth its memory.
MAX_PAGE_BYTES = 10_000_000

#: News pages have 500 to 5,000 elements. The cost of reading a tree grows faster than the tree.
MAX_ELEMENTS = 20_000

#: Attributes a tag may have: the parser compares each with all before it.
MAX_ATTRIBUTES = 2_000

ErrorKind = Literal["empty", "not-html", "too-large", "challenge", "not-found", "no-body"]


class CleaningError(ValueError):
    """A page that holds no article.

    Attributes:
        kind: ``empty``, ``not-html``, ``too-large``, ``challenge``, ``not-found`` or ``no-body``.
        detail: one sentence that says what was wrong and what to do.
    """

    def __init__(self, kind: ErrorKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


# First bytes of what servers send where a page was expected.
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image or sound file"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
# The WHATWG encoding standard reads these labels as windows-1252.
_WINDOWS_LABELS = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "cp1252"})
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# Pages below this size are parsed without a look at their tags: what is slow in them is slow for a second at most.
_SMALL_PAGE = 256 * 1024
_CROWDED_TAG = re.compile(
    r"<[a-z](?:[^\s<>\"'=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']*+))?+[\s/\"'<]++)"
    f"{{{MAX_ATTRIBUTES}}}",
    re.IGNORECASE,
)
#: What no markup can hold: control characters and halves of surrogate pairs.
FORBIDDEN_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

# UTF-8 read as windows-1252: a lead byte and its continuation bytes, as the characters they turn into.
_CONTINUATION = "".join(bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x80, 0xC0)) + "".join(
    chr(code) for code in range(0x80, 0xA0)
)
# Only lead bytes of characters that news has: Latin letters, punctuation, currency and arrows, emoji. With all lead
# bytes "gemäß §" with a fixed space would be taken for one character of another script.
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3][{re.escape(_CONTINUATION)}]"
    f"|\u00e2[{re.escape(_CONTINUATION)}]{{2}}"
    f"|\u00f0[{re.escape(_CONTINUATION)}]{{3}}"
)


def decode_page(page: bytes | str, charset: str | None = None) -> str:
    """The page as text, whatever its declaration says.

    Valid UTF-8 with characters outside ASCII wins over any declaration: text in another charset is almost never
    valid UTF-8 by chance, while wrong declarations are common. Then the header, the ``meta`` element, and detection.

    Args:
        page: bytes as received, or text.
        charset: the charset of the HTTP header, if it had one.

    Raises:
        CleaningError: the page is empty, larger than ``MAX_PAGE_BYTES``, or not HTML.
    """
    if len(page) > MAX_PAGE_BYTES:
        raise CleaningError(
            "too-large",
            f"The page has {len(page):,} bytes, more than the {MAX_PAGE_BYTES:,} that a news page may have; "
            "check what this address serves.",
        )
    if isinstance(page, str):
        text = page
    else:
        refuse_other_kinds(page)
        text = _decode_bytes(page, charset)
    text = FORBIDDEN_CHARACTERS.sub("", text)
    if not text.strip():
        raise CleaningError("empty", "The page is empty; fetch it again later.")
    return repair_mojibake(_XML_DECLARATION.sub("", text, count=1))


def refuse_other_kinds(page: bytes) -> None:
    """Raises ``CleaningError`` of kind ``not-html`` when the first bytes are those of another kind of file."""
    start = page[:1024].lstrip()
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            raise CleaningError("not-html", f"The page is {kind}, not HTML; only HTML pages can be cleaned.")
    if not page.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and page[:4096].count(0) > 8:
        raise CleaningError("not-html", "The page is binary data, not HTML; only HTML pages can be cleaned.")


def _decode_bytes(page: bytes, charset: str | None) -> str:
    for mark, encoding in _BOMS:
        if page.startswith(mark):
            return page.decode(encoding, errors="replace")
    try:
        text = page.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # Pure ASCII is the same in every charset that news sites use.
        return text
    meta = _META_CHARSET.search(page, 0, 4096)
    declared = [_python_encoding(label) for label in (charset, meta[1].decode("ascii") if meta else None)]
    for label in declared:
        if label and label != "utf-8":
            return page.decode(label, errors="replace")
    if "utf-8" in declared and _mostly_utf8(page):
        return page.decode("utf-8", errors=_WINDOWS_BYTES)
    for guess in detect_encoding(page):
        guessed = _python_encoding(guess)
        if guessed:
            return page.decode(guessed, errors="replace")
    return page.decode("cp1252", errors="replace")


def _python_encoding(label: str | None) -> str | None:
    """Python's name of a charset label, or None for labels that do not exist or are no text encodings."""
    if not label:
        return None
    cleaned = label.strip().strip("\"'").lower()
    if cleaned in _WINDOWS_LABELS:
        return "cp1252"
    try:
        info = codecs.lookup(cleaned)
        b"<html>".decode(info.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return info.name


def _mostly_utf8(page: bytes) -> bool:
    """Whether a page that is not valid UTF-8 has more valid multi-byte sequences than invalid bytes."""
    lossy = page.decode("utf-8", errors="replace")
    return sum(character > "\x7f" and character != "\ufffd" for character in lossy) >= lossy.count("\ufffd")


def _as_windows_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_WINDOWS_BYTES = "jejak-windows-bytes"
codecs.register_error(_WINDOWS_BYTES, _as_windows_byte)


def repair_mojibake(text: str) -> str:
    """Turns UTF-8 that was read as windows-1252 (``â€œ``, ``Ã©``) back into what was meant."""
    return _MOJIBAKE.sub(_as_meant, text)


def _as_meant(match: re.Match[str]) -> str:
    seen = match[0]
    raw = b"".join(
        bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252") for character in seen
    )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return seen


def parse_page(text: str) -> html.HtmlElement:
    """The page's tree, without comments and processing instructions.

    Raises:
        CleaningError: nothing in the text is markup, the tree has more than ``MAX_ELEMENTS``, or a tag more than
            ``MAX_ATTRIBUTES``.
    """
    if len(text) > _SMALL_PAGE and _CROWDED_TAG.search(text):
        raise CleaningError(
            "too-large",
            f"A tag of the page has more than {MAX_ATTRIBUTES:,} attributes, as no news page has; "
            "check what this address serves.",
        )
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise CleaningError(
            "not-html", f"The page cannot be read as HTML ({error}); check what this address serves."
        ) from error
    if not isinstance(tree, html.HtmlElement):
        raise CleaningError("not-html", "The page has no element of HTML; check what this address serves.")
    if next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None:
        raise CleaningError(
            "too-large",
            f"The page has more than {MAX_ELEMENTS:,} elements, as no news page has; check what this address serves.",
        )
    return tree
