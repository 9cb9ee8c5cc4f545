"""Watching over the crawl: after each one, how every outlet did, and what is wrong with it.

What the crawler counted comes from the crawl's record, what cleaning made of the pages from the readings in the
warehouse. All of it can be made again from ``crawls/*.json``, ``issues/*.jsonl`` and the facts files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from crawlers.registry import Registry
from crawlers.registry.health_limits import default_limits
from warehouse.outlet_crawls import (
    Before,
    OutletCrawl,
    before,
    crawls_to_assess,
    failures_of,
    issue_kinds_of,
    latest,
    problem_sentences,
    readings_of,
    save,
)
from warehouse.readings import Reading
from warehouse.records import utc

from .health_drift import Comparison, compare
from .health_monitors import Examined, Problem, problems
from .workspace import Workspace

EMPTY_KINDS = ("empty", "no-body")


@dataclass(frozen=True, slots=True)
class OutletState:
    """How an outlet is: the row of its latest daily crawl, with what is wrong in sentences."""

    row: OutletCrawl
    problems: tuple[str, ...]

    @property
    def outlet_id(self) -> str:
        """Whose."""
        return self.row.outlet_id


def assess(con: duckdb.DuckDBPyConnection, workspace: Workspace, registry: Registry) -> int:
    """Judge every crawl that was not judged yet, or of which more is known now, the oldest first.

    Args:
        con: the warehouse; crawls, issues and facts are loaded.
        workspace: the data folder with the crawls' records.
        registry: names the limits; an outlet it does not know is judged by the default ones.

    Returns:
        How many crawls were judged.
    """
    todo = crawls_to_assess(con)
    for crawl_id in todo:
        record = crawl_record(workspace.crawls / f"{crawl_id}.json")
        rows, issues = [], []
        for examined, found in examine(con, record, registry):
            rows.append(replace(examined.row, problem_types=tuple(sorted({problem.kind for problem in found}))))
            issues += [_issue(record, examined.row, problem) for problem in found]
        save(con, crawl_id, rows, issues)
    return len(todo)


def examine(
    con: duckdb.DuckDBPyConnection, record: Mapping[str, Any], registry: Registry
) -> Iterator[tuple[Examined, list[Problem]]]:
    """Every outlet a crawl visited, with what is wrong with it."""
    crawl_id = record["crawl_id"]
    by_outlet: Mapping[str, Mapping[str, Any]] = record.get("by_outlet", {})
    limits = {name: outlet.health for name, outlet in registry.outlets.items()}
    history_days = max((limit.history_days for limit in limits.values()), default=default_limits().history_days)
    today = clock_of(record)
    past = before(con, crawl_id, history_days, today.date())
    readings, failures = readings_of(con, crawl_id), failures_of(con, crawl_id)
    issue_kinds = issue_kinds_of(con, crawl_id)
    for outlet_id in sorted({*by_outlet, *readings}):
        limit = limits.get(outlet_id) or default_limits()
        outlet = registry.outlets.get(outlet_id)
        day = today.astimezone(ZoneInfo(outlet.timezone)).date() if outlet else today.date()
        known = past.get(outlet_id, Before())
        own = readings.get(outlet_id, [])
        comparison = compare(own, known, limit)
        found = by_outlet.get(outlet_id, {})
        row = outlet_row(record, outlet_id, found, own, failures.get(outlet_id, {}), known, day, comparison)
        examined = Examined(
            row,
            MappingProxyType(dict(found.get("lists", {}))),
            MappingProxyType(issue_kinds.get(outlet_id, {})),
            comparison,
            limit,
        )
        yield examined, problems(examined)


def outlet_row(
    record: Mapping[str, Any],
    outlet_id: str,
    found: Mapping[str, Any],
    readings: list[Reading],
    failures: Mapping[str, int],
    known: Before,
    today: date,
    comparison: Comparison,
) -> OutletCrawl:
    """What a crawl did at an outlet, and how it was then.

    Args:
        record: the crawl's.
        outlet_id: whose.
        found: what the record says of the outlet; empty for a crawl of an earlier version.
        readings: what its pages gave in this crawl.
        failures: kinds of failure in cleaning, with their numbers.
        known: what is known from before.
        today: the outlet's day at the crawl.
        comparison: its latest articles beside its earlier ones.
    """
    counts: Mapping[str, int] = found.get("counts", {})
    rhythm: Mapping[str, Any] = found.get("rhythm", {})
    # What a family tries and the outlet never had is no list of the outlet.
    own_lists = [item for item in found.get("lists", {}).values() if item.get("gifts") or not item.get("is_probe")]
    grades = Counter(str(item.get("grade")) for item in own_lists)
    last_article = last_day(rhythm.get("last_day"), known, today, is_new=bool(counts.get("found")))
    now, earlier = comparison.now, comparison.before
    return OutletCrawl(
        crawl_id=record["crawl_id"],
        outlet_id=outlet_id,
        crawled_at=_started(record),
        is_done=bool(found.get("is_done")),
        found_count=counts.get("found", 0),
        planned_count=counts.get("planned", 0),
        fetched_count=counts.get("fetched", 0),
        new_count=counts.get("new", 0),
        changed_count=counts.get("changed", 0),
        unchanged_count=counts.get("unchanged", 0),
        skipped_count=counts.get("skipped", 0),
        failed_count=counts.get("failed", 0),
        issue_count=counts.get("issues", 0),
        reading_count=len(readings),
        parse_failure_count=sum(failures.values()),
        empty_count=counts.get("empty", 0) + sum(failures.get(kind, 0) for kind in EMPTY_KINDS),
        last_article_date=last_article,
        silent_day_count=(today - last_article).days if last_article else None,
        usual_gap_day_count=rhythm.get("usual_gap_days") or known.usual_gap_days,
        list_count=sum(grades.values()),
        half_list_count=grades["half"],
        quarter_list_count=grades["quarter"],
        off_list_count=grades["off"],
        now_count=now.count,
        now_body_share=now.share("body"),
        now_date_share=now.share("date"),
        now_author_share=now.share("author"),
        now_body_length=now.length,
        before_count=earlier.count,
        before_body_share=earlier.share("body"),
        before_date_share=comparison.earlier["date"].share("date"),
        before_author_share=comparison.earlier["author"].share("author"),
        before_body_length=earlier.length,
    )


def last_day(listed: str | None, known: Before, today: date, *, is_new: bool) -> date | None:
    """The day of an outlet's latest article, as far as anything tells.

    Lists without dates tell a day only by giving an address that was unknown; until a crawl has come to their end once,
    that means nothing.
    """
    days = [known.last_published_date, known.last_found_date]
    if listed:
        days.append(date.fromisoformat(listed))
    if is_new and known.was_done:
        days.append(today)
    return max((min(day, today) for day in days if day is not None), default=None)


def states(con: duckdb.DuckDBPyConnection) -> list[OutletState]:
    """How every outlet is by its latest daily crawl, the ailing ones first."""
    rows = latest(con)
    sentences = problem_sentences(con, (row.crawl_id for row in rows))
    found = [OutletState(row, tuple(sentences.get((row.crawl_id, row.outlet_id), ()))) for row in rows]
    return sorted(found, key=lambda state: (not state.row.problem_types, state.outlet_id))


def crawl_record(path: Path) -> dict[str, Any]:
    """What a crawl recorded of itself.

    Raises:
        FileNotFoundError: if there is no such record; the warehouse knows crawls only from their records.
    """
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def clock_of(record: Mapping[str, Any]) -> datetime:
    """The time it was for the outlets at a crawl."""
    return datetime.fromisoformat(record.get("clock") or record["started_at"])


def _started(record: Mapping[str, Any]) -> datetime:
    moment = utc(record["started_at"])
    assert moment is not None
    return moment


def _issue(record: Mapping[str, Any], row: OutletCrawl, problem: Problem) -> dict[str, Any]:
    return {
        "at": record.get("finished_at") or record["started_at"],
        "stage": "health",
        "kind": problem.kind,
        "outlet_id": row.outlet_id,
        "url": problem.url or None,
        "detail": problem.detail,
    }
