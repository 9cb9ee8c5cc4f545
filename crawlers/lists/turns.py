"""Taking the lists of one outlet in turn: those whose grade says so are asked, and what came of it is remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..registry import Outlet
from ..reporting import Reporter
from .grades import GAVE, UNCHANGED, ListGrades

T = TypeVar("T")


class ListTurns:
    """The lists of one outlet in one crawl.

    Args:
        outlet: whose.
        grades: remember how each list stands; None: every list is asked, and nothing is remembered of it.
        reporter: is told.

    Attributes:
        passed_over: how many lists were not asked, because it was not their turn.
    """

    def __init__(self, outlet: Outlet, grades: ListGrades | None, reporter: Reporter) -> None:
        self.outlet, self.grades, self.reporter = outlet, grades, reporter
        self.passed_over = 0
        self._outcomes: list[str] = []

    def came(self, outcome: str) -> None:
        """Note what came of one page of the list that is being read."""
        self._outcomes.append(outcome)

    async def take(
        self, name: str, read: Callable[[], Awaitable[T]], *, may_be_empty: bool = False, is_probe: bool = False
    ) -> T | None:
        """Read a list if it is its turn, and remember whether it gave articles.

        Args:
            name: its address or template.
            read: reads it, with all its pages.
            may_be_empty: no article is no fault, for the list tells of some days only.
            is_probe: the family has it, and the outlet need not.

        Returns:
            What reading gave; None if the list was passed over.
        """
        if self.grades is None:
            return await read()
        outlet_id, name = self.outlet.outlet_id, name.removeprefix(self.outlet.base_url)
        if not self.grades.is_due(outlet_id, name):
            self.passed_over += 1
            record = self.grades.pass_over(outlet_id, name)
            self.reporter.graded(outlet_id, name, record, is_asked=False, is_probe=is_probe)
            return None
        self._outcomes = []
        result = await read()
        outcome = self._outcome()
        if outcome:
            misses = self.outlet.health.misses
            record = self.grades.note(outlet_id, name, outcome, misses, may_be_empty=may_be_empty)
            self.reporter.graded(outlet_id, name, record, is_asked=True, is_probe=is_probe)
        return result

    def _outcome(self) -> str:
        """What came of the pages of one list together; empty if none was asked."""
        for found in (GAVE, UNCHANGED):
            if found in self._outcomes:
                return found
        return self._outcomes[0] if self._outcomes else ""
