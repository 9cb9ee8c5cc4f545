"""A finished demo run, and a Prefect server, both made once for all tests that need them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.prefect_server import free_port, prefect_server
from flows.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
RUN_SECONDS = 400

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class DemoRun:
    """A finished `jejak run --demo`: its data folder, what it printed as JSON, and the newsroom's port."""

    data: Path
    printed: dict[str, Any]
    port: int

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.data / "demo")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of commands under test: Prefect keeps its records away from the user's."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "JEJAK_"))}
    return found | {
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "DO_NOT_TRACK": "1",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="session")
def jejak(environment: dict[str, str]) -> Command:
    """Runs the command line in a process of its own, in a folder that is not the checkout."""

    def command(*words: str | Path, stdin: bytes = b"", **added: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "flows.command_line", *map(str, words)],
            input=stdin,
            capture_output=True,
            env=environment | {"PYTHONPATH": str(REPOSITORY)} | added,
            timeout=RUN_SECONDS,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return command


@pytest.fixture(scope="session")
def demo(jejak: Command, tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """One run of the main job on the embedded server, as a new user has it."""
    data, port = tmp_path_factory.mktemp("demo"), free_port()
    done = jejak("run", "--demo", "--data", data, "--port", str(port), "--json")
    assert done.returncode == 0, done.stderr
    return DemoRun(data, json.loads(done.stdout), port)


@pytest.fixture(scope="session")
def prefect_api(environment: dict[str, str]) -> Iterator[str]:
    """Address of a Prefect server that lives as long as the tests."""
    with prefect_server(environment=environment) as url:
        yield url


@pytest.fixture(scope="session")
def main_tables() -> Callable[..., dict[str, list[tuple[Any, ...]]]]:
    """Reads all rows of the tables and views that analysts see, but for the columns named."""

    def read(path: Path, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
        con = duckdb.connect(str(path), read_only=True)
        try:
            names = con.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1"
            ).fetchall()
            found = {}
            for (name,) in names:
                columns = [row[0] for row in con.execute(f"DESCRIBE main.{name}").fetchall() if row[0] not in without]
                rows = con.execute(f"SELECT {', '.join(columns)} FROM main.{name}").fetchall()
                found[name] = sorted(rows, key=repr)
            return found
        finally:
            con.close()

    return read
