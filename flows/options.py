"""What a run is asked to do, in one record that a Prefect deployment can carry as parameters."""

from __future__ import annotations

import os
from datetime import date, timedelta

from pydantic import BaseModel, Field

from .workspace import Workspace, workspace

POLITE_DELAY_SECONDS = 3.0
"""Seconds between two requests to one host on a live run; the design asks for 2 to 5."""

DEMO_DELAY_SECONDS = 0.02
"""The demo newsroom is our own process; its robots.txt still sets a crawl-delay on one site, which is obeyed."""


LIVE_DAYS = 7
"""How far back a live crawl looks when no day is given: a schedule that failed for some days still misses nothing."""


class OptionError(Exception):
    """The options cannot be carried out; the message says which and what to give instead."""


class RunOptions(BaseModel):
    """Options of a run; all have defaults, so that a schedule may give none."""

    data: str | None = Field(default=None, description="Data folder; JEJAK_DATA or ./data when empty.")
    demo: bool = Field(default=False, description="Crawl the embedded demo newsroom instead of the live registry.")
    outlets: list[str] = Field(default_factory=list, description="Only these outlet ids.")
    provinces: list[str] = Field(default_factory=list, description="Only outlets of these provinces.")
    since: date | None = Field(
        default=None, description="Only articles published on or after this day; live runs: the last 7 days when empty."
    )
    limit: int | None = Field(default=None, ge=1, description="At most this many articles for each outlet.")
    contact: str | None = Field(default=None, description="Contact in the user agent; JEJAK_CONTACT when empty.")
    delay_seconds: float | None = Field(default=None, ge=0, description="Seconds between two requests to one host.")
    everything: bool = Field(default=False, description="Fetch articles whatever their title and lead say.")
    all_lists: bool = Field(default=False, description="Ask also lists that gave nothing so often that they are off.")
    engine: str | None = Field(default=None, description="Engine: spacy or stanza; JEJAK_ENGINE when empty.")
    model: str | None = Field(default=None, description="Name finder: accurate or none; JEJAK_MODEL when empty.")
    demo_port: int = Field(default=8765, description="Port of the demo newsroom.")
    demo_edition: int = Field(
        default=1, ge=1, description="Edition of the demo newsroom: 2 has a corrected article, 3 a redesigned site."
    )

    @property
    def workspace(self) -> Workspace:
        """The data folder of this run."""
        return workspace(self.data, self.demo)

    @property
    def effective_contact(self) -> str:
        """The contact for the user agent, or an empty string."""
        return self.contact or os.environ.get("JEJAK_CONTACT", "")

    @property
    def effective_since(self) -> date | None:
        """First day of publication that is asked for.

        A live crawl without a day would walk through all that an outlet's lists offer; going back in time is for a
        person to ask. The demo is taken whole.
        """
        if self.since or self.demo:
            return self.since
        return date.today() - timedelta(days=LIVE_DAYS)

    @property
    def effective_delay(self) -> float:
        """Seconds between two requests to one host."""
        if self.delay_seconds is not None:
            return self.delay_seconds
        return DEMO_DELAY_SECONDS if self.demo else POLITE_DELAY_SECONDS
