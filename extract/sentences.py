"""Where sentences begin and end in Indonesian news: degrees, ranks, initials, numbers and quotes do not break them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.types import Ints2d

from extract.state import state_of

RULES = Path(__file__).parent / "reference" / "sentences.toml"

# A mark that may end a sentence, what may close behind it, then white space or the paragraph's end.
BOUNDARY = re.compile(r"(?P<mark>[.!?…]+)(?P<closing>[\"'”’»)\]]*)(?P<gap>\s+|$)")
WORD_BEFORE = re.compile(r"[^\s(\[\"“'‘«,;:/]+$")
WORD_AFTER = re.compile(r"[\"“'‘«(\[]*(\w+)")
PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]+")

# A word before a point longer than this is no abbreviation; looking no further keeps the splitter linear.
LOOK_BACK = 24
# No sentence is longer, in characters: the steps behind compare the words of a sentence with one another. The longest
# lists of attendees have some 900; longer is a table or a page whose points were lost.
LONGEST_SENTENCE = 1_200
# Where a longer one is cut: behind the last of the first of these that it has before the limit.
CUTS = ("; ", ", ", " ")


@cache
def _rules() -> tuple[frozenset[str], frozenset[str]]:
    rules = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return frozenset(rules["abbreviations"]), frozenset(rules["starters"])


def _ends_sentence(paragraph: str, boundary: re.Match[str]) -> bool:
    """Whether the mark at ``boundary`` ends a sentence rather than an abbreviation."""
    after = paragraph[boundary.end() : boundary.end() + LOOK_BACK]
    if not after:
        return True
    following = WORD_AFTER.match(after)
    if after[0].islower() or (following and following[1][0].islower() and boundary["closing"]):
        return False
    if boundary["mark"] != "." or boundary["closing"].strip("'’"):
        return True
    before = WORD_BEFORE.search(paragraph[max(0, boundary.start() - LOOK_BACK) : boundary.start()])
    word = before[0] if before else ""
    abbreviations, starters = _rules()
    if word in abbreviations:
        return False
    is_initial = len(word) == 1 and word.isalpha() and word.isupper()
    has_inner_point = "." in word and word.replace(".", "").isalpha() and len(word) <= 8
    if is_initial or has_inner_point:
        return following is not None and following[1] in starters
    return True


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) character offsets, in order, without surrounding white space.

    A line break always ends a sentence, and so do ``LONGEST_SENTENCE`` characters. A text of white space has no
    sentences. Linear in the length of the text.
    """
    sentences: list[tuple[int, int]] = []
    for paragraph in PARAGRAPH.finditer(text):
        line, begin = paragraph[0], 0
        for boundary in BOUNDARY.finditer(line):
            if _ends_sentence(line, boundary):
                _append_trimmed(sentences, line, begin, boundary.end("closing"), paragraph.start())
                begin = boundary.end()
        _append_trimmed(sentences, line, begin, len(line), paragraph.start())
    return sentences


def _append_trimmed(sentences: list[tuple[int, int]], line: str, begin: int, end: int, offset: int) -> None:
    while end - begin > LONGEST_SENTENCE:
        limit = begin + LONGEST_SENTENCE
        cuts = (line.rfind(mark, begin + 1, limit) + len(mark) for mark in CUTS if mark in line[begin + 1 : limit])
        cut = next(cuts, limit)
        _append_trimmed(sentences, line, begin, cut, offset)
        begin = cut
    piece = line[begin:end]
    core = piece.strip()
    if core:
        start = offset + begin + len(piece) - len(piece.lstrip())
        sentences.append((start, start + len(core)))


@Language.component("jejak_sentences", assigns=["token.is_sent_start"])
def sentences(doc: Doc) -> Doc:
    """Note the sentences on the article's record and mark their first tokens on the document.

    Where they are marked already, as the extractor does before the steps, nothing is done.
    """
    state = state_of(doc)
    if not state.sentences:
        state.sentences = split_sentences(doc.text)
        mark_sentences(doc, state.sentences)
    return doc


def mark_sentences(doc: Doc, bounds: Sequence[tuple[int, int]]) -> None:
    """Mark on a document which tokens begin one of the sentences with these (start, end) character offsets."""
    starts = [start for start, _ in bounds]
    number = 0
    begins = np.full(len(doc), -1, dtype=np.int64)
    for token in doc:
        if number < len(starts) and token.idx >= starts[number]:
            begins[token.i] = 1
        while number < len(starts) and starts[number] <= token.idx:
            number += 1
    if len(doc):
        begins[0] = 1
        # All at once: setting Token.is_sent_start looks through the whole document each time.
        doc.from_array(["SENT_START"], cast(Ints2d, begins.astype(np.uint64).reshape(-1, 1)))
