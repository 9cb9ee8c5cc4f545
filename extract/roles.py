"""Titles and the agencies they belong to: ``Kasat Reskrim Polres Belu`` is a title, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.facts import Agency, Place
from extract.lexicon import Title, honorifics, longest_phrase, rank_phrases, title_phrases, titles, word_set
from extract.persons_initials import age_behind
from extract.role_units import FACILITIES, english_title, is_territorial, portfolio_end, territory_end, unit_end
from extract.words import Word, Words

# Before a title, part of it: acting, former, deputy.
MODIFIERS = frozenset(
    ["plt", "plh", "pj", "pjs", "penjabat", "pelaksana", "tugas", "harian", "mantan", "eks", "wakil", "mantan"]
)
# Lower-case words that a title goes on with: "Asisten Deputi pada Kementerian …", "Wakil Rektor Bidang …".
CONNECTORS = frozenset(
    [
        "pada",
        "di",
        "dari",
        "untuk",
        "bidang",
        "urusan",
        "tingkat",
        "area",
        "asal",
        "wilayah",
        "dan",
        "serta",
        "dapil",
        "cabang",
    ]
)
ROMAN = re.compile(r"^[IVX]{1,5}$")
# A title reads no further than this many words; the longest official ones have about a dozen.
LONGEST_TITLE = 16
# "(Raman Perantau)": an agency's short form in brackets has at most three words, counted with the first bracket.
SHORT_FORM = 4
# Level words between a title and its place.
LEVEL_WORDS = frozenset(
    ["provinsi", "prov", "kabupaten", "kab", "kota", "kecamatan", "kec", "distrik", "desa", "kelurahan", "kampung",
     "dapil", "pemilihan",
     "daerah", "istimewa", "setempat", "tersebut", "kelas", "khusus", "tpi", "non", "ri", "republik", "indonesia"]
)  # fmt: skip


@dataclass(slots=True)
class RolePhrase:
    """A title in the text.

    Attributes:
        start: number of its first word.
        title_end: number of the word behind the title proper.
        end: number of the word behind the whole phrase, with agency and place.
        title: what the list of titles says about its head.
        head: the head as listed.
        agency: the agency printed in it.
        place: the place printed in it, outside an agency's name.
    """

    start: int
    title_end: int
    end: int
    title: Title
    head: str
    agency: Agency | None = None
    place: Place | None = None


def is_rank(words: Words, at: int) -> int:
    """How many words of a rank begin at position ``at``; 0 for none and behind the end. Ranks are capitalised."""
    is_possible = at < len(words) and words[at].is_capitalised
    return longest_phrase(rank_phrases(), words.lowers, at) if is_possible else 0


def title_length(words: Words, at: int) -> int:
    """How many words of a listed title begin at position ``at``; 0 for none."""
    length = longest_phrase(title_phrases(), words.lowers, at)
    if length > 1 and titles()[" ".join(words.lowers[at : at + length])].agencies:
        # "Kepala Desa Silawan" and "Sekretaris Daerah Provinsi Kaltara" are offices, whatever agency they name.
        return length
    # "Kepala UPT" is a title, but in "Kepala UPT BP2MI" the second word already belongs to the agency.
    while length > 1 and any(
        words[later].agency is not None
        and words[later].agency is not words[at].agency
        and words[later].agency_end > at + length
        for later in range(at + 1, at + length)
    ):
        length -= 1
        while length and tuple(words.lowers[at : at + length]) not in title_phrases()[words.lowers[at]].get(length, ()):
            length -= 1
    return length


def read_role(words: Words, at: int) -> RolePhrase | None:
    """The title that begins at word ``at`` with all that belongs to it, or None when there is no title."""
    if (length := english_title(words, at)) > 0:
        english = RolePhrase(
            at, at + length, at + length, Title("official", ()), " ".join(words.lowers[at : at + length])
        )
        _read_qualifiers(words, english)
        return english
    head_at = at
    while head_at < len(words) and words.lower(head_at) in MODIFIERS and not title_length(words, head_at):
        head_at += 1
    # "Wakil Bupati" is listed whole; "Wakil Kepala" is too; "Wakil" alone is a title only before another one.
    if head_at >= len(words):
        return None
    length = title_length(words, head_at)
    if not length:
        return None
    while title_length(words, head_at + length) if head_at + length < len(words) and length == 1 else 0:
        if words.lower(head_at) not in MODIFIERS:
            break
        head_at += length
        length = title_length(words, head_at)
    head = " ".join(words.lowers[head_at : head_at + length])
    if words.lower(head_at) in MODIFIERS and length == 1 and head not in titles():
        return None
    phrase = RolePhrase(at, head_at + length, head_at + length, titles()[head], head)
    first = words[head_at]
    if first.agency and words.text[first.start : first.end].lower() == first.lower and _opens_agency(words, head_at):
        # The mention is the title itself, "Bupati Belu": it names the agency that the title implies.
        phrase.agency = first.agency
        phrase.title_end = portfolio_end(words, min(phrase.title_end, first.agency_end), first.agency_end)
        phrase.end = max(phrase.end, first.agency_end)
    _read_qualifiers(words, phrase)
    return phrase


def _opens_agency(words: Words, at: int) -> bool:
    return at == 0 or words[at - 1].agency is not words[at].agency or words[at - 1].agency_end != words[at].agency_end


def _read_qualifiers(words: Words, phrase: RolePhrase) -> None:
    """Read on behind a title's head until something stands there that cannot belong to the title."""
    at = phrase.end
    head_end = phrase.title_end
    limit = min(len(words), phrase.start + LONGEST_TITLE)
    is_lower_title = not words[phrase.start].is_capitalised
    while at < limit:
        word = words[at]
        if word.begins_line:
            break
        if word.agency:
            if phrase.agency and phrase.agency is not word.agency and at != phrase.end:
                break
            phrase.agency = phrase.agency or word.agency
            at = phrase.end = word.agency_end
            continue
        if word.place and not _is_in_name(words, at):
            if phrase.place and words.lower(at - 1) != ",":
                break
            phrase.place = phrase.place or word.place
            at = phrase.end = word.place_end
            continue
        if word.lower == "(" and (closing := _closing(words, at)):
            inner = words[at + 1]
            is_short_form = phrase.agency is not None and inner.is_capitalised and closing - at <= SHORT_FORM
            if inner.agency or inner.text.isupper() or is_short_form or title_length(words, at + 1):
                phrase.agency = phrase.agency or inner.agency
                at = phrase.end = closing + 1
                continue
            break
        if is_rank(words, at) or word.is_mark:
            break
        if phrase.agency and word.is_capitalised and word.lower in FACILITIES and at + 1 < limit:
            # "Prakirawan BMKG Stasiun Lasiana, …"
            at = phrase.end = at + 1 + (words[at + 1].is_capitalised and words.lower(at + 2) == ",")
            continue
        is_open = phrase.agency is None and phrase.place is None and at == phrase.title_end
        if is_open and (behind := unit_end(words, at, phrase.head)) > at:
            at = phrase.end = phrase.title_end = behind
            continue
        if is_open and is_territorial(phrase.title, phrase.head) and (behind := territory_end(words, at)) > at:
            phrase.end = behind
            return
        if _is_qualifier(words, at, phrase, is_lower_title):
            at += 1
            if phrase.agency is None and phrase.place is None:
                phrase.title_end = at
            phrase.end = at
            continue
        if word.lower in CONNECTORS and at + 1 < limit and _continues(words, at + 1, word.lower):
            at += 1
            continue
        if word.text.islower() and word.lower in word_set("body_words.txt") and phrase.agency is None:
            # "Ketua kelompok nelayan …, Abdul Majid"
            at = phrase.end = phrase.title_end = at + 1
            continue
        break
    while phrase.title_end > head_end and words.lower(phrase.title_end - 1) in CONNECTORS | LEVEL_WORDS:
        phrase.title_end -= 1


