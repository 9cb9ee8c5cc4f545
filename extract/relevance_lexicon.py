"""The weighted lexicon of trafficking, smuggling and their look-alikes, and one pass over a text.

The words lie in ``reference/relevance_terms.csv``; its columns are described at :class:`Term`. What no fixed phrase
holds ("penyelundupan tujuh warga negara asing") lies in ``reference/relevance_pairs.csv``, see :func:`parse_pairs`.
How both may be printed lies in ``reference/relevance_spellings.toml``, see :mod:`extract.relevance_spelling`.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from extract.relevance_spelling import (
    HYPHENS,
    JOINT_CHARACTERS,
    LONGEST_JOINT,
    TOKEN,
    Spellings,
    lower_keeping_length,
    parse_spellings,
    shipped_text,
)

CATEGORIES = frozenset(
    {
        "core", "migrant", "mode", "law", "actor", "agency_signal", "victim", "protection", "corridor",
        "coordination", "minor", "force", "case", "trial", "negative",
    }
)  # fmt: skip

_SPLIT = re.compile(f"[{JOINT_CHARACTERS}]{{1,{LONGEST_JOINT}}}")
# Where a tree of words holds the term that ends there: no word is a space.
_TERM = " "
_Node = dict[str, Any]
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


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A line of ``relevance_pairs.csv``: two words that make a term only together, with few words between.

    Attributes:
        term: what counts when they meet.
        pattern: matches both in lower-cased text.
        firsts: the words of which one begins it.
        seconds: the words of which one ends it.
    """

    term: Term
    pattern: re.Pattern[str]
    firsts: tuple[str, ...]
    seconds: tuple[str, ...]

    def is_possible(self, lowered: str) -> bool:
        """Whether lower-cased text has any of the words that end the pair: the cheapest question first."""
        return any(word in lowered for word in self.seconds)


class Lexicon:
    """All terms in all their printed forms, word by word in a tree, and the pairs of words.

    Args:
        terms: the lines of the lexicon.
        pairs: the lines of ``relevance_pairs.csv``.
        spellings: how words may be printed.
    """

    def __init__(self, terms: Iterable[Term], pairs: Iterable[Pair] = (), spellings: Spellings | None = None) -> None:
        self._spellings = spellings or Spellings()
        self._pairs_by_word: dict[str, list[Pair]] = {}
        for pair in pairs:
            for word in {TOKEN.findall(words)[0] for words in pair.firsts}:
                self._pairs_by_word.setdefault(word, []).append(pair)
        own: dict[tuple[str, ...], Term] = {}
        others: dict[tuple[str, ...], Term] = {}
        self._count = 0
        for term in terms:
            self._count += 1
            forms = self._spellings.forms(term.term, term.category)
            own.setdefault(next(forms), term)
            for form in forms:
                others.setdefault(form, term)
        root: _Node = {}
        # A line of the lexicon has the last word over what another line may also be called.
        for form, term in (others | own).items():
            node = root
            for word in form:
                node = node.setdefault(word, {})
            node[_TERM] = term
        self._forms = len(others | own)
        self._firsts = _first_words(root, self._spellings)

    def __len__(self) -> int:
        return self._count

    @property
    def forms(self) -> int:
        """In how many wordings the terms are found; spellings of single words are not counted."""
        return self._forms

    def find(self, text: str) -> list[Hit]:
        """Every term in ``text`` in order of appearance; of overlapping terms the longest, and the pairs beside them.

        Args:
            text: any text; offsets of the result are characters of it.
        """
        lowered = lower_keeping_length(text)
        tokens = [(match[0], *match.span()) for match in TOKEN.finditer(lowered)]
        hits, spans, position = [], [], 0
        for number, (printed, start, _) in enumerate(tokens):
            if number < position:
                continue
            begun = self._firsts.get(printed)
            if begun is None and "." in printed:
                begun = self._firsts.get(printed.replace(".", ""))
            if begun is None:
                continue
            node, skipped = begun
            if found := self._longest(text, tokens, number, start + skipped, node):
                term, last = found
                hits.append(Hit(term, start + skipped))
                spans.append((start, tokens[last][2]))
                position = last + 1
        # Within a set phrase the pair would say the same again, or mistake an orangutan for a person.
        starts = [start for start, _ in spans]
        for pair, at, end in self._find_pairs(lowered, tokens):
            before = bisect_right(starts, at) - 1
            if before < 0 or spans[before][1] < end:
                hits.append(Hit(pair.term, at))
        return sorted(hits, key=lambda hit: hit.offset)

    def _find_pairs(self, lowered: str, tokens: list[tuple[str, int, int]]) -> Iterator[tuple[Pair, int, int]]:
        """Every pair with its start and end, tried only at the words that begin one."""
        reached: dict[Pair, int] = {}
        for printed, start, _ in tokens:
            for pair in self._pairs_by_word.get(printed, ()):
                if pair not in reached:
                    reached[pair] = 0 if pair.is_possible(lowered) else len(lowered)
                if start >= reached[pair] and (match := pair.pattern.match(lowered, start)):
                    reached[pair] = match.end()
                    yield pair, *match.span()

    def _longest(
        self, text: str, tokens: list[tuple[str, int, int]], number: int, start: int, node: _Node
    ) -> tuple[Term, int] | None:
        """The longest term that begins with a token, and the number of its last token."""
        found = None
        while True:
            printed, _, end = tokens[number]
            term = node.get(_TERM)
            if (
                term is not None
                and (not term.is_exact or _is_printed_as(term, text[start:end]))
                and not _is_imitation(text, tokens, number)
            ):
                found = term, number
            number += 1
            if len(node) == (_TERM in node) or number == len(tokens):
                return found
            printed, begin, _ = tokens[number]
            gap = text[end:begin]
            if gap.strip(JOINT_CHARACTERS) or len(gap) > LONGEST_JOINT:
                return found
            below = node.get(printed) or node.get(self._spellings.word(printed)) or self._without_ending(node, printed)
            if below is None:
                return found
            node = below

    def _without_ending(self, node: _Node, printed: str) -> _Node | None:
        """What follows a word that has an ending of its own, which only the last word of a term has."""
        for ending in self._spellings.endings:
            if printed.endswith(ending) and (below := node.get(self._spellings.word(printed[: -len(ending)]))):
                return {_TERM: below[_TERM]} if _TERM in below else None
        return None


