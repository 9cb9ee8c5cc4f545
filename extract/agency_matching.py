"""Where agencies are named in a text: surface forms with what stands in their slots, before the article decides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from extract.agency_catalogue import FormKind, FormUse, Pattern, catalogue, slug
from extract.agency_slots import SlotFill, SlotReader, name_words, windows
from extract.gazetteer import GazetteerPlace, gazetteer
from extract.lexicon import word_set
from extract.phrases import Word, squeezed, words_of

BRACKET = re.compile(r"\s?\(([^()\n]{1,60})\)")
ACRONYM = re.compile(r"[A-Z][A-Za-z0-9]*(?:[- ][A-Z][A-Z0-9]*)?")
OFFICE_WORDS = ("dinas", "kadis", "badan", "biro", "bagian")
# "Dinsos PPPA", "Disnaker PMPTSP": the short name of one office, and what else it looks after.
ABBREVIATED_OFFICES = ("dinsos", "disnaker", "dinkes", "disdik")
DEPTH = 3

# Behind one of these, a unit's name belongs to the title, and the agency is the one above the unit.
UNIT_OFFICERS = frozenset(
    {"Direktur", "Dir", "Wadir", "Kasi", "Kasubsi", "Kasat", "Kanit", "Kasubdit", "Kabid", "Seksi", "Panit"}
)


@dataclass(slots=True)
class AgencyCandidate:
    """An agency named in the text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last character.
        first: number of its first word.
        behind: number of the word behind it.
        kind: named directly (form), by an office-holder's title, or by a general head.
        pattern: what kind of agency it is.
        place: the place in its name, or None.
        options: places among which the article must decide.
        label: what stands in the name instead of a place's official name, or None.
        level: level word printed without a place name ("Disnaker Kota"), or an empty string.
        acronym: an acronym in brackets behind it that stands for it in this article, or an empty string.
        alternatives: other patterns that the same form may mean.
    """

    start: int
    end: int
    first: int
    behind: int
    kind: FormKind
    pattern: Pattern
    place: GazetteerPlace | None = None
    options: tuple[GazetteerPlace, ...] = ()
    label: str | None = None
    level: str = ""
    acronym: str = ""
    alternatives: list[Pattern] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        """Whether the text itself says which agency of its kind it is."""
        return bool(self.place or self.options or self.label) or self.pattern.is_single

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """The longer reading wins, then the filled one, then the agency that needs no other beside it."""
        return self.end, self.is_filled, "host" not in self.pattern.slots


class AgencyMatcher:
    """Finds the agencies named in one text. ``found`` holds them in order, without overlaps."""

    def __init__(self, text: str, words: list[Word] | None = None) -> None:
        self.text = text
        self.words = words_of(text) if words is None else words
        self._folded = text.casefold()
        self._catalogue = catalogue()
        # Whether a form lacks its context is asked of the whole text: once for each form, however often it stands.
        self._lacks_context: dict[tuple[Pattern, str], bool] = {}
        self._slots = SlotReader(text, self.words, self._starts_agency)
        self.found = self._match_all()

    def _starts_agency(self, position: int) -> bool:
        uses = self._catalogue.forms.at(self.words, position, self.text)
        return any(use.kind != "head" for _, _, use in uses)

    def _match_all(self) -> list[AgencyCandidate]:
        found: list[AgencyCandidate] = []
        position = 0
        while position < len(self.words):
            candidate = (
                self._match(position) if self.words[position].is_capital or self._may_be_lower(position) else None
            )
            if candidate is None or self._is_officer_of(candidate):
                position += 1
                continue
            found.append(candidate)
            position = candidate.behind
        return found

    def _is_officer_of(self, candidate: AgencyCandidate) -> bool:
        """Whether a unit only says what its head leads: "Direktur Polairud Polda Riau" acts for the Polda."""
        if not candidate.pattern.hosts or candidate.first == 0 or self.words[candidate.first].gap != " ":
            return False
        before = self.words[candidate.first - 1].text
        return before in UNIT_OFFICERS or (before == "Kepala" and self.words[candidate.first].text == "Seksi")

    def _may_be_lower(self, position: int) -> bool:
        return self.words[position].key == "gugus"

    def _match(self, position: int, depth: int = 0) -> AgencyCandidate | None:
        """The best agency that starts at a word: the longest, and among equals the one whose slot is filled."""
        best: AgencyCandidate | None = None
        for behind, end, use in self._catalogue.forms.at(self.words, position, self.text):
            if use.kind == "head" and best is not None:
                break
            candidate = self._completed(use, position, behind, end, depth)
            if candidate is None:
                continue
            if best is None or candidate.rank > best.rank:
                others = [best.pattern, *best.alternatives] if best and best.end == candidate.end else []
                best = replace(candidate, alternatives=others)
            elif candidate.end == best.end:
                best.alternatives.append(candidate.pattern)
        if best is None or best.kind == "head":
            return self._by_shape(position, depth) or best
        return best

    def _completed(self, use: FormUse, position: int, behind: int, end: int, depth: int) -> AgencyCandidate | None:
        pattern = use.pattern
        printed = self.text[self.words[position].start : end]
        if pattern.needs and self._lacks(pattern, printed):
            return None
        if use.kind == "head":
            return self._by_head(pattern, position, behind, end)
        if self._has_portfolio(use, position, behind):
            further = self._slots.portfolio(behind)
            if further > behind:
                behind, end = further, self.words[further - 1].end
        start, first = self.words[position].start, position
        if use.kind == "title":
            first = self._title_start(position)
            start = self.words[first].start
        candidate = AgencyCandidate(start, end, first, behind, use.kind, pattern)
        return self._with_slot(candidate, depth)

    def _lacks(self, pattern: Pattern, printed: str) -> bool:
        key = (pattern, printed)
        if key not in self._lacks_context:
            self._lacks_context[key] = pattern.lacks_context(printed, self._folded)
        return self._lacks_context[key]

    def _has_portfolio(self, use: FormUse, position: int, behind: int) -> bool:
        """Whether more of what an office looks after may follow: "Kadis Sosial dan P3A", "Dinsos PPPA"."""
        key = self.words[position].key
        if key in OFFICE_WORDS:
            return use.kind == "form" or key == "kadis"
        is_abbreviated = use.kind == "form" and key.startswith(ABBREVIATED_OFFICES) and behind == position + 1
        return is_abbreviated and behind < len(self.words) and self.words[behind].gap == " "

    def _title_start(self, position: int) -> int:
        prefixes = name_words()["before_titles"]
        while position > 0 and self.words[position].gap in (" ", ". ") and self.words[position - 1].text in prefixes:
            position -= 1
        return position

    def _with_slot(self, candidate: AgencyCandidate, depth: int) -> AgencyCandidate | None:
        """The candidate with its slot and the brackets around it; None where the text must fill it and does not."""
        bracket = BRACKET.match(self.text, candidate.end)
        behind_bracket = self._words_up_to(candidate.behind, bracket.end()) if bracket else candidate.behind
        filled = self._filled(candidate, candidate.behind, tied=True, depth=depth)
        if filled is None and bracket and self._is_acronym_of(bracket[1], candidate.pattern):
            follows = self.text[bracket.end() : bracket.end() + 1] == " "
            inside = self._filled(candidate, behind_bracket, tied=False, depth=depth) if follows else None
            if inside is not None:
                return inside
            trusted = self._trusted(bracket[1], candidate)
            return replace(trusted, acronym=bracket[1])
        if filled is None:
            if candidate.kind == "form" and not candidate.pattern.is_single and self._slots.follows(candidate.behind):
                abroad = self._slots.fill(ABROAD, candidate.behind)
                if abroad:
                    return self._foreign(candidate, abroad)
            return None if self._must_be_filled(candidate.pattern) else self._with_suffix(candidate)
        bracket = BRACKET.match(self.text, filled.end)
        if bracket and filled.place and self._abbreviates(bracket[1], filled.place):
            behind = self._words_up_to(filled.behind, bracket.end())
            return replace(filled, end=bracket.end(), behind=behind)
        if bracket and self._is_new_acronym(bracket[1]):
            return replace(filled, acronym=bracket[1])
        return filled

    def _must_be_filled(self, pattern: Pattern) -> bool:
        return pattern.fallback == "none" and not pattern.is_single

    def _filled(self, candidate: AgencyCandidate, position: int, *, tied: bool, depth: int) -> AgencyCandidate | None:
        pattern = candidate.pattern
        if position >= len(self.words) or (tied and not self.words[position].is_tied) or pattern.is_single:
            return None
        while self.words[position].key in pattern.skipped and self._slots.follows(position + 1):
            position += 1
        if self.words[position].key in pattern.skipped:
            return replace(candidate, behind=position + 1, end=self.words[position].end)
        if pattern.hosts and depth < DEPTH:
            host = self._match(position, depth + 1)
            if (
                host
                and host.kind == "form"
                and (host.pattern.pattern_id in pattern.hosts or host.pattern.hosts & pattern.hosts)
            ):
                return replace(
                    candidate, end=host.end, behind=host.behind, place=host.place, options=host.options,
                    label=host.label, level=host.level or "host",
                )  # fmt: skip
        fill = self._slots.fill(pattern, position)
        if fill is None and candidate.kind == "form":
            fill = self._slots.printed(pattern, position)
        return _with_fill(candidate, fill) if fill else None

    def _with_suffix(self, candidate: AgencyCandidate) -> AgencyCandidate:
        """A single agency takes in "RI" and the place of its branch: "Kementerian Sosial RI", "SBMI Nunukan"."""
        if not candidate.pattern.is_single:
            return candidate
        behind = candidate.behind
        bracket = BRACKET.match(self.text, candidate.end)
        if bracket and self._is_acronym_of(bracket[1], candidate.pattern):
            after = self._words_up_to(behind, bracket.end())
            branch = self._branch(after) if self.text[bracket.end() : bracket.end() + 1] == " " else None
            if branch:
                return replace(candidate, end=branch.end, behind=branch.behind, place=branch.place)
            return self._trusted(bracket[1], replace(candidate, acronym=bracket[1]))
        if self._slots.follows(behind) and self.words[behind].text in ("RI", "Indonesia", "Polri"):
            candidate = replace(candidate, end=self.words[behind].end, behind=behind + 1)
            behind += 1
        abroad = self._slots.fill(ABROAD, behind) if self._slots.follows(behind) else None
        if abroad and candidate.pattern.level == "national":
            return self._foreign(candidate, abroad)
        branch = self._branch(behind) if self._slots.follows(behind) else None
        if branch and candidate.kind == "form":
            candidate = replace(candidate, end=branch.end, behind=branch.behind, place=branch.place)
        bracket = BRACKET.match(self.text, candidate.end)
        if bracket and self._is_new_acronym(bracket[1]):
            candidate = replace(candidate, acronym=bracket[1])
        return candidate

    def _foreign(self, candidate: AgencyCandidate, country: SlotFill) -> AgencyCandidate:
        """An agency of another state that is called like one of Indonesia: "Kementerian Luar Negeri Mesir"."""
        printed = " ".join(self.text[candidate.start : candidate.end].split())
        name = f"{candidate.pattern.name if candidate.pattern.is_single else printed} {country.label}"
        pattern = Pattern(
            f"head:{slug(name)}", name, name, level="international", sector="international_org", is_known=False
        )
        return replace(candidate, end=country.end, behind=country.behind, pattern=pattern)

    def _branch(self, position: int) -> SlotFill | None:
        if position >= len(self.words):
            return None
        fill = self._slots.place(BRANCH, position)
        if fill is None or fill.place is None:
            return None
        is_given = fill.behind == position + 1 and self.words[position].key in word_set("given_names.txt")
        # "Letkol Bakamla Bambang Irawan": a small place's name that is a person's first of all.
        return None if is_given and fill.place.level not in ("province", "regency") else fill

    def _by_head(self, pattern: Pattern, position: int, behind: int, end: int) -> AgencyCandidate | None:
        if self._is_inside_place(position):
            return None
        is_open = self._slots.follows(behind) or self._follows_bracket(behind, end)
        if not is_open or self.words[behind].text in pattern.not_before:
            return None
        office = self._local_office(pattern, position, behind)
        if office is not None:
            return office
        fill = self._slots.fill(pattern, behind)
        if fill is None or fill.level:
            return None
        start = self.words[position].start
        name = " ".join(re.sub(r"\([^()]*\)", " ", self.text[start : fill.end]).split())
        candidate = AgencyCandidate(start, fill.end, position, fill.behind, "head", pattern, label=name)
        bracket = BRACKET.match(self.text, fill.end)
        if bracket is None or not self._is_nickname(bracket[1]):
            return candidate
        after = self._words_up_to(fill.behind, bracket.end())
        branch = self._branch(after) if self.text[bracket.end() : bracket.end() + 1] == " " else None
        if branch is not None and branch.place is not None:
            # "Forum Komunikasi Umat Beragama (FKUB) Kota Sorong"
            label = f"{name} {branch.place.short_name}"
            return replace(candidate, end=branch.end, behind=branch.behind, label=label, acronym=bracket[1])
        return replace(candidate, acronym=bracket[1])

    def _local_office(self, head: Pattern, position: int, behind: int) -> AgencyCandidate | None:
        """An office of local government that no table lists: its portfolio, and the place it works for."""
        if head.sector != "local_government":
            return None
        further = self._slots.portfolio(behind)
        if further == behind:
            return None
        start, end = self.words[position].start, self.words[further - 1].end
        office = " ".join(self.text[start:end].split())
        pattern = replace(
            head,
            pattern_id=f"head:{slug(office)}",
            name=f"{office} {{place}}",
            short_name=f"{office} {{place}}",
            slots=("local",),
            fallback="local",
        )
        return self._with_slot(AgencyCandidate(start, end, position, further, "head", pattern), DEPTH)

    def _is_inside_place(self, position: int) -> bool:
        """Whether a head is part of a place's name: the "Balai" of "Tanjung Balai Karimun"."""
        for first in range(max(0, position - 2), position):
            if all(word.is_tied for word in self.words[first + 1 : position + 1]):
                for behind, key in windows(self.words, first):
                    if behind > position and gazetteer().readings(key):
                        return True
        return False

    def _follows_bracket(self, position: int, end: int) -> bool:
        return position < len(self.words) and self.text[end - 1] == ")" and self.words[position].start == end + 1

    def _by_shape(self, position: int, depth: int) -> AgencyCandidate | None:
        """An office whose acronym or portfolio varies from place to place: "DP3AP2KB", "Dinas P2KB dan P3A"."""
        word = self.words[position]
        kind: FormKind = "form"
        names, behind = [word.text], position + 1
        if word.text in ("Dinas", "Kadis"):
            kind = "title" if word.text == "Kadis" else "form"
            behind = self._slots.portfolio(position + 1)
            if behind == position + 1 and self._slots.follows(behind):
                behind += 1
            names = [other.text for other in self.words[position + 1 : behind]]
        elif word.text.startswith("Ka") and word.text[2:3].lower() == "d":
            kind, names = "title", ["D" + word.text[3:]]
        elif word.text[:3] not in ("Dis", "Din") and not any(c.isupper() or c.isdigit() for c in word.text[1:]):
            return None
        pattern = next(filter(None, (self._office(name, word.text) for name in names)), None)
        if pattern is None:
            return None
        candidate = AgencyCandidate(word.start, self.words[behind - 1].end, position, behind, kind, pattern)
        return self._with_slot(candidate, depth)

    def _office(self, name: str, head: str) -> Pattern | None:
        # "Dinas KBP3A" is what is elsewhere called "DKBP3A".
        spelt = {name, name.casefold(), f"D{name}"} if head in ("Dinas", "Kadis") else {name, name.casefold()}
        for shape, pattern in self._catalogue.shapes:
            if any(shape.fullmatch(spelling) for spelling in spelt):
                return pattern
        if head in ("Dinas", "Kadis"):
            synthetic = words_of(f"Dinas {name}")
            for behind, _, use in self._catalogue.forms.at(synthetic, 0, f"Dinas {name}"):
                if behind == len(synthetic) and use.kind == "form":
                    return use.pattern
        return None

    def _words_up_to(self, position: int, offset: int) -> int:
        while position < len(self.words) and self.words[position].start < offset:
            position += 1
        return position

    def _uses(self, content: str) -> list[FormUse]:
        words = words_of(content)
        if not words:
            return []
        return [use for behind, _, use in self._catalogue.forms.at(words, 0, content) if behind == len(words)]

    def _is_new_acronym(self, content: str) -> bool:
        return bool(ACRONYM.fullmatch(content)) and sum(c.isupper() for c in content) >= 2 and not self._uses(content)

    def _is_nickname(self, content: str) -> bool:
        """Whether bracketed words are the short name of an organisation: "Universitas Nusa Cendana (Undana)"."""
        is_word = content.isalpha() and content[0].isupper() and not gazetteer().readings(squeezed(content))
        return self._is_new_acronym(content) or (is_word and not self._uses(content))

    def _is_acronym_of(self, content: str, pattern: Pattern) -> bool:
        """Whether bracketed words are another name of the agency before them."""
        if any(use.pattern.pattern_id == pattern.pattern_id for use in self._uses(content)):
            return True
        return bool(ACRONYM.fullmatch(content)) and sum(c.isupper() for c in content) >= 2

    def _trusted(self, content: str, candidate: AgencyCandidate) -> AgencyCandidate:
        """The long form varies, the acronym does not: where the two differ, the acronym's agency is meant."""
        uses = [use for use in self._uses(content) if use.kind == "form"]
        patterns = [use.pattern for use in uses]
        if not patterns or any(p.pattern_id == candidate.pattern.pattern_id for p in patterns):
            return candidate
        named = {candidate.pattern.pattern_id, *(p.pattern_id for p in candidate.alternatives)}
        return candidate if named & {"gugus-tugas"} else replace(candidate, pattern=patterns[0])

    def _abbreviates(self, content: str, place: GazetteerPlace) -> bool:
        return any(reading.place.code == place.code for reading in gazetteer().readings(squeezed(content)))


ABROAD = Pattern("abroad", "{country}", "{country}", slots=("country",))
BRANCH = Pattern("branch", "{place}", "{place}", slots=("local", "place"), variant="city")


def _with_fill(candidate: AgencyCandidate, fill: SlotFill) -> AgencyCandidate:
    return replace(
        candidate,
        end=fill.end,
        behind=fill.behind,
        place=fill.place,
        options=fill.options,
        label=fill.label,
        level=fill.level,
    )
