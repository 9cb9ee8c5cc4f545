"""What is known of an article while the pipeline reads it: every component adds to the same record.

The record hangs on the spaCy document as ``doc._.jejak``, so that a step never learns which engine made the document,
and a step behind finds what the steps before it found.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spacy.tokens import Doc

from extract.article import Article, OutletHints
from extract.facts import Agency, DateExpression, Event, Person, Place, ProposedAgency, Quote, Relevance, Span

if TYPE_CHECKING:
    from extract.places import PlaceReading

NameLabel = Literal["PER", "ORG", "LOC"]


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name seen by a trained name finder: the span, and what kind of name it is."""

    label: NameLabel
    span: Span


@dataclass(slots=True)
class ArticleState:
    """An article and all that the pipeline has found in it so far.

    Attributes:
        article: the article being read; offsets of all spans count characters of ``article.text``.
        outlet: what is known of the outlet.
        published: when the article was published, with its zone, or None when unknown.
        language: ISO 639-1 code, or ``und``.
        relevance: how far the article is about trafficking or people smuggling.
        relevance_score: sum of the lexicon's weights.
        sentences: (start, end) offsets of each sentence, in order, without surrounding white space.
        names: spans of a trained name finder; empty when none was asked.
        searched: numbers of the sentences that the name finder read.
        finder: provenance of the name finder, empty when it was not asked.
        dates: expressions of time.
        places: places, one item for each surface form and code.
        agencies: agencies, one item for each canonical name, with all mentions.
        persons: persons of the story.
        proposed_agencies: organisations that only the name finder sees.
        quotes: direct speech.
        events: what the article reports.
        reading: what the places component leaves for the agencies component: agencies named, and the setting.
    """

    article: Article
    outlet: OutletHints = field(default_factory=OutletHints)
    published: datetime | None = None
    language: str = "und"
    relevance: Relevance = "none"
    relevance_score: float = 0.0
    sentences: list[tuple[int, int]] = field(default_factory=list)
    names: list[FoundName] = field(default_factory=list)
    searched: set[int] = field(default_factory=set)
    finder: str = ""
    dates: list[DateExpression] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    proposed_agencies: list[ProposedAgency] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reading: PlaceReading | None = None

    @property
    def text(self) -> str:
        """The article's text."""
        return self.article.text

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence that holds the character at ``offset``, from 0.

        A character between two sentences belongs to the earlier one.
        """
        return max(0, bisect_right(self.sentences, (offset, len(self.text) + 1)) - 1)

    def span(self, start: int, end: int, confidence: float, source: str) -> Span:
        """The span of the text from ``start`` up to ``end``, with its sentence filled in."""
        return Span(start, end, self.text[start:end], self.sentence_at(start), confidence, source)


def published_moment(article: Article, outlet: OutletHints) -> datetime | None:
    """When the article was published; a time without offset is read in the outlet's zone.

    An unreadable time is an unknown time: extraction goes on without it.
    """
    if not article.published_at:
        return None
    try:
        moment = datetime.fromisoformat(article.published_at.strip())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment
    try:
        return moment.replace(tzinfo=ZoneInfo(outlet.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def state_of(doc: Doc) -> ArticleState:
    """The record on a document; a document made outside the extractor gets one around its bare text."""
    if doc._.jejak is None:
        doc._.jejak = ArticleState(Article(id="", url="", canonical_url="", title="", text=doc.text))
    return cast(ArticleState, doc._.jejak)


if not Doc.has_extension("jejak"):
    Doc.set_extension("jejak", default=None)
