"""The agencies of an article, resolved to canonical names: what the text leaves out, the article around it tells."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extract.agency_catalogue import Pattern, catalogue, slug
from extract.agency_matching import AgencyCandidate
from extract.agency_slots import WORDS
from extract.facts import Agency, Span
from extract.gazetteer import GazetteerPlace, gazetteer
from extract.places import PlaceReading
from extract.setting import Setting
from extract.state import ArticleState, state_of

# A title behind one of these names a building or a decree, not the office-holder.
NO_OFFICE_HOLDER = re.compile(
    r"\b(?:kantor|aula|pendopo|rumah jabatan|rujab|rumah dinas|sk|surat keputusan|peraturan|instruksi|"
    r"surat edaran|calon|mantan|eks|pilkada|pemilu|pemilihan|keputusan|kursi|jabatan)\s+$",
    re.IGNORECASE,
)
# A building is called after an agency without the agency acting there.
BUILDING = re.compile(r"\b(?:gedung|rumah sakit|RS|RSUD|stadion)\s+$", re.IGNORECASE)
# A bare form that stands for all offices of its kind: "para Kapolres", "Kantor Imigrasi dari berbagai wilayah".
COLLECTIVE_BEFORE = re.compile(
    r"\b(?:para|setiap|tiap|seluruh|semua|berbagai|sejumlah|beberapa|masing-masing)\s+$", re.I
)
COLLECTIVE_BEHIND = re.compile(r"\s+(?:(?:dari|di|pada) (?:berbagai|seluruh|setiap|masing-masing|tiap)|se-?[A-Z])")
# "Laksma TNI", "Brigjen TNI": the force is part of the rank.
RANK_BEFORE = re.compile(
    r"(?:Jenderal|Letjen|Mayjen|Brigjen|Laksamana|Laksdya|Laksda|Laksma|Marsdya|Marsda|Marsma)\s+$"
)
# How local offices are told apart from others when a bare one looks for its neighbours.
LOCAL_FALLBACKS = frozenset({"local", "city"})
LOCAL_GOVERNMENT = frozenset({"pemprov", "pemkab", "pemkot", "pemda", "camat", "pemdes"})
GOVERNMENT_BY_LEVEL = {"province": "pemprov", "regency": "pemkab", "city": "pemkot"}

CONFIDENCE = {"form": 0.95, "title": 0.85, "head": 0.7}
CONFIDENCE_BARE = 0.75
CONFIDENCE_ECHO = 0.65


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
        return _filled(self.pattern.name, self.place, self.label)

    @property
    def agency_id(self) -> str:
        """Slug of the short name; a district's or village's agency carries the code, since their names repeat."""
        short = slug(_filled(self.pattern.short_name, self.place, self.label))
        if self.place and self.place.level in ("district", "village") and "{place}" in self.pattern.short_name:
            return f"{short}-{self.place.code.replace('.', '')}"
        return short


def _filled(template: str, place: GazetteerPlace | None, label: str | None) -> str:
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


class AgencyResolver:
    """Resolves the agencies named in one article."""

    def __init__(self, state: ArticleState, reading: PlaceReading) -> None:
        self._state = state
        self._text = state.text
        self._setting: Setting = reading.setting
        self._day = state.published.date().isoformat() if state.published else ""
        # An agency in the dateline is the one that sent the report out: "Polewali, KemenP2MI (5/2) –".
        self._named = [
            agency for agency in reading.agencies if self._is_office(agency) and agency.start >= reading.dateline_end
        ]
        self._bare: list[AgencyCandidate] = []
        self._resolved: list[ResolvedAgency] = []

    def _is_office(self, candidate: AgencyCandidate) -> bool:
        before = self._text[max(0, candidate.start - 20) : candidate.start]
        if candidate.pattern.pattern_id in ("tni", "polri") and RANK_BEFORE.search(before):
            return False
        if BUILDING.search(before) or (not candidate.is_filled and self._is_collective(candidate, before)):
            return False
        if candidate.kind != "title":
            return True
        return not NO_OFFICE_HOLDER.search(before)

    def _is_collective(self, candidate: AgencyCandidate, before: str) -> bool:
        return bool(COLLECTIVE_BEFORE.search(before) or COLLECTIVE_BEHIND.match(self._text, candidate.end))

    def resolve(self) -> list[Agency]:
        """The article's agencies, one item for each canonical name, in order of first mention."""
        for candidate in self._named:
            if candidate.is_filled:
                self._resolved.append(self._from_text(candidate))
            else:
                self._bare.append(candidate)
        for candidate in self._bare:
            found = self._from_article(candidate)
            if found is not None:
                self._resolved.append(found)
        self._resolved.sort(key=lambda found: found.candidate.start)
        return self._grouped()

    def _from_text(self, candidate: AgencyCandidate) -> ResolvedAgency:
        """An agency whose place stands in the text; of several districts of one name the best supported one."""
        place, label = candidate.place, candidate.label
        if candidate.options:
            place = self._setting.best(candidate.options)
            if place is None:
                label = candidate.options[0].name
        pattern = candidate.pattern
        if pattern.pattern_id == "pemda" and place is not None:
            pattern = _government_of(place)
        if pattern.is_single:
            pattern, place = self._valid(candidate), None
        return ResolvedAgency(candidate, pattern, place, label, is_bare=False)

    def _valid(self, candidate: AgencyCandidate) -> Pattern:
        """Of several agencies that bear one name, the one that existed when the article was published."""
        singles = [candidate.pattern, *(p for p in candidate.alternatives if p.is_single)]
        return next((pattern for pattern in singles if pattern.is_valid(self._day)), candidate.pattern)

    def _from_article(self, candidate: AgencyCandidate) -> ResolvedAgency | None:
        """An agency named without its place: another mention of it, its neighbours or the setting tell the place."""
        pattern = candidate.pattern
        same = self._same_kind(candidate)
        if same is not None:
            return ResolvedAgency(candidate, same.pattern, same.place, same.label, is_bare=True)
        if pattern.fallback == "same" or (pattern.fallback == "none" and not candidate.level):
            return None
        if pattern.fallback == "plain":
            return ResolvedAgency(candidate, pattern, None, None, is_bare=True)
        place = self._place_for(candidate)
        if pattern.pattern_id == "pemda":
            if place is None:
                return None
            pattern = _government_of(place)
        if pattern.pattern_id in LOCAL_GOVERNMENT and place is None:
            return None
        if pattern.pattern_id == "kanim" and place is None:
            single = next((p for p in catalogue().patterns if p.pattern_id == "ditjen-imigrasi"), None)
            return ResolvedAgency(candidate, single or pattern, None, None, is_bare=True)
        return ResolvedAgency(candidate, pattern, place, None, is_bare=True)

    def _same_kind(self, candidate: AgencyCandidate) -> ResolvedAgency | None:
        """The mention of the same kind of agency, with its place, that a bare one refers to."""
        patterns = {candidate.pattern.pattern_id, *(p.pattern_id for p in candidate.alternatives)}
        if candidate.pattern.pattern_id == "pemda":
            patterns |= {"pemprov", "pemkab", "pemkot"}
        level = candidate.level
        known = [
            found
            for found in self._resolved
            if found.pattern.pattern_id in patterns
            and not found.pattern.is_single
            and (found.place or found.label)
            and (not level or level == "host" or (found.place and _level_of(found.place) == level))
        ]
        if not known:
            return None
        before = [found for found in known if found.candidate.start < candidate.start]
        return before[-1] if before else known[0]

    def _place_for(self, candidate: AgencyCandidate) -> GazetteerPlace | None:
        fallback = candidate.level if candidate.level in GOVERNMENT_BY_LEVEL else candidate.pattern.fallback
        if fallback == "local":
            place = self._local_place(candidate)
            if place is not None:
                return place
            fallback = "regency" if self._setting.regency() else "province"
        near = self._host_place(candidate, fallback)
        if near is not None:
            return near
        code = (
            self._setting.province() if fallback == "province" else self._setting.regency(city_only=fallback == "city")
        )
        return gazetteer().place(code) if code else None

    def _host_place(self, candidate: AgencyCandidate, fallback: str) -> GazetteerPlace | None:
        """The place of the agency that a bare unit belongs to: "Unit PPA" of the Polres named elsewhere."""
        hosts = [
            found
            for found in self._resolved
            if found.pattern.pattern_id in candidate.pattern.hosts and found.place is not None
        ]
        before = [found for found in hosts if found.candidate.start < candidate.start]
        host = before[-1] if before else hosts[0] if hosts else None
        return host.place if host and host.place and _level_fits(host.place, fallback) else None

    def _local_place(self, candidate: AgencyCandidate) -> GazetteerPlace | None:
        """Whose office a bare local office is: that of the local government named last, or of its neighbours."""
        local = [
            found
            for found in self._resolved
            if found.place is not None
            and not found.pattern.is_single
            and found.place.level in ("province", "regency")
            and (found.pattern.pattern_id in LOCAL_GOVERNMENT or found.pattern.fallback in LOCAL_FALLBACKS)
        ]
        before = [found for found in local if found.candidate.start < candidate.start]
        if before:
            return before[-1].place
        sentence = self._state.sentence_at(candidate.start)
        others = [
            found
            for found in self._resolved
            if found.place is not None
            and found.place.level in ("province", "regency")
            and self._state.sentence_at(found.candidate.start) == sentence
        ]
        later = [found for found in local if found.place and found.place.province_code == self._setting.province()]
        return others[-1].place if others else later[0].place if later else None

    def _grouped(self) -> list[Agency]:
        items: dict[str, Agency] = {}
        for found in self._resolved:
            item = items.get(found.name)
            if item is None:
                item = items[found.name] = self._item(found)
            item.spans.append(self._span(found))
        for name, spans in self._echoes(items):
            items[name].spans += spans
        for item in items.values():
            item.spans.sort(key=lambda span: span.start)
        return list(items.values())

    def _item(self, found: ResolvedAgency) -> Agency:
        pattern = found.pattern
        return Agency(
            name=found.name,
            agency_id=found.agency_id,
            sector=pattern.sector or None,
            level=_agency_level(found),
            place_code=found.place.code if found.place and found.place.level != "country" else None,
            parent=self._parent(found),
            is_known=pattern.is_known,
        )

    def _parent(self, found: ResolvedAgency) -> str | None:
        """The agency above; where it changed with time, the one of the day of publication."""
        parents = [part.partition("<") for part in found.pattern.parent.split("|") if part]
        for name, _, until in parents:
            if not until or (self._day and self._day < until):
                parent = _filled(name, found.place, found.label if "{place}" in name else None)
                return parent if parent != found.name else None
        if found.pattern.fallback in LOCAL_FALLBACKS and found.place is not None:
            government = _government_of(found.place)
            return _filled(government.name, found.place, None)
        return None

    def _span(self, found: ResolvedAgency) -> Span:
        candidate = found.candidate
        confidence = CONFIDENCE_BARE if found.is_bare else CONFIDENCE[candidate.kind]
        source = f"agencies:{'context' if found.is_bare else candidate.kind}"
        return self._state.span(candidate.start, candidate.end, confidence, source)

    def _echoes(self, items: dict[str, Agency]) -> list[tuple[str, list[Span]]]:
        """Acronyms that the article itself introduces, and bare words that point back at an agency."""
        taken = [(agency.start, agency.end) for agency in self._named]
        found: list[tuple[str, list[Span]]] = []
        for resolved in self._resolved:
            acronym = resolved.candidate.acronym
            if acronym:
                spans = self._occurrences(acronym, taken, "agencies:acronym", CONFIDENCE["form"])
                found.append((resolved.name, spans))
                taken += [(span.start, span.end) for span in spans]
        for word, beginnings in _echo_words().items():
            named = [
                agency
                for agency in self._resolved
                if self._text[agency.candidate.start : agency.candidate.end].casefold().startswith(beginnings)
            ]
            if named:
                for span in self._occurrences(word, taken, "agencies:echo", CONFIDENCE_ECHO):
                    before = [agency for agency in named if agency.candidate.start < span.start]
                    found.append(((before[-1] if before else named[0]).name, [span]))
        return [(name, spans) for name, spans in found if name in items]

    def _occurrences(self, words: str, taken: list[tuple[int, int]], source: str, confidence: float) -> list[Span]:
        return [
            self._state.span(match.start(), match.end(), confidence, source)
            for match in re.finditer(rf"(?<![\w-]){re.escape(words)}(?![\w-])", self._text)
            if not any(start < match.end() and match.start() < end for start, end in taken)
        ]


def _level_of(place: GazetteerPlace) -> str:
    return "city" if place.is_city else place.level


def _level_fits(place: GazetteerPlace, fallback: str) -> bool:
    return place.level == "province" if fallback == "province" else place.level == "regency"


def _government_of(place: GazetteerPlace) -> Pattern:
    wanted = GOVERNMENT_BY_LEVEL.get(_level_of(place), "pemkab")
    return next(pattern for pattern in catalogue().patterns if pattern.pattern_id == wanted)


def _agency_level(found: ResolvedAgency) -> str | None:
    """Level of an agency; an office that exists at both levels has the level of its place."""
    if found.pattern.fallback in LOCAL_FALLBACKS and found.place is not None:
        return "provincial" if found.place.level == "province" else "regency"
    return found.pattern.level or None


@cache
def _echo_words() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {word: tuple(beginnings) for word, beginnings in table["echoes"].items()}


@Language.component("jejak_agencies")
def agencies(doc: Doc) -> Doc:
    """Note the agencies on the article's record."""
    state = state_of(doc)
    reading = state.reading or PlaceReading(state)
    state.agencies = AgencyResolver(state, reading).resolve()
    return doc
