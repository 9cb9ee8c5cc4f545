"""The same flow on a server: deployed to a work pool, run by a process worker, or served on a schedule."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.prefect_server import free_port

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 400


def prefect(*words: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", *words],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def asked(url: str, **body: Any) -> Any:
    """The answer of the Prefect server's REST interface; a body is sent as JSON."""
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_a_deployment_runs_through_a_process_worker(
    prefect_api: str, environment: dict[str, str], tmp_path: Path
) -> None:
    around = environment | {"PREFECT_API_URL": prefect_api, "PYTHONPATH": str(REPOSITORY)}
    prefect("work-pool", "create", "jejak", "--type", "process", "--overwrite", environment=around)
    prefect("deploy", "--all", environment=around)
    daily = asked(f"{prefect_api}/deployments/name/jejak-run/daily")
    assert [(one["schedule"]["cron"], one["schedule"]["timezone"]) for one in daily["schedules"]] == [
        ("0 3,15 * * *", "Asia/Jakarta")
    ]

    years = asked(f"{prefect_api}/deployments/name/jejak-backfill/years-behind")
    assert years["schedules"] == []
    assert years["parameters"]["days"] == {"since": "2018-01-01", "wait": True}

    options = {"demo": True, "data": str(tmp_path), "demo_port": free_port()}
    prefect("deployment", "run", "jejak-run/demo", "--param", f"options={json.dumps(options)}", environment=around)
    prefect("worker", "start", "--pool", "jejak", "--run-once", environment=around)

    runs = asked(f"{prefect_api}/flow_runs/filter", deployments={"name": {"any_": ["demo"]}})
    assert [run["state_type"] for run in runs] == ["COMPLETED"], [run["state"] for run in runs]
    con = duckdb.connect(str(tmp_path / "demo" / "published.duckdb"), read_only=True)
    events = con.execute("SELECT count(*) FROM events").fetchone()
    con.close()
    assert events is not None
    assert events[0] >= 40
    artifacts = asked(f"{prefect_api}/artifacts/latest/filter", limit=10)
    assert "jejak-run" in {artifact["key"] for artifact in artifacts}


def test_the_schedule_is_served_on_a_server_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    words = ["schedule", "--cron", "0 3,15 * * *", "--name", "nightly", "--demo", "--data", str(tmp_path)]
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.command_line", *words],
        env=environment | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert serving.stdout is not None
        line = serving.stdout.readline()
        assert "Asia/Jakarta" in line
        api = line.partition("watch it at ")[2].split(". ")[0] + "/api"
        deadline = time.monotonic() + PATIENCE_SECONDS
        found: list[dict[str, Any]] = []
        while not found and time.monotonic() < deadline:
            # Other tests deployed to the same records, also what has no schedule.
            deployments = asked(f"{api}/deployments/filter", deployments={"name": {"any_": ["nightly"]}})
            found = [schedule for deployment in deployments for schedule in deployment["schedules"]]
            time.sleep(0.5)
        # The server plans runs ahead only if its scheduler works: the embedded server's does not.
        upcoming: list[dict[str, Any]] = []
        while not upcoming and time.monotonic() < deadline:
            upcoming = asked(
                f"{api}/flow_runs/filter",
                flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}},
                deployments={"name": {"any_": ["nightly"]}},
            )
            time.sleep(0.5)
    finally:
        serving.terminate()
        serving.communicate(timeout=60)
    assert [one["schedule"]["timezone"] for one in found] == ["Asia/Jakarta"]
    hours = {run["expected_start_time"][11:16] for run in upcoming}
    assert hours == {"20:00", "08:00"}  # 3:00 and 15:00 in Jakarta, in UTC


def test_a_schedule_that_cannot_be_read_is_refused(jejak: Callable[..., Any], tmp_path: Path) -> None:
    done = jejak("schedule", "--cron", "every night", "--demo", "--data", tmp_path)
    assert done.returncode == 1
    assert "--cron 'every night' cannot be read" in done.stderr


def test_a_live_schedule_needs_a_contact(jejak: Callable[..., Any], tmp_path: Path) -> None:
    done = jejak("schedule", "--data", tmp_path)
    assert done.returncode == 1
    assert "contact" in done.stderr
