"""Which reports within one article are the same event."""

from __future__ import annotations

from datetime import date

from extract.events_draft import EventDraft
from extract.events_participants import add_participants

# An event that goes on, and one that was held, of the same type: the held one is what happened.
SURPASSED = frozenset(["ARREST"])
# Of these an article hardly reports two on neighbouring days; the dates of one differ by a slip or a "sehari setelah".
NEARBY = frozenset(["COORD_MEETING", "AGREEMENT", "TASKFORCE", "AWARENESS", "TRAINING", "DIALOGUE", "RESCUE", "ARREST"])


def join(known: EventDraft, new: EventDraft) -> bool:
    """Join a new report to a known event of the same type when both are the same happening; tells whether it did."""
    if known.status != new.status:
        if known.type == "VICTIM_SERVICE" and {known.status, new.status} == {"planned", "ongoing"}:
            known.status = "ongoing"
            _take(known, new)
            return True
        if known.type in SURPASSED and {known.status, new.status} == {"held", "ongoing"}:
            if known.status == "ongoing":
                known.status, known.when, known.place = new.status, new.when, new.place or known.place
                known.participants, new.participants = new.participants, known.participants
            _take(known, new)
            return True
        return False
    if not _same_time(known, new) or (known.type == "HANDOVER" and not _same_receiver(known, new)):
        return False
    if known.when.start is None and new.when.start is not None:
        known.when = new.when
    _take(known, new)
    return True


def _same_time(known: EventDraft, new: EventDraft) -> bool:
    first, second = known.when, new.when
    if first.start is None or second.start is None or first.start == second.start:
        return True
    if known.type == "ARREST" and new.hit.trigger.strength == 1 and second.precision != "day":
        new.when = first
        return True
    if known.status != "held":
        return False
    if known.type in NEARBY and abs(_day(first.start) - _day(second.start)) <= 1:
        return True
    ends = (first.end or first.start, second.end or second.start)
    overlap = first.start <= ends[1] and second.start <= ends[0]
    return overlap and abs(_day(first.start) - _day(second.start)) <= 1


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _same_receiver(known: EventDraft, new: EventDraft) -> bool:
    """Two transfers are one unless they have different receivers."""
    first, second = _receivers(known), _receivers(new)
    return not first or not second or bool(first & second)


def _receivers(draft: EventDraft) -> set[str | None]:
    return {item.agency for item in draft.participants if item.role == "receiver"}


def _take(known: EventDraft, new: EventDraft) -> None:
    add_participants(known.participants, new.participants)
    known.evidence += new.evidence
    narrower = new.place is not None and (known.place is None or new.place.startswith(known.place))
    if narrower and new.place_basis == "sentence":
        known.place, known.place_basis = new.place, new.place_basis
