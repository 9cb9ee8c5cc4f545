"""The sentences the name finder learns from: four public sets in one form, without what the tests hold.

The sets disagree about what a name is: in NER-UGM the province in "Gubernur Jawa Barat" is a place, in IDNER it is part
of the title. Each sentence therefore carries the *style* of its set, which the model is told beside the words; at run
time it is asked for one style.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

KINDS = {
    "PER": "PER",
    "PERSON": "PER",
    "ORG": "ORG",
    "ORGANISATION": "ORG",
    "ORGANIZATION": "ORG",
    "LOC": "LOC",
    "LOCATION": "LOC",
    "PLACE": "LOC",
}
STYLES = ("idner", "nergrit", "nerugm", "nerui")
# Learned from in the first stage; the second adds NER-UI, which only NusaCrowd gives a licence (CC BY 4.0).
LEARNED = ("idner", "nergrit", "nerugm")
FILES = {
    "idner": ("idner-news-2k", "train.txt", "dev.txt", "test.txt"),
    "nergrit": ("nergrit-indonlu", "train.tsv", "valid.tsv", "test.tsv"),
    "nerui": ("nerui-indolem", "train.01.tsv", "dev.01.tsv", "test.01.tsv"),
    "nerugm": ("nerugm-indolem", "train.01.tsv", "dev.01.tsv", "test.01.tsv"),
}
PARTS = ("train", "dev", "test")
# A sentence shorter than this (letters and digits) may stand inside another one by chance.
LEAST_CONTAINED = 30


class CorpusError(ValueError):
    """A set is missing, or a line of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence.

    Attributes:
        words: words and marks.
        labels: one of ``O``, ``B-PER``, ``I-PER``, ``B-ORG``, ``I-ORG``, ``B-LOC``, ``I-LOC`` for each word.
        style: whose rules the labels follow, one of ``STYLES``.
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    style: str

    @property
    def key(self) -> str:
        """The letters and digits alone: the sets split words and keep quotation marks differently."""
        return re.sub(r"[\W_]+", "", "".join(self.words)).casefold()


class HasKey(Protocol):
    """A sentence that can be compared with those of other sets."""

    @property
    def style(self) -> str:
        """The set it comes from."""

    @property
    def key(self) -> str:
        """Its letters and digits."""


AnySentence = TypeVar("AnySentence", bound=HasKey)


def read_columns(path: Path, style: str) -> list[Sentence]:
    """The sentences of a file with one word a line, its label last; labels other than the three kinds become ``O``.

    Raises:
        CorpusError: the file is missing or a line has no label.
    """
    if not path.is_file():
        raise CorpusError(f"{path} is missing: see training/names/README.md for where the sets come from")
    sentences: list[Sentence] = []
    words: list[str] = []
    labels: list[str] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        cells = line.strip().split("\t") if "\t" in line else line.split()
        if len(cells) >= 2:
            mark, _, kind = cells[-1].partition("-")
            words.append(cells[0])
            labels.append(f"{mark}-{KINDS[kind]}" if kind in KINDS else "O")
        elif cells and words and "\t" not in line:
            raise CorpusError(f"{path}:{number}: {line!r} has no label")
        elif words:
            sentences.append(Sentence(tuple(words), _repaired(labels), style))
            words, labels = [], []
    return sentences


def _repaired(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels in which every name begins with ``B-``; the sets have a few that begin with ``I-``."""
    repaired: list[str] = []
    for label in labels:
        begins = label.startswith("I-") and (not repaired or repaired[-1][2:] != label[2:])
        repaired.append("B-" + label[2:] if begins else label)
    return tuple(repaired)


def read_sets(folder: Path) -> dict[str, dict[str, list[Sentence]]]:
    """All four sets: style -> part (``train``, ``dev``, ``test``) -> sentences."""
    return {
        style: {part: read_columns(folder / name / file, style) for part, file in zip(PARTS, files, strict=True)}
        for style, (name, *files) in FILES.items()
    }


def without_held_out(learned: Iterable[AnySentence], held_out: Iterable[HasKey]) -> list[AnySentence]:
    """The sentences to learn from that neither equal, contain nor stand inside a sentence held out.

    Compared by letters and digits. Doubles of one style go too; the same sentence in two styles stays.
    """
    once = list({(sentence.style, sentence.key): sentence for sentence in learned if sentence.key}.values())
    held = {sentence.key for sentence in held_out if sentence.key}
    whole_held = "|".join(sorted(held))
    starts, at = [], 0
    for sentence in once:
        starts.append(at)
        at += len(sentence.key) + 1
    whole_learned = "|".join(sentence.key for sentence in once)
    dropped: set[int] = set()
    for key in held:
        found = whole_learned.find(key) if len(key) >= LEAST_CONTAINED else -1
        while found >= 0:
            dropped.add(bisect_right(starts, found) - 1)
            found = whole_learned.find(key, found + 1)
    return [
        sentence
        for number, sentence in enumerate(once)
        if number not in dropped
        and sentence.key not in held
        and not (len(sentence.key) >= LEAST_CONTAINED and sentence.key in whole_held)
    ]


def measuring_sentences(sets: dict[str, dict[str, list[Sentence]]], style: str) -> list[Sentence]:
    """The sentences that choices are made on: one in four of a set's development part; the rest is learned from."""
    return sets[style]["dev"][::4]


def training_sentences(sets: dict[str, dict[str, list[Sentence]]], styles: Sequence[str] = LEARNED) -> list[Sentence]:
    """What is learned from the sets named, without any test sentence of any set.

    Training and development parts, less the sentences that choices are made on, since a thousand sentences more teach
    more than a large development part tells.
    """
    held = [sentence for parts in sets.values() for sentence in parts["test"]]
    held += [sentence for style in sets for sentence in measuring_sentences(sets, style)]
    return without_held_out((s for style in styles for part in ("train", "dev") for s in sets[style][part]), held)
