"""What an article says: the records that extraction yields, and their JSON form.

The JSON form is the project's public format: gold standard, prediction and output of ``jejak facts`` share it.
Every item lists the places in the text it was read from (``spans``), so that each fact leads back to a sentence.

**Confidence.** A span's confidence is the share of its kind that we expect to be right at least, between 0 and 1:

- 0.9 and more: the words themselves say it (a name of the catalogue, a day with month and year, a rank before a name);
- 0.7 to 0.9: words around it say it (an agency's place, speech, age, a day counted from publication);
- below 0.7: the likeliest reading of words that may as well mean something else.

A rule has one estimate for all it finds; the trained name finder gives its own probability for each name, and a name
that both saw, or only one of them, is raised or lowered (``extract/persons_witness.py``). A participant's confidence is
that of the words that name it, an event's that of the words that tell of it. An item's confidence is the highest of its
spans. What the estimates are worth is measured on articles read by people: ``python benchmarks/confidence.py``.

**Source.** Which rule or model found a span, as ``step:rule``; ``extract/sources.py`` has them all, in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Relevance = Literal["core", "context", "incidental", "none"]
Capacity = Literal["official", "expert", "suspect", "victim", "witness", "public"]
PlaceLevel = Literal["province", "regency", "district", "village", "country"]
DatePrecision = Literal["day", "month", "year", "span"]
EventStatus = Literal["held", "ongoing", "planned", "proposed"]
ParticipantRole = Literal[
    "organiser", "chair", "party", "attendee", "speaker", "lead", "partner", "giver", "receiver", "target"
]

CountedPeople = Literal["victims", "suspects", "attendees"]

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the text something stands.

    Attributes:
        start: offset of the first character in the article's text.
        end: offset behind the last character.
        text: the characters between the two, exactly as printed.
        sentence: number of the sentence, from 0.
        confidence: between 0 and 1, see above.
        source: the rule or model that found it, for example ``agencies:form``.
    """

    start: int
    end: int
    text: str
    sentence: int
    confidence: float
    source: str

    def to_json(self) -> JsonObject:
        """The span as a JSON object."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "sentence": self.sentence,
            "confidence": round(self.confidence, 3),
            "source": self.source,
        }


def located(spans: list[Span]) -> JsonObject:
    """The fields that say where an item was read: those of its first span, and all spans.

    Dates and events overwrite ``start`` and ``end`` with calendar dates; their offsets are in ``spans``.
    """
    fields: JsonObject = {"spans": [span.to_json() for span in spans]}
    if spans:
        first = spans[0]
        fields |= {
            "start": first.start,
            "end": first.end,
            "sentence": first.sentence,
            "confidence": round(max(span.confidence for span in spans), 3),
        }
    return fields


def surface_forms(spans: list[Span]) -> list[str]:
    """Each distinct surface form once, in order of appearance."""
    return list(dict.fromkeys(span.text for span in spans))


@dataclass(slots=True)
class Role:
    """A title a person holds, and for which agency."""

    title: str
    agency: str | None
    agency_id: str | None
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The role as a JSON object."""
        return located(self.spans) | {"title": self.title, "agency": self.agency, "agency_id": self.agency_id}


@dataclass(slots=True)
class Person:
    """A person of the story, under the fullest name the article gives."""

    name: str
    capacity: Capacity
    spans: list[Span] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    age: int | None = None

    def to_json(self) -> JsonObject:
        """The person as a JSON object; ``age`` is in years."""
        return located(self.spans) | {
            "name": self.name,
            "mentions": surface_forms(self.spans),
            "capacity": self.capacity,
            "age": self.age,
            "roles": [role.to_json() for role in self.roles],
        }


@dataclass(slots=True)
class Agency:
    """An agency, resolved to its canonical name.

    Attributes:
        name: canonical name, place filled in: ``Kepolisian Resor Belu``.
        agency_id: slug of the canonical name.
        sector: one of the sectors of ``reference/agencies.csv``, or None when unknown.
        level: national, provincial, regency, international, ngo, or None.
        place_code: Kemendagri code of the place it is responsible for, or None.
        parent: canonical name of the agency above it, or None.
        is_known: False when only a model or a generic pattern found it.
        spans: every mention.
    """

    name: str
    agency_id: str
    sector: str | None = None
    level: str | None = None
    place_code: str | None = None
    parent: str | None = None
    is_known: bool = True
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The agency as a JSON object."""
        return located(self.spans) | {
            "name": self.name,
            "agency_id": self.agency_id,
            "mentions": surface_forms(self.spans),
            "sector": self.sector,
            "level": self.level,
            "place_code": self.place_code,
            "parent": self.parent,
            "is_known": self.is_known,
        }


@dataclass(slots=True)
class ProposedAgency:
    """An organisation that only the trained name finder sees: for review, not among the agencies.

    Attributes:
        name: its name as printed.
        parent: canonical name of the agency that is probably above it, or None.
        spans: every mention.
    """

    name: str
    parent: str | None = None
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The proposal as a JSON object."""
        return located(self.spans) | {"name": self.name, "parent": self.parent, "is_reviewed": False}


