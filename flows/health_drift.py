"""Whether an outlet's pages give less than they used to: its latest articles beside its own earlier ones.

Shares are compared with Fisher's exact test, which holds for samples of any size, and only a large fall counts, so
that an outlet with few articles does not alarm at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

from crawlers.registry.health_limits import HealthLimits
from warehouse.outlet_crawls import Before
from warehouse.readings import Reading


@dataclass(frozen=True, slots=True)
class Sample:
    """A set of readings, summed up.

    Attributes:
        count: how many.
        body: how many have a whole body.
        date: how many have a date in the page.
        author: how many name an author.
        length: their median body in characters; None where there is no reading.
    """

    count: int = 0
    body: int = 0
    date: int = 0
    author: int = 0
    length: float | None = None

    def share(self, part: str) -> float | None:
        """The share of ``body``, ``date`` or ``author``; None where there is no reading."""
        return getattr(self, part) / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The latest articles of an outlet and, for each part of an article, the earlier ones they are compared with."""

    now: Sample
    earlier: dict[str, Sample]

    @property
    def before(self) -> Sample:
        """The earlier articles as a whole, for tables: those that bodies are compared with."""
        return self.earlier["body"]


PARTS = ("body", "date", "author")


def compare(this_crawl: Sequence[Reading], before: Before, limits: HealthLimits) -> Comparison:
    """Put an outlet's latest articles beside its earlier ones.

    The latest are those of the crawl; where these are fewer than ``limits.sample``, whole earlier crawls are added.
    Readings of crawls in which a part had drifted already are no yardstick for that part.

    Args:
        this_crawl: the readings of the crawl, the latest first.
        before: what is known from earlier crawls.
        limits: the outlet's limits.
    """
    now, older = list(this_crawl), list(before.readings)
    while older and len(now) < limits.sample:
        crawl_id = older[0].crawl_id
        now += [reading for reading in older if reading.crawl_id == crawl_id]
        older = [reading for reading in older if reading.crawl_id != crawl_id]
    yardsticks = {
        part: [
            reading for reading in older if f"drift_{part}" not in before.problems.get(reading.crawl_id, frozenset())
        ][: limits.history_articles]
        for part in PARTS
    }
    lengths = [reading.body_length for reading in yardsticks["body"] if reading.body_length]
    usual = median(lengths or [reading.body_length for reading in now if reading.body_length] or [0])
    shortest = max(usual * limits.short_body, 1)
    return Comparison(
        summed_up(now, shortest), {part: summed_up(readings, shortest) for part, readings in yardsticks.items()}
    )


def summed_up(readings: Iterable[Reading], shortest: float) -> Sample:
    """Count readings; a body of fewer characters than ``shortest`` is not whole."""
    found = list(readings)
    tests: dict[str, Callable[[Reading], bool]] = {
        "body": lambda reading: reading.body_length >= shortest,
        "date": lambda reading: reading.has_date,
        "author": lambda reading: reading.has_author,
    }
    counts = {part: sum(map(test, found)) for part, test in tests.items()}
    return Sample(len(found), **counts, length=median(reading.body_length for reading in found) if found else None)


def has_fallen(part: str, comparison: Comparison, limits: HealthLimits) -> bool:
    """Whether the share of ``body``, ``date`` or ``author`` has fallen by much, and hardly by chance."""
    now, before = comparison.now, comparison.earlier[part]
    if min(now.count, before.count) < limits.sample:
        return False
    has, had = getattr(now, part), getattr(before, part)
    if had / before.count - has / now.count < limits.drop:
        return False
    return chance_of_fall(has, now.count, had, before.count) <= limits.chance


def chance_of_fall(has: int, count: int, had: int, count_before: int) -> float:
    """Fisher's exact test, one-sided: how probable so few of the later sample are if nothing has changed.

    Args:
        has: articles of the later sample that have it.
        count: size of the later sample.
        had: articles of the earlier sample that had it.
        count_before: size of the earlier sample.
    """
    all_that_have, everything = has + had, count + count_before
    ways = sum(
        comb(all_that_have, number) * comb(everything - all_that_have, count - number)
        for number in range(max(0, count - (everything - all_that_have)), has + 1)
    )
    return ways / comb(everything, count)
