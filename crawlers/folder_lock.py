"""One crawl a data folder: what keeps two crawls from using one frontier."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Self

from .open_files import ArchiveError

LOCK = ".crawling"


class FolderLock:
    """An advisory lock on a data folder; the system lets go of it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def take(self) -> None:
        """Take it.

        Raises:
            ArchiveError: if another process has it, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = (self.folder / LOCK).open("a+", encoding="utf-8")
        except OSError as error:
            raise ArchiveError(f"cannot write to the data folder {self.folder}: {error}; choose another") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            owner = self._file.read().strip()
            self._file.close()
            raise ArchiveError(
                f"another crawl (process {owner or 'unknown'}) is writing to {self.folder}; wait for it or stop it"
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None
