"""Strict entity F1: a name counts when its kind, its first and its last word are right."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from extract.names_model import KINDS, LABELS, best_labels, entities, log_shares
from training.names.corpus import Sentence

Reader = Callable[[Sequence[Sequence[str]], str], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Score:
    """How well names were found.

    Attributes:
        precision: share of the names found that are right.
        recall: share of the names there are that were found.
        f1: harmonic mean of both.
        names: number of names there are.
    """

    precision: float
    recall: float
    f1: float
    names: int

    def to_json(self) -> dict[str, float]:
        """The figures, rounded to a tenth of a per cent or better."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def strict_score(gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> Score:
    """Micro-averaged score of label sequences against the right ones."""
    right = there = seen = 0
    for truth, guess in zip(gold, found, strict=True):
        wanted, given = set(entities(truth)), set(entities(guess))
        right += len(wanted & given)
        there += len(wanted)
        seen += len(given)
    precision, recall = right / max(1, seen), right / max(1, there)
    return Score(precision, recall, 2 * right / max(1, there + seen), there)


def labels_found(read: Reader, sentences: Sequence[Sentence], style: str) -> list[list[str]]:
    """The labels a model gives to sentences when asked for a style."""
    scores = read([sentence.words for sentence in sentences], style)
    return [[LABELS[label] for label in best_labels(log_shares(rows))] for rows in scores]


def measure(read: Reader, sentences: Sequence[Sentence], style: str) -> dict[str, object]:
    """Score over all kinds and for each, and words per CPU-second of this process."""
    begun = time.process_time()
    found = labels_found(read, sentences, style)
    seconds = time.process_time() - begun
    gold = [sentence.labels for sentence in sentences]
    kinds = {
        kind: strict_score(*([_only(kind, labels) for labels in side] for side in (gold, found))).to_json()
        for kind in KINDS
    }
    words = sum(len(sentence.words) for sentence in sentences)
    return strict_score(gold, found).to_json() | {"kinds": kinds, "words_per_second": round(words / seconds)}


def _only(kind: str, labels: Sequence[str]) -> list[str]:
    return [label if label.endswith(kind) else "O" for label in labels]
