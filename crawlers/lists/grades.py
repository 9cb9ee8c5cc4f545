"""How often each list of an outlet is asked: what gives nothing again and again is asked less, not switched off.

A list that gives no article for some crawls in a row is asked every second crawl, then every fourth, then only when a
person wants all lists asked. One article brings it back to every crawl. The grade is kept in the frontier's file.
"""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass
from typing import Any, Literal

Grade = Literal["full", "half", "quarter", "off"]
GRADES: tuple[Grade, ...] = ("full", "half", "quarter", "off")
_EVERY = {"full": 1, "half": 2, "quarter": 4}

GAVE = "gave"
UNCHANGED = "unchanged"
NOTHING = "nothing"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS list_grades (
    outlet_id TEXT NOT NULL, list TEXT NOT NULL, grade TEXT NOT NULL DEFAULT 'full', misses INTEGER NOT NULL DEFAULT 0,
    gifts INTEGER NOT NULL DEFAULT 0, waited INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '',
    is_empty INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (outlet_id, list)
) WITHOUT ROWID
"""
_COLUMNS = "grade, misses, gifts, waited, outcome, is_empty"


@dataclass(frozen=True, slots=True)
class ListRecord:
    """What is remembered of one list.

    Attributes:
        grade: ``full``, ``half``, ``quarter`` or ``off``.
        misses: crawls in a row, of those that asked, in which it gave no article, since the grade was last lowered.
        gifts: crawls in which it gave articles.
        waited: crawls that have passed it over since it was last asked.
        outcome: of the last time: ``gave``, ``unchanged``, ``nothing``, or the kind of the failure.
        is_empty: whether it held no article when it could last be read; it is unchanged compared to that.
    """

    grade: Grade = "full"
    misses: int = 0
    gifts: int = 0
    waited: int = 0
    outcome: str = ""
    is_empty: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the next crawl asks it."""
        every = _EVERY.get(self.grade)
        return every is not None and self.waited + 1 >= every

    def after(self, outcome: str, misses_per_grade: int, *, may_be_empty: bool = False) -> ListRecord:
        """The record after the list was asked; see :meth:`ListGrades.note`."""
        if outcome == UNCHANGED and self.is_empty:
            outcome = NOTHING
        if outcome in (GAVE, UNCHANGED):
            return ListRecord("full", 0, self.gifts + 1, 0, outcome)
        is_empty = self.is_empty or outcome == NOTHING
        if outcome == NOTHING and may_be_empty:
            return ListRecord(self.grade, self.misses, self.gifts, 0, outcome, is_empty)
        if self.misses + 1 < misses_per_grade or self.grade == "off":
            return ListRecord(self.grade, self.misses + 1, self.gifts, 0, outcome, is_empty)
        return ListRecord(GRADES[GRADES.index(self.grade) + 1], 0, self.gifts, 0, outcome, is_empty)

    def to_json(self) -> dict[str, Any]:
        """What a crawl's record keeps of it."""
        return {"grade": self.grade, "misses": self.misses, "gifts": self.gifts, "outcome": self.outcome}


class ListGrades:
    """The grades of all lists.

    Args:
        db: the frontier's database; the table is made if missing.
        ask_all: ask also what is not due, and what is off.
    """

    def __init__(self, db: sqlite3.Connection, *, ask_all: bool = False) -> None:
        self._db, self._ask_all = db, ask_all
        self._db.execute(_SCHEMA)

    def record(self, outlet_id: str, name: str) -> ListRecord:
        """What is remembered of a list; a list that was never asked has a clean record."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM list_grades WHERE outlet_id = ? AND list = ?", (outlet_id, name)
        ).fetchone()
        if row is None:
            return ListRecord()
        grade, misses, gifts, waited, outcome, is_empty = row
        return ListRecord(grade, misses, gifts, waited, outcome, bool(is_empty))

    def is_due(self, outlet_id: str, name: str) -> bool:
        """Whether a list is to be asked in this crawl."""
        return self._ask_all or self.record(outlet_id, name).is_due

    def pass_over(self, outlet_id: str, name: str) -> ListRecord:
        """Note that a crawl did not ask a list, since it was not due."""
        self._db.execute(
            "UPDATE list_grades SET waited = waited + 1 WHERE outlet_id = ? AND list = ?", (outlet_id, name)
        )
        return self.record(outlet_id, name)

    def note(
        self, outlet_id: str, name: str, outcome: str, misses_per_grade: int, *, may_be_empty: bool = False
    ) -> ListRecord:
        """Note what came of asking a list.

        Args:
            outlet_id: whose.
            name: the list's address without the outlet's own, or its template.
            outcome: ``gave``, ``unchanged``, ``nothing``, or the kind of the failure.
            misses_per_grade: misses in a row that cost a grade.
            may_be_empty: ``nothing`` is no miss, for the list tells of some days only.
        """
        found = self.record(outlet_id, name).after(outcome, misses_per_grade, may_be_empty=may_be_empty)
        self._db.execute(
            f"INSERT OR REPLACE INTO list_grades (outlet_id, list, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (outlet_id, name, *astuple(found)),
        )
        return found
