"""Organisations that no table lists and the article itself introduces: "organisasi pendamping buruh Lentera Timur"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.gazetteer import gazetteer
from extract.lexicon import rank_phrases, titles, word_set
from extract.phrases import squeezed

# What sort of body follows, the words that describe it, and its name in capitals.
INTRODUCTION = re.compile(
    r"(?<!\w)(?:[Oo]rganisasi|[Ll]embaga|[Kk]elompok|[Kk]omunitas|[Pp]erkumpulan|[Pp]aguyuban|[Jj]aringan|[Kk]oalisi|[Ss]erikat|"
    r"LSM|NGO|[Ll]embaga swadaya masyarakat|[Yy]ayasan|[Pp]egiat|[Aa]ktivis|[Rr]elawan|[Pp]engurus)"
    r"((?:[ \t]+[a-z][a-z-]+){0,4})[ \t]+(?P<name>[A-Z][A-Za-z’'-]+(?:[ \t]+(?:[A-Z][A-Za-z’'-]+|untuk|dan|bagi)){1,4})"
)
# Words between that say that a person or a place follows.
NO_NAME = re.compile(
    r"\b(?:di|ke|dari|asal|bernama|kata|ujar|oleh|dengan|pada|adalah|yang|itu|ini|dan|bersama|menurut|alias)\b"
)
CIVIC_HEADS = ("pegiat", "aktivis", "relawan", "pengurus")


def introduced_names(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of every organisation that a word for its kind introduces, its other mentions included."""
    names: dict[str, int] = {}
    for match in INTRODUCTION.finditer(text):
        described, name = match[1], re.sub(r"\s+(?:untuk|dan|bagi)$", "", " ".join(match["name"].split()))
        is_described = bool(described.strip()) and not NO_NAME.search(described)
        is_civic = match[0].lower().startswith(CIVIC_HEADS)
        if (described.strip() and not is_described) or (is_civic and not is_described):
            continue
        if _is_organisation(name):
            names.setdefault(name, match.start("name"))
    for name in names:
        for found in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            yield found.start(), found.end(), name


def _is_organisation(name: str) -> bool:
    """Whether capitalised words can be an organisation: no given name, place, title or rank among them."""
    words = name.split()
    given, others = word_set("given_names.txt"), word_set("not_names.txt")
    if len(words) < 2 or words[0].lower() in given or words[0].lower() in others:
        return False
    if any(word.lower() in titles() or word.lower() in rank_phrases() for word in words):
        return False
    return not any(gazetteer().readings(squeezed(word)) for word in (words[0], name))
