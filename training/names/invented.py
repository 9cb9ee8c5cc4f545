"""Invented sentences: frames filled with invented persons and with the agencies, titles and places of the gazetteers.

The public sets know presidents and footballers. What regional news about trafficking is full of, a dozen attendees with
ranks and degrees, "selaku", heads of police and immigration offices of any regency, comes from here.
"""

from __future__ import annotations

import csv
import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.names_model import word_spans
from training.names.corpus import Sentence

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "extract" / "reference"
SLOT = re.compile(r"\{(\w+)\}")
STYLE = "idner"
SMALL_WORDS = frozenset(("dan", "di", "pada", "untuk", "serta", "bidang"))
CAPITALS = frozenset(("akbp", "akp", "ppa", "ppo", "dpr", "dprd", "p3a", "tppo", "pmi", "tni", "ri", "nu", "bem"))
POLICE_CORPS = ("Pol", "Pol.", "Polisi", "")
ARMY_CORPS = ("Inf", "Inf.", "Arm", "Kav", "Cba", "Czi", "Laut (P)", "Mar", "(Purn)", "TNI", "")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
OUTLETS = ("KABARDAERAH.ID", "SuaraTapalBatas.com", "WARTA PESISIR", "Lensa Nusa", "PORTALKITA.CO", "ANTARA", "RRI")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence: its text and what kind of name it is, or None."""

    text: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """How persons are named in a part of the country; see ``people.toml``."""

    given: list[str]
    family: list[str]
    prefix: list[str]
    most: int


@dataclass(frozen=True, slots=True)
class Material:
    """What frames are filled with: rows of the gazetteers and parts of names."""

    agencies: list[tuple[str, ...]]
    patterns: list[tuple[list[str], list[str], str]]
    places: list[tuple[str, str]]
    titles: list[str]
    ranks: list[tuple[str, str]]
    degrees: list[str]
    honorifics: list[str]
    regions: list[Region]


def _rows(name: str) -> list[dict[str, str]]:
    path = REFERENCE / name
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ","))


@cache
def material() -> Material:
    """Read the gazetteers of ``extract/reference`` and the parts of names beside this module."""
    patterns = [
        (row["forms"].split("|"), [title for title in row["titles"].split("|") if title], row["slots"])
        for row in _rows("agency_patterns.csv")
        if row["slots"] != "rest"
    ]
    regions = [
        Region(row["given"].split(), row["family"].split(), row.get("prefix", "").split("|"), row["most"])
        for row in tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8")).values()
    ]
    return Material(
        agencies=[tuple(row["forms"].split("|")) for row in _rows("agencies.csv")],
        patterns=patterns,
        places=[(row["code"], row["name"]) for row in _rows("places.tsv")],
        titles=[_capitalised(row["title"]) for row in _rows("titles.csv") if row["capacity"] != "public"],
        ranks=[(_capitalised(row["rank"]), row["service"]) for row in _rows("ranks.csv")],
        degrees=[row["degree"] for row in _rows("degrees.csv") if row["kind"] == "degree"],
        honorifics=[_capitalised(row["honorific"]) for row in _rows("honorifics.csv") if row["kind"] != "nickname"],
        regions=regions,
    )


def _capitalised(words: str) -> str:
    """The words as a headline or a title prints them."""

    def one(word: str) -> str:
        if word in SMALL_WORDS:
            return word
        shout = word in CAPITALS or any(letter.isdigit() for letter in word)
        return word.upper() if shout else word[:1].upper() + word[1:]

    return " ".join(one(word) for word in words.split())


def dotted(degree: str) -> str:
    """A degree with its points: ``SH`` gives ``S.H.``, ``MHum`` gives ``M.Hum.``."""
    return "".join(part + "." for part in re.findall(r"[A-Z][a-z]*", degree)) or degree


class Inventor:
    """Makes sentences; the same seed makes the same ones.

    Attributes:
        draw: the source of chance.
    """

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self._material = material()
        self._frames = [
            line
            for line in (HERE / "frames.txt").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ]

    def sentences(self, count: int) -> list[Sentence]:
        """That many invented sentences, in the style of the news set."""
        return [self.sentence() for _ in range(count)]

    def sentence(self) -> Sentence:
        """One invented sentence."""
        words: list[str] = []
        labels: list[str] = []
        for piece in self._filled(self.draw.choice(self._frames)):
            spans = word_spans(piece.text)
            words += [piece.text[start:end] for start, end in spans]
            kind = piece.kind
            labels += [f"{'I' if at else 'B'}-{kind}" if kind else "O" for at in range(len(spans))]
        return Sentence(tuple(words), tuple(labels), STYLE)

    def text(self) -> str:
        """One invented sentence as it would be printed."""
        return "".join(piece.text for piece in self._filled(self.draw.choice(self._frames)))

    def _filled(self, frame: str) -> list[Piece]:
        pieces: list[Piece] = []
        at = 0
        for slot in SLOT.finditer(frame):
            pieces.append(Piece(frame[at : slot.start()]))
            pieces += getattr(self, f"_{slot[1]}")()
            at = slot.end()
        return [*pieces, Piece(frame[at:])]

    def name_parts(self) -> list[str]:
        """The parts of one invented person's name."""
        region = self.draw.choice(self._material.regions)
        parts = self.draw.sample(region.given, self.draw.randint(1, region.most))
        if self.draw.random() < 0.85:
            parts.append(self.draw.choice(region.family))
        if self.draw.random() < 0.05:
            parts.insert(1, self.draw.choice("ABDHKLMNRSTY") + ".")
        first = self.draw.choice(region.prefix)
        return [first, *parts] if first else parts

    def _person(self) -> list[Piece]:
        name = " ".join(self.name_parts())
        return [Piece(name.upper() if self.draw.random() < 0.03 else name, "PER")]

    def _short(self) -> list[Piece]:
        parts = [part for part in self.name_parts() if len(part) > 2]
        return [Piece(self.draw.choice(parts or ["Yohanes"]), "PER")]

    def _initials(self) -> list[Piece]:
        return [Piece("".join(self.draw.choices("ABDEFHIJKLMNRSTWY", k=self.draw.randint(2, 3))), "PER")]

    def _guest(self) -> list[Piece]:
        office = self._head() if self.draw.random() < 0.5 else [*self._title(), Piece(" "), *self._agency()]
        rank = [*self._rank(), Piece(" ")] if self.draw.random() < 0.4 else self._honorific()
        if self.draw.random() < 0.15:
            return [*rank, *self._person(), *self._degrees(), Piece(" ("), *office, Piece(")")]
        return [*office, Piece(self.draw.choice((" ", " ", ", "))), *rank, *self._person(), *self._degrees()]

    def _rank(self) -> list[Piece]:
        rank, service = self.draw.choice(self._material.ranks)
        corps = self.draw.choice(POLICE_CORPS if service.startswith("police") else ARMY_CORPS)
        return [Piece(f"{rank} {corps}".strip())]

    def _degrees(self) -> list[Piece]:
        if self.draw.random() < 0.55:
            return []
        chosen = self.draw.sample(self._material.degrees, self.draw.randint(1, 3))
        if self.draw.random() < 0.7:
            chosen = [dotted(degree) for degree in chosen]
        return [Piece(", " + self.draw.choice((", ", ", ", " ")).join(chosen))]

    def _honorific(self) -> list[Piece]:
        if self.draw.random() < 0.6:
            return []
        honorific = self.draw.choice(self._material.honorifics)
        return [Piece(honorific + ("." if len(honorific) < 4 and self.draw.random() < 0.7 else "") + " ")]

    def _title(self) -> list[Piece]:
        return [Piece(self.draw.choice(self._material.titles))]

    def _head(self) -> list[Piece]:
        """A head's title with the place the office serves; in the news set neither is a name of its own."""
        _, titles, slots = self.draw.choice([row for row in self._material.patterns if row[1]])
        return [Piece(f"{self.draw.choice(titles)} {self._place_name(slots)}")]

    def _agency(self) -> list[Piece]:
        if self.draw.random() < 0.35:
            return [Piece(self.draw.choice(self.draw.choice(self._material.agencies)), "ORG")]
        forms, _, slots = self.draw.choice(self._material.patterns)
        name = self.draw.choice(forms)
        if slots == "number":
            name = f"{name} {self.draw.randint(101, 1715):04d}"
        elif slots == "host":
            name = f"{name} {self.draw.choice(('Polres', 'Polda', 'Polresta'))} {self._place_name('place')}"
        if slots != "host" and self.draw.random() < 0.85:
            name = f"{name} {self._place_name(slots)}"
        return [Piece(name, "ORG")]

    def _acronym(self) -> list[Piece]:
        short = [form for forms in self._material.agencies for form in forms if form.isupper() and " " not in form]
        return [Piece(self.draw.choice(short), "ORG")]

    def _place_name(self, slots: str) -> str:
        """A place without the word for its level, of a level that fits the pattern."""
        digits = {"province": 2, "district": 8, "village": 8}.get(slots.split("|")[0], 5)
        _, name = self.draw.choice([place for place in self._material.places if len(place[0]) == digits])
        return re.sub(r"^Kabupaten (?:Administrasi )?|^Kota (?=.)(?:Administrasi )?", "", name)

    def _town(self) -> list[Piece]:
        name = self._place_name("place")
        return [Piece(name.upper() if self.draw.random() < 0.6 else name, "LOC")]

    def _place(self) -> list[Piece]:
        code, name = self.draw.choice(self._material.places)
        if len(code) == 8 and self.draw.random() < 0.5:
            name = f"Kecamatan {name}"
        elif len(code) == 5 and self.draw.random() < 0.5:
            name = self._place_name("place")
        elif len(code) == 2 or self.draw.random() < 0.15:
            name = self._place_name("province")
        if self.draw.random() < 0.08:
            name = f"{self.draw.choice(('Pelabuhan', 'Bandara', 'Terminal', 'PLBN'))} {self._place_name('place')}"
        pieces = [Piece(name, "LOC")]
        if self.draw.random() < 0.25:
            pieces += [Piece(", "), Piece(self._place_name("province"), "LOC")]
        return pieces

    def _day(self) -> list[Piece]:
        day, month = self.draw.randint(1, 28), self.draw.randint(1, 12)
        year = self.draw.randint(2019, 2026)
        dates = (f"({day}/{month})", f"({day}/{month}/{year})", f", {day} {MONTHS[month - 1]} {year}", "")
        return [Piece(f"{self.draw.choice(DAYS)} {self.draw.choice(dates)}".strip())]

    def _count(self) -> list[Piece]:
        return [Piece(str(self.draw.randint(2, 65)))]

    def _outlet(self) -> list[Piece]:
        return [Piece(self.draw.choice(OUTLETS), "ORG")]
