"""The load, resolve and publish stages: parts of facts into the warehouse, and from it a protected snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from crawlers.registry import Registry
from extract.gazetteer import gazetteer
from extract.lexicon import rows, word_set
from warehouse.database import open_warehouse, transaction
from warehouse.load import (
    load_crawl,
    load_issues,
    load_outlets,
    load_part_file,
    load_places,
    register_extractor,
)
from warehouse.parts import read_part
from warehouse.publish import PublishCounts
from warehouse.publish import publish as publish_snapshot
from warehouse.readings import load_readings, parts_without_readings
from warehouse.resolve import ResolveCounts
from warehouse.resolve import resolve as resolve_warehouse

from .health import assess
from .progress import reporter
from .workspace import Workspace


@dataclass(slots=True)
class LoadTotals:
    """What the load stage did: parts read, articles whose version became current, mentions, event reports, issues."""

    parts: int = 0
    articles: int = 0
    mentions: int = 0
    events: int = 0
    issues: int = 0


@contextmanager
def opened(path: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end of the block, whatever happens."""
    con = open_warehouse(path, read_only=read_only)
    try:
        yield con
    finally:
        con.close()


def load(workspace: Workspace, registry: Registry, extractor_version: str) -> LoadTotals:
    """Load every part that the warehouse does not have yet, one transaction each, and the books of the crawls.

    How the outlets did in each crawl is judged at the end, when all that is known of it is loaded.
    """
    progress = reporter()
    totals = LoadTotals()
    with opened(workspace.warehouse) as con:
        register_extractor(con, extractor_version)
        load_outlets(con, (asdict(outlet) for outlet in registry.outlets.values()))
        load_places(con, place_rows())
        for path in sorted(workspace.crawls.glob("*.json")):
            load_crawl(con, crawl_row(path))
        for path in sorted(workspace.issues.glob("*.jsonl")):
            totals.issues += load_issues(con, json_lines(path), path.stem)
        loaded = {name for (name,) in con.execute("SELECT part_name FROM pipeline.loads").fetchall()}
        pending = [path for path in sorted(workspace.facts.glob("*.jsonl.gz")) if path.name not in loaded]
        progress.begin("load", len(pending))
        for number, path in enumerate(pending, start=1):
            counts = load_part_file(con, path)
            totals.parts += 1
            totals.articles += counts.articles
            totals.mentions += counts.mentions
            totals.events += counts.events
            totals.issues += counts.issues
            progress.advance("load", number, len(pending))
        for name in parts_without_readings(con):
            if (workspace.facts / name).exists():
                with transaction(con):
                    load_readings(con, name, read_part(workspace.facts / name))
        assess(con, workspace, registry)
    progress.finish("load", f"{totals.articles} articles, {totals.mentions} mentions, {totals.events} event reports")
    return totals


def place_rows() -> Iterator[dict[str, Any]]:
    """Provinces, regencies, districts and countries as rows of the warehouse; villages come with their mentions."""
    for place in gazetteer().places.values():
        yield {
            "code": place.code,
            "name": place.name,
            "level": place.level,
            "parent_code": place.code.rpartition(".")[0] or None,
            "lat": place.latitude,
            "lon": place.longitude,
        }


def crawl_row(path: Path) -> dict[str, Any]:
    """What a crawl recorded of itself; one that was killed has only its start."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record | {"outlets": len(record.get("outlet_ids", ()))}


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file; the last line of a killed crawl may be torn and is passed over."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def resolve(workspace: Workspace) -> ResolveCounts:
    """Join persons, agencies and events across articles."""
    progress = reporter()
    progress.begin("resolve", 1)
    with opened(workspace.warehouse) as con:
        counts = resolve_warehouse(con)
    progress.finish("resolve", f"{counts.persons} persons, {counts.events} events")
    return counts


def publish(workspace: Workspace) -> PublishCounts:
    """Replace the protected snapshot."""
    progress = reporter()
    progress.begin("publish", 1)
    counts = publish_snapshot(workspace.warehouse, workspace.snapshot, **words_to_mask_by())
    progress.finish("publish", f"{workspace.snapshot.name}, {counts.protected} of {counts.persons} persons protected")
    return counts


def words_to_mask_by() -> dict[str, frozenset[str]]:
    """What masking goes by beyond the warehouse's own articles: common words, names of places, given names."""
    return {
        "common_words": word_set("common_words.txt"),
        "place_names": frozenset(gazetteer().names() | {row["city"] for row in rows("missions.csv")}),
        "given_names": word_set("given_names.txt"),
    }
