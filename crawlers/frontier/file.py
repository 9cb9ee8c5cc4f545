"""The frontier's file: opened by any number of crawls at once, brought up to date by the first of them."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ..pages import utc_text
from .known import SCHEMA, UPGRADES, VERSION

BUSY_SECONDS = 60.0
"""How long a crawl waits while another writes. A list of 50,000 addresses takes about a second."""


class FrontierError(RuntimeError):
    """A frontier that cannot be opened; the message names the file and what to do."""


def now() -> str:
    """The time, ISO 8601 UTC with milliseconds."""
    return utc_text(datetime.now(UTC))


class FrontierFile:
    """An open frontier file.

    SQLite lets one process write at a time, and readers beside it. Whatever reads before it writes does both in one
    ``transaction``, which takes the right to write first, so that no two crawls decide on the same old state.

    Args:
        path: the SQLite file, made if missing.

    Raises:
        FrontierError: if it cannot be opened, or a newer Jejak made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite does not wait for others while it switches a new file to its write-ahead log.
            with path.with_name(path.name + ".opening").open("a") as gate:
                fcntl.flock(gate, fcntl.LOCK_EX)
                self._db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
                self._bring_up_to_date()
        except FrontierError:
            self._db.close()
            raise
        except (sqlite3.Error, OSError) as error:
            if hasattr(self, "_db"):
                self._db.close()
            raise FrontierError(f"cannot open the frontier {path}: {error}; move it away to begin anew") from error

    def _bring_up_to_date(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing; a power cut may lose the last seconds, which the archive then gives back.
        self._db.execute("PRAGMA synchronous = NORMAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise FrontierError(f"{self.path} was made by a newer Jejak (version {version}); update Jejak")
        if version == VERSION:
            return
        with self.transaction():
            # Version 0 is a new file, which has no tables yet.
            for step in range(version, VERSION) if version else ():
                for statement in UPGRADES[step]:
                    self._db.execute(statement)
            for statement in SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, for modules that keep tables of their own in it."""
        return self._db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and no other crawl writes meanwhile."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
