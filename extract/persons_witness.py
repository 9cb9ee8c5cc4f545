"""The trained name finder as a second witness beside the rules: persons they miss, names they take wrongly for people.

A rule's name that bears a sign of a person (rank, form of address, age, degree, initials, given name) is never dropped
on the model's word: a victim who is no longer known by name is no longer protected either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from extract.facts import Agency
from extract.gazetteer import gazetteer
from extract.lexicon import honorifics, word_set
from extract.persons_names import ACCEPTED, MODEL_RULE, cue_before, is_sure, kin_before
from extract.persons_reading import NameFound, is_name_word, is_place_name, read_rank
from extract.phrases import squeezed
from extract.roles import is_rank, title_length
from extract.state import FoundName
from extract.words import Words

# From these probabilities on the model alone makes a name a person's; one word has less to show than two.
CERTAIN_NAME = 0.9
CERTAIN_WORD = 0.95
# A word at the beginning of a sentence has a capital letter whatever it is.
CERTAIN_FIRST_WORD = 0.98
# From here on what the model takes for an organisation or a place is no person without a sign of one.
CERTAIN_OTHER = 0.9
# A rule's probability is multiplied by this where the model reads the words otherwise, and where it sees no name.
OTHERWISE, UNSEEN = 0.6, 0.85
# Marks and forms of address that may stand between a title and the name that holds it.
LONGEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name the model saw: words ``start`` up to ``end``, its kind, probability and provenance."""

    start: int
    end: int
    label: str
    confidence: float
    source: str


@dataclass(slots=True)
class Witness:
    """What the model saw in an article.

    Attributes:
        words: the words of the article.
        sightings: the names it saw, in order, without overlap.
        searched: numbers of the sentences it read; elsewhere its silence means nothing.
        at_word: the name each word belongs to, by the word's number.
    """

    words: Words
    sightings: list[Sighting] = field(default_factory=list)
    searched: Collection[int] = frozenset()
    at_word: dict[int, Sighting] = field(default_factory=dict)

    def over(self, start: int, end: int) -> Sighting | None:
        """The name it saw that shares most words with words ``start`` up to ``end``, or None."""
        shared = Counter(at for at in (self.at_word.get(word) for word in range(start, end)) if at is not None)
        return shared.most_common(1)[0][0] if shared else None


def listen(words: Words, names: Sequence[FoundName], searched: Collection[int]) -> Witness:
    """The model's names on the words of an article; the words of persons it is sure of are marked as such."""
    witness = Witness(words, searched=searched)
    for name in names:
        start, end = words.bounds(name.span.start, name.span.end)
        if end > start:
            seen = Sighting(start, end, name.label, name.span.confidence, name.span.source)
            witness.sightings.append(seen)
            witness.at_word.update(dict.fromkeys(range(start, end), seen))
            for at in range(*_evident(words, seen)):
                words[at].label = "PER"
    return witness


def _evident(words: Words, seen: Sighting) -> tuple[int, int]:
    """The words that rules may count as a person's; none where the model is unsure or the words speak against it."""
    start, end = _trimmed(words, seen)
    is_person = seen.label == "PER" and end > start and _may_be_person(words, start, end)
    return (start, end) if is_person and seen.confidence >= _least(words, start, end) else (start, start)


def weighed(witness: Witness, found: Sequence[NameFound]) -> list[NameFound]:
    """The rules' names with the model's, in order: holders put right, names of no person dropped, missed ones added."""
    words = witness.words
    names = [name for name in _with_holders_put_right(witness, found) if not _is_no_person(witness, name)]
    names += _missed(witness, names)
    taken = {at for name in names for at in range(name.start, name.end)}
    for name in names:
        seen = witness.over(name.start, name.end)
        if seen is not None and seen.label == "PER" and seen.confidence >= CERTAIN_WORD:
            _take_extent(witness, name, seen, taken)
            name.agency = name.agency or _agency_of(words, name)
    return sorted(names, key=lambda name: name.start)


