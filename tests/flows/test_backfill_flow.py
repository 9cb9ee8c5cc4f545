"""A backfill as a flow: parameters as a deployment gives them, its progress and its outcome on the server."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive import entries
from flows.backfill import BackfillOptions
from flows.backfill_flow import BackfillReporter, backfill_outlets
from flows.options import OptionError, RunOptions
from flows.prefect_server import free_port
from flows.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
RUN = """
import json, sys
from flows.backfill_flow import backfill_outlets
backfill_outlets(**json.load(sys.stdin))
"""


def run(parameters: dict[str, Any], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(parameters),
        env=environment | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def artifact(api: str, key: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{api}/artifacts/{key}/latest", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.mark.slow
def test_a_backfill_is_watched_on_the_server(prefect_api: str, environment: dict[str, str], tmp_path: Path) -> None:
    around = environment | {"PREFECT_API_URL": prefect_api}
    options = {"demo": True, "data": str(tmp_path), "outlets": ["suara-tenggara"], "demo_port": free_port()}
    done = run({"options": options, "days": {"since": "2026-07-01", "until": "2026-09-30"}}, around)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(artifact(prefect_api, "jejak-backfill")["data"])
    kept = sum(entry.part == 1 for entry in entries(Workspace(tmp_path / "demo").archive))
    assert kept > 0
    assert row == {
        "outlet": "suara-tenggara",
        "slices done": 3,
        "slices left": 0,
        "new": kept,
        "waiting": 0,
        "time left": "",
        "ended": "finished",
    }
    assert artifact(prefect_api, "jejak-backfill-progress")["data"] == 100.0
    assert "backfill: 3 of 3 slices done" in done.stderr


def test_a_backfill_of_everything_is_refused() -> None:
    with pytest.raises(OptionError, match="choose some by outlets or provinces"):
        backfill_outlets.fn(RunOptions(), BackfillOptions(date(2018, 1, 1)))


def test_a_server_that_is_away_ends_no_backfill(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError("no server there")

    monkeypatch.setattr("flows.backfill_flow.create_progress_artifact", away)
    found = BackfillReporter(logging.getLogger("jejak.test"))
    with caplog.at_level(logging.INFO, "jejak.test"):
        for done in (1, 1, 2):
            found.advance("backfill", done, 4, "about 3 days left")
            found.advance("pages", done, 100)
    assert [record.getMessage() for record in caplog.records] == [
        "backfill: 1 of 4 slices done, about 3 days left",
        "the progress cannot be shown: no server there",
        "backfill: 2 of 4 slices done, about 3 days left",
        "the progress cannot be shown: no server there",
    ]
