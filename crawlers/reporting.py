"""What a crawl tells while it works: events for the process that started it, issues for the data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from .frontier.store import now
from .job import CrawlEvent
from .lists.grades import ListRecord

COUNTED = ("found", "planned", "fetched", "new", "changed", "unchanged", "skipped", "failed", "empty", "issues")


class IssueLog:
    """Writes issues, one JSON object a line; the file is made with the first.

    Args:
        path: the file, appended to.
        stage: in which they happen: ``crawl``, ``import``.
    """

    def __init__(self, path: Path, stage: str) -> None:
        self.path, self.stage, self.count = path, stage, 0

    def add(self, outlet_id: str, kind: str, url: str, detail: str) -> None:
        """Record a problem."""
        self.count += 1
        line = {"at": now(), "stage": self.stage, "kind": kind, "outlet_id": outlet_id, "url": url, "detail": detail}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Reporter:
    """Counts, and writes events and issues line by line.

    Args:
        issues_path: the crawl's issues file, appended to; made with the first issue.
        out: where events go.
        crawl_id: stands in every event.
    """

    def __init__(self, issues_path: Path, out: TextIO, crawl_id: str) -> None:
        self.issues_path, self.out, self.crawl_id = issues_path, out, crawl_id
        self._log = IssueLog(issues_path, "crawl")
        self._counts: dict[str, dict[str, int]] = {}
        self._totals = dict.fromkeys(COUNTED, 0)

    def count(self, outlet_id: str, name: str, number: int = 1) -> None:
        """Count something of an outlet; ``name`` is one of ``COUNTED``."""
        self._of(outlet_id)[name] += number
        self._totals[name] += number

    def outlet(self, outlet_id: str, phase: str, **facts: Any) -> None:
        """Tell that an outlet has entered a phase: ``discovering``, ``fetching``, ``done``, and what is known then."""
        self._emit("outlet", outlet_id, kind=phase, facts=facts)

    def graded(self, outlet_id: str, name: str, record: ListRecord, *, is_asked: bool, is_probe: bool) -> None:
        """Tell how a list of the outlet stands.

        Args:
            outlet_id: whose.
            name: the list's address or template.
            record: what is remembered of it.
            is_asked: whether this crawl asked it.
            is_probe: the family has it, and the outlet need not.
        """
        self._emit(
            "list", outlet_id, url=name, kind=record.grade,
            facts=record.to_json() | {"is_asked": is_asked, "is_probe": is_probe},
        )  # fmt: skip

    def slice(self, outlet_id: str, state: str, **facts: Any) -> None:
        """Tell how a slice of a backfill stands: ``begun``, ``walked``, ``done`` or ``left``."""
        self._emit("slice", outlet_id, kind=state, facts=facts)

    def page(self, outlet_id: str, url: str, outcome: str) -> None:
        """Count and tell what came of a page: ``new``, ``changed``, ``unchanged``, ``skipped`` or ``failed``."""
        self.count(outlet_id, outcome)
        self.count(outlet_id, "fetched")
        self._emit("page", outlet_id, url=url, kind=outcome)

    def issue(self, outlet_id: str, kind: str, url: str, detail: str) -> None:
        """Record a problem: a line in the issues file, and an event."""
        self.count(outlet_id, "issues")
        if kind == "empty":
            self.count(outlet_id, "empty")
        self._log.add(outlet_id, kind, url, detail)
        self._emit("issue", outlet_id, url=url, kind=kind, detail=detail)

    def started(self, detail: str) -> None:
        """Tell what the crawl is about to do."""
        self._emit("started", detail=detail)

    def finished(self, detail: str) -> None:
        """Tell that the crawl is over."""
        self._emit("finished", detail=detail)

    def counts(self, outlet_id: str) -> dict[str, int]:
        """The counts of an outlet."""
        return dict(self._of(outlet_id))

    def totals(self) -> dict[str, int]:
        """The counts of all outlets together."""
        return dict(self._totals)

    def _of(self, outlet_id: str) -> dict[str, int]:
        if outlet_id not in self._counts:
            self._counts[outlet_id] = dict.fromkeys(COUNTED, 0)
        return self._counts[outlet_id]

    def _emit(
        self,
        event: str,
        outlet_id: str = "",
        *,
        url: str = "",
        kind: str = "",
        detail: str = "",
        facts: dict[str, Any] | None = None,
    ) -> None:
        counts = self._of(outlet_id) if outlet_id else {}
        told = CrawlEvent(event, outlet_id, url, kind, detail, counts, self._totals, self.crawl_id, now(), facts or {})
        self.out.write(told.to_line() + "\n")
        self.out.flush()
