"""Which crawls of a data folder are running: each holds a lock on a small file of its own, which dies with it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Self

from .archive.open_files import ArchiveError

FOLDER = "running"


class RunningCrawl:
    """The sign that a crawl is alive, for as long as the context lasts or until its process dies.

    Args:
        data_folder: the data folder; ``running/`` is made inside it.
        crawl_id: its id.

    Raises:
        ArchiveError: if the folder cannot be written, or a crawl of this id is running already.
    """

    def __init__(self, data_folder: Path, crawl_id: str) -> None:
        self.path = _path(data_folder, crawl_id)
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._locked()
        except OSError as error:
            raise ArchiveError(
                f"cannot write to the data folder {self.path.parent.parent}: {error}; choose another"
            ) from error
        if self._file is None:
            raise ArchiveError(f"the crawl {self.path.name} is running already; give each crawl an id of its own")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self.path.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def _locked(self) -> IO[str] | None:
        """The file with its lock; None if another process keeps it."""
        for _ in range(100):
            file = self.path.open("a", encoding="utf-8")
            if _is_locked(file) and _is_still(self.path, file):
                return file
            # Another crawl was just looking whether this one is alive, and may have removed the file.
            file.close()
        return None


def is_running(data_folder: Path, crawl_id: str) -> bool:
    """Whether a crawl's process is alive. What a dead one has left is removed."""
    path = _path(data_folder, crawl_id)
    try:
        file = path.open("r+", encoding="utf-8")
    except FileNotFoundError:
        return False
    with file:
        if not _is_locked(file):
            return True
        if _is_still(path, file):
            path.unlink(missing_ok=True)
        return False


def _path(data_folder: Path, crawl_id: str) -> Path:
    return data_folder / FOLDER / crawl_id


def _is_locked(file: IO[str]) -> bool:
    """Lock the file, if nobody else has it locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, file: IO[str]) -> bool:
    """Whether the path leads to this file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
