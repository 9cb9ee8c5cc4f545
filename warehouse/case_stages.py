"""Which stage of a case an event is, by its type and the words of its evidence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("case_stages.toml")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name, the event types it takes, and words the evidence must and must not have."""

    name: str
    types: tuple[str, ...]
    words: str | None = None
    unless: str | None = None


@cache
def stages() -> tuple[Stage, ...]:
    """The stages in their usual order."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["stage"]
    return tuple(Stage(row["name"], tuple(row["types"]), row.get("words"), row.get("unless")) for row in rows)


def case_types() -> tuple[str, ...]:
    """The event types that can be part of a case."""
    return tuple(sorted({kind for stage in stages() for kind in stage.types}))


def stage_sql(event_type: str, status: str, evidence: str) -> str:
    """SQL that gives the place of an event's stage in :func:`stages`, from 1; 0 for what is no part of a case.

    Args:
        event_type: SQL of the event's type.
        status: SQL of its status.
        evidence: SQL of its evidence, in lower case.
    """
    conditions = []
    for number, stage in enumerate(stages(), 1):
        kinds = ", ".join(_quoted(kind) for kind in stage.types)
        condition = f"{event_type} IN ({kinds})"
        if stage.words:
            condition += f" AND {status} IN ('held', 'ongoing') AND regexp_matches({evidence}, {_quoted(stage.words)})"
        if stage.unless:
            condition += f" AND NOT regexp_matches({evidence}, {_quoted(stage.unless)})"
        conditions.append(f"CASE WHEN coalesce({condition}, false) THEN {number} ELSE 0 END")
    return f"greatest({', '.join(conditions)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
