"""The outlets Jejak reads: a table people edit, checked when it is loaded.

Three files stand behind it: ``outlets.toml`` (one entry an outlet), ``families.toml`` (what all sites of one
content-management family share) and ``provinces.toml``. An entry says only where its outlet differs from its family.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .health_limits import HealthLimits, LimitError, default_limits, limits_of
from .hosts import ascii_host, main_host
from .toml_lines import outlet_lines, top_key_line

HERE = Path(__file__).parent
OUTLETS_FILE = HERE / "outlets.toml"
STATUSES = ("verified", "unverified")
APIS = ("none", "wordpress", "blogger")
PARTS = ("none", "path", "query", "offset")


class RegistryError(ValueError):
    """An entry of a registry, or a choice from it, that cannot be used; the message says which and what is allowed."""


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


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet.

    Attributes:
        outlet_id: key in the registry.
        name: as the outlet calls itself.
        domain: host, with a path where the outlet is a section of a larger site: ``www.detik.com/bali``.
        base_url: where it is fetched, without a slash at the end.
        province_code: Kemendagri code, or None for a national outlet.
        province_name: name of the province, or ``Nasional``.
        timezone: IANA zone of the newsroom.
        family: content-management family.
        priority: 1 is read first and its priority sections whole; larger numbers are less urgent.
        status: ``verified`` once a live machine has checked the entry.
        aliases: other hosts that carry the same articles.
        feeds: RSS or Atom addresses.
        sections: sections that have feeds of their own.
        section_feeds: their addresses, read at outlets of priority 1; they need not exist.
        sitemaps: sitemap or sitemap index addresses, tried in order; with ``{date:…}`` all of the days that are wanted.
        index_pages: list pages with ``{page}``, ``{offset}`` or ``{date:%Y-%m-%d}``.
        index_step: how far ``{offset}`` goes from page to page.
        api: ``wordpress``, ``blogger`` or ``none``.
        whole: what to add to an address to get all parts on one page.
        parts: how further parts are addressed, ``path`` (/2/), ``query`` (?page=2), ``offset`` (/15, /30) or ``none``.
        part_step: how far an ``offset`` goes from part to part.
        id_pattern: regular expression whose first group is the number the outlet's system gives an article.
        article_pattern: regular expression an article's address matches.
        owner: owner or network.
        traps: what is known to go wrong on its pages, for people.
        evidence: where the entry's facts come from, and what is only assumed.
        note: anything else.
        verified_on: ISO day of the check that verified the entry, or an empty string.
        health: when it counts as ailing.
        daily_budget: requests its host may be asked a day (WIB).
    """

    outlet_id: str
    name: str
    domain: str
    base_url: str
    province_code: str | None
    province_name: str
    timezone: str
    family: str
    priority: int
    status: str
    article_pattern: str
    aliases: tuple[str, ...] = ()
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
    owner: str = ""
    traps: str = ""
    evidence: str = ""
    note: str = ""
    verified_on: str = ""
    health: HealthLimits = field(default_factory=default_limits)
    daily_budget: int = 5000

    @property
    def host(self) -> str:
        """The host name its canonical addresses carry, without a port."""
        return self.domain.split("/")[0]


_OUTLET_KEYS = frozenset(item.name for item in fields(Outlet))
_REQUIRED = ("outlet_id", "name", "domain", "family")


