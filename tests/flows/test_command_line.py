"""The command line: one clear line for what went wrong, the right exit status, nothing stored is lost."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.command_line import app, foreseen_errors, main
from warehouse.database import open_warehouse

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


def fails(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The line a command leaves on standard error; its status must be 1."""
    monkeypatch.setattr("sys.argv", ["jejak", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return one_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["crawl", "--outlet", "kompas-mars"], "kompas-mars"),
        (["crawl", "--province", "Atlantis"], "Atlantis"),
        (["crawl", "--outlet", "tribun_medan"], "needs a contact"),
        (["crawl", "--since", "kemarin", "--demo"], "--since kemarin is not a day"),
        (["extract", "--demo"], "jejak crawl --demo"),
        (["query", "SELECT 1"], "does not exist yet: run `jejak run`"),
        (["export", "persons", "--demo"], "does not exist yet: run `jejak run --demo`"),
        (["export", "persons", "--out", "persons.docx"], "ending names no format"),
        (["dashboard", "--no-browser"], "does not exist yet"),
        (["clean", "/nowhere.html", "--url", "https://example.id/a"], "/nowhere.html cannot be read"),
        (["facts", "/nowhere.jsonl"], "/nowhere.jsonl cannot be read"),
        (["facts", "--engine", "abacus"], "abacus"),
        (["outlets", "show", "kompas-mars"], "kompas-mars"),
        (["outlets", "list", "--family", "papyrus"], "unknown family papyrus"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    words: list[str],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JEJAK_DATA", str(tmp_path))
    monkeypatch.delenv("JEJAK_CONTACT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert complaint in fails(words, capsys, monkeypatch)


def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("no folder")
    line = fails(["crawl", "--demo", "--data", str(tmp_path / "data")], capsys, monkeypatch)
    assert line.startswith("jejak: data folder")
    assert "--data DIR" in line


def test_a_database_opened_elsewhere_is_named_with_its_process_and_stays_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_warehouse(tmp_path / "jejak.duckdb").close()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()",
            str(tmp_path / "jejak.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        line = fails(["resolve", "--data", str(tmp_path)], capsys, monkeypatch)
    finally:
        holder.communicate()
    assert f"PID {holder.pid}" in line
    assert "close it" in line
    assert CliRunner().invoke(app, ["resolve", "--data", str(tmp_path)]).exit_code == 0


def test_a_file_that_is_no_database_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "jejak.duckdb"
    with closing(sqlite3.connect(path)) as other:
        other.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (1);")
    before = path.read_bytes()
    assert "not a DuckDB file" in fails(["resolve", "--data", str(tmp_path)], capsys, monkeypatch)
    assert path.read_bytes() == before


def test_broken_lines_get_an_error_each_and_the_rest_is_still_done(jejak: Command) -> None:
    good = json.dumps({"id": "a", "text": "Polda NTT menggelar rakor TPPO di Kupang."})
    done = jejak("facts", stdin=f'{good}\n{{"id": "b"\n\n{{"id": "c"}}\n{good}\n'.encode())
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], "error" in row) for row in printed] == [("a", False), (None, True), ("c", True), ("a", False)]
    assert printed[0] == printed[3]
    assert done.returncode == 1
    assert "2 line(s)" in one_line(done.stderr)


def test_a_line_with_half_a_character_or_none_is_read_and_written(jejak: Command) -> None:
    lines = [
        b'{"id": "a\\ud83d", "text": "Polda NTT \\udfff menggelar rakor TPPO di Kupang, Rabu.\\u0000"}',
        b'{"id": "b", "text": ""}',
        b'{"id": "c", "text": "\xff"}',
        b"\x00",
        b'{"id": "d", "text": "Polis menahan dua lelaki kerana disyaki terlibat dalam jenayah itu semalam."}',
    ]
    done = jejak("facts", "--model", "none", stdin=b"\n".join(lines) + b"\n")
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row.get("language", row.get("error", "")[:9])) for row in printed] == [
        ("a\ufffd", "id"),
        ("b", "und"),
        (None, "not UTF-8"),
        (None, "not JSON:"),
        ("d", "ms"),
    ]
    assert [agency["name"] for agency in printed[0]["agencies"]] == ["Kepolisian Daerah Nusa Tenggara Timur"]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("options", "said", "read_by"),
    [
        ((), {"JEJAK_ENGINE": "stanza", "JEJAK_MODEL": "none"}, "stanza-none-"),
        (("--engine", "spacy"), {"JEJAK_ENGINE": "stanza", "JEJAK_MODEL": "none"}, "spacy-none-"),
        (("--model", "none"), {"JEJAK_ENGINE": ""}, "spacy-none-"),
    ],
)
def test_engine_and_model_come_from_option_or_environment(
    options: tuple[str, ...], said: dict[str, str], read_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    line = b'{"id": "a", "text": "Polda NTT menggelar rakor TPPO di Kupang, Rabu (7/5/2025)."}'
    done = CliRunner().invoke(app, ["facts", *options], input=line)
    assert json.loads(done.stdout)["extractor_version"].startswith(read_by)


def test_pages_are_cleaned_line_by_line_and_unreadable_ones_explained(jejak: Command) -> None:
    lines = [
        {"id": "pdf", "url": "https://example.id/a", "html": "%PDF-1.7 ..."},
        {"id": "empty", "url": "https://example.id/b", "html": ""},
        {"id": "missing", "url": "https://example.id/c"},
    ]
    done = jejak("clean", stdin="\n".join(map(json.dumps, lines)).encode())
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in printed] == ["pdf", "empty", "missing"]
    assert all(row["error"] for row in printed)
    assert done.returncode == 1


def test_the_command_line_explains_itself_without_loading_the_pipeline(jejak: Command) -> None:
    done = jejak("--help")
    assert done.returncode == 0
    for command in ("run", "crawl", "extract", "load", "resolve", "publish", "query", "export", "facts", "clean"):
        assert f" {command} " in done.stdout


def test_an_unknown_option_is_a_usage_error(jejak: Command) -> None:
    assert jejak("run", "--hurry").returncode == 2


def test_outlets_are_listed_by_province(capsys: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(app, ["outlets", "list", "--province", "ID-NT", "--json"])
    outlets = json.loads(result.stdout)
    assert len(outlets) == 20  # as many rows of the registry's source are in Nusa Tenggara Timur
    assert {outlet["timezone"] for outlet in outlets} == {"Asia/Makassar"}
    shown = CliRunner().invoke(app, ["outlets", "show", outlets[0]["outlet_id"]])
    assert outlets[0]["domain"] in shown.stdout


def test_doctor_finds_a_fresh_folder_ready_and_a_broken_one_not(tmp_path: Path) -> None:
    fresh = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path), "--json"])
    states = {finding["subject"]: finding["state"] for finding in json.loads(fresh.stdout)}
    assert fresh.exit_code == 0
    assert states["warehouse"] == "note"
    duckdb.connect(str(tmp_path / "jejak.duckdb")).close()
    assert CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)]).exit_code == 1


def test_every_error_for_people_is_an_exception_of_its_own() -> None:
    assert all(issubclass(error, Exception) and error is not Exception for error in foreseen_errors())
