"""A crawl as another part of the project orders it, and the process that carries it out.

The crawl runs in a process of its own (``python -m crawlers``): Twisted's reactor starts only once a process, and a
process can be killed without taking the caller with it. The job goes in on standard input, events come out on
standard output, one JSON object a line.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from .own_process import REFUSED, last_line, own_process
from .slices import Slice


class CrawlError(RuntimeError):
    """A crawl that could not start or broke off; the message says why and what to do."""


def new_crawl_id(now: datetime | None = None) -> str:
    """An id that sorts by time: ``c20261015T020000-3f9a``."""
    return f"c{(now or datetime.now(UTC)).astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


@dataclass(slots=True)
class CrawlJob:
    """What to crawl, how, and where to put it.

    Attributes:
        data_folder: the data folder; ``archive/``, ``issues/`` and ``frontier.sqlite`` are made inside it.
        registry_path: a registry file, or None for the project's own.
        outlet_ids: outlets to read.
        provinces: provinces to read, beside ``outlet_ids``. Both empty: every outlet of the registry.
        since: articles published before this day are left out; None: as far back as the outlets' lists go
            (dated index pages then go back ``index_days``).
        until: articles published after this day are left out; None: none are.
        slices: of a backfill, each an outlet's id and the first and last day of a span that is walked and read before
            the next one, in this order; ``outlet_ids`` are then those of the slices. Empty: a daily crawl.
        seconds: of a backfill, after which no further slice or article is begun; None: until all are done.
        budget_share: the part of each host's daily budget that this crawl may use up.
        anew_since: of a backfill that walks again what was walked before: lists read before this time, ISO 8601 UTC,
            are read anew. Empty: what is known of them is trusted.
        limit: at most this many new articles an outlet, newest first; None: no limit.
        contact: e-mail address or web page for the user agent; needed unless ``allow_private``.
        allow_private: fetch private and loopback addresses and ``*.localhost`` (demonstration, tests).
        relevance: import path of ``wanted(title, lead, tags) -> bool``; None takes every article.
        delay_seconds: least time between two requests to one host.
        recheck: which known articles are asked again: ``young`` (published in the last 14 days), ``all``, ``none``.
        clock: the time it is for the outlets, ISO 8601 with offset; None: the registry's clock, or the real one.
        index_days: how many days of dated index pages are read when ``since`` is None.
        crawl_id: id of this crawl.
        all_lists: ask also lists that gave nothing so often that they are asked less, or no more.
    """

    data_folder: Path
    registry_path: Path | None = None
    outlet_ids: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    since: date | None = None
    limit: int | None = None
    contact: str = ""
    allow_private: bool = False
    relevance: str | None = None
    delay_seconds: float = 3.0
    recheck: str = "young"
    clock: str | None = None
    index_days: int = 7
    crawl_id: str = field(default_factory=new_crawl_id)
    all_lists: bool = False
    until: date | None = None
    slices: tuple[tuple[str, str, str], ...] = ()
    seconds: float | None = None
    budget_share: float = 1.0
    anew_since: str = ""

    def __post_init__(self) -> None:
        self.data_folder = Path(self.data_folder)
        self.registry_path = Path(self.registry_path) if self.registry_path else None
        self.outlet_ids, self.provinces = tuple(self.outlet_ids), tuple(self.provinces)
        self.slices = tuple((str(name), str(first), str(last)) for name, first, last in self.slices)

    @property
    def crawl_type(self) -> str:
        """``daily`` or ``backfill``."""
        return "backfill" if self.slices else "daily"

    def check(self) -> None:
        """Refuse a job that must not or cannot run.

        Raises:
            CrawlError: for a live crawl without a contact, or a value out of range.
        """
        if not self.allow_private and not self.contact.strip():
            raise CrawlError(
                "a live crawl needs a contact for its user agent, so that an outlet can write to you; "
                "give an e-mail address or a web page with --contact or JEJAK_CONTACT"
            )
        if any(ord(letter) < 32 for letter in self.contact):
            raise CrawlError("the contact holds a control character; give one plain line")
        if not self.allow_private and self.delay_seconds < 2:
            raise CrawlError(f"a delay of {self.delay_seconds} s is too short for a live outlet; give at least 2")
        if self.delay_seconds < 0 or self.index_days < 1 or (self.limit is not None and self.limit < 0):
            raise CrawlError("delay_seconds and limit cannot be negative, and index_days must be at least 1")
        if self.recheck not in ("young", "all", "none"):
            raise CrawlError(f"recheck is '{self.recheck}'; choose young, all or none")
        if self.since and self.until and self.since > self.until:
            raise CrawlError(f"since {self.since} is after until {self.until}; give the earlier day first")
        if not 0 < self.budget_share <= 1 or (self.seconds is not None and self.seconds <= 0):
            raise CrawlError("budget_share must be above 0 and at most 1, and seconds above 0")
        for found in self.slices:
            try:
                Slice.of(found)
            except ValueError as error:
                raise CrawlError(f"slice {found} is no outlet with two ISO days: {error}") from error
        if self.clock is not None:
            try:
                aware = datetime.fromisoformat(self.clock).tzinfo is not None
            except ValueError:
                aware = False
            if not aware:
                raise CrawlError(f"clock '{self.clock}' is no time with an offset, such as 2026-10-15T09:00:00+07:00")

    def to_json(self) -> dict[str, Any]:
        """The job as a JSON object."""
        found = asdict(self)
        found["data_folder"] = str(self.data_folder.resolve())
        found["registry_path"] = str(self.registry_path.resolve()) if self.registry_path else None
        for name in ("since", "until"):
            found[name] = day.isoformat() if (day := found[name]) else None
        return found

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> CrawlJob:
        """The job of a JSON object.

        Raises:
            CrawlError: for a key that no job has, or a value that cannot be read.
        """
        unknown = found.keys() - {item.name for item in fields(cls)}
        if unknown or "data_folder" not in found:
            raise CrawlError(f"not a crawl job: unknown keys {sorted(unknown)}, or no data_folder")
        try:
            days = {name: date.fromisoformat(day) for name in ("since", "until") if (day := found.get(name))}
            return cls(**{**found, **days})
        except (TypeError, ValueError) as error:
            raise CrawlError(f"not a crawl job: {error}") from error


@dataclass(slots=True)
class CrawlEvent:
    """Something that happened in a crawl.

    Attributes:
        event: ``started``, ``outlet``, ``slice``, ``list``, ``page``, ``issue`` or ``finished``.
        outlet_id: whose, where it is about one outlet.
        url: which page, for ``page`` and ``issue``; which list, for ``list``.
        kind: of a page ``new``, ``changed`` or ``unchanged``; of an issue its kind, such as ``challenge``;
            of an outlet ``discovering``, ``fetching`` or ``done``; of a list its grade; of a slice its state,
            ``begun``, ``walked`` or ``done``, or ``left`` when a crawl leaves it for another time.
        detail: one sentence for people.
        counts: of the outlet so far: ``found`` (addresses its lists gave), ``planned`` (pages to ask in this crawl),
            ``fetched`` (pages asked and answered for), ``new``, ``changed``, ``unchanged``, ``skipped`` (not relevant,
            or a duplicate), ``failed``, ``empty`` (pages without content), ``issues``.
        totals: the same for the whole crawl so far.
        crawl_id: id of the crawl.
        at: when, ISO 8601 UTC.
        facts: of an outlet that is ``done``, when it writes (``last_day``, ``usual_gap_days``); of a list how it stands
            (``grade``, ``misses``, ``gifts``, ``outcome``, ``is_asked``, ``is_probe``); of a slice its days and the
            articles ``left`` to read; of an outlet that is ``done`` in a backfill also ``ended``, the reason.
    """

    event: str
    outlet_id: str = ""
    url: str = ""
    kind: str = ""
    detail: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    crawl_id: str = ""
    at: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def to_line(self) -> str:
        """The event as one line of JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> CrawlEvent:
        """The event of a line.

        Raises:
            ValueError: if the line is not an event.
        """
        try:
            return cls(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise ValueError(f"not an event: {line[:200]}") from error


def launch(job: CrawlJob) -> Generator[CrawlEvent, None, None]:
    """Carry out a crawl in a process of its own and report as it goes.

    Closing the iterator asks the crawl to stop politely and waits for it. When the calling process dies, the crawl
    ends at once; nothing archived is lost, and the next crawl of the same data folder takes up where it stopped.

    Args:
        job: the job; it is checked first.

    Yields:
        One event after another; the last is ``finished``.

    Raises:
        CrawlError: if the job is refused, or the process ends before it has finished.
    """
    job.check()
    log_path = job.data_folder / "issues" / f"{job.crawl_id}.log"
    try:
        log_path.parent.mkdir(parents=True, exist_ok=True)
        log = log_path.open("ab")
    except OSError as error:
        raise CrawlError(f"cannot write to the data folder {job.data_folder}: {error}; choose another") from error
    finished = False
    with log, own_process("crawlers", job.to_json(), log) as process:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                event = CrawlEvent.from_line(line)
            except ValueError:
                continue  # a library that prints is no reason to end a crawl
            finished = finished or event.event == "finished"
            yield event
    reason = last_line(log_path)
    if process.returncode == REFUSED:
        log_path.unlink()
        raise CrawlError(reason)
    if process.returncode != 0 or not finished:
        raise CrawlError(
            f"the crawl {job.crawl_id} ended early (status {process.returncode}): {reason}; "
            f"start it again to go on (log: {log_path})"
        )
    if log_path.stat().st_size == 0:
        log_path.unlink()
