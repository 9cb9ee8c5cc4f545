"""A look at outlets, or at an unknown site, as another part of the project orders it.

It runs in a process of its own as a crawl does, with the crawl's own settings, so that pace, robots.txt and the guard
against private addresses are the same. Nothing is archived and no frontier is kept.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..job import CrawlError, CrawlJob
from ..own_process import REFUSED, last_line, own_process
from .records import Look, SiteLook

MODULE = "crawlers.probing.process"


@dataclass(frozen=True, slots=True)
class ProbeJob:
    """What to look at.

    Attributes:
        registry_path: a registry file, or None for the project's own.
        outlet_ids: outlets of it; empty: none.
        site: address of a site that is in no registry, instead of outlets; may lack ``https://``.
        family: family the site is taken for; empty: it is recognised.
        contact: e-mail address or web page for the user agent; needed unless ``allow_private``.
        allow_private: look at private and loopback addresses (demonstration, tests).
        delay_seconds: least time between two requests to one host.
        clock: the time it is for the outlets, ISO 8601 with offset; None: the registry's clock, or the real one.
    """

    registry_path: Path | None = None
    outlet_ids: tuple[str, ...] = ()
    site: str = ""
    family: str = ""
    contact: str = ""
    allow_private: bool = False
    delay_seconds: float = 3.0
    clock: str | None = None

    def crawl_job(self, folder: Path) -> CrawlJob:
        """The crawl whose manners the look takes over.

        Args:
            folder: where it may leave what it remembers while it works.
        """
        return CrawlJob(
            folder,
            self.registry_path,
            self.outlet_ids,
            contact=self.contact,
            allow_private=self.allow_private,
            delay_seconds=self.delay_seconds,
            clock=self.clock,
        )

    def check(self) -> None:
        """Refuse what a crawl would refuse.

        Raises:
            CrawlError: for a live look without a contact, or a value out of range.
        """
        self.crawl_job(Path()).check()


def look_at(job: ProbeJob) -> Iterator[Look | SiteLook]:
    """Look at outlets or at a site in a process of its own.

    Args:
        job: the job; it is checked first.

    Yields:
        One ``Look`` an outlet, in the order in which they are done, or one ``SiteLook``.

    Raises:
        CrawlError: if the job is refused, or the process ends before it has finished.
    """
    job.check()
    with tempfile.TemporaryDirectory(prefix="jejak-look-") as name:
        folder = Path(name)
        order = {"crawl": job.crawl_job(folder).to_json(), "site": job.site, "family": job.family}
        is_finished = False
        log_path = folder / "log"
        with log_path.open("ab") as log, own_process(MODULE, order, log) as process:
            assert process.stdout is not None
            for line in process.stdout:
                event, value = _read(line)
                is_finished = is_finished or event == "finished"
                if event == "outlet":
                    yield Look.from_json(value)
                elif event == "site":
                    yield SiteLook.from_json(value)
        reason = last_line(log_path)
        if process.returncode == REFUSED:
            raise CrawlError(reason)
        if process.returncode != 0 or not is_finished:
            raise CrawlError(f"the look at the outlets ended early (status {process.returncode}): {reason}; try again")


def _read(line: str) -> tuple[str, Any]:
    """Event and value of a line; a library that prints is no reason to end."""
    try:
        found = json.loads(line)
        return str(found["event"]), found["value"]
    except (ValueError, TypeError, KeyError):
        return "", None
