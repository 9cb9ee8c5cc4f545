"""The DuckDB file: opening it, and bringing its tables up to date."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

MIGRATIONS_FOLDER = Path(__file__).with_name("migrations")

# The same for every connection, since DuckDB wants all connections of a process to one file to agree. Left to itself it
# would look for an extension on the internet that reads a file which is none of its own.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# DuckDB writes this behind the checksum of the first block.
_MAGIC, _MAGIC_OFFSET = b"DUCK", 8

_BOOKKEEPING = """
CREATE SCHEMA IF NOT EXISTS pipeline;
CREATE TABLE IF NOT EXISTS pipeline.migrations (
    version_number INTEGER PRIMARY KEY,
    migration_name VARCHAR NOT NULL,
    checksum VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE pipeline.migrations IS 'Changes of the tables that were applied to this file, in order.';
COMMENT ON COLUMN pipeline.migrations.version_number IS 'Number at the start of the file name.';
COMMENT ON COLUMN pipeline.migrations.migration_name IS 'Rest of the file name.';
COMMENT ON COLUMN pipeline.migrations.checksum IS 'SHA-256 of the file; one that was applied must not change.';
COMMENT ON COLUMN pipeline.migrations.applied_at IS 'When, UTC.';
"""


class WarehouseError(Exception):
    """A warehouse could not be opened, read or written; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``warehouse/migrations``: its number, name, SQL and checksum."""

    number: int
    name: str
    sql: str
    checksum: str


def now() -> datetime:
    """The present as the warehouse stores it: UTC without an offset."""
    return datetime.now(UTC).replace(tzinfo=None)


def migrations(folder: Path = MIGRATIONS_FOLDER) -> list[Migration]:
    """The migrations in order of their numbers.

    Raises:
        WarehouseError: a file name has no number, or two files share one.
    """
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", path.name)
        if match is None:
            raise WarehouseError(f"{path}: the name of a migration must look like 0004_what_it_does.sql")
        number = int(match[1])
        if number in found:
            raise WarehouseError(f"{path}: number {match[1]} is taken by {found[number].name}; use the next free one")
        sql = path.read_text(encoding="utf-8")
        found[number] = Migration(number, match[2], sql, hashlib.sha256(sql.encode()).hexdigest())
    return [found[number] for number in sorted(found)]


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All statements inside become visible together, or none does."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def open_warehouse(path: Path | str, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the warehouse, creating it and applying the migrations it lacks.

    Args:
        path: the DuckDB file.
        read_only: open an existing file for reading; several processes may do so at once.

    Returns:
        The connection, for the caller to close.

    Raises:
        WarehouseError: the file is locked by another process (its PID is named), is missing, is no DuckDB file,
            cannot be written, or was made by other migrations than the ones at hand.
    """
    path = Path(path)
    if read_only and not path.exists():
        raise WarehouseError(f"{path}: there is no such database yet; `jejak run` makes one")
    if not read_only:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(
                f"{path.parent}: the folder cannot be made ({error.strerror}); choose one you may write to"
            ) from error
        bring_up_to_date(path)
    con = connect(path, read_only)
    try:
        con.execute("SET TimeZone = 'UTC'")
        # A table that is missing must be an error, not whatever Python variable happens to have its name.
        con.execute("SET python_enable_replacements = false")
        _check_migrations(con, path)
    except duckdb.Error as error:
        con.close()
        raise WarehouseError(f"{path}: the tables cannot be read: {_first_line(error)}") from error
    except BaseException:
        con.close()
        raise
    return con


def bring_up_to_date(path: Path) -> None:
    """Give a database the migrations it lacks, or make it, on a copy that then takes its place in one step.

    A process killed while DuckDB's log holds changes of tables can leave a file that cannot be opened again: DuckDB
    1.5.5 fails to replay a comment on a table whose CHECK calls a function. So the file itself never sees them.

    Raises:
        WarehouseError: as `open_warehouse`.
    """
    draft = path.with_name(f".{path.name}.migrating")
    log = path.with_name(path.name + ".wal")
    is_new = not path.exists() or path.stat().st_size == 0
    try:
        if not is_new and not _lacks_migrations(path):
            return
        for leftover in (draft, draft.with_name(draft.name + ".wal")):
            leftover.unlink(missing_ok=True)
        if is_new:
            log.unlink(missing_ok=True)  # without its database a log holds nothing
        else:
            shutil.copy2(path, draft)
        con = connect(draft)
        try:
            con.execute("SET TimeZone = 'UTC'")
            apply_migrations(con, path)
            con.execute("CHECKPOINT")
        finally:
            con.close()
        to_disk(draft)
        draft.replace(path)
        to_disk(path.parent)
    except OSError as error:
        raise WarehouseError(
            f"{path}: the database cannot be written ({error.strerror}); choose a folder you may write to"
        ) from error
    except duckdb.Error as error:
        raise WarehouseError(f"{path}: the tables could not be brought up to date: {_first_line(error)}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _lacks_migrations(path: Path) -> bool:
    """Whether a database lacks migrations; if so its log is written into the file, so that it can be copied."""
    con = connect(path)
    try:
        try:
            applied = _applied(con)
        except duckdb.CatalogException:
            applied = {}
        known = migrations()
        _compare(applied, known, path)
        lacks = any(migration.number not in applied for migration in known)
        if lacks:
            con.execute("CHECKPOINT")
    finally:
        con.close()
    return lacks


def to_disk(path: Path) -> None:
    """Have the system write a file, or a folder's list of files, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def apply_migrations(
    con: duckdb.DuckDBPyConnection, path: Path | str = "the database", folder: Path = MIGRATIONS_FOLDER
) -> int:
    """Apply, each in a transaction of its own, the migrations the database lacks.

    Args:
        con: connection to write to.
        path: named in errors.
        folder: where the migrations lie.

    Returns:
        How many were applied.

    Raises:
        WarehouseError: a migration that was applied has changed since, or is not among those at hand.
    """
    con.execute(_BOOKKEEPING)
    known = migrations(folder)
    applied = _applied(con)
    _compare(applied, known, Path(path))
    count = 0
    for migration in known:
        if migration.number in applied:
            continue
        with transaction(con):
            con.execute(migration.sql)
            con.execute(
                "INSERT INTO pipeline.migrations VALUES (?, ?, ?, ?)",
                [migration.number, migration.name, migration.checksum, now()],
            )
        count += 1
    return count


def explain(error: duckdb.Error, path: Path) -> WarehouseError:
    """A clear line for what DuckDB says when a file cannot be opened or attached."""
    message = str(error)
    if "Conflicting lock" in message or "set lock" in message:
        holder = re.search(r"PID (\d+)", message)
        return WarehouseError(
            f"{path}: another process has this database open (PID {holder[1] if holder else 'unknown'}); wait until it "
            "is done, or close it. To read while a run is writing, open the published snapshot instead."
        )
    if "not a valid DuckDB" in message or "serialization" in message.lower():
        return WarehouseError(
            f"{path}: this is not a DuckDB file that can be read; move it away or name another: {_first_line(error)}"
        )
    if "replaying WAL" in message:
        return WarehouseError(
            f"{path}: its log cannot be replayed ({_first_line(error)}); move {path.name} and {path.name}.wal away and "
            "run `jejak load`, `jejak resolve` and `jejak publish`: the facts files hold all that was in it"
        )
    if "different configuration" in message or "already attached" in message or "Unique file handle" in message:
        return WarehouseError(f"{path}: this process has the database open already; close that connection first")
    return WarehouseError(f"{path}: the database cannot be opened: {_first_line(error)}")


def connect(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a DuckDB file, without looking at its tables and without ever reaching for the internet.

    Raises:
        WarehouseError: the file is none of DuckDB's, or cannot be opened.
    """
    check_format(path)
    try:
        return duckdb.connect(str(path), read_only=read_only, config=_SETTINGS)
    except duckdb.Error as error:
        raise explain(error, path) from error


def check_format(path: Path) -> None:
    """Refuse a file of another format before DuckDB sees it.

    Raises:
        WarehouseError: the file is none of DuckDB's, or may not be read. One that does not exist yet is fine.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_MAGIC_OFFSET + len(_MAGIC))
    except FileNotFoundError:
        return
    except OSError as error:
        raise WarehouseError(
            f"{path}: the database cannot be opened ({error.strerror}); name a file you may read"
        ) from error
    # DuckDB takes an empty file for a new database.
    if start and start[_MAGIC_OFFSET:] != _MAGIC:
        raise WarehouseError(f"{path}: this is not a DuckDB file that can be read; move it away or name another")


def _check_migrations(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        applied = _applied(con)
    except duckdb.CatalogException as error:
        raise WarehouseError(f"{path}: this database was not made by Jejak; name another file") from error
    known = migrations()
    _compare(applied, known, path)
    missing = [migration for migration in known if migration.number not in applied]
    if missing:
        raise WarehouseError(
            f"{path}: its tables are older than this version of Jejak; "
            "`jejak load` brings a warehouse up to date, `jejak publish` makes a snapshot anew"
        )


def _applied(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    rows = con.execute("SELECT version_number, migration_name, checksum FROM pipeline.migrations").fetchall()
    return {number: (name, checksum) for number, name, checksum in rows}


def _compare(applied: dict[int, tuple[str, str]], known: list[Migration], path: Path) -> None:
    by_number = {migration.number: migration for migration in known}
    for number, (name, checksum) in sorted(applied.items()):
        migration = by_number.get(number)
        if migration is None:
            raise WarehouseError(
                f"{path}: migration {number:04}_{name} was applied to it by a newer version of Jejak; update Jejak"
            )
        if migration.checksum != checksum:
            raise WarehouseError(
                f"{path}: migration {number:04}_{name} has changed since it was applied here; restore that file and "
                "put the change into a new migration, or move the database away and load the facts files again"
            )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
