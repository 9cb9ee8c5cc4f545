"""A run killed at any place and started again ends with the tables of one that was not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.workspace import Workspace

Tables = Callable[..., dict[str, list[tuple[Any, ...]]]]
pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 300
READ_AT_ANOTHER_TIME = {
    "fetched_at",
    "last_fetched_at",
    "extraction_id",
    "page_count",
    "issue_count",
    "list_grade_type",
}
"""Columns that tell when pages were read and how often: a run that was killed read some at another time, or twice, and
asked a feed that gives nothing once more, which then is asked less often."""


def start(data: Path, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "flows.command_line", "run", "--demo", "--data", str(data), "--port", str(port)]
    with (data / "run.log").open("wb") as log:
        return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=log)


def kill_when(running: subprocess.Popen[bytes], reached: Callable[[], bool], delay: float = 0.0) -> None:
    """Kill the run, without a warning, as soon as a place is reached."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert running.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline, "the place to kill at was never reached"
        time.sleep(0.01)
    time.sleep(delay)
    assert running.poll() is None, "the run ended before it could be killed"
    running.kill()
    running.wait()


def test_five_kills_leave_no_trace(
    demo: Any, main_tables: Tables, environment: dict[str, str], prefect_api: str, tmp_path: Path
) -> None:
    around = environment | {"PREFECT_API_URL": prefect_api, "PYTHONPATH": str(REPOSITORY)}
    workspace = Workspace(tmp_path / "demo")
    # Pseudonyms are made with a data folder's key: with the same key both snapshots must be the same to the letter.
    workspace.folder.mkdir()
    shutil.copy(demo.workspace.folder / "protection.key", workspace.folder)

    def archived_bytes() -> int:
        return sum(path.stat().st_size for path in workspace.archive.glob("*.warc.gz.open"))

    def finished(stage: str) -> bool:
        return f"{stage}: ".encode() in (tmp_path / "run.log").read_bytes()

    places: dict[str, tuple[Callable[[], bool], float]] = {
        "in mid-crawl": (lambda: archived_bytes() > 100_000, 0.0),
        "while pages are read": (lambda: finished("crawl"), 1.5),
        "while facts are loaded": (lambda: finished("extract") and workspace.warehouse.exists(), 0.05),
        "while persons and events are joined": (lambda: finished("load"), 0.05),
        "while the snapshot is written": (lambda: finished("resolve"), 0.05),
    }
    for reached, delay in places.values():
        kill_when(start(tmp_path, demo.port, around), reached, delay)
    last = start(tmp_path, demo.port, around)
    assert last.wait(PATIENCE_SECONDS) == 0, (tmp_path / "run.log").read_text()

    for ours, undisturbed in (
        (workspace.warehouse, demo.workspace.warehouse),
        (workspace.snapshot, demo.workspace.snapshot),
    ):
        expected, found = (main_tables(path, READ_AT_ANOTHER_TIME) for path in (undisturbed, ours))
        for name, rows in expected.items():
            assert found[name] == rows, name


def test_the_crawler_dies_with_the_run(
    demo: Any, environment: dict[str, str], prefect_api: str, tmp_path: Path
) -> None:
    around = environment | {"PREFECT_API_URL": prefect_api, "PYTHONPATH": str(REPOSITORY)}
    archive = Workspace(tmp_path / "demo").archive
    kill_when(start(tmp_path, demo.port, around), lambda: any(archive.glob("*.warc.gz.open")))

    def crawlers() -> list[Path]:
        """Crawler processes that have a file of this archive open."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cmdline").read_bytes().split(b"\0")[1:3] == [b"-m", b"crawlers"]:
                    found += [link for link in (process / "fd").iterdir() if archive in link.resolve().parents]
            except OSError:
                continue  # the process has ended meanwhile
        return found

    deadline = time.monotonic() + 15
    while crawlers() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert crawlers() == []
