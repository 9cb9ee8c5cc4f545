"""The words that attribute speech: verbs of saying with all their forms, pronouns, and what stands around them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# What the nasal prefix becomes before the first letter of a stem, and whether it swallows that letter.
NASALS = (
    ("p", "mem", True), ("t", "men", True), ("k", "meng", True), ("sy", "men", False), ("s", "meny", True),
    ("b", "mem", False), ("f", "mem", False), ("v", "mem", False), ("d", "men", False), ("c", "men", False),
    ("j", "men", False), ("z", "men", False), ("g", "meng", False), ("h", "meng", False),
)  # fmt: skip
VOWELS = frozenset("aeiou")


def active_forms(stem: str) -> list[str]:
    """The active verbs a stem forms: ``tegas`` gives ``menegaskan``, ``isak`` gives ``terisak``.

    Rules: Tata Bahasa Baku Bahasa Indonesia, the prefixes meng-, ber- and ter- with the suffixes -kan and -i.
    """
    prefix, kept = ("meng", stem) if stem[0] in VOWELS else ("me", stem)
    for letters, nasal, is_swallowed in NASALS:
        if stem.startswith(letters):
            prefix, kept = nasal, stem[1:] if is_swallowed else stem
            break
    bases = [f"{prefix}{kept}", f"memper{stem}", f"ber{stem}", f"ter{stem}"]
    if stem[1:2] in ("r", "l"):
        # Loan words keep their first letter: "memprotes", "mengkritik".
        bases.append(f"{prefix}{stem}")
    return [f"{base}{suffix}" for base in bases for suffix in ("", "kan", "i")] + [f"{prefix}{kept}-{stem}"]


@dataclass(frozen=True, slots=True)
class QuoteCues:
    """Expressions of the words in ``quotes.toml``.

    Attributes:
        after: a verb of saying behind a quote, with the pronoun behind it if there is one.
        any_after: whatever word stands between a quote and a name, and is no function word.
        active: an active verb of saying.
        before: an active verb of saying near the end of what goes before a quote.
        bare_before: an active verb of any meaning at that end: ``Ia mewanti-wanti, "…``.
        said: "menurut" or a verb of saying.
        subject_pronoun: a pronoun that is its sentence's subject.
        pronoun_behind: the pronoun that speaks behind a quote: ``"…," ia berbisik``.
        verb_behind: an active verb right behind a name.
        nobody: a speaker without a name.
        anaphor: the end of a description of the one last named.
        circumstance: what follows is no longer the speaker's title.
        title: the quoted words are a title or a motto.
        aside: a sentence's beginning whose first name is not its subject: ``Kepada Sari, …``.
        relative: a clause about somebody else, before the name in it.
        possessor: before the name of one whose lawyer or relative comes next: ``Kuasa hukum YD, …``.
    """

    after: re.Pattern[str]
    any_after: re.Pattern[str]
    active: re.Pattern[str]
    before: re.Pattern[str]
    bare_before: re.Pattern[str]
    said: re.Pattern[str]
    subject_pronoun: re.Pattern[str]
    pronoun_behind: re.Pattern[str]
    verb_behind: re.Pattern[str]
    nobody: re.Pattern[str]
    anaphor: re.Pattern[str]
    circumstance: re.Pattern[str]
    title: re.Pattern[str]
    aside: re.Pattern[str]
    relative: re.Pattern[str]
    possessor: re.Pattern[str]


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, set(words)), key=lambda word: (-len(word), word))) + ")"


@cache
def quote_cues() -> QuoteCues:
    """The cues, read once a process."""
    words = tomllib.loads(files("extract").joinpath("reference", "quotes.toml").read_text(encoding="utf-8"))
    stems = [stem for group in words["stems"].values() for stem in group]
    after = _any_of([*stems, *words["after"]])
    active_words = {form for stem in stems if stem not in words["no_active"] for form in active_forms(stem)}
    active = _any_of([*active_words, *words["active"]])
    pronoun, openings = _any_of(words["pronouns"]), _any_of(words["openings"])
    verb = f"(?:{active}|{after}(?:nya)?)"
    verb_shape = r"(?:me|ber|ter)[a-z]{3,}(?:-[a-z]+)?"
    return QuoteCues(
        after=re.compile(
            rf"[ \t]*[,.]?[ \t]*(?:(?:demikian|begitu|seperti|lalu)[ \t]+)?(?P<verb>{after}|{active})"
            rf"(?:(?P<pronoun>(?:kan)?nya|[ \t]+{pronoun})(?!\w)|(?!\w))",
            re.IGNORECASE,
        ),
        any_after=re.compile(
            rf"[ \t]*[,.]?[ \t]*(?!{_any_of(words['functions'])}(?!\w))[a-z]+(?:-[a-z]+)?"
            rf"(?P<pronoun>(?<=nya)|[ \t]+{pronoun}(?!\w))?(?![\w-])"
        ),
        active=re.compile(rf"(?<!\w){active}(?!\w)", re.IGNORECASE),
        before=re.compile(rf"(?i:(?<!\w){verb}(?!\w)[^.!?\n]{{0,60}}[,:]?[ \t]*$)"),
        bare_before=re.compile(rf"(?<!\w){verb_shape}[ \t]*[,:][ \t]*$"),
        said=re.compile(rf"(?<!\w)(?:menurut|{after})(?!\w)", re.IGNORECASE),
        subject_pronoun=re.compile(
            rf"(?:{openings},?[ \t]+){{0,2}}"
            rf"(?:{pronoun}|pihaknya|menurut(?:nya|[ \t]+{pronoun})|kata[ \t]+{pronoun})(?!\w)",
            re.IGNORECASE,
        ),
        pronoun_behind=re.compile(
            rf"[ \t]*(?:(?:demikian|begitu)[ \t]+)?(?:{pronoun}[ \t]+(?:\w+[ \t]+){{0,2}}?{verb_shape}"
            rf"|(?i:{pronoun})[ \t]+(?:\w+[ \t]+)?{active}nya)(?!\w)"
        ),
        verb_behind=re.compile(rf"[^.!?\n,;]{{0,40}}?(?<!\w)(?:{active}|{verb_shape})(?!\w)"),
        nobody=re.compile(rf"[ \t]+{_any_of(words['nobody'])}(?!\w)", re.IGNORECASE),
        anaphor=re.compile(rf"(?<!\w){_any_of(words['anaphors'])}(?!\w)", re.IGNORECASE),
        circumstance=re.compile(rf"(?<!\w){_any_of(words['circumstances'])}(?!\w)"),
        title=re.compile(rf"(?<!\w){_any_of(words['titles'])}[ \t:,]*$", re.IGNORECASE),
        aside=re.compile(rf"(?:{_any_of(words['asides'])}(?!\w)|{verb_shape}[ \t])[^.,;\n]*$", re.IGNORECASE),
        relative=re.compile(
            r"(?<!\w)(?:yang|milik|untuk|karena|agar)[ \t]+(?:[a-z-]+[ \t]+){0,4}(?:[A-Z][\w./-]*,?[ \t]+){0,8}$"
        ),
        possessor=re.compile(rf"(?<!\w){_any_of(words['possessors'])}[ \t]+$", re.IGNORECASE),
    )  # fmt: skip
