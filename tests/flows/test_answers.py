"""Answers of the snapshot: shown, or written as CSV, JSON and Parquet."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from flows import answers
from flows.commands.failure import CommandError
from warehouse.database import open_warehouse


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    open_warehouse(path).close()
    return path


def written(snapshot: Path, sql: str, kind: str, out: Path) -> bytes:
    with answers.asked(snapshot, sql, []) as answer:
        answers.write(answer, kind, out)
    return out.read_bytes()


def test_csv_has_a_header_and_no_formula(snapshot: Path, tmp_path: Path) -> None:
    text = written(snapshot, "SELECT 1 AS n, '=1+1' AS t, NULL AS e, DATE '2025-05-07' AS d", "csv", tmp_path / "a.csv")
    assert text.decode() == "n,t,e,d\r\n1,'=1+1,,2025-05-07\r\n"


def test_json_is_an_array_of_objects(snapshot: Path, tmp_path: Path) -> None:
    text = written(snapshot, "SELECT i, [i, i] AS l FROM range(2) t(i)", "json", tmp_path / "a.json")
    assert json.loads(text) == [{"i": 0, "l": [0, 0]}, {"i": 1, "l": [1, 1]}]
    assert json.loads(written(snapshot, "SELECT 1 AS a WHERE false", "json", tmp_path / "b.json")) == []


def test_parquet_keeps_types(snapshot: Path, tmp_path: Path) -> None:
    written(snapshot, "SELECT DATE '2025-05-07' AS d", "parquet", tmp_path / "a.parquet")
    types = duckdb.connect().execute(f"DESCRIBE FROM '{tmp_path}/a.parquet'").fetchall()
    assert types[0][1] == "DATE"


def test_a_file_that_cannot_be_written_leaves_nothing_behind(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        written(snapshot, "SELECT 1", "csv", tmp_path / "no" / "a.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        written(snapshot, "SELECT 1", "csv", tmp_path / "folder")
    assert not list(tmp_path.glob("*.tmp"))


def test_bad_sql_is_explained_in_one_line(snapshot: Path) -> None:
    with pytest.raises(CommandError, match=r"the query failed: .*evnts"), answers.asked(snapshot, "FROM evnts", []):
        pass
    with (
        pytest.raises(CommandError, match=r"is no ready-made question; .*who-with-whom"),
        answers.asked(snapshot, "a-b", []),
    ):
        pass


def test_the_snapshot_cannot_be_changed(snapshot: Path) -> None:
    with pytest.raises(CommandError, match="read-only"), answers.asked(snapshot, "DELETE FROM articles", []):
        pass


def test_a_question_takes_parameters_by_name(snapshot: Path) -> None:
    with answers.asked(snapshot, "agency-timeline", ["agency=Polda"]) as answer:
        assert answer.first(5) == ([], False)
        assert "agency_name" in answer.columns
    with pytest.raises(CommandError, match="name=value"), answers.asked(snapshot, "agency-timeline", ["Polda"]):
        pass
    with (
        pytest.raises(CommandError, match="belongs to a ready-made question"),
        answers.asked(snapshot, "SELECT 1", ["a=b"]),
    ):
        pass


def test_the_first_rows_say_whether_there_are_more(snapshot: Path) -> None:
    with answers.asked(snapshot, "FROM range(3)", []) as answer:
        assert answer.first(2) == ([(0,), (1,)], True)