def _first_words(root: _Node, spellings: Spellings) -> dict[str, tuple[_Node, int]]:
    """Every printed word that may begin a term: what may follow, and how many letters stand before the term."""
    printed: dict[str, _Node] = {other: root[own] for other, own in spellings.words.items() if own in root} | root
    found: dict[str, tuple[_Node, int]] = {}
    for word, node in printed.items():
        if not word.isalpha():
            continue
        for ending in spellings.endings if _TERM in node else ():
            found[word + ending] = {_TERM: node[_TERM]}, 0
        for prefix in spellings.prefixes:
            found[prefix + word] = node, len(prefix)
    return found | {word: (node, 0) for word, node in printed.items()}


def _is_printed_as(term: Term, surface: str) -> bool:
    """Whether an acronym's capitals are as they must be, with or without dots and an ending."""
    return _SPLIT.sub(" ", surface.replace(".", "")).startswith(_SPLIT.sub(" ", term.term))


def _is_imitation(text: str, tokens: list[tuple[str, int, int]], number: int) -> bool:
    """Whether a word goes on as one for a thing that only looks like it: ``orang-orangan``, a scarecrow."""
    word, _, end = tokens[number]
    if number + 1 == len(tokens) or text[end : end + 1] not in set(HYPHENS):
        return False
    following, start, _ = tokens[number + 1]
    return start == end + 1 and following.startswith(word + "an")


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


def parse_pairs(rows: Iterable[dict[str, str]], spellings: Spellings | None = None) -> list[Pair]:
    """Pairs of the rows of ``relevance_pairs.csv``.

    Columns ``first`` and ``second`` list words; ``between`` lists the words that may come between them, up to
    ``reach`` of them, where ``#`` is any number and ``*`` any word. Their words are found in every spelling.

    Raises:
        LexiconError: an unknown category, or a weight or reach that is no number.
    """
    spellings = spellings or Spellings()
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
        firsts, seconds = (
            tuple(spelling for words in row[column].split("|") for spelling in spellings.all_spellings(words))
            for column in ("first", "second")
        )
        pairs.append(Pair(term, _pair_pattern(firsts, row["between"], seconds, reach), firsts, seconds))
    return pairs


def _pair_pattern(firsts: Sequence[str], between: str, seconds: Sequence[str], reach: int) -> re.Pattern[str]:
    gap = r"[ \t\u00a0]+"
    choices = {"#": _NUMBER, "*": r"[^\s.;!?]+"}
    middle = "|".join(choices.get(word) or re.escape(word) for word in between.split("|"))
    ends = ["|".join(re.escape(word).replace(r"\ ", gap) for word in words) for words in (firsts, seconds)]
    return re.compile(
        rf"(?<!\w)(?:{ends[0]}){gap}(?:(?:{middle}){gap}){{0,{reach}}}?(?P<last>{ends[1]})(?!\w)"
        # A word goes on as one for a thing that only looks like it: see _is_imitation.
        rf"(?![{HYPHENS}](?P=last)an)"
    )


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once."""
    spellings = parse_spellings(shipped_text(), CATEGORIES)
    terms, pairs = (
        csv.DictReader(files("extract").joinpath("reference", name).read_text(encoding="utf-8").splitlines())
        for name in ("relevance_terms.csv", "relevance_pairs.csv")
    )
    return Lexicon(parse_terms(terms), parse_pairs(pairs, spellings), spellings)
