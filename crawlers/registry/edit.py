"""Changing a registry by program as a careful person would: only what is asked for, every other byte as it was."""

from __future__ import annotations

import copy
import json
import os
import shutil
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from .error import RegistryError
from .loading import parse_registry
from .toml_lines import OutletLines, Statement, outlet_lines

Value = str | int | date | list[str]
Change = Callable[[str], str]

TRIES = 5
"""How often an edit is begun anew because somebody else changed the file meanwhile."""


def mark(text: str, verdicts: Mapping[str, bool], day: date) -> str:
    """The registry with the outcome of a check: ``status`` and, for what passed, ``verified_on``.

    Args:
        text: the registry.
        verdicts: by outlet id, whether it passed.
        day: the day of the check.

    Raises:
        RegistryError: if the text has no such entry.
    """
    for outlet_id, passed in verdicts.items():
        changes: dict[str, Value | None] = {"status": "verified" if passed else "unverified"}
        text = set_keys(text, outlet_id, changes | {"verified_on": day if passed else None})
    return text


def set_keys(text: str, outlet_id: str, changes: Mapping[str, Value | None]) -> str:
    """The registry with some keys of one entry replaced, added (behind its last key) or, with None, removed.

    Raises:
        RegistryError: if the entry does not exist as an ``[[outlets]]`` table, or the edit cannot be made safely.
    """
    content = tomllib.loads(text)
    number = _number_of(content, outlet_id)
    expected = copy.deepcopy(content)
    for key, value in changes.items():
        if value is None:
            expected["outlets"][number].pop(key, None)
        else:
            expected["outlets"][number][key] = value
    after = ""
    for key, value in changes.items():
        tables = outlet_lines(text)
        if len(tables) != len(content["outlets"]):
            raise RegistryError("entries can only be edited where each is an [[outlets]] table of its own")
        old = tomllib.loads(text)["outlets"][number].get(key)
        if old != value or type(old) is not type(value):
            text = _with(text, tables[number], key, value, after)
        after = key
    _check(text, expected, outlet_id)
    return text


def add_entry(text: str, entry: Mapping[str, Value]) -> str:
    """The registry with one more entry, behind the last of its group.

    The group is the first of these that has entries: same family and province, same family, same province, all.
    """
    content = tomllib.loads(text) if text.strip() else {}
    outlets: list[dict[str, Any]] = content.get("outlets", [])
    expected = copy.deepcopy(content)
    tables = outlet_lines(text)
    if len(tables) != len(outlets):
        raise RegistryError("an entry can only be added where each entry is an [[outlets]] table of its own")
    place = _end_of_group(outlets, entry)
    position = tables[place].end if place is not None else len(text)
    expected.setdefault("outlets", []).insert(len(outlets) if place is None else place + 1, dict(entry))
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text[:position]
    gap = "" if not before else newline if before.endswith("\n") else newline * 2
    written = before + gap + entry_text(entry).replace("\n", newline) + text[position:]
    _check(written, expected, str(entry["outlet_id"]))
    return written


def entry_text(entry: Mapping[str, Value]) -> str:
    """An entry as an ``[[outlets]]`` table."""
    return "".join(["[[outlets]]\n", *(f"{key} = {toml_value(value)}\n" for key, value in entry.items())])


def toml_value(value: Value) -> str:
    """A value in TOML; texts with backslashes, such as patterns, as literal strings where they can be."""
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if "\\" in value and "'''" not in value and not value.endswith("'") and value.isprintable():
            return f"'''{value}'''"
        # JSON leaves the delete character as it is, which TOML does not allow.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def rewrite(path: Path, change: Change) -> bool:
    """Apply a change to a registry file; a reader sees the old file or the new one, never half of it.

    The new text is checked as a whole registry first.

    Returns:
        Whether anything changed.

    Raises:
        RegistryError: if the file cannot be read or written, or would be no valid registry; it is then as before.
    """
    path = path.resolve()
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        for _ in range(TRIES):
            before = path.read_bytes()
            after = change(before.decode("utf-8")).encode("utf-8")
            if after == before:
                return False
            parse_registry(after.decode("utf-8"), path)
            with draft.open("wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(path, draft)
            if path.read_bytes() == before:
                draft.replace(path)
                return True
        raise RegistryError(f"{path} is being changed by somebody else; try again later")
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"cannot change the registry {path}: {error}; nothing was written") from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"{path} is not TOML: {error}; nothing was written") from error
    finally:
        draft.unlink(missing_ok=True)


def _number_of(content: Mapping[str, Any], outlet_id: str) -> int:
    for number, entry in enumerate(content.get("outlets", [])):
        if entry.get("outlet_id") == outlet_id:
            return number
    raise RegistryError(f"no entry has outlet_id '{outlet_id}', so none can be changed")


def _with(text: str, table: OutletLines, key: str, value: Value | None, after: str) -> str:
    """The text with one key of one table changed."""
    statement = table.keys.get(key)
    if value is None:
        return _without(text, statement) if statement else text
    if statement:
        behind = text[statement.value_start : statement.value_end]
        start = statement.value_start + len(behind) - len(behind.lstrip())
        return text[:start] + toml_value(value) + text[statement.value_end :]
    place = table.keys.get(after, table.last)
    line = text[place.start : place.end]
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = line[: len(line) - len(line.lstrip())]
    gap = "" if line.endswith("\n") else newline
    return text[: place.end] + f"{gap}{indent}{key} = {toml_value(value)}{newline}" + text[place.end :]


def _without(text: str, statement: Statement) -> str:
    """The text without a statement; its comment stays."""
    rest = text[statement.value_end : statement.end].lstrip(" \t") if statement.has_comment else ""
    return text[: statement.start] + rest + text[statement.end :]


def _end_of_group(outlets: list[dict[str, Any]], entry: Mapping[str, Value]) -> int | None:
    groups = (("family", "province_code"), ("family",), ("province_code",), ())
    for keys in groups:
        numbers = [
            number for number, other in enumerate(outlets) if all(other.get(key) == entry.get(key) for key in keys)
        ]
        if numbers:
            return numbers[-1]
    return None


def _check(text: str, expected: Mapping[str, Any], outlet_id: str) -> None:
    """Refuse an edit that says anything but what was meant."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(f"the entry '{outlet_id}' cannot be edited safely ({error}); edit it by hand") from error
    if found != expected:
        raise RegistryError(f"the entry '{outlet_id}' cannot be edited safely; edit it by hand")