def _is_in_name(words: Words, at: int) -> bool:
    """Whether a place word stands in the middle of a person's name: ``Markus Ternate``."""
    return at > 0 and words[at - 1].is_capitalised and not words[at - 1].agency and _is_name_word(words[at - 1])


def _is_name_word(word: Word) -> bool:
    return (
        word.is_capitalised
        and not word.is_common
        and word.lower not in word_set("not_names.txt")
        and not word.text.isupper()
        and word.place is None
        and word.lower not in titles()
        and word.lower not in LEVEL_WORDS
    )


def _is_qualifier(words: Words, at: int, phrase: RolePhrase, is_lower_title: bool) -> bool:
    word = words[at]
    if title_length(words, at):
        # "Kepala Seksi", "Kanit 2 Subdit": one title inside another, as long as no agency has been read.
        return phrase.agency is None and phrase.place is None and word.is_capitalised and at == phrase.title_end
    if word.lower in LEVEL_WORDS:
        return True
    if word.text == "I" and at + 1 < len(words) and _is_name_word(words[at + 1]) and not _is_unit(words[at + 1]):
        return False
    if ROMAN.match(word.text) or (word.text.isdigit() and len(word.text) <= 4):
        return True
    if word.text[:1].isdigit() and "/" in word.text:
        return True
    if word.lower in honorifics() and word.text.endswith("."):
        return False
    if word.text.isupper() and len(word.text) >= 2 and not word.is_mark:
        # "bidan SM (48)": whoever has an age is a person.
        return not word.is_degree and age_behind(words, at + 1)[0] is None
    if phrase.agency or phrase.place or (is_lower_title and phrase.title.capacity != "expert"):
        return False
    if not word.is_capitalised:
        return False
    if words.lower(at - 1) in FACILITIES and words[at - 1].is_capitalised:
        # "Kepala Puskesmas Oesapa", "Kepala Satpel Pelabuhan Tenau"
        return True
    return word.is_common or word.lower in word_set("not_names.txt") or _is_unit(word)


