"""The words that report an event: triggers from ``event_triggers.csv``, found sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extract.lexicon import Phrases, phrase_index, rows
from extract.words import Words

Voice = Literal["active", "passive", "noun"]
QUOTE_MARKS = frozenset('"“”«»')
REFERRING = frozenset(
    ["hasil", "usai", "seusai", "setelah", "sesudah", "sebelum", "selain", "peserta", "materi", "ruang", "aula",
     "gedung", "dokumen", "biaya", "ongkos", "anggaran", "jadwal", "proses"]
)  # fmt: skip
# "korban yang (baru) dipulangkan" tells which people are meant.
OF_WHOM = frozenset(["yang", "baru", "telah", "sudah", "pernah", "berhasil"])
DESCRIBING = frozenset(["RESCUE", "REPATRIATION", "ARREST", "HANDOVER"])
# How far behind a verb its object may stand.
OBJECT_REACH = 6
DAY_REACH = 8


@dataclass(frozen=True, slots=True)
class Trigger:
    """A line of ``event_triggers.csv``.

    Attributes:
        type: type of the event.
        words: the trigger's words in lower case.
        voice: whether its subject acts (active) or undergoes (passive), or it is a noun.
        strength: 2 reports an event by itself, 1 only where a word of holding (``menggelar``, ``dihadiri``) or a
            day stands with it, 0 reports an investigation that goes on.
        needs: phrases of which one must stand in the sentence; empty when none must.
        unless: phrases of which none may stand in the sentence.
    """

    type: str
    words: tuple[str, ...]
    voice: Voice
    strength: int
    needs: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger in the text: its words from ``start`` up to ``end``, in sentence number ``sentence``."""

    trigger: Trigger
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as words ``start`` up to ``end``; ``paragraph`` counts lines from 0."""

    number: int
    start: int
    end: int
    paragraph: int


@cache
def triggers() -> dict[str, tuple[Trigger, ...]]:
    """The triggers by first word, longest first."""
    found: dict[str, list[Trigger]] = {}
    for row in rows("event_triggers.csv"):
        words = tuple(row["trigger"].split())
        trigger = Trigger(
            row["type"],
            words,
            _voice(row["voice"]),
            int(row["strength"]),
            _phrases(row["needs"]),
            _phrases(row["unless"]),
        )
        found.setdefault(words[0], []).append(trigger)
    return {first: tuple(sorted(group, key=lambda item: -len(item.words))) for first, group in found.items()}


def _voice(text: str) -> Voice:
    for voice in ("active", "passive", "noun"):
        if text == voice:
            return voice
    raise ValueError(f"event_triggers.csv: unknown voice {text!r}; use active, passive or noun")


def _phrases(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@cache
def event_cues(kind: str) -> Phrases:
    """The cue phrases of one kind (column ``kind`` of ``event_cues.csv``)."""
    return phrase_index(row["cue"] for row in rows("event_cues.csv") if row["kind"] == kind)


@cache
def cue_values(kind: str) -> dict[str, str]:
    """The values of the cues of one kind, by cue."""
    return {row["cue"]: row["value"] for row in rows("event_cues.csv") if row["kind"] == kind}


def read_sentences(words: Words, sentences: Sequence[tuple[int, int]]) -> list[Sentence]:
    """The sentences as runs of words, with the line each stands in; lines of who wrote the article are left out."""
    found: list[Sentence] = []
    paragraph = -1
    line_of: list[int] = []
    for word in words.items:
        paragraph += word.begins_line
        line_of.append(paragraph)
    for number, (start, end) in enumerate(sentences):
        first, last = words.at(start), words.at(end)
        if last > first and not words[first].is_byline:
            found.append(Sentence(number, first, last, line_of[first]))
    return found


def has_phrase(lowers: Sequence[str], phrase: str) -> bool:
    """Whether a phrase stands among the words; a last word that ends in ``*`` may go on."""
    parts = phrase.split()
    is_open = parts[-1].endswith("*")
    stem = parts[-1].rstrip("*")
    for at in range(len(lowers) - len(parts) + 1):
        last = lowers[at + len(parts) - 1]
        if list(lowers[at : at + len(parts) - 1]) == parts[:-1] and (
            last.startswith(stem) if is_open else last == stem
        ):
            return True
    return False


def _matches(trigger: Trigger, lowers: Sequence[str], at: int) -> bool:
    window = lowers[at : at + len(trigger.words)]
    return len(window) == len(trigger.words) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for word, part in zip(window, trigger.words, strict=True)
    )


def find_hits(words: Words, sentence: Sentence) -> list[Hit]:
    """The triggers of a sentence outside direct speech and agencies' names, the longest at each place."""
    lowers = words.lowers[sentence.start : sentence.end]
    hits: list[Hit] = []
    in_quote = False
    at = sentence.start
    while at < sentence.end:
        shown = words[at].text
        if shown in QUOTE_MARKS:
            in_quote = not in_quote if shown == '"' else shown in "“«"
        hit = None if in_quote or words[at].agency is not None else _hit_at(words, lowers, sentence, at)
        if hit is not None and _only_refers(words, hit):
            hit = None
        if hit is None:
            at += 1
            continue
        hits.append(hit)
        at = hit.end
    return hits


def _only_refers(words: Words, hit: Hit) -> bool:
    """Whether a noun refers to an event reported elsewhere, or is what another event is for.

    "hasil rakor" is the result of a meeting told of before, "rapat pembentukan satgas" a meeting, "untuk pemulangan
    korban" a purpose.
    """
    before = words.lower(hit.start - 1)
    if before in ("untuk", "guna", "menunggu", "demi"):
        return hit.trigger.type in ("REPATRIATION", "VICTIM_SERVICE")
    if hit.trigger.voice == "passive" and hit.trigger.type in DESCRIBING:
        at = hit.start - 1
        while words.lower(at) in OF_WHOM and words.lower(at) != "yang":
            at -= 1
        has_day = any(words[later].is_day for later in range(hit.end, min(hit.end + DAY_REACH, len(words))))
        return words.lower(at) == "yang" and not has_day
    if hit.trigger.voice != "noun":
        return False
    return before in REFERRING or (
        hit.trigger.type == "TASKFORCE" and before in ("rapat", "rakor", "rencana", "meminta")
    )


def _has_need(words: Words, lowers: Sequence[str], sentence: Sentence, at: int, phrase: str) -> bool:
    """Whether what a trigger needs is there: a phrase in the sentence, or for ``@agency`` an agency behind it."""
    if phrase == "@agency":
        return any(words[later].agency for later in range(at + 1, min(at + OBJECT_REACH, sentence.end)))
    return has_phrase(lowers, phrase)


def _hit_at(words: Words, lowers: Sequence[str], sentence: Sentence, at: int) -> Hit | None:
    for trigger in triggers().get(words.lowers[at], ()):
        if not _matches(trigger, lowers, at - sentence.start):
            continue
        if trigger.needs and not any(_has_need(words, lowers, sentence, at, phrase) for phrase in trigger.needs):
            continue
        if any(has_phrase(lowers, phrase) for phrase in trigger.unless):
            continue
        return Hit(trigger, at, at + len(trigger.words), sentence.number)
    return None
