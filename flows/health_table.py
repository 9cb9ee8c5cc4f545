"""How the outlets are, for people: a table, and the artifacts that a run leaves in Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from .health import OutletState

NAMED = 6
"""Outlets named in one line; of more than these only the number is told."""


def table(states: Sequence[OutletState]) -> Table:
    """The outlets as a table that can be read at 100 columns."""
    found = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=0)
    found.add_column("Outlet", overflow="fold", min_width=12)
    found.add_column("Last article", no_wrap=True)
    for name in ("Found", "Asked", "New", "Failed", "Body %", "Date %", "Author"):
        found.add_column(name, justify="right", no_wrap=True)
    found.add_column("Lists")
    found.add_column("Problem", overflow="fold")
    for state in states:
        row = state.row
        found.add_row(
            row.outlet_id,
            last_article(state),
            str(row.found_count),
            str(row.fetched_count),
            str(row.new_count),
            str(row.failed_count),
            change(row.now_body_share, row.before_body_share),
            change(row.now_date_share, row.before_date_share),
            change(row.now_author_share, row.before_author_share),
            grades(state),
            "\n".join(row.problem_types),
            style="bold" if row.problem_types else None,
        )
    return found


def headline(states: Sequence[OutletState]) -> str:
    """One line: how many outlets there are, and how many of them have a problem."""
    ailing = sum(bool(state.row.problem_types) for state in states)
    return f"{len(states)} outlet{'' if len(states) == 1 else 's'}, {ailing or 'none'} with a problem"


def sentences(states: Sequence[OutletState]) -> list[str]:
    """Every problem as a sentence that begins with its outlet."""
    return [f"{state.outlet_id}: {problem}" for state in states for problem in state.problems]


def one_line(states: Sequence[OutletState]) -> str:
    """The outlets with problems in one line, for the end of a run; empty when there are none."""
    ailing = [state for state in states if state.row.problem_types]
    if not ailing:
        return ""
    named = [f"{state.outlet_id} ({', '.join(state.row.problem_types)})" for state in ailing[:NAMED]]
    rest = f" and {len(ailing) - NAMED} more" if len(ailing) > NAMED else ""
    return f"Outlets with problems: {', '.join(named)}{rest}"


def change(now: float | None, before: float | None) -> str:
    """A share now, in percent, with the earlier one behind it where it differs: ``100→0``."""
    if now is None:
        return ""
    text = f"{100 * now:.0f}"
    return text if before is None or f"{100 * before:.0f}" == text else f"{100 * before:.0f}→{text}"


def last_article(state: OutletState) -> str:
    """The day of the latest article, and how many days ago that was."""
    row = state.row
    return "" if row.last_article_date is None else f"{row.last_article_date} {row.silent_day_count}d"


def grades(state: OutletState) -> str:
    """How often its lists are asked: ``4``, or ``2 1×½ 1×off`` where some give nothing."""
    row = state.row
    lower = ((row.half_list_count, "½"), (row.quarter_list_count, "¼"), (row.off_list_count, "off"))
    whole = row.list_count - sum(count for count, _ in lower)
    return " ".join([str(whole), *(f"{count}×{name}" for count, name in lower if count)])


def as_json(state: OutletState) -> dict[str, Any]:
    """An outlet as a JSON object; days are ISO 8601."""
    found = asdict(state.row)
    found["crawled_at"] = state.row.crawled_at.isoformat() + "Z"
    found["last_article_date"] = state.row.last_article_date.isoformat() if state.row.last_article_date else None
    return found | {"problem_types": list(state.row.problem_types), "problems": list(state.problems)}


def artifact_rows(states: Sequence[OutletState]) -> list[dict[str, Any]]:
    """The table as rows of a Prefect table artifact."""
    return [
        {
            "outlet": state.outlet_id,
            "last article": last_article(state),
            "found": state.row.found_count,
            "asked": state.row.fetched_count,
            "new": state.row.new_count,
            "changed": state.row.changed_count,
            "unchanged": state.row.unchanged_count,
            "skipped": state.row.skipped_count,
            "failed": state.row.failed_count,
            "not read": state.row.parse_failure_count,
            "empty": state.row.empty_count,
            "body %": change(state.row.now_body_share, state.row.before_body_share),
            "date %": change(state.row.now_date_share, state.row.before_date_share),
            "author %": change(state.row.now_author_share, state.row.before_author_share),
            "lists": grades(state),
            "problem": ", ".join(state.row.problem_types),
        }
        for state in states
    ]


def markdown(states: Sequence[OutletState]) -> str:
    """The problems as a Prefect markdown artifact."""
    lines = [f"# {headline(states)}", ""]
    for state in states:
        if state.row.problem_types:
            lines.append(f"**{state.outlet_id}** (crawl {state.row.crawl_id})")
            lines += ["", *(f"- {problem}" for problem in state.problems), ""]
    return "\n".join(lines)
