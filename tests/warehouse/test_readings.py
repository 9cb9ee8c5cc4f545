"""What fetched articles gave is kept once, also where nothing could be read, and can be made again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.factory import meeting
from warehouse.database import MIGRATIONS_FOLDER, apply_migrations, open_warehouse
from warehouse.load import load_crawl, load_part, register_extractor
from warehouse.outlet_crawls import OutletCrawl as Row
from warehouse.outlet_crawls import before, crawls_to_assess, latest, problem_sentences, readings_of, save
from warehouse.readings import load_readings, parts_without_readings

COLUMNS = "failure_type, has_date, has_author, body_length, extractor_version"


def record(crawl_id: str = "c1", slug: str = "rakor-kupang", version: str = "v1", **reading: Any) -> dict[str, Any]:
    found = meeting(slug, version=version).record()
    found["page"]["crawl_id"] = crawl_id
    return found | ({"reading": reading} if reading else {})


def failure(kind: str = "no-body", crawl_id: str = "c1", slug: str = "rakor-kupang", version: str = "v1") -> Any:
    page = record(crawl_id, slug)
    return {
        "kind": "issue",
        "at": "2026-03-03T00:00:00+00:00",
        "stage": "extract",
        "issue_kind": kind,
        "outlet_id": page["page"]["outlet_id"],
        "url": page["article"]["url"],
        "detail": "The page has no article text.",
        "crawl_id": crawl_id,
        "fetched_at": page["page"]["fetched_at"],
        "extractor_version": version,
    }


def rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {COLUMNS} FROM pipeline.readings ORDER BY ALL").fetchall()


def crawl(con: duckdb.DuckDBPyConnection, crawl_id: str, day: int, **more: Any) -> None:
    load_crawl(con, {"crawl_id": crawl_id, "started_at": f"2026-03-{day:02}T00:00:00+00:00", **more})


def test_an_article_and_a_page_without_one_are_both_readings(con: duckdb.DuckDBPyConnection) -> None:
    read = record(slug="satu", has_date=True, has_author=False, body_length=1200)
    load_part(con, "c1.v1-p00001.jsonl.gz", [read, failure(slug="dua")])
    assert rows(con) == [("no-body", False, False, 0, "v1"), (None, True, False, 1200, "v1")]


def test_a_fault_of_the_archive_says_nothing_of_the_outlet(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "part", [failure("archive"), {"kind": "issue", "stage": "load", "issue_kind": "broken-line"}])
    assert rows(con) == []


def test_facts_of_an_earlier_version_tell_what_they_can(con: duckdb.DuckDBPyConnection) -> None:
    found = record()
    load_part(con, "part", [found])
    assert rows(con) == [(None, True, True, len(found["article"]["text"]), "v1")]


@pytest.mark.parametrize("order", [("v1", "v2"), ("v2", "v1")])
def test_of_two_readings_of_one_page_that_of_the_later_extractor_is_kept(
    con: duckdb.DuckDBPyConnection, order: tuple[str, str]
) -> None:
    parts = {"v1": failure(version="v1"), "v2": record(version="v2", has_date=True, has_author=True, body_length=900)}
    for version in ("v1", "v2"):
        register_extractor(con, version)
    for version in order:
        load_part(con, f"c1.{version}-p00001.jsonl.gz", [parts[version]])
    assert rows(con) == [(None, True, True, 900, "v2")]


def test_a_warehouse_from_before_gets_its_readings_from_the_facts_files(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for path in sorted(MIGRATIONS_FOLDER.glob("000[123]_*.sql")):
        shutil.copy(path, old)
    path = tmp_path / "jejak.duckdb"
    con = duckdb.connect(str(path))
    apply_migrations(con, path, old)
    con.execute("INSERT INTO pipeline.loads VALUES ('c1.v1-p00001.jsonl.gz', now()::TIMESTAMP, 1, 1, 6, 0)")
    con.execute(
        "INSERT INTO pipeline.issues VALUES "
        "('i-1', NULL, 'extract', 'no-body', 'lintas_timor', NULL, NULL, 'c1.v1-p00001.jsonl.gz')"
    )
    con.close()

    con = open_warehouse(path)
    assert con.execute("SELECT crawl_id FROM pipeline.issues").fetchall() == [("c1",)]
    assert parts_without_readings(con) == ["c1.v1-p00001.jsonl.gz"]
    assert load_readings(con, "c1.v1-p00001.jsonl.gz", [record()]) == 1
    assert parts_without_readings(con) == []
    assert len(rows(con)) == 1
    con.close()


def test_what_was_before_a_crawl_is_that_of_earlier_daily_crawls(con: duckdb.DuckDBPyConnection) -> None:
    crawl(con, "c1", 1)
    crawl(con, "c2", 2, kind="backfill")
    crawl(con, "c3", 3)
    crawl(con, "c4", 4)
    for number in (1, 2, 3, 4):
        load_part(con, f"p{number}", [record(f"c{number}", f"kabar-{number}")])
    found = before(con, "c3", 90, date(2026, 3, 5))["lintas_timor"]
    assert {reading.crawl_id for reading in found.readings} == {"c1"}
    assert set(readings_of(con, "c3")) == {"lintas_timor"}
    assert before(con, "unknown", 90, date(2026, 3, 5)) == {}


def test_old_readings_are_no_yardstick(con: duckdb.DuckDBPyConnection) -> None:
    crawl(con, "c1", 1)
    crawl(con, "c2", 20)
    load_part(con, "p1", [record("c1")])  # fetched on 3 March
    assert len(before(con, "c2", 90, date(2026, 3, 20))["lintas_timor"].readings) == 1
    assert before(con, "c2", 10, date(2026, 3, 20))["lintas_timor"].readings == ()


def test_a_crawl_is_assessed_again_when_more_of_it_is_loaded(con: duckdb.DuckDBPyConnection) -> None:
    crawl(con, "c1", 1)
    crawl(con, "c2", 2, kind="backfill")
    assert crawls_to_assess(con) == ["c1"]
    started = con.execute("SELECT started_at FROM pipeline.crawls WHERE crawl_id = 'c1'").fetchone()
    assert started is not None
    save(con, "c1", [Row("c1", "lintas_timor", started[0], is_done=True)], [])
    assert crawls_to_assess(con) == []
    load_part(con, "c1.v1-p00001.jsonl.gz", [record("c1")])
    assert crawls_to_assess(con) == ["c1"]


def test_saving_what_was_found_replaces_what_was_found_before(con: duckdb.DuckDBPyConnection) -> None:
    crawl(con, "c1", 1)
    started = con.execute("SELECT started_at FROM pipeline.crawls").fetchone()
    assert started is not None
    ailing = Row("c1", "lintas_timor", started[0], is_done=True, problem_types=("silent",))
    issue = {"at": "2026-03-01T01:00:00Z", "stage": "health", "kind": "silent", "outlet_id": "lintas_timor"}
    for _ in range(2):
        save(con, "c1", [ailing], [issue | {"detail": "no new article for 9 days"}])
    assert latest(con) == [ailing]
    assert problem_sentences(con, ["c1"]) == {("c1", "lintas_timor"): ["no new article for 9 days"]}
    save(con, "c1", [Row("c1", "lintas_timor", started[0], is_done=True)], [])
    assert problem_sentences(con, ["c1"]) == {}
    assert latest(con)[0].problem_types == ()
