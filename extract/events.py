"""The events an article reports: type, status, date, place and participants, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from extract.events_merge import join
from extract.events_participants import (
    MEETINGS,
    add_participants,
    listed_participants,
    participants_of,
)
from extract.events_place import place_of
from extract.events_time import UNKNOWN, When, dates_between, is_statistics, says_same_day, status_of, when_of
from extract.events_triggers import Hit, Sentence, event_cues, find_hits, read_sentences
from extract.facts import Event, EventStatus, Participant
from extract.lexicon import longest_phrase
from extract.state import ArticleState, state_of
from extract.words import Words, read_words

# Types whose following sentences may list who took part.
LISTED = MEETINGS | {"AGREEMENT", "TASKFORCE", "HANDOVER", "REPATRIATION", "VICTIM_SERVICE", "JOINT_OP"}
# Which types take the lead's date when their own sentence, beside the lead, has none.
DATED_BY_LEAD = frozenset(["RESCUE", "JOINT_OP", "COORD_MEETING", "AGREEMENT", "TASKFORCE", "AWARENESS", "HANDOVER"])
# "… mengusulkan agar dibentuk satgas": only these are events when merely proposed.
PROPOSABLE = frozenset(["TASKFORCE", "AGREEMENT", "POLICY", "REPATRIATION"])
LEAD_PARAGRAPHS = 2


@dataclass(slots=True)
class EventDraft:
    """An event being put together.

    Attributes:
        hit: the trigger that reports it.
        index: position of its sentence in the list of sentences.
        status: held, ongoing, planned or proposed.
        when: its date.
        place: code of its place, and how it was found.
        participants: who took part.
        evidence: positions of the sentences that report it.
    """

    hit: Hit
    index: int
    status: EventStatus
    when: When
    place: str | None
    place_basis: str | None
    participants: list[Participant]
    evidence: list[int] = field(default_factory=list)

    @property
    def type(self) -> str:
        """The event's type."""
        return self.hit.trigger.type


def find_events(state: ArticleState) -> list[Event]:
    """The events of an article that is about trafficking or has a stated link to it, in order of appearance.

    Reads the state's sentences, dates, places, agencies and persons. An article of incidental or no relevance has none.
    """
    if state.relevance not in ("core", "context") or not state.text:
        return []
    words = read_words(state.text, state.sentences, state.agencies, state.places, state.dates)
    sentences = read_sentences(words, state.sentences)
    drafts: list[EventDraft] = []
    statements: list[EventDraft] = []
    last: EventDraft | None = None
    for index, sentence in enumerate(sentences):
        found = _read_sentence(state, words, sentences, index, last, drafts)
        for draft in found:
            if draft.type == "STATEMENT":
                statements.append(draft)
            else:
                last = _add(drafts, draft)
        has_event = any(draft.type != "STATEMENT" for draft in found)
        if not has_event and last is not None and last.type in LISTED:
            more = listed_participants(words, sentence, last.type, state.agencies, state.persons)
            add_participants(last.participants, more)
    drafts = [draft for draft in drafts if draft.status != "proposed" or draft.type in PROPOSABLE]
    if not drafts:
        drafts = _statement(statements)
    return [_event(state, words, sentences, draft) for draft in drafts]


def _read_sentence(
    state: ArticleState,
    words: Words,
    sentences: Sequence[Sentence],
    index: int,
    last: EventDraft | None,
    drafts: Sequence[EventDraft],
) -> list[EventDraft]:
    """The events one sentence reports, one for each type and status."""
    sentence = sentences[index]
    counts = is_statistics(words, sentence, state.dates)
    found: list[EventDraft] = []
    for hit in find_hits(words, sentence):
        status = status_of(words, sentence, hit)
        if status is None or (counts and status in ("held", "ongoing") and hit.trigger.type != "STATEMENT"):
            continue
        if hit.trigger.strength == 1 and not _is_supported(state, words, sentence, hit, status):
            continue
        if any(draft.type == hit.trigger.type and draft.status == status for draft in found):
            continue
        when = when_of(words, sentences, index, hit, state.dates, status)
        if when.start is None and status == "held":
            when = _date_of_context(words, sentence, hit, last, drafts, sentences)
        where = place_of(state.places, words, sentences, index)
        found.append(
            EventDraft(
                hit,
                index,
                status,
                when,
                where[0] if where else None,
                where[2] if where else None,
                participants_of(words, sentence, hit, state.agencies, state.persons),
                [index],
            )
        )
    return found


