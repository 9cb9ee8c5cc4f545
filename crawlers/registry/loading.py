"""The outlets Jejak reads: a table people edit, checked when it is loaded.

Three files stand behind it: ``outlets.toml`` (one entry an outlet), ``families.toml`` (what all sites of one
content-management family share) and ``provinces.toml``. An entry says only where its outlet differs from its family.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..hosts import main_host
from .entry import Entry
from .error import RegistryError, nearest
from .families import province_of
from .outlet import Outlet
from .toml_lines import top_key_line

OUTLETS_FILE = Path(__file__).parent.parent / "outlets.toml"


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
                    f"no outlet '{outlet_id}' in {self.path}; {nearest(outlet_id, self.outlets)}"
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
    first: dict[tuple[str, str], Entry] = {}
    for number, entry in enumerate(entries):
        one = Entry(path, text, number, entry)
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
