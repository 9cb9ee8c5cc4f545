"""Floors under the scores of gold files: what ``tests/gold/floors.toml`` holds, and how it may change.

A floor stands a little below what was measured (``ROOM``), so that a processor that rounds otherwise does not fall
through it. ``exposed`` is a ceiling: how many victims may be called something else.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

FLOORS_FILE = Path(__file__).resolve().parent.parent / "tests" / "gold" / "floors.toml"
#: How far below the measured score a floor is put.
ROOM = 0.005
CEILINGS = frozenset({"exposed"})

Floors = dict[str, dict[str, dict[str, float]]]
"""Gold file -> reader (engine and model) -> measure -> floor."""

HEADER = """\
# Floors of the gold gate: per gold file and reader (engine-model), the least F1 or share of each measure, and how many
# victims may be exposed at most. Scored by benchmarks/gold.py; the test suite holds every score to its floor.
#   python benchmarks/gold.py --check          hold the present scores to these floors
#   python benchmarks/gold.py --write-floors   raise them to what is measured now (never lowers one)
#   python benchmarks/gold.py --lower-floors   also lower those that do not hold; say in the commit why
"""


def read_floors(path: Path = FLOORS_FILE) -> Floors:
    """The floors of a file; none if there is no such file.

    Raises:
        SystemExit: if the file is not TOML, or holds something else than numbers in tables of tables.
    """
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            gold: {
                reader: {measure: float(value) for measure, value in floors.items()}
                for reader, floors in readers.items()
            }
            for gold, readers in found.items()
        }
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError) as error:
        raise SystemExit(f"{path}: floors must be numbers, by file, reader and measure ({error})") from error


def write_floors(floors: Floors, path: Path = FLOORS_FILE) -> None:
    """Write floors in a form that people can read and compare."""
    lines = [HEADER]
    for gold, readers in floors.items():
        for reader, held in readers.items():
            lines.append(f'["{gold}".{reader}]')
            lines += [f'"{measure}" = {_written(measure, value)}' for measure, value in held.items()]
            lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def _written(measure: str, value: float) -> str:
    return str(int(value)) if measure in CEILINGS else f"{value:.3f}"


def falls_below(measure: str, value: float, floor: float) -> bool:
    """Whether a measured value is worse than its floor, or for a ceiling, above it."""
    return value > floor if measure in CEILINGS else value < floor


def below(floors: Mapping[str, float], measured: Mapping[str, float], gold: str, reader: str) -> list[str]:
    """One sentence for each measure that fell below its floor, or that has one and was not measured."""
    sentences = []
    for measure, floor in floors.items():
        if measure not in measured:
            sentences.append(
                f"{gold}, {reader}: {measure} has a floor of {_written(measure, floor)} but is not measured"
            )
        elif falls_below(measure, measured[measure], floor):
            fell = "rose above its ceiling of" if measure in CEILINGS else "fell below its floor of"
            value = f"{measured[measure]:.0f}" if measure in CEILINGS else f"{measured[measure]:.4f}"
            sentences.append(f"{gold}, {reader}: {measure} {fell} {_written(measure, floor)} to {value}")
    return sentences


def renewed(
    floors: Mapping[str, float], measured: Mapping[str, float], *, lower: bool
) -> tuple[dict[str, float], list[str]]:
    """Floors that fit what was measured, and a sentence for each that changed.

    Args:
        floors: the floors so far.
        measured: measure -> value.
        lower: whether a floor that does not hold is lowered; otherwise it stays.
    """
    new, sentences = dict(floors), []
    for measure, value in measured.items():
        fitting = value if measure in CEILINGS else max(0.0, math.floor(round((value - ROOM) * 1000, 6)) / 1000)
        old = floors.get(measure)
        if old is None:
            new[measure] = fitting
            sentences.append(f"{measure} has a first floor of {_written(measure, fitting)}")
        elif falls_below(measure, old, fitting):
            new[measure] = fitting
            sentences.append(f"{measure} raised from {_written(measure, old)} to {_written(measure, fitting)}")
        elif falls_below(measure, value, old) and lower:
            new[measure] = fitting
            sentences.append(f"{measure} LOWERED from {_written(measure, old)} to {_written(measure, fitting)}")
    return new, sentences
