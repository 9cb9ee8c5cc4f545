"""The word lists of ``warehouse/protection.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.phrases import Phrases, Words

WORDS_FILE = Path(__file__).with_name("protection.toml")
_AGE_SOMEWHERE = re.compile(r"\(\s*\d{1,2}(?:\)| tahun)")


@dataclass(frozen=True, slots=True)
class WordLists:
    """Words in lower case; the file says what each list is for."""

    cues: frozenset[str]
    cue_phrases: Phrases
    naming: frozenset[str]
    common_names: frozenset[str]
    place_cues: frozenset[str]
    locative: frozenset[str]
    firm_place_cues: frozenset[str]
    memorials: frozenset[str]
    facilities: frozenset[str]
    facility_kinds: frozenset[str]
    holders: frozenset[str]
    regions: frozenset[str]
    particles: frozenset[str]
    institutions: frozenset[str]
    ordinary: frozenset[str]

    def has_cue(self, words: Words) -> bool:
        """Whether a text is about victims, minors or their families, or gives somebody's age."""
        norms = words.norms
        if not self.cues.isdisjoint(norms) or _AGE_SOMEWHERE.search(words.text):
            return True
        if any(norm.endswith("nya") and norm[:-3] in self.cues for norm in norms):
            return True
        return not self.cue_phrases.firsts.isdisjoint(norms) and any(
            self.cue_phrases.match(words, place) for place in range(len(words))
        )


def is_age(words: Words, place: int) -> bool:
    """Whether an age in brackets or commas stands behind a word: ``Siti (15)``, ``Siti, 15,``, ``Siti (15 tahun)``."""
    begin = words.ends[place]
    behind = words.text[begin : begin + 8].lstrip()
    if behind[:1] not in {"(", ","}:
        return False
    digits = behind[1:].lstrip()
    rest = digits.lstrip("0123456789")
    closing = {")", " "} if behind[0] == "(" else {","}
    return 1 <= len(digits) - len(rest) <= 2 and rest[:1] in closing


@cache
def word_lists(path: Path = WORDS_FILE) -> WordLists:
    """Read the word lists once."""
    data: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    cues = data.pop("cues")
    return WordLists(
        cues=frozenset(cue for cue in cues if " " not in cue),
        cue_phrases=Phrases(cue for cue in cues if " " in cue),
        **{name: frozenset(words) for name, words in data.items()},
    )
