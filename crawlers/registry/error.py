"""What is wrong with a registry or a choice from it, and which of the known words a person may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RegistryError(ValueError):
    """An entry of a registry, or a choice from it, that cannot be used; the message says which and what is allowed."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or the first few."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=5, cutoff=0.5)
    return "did you mean " + ", ".join(near) + "?" if near else "known are " + ", ".join(words[:12]) + ", …"
