"""The weighted lexicon of trafficking, smuggling and their look-alikes, and one compiled pass over a text.

The words lie in ``reference/relevance_terms.csv``; its columns are described at :class:`Term`. What no fixed phrase
holds ("penyelundupan tujuh warga negara asing") lies in ``reference/relevance_pairs.csv``, see :func:`parse_pairs`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

CATEGORIES = frozenset(
    {
        "core", "migrant", "mode", "law", "actor", "agency_signal", "victim", "protection", "corridor",
        "coordination", "minor", "force", "case", "negative",
    }
)  # fmt: skip

# Words of a term may be joined by a space or a hyphen in print: "PPA-PPO", "PPA PPO", "non-prosedural".
_JOINT = r"[ \t\u00a0\-\u2010\u2011\u2013]{1,3}"
_SPLIT = re.compile(_JOINT)
# A count of people: "34", "1.204", "tujuh", "dua belas", "puluhan".
_UNITS = "se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
_NUMBER = rf"\d[\d.]*|(?:{_UNITS})|sepuluh|sebelas|belas|puluh|belasan|puluhan|ratusan|seratus|ratus|lusinan"


class LexiconError(ValueError):
    """The lexicon file holds a line that cannot be used; the message names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the lexicon.

    Attributes:
        term: the words as printed; the particle ``-nya`` may follow in a text.
        category: what it speaks of, one of :data:`CATEGORIES`.
        weight: what one mention adds to the score; negative for signs of another subject,
            0 for words that only license others.
        is_exact: True when upper and lower case must be as printed (acronyms).
        needs: categories of which one must be present in the article for the term to count.
        blocked_by: groups of negative terms that take the term its meaning (``red_cross`` for PMI).
        group: the look-alike subject of a negative term, else empty.
    """

    term: str
    category: str
    weight: float
    is_exact: bool
    needs: frozenset[str]
    blocked_by: frozenset[str]
    group: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in a text, at the offset of its first character."""

    term: Term
    offset: int


def _key(words: str) -> str:
    return _SPLIT.sub(" ", lower_keeping_length(words))


def lower_keeping_length(text: str) -> str:
    """Lower-case ``text`` so that every character keeps its offset (``İ`` alone would become two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _trie_pattern(keys: Iterable[str]) -> str:
    """A regular expression that matches any of ``keys``, sharing common beginnings, the longest first."""
    root: dict[str, Any] = {}
    for key in keys:
        node = root
        for character in key:
            node = node.setdefault(character, {})
        node[""] = {}

    def render(node: dict[str, Any]) -> str:
        branches = []
        for character in sorted(c for c in node if c):
            step, below = (_JOINT if character == " " else re.escape(character)), node[character]
            while len(below) == 1 and "" not in below:
                (character, below) = next(iter(below.items()))
                step += _JOINT if character == " " else re.escape(character)
            branches.append(step + render(below))
        if not branches:
            return ""
        choice = "(?:" + "|".join(branches) + ")"
        return choice + "?" if "" in node else choice

    return render(root)


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of ``relevance_pairs.csv``: two words that make a term only together, with few words between.

    Attributes:
        term: what counts when they meet.
        pattern: finds both in lower-cased text.
    """

    term: Term
    pattern: re.Pattern[str]


class Lexicon:
    """All terms, compiled into one automaton-like pattern with word boundaries, and the pairs of words."""

    def __init__(self, terms: Iterable[Term], pairs: Iterable[Pair] = ()) -> None:
        self._terms = {_key(term.term): term for term in terms}
        self._pairs = tuple(pairs)
        self._pattern = re.compile(rf"(?<!\w)({_trie_pattern(self._terms)})(?:-?nya)?(?!\w)")

    def __len__(self) -> int:
        return len(self._terms)

    def find(self, text: str) -> list[Hit]:
        """Every term in ``text`` in order of appearance; of overlapping terms the longest, and the pairs beside them.

        Args:
            text: any text; offsets of the result are characters of it.
        """
        lowered = lower_keeping_length(text)
        hits = []
        reach: dict[int, int] = {}
        for match in self._pattern.finditer(lowered):
            start, end = match.span(1)
            reach.update(dict.fromkeys(range(start, end), end))
            term = self._terms[_SPLIT.sub(" ", match[1])]
            if term.is_exact and _SPLIT.sub(" ", text[start:end]) != _SPLIT.sub(" ", term.term):
                continue
            hits.append(Hit(term, start))
        # Within a set phrase the pair would say the same again, or mistake an orangutan for a person.
        hits += [
            Hit(pair.term, match.start())
            for pair in self._pairs
            for match in pair.pattern.finditer(lowered)
            if reach.get(match.start(), 0) < match.end()
        ]
        return sorted(hits, key=lambda hit: hit.offset)


