"""The official places of Indonesia, from province to village, and the countries: names, codes and coordinates.

Codes are Kemendagri's (Kepmendagri 300.2.2-2430 of 2025): ``53`` province, ``53.71`` regency or city, ``53.71.01``
district, ``53.71.01.1001`` village. Countries have ISO 3166-1 alpha-2 codes.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from extract.facts import PlaceLevel
from extract.phrases import squeezed

REFERENCE = Path(__file__).parent / "reference"

ReadingKind = Literal["name", "seat", "abbreviation", "short", "spelling", "old"]

ALIAS_KINDS: dict[str, ReadingKind] = {
    "seat": "seat",
    "abbreviation": "abbreviation",
    "short": "short",
    "spelling": "spelling",
    "old": "old",
}
LEVEL_BY_LENGTH: dict[int, PlaceLevel] = {2: "province", 5: "regency", 8: "district", 13: "village"}
REGENCY_WORDS = ("Kabupaten Administrasi ", "Kabupaten ")
CITY_WORDS = ("Kota Administrasi ", "Kota ")


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A place of the gazetteer.

    Attributes:
        code: Kemendagri code, or ISO 3166-1 alpha-2.
        name: official name with its level word ("Kabupaten Belu", "Kota Kupang"), districts and villages without.
        level: province, regency (and city), district, village or country.
        latitude: degrees north, or None when unknown.
        longitude: degrees east, or None when unknown.
    """

    code: str
    name: str
    level: PlaceLevel
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_city(self) -> bool:
        """Whether it is a city (kota) rather than a regency (kabupaten)."""
        return self.level == "regency" and self.name.startswith("Kota ")

    @property
    def short_name(self) -> str:
        """The name as it stands in an agency's name: without "Kabupaten", with "Kota"."""
        return _without(self.name, REGENCY_WORDS) if self.level == "regency" else self.name

    @property
    def province_code(self) -> str | None:
        """Code of its province, None for a country."""
        return self.code[:2] if self.level != "country" else None

    @property
    def regency_code(self) -> str | None:
        """Code of its regency or city, None for a province or country."""
        return self.code[:5] if self.level != "country" and len(self.code) >= 5 else None


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a name: a place, and how the name stands for it.

    Attributes:
        place: the place.
        kind: its official name, the seat of its government, an abbreviation, a short, variant or former name.
        is_guarded: the name is also a common word: it counts only behind a level word or in an agency's name.
        is_acronym: the name is an acronym and counts only in capitals.
    """

    place: GazetteerPlace
    kind: ReadingKind
    is_guarded: bool = False
    is_acronym: bool = False


def _without(name: str, prefixes: tuple[str, ...]) -> str:
    for prefix in prefixes:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def _number(field: str) -> float | None:
    return float(field) if field else None


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Gazetteer:
    """Places by code and by name. Use ``gazetteer()``, which reads the tables once."""

    def __init__(self) -> None:
        self.places: dict[str, GazetteerPlace] = {}
        self._readings: dict[str, list[Reading]] = {}
        self._names: set[str] = set()
        self._capitals: set[str] = set()
        self._villages: dict[str, list[GazetteerPlace]] = {}
        self._villages_by_code: dict[str, GazetteerPlace] = {}
        self._read_upper_levels()
        self._read_aliases()
        self._read_countries()
        self.words = frozenset(squeezed(row["name"]) for row in _rows("place_words.csv"))
        self.longest = max(map(len, self._readings))

    def _read_upper_levels(self) -> None:
        seats: dict[str, str] = {}
        lines = (REFERENCE / "places.tsv").read_text(encoding="utf-8").splitlines()[1:]
        for line in lines:
            code, name, latitude, longitude, seat = line.split("\t")
            place = GazetteerPlace(code, name, LEVEL_BY_LENGTH[len(code)], _number(latitude), _number(longitude))
            self.places[code] = place
            bare = _without(name, REGENCY_WORDS + CITY_WORDS) if place.level == "regency" else name
            self._add(bare, Reading(place, "name"))
            if " Administrasi " in name:
                self._add(name, Reading(place, "name"))
            if place.level == "province":
                self._capitals.add(seat)
            elif seat:
                seats[code] = seat
        for code, seat in seats.items():
            if squeezed(seat) not in squeezed(self.places[code].name):
                self._add(seat, Reading(self.places[code], "seat"))

    def _read_aliases(self) -> None:
        for row in _rows("place_aliases.csv"):
            kind = ALIAS_KINDS.get(row["kind"])
            if kind is None:
                raise ValueError(
                    f"place_aliases.csv: unknown kind {row['kind']!r} of {row['alias']!r}: "
                    f"use one of {sorted(ALIAS_KINDS)}"
                )
            is_acronym = row["alias"].isupper() and len(row["alias"]) <= 4
            self._add(row["alias"], Reading(self.places[row["code"]], kind, bool(row["guarded"]), is_acronym))

    def _read_countries(self) -> None:
        for row in _rows("countries.csv"):
            place = GazetteerPlace(row["code"], row["name"], "country")
            self.places[row["code"]] = place
            for name in (row["name"], *filter(None, row["aliases"].split("|"))):
                kind: ReadingKind = "name" if name == row["name"] else "spelling"
                self._add(name, Reading(place, kind, is_acronym=name.isupper()))

    def _add(self, name: str, reading: Reading) -> None:
        self._names.add(name)
        rest = name.removeprefix("Tanjung")
        # "Tg. Balai Karimun", "Tj. Pinang": a cape is printed short.
        spellings = (name, f"Tg{rest}", f"Tj{rest}") if rest.strip() and rest != name else (name,)
        for spelling in spellings:
            readings = self._readings.setdefault(squeezed(spelling), [])
            if all(known.place.code != reading.place.code for known in readings):
                readings.append(reading)

    def readings(self, key: str) -> list[Reading]:
        """All meanings of a squeezed name above the village: provinces first, countries last."""
        return self._readings.get(key, [])

    def villages(self, key: str) -> list[GazetteerPlace]:
        """All villages of a squeezed name. The first call reads the table of 83,762 villages (about 0.5 s)."""
        self._read_villages()
        return self._villages.get(key, [])

    def names(self) -> set[str]:
        """All names that places have, from the country to the village, without what each stands for."""
        self._read_villages()
        return self._names | {village.name for village in self._villages_by_code.values()}

    def place(self, code: str) -> GazetteerPlace | None:
        """The place of a code, villages included; None for an unknown code."""
        if len(code) == 13:
            self._read_villages()
            return self._villages_by_code.get(code)
        return self.places.get(code)

    def _read_villages(self) -> None:
        if self._villages:
            return
        with gzip.open(REFERENCE / "villages.tsv.gz", "rt", encoding="utf-8") as file:
            for line in file:
                code, name, latitude, longitude = line.rstrip("\n").split("\t")
                place = GazetteerPlace(code, name, "village", _number(latitude), _number(longitude))
                self._villages.setdefault(squeezed(name), []).append(place)
                self._villages_by_code[code] = place

    def province_of(self, code: str) -> GazetteerPlace:
        """The province that a Kemendagri code lies in. Raises KeyError for a code of no province."""
        return self.places[code[:2]]

    def is_capital(self, place: GazetteerPlace) -> bool:
        """Whether a city is the capital of its province."""
        return place.code in self._capitals

    def is_word(self, key: str) -> bool:
        """Whether a name is also a common word or a person's name."""
        return key in self.words


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once a process (about 0.05 s)."""
    return Gazetteer()
