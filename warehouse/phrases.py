"""Words of a text, and sequences of words found in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, KeysView
from functools import lru_cache

from warehouse.names import normalise

_MOST_REMEMBERED = 500_000

_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*")
# What may stand between the words of one name: "Siti-Maryam", "S. Maryam", "MARYAM, Siti", "#SitiMaryam".
_GAP = re.compile(r"[\s\-–.,'’\"“”()+_%]{0,3}\Z")


class Words:
    """A text and its words: as printed, as compared, and where each begins and ends.

    Most texts hold nothing that is masked, so where the words stand is found out only when somebody asks.
    """

    __slots__ = ("_ends", "_starts", "norms", "printed", "text")

    def __init__(self, text: str, printed: list[str], norms: list[str]) -> None:
        self.text = text
        self.printed = printed
        self.norms = norms
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self.norms)

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of each word."""
        if len(self._starts) < len(self.printed):
            position = 0
            for word in self.printed:
                position = self.text.index(word, position)
                self._starts.append(position)
                position += len(word)
                self._ends.append(position)
        return self._starts

    @property
    def ends(self) -> list[int]:
        """Offset behind the last character of each word."""
        return self._ends if self.starts else []

    def gap(self, place: int) -> str:
        """What stands between a word and the one before it; before the first word, what the text begins with."""
        return self.text[self.ends[place - 1] if place else 0 : self.starts[place]]

    def is_joined(self, place: int) -> bool:
        """Whether a word may belong to one name with the word before it."""
        return place > 0 and _GAP.match(self.gap(place)) is not None


class _Norms(dict[str, str]):
    """Words as compared, each worked out once; nothing for a word that is several, as in ``#SitiMaryam``."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[word] = norm = normalise(word).replace(" ", "") if len(list(_humps(word))) == 1 else ""
        return norm


_norms = _Norms()


def split_words(text: str) -> Words:
    """The words of a text; a capital inside a word begins another one, as in ``#SitiMaryam``."""
    printed = _WORD.findall(text)
    norms = [_norms[word] for word in printed]
    if "" in norms:
        printed = [part for word in printed for part in _humps(word)]
        norms = [_norms[word] for word in printed]
    return Words(text, printed, norms)


@lru_cache(maxsize=65_536)
def phrase_of(text: str) -> tuple[str, ...]:
    """The normalised words of a short text, such as a name."""
    return tuple(split_words(text).norms)


class Phrases:
    """Sequences of normalised words, found in text longest first, each with a value."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._by_first: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}
        for text in texts:
            self.add(text)

    @property
    def firsts(self) -> KeysView[str]:
        """The words that some phrase begins with."""
        return self._by_first.keys()

    def add(self, text: str, value: str = "") -> None:
        """Add the words of the text as one phrase; the first value of a phrase stays."""
        phrase = phrase_of(text)
        if not phrase:
            return
        lengths = self._by_first.get(phrase[0])
        if lengths is None:
            self._by_first[phrase[0]] = {len(phrase): {phrase: value}}
            return
        if len(phrase) not in lengths:
            lengths[len(phrase)] = {}
            # The longest are tried first.
            self._by_first[phrase[0]] = lengths = dict(sorted(lengths.items(), reverse=True))
        lengths[len(phrase)].setdefault(phrase, value)

    def match(self, words: Words, place: int) -> tuple[int, str] | None:
        """The longest phrase that begins at a word: how many words it has, and its value."""
        lengths = self._by_first.get(words.norms[place])
        if lengths is None:
            return None
        room = len(words) - place
        for length, phrases in lengths.items():
            if length > room:
                continue
            value = phrases.get(tuple(words.norms[place : place + length]))
            if value is not None and all(words.is_joined(place + step) for step in range(1, length)):
                return length, value
        return None


def _humps(word: str) -> Iterator[str]:
    if word.islower() or word.isupper() or word.istitle():
        yield word
        return
    begin = 0
    for place in range(1, len(word) - 1):
        is_border = word[place].isupper() and word[place - 1].islower()
        # "mARIA" is one word, "SaveMaria" and "SaveMARIA" are two.
        if is_border and (word[place + 1].islower() or (word[max(place - 2, 0)].islower() and place > 1)):
            yield word[begin:place]
            begin = place
    yield word[begin:]
