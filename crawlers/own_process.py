"""A process of our own that gets one JSON order and tells one JSON object a line: how crawls and checks are run.

Both ends stand here. The order goes in on standard input, which stays open: its end tells the process that its caller
has died.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

STOP_SECONDS = 40.0
"""How long a process may take to end politely before it is killed; what is then in flight is fetched next time."""

REFUSED = 2
"""Exit status of a process that could not begin: the order, the registry or the folder is at fault."""

ORPHANED = 3


class OrderError(ValueError):
    """An order that is no JSON object."""


@contextmanager
def own_process(module: str, order: dict[str, Any], log: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    """Start ``python -m MODULE`` with an order; at the end of the block it is asked to stop and waited for.

    Args:
        module: module to run.
        order: what it shall do.
        log: where its standard error goes.

    Yields:
        The process; its lines are read from ``stdout``, its status stands in ``returncode`` behind the block.
    """
    with subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent,
    ) as process:
        assert process.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.flush()
            yield process
        finally:
            _end(process)


def read_order(arguments: Sequence[str]) -> dict[str, Any]:
    """The order this process was given: in the file that its first argument names, or on standard input.

    Raises:
        OrderError: if it is no JSON object.
    """
    if arguments:
        text = Path(arguments[0]).read_text("utf-8")
    else:
        text = sys.stdin.readline()
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        found = json.loads(text)
    except ValueError as error:
        raise OrderError(f"the job is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise OrderError("the job is no JSON object")
    return found


def last_line(path: Path) -> str:
    """The last line of a log, where the reason stands."""
    lines = path.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the process to stop if it still runs, and wait for it."""
    if process.poll() is None and process.stdout is not None:
        process.terminate()
        # It goes on telling while it finishes what is in flight; a full pipe would hold it up.
        threading.Thread(target=process.stdout.read, daemon=True).start()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _end_with_parent() -> None:
    """Wait for the end of standard input, then end at once: everything archived is safe, nobody is left to tell."""
    sys.stdin.read()
    os._exit(ORPHANED)
