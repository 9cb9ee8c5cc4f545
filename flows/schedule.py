"""The main job on a schedule, served from this process."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack

from .options import OptionError, RunOptions
from .prefect_settings import apply_defaults

TIMEZONE = "Asia/Jakarta"


def serve(cron: str, name: str, options: RunOptions, port: int | None = None) -> None:
    """Register a deployment and run it whenever the schedule says so, until the process is stopped.

    Without ``PREFECT_API_URL`` a Prefect server is started, which lives as long as this process and remembers its
    runs in ``PREFECT_HOME``; with it, the deployment is registered on that server.

    Args:
        cron: five fields, in Asia/Jakarta time.
        name: the deployment's name.
        options: what each run is asked to do.
        port: port of the server that is started; any free one when None.

    Raises:
        OptionError: if the cron expression cannot be read, or the options cannot be carried out.
        ServerError: if the server does not start.
    """
    apply_defaults()
    from prefect.schedules import Cron
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from .prefect_server import prefect_server
    from .run import run

    try:
        schedule = Cron(cron, timezone=TIMEZONE)
    except ValueError as error:
        raise OptionError(f"--cron {cron!r} cannot be read: write five fields, such as '0 3,15 * * *'") from error
    if not options.demo and not options.effective_contact:
        raise OptionError("a live crawl needs a contact for its user agent: give --contact or set JEJAK_CONTACT")
    # Until Prefect takes over the signal, a polite kill must still stop the server we start.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with ExitStack() as stack:
        url = PREFECT_API_URL.value()
        is_own = not url
        if not url:
            url = stack.enter_context(prefect_server(port))
            stack.enter_context(temporary_settings({PREFECT_API_URL: url}))
            os.environ["PREFECT_API_URL"] = url  # the processes that carry out the runs read it
        print(
            f"Runs '{name}' at {cron} ({TIMEZONE}); watch it at {url.removesuffix('/api')}. Ctrl+C stops it.",
            flush=True,
        )
        run.serve(
            name=name,
            schedule=schedule,
            parameters={"options": options.model_dump(mode="json")},
            paused=False,
            # A server of our own ends with us; on another one, runs would pile up while nobody carries them out.
            pause_on_shutdown=not is_own,
            print_starting_message=False,
            limit=1,
        )
