"""How many people an event concerns, as its evidence says: "34 orang calon PMI", "dua tersangka"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.facts import CountedPeople, EventNumber, Span

_FILE = Path(__file__).with_name("reference") / "counted_people.toml"
_CONFIDENCE = 0.8
_SOURCE = "event_numbers:noun"
# Larger counts are populations, not people of one event.
_LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pattern: re.Pattern[str]
    numbers: dict[str, int]
    kinds: dict[str, CountedPeople]
    types: dict[str, tuple[CountedPeople, ...]]


def event_numbers(
    text: str, event_type: str, bounds: Iterable[tuple[int, int]], span: Callable[[int, int, float, str], Span]
) -> list[EventNumber]:
    """The people an event's sentences count, one number for each kind: the one mentioned first.

    Args:
        text: the article.
        event_type: type of the event, which decides what is looked for.
        bounds: start and end offset of the sentences that report it.
        span: makes a span of start, end, confidence and source.

    Returns:
        Numbers in the order in which they stand.
    """
    known = _vocabulary()
    wanted = known.types.get(event_type, ())
    found: dict[CountedPeople, EventNumber] = {}
    if not wanted:
        return []
    for start, end in sorted(bounds):
        for match in known.pattern.finditer(text, start, end):
            kind = known.kinds[match["noun"].casefold()]
            digits = match["number"].casefold()
            value = known.numbers[digits] if digits in known.numbers else int(digits.replace(".", ""))
            if kind in wanted and kind not in found and 0 < value <= _LARGEST:
                found[kind] = EventNumber(
                    kind, value, match[0], [span(match.start(), match.end(), _CONFIDENCE, _SOURCE)]
                )
    return sorted(found.values(), key=lambda number: number.spans[0].start)


@cache
def _vocabulary() -> _Vocabulary:
    with _FILE.open("rb") as file:
        data = tomllib.load(file)
    kinds: dict[str, CountedPeople] = {noun: kind for kind, nouns in data["nouns"].items() for noun in nouns}
    numbers: dict[str, int] = data["number_words"]
    nouns = "|".join(re.escape(noun) for noun in sorted(kinds, key=len, reverse=True))
    words = "|".join(re.escape(word) for word in sorted(numbers, key=len, reverse=True))
    fillers = "|".join(re.escape(word) for word in data["fillers"])
    # A number in brackets or with a decimal comma is none of people; "tahun" and "hari" are no nouns of the list.
    pattern = re.compile(
        rf"(?<![\w.,/(-])(?P<number>\d{{1,2}}\.\d{{3}}|\d{{1,4}}|{words})\s+(?:(?:{fillers})\s+){{0,3}}(?P<noun>{nouns})\b",
        re.IGNORECASE,
    )
    types = {kind: tuple(wanted) for kind, wanted in data["types"].items()}
    return _Vocabulary(pattern, numbers, kinds, types)