@dataclass(slots=True)
class Registry:
    """All outlets of one registry file, by id, in the file's order."""

    outlets: dict[str, Outlet]
    path: Path
    clock: datetime | None = None
    _hosts: dict[str, list[Outlet]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for outlet in self.outlets.values():
            for host in (outlet.host, *outlet.aliases):
                self._hosts.setdefault(main_host(host, keep_www=False), []).append(outlet)

    def select(self, outlet_ids: Sequence[str] = (), provinces: Sequence[str] = ()) -> list[Outlet]:
        """The outlets a person asked for, most urgent first.

        Args:
            outlet_ids: ids; together with ``provinces`` the union is taken. Neither given: all outlets.
            provinces: Kemendagri codes, ISO codes, names or short forms (``53``, ``ID-NT``, ``NTT``).

        Raises:
            RegistryError: for an unknown id or province; names the nearest that exist.
        """
        for outlet_id in outlet_ids:
            if outlet_id not in self.outlets:
                raise RegistryError(
                    f"no outlet '{outlet_id}' in {self.path}; {_near(outlet_id, self.outlets)}"
                    " (`jejak outlets list` shows all)"
                )
        codes = {province_of(word).code for word in provinces}
        chosen = [
            outlet
            for outlet in self.outlets.values()
            if (not outlet_ids and not codes) or outlet.outlet_id in outlet_ids or outlet.province_code in codes
        ]
        if not chosen:
            raise RegistryError(f"{self.path} has no outlet in {', '.join(provinces)}; ask for another province")
        return sorted(chosen, key=lambda outlet: outlet.priority)

    def outlet_of(self, url: str) -> Outlet | None:
        """The outlet an address belongs to, by host and section, or None."""
        try:
            parsed = urlsplit(url)
            host = main_host(parsed.hostname or "", keep_www=False)
        except ValueError:
            return None
        for outlet in self._hosts.get(host, []):
            section = outlet.domain[len(outlet.host) :]
            if parsed.path.startswith(section + "/") or parsed.path == section or not section:
                return outlet
        return None


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
    raise RegistryError(f"no province '{word}'; {_near(word, names)} (Kemendagri code, ISO code or name)")


@lru_cache
def families() -> dict[str, Family]:
    """The content-management families by name."""
    path = HERE / "families.toml"
    rows: dict[str, dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["family"]
    known = {item.name for item in fields(Family)} - {"name"}
    found = {}
    for name, row in rows.items():
        if unknown := row.keys() - known:
            key = min(unknown)
            raise RegistryError(f"{path}: family '{name}', key '{key}': unknown key; {_near(key, known)}")
        listed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        try:
            found[name] = Family(name=name, **listed)
        except TypeError as error:
            raise RegistryError(f"{path}: family '{name}': article_pattern is missing") from error
    return found


@lru_cache
def default_daily_budget() -> int:
    """Requests a host may be asked a day where neither its outlet nor its family says otherwise."""
    found = tomllib.loads((HERE / "families.toml").read_text("utf-8")).get("daily_budget")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise RegistryError(f"{HERE / 'families.toml'}: daily_budget is {found!r}; give a whole number from 1")
    return found


@lru_cache
def priority_sections() -> frozenset[str]:
    """Sections that outlets of priority 1 are read whole in."""
    return frozenset(tomllib.loads((HERE / "families.toml").read_text("utf-8"))["priority_sections"])


@lru_cache
def plain_folders() -> frozenset[str]:
    """Folders of addresses that name no section."""
    return frozenset(tomllib.loads((HERE / "families.toml").read_text("utf-8"))["plain_folders"])


def load_registry(path: Path | None = None) -> Registry:
    """Read and check a registry.

    Args:
        path: a TOML file of ``[[outlets]]`` tables; the project's own 265 outlets by default. The file may carry
            ``clock``, the time its sites believe it is (a demonstration newsroom does).

    Raises:
        RegistryError: if the file cannot be read, or for the first entry that is wrong: names file, line, outlet,
            key and what is allowed.
    """
    path = path or OUTLETS_FILE
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"cannot read the registry {path}: {error}; name an existing UTF-8 TOML file") from error
    return parse_registry(text, path)


def parse_registry(text: str, path: Path) -> Registry:
    """Check the text of a registry.

    Args:
        text: TOML.
        path: the file it is, or will be, the content of; error messages name it.

    Raises:
        RegistryError: as ``load_registry`` does.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{path} is not TOML: {error}") from error
    entries = content.get("outlets")
    if not isinstance(entries, list) or not entries:
        raise RegistryError(f"{path} has no [[outlets]] tables; add one for each outlet")
    outlets: dict[str, Outlet] = {}
    first: dict[tuple[str, str], _Entry] = {}
    for number, entry in enumerate(entries):
        one = _Entry(path, text, number, entry)
        outlet = one.outlet()
        for key, advice in (("outlet_id", "rename one"), ("domain", "remove one")):
            value = getattr(outlet, key)
            other = first.setdefault((key, value), one)
            if other is not one:
                where = f" in line {line}" if (line := other.line_of(key)) else ""
                raise one.fail(key, f"two entries have {key} '{value}', the other is '{other.label}'{where}; {advice}")
        outlets[outlet.outlet_id] = outlet
    clock = content.get("clock")
    if clock is not None and not (isinstance(clock, datetime) and clock.tzinfo):
        line = top_key_line(text, "clock")
        where = f"{path}:{line}" if line else str(path)
        raise RegistryError(f"{where}: clock must be a time with an offset, for example 2026-10-15T09:00:00+07:00")
    return Registry(outlets, path, clock)


def as_generic(outlet: Outlet) -> Outlet:
    """The outlet with the lists that any site may have (family ``generic``) and that it does not name itself."""
    generic = families()["generic"]

    def others(templates: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
        addresses = [template.replace("{base}", outlet.base_url) for template in templates]
        return tuple(address for address in addresses if address not in named)

    return replace(
        outlet,
        feeds=others(generic.feeds, outlet.feeds),
        section_feeds=(),
        sitemaps=others(generic.sitemaps, outlet.sitemaps),
        index_pages=others(generic.index_pages, outlet.index_pages),
        api="none" if outlet.api == generic.api else generic.api,
    )


def render_index_page(template: str, *, day: date, page: int, step: int = 1) -> str:
    """The address of one list page.

    Args:
        template: with ``{page}``, ``{offset}`` or ``{date:…}``.
        day: the day asked for.
        page: number of the page, from 1.
        step: how far ``{offset}`` goes from page to page.
    """
    return template.format(date=day, page=page, offset=(page - 1) * step)


class _Entry:
    """One entry while it is being checked, with what an error message needs."""

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
        line = self.line_of(key)
        where = f"{self.path}:{line}" if line else str(self.path)
        return RegistryError(f"{where}: outlet '{self.label}', key '{key}': {problem}")

    def outlet(self) -> Outlet:
        for key in self.entry:
            if key not in _OUTLET_KEYS:
                raise self.fail(key, f"unknown key; {_near(key, _OUTLET_KEYS)}")
        for key in _REQUIRED:
            if not self.word(key):
                raise self.fail(key, "missing; every outlet needs " + ", ".join(_REQUIRED))
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", self.label):
            raise self.fail("outlet_id", "use small letters, digits, - and _")
        family = families().get(self.word("family"))
        if family is None:
            raise self.fail("family", f"'{self.word('family')}' is none of {', '.join(families())}")
        host, slash, section = self.word("domain").rstrip("/").partition("/")
        domain = ascii_host(host) + slash + section
        if not re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/[^\s?#]+)?", domain):
            raise self.fail(
                "domain",
                f"'{self.word('domain')}' is no host name; write kabar.id, or www.detik.com/bali for a section",
            )
        base_url = self.word("base_url", f"https://{domain}").rstrip("/")
        if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
            raise self.fail("base_url", f"'{base_url}' is no http(s) address")
        province = self.province()
        return Outlet(
            outlet_id=self.label,
            name=self.word("name"),
            domain=domain,
            base_url=base_url,
            province_code=province.code if province else None,
            province_name=province.name if province else self.word("province_name", "Nasional"),
            timezone=self.timezone(province.timezone if province else "Asia/Jakarta"),
            family=family.name,
            priority=self.whole_number("priority", 2),
            status=self.choice("status", STATUSES, "unverified"),
            article_pattern=self.pattern(family, domain),
            aliases=tuple(map(ascii_host, self.words("aliases", ()))),
            feeds=self.addresses("feeds", family.feeds, base_url),
            sections=self.words("sections", family.sections),
            section_feeds=self.section_feeds(family, base_url),
            sitemaps=self.addresses("sitemaps", family.sitemaps, base_url),
            index_pages=self.addresses("index_pages", family.index_pages, base_url),
            index_step=self.whole_number("index_step", family.index_step),
            api=self.choice("api", APIS, family.api),
            whole=self.word("whole", family.whole),
            parts=self.choice("parts", PARTS, family.parts),
            part_step=self.whole_number("part_step", family.part_step),
            id_pattern=self.expression("id_pattern", self.word("id_pattern", family.id_pattern)),
            owner=self.word("owner"),
            traps=self.word("traps", family.traps),
            evidence="; ".join(filter(None, [self.word("evidence"), f"family: {family.evidence}"])),
            note=self.word("note"),
            verified_on=self.verified_on(),
            health=self.limits(),
            daily_budget=self.whole_number("daily_budget", family.daily_budget or default_daily_budget()),
        )

    def word(self, key: str, default: str = "") -> str:
        value = self.entry.get(key, default)
        if not isinstance(value, str):
            raise self.fail(key, f"{value!r} is not text; write it between quotation marks")
        return value

    def words(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.entry.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, f'{value!r} is not a list of texts; write ["…", "…"]')
        return tuple(value)

    def whole_number(self, key: str, default: int) -> int:
        value = self.entry.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fail(key, f"{value!r} is not a whole number from 1")
        return value

    def verified_on(self) -> str:
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

    def limits(self) -> HealthLimits:
        try:
            return limits_of(self.entry.get("health"))
        except LimitError as error:
            raise self.fail(error.key, str(error)) from error

    def choice(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self.word(key, default)
        if value not in allowed:
            raise self.fail(key, f"'{value}' is none of {', '.join(allowed)}")
        return value

    def province(self) -> Province | None:
        code = self.word("province_code")
        if not code:
            return None
        for province in provinces():
            if province.code == code:
                return province
        raise self.fail("province_code", f"'{code}' is no Kemendagri code of a province (two digits, for example 53)")

    def timezone(self, default: str) -> str:
        name = self.word("timezone", default)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.fail(
                "timezone", f"'{name}' is no IANA zone (Asia/Jakarta, Asia/Makassar, Asia/Jayapura)"
            ) from error
        return name

    def section_feeds(self, family: Family, base_url: str) -> tuple[str, ...]:
        templates = self.words("section_feeds", family.section_feeds)
        sections = self.words("sections", family.sections)
        written = tuple(template.replace("{section}", section) for template in templates for section in sections)
        return self.complete("section_feeds", written, base_url)

    def addresses(self, key: str, default: tuple[str, ...], base_url: str) -> tuple[str, ...]:
        return self.complete(key, self.words(key, default), base_url)

    def complete(self, key: str, templates: tuple[str, ...], base_url: str) -> tuple[str, ...]:
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

    def pattern(self, family: Family, domain: str) -> str:
        host, slash, path = domain.partition("/")
        template = self.word("article_pattern", family.article_pattern)
        pattern = template.replace("{host}", re.escape(host)).replace("{path}", re.escape(slash + path))
        return self.expression("article_pattern", pattern)

    def expression(self, key: str, pattern: str) -> str:
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


def _near(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or the first few."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=5, cutoff=0.5)
    return "did you mean " + ", ".join(near) + "?" if near else "known are " + ", ".join(words[:12]) + ", …"
