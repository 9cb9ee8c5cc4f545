"""An event while it is being put together from the sentences that report it."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.events_time import When
from extract.events_triggers import Hit
from extract.facts import EventStatus, Participant


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
        is_of_suspect: its sentence speaks of a suspect or of the files of a case.
        is_reference: the trigger only tells which people are meant ("korban yang diselamatkan Polda NTT").
    """

    hit: Hit
    index: int
    status: EventStatus
    when: When
    place: str | None
    place_basis: str | None
    participants: list[Participant]
    evidence: list[int] = field(default_factory=list)
    is_of_suspect: bool = False
    is_reference: bool = False

    @property
    def type(self) -> str:
        """The event's type."""
        return self.hit.trigger.type
