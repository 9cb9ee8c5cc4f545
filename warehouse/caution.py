"""The rule of caution: names extraction did not recognise, where a text speaks of people who must not be named.

A capitalised word there is taken for a name unless it is known, is a word of the language, or stands where only a place
or an institution can stand ("di …", "Pelabuhan …"). A cue of a person near it ("bernama …", "… (15)", "siswi SMP …")
outweighs that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from warehouse.phrases import Phrases, Words
from warehouse.protection_words import is_age, word_lists
from warehouse.vocabulary import Vocabulary

_LONGEST_UNKNOWN_ACRONYM = 3
# So many words behind "Pelabuhan", "Hotel" or "KM" are taken for its name at most.
_LONGEST_FACILITY_NAME = 3
_MOST_KINDS_BETWEEN = 3
# From so many words of some length in lower case on, connectives aside, a text is prose, where capitals mean something.
_PROSE_FROM = 1
_LONG_WORD = 4

_SPACE = re.compile(r"[\s\-–'’“\"]{0,3}\Z")
_BEHIND_FACILITY = re.compile(r"[\s\-–.\d“\"'’]{0,6}\Z")
_SENTENCE_BREAK = re.compile(r"[.!?:“\"]")


class _Kind(Enum):
    """What a word may be; a name is one that people are known to be named with, an unknown may be one."""

    KNOWN = auto()
    PLAIN = auto()
    ORDINARY = auto()
    COMMON = auto()
    NAME = auto()
    UNKNOWN = auto()


_SUSPECT = frozenset({_Kind.NAME, _Kind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Leave:
    """What may stand in the texts of an article.

    Attributes:
        people: names of people that may leave, with single words of them.
        agencies: names of agencies and other organisations.
        landmarks: names of agencies and places known everywhere.
        places: what the article names as a place, of any level.
    """

    people: Phrases
    agencies: Phrases
    landmarks: Phrases
    places: Phrases


def suspects(words: Words, leave: Leave, vocabulary: Vocabulary) -> list[int]:
    """The numbers of the words that may belong to the name of someone protected.

    Args:
        words: a text from which the names that are known to be protected were taken already.
        leave: names that may stand.
        vocabulary: common words and places.
    """
    if not word_lists().has_cue(words):
        return []
    return _Reading(words, leave, vocabulary).suspects()


class _Reading:
    """One text under examination."""

    def __init__(self, words: Words, leave: Leave, vocabulary: Vocabulary) -> None:
        self._words = words
        self._leave = leave
        self._vocabulary = vocabulary
        self._lists = word_lists()
        # Numbers of the words behind the name of a place.
        self._placed: set[int] = set()
        self._kinds = self._classify()
        long_words = (
            printed.islower() and len(printed) >= _LONG_WORD and norm not in self._lists.ordinary
            for printed, norm in zip(words.printed, words.norms, strict=True)
        )
        self._is_prose = sum(long_words) >= _PROSE_FROM

    def suspects(self) -> list[int]:
        self._suspect_common_words()
        suspicious = [kind in _SUSPECT for kind in self._kinds]
        if True not in suspicious:
            return []
        place = 0
        while place < len(suspicious):
            if not suspicious[place]:
                place += 1
                continue
            end = place + 1
            while end < len(suspicious) and suspicious[end] and _SPACE.match(self._words.gap(end)):
                end += 1
            for harmless in range(place, place + self._harmless(place, end)):
                suspicious[harmless] = False
            place = end
        if True in suspicious:
            self._join(suspicious)
        return [place for place, is_suspicious in enumerate(suspicious) if is_suspicious]

    def _classify(self) -> list[_Kind]:
        words, leave = self._words, self._leave
        people, agencies, landmarks = leave.people.firsts, leave.agencies.firsts, leave.landmarks.firsts
        kinds: list[_Kind] = []
        for place, norm in enumerate(words.norms):
            if place < len(kinds):
                continue
            length = 0
            if norm in people or norm in agencies:
                found = [names.match(words, place) for names in (leave.people, leave.agencies)]
                length = max((match[0] for match in found if match), default=0)
            landmark = leave.landmarks.match(words, place) if norm in landmarks else None
            # "Bima" alone may be somebody; "Kota Bima" and "asal Bima" are not.
            if landmark and landmark[0] > length and not (landmark[0] == 1 and self._vocabulary.is_name(norm)):
                length = landmark[0]
                self._placed.add(place + length)
            if not length and (length := self._length_of_long_place(place)):
                self._placed.add(place + length)
            kinds += [_Kind.KNOWN] * length or [self._kind(place)]
        return kinds

    def _length_of_long_place(self, place: int) -> int:
        """How many words a place of several words has here, single ones of which may be common: "Ujung Loe"."""
        words, vocabulary = self._words, self._vocabulary
        found = vocabulary.places.match(words, place) if words.norms[place] in vocabulary.places.firsts else None
        if found is None or found[0] == 1 or not place or words.norms[place - 1] not in self._lists.place_cues:
            return 0
        names = (vocabulary.is_name(norm) for norm in words.norms[place : place + found[0]])
        return 0 if any(names) or not _SPACE.match(words.gap(place)) else found[0]

    def _kind(self, place: int) -> _Kind:
        printed, norm = self._words.printed[place], self._words.norms[place]
        if not printed[0].isupper() or len(norm) < 2:
            return _Kind.PLAIN
        if printed.isupper() and len(printed) <= _LONGEST_UNKNOWN_ACRONYM:
            return _Kind.PLAIN
        if norm in self._lists.ordinary:
            return _Kind.ORDINARY
        if self._vocabulary.is_name(norm):
            return _Kind.NAME
        return _Kind.COMMON if self._vocabulary.is_common(norm) else _Kind.UNKNOWN

    def _suspect_common_words(self) -> None:
        """Where a text says that a name follows, or gives an age behind it, a common word is one too."""
        for place, kind in enumerate(self._kinds):
            if kind is not _Kind.COMMON:
                continue
            named = self._is_prose and not self._begins_a_sentence(place) and self._is_named(place)
            if named or is_age(self._words, place):
                self._kinds[place] = _Kind.UNKNOWN

    def _harmless(self, begin: int, end: int) -> int:
        """How many words of a run, from its first on, are the name of a place or an institution."""
        if any(is_age(self._words, place) for place in range(begin, end)):
            return 0
        has_name = any(self._kinds[place] is _Kind.NAME for place in range(begin, end))
        length = self._length_of_place(begin, end, has_name)
        if length:
            self._placed.add(begin + length)
            return min(length, end - begin)
        return min(self._length_of_facility(begin, has_name), end - begin)

    def _length_of_place(self, begin: int, end: int, has_name: bool) -> int:
        words = self._words
        before = words.norms[begin - 1] if begin and _SPACE.match(words.gap(begin)) else ""
        cues = self._lists.firm_place_cues if has_name else self._lists.place_cues
        is_behind_cue = before in cues or (not has_name and self._follows_a_place(begin))
        own = self._leave.places.match(words, begin)
        length = own[0] if own else 0
        for places in (self._vocabulary.places, self._leave.landmarks):
            found = places.match(words, begin)
            length = max(length, found[0] if found else 0)
        is_all = length >= end - begin
        if length and is_behind_cue:
            return length
        if length and is_all and not has_name and not self._is_named(begin) and (own or length > 1):
            return length
        if before in self._lists.locative and not has_name and end - begin == 1:
            return 1
        return 0

    def _follows_a_place(self, begin: int) -> bool:
        """Whether the word is listed behind a place: "Kupang, Soe dan Atambua"."""
        words = self._words
        if begin in self._placed and words.gap(begin).strip() == ",":
            return True
        return (
            begin - 1 in self._placed
            and words.norms[begin - 1] in {"dan", "serta", "atau", "ke"}
            and not words.gap(begin).strip()
            and not words.gap(begin - 1).strip(" ,")
        )

    def _length_of_facility(self, begin: int, has_name: bool) -> int:
        words, lists = self._words, self._lists
        place = begin - 1
        following = begin
        while place >= max(begin - 1 - _MOST_KINDS_BETWEEN, 0) and _BEHIND_FACILITY.match(words.gap(following)):
            norm, printed = words.norms[place], words.printed[place]
            is_word = len(norm) > _LONGEST_UNKNOWN_ACRONYM or printed.isupper() or norm in {"jl", "jln", "pos"}
            if is_word and norm in lists.memorials:
                return _LONGEST_FACILITY_NAME
            if is_word and norm in lists.facilities:
                is_held = place > 0 and words.norms[place - 1] in lists.holders | lists.naming
                return 0 if has_name or is_held else _LONGEST_FACILITY_NAME
            is_abbreviation = self._kinds[place] is _Kind.PLAIN and printed[0].isupper()
            if norm not in lists.facility_kinds and not is_abbreviation:
                return 0
            following, place = place, place - 1
        return 0

    def _join(self, suspicious: list[bool]) -> None:
        """Suspect capitalised words that belong to a name with others: in prose beside one, elsewhere between two."""
        last = len(suspicious) - 1
        for place in [*range(len(suspicious)), *reversed(range(len(suspicious)))]:
            kind = self._kinds[place]
            if suspicious[place] or kind in {_Kind.KNOWN, _Kind.PLAIN} or kind in _SUSPECT:
                continue
            left = place > 0 and suspicious[place - 1] and self._is_beside(place)
            right = place < last and suspicious[place + 1] and self._is_beside(place + 1)
            is_part = kind is _Kind.COMMON and self._is_prose and not self._begins_a_sentence(place)
            suspicious[place] = (left and right) or (is_part and (left or right))

    def _is_beside(self, place: int) -> bool:
        return _SPACE.match(self._words.gap(place)) is not None

    def _is_named(self, place: int) -> bool:
        """Whether the word before says that the name of a person follows."""
        return self._words.is_joined(place) and self._words.norms[place - 1] in self._lists.naming

    def _begins_a_sentence(self, place: int) -> bool:
        return place == 0 or _SENTENCE_BREAK.search(self._words.gap(place)) is not None
