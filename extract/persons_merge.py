"""Which names in an article are one person, and where the person is mentioned again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from extract.lexicon import longest_phrase, person_cues, word_set
from extract.persons_names import ACCEPTED
from extract.persons_reading import NameFound, is_name_word, read_name
from extract.words import Words

SHORTEST_CALL_NAME = 4
SHORTEST_BIRTH_NAME = 3
APOSTROPHES = str.maketrans("’‘`ʼ", "''''")


@dataclass(slots=True)
class PersonDraft:
    """A person being put together.

    Attributes:
        tokens: the words of the fullest name, in lower case.
        name: the fullest name as printed.
        found: every name in the text that is this person, the one the name is taken from first.
        mentions: (start, end) of the words of every mention, with the rule that found it.
        other_names: further names in lower case: aliases and nicknames.
    """

    tokens: tuple[str, ...]
    name: str
    found: list[NameFound] = field(default_factory=list)
    mentions: dict[tuple[int, int], str] = field(default_factory=dict)
    other_names: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def is_initials(self) -> bool:
        """Known only by initials or a pseudonym."""
        return self.found[0].is_initials


def tokens_of(words: Words, start: int, end: int) -> tuple[str, ...]:
    """The words of a name in lower case, without points."""
    return tuple(words[at].lower.translate(APOSTROPHES).rstrip(".") for at in range(start, end))


def is_part(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether a name is made of words of a longer one, in the same order ("Melkias Toda" of "Melkias Liwu Toda")."""
    rest = iter(longer)
    is_inside = all(any(word == other or _abbreviates(word, other) for other in rest) for word in shorter)
    return is_inside and (len(shorter) > 1 or len(shorter[0]) == 1 or shorter[0] in longer)


def _abbreviates(short: str, full: str) -> bool:
    if len(short) == 1:
        return full.startswith(short)
    # "Gung Indra" is Anak Agung Indra, "Tut Sudira" Ketut Sudira.
    return len(short) >= SHORTEST_BIRTH_NAME and full.endswith(short) and full in person_cues("birth_name")


def merge_names(words: Words, found: Iterable[NameFound]) -> list[PersonDraft]:
    """Join the names of one person; names with weak evidence count only as mentions of a person named elsewhere."""
    names = list(found)
    _accept_listed_initials(words, names)
    strong = [name for name in names if name.score >= ACCEPTED]
    known = DraftIndex()
    # Longer names first, so that "Wardi" finds "Wardi Sumarta" wherever it stands.
    for name in sorted(
        strong, key=lambda item: (not item.aliases, item.is_initials, item.start - item.end, item.start)
    ):
        tokens = tokens_of(words, name.start, name.end)
        draft = _owner(known, tokens, name)
        if draft is None:
            draft = PersonDraft(tokens, words.joined(name.start, name.end))
            known.add(draft)
        draft.found.append(name)
        draft.mentions[(name.start, name.end)] = name.source
        for alias in name.aliases:
            draft.mentions[alias] = "persons:alias"
            known.rename(draft, tokens_of(words, *alias))
    for name in names:
        if name.score < ACCEPTED:
            tokens = tokens_of(words, name.start, name.end)
            owner = _owner(known, tokens, name)
            if owner is not None and owner.is_initials == name.is_initials:
                owner.mentions[(name.start, name.end)] = "persons:again"
                owner.found.append(name)
    return sorted(known.drafts, key=lambda draft: min(draft.mentions))


def _accept_listed_initials(words: Words, names: list[NameFound]) -> None:
    """Initials without evidence of their own are a person's beside others' that have it: "KLM alias Bun dan SD"."""
    for before, name in pairwise(names):
        is_acronym = words[name.start].lower in word_set("acronyms.txt")
        if is_acronym or not (name.is_initials and name.score < ACCEPTED <= before.score):
            continue
        is_office = bool(before.roles) or before.has_rank or before.agency is not None
        if not before.is_initials and (is_office or len(words[name.start].text) == 1):
            # "Kapolres Budi dan KKN": only beside people of the story, "Agnes dan SY", are letters a person's.
            continue
        between = words.lowers[max([before.end, *(end for _, end in before.aliases)]) : name.start]
        if between and all(word in (",", "dan", "serta", "(", ")") or word.isdigit() for word in between):
            name.score = ACCEPTED


