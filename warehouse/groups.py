"""Groups that grow by joining: which things are one, and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


class Groups:
    """Disjoint sets of ids, with the rule that joined each id to another one first."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {item: item for item in ids}
        self.rules: dict[str, str] = {}

    def root(self, item: str) -> str:
        """The representative of the group the item is in."""
        path = []
        while self._parent[item] != item:
            path.append(item)
            item = self._parent[item]
        for passed in path:
            self._parent[passed] = item
        return item

    def join(self, first: str, second: str, rule: str) -> None:
        """Make two items, and all that were joined to either, one group."""
        self.rules.setdefault(first, rule)
        self.rules.setdefault(second, rule)
        a, b = self.root(first), self.root(second)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def join_all(self, items: Sequence[str], rule: str) -> None:
        """Make all the items one group; a single one is left alone."""
        for item in items[1:]:
            self.join(items[0], item, rule)

    def members(self) -> list[list[str]]:
        """The groups, each sorted, in the order of their first members."""
        found: dict[str, list[str]] = {}
        for item in sorted(self._parent):
            found.setdefault(self.root(item), []).append(item)
        return list(found.values())


def most_common(values: Iterable[str]) -> str | None:
    """The value that occurs most often; of several, the first in alphabetical order."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def replaced_ids(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """What has become of the ids that are no longer in use.

    Args:
        before: reported id to entity id as it was.
        after: the same as it is now.

    Returns:
        For each entity id of ``before`` that ``after`` lacks, the id that most of its members have now; None when it
        has no members any more.
    """
    in_use = set(after.values())
    successors: dict[str, list[str]] = {}
    for reported_id, entity_id in before.items():
        if entity_id not in in_use:
            heirs = successors.setdefault(entity_id, [])
            if reported_id in after:
                heirs.append(after[reported_id])
    return {entity_id: most_common(heirs) for entity_id, heirs in successors.items()}
