"""What the reading of events looks things up in: dates, places and actors of an article by where they stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from extract.facts import Agency, DateExpression, Person, Place, Span
from extract.state import ArticleState
from extract.words import Words

Item = TypeVar("Item")


class Located(Generic[Item]):
    """Items with the spans they were read from, in the order of the text, looked up in logarithmic time."""

    def __init__(self, pairs: Iterable[tuple[Item, Span]]) -> None:
        self.pairs = sorted(pairs, key=lambda pair: pair[1].start)
        self._starts = [span.start for _, span in self.pairs]

    def within(self, start: int, end: int) -> list[tuple[Item, Span]]:
        """The items that begin within the characters from ``start`` up to ``end``."""
        return self.pairs[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def between(self, words: Words, start: int, end: int) -> list[tuple[Item, Span]]:
        """The items that begin within the words from ``start`` up to ``end``."""
        return self.within(words[start].start, words[end - 1].end) if end > start else []


@dataclass(frozen=True, slots=True)
class Actor:
    """An agency, a person of one, or a protected person, mentioned at word ``at``."""

    at: int
    agency: Agency | None
    person: Person | None
    span: Span


@dataclass(frozen=True, slots=True)
class Scene:
    """An article's words, and what earlier steps found in it.

    Attributes:
        state: the article's record.
        words: its words.
        dates: expressions of time.
        places: places.
        actors: agencies and persons; a person whose title names the agency stands for both.
        title_words: numbers of the words that belong to somebody's title.
    """

    state: ArticleState
    words: Words
    dates: Located[DateExpression]
    places: Located[Place]
    actors: Located[Actor]
    title_words: frozenset[int]


def scene_of(state: ArticleState, words: Words) -> Scene:
    """The scene of an article whose other facts have been read."""
    return Scene(
        state,
        words,
        Located((item, span) for item in state.dates for span in item.spans),
        Located((item, span) for item in state.places for span in item.spans),
        Located((actor, actor.span) for actor in _actors(state, words)),
        frozenset(
            at
            for person in state.persons
            for role in person.roles
            for span in role.spans
            for at in range(*words.bounds(span.start, span.end))
        ),
    )


def _actors(state: ArticleState, words: Words) -> list[Actor]:
    by_name = {agency.name: agency for agency in state.agencies}
    actors: list[Actor] = []
    covered: set[int] = set()
    for person in state.persons:
        role = next((item for item in person.roles if item.agency), None)
        agency = by_name.get(role.agency or "") if role else None
        covered.update(at for held in person.roles for item in held.spans for at in range(item.start, item.end))
        actors += [Actor(words.at(span.start), agency, person, span) for span in person.spans]
    actors += [
        Actor(words.at(span.start), agency, None, span)
        for agency in state.agencies
        for span in agency.spans
        if span.start not in covered
    ]
    return actors
