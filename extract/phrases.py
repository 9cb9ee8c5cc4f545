"""Words of a text and a table of phrases that finds, in one pass, every known phrase among them.

Phrases are found word by word whatever the spacing, and independently of the engine's tokenizer, so that gazetteers
give the same result with every engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

Value = TypeVar("Value")

WORD = re.compile(r"[^\W_]+(?:['’‘`ʼ][^\W_]+)*")

# What may stand between two words of one phrase: a space, a tight hyphen or stroke, a tight ampersand.
TYING_GAPS = frozenset({" ", "\u00a0", "  ", "-", "/", "–", " & ", "&", "‑"})
# A point after one of these belongs to the abbreviation, and the phrase goes on ("Kab. Belu", "Prov. NTT").
ABBREVIATED = frozenset(
    {
        "kab",
        "kec",
        "prov",
        "kel",
        "ds",
        "kep",
        "plt",
        "plh",
        "pj",
        "pjs",
        "dit",
        "st",
        "ka",
        "dis",
        "tg",
        "tj",
        "adm",
        "d",
    }
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        text: as printed.
        key: folded for lookup.
        letters: the key without apostrophes, for names whose spelling varies.
        start: offset of its first character.
        end: offset behind its last character.
        gap: what stands between it and the word before it.
        is_tied: whether it may continue a phrase that holds the word before it.
    """

    text: str
    key: str
    letters: str
    start: int
    end: int
    gap: str
    is_tied: bool

    @property
    def is_capital(self) -> bool:
        """Whether it starts with a capital letter or a digit."""
        return self.text[0].isupper() or self.text[0].isdigit()

    @property
    def is_upper(self) -> bool:
        """Whether it is printed in capitals throughout."""
        return self.text.isupper()


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    found: list[Word] = []
    end, key = 0, ""
    for match in WORD.finditer(text):
        gap = text[end : match.start()]
        is_tied = bool(found) and (gap in TYING_GAPS or (key in ABBREVIATED and gap in (".", ". ")))
        end, key = match.end(), match[0].casefold()
        letters = key if key.isalnum() else squeezed(key)
        found.append(Word(match[0], key, letters, match.start(), end, gap, is_tied))
    return found


@cache
def common_words() -> frozenset[str]:
    """Words that newspapers mostly print in lower case: one of them in capitals is no part of a person's name."""
    path = Path(__file__).parent / "reference" / "common_words.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


def squeezed(text: str) -> str:
    """A name's letters and digits, folded: spellings that differ in spaces, hyphens or case become one."""
    folded = text.casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Value]):
    """A phrase of the table: its words as printed in the data, and what it stands for."""

    words: tuple[str, ...]
    value: Value

    def is_printed_as(self, words: list[Word], first: int) -> bool:
        """Whether the words from ``first`` on have the phrase's capitals.

        An acronym must be in capitals, a capitalised word must start with one, a lower-case word may be either.
        """
        for offset, form in enumerate(self.words):
            word = words[first + offset]
            if form[0].isupper() and not word.is_capital:
                return False
            if len(form) > 1 and form.isupper() and not word.is_upper:
                return False
        return True


class _Node(Generic[Value]):
    __slots__ = ("children", "phrases")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Value]] = {}
        self.phrases: list[Phrase[Value]] = []


class PhraseTable(Generic[Value]):
    """A table of phrases, kept as a trie of folded words; commas and brackets inside a phrase count as words."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()

    def add(self, form: str, value: Value) -> None:
        """Enter a phrase."""
        words = words_of(form)
        node = self._root
        for number, word in enumerate(words):
            if number:
                mark = word.gap.strip()
                if mark in (",", "(", ")"):
                    node = node.children.setdefault(mark, _Node())
            node = node.children.setdefault(word.key, _Node())
        if form.rstrip().endswith(")"):
            node = node.children.setdefault(")", _Node())
        node.phrases.append(Phrase(tuple(word.text for word in words), value))

    def extend(self, forms: Iterable[str], value: Value) -> None:
        """Enter several phrases of one meaning."""
        for form in forms:
            self.add(form, value)

    def at(self, words: list[Word], first: int, text: str) -> Iterator[tuple[int, int, Value]]:
        """The phrases that start at word ``first``, longest first: (word behind it, offset behind it, value)."""
        node: _Node[Value] | None = self._root.children.get(words[first].key)
        found: list[tuple[int, int, Phrase[Value]]] = []
        position = first + 1
        while node is not None:
            end = words[position - 1].end
            found += [(position, end, phrase) for phrase in node.phrases]
            closing = node.children.get(")")
            if closing is not None and closing.phrases and text[end : end + 1] == ")":
                found += [(position, end + 1, phrase) for phrase in closing.phrases]
            if position >= len(words):
                break
            word = words[position]
            if not word.is_tied:
                mark = word.gap.strip()
                node = node.children.get(mark) if mark in (",", "(", ")") and "\n" not in word.gap else None
                if node is None:
                    break
            node = node.children.get(word.key)
            position += 1
        for behind, end, phrase in reversed(found):
            if phrase.is_printed_as(words, first):
                yield behind, end, phrase.value
