"""How far an article is about trafficking in persons or people smuggling.

Terms of the lexicon are weighed by where they stand (headline, lead, body), by how many passages they fill,
and against terms of look-alike subjects: the Red Cross, stock exchanges, lobster smuggling, election security.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.facts import Relevance
from extract.relevance_lexicon import Hit, Term, lexicon

# Weight of a mention by where it stands: the inverted pyramid puts the subject into headline and lead.
TITLE_FACTOR, LEAD_FACTOR, BODY_FACTOR = 3.0, 2.0, 1.0
LEAD_LENGTH = 600  # characters: dateline and the first two sentences of a regional report
REPEAT_FACTOR, REPEATS_COUNTED = 0.5, 4  # a word said often says less each time

STRONG_WEIGHT = 3.0  # terms that decide alone
# An article whose score lies below mentions the subject in passing; two strong terms in the body make this much.
RELEVANT_SCORE = 6.0
# With an arrest, a rescue or a verdict in headline or lead: beside a term that decides alone, and without one.
CASE_SCORE, CLEAR_CASE_SCORE = 8.0, 12.0
STRONG_CATEGORIES = frozenset({"core", "migrant", "mode", "law"})
SUBJECT_CATEGORIES = frozenset({"core", "migrant", "mode"})
# What may open a story about protection that does not name trafficking at once.
PROTECTION_CATEGORIES = SUBJECT_CATEGORIES | {"agency_signal", "actor", "victim", "protection", "law"}
# Who exploits people, and how.
SCHEME_CATEGORIES = frozenset({"actor", "mode"})
# What tells a case: an arrest, a rescue, and all that is said in court.
CASE_CATEGORIES = frozenset({"case", "trial"})
# A report from court says once what somebody is accused of, and then only "the deed" and "the defendant".
TRIAL_WORDS, TRIAL_WORDS_OF_LEAD = 2, 3
# A teaser is too short to hold a term and the company it needs.
TEASER_CATEGORIES = frozenset({"migrant", "protection", "agency_signal", "victim"})
TEASER_WEIGHT = 0.75
# Signs of recruiting and exploitation that count in a teaser in the company of these, or if there are several.
TEASER_COMPANY = frozenset({"minor", "force", "corridor"})
SCHEME_WEIGHT, SEVERAL_SCHEMES_WEIGHT = 1.0, 1.75

_PASSAGE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“A-Z])|\n")
# Links to other stories printed between paragraphs say nothing about this one.
_SEE_ALSO = re.compile(r"^[ \t]*(?:baca|lihat|simak)(?:\s+juga)?\s*:.*$|^[ \t]*(?:berita terkait|artikel terkait)\b.*$",
                       re.IGNORECASE | re.MULTILINE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A term that counted, for explaining the verdict.

    Attributes:
        term: as the lexicon has it.
        category: what it speaks of.
        weight: of one mention.
        count: mentions in headline, tags and text.
        in_title: whether one of them stands in the headline.
    """

    term: str
    category: str
    weight: float
    count: int
    in_title: bool


