"""The agencies of an article, resolved to canonical names: what the text leaves out, the article around it tells."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extract.agency_catalogue import Pattern, catalogue, slug
from extract.agency_context import NamedAgencies, is_local
from extract.agency_introduced import introduced_names
from extract.agency_matching import AgencyCandidate
from extract.agency_naming import (
    GOVERNMENT_BY_LEVEL,
    LOCAL_FALLBACKS,
    LOCAL_GOVERNMENT,
    ResolvedAgency,
    agency_level,
    filled,
    government_of,
    level_fits,
    level_of,
)
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
    r"(?:Jenderal|Letjen|Mayjen|Brigjen|Laksamana|Laksdya|Laksda|Laksma|Marsdya|Marsda|Marsma|(?:Madya|Muda|Pertama)|"
    r"Kolonel|Letkol|Mayor|Kapten|Lettu|Letda|Serka|Sertu|Serda)\s+$"
)

CONFIDENCE = {"form": 0.95, "title": 0.85, "head": 0.7}
CONFIDENCE_BARE = 0.75
CONFIDENCE_ECHO = 0.65


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
        self._known = NamedAgencies(state.sentence_at)

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
                self._note(self._from_text(candidate))
            else:
                self._bare.append(candidate)
        for candidate in self._bare:
            found = self._from_article(candidate)
            if found is not None:
                self._note(found)
        self._resolved.sort(key=lambda found: found.candidate.start)
        return self._with_introduced(self._grouped())

    def _with_introduced(self, known: list[Agency]) -> list[Agency]:
        """The agencies with the organisations that the article itself introduces, where no other stands."""
        taken = {at for agency in known for span in agency.spans for at in range(span.start, span.end)}
        items: dict[str, Agency] = {}
        for start, end, name in introduced_names(self._text):
            if taken.isdisjoint(range(start, end)):
                item = items.setdefault(name, Agency(name, slug(name), sector="ngo", level="ngo", is_known=False))
                item.spans.append(self._state.span(start, end, CONFIDENCE["head"], "agencies:introduced"))
                taken.update(range(start, end))
        return sorted([*known, *items.values()], key=lambda agency: agency.spans[0].start)

    def _note(self, found: ResolvedAgency) -> None:
        self._resolved.append(found)
        self._known.add(found)

    def _from_text(self, candidate: AgencyCandidate) -> ResolvedAgency:
        """An agency whose place stands in the text; of several districts of one name the best supported one."""
        place, label = candidate.place, candidate.label
        if candidate.options:
            place = self._setting.best(candidate.options)
            if place is None:
                label = candidate.options[0].name
        pattern = candidate.pattern
        if pattern.pattern_id == "pemda" and place is not None:
            pattern = government_of(place)
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
            pattern = government_of(place)
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

        def is_same(found: ResolvedAgency) -> bool:
            is_level = not level or level == "host" or (found.place is not None and level_of(found.place) == level)
            return is_level and not found.pattern.is_single and bool(found.place or found.label)

        return self._known.nearest(patterns, candidate.start, is_same)

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
        host = self._known.nearest(candidate.pattern.hosts, candidate.start, lambda found: found.place is not None)
        return host.place if host and host.place and level_fits(host.place, fallback) else None

    def _local_place(self, candidate: AgencyCandidate) -> GazetteerPlace | None:
        """Whose office a bare local office is: that of the local government named last, or of its neighbours."""
        near = (
            self._known.local_before(candidate.start)
            or self._known.in_sentence(candidate.start)
            or self._known.local_behind(candidate.start, self._setting.province())
        )
        place = near.place if near else None
        if near is not None and place is not None and place.level == "province" and not is_local(near):
            # Beside the Polda or the BP3MI of a province, a bare "Disnaker" is that of the regency the story plays in.
            code = self._setting.stated_regency(place.code)
            return gazetteer().place(code) if code else place
        return place

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
            level=agency_level(found),
            place_code=found.place.code if found.place and found.place.level != "country" else None,
            parent=self._parent(found),
            is_known=pattern.is_known,
        )

    def _parent(self, found: ResolvedAgency) -> str | None:
        """The agency above; where it changed with time, the one of the day of publication."""
        parents = [part.partition("<") for part in found.pattern.parent.split("|") if part]
        for name, _, until in parents:
            if not until or (self._day and self._day < until):
                parent = filled(name, found.place, found.label if "{place}" in name else None)
                return parent if parent != found.name else None
        if found.pattern.fallback in LOCAL_FALLBACKS and found.place is not None:
            government = government_of(found.place)
            return filled(government.name, found.place, None)
        return None

    def _span(self, found: ResolvedAgency) -> Span:
        candidate = found.candidate
        confidence = CONFIDENCE_BARE if found.is_bare else CONFIDENCE[candidate.kind]
        source = f"agencies:{'context' if found.is_bare else candidate.kind}"
        return self._state.span(candidate.start, candidate.end, confidence, source)

    def _echoes(self, items: dict[str, Agency]) -> list[tuple[str, list[Span]]]:
        """Acronyms that the article itself introduces, and bare words that point back at an agency."""
        taken = bytearray(len(self._text))
        for agency in self._named:
            taken[agency.start : agency.end] = b"\x01" * (agency.end - agency.start)
        found: list[tuple[str, list[Span]]] = []
        acronyms = {agency.candidate.acronym: agency.name for agency in reversed(self._resolved)}
        for acronym, name in acronyms.items():
            if acronym:
                spans = self._occurrences(acronym, taken, "agencies:acronym", CONFIDENCE["form"])
                found.append((name, spans))
                for span in spans:
                    taken[span.start : span.end] = b"\x01" * (span.end - span.start)
        for word, beginnings in _echo_words().items():
            named = [agency for agency in self._resolved if self._begins(agency, beginnings)]
            starts = [agency.candidate.start for agency in named]
            if named:
                for span in self._occurrences(word, taken, "agencies:echo", CONFIDENCE_ECHO):
                    before = bisect_left(starts, span.start)
                    found.append((named[max(0, before - 1)].name, [span]))
        return [(name, spans) for name, spans in found if name in items]

    def _begins(self, agency: ResolvedAgency, beginnings: tuple[str, ...]) -> bool:
        return self._text[agency.candidate.start : agency.candidate.end].casefold().startswith(beginnings)

    def _occurrences(self, words: str, taken: bytearray, source: str, confidence: float) -> list[Span]:
        return [
            self._state.span(match.start(), match.end(), confidence, source)
            for match in re.finditer(rf"(?<![\w-]){re.escape(words)}(?![\w-])", self._text)
            if not any(taken[match.start() : match.end()])
        ]


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
