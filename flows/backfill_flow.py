"""A backfill as a Prefect flow, for those who have a server: it is watched there, retried, and carried out by a worker.

It has no schedule, because it is asked for once and then goes on for days beside the scheduled runs, whose data folder
it shares. A run that was killed or cancelled is simply started again.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import Any, cast
from uuid import UUID

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from .backfill import BackfillOptions, BackfillResult, backfill, duration
from .crawling import source
from .options import OptionError, RunOptions
from .progress import NOBODY, LogReporter, reporter, reporting
from .run import may_help

Logger = logging.Logger | logging.LoggerAdapter[logging.Logger]


class BackfillReporter(LogReporter):
    """Logs each slice that is done, with an estimate, and shows how far it is as a progress artifact."""

    def __init__(self, logger: Logger) -> None:
        super().__init__(logger)
        self._shown: tuple[int, int | None] | None = None
        self._artifact: UUID | None = None

    def advance(self, stage: str, done: int, total: int | None = None, note: str = "") -> None:
        """Tell how many slices are done; pages are not told one by one."""
        if stage != "backfill" or (done, total) == self._shown:
            return
        self._shown = done, total
        self._logger.info("backfill: %d of %d slices done%s", done, total or done, f", {note}" if note else "")
        try:
            self._draw(100.0 * done / total if total else 100.0, note)
        except Exception as error:
            # The server was away for a moment; that is no reason to end what takes days.
            self._logger.warning("the progress cannot be shown: %s", error)

    def _draw(self, percent: float, note: str) -> None:
        if self._artifact is None:
            made = create_progress_artifact(percent, key="jejak-backfill-progress", description=note or None)
            self._artifact = cast(UUID, made)
        else:
            update_progress_artifact(self._artifact, percent, description=note or None)


@task(name="backfill", retries=2, retry_delay_seconds=60, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def backfill_task(options: RunOptions, days: BackfillOptions) -> BackfillResult:
    """Walk the slices that are left; a retry takes up where the last try stopped."""
    with source(options) as origin:
        return backfill(options.workspace, options, days, origin)


@flow(name="jejak-backfill", flow_run_name="jejak backfill", validate_parameters=True)
def backfill_outlets(options: RunOptions, days: BackfillOptions) -> BackfillResult:
    """Fetch the years behind of some outlets into one data folder; what it fetched is taken up by the next run.

    Args:
        options: which outlets, and how they are asked; ``since`` is not looked at.
        days: the first and the last day, the size of slices, whether to wait for budgets and rests.

    Raises:
        WorkspaceError: if the data folder cannot be written.
        RegistryError: if an outlet or province is unknown.
        OptionError: if the options cannot be carried out, such as a live backfill without a contact or without outlets.
        CrawlError: if the crawler ends abnormally again and again.
    """
    if not (options.outlets or options.provinces or options.demo):
        raise OptionError("a backfill of all outlets at once takes months; choose some by outlets or provinces")
    options.workspace.prepare()
    with ExitStack() as stack:
        if reporter() is NOBODY:
            stack.enter_context(reporting(BackfillReporter(get_run_logger())))
        result = backfill_task(options, days)
    create_table_artifact(
        key="jejak-backfill",
        table=[_row(result, number, options.effective_delay) for number in range(len(result.outlets))],
        description=f"{result.since} to {result.until}: {result.counts['new']} new pages in this run.",
    )
    return result


def _row(result: BackfillResult, number: int, delay: float) -> dict[str, Any]:
    state = result.outlets[number]
    seconds = state.seconds_left(delay)
    return {
        "outlet": state.outlet_id,
        "slices done": state.slices_done,
        "slices left": state.slices_left,
        "new": state.new,
        "waiting": state.waiting,
        "time left": "unknown" if seconds is None else duration(seconds) if seconds else "",
        "ended": result.ended.get(state.outlet_id, "finished").replace("_", " "),
    }
