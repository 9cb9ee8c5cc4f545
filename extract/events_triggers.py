"""Triggers of events found in the text, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.events_lexicon import GAP, Trigger, event_cues, triggers
from extract.lexicon import longest_phrase
from extract.words import Words

QUOTE_MARKS = frozenset('"“”«»')
PURPOSES = frozenset(["untuk", "guna", "menunggu", "demi", "upaya", "bertujuan"])
RECEIVING = frozenset(["diberi", "diberikan", "mendapat", "mendapatkan", "mengikuti", "menjalani", "menerima"])
# What a meeting may be about: "rapat teknis pemulangan korban" is a meeting.
SUBJECTS = frozenset(["REPATRIATION", "VICTIM_SERVICE", "TASKFORCE", "HANDOVER", "RESCUE", "ARREST", "PROSECUTION"])
ABOUT_REACH = 3
REFERRING = frozenset(
    ["hasil", "usai", "seusai", "setelah", "sesudah", "sebelum", "selain", "peserta", "materi", "ruang", "aula",
     "gedung", "dokumen", "biaya", "ongkos", "anggaran", "jadwal", "proses"]
)  # fmt: skip
# "korban yang (baru) dipulangkan" tells which people are meant.
OF_WHOM = frozenset(["yang", "baru", "telah", "sudah", "pernah", "berhasil"])
DESCRIBING = frozenset(["RESCUE", "REPATRIATION", "ARREST", "HANDOVER"])
# How far behind a verb its object may stand.
OBJECT_REACH = 6
# How many words may come between the parts of a trigger with a gap.
MOST_INSERTED = 2
DAY_REACH = 8


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


def _match_end(trigger: Trigger, lowers: Sequence[str], at: int) -> int:
    """The word behind the trigger where it matches from word ``at``; 0 where it does not."""
    allowed = 0
    for part in trigger.words:
        if part == GAP:
            allowed = MOST_INSERTED
            continue
        stop = min(at + allowed + 1, len(lowers))
        while at < stop and not _fits(part, lowers[at]):
            at = stop if not lowers[at][:1].isalnum() else at + 1
        if at >= stop:
            return 0
        at += 1
        allowed = 0
    return at


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def find_hits(words: Words, sentence: Sentence) -> list[Hit]:
    """The triggers of a sentence outside direct speech and agencies' names, the longest at each place.

    Triggers of several types that are equally long at a place all count: people are rescued and suspects arrested by
    one "mengamankan".
    """
    lowers = words.lowers[sentence.start : sentence.end]
    hits: list[Hit] = []
    in_quote = False
    at = sentence.start
    while at < sentence.end:
        shown = words[at].text
        if shown in QUOTE_MARKS:
            in_quote = not in_quote if shown == '"' else shown in "“«"
        here = [] if in_quote or words[at].agency is not None else _hits_at(words, lowers, sentence, at)
        here = [hit for hit in here if not _is_purpose(words, hit) and not _only_names(words, hit)]
        hits += here
        at = max([at + 1, *(hit.end for hit in here)])
    return hits


def _is_purpose(words: Words, hit: Hit) -> bool:
    """Whether an act is what something else is for: "untuk pemulangan korban", "guna mencegah keberangkatan"."""
    if words.lower(hit.start - 1) in PURPOSES:
        is_of_people = hit.trigger.type in ("REPATRIATION", "VICTIM_SERVICE")
        return is_of_people or (hit.trigger.voice == "active" and hit.trigger.type in DESCRIBING)
    # "untuk diberi pembekalan", "guna mendapat pendampingan"
    receives = words.lower(hit.start - 1) in RECEIVING
    return hit.trigger.voice == "noun" and words.lower(hit.start - 2) in PURPOSES and receives


def refers(words: Words, hit: Hit) -> bool:
    """Whether a trigger tells which people are meant, not what happened: "korban yang (baru) dipulangkan"."""
    if hit.trigger.voice != "passive" or hit.trigger.type not in DESCRIBING:
        return False
    at = hit.start - 1
    while words.lower(at) in OF_WHOM and words.lower(at) != "yang":
        at -= 1
    has_day = any(words[later].is_day for later in range(hit.end, min(hit.end + DAY_REACH, len(words))))
    return words.lower(at) == "yang" and not has_day


def _only_names(words: Words, hit: Hit) -> bool:
    """Whether a noun names an event reported elsewhere: "hasil rakor", or a meeting: "rapat pembentukan satgas"."""
    if hit.trigger.voice != "noun":
        return False
    before = words.lower(hit.start - 1)
    if before == "proses" and hit.trigger.type == "REPATRIATION":
        return False
    is_subject = hit.trigger.type in SUBJECTS and any(
        longest_phrase(event_cues("about"), words.lowers, at)
        for at in range(max(0, hit.start - ABOUT_REACH), hit.start)
        if not any(words[later].is_mark for later in range(at, hit.start))
    )
    return before in REFERRING or is_subject


def _holds(words: Words, lowers: Sequence[str], sentence: Sentence, at: int, term: str) -> bool:
    """Whether what a trigger asks for is in its sentence."""
    if term == "@agency":
        return any(words[later].agency for later in range(at + 1, min(at + OBJECT_REACH, sentence.end)))
    if term == "@place":
        return any(words[later].place for later in range(at + 1, min(at + OBJECT_REACH, sentence.end)))
    if term == "@agencies":
        return len({item.name for word in words.items[sentence.start : sentence.end] if (item := word.agency)}) > 1
    if term.startswith("@"):
        return any(
            longest_phrase(event_cues(term[1:]), words.lowers, near) for near in range(sentence.start, sentence.end)
        )
    return has_phrase(lowers, term)


def _hits_at(words: Words, lowers: Sequence[str], sentence: Sentence, at: int) -> list[Hit]:
    found: list[Hit] = []
    for trigger in triggers().get(words.lowers[at], ()):
        if found and (
            trigger.length < found[0].trigger.length or any(hit.trigger.type == trigger.type for hit in found)
        ):
            continue
        end = _match_end(trigger, lowers, at - sentence.start)
        if not end:
            continue

        def meets(condition: tuple[str, ...]) -> bool:
            return all(_holds(words, lowers, sentence, at, term) for term in condition)

        if trigger.needs and not any(meets(condition) for condition in trigger.needs):
            continue
        if any(meets(condition) for condition in trigger.unless):
            continue
        found.append(Hit(trigger, at, sentence.start + end, sentence.number))
    return found