def _is_supported(state: ArticleState, words: Words, sentence: Sentence, hit: Hit, status: EventStatus) -> bool:
    """Whether a weak trigger reports an event here: something is held, a day or an agency stands with it."""
    kind = hit.trigger.type
    if kind == "STATEMENT":
        return True
    has_hold = any(longest_phrase(event_cues("hold"), words.lowers, at) for at in range(sentence.start, sentence.end))
    has_date = bool(dates_between(state.dates, words, sentence.start, sentence.end))
    if kind in MEETINGS:
        return (has_hold and (has_date or status != "planned")) or (status == "planned" and has_date)
    if kind in ("VICTIM_SERVICE", "REPATRIATION", "POLICY"):
        return _has_agency(state, words, sentence) or has_date
    return has_date or _has_agency(state, words, sentence)


def _has_agency(state: ArticleState, words: Words, sentence: Sentence) -> bool:
    return any(words[at].agency is not None for at in range(sentence.start, sentence.end))


def _date_of_context(
    words: Words,
    sentence: Sentence,
    hit: Hit,
    last: EventDraft | None,
    drafts: Sequence[EventDraft],
    sentences: Sequence[Sentence],
) -> When:
    """The date of an event whose sentence has none: that of the event before it, or of the lead."""
    if last is not None and last.when.start is not None and last.status == "held" and says_same_day(words, sentence):
        return When(last.when.start, last.when.end, last.when.precision, "same_day", last.when.span)
    dated = [draft for draft in drafts if draft.when.start is not None and draft.status == "held"]
    if (
        dated
        and hit.trigger.type in DATED_BY_LEAD
        and sentence.paragraph - sentences[dated[0].index].paragraph < LEAD_PARAGRAPHS
    ):
        first = dated[0].when
        return When(first.start, first.end, first.precision, "lead", first.span)
    return UNKNOWN


def _add(drafts: list[EventDraft], draft: EventDraft) -> EventDraft:
    """Add an event, or join it to the one it repeats; returns the event that now holds it."""
    for known in drafts:
        if known.type == draft.type and join(known, draft):
            return known
    drafts.append(draft)
    return draft


def _statement(statements: list[EventDraft]) -> list[EventDraft]:
    """One statement for the article, when it reports nothing else."""
    if not statements:
        return []
    first = statements[0]
    first.status = "held"
    for other in statements[1:]:
        add_participants(first.participants, other.participants)
        first.evidence += other.evidence
        if first.when.start is None:
            first.when = other.when
    return [first]


def _event(state: ArticleState, words: Words, sentences: Sequence[Sentence], draft: EventDraft) -> Event:
    evidence = sorted(set(draft.evidence))
    basis = draft.when.basis
    return Event(
        type=draft.type,
        status=draft.status,
        start_date=draft.when.start,
        end_date=draft.when.end,
        date_precision=draft.when.precision,
        date_basis=basis,
        place_code=draft.place,
        participants=draft.participants,
        spans=[
            state.span(
                words[sentences[at].start].start,
                words[sentences[at].end - 1].end,
                0.8 if draft.hit.trigger.strength == 2 else 0.6,
                f"events:{' '.join(draft.hit.trigger.words)}",
            )
            for at in evidence
        ],
    )


@Language.component("jejak_events")
def events(doc: Doc) -> Doc:
    """Note the events on the article's record."""
    state = state_of(doc)
    state.events = find_events(state)
    return doc
