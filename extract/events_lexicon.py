"""The words that report events: ``event_triggers.csv``, the verbs of ``event_verbs.csv`` and the cues beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

from extract.lexicon import Phrases, phrase_index, rows

Voice = Literal["active", "passive", "noun"]
# Stands in a trigger for up to MOST_INSERTED words that may come between.
GAP = ".."
# Conditions on what earlier steps found; every other one that begins with @ is a kind of cue.
FOUND = frozenset(["@agency", "@agencies", "@place"])
# Forms of a verb that ``event_verbs.csv`` may ask for, with the voice of each.
FORMS: dict[str, Voice] = {
    "active": "active",
    "passive": "passive",
    "noun": "noun",
    "accidental": "passive",
    "bare": "active",
}
VOWELS = "aiueo"
# What the prefixes meN- and peN- become before a sound, and whether the sound itself is lost (KBBI, TBBBI 4.2).
NASALS = (
    ("ng", "", False),
    ("ny", "", False),
    ("sy", "n", False),
    ("kh", "ng", False),
    *((letter, "m", False) for letter in "bfv"),
    ("p", "m", True),
    *((letter, "n", False) for letter in "cdjz"),
    ("t", "n", True),
    ("s", "ny", True),
    ("k", "ng", True),
    *((letter, "ng", False) for letter in "ghaiueo"),
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A line of ``event_triggers.csv``, or one form of a verb of ``event_verbs.csv``.

    Attributes:
        type: type of the event.
        words: the trigger's words in lower case; one that ends in ``*`` may go on, ``..`` lets up to two words between.
        voice: whether its subject acts (active) or undergoes (passive), or it is a noun.
        strength: 2 reports an event by itself, 1 only where a word of holding (``menggelar``, ``dihadiri``), an agency
            or a day stands with it, 0 reports an investigation that goes on.
        needs: conditions of which one must hold in the sentence; empty when none must. Parts joined by ``&`` must all
            hold; ``@agency`` is an agency right behind the trigger, ``@agencies`` two of them in the sentence,
            ``@place`` a place right behind the trigger, and ``@victim`` any cue of that kind.
        unless: conditions of which none may hold.
    """

    type: str
    words: tuple[str, ...]
    voice: Voice
    strength: int
    needs: tuple[tuple[str, ...], ...]
    unless: tuple[tuple[str, ...], ...]

    @property
    def length(self) -> int:
        """Number of its words without gaps."""
        return sum(word != GAP for word in self.words)


@cache
def triggers() -> dict[str, tuple[Trigger, ...]]:
    """The triggers by first word, longest first; at equal length in the order of the files."""
    found: dict[str, list[Trigger]] = {}
    for trigger in (*_written(), *_inflected()):
        found.setdefault(trigger.words[0], []).append(trigger)
    return {first: tuple(sorted(group, key=lambda item: -item.length)) for first, group in found.items()}


def _written() -> Iterator[Trigger]:
    for row in rows("event_triggers.csv"):
        for words in product(*(part.split("/") for part in row["trigger"].split())):
            yield Trigger(
                row["type"],
                words,
                _voice(row["voice"]),
                int(row["strength"]),
                _conditions(row["needs"]),
                _conditions(row["unless"]),
            )


def _inflected() -> Iterator[Trigger]:
    for row in rows("event_verbs.csv"):
        for name in row["forms"].split():
            if name not in FORMS:
                raise ValueError(f"event_verbs.csv, {row['root']}: unknown form {name!r}; use {', '.join(FORMS)}")
            for root in row["root"].split("/"):
                yield Trigger(
                    row["type"],
                    (inflect(root, row["suffix"], name),),
                    FORMS[name],
                    int(row["strength"]),
                    _conditions(row["needs"]),
                    _conditions(row["unless"]),
                )


def inflect(root: str, suffix: str, form: str) -> str:
    """A form of an Indonesian verb.

    Args:
        root: its root, ``tangkap``.
        suffix: ``kan``, ``i`` or nothing.
        form: active (``menangkap``), passive (``ditangkap``), noun (``penangkapan``), accidental (``tertangkap``) or
            bare (``tangkap``, as headlines have it).
    """
    if form == "active":
        return _nasal("me", root) + suffix
    if form == "passive":
        return "di" + root + suffix
    if form == "noun":
        return _nasal("pe", root) + "an"
    if form == "accidental":
        return "ter" + root
    return root + suffix


def _nasal(prefix: str, root: str) -> str:
    if sum(letter in VOWELS for letter in root) == 1:
        return f"{prefix}nge{root}"
    for sound, nasal, is_lost in NASALS:
        if root.startswith(sound):
            return prefix + nasal + (root[len(sound) :] if is_lost else root)
    return prefix + root


def _voice(text: str) -> Voice:
    for voice in ("active", "passive", "noun"):
        if text == voice:
            return voice
    raise ValueError(f"event_triggers.csv: unknown voice {text!r}; use active, passive or noun")


def _conditions(cell: str) -> tuple[tuple[str, ...], ...]:
    found = tuple(
        tuple(part.strip() for part in condition.split("&")) for condition in cell.split("|") if condition.strip()
    )
    for term in (term for condition in found for term in condition if term.startswith("@")):
        if term not in FOUND and term[1:] not in cue_kinds():
            raise ValueError(f"triggers of events ask for {term!r}, but event_cues.csv has no cue of that kind")
    return found


@cache
def event_cues(kind: str) -> Phrases:
    """The cue phrases of one kind (column ``kind`` of ``event_cues.csv``); unknown kinds have none."""
    return phrase_index(row["cue"] for row in rows("event_cues.csv") if row["kind"] == kind)


@cache
def cue_kinds() -> frozenset[str]:
    """The kinds of cues there are."""
    return frozenset(row["kind"] for row in rows("event_cues.csv"))


@cache
def cue_values(kind: str) -> dict[str, str]:
    """The values of the cues of one kind, by cue."""
    return {row["cue"]: row["value"] for row in rows("event_cues.csv") if row["kind"] == kind}
