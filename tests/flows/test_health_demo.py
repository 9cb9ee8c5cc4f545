"""A site of the demo newsroom is redesigned: exactly that outlet is reported, everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawlers.newsroom.sites import load_site_table, load_sites
from flows.workspace import Workspace

Command = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = pytest.mark.slow

REDESIGNED = load_site_table()["edition_3"]["site"]
PROBLEMS = ["drift_author", "drift_body", "drift_date", "feed_stopped"]


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    con = duckdb.connect(str(path), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def artifact(api: str, key: str) -> str:
    """The latest artifact of a key on a Prefect server."""
    wanted = {"artifacts": {"key": {"any_": [key]}}}
    request = urllib.request.Request(
        f"{api}/artifacts/latest/filter", json.dumps(wanted).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        (found,) = json.loads(answer.read())
    return str(found["data"])


def test_a_first_run_finds_nothing_wrong_and_counts_what_each_outlet_gave(demo: Any) -> None:
    assert demo.printed["health"] == []
    counted = rows(demo.workspace.warehouse, "SELECT sum(new_count), sum(reading_count) FROM pipeline.outlet_crawls")
    assert counted == [(demo.printed["crawl"]["new"], demo.printed["crawl"]["new"])]
    assert rows(demo.workspace.warehouse, "SELECT count(*) FROM pipeline.outlet_crawls WHERE NOT is_done") == [(0,)]


def test_a_redesigned_site_is_reported_and_no_other(
    demo: Any, jejak: Command, prefect_api: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    workspace = Workspace(data / "demo")
    run = ("run", "--demo", "--data", data, "--port", demo.port, "--edition")

    ordinary = jejak(*run, "2", "--json", PREFECT_API_URL=prefect_api)
    assert ordinary.returncode == 0, ordinary.stderr
    assert json.loads(ordinary.stdout)["health"] == []
    assert "none with a problem" in artifact(prefect_api, "outlet-problems")

    told = jejak(*run, "3", PREFECT_API_URL=prefect_api)
    assert told.returncode == 0, told.stderr
    line = next(line for line in told.stdout.splitlines() if line.startswith("Outlets with problems"))
    assert line.startswith(f"Outlets with problems: {REDESIGNED} ({', '.join(PROBLEMS)})")

    for path in (workspace.warehouse, workspace.snapshot):
        ailing = "SELECT outlet_id, list_sort(problem_types) FROM {} WHERE len(problem_types) > 0"
        assert rows(path, ailing.format("outlet_health")) == [(REDESIGNED, PROBLEMS)]
        assert rows(path, ailing.format("pipeline.outlet_crawls")) == [(REDESIGNED, PROBLEMS)]
        issues = rows(path, "SELECT outlet_id, issue_type FROM pipeline.issues WHERE stage_name = 'health' ORDER BY 2")
        assert issues == [(REDESIGNED, kind) for kind in PROBLEMS]
    problems = artifact(prefect_api, "outlet-problems")
    assert f"**{REDESIGNED}**" in problems
    assert problems.count("**") == 2
    table = {row["outlet"]: row["problem"] for row in json.loads(artifact(prefect_api, "outlet-health"))}
    assert {outlet for outlet, problem in table.items() if problem} == {REDESIGNED}
    assert len(table) == demo.printed["crawl"]["outlets"]

    shown = jejak("outlets", "health", "--demo", "--data", data, "--problems", "--json")
    (state,) = json.loads(shown.stdout)
    assert (state["outlet_id"], state["problem_types"], len(state["problems"])) == (REDESIGNED, PROBLEMS, 4)

    before = rows(workspace.warehouse, "SELECT * EXCLUDE (assessed_at) FROM pipeline.outlet_crawls ORDER BY ALL")
    workspace.warehouse.unlink()
    assert jejak("load", "--demo", "--data", data).returncode == 0
    after = rows(workspace.warehouse, "SELECT * EXCLUDE (assessed_at) FROM pipeline.outlet_crawls ORDER BY ALL")
    assert after == before


def test_the_table_fits_100_columns_and_names_every_outlet(demo: Any, jejak: Command) -> None:
    shown = jejak("outlets", "health", "--demo", "--data", demo.data, COLUMNS="100")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].endswith("none with a problem")
    outlets = rows(demo.workspace.warehouse, "SELECT outlet_id FROM outlets")
    assert all(any(line.startswith(f"{outlet} ") for line in lines) for (outlet,) in outlets)


def test_outlets_can_be_chosen_by_id_and_province(demo: Any, jejak: Command) -> None:
    asked = ("outlets", "health", "--demo", "--data", demo.data, "--json")
    in_ntt = {state["outlet_id"] for state in json.loads(jejak(*asked, "--province", "NTT").stdout)}
    assert in_ntt == {slug for slug, site in load_sites().items() if site.province_code == "53"} != set()
    assert [s["outlet_id"] for s in json.loads(jejak(*asked, "--outlet", REDESIGNED).stdout)] == [REDESIGNED]
    unknown = jejak(*asked, "--outlet", "kabar-entah")
    assert unknown.returncode != 0
    assert "kabar-entah" in unknown.stderr


def test_health_is_told_from_the_snapshot_while_a_run_writes(demo: Any, jejak: Command, tmp_path: Path) -> None:
    shutil.copytree(demo.data, tmp_path / "data")
    writer = duckdb.connect(str(Workspace(tmp_path / "data" / "demo").warehouse))
    try:
        shown = jejak("outlets", "health", "--demo", "--data", tmp_path / "data", "--json")
    finally:
        writer.close()
    assert len(json.loads(shown.stdout)) == demo.printed["crawl"]["outlets"]


def test_before_any_run_the_command_says_what_to_do(jejak: Command, tmp_path: Path) -> None:
    shown = jejak("outlets", "health", "--data", tmp_path)
    assert shown.returncode != 0
    assert "jejak run" in shown.stderr
