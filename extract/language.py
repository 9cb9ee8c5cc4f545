"""Which language a text is written in, by its function words.

Function words make up a third to a half of any running text, so the share of a language's function words among the
first few hundred words tells languages apart without a model (Grefenstette 1995, "Comparing two language
identification schemes"). Indonesian and Malay share most of theirs; those two are told apart by the words of which
each has its own (``kerana``/``karena``, ``Ogos``/``Agustus``), and by nothing else.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

PROFILES_FILE = Path(__file__).parent / "reference" / "languages.toml"

#: Words read from the start of a text; more does not change the answer.
MAX_WORDS = 600
#: Below this share of function words no language is named: a list of names, numbers, an unknown language.
MIN_SHARE = 0.08
#: Words a text needs for an answer.
MIN_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@cache
def _weights() -> dict[str, dict[str, float]]:
    """For each function word, its weight in each language: 1 shared by the languages that have it."""
    with PROFILES_FILE.open("rb") as file:
        profiles: dict[str, str] = tomllib.load(file)["profiles"]
    languages: dict[str, set[str]] = {}
    for language, listed in profiles.items():
        for word in listed.split():
            languages.setdefault(word, set()).add(language)
    return {word: dict.fromkeys(having, 1.0 / len(having)) for word, having in languages.items()}


@cache
def _malay_markers() -> tuple[frozenset[str], frozenset[str]]:
    """Words that only Indonesian prints, and words that only Malay prints."""
    with PROFILES_FILE.open("rb") as file:
        markers = tomllib.load(file)["malay_or_indonesian"]
    return frozenset(markers["id"].split()), frozenset(markers["ms"].split())


def detect_language(text: str) -> str:
    """ISO 639-1 code of the text's language (639-3 where there is none), or ``und``.

    Knows Indonesian, Malay, Javanese, Sundanese, Balinese, Minangkabau, Tetum, English and the larger European
    languages. Between Indonesian and Malay a text without any marker of either counts as Indonesian, because the
    outlets read here are Indonesian.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text, 0, 12 * MAX_WORDS)[:MAX_WORDS]]
    if len(words) < MIN_WORDS:
        return "und"
    weights = _weights()
    scores: dict[str, float] = {}
    for word in words:
        for language, weight in weights.get(word, {}).items():
            scores[language] = scores.get(language, 0.0) + weight
    if not scores:
        return "und"
    # Sorted, so that a tie has the same answer on every run.
    best = max(sorted(scores), key=lambda language: scores[language])
    known = sum(word in weights and best in weights[word] for word in words)
    if known / len(words) < MIN_SHARE:
        return "und"
    if best != "id":
        return best
    indonesian, malay = _malay_markers()
    own = sum(word in indonesian for word in words)
    other = sum(word in malay for word in words)
    return "ms" if other > own else "id"