def parse_terms(rows: Iterable[dict[str, str]]) -> list[Term]:
    """Terms of the lexicon's rows.

    Args:
        rows: dictionaries with the columns of ``reference/relevance_terms.csv``.

    Raises:
        LexiconError: an unknown category or case, a weight that is no number, or a term given twice.
    """
    terms: dict[str, Term] = {}
    groups = set()
    for line, row in enumerate(rows, start=2):
        where = f"relevance_terms.csv line {line} ({row['term']!r})"
        needs, blocked_by = (frozenset(filter(None, row[column].split("|"))) for column in ("needs", "blocked_by"))
        if unknown := ({row["category"]} | needs) - CATEGORIES:
            raise LexiconError(f"{where}: unknown category {sorted(unknown)}; use one of {sorted(CATEGORIES)}")
        if row["case"] not in {"any", "exact"}:
            raise LexiconError(f"{where}: case is {row['case']!r}; write any or exact")
        try:
            weight = float(row["weight"])
        except ValueError:
            raise LexiconError(f"{where}: weight {row['weight']!r} is no number") from None
        if (weight < 0) != (row["category"] == "negative"):
            raise LexiconError(f"{where}: weight {weight:g} does not fit category {row['category']}")
        if (key := _key(row["term"])) in terms:
            raise LexiconError(f"{where}: the term stands twice; merge the two lines")
        groups.add(row["group"])
        is_exact = row["case"] == "exact"
        terms[key] = Term(row["term"], row["category"], weight, is_exact, needs, blocked_by, row["group"])
    for term in terms.values():
        if missing := term.blocked_by - groups:
            raise LexiconError(f"relevance_terms.csv ({term.term!r}): blocked_by names no group {sorted(missing)}")
    return list(terms.values())


def parse_pairs(rows: Iterable[dict[str, str]]) -> list[Pair]:
    """Pairs of the rows of ``relevance_pairs.csv``.

    Columns ``first`` and ``second`` list words; ``between`` lists the words that may come between them, up to
    ``reach`` of them, where ``#`` is any number and ``*`` any word.

    Raises:
        LexiconError: an unknown category, or a weight or reach that is no number.
    """
    pairs = []
    for line, row in enumerate(rows, start=2):
        where = f"relevance_pairs.csv line {line} ({row['term']!r})"
        needs = frozenset(filter(None, row["needs"].split("|")))
        if unknown := ({row["category"]} | needs) - CATEGORIES:
            raise LexiconError(f"{where}: unknown category {sorted(unknown)}; use one of {sorted(CATEGORIES)}")
        try:
            weight, reach = float(row["weight"]), int(row["reach"])
        except ValueError:
            raise LexiconError(f"{where}: weight and reach must be numbers") from None
        term = Term(row["term"], row["category"], weight, False, needs, frozenset(), "")
        pairs.append(Pair(term, _pair_pattern(row["first"], row["between"], row["second"], reach)))
    return pairs


def _pair_pattern(first: str, between: str, second: str, reach: int) -> re.Pattern[str]:
    gap = r"[ \t\u00a0]+"
    choices = {"#": _NUMBER, "*": r"[^\s.;!?]+"}
    middle = "|".join(choices.get(word) or re.escape(word) for word in between.split("|"))
    ends = ["|".join(re.escape(word).replace(r"\ ", gap) for word in words.split("|")) for words in (first, second)]
    return re.compile(rf"(?<!\w)(?:{ends[0]}){gap}(?:(?:{middle}){gap}){{0,{reach}}}?(?:{ends[1]})(?!\w)")


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once."""
    terms, pairs = (
        csv.DictReader(files("extract").joinpath("reference", name).read_text(encoding="utf-8").splitlines())
        for name in ("relevance_terms.csv", "relevance_pairs.csv")
    )
    return Lexicon(parse_terms(terms), parse_pairs(pairs))
