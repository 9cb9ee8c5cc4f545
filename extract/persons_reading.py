"""How a person's name is spelt in a text: which words can belong to it, and what rank or honorific goes before."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.facts import Agency
from extract.gazetteer import gazetteer
from extract.lexicon import corps, honorifics, word_set
from extract.phrases import squeezed
from extract.roles import RolePhrase, is_rank, title_length
from extract.words import Words

LONGEST_NAME = 6
# Ranks and forms of address before a name, points included; "Kombes Pol. (Purn) Prof. Dr. H." has a dozen.
LONGEST_ADDRESS = 20
# Lower-case words inside a name.
PARTICLES = frozenset(
    [
        "bin",
        "binti",
        "bte",
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "dos",
        "al",
        "el",
        "ibn",
        "anak",
        "br",
        "boru",
        "bru",
    ]
)
# Two words that open a name where the first alone would say something else.
DOUBLE_PREFIXES = frozenset([("anak", "agung")])


@dataclass(slots=True)
class NameFound:
    """A name in the text.

    Attributes:
        start: number of its first word, without rank, honorific and degree.
        end: number of the word behind its last.
        score: how strong the evidence is; from 3 a person is certain enough.
        source: the rule that found it.
        roles: the titles read with it.
        has_rank: a rank stands before it.
        honorific: kind of the form of address before it, or an empty string.
        age: years, or None.
        is_initials: a name shortened to its initials, or a pseudonym.
        aliases: (start, end) of the words of other names given with ``alias``.
        has_degree: a degree stands behind it.
        is_pseudonym: the text says that it is not the real name ("sebut saja").
        agency: the agency the person is said to be from, without a title: "Gregorius Hane dari PADMA Indonesia".
    """

    start: int
    end: int
    score: int
    source: str
    roles: list[RolePhrase] = field(default_factory=list)
    has_rank: bool = False
    honorific: str = ""
    age: int | None = None
    is_initials: bool = False
    aliases: list[tuple[int, int]] = field(default_factory=list)
    has_degree: bool = False
    is_pseudonym: bool = False
    agency: Agency | None = None


def is_name_word(words: Words, at: int, *, inside: bool = False) -> bool:
    """Whether a word can be part of a name; ``inside`` a name also an initial, a particle, a place's or common word."""
    if at >= len(words):
        return False
    word = words[at]
    is_particle = inside and not word.is_capitalised and word.lower in PARTICLES
    # Most words of a text are in lower case: what costs more is asked of the others alone.
    if not (word.is_capitalised or is_particle):
        return False
    if word.is_mark or word.is_date or word.is_byline or word.agency is not None or word.is_degree:
        return False
    if is_particle:
        return is_name_word(words, at + 1)
    if any(letter.isdigit() for letter in word.text):
        return False
    if len(word.text.rstrip(".")) == 1:
        return word.text.endswith(".") or word.text == "I" or (inside and word.lower not in ("i",))
    if word.text.isupper():
        return False
    return not any(part.isupper() and len(part) > 1 for part in word.text.replace("-", " ").split())


def read_name(words: Words, at: int, *, is_certain: bool) -> tuple[int, int] | None:
    """The name that begins at word ``at`` as (first, end), or None.

    ``is_certain``: what stands before it (a rank, an agency's title) leaves no doubt that a name follows, so that
    it may consist of ordinary words and of names of places.
    """
    if not is_name_word(words, at):
        return None
    first = words[at]
    is_double = is_double_prefix(words, at)
    if not is_double and (first.lower in word_set("not_names.txt") or (not is_certain and first.place is not None)):
        return None
    if title_length(words, at) and not (is_certain and _is_surname(words, at)):
        return None
    end = at + 1 + is_double
    while end < len(words) and end - at < LONGEST_NAME and not words[end].begins_line:
        word = words[end]
        if word.begins_sentence and not words[end - 1].text.endswith("."):
            break
        if not is_name_word(words, end, inside=True) or is_rank(words, end):
            break
        if len(word.lower) > 1 and word.text.endswith(".") and word.lower in honorifics():
            # "Kepala KSOP Benoa Capt. Wayan Darmika": what stands before the honorific is no name.
            return read_name(words, end + 1, is_certain=True)
        if title_length(words, end) and not _is_surname(words, end):
            break
        if word.lower in word_set("not_names.txt") and word.place is None:
            break
        end += 1
    while end > at + 1 and words.lower(end - 1) in PARTICLES and not words[end - 1].is_capitalised:
        end -= 1
    name_words = range(at, end)
    if all(len(words[i].text.rstrip(".")) == 1 for i in name_words):
        return None
    if not _is_behind_rank(words, at) and (
        all(words[i].place is not None for i in name_words) or is_place_name(words.joined(at, end))
    ):
        return None
    if not is_certain and all(words[i].is_common for i in name_words):
        return None
    return at, end


def is_double_prefix(words: Words, at: int) -> bool:
    """Whether two words that open a name of Balinese nobility stand here: "Anak Agung Gde Rai"."""
    return (words.lower(at), words.lower(at + 1)) in DOUBLE_PREFIXES and words[at + 1].is_capitalised


def is_place_name(name: str) -> bool:
    """Whether a name is a province's or regency's and not also a person's: "Nunukan", "Papua Selatan"."""
    key = squeezed(name)
    return not gazetteer().is_word(key) and any(
        reading.place.level in ("province", "regency") for reading in gazetteer().readings(key)
    )


def _is_behind_rank(words: Words, at: int) -> bool:
    return at > 0 and (words.lower(at - 1) in corps() or bool(is_rank(words, at - 1)))


def _is_surname(words: Words, at: int) -> bool:
    """Whether a word that is also a title ends a name: "Jafar Hakim menyambut"."""
    if title_length(words, at) != 1 or at + 1 >= len(words):
        return False
    following = words[at + 1]
    return not (following.is_capitalised or following.agency or following.place or following.text.isdigit())


def read_rank(words: Words, at: int) -> int:
    """The word behind a rank with its corps ("Kolonel Laut (P)", "Kombes Pol. (Purn)"), or ``at`` without a rank."""
    length = is_rank(words, at)
    if not length:
        return at
    at += length
    while at < len(words):
        if words[at].lower in corps() and words[at].is_capitalised and not words[at].begins_sentence:
            if len(words[at].text) == 1:
                break
            at += 1
        elif words.lower(at) == "(" and words.lower(at + 1) in corps() and words.lower(at + 2) == ")":
            at += 3
        elif words.lower(at) == "tni":
            at += 1
        else:
            break
    return at


def skip_address(words: Words, at: int) -> tuple[int, bool, str]:
    """Skip ranks and honorifics from word ``at``: the word behind them, whether a rank was there, kind of honorific."""
    has_rank, kind = False, ""
    limit = min(len(words), at + LONGEST_ADDRESS)
    while at < limit:
        behind = read_rank(words, at)
        if behind > at:
            has_rank, at = True, behind
            continue
        word = words[at]
        found = honorifics().get(word.lower)
        if not found or word.is_mark or word.agency is not None:
            break
        if not (word.is_capitalised or word.lower in ("dr", "drg", "drh", "apt", "ns")):
            break
        if word.is_initials and not word.text.endswith(".") and word.lower not in ("h", "hj", "kh", "ir", "dr"):
            break
        behind = at + 1
        if words.lower(behind) == ",":
            break
        if not (is_name_word(words, behind) or honorifics().get(words.lower(behind)) or is_rank(words, behind)):
            break
        if found == "nickname" and not kind:
            kind = "nickname"
            break
        kind = found if kind != "religious" else kind
        at = behind
    return at, has_rank, kind
