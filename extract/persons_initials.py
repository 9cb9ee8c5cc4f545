"""Names shortened to initials, as news prints victims and suspects: ``RS (24)``, ``berinisial A, B dan C``."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.lexicon import longest_phrase, person_cues, word_set
from extract.words import Words

OLDEST = 110
LIST_MARKS = frozenset([",", "dan", "serta", "&", "maupun"])


@dataclass(slots=True)
class InitialsFound:
    """Initials in the text: words ``start`` up to ``end``, where reading goes on, and what was read with them."""

    start: int
    end: int
    behind: int
    score: int
    age: int | None = None
    aliases: list[tuple[int, int]] = field(default_factory=list)


def age_behind(words: Words, at: int) -> tuple[int | None, int]:
    """An age at word ``at``, and the word behind: ``(24)``, ``(24 tahun)``, ``, 24,``, ``berusia 15 tahun``."""
    if at + 2 < len(words) and words.lower(at) == "(" and _is_age(words, at + 1):
        closing = at + 2
        if words.lower(closing) in ("tahun", "thn", "th"):
            closing += 1
        if words.lower(closing) == ")":
            return int(words[at + 1].text), closing + 1
        if words.lower(closing) == ",":
            for later in range(closing, min(closing + 12, len(words))):
                if words.lower(later) == ")":
                    return int(words[at + 1].text), later + 1
    if at + 2 < len(words) and words.lower(at) == "," and _is_age(words, at + 1):
        if words.lower(at + 2) == ",":
            return int(words[at + 1].text), at + 2
        if words.lower(at + 2) in ("tahun", "thn"):
            return int(words[at + 1].text), at + 3
    skip = 1 if words.lower(at) in (",", "yang") else 0
    if words.lower(at + skip) in ("berusia", "berumur", "umur", "usia") and _is_age(words, at + skip + 1):
        return int(words[at + skip + 1].text), at + skip + 2 + (words.lower(at + skip + 2) == "tahun")
    return None, at


def _is_age(words: Words, at: int) -> bool:
    return (
        at < len(words)
        and words[at].text.isdigit()
        and 0 < int(words[at].text[:4]) <= OLDEST
        and len(words[at].text) <= 3
    )


def read_initials(words: Words, at: int) -> InitialsFound | None:
    """Initials at word ``at`` with age and aliases, or None when nothing says that they are a person's."""
    word = words[at]
    if not word.is_initials or word.text.endswith(".") or word.is_date or word.is_byline:
        return None
    if word.text == "I" and at + 1 < len(words) and words[at + 1].is_capitalised and not words[at + 1].is_mark:
        return None
    found = InitialsFound(at, at + 1, at + 1, 0)
    found.age, behind = age_behind(words, at + 1)
    behind = _read_aliases(words, found, behind)
    if found.age is None:
        found.age, behind = age_behind(words, behind)
        behind = _read_aliases(words, found, behind) if found.age is not None else behind
    found.behind = behind
    before = words.lower(at - 1)
    if before in ("(", '"'):
        return None
    if found.age is not None or found.aliases:
        # Agencies are not so old in brackets; a place's or agency's abbreviation keeps its own meaning.
        found.score = 5
    elif word.lower in word_set("acronyms.txt") and not _is_surely_person(word.text, before):
        # "seorang ABK", "korban PMI", "kata BNN": what these letters mean is known.
        return None
    elif before in person_cues("before_initials") and not word.agency and not (word.place and before != "berinisial"):
        found.score = 5 if before in ("berinisial", "inisial") else 3
    elif _is_in_list(words, at):
        found.score = 4
    elif before == "," and words.lower(at + 1) in (",", "itu"):
        found.score = 3
    else:
        found.score = 1
    if (word.agency or word.place) and found.score < 5:
        return None
    return found


def _is_surely_person(letters: str, before: str) -> bool:
    """Whether the word before known letters leaves no doubt that they are a person's: "korban AL", not "korban PMI"."""
    return before in ("berinisial", "inisial") or (len(letters) == 2 and before in person_cues("kin"))


def _read_aliases(words: Words, found: InitialsFound, at: int) -> int:
    while words.lower(at) in ("alias", "als") and at + 1 < len(words):
        first = at + 1
        end = first
        while end < len(words) and end - first < 3 and words[end].is_capitalised and not words[end].is_mark:
            if words[end].agency or words[end].begins_line:
                break
            end += 1
        if end == first:
            break
        found.aliases.append((first, end))
        at = end
        age, behind = age_behind(words, at)
        if age is not None and found.age is None:
            found.age, at = age, behind
    return at


def _is_in_list(words: Words, at: int) -> bool:
    """Whether initials stand in a list that "berinisial" opens: "berinisial A, B dan C"."""
    before = at - 1
    steps = 0
    while before > 0 and steps < 24:
        lower = words.lower(before)
        if longest_phrase(person_cues("initials"), words.lowers, before):
            return True
        if words[before].is_mark and lower not in (",", "(", ")"):
            return False
        is_list_word = (
            lower in LIST_MARKS or words[before].is_initials or lower in ("(", ")") or words[before].text.isdigit()
        )
        is_alias = lower in ("alias", "als") or words[before].is_capitalised
        if not (is_list_word or is_alias):
            return False
        before -= 1
        steps += 1
    return False
