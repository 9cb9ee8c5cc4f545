"""Resolving: which reports in different articles are of the same person or event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import duckdb
import pyarrow as pa

from warehouse.agencies import write_agencies, write_places
from warehouse.cases import link_cases
from warehouse.clusters import cluster_articles
from warehouse.components import count
from warehouse.database import now, transaction
from warehouse.events import link_events
from warehouse.groups import Groups, replaced_ids
from warehouse.persons import group_persons, read_reported_persons, write_persons


@dataclass(frozen=True, slots=True)
class ResolveCounts:
    """What resolving found.

    Attributes:
        reported_persons: people as articles name them.
        persons: people after joining.
        event_reports: events as articles report them.
        events: events after joining.
        agencies: agencies named.
        copied_texts: clusters of articles with nearly the same wording.
        replaced: ids given out earlier that are no longer in use and now lead to another.
    """

    reported_persons: int
    persons: int
    event_reports: int
    events: int
    agencies: int
    copied_texts: int
    replaced: int


class _Ordered(Protocol):
    @property
    def order(self) -> Any: ...


_Reported = TypeVar("_Reported", bound=_Ordered)


def resolve(con: duckdb.DuckDBPyConnection) -> ResolveCounts:
    """Join what is loaded across articles, in one transaction.

    The result is a function of what is loaded: the order of loading, and how often this ran, leave no trace in it.
    The id of a person or event is made from its earliest published report. An id that was given out earlier and is no
    longer in use is recorded in ``pipeline.merges`` and still found by the SQL macro ``current_id``.

    Args:
        con: the warehouse.

    Returns:
        What was found.
    """
    with transaction(con):
        copied = cluster_articles(con)
        write_places(con)
        agencies = write_agencies(con)
        people = read_reported_persons(con)
        person_links, replaced = _link(con, "person", "p", people, group_persons)
        persons = write_persons(con, people, person_links)
        linked = link_events(con)
        replaced += linked.replaced + link_cases(con)
        reports, events = count(con, "event_reports"), count(con, "events")
    return ResolveCounts(len(people), persons, reports, events, agencies, copied, replaced)


def _link(
    con: duckdb.DuckDBPyConnection,
    entity_type: str,
    prefix: str,
    reported: dict[str, _Reported],
    group: Callable[[dict[str, _Reported]], Groups],
) -> tuple[dict[str, str], int]:
    """Group what was reported, store the links, and record the ids that went out of use."""
    groups = group(reported)
    links: dict[str, str] = {}
    for members in groups.members():
        earliest = min(members, key=lambda reported_id: reported[reported_id].order)
        entity_id = f"{prefix}-{earliest.split('-', 1)[1]}"
        links |= dict.fromkeys(members, entity_id)
    before = dict(
        con.execute("SELECT reported_id, entity_id FROM pipeline.links WHERE entity_type = ?", [entity_type]).fetchall()
    )
    ordered = sorted(links)
    con.execute("DELETE FROM pipeline.links WHERE entity_type = ?", [entity_type])
    con.register(
        "new_links",
        pa.table(
            {
                "entity_type": pa.array([entity_type] * len(ordered), pa.string()),
                "reported_id": pa.array(ordered, pa.string()),
                "entity_id": pa.array([links[reported_id] for reported_id in ordered], pa.string()),
                "rule_name": pa.array([groups.rules.get(reported_id, "alone") for reported_id in ordered], pa.string()),
            }
        ),
    )
    con.execute("INSERT INTO pipeline.links SELECT * FROM new_links")
    con.unregister("new_links")
    return links, _record_merges(con, entity_type, replaced_ids(before, links), set(links.values()))


def _record_merges(
    con: duckdb.DuckDBPyConnection, entity_type: str, replaced: Mapping[str, str | None], in_use: set[str]
) -> int:
    """Keep every id that was ever given out resolvable in one step: chains are shortened, ids that return are freed."""
    rows = con.execute(
        "SELECT old_id, new_id, merged_at FROM pipeline.merges WHERE entity_type = ?", [entity_type]
    ).fetchall()
    moment = now()
    merges = {
        old_id: (replaced[new_id], moment) if new_id in replaced else (new_id, merged_at)
        for old_id, new_id, merged_at in rows
        if old_id not in in_use
    }
    merges |= {old_id: (new_id, moment) for old_id, new_id in replaced.items()}
    con.execute("DELETE FROM pipeline.merges WHERE entity_type = ?", [entity_type])
    if merges:
        con.executemany(
            "INSERT INTO pipeline.merges VALUES (?, ?, ?, ?)",
            [[entity_type, old_id, *merges[old_id]] for old_id in sorted(merges)],
        )
    return len(replaced)