class DraftIndex:
    """The persons put together so far, found by the words of their names. Numbers count them in order of making."""

    def __init__(self) -> None:
        self.drafts: list[PersonDraft] = []
        self._by_tokens: dict[tuple[str, ...], int] = {}
        self._by_word: dict[str, list[int]] = {}
        self._by_opening: dict[str, list[int]] = {}
        self._renamed: set[int] = set()

    def add(self, draft: PersonDraft) -> None:
        """Take in a new person."""
        number = len(self.drafts)
        self.drafts.append(draft)
        self._by_tokens.setdefault(draft.tokens, number)
        for word in {word for token in draft.tokens for word in _shortened(token)}:
            self._by_word.setdefault(word, []).append(number)
        for opening in {token[:SHORTEST_CALL_NAME] for token in draft.tokens}:
            self._by_opening.setdefault(opening, []).append(number)

    def rename(self, draft: PersonDraft, tokens: tuple[str, ...]) -> None:
        """Note another name of a person."""
        draft.other_names.add(tokens)
        self._renamed.add(self._by_tokens[draft.tokens])

    def called(self, tokens: tuple[str, ...]) -> PersonDraft | None:
        """The first person of exactly this name, or with another name that holds its words."""
        numbers = [
            number
            for number in self._renamed
            if any(is_part(tokens, other) for other in self.drafts[number].other_names)
        ]
        if tokens in self._by_tokens:
            numbers.append(self._by_tokens[tokens])
        return self.drafts[min(numbers)] if numbers else None

    def holding(self, tokens: tuple[str, ...]) -> list[PersonDraft]:
        """Persons whose names hold these words in this order, an initial standing for a word; initials left out."""
        # Every word but an initial must be one of the name's, or short for one; initials may be short for anything.
        whole = [self._by_word.get(token, []) for token in tokens if len(token) > 1]
        near = [self.drafts[number] for number in min(whole, key=len)] if whole else self.drafts
        return [draft for draft in near if not draft.is_initials and is_part(tokens, draft.tokens)]

    def beginning(self, call_name: str) -> list[PersonDraft]:
        """Persons with a word in their names that begins with ``call_name``, of four letters or more."""
        near = [self.drafts[number] for number in self._by_opening.get(call_name[:SHORTEST_CALL_NAME], [])]
        return [draft for draft in near if any(token.startswith(call_name) for token in draft.tokens)]


def _shortened(token: str) -> set[str]:
    """The words that stand for a word of a name, initials aside: see ``_abbreviates``."""
    longest = len(token) - SHORTEST_BIRTH_NAME if token in person_cues("birth_name") else 0
    return {token, *(token[start:] for start in range(1, longest + 1))}


def _owner(known: DraftIndex, tokens: tuple[str, ...], name: NameFound) -> PersonDraft | None:
    """The person this name belongs to: the same name, an alias, or the nearest one before it with all its words."""
    called = known.called(tokens)
    if called is not None or name.is_initials:
        return called
    fitting = known.holding(tokens)
    if not fitting and len(tokens) == 1 and len(tokens[0]) >= SHORTEST_CALL_NAME:
        # "Fitri" is what Fitriansyah is called.
        fitting = known.beginning(tokens[0])
    if len(fitting) <= 1:
        return fitting[0] if fitting else None
    by_first_word = [draft for draft in fitting if draft.tokens[0] == tokens[0]]
    return max(by_first_word or fitting, key=lambda draft: _last_before(draft, name.start))


def _last_before(draft: PersonDraft, at: int) -> int:
    before = [start for start, _ in draft.mentions if start < at]
    return max(before) if before else -min(start for start, _ in draft.mentions)


def add_second_mentions(words: Words, drafts: list[PersonDraft]) -> None:
    """Find where a person already named is mentioned by part of the name, by an alias, by initials or a nickname."""
    taken = {at for draft in drafts for start, end in draft.mentions for at in range(start, end)}
    _add_nicknames(words, drafts, taken)
    by_word: dict[str, list[PersonDraft]] = {}
    for draft in drafts:
        for token in {*draft.tokens, *(word for name in draft.other_names for word in name)}:
            by_word.setdefault(token, []).append(draft)
    at = 0
    while at < len(words):
        owners = by_word.get(words.lowers[at].translate(APOSTROPHES))
        if not owners or at in taken or words[at].is_byline or words[at].agency is not None:
            at += 1
            continue
        at = _mention_at(words, at, owners, taken)


