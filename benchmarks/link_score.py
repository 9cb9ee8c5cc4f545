"""How well reports of one event are joined, and events chained to cases: records for the warehouse, B-cubed, chains."""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from extract.agency_catalogue import slug
from extract.article import Article
from extract.duplicates import signature
from extract.facts import Agency, DatePrecision, Event, EventNumber, Facts, Participant, Person, Place, Role, Span

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkScores:
    """What linking got right.

    Attributes:
        matched: reported events of the gold file that are among the linked ones.
        total: reported events of the gold file.
        precision: B-cubed precision over the matched ones.
        recall: B-cubed recall.
        joined: matched reports with a sister in gold that share an event with one.
        sisters: matched reports with a sister in gold.
    """

    matched: int
    total: int
    precision: float
    recall: float
    joined: int
    sisters: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return (
            f"matched {self.matched} of {self.total}; B-cubed P {self.precision:.3f} R {self.recall:.3f} "
            f"F1 {self.f1:.3f}; {self.joined} of {self.sisters} sister reports joined"
        )


def loadable(article: Record, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The line of a facts file for an annotated article, with the given facts."""
    known = Article(
        id=article["id"],
        url=article["url"],
        canonical_url=article["url"],
        title=article["title"],
        text=article["text"],
        published_at=article["published_at"],
        language="id",
    )
    return {
        "kind": "article",
        "article": known.to_json(),
        "page": {
            "outlet_id": slug(article.get("outlet") or "unknown"),
            "crawl_id": "gold",
            "fetched_at": "2026-11-01T00:00:00+00:00",
            "payload_sha256": article["id"],
            "warc_name": "gold.warc.gz",
            "offset": int.from_bytes(article["id"].encode()[-7:]),
        },
        "facts": facts,
        "duplicate_signature": signature(article["text"]),
    }


def annotated(article: Record) -> dict[str, Any]:
    """The annotation of a gold article as facts."""
    text = article["text"]

    def spans(words: str) -> list[Span]:
        at = text.find(words)
        return [Span(at, at + len(words), words, 0, 1.0, "gold")] if at >= 0 else []

    facts = Facts(article["relevance"], 3.0, "id", "gold-1", sentences=[(0, len(text))])
    facts.agencies = [
        Agency(item["name"], slug(item["name"]), spans=[span for form in item["mentions"] for span in spans(form)])
        for item in article["agencies"]
    ]
    facts.persons = [
        Person(
            item["name"],
            item["capacity"],
            [span for form in item["mentions"] for span in spans(form)],
            [
                Role(role["title"], role["agency"], slug(role["agency"]) if role["agency"] else None)
                for role in item["roles"]
            ],
        )
        for item in article["persons"]
    ]
    facts.places = [
        Place(item["name"], item["level"], item["code"], spans(item["mention"])) for item in article["places"]
    ]
    facts.events = [
        Event(
            item["type"],
            item["status"],
            item["start"],
            item["end"],
            _precision(item["start"], item["end"]),
            None,
            item["place"],
            [
                Participant(
                    taking["role"],
                    taking.get("agency"),
                    slug(taking["agency"]) if taking.get("agency") else None,
                    taking.get("person"),
                )
                for taking in item["participants"]
            ],
            spans(item["evidence"]) if item.get("evidence") else [],
            [EventNumber(counted["kind"], counted["value"], counted["words"]) for counted in item.get("numbers", ())],
        )
        for item in article["events"]
    ]
    return facts.to_json()


def _precision(start: str | None, end: str | None) -> DatePrecision | None:
    if start is None:
        return None
    first, last = date.fromisoformat(start), date.fromisoformat(end or start)
    if first == last:
        return "day"
    days = calendar.monthrange(first.year, first.month)[1]
    if (first.day, last) == (1, date(first.year, first.month, days)):
        return "month"
    return "year" if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) else "span"


def read_links(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The reported events of a resolved warehouse in the form of ``gold/score_links.py``, with their cases."""
    rows = con.execute(
        """
        SELECT r.article_id, r.event_type, CAST(r.start_date AS VARCHAR), r.place_code, r.event_id, c.case_id
        FROM event_reports r LEFT JOIN case_events c USING (event_id)
        ORDER BY r.article_id, r.start_offset, r.event_report_id
        """
    ).fetchall()
    return [dict(zip(("article", "type", "start", "place", "event_id", "case_id"), row, strict=True)) for row in rows]


def score_links(gold: Sequence[Record], links: Iterable[Record]) -> LinkScores:
    """B-cubed over reported events that match a gold event: same type, days at most one apart, same province."""
    found, expected, total = {}, {}, 0
    for article, index, event, link in matches(gold, links):
        total += 1
        if link is None:
            continue
        key = (article["id"], index)
        group = event.get("same_event")
        expected[key] = (group, event["type"]) if group else key
        found[key] = link["event_id"]
    precision, recall = b_cubed(expected, found)
    sisters = [key for key in expected if sum(expected[other] == expected[key] for other in expected) > 1]
    joined = [
        key
        for key in sisters
        if sum(found[other] == found[key] and expected[other] == expected[key] for other in sisters) > 1
    ]
    return LinkScores(len(expected), total, precision, recall, len(joined), len(sisters))


def b_cubed(expected: Mapping[Hashable, Any], found: Mapping[Hashable, Any]) -> tuple[float, float]:
    """Precision and recall of a clustering, averaged over its items (Bagga and Baldwin 1998)."""
    by_found, by_expected = defaultdict(set), defaultdict(set)
    for key in expected:
        by_found[found[key]].add(key)
        by_expected[expected[key]].add(key)
    precision = recall = 0.0
    for key in expected:
        both = len(by_found[found[key]] & by_expected[expected[key]])
        precision += both / len(by_found[found[key]])
        recall += both / len(by_expected[expected[key]])
    size = len(expected) or 1
    return precision / size, recall / size


def matches(gold: Sequence[Record], links: Iterable[Record]) -> Iterable[tuple[Record, int, Record, Record | None]]:
    """Each event of each gold article with the linked report that is the same, or None; each report once."""
    by_article: dict[str, list[Record]] = defaultdict(list)
    for link in links:
        by_article[link["article"]].append(link)
    for article in gold:
        free = by_article[article["id"]]
        for index, event in enumerate(article["events"]):
            link = next((item for item in free if _is_same(event, item)), None)
            if link is not None:
                free.remove(link)
            yield article, index, event, link


def _is_same(event: Record, link: Record) -> bool:
    start, other = event.get("start"), link.get("start")
    if start and other:
        near = abs((date.fromisoformat(start[:10]) - date.fromisoformat(other[:10])).days) <= 1
    else:
        near = start == other
    places = (event.get("place") or "")[:2], (link.get("place") or "")[:2]
    return event["type"] == link["type"] and near and places[0] == places[1]


def as_lines(links: Iterable[Record]) -> str:
    """Links as the lines ``gold/score_links.py`` reads."""
    return "".join(json.dumps(link, ensure_ascii=False) + "\n" for link in links)
