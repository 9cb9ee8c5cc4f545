"""The places of an article, resolved to official codes by what the article says around them."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from extract.agency_matching import AgencyCandidate, AgencyMatcher
from extract.agency_slots import choose_variant
from extract.facts import Place
from extract.gazetteer import GazetteerPlace, Reading, gazetteer
from extract.phrases import Word, words_of
from extract.place_matching import PlaceCandidate, PlaceMatcher, single_place
from extract.setting import (
    AGENCY_WEIGHT,
    DATELINE_WEIGHT,
    DESK_PROVINCE,
    HEADLINE_WEIGHT,
    MENTION_WEIGHT,
    Setting,
    dateline_end,
)
from extract.state import ArticleState, state_of

# What may stand between the parts of a chain "Desa X, Kecamatan Y, Kabupaten Z (Provinsi)".
CHAIN_GAPS = frozenset({", ", " (", ",", " ", " di ", "; "})

CONFIDENCE_EXPLICIT = 0.98
CONFIDENCE_UNIQUE = 0.95
CONFIDENCE_SUPPORTED = 0.85
CONFIDENCE_CONVENTION = 0.7


class PlaceReading:
    """Reads the agencies and places of one article together: each helps to decide the other.

    Attributes:
        agencies: the agencies named in the text, not yet resolved.
        dateline_end: offset behind the dateline, 0 when the text has none.
        setting: where the article plays.
        places: the places of the text, resolved.
    """

    def __init__(self, state: ArticleState) -> None:
        self._state = state
        words = words_of(state.text)
        self.dateline_end = dateline_end(state.text)
        self.agencies = AgencyMatcher(state.text, words).found
        taken = {number for agency in self.agencies for number in range(agency.first, agency.behind)}
        self._candidates = PlaceMatcher(state.text, words, taken, self.dateline_end).found
        if not any(candidate.in_dateline for candidate in self._candidates):
            self.dateline_end = 0
        self.setting = Setting(hint=state.outlet.province_code)
        self._gather(self.agencies, self._candidates, AGENCY_WEIGHT, MENTION_WEIGHT)
        self._read_around()
        self.places = self._resolve_all()

    def _gather(
        self, agencies: list[AgencyCandidate], candidates: list[PlaceCandidate], of_agency: float, of_mention: float
    ) -> None:
        """Take the unambiguous places and the places in agencies' names as evidence."""
        for agency in agencies:
            if agency.place is not None:
                self.setting.note(agency.place, of_agency)
        for candidate in candidates:
            place = None if candidate.is_doubtful else single_place(candidate)
            variants = [reading.place for reading in candidate.readings if reading.place.level == "regency"]
            if place is not None:
                self.setting.note(place, of_mention)
            elif not candidate.is_doubtful and variants and len({variant.province_code for variant in variants}) == 1:
                self.setting.note(gazetteer().province_of(variants[0].code), of_mention)
            if candidate.level in ("regency", "city"):
                self.setting.explicit |= {variant.code for variant in variants[:1]}

    def _read_around(self) -> None:
        """Take the headline and the dateline as evidence."""
        headline = self._state.article.title
        if headline:
            words: list[Word] = words_of(headline)
            agencies = AgencyMatcher(headline, words).found
            taken = {number for agency in agencies for number in range(agency.first, agency.behind)}
            candidates = PlaceMatcher(headline, words, taken).found
            self._gather(agencies, candidates, HEADLINE_WEIGHT, HEADLINE_WEIGHT)
        dateline = self._state.article.dateline
        if dateline:
            words = words_of(dateline)
            candidates = PlaceMatcher(dateline, words, set(), len(dateline)).found
        else:
            candidates = [candidate for candidate in self._candidates if candidate.in_dateline]
        if candidates:
            place = self._choose(candidates[0], None)
            if place is not None and place.level in ("province", "regency", "district"):
                self.setting.dateline = place
                self.setting.note(place, 0.0 if place.province_code == DESK_PROVINCE else DATELINE_WEIGHT)

    def _resolve_all(self) -> list[Place]:
        """The places with their codes, from last to first, so that the end of a chain decides its beginning."""
        resolved: list[tuple[PlaceCandidate, GazetteerPlace]] = []
        following: tuple[PlaceCandidate, GazetteerPlace] | None = None
        datelines = [candidate for candidate in self._candidates if candidate.in_dateline]
        for candidate in reversed(self._candidates):
            if candidate in datelines[1:]:
                continue
            place = self._choose(candidate, self._container(candidate, following))
            if place is not None:
                following = (candidate, place)
                resolved.append(following)
                if place.level in ("district", "village"):
                    self.setting.note(place, MENTION_WEIGHT)
        return self._grouped(resolved[::-1])

    def _container(
        self, candidate: PlaceCandidate, following: tuple[PlaceCandidate, GazetteerPlace] | None
    ) -> GazetteerPlace | None:
        """The place that the next one in a chain says this one lies in."""
        if following is None or following[1].level == "country":
            return None
        gap = self._state.text[candidate.end : following[0].start]
        return following[1] if gap in CHAIN_GAPS else None

    def _choose(self, candidate: PlaceCandidate, container: GazetteerPlace | None) -> GazetteerPlace | None:
        places = [reading.place for reading in candidate.readings]
        if container is not None:
            inside = [place for place in places if place.code.startswith(container.code) and place != container]
            places = inside or places
        if candidate.level in ("district", "village"):
            return self.setting.best(places)
        if candidate.is_doubtful:
            places = [place for place in places if place.level != "country" and self.setting.support(place)]
        upper = [reading for reading in candidate.readings if reading.place in places]
        return self._upper(candidate, [r.place for r in upper if r.kind != "seat"], upper, container) or self._lower(
            candidate, places, [r.place for r in upper if r.kind == "seat"]
        )

    def _upper(
        self,
        candidate: PlaceCandidate,
        named: list[GazetteerPlace],
        readings: list[Reading],
        container: GazetteerPlace | None,
    ) -> GazetteerPlace | None:
        """A province, regency, city or country by its own name."""
        provinces = [place for place in named if place.level == "province"]
        regencies = [place for place in named if place.level == "regency"]
        countries = [place for place in named if place.level == "country"]
        if any(reading.is_acronym and reading.place in regencies for reading in readings) and not provinces:
            regencies = [place for place in regencies if self.setting.provinces.get(place.code[:2])]
        if provinces and not (regencies and (candidate.in_dateline or container in provinces)):
            return provinces[0]
        if regencies:
            explicit = [place for place in regencies if place.code in self.setting.explicit]
            if explicit:
                return max(explicit, key=lambda place: (self.setting.regencies.get(place.code, 0.0), -len(place.name)))
            if len({place.province_code for place in regencies}) > 1:
                best = self.setting.best(regencies)
                regencies = [
                    place for place in regencies if best and place.province_code == best.province_code
                ] or regencies
            return choose_variant(regencies, "city" if candidate.in_dateline and provinces else candidate.level)
        return countries[0] if countries else None

    def _lower(
        self, candidate: PlaceCandidate, places: list[GazetteerPlace], seats: list[GazetteerPlace]
    ) -> GazetteerPlace | None:
        """A district or the seat of a regency. A bare district counts only where the article names its regency."""
        districts = [place for place in places if place.level == "district"]
        for seat in seats:
            inside = [place for place in districts if place.regency_code == seat.code]
            if inside or not districts or candidate.in_dateline or self.setting.support(seat):
                return inside[0] if inside else seat
        known = [place for place in districts if self.setting.regencies.get(place.code[:5])]
        if known:
            return self.setting.best(known)
        is_long = candidate.behind - candidate.first > 1
        if is_long and len(districts) == 1 and self.setting.provinces.get(districts[0].code[:2]):
            return districts[0]
        return None

    def _grouped(self, resolved: list[tuple[PlaceCandidate, GazetteerPlace]]) -> list[Place]:
        """One item for each surface form and code, with all its spans."""
        items: dict[tuple[str, str], Place] = {}
        for candidate, place in resolved:
            surface = self._state.text[candidate.start : candidate.end]
            item = items.setdefault((surface, place.code), Place(place.name, place.level, place.code))
            confidence, source = self._certainty(candidate)
            item.spans.append(self._state.span(candidate.start, candidate.end, confidence, source))
        return list(items.values())

    def _certainty(self, candidate: PlaceCandidate) -> tuple[float, str]:
        if candidate.level:
            return CONFIDENCE_EXPLICIT, "places:level-word"
        if len(candidate.readings) == 1:
            is_district = candidate.readings[0].place.level == "district"
            return (CONFIDENCE_SUPPORTED, "places:context") if is_district else (CONFIDENCE_UNIQUE, "places:name")
        return CONFIDENCE_CONVENTION, "places:convention"


@Language.component("jejak_places")
def places(doc: Doc) -> Doc:
    """Note the places on the article's record, and leave the reading for the agencies behind."""
    state = state_of(doc)
    state.reading = PlaceReading(state)
    state.places = state.reading.places
    return doc
