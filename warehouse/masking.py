"""Taking names of protected people out of text: in any case, spelling or order, known to extraction or not."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from warehouse.names import is_initials, normalise

WORDS_FILE = Path(__file__).with_name("protection.toml")
UNKNOWN = "[nama]"
# What replaces a word in an address, where brackets and spaces would break it.
UNKNOWN_IN_URL = "nama"
# Shorter words ("La", "Li", "Ni") are too common on their own; they go as part of the whole name.
SHORTEST_TOKEN = 3
_LONGEST_UNKNOWN_ACRONYM = 3
_SHORTEST_VERB = 6

_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*")
# What may stand between the words of one name: "Siti-Maryam", "S. Maryam", "MARYAM, Siti".
_GAP = re.compile(r"[\s\-–.,'’\"“”()+_%]{1,3}\Z")
# What may stand between two replacements that are then one: not the end of a sentence.
_INSIDE_A_NAME = re.compile(r"[\s\-–,'’+_%]{1,3}\Z")
_SUFFIXES = ("nya", "ku", "mu")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: offsets, as printed, and as compared."""

    start: int
    end: int
    printed: str
    norm: str


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of ``warehouse/protection.toml``."""

    cue_pattern: re.Pattern[str]
    particles: frozenset[str]
    institutions: frozenset[str]
    ordinary: frozenset[str]


@cache
def word_lists(path: Path = WORDS_FILE) -> WordLists:
    """Read the word lists once."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    cues = "|".join(re.escape(cue) for cue in sorted(data["cues"], key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{cues})(?!\w)", re.IGNORECASE)
    return WordLists(
        pattern, frozenset(data["particles"]), frozenset(data["institutions"]), frozenset(data["ordinary"])
    )


class Phrases:
    """Sequences of normalised words, found in text longest first, each with a value."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[Phrase, str]] = {}

    def __contains__(self, text: str) -> bool:
        phrase = tuple(normalise(text).split())
        return bool(phrase) and phrase in self._by_first.get(phrase[0], {})

    def add(self, text: str, value: str = "") -> None:
        """Add the words of the text as one phrase; the first value of a phrase stays."""
        phrase = tuple(normalise(text).split())
        if phrase:
            self._by_first.setdefault(phrase[0], {}).setdefault(phrase, value)

    def match(self, text: str, words: Sequence[Word], place: int) -> tuple[int, str] | None:
        """The longest phrase that begins at a word: how many words it has, and its value."""
        found: tuple[int, str] | None = None
        for phrase, value in self._by_first.get(words[place].norm, {}).items():
            length = len(phrase)
            if (found is not None and length <= found[0]) or place + length > len(words):
                continue
            if all(
                words[place + step].norm == phrase[step]
                and _GAP.match(text[words[place + step - 1].end : words[place + step].start])
                for step in range(1, length)
            ):
                found = (length, value)
        return found


@dataclass(slots=True)
class NameMask:
    """What must not be read in the texts of one article.

    Attributes:
        everywhere: full names that are masked in every article.
        names: names of this article's protected people, with what stands for each.
        tokens: single words of those names, with what stands for each.
        exact: initials and short names, masked only as printed, with capitals.
        shields: names of agencies, places and other people, inside which single words are left alone.
        landmarks: names of agencies and places known everywhere, which shield too.
        common: words that lower-cased are no names.
    """

    everywhere: Phrases
    landmarks: Phrases
    common: frozenset[str]
    names: Phrases = field(default_factory=Phrases)
    tokens: dict[str, str] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    shields: Phrases = field(default_factory=Phrases)

    def protect(self, form: str, replacement: str) -> None:
        """Mask a form of a protected person's name, its words, and its words written as one."""
        particles = word_lists().particles
        words = normalise(form).split()
        if is_initials(form) or (len(words) == 1 and len(words[0]) < SHORTEST_TOKEN):
            self.exact.setdefault(form.strip(), replacement)
            return
        if len(words) > 1:
            self.names.add(form, replacement)
            self._token("".join(words), replacement)
        for word in words:
            if len(word) >= SHORTEST_TOKEN and word not in particles:
                self._token(word, replacement)

    def leave(self, form: str) -> None:
        """Shield a name that may leave; a word it shares with a protected name is then masked as nobody's."""
        words = normalise(form).split()
        if len(words) > 1:
            self.shields.add(form)
        for word in words:
            if word in self.tokens:
                self.tokens[word] = UNKNOWN

    def apply(self, text: str, is_url: bool = False) -> tuple[str, frozenset[str]]:
        """The text without protected names.

        Args:
            text: what is to leave.
            is_url: the text is part of an address: words are masked in lower case too, and with a word that fits there.

        Returns:
            The text, and the normalised words that were taken out.
        """
        # Invisible characters and loose diacritics would cut a name in two.
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in {"Cf", "Mn"})
        words = split_words(text)
        pieces: list[tuple[int, int, str]] = []
        removed: set[str] = set()
        place = 0
        while place < len(words):
            name = self.names.match(text, words, place) or self.everywhere.match(text, words, place)
            shield = self.shields.match(text, words, place) or self.landmarks.match(text, words, place)
            if name is not None and (shield is None or name[0] >= shield[0]):
                length, replacement = name
            elif shield is not None:
                place += shield[0]
                continue
            else:
                length, replacement = 1, self._single(words[place], is_url)
            if replacement:
                pieces.append((words[place].start, words[place + length - 1].end, replacement))
                removed.update(word.norm for word in words[place : place + length])
            place += length
        return _replace(text, pieces, is_url), frozenset(removed)

    def _token(self, word: str, replacement: str) -> None:
        known = self.tokens.setdefault(word, replacement)
        if known != replacement:
            self.tokens[word] = UNKNOWN

    def _single(self, word: Word, is_url: bool) -> str:
        if word.printed in self.exact:
            return self.exact[word.printed]
        if not is_url and word.printed.islower() and word.norm in self.common:
            return ""
        for suffix in ("", *_SUFFIXES):
            if word.norm.endswith(suffix):
                found = self.tokens.get(word.norm[: len(word.norm) - len(suffix)])
                if found:
                    return found
        return ""


