"""Part of speech, base form and relation of the words of an article that is explained."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extract.engines import Engine
from warehouse.masking import UNKNOWN, plain
from warehouse.phrases import split_words


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, with what an engine says of it (Universal Dependencies).

    Attributes:
        number: its place in the sentence, from 1.
        form: as printed.
        base: base form.
        part: part of speech, such as ``VERB``.
        features: morphological features, such as ``Voice=Pass``; empty when there are none.
        relation: to its head, such as ``nsubj``.
        head: the word it hangs on; empty for the root.
        head_number: that word's number; 0 for the root.
    """

    number: int
    form: str
    base: str
    part: str
    features: str
    relation: str
    head: str
    head_number: int


def syntax_of(
    engine: Engine, text: str, sentences: Sequence[tuple[int, int]], hidden: Sequence[frozenset[str]]
) -> list[list[Word]]:
    """The words of each sentence; those that must not be read are covered, with their base forms.

    Args:
        engine: who reads the text.
        text: the article's text.
        sentences: (start, end) offsets of its sentences.
        hidden: the normalised words of each sentence that must not be read.
    """
    tokens = [token for token in engine.read(text, sentences) if not token.is_space]
    starts = [token.idx for token in tokens]
    table: list[list[Word]] = []
    for (start, end), words in zip(sentences, hidden, strict=True):
        inside = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
        numbers = {token.i: number for number, token in enumerate(inside, start=1)}
        covered = _Covered(text[start:end], words)
        forms = {
            token.i: UNKNOWN if covered.touches(token.idx - start, len(token) + token.idx - start) else token.text
            for token in inside
        }
        table.append(
            [
                Word(
                    numbers[token.i],
                    forms[token.i],
                    UNKNOWN if forms[token.i] == UNKNOWN else token.lemma_,
                    token.pos_,
                    str(token.morph),
                    "root" if token.head.i == token.i else token.dep_,
                    "" if token.head.i == token.i else forms.get(token.head.i, ""),
                    0 if token.head.i == token.i else numbers.get(token.head.i, 0),
                )
                for token in inside
            ]
        )
    return table


class _Covered:
    """Where the words of a sentence stand that must not be read."""

    def __init__(self, sentence: str, hidden: frozenset[str]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        # A sentence whose letters shift when it is made plain is covered whole: offsets would not fit.
        self._whole = bool(hidden) and len(plain(sentence)) != len(sentence)
        if hidden and not self._whole:
            split = split_words(plain(sentence))
            for place, norm in enumerate(split.norms):
                if norm in hidden:
                    self._starts.append(split.starts[place])
                    self._ends.append(split.ends[place])

    def touches(self, start: int, end: int) -> bool:
        """Whether characters ``start`` up to ``end`` share one with a covered word."""
        return self._whole or bisect_right(self._ends, start) < bisect_left(self._starts, end)