@dataclass(frozen=True, slots=True)
class RelevanceResult:
    """The verdict on one article.

    Attributes:
        level: core, context, incidental or none.
        score: weighted sum of all terms that counted; below zero when another subject prevails.
        terms: what was found, the heaviest first, look-alikes with their negative weight included.
    """

    level: Relevance
    score: float
    terms: tuple[FoundTerm, ...] = ()

    @property
    def is_relevant(self) -> bool:
        """Whether the article deserves full extraction."""
        return self.level in ("core", "context")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A counting term and the mentions of it in one article; offsets in the text, -1 for headline, -2 for a tag."""

    term: Term
    offsets: tuple[int, ...]

    @property
    def is_strong(self) -> bool:
        return self.term.weight >= STRONG_WEIGHT and self.term.category in STRONG_CATEGORIES

    @property
    def in_title(self) -> bool:
        return -1 in self.offsets

    @property
    def in_lead(self) -> bool:
        return any(0 <= offset < LEAD_LENGTH for offset in self.offsets)

    @property
    def is_early(self) -> bool:
        return self.in_title or self.in_lead

    @property
    def score(self) -> float:
        if self.in_title:
            factor = TITLE_FACTOR
        elif self.in_lead:
            factor = LEAD_FACTOR
        else:
            factor = BODY_FACTOR
        repeats = min(len(self.offsets) - 1, REPEATS_COUNTED)
        return self.term.weight * (factor + REPEAT_FACTOR * repeats)


def _gather(title: str, text: str, tags: Iterable[str], unconditional: frozenset[str] = frozenset()) -> list[_Evidence]:
    """Every term of the article that counts, after conditions and blocks."""
    words = lexicon()
    asides = [match.span() for match in _SEE_ALSO.finditer(text)]
    offsets: dict[Term, list[int]] = {}
    located: list[tuple[Hit, int]] = [(hit, -1) for hit in words.find(title)]
    located += [(hit, -2) for tag in tags for hit in words.find(tag)]
    located += [
        (hit, hit.offset) for hit in words.find(text) if not any(start <= hit.offset < end for start, end in asides)
    ]
    for hit, offset in located:
        offsets.setdefault(hit.term, []).append(offset)
    counting = _counting(offsets, unconditional)
    return [_Evidence(term, tuple(places)) for term, places in offsets.items() if term in counting]


def _counting(found: Iterable[Term], unconditional: frozenset[str]) -> set[Term]:
    """The terms whose conditions hold: not blocked, and in the company they need."""
    groups = {term.group for term in found if term.group}
    candidates = [term for term in found if not term.blocked_by & groups]
    counting = {term for term in candidates if not term.needs or term.category in unconditional}
    waiting = [term for term in candidates if term not in counting]
    while waiting:
        present = {term.category for term in counting}
        licensed = [term for term in waiting if term.needs & present]
        if not licensed:
            break
        counting.update(licensed)
        waiting = [term for term in waiting if term not in counting]
    return counting


def _passages(text: str, evidence: Iterable[_Evidence]) -> int:
    """In how many sentences of ``text`` the evidence stands."""
    ends = [match.end() for match in _PASSAGE_END.finditer(text)]
    return len({bisect_right(ends, offset) for item in evidence for offset in item.offsets if offset >= 0})


def _level(text: str, evidence: Sequence[_Evidence]) -> Relevance:
    strong = [item for item in evidence if item.is_strong]
    subject = [item for item in evidence if item.term.category in SUBJECT_CATEGORIES and item.term.weight >= 1]
    protective = [item for item in evidence if item.term.category in PROTECTION_CATEGORIES]
    score = sum(item.score for item in evidence)
    is_case = any(item.is_early for item in evidence if item.term.category in CASE_CATEGORIES)
    is_charged = any(item.term.category == "law" for item in strong)
    if not _is_displaced(evidence):
        passages, spread = _passages(text, strong), _passages(text, protective)
        opened = any(item.is_early for item in strong)
        if any(item.in_title for item in strong) and (spread or not text.strip()):
            return "core"
        if score >= RELEVANT_SCORE and ((opened and passages >= 2) or passages >= 3):
            return "core"
        named = any(item.in_title for item in evidence if item.term.category in SCHEME_CATEGORIES)
        if named and score >= RELEVANT_SCORE and any(item.in_lead for item in strong if item.term.category == "core"):
            # The headline speaks of recruiters or their ways, the lead says that it is about trafficking.
            return "core"
        if is_case and (is_charged or (strong and score >= CASE_SCORE) or (subject and score >= CLEAR_CASE_SCORE)):
            return "core"
        if _is_heard_in_court(evidence) and any(item.term.category in ("core", "mode", "law") for item in strong):
            return "core"
        announced = is_case or any(item.is_early for item in protective)
        if is_charged or (announced and score >= RELEVANT_SCORE and spread >= 2 and (strong or subject)):
            return "context"
        if strong and score >= CASE_SCORE and spread >= 3:
            return "context"
    mentioned = sum(item.score for item in subject) >= STRONG_WEIGHT
    return "incidental" if strong or mentioned else "none"


def _is_heard_in_court(evidence: Iterable[_Evidence]) -> bool:
    """Whether headline and lead report from a court: so many words of it, fewer where the headline has one."""
    early = [item for item in evidence if item.term.category == "trial" and item.is_early]
    return len(early) >= (TRIAL_WORDS if any(item.in_title for item in early) else TRIAL_WORDS_OF_LEAD)


def _is_displaced(evidence: Sequence[_Evidence]) -> bool:
    """Whether another subject holds the headline: its terms there outweigh those of protection and migration."""
    headline = [item for item in evidence if item.in_title]
    if any(item.is_strong for item in headline):
        return False
    against = -sum(item.term.weight for item in headline if item.term.category == "negative")
    return against > sum(item.term.weight for item in headline if item.term.category in PROTECTION_CATEGORIES)


def assess(title: str, text: str, tags: Sequence[str] = ()) -> RelevanceResult:
    """Weigh an article.

    Args:
        title: headline without the outlet's name.
        text: cleaned body, paragraphs separated by newlines.
        tags: the outlet's keywords; they add to the score but never decide the level alone.

    Returns:
        Level, score and the terms that led to them.
    """
    evidence = _gather(title, text, tags)
    weighed = [item for item in evidence if item.term.weight]
    terms = tuple(
        FoundTerm(item.term.term, item.term.category, item.term.weight, len(item.offsets), item.in_title)
        for item in sorted(weighed, key=lambda item: (-abs(item.score), item.term.term))
    )
    return RelevanceResult(_level(text, evidence), round(sum(item.score for item in weighed), 3), terms)


def wanted(title: str, lead: str = "", tags: Sequence[str] = ()) -> bool:
    """Whether an article announced by a feed or index page is worth fetching.

    A feed shows little, so this asks for less than :func:`assess`: one term about trafficking, irregular migration,
    exploitation or their protection that nothing contradicts, or signs of how people are recruited and exploited.

    Args:
        title: headline.
        lead: teaser or first paragraph, empty when the feed has none.
        tags: keywords of the feed.
    """
    evidence = _gather(title, lead, tags, unconditional=TEASER_CATEGORIES)
    if any(item.is_strong for item in evidence):
        return True
    for_it = sum(item.term.weight for item in evidence if item.term.category in PROTECTION_CATEGORIES)
    against = sum(item.term.weight for item in evidence if item.term.category == "negative")
    if for_it >= TEASER_WEIGHT and for_it + against > 0:
        return True
    return against == 0 and _hints_at_scheme(title, lead)


def _hints_at_scheme(title: str, lead: str) -> bool:
    """Whether a teaser tells how people are recruited or exploited, without a word for trafficking or migration."""
    found = {hit.term for text in (title, lead) for hit in lexicon().find(text)}
    weight = sum(term.weight for term in found if term.category in SCHEME_CATEGORIES)
    has_company = any(term.category in TEASER_COMPANY for term in found)
    return weight >= SEVERAL_SCHEMES_WEIGHT or (has_company and weight >= SCHEME_WEIGHT)
