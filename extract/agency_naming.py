"""Names, ids and levels of agencies: a pattern with the place that the article gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.agency_catalogue import Pattern, catalogue, slug
from extract.agency_matching import AgencyCandidate
from extract.gazetteer import GazetteerPlace, gazetteer

# How offices of local government are told apart from others.
LOCAL_FALLBACKS = frozenset({"local", "city"})
LOCAL_GOVERNMENT = frozenset({"pemprov", "pemkab", "pemkot", "pemda", "camat", "pemdes"})
GOVERNMENT_BY_LEVEL = {"province": "pemprov", "regency": "pemkab", "city": "pemkot"}


@dataclass(frozen=True, slots=True)
class ResolvedAgency:
    """A candidate with the pattern, place and label that the article gives it."""

    candidate: AgencyCandidate
    pattern: Pattern
    place: GazetteerPlace | None
    label: str | None
    is_bare: bool

    @property
    def name(self) -> str:
        """Canonical name."""
        return filled(self.pattern.name, self.place, self.label)

    @property
    def agency_id(self) -> str:
        """Slug of the short name; a district's or village's agency carries the code, since their names repeat."""
        short = slug(filled(self.pattern.short_name, self.place, self.label))
        if self.place and self.place.level in ("district", "village") and "{place}" in self.pattern.short_name:
            return f"{short}-{self.place.code.replace('.', '')}"
        return short


def filled(template: str, place: GazetteerPlace | None, label: str | None) -> str:
    """A template with its braces filled; what is unknown is left out."""
    words = place.short_name if place else ""
    district = gazetteer().place(place.code[:8]) if place and len(place.code) > 8 else None
    regency = gazetteer().place(place.regency_code) if place and place.regency_code else None
    province = gazetteer().place(place.province_code) if place and place.province_code else None
    values = {
        "place": label or words,
        "rest": label or words,
        "number": label or words,
        "digits": (label or words).split("/")[0] if (label or words)[:1].isdigit() else (label or words),
        "border": label or "",
        "mission": label or "",
        "country": label or words,
        "city": words.removeprefix("Kota "),
        "district": district.short_name if district else "",
        "regency": regency.short_name if regency else "",
        "province": province.short_name if province else "",
    }
    return " ".join(re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template).split())


def level_of(place: GazetteerPlace) -> str:
    """province, regency, city, district, village or country."""
    return "city" if place.is_city else place.level


def level_fits(place: GazetteerPlace, fallback: str) -> bool:
    """Whether a place is of the level that a bare form is resolved to."""
    return place.level == "province" if fallback == "province" else place.level == "regency"


def government_of(place: GazetteerPlace) -> Pattern:
    """The pattern of the government of a province, regency or city."""
    wanted = GOVERNMENT_BY_LEVEL.get(level_of(place), "pemkab")
    return next(pattern for pattern in catalogue().patterns if pattern.pattern_id == wanted)


def agency_level(found: ResolvedAgency) -> str | None:
    """Level of an agency; an office that exists at both levels has the level of its place."""
    if found.pattern.fallback in LOCAL_FALLBACKS and found.place is not None:
        return "provincial" if found.place.level == "province" else "regency"
    return found.pattern.level or None
