"""Where places are named in a text, with all that each name may mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from extract.agency_slots import LEVEL_WORDS, name_words, windows
from extract.gazetteer import GazetteerPlace, Reading, gazetteer
from extract.lexicon import folded_degrees, honorifics, rows
from extract.phrases import Word, common_words

REFERENCE = Path(__file__).parent / "reference"
LEVEL_OF = {"city": "regency"}


@dataclass(slots=True)
class PlaceCandidate:
    """A place named in the text.

    Attributes:
        start: offset of its first character, level word included.
        end: offset behind its last character.
        first: number of its first word.
        behind: number of the word behind it.
        level: the level word before it (province, regency, city, district, village), or an empty string.
        readings: all that the name may mean.
        in_dateline: whether it stands in the dateline at the start of the text.
        is_doubtful: the name is also a word or a person's: it counts only where the article names the region.
    """

    start: int
    end: int
    first: int
    behind: int
    level: str
    readings: list[Reading]
    in_dateline: bool = False
    is_doubtful: bool = False


@cache
def _context() -> dict[str, Any]:
    table = tomllib.loads((REFERENCE / "place_context.toml").read_text(encoding="utf-8"))
    return {name: frozenset(value.split()) if isinstance(value, str) else tuple(value) for name, value in table.items()}


@cache
def _not_offices() -> frozenset[str]:
    """Words in capitals that no place follows: ranks, forms of address and degrees ("AKBP Bima", "KH Malik")."""
    ranks = {word for phrase in rows("ranks.csv") for word in phrase["rank"].split()}
    return frozenset(ranks) | frozenset(honorifics()) | folded_degrees()


class PlaceMatcher:
    """Finds the places named in one text outside the names of agencies. ``found`` holds them in order."""

    def __init__(self, text: str, words: list[Word], taken: set[int], dateline: int = 0) -> None:
        self.text = text
        self.words = words
        self._taken = taken | self._aside_words()
        self._dateline = dateline
        self.found: list[PlaceCandidate] = []
        self._match_all()

    def _aside_words(self) -> set[int]:
        """Numbers of the words in lines that are no part of the story ("Baca juga: …")."""
        asides: set[int] = set()
        starts = _context()["asides"]
        is_aside = False
        for number, word in enumerate(self.words):
            if number == 0 or "\n" in word.gap:
                line = self.text[word.start : word.start + 12].casefold()
                is_aside = line.startswith(starts)
            if is_aside:
                asides.add(number)
        return asides

    def _match_all(self) -> None:
        position = 0
        while position < len(self.words):
            word = self.words[position]
            if position in self._taken or self._is_domain(position):
                position += 1
                continue
            candidate = None
            if word.key in LEVEL_WORDS:
                candidate = self._with_level(position)
            if candidate is None and word.is_capital:
                candidate = self._bare(position)
            if candidate is None:
                position = self._behind_facility(position)
                continue
            self.found.append(candidate)
            position = candidate.behind

    def _is_domain(self, position: int) -> bool:
        """Whether the word is part of a host name ("LINTASTIMOR.COM", "pos-kupang.com")."""
        return self.text[self.words[position].end : self.words[position].end + 4].casefold() in (
            ".com",
            ".co.",
            ".id ",
            ".net",
        )

    def _behind_facility(self, position: int) -> int:
        """The word behind ``position``, or behind the whole name of a facility that starts there."""
        word = self.words[position]
        context = _context()
        position += 1
        if word.text in context["facilities"] or word.key in context["lower_facilities"]:
            while position < len(self.words) and position not in self._taken:
                if not self.words[position].is_tied or not self.words[position].is_capital:
                    break
                if self.words[position].key in LEVEL_WORDS and word.key != "kantor":
                    break
                position += 1
        return position

    def _with_level(self, position: int) -> PlaceCandidate | None:
        follows = position + 1
        if follows >= len(self.words) or not self.words[follows].is_tied or follows in self._taken:
            return None
        word = self.words[position]
        level = LEVEL_WORDS[word.key]
        # "Kota Batu" is a city with its level word, "Kota Atambua" a district whose name begins with one.
        whole = self._window(position, "") if word.is_capital and level in ("city", "regency") else None
        for behind, key in windows(self.words, follows):
            if any(number in self._taken for number in range(follows, behind)):
                continue
            readings = self._at_level(key, level)
            if readings and not (level == "village" and self._continues(behind)):
                if whole and whole.behind > behind:
                    return whole
                return self._candidate(position, behind, level, readings)
        return whole

    def _at_level(self, key: str, level: str) -> list[Reading]:
        if level == "village":
            return [Reading(village, "name") for village in gazetteer().villages(key)]
        wanted = LEVEL_OF.get(level, level)
        readings = [reading for reading in gazetteer().readings(key) if reading.place.level == wanted]
        if level == "city":
            cities = [reading for reading in readings if reading.place.is_city]
            return cities or [reading for reading in readings if reading.kind in ("seat", "short")]
        if level == "regency":
            return [reading for reading in readings if not reading.place.is_city] or readings
        return readings

    def _continues(self, behind: int) -> bool:
        """Whether the name goes on behind the window, so that the window is only a part of it."""
        if behind >= len(self.words):
            return False
        word = self.words[behind]
        return (
            word.is_tied
            and word.gap == " "
            and word.text[0].isupper()
            and word.key not in common_words()
            and word.key not in LEVEL_WORDS
            and word.text not in name_words()["enders"]
            and behind not in self._taken
            and not word.is_upper
        )

    def _bare(self, position: int) -> PlaceCandidate | None:
        return self._window(position, "")

    def _window(self, position: int, level: str) -> PlaceCandidate | None:
        for behind, key in windows(self.words, position):
            if any(number in self._taken for number in range(position, behind)):
                continue
            readings = [
                reading
                for reading in gazetteer().readings(key)
                if not reading.is_guarded and self._is_printed_as(reading, position, behind)
            ]
            if readings and self._stands_alone(position, behind) and self._is_meant(position, behind, key, readings):
                candidate = self._candidate(position, behind, level, readings)
                candidate.is_doubtful = gazetteer().is_word(key) and not self._has_cue(position)
                if candidate.is_doubtful and self._follows_capital(position):
                    continue
                return candidate
        return None

    def _is_printed_as(self, reading: Reading, position: int, behind: int) -> bool:
        return not reading.is_acronym or all(word.is_upper for word in self.words[position:behind])

    def _ends_office(self, position: int) -> bool:
        """Whether an office or organisation ends before the word, so that its place follows and then a person.

        "Plt. Kadinsos PPKB Banyuwangi Rahma …", "Ketua SBMI DPC Tegal Maman …", "Anggota DPD RI dapil Kepri Ali …".
        """
        if position < 2 or self.words[position].gap != " ":
            return False
        before = self.words[position - 1]
        if before.key in _context()["office_ends"]:
            return True
        is_letters = before.is_upper and len(before.text) > 1 and before.text.isalpha()
        if position - 1 in self._taken or gazetteer().readings(before.letters):
            # "BP3MI NTT Tidore Makatita": the office has its place, and a name follows.
            return False
        return is_letters and self.words[position - 2].is_capital and before.key not in _not_offices()

    def _stands_alone(self, position: int, behind: int) -> bool:
        """Whether the words before and behind leave the name whole: "Ratnawulan Padang" is a person."""
        word = self.words[position]
        if self._ends_office(position):
            return True
        if position > 0 and word.gap in (" ", "-") and position - 1 not in self._taken:
            before = self.words[position - 1]
            is_joined = before.is_capital and before.key not in common_words() and before.key not in LEVEL_WORDS
            ends_place = bool(self.found) and self.found[-1].behind == position
            if is_joined and not before.is_upper and not ends_place and not before.text[0].isdigit():
                return False
            if before.text in _context()["facilities"]:
                return False
        return not self._continues(behind) or bool(self._next_place(behind))

    def _next_place(self, position: int) -> bool:
        return any(
            reading.place.level in ("province", "country")
            for _, key in windows(self.words, position)
            for reading in gazetteer().readings(key)
        )

    def _is_meant(self, position: int, behind: int, key: str, readings: list[Reading]) -> bool:
        """Whether a name that is also a common word, a person or the homeland is meant as a place here."""
        cue, context = self._word_before(position), _context()
        if key == "indonesia":
            return cue in context["homeland_cues"]
        if cue in context["languages"]:
            return False
        if self.words[position].start < self._dateline:
            return True
        is_small = all(reading.place.level == "district" or reading.kind == "seat" for reading in readings)
        is_common = behind - position == 1 and self.words[position].key in common_words()
        if is_small and behind - position == 1 and self._is_before_capital(behind):
            return False
        if is_common and (is_small or gazetteer().is_word(key)):
            return cue in context["plain_cues"] or self._continues_list(position)
        return True

    def _is_before_capital(self, behind: int) -> bool:
        """Whether a capitalised word follows that is neither a day, a rank nor an agency: "Tanjung Perak"."""
        if behind >= len(self.words) or behind in self._taken or self.words[behind].gap != " ":
            return False
        word = self.words[behind]
        return word.text[0].isupper() and not word.is_upper and word.text not in name_words()["enders"]

    def _follows_capital(self, position: int) -> bool:
        return position > 0 and self.words[position].gap == " " and self.words[position - 1].is_capital

    def _word_before(self, position: int) -> str:
        return self.words[position - 1].key if position > 0 and self.words[position].gap in (" ", "-") else ""

    def _has_cue(self, position: int) -> bool:
        is_cued = self._word_before(position) in _context()["cues"]
        return is_cued or self._continues_list(position) or self.words[position].start < self._dateline

    def _continues_list(self, position: int) -> bool:
        """Whether a place ends right before the word, with only a comma or "dan" between."""
        if not self.found:
            return False
        gap = self.text[self.found[-1].end : self.words[position].start].strip()
        return gap in (",", "dan", "serta", ", dan", "hingga", "-", "(")

    def _candidate(self, first: int, behind: int, level: str, readings: list[Reading]) -> PlaceCandidate:
        start, end = self.words[first].start, self.words[behind - 1].end
        return PlaceCandidate(start, end, first, behind, level, readings, in_dateline=start < self._dateline)


def single_place(candidate: PlaceCandidate) -> GazetteerPlace | None:
    """The only province, regency or country a candidate may mean, None when the article must decide."""
    upper = [reading.place for reading in candidate.readings if reading.place.level != "district"]
    if candidate.level in ("district", "village"):
        return candidate.readings[0].place if len(candidate.readings) == 1 else None
    if len(upper) == 1 and not any(reading.is_acronym for reading in candidate.readings):
        return upper[0]
    return None