@dataclass(slots=True)
class Place:
    """A place under one surface form. ``code`` is Kemendagri's, or ISO 3166-1 alpha-2 for a country."""

    name: str
    level: PlaceLevel
    code: str
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The place as a JSON object."""
        return located(self.spans) | {
            "mention": self.spans[0].text,
            "name": self.name,
            "level": self.level,
            "code": self.code,
        }


@dataclass(slots=True)
class DateExpression:
    """An expression of time, resolved to calendar dates (ISO 8601, both inclusive)."""

    start_date: str
    end_date: str
    precision: DatePrecision
    conflict: bool = False
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The expression as a JSON object; ``start`` and ``end`` are dates, offsets are in ``spans``."""
        found = located(self.spans) | {
            "mention": self.spans[0].text,
            "start": self.start_date,
            "end": self.end_date,
            "precision": self.precision,
        }
        return found | {"conflict": True} if self.conflict else found


@dataclass(slots=True)
class Participant:
    """Who took part in an event, as agency, person or both, and in which role."""

    role: ParticipantRole
    agency: str | None = None
    agency_id: str | None = None
    person: str | None = None
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The participant as a JSON object, without the empty slots."""
        found = located(self.spans) | {"role": self.role}
        if self.agency:
            found |= {"agency": self.agency, "agency_id": self.agency_id}
        if self.person:
            found |= {"person": self.person}
        return found


@dataclass(slots=True)
class EventNumber:
    """How many people an event concerns.

    Attributes:
        kind: who is counted: victims (also prospective ones and migrants), suspects, or attendees (also trainees).
        value: the number.
        words: number and noun as printed.
        spans: where they stand.
    """

    kind: CountedPeople
    value: int
    words: str
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The number as a JSON object."""
        return located(self.spans) | {"kind": self.kind, "value": self.value, "words": self.words}


@dataclass(slots=True)
class Event:
    """Something agencies did, do or will do. Types are those of ``reference/event_triggers.csv``."""

    type: str
    status: EventStatus
    start_date: str | None
    end_date: str | None
    date_precision: DatePrecision | None
    date_basis: str | None
    place_code: str | None
    participants: list[Participant] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    numbers: list[EventNumber] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The event as a JSON object; ``start`` and ``end`` are dates, evidence is in ``spans``."""
        return located(self.spans) | {
            "type": self.type,
            "status": self.status,
            "start": self.start_date,
            "end": self.end_date,
            "date_precision": self.date_precision,
            "date_basis": self.date_basis,
            "place": self.place_code,
            "participants": [participant.to_json() for participant in self.participants],
            "numbers": [number.to_json() for number in self.numbers],
        }


@dataclass(slots=True)
class Quote:
    """Direct speech of a named person: one contiguous quoted segment."""

    speaker: str
    text: str
    spans: list[Span] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The quote as a JSON object."""
        return located(self.spans) | {"speaker": self.speaker, "text": self.text}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """Who read an article.

    Attributes:
        engine: the engine that made the document: ``spacy`` or ``stanza``.
        engine_version: of its weights.
        names: source of the trained name finder (``names:accurate-68bde832``); empty when no sentence needed it.
    """

    engine: str = ""
    engine_version: str = ""
    names: str = ""

    def to_json(self) -> JsonObject:
        """The record as a JSON object."""
        return {"engine": self.engine, "engine_version": self.engine_version, "names": self.names or None}


@dataclass(slots=True)
class Facts:
    """All that extraction found in one article.

    Attributes:
        relevance: how far the article is about trafficking or people smuggling.
        relevance_score: sum of the lexicon's weights, for ranking and thresholds.
        language: ISO 639-1 code of the text's language, or ``und``.
        extractor_version: changes whenever the same article may yield other facts.
        read_by: engine and name finder, with the versions of their weights.
        sentences: character offsets (start, end) of each sentence of the text.
        proposed_agencies: organisations that somebody should review before they count as agencies.
    """

    relevance: Relevance = "none"
    relevance_score: float = 0.0
    language: str = "und"
    extractor_version: str = ""
    read_by: ReadBy = field(default_factory=ReadBy)
    persons: list[Person] = field(default_factory=list)
    agencies: list[Agency] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    dates: list[DateExpression] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    proposed_agencies: list[ProposedAgency] = field(default_factory=list)

    def to_json(self) -> JsonObject:
        """The facts as a JSON object in the public format."""
        return {
            "relevance": self.relevance,
            "relevance_score": round(self.relevance_score, 3),
            "language": self.language,
            "extractor_version": self.extractor_version,
            "read_by": self.read_by.to_json(),
            "persons": [item.to_json() for item in self.persons],
            "agencies": [item.to_json() for item in self.agencies],
            "places": [item.to_json() for item in self.places],
            "dates": [item.to_json() for item in self.dates],
            "events": [item.to_json() for item in self.events],
            "quotes": [item.to_json() for item in self.quotes],
            "proposed_agencies": [item.to_json() for item in self.proposed_agencies],
            "sentences": [list(bounds) for bounds in self.sentences],
        }
