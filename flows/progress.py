"""How a run tells what it does: bars for a person at a terminal, log lines for a worker, nothing for a machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """Receives the progress of a run's stages."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """A stage starts; ``total`` is how many units it has, or None if that is not known yet."""

    def advance(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """``done`` units of the stage are complete."""

    def step(self, stage: str, note: str = "") -> None:
        """One more unit of the stage is complete."""

    def finish(self, stage: str, note: str) -> None:
        """The stage is complete; ``note`` sums it up."""

    def warn(self, text: str) -> None:
        """Something a person should know, which did not stop the run."""


class SilentReporter:
    """Says nothing."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""

    def step(self, stage: str, note: str = "") -> None:
        """Say nothing."""

    def finish(self, stage: str, note: str) -> None:
        """Say nothing."""

    def warn(self, text: str) -> None:
        """Say nothing."""


class LogReporter:
    """Writes a log line when a stage starts and ends; Prefect sends them to its server."""

    def __init__(self, logger: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._logger = logger

    def begin(self, stage: str, total: int | None = None) -> None:
        """Log the start."""
        self._logger.info("%s: started%s", stage, "" if total is None else f", {total} to do")

    def advance(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Log nothing: a line a page would drown the rest."""

    def step(self, stage: str, note: str = "") -> None:
        """Log nothing."""

    def finish(self, stage: str, note: str) -> None:
        """Log the end."""
        self._logger.info("%s: %s", stage, note)

    def warn(self, text: str) -> None:
        """Log a warning."""
        self._logger.warning("%s", text)


class LineReporter(SilentReporter):
    """A line on standard error when a stage ends, where standard error is a file or a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def finish(self, stage: str, note: str) -> None:
        """Print the end."""
        self._console.print(f"{stage}: {note}", highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self._console.print(f"warning: {text}", highlight=False, soft_wrap=True)


class BarReporter:
    """A bar for each stage, drawn by Rich on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("[bold]{task.description:<8}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> BarReporter:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, stage: str, total: int | None = None) -> None:
        """Draw a bar; without a total it pulses."""
        if stage in self._tasks:  # a retried task starts its bar again
            self._progress.reset(self._tasks[stage], total=total)
        else:
            self._tasks[stage] = self._progress.add_task(stage, total=total, note="")

    def advance(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Move the bar."""
        if total is None:
            self._progress.update(self._tasks[stage], completed=done, note=note)
        else:
            self._progress.update(self._tasks[stage], completed=done, total=total, note=note)

    def step(self, stage: str, note: str = "") -> None:
        """Move the bar by one."""
        self._progress.update(self._tasks[stage], advance=1, note=note)

    def finish(self, stage: str, note: str) -> None:
        """Fill the bar."""
        task = next(task for task in self._progress.tasks if task.id == self._tasks[stage])
        total = max(task.total or 0, task.completed) or 1
        self._progress.update(task.id, total=total, completed=total, note=note)

    def warn(self, text: str) -> None:
        """Print the warning above the bars."""
        self._console.print(f"[yellow]![/] {text}", highlight=False)


NOBODY = SilentReporter()
"""In force where nobody has chosen a reporter: in a worker."""

_current: Reporter = NOBODY


def reporter() -> Reporter:
    """The reporter in force. Prefect tasks cannot be handed one: their parameters must be serialisable."""
    return _current


@contextmanager
def reporting(chosen: Reporter) -> Iterator[None]:
    """Put a reporter in force for the duration of a block."""
    global _current  # one process runs one flow
    previous, _current = _current, chosen
    try:
        yield
    finally:
        _current = previous


@contextmanager
def reporting_to(console: Console, *, silent: bool = False) -> Iterator[Reporter]:
    """Show progress on a console for the duration of a block: bars in a terminal, lines in a file, or nothing."""
    if silent:
        chosen: Reporter = SilentReporter()
    elif not console.is_terminal:
        chosen = LineReporter(console)
    else:
        with BarReporter(console) as bars, reporting(bars):
            yield bars
        return
    with reporting(chosen):
        yield chosen
