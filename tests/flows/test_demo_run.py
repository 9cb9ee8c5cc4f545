"""The main job on the demo newsroom: everything is found once, and doing it again changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawlers.newsroom.content import load_articles
from crawlers.newsroom.sites import load_sites
from flows.answers import asked
from flows.workspace import Workspace
from warehouse.questions import list_questions

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Tables = Callable[..., dict[str, list[tuple[Any, ...]]]]
pytestmark = pytest.mark.slow

WHEN_IT_RAN = {"fetched_at", "last_fetched_at", "extraction_id"}
"""Columns that tell when a page was read: they differ between two data folders by their nature."""


def test_every_article_of_the_newsroom_is_in_the_database_once(demo: Any) -> None:
    sites = load_sites()
    expected = {article.canonical_url(sites[article.outlet]) for article in load_articles()}
    con = duckdb.connect(str(demo.workspace.warehouse), read_only=True)
    found = [url for (url,) in con.execute("SELECT canonical_url FROM articles").fetchall()]
    con.close()
    assert len(found) == len(set(found)) == len(expected) >= 60
    assert set(found) == expected


def test_relevance_of_the_newsrooms_articles_is_told(demo: Any) -> None:
    sites = load_sites()
    expected = {
        article.canonical_url(sites[article.outlet]): article.relevance in ("core", "context")
        for article in load_articles()
    }
    con = duckdb.connect(str(demo.workspace.snapshot), read_only=True)
    told = dict(con.execute("SELECT canonical_url, relevance_type IN ('core', 'context') FROM articles").fetchall())
    con.close()
    wrong = [url for url, relevant in told.items() if expected.get(url, relevant) != relevant]
    assert len(wrong) <= len(expected) // 20, wrong


def test_the_closing_figures_are_those_of_the_database(demo: Any) -> None:
    con = duckdb.connect(str(demo.workspace.snapshot), read_only=True)
    events = con.execute("SELECT event_type, count(*) FROM events GROUP BY 1").fetchall()
    con.close()
    summary = demo.printed["summary"]
    assert summary["events_by_type"] == dict(events)
    assert len(events) >= 12
    assert summary["articles"] == demo.printed["crawl"]["new"]
    assert len(summary["most_connected"]) == 5
    assert demo.printed["snapshot"] == str(demo.workspace.snapshot)


def test_what_went_wrong_is_recorded_and_did_not_stop_the_rest(demo: Any) -> None:
    con = duckdb.connect(str(demo.workspace.warehouse), read_only=True)
    kinds = {kind for (kind,) in con.execute("SELECT DISTINCT issue_type FROM pipeline.issues").fetchall()}
    con.close()
    assert kinds >= {"feed_rejected", "gone", "not_html", "redirect_loop", "too_large", "challenge", "charset", "empty"}


def test_a_second_run_fetches_nothing_new_and_changes_no_row(
    demo: Any, jejak: Command, prefect_api: str, main_tables: Tables, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    workspace = Workspace(data / "demo")
    again = {"issue_count"}  # the second crawl meets the same problems again
    before = [main_tables(path, again) for path in (workspace.warehouse, workspace.snapshot)]
    archived = sorted(path.name for path in workspace.archive.glob("*.warc.gz"))

    done = jejak("run", "--demo", "--data", data, "--port", demo.port, "--json", PREFECT_API_URL=prefect_api)

    assert done.returncode == 0, done.stderr
    crawl = json.loads(done.stdout)["crawl"]
    assert (crawl["new"], crawl["changed"]) == (0, 0)
    assert crawl["unchanged"] == demo.printed["crawl"]["new"]
    assert sorted(path.name for path in workspace.archive.glob("*.warc.gz")) == archived
    assert [main_tables(path, again) for path in (workspace.warehouse, workspace.snapshot)] == before


def test_a_corrected_article_replaces_its_old_version_and_the_old_page_stays(
    demo: Any, jejak: Command, prefect_api: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    workspace = Workspace(data / "demo")
    pages = sum(1 for _ in workspace.archive.glob("*.warc.gz"))

    again = ("run", "--demo", "--data", data, "--port", demo.port, "--edition", "2", "--json")
    done = jejak(*again, PREFECT_API_URL=prefect_api)

    crawl = json.loads(done.stdout)["crawl"]
    assert (crawl["new"], crawl["changed"]) == (0, 1)
    assert sum(1 for _ in workspace.archive.glob("*.warc.gz")) == pages + 1
    con = duckdb.connect(str(workspace.warehouse), read_only=True)
    assert con.execute("SELECT count(*) FROM articles").fetchone() == (demo.printed["summary"]["articles"],)
    versions = con.execute(
        "SELECT count(*), count(*) FILTER (WHERE is_current) FROM pipeline.extractions "
        "GROUP BY article_id HAVING count(*) > 1"
    ).fetchall()
    con.close()
    assert versions == [(2, 1)]


def test_stages_alone_give_the_tables_of_the_whole_run(
    demo: Any, jejak: Command, main_tables: Tables, tmp_path: Path
) -> None:
    for stage in ("crawl", "extract", "load", "resolve", "publish"):
        extra = ["--port", str(demo.port)] if stage == "crawl" else []
        done = jejak(stage, "--demo", "--data", tmp_path, *extra)
        assert done.returncode == 0, done.stderr
    workspace = Workspace(tmp_path / "demo")
    assert main_tables(workspace.warehouse, WHEN_IT_RAN) == main_tables(demo.workspace.warehouse, WHEN_IT_RAN)


def test_an_analyst_reads_the_snapshot_while_a_run_writes(demo: Any, jejak: Command, tmp_path: Path) -> None:
    shutil.copytree(demo.data, tmp_path / "data")
    workspace = Workspace(tmp_path / "data" / "demo")
    reader = duckdb.connect(str(workspace.snapshot), read_only=True)
    before = reader.execute("SELECT count(*) FROM events").fetchone()
    assert jejak("publish", "--demo", "--data", tmp_path / "data").returncode == 0
    assert reader.execute("SELECT count(*) FROM events").fetchone() == before
    reader.close()
    writer = duckdb.connect(str(workspace.warehouse))
    asked = jejak("query", "--demo", "--data", tmp_path / "data", "SELECT count(*) AS n FROM events", "--json")
    writer.close()
    assert json.loads(asked.stdout) == [{"n": before[0] if before else None}]


def test_every_ready_made_question_is_answered_on_the_snapshot(demo: Any) -> None:
    names = [question.name for question in list_questions()]
    assert len(names) >= 10
    answered = {}
    for name in names:
        with asked(demo.workspace.snapshot, name, []) as answer:
            answered[name] = len(answer.first(100)[0])
    assert sum(count > 0 for count in answered.values()) >= 10, answered
