"""The cleaning rules of ``reference/cleaning.toml``, compiled and chosen by family and date."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from lxml.cssselect import CSSSelector
from lxml.etree import XPath

RULES_FILE = Path(__file__).parent / "reference" / "cleaning.toml"

Effect = Literal["drop", "cut", "trim"]
Where = Literal["anywhere", "head", "tail"]


class RulesError(ValueError):
    """A rule in ``cleaning.toml`` that cannot be used; the message names the table, its number and the fault."""


@dataclass(frozen=True, slots=True)
class ElementRule:
    """Which elements hold a body, or are no part of one.

    Attributes:
        families: families the rule is for; ``*`` stands for all.
        select: finds the elements in a tree.
        valid_from: first day on which pages looked like this, or None where they always did.
        valid_until: last day on which pages looked like this, or None while they still do.
    """

    families: frozenset[str]
    select: XPath
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class LineRule:
    """What to do with a line of text.

    Attributes:
        families: families the rule is for; ``*`` stands for all.
        pattern: searched in the line.
        effect: ``drop`` the line, ``cut`` it and everything behind it, or ``trim`` the matched part off.
        where: in any line, in the first (``head``) or the last (``tail``) lines only.
        valid_from: first day on which pages looked like this, or None where they always did.
        valid_until: last day on which pages looked like this, or None while they still do.
    """

    families: frozenset[str]
    pattern: re.Pattern[str]
    effect: Effect
    where: Where
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """A page that is no article, known by its title."""

    kind: Literal["challenge", "not-found"]
    pattern: re.Pattern[str]
    advice: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules for the pages of one family on one day."""

    bodies: tuple[XPath, ...]
    elements: tuple[XPath, ...]
    lines: tuple[LineRule, ...]
    tags: tuple[XPath, ...]
    sections: tuple[XPath, ...]
    bylines: tuple[XPath, ...]
    times: tuple[XPath, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of ``cleaning.toml``: lower case, matched whole; ``clock_marks`` matches a class name."""

    not_authors: frozenset[str]
    not_sections: frozenset[str]
    not_tags: frozenset[str]
    not_datelines: frozenset[str]
    local_agencies: frozenset[str]
    clock_marks: re.Pattern[str]
    data_body: tuple[str, ...]
    data_title: tuple[str, ...]
    data_author: tuple[str, ...]
    data_published: tuple[str, ...]
    data_modified: tuple[str, ...]
    data_section: tuple[str, ...]
    data_tags: tuple[str, ...]


_ELEMENT_TABLES = ("bodies", "elements", "tags", "sections", "bylines", "times")


@lru_cache(maxsize=256)
def rules_for(family: str, read_on: date | None = None) -> Rules:
    """The rules for pages of a family as they looked on a day; the family's own rules come first.

    Rules that were valid until a later day stand in front of those that replaced them.

    Args:
        family: content-management family; an unknown one gets the rules for all.
        read_on: day on which the page was fetched or published, or None for today's rules.
    """
    tables, line_rules = _compiled()
    chosen = {
        name: tuple(rule.select for rule in sorted(tables[name], key=_rank) if _applies(rule, family, read_on))
        for name in _ELEMENT_TABLES
    }
    lines = tuple(rule for rule in line_rules if _applies(rule, family, read_on))
    return Rules(lines=lines, **chosen)


def _rank(rule: ElementRule) -> tuple[bool, date]:
    return "*" in rule.families, rule.valid_until or date.max


def _applies(rule: ElementRule | LineRule, family: str, read_on: date | None) -> bool:
    if family not in rule.families and "*" not in rule.families:
        return False
    if read_on is None:
        return rule.valid_until is None
    return (rule.valid_from or date.min) <= read_on <= (rule.valid_until or date.max)


@cache
def refusals() -> tuple[RefusalRule, ...]:
    """Titles of pages that hold no article."""
    return tuple(
        RefusalRule(row["kind"], re.compile(row["pattern"], re.IGNORECASE), row["advice"])
        for row in _document()["refusals"]
    )


@cache
def words() -> Words:
    """The word lists."""
    lists = _document()["words"]
    data = _document()["page_data"]
    return Words(
        not_authors=frozenset(lists["not_authors"]),
        not_sections=frozenset(lists["not_sections"]),
        not_tags=frozenset(lists["not_tags"]),
        not_datelines=frozenset(lists["not_datelines"]),
        local_agencies=frozenset(lists["local_agencies"]),
        clock_marks=re.compile(rf"(?<!\S)(?:{'|'.join(lists['clock_marks'])})(?!\S)"),
        data_body=tuple(data["body"]),
        data_title=tuple(data["title"]),
        data_author=tuple(data["author"]),
        data_published=tuple(data["published"]),
        data_modified=tuple(data["modified"]),
        data_section=tuple(data["section"]),
        data_tags=tuple(data["tags"]),
    )


@cache
def _document() -> dict[str, Any]:
    with RULES_FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def _compiled() -> tuple[dict[str, list[ElementRule]], list[LineRule]]:
    document = _document()
    tables = {
        name: [_element_rule(name, number, row) for number, row in enumerate(document.get(name, []), start=1)]
        for name in _ELEMENT_TABLES
    }
    lines = [_line_rule(number, row) for number, row in enumerate(document.get("lines", []), start=1)]
    return tables, lines


def _element_rule(table: str, number: int, row: dict[str, Any]) -> ElementRule:
    try:
        select = CSSSelector(row["css"], translator="html") if "css" in row else XPath(row["xpath"])
        return ElementRule(_families(row), select, _day(row, "valid_from"), _day(row, "valid_until"))
    except (KeyError, SyntaxError, ValueError) as error:
        raise RulesError(f"{RULES_FILE.name}: [[{table}]] number {number} cannot be read: {error!r}") from error


def _line_rule(number: int, row: dict[str, Any]) -> LineRule:
    try:
        effect, where = row.get("effect", "drop"), row.get("where", "anywhere")
        if effect not in ("drop", "cut", "trim") or where not in ("anywhere", "head", "tail"):
            raise ValueError(f"effect {effect!r} or where {where!r} is not known")
        return LineRule(
            _families(row),
            re.compile(row["pattern"], re.IGNORECASE),
            effect,
            where,
            _day(row, "valid_from"),
            _day(row, "valid_until"),
        )
    except (KeyError, re.error, ValueError) as error:
        raise RulesError(f"{RULES_FILE.name}: [[lines]] number {number} cannot be read: {error!r}") from error


def _day(row: dict[str, Any], key: str) -> date | None:
    written = row.get(key)
    if written is not None and type(written) is not date:
        raise ValueError(f"{key} {written!r} must be a day, written like 2024-06-30, without quotes")
    return written


def _families(row: dict[str, Any]) -> frozenset[str]:
    family = row["family"]
    return frozenset([family] if isinstance(family, str) else family)
