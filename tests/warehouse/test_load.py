"""Loading facts: all or nothing, once however often, the newest version shown, whatever the order."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.factory import Story, contents, meeting
from warehouse.database import open_warehouse
from warehouse.load import (
    load_crawl,
    load_issues,
    load_outlets,
    load_part,
    load_part_file,
    load_places,
    register_extractor,
)
from warehouse.parts import read_part


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def test_every_fact_leads_to_its_words_and_its_extractor(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "part", [meeting().record()])
    for table in ("mentions", "roles", "quotes", "event_reports", "event_participants"):
        rows = con.execute(
            f"SELECT t.text[f.start_offset + 1 : f.end_offset], f.extractor_version FROM {table} f "
            "JOIN pipeline.article_texts t USING (article_id)"
        ).fetchall()
        assert rows, table
        assert all(words and version == "test-1" for words, version in rows), table
    wrong = con.execute(
        "SELECT surface FROM mentions m JOIN pipeline.article_texts t USING (article_id) "
        "WHERE surface <> t.text[start_offset + 1 : end_offset]"
    ).fetchall()
    assert wrong == []
    assert con.execute("SELECT evidence FROM event_reports").fetchone() == (
        "Polda NTT menggelar rapat koordinasi bersama BP3MI NTT di Kupang, Senin (2/3/2026).",
    )


def test_times_are_kept_in_utc_and_the_day_in_the_newsrooms_own_time(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "part", [meeting(published="2026-03-02T06:30:00+08:00").record()])
    row = con.execute("SELECT CAST(published_at AS VARCHAR), CAST(published_date AS VARCHAR) FROM articles").fetchone()
    assert row == ("2026-03-01 22:30:00", "2026-03-02")


def test_an_unknown_publication_date_stays_unknown(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "part", [meeting(published=None).record()])
    assert con.execute("SELECT published_at, published_date FROM articles").fetchone() == (None, None)


def test_loading_a_part_twice_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    first = load_part(con, "part", [meeting().record()])
    before = contents(con)
    second = load_part(con, "part", [meeting().record()])
    assert (first.articles, first.mentions, first.was_loaded) == (1, 6, False)
    assert second.was_loaded
    assert contents(con) == before


def test_the_same_version_in_another_part_changes_no_fact(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "part-2", [meeting().record()])
    before = contents(con)
    counts = load_part(con, "part-1", [meeting().record()])
    after = contents(con)
    assert (counts.articles, counts.unchanged) == (0, 1)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"pipeline.loads", "pipeline.extractions"}
    assert con.execute("SELECT part_name FROM pipeline.extractions").fetchall() == [("part-1",)]


def test_the_version_fetched_last_is_shown_and_the_others_listed(con: duckdb.DuckDBPyConnection) -> None:
    corrected = meeting(fetched="2026-03-05T00:00:00+00:00").say("Ralat: rapat dipimpin Wakapolda.")
    load_part(con, "new", [corrected.record()])
    load_part(con, "old", [meeting().record()])
    assert con.execute("SELECT CAST(fetched_at AS VARCHAR) FROM articles").fetchall() == [("2026-03-05 00:00:00",)]
    assert con.execute("SELECT part_name, is_current FROM pipeline.extractions ORDER BY 1").fetchall() == [
        ("new", True),
        ("old", False),
    ]
    assert count(con, "SELECT count(*) FROM mentions") == 6
    assert "Ralat" in con.execute("SELECT text FROM pipeline.article_texts").fetchall()[0][0]


def test_facts_of_a_replaced_version_are_gone(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "old", [meeting().record()])
    bare = Story("rakor-kupang", fetched="2026-03-09T00:00:00+00:00").say("Rapat ditunda.")
    load_part(con, "new", [bare.record()])
    for table in ("mentions", "roles", "quotes", "event_reports", "event_participants", "pipeline.reported_persons"):
        assert count(con, f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_two_readings_of_one_page_that_of_the_later_extractor_is_shown(
    con: duckdb.DuckDBPyConnection, order: tuple[str, str]
) -> None:
    # "spacy-9" sorts after "spacy-1", but came into use before it.
    parts = {"a": meeting(version="spacy-9").record(), "b": meeting(version="spacy-1").record()}
    register_extractor(con, "spacy-9")
    register_extractor(con, "spacy-1")
    register_extractor(con, "spacy-9")
    for name in order:
        load_part(con, name, [parts[name]])
    assert con.execute("SELECT extractor_version FROM articles").fetchall() == [("spacy-1",)]


def stories() -> list[dict[str, Any]]:
    found = [
        meeting(f"rakor-{number}", published=f"2026-03-{number:02}T09:00:00+08:00").record() for number in range(1, 8)
    ]
    found += [
        meeting(f"rakor-{number}", fetched="2026-03-09T00:00:00+00:00").say("Ralat.").record() for number in (2, 5)
    ]
    return found


def test_the_order_of_parts_leaves_no_trace(tmp_path: Path) -> None:
    results = []
    for seed in range(3):
        parts = list(enumerate(stories()))
        random.Random(seed).shuffle(parts)
        con = open_warehouse(tmp_path / f"{seed}.duckdb")
        for number, record in parts:
            load_part(con, f"part-{number}", [record])
        found = contents(con)
        found.pop("pipeline.loads")  # how many articles a file changed does depend on what was there before
        results.append(found)
        con.close()
    assert results[0] == results[1] == results[2]


def test_a_record_of_the_wrong_form_is_an_issue_and_the_rest_is_loaded(con: duckdb.DuckDBPyConnection) -> None:
    def broken(change: dict[str, Any]) -> dict[str, Any]:
        record = meeting("rusak").record()
        for keys, value in change.items():
            *path, last = keys.split(".")
            item: Any = record
            for key in path:
                item = item[int(key)] if key.isdigit() else item[key]
            item[last] = value
        return record

    faults = [
        {"article.text": None},
        {"article.id": ""},
        {"page.fetched_at": "kemarin"},
        {"page.offset": -5},
        {"facts.relevance": "very"},
        {"facts.persons.0.capacity": "hero"},
        {"facts.persons.0.age": 999},
        {"facts.persons.0.spans.0.start": 10_000},
        {"facts.persons.0.spans.0.confidence": "much"},
        {"facts.persons.0.spans.0.sentence": 2**40},
        {"facts.agencies.0.spans.0.text": None},
        {"facts.places.0.level": "planet"},
        {"facts.dates.0.start": "2026-02-31"},
        {"facts.events.0.status": "dreamt"},
        {"facts.events.0.participants.0.role": "villain"},
        {"article.title": "\ud800"},
    ]
    records = [broken(fault) for fault in faults] + [{"kind": "poem"}, {"kind": "article"}, meeting().record()]
    counts = load_part(con, "part", records)
    assert (counts.lines, counts.articles, counts.issues) == (len(records), 1, len(records) - 1)
    details = [detail for (detail,) in con.execute("SELECT detail FROM pipeline.issues").fetchall()]
    assert all(detail.startswith("part, ") for detail in details)
    assert any("'hero' is no capacity; allowed: expert, official" in detail for detail in details)
    assert con.execute("SELECT DISTINCT stage_name, issue_type FROM pipeline.issues").fetchall() == [
        ("load", "invalid-record")
    ]


def test_lines_that_are_no_json_are_issues_and_the_rest_is_loaded(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    part = tmp_path / "crawl-1-00001.test-1-p00001.jsonl.gz"
    lines = [b"{broken", b"", b"[1, 2]", b"\xff\xfe", json.dumps(meeting().record()).encode()]
    lines.append(
        json.dumps({"kind": "issue", "stage": "extract", "issue_kind": "pdf", "url": "https://x.example/a"}).encode()
    )
    part.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    counts = load_part_file(con, part)
    assert (counts.articles, counts.issues) == (1, 4)
    found = con.execute("SELECT issue_type, detail FROM pipeline.issues WHERE stage_name = 'load'").fetchall()
    assert {kind for kind, _ in found} == {"broken-line"}
    assert any(f"{part.name}, line 1: this is not a JSON object" in detail for _, detail in found)
    assert con.execute("SELECT url FROM pipeline.issues WHERE issue_type = 'pdf'").fetchall() == [
        ("https://x.example/a",)
    ]


def test_a_file_that_breaks_off_gives_what_is_whole(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    part = tmp_path / "half.jsonl.gz"
    # Random padding keeps the compressed lines long, so that the cut falls into the last of them.
    lines = [json.dumps(meeting(f"rakor-{n}").record() | {"pad": os.urandom(9000).hex()}) for n in range(3)]
    whole = gzip.compress("\n".join(lines).encode())
    part.write_bytes(whole[: len(whole) * 5 // 6])
    kinds = [record["kind"] for record in read_part(part)]
    assert kinds == ["article", "article", "issue"]
    assert load_part_file(con, part).articles == 2


def test_a_source_that_fails_half_way_leaves_nothing(con: duckdb.DuckDBPyConnection) -> None:
    before = contents(con)

    def failing() -> Iterator[dict[str, Any]]:
        yield meeting().record()
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        load_part(con, "part", failing())
    assert contents(con) == before
    assert load_part(con, "part", [meeting().record()]).articles == 1


@pytest.mark.parametrize("step", ["_forget", "_keep_books", "_insert_issues"])
def test_a_load_killed_half_way_leaves_nothing_and_can_be_repeated(path: Path, step: str) -> None:
    open_warehouse(path).close()
    script = f"""
        import os
        import warehouse.load as load
        from tests.warehouse.factory import meeting
        from warehouse.database import open_warehouse
        setattr(load, {step!r}, lambda *rest: os._exit(9))
        load.load_part(open_warehouse({str(path)!r}), "part", [meeting().record()])
    """
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=root, check=False)
    assert ended.returncode == 9
    con = open_warehouse(path)
    assert count(con, "SELECT count(*) FROM articles") == 0
    assert count(con, "SELECT count(*) FROM mentions") == 0
    assert load_part(con, "part", [meeting().record()]).articles == 1
    repeated = contents(con)
    con.close()
    undisturbed = open_warehouse(path.with_name("other.duckdb"))
    load_part(undisturbed, "part", [meeting().record()])
    assert contents(undisturbed) == repeated
    undisturbed.close()


def test_mention_ids_are_unique_though_no_index_says_so(con: duckdb.DuckDBPyConnection) -> None:
    story = meeting()
    # One span read as a place and, twice, as the same person.
    story.facts.persons[0].spans *= 2
    story.place("Yohanes Bria", "Bria", "village", "53.01.01.2001")
    load_part(con, "part", [story.record()])
    assert count(con, "SELECT count(*) - count(DISTINCT mention_id) FROM mentions") == 0
    assert count(con, "SELECT count(*) FROM mentions WHERE surface = 'Yohanes Bria'") == 2


@pytest.mark.slow
def test_a_batch_of_a_hundred_thousand_mentions_is_loaded_whole_and_quickly(con: duckdb.DuckDBPyConnection) -> None:
    record = meeting().record()
    spans = record["facts"]["agencies"][0]["spans"]
    record["facts"]["agencies"][0]["spans"] = [
        spans[0] | {"start": n % 90, "end": n % 90 + n // 90} for n in range(595)
    ]
    records = [
        record
        | {"article": record["article"] | {"id": f"a-{number:016x}"}, "page": record["page"] | {"offset": number}}
        for number in range(170)
    ]
    begin = time.perf_counter()
    counts = load_part(con, "part", records)
    elapsed = time.perf_counter() - begin
    assert counts.mentions == 170 * 600 == count(con, "SELECT count(*) FROM mentions")
    # The aim is 100,000 rows a second (benchmarks/load.py); a machine that does other work too still makes a tenth.
    assert counts.mentions / elapsed > 10_000


def test_outlets_places_and_crawls_are_replaced_not_repeated(con: duckdb.DuckDBPyConnection) -> None:
    outlet = {
        "outlet_id": "lintas_timor",
        "name": "Lintas Timor",
        "domain": "lintastimor.example",
        "province_code": "53",
    }
    load_outlets(con, [outlet])
    load_outlets(con, [outlet | {"name": "Lintas Timor Baru"}])
    assert con.execute("SELECT outlet_id, outlet_name, province_code FROM outlets").fetchall() == [
        ("lintas_timor", "Lintas Timor Baru", "53")
    ]
    place = {
        "code": "53.71",
        "name": "Kota Kupang",
        "level": "regency",
        "parent_code": "53",
        "lat": -10.17,
        "lon": 123.6,
    }
    load_places(con, [place])
    load_places(con, [place, {"code": "MY", "name": "Malaysia", "level": "country"}])
    assert con.execute("SELECT place_code, province_code, latitude FROM places ORDER BY 1").fetchall() == [
        ("53.71", "53", -10.17),
        ("MY", None, None),
    ]
    load_crawl(con, {"crawl_id": "c-1", "started_at": "2026-03-03T07:00:00+07:00"})
    load_crawl(con, {"crawl_id": "c-1", "started_at": "2026-03-03T07:00:00+07:00", "fetched": 9, "new": 4, "failed": 1})
    assert con.execute(
        "SELECT crawl_id, CAST(started_at AS VARCHAR), fetched_count, new_count, failed_count FROM pipeline.crawls"
    ).fetchall() == [("c-1", "2026-03-03 00:00:00", 9, 4, 1)]


def test_issues_are_stored_once(con: duckdb.DuckDBPyConnection) -> None:
    issue = {
        "at": "2026-03-03T00:00:00Z",
        "stage": "crawl",
        "kind": "http-404",
        "outlet_id": "x",
        "url": "u",
        "detail": "d",
    }
    assert load_issues(con, [issue, issue, issue | {"url": "v"}]) == 2
    assert load_issues(con, [issue]) == 0
    assert count(con, "SELECT count(*) FROM pipeline.issues WHERE issue_type = 'http-404'") == 2
