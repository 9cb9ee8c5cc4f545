"""The events an article reports: type, status, date, place and participants, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from spacy.language import Language
from spacy.tokens import Doc

from extract.event_numbers import event_numbers
from extract.events_context import complete, speakers_in
from extract.events_draft import EventDraft
from extract.events_lexicon import event_cues
from extract.events_merge import join
from extract.events_participants import (
    MEETINGS,
    add_participants,
    listed_participants,
    participants_of,
)
from extract.events_place import place_of
from extract.events_scene import Scene, scene_of
from extract.events_time import (
    UNKNOWN,
    When,
    is_statistics,
    says_same_day,
    status_of,
    when_beside,
    when_of,
    when_of_scene,
    when_of_speech,
)
from extract.events_triggers import Hit, Sentence, find_hits, read_sentences, refers
from extract.facts import Event, EventStatus, Participant, Span
from extract.lexicon import longest_phrase
from extract.state import ArticleState, state_of
from extract.words import Words, read_words

# Types whose following sentences may list who took part.
LISTED = MEETINGS | {"AGREEMENT", "TASKFORCE", "HANDOVER", "REPATRIATION", "VICTIM_SERVICE", "JOINT_OP"}
# Which types take the lead's date when their own sentence, beside the lead, has none.
DATED_BY_LEAD = frozenset(["RESCUE", "JOINT_OP", "ARREST", "HANDOVER", "COORD_MEETING"])
# These close or accompany the meeting that an article is about, wherever they stand in it.
DATED_BY_MEETING = frozenset(["AGREEMENT", "TASKFORCE", "AWARENESS", "VICTIM_SERVICE"])
# What people are said to be in now, without a day.
NOW = frozenset(["kini", "sekarang", "masih", "sementara"])
# "Ditetapkan sebagai tersangka" follows an arrest by days.
LATER = frozenset(["ditetapkan", "menetapkan", "penetapan"])
# "… mengusulkan agar dibentuk satgas": only these are events when merely proposed.
PROPOSABLE = frozenset(["TASKFORCE", "AGREEMENT", "POLICY", "REPATRIATION"])
# What a sentence may say although it counts: what is done for people "sejak Maret" goes on.
UNCOUNTED = frozenset(["STATEMENT", "VICTIM_SERVICE"])
LEAD_PARAGRAPHS = 4
PAST_DAYS = 14


SUSPECT = frozenset(["tersangka", "berkas", "terdakwa"])


def find_events(state: ArticleState) -> list[Event]:
    """The events of an article that is about trafficking or has a stated link to it, in order of appearance.

    Reads the state's sentences, dates, places, agencies and persons. An article of incidental or no relevance has none.
    """
    if state.relevance not in ("core", "context") or not state.text:
        return []
    words = read_words(state.text, state.sentences, state.agencies, state.places, state.dates)
    sentences = read_sentences(words, state.sentences)
    scene = scene_of(state, words)
    drafts: list[EventDraft] = []
    statements: list[EventDraft] = []
    references: list[EventDraft] = []
    anchor: EventDraft | None = None
    for index, sentence in enumerate(sentences):
        found = _read_sentence(scene, sentences, index, drafts)
        statements += [draft for draft in found if draft.type == "STATEMENT"]
        references += [draft for draft in found if draft.is_reference]
        reported = [draft for draft in found if draft.type != "STATEMENT" and not draft.is_reference]
        added = [_add(drafts, draft) for draft in reported]
        if added:
            anchor = _anchor(anchor, added)
        if anchor is None:
            continue
        is_next = index - anchor.index == 1 and sentences[anchor.index].paragraph == sentence.paragraph
        if not added and is_next and not any(item.agency for item in anchor.participants):
            # "… menerima restitusi. Penyerahan dilakukan LPSK bersama Kejari": the actors come with the next sentence.
            more = participants_of(words, sentence, anchor.hit, scene.actors)
            first = next((item for item in more if item.agency), None)
            if first is not None and first.role == "partner":
                first.role = "lead"
            add_participants(anchor.participants, more)
        elif not added and anchor.type in LISTED:
            more = listed_participants(words, sentence, anchor.type, scene.actors)
            add_participants(anchor.participants, more)
        if anchor.index != index:
            add_participants(anchor.participants, speakers_in(words, sentence, anchor, scene.actors))
    _add_references(drafts, references)
    _add_transfers_to_court(drafts)
    complete(scene, sentences, drafts)
    drafts = [draft for draft in drafts if draft.status != "proposed" or draft.type in PROPOSABLE]
    if not drafts:
        drafts = _statement(state, statements)
    return [_event(state, words, sentences, draft) for draft in drafts]


def _anchor(before: EventDraft | None, added: Sequence[EventDraft]) -> EventDraft:
    """The event to which the following sentences add who took part: a meeting that was held stays it for long."""
    first = added[0]
    if before is not None and before.status == "held" and before.type in MEETINGS and first.status != "held":
        return before
    return first


def _read_sentence(
    scene: Scene,
    sentences: Sequence[Sentence],
    index: int,
    drafts: Sequence[EventDraft],
) -> list[EventDraft]:
    """The events one sentence reports, one for each type and status."""
    state, words = scene.state, scene.words
    sentence = sentences[index]
    counts = _counts(scene, sentences, index)
    found: list[EventDraft] = []
    hits = [hit for hit in find_hits(words, sentence) if hit.start not in scene.title_words]
    strong = {hit.trigger.type for hit in hits if hit.trigger.strength == 2}
    for hit in hits:
        if hit.trigger.strength < 2 and hit.trigger.type in strong:
            continue
        if _names_other_meeting(words, hit, [*drafts, *found]):
            continue
        is_reference = refers(words, hit)
        if is_reference and not _is_worth_keeping(scene, sentence, hit):
            continue
        status = status_of(words, sentence, hit)
        if status is None or (counts and status in ("held", "ongoing") and hit.trigger.type not in UNCOUNTED):
            continue
        if counts and hit.trigger.type == "VICTIM_SERVICE" and not _goes_on_since(words, sentence):
            continue
        if hit.trigger.strength == 1 and not _is_supported(scene, sentence, hit, status):
            continue
        if any(draft.type == hit.trigger.type and draft.status == status for draft in found):
            continue
        when = when_of(words, sentences, index, hit, scene.dates, status)
        if status == "held" and LATER & set(hit.trigger.words):
            # The day in such a sentence is that of the deed or of the arrest.
            when = UNKNOWN
        elif when.start is None and status == "held" and not NOW & set(words.lowers[sentence.start : sentence.end]):
            when = when_beside(words, sentences, index, hit, scene.dates)
        if when.start is None and status == "held":
            when = _date_of_context(words, sentence, hit, [*drafts, *found], sentences)
        if when.start is None and status == "held" and not LATER & set(hit.trigger.words):
            when = when_of_scene(words, sentences, index, scene.dates)
        if when.start is None and status == "held" and hit.trigger.type in MEETINGS - {"STATEMENT"}:
            when = when_of_speech(words, sentences, scene.dates)
        if status == "held" and _is_after(when, state):
            status = "planned"
        elif status == "planned" and _is_before(when, state):
            status = "held"
        near = next((draft.place for draft in reversed(found or drafts) if draft.status != "planned"), None)
        where = place_of(
            scene.places,
            words,
            sentences,
            index,
            near,
            takes_goal=hit.trigger.type in ("REPATRIATION", "LIAISON_VISIT"),
            trigger_end=hit.end,
        )
        if hit.trigger.type == "LIAISON_VISIT" and (where is None or where[2] != "sentence"):
            where = _place_of_host(words, sentence, hit) or where
        found.append(
            EventDraft(
                hit,
                index,
                status,
                when,
                where[0] if where else None,
                where[2] if where else None,
                _distinct(participants_of(words, sentence, hit, scene.actors)),
                [index],
                bool(SUSPECT & set(words.lowers[sentence.start : sentence.end])),
                is_reference,
            )
        )
    return found


def _place_of_host(words: Words, sentence: Sentence, hit: Hit) -> tuple[str, Span | None, str] | None:
    """Where the agency that is visited has its seat."""
    for at in range(hit.end, min(hit.end + 8, sentence.end)):
        agency = words[at].agency
        if agency is not None and agency.place_code:
            return agency.place_code, agency.spans[0], "host"
    return None


def _distinct(participants: Sequence[Participant]) -> list[Participant]:
    found: list[Participant] = []
    add_participants(found, participants)
    return found


def _counts(scene: Scene, sentences: Sequence[Sentence], index: int) -> bool:
    """Whether a sentence counts over a period, by itself or going on from the sentence before it."""
    sentence, words = sentences[index], scene.words
    if is_statistics(words, sentence, scene.dates):
        return True
    if not index or sentences[index - 1].paragraph != sentence.paragraph:
        return False
    dated = scene.dates.between(words, sentence.start, sentence.end)
    has_day = any(item.precision == "day" for item, _ in dated)
    goes_on = words.lower(sentence.start + 1) in ("di", "orang") and not has_day
    return goes_on and is_statistics(words, sentences[index - 1], scene.dates)


def _is_after(when: When, state: ArticleState) -> bool:
    """Whether a date lies behind the day of publication, so that nothing can have been held."""
    return when.start is not None and state.published is not None and when.start > state.published.date().isoformat()


def _is_before(when: When, state: ArticleState) -> bool:
    """Whether a date had passed weeks before publication, so that what was planned then is a thing of the past."""
    if when.end is None or state.published is None:
        return False
    return (state.published.date() - date.fromisoformat(when.end)).days > PAST_DAYS


def _is_supported(scene: Scene, sentence: Sentence, hit: Hit, status: EventStatus) -> bool:
    """Whether a weak trigger reports an event here: something is held, a day or an agency stands with it."""
    kind = hit.trigger.type
    if kind == "STATEMENT":
        return True
    lowers = scene.words.lowers
    has_hold = any(longest_phrase(event_cues("hold"), lowers, at) for at in range(sentence.start, sentence.end))
    has_date = bool(scene.dates.between(scene.words, sentence.start, sentence.end))
    if kind in MEETINGS:
        is_set = has_date and (status == "planned" or _has_agency(scene.words, sentence))
        return is_set or (has_hold and (has_date or status != "planned"))
    if kind in ("VICTIM_SERVICE", "REPATRIATION", "POLICY"):
        return _has_agency(scene.words, sentence) or has_date
    return has_date or _has_agency(scene.words, sentence)


def _has_agency(words: Words, sentence: Sentence) -> bool:
    return any(words[at].agency is not None for at in range(sentence.start, sentence.end))


def _date_of_context(
    words: Words,
    sentence: Sentence,
    hit: Hit,
    drafts: Sequence[EventDraft],
    sentences: Sequence[Sentence],
) -> When:
    """The date of an event whose sentence has none: that of the event before it, or of the lead."""
    dated = [draft for draft in drafts if draft.when.start is not None and draft.status == "held"]
    if not dated:
        return UNKNOWN
    if says_same_day(words, sentence):
        near = dated[-1].when
        return When(near.start, near.end, near.precision, "same_day", near.span)
    lowers = set(words.lowers[sentence.start : sentence.end])
    kind = hit.trigger.type
    far = sentence.paragraph - sentences[dated[0].index].paragraph
    is_beside = kind in DATED_BY_LEAD and far < LEAD_PARAGRAPHS and not (NOW | LATER) & lowers
    is_part = kind in DATED_BY_MEETING and dated[0].type in MEETINGS | DATED_BY_MEETING
    if is_beside or is_part:
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


def _goes_on_since(words: Words, sentence: Sentence) -> bool:
    """Whether a sentence tells since when something goes on, without counting: "Sejak Maret mereka didampingi …"."""
    opens = "sejak" in words.lowers[sentence.start : sentence.start + 3]
    counts = any(word.text[:1].isdigit() and not word.is_date for word in words.items[sentence.start : sentence.end])
    return opens and not counts


def _names_other_meeting(words: Words, hit: Hit, known: Sequence[EventDraft]) -> bool:
    """Whether a noun takes up, in other words, a meeting told of before: an audience, then "dalam pertemuan itu"."""
    is_pointed_at = hit.trigger.voice == "noun" and words.lower(hit.end) in ("itu", "tersebut", "ini")
    kinds = {draft.type for draft in known} - {"STATEMENT"}
    return is_pointed_at and hit.trigger.type in MEETINGS and hit.trigger.type not in kinds and bool(kinds & MEETINGS)


def _is_worth_keeping(scene: Scene, sentence: Sentence, hit: Hit) -> bool:
    """Whether a clause that only tells which people are meant says who did it or when, and not of the far past."""
    if scene.words.lower(hit.start - 1) == "pernah":
        return False
    return _has_agency(scene.words, sentence) or bool(scene.dates.between(scene.words, sentence.start, sentence.end))


def _add_references(drafts: list[EventDraft], references: Sequence[EventDraft]) -> None:
    """Keep of the clauses that tell which people are meant the first of each type that nothing else reports."""
    known = {draft.type for draft in drafts}
    for draft in references:
        if draft.type not in known:
            known.add(draft.type)
            drafts.append(draft)
    drafts.sort(key=lambda draft: draft.index)


def _add_transfers_to_court(drafts: list[EventDraft]) -> None:
    """A suspect handed to the prosecutors ("tahap II") is a step of the prosecution too."""
    for draft in list(drafts):
        if draft.type != "HANDOVER" or draft.status != "held":
            continue
        has_suspect = draft.is_of_suspect
        receivers = [item for item in draft.participants if (item.agency or "").startswith("Kejaksaan")]
        if not has_suspect or not receivers:
            continue
        lead = {item.agency for item in receivers}
        participants = [
            replace(item, role="lead" if item.agency in lead else item.role if item.role == "target" else "party")
            for item in draft.participants
        ]
        known = next((item for item in drafts if item.type == "PROSECUTION" and item.status == "held"), None)
        if known is not None:
            known.when = draft.when
            add_participants(known.participants, participants)
        else:
            hit = replace(draft.hit, trigger=replace(draft.hit.trigger, type="PROSECUTION"))
            drafts.insert(drafts.index(draft) + 1, replace(draft, hit=hit, participants=participants))


def _statement(state: ArticleState, statements: list[EventDraft]) -> list[EventDraft]:
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
    days = sorted((item for item in state.dates if item.precision == "day"), key=lambda item: item.spans[0].start)
    if first.when.start is None and days:
        day = days[0]
        first.when = When(day.start_date, day.end_date, "day", "statement", day.spans[0])
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
        numbers=event_numbers(
            state.text,
            draft.type,
            [(words[sentences[at].start].start, words[sentences[at].end - 1].end) for at in evidence],
            state.span,
        ),
    )


@Language.component("jejak_events")
def events(doc: Doc) -> Doc:
    """Note the events on the article's record."""
    state = state_of(doc)
    state.events = find_events(state)
    return doc