def split_words(text: str) -> list[Word]:
    """The words of a text."""
    return [
        Word(match.start(), match.end(), match[0], normalise(match[0]).replace(" ", ""))
        for match in _WORD.finditer(text)
    ]


def mask_unknown(text: str, known: Iterable[Phrases], common: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Mask capitalised runs that may be a name, where a text speaks of victims, minors or their families.

    Args:
        text: a text from which known names were taken already.
        known: names of agencies, places and people that may leave.
        common: words that are no names.

    Returns:
        The text, and the normalised words that were taken out.
    """
    lists = word_lists()
    if not lists.cue_pattern.search(text):
        return text, frozenset()
    words = split_words(text)
    suspicious = [False] * len(words)
    place = 0
    known = tuple(known)
    while place < len(words):
        lengths = [found[0] for phrases in known if (found := phrases.match(text, words, place))]
        if lengths:
            place += max(lengths)
            continue
        suspicious[place] = _may_be_a_name(words[place], common)
        place += 1
    pieces: list[tuple[int, int, str]] = []
    removed: set[str] = set()
    for place, word in enumerate(words):
        if not suspicious[place]:
            continue
        removed.add(word.norm)
        if place and suspicious[place - 1] and _GAP.match(text[words[place - 1].end : word.start]):
            pieces[-1] = (pieces[-1][0], word.end, UNKNOWN)
        else:
            pieces.append((word.start, word.end, UNKNOWN))
    return _replace(text, pieces, is_url=False), frozenset(removed)


def mask_url(url: str, mask: NameMask, also: frozenset[str] = frozenset()) -> str:
    """The address without protected names; words of ``also`` are taken out too.

    Where nothing is masked the address is returned as it is; otherwise its readable form is masked and encoded again.
    """
    front = site_of(url)[:-1]
    rest = unquote(url[len(front) :])
    masked, _ = mask.apply(rest, is_url=True)
    pieces = [
        (word.start, word.end, UNKNOWN_IN_URL)
        for word in split_words(masked)
        if word.norm in also and len(word.norm) >= SHORTEST_TOKEN
    ]
    masked = _replace(masked, pieces, is_url=True)
    return url if masked == rest else front + quote(masked, safe="/?&=#:+,;@~!$'()*-._")


def site_of(url: str) -> str:
    """The front page of the site an address belongs to, with a slash at its end."""
    match = re.match(r"[a-z]+://[^/?#]*", url, re.IGNORECASE)
    return (match[0] if match else "") + "/"


def _may_be_a_name(word: Word, common: frozenset[str]) -> bool:
    if not word.printed[0].isupper() or len(word.norm) < 2:
        return False
    if word.printed.isupper() and len(word.printed) <= _LONGEST_UNKNOWN_ACRONYM:
        return False
    if word.norm in word_lists().ordinary or word.norm in common:
        return False
    # Headlines drop the prefix of verbs ("Kukuhkan", "Datangi"): the full form is in the list of common words.
    is_verb = len(word.norm) >= _SHORTEST_VERB and word.norm.endswith(("kan", "i")) and f"di{word.norm}" in common
    return not is_verb


def _replace(text: str, pieces: Sequence[tuple[int, int, str]], is_url: bool) -> str:
    """Put the replacements in; the same one twice in a row, with only a gap between, once."""
    result: list[str] = []
    position, last = 0, ""
    for start, end, replacement in pieces:
        gap = text[position:start]
        if result and last == replacement and _INSIDE_A_NAME.match(gap):
            position = end
            continue
        result += [gap, UNKNOWN_IN_URL if is_url else replacement]
        position, last = end, replacement
    return "".join(result) + text[position:]
