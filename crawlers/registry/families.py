"""What outlets share: their content-management family (``families.toml``) and their province (``provinces.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from .error import RegistryError, nearest

HERE = Path(__file__).parent.parent
FAMILIES_FILE = HERE / "families.toml"


@dataclass(frozen=True, slots=True)
class Province:
    """A province: Kemendagri code, ISO 3166-2 code, name, IANA zone, short forms."""

    code: str
    iso: str
    name: str
    timezone: str
    short: tuple[str, ...] = ()

    def answers_to(self, word: str) -> bool:
        """Whether a person who writes ``word`` means this province."""
        return word.casefold() in {name.casefold() for name in (self.code, self.iso, self.name, *self.short)}


@dataclass(frozen=True, slots=True)
class Family:
    """What all sites of one content-management family share; the keys are explained in ``families.toml``."""

    name: str
    article_pattern: str
    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    section_feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    index_pages: tuple[str, ...] = ()
    index_step: int = 1
    api: str = "none"
    whole: str = ""
    parts: str = "none"
    part_step: int = 1
    id_pattern: str = ""
    traps: str = ""
    evidence: str = ""
    daily_budget: int = 0


@lru_cache
def _families_table() -> dict[str, Any]:
    """The content of ``families.toml``, read once."""
    return tomllib.loads(FAMILIES_FILE.read_text("utf-8"))


@lru_cache
def provinces() -> tuple[Province, ...]:
    """The 38 provinces."""
    rows = tomllib.loads((HERE / "provinces.toml").read_text("utf-8"))["provinces"]
    return tuple(Province(**{**row, "short": tuple(row["short"])}) for row in rows)


def province_of(word: str) -> Province:
    """The province a person means by a code, an ISO code, a name or a short form.

    Raises:
        RegistryError: if there is none; names the nearest.
    """
    for province in provinces():
        if province.answers_to(word):
            return province
    names = [name for province in provinces() for name in (province.name, *province.short, province.code, province.iso)]
    raise RegistryError(f"no province '{word}'; {nearest(word, names)} (Kemendagri code, ISO code or name)")


@lru_cache
def families() -> dict[str, Family]:
    """The content-management families by name."""
    rows: dict[str, dict[str, Any]] = _families_table()["family"]
    known = {item.name for item in fields(Family)} - {"name"}
    found = {}
    for name, row in rows.items():
        if unknown := row.keys() - known:
            key = min(unknown)
            raise RegistryError(f"{FAMILIES_FILE}: family '{name}', key '{key}': unknown key; {nearest(key, known)}")
        listed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        try:
            found[name] = Family(name=name, **listed)
        except TypeError as error:
            raise RegistryError(f"{FAMILIES_FILE}: family '{name}': article_pattern is missing") from error
    return found


@lru_cache
def default_daily_budget() -> int:
    """Requests a host may be asked a day where neither its outlet nor its family says otherwise."""
    found = _families_table().get("daily_budget")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise RegistryError(f"{FAMILIES_FILE}: daily_budget is {found!r}; give a whole number from 1")
    return found


@lru_cache
def priority_sections() -> frozenset[str]:
    """Sections that outlets of priority 1 are read whole in."""
    return frozenset(_families_table()["priority_sections"])


@lru_cache
def plain_folders() -> frozenset[str]:
    """Folders of addresses that name no section."""
    return frozenset(_families_table()["plain_folders"])
