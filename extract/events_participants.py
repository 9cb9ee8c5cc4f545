"""Who took part in an event and in which role: by place in the sentence, by cue words, and by lists of attendees."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from extract.events_scene import Actor, Located
from extract.events_triggers import Hit, Sentence
from extract.facts import Participant, ParticipantRole
from extract.lexicon import rows
from extract.words import Words

MEETINGS = frozenset(["COORD_MEETING", "AWARENESS", "TRAINING", "DIALOGUE", "LIAISON_VISIT", "STATEMENT"])
FOUNDINGS = frozenset(["TASKFORCE", "AGREEMENT"])
OPERATIONS = frozenset(["JOINT_OP", "RESCUE", "ARREST", "VICTIM_SERVICE", "PROSECUTION", "POLICY"])
TRANSFERS = frozenset(["HANDOVER", "REPATRIATION"])
SUBJECT_ROLE: dict[str, ParticipantRole] = {
    "COORD_MEETING": "organiser",
    "AWARENESS": "organiser",
    "TRAINING": "organiser",
    "DIALOGUE": "organiser",
    "TASKFORCE": "organiser",
    "AGREEMENT": "party",
    "LIAISON_VISIT": "party",
    "HANDOVER": "giver",
    "STATEMENT": "speaker",
}
OTHER_ROLE: dict[str, ParticipantRole] = {
    "COORD_MEETING": "attendee",
    "AWARENESS": "attendee",
    "TRAINING": "attendee",
    "DIALOGUE": "attendee",
    "TASKFORCE": "party",
    "AGREEMENT": "party",
    "LIAISON_VISIT": "party",
    "HANDOVER": "receiver",
    "REPATRIATION": "partner",
    "STATEMENT": "target",
}
BODIES = ("Gugus Tugas", "Satgas", "Satuan Tugas")
COURTS = ("Pengadilan", "Mahkamah")
# Evidence kept for one participant; more says nothing new.
MOST_SPANS = 12
ATTENDANCE = frozenset(["attendee", "chair", "speaker", "party"])


@cache
def _cues() -> dict[str, list[tuple[tuple[str, ...], ParticipantRole, str]]]:
    index: dict[str, list[tuple[tuple[str, ...], ParticipantRole, str]]] = {}
    for row in rows("event_participant_cues.csv"):
        words = tuple(row["cue"].split())
        index.setdefault(words[0], []).append((words, _role(row["role"]), row["scope"]))
    for group in index.values():
        group.sort(key=lambda cue: -len(cue[0]))
    return index


def _role(text: str) -> ParticipantRole:
    roles: tuple[ParticipantRole, ...] = (
        "organiser", "chair", "party", "attendee", "speaker", "lead", "partner", "giver", "receiver", "target",
    )  # fmt: skip
    for role in roles:
        if text == role:
            return role
    raise ValueError(f"event_participant_cues.csv: unknown role {text!r}; use one of {', '.join(roles)}")


def scope_of(kind: str) -> frozenset[str]:
    """The scopes of participant cues that hold for events of a type."""
    scopes = {"any"}
    if kind in MEETINGS:
        scopes.add("meeting")
    if kind in FOUNDINGS:
        scopes |= {"founding", "meeting"}
    if kind in OPERATIONS:
        scopes.add("operation")
    if kind in TRANSFERS:
        scopes |= {"transfer"}
    return frozenset(scopes)


def actors_in(words: Words, sentence: Sentence, actors: Located[Actor]) -> list[Actor]:
    """Agencies and persons of a sentence, in order."""
    return [actor for actor, _ in actors.between(words, sentence.start, sentence.end)]


def cue_role(words: Words, sentence: Sentence, at: int, kind: str, floor: int) -> ParticipantRole | None:
    """The role given by the nearest participant cue before word ``at``, not before word ``floor``."""
    scopes = scope_of(kind)
    for before in range(at - 1, max(sentence.start, floor) - 1, -1):
        for cue, role, scope in _cues().get(words.lowers[before], ()):
            if scope in scopes and tuple(words.lowers[before : before + len(cue)]) == cue:
                if scope == "transfer" and at - before > 6:
                    continue
                return role
    return None


def participants_of(
    words: Words,
    sentence: Sentence,
    hit: Hit,
    actors: Located[Actor],
) -> list[Participant]:
    """The participants of an event that its own sentence names."""
    kind = hit.trigger.type
    found: list[Participant] = []
    has_lead = False
    for actor in actors_in(words, sentence, actors):
        role = _role_in(words, sentence, hit, actor, kind, has_lead)
        if role is None:
            continue
        has_lead = has_lead or role in ("lead", "giver", "organiser")
        found.append(participant(actor, role))
    return found


def participant(actor: Actor, role: ParticipantRole) -> Participant:
    """A participant from an actor of the text."""
    return Participant(
        role,
        agency=actor.agency.name if actor.agency else None,
        agency_id=actor.agency.agency_id if actor.agency else None,
        person=actor.person.name if actor.person else None,
        spans=[actor.span],
    )


def _role_in(
    words: Words, sentence: Sentence, hit: Hit, actor: Actor, kind: str, has_lead: bool
) -> ParticipantRole | None:
    if actor.person is not None and actor.person.capacity in ("suspect", "victim", "witness", "public"):
        return "target" if kind not in MEETINGS | FOUNDINGS and actor.person.capacity in ("suspect", "victim") else None
    if actor.agency is None:
        return None if kind in ("RESCUE", "ARREST", "HANDOVER", "REPATRIATION") else OTHER_ROLE.get(kind)
    if kind == "TASKFORCE" and actor.agency.name.startswith(BODIES):
        return "target"
    if kind == "PROSECUTION":
        return "lead" if actor.agency.name.startswith(COURTS) else "party"
    floor = _clause_start(words, sentence, hit)
    if actor.at < floor:
        return None
    if hit.trigger.voice == "passive" and actor.at == hit.end and hit.trigger.words[-1] not in ("ke", "kepada", "di"):
        # "dilimpahkan Kejari Kupang ke pengadilan": who did it stands right behind the verb.
        return "giver" if kind == "HANDOVER" else "lead"
    cue = cue_role(words, sentence, actor.at, kind, floor) or _cue_behind(words, sentence, actor.at, kind)
    is_before = actor.at < hit.start
    if is_before and cue == "attendee" and "bahwa" in words.lowers[actor.at : hit.start]:
        # "Direktur Kerja Sama, diwakili Budi, mengatakan bahwa kegiatan ini digelar …": who tells of it held it.
        cue = None
    if cue is not None and not (is_before and cue in ("receiver", "giver") and hit.trigger.voice == "active"):
        return cue
    if hit.trigger.voice == "passive" or (hit.trigger.voice == "noun" and not is_before):
        if kind in ("RESCUE", "ARREST", "JOINT_OP", "VICTIM_SERVICE", "REPATRIATION"):
            return "partner" if has_lead else "lead"
        return OTHER_ROLE.get(kind, "partner")
    if is_before:
        if kind in SUBJECT_ROLE:
            return SUBJECT_ROLE[kind]
        return "partner" if has_lead else "lead"
    return OTHER_ROLE.get(kind, "partner")


def _clause_start(words: Words, sentence: Sentence, hit: Hit) -> int:
    """Where the clause of the trigger begins: behind "sehari setelah", which joins it to what another agency did."""
    if hit.trigger.voice == "passive":
        return sentence.start
    for at in range(hit.start - 1, sentence.start - 1, -1):
        if words.lower(at) in ("setelah", "sesudah", "sebelum", "ketika", "sejak"):
            return at + 1
    return sentence.start


def _cue_behind(words: Words, sentence: Sentence, at: int, kind: str) -> ParticipantRole | None:
    """The role of a subject whose verb follows: "BP3MI dan Imigrasi hadir", "Polda NTT diwakili …"."""
    if kind not in MEETINGS | FOUNDINGS:
        return None
    for later in range(at + 1, min(at + 10, sentence.end)):
        if words.lower(later) in ("hadir", "diwakili"):
            return "attendee"
        if words[later].is_mark and words.lower(later) != ",":
            return None
    return None


def listed_participants(
    words: Words,
    sentence: Sentence,
    kind: str,
    actors: Located[Actor],
) -> list[Participant]:
    """The participants that a sentence behind an event adds: attendees, members, speakers.

    Empty unless the sentence has a word of taking part (``turut hadir``, ``peserta``, ``disaksikan``).
    """
    found: list[Participant] = []
    for actor in actors_in(words, sentence, actors):
        if actor.agency is None:
            continue
        role = cue_role(words, sentence, actor.at, kind, sentence.start)
        role = role or _cue_behind(words, sentence, actor.at, kind)
        if role is None and found:
            role = found[-1].role
        if role is not None and (role in ATTENDANCE or kind in TRANSFERS | OPERATIONS):
            found.append(participant(actor, role))
    return found


def add_participants(known: list[Participant], more: Sequence[Participant]) -> None:
    """Add participants that are not there yet; one with a person fills the bare agency's place."""
    for item in more:
        same = next((other for other in known if other.agency == item.agency and other.person == item.person), None)
        bare = next((other for other in known if other.agency == item.agency and not other.person), None)
        if same is not None:
            same.spans += [span for span in item.spans if span not in same.spans][: MOST_SPANS - len(same.spans)]
        elif item.agency is not None and item.person is not None and bare is not None:
            bare.person = item.person
            bare.spans += item.spans
        elif item.person is None and any(other.agency == item.agency for other in known):
            continue
        else:
            known.append(item)
