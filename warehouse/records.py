"""A line of a facts file as rows of the warehouse's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, get_args

from extract.facts import Capacity, CountedPeople, DatePrecision, EventStatus, ParticipantRole, PlaceLevel, Relevance
from warehouse.columns import SCHEMAS, RecordError, Row
from warehouse.names import normalise, stable_id

Record = Mapping[str, Any]

_ALLOWED: dict[str, frozenset[str]] = {
    "relevance": frozenset(get_args(Relevance)),
    "capacity": frozenset(get_args(Capacity)),
    "level": frozenset(get_args(PlaceLevel)),
    "precision": frozenset(get_args(DatePrecision)),
    "status": frozenset(get_args(EventStatus)),
    "role": frozenset(get_args(ParticipantRole)),
    "counted": frozenset(get_args(CountedPeople)),
}
_NO_SPAN: Row = (None, None, None, None)
_UNSIGNED_64 = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(slots=True)
class StagedArticle:
    """One article of a facts file, as rows.

    Attributes:
        article_id: the article.
        extraction_id: hash of article, fetch time, payload and extractor version.
        fetched_at: when its page was fetched, UTC.
        payload_sha256: of its page.
        extractor_version: of the extractor that read it.
        relevance: core, context, incidental or none.
        page: row of ``pipeline.pages``.
        rows: rows of each table of :data:`SCHEMAS`.
    """

    article_id: str
    extraction_id: str
    fetched_at: datetime
    payload_sha256: str
    extractor_version: str
    relevance: str
    page: Row
    rows: dict[str, list[Row]] = field(default_factory=dict)


def stage(record: Record) -> StagedArticle:
    """Turn one article line into rows.

    Raises:
        RecordError: a field is missing, of the wrong kind, or has a value outside its vocabulary.
    """
    try:
        return _stage(record)
    except RecordError:
        raise
    except KeyError as error:
        raise RecordError(f"field {error.args[0]!r} is missing") from error
    except (TypeError, ValueError, AttributeError, OverflowError, IndexError) as error:
        raise RecordError(f"a field has a value of the wrong kind: {error}") from error


def utc(moment: str | None) -> datetime | None:
    """An ISO 8601 time as UTC without an offset; a time without an offset is taken as UTC."""
    if not moment:
        return None
    parsed = datetime.fromisoformat(moment)
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def _stage(record: Record) -> StagedArticle:
    article, page, facts = record["article"], record["page"], record["facts"]
    article_id, text = _filled(article, "id"), article["text"]
    if not isinstance(text, str):
        raise RecordError(f"article.text must be text, found {type(text).__name__}")
    version = _filled(facts, "extractor_version")
    fetched_at = utc(_filled(page, "fetched_at"))
    assert fetched_at is not None
    payload = _filled(page, "payload_sha256")
    extraction_id = stable_id("x", article_id, fetched_at.isoformat(), payload, version)
    published = article.get("published_at")
    bounds = [(int(start), int(end)) for start, end in facts.get("sentences", ())]
    reader = _FactReader(article_id, text, version, bounds)
    rows = reader.read(facts)
    rows["articles"] = [
        (
            article_id, page.get("outlet_id") or "", article["url"], article["canonical_url"], article["title"],
            utc(published), date.fromisoformat(published[:10]) if published else None,
            utc(article.get("modified_at")), fetched_at, article.get("language") or facts.get("language") or "und",
            article.get("section"), _one_of("relevance", facts.get("relevance", "none")),
            float(facts.get("relevance_score", 0.0)), len(text), payload, extraction_id, version,
        )
    ]  # fmt: skip
    signature = [int(value) & _UNSIGNED_64 for value in record.get("duplicate_signature") or ()]
    rows["article_texts"] = [
        (
            article_id, text, article.get("dateline"), list(article.get("authors") or ()),
            list(article.get("tags") or ()), [offset for pair in bounds for offset in pair], signature,
        )
    ]  # fmt: skip
    warc_name, offset = _filled(page, "warc_name"), int(page["offset"])
    if not 0 <= offset < 2**63:
        raise RecordError(f"page.offset must be a place in a file, found {offset}")
    for name in (warc_name, version, payload, page.get("outlet_id") or "", page.get("crawl_id") or ""):
        name.encode()  # a lone surrogate cannot be stored
    page_row = (
        stable_id("w", warc_name, offset), article_id, page.get("outlet_id") or "", page.get("crawl_id") or "",
        fetched_at, payload, warc_name, offset,
    )  # fmt: skip
    return StagedArticle(
        article_id, extraction_id, fetched_at, payload, version, facts.get("relevance", "none"), page_row, rows
    )


class _FactReader:
    """Reads the facts of one article into rows."""

    def __init__(self, article_id: str, text: str, version: str, sentences: Sequence[tuple[int, int]]) -> None:
        self.article_id = article_id
        self.text = text
        self.version = version
        self.sentences = sentences
        self.person_ids: dict[str, str] = {}
        self.rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
        # Keyed by what makes a mention the same, so that one the extractor gave twice is stored once.
        self.mentions: dict[Row, Row] = {}

    def read(self, facts: Record) -> dict[str, list[Row]]:
        for person in facts.get("persons", ()):
            self._person(person)
        for agency in facts.get("agencies", ()):
            self._agency(agency)
        for number, place in enumerate(facts.get("places", ())):
            self._place(number, place)
        for number, expression in enumerate(facts.get("dates", ())):
            self._date(number, expression)
        for number, quote in enumerate(facts.get("quotes", ())):
            self._quote(number, quote)
        for event in facts.get("events", ()):
            self._event(event)
        self.rows["mentions"] = list(self.mentions.values())
        return self.rows

    def _mention(
        self,
        kind: str,
        number: int,
        spans: Iterable[Record],
        target: Row,
        when: Row = (None, None, None),
        conflict: bool = False,
    ) -> None:
        article_id, mentions, longest, version = self.article_id, self.mentions, len(self.text), self.version
        for span in spans:
            start, end = span["start"], span["end"]
            if not 0 <= start <= end <= longest:
                raise RecordError(f"{kind} span {start}–{end} lies outside the text of {longest} characters")
            key = (kind, start, end, number)
            if key not in mentions:
                mentions[key] = (
                    article_id, kind, span["text"], start, end, span["sentence"], span["confidence"], span["source"],
                    *target, *when, conflict, version, number,
                )  # fmt: skip

    def _person(self, person: Record) -> None:
        name = _filled(person, "name")
        normalised = normalise(name)
        ordinal = sum(row[3] == normalised for row in self.rows["reported_persons"])
        reported_id = stable_id("r", self.article_id, normalised, ordinal)
        spans = person.get("spans", ())
        surfaces = dict.fromkeys([name, *(span["text"] for span in spans)])
        for surface in surfaces:
            self.person_ids.setdefault(normalise(surface), reported_id)
        self.person_ids[normalised] = self.person_ids.get(normalised, reported_id)
        age = person.get("age")
        if age is not None and not 0 <= age <= 130:
            raise RecordError(f"age {age} of a person is outside 0–130 years")
        self.rows["reported_persons"].append(
            (
                reported_id, self.article_id, name, normalised, list(surfaces),
                _one_of("capacity", person["capacity"]), age, self.version,
            )
        )  # fmt: skip
        self._mention("person", len(self.rows["reported_persons"]), spans, (reported_id, None, None))
        for role in person.get("roles", ()):
            title = _filled(role, "title")
            number = len(self.rows["roles"])
            self.rows["roles"].append(
                (
                    stable_id("o", self.article_id, number, title, role.get("agency_id")), self.article_id, reported_id,
                    title, role.get("agency_id"), role.get("agency"),
                    self._evidence(role.get("spans") or spans), *_first_span(role), self.version,
                )
            )  # fmt: skip

    def _agency(self, agency: Record) -> None:
        agency_id = _filled(agency, "agency_id")
        self.rows["reported_agencies"].append(
            (
                self.article_id, agency_id, _filled(agency, "name"), agency.get("sector"), agency.get("level"),
                agency.get("place_code"), agency.get("parent"), bool(agency.get("is_known", True)), self.version,
            )
        )  # fmt: skip
        self._mention("agency", len(self.rows["reported_agencies"]), agency.get("spans", ()), (None, agency_id, None))

    def _place(self, number: int, place: Record) -> None:
        code = _filled(place, "code")
        row = (self.article_id, code, _filled(place, "name"), _one_of("level", place["level"]))
        if row not in self.rows["reported_places"]:
            self.rows["reported_places"].append(row)
        self._mention("place", number, place.get("spans", ()), (None, None, code))

    def _date(self, number: int, expression: Record) -> None:
        when = (
            _day(expression.get("start")), _day(expression.get("end")), _one_of("precision", expression["precision"])
        )  # fmt: skip
        conflict = bool(expression.get("conflict", False))
        self._mention("date", number, expression.get("spans", ()), (None, None, None), when, conflict)

    def _quote(self, number: int, quote: Record) -> None:
        speaker, span = _filled(quote, "speaker"), _first_span(quote)
        self.rows["quotes"].append(
            (
                stable_id("q", self.article_id, span[0], span[1], number), self.article_id,
                self.person_ids.get(normalise(speaker)), speaker, _filled(quote, "text"), *span, self.version,
            )
        )  # fmt: skip

    def _event(self, event: Record) -> None:
        kind, start = _filled(event, "type"), _day(event.get("start"))
        precision = event.get("date_precision")
        ordinal = sum(row[2] == kind and row[4] == start for row in self.rows["event_reports"])
        report_id = stable_id("n", self.article_id, kind, start, ordinal)
        spans = event.get("spans", ())
        offsets = _first_span(event)
        self.rows["event_reports"].append(
            (
                report_id, self.article_id, kind, _one_of("status", event["status"]), start, _day(event.get("end")),
                None if precision is None else _one_of("precision", precision), event.get("date_basis"),
                event.get("place"), self._evidence(spans), *offsets[:3],
                0.0 if offsets[3] is None else offsets[3], self.version,
            )
        )  # fmt: skip
        for number, participant in enumerate(event.get("participants", ())):
            name = participant.get("person")
            self.rows["event_participants"].append(
                (
                    stable_id("t", report_id, number), report_id, self.article_id,
                    _one_of("role", participant["role"]), participant.get("agency_id"),
                    self.person_ids.get(normalise(name)) if name else None, *_first_span(participant), self.version,
                )
            )  # fmt: skip
        for number, counted in enumerate(event.get("numbers", ())):
            value = counted["value"]
            if not isinstance(value, int) or not 0 <= value < 2**31:
                raise RecordError(f"a number of people must be a whole number from 0, found {value!r}")
            self.rows["event_numbers"].append(
                (
                    stable_id("y", report_id, number), report_id, self.article_id,
                    _one_of("counted", counted["kind"]), value, _filled(counted, "words"), *_first_span(counted),
                    self.version,
                )
            )  # fmt: skip

    def _evidence(self, spans: Iterable[Record]) -> str | None:
        """The sentences the spans stand in, each once, in order; the spans' own words where sentences are unknown."""
        numbers = sorted({span["sentence"] for span in spans})
        if not numbers:
            return None
        if all(0 <= number < len(self.sentences) for number in numbers):
            return " ".join(self.text[slice(*self.sentences[number])] for number in numbers)
        return " ".join(dict.fromkeys(self.text[span["start"] : span["end"]] for span in spans))


def _first_span(item: Record) -> Row:
    spans = item.get("spans")
    if not spans:
        return _NO_SPAN
    first = spans[0]
    return (first["start"], first["end"], first["sentence"], max(span["confidence"] for span in spans))


def _filled(item: Record, key: str) -> str:
    value = item[key]
    if not isinstance(value, str) or not value:
        raise RecordError(f"field {key!r} must be text that is not empty, found {value!r}")
    return value


def _one_of(vocabulary: str, value: Any) -> str:
    if value not in _ALLOWED[vocabulary]:
        raise RecordError(f"{value!r} is no {vocabulary}; allowed: {', '.join(sorted(_ALLOWED[vocabulary]))}")
    return str(value)


@lru_cache(maxsize=16_384)
def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