def confidence(witness: Witness, start: int, end: int, sentence: int, rule: float) -> float:
    """How sure it is that words ``start`` up to ``end`` name a person, from the rule's and the model's probability."""
    seen = witness.over(start, end)
    if seen is None:
        is_initials = end - start == 1 and witness.words[start].is_initials
        return rule * UNSEEN if sentence in witness.searched and not is_initials else rule
    if seen.label == "PER":
        return max(rule, min(0.99, 1 - (1 - rule) * (1 - seen.confidence)))
    return rule * OTHERWISE if seen.confidence >= CERTAIN_OTHER else rule * UNSEEN


def is_elsewhere(witness: Witness, start: int, end: int) -> bool:
    """Whether words that also name a person of the article mean a place here, or an organisation called like that."""
    seen = witness.over(start, end)
    if seen is None or seen.label == "PER" or seen.confidence < CERTAIN_OTHER:
        return False
    is_longer = seen.start <= start and end <= seen.end and seen.end - seen.start > end - start
    is_place = end - start == 1 and _is_place(witness.words, start)
    return is_longer if seen.label == "ORG" else is_longer or is_place


def _is_place(words: Words, at: int) -> bool:
    return words[at].place is not None or bool(gazetteer().readings(squeezed(words[at].text)))


def _with_holders_put_right(witness: Witness, found: Sequence[NameFound]) -> list[NameFound]:
    """A title's holder is who the model names right behind what the rule took for the name.

    "Ketua Solidaritas Perempuan Mamut Menteng, Novita Elis Garing": the words behind the title name the organisation.
    """
    names = list(found)
    for name in found:
        seen = _holder_behind(witness, name)
        if seen is None:
            continue
        other = next((one for one in names if one.start < seen.end and seen.start < one.end), None)
        if other is None:
            name.start, name.end = seen.start, seen.end
        elif not other.roles:
            other.roles = name.roles
            other.score = max(other.score, name.score)
            names.remove(name)
    return names


def _holder_behind(witness: Witness, name: NameFound) -> Sighting | None:
    words, at = witness.words, name.end
    if not name.roles or name.has_rank or name.honorific or name.age is not None or name.has_degree:
        return None
    here = witness.over(name.start, name.end)
    if here is not None and here.label == "PER" and here.confidence >= CERTAIN_NAME:
        return None
    has_comma = False
    while at < len(words) and at - name.end < LONGEST_GAP and not words[at].begins_line:
        seen = witness.at_word.get(at)
        if seen is not None and seen.label == "PER" and seen.start == at:
            # Behind a comma another person may follow in a list, unless the first words are an organisation's.
            is_other = here is not None and here.label != "PER"
            is_whole = seen.confidence >= CERTAIN_NAME and seen.end - seen.start > 1
            return seen if is_whole and (is_other or not has_comma) else None
        has_comma = has_comma or words.lower(at) == ","
        if words.lower(at) in honorifics() or words[at].text in (",", "."):
            at += 1
        elif (behind := read_rank(words, at)) > at:
            at = behind
        else:
            return None
    return None


def _take_extent(witness: Witness, name: NameFound, seen: Sighting, taken: set[int]) -> None:
    """Let the model say where a name begins and ends, where rules took too little of it or too much."""
    start, end = _trimmed(witness.words, seen)
    if name.has_rank or name.honorific or name.roles:
        # What stands before the name has been read: "Letkol Arh Suyanto".
        start = max(start, name.start)
    added = [*range(start, name.start), *range(name.end, end)]
    if name.is_initials or not start < name.end or not name.start < end:
        return
    if start <= name.start and name.end <= end:
        if added and taken.isdisjoint(added) and _may_be_person(witness.words, start, end):
            name.start, name.end = start, end
    elif end == name.end and _is_before_name(witness, name, seen, range(name.start, start)):
        name.start = start


def _is_before_name(witness: Witness, name: NameFound, seen: Sighting, before: range) -> bool:
    """Whether words at the beginning of a rule's name belong to a title, place or organisation before it.

    "Sangaji Weda Abdurrahim Djumati", "Ketua DPP Golkar Yorrys Raweyai", "Menteri Keuangan Sri Mulyani".
    """
    words = witness.words
    if all(_is_other(witness, at) for at in before):
        return True
    if seen.end - seen.start == 1 or any(words[at].lower in word_set("given_names.txt") for at in before):
        return False
    is_place = any(_is_place(words, at) for at in before)
    is_title = all(words[at].is_common or title_length(words, at) for at in before)
    return is_title if name.roles or _is_marked(name) else is_place