def _is_unit(word: Word) -> bool:
    return word.lower in word_set("unit_words.txt")


def _continues(words: Words, at: int, connector: str) -> bool:
    """Whether behind a connector there is more of the title, or its agency or place."""
    word = words[at]
    if word.agency or word.place:
        return connector not in ("dan", "serta")
    if title_length(words, at) or not word.is_capitalised:
        return False
    return word.is_common or _is_unit(word) or word.lower in LEVEL_WORDS


def _closing(words: Words, at: int) -> int | None:
    for later in range(at + 1, min(at + 8, len(words))):
        if words.lower(later) == ")":
            return later
    return None


def title_text(words: Words, phrase: RolePhrase) -> str:
    """The title as printed, without agency and place."""
    return words.joined(phrase.start, phrase.title_end)


def role_agency(
    words: Words, phrase: RolePhrase, agencies: Sequence[Agency], beside: Agency | None = None
) -> Agency | None:
    """The agency of a title: the printed one, else the article's agency that the title implies.

    Among several that fit, the one whose place stands in the phrase wins, then the last one mentioned before.
    ``beside`` is the agency of the title before this one in the same sentence: "Ketua Majelis Hakim …, dengan anggota".
    """
    if phrase.agency is not None:
        return phrase.agency
    offset = words[phrase.start].start
    for prefix in phrase.title.agencies:
        fitting = [agency for agency in agencies if agency.name.startswith(prefix)]
        if phrase.place is not None:
            code = phrase.place.code
            fitting = [agency for agency in fitting if agency.place_code == code] or [
                agency
                for agency in fitting
                if agency.place_code is None or (agency.place_code[:2] == code[:2] and len(code) > 5)
            ]
        if fitting:
            return max(fitting, key=lambda agency: _nearness(agency, offset))
    if phrase.title.capacity != "official" or (phrase.title.agencies and phrase.place is not None):
        return None
    if beside is not None and phrase.head in ("anggota", "hakim anggota", "wakil ketua", "sekretaris"):
        return beside
    return _agency_around(words, phrase, agencies, offset)


# Bodies whose "ketua" and "koordinator" are given in lower case: "ditunjuk sebagai ketua".
BODIES = ("Gugus Tugas", "Satgas", "Satuan Tugas", "Tim ")


def _agency_around(words: Words, phrase: RolePhrase, agencies: Sequence[Agency], offset: int) -> Agency | None:
    """The agency of a title without one: for a lower-case title a task force, else the last one mentioned before."""
    if phrase.title.agencies:
        return None
    if not words[phrase.start].is_capitalised:
        bodies = [agency for agency in agencies if agency.name.startswith(BODIES)]
        if bodies:
            return max(bodies, key=lambda agency: _nearness(agency, offset))
    return max(agencies, key=lambda agency: _nearness(agency, offset), default=None)


def _nearness(agency: Agency, offset: int) -> tuple[int, int]:
    before = [span.start for span in agency.spans if span.start <= offset]
    if before:
        return 1, max(before)
    return 0, -min((span.start for span in agency.spans), default=0)
