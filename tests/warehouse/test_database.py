"""Opening the warehouse: migrations, comments, and what is said when it cannot be opened."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.database import (
    MIGRATIONS_FOLDER,
    WarehouseError,
    apply_migrations,
    explain,
    migrations,
    open_warehouse,
)
from warehouse.publish import publish

HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_every_table_view_and_column_has_a_comment(con: duckdb.DuckDBPyConnection) -> None:
    silent = con.execute(
        """
        SELECT schema_name, table_name, NULL FROM duckdb_tables() WHERE comment IS NULL AND NOT internal
        UNION ALL SELECT schema_name, view_name, NULL FROM duckdb_views() WHERE comment IS NULL AND NOT internal
        UNION ALL
        SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal
        """
    ).fetchall()
    assert silent == []
    counted = con.execute("SELECT count(*) FROM duckdb_columns() WHERE NOT internal").fetchone()
    assert counted is not None
    assert counted[0] > 150


def test_the_tables_of_the_design_are_there(con: duckdb.DuckDBPyConnection) -> None:
    names = {name for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    facts = "outlets articles mentions persons agencies agency_names places roles quotes events event_reports"
    views = "event_participants coordination_pairs agency_timeline events_by_month person_roles outlet_health"
    books = "crawls pages extractions loads issues migrations"
    assert names >= {*facts.split(" "), *views.split(" "), *books.split(" ")}


def test_opening_twice_applies_nothing_twice(path: Path) -> None:
    open_warehouse(path).close()
    con = open_warehouse(path)
    assert apply_migrations(con, path) == 0
    assert con.execute("SELECT count(*) FROM pipeline.migrations").fetchone() == (len(migrations()),)
    con.close()


def test_a_changed_migration_is_refused_by_name(path: Path) -> None:
    con = open_warehouse(path)
    con.execute("UPDATE pipeline.migrations SET checksum = 'other' WHERE version_number = 2")
    con.close()
    with pytest.raises(WarehouseError, match="0002_facts has changed since it was applied here; restore that file"):
        open_warehouse(path)


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    con = open_warehouse(path)
    con.execute("INSERT INTO pipeline.migrations VALUES (9999, 'of_the_future', 'x', now()::TIMESTAMP)")
    con.close()
    with pytest.raises(WarehouseError, match="9999_of_the_future was applied to it by a newer version"):
        open_warehouse(path, read_only=True)


def test_a_failing_migration_leaves_nothing_half_done(tmp_path: Path) -> None:
    for file in MIGRATIONS_FOLDER.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "0900_broken.sql").write_text("CREATE TABLE half (x INTEGER); CREATE TABLE half (x INTEGER);")
    con = duckdb.connect()
    with pytest.raises(duckdb.Error):
        apply_migrations(con, "memory", tmp_path)
    assert con.execute("SELECT max(version_number) FROM pipeline.migrations").fetchone() == (len(migrations()),)
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchone() == (0,)
    con.close()


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["first.sql"], "must look like 0004_what_it_does.sql"),
        (["0001_a.sql", "0001_b.sql"], "number 0001 is taken by a"),
    ],
)
def test_migration_files_must_be_numbered(tmp_path: Path, names: list[str], complaint: str) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(WarehouseError, match=complaint):
        migrations(tmp_path)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_open_elsewhere_names_the_process(path: Path, read_only: bool) -> None:
    open_warehouse(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseError, match=rf"another process has this database open \(PID {holder.pid}\)"):
            open_warehouse(path, read_only=read_only)
        holder.kill()


def test_a_missing_database_says_what_makes_one(path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no such database yet; `jejak run` makes one"):
        open_warehouse(path, read_only=True)


def test_a_file_of_another_database_is_named_and_nothing_is_fetched_to_read_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE a (b)")
    other.close()
    monkeypatch.setattr(duckdb, "connect", lambda *_, **__: pytest.fail("DuckDB was asked to open it"))
    for read_only in (False, True):
        with pytest.raises(WarehouseError, match="not a DuckDB file that can be read"):
            open_warehouse(path, read_only=read_only)
    with pytest.raises(WarehouseError, match="not a DuckDB file that can be read"):
        publish(path, path.with_name("published.duckdb"))


def test_no_connection_looks_for_extensions_on_the_internet(path: Path) -> None:
    con = open_warehouse(path)
    settings = con.execute(
        "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
    ).fetchone()
    second = open_warehouse(path)
    second.close()
    con.close()
    assert settings == (False, False)


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.write_text("this is a shopping list" * 500)
    with pytest.raises(WarehouseError, match="not a DuckDB file that can be read"):
        open_warehouse(path)
    assert path.read_text().startswith("this is a shopping list")


def test_a_database_of_somebody_else_is_not_read_as_a_warehouse(path: Path) -> None:
    con = duckdb.connect(str(path))
    con.execute("CREATE TABLE mine (x INTEGER)")
    con.close()
    with pytest.raises(WarehouseError, match="was not made by Jejak"):
        open_warehouse(path, read_only=True)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="the folder cannot be made"):
        open_warehouse(tmp_path / "file" / "data" / "jejak.duckdb")


def test_the_same_process_is_told_to_close_its_connection(path: Path) -> None:
    con = open_warehouse(path)
    with pytest.raises(WarehouseError, match="this process has the database open already; close that connection"):
        open_warehouse(path, read_only=True)
    con.close()


KILLED = """
import os, sys
from pathlib import Path
from warehouse.database import open_warehouse
path, at = Path(sys.argv[1]), sys.argv[2]
if at == "making the tables":
    import warehouse.database as database
    database.to_disk = lambda written: os._exit(9)
con = open_warehouse(path)
if at == "an export without protection":
    con.execute("INSERT INTO pipeline.exports VALUES (now()::TIMESTAMP, 'persons', 'csv', 'a.csv', 1, 'asked for')")
if at == "a crawl's row":
    con.execute("INSERT OR REPLACE INTO pipeline.crawls (crawl_id) VALUES ('c1')")
os._exit(9)
"""


@pytest.mark.parametrize(
    "at", ["making the tables", "the first opening", "an export without protection", "a crawl's row"]
)
def test_a_process_killed_with_its_log_unwritten_leaves_a_database_that_opens(path: Path, at: str) -> None:
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", KILLED, str(path), at], check=False).returncode == 9
    con = open_warehouse(path)
    assert con.execute("SELECT count(*) FROM pipeline.migrations").fetchone() == (len(migrations()),)
    con.close()
    assert sorted(found.name for found in path.parent.iterdir()) == [path.name]


def test_tables_of_an_older_version_are_brought_up_to_date_with_their_rows(path: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    for file in sorted(MIGRATIONS_FOLDER.glob("*.sql"))[:-1]:
        (older / file.name).write_text(file.read_text())
    con = duckdb.connect(str(path))
    apply_migrations(con, path, older)
    con.execute("INSERT INTO outlets (outlet_id, outlet_name) VALUES ('a', 'Harian A')")
    con.close()
    con = open_warehouse(path)
    assert con.execute("SELECT count(*) FROM pipeline.migrations").fetchone() == (len(migrations()),)
    assert con.execute("SELECT outlet_name FROM outlets").fetchall() == [("Harian A",)]
    con.close()


def test_a_log_that_cannot_be_replayed_says_what_still_holds_the_facts(path: Path) -> None:
    text = str(explain(duckdb.InternalException("INTERNAL Error: Failure while replaying WAL file"), path))
    assert "run `jejak load`" in text
    assert f"{path.name}.wal" in text
