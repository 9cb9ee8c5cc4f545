"""The data folder: where a run keeps its archive, facts, warehouse and snapshot, and who may write there."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class WorkspaceError(Exception):
    """The data folder cannot be used; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths below one data folder. Nothing is created until `prepare` is called."""

    folder: Path

    @property
    def archive(self) -> Path:
        """Folder of WARC files."""
        return self.folder / "archive"

    @property
    def frontier(self) -> Path:
        """The SQLite file of what the crawler knows of every address."""
        return self.folder / "frontier.sqlite"

    @property
    def crawls(self) -> Path:
        """Folder with one JSON file for each crawl: options, times, counts."""
        return self.folder / "crawls"

    @property
    def facts(self) -> Path:
        """Folder of extracted parts, gzipped JSON lines."""
        return self.folder / "facts"

    @property
    def issues(self) -> Path:
        """Folder of issue logs, JSON lines, one file a crawl."""
        return self.folder / "issues"

    @property
    def stanza_models(self) -> Path:
        """Stanza's official package, where it was fetched."""
        return self.folder / "models" / "stanza"

    @property
    def exports(self) -> Path:
        """Where exports go when no path is given."""
        return self.folder / "exports"

    @property
    def demo_registry(self) -> Path:
        """Registry of the demo newsroom, written when it is crawled."""
        return self.folder / "outlets.toml"

    @property
    def warehouse(self) -> Path:
        """The private DuckDB file, with full names."""
        return self.folder / "jejak.duckdb"

    @property
    def snapshot(self) -> Path:
        """The protected DuckDB file that analysts read."""
        return self.folder / "published.duckdb"

    def prepare(self) -> None:
        """Create the folders and check that they can be written.

        Raises:
            WorkspaceError: if a folder cannot be created or written.
        """
        for folder in (self.folder, self.archive, self.crawls, self.facts, self.issues):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    pass
            except OSError as error:
                raise WorkspaceError(
                    f"data folder {self.folder} cannot be written: {folder}: {error.strerror or error}. "
                    "Choose another with --data DIR or JEJAK_DATA, or change its permissions."
                ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one run of the stages behind the crawl; the lock ends with the process, even if killed.

        Crawls and backfills take none: they run beside each other and beside the other stages.

        Raises:
            WorkspaceError: if another process holds it.
        """
        self.prepare()
        path = self.folder / ".lock"
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise WorkspaceError(
                    f"data folder {self.folder} is in use by another run (process {holder}). "
                    "Wait until it ends, or stop it; what it has saved is kept."
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def require_snapshot(self) -> Path:
        """The snapshot's path.

        Raises:
            WorkspaceError: if nothing was published yet.
        """
        if not self.snapshot.exists():
            demo = " --demo" if self.folder.name == "demo" else ""
            raise WorkspaceError(f"{self.snapshot} does not exist yet: run `jejak run{demo}` or `jejak publish` first.")
        return self.snapshot


def workspace(data: str | Path | None, demo: bool = False) -> Workspace:
    """The workspace of a data folder; the demo has its own below it, so that invented articles stay apart.

    Args:
        data: data folder; ``JEJAK_DATA`` or ``data`` when None.
        demo: whether this is the demo newsroom's.
    """
    folder = Path(data or os.environ.get("JEJAK_DATA") or "data")
    return Workspace(folder / "demo" if demo else folder)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON file so that a reader sees either the old or the new one, also after a kill."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
