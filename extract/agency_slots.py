"""What fills the slot of an agency's pattern: a place, a number, a border, a foreign city or the rest of a name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.agency_catalogue import Pattern, catalogue
from extract.gazetteer import GazetteerPlace, Reading, gazetteer
from extract.phrases import Word, common_words, squeezed

WORDS = Path(__file__).parent / "reference" / "agency_words.toml"

LEVEL_WORDS = {
    "provinsi": "province",
    "prov": "province",
    "propinsi": "province",
    "kabupaten": "regency",
    "kab": "regency",
    "kota": "city",
    "kotamadya": "city",
    "kecamatan": "district",
    "kec": "district",
    "distrik": "district",
    "kapanewon": "district",
    "kemantren": "district",
    "desa": "village",
    "kelurahan": "village",
    "kel": "village",
    "kampung": "village",
    "gampong": "village",
    "nagari": "village",
    "pekon": "village",
    "kalurahan": "village",
}
NEUTRAL_WORDS = frozenset(
    {"daerah", "wilayah", "area", "cabang", "perwakilan", "administrasi", "dpc", "dpd", "dpw", "korwil", "korda"}
)
LONGEST_NAME = 6

NUMBER = re.compile(r"(\d{1,4}(?:-\d{2})?|[IVX]{1,5})(?:\s?/\s?((?:Kota )?[A-Z][\w’']+(?: [A-Z][a-z]+)?))?(?![\w.]\w)")
BORDER = re.compile(
    r"(RI\s?[-–/]\s?[A-Z]\w+(?: Leste| Nugini)?)(?:\s(?:Yon\w*|Batalyon)(?:\s[A-Z]\w+)?\s\d+(?:/\w+)*)?"
)


@dataclass(frozen=True, slots=True)
class SlotFill:
    """What was found in a slot.

    Attributes:
        behind: number of the word behind it.
        end: offset behind it.
        place: the place, or None.
        options: the places among which the article must decide (districts of one name); empty when decided.
        label: text that stands in the agency's name instead of the official place name, or None.
        level: level word printed without a place name, or an empty string.
        is_seat: the name is kept as printed, since it is no regency's own ("PN Selong").
    """

    behind: int
    end: int
    place: GazetteerPlace | None = None
    options: tuple[GazetteerPlace, ...] = ()
    label: str | None = None
    level: str = ""
    is_seat: bool = False


@cache
def name_words() -> dict[str, frozenset[str]]:
    """The word lists of ``agency_words.toml``."""
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(value.split()) for name, value in table.items() if isinstance(value, str)}


def windows(words: list[Word], first: int) -> Iterator[tuple[int, str]]:
    """The squeezed names that may start at word ``first``, longest first: (word behind it, name)."""
    keys = [words[first].letters]
    for word in words[first + 1 : first + LONGEST_NAME]:
        if not word.is_tied:
            break
        keys.append(keys[-1] + word.letters)
    longest = gazetteer().longest
    for length in range(len(keys), 0, -1):
        if len(keys[length - 1]) <= longest and words[first + length - 1].is_capital:
            yield first + length, keys[length - 1]


def choose_variant(places: list[GazetteerPlace], variant: str) -> GazetteerPlace:
    """Of a regency and a city of one name: the wanted one, else the provincial capital, else the regency."""
    cities = [place for place in places if place.is_city]
    regencies = [place for place in places if not place.is_city]
    if variant == "city" and cities:
        return cities[0]
    if variant == "regency" and regencies:
        return regencies[0]
    capitals = [place for place in cities if gazetteer().is_capital(place)]
    return (capitals or regencies or cities)[0]


# The seat printed behind a command's number: "Lantamal XIII Tarakan".
NUMBERED_SEAT = Pattern("numbered-seat", "{place}", "{place}", slots=("place",), variant="city")


class SlotReader:
    """Reads slots in one text."""

    def __init__(self, text: str, words: list[Word], starts_agency: Callable[[int], bool]) -> None:
        self.text = text
        self.words = words
        self._starts_agency = starts_agency

    def follows(self, position: int) -> bool:
        """Whether the word at ``position`` exists and continues the phrase before it."""
        return position < len(self.words) and self.words[position].is_tied

    def fill(self, pattern: Pattern, position: int) -> SlotFill | None:
        """The slot of ``pattern`` that starts at word ``position``, or None when nothing fits."""
        for slot in pattern.slots:
            if slot == "number":
                found = self._number(pattern, position)
            elif slot == "border":
                found = self._border(position)
            elif slot == "mission":
                found = self._mission(position)
            elif slot == "country":
                found = self._country(position)
            elif slot == "rest":
                found = self._rest(pattern, position)
            else:
                continue
            if found:
                return found
        return self.place(pattern, position)

    def printed(self, pattern: Pattern, position: int) -> SlotFill | None:
        """The printed name of a sub-district's office that is called after no district: "Polsek Kangean"."""
        word = self.words[position]
        is_name = word.text[0].isupper() and word.key not in common_words() and word.text not in name_words()["enders"]
        if "district" not in pattern.slots or not is_name or self._starts_agency(position):
            return None
        return SlotFill(position + 1, word.end, label=word.text.title() if word.is_upper else word.text)

    def _number(self, pattern: Pattern, position: int) -> SlotFill | None:
        match = NUMBER.match(self.text, self.words[position].start)
        if not match:
            return None
        end, label, place = match.end(1), match[1], None
        if match[2]:
            name, place = self._number_name(pattern, match[2])
            end, label = match.start(2) + len(name), f"{match[1]}/{name}"
        behind = self._word_behind(position, end)
        if not match[2] and self.follows(behind):
            seat = self.place(NUMBERED_SEAT, behind)
            if seat and seat.place:
                return SlotFill(seat.behind, seat.end, seat.place, label=label)
        return SlotFill(behind, end, place, label=label)

    def _number_name(self, pattern: Pattern, printed: str) -> tuple[str, GazetteerPlace | None]:
        """The name behind a command's number, without the words that follow it, and the place it names."""
        names = [printed, printed.rsplit(" ", 1)[0]] if " " in printed else [printed]
        for name in names:
            key = squeezed(name.removeprefix("Kota "))
            places = [r.place for r in gazetteer().readings(key) if r.place.level == "regency"]
            if places:
                return name, choose_variant(places, "city" if name.startswith("Kota ") else "")
        return (printed if pattern.pattern_id in ("korem", "kodam") else names[-1]), None

    def _border(self, position: int) -> SlotFill | None:
        match = BORDER.match(self.text, self.words[position].start)
        if not match:
            return None
        label = re.sub(r"\s?[-–/]\s?", "-", match[1])
        return SlotFill(self._word_behind(position, match.end()), match.end(), label=label)

    def _mission(self, position: int) -> SlotFill | None:
        if self.words[position].key in ("di", "untuk", "ri"):
            position += 1
        if position >= len(self.words):
            return None
        missions = catalogue().missions
        for behind, key in windows(self.words, position):
            if key in missions:
                return SlotFill(behind, self.words[behind - 1].end, label=missions[key])
        return self._country(position)

    def _country(self, position: int) -> SlotFill | None:
        for behind, key in windows(self.words, position):
            for reading in gazetteer().readings(key):
                if reading.place.level == "country" and reading.place.code != "ID":
                    return SlotFill(behind, self.words[behind - 1].end, reading.place, label=reading.place.name)
        return None

    def rest_of_name(self, position: int, limit: int = 8) -> int:
        """The word behind the capitalised words of a name that start at ``position``."""
        rules = name_words()
        behind = position
        while behind < len(self.words) and behind - position < limit:
            word = self.words[behind]
            if not (word.is_tied or behind == position) or word.text in rules["enders"]:
                break
            if self._starts_agency(behind) and not (word.is_upper and behind > position and self.follows(behind + 1)):
                break
            if not word.is_capital:
                joins = word.key in rules["joiners"] and behind > position and self.follows(behind + 1)
                if (
                    not joins
                    or self._ends_with_place(position, behind)
                    or not self.words[behind + 1].is_capital
                    or self._starts_agency(behind + 1)
                ):
                    break
            behind += 1
            if behind > position + 1 and self._ends_with_place(position + 1, behind):
                break
        while behind > position and not self.words[behind - 1].is_capital:
            behind -= 1
        return behind

    def _ends_with_place(self, position: int, behind: int) -> bool:
        """Whether the last of the words is the name of a province, regency or island, which ends an agency's name."""
        if self.words[behind - 1].text in name_words()["islands"]:
            return not (self.follows(behind) and self.words[behind].text in name_words()["quarters"])
        for first in range(max(position, behind - 3), behind):
            key = "".join(word.letters for word in self.words[first:behind])
            for reading in gazetteer().readings(key):
                if reading.place.level in ("province", "regency") and not gazetteer().is_word(key):
                    return not (self.follows(behind) and self.words[behind].text in name_words()["quarters"])
        return False

    def portfolio(self, position: int) -> int:
        """The word behind a run of portfolio words ("…, Perlindungan Anak dan KB") that starts at ``position``."""
        rules = name_words()
        behind = last = position
        while behind < len(self.words):
            word = self.words[behind]
            if not word.is_tied and not (word.gap == ", " and behind > 0):
                break
            if word.text in rules["portfolio"]:
                last = behind + 1
            elif word.key not in ("dan", "serta"):
                break
            behind += 1
        return last

    def _rest(self, pattern: Pattern, position: int) -> SlotFill | None:
        behind = self.rest_of_name(position)
        if not pattern.names_persons:
            behind = self._before_a_person(position, behind)
        if behind == position:
            return None
        end = self.words[behind - 1].end
        return SlotFill(behind, end, label=" ".join(self.text[self.words[position].start : end].split()))

    def _before_a_person(self, position: int, behind: int) -> int:
        """The end of a name of common words, acronyms and places: "Direktorat Merek Budi Lamak" ends at Merek."""
        number = position + 1
        while number < behind:
            word = self.words[number]
            if word.key not in common_words() and not word.is_upper and word.text not in name_words()["portfolio"]:
                if word.text in name_words()["islands"]:
                    return number + 1
                for last, key in windows(self.words, number):
                    if last <= behind and any(
                        r.place.level in ("province", "regency") for r in gazetteer().readings(key)
                    ):
                        return last
                return number
            number += 1
        return behind

    def _word_behind(self, position: int, end: int) -> int:
        while position < len(self.words) and self.words[position].start < end:
            position += 1
        return position

    def place(self, pattern: Pattern, position: int) -> SlotFill | None:
        """A place that fits the pattern, with the level word before it and a "Kota" behind it."""
        for behind, key in windows(self.words, position):
            found = self._reading(pattern, key, "")
            if found and not (behind - position == 1 and self.words[position].key in LEVEL_WORDS):
                return self._placed(pattern, found, position, behind)
        key = self.words[position].key
        level = LEVEL_WORDS.get(key, "")
        if not level and key not in NEUTRAL_WORDS:
            return None
        if self.follows(position + 1):
            for behind, name in windows(self.words, position + 1):
                found = self._reading(pattern, name, level)
                if found:
                    return self._placed(pattern, found, position + 1, behind)
            deeper = LEVEL_WORDS.get(self.words[position + 1].key)
            if deeper and self.follows(position + 2):
                return self.place(pattern, position + 1)
        is_printed = self.words[position].is_capital and level in ("city", "province", "regency")
        return SlotFill(position + 1, self.words[position].end, level=level) if is_printed else None

    def _placed(self, pattern: Pattern, found: SlotFill, position: int, behind: int) -> SlotFill:
        place, label, end = found.place, found.label, self.words[behind - 1].end
        if found.is_seat:
            printed = " ".join(self.text[self.words[position].start : end].split())
            label = printed.title() if printed.isupper() else printed
        elif place and place.level == "regency" and self.follows(behind) and self.words[behind].text == "Kota":
            name = squeezed(place.short_name.removeprefix("Kota "))
            cities = [reading.place for reading in gazetteer().readings(name) if reading.place.is_city]
            if cities and not self._names_a_city(behind + 1):
                place, behind, end = cities[0], behind + 1, self.words[behind].end
        return SlotFill(behind, end, place, found.options, label)

    def _names_a_city(self, position: int) -> bool:
        """Whether "Kota" before ``position`` belongs to the next name rather than to the one before."""
        return self.follows(position) and any(
            reading.place.level == "regency"
            for _, key in windows(self.words, position)
            for reading in gazetteer().readings(key)
        )

    def _reading(self, pattern: Pattern, key: str, level: str) -> SlotFill | None:
        for seat in catalogue().seats.get(key, []) if not level else []:
            if not seat.patterns or pattern.pattern_id in seat.patterns:
                place = gazetteer().place(seat.code)
                keeps_name = place is None or seat.name != place.short_name
                return SlotFill(0, 0, place, label=seat.name if keeps_name else None)
        if "village" in pattern.slots and level in ("", "village"):
            villages = gazetteer().villages(key)
            if villages:
                return _one_of(villages)
        return _fitting(pattern, gazetteer().readings(key), level, is_word=gazetteer().is_word(key))