def _is_other(witness: Witness, at: int) -> bool:
    """Whether the model is certain that a word belongs to an organisation's or a place's name."""
    seen = witness.over(at, at + 1)
    return seen is not None and seen.label != "PER" and seen.confidence >= CERTAIN_OTHER


def _agency_of(words: Words, name: NameFound) -> Agency | None:
    """Whose person a name in apposition is: "Manajer proyek IOM, Ingrid Vermeulen, menilai …"."""
    is_apposition = name.start > 1 and words.lower(name.start - 1) == "," and words.lower(name.end) == ","
    return words[name.start - 2].agency if is_apposition and not (name.roles or _is_marked(name)) else None


def _is_no_person(witness: Witness, name: NameFound) -> bool:
    """Whether the model is certain of an organisation or place where nothing but a title or the context names one."""
    seen = witness.over(name.start, name.end)
    if seen is None or seen.label == "PER" or seen.confidence < CERTAIN_OTHER or _has_sign(witness.words, name):
        return False
    return seen.start <= name.start and name.end <= seen.end


def _has_sign(words: Words, name: NameFound) -> bool:
    """Whether something at the name itself says that it is a person's."""
    is_given = any(words.lower(at) in word_set("given_names.txt") for at in range(name.start, name.end))
    is_named = any(cue_before(words, name.start, kind) for kind in ("naming", "pseudonym"))
    return _is_marked(name) or is_sure(name) or is_given or is_named or kin_before(words, name.start)


def _is_marked(name: NameFound) -> bool:
    is_shortened = name.is_initials or name.is_pseudonym or bool(name.aliases)
    return bool(is_shortened or name.has_rank or name.honorific or name.has_degree or name.age is not None)


def _missed(witness: Witness, found: Sequence[NameFound]) -> list[NameFound]:
    """Persons only the model saw, where nothing known of the words speaks against them."""
    words = witness.words
    taken = {at for name in found for at in range(name.start, name.end)}
    taken.update(at for name in found for alias in name.aliases for at in range(*alias))
    missed: list[NameFound] = []
    for seen in witness.sightings:
        start, end = _trimmed(words, seen)
        if seen.label != "PER" or any(at in taken for at in range(start, end)):
            continue
        if _may_be_person(words, start, end):
            score = ACCEPTED if seen.confidence >= _least(words, start, end) else ACCEPTED - 1
            missed.append(NameFound(start, end, score, MODEL_RULE))
            taken.update(range(start, end))
    return missed


def _least(words: Words, start: int, end: int) -> float:
    """The probability from which the model's word alone is enough."""
    if end - start > 1:
        return CERTAIN_NAME
    at = start
    while at > 0 and words[at - 1].is_mark and not words[at].begins_sentence:
        at -= 1
    return CERTAIN_FIRST_WORD if words[at].begins_sentence else CERTAIN_WORD


def _trimmed(words: Words, seen: Sighting) -> tuple[int, int]:
    """The name without ranks, titles and forms of address before it, and without marks and degrees behind it."""
    start, end = seen.start, seen.end
    while start < end:
        length = is_rank(words, start) or title_length(words, start)
        if not length and words.lower(start) in honorifics() and start + 1 < end:
            length = 1
        if not length and not words[start].is_mark:
            break
        start += length or 1
    while end > start and (words[end - 1].is_mark or words[end - 1].is_degree):
        end -= 1
    return start, end


def _may_be_person(words: Words, start: int, end: int) -> bool:
    """Whether nothing known of the words speaks against a person's name."""
    others = word_set("not_names.txt")
    if end <= start or any(words[at].lower in words.uncapitalised for at in range(start, end)):
        # "Nakhoda" at the beginning of a sentence is the "nakhoda" of the others.
        return False
    for at in range(start, end):
        word = words[at]
        if word.is_byline or word.is_date or word.agency is not None:
            return False
        if not is_name_word(words, at, inside=at > start) or word.lower in others:
            return False
        if title_length(words, at) or is_rank(words, at):
            return False
    if all(words[at].is_common or words[at].place is not None for at in range(start, end)):
        return False
    return not (is_place_name(words.joined(start, end)) or cue_before(words, start, "place_before"))
