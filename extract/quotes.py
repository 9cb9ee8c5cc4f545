"""Direct speech of named persons, with the speaker.

A quoted segment is speech when something attributes it: a verb behind it ("…," kata Kapolres), a verb before it
(Ia mengatakan, "…"), or the speech just before it in the same paragraph. Each contiguous segment is one quote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Person, Quote, Span
from extract.quote_cast import ATTRIBUTION_LENGTH, Cast
from extract.quote_cues import quote_cues
from extract.quote_segments import Segment, quoted_segments
from extract.state import state_of

# A segment of fewer words is a scare quote unless a verb attributes it.
SHORTEST_SPEECH = 3
# A title and its agency before a name have at most so many words.
LONGEST_TITLE = 12

_NAME = re.compile(r"[A-Z][\w’'.-]*(?:[ \t]+[A-Z][\w’'.-]*){0,4}")
# A lower-case word that is no part of a title.
_LOWER_WORD = re.compile(r"(?<!\w)(?!(?:dan|di|dari|pada|bidang|untuk)\b)[a-z]{2,}")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z“\"]|\s*$|\s*\()|\n")


def _named_behind(text: str, start: int, end: int, cast: Cast) -> Person | None:
    """Who is named between the verb behind a quote and the end of its sentence."""
    cues, phrase = quote_cues(), text[start:end]
    circumstance = cues.circumstance.search(phrase)
    limit = start + circumstance.start() if circumstance else end
    named = cast.first_between(start, limit)
    if named:
        return named[1]
    if cues.nobody.match(phrase) and not cues.anaphor.search(text[start:limit]):
        return None
    capitalised = _NAME.search(text, start, limit)
    if capitalised:
        found = cast.by_token(capitalised[0]) or cast.titled(capitalised[0], start)
        if found:
            return found
    if cues.anaphor.search(text[start:limit]) or (not capitalised and phrase.strip(" ,.")[:1].islower()):
        return cast.last_named(start)
    later = cast.first_between(start, end)
    return later[1] if later else None


def _sentence_end(text: str, start: int, following: int) -> int:
    """Where the attribution that begins at ``start`` ends: at its sentence's end or the next quote."""
    limit = min(start + ATTRIBUTION_LENGTH, following, len(text))
    for end in _SENTENCE_END.finditer(text, start, limit):
        # "Kombes Pol. Budi", "dr. Sari": a point behind a short word is no end.
        word = text[max(start, end.start() - 6) : end.start()].split()[-1:] or [""]
        if end[0] == "." and len(word[0]) <= 4 and not word[0].endswith("nya") and end.end() < limit - 1:
            following_word = text[end.end() : end.end() + 3]
            if "\n" not in following_word:
                continue
        return end.start()
    return limit


def _ends_as_speech(text: str, segment: Segment) -> bool:
    """Whether quoted words end in a mark the way speech does, and scare quotes do not."""
    return text[segment.end - 1] in ".!?…" or "," in text[segment.end : segment.closing]


def _speaker_behind(text: str, segment: Segment, following: int, cast: Cast) -> Person | None:
    """The speaker that the words behind a quote name."""
    cues = quote_cues()
    attribution = cues.after.match(text, segment.closing)
    if attribution:
        end = _sentence_end(text, attribution.end(), following)
        if attribution["pronoun"]:
            return cast.last_named(segment.opening)
        return _named_behind(text, attribution.end(), end, cast)
    if not _ends_as_speech(text, segment):
        return None
    if cues.pronoun_behind.match(text, segment.closing):
        # "…," ia berbisik; "….” Ia mengatakannya sambil menangis.
        return cast.last_named(segment.opening)
    end = _sentence_end(text, segment.closing, following)
    attribution = cues.any_after.match(text, segment.closing, end)
    if attribution:
        if attribution["pronoun"] is not None:
            return cast.last_named(segment.opening)
        return _named_right_behind(text, attribution.end(), end, cast)
    # "…," Kapolres Budi menegaskan.
    named = cast.first_between(segment.closing, end)
    if named is None:
        return None
    is_comma = text[segment.end : segment.closing].strip(" ”\"»’'") == ","
    verb = cues.verb_behind if is_comma or text[segment.end - 1] in "!?" else cues.active
    is_near = len(text[segment.closing : named[0]].split()) <= LONGEST_TITLE
    return named[1] if is_near and verb.search(text, named[0], end) else None


