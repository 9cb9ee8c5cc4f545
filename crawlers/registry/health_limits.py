"""When an outlet counts as ailing: limits that ``families.toml`` sets for all and an outlet's entry for itself."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

FAMILIES_FILE = Path(__file__).parent.parent / "families.toml"


class LimitError(ValueError):
    """A limit that cannot be used; ``key`` names it, the message says what is allowed."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(problem)
        self.key = key


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """The limits of one outlet; ``[health]`` in ``families.toml`` explains them and holds their values.

    Attributes:
        silent_days: days without a new article in the lists after which an outlet is silent.
        silent_gaps: an outlet that always writes seldom is silent after so many of its usual gaps.
        failed_share: share of the pages asked for that may fail, 0 to 1.
        failed_pages: so many pages must have failed before the share counts.
        sample: articles that are needed on each side before an outlet is compared with itself.
        history_articles: with how many earlier articles it is compared at most.
        history_days: how old those may be, in days.
        drop: by how much a share must have fallen, 0 to 1.
        chance: how probable such a fall may be by chance (Fisher's exact test, one-sided), 0 to 1.
        short_body: a body shorter than this share of the usual length is none, 0 to 1.
        misses: crawls in a row in which a list gives nothing before it is asked half as often.
    """

    silent_days: int
    silent_gaps: float
    failed_share: float
    failed_pages: int
    sample: int
    history_articles: int
    history_days: int
    drop: float
    chance: float
    short_body: float
    misses: int


_WHOLE = frozenset({"silent_days", "failed_pages", "sample", "history_articles", "history_days", "misses"})
_SHARES = frozenset({"failed_share", "drop", "chance", "short_body"})
_KEYS = tuple(item.name for item in fields(HealthLimits))


@lru_cache
def default_limits() -> HealthLimits:
    """The limits that hold for every outlet that sets none.

    Raises:
        LimitError: if ``families.toml`` lacks one or holds one that cannot be used.
    """
    table = tomllib.loads(FAMILIES_FILE.read_text("utf-8")).get("health", {})
    if missing := [key for key in _KEYS if key not in table]:
        raise LimitError("health", f"[health] in {FAMILIES_FILE} lacks {', '.join(missing)}")
    return HealthLimits(**_checked(table))


def limits_of(table: Any) -> HealthLimits:
    """The default limits, with those that an outlet's entry replaces.

    Args:
        table: value of the entry's key ``health``; None where it has none.

    Raises:
        LimitError: for an unknown limit, or one out of range.
    """
    if table is None:
        return default_limits()
    if not isinstance(table, dict):
        raise LimitError("health", f"{table!r} is no table; write health = {{ silent_days = 30 }}")
    return replace(default_limits(), **_checked(table))


def _checked(table: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in table.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=3, cutoff=0.5)
            hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(_KEYS)}"
            raise LimitError(f"health.{key}", f"unknown limit; {hint}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if key in _WHOLE and not (is_number and isinstance(value, int) and value >= 1):
            raise LimitError(f"health.{key}", f"{value!r} is not a whole number from 1")
        if key in _SHARES and not (is_number and 0 < value <= 1):
            raise LimitError(f"health.{key}", f"{value!r} is not a share above 0 and up to 1")
        if key == "silent_gaps" and not (is_number and value >= 1):
            raise LimitError(f"health.{key}", f"{value!r} is not a number from 1")
    return dict(table)
