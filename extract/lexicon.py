"""Word lists about persons, read once from ``extract/reference``.

Whoever wants the extractor to know another title, rank, degree or cue adds a line to the CSV file; no code changes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file in ``extract/reference`` as dictionaries, empty cells as empty strings."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as lines:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(lines)]


@cache
def word_set(name: str) -> frozenset[str]:
    """The words of a text file in ``extract/reference``, one a line, in lower case."""
    return frozenset((REFERENCE / name).read_text(encoding="utf-8").lower().split())


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says about who holds it.

    Attributes:
        capacity: official, expert or public.
        agencies: beginnings of the canonical names of agencies that have this title, best first.
    """

    capacity: str
    agencies: tuple[str, ...]


Phrases = Mapping[str, Mapping[int, frozenset[tuple[str, ...]]]]


def phrase_index(phrases: Iterable[str]) -> dict[str, dict[int, frozenset[tuple[str, ...]]]]:
    """Phrases by first word and length, for longest-match look-up on lower-cased words."""
    found: dict[str, dict[int, set[tuple[str, ...]]]] = {}
    for phrase in phrases:
        words = tuple(phrase.lower().split())
        found.setdefault(words[0], {}).setdefault(len(words), set()).add(words)
    return {
        first: {length: frozenset(group) for length, group in sorted(lengths.items(), reverse=True)}
        for first, lengths in found.items()
    }


def longest_phrase(index: Phrases, words: list[str], at: int) -> int:
    """How many words of the longest phrase that begins at position ``at``; 0 when none does."""
    for length, group in index.get(words[at], {}).items():
        if tuple(words[at : at + length]) in group:
            return length
    return 0


@cache
def titles() -> dict[str, Title]:
    """Titles in lower case, with what they say."""
    return {
        row["title"]: Title(row["capacity"], tuple(part for part in row["agency"].split("|") if part))
        for row in rows("titles.csv")
    }


@cache
def title_phrases() -> Phrases:
    """The titles as phrases."""
    return phrase_index(titles())


@cache
def rank_phrases() -> Phrases:
    """Ranks of police, army, navy and air force as phrases."""
    return phrase_index(row["rank"] for row in rows("ranks.csv"))


@cache
def corps() -> frozenset[str]:
    """Words that stand behind a rank: ``Pol``, ``Laut``, ``Inf``, ``(P)``, ``(Purn)``."""
    return frozenset(row["corps"] for row in rows("rank_corps.csv"))


@cache
def honorifics() -> dict[str, str]:
    """Forms of address in lower case, with their kind: civil, academic, religious, nickname, kin."""
    return {row["honorific"]: row["kind"] for row in rows("honorifics.csv")}


@cache
def degrees() -> frozenset[str]:
    """Degrees and order suffixes without dots, as written (``MSi``, ``SVD``)."""
    return frozenset(row["degree"] for row in rows("degrees.csv"))


@cache
def folded_degrees() -> frozenset[str]:
    """Degrees without dots in lower case."""
    return frozenset(degree.lower() for degree in degrees())


@cache
def person_cues(kind: str) -> Phrases:
    """The cue phrases of one kind (column ``kind`` of ``person_cues.csv``)."""
    return phrase_index(row["cue"] for row in rows("person_cues.csv") if row["kind"] == kind)


@cache
def capacity_cues() -> dict[tuple[str, ...], tuple[str, int]]:
    """Cue words of a capacity, with capacity and weight."""
    return {tuple(row["cue"].split()): (row["capacity"], int(row["weight"])) for row in rows("capacity_cues.csv")}
