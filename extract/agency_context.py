"""The agencies an article has named, by kind and position: what a bare form among them refers to."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from extract.agency_naming import LOCAL_FALLBACKS, LOCAL_GOVERNMENT, ResolvedAgency

# How many mentions of one kind are looked at on either side; it keeps long texts linear.
LOOK_AROUND = 40


def _start(found: ResolvedAgency) -> int:
    return found.candidate.start


def is_local(found: ResolvedAgency) -> bool:
    """Whether an agency is a local government or one of its offices, and says of which place."""
    is_office = found.pattern.pattern_id in LOCAL_GOVERNMENT or found.pattern.fallback in LOCAL_FALLBACKS
    return is_office and not found.pattern.is_single and is_placed(found)


def is_placed(found: ResolvedAgency) -> bool:
    """Whether an agency belongs to a province, regency or city."""
    return found.place is not None and found.place.level in ("province", "regency")


class NamedAgencies:
    """The agencies resolved so far, to be searched around a position in the text."""

    def __init__(self, sentence_at: Callable[[int], int]) -> None:
        self._sentence_at = sentence_at
        self._by_pattern: dict[str, list[ResolvedAgency]] = {}
        self._local: list[ResolvedAgency] = []
        self._by_sentence: dict[int, list[ResolvedAgency]] = {}

    def add(self, found: ResolvedAgency) -> None:
        """Enter a resolved agency."""
        insort(self._by_pattern.setdefault(found.pattern.pattern_id, []), found, key=_start)
        if is_local(found):
            insort(self._local, found, key=_start)
        if is_placed(found):
            self._by_sentence.setdefault(self._sentence_at(_start(found)), []).append(found)

    def nearest(
        self, pattern_ids: Iterable[str], start: int, accept: Callable[[ResolvedAgency], bool]
    ) -> ResolvedAgency | None:
        """The acceptable agency of some kinds named last before an offset, else the first one behind it."""
        around = [self._around(self._by_pattern.get(pattern_id, []), start, accept) for pattern_id in pattern_ids]
        before = [found for found, _ in around if found is not None]
        behind = [found for _, found in around if found is not None]
        if before:
            return max(before, key=_start)
        return min(behind, key=_start) if behind else None

    def local_before(self, start: int) -> ResolvedAgency | None:
        """The local government or office named last before an offset."""
        return self._around(self._local, start, is_local)[0]

    def local_behind(self, start: int, province: str | None) -> ResolvedAgency | None:
        """The first local government or office of a province behind an offset."""
        return self._around(self._local, start, lambda found: _province(found) == province)[1]

    def in_sentence(self, start: int) -> ResolvedAgency | None:
        """The last agency with a place in the sentence of an offset."""
        others = self._by_sentence.get(self._sentence_at(start), [])
        return others[-1] if others else None

    def _around(
        self, known: list[ResolvedAgency], start: int, accept: Callable[[ResolvedAgency], bool]
    ) -> tuple[ResolvedAgency | None, ResolvedAgency | None]:
        middle = bisect_left(known, start, key=_start)
        before = known[max(0, middle - LOOK_AROUND) : middle]
        behind = known[middle : middle + LOOK_AROUND]
        return next(filter(accept, reversed(before)), None), next(filter(accept, behind), None)


def _province(found: ResolvedAgency) -> str | None:
    return found.place.province_code if found.place else None
