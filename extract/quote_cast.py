"""The persons of an article as speakers: who was named last, who holds an office, who is meant by a word."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from extract.facts import Person
from extract.quote_cues import quote_cues
from extract.quote_segments import Segment

# How far behind a quote the words of its attribution reach, in characters: title, agency and name.
ATTRIBUTION_LENGTH = 220
# How many sentences before a quote are searched for the one last named.
SENTENCES_BACK = 6
# How many mentions before a quote are searched for the holder of a title.
MENTIONS_BACK = 200
# Fewer letters of a name are too few to know it by.
SHORTEST_NICKNAME = 4
# So many letters at least has the word for an office: not "Ia".
SHORTEST_OFFICE = 2

_NAME = re.compile(r"[A-Z][\w’'.-]*(?:[ \t]+[A-Z][\w’'.-]*){0,4}")
_TITLE_WORDS_BEFORE = 80


class Cast:
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
        """Who acts in a sentence: whom it names first, or the holder of the office that speaks in it.

        Whom only a circumstance ("Kepada Sari, …") or a clause with "yang" names is not its subject where another is.
        """
        cues, named = quote_cues(), self._acting(start, end)
        if cues.subject_pronoun.match(self._text, start):
            return None
        verb = cues.active.search(self._text, start, min(end, start + ATTRIBUTION_LENGTH))
        before_verb = verb.start() if verb else start
        if verb and (named is None or named[0] > before_verb):
            office = _NAME.match(self._text, start, before_verb)
            if office and len(office[0]) > SHORTEST_OFFICE:
                return self.titled(office[0], start) or (named[1] if named else None)
        return named[1] if named else None

    def _acting(self, start: int, end: int) -> tuple[int, Person] | None:
        """The first person a sentence names outside of a circumstance or a relative clause, else the first at all."""
        cues, first = quote_cues(), self.first_between(start, end)
        position = start
        while (named := self.first_between(position, end)) is not None:
            comma = self._text.find(",", named[0], end)
            near = max(start, named[0] - ATTRIBUTION_LENGTH)
            is_first = first is not None and named[0] == first[0]
            is_aside = comma >= 0 and (
                (is_first and cues.aside.match(self._text, start, named[0]) is not None)
                or cues.possessor.search(self._text, near, named[0]) is not None
            )
            if not is_aside and not cues.relative.search(self._text, near, named[0]):
                return named
            position = max(comma, named[0]) + 1 if is_aside else named[0] + 1
        return first

    def _speaks(self, start: int, end: int) -> bool:
        return bool(
            quote_cues().active.search(self._text, start, end) or quote_cues().said.search(self._text, start, end)
        )

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
