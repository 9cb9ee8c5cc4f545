"""Direct speech of named persons, with the speaker.

A quoted segment is speech when something attributes it: a verb behind it ("…," kata Kapolres), a verb before it
(Ia mengatakan, "…"), or the speech just before it in the same paragraph. Each contiguous segment is one quote.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Person, Quote, Span
from extract.quote_segments import Segment, quoted_segments
from extract.state import state_of

# How far behind a quote the words of its attribution reach, in characters: title, agency and name.
ATTRIBUTION_LENGTH = 220
# How many sentences before a quote are searched for the one last named.
SENTENCES_BACK = 6
# How many mentions before a quote are searched for the holder of a title.
MENTIONS_BACK = 200
# Fewer letters of a name are too few to know it by.
SHORTEST_NICKNAME = 4
# A segment of fewer words is a scare quote unless a verb attributes it.
SHORTEST_SPEECH = 3

_NAME = re.compile(r"[A-Z][\w’'.-]*(?:[ \t]+[A-Z][\w’'.-]*){0,4}")
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z“\"]|\s*$|\s*\()|\n")
_TITLE_WORDS_BEFORE = 80


@dataclass(frozen=True, slots=True)
class _Cues:
    after: re.Pattern[str]
    active: re.Pattern[str]
    before: re.Pattern[str]
    said: re.Pattern[str]
    subject_pronoun: re.Pattern[str]
    nobody: re.Pattern[str]
    anaphor: re.Pattern[str]
    circumstance: re.Pattern[str]
    title: re.Pattern[str]


@cache
def _cues() -> _Cues:
    words = tomllib.loads(files("extract").joinpath("reference", "quotes.toml").read_text(encoding="utf-8"))

    def any_of(name: str) -> str:
        return "(?:" + "|".join(sorted(map(re.escape, words[name]), key=lambda word: (-len(word), word))) + ")"

    pronoun = any_of("pronouns")
    verb = f"(?:{any_of('active')}|{any_of('after')}(?:nya)?)"
    return _Cues(
        after=re.compile(
            rf"[ \t]*[,.]?[ \t]*(?:(?:demikian|begitu|seperti|lalu)[ \t]+)?(?P<verb>{any_of('after')})"
            rf"(?:(?P<pronoun>(?:kan)?nya|[ \t]+{pronoun})(?!\w)|(?!\w))",
            re.IGNORECASE,
        ),
        active=re.compile(rf"(?<!\w){any_of('active')}(?!\w)", re.IGNORECASE),
        before=re.compile(rf"(?i:(?<!\w){verb}(?!\w)[^.!?\n]{{0,60}}[,:]?[ \t]*$)"),
        said=re.compile(rf"(?<!\w)(?:menurut|{any_of('after')})(?!\w)", re.IGNORECASE),
        subject_pronoun=re.compile(
            rf"(?:namun,?[ \t]+)?(?:{pronoun}|pihaknya|menurut(?:nya|[ \t]+{pronoun})|kata[ \t]+{pronoun})(?!\w)",
            re.IGNORECASE,
        ),
        nobody=re.compile(rf"[ \t]+{any_of('nobody')}(?!\w)", re.IGNORECASE),
        anaphor=re.compile(rf"(?<!\w){any_of('anaphors')}(?!\w)", re.IGNORECASE),
        circumstance=re.compile(rf"(?<!\w){any_of('circumstances')}(?!\w)"),
        title=re.compile(rf"(?<!\w){any_of('titles')}[ \t:,]*$", re.IGNORECASE),
    )


class _Cast:
    """The persons of an article by where they are mentioned outside of quotes."""

    def __init__(
        self, text: str, persons: Sequence[Person], sentences: Sequence[tuple[int, int]], segments: Sequence[Segment]
    ) -> None:
        self._text, self._sentences = text, sentences
        openings = [segment.opening for segment in segments]

        def is_quoted(offset: int) -> bool:
            index = bisect_right(openings, offset) - 1
            return index >= 0 and offset < segments[index].closing

        mentions = sorted(
            ((span.start, index) for index, person in enumerate(persons) for span in person.spans),
            key=lambda mention: mention[0],
        )
        mentions = [(start, index) for start, index in mentions if not is_quoted(start)]
        self._starts = [start for start, _ in mentions]
        self._persons = [persons[index] for _, index in mentions]
        tokens: dict[str, list[Person]] = {}
        for person in persons:
            for token in dict.fromkeys(person.name.casefold().replace(".", " ").split()):
                tokens.setdefault(token, []).append(person)
        self._by_token = {token: named[0] for token, named in tokens.items() if len(named) == 1}
        self._is_quoted = is_quoted

    def first_between(self, start: int, end: int) -> tuple[int, Person] | None:
        """The first person mentioned from ``start`` up to ``end``, and where."""
        index = bisect_left(self._starts, start)
        if index < len(self._starts) and self._starts[index] < end:
            return self._starts[index], self._persons[index]
        return None

    def last_named(self, position: int) -> Person | None:
        """The subject of the sentences before a position.

        In the same paragraph that is whom the nearest sentence names; in the paragraph before it, one who speaks goes
        before one who is only spoken of. A sentence whose subject is "Ia" points further back.
        """
        index = bisect_left(self._sentences, (position, position))
        spoken_of = None
        for sentence in range(index - 1, max(-1, index - 1 - SENTENCES_BACK), -1):
            start, end = self._sentences[sentence]
            end = min(end, position)
            paragraphs = self._text.count("\n", end, position)
            if paragraphs > 2:
                break
            subject = self._subject(start, end)
            if subject is None:
                continue
            if not paragraphs or self._speaks(start, end):
                return subject
            spoken_of = spoken_of or subject
        return spoken_of

    def _subject(self, start: int, end: int) -> Person | None:
        """Whom a sentence names first, or the holder of the office that speaks in it: ``Bupati mengatakan``."""
        cues, named = _cues(), self.first_between(start, end)
        if cues.subject_pronoun.match(self._text, start):
            return None
        verb = cues.active.search(self._text, start, min(end, start + ATTRIBUTION_LENGTH))
        before_verb = verb.start() if verb else start
        if verb and (named is None or named[0] > before_verb):
            office = _NAME.match(self._text, start, before_verb)
            if office and len(office[0]) > 2:
                return self.titled(office[0], start) or (named[1] if named else None)
        return named[1] if named else None

    def _speaks(self, start: int, end: int) -> bool:
        return bool(_cues().active.search(self._text, start, end) or _cues().said.search(self._text, start, end))

    def titled(self, title: str, position: int) -> Person | None:
        """The person last mentioned before a position who holds a title that begins with the same word."""
        word = title.split()[0].casefold()
        index = bisect_left(self._starts, position)
        for earlier in range(index - 1, max(-1, index - 1 - MENTIONS_BACK), -1):
            person = self._persons[earlier]
            if any(role.title.casefold().split()[:1] == [word] for role in person.roles):
                return person
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for earlier in range(index - 1, max(-1, index - 1 - MENTIONS_BACK), -1):
            start = self._starts[earlier]
            before = self._text[max(0, start - _TITLE_WORDS_BEFORE) : start].casefold()
            if pattern.search(before.rpartition("\n")[2]):
                return self._persons[earlier]
        return None

    def by_token(self, name: str) -> Person | None:
        """The only person whose name holds one of the words of ``name``, or a longer form of one."""
        for token in name.casefold().replace(".", " ").replace(",", " ").split():
            if token in self._by_token:
                return self._by_token[token]
            # "Fitri" of Fitriansyah
            shortened = [person for full, person in self._by_token.items() if full.startswith(token)]
            if len(token) >= SHORTEST_NICKNAME and len(shortened) == 1:
                return shortened[0]
        return None


def _named_behind(text: str, start: int, end: int, cast: _Cast) -> Person | None:
    """Who is named between the verb behind a quote and the end of its sentence."""
    cues, phrase = _cues(), text[start:end]
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


def _speaker_behind(text: str, segment: Segment, following: int, cast: _Cast) -> Person | None:
    """The speaker that the words behind a quote name."""
    cues = _cues()
    attribution = cues.after.match(text, segment.closing)
    if attribution:
        end = _sentence_end(text, attribution.end(), following)
        if attribution["pronoun"]:
            return cast.last_named(segment.opening)
        return _named_behind(text, attribution.end(), end, cast)
    if text[segment.end : segment.closing].strip(" ”\"»’'") != ",":
        return None
    # "…," Kapolres Budi menegaskan.
    end = _sentence_end(text, segment.closing, following)
    named = cast.first_between(segment.closing, end)
    if named and cues.active.search(text, named[0], end):
        return named[1]
    return None


def _speaker_before(text: str, segment: Segment, previous: int, cast: _Cast) -> Person | None:
    """The speaker of a quote that its own sentence announces: ``Ia mengatakan, "…"``."""
    line = max(previous, text.rfind("\n", 0, segment.opening) + 1, segment.opening - ATTRIBUTION_LENGTH)
    lead = text[line : segment.opening]
    if not _cues().before.search(lead) or lead.rstrip()[-1:] not in (",", ":"):
        return None
    return cast.last_named(segment.opening)


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
    cast = _Cast(text, persons, sentences, segments)
    quotes: list[Quote] = []
    last: tuple[Segment, Person] | None = None
    for index, segment in enumerate(segments):
        following = segments[index + 1].opening if index + 1 < len(segments) else len(text)
        previous = segments[index - 1].closing if index else 0
        if _cues().title.search(text, max(0, segment.opening - 40), segment.opening):
            continue
        speaker = _speaker_behind(text, segment, following, cast) or _speaker_before(text, segment, previous, cast)
        has_verb = _cues().after.match(text, segment.closing) is not None
        if speaker is None and not has_verb and last and _continues(text, segment, last[0]):
            speaker = last[1]
        if speaker is None:
            if has_verb:
                last = None
            continue
        last = (segment, speaker)
        sentence = max(0, bisect_right(sentences, (segment.start, len(text) + 1)) - 1)
        words = text[segment.start : segment.end]
        confidence = 0.9 if has_verb else 0.75
        span = Span(segment.start, segment.end, words, sentence, confidence, "quotes:attribution")
        quotes.append(Quote(speaker.name, words, [span]))
    return quotes


@Language.component("jejak_quotes")
def jejak_quotes(doc: Doc) -> Doc:
    """Add the direct speech of an article to its record; runs behind the persons."""
    state = state_of(doc)
    state.quotes = find_quotes(state.text, state.persons, state.sentences)
    return doc
