"""What stands between a title and a name that no list knows: units, territories, facilities, English titles."""

from __future__ import annotations

from extract.agency_slots import name_words
from extract.gazetteer import gazetteer
from extract.lexicon import Title, honorifics, longest_phrase, person_cues, rank_phrases, title_phrases, word_set
from extract.phrases import squeezed
from extract.words import Words

# A unit's name has at most so many words nobody listed, a territory's so many.
LONGEST_UNIT = 4
LONGEST_TERRITORY = 4
# Heads that hardly ever stand without the name of their unit: "Kasi Wasdakim", "Kabid Binapenta".
ALWAYS_WITH_UNIT = ("kasi", "kasubsi", "kabid", "kasub", "kabag")
# Offices whose holders are named with their village or district.
TERRITORIAL = ("Pemerintah Desa", "Pemerintah Kelurahan", "Pemerintah Nagari", "Kecamatan", "Distrik")
FACILITIES = frozenset(
    [
        "pelabuhan",
        "bandara",
        "terminal",
        "pasar",
        "puskesmas",
        "lapas",
        "rutan",
        "stasiun",
        "shelter",
        "panti",
        "dermaga",
        "rsud",
        "rsu",
        "rs",
        "klinik",
    ]
)
ENGLISH_HEADS = frozenset(
    ["specialist", "officer", "coordinator", "manager", "director", "adviser", "advisor", "consultant",
     "representative", "analyst", "associate", "assistant", "counsellor", "counselor", "attache", "lead"]
)  # fmt: skip
# Behind such a title, still part of it: "Project Associate Counter-Trafficking Unit".
ENGLISH_UNITS = frozenset(["unit", "section", "division", "department", "team"])


def english_title(words: Words, at: int) -> int:
    """How many words an English title has that begins at word ``at``: "Child Protection Specialist"; 0 for none."""
    known = word_set("english_titles.txt")
    end, last = at, at
    while end < len(words) and words[end].is_capitalised and words.lower(end) in known and not words[end].agency:
        end += 1
        if words.lower(end - 1) in ENGLISH_HEADS or (last > at and words.lower(end - 1) in ENGLISH_UNITS):
            last = end
    return last - at if last - at > 1 else 0


def unit_end(words: Words, at: int, head: str) -> int:
    """The word behind a unit no list knows that begins at word ``at`` behind a title's head; ``at`` for none.

    Capitalised words between such a head and its agency are the unit ("Kasi Wasdakim Kanim Ranai"); behind heads that
    always have one the first word is, unless it is a person's name.
    """
    if head.split()[-1] not in word_set("unit_heads.txt"):
        return at
    end = _run_end(words, at, LONGEST_UNIT)
    if end == at or any(_is_personal(words, number) for number in range(at, end)):
        return at
    if end < len(words) and words[end].agency is not None and not words[end].begins_line:
        return end
    return at + 1 if end - at > 1 and head.startswith(ALWAYS_WITH_UNIT) and len(head.split()) == 1 else at


def is_territorial(title: Title, head: str) -> bool:
    """Whether a title is that of a village, a district or a customary territory."""
    return any(agency in TERRITORIAL for agency in title.agencies) or head.split()[0] in word_set("customary_heads.txt")


def territory_end(words: Words, at: int) -> int:
    """The word behind the territory that begins at word ``at`` behind a title ("Kuwu Juntinyuat, Carmadi")."""
    end = _run_end(words, at, LONGEST_TERRITORY + 3)
    if end == at or _is_personal(words, at):
        return at
    is_whole = words.lower(end) == "," and end - at <= LONGEST_TERRITORY and _is_name_start(words, end + 1)
    if is_whole and not any(_is_personal(words, number) for number in range(at, end)):
        return end
    for length in range(min(3, end - at - 1), 0, -1):
        key = squeezed(words.joined(at, at + length))
        if gazetteer().villages(key) or any(r.place.level == "district" for r in gazetteer().readings(key)):
            return at + length
    return at + 1 if end - at > 2 else at


def portfolio_end(words: Words, at: int, end: int) -> int:
    """The word behind what else an office looks after: "Kadis Sosial dan P3A Papua Pegunungan"."""
    portfolio = name_words()["portfolio"]
    while at < end:
        if words[at].text in portfolio:
            at += 1
        elif words.lower(at) in ("dan", ",") and at + 1 < end and words[at + 1].text in portfolio:
            at += 2
        else:
            break
    return at


def _is_name_start(words: Words, at: int) -> bool:
    if at >= len(words) or not words[at].is_capitalised or words[at].is_date or words[at].is_degree:
        return False
    is_title = bool(longest_phrase(title_phrases(), words.lowers, at))
    return not is_title and words[at].agency is None and words[at].place is None


def _run_end(words: Words, at: int, longest: int) -> int:
    """The word behind a run of capitalised words that are no rank, honorific, agency or date."""
    end = at
    while end < len(words) and end - at < longest:
        word = words[end]
        if word.is_mark or not word.is_capitalised or word.agency is not None or word.is_date or word.begins_line:
            break
        if longest_phrase(rank_phrases(), words.lowers, end) or word.is_degree:
            break
        if word.lower in honorifics() and (word.text.endswith(".") or len(word.text) > 2):
            break
        end += 1
    return end


def _is_personal(words: Words, at: int) -> bool:
    lower = words.lower(at)
    if words[at].text.endswith(".") or len(words[at].text) == 1:
        # "Moh.", "M.": abbreviated given names.
        return True
    return lower in word_set("given_names.txt") or lower in person_cues("custom_prefix") or lower == "i"