def _one_of(places: list[GazetteerPlace]) -> SlotFill:
    return SlotFill(0, 0, places[0] if len(places) == 1 else None, tuple(places))


def _fitting(pattern: Pattern, readings: list[Reading], level: str, *, is_word: bool) -> SlotFill | None:
    """The reading of a name that fits a pattern's slots and the level word before the name."""
    slots = set(pattern.slots)
    provinces = [reading.place for reading in readings if reading.place.level == "province"]
    named = [r.place for r in readings if r.place.level == "regency" and r.kind != "seat"]
    seated = [r.place for r in readings if r.place.level == "regency" and r.kind == "seat"]
    districts = [reading.place for reading in readings if reading.place.level == "district"]
    if "stated" in slots and level:
        slots.add("local")
    if "host" in slots and pattern.fallback == "regency":
        slots.add("place")
    if provinces and level in ("", "province") and slots & {"province", "local"}:
        return SlotFill(0, 0, provinces[0])
    if named and level in ("", "regency", "city") and slots & {"place", "local", "regency", "kabupaten", "kota"}:
        if "kabupaten" in slots or "kota" in slots:
            named = [place for place in named if place.is_city == ("kota" in slots)]
        if named:
            return SlotFill(0, 0, choose_variant(named, level or pattern.variant))
    if "district" in slots and districts and level in ("", "district"):
        return _one_of(districts)
    if "place" in slots and level in ("", "city", "district") and not is_word:
        if seated:
            inside = [district for district in districts if district.regency_code == seated[0].code]
            return SlotFill(0, 0, inside[0] if inside else seated[0], is_seat=True)
        if districts and pattern.variant == "city":
            return _one_of(districts)
    if "province" in slots and "place" not in slots and (named or seated):
        return SlotFill(0, 0, gazetteer().province_of(choose_variant(named or seated, "city").code))
    if "capital" in slots:
        capitals = [place for place in named if gazetteer().is_capital(place)]
        return SlotFill(0, 0, gazetteer().province_of(capitals[0].code)) if capitals else None
    return None
