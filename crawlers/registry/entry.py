"""One entry of a registry while it is being checked: it becomes an outlet, or an error that names its line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..hosts import ascii_host
from .error import RegistryError, nearest
from .families import Family, Province, default_daily_budget, families, provinces
from .health_limits import HealthLimits, LimitError, limits_of
from .outlet import Outlet, render_index_page
from .toml_lines import outlet_lines

STATUSES = ("verified", "unverified")
APIS = ("none", "wordpress", "blogger")
PARTS = ("none", "path", "query", "offset")
OUTLET_KEYS = frozenset(item.name for item in fields(Outlet))
REQUIRED = ("outlet_id", "name", "domain", "family")


class Entry:
    """One entry while it is being checked, with what an error message needs.

    Args:
        path: the registry's file, which messages name.
        text: the whole file.
        number: which of its entries, from 0.
        entry: the entry as TOML reads it.

    Raises:
        RegistryError: if it is no table.
    """

    def __init__(self, path: Path, text: str, number: int, entry: Any) -> None:
        if not isinstance(entry, dict):
            raise RegistryError(f"{path}: entry {number + 1} of outlets is not a table; write [[outlets]]")
        self.path, self.text, self.number, self.entry = path, text, number, entry
        self.label = str(entry.get("outlet_id", f"entry {number + 1}"))

    def line_of(self, key: str) -> int | None:
        """The line of a key, or of the entry where it lacks the key; None where entries are no tables of their own."""
        tables = outlet_lines(self.text)
        if self.number >= len(tables):
            return None
        table = tables[self.number]
        return table.keys.get(key.split(".")[0], table.header).line

    def fail(self, key: str, problem: str) -> RegistryError:
        """An error that names file, line, outlet and key."""
        line = self.line_of(key)
        where = f"{self.path}:{line}" if line else str(self.path)
        return RegistryError(f"{where}: outlet '{self.label}', key '{key}': {problem}")

    def outlet(self) -> Outlet:
        """The outlet, with what its family and its province say where the entry is silent.

        Raises:
            RegistryError: for the first key that is wrong.
        """
        for key in self.entry:
            if key not in OUTLET_KEYS:
                raise self.fail(key, f"unknown key; {nearest(key, OUTLET_KEYS)}")
        for key in REQUIRED:
            if not self._word(key):
                raise self.fail(key, "missing; every outlet needs " + ", ".join(REQUIRED))
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", self.label):
            raise self.fail("outlet_id", "use small letters, digits, - and _")
        family = families().get(self._word("family"))
        if family is None:
            raise self.fail("family", f"'{self._word('family')}' is none of {', '.join(families())}")
        host, slash, section = self._word("domain").rstrip("/").partition("/")
        domain = ascii_host(host) + slash + section
        if not re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/[^\s?#]+)?", domain):
            raise self.fail(
                "domain",
                f"'{self._word('domain')}' is no host name; write kabar.id, or www.detik.com/bali for a section",
            )
        base_url = self._word("base_url", f"https://{domain}").rstrip("/")
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
            raise self.fail("base_url", f"'{base_url}' is no http(s) address")
        province = self._province()
        return Outlet(
            outlet_id=self.label,
            name=self._word("name"),
            domain=domain,
            base_url=base_url,
            province_code=province.code if province else None,
            province_name=province.name if province else self._word("province_name", "Nasional"),
            timezone=self._timezone(province.timezone if province else "Asia/Jakarta"),
            family=family.name,
            priority=self._whole_number("priority", 2),
            status=self._choice("status", STATUSES, "unverified"),
            article_pattern=self._pattern(family, domain),
            aliases=tuple(map(ascii_host, self._words("aliases", ()))),
            feeds=self._addresses("feeds", family.feeds, base_url),
            sections=self._words("sections", family.sections),
            section_feeds=self._section_feeds(family, base_url),
            sitemaps=self._addresses("sitemaps", family.sitemaps, base_url),
            index_pages=self._addresses("index_pages", family.index_pages, base_url),
            index_step=self._whole_number("index_step", family.index_step),
            api=self._choice("api", APIS, family.api),
            whole=self._word("whole", family.whole),
            parts=self._choice("parts", PARTS, family.parts),
            part_step=self._whole_number("part_step", family.part_step),
            id_pattern=self._expression("id_pattern", self._word("id_pattern", family.id_pattern)),
            owner=self._word("owner"),
            traps=self._word("traps", family.traps),
            evidence="; ".join(filter(None, [self._word("evidence"), f"family: {family.evidence}"])),
            note=self._word("note"),
            verified_on=self._verified_on(),
            health=self._limits(),
            daily_budget=self._whole_number("daily_budget", family.daily_budget or default_daily_budget()),
        )

    def _word(self, key: str, default: str = "") -> str:
        value = self.entry.get(key, default)
        if not isinstance(value, str):
            raise self.fail(key, f"{value!r} is not text; write it between quotation marks")
        return value

    def _words(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.entry.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f'{value!r} is not a list of texts; write ["…", "…"]')
        return tuple(value)

    def _whole_number(self, key: str, default: int) -> int:
        value = self.entry.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fail(key, f"{value!r} is not a whole number from 1")
        return value

    def _verified_on(self) -> str:
        value = self.entry.get("verified_on")
        if value is None:
            return ""
        if self.entry.get("status") != "verified":
            raise self.fail(
                "verified_on", 'only a verified outlet has this day; write status = "verified" or remove it'
            )
        try:
            return date.fromisoformat(value if isinstance(value, str) else _iso_day(value)).isoformat()
        except ValueError as error:
            raise self.fail("verified_on", f"{value!r} is no day; write one like 2026-10-15") from error

    def _limits(self) -> HealthLimits:
        try:
            return limits_of(self.entry.get("health"))
        except LimitError as error:
            raise self.fail(error.key, str(error)) from error

    def _choice(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self._word(key, default)
        if value not in allowed:
            raise self.fail(key, f"'{value}' is none of {', '.join(allowed)}")
        return value

    def _province(self) -> Province | None:
        code = self._word("province_code")
        if not code:
            return None
        for province in provinces():
            if province.code == code:
                return province
        raise self.fail("province_code", f"'{code}' is no Kemendagri code of a province (two digits, for example 53)")

    def _timezone(self, default: str) -> str:
        name = self._word("timezone", default)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.fail(
                "timezone", f"'{name}' is no IANA zone (Asia/Jakarta, Asia/Makassar, Asia/Jayapura)"
            ) from error
        return name

    def _section_feeds(self, family: Family, base_url: str) -> tuple[str, ...]:
        templates = self._words("section_feeds", family.section_feeds)
        sections = self._words("sections", family.sections)
        written = tuple(template.replace("{section}", section) for template in templates for section in sections)
        return self._complete("section_feeds", written, base_url)

    def _addresses(self, key: str, default: tuple[str, ...], base_url: str) -> tuple[str, ...]:
        return self._complete(key, self._words(key, default), base_url)

    def _complete(self, key: str, templates: tuple[str, ...], base_url: str) -> tuple[str, ...]:
        found = []
        for template in templates:
            root = "/".join(base_url.split("/", 3)[:3])
            address = template.replace("{base}", base_url).replace("{root}", root)
            if address.startswith("/"):
                address = base_url + address
            if urlsplit(address).scheme not in ("http", "https"):
                raise self.fail(key, f"'{address}' is no http(s) address")
            if key in ("index_pages", "sitemaps"):
                try:
                    render_index_page(address, day=date(2026, 1, 1), page=1)
                except (KeyError, IndexError, ValueError, AttributeError) as error:
                    raise self.fail(
                        key, f"'{address}' may only hold {{page}}, {{offset}} and {{date:%Y-%m-%d}}: {error!r}"
                    ) from error
            found.append(address)
        return tuple(found)

    def _pattern(self, family: Family, domain: str) -> str:
        host, slash, path = domain.partition("/")
        template = self._word("article_pattern", family.article_pattern)
        pattern = template.replace("{host}", re.escape(host)).replace("{path}", re.escape(slash + path))
        return self._expression("article_pattern", pattern)

    def _expression(self, key: str, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise self.fail(key, f"'{pattern}' is no regular expression: {error}") from error
        if key == "id_pattern" and pattern and groups != 1:
            raise self.fail(key, f"'{pattern}' needs exactly one group, around the number")
        return pattern


def _iso_day(value: Any) -> str:
    """A TOML day as text; a time of day, a number and the like are none."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else ""
