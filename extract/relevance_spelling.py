"""How one term of the lexicon may be printed: spellings, words written together, abbreviations with dots, wordings.

What is known lies in ``reference/relevance_spellings.toml``. A term of the lexicon is written once, and found in every
form in which a newsroom prints it: "penyeludupan orang" and "antipenyelundupan orang" are "penyelundupan orang".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

# An abbreviation with a dot behind each letter (T.P.P.O.), a word, or a mark that a term may hold (UU No. 18/2017).
TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|\w+|[./&’']")
# Words of a term may be joined by spaces or a hyphen in print: "PPA-PPO", "PPA PPO", "non-prosedural".
HYPHENS = "\u2010\u2011\u2013-"
JOINT_CHARACTERS = " \t\u00a0\u2010\u2011\u2013-"
LONGEST_JOINT = 3
# So many wordings are exchanged in one term: "buruh migran tanpa dokumen" for "PMI ilegal" takes two.
EXCHANGES = 2


class SpellingError(ValueError):
    """The file of spellings holds an entry that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Words that may stand for each other inside a longer term.

    Attributes:
        words: the wordings, each as its words.
        categories: categories of terms in which they may.
    """

    words: frozenset[tuple[str, ...]]
    categories: frozenset[str]


@dataclass(frozen=True)
class Spellings:
    """What is known of how words are printed.

    Attributes:
        words: other spelling -> the spelling of the lexicon, both in small letters.
        prefixes: what is written together with the first word of a term: ``anti``.
        endings: what is written together with the last: ``nya``.
        fused: categories of terms that are also written as one word (``#perdaganganorang``).
        wordings: words that may stand for each other.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    endings: tuple[str, ...] = ("nya",)
    fused: frozenset[str] = frozenset()
    wordings: tuple[Wordings, ...] = ()

    def word(self, printed: str) -> str:
        """The lexicon's spelling of a printed word; both in small letters."""
        if printed in self.words:
            return self.words[printed]
        bare = printed.replace(".", "") if len(printed) > 1 else printed
        return self.words.get(bare, bare)

    def all_spellings(self, words: str) -> list[str]:
        """Every spelling of one or more words in small letters, the lexicon's own first."""
        found = [words]
        for other, own in self.words.items():
            found += [re.sub(rf"(?<!\w){re.escape(own)}(?!\w)", other, words)] if own in words.split() else []
        return found

    def forms(self, term: str, category: str) -> Iterator[tuple[str, ...]]:
        """Every wording of a term, as the words of each, its own first.

        Args:
            term: as the lexicon has it.
            category: of the term; wordings are exchanged in some categories only.
        """
        own = words_of(term, self)
        seen = {own: None}
        waiting = [own]
        for _ in range(EXCHANGES):
            found = [other for form in waiting for other in self._exchanged(form, category)]
            waiting = [form for form in dict.fromkeys(found) if form not in seen]
            seen.update(dict.fromkeys(waiting))
        yield from seen
        if category in self.fused:
            for form in seen:
                if len(form) > 1 and all(map(str.isalpha, form)):
                    yield ("".join(form),)

    def _exchanged(self, form: tuple[str, ...], category: str) -> Iterator[tuple[str, ...]]:
        """The forms that differ from ``form`` in one wording."""
        for start, word in enumerate(form):
            for group in self._groups.get(word, ()):
                if category not in group.categories:
                    continue
                # The longest wording that stands here: within "pekerja migran Indonesia", "pekerja migran" is none.
                held = max((words for words in group.words if form[start : start + len(words)] == words), key=len,
                           default=None)  # fmt: skip
                # A term that consists of the wording alone has conditions of its own: "PMI" is also the Red Cross.
                if held is None or len(held) == len(form):
                    continue
                for words in group.words:
                    if words != held:
                        yield (*form[:start], *words, *form[start + len(held) :])

    @cached_property
    def _groups(self) -> dict[str, list[Wordings]]:
        """The groups by the first word of a wording."""
        found: dict[str, list[Wordings]] = {}
        for group in self.wordings:
            for first in {words[0] for words in group.words}:
                found.setdefault(first, []).append(group)
        return found


def lower_keeping_length(text: str) -> str:
    """Lower-case ``text`` so that every character keeps its offset (``İ`` alone would become two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def words_of(term: str, spellings: Spellings) -> tuple[str, ...]:
    """The words and marks of a term in small letters and the lexicon's spelling; hyphens part words."""
    return tuple(spellings.word(token) for token in TOKEN.findall(lower_keeping_length(term)))


def parse_spellings(text: str, categories: Iterable[str]) -> Spellings:
    """Spellings of the text of ``relevance_spellings.toml``.

    Args:
        text: TOML.
        categories: those the lexicon knows.

    Raises:
        SpellingError: for a spelling given twice, or that is another word's own, for an entry that is no single word,
            and for an unknown category.
    """
    content = tomllib.loads(text)
    known = frozenset(categories)
    words: dict[str, str] = {}
    own_spellings = content.get("words", {})
    for own, others in own_spellings.items():
        for other in others:
            where = f"relevance_spellings.toml: '{other}' as a spelling of '{own}'"
            if not re.fullmatch(r"\w+", other) or other != other.lower() or not re.fullmatch(r"\w+", own):
                raise SpellingError(f"{where}: write single words in small letters; wordings go into [[wordings]]")
            if other in own_spellings:
                raise SpellingError(f"{where}: it is the first word of another line; merge the two lines")
            if words.setdefault(other, own) != own:
                raise SpellingError(f"{where}: it is also one of '{words[other]}'; remove one of the two")
    spellings = Spellings(words)
    groups = []
    for number, row in enumerate(content.get("wordings", ()), start=1):
        group = Wordings(
            frozenset(words_of(one, spellings) for one in row["words"]), frozenset(row["categories"])
        )  # fmt: skip
        if unknown := group.categories - known:
            raise SpellingError(
                f"relevance_spellings.toml: wordings {number}: unknown category {sorted(unknown)}; "
                f"use one of {sorted(known)}"
            )
        groups.append(group)
    fused = frozenset(content.get("fused", ()))
    if unknown := fused - known:
        raise SpellingError(f"relevance_spellings.toml: fused: unknown category {sorted(unknown)}; "
                            f"use one of {sorted(known)}")  # fmt: skip
    return Spellings(words, tuple(content.get("prefixes", ())), tuple(content.get("endings", ())), fused, tuple(groups))


@cache
def shipped_text() -> str:
    """The text of the shipped file of spellings."""
    return files("extract").joinpath("reference", "relevance_spellings.toml").read_text(encoding="utf-8")
