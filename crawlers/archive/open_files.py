"""WARC files being written: each belongs to the process that has it locked, so that several may write side by side.

A file is called ``NAME.warc.gz.open`` while it is written, and its writer holds an advisory lock (``flock``) on it
until it is closed and renamed. The system lets go of the lock when the writer dies, so an open file without a lock is
one that a killed process left. The folder itself is locked only for the moment in which files are made or taken over:
nobody can find a file between its making and its locking.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

OPEN = ".open"
GATE = ".writing"
"""Name of the file whose lock guards the making and taking over of open files."""


class ArchiveError(RuntimeError):
    """An archive that cannot be written or read; the message names the file and what to do."""


def make_folder(folder: Path) -> None:
    """Make the archive folder if it is missing, and see that it can be written.

    Raises:
        ArchiveError: if it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _gate(folder):
            pass
    except OSError as error:
        raise ArchiveError(f"cannot write to the archive folder {folder}: {error}; choose another") from error


def new_file(folder: Path, crawl_id: str) -> tuple[str, FileIO]:
    """Begin the next file of a crawl: ``CRAWL-00001.warc.gz``, or the first number that nobody has used.

    Returns:
        Its name without ``.open``, and the file, empty, locked, without buffer.

    Raises:
        OSError: if it cannot be made.
    """
    with _gate(folder):
        number = 1
        while True:
            name = f"{crawl_id}-{number:05d}.warc.gz"
            if not (folder / name).exists():
                try:
                    file = FileIO(folder / (name + OPEN), "x+")
                except FileExistsError:
                    pass
                else:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    return name, file
            number += 1


def abandoned_files(folder: Path) -> list[tuple[str, FileIO]]:
    """Take over every open file whose writer is gone.

    Returns:
        Names without ``.open``, and the files, locked for the caller, who closes them.

    Raises:
        OSError: if the folder cannot be written.
    """
    taken = []
    with _gate(folder):
        for path in sorted(folder.glob("*.warc.gz" + OPEN)):
            try:
                file = FileIO(path, "r+")
            except FileNotFoundError:
                continue  # its writer has just finished it
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                continue
            if _is_still(path, file):
                taken.append((path.name.removesuffix(OPEN), file))
            else:
                file.close()
    return taken


def open_crawls(folder: Path) -> frozenset[str]:
    """Crawls that have a file open: being written, or left by a killed process and not yet mended."""
    names = (path.name for path in folder.glob("*.warc.gz" + OPEN))
    return frozenset(name.rpartition("-")[0] for name in names)


def _is_still(path: Path, file: FileIO) -> bool:
    """Whether the path still leads to the file: its writer may have renamed it before the lock was free."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return (found.st_dev, found.st_ino) == ((mine := os.fstat(file.fileno())).st_dev, mine.st_ino)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    with (folder / GATE).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
