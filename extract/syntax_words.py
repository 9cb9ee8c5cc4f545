"""Words as the syntax pipeline reads them: those of the Indonesian treebanks of Universal Dependencies.

Clitics are words of their own ("rumah" + "nya"), currency signs stand apart from amounts, reduplicated and prefixed
words stay whole ("anak-anak", "ke-10"), and so do abbreviations with their points ("S.H.", "Pol.", "Drs.").
Which endings are cut off, and which words end in a point, stands in ``extract/reference``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc
from spacy.util import DummyTokenizer
from spacy.vocab import Vocab

from extract.date_vocabulary import vocabulary
from extract.lexicon import REFERENCE, word_set

WORD = re.compile(
    r"(?P<address>(?:https?://|www\.)[^\s\"“”<>]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    # "S.H.", "M.Tr.Hanla", "A.B."; a point within, and one behind.
    r"|(?P<dotted>[^\W\d_]{1,6}(?:\.[^\W\d_]{1,8})+\.?)"
    r"|(?P<currency>(?:Rp|IDR|USD|US|RM|SGD)(?=\d|\$))"
    # "9.000,5", "09.30", "7/5/2025", "1970-an", "34/PMK.011/2007", "5G"; a letter may follow.
    r"|(?P<number>\d+(?:[.,:]\d+)*(?:/[^\W_]+(?:\.\d+)?)*(?:-an\b)?[^\W\d_]*)"
    r"|(?P<word>[^\W_]+(?:[-'’‘/&_@][^\W_]+)*)"
    r"|(?P<points>\.{2,}|-{2,})"
    r"|(?P<mark>[^\w\s]|_)"
    r"|(?P<gap>\s+)"
)
ENDING = re.compile(r"(?P<stem>.*[^\W\d_].*?)(?P<dash>-?)(?P<ending>nya|lah|kah|pun|ku|mu)", re.IGNORECASE | re.DOTALL)
# "RI-Jepang", "Bapepam-LK", "DPR/MPR": two words; "Undang-Undang", "APBN-P", "S/A" one.
JOINED = re.compile(r"([^\W\d_]{2,})([-/])([^\W\d_]{2,})")
RANGE = re.compile(r"(\d+(?:[.,]\d+)*)(-)(\d+(?:[.,]\d+)*)")
# A word longer than this is not looked into: the cut stays linear in the text's length.
LONGEST = 60
LEAST_STEM = 3


@cache
def _word_rules() -> dict[str, frozenset[str]]:
    """The lists of ``clitics.toml`` by name."""
    rules = tomllib.loads((REFERENCE / "clitics.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in rules.items()}


@cache
def _pointed() -> frozenset[str]:
    """Words in lower case that keep the point behind them."""
    rules = tomllib.loads((REFERENCE / "sentences.toml").read_text(encoding="utf-8"))
    listed = {word.lower() for word in rules["abbreviations"] if word.lower() not in word_set("common_words.txt")}
    return _word_rules()["pointed"] | listed | word_set("abbreviations.txt")


@cache
def _without_clitic(word: str) -> tuple[str, ...]:
    """A word cut into stem, dash and ending, or left as it is."""
    lower = word.lower()
    found = ENDING.fullmatch(word) if len(word) <= LONGEST else None
    if found is None or found["stem"].endswith(("-", "/")):
        return (word,)
    stem, ending = found["stem"], found["ending"].lower()
    parts = tuple(part for part in found.groups() if part)
    if found["dash"]:
        return parts
    if lower in _word_rules()["split"]:
        return parts
    if lower in _word_rules()["whole"] or len(stem) < LEAST_STEM:
        return (word,)
    if ending == "nya":
        return parts
    common = word_set("common_words.txt")
    is_plain = word.islower() and stem in common and lower not in common
    return parts if is_plain and len(stem) > LEAST_STEM else (word,)


def _pieces(word: str) -> Iterator[str]:
    """What the treebanks count as separate words within letters and digits that stand together."""
    if len(word) > LONGEST:
        yield word
    elif both := RANGE.fullmatch(word):
        yield from both.groups()
    elif (joined := JOINED.fullmatch(word)) and _are_two(joined[1], joined[2], joined[3]):
        yield joined[1]
        yield joined[2]
        yield from _without_clitic(joined[3])
    else:
        yield from _without_clitic(word)


def _are_two(left: str, mark: str, right: str) -> bool:
    if mark == "/":
        return True
    is_acronym = left.isupper() or right.isupper()
    is_months = {left.lower(), right.lower()} <= vocabulary().month_number.keys()
    return (is_acronym and left[0].isupper() and right[0].isupper() and left != right) or is_months


def split_words(text: str) -> list[tuple[int, int]]:
    """(start, end) offsets of the words and marks of a text, in order, without white space. Linear in its length."""
    spans: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "gap":
            continue
        if kind in ("address", "dotted", "points", "mark", "currency"):
            is_end = kind == "mark" and match[0] == "." and spans and spans[-1][1] == start
            if is_end and _keeps_point(text[slice(*spans[-1])], text[end : end + 2]):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
            continue
        for piece in _pieces(match[0]):
            spans.append((start, start + len(piece)))
            start += len(piece)
    return spans


def _keeps_point(word: str, behind: str) -> bool:
    """Whether the point behind a word belongs to it: an initial, or an abbreviation before more words."""
    is_initial = len(word) == 1 and word.isupper()
    return (is_initial and bool(behind.strip())) or (word.lower() in _pointed() and bool(behind.strip(' \n"”’)')))


class WordTokenizer(DummyTokenizer):
    """Makes spaCy documents of texts: ``doc.text`` is the text, character by character.

    A single space behind a word hangs on it; other white space is a token of its own, as spaCy has it. Nothing of it is
    written to disk: its rules are read from ``extract/reference`` each time.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text into words."""
        words: list[str] = []
        spaces: list[bool] = []
        at = 0
        for start, end in [*split_words(text), (len(text), len(text))]:
            gap = text[at:start]
            if gap:
                hangs = bool(words) and gap[0] == " "
                if hangs:
                    spaces[-1] = True
                    gap = gap[1:]
                if gap:
                    words.append(gap)
                    spaces.append(False)
            if end > start:
                words.append(text[start:end])
                spaces.append(False)
            at = end
        return Doc(self.vocab, words=words, spaces=spaces)
