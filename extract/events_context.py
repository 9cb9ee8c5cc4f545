"""Participants that an article leaves to the reader: who acted before goes on acting, who organised invites again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.events_draft import EventDraft
from extract.events_participants import (
    FOUNDINGS,
    MEETINGS,
    actors_in,
    add_participants,
    participant,
)
from extract.events_scene import Actor, Located, Scene
from extract.events_triggers import Sentence
from extract.facts import Participant, ParticipantRole, Person
from extract.lexicon import person_cues
from extract.words import Words

# Events whose actor is the police, immigration or navy: an officer who tells of it speaks for who did it.
OPERATIONS = frozenset(["RESCUE", "ARREST", "JOINT_OP"])
LEADING: frozenset[ParticipantRole] = frozenset(["lead", "organiser", "party", "giver", "partner"])
POLICE = ("Kepolisian", "Satuan Reserse", "Direktorat Reserse", "Direktorat Kepolisian", "Subdirektorat", "Unit Perl")
COURT_SIDE = ("Kejaksaan", "Lembaga Perlindungan Saksi", "Lembaga Bantuan Hukum", "LBH")
# "Kedua pihak", "kelima lembaga": those named before.
PARTIES = frozenset(["pihak", "kedua", "ketiga", "keempat", "kelima", "keenam"])
REPEATED_ROLE: dict[str, ParticipantRole] = {"POLICY": "lead", "JOINT_OP": "partner"}
SPEECH_REACH = 4


def speakers_in(words: Words, sentence: Sentence, event: EventDraft, actors: Located[Actor]) -> list[Participant]:
    """Officials and experts who speak in a sentence behind an event, as far as their speaking makes them part of it.

    At a meeting whoever speaks took part; of an arrest or rescue the police speak as those who made it; in court the
    prosecutors, the defence and LPSK are parties.
    """
    found: list[Participant] = []
    for actor in actors_in(words, sentence, actors):
        if actor.agency is None:
            continue
        if event.type == "PROSECUTION":
            if actor.agency.name.startswith(COURT_SIDE):
                found.append(participant(actor, "party"))
            continue
        if actor.person is None or event.status != "held" or not _speaks(words, actor.at, actor.person):
            continue
        if event.type in MEETINGS or (event.type == "ARREST" and actor.agency.name.startswith(POLICE)):
            found.append(participant(actor, "speaker"))
    return found


def _speaks(words: Words, at: int, person: Person) -> bool:
    """Whether a person at word ``at`` is who speaks: a verb of speech stands right before or soon behind the name."""
    if words.lower(at - 1) in person_cues("speech_before"):
        return True
    end = at + len(person.name.split())
    steps = 0
    for later in range(end, min(end + 14, len(words))):
        if words.lower(later) in person_cues("speech_after"):
            return True
        if words[later].is_capitalised or words[later].is_degree or words[later].is_mark:
            continue
        steps += 1
        if steps > SPEECH_REACH:
            break
    return False


def complete(scene: Scene, sentences: Sequence[Sentence], drafts: Sequence[EventDraft]) -> None:
    """Fill in, from the events before it, who acted in an event whose own sentences do not say so."""
    for number, draft in enumerate(drafts):
        before = drafts[:number]
        if draft.type == "HANDOVER" and not _has(draft, "giver"):
            _carry(draft, _actor_before(before, draft), "giver")
        elif draft.type in OPERATIONS and not _agencies(draft):
            source = _same_operation(drafts, draft) or _actor_before(before, draft)
            add_participants(draft.participants, source or _police_around(scene, sentences, draft))
        elif (draft.type in MEETINGS | FOUNDINGS | {"POLICY"} and not _agencies(draft)) or (
            draft.type in ("JOINT_OP", "AGREEMENT")
            and (
                _speaks_of_parties(scene.words, sentences, draft)
                or (draft.status == "planned" and not _agencies(draft))
            )
        ):
            _repeat(draft, before)
        elif draft.type in ("REPATRIATION", "VICTIM_SERVICE") and not _agencies(draft):
            _carry(draft, _receiver_before(before), "lead")
    for draft in drafts:
        _share_operation(drafts, draft)
        if draft.type == "TASKFORCE":
            _add_heads(scene, draft)


def _has(draft: EventDraft, role: ParticipantRole) -> bool:
    return any(item.role == role and item.agency for item in draft.participants)


def _agencies(draft: EventDraft) -> set[str]:
    return {item.agency for item in draft.participants if item.agency}


def _carry(draft: EventDraft, source: Sequence[Participant], role: ParticipantRole) -> None:
    """Take over the first agency of ``source`` in a role, unless the event has it already."""
    known = _agencies(draft)
    first = next((item for item in source if item.agency and item.agency not in known), None)
    if first is not None:
        draft.participants.insert(0, replace(first, role=role, person=None, spans=list(first.spans)))


def _actor_before(before: Sequence[EventDraft], draft: EventDraft) -> list[Participant]:
    """Who led the last operation, or received the people last, before an event."""
    for known in reversed(before):
        if known.type == "HANDOVER":
            receivers = [item for item in known.participants if item.role == "receiver" and item.agency]
            if receivers and draft.type == "HANDOVER" and known.when.start != draft.when.start:
                continue
        leaders = [item for item in known.participants if item.role in ("lead", "giver") and item.agency]
        if leaders and known.type in OPERATIONS | {"HANDOVER"}:
            return leaders[:1]
    return []


def _same_operation(drafts: Sequence[EventDraft], draft: EventDraft) -> list[Participant]:
    """The agencies of another operation on the same day."""
    for known in drafts:
        is_same_day = known.when.start is not None and known.when.start == draft.when.start
        if known is not draft and known.type in OPERATIONS and is_same_day and _agencies(known):
            return [item for item in known.participants if item.agency and item.role in LEADING]
    return []


def _share_operation(drafts: Sequence[EventDraft], draft: EventDraft) -> None:
    """A joint operation and the rescue it brought have the same agencies."""
    if draft.type != "JOINT_OP" or draft.when.start is None:
        return
    for known in drafts:
        if known.type == "RESCUE" and known.when.start == draft.when.start:
            add_participants(known.participants, [_copy(item) for item in draft.participants if item.agency])
            add_participants(draft.participants, [_copy(item) for item in known.participants if item.agency])


def _copy(item: Participant) -> Participant:
    return replace(item, person=None, spans=list(item.spans))


def _police_around(scene: Scene, sentences: Sequence[Sentence], draft: EventDraft) -> list[Participant]:
    """The police whose officer tells of an operation by "polisi" or "petugas", in its sentence or those around it."""
    behind = range(draft.index + 1, min(draft.index + 7, len(sentences)))
    for index in [*range(draft.index, max(-1, draft.index - 4), -1), *behind]:
        for actor in actors_in(scene.words, sentences[index], scene.actors):
            if actor.agency is not None and actor.agency.name.startswith(POLICE):
                return [replace(participant(actor, "lead"), person=None)]
    return []


def _repeat(draft: EventDraft, before: Sequence[EventDraft]) -> None:
    """A further meeting, or what a meeting decided, is of those who held the one before it."""
    for known in reversed(before):
        if known.type not in MEETINGS | FOUNDINGS or not _agencies(known):
            continue
        is_same_day = draft.status == "held" and draft.when.start == known.when.start
        if is_same_day or draft.type in ("JOINT_OP", "AGREEMENT"):
            chosen = [item for item in known.participants if item.agency]
        else:
            chosen = [item for item in known.participants if item.agency and item.role in ("organiser", "chair")]
            chosen = chosen or [item for item in known.participants if item.agency][:1]
        role = REPEATED_ROLE.get(draft.type)
        add_participants(draft.participants, [replace(_copy(item), role=role or item.role) for item in chosen])
        return


def _speaks_of_parties(words: Words, sentences: Sequence[Sentence], draft: EventDraft) -> bool:
    sentence = sentences[draft.index]
    lowers = words.lowers[sentence.start : sentence.end]
    return "pihak" in lowers and bool(PARTIES - {"pihak"} & set(lowers))


def _receiver_before(before: Sequence[EventDraft]) -> list[Participant]:
    """Who received the people last."""
    for known in reversed(before):
        if known.type == "HANDOVER" and known.status == "held":
            return [item for item in known.participants if item.role == "receiver"]
    return []


def _add_heads(scene: Scene, draft: EventDraft) -> None:
    """Whoever has an office in a task force that is founded heads it for the agency of the other office."""
    bodies = {item.agency for item in draft.participants if item.role == "target" and item.agency}
    for person in scene.state.persons:
        offices = [role for role in person.roles if role.agency]
        if not any(role.agency in bodies for role in offices):
            continue
        for role in offices:
            if role.agency not in bodies:
                head = Participant("chair", role.agency, role.agency_id, person.name, person.spans[:1])
                add_participants(draft.participants, [head])
