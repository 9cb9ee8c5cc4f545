"""Indonesian word forms: whether a word is another form of one that is known.

Headlines drop prefixes ("Kukuhkan" for "mengukuhkan") and use forms the articles may not hold ("Pelindungan" beside
"dilindungi"). Rules of affixes: Alwi et al., *Tata Bahasa Baku Bahasa Indonesia*, chapters 4 and 7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

_CLITICS = ("nya", "lah", "kah", "pun", "ku", "mu")
# First letters of a root, what "me-" and "pe-" put before it, and whether the letter is swallowed.
_NASALS = {"p": ("m", True), "b": ("m", False), "f": ("m", False), "t": ("n", True), "d": ("n", False),
           "c": ("n", False), "j": ("n", False), "z": ("n", False), "k": ("ng", True), "g": ("ng", False),
           "h": ("ng", False), "a": ("ng", False), "i": ("ng", False), "u": ("ng", False), "e": ("ng", False),
           "o": ("ng", False), "s": ("ny", True)}  # fmt: skip
_SUFFIXES = ("", "kan", "i")
_SHORTEST_ROOT = 4


def is_form_of_known(word: str, known: Collection[str]) -> bool:
    """Whether a word, or its root in another form, is among the known ones.

    Args:
        word: in lower case.
        known: words in lower case; membership must be quick.
    """
    if word in known:
        return True
    for clitic in _CLITICS:
        if word.endswith(clitic):
            bare = word.removesuffix(clitic)
            if len(bare) >= _SHORTEST_ROOT and is_form_of_known(bare, known):
                return True
    return any(root in known or _has_form(root, known) for root in _roots(word))


def _has_form(root: str, known: Collection[str]) -> bool:
    return len(root) >= _SHORTEST_ROOT and any(form in known for form in _forms(root))


def _forms(root: str) -> Iterator[str]:
    """Verbs of a root, and the commonest nouns."""
    nasal = _nasal(root)
    for suffix in _SUFFIXES:
        yield f"di{root}{suffix}"
        yield f"me{nasal}{suffix}"
        yield f"memper{root}{suffix}"
        yield f"diper{root}{suffix}"
    yield f"ber{root}"
    yield f"ter{root}"
    yield f"pe{nasal}an"
    yield f"per{root}an"


def _nasal(root: str) -> str:
    """The root as it stands behind "me-" or "pe-"."""
    prefix, is_swallowed = _NASALS.get(root[0], ("", False))
    return prefix + (root[1:] if is_swallowed else root)


def _roots(word: str) -> Iterator[str]:
    """What may be the root of a word: the word itself, or what remains without affixes that go together."""
    yield word
    for suffix in ("kan", "i"):
        yield _inside(word, "", suffix)
    for prefix in ("di", "ter", "ber"):
        for suffix in ("", "kan", "i", "an"):
            yield _inside(word, prefix, suffix)
    for prefix, suffix in (("ke", "an"), ("per", "an"), ("pe", "an"), ("ber", "an"), ("", "an")):
        yield _inside(word, prefix, suffix)
    for nasal in ("m", "n", "ng", "ny"):
        for prefix, suffixes in ((f"me{nasal}", _SUFFIXES), (f"pe{nasal}", ("", "an"))):
            for suffix in suffixes:
                inside = _inside(word, prefix, suffix)
                yield inside
                for letter, (sound, is_swallowed) in _NASALS.items():
                    if inside and is_swallowed and sound == nasal:
                        yield letter + inside


def _inside(word: str, prefix: str, suffix: str) -> str:
    """The word without both affixes, or nothing where too little would remain."""
    if not word.startswith(prefix) or not word.endswith(suffix):
        return ""
    inside = word[len(prefix) : len(word) - len(suffix)]
    return inside if len(inside) >= _SHORTEST_ROOT else ""
