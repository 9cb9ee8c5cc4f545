"""Names of people as the warehouse compares and shortens them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_NOT_A_LETTER = re.compile(r"[\W_]+")


def stable_id(prefix: str, *parts: object) -> str:
    """A deterministic id: the prefix, a hyphen, and 16 hex digits of the parts' SHA-256."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@lru_cache(maxsize=65_536)
def normalise(name: str) -> str:
    """The name for comparison: lower case, no diacritics or apostrophes, other punctuation as one space.

    ``Nur’aini Ra'i`` and ``NURAINI RAI`` are alike, ``Maria-Goreti`` and ``Maria Goreti`` too.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return _NOT_A_LETTER.sub(" ", plain.translate(_APOSTROPHES)).strip().casefold()


def tokens(name: str) -> list[str]:
    """The words of the normalised name."""
    return normalise(name).split()


def is_initials(name: str) -> bool:
    """Whether the name is only initials, such as ``RS``, ``R.S.`` or ``M Y``, and so identifies nobody."""
    letters = re.sub(r"[\W\d_]+", "", name)
    if not letters:
        return True
    words = tokens(name)
    return all(len(word) == 1 for word in words) or (len(words) == 1 and len(letters) <= 3 and letters.isupper())


def is_full_name(name: str) -> bool:
    """Whether the name has at least two words of two letters or more."""
    return sum(len(word) >= 2 for word in tokens(name)) >= 2 and not is_initials(name)


def initials(name: str) -> str:
    """The initials of the name with full stops: ``Siti Maryam`` gives ``S.M.``; initials stay what they are."""
    words = tokens(name)
    if not words:
        return "?"
    if is_initials(name):
        return ".".join(char.upper() for word in words for char in word) + "."
    return ".".join(word[0].upper() for word in words) + "."
