"""What training and reading of names share: the words, their pieces, and labels read off the model's scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KINDS = ("PER", "ORG", "LOC")
LABELS = ("O", *(f"{mark}-{kind}" for kind in KINDS for mark in "BI"))
BEGIN, END, UNKNOWN = 0, 2, 3
# The model has seen sentences of at most this many pieces; longer ones are read in windows.
LONGEST = 200

# Abbreviations with inner points ("S.H.", "M.Si"); numbers and dates; words with inner hyphens; single marks.
WORD = re.compile(
    r"[^\W\d_]{1,6}(?:\.[^\W\d_]{1,8})+\.?|\d+(?:[.,:/]\d+)*(?:-?[^\W\d_]+)?|[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]|_"
)


def word_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) offsets of the words and marks of a text, in order. Linear in its length."""
    return [match.span() for match in WORD.finditer(text)]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sentence as the model reads it.

    Attributes:
        ids: piece ids with the marks of begin and end.
        first: where in ``ids`` each word begins; words that did not fit are missing from the end.
    """

    ids: list[int]
    first: list[int]


def encode(words: Sequence[str], pieces_of: Callable[[str], list[int]], longest: int = LONGEST) -> Encoded:
    """Join the pieces of as many words as fit into ``longest`` pieces, marks of begin and end included.

    ``pieces_of`` gives the ids of one word; a word without any counts as one unknown piece, one longer than fits alone
    is cut.
    """
    ids = [BEGIN]
    first: list[int] = []
    for word in words:
        pieces = pieces_of(word) or [UNKNOWN]
        if len(ids) + len(pieces) + 1 > longest:
            if first:
                break
            pieces = pieces[: longest - 2]
        first.append(len(ids))
        ids += pieces
    ids.append(END)
    return Encoded(ids, first)


def _allowed() -> NDArray[np.float32]:
    """0 where the second label may follow the first, minus infinity where not: ``I-PER`` only inside a person."""
    steps = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for before, left in enumerate(LABELS):
        for after, right in enumerate(LABELS):
            if right.startswith("I-") and left[2:] != right[2:]:
                steps[before, after] = -np.inf
    return steps


STEPS = _allowed()


def best_labels(scores: NDArray[np.float32]) -> list[int]:
    """The most likely sequence of labels that is well formed, for scores (words x labels) of any scale per word."""
    if not len(scores):
        return []
    total = scores[0] + STEPS[0]
    came_from = np.zeros(scores.shape, np.int64)
    for at in range(1, len(scores)):
        paths = total[:, None] + STEPS
        came_from[at] = paths.argmax(axis=0)
        total = paths.max(axis=0) + scores[at]
    label = int(total.argmax())
    labels = [label]
    for at in range(len(scores) - 1, 0, -1):
        label = int(came_from[at, label])
        labels.append(label)
    return labels[::-1]


def log_shares(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logarithms of the labels' probabilities, from raw scores (… x labels)."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    shares: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shares


def entities(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind, first word, word behind the last) of each name in a well-formed sequence of labels."""
    found: list[tuple[str, int, int]] = []
    for at, label in enumerate(labels):
        if label.startswith("B-"):
            found.append((label[2:], at, at + 1))
        elif label.startswith("I-") and found:
            kind, start, _ = found[-1]
            found[-1] = (kind, start, at + 1)
    return found