def _mention_at(words: Words, at: int, owners: list[PersonDraft], taken: set[int]) -> int:
    word = words[at]
    if word.is_initials:
        for draft in owners:
            if (word.lower,) in {draft.tokens, *draft.other_names} and not word.place:
                draft.mentions[(at, at + 1)] = "persons:again"
                taken.add(at)
                break
        return at + 1
    if not is_name_word(words, at) or len(word.lower) < 3:
        return at + 1
    if _is_place_here(words, at) or (word.is_common and word.begins_sentence):
        return at + 1
    end = at + 1
    while end < len(words) and end not in taken and words[end].is_capitalised and not words[end].begins_line:
        following = words.lowers[end].translate(APOSTROPHES)
        if not any(following in draft.tokens or (following,) in draft.other_names for draft in owners):
            break
        end += 1
    tokens = tokens_of(words, at, end)
    fitting = [draft for draft in owners if is_part(tokens, draft.tokens) or tokens in draft.other_names]
    if not fitting or (
        end < len(words) and is_name_word(words, end) and words[end].place is None and not words[end].is_common
    ):
        return end
    draft = max(fitting, key=lambda item: _last_before(item, at))
    draft.mentions[(at, end)] = "persons:again"
    taken.update(range(at, end))
    return end


def _is_place_here(words: Words, at: int) -> bool:
    """Whether a word that is also a person's name means a place here: "di Bima"."""
    index = person_cues("place_before")
    return bool(
        words[at].place is not None
        and at > 0
        and (longest_phrase(index, words.lowers, at - 1) or words.lower(at - 1) in ("dari", "se", ",", "("))
    )


def _add_nicknames(words: Words, drafts: list[PersonDraft], taken: set[int]) -> None:
    """Nicknames the text explains: "kenang Tyas, sapaan akrabnya", "Budi Santosa yang akrab disapa Totok"."""
    index = person_cues("nickname")
    for at in range(len(words)):
        length = longest_phrase(index, words.lowers, at)
        if not length or not drafts:
            continue
        before = at - 2 if words.lower(at - 1) == "," else at - 1
        behind = read_name(words, at + length, is_certain=True) if at + length < len(words) else None
        if behind is not None and behind[0] not in taken:
            owner = max(drafts, key=lambda draft: _last_before(draft, at))
            owner.other_names.add(tokens_of(words, *behind))
            owner.mentions[behind] = "persons:nickname"
            taken.update(range(*behind))
        elif before > 0 and before not in taken and is_name_word(words, before):
            # The nickname is usually the end of one of the name's words; else it is the last person's.
            nickname = words.lower(before)
            by_sound = [draft for draft in drafts if any(word.endswith(nickname) for word in draft.tokens)]
            owner = max(by_sound or drafts, key=lambda draft: _last_before(draft, before))
            _give_nickname(owner, nickname, (before, before + 1))
            taken.add(before)
        elif before > 0 and (known := _single_named(drafts, words.lower(before))) is not None:
            # The nickname was read as a person of its own; its mentions belong to who bears it.
            others = [draft for draft in drafts if draft is not known and not draft.is_initials]
            by_sound = [draft for draft in others if any(word.endswith(known.tokens[0]) for word in draft.tokens)]
            if others:
                owner = max(by_sound or others, key=lambda draft: _last_before(draft, min(known.mentions)[0]))
                owner.mentions.update(dict.fromkeys(known.mentions, "persons:nickname"))
                owner.other_names.add(known.tokens)
                drafts.remove(known)


def _give_nickname(owner: PersonDraft, nickname: str, mention: tuple[int, int]) -> None:
    owner.other_names.add((nickname,))
    owner.mentions[mention] = "persons:nickname"


def _single_named(drafts: list[PersonDraft], name: str) -> PersonDraft | None:
    return next((draft for draft in drafts if draft.tokens == (name,)), None)
