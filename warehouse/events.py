"""Events across articles: which reports are of the same event, and what is known of it from all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa

from warehouse.groups import Groups, most_common
from warehouse.load import province_of

FURTHEST_FIRST = ("held", "ongoing", "planned", "proposed")
_EXACTEST_FIRST = ("day", "span", "month", "year", None)
_ONE_DAY = timedelta(days=1)


_EVENTS: pa.Schema = pa.schema(
    [
        ("event_id", pa.string()),
        ("event_type", pa.string()),
        ("status_type", pa.string()),
        ("start_date", pa.date32()),
        ("end_date", pa.date32()),
        ("date_precision", pa.string()),
        ("date_basis", pa.string()),
        ("place_code", pa.string()),
        ("province_code", pa.string()),
        ("first_reported_at", pa.timestamp("us")),
        ("last_reported_at", pa.timestamp("us")),
        ("report_count", pa.int32()),
        ("cluster_count", pa.int32()),
        ("outlet_count", pa.int32()),
        ("has_date_conflict", pa.bool_()),
        ("confidence", pa.float32()),
    ]
)


@dataclass(slots=True)
class EventReport:
    """An event as one article reports it.

    Attributes:
        report_id: its id.
        article_id: the article.
        cluster_id: articles with the same wording share it.
        type: type of the ontology.
        status: held, ongoing, planned or proposed.
        start: first day, or None.
        end: last day, or None.
        precision: day, month, year, span or None.
        basis: what the date rests on.
        place_code: narrowest place, or None.
        confidence: between 0 and 1.
        published_at: of the article, UTC, or None.
        participants: ids of agencies and persons that took part.
    """

    report_id: str
    article_id: str
    cluster_id: str
    type: str
    status: str
    start: date | None
    end: date | None
    precision: str | None
    basis: str | None
    place_code: str | None
    confidence: float
    published_at: datetime | None
    participants: set[str] = field(default_factory=set)

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """Sorts by publication, undated articles last."""
        return (self.published_at is None, str(self.published_at or ""), self.article_id, self.report_id)


def read_event_reports(con: duckdb.DuckDBPyConnection) -> dict[str, EventReport]:
    """The event reports, with who took part. Persons must have been resolved before."""
    reports = {}
    for row in con.execute(
        """
        SELECT e.event_report_id, e.article_id, coalesce(a.cluster_id, a.article_id), e.event_type, e.status_type,
            e.start_date, e.end_date, e.date_precision, e.date_basis, e.place_code, e.confidence, a.published_at
        FROM event_reports e JOIN articles a USING (article_id)
        """
    ).fetchall():
        reports[row[0]] = EventReport(*row)
    for report_id, participant in con.execute(
        """
        SELECT event_report_id, agency_id FROM event_participants WHERE agency_id IS NOT NULL
        UNION SELECT event_report_id, person_id FROM event_participants WHERE person_id IS NOT NULL
        """
    ).fetchall():
        reports[report_id].participants.add(participant)
    return reports


def group_events(reports: dict[str, EventReport]) -> Groups:
    """Join reports of the same event.

    Same type, first days at most one apart and places that do not contradict each other; and either a participant in
    common or articles that are copies of one text. An article reports an event once: two reports of one article are
    never joined, directly or through others.
    """
    groups = Groups(reports)
    articles = {report_id: {report.article_id} for report_id, report in reports.items()}
    for first, second, rule in _candidates(reports):
        a, b = groups.root(first), groups.root(second)
        if a != b and articles[a].isdisjoint(articles[b]):
            groups.join(first, second, rule)
            articles[groups.root(first)] = articles[a] | articles[b]
    return groups


def write_events(con: duckdb.DuckDBPyConnection, reports: dict[str, EventReport], links: dict[str, str]) -> int:
    """Fill ``events`` anew, and the ``event_id`` of reports and participants.

    Args:
        con: the warehouse, inside a transaction.
        reports: the event reports.
        links: event_report_id to event_id.

    Returns:
        The number of events.
    """
    members: dict[str, list[EventReport]] = {}
    for report_id, event_id in sorted(links.items()):
        members.setdefault(event_id, []).append(reports[report_id])
    known = con.execute("SELECT article_id, outlet_id, published_at FROM articles").fetchall()
    outlets = {article_id: outlet_id for article_id, outlet_id, _ in known}
    times = {article_id: published_at for article_id, _, published_at in known}
    rows = []
    for event_id, found in sorted(members.items()):
        published = [times[report.article_id] for report in found if times[report.article_id] is not None]
        dated = _best_dated(found)
        place = _narrowest_place(found)
        days = {report.start for report in found if report.start is not None and report.precision == "day"}
        rows.append(
            {
                "event_id": event_id,
                "event_type": found[0].type,
                "status_type": min((report.status for report in found), key=FURTHEST_FIRST.index),
                "start_date": dated.start,
                "end_date": dated.end,
                "date_precision": dated.precision,
                "date_basis": dated.basis,
                "place_code": place,
                "province_code": province_of(place) if place else None,
                "first_reported_at": min(published, default=None),
                "last_reported_at": max(published, default=None),
                "report_count": len({report.article_id for report in found}),
                "cluster_count": len({report.cluster_id for report in found}),
                "outlet_count": len({outlets[report.article_id] for report in found}),
                "has_date_conflict": len(days) > 1,
                "confidence": max(report.confidence for report in found),
            }
        )
    con.execute("DELETE FROM events")
    if rows:
        con.register("new_events", pa.Table.from_pylist(rows, schema=_EVENTS))
        con.execute("INSERT INTO events SELECT * FROM new_events")
        con.unregister("new_events")
    for table in ("event_reports", "event_participants"):
        con.execute(
            f"UPDATE {table} SET event_id = l.entity_id FROM pipeline.links l WHERE l.entity_type = 'event' "
            f"AND l.reported_id = {table}.event_report_id AND {table}.event_id IS DISTINCT FROM l.entity_id"
        )
    return len(rows)


def _candidates(reports: dict[str, EventReport]) -> Iterator[tuple[str, str, str]]:
    """Pairs that may be one event, the surest first: copies of one text, then by how many participants they share."""
    same_text: dict[tuple[str, str], list[EventReport]] = {}
    same_participant: dict[tuple[str, str], list[EventReport]] = {}
    for report in reports.values():
        same_text.setdefault((report.type, report.cluster_id), []).append(report)
        if report.start is not None:
            for participant in report.participants:
                same_participant.setdefault((report.type, participant), []).append(report)
    ranked: dict[tuple[str, str], tuple[int, int, str]] = {}
    for bucket in same_text.values():
        for first, second in _ordered_pairs(bucket):
            if _dates_agree(first, second) and _places_agree(first, second):
                ranked[first.report_id, second.report_id] = (0, 0, "same text")
    for bucket in same_participant.values():
        bucket.sort(key=lambda report: (report.start or date.min, report.order))
        for place, first in enumerate(bucket):
            for second in bucket[place + 1 :]:
                if not _dates_agree(first, second):
                    break
                if first.article_id == second.article_id or not _places_agree(first, second):
                    continue
                if (first.precision == "day") != (second.precision == "day") and first.start != second.start:
                    continue
                pair = (
                    (first.report_id, second.report_id)
                    if first.order < second.order
                    else (second.report_id, first.report_id)
                )
                ranked.setdefault(
                    pair, (1, -len(first.participants & second.participants), "date, place and participant")
                )
    for (first_id, second_id), (_, _, rule) in sorted(
        ranked.items(), key=lambda item: (item[1][:2], reports[item[0][0]].order, reports[item[0][1]].order)
    ):
        yield first_id, second_id, rule


def _ordered_pairs(bucket: list[EventReport]) -> Iterator[tuple[EventReport, EventReport]]:
    bucket.sort(key=lambda report: report.order)
    for place, first in enumerate(bucket):
        for second in bucket[place + 1 :]:
            if first.article_id != second.article_id:
                yield first, second


def _dates_agree(first: EventReport, second: EventReport) -> bool:
    if first.start is None or second.start is None:
        return True
    return abs(first.start - second.start) <= _ONE_DAY


def _places_agree(first: EventReport, second: EventReport) -> bool:
    """Whether one place lies in the other, or one is unknown; the code of a place begins with that of its parent."""
    if first.place_code is None or second.place_code is None:
        return True
    return f"{first.place_code}.".startswith(f"{second.place_code}.") or f"{second.place_code}.".startswith(
        f"{first.place_code}."
    )


def _best_dated(found: list[EventReport]) -> EventReport:
    """The report whose date the event takes: the most exact, then the day most reports give, then the earliest."""
    days = most_common(report.start.isoformat() for report in found if report.start is not None)
    return min(
        found,
        key=lambda report: (
            report.start is None,
            _EXACTEST_FIRST.index(report.precision),
            str(report.start) != days,
            report.order,
        ),
    )


def _narrowest_place(found: list[EventReport]) -> str | None:
    codes = [report.place_code for report in found if report.place_code is not None]
    longest = max((len(code) for code in codes), default=0)
    return most_common(code for code in codes if len(code) == longest)
