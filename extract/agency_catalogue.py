"""The catalogue of agencies: single agencies, patterns with a place in them, and the surface forms that name them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from extract.gazetteer import gazetteer
from extract.phrases import PhraseTable, squeezed

REFERENCE = Path(__file__).parent / "reference"

FormKind = Literal["form", "title", "head"]

# What may fill a pattern's slot.
SLOTS = frozenset(
    {"province", "regency", "kabupaten", "kota", "local", "stated", "place", "district", "village", "capital"}
    | {"number", "border", "mission", "country", "rest", "host"}
)
# How a form without a place is resolved: to the article's province, regency or city, to whichever of them the
# neighbouring local agencies belong to (local), to another mention of the same pattern (same), to the agency
# without a place (plain), or not at all (none).
FALLBACKS = frozenset({"province", "regency", "city", "local", "same", "plain", "none"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind of agency that exists in many places, or a single agency (no slots).

    Attributes:
        pattern_id: what kind it is; several rows of the table may share one.
        name: canonical name with braces to fill: ``Kepolisian Daerah {place}``.
        short_name: what the agency's id is made from: ``Polda {place}``.
        slots: what may fill the braces; empty for a single agency.
        fallback: what a form without a place means.
        variant: ``regency`` or ``city`` where both bear the name and the pattern decides; otherwise empty.
        hosts: patterns whose mention may follow and lend their place ("Satreskrim Polres Belu").
        skipped: words that may stand before the place without meaning ("Kelas II TPI").
        parent: canonical name of the agency above, with braces; alternatives by date as ``name<until|name``.
        level: national, provincial, regency, international, ngo, or empty.
        sector: the field of work.
        since: ISO date or year of its founding, or empty.
        until: ISO date or year of its end, or empty.
        needs: acronym -> words of which one must stand in the article, for acronyms of several meanings.
        is_known: False for a bare head ("Yayasan …") that only says that an agency is named.
        not_before: words that may not follow a bare head ("Majelis Hakim").
        names_persons: whether the words behind a bare head may be a person's ("Universitas Sultan Hasanuddin");
            otherwise its name is made of common words and ends before others.
    """

    pattern_id: str
    name: str
    short_name: str
    slots: tuple[str, ...] = ()
    fallback: str = "none"
    variant: str = ""
    hosts: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    parent: str = ""
    level: str = ""
    sector: str = ""
    since: str = ""
    until: str = ""
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_known: bool = True
    not_before: frozenset[str] = frozenset()
    names_persons: bool = True

    @property
    def is_single(self) -> bool:
        """Whether it is one agency rather than a kind of agency."""
        return not self.slots

    def is_valid(self, day: str) -> bool:
        """Whether the agency existed on a day (ISO date); an unknown day or limit is no objection."""
        return not day or (not (self.since and day < self.since) and not (self.until and day > self.until + "-99"))

    def lacks_context(self, form: str, folded_article: str) -> bool:
        """Whether a form has other meanings too and nothing in the article speaks for this one."""
        for acronym, cues in self.needs:
            if form == acronym:
                return not any(re.search(rf"\b{re.escape(cue)}", folded_article) for cue in cues)
        return False


@dataclass(frozen=True, slots=True)
class FormUse:
    """What a surface form stands for: a pattern, named directly, by a title, or only by a general head."""

    kind: FormKind
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Seat:
    """A place name that only agencies bear: "Polresta Barelang", "Kantor Imigrasi Ngurah Rai"."""

    name: str
    code: str
    patterns: frozenset[str]


@dataclass(slots=True)
class Catalogue:
    """All agencies and forms.

    Attributes:
        forms: the table of surface forms, titles and general heads.
        shapes: patterns of single words for acronyms that vary from place to place ("DP3AP2KB").
        seats: squeezed name -> the seats it may mean.
        missions: squeezed name of a city -> its canonical name, for embassies and consulates.
        patterns: all patterns in the order of the tables.
    """

    forms: PhraseTable[FormUse] = field(default_factory=PhraseTable)
    shapes: list[tuple[re.Pattern[str], Pattern]] = field(default_factory=list)
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    missions: dict[str, str] = field(default_factory=dict)
    patterns: list[Pattern] = field(default_factory=list)


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def slug(name: str) -> str:
    """A name as lower-case words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().replace("’", "").replace("'", "")).strip("-")


def _needs(cell: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    acronym, _, cues = cell.partition(":")
    return ((acronym.strip(), _parts(cues)),) if cues else ()


def _pattern(row: dict[str, str]) -> Pattern:
    pattern = Pattern(
        pattern_id=row["pattern_id"],
        name=row["name"],
        short_name=row["short"],
        slots=_parts(row["slots"]),
        fallback=row["fallback"],
        variant=row["variant"],
        hosts=frozenset(_parts(row["hosts"])),
        skipped=frozenset(_parts(row["skip"])),
        parent=row["parent"],
        level=row["level"],
        sector=row["sector"],
        since=row["since"],
        until=row["until"],
    )
    unknown = set(pattern.slots) - SLOTS
    if unknown or pattern.fallback not in FALLBACKS:
        raise ValueError(
            f"agency_patterns.csv, {pattern.pattern_id}: unknown slot {sorted(unknown)} or fallback "
            f"{pattern.fallback!r}; slots are {sorted(SLOTS)}, fallbacks {sorted(FALLBACKS)}"
        )
    return pattern


def _single(row: dict[str, str]) -> Pattern:
    name = row["canonical_name"]
    return Pattern(
        pattern_id=slug(row["short_name"] or name),
        name=name,
        short_name=row["short_name"] or name,
        fallback="plain",
        parent=row["parent"],
        level=row["level"],
        sector=row["sector"],
        since=row["since"],
        until=row["until"],
        needs=_needs(row["needs"]),
    )


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once a process from the tables in ``reference/`` (about 0.05 s)."""
    result = Catalogue()
    for row in _rows("agencies.csv"):
        _enter(result, _single(row), _parts(row["forms"]), _parts(row["titles"]))
    for row in _rows("agency_patterns.csv"):
        pattern = _pattern(row)
        _enter(result, pattern, _parts(row["forms"]), _parts(row["titles"]))
        if row["tokens"]:
            result.shapes.append((re.compile(row["tokens"]), pattern))
    for row in _rows("agency_heads.csv"):
        head = Pattern(
            f"head:{slug(row['head'])}",
            "{rest}",
            "{rest}",
            slots=("country",) if row["needs_place"] else ("rest",),
            level=row["level"],
            sector=row["sector"],
            is_known=False,
            not_before=frozenset(_parts(row["not_before"])),
            names_persons=bool(row["names_persons"]),
        )
        result.forms.add(row["head"], FormUse("head", head))
    for row in _rows("agency_seats.csv"):
        place = gazetteer().place(row["code"])
        if place is None:
            raise ValueError(f"agency_seats.csv: no place has the code {row['code']!r} of {row['surface']!r}")
        seat = Seat(row["name"] or place.short_name, row["code"], frozenset(_parts(row["patterns"])))
        result.seats.setdefault(squeezed(row["surface"]), []).append(seat)
    for row in _rows("missions.csv"):
        for form in (row["city"], *_parts(row["forms"])):
            result.missions[squeezed(form)] = row["city"]
    return result


def _enter(result: Catalogue, pattern: Pattern, forms: tuple[str, ...], titles: tuple[str, ...]) -> None:
    result.patterns.append(pattern)
    result.forms.extend(forms, FormUse("form", pattern))
    result.forms.extend(titles, FormUse("title", pattern))
