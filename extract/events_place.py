"""Where an event took place: the narrowest place of its sentence, else of its context; never the outlet's."""

from __future__ import annotations

from collections.abc import Sequence

from extract.events_lexicon import event_cues
from extract.events_scene import Located
from extract.events_triggers import Sentence
from extract.facts import Place, Span
from extract.lexicon import longest_phrase
from extract.words import Words

LEVEL_BEFORE = frozenset(
    ["desa", "kelurahan", "kecamatan", "kabupaten", "kota", "provinsi", "distrik", "kampung", "nagari", "dusun",
     "pulau", "kepulauan", "kab", "kec"]
)  # fmt: skip
# A dateline ends within this many characters.
DATELINE_REACH = 60


def is_origin(words: Words, span: Span, *, takes_goal: bool) -> bool:
    """Whether a place is where somebody comes from or goes to: "warga Desa Bebidas", "dikirim ke Oman"."""
    at = words.at(span.start) - 1
    steps = 0
    while at >= 0 and steps < 12:
        if (
            words.lower(at) in LEVEL_BEFORE
            or words.lower(at) in (",", "dan", "serta", "maupun", "atau", "(")
            or words[at].place is not None
        ):
            at -= 1
            steps += 1
            continue
        break
    if takes_goal and words.lower(at) in ("ke", "menuju", "tujuan"):
        return False
    return bool(at >= 0 and longest_phrase(event_cues("origin"), words.lowers, at))


def place_in(places: Located[Place], words: Words, sentence: Sentence, *, takes_goal: bool) -> tuple[str, Span] | None:
    """The narrowest place in a sentence where something can have happened, as code and mention."""
    usable = [
        (place, span)
        for place, span in places.between(words, sentence.start, sentence.end)
        if place.level != "country"
        and not is_origin(words, span, takes_goal=takes_goal)
        and words[words.at(span.start)].agency is None
    ]
    if not usable:
        return None
    place, span = max(usable, key=lambda pair: (len(pair[0].code), -pair[1].start))
    return place.code, span


def place_of(
    places: Located[Place],
    words: Words,
    sentences: Sequence[Sentence],
    index: int,
    context: str | None,
    *,
    takes_goal: bool,
    trigger_end: int,
) -> tuple[str, Span | None, str] | None:
    """The place of an event in sentence ``index``: code, mention and basis (sentence, paragraph, context, dateline).

    Args:
        places: the article's places.
        words: its words.
        sentences: its sentences.
        index: which of them reports the event.
        context: the place of the event before it.
        trigger_end: the word behind the trigger.
        takes_goal: whether people arrive where the event takes place, so that "ke Kendari" names it.
    """
    sentence = sentences[index]
    opening = dateline_place(places)
    known = context or (opening[0] if opening else None)
    here = place_in(places, words, sentence, takes_goal=takes_goal)
    if here is not None and not _is_of_relative_clause(words, here, known, trigger_end):
        return (*here, "sentence")
    for distance in (-1, 1, -2):
        near = index + distance
        if 0 <= near < len(sentences) and sentences[near].paragraph == sentence.paragraph:
            found = place_in(places, words, sentences[near], takes_goal=False)
            # A neighbour's place far from where the story plays is where somebody comes from.
            if found is not None and (known is None or found[0][:2] == known[:2]):
                return (*found, "paragraph")
    if context is not None:
        return context, None, "context"
    return opening


def _is_of_relative_clause(words: Words, here: tuple[str, Span], known: str | None, trigger_end: int) -> bool:
    """Whether a place far from where the story plays tells of somebody's past: "yang pernah dijual di Tual"."""
    code, span = here
    if known is None or code[:2] == known[:2]:
        return False
    return any(words.lower(at) == "yang" for at in range(trigger_end, words.at(span.start)))


def dateline_place(places: Located[Place]) -> tuple[str, Span, str] | None:
    """The place that opens the text, as code, mention and basis."""
    opening = [pair for pair in places.within(0, DATELINE_REACH) if pair[0].level != "country"]
    if not opening:
        return None
    place, span = min(opening, key=lambda pair: pair[1].start)
    return place.code, span, "dateline"