def _named_right_behind(text: str, start: int, end: int, cast: Cast) -> Person | None:
    """Who is named behind a word that is no known verb of saying: the name, or an office, must follow at once."""
    named = cast.first_between(start, end)
    if named is not None and not _LOWER_WORD.search(text, start, named[0]):
        return named[1]
    office = _NAME.match(text, start + 1, end) if text[start : start + 1] == " " else None
    return cast.titled(office[0], start) if office else None


def _speaker_before(text: str, segment: Segment, previous: int, cast: Cast) -> Person | None:
    """The speaker of a quote that its own sentence announces: ``Ia mengatakan, "…"``."""
    cues = quote_cues()
    line = max(previous, text.rfind("\n", 0, segment.opening) + 1, segment.opening - ATTRIBUTION_LENGTH)
    lead = text[line : segment.opening]
    mark = lead.rstrip()[-1:]
    if mark not in (",", ":"):
        return None
    if cues.before.search(lead):
        return cast.last_named(segment.opening)
    if not _ends_as_speech(text, segment):
        return None
    begin = max((end.end() for end in _SENTENCE_END.finditer(lead)), default=0)
    sentence = lead[begin:].lstrip()
    is_announced = mark == ":" or cues.bare_before.search(lead) is not None or cues.said.search(sentence) is not None
    has_subject = cues.subject_pronoun.match(sentence) or cast.first_between(line + begin, segment.opening)
    return cast.last_named(segment.opening) if is_announced and has_subject else None


def _continues(text: str, segment: Segment, last: Segment) -> bool:
    """Whether a segment goes on with the speech before it: same paragraph, or a paragraph of nothing else."""
    between = text[last.closing : segment.opening]
    if len(text[segment.start : segment.end].split()) < SHORTEST_SPEECH or len(between) > ATTRIBUTION_LENGTH:
        return False
    if "\n" not in between:
        return between.rstrip()[-1:] in (".", ",", "", ":") or not between.strip()
    is_own_paragraph = text[segment.closing : segment.closing + 1] in ("\n", "") and between.endswith("\n")
    return is_own_paragraph and between.count("\n") == 1 and text[segment.end - 1] in ".!?"


def find_quotes(text: str, persons: Sequence[Person], sentences: Sequence[tuple[int, int]]) -> list[Quote]:
    """The direct speech of an article.

    Args:
        text: the article's text.
        persons: who is mentioned in it, with spans; nobody else can be a speaker.
        sentences: (start, end) offsets of its sentences, in order.

    Returns:
        One quote for each contiguous quoted segment whose speaker is known, in order of appearance. Titles, mottos,
        scare quotes and speech of the unnamed are left out.
    """
    segments = quoted_segments(text)
    cast = Cast(text, persons, sentences, segments)
    quotes: list[Quote] = []
    last: tuple[Segment, Person] | None = None
    for index, segment in enumerate(segments):
        following = segments[index + 1].opening if index + 1 < len(segments) else len(text)
        previous = segments[index - 1].closing if index else 0
        if quote_cues().title.search(text, max(0, segment.opening - 40), segment.opening):
            continue
        speaker = _speaker_behind(text, segment, following, cast) or _speaker_before(text, segment, previous, cast)
        has_verb = quote_cues().after.match(text, segment.closing) is not None or speaker is not None
        if speaker is None and not has_verb and last and _continues(text, segment, last[0]):
            speaker = last[1]
        if speaker is None:
            if has_verb:
                last = None
            continue
        last = (segment, speaker)
        sentence = max(0, bisect_right(sentences, (segment.start, len(text) + 1)) - 1)
        words = text[segment.start : segment.end]
        confidence, rule = (0.9, "quotes:attribution") if has_verb else (0.75, "quotes:continued")
        span = Span(segment.start, segment.end, words, sentence, confidence, rule)
        quotes.append(Quote(speaker.name, words, [span]))
    return quotes


@Language.component("jejak_quotes")
def jejak_quotes(doc: Doc) -> Doc:
    """Add the direct speech of an article to its record; runs behind the persons."""
    state = state_of(doc)
    state.quotes = find_quotes(state.text, state.persons, state.sentences)
    return doc
