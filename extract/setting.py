"""Where an article plays: the evidence for provinces and regencies that decides ambiguous names and bare agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.gazetteer import GazetteerPlace

# A dateline: a few words before a dash or bar at the start of a text ("KUPANG, LINTASTIMOR.COM – ").
DATELINE = re.compile(r"\s*([^\n]{2,75}?)(?:\s+[–—|-]{1,2}\s|\s?\|\s|--|[–—]|(?<=[A-Z]{3})-(?=[A-Z][a-z]))")

# News from everywhere is written in Jakarta: as a dateline it says nothing of where an article plays.
DESK_PROVINCE = "31"
DATELINE_WEIGHT = 3.0
AGENCY_WEIGHT = 2.0
MENTION_WEIGHT = 1.0
HEADLINE_WEIGHT = 1.0


def dateline_end(text: str) -> int:
    """Offset behind the dateline at the start of a text, 0 when there is none.

    A dateline is capitals and names: a piece with more than two lower-case words is the start of a sentence.
    """
    match = DATELINE.match(text)
    if not match:
        return 0
    lower = [word for word in re.findall(r"[\w.]+", match[1]) if word[0].islower() and "." not in word]
    return match.end() if len(lower) <= 2 else 0


@dataclass(slots=True)
class Setting:
    """Evidence for where an article plays.

    Attributes:
        provinces: weight of each province code.
        regencies: weight of each regency code.
        districts: weight of each district code.
        explicit: codes of regencies and cities printed with their level word ("Kota Kupang").
        dateline: the place of the dateline, or None.
        hint: province of the outlet: it breaks ties and is never evidence by itself.
    """

    provinces: dict[str, float] = field(default_factory=dict)
    regencies: dict[str, float] = field(default_factory=dict)
    districts: dict[str, float] = field(default_factory=dict)
    explicit: set[str] = field(default_factory=set)
    dateline: GazetteerPlace | None = None
    hint: str | None = None

    def note(self, place: GazetteerPlace, weight: float) -> None:
        """Add evidence for a place and for what it lies in."""
        if place.province_code is None:
            return
        self.provinces[place.province_code] = self.provinces.get(place.province_code, 0.0) + weight
        if place.regency_code is not None:
            self.regencies[place.regency_code] = self.regencies.get(place.regency_code, 0.0) + weight
        if place.level in ("district", "village"):
            district = place.code[:8]
            self.districts[district] = self.districts.get(district, 0.0) + weight

    def support(self, place: GazetteerPlace) -> float:
        """How much speaks for a place; 0 when the article names neither its regency nor its province."""
        support = 0.0
        if place.regency_code is not None:
            support += 2.0 * self.districts.get(place.code[:8], 0.0)
            support += 3.0 * self.regencies.get(place.regency_code, 0.0)
        if place.province_code is not None:
            support += self.provinces.get(place.province_code, 0.0)
            support += 0.1 if support and place.province_code == self.hint else 0.0
        return support

    def best(self, places: tuple[GazetteerPlace, ...] | list[GazetteerPlace]) -> GazetteerPlace | None:
        """The place with most support; None when none has any and there are several."""
        ranked = sorted(places, key=lambda place: (-self.support(place), place.code))
        if not ranked:
            return None
        if len(ranked) == 1 or self.support(ranked[0]) > self.support(ranked[1]):
            return ranked[0]
        same_hint = [place for place in ranked if place.province_code == self.hint]
        return same_hint[0] if len(same_hint) == 1 else None

    def province(self) -> str | None:
        """Code of the province the article plays in, None when nothing says so."""
        return _leading(self.provinces)

    def regency(self, *, city_only: bool = False) -> str | None:
        """Code of the regency or city the article plays in, None when nothing says so."""
        if city_only:
            return _leading({code: weight for code, weight in self.regencies.items() if code[3] == "7"})
        return _leading(self.regencies)

    def stated_regency(self, province: str) -> str | None:
        """Code of the regency of a province that the article plays in, or is the only one printed with its level."""
        leading = self.regency()
        if leading is not None and leading.startswith(province):
            return leading
        stated = [code for code in self.explicit if code.startswith(province)]
        return stated[0] if len(stated) == 1 else None


def _leading(weights: dict[str, float]) -> str | None:
    """The code with most weight; a single passing mention is not where an article plays."""
    leading = max(weights, key=lambda code: weights[code]) if weights else None
    return leading if leading and weights[leading] > MENTION_WEIGHT else None
