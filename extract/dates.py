"""Expressions of time in Indonesian news, resolved against the day of publication.

Forms are tried from the most to the least explicit; what one has read no other reads again. Days printed with a date
are resolved first: bare weekdays and words like "sehari sebelumnya" then take them as anchors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spacy.language import Language
from spacy.tokens import Doc

from extract.article import OutletHints
from extract.date_calendar import Lean
from extract.date_meaning import Surroundings
from extract.date_patterns import patterns
from extract.date_readers import FORMS
from extract.date_vocabulary import any_of, vocabulary
from extract.facts import DateExpression, DatePrecision
from extract.state import state_of

# A page that claims to be from another year has a broken clock: its day of publication is unknown.
CREDIBLE_YEARS = range(1945, 2101)
# How far back a clause may hold the verb that makes a bare weekday a plan, in characters.
CLAUSE_LENGTH = 160
# How far an attribution ("…", kata X, Senin (5/6)) may stand from the quoted words.
ATTRIBUTION_LENGTH = 400
# How far before "sehari sebelumnya" the day it counts from may stand in the same paragraph, whatever day that is.
ANCHOR_LENGTH = 150
ANCHORS_TRIED = 40
# A bare weekday is the one the article has dated elsewhere when that lies this many days before publication or less.
SAME_WEEKDAY_WINDOW = 13
# Forms that a number or "setiap" before them turns into a length of time or a habit.
_COUNTABLE_FORMS = frozenset(
    {"unit_relative", "unit_before", "day_word", "edge_of_year", "edge_of_month", "weekend", "week_of_month"}
)
# In direct speech these count from a story told, not from the day the article has dated.
_UNANCHORED_IN_SPEECH = frozenset({"days_from_anchor", "next_day", "unit_before"})
# The number plate of a car: "DH 2024 AB".
_PLATE_HEAD, _PLATE_TAIL = re.compile(r"(?<!\w)[A-Z]{1,2}[ \t]+$"), re.compile(r"[ \t]+[A-Z]{1,3}(?!\w)")
_CLAUSE_END = re.compile(r"[.!?](?=\s)|[\n\"“”]")


@dataclass(frozen=True, slots=True)
class DateMention:
    """One expression of time in a text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last character.
        text: the expression as printed.
        first: first day it names.
        last: last day it names, inclusive.
        precision: day, month, year or span.
        conflict: whether a printed weekday and number disagreed.
        form: name of the form it was printed in.
        confidence: between 0 and 1.
    """

    start: int
    end: int
    text: str
    first: date
    last: date
    precision: DatePrecision
    conflict: bool
    form: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Claim:
    form: str
    match: re.Match[str]

    @property
    def position(self) -> int:
        return self.match.start("mention")


@dataclass(frozen=True, slots=True)
class _Guards:
    """Patterns of words beside a match that make it no date, or a planned one."""

    plan: re.Pattern[str]
    tomorrow: re.Pattern[str]
    statement: re.Pattern[str]
    habit: re.Pattern[str]
    programme: re.Pattern[str]
    name_head: re.Pattern[str]
    month_cue: re.Pattern[str]
    no_year: re.Pattern[str]
    year_cue: re.Pattern[str]
    unit: re.Pattern[str]
    count: re.Pattern[str]
    named_months: frozenset[str]


@cache
def _guards() -> _Guards:
    words = vocabulary()
    weekdays = rf"(?:{words.weekday}\s*(?:,|dan|-|atau)\s*)*"
    return _Guards(
        plan=re.compile(rf"(?<!\w)(?i:{words.pattern('plans')})(?!\w)"),
        tomorrow=re.compile(r"(?<!\w)(?i:besok|esok hari|lusa),?\s+(?:hari\s+)?$"),
        statement=re.compile(rf"(?<!\w)(?i:{words.pattern('statements')}|yang\s+di\w+|{words.pattern('done')})(?!\w)"),
        habit=re.compile(rf"(?<!\w)(?i:{words.pattern('weekday_habits')})\s+(?:hari\s+)?{weekdays}$"),
        programme=re.compile(rf"\s+{words.pattern('weekday_programmes')}(?!\w)"),
        name_head=re.compile(rf"(?<!\w){words.pattern('name_heads')}\s+$"),
        month_cue=re.compile(rf"(?<!\w)(?i:{words.pattern('month_cues')})\s+$"),
        no_year=re.compile(rf"(?<!\w){words.pattern('no_year_before')}:?\s*$"),
        year_cue=re.compile(rf"(?<!\w){words.pattern('year_cues')}\s+$"),
        unit=re.compile(rf"\s+{words.pattern('units')}(?!\w)"),
        count=re.compile(
            rf"(?<!\w)(?i:{any_of([*words.number, 'beberapa', 'puluhan', 'belasan', 'setengah'])}|\d+)\s+$"
        ),
        named_months=frozenset(words.words["months_that_are_names"]),
    )


def _claims(text: str) -> Iterator[_Claim]:
    """Matches of all forms that do not overlap, those of earlier forms first; what is no date is used up silently."""
    known = patterns()
    taken = bytearray(len(text))
    # A line that is nothing but a date is a page header, unless it is the whole text.
    headers = (known.date_lines,) if "\n" in text.strip() else ()
    for blocked in (known.asides, known.law_years, *headers):
        for match in blocked.finditer(text):
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for form, pattern in known.forms:
        for match in pattern.finditer(text):
            start, end = match.span()
            if taken.find(1, start, end) >= 0:
                continue
            if not _is_printed_date(form, match):
                continue
            taken[start:end] = b"\1" * (end - start)
            if not _is_name(text, form, match):
                yield _Claim(form, match)


def _is_printed_date(form: str, match: re.Match[str]) -> bool:
    """Whether numbers are marked as a date, so that a score or a fraction leaves its characters to other forms."""
    if form not in ("numeric_day", "numeric_span"):
        return True
    return FORMS[form].read(match, Surroundings(date(2024, 1, 1))) is not None


def _is_name(text: str, form: str, match: re.Match[str]) -> bool:
    """Whether the words around make the match a habit, a person, a street or an amount."""
    guards, start, end = _guards(), match.start("mention"), match.end("mention")
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    if form in ("weekday", "weekday_span"):
        return any((guards.habit.search(before), guards.programme.match(after), guards.name_head.search(before)))
    if form in ("named_day", "month"):
        if guards.name_head.search(before):
            return True
        return form == "month" and _is_person(before, after, match)
    if form == "year":
        if guards.no_year.search(before) or guards.name_head.search(before):
            return True
        if _PLATE_HEAD.search(before) and _PLATE_TAIL.match(after):
            return True
        return bool(guards.unit.match(after) and not guards.year_cue.search(before) and not match["edge"])
    if form in _COUNTABLE_FORMS:
        return bool(guards.count.search(before) or guards.habit.search(before))
    return False


def _is_person(before: str, after: str, match: re.Match[str]) -> bool:
    """Whether a bare month's name is a person's: ``Juli Wahyuni``, ``Komang Juli``."""
    guards = _guards()
    if not match["month"] or match["y"] or match["relative"] or match["edge"]:
        return False
    if match["month"].capitalize() not in guards.named_months or guards.month_cue.search(before):
        return False
    follows = re.match(r"[ \t]+([A-Z][\w’']+)", after)
    precedes = re.search(r"([A-Z][a-z’']+)[ \t]+$", before)
    at_start = precedes is not None and re.search(r"(?:^|[.!?\n\"“])\s*$", before[: precedes.start()]) is not None
    return follows is not None or (precedes is not None and not at_start)


def _lean(text: str, match: re.Match[str]) -> Lean:
    """Whether the words around a match speak of the past, the future or a plan; None when they do not say."""
    groups = match.groupdict()
    if groups.get("past"):
        return "past"
    if groups.get("future"):
        return "future"
    guards, start = _guards(), match.start("mention")
    clause = text[max(0, start - CLAUSE_LENGTH) : start]
    if guards.tomorrow.search(clause):
        return "future"
    clause = _CLAUSE_END.split(clause)[-1]
    plans = list(guards.plan.finditer(clause))
    if plans and not guards.statement.search(clause, plans[-1].end()):
        return "plan"
    return None


def _is_quoted(text: str, position: int) -> bool:
    """Whether the character stands in direct speech."""
    line = text[max(0, position - 1500) : position].rpartition("\n")[2]
    return line.rfind("“") > line.rfind("”") or line.count('"') % 2 == 1


@dataclass(slots=True)
class _Days:
    """Days the article has dated, by position, and which of them lie shortly before publication."""

    positions: list[int]
    days: list[date]
    has_weekday: list[bool]
    published: date | None

    def anchor(self, text: str, position: int) -> date | None:
        """The day from which "sehari sebelumnya" counts.

        That is the day dated just before in the same paragraph; else the last one printed with its weekday shortly
        before publication, as the news of the day is; else the last one.
        """
        index = bisect_left(self.positions, position)
        if not index:
            return self.published
        nearest = self.positions[index - 1]
        if position - nearest <= ANCHOR_LENGTH and "\n" not in text[nearest:position]:
            return self.days[index - 1]
        for earlier in range(index - 1, max(-1, index - 1 - ANCHORS_TRIED), -1):
            if self.has_weekday[earlier] and self.is_news(self.days[earlier]):
                return self.days[earlier]
        return self.days[index - 1]

    def is_news(self, day: date) -> bool:
        """Whether a day lies within two weeks before publication."""
        if self.published is None:
            return True
        return timedelta(0) <= self.published - day <= timedelta(days=SAME_WEEKDAY_WINDOW)

    def soon_after(self, text: str, position: int) -> date | None:
        """The day of the attribution that follows a quote in the same paragraph."""
        index = bisect_left(self.positions, position)
        if index == len(self.positions) or self.positions[index] - position > ATTRIBUTION_LENGTH:
            return None
        return None if "\n" in text[position : self.positions[index]] else self.days[index]

    def by_weekday(self) -> dict[int, date]:
        """The latest day of each weekday among those shortly before publication."""
        return {day.weekday(): day for day in sorted(filter(self.is_news, self.days))}


def _read(text: str, claim: _Claim, around: Surroundings) -> DateMention | None:
    meaning = FORMS[claim.form].read(claim.match, around)
    if meaning is None:
        return None
    start, end = claim.match.span("mention")
    if text[start] == "(" and not text[start:end].endswith(")"):
        start += 1
    printed = text[start:end].strip()
    start = text.index(printed, start)
    return DateMention(
        start, start + len(printed), printed, meaning.first, meaning.last, meaning.precision, meaning.conflict,
        claim.form, FORMS[claim.form].confidence - (0.2 if meaning.conflict else 0.0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Periods:
    """First days of all expressions read so far, by position."""

    positions: list[int]
    firsts: list[date]

    @classmethod
    def of(cls, found: list[DateMention | None]) -> _Periods:
        """Those of the expressions that mean something."""
        read = sorted((item.start, item.first) for item in found if item)
        return cls([start for start, _ in read], [first for _, first in read])

    def before(self, position: int) -> date | None:
        """The one before a position, None at the beginning."""
        index = bisect_left(self.positions, position)
        return self.firsts[index - 1] if index else None


def _days(found: list[DateMention | None], published: date | None) -> _Days:
    dated = sorted((item for item in found if item and item.precision in ("day", "span")), key=lambda item: item.start)
    return _Days(
        [item.start for item in dated],
        [item.first for item in dated],
        [item.text[0].isupper() for item in dated],  # a weekday; "5 Juni" and "(5/6)" begin otherwise
        published,
    )


def find_dates(text: str, published: datetime | date | None) -> list[DateMention]:
    """Every expression that names a day, a span, a month or a year.

    Args:
        text: an article's text; offsets of the result are characters of it. Linear in its length.
        published: when it was published, in the newsroom's zone. None when unknown: absolute forms are still
            resolved, while relative ones ("Kamis", "kemarin", "(5/2)") are left out.

    Returns:
        The mentions in order of appearance, none overlapping another.
    """
    day = published.date() if isinstance(published, datetime) else published
    if day and day.year not in CREDIBLE_YEARS:
        day = None
    claims = list(_claims(text))
    found: list[DateMention | None] = []
    for claim in claims:
        if not FORMS[claim.form].is_contextual:
            around = Surroundings(day, _lean(text, claim.match))
            found.append(_read(text, claim, around))
    days = _days(found, day)
    periods = _Periods.of(found)
    weekdays = days.by_weekday() if day else {}
    contextual = [(claim, _is_quoted(text, claim.position)) for claim in claims if FORMS[claim.form].is_contextual]
    # Day words in speech last: they count from the day of the attribution, which may be a bare weekday.
    contextual.sort(key=lambda one: (one[1] and one[0].form == "day_word", one[0].position))
    attributions, spoken = list(found), days
    for claim, is_quoted in contextual:
        around = Surroundings(
            day,
            _lean(text, claim.match),
            anchor=days.anchor(text, claim.position),
            speech_day=day,
            period=periods.before(claim.position) or day,
            same_weekday=weekdays,
        )
        if is_quoted and claim.form in _UNANCHORED_IN_SPEECH:
            continue
        if claim.form == "day_word" and day and is_quoted:
            if claim.match["morning"]:
                continue
            if attributions:
                attributions, spoken = [], _days(attributions, day)
            around.speech_day = spoken.soon_after(text, claim.position) or day
        mention = _read(text, claim, around)
        found.append(mention)
        if claim.form == "weekday" and not is_quoted:
            attributions.append(mention)
    return sorted((item for item in found if item), key=lambda item: item.start)


def newsroom_day(published: datetime | None, outlet: OutletHints) -> datetime | None:
    """The moment of publication on the newsroom's clock: feeds often give it in UTC, a day early for the east."""
    if published is None or (not outlet.outlet_id and published.utcoffset() != UTC.utcoffset(None)):
        return published
    try:
        return published.astimezone(ZoneInfo(outlet.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        return published


@Language.component("jejak_dates")
def jejak_dates(doc: Doc) -> Doc:
    """Add the dates of an article to its record: one item for each surface form and meaning."""
    state = state_of(doc)
    items: dict[tuple[str, date, date], DateExpression] = {}
    for mention in find_dates(state.text, newsroom_day(state.published, state.outlet)):
        span = state.span(mention.start, mention.end, mention.confidence, f"dates:{mention.form}")
        item = items.setdefault(
            (mention.text, mention.first, mention.last),
            DateExpression(mention.first.isoformat(), mention.last.isoformat(), mention.precision, mention.conflict),
        )
        item.spans.append(span)
    state.dates = list(items.values())
    return doc
