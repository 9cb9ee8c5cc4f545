"""The dateline of an article's first line: where the newsroom's desk was, and which outlet it works for.

Nine in ten Indonesian articles begin with one; its city is a weak hint to the place of the story, and no part of it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extract.article import OutletHints
from extract.cleaning_rules import words
from extract.gazetteer import gazetteer
from extract.phrases import squeezed

#: A dateline is no longer than this; longer beginnings are sentences with a dash.
MAX_DATELINE_CHARACTERS = 70
_SEARCHED_CHARACTERS = 160

_NAME = r"[A-Z][\w'’.-]*"
_PLACE = rf"{_NAME}(?:\s+{_NAME}){{0,3}}"
_OUTLET = r"[\w-]+(?:\.[A-Za-z]{2,10})+|[A-Z][\w.'-]*(?:\s+[A-Z0-9][\w.'-]*){0,3}"
_PART = rf"(?:{_OUTLET}|{_PLACE})"
_BRACKET = r"\s*[(\[][^()\[\]]{2,40}[)\]]"
_DAY = r"\s*,\s*(?:[A-Z][a-z]+,?\s+)?[0-3]?\d(?:\s+[A-Z][a-z]+|[/-][01]?\d)(?:[\s/-]+(?:19|20)\d\d)?"
_DASH = r"(?:\s*(?:–|—|--+|\|)\s*|\s+-+\s*|-+\s+)"
_OPENING = r"(?=[\"“‘'(]?[\w])"
# KUPANG, OUTLET.COM – | Batam (ANTARA) - | KUPANG | | KBRN, Kupang:
_DATELINE = re.compile(
    rf"^\W{{0,3}}(?P<words>{_PART}(?:\s*[,/]\s*{_PART}){{0,3}}(?:{_DAY})?(?:{_BRACKET})?(?:\s*,\s*{_PART})?)"
    rf"(?P<mark>{_DASH}|\s*:\s+){_OPENING}"
)
# MERAUKE-Tim gabungan: no space, so the name must be a place's.
_TIGHT = re.compile(r"^(?P<words>[A-Z]{3,}(?:\s[A-Z]{3,}){0,2})-(?=[A-Z][a-z])")
# Palangka Raya. Tim gabungan | Kupang, OUTLET POS. Tim gabungan: Blogger pages and church bulletins.
_STOPPED = re.compile(rf"^(?P<words>(?P<place>{_PLACE}?)(?:,\s*[A-Z][A-Z0-9. ]{{2,30}}?)?)\.\s+(?=[\"“A-Z])")
_LOOSE = re.compile(r"\s(?:–|—|--?|\|)\s*$")


def split_dateline(line: str, outlet: OutletHints) -> tuple[str | None, str]:
    """The dateline of an article's first line, or None, and the rest of the line.

    Knows ``KUPANG, OUTLET.COM –``, ``OUTLET.COM, KUPANG -``, ``Batam (ANTARA) -``, ``KUPANG |``, ``Kupang –``,
    ``Kupang, Lembaga (5/2) –``, ``Kupang, 5 Mei 2025 –``, ``KBRN, Kupang:``, ``MERAUKE-Tim …`` and
    ``Palangka Raya. Tim …``. Where nothing but the form tells a dateline, its name must be in the gazetteer.
    """
    match = _DATELINE.match(line, 0, _SEARCHED_CHARACTERS)
    if match and _is_dateline(match["words"], match["mark"], outlet) and _is_local(match["words"], outlet):
        first, rest = match["words"], line[match.end() :]
        # OUTLET.COM – KUPANG – …: the second half is a dateline of its own.
        second = _DATELINE.match(rest, 0, _SEARCHED_CHARACTERS)
        if second and ":" not in second["mark"] and _is_dateline(second["words"], second["mark"], outlet):
            first, rest = f"{first}, {second['words']}", rest[second.end() :]
        return first.strip(" ,"), rest.strip()
    for pattern, name in ((_TIGHT, "words"), (_STOPPED, "place")):
        match = pattern.match(line, 0, _SEARCHED_CHARACTERS)
        if match and len(match["words"]) <= MAX_DATELINE_CHARACTERS and is_town(match[name]):
            return match["words"].strip(), line[match.end() :].strip()
    return None, line


def is_loose_dateline(line: str) -> bool:
    """Whether a line is a dateline without its sentence (``Pontianak -``), which stood in an element of its own."""
    return len(line) <= MAX_DATELINE_CHARACTERS and _LOOSE.search(line) is not None


@lru_cache(maxsize=4096)
def is_town(name: str) -> bool:
    """Whether a name is that of a province, regency, city, or seat of one, and no common word."""
    key = squeezed(name)
    places = gazetteer()
    return not places.is_word(key) and any(
        reading.place.level in ("province", "regency") and not reading.is_guarded for reading in places.readings(key)
    )


def _is_local(found: str, outlet: OutletHints) -> bool:
    """Whether a dateline is an Indonesian one: that of a registered outlet, or one that names a town or an agency here.

    Elsewhere the words in front of a dash may be a dateline or a heading; they stay in their sentence.
    """
    if outlet.outlet_id or outlet.name:
        return True
    parts = re.split(r"\s*[,/|()\[\]]\s*|\s+[–—-]+\s+", found)
    return any(is_town(part) or part.casefold() in words().local_agencies for part in parts if part)


def _is_dateline(found: str, mark: str, outlet: OutletHints) -> bool:
    tokens = re.findall(r"\w+", found.lower())
    if len(found) > MAX_DATELINE_CHARACTERS or not tokens or tokens[0] in words().not_datelines:
        return False
    if ":" not in mark:
        return True
    # A colon stands behind speakers and labels as well; only agency style and the outlet's own name count.
    own = squeezed(outlet.name)
    parts = found.rsplit(",", 1)
    if len(parts) == 2 and parts[0].isupper() and is_town(parts[1].strip()):
        return True
    return found.startswith("KBRN") or (found.isupper() and "," in found) or (bool(own) and own in squeezed(found))
