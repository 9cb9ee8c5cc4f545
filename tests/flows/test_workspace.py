"""The data folder: it is checked before work begins, and has one writer at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.workspace import Workspace, WorkspaceError, workspace, write_json


def test_the_demo_keeps_its_own_folder_below_the_data_folder(tmp_path: Path) -> None:
    assert workspace(tmp_path, demo=True).folder == tmp_path / "demo"
    assert workspace(tmp_path).folder == tmp_path


def test_the_environment_names_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEJAK_DATA", str(tmp_path / "elsewhere"))
    assert workspace(None).folder == tmp_path / "elsewhere"
    assert workspace(tmp_path).folder == tmp_path


def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    with pytest.raises(WorkspaceError, match=r"data folder .*/data cannot be written.*--data DIR or JEJAK_DATA"):
        Workspace(tmp_path / "data").prepare()


def test_a_second_writer_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from flows.workspace import Workspace, WorkspaceError\n"
        "try:\n"
        "    with Workspace(Path(sys.argv[1])).locked(): print('got in')\n"
        "except WorkspaceError as error: print(error)\n"
    )
    with Workspace(tmp_path).locked():
        inside = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    after = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert f"in use by another run (process {os.getpid()})" in inside.stdout
    assert after.stdout == "got in\n"


def test_a_missing_snapshot_says_which_command_makes_it(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="run `jejak run --demo`"):
        workspace(tmp_path, demo=True).require_snapshot()
    with pytest.raises(WorkspaceError, match="run `jejak run`"):
        workspace(tmp_path).require_snapshot()


def test_json_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "crawl.json"
    write_json(path, {"b": 1, "a": "é"})
    write_json(path, {"a": "ü"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": "ü"}
    assert [p.name for p in tmp_path.iterdir()] == ["crawl.json"]
