"""Import of WARC files that others wrote, through the same door as the crawl's own pages.

A file is read from its beginning to its end. How far it has come is written down now and then, after what was kept
stands on the disk; an import that was killed begins again there. What was kept twice by that is known by its digest and
left out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from ..frontier.store import Frontier
from ..job import new_crawl_id
from ..registry import Registry
from ..reporting import IssueLog
from ..selection import Selection
from .admission import Admission, Origin, Outcome
from .foreign import Fault, ForeignFile, ForeignFileError
from .writing import ArchiveWriter, archived_fingerprint, entries

RECORDS_BETWEEN_NOTES = 2000
"""After so many records it is written down how far a file was read."""
TELL_SECONDS = 0.2

Told = Callable[[Path, int], None]
"""Is told a file and how many of its bytes are done."""


@dataclass(slots=True)
class ImportJob:
    """What to import, and how.

    Attributes:
        data_folder: the data folder; ``archive/``, ``issues/``, ``imports/`` and ``frontier.sqlite`` are inside it.
        files: WARC or ARC files.
        relevance: import path of ``wanted(title, lead, tags) -> bool``; None takes every article.
        since: articles published before this day are left out; None: none are.
        limit: at most so many pages are kept; None: no limit.
        again: read files that were read to their end before, too.
        crawl_id: begins the names of the archive's files and of the issues file.
    """

    data_folder: Path
    files: Sequence[Path]
    relevance: str | None = None
    since: date | None = None
    limit: int | None = None
    again: bool = False
    crawl_id: str = field(default_factory=new_crawl_id)


@dataclass(slots=True)
class ImportCounts:
    """What an import did.

    Attributes:
        crawl_id: names it in the archive and in every table.
        files: files read.
        files_known: files left out, because they were read to their end before with the same options.
        files_failed: files that could not be read at all.
        records: records read.
        megabytes: of the files, as they lie on the disk (10^6 bytes).
        seconds: it took, with the digests of the files.
        issues: problems recorded.
        outcome: what became of the pages.
    """

    crawl_id: str
    files: int = 0
    files_known: int = 0
    files_failed: int = 0
    records: int = 0
    megabytes: float = 0.0
    seconds: float = 0.0
    issues: int = 0
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def kept(self) -> int:
        """Pages put into the archive."""
        return self.outcome.kept


def import_files(job: ImportJob, registry: Registry, told: Told = lambda *_: None) -> ImportCounts:
    """Import files into the archive of a data folder.

    Args:
        job: the job.
        registry: pages of its outlets are taken.
        told: is told of the progress.

    Raises:
        ArchiveError: if the archive cannot be written.
        CrawlError: if there is no such relevance filter.
        FrontierError: if the frontier cannot be opened.
    """
    begun = monotonic()
    counts = ImportCounts(job.crawl_id)
    log = IssueLog(job.data_folder / "issues" / f"{job.crawl_id}.jsonl", "import")
    selection = Selection(job.relevance)
    since = job.since.isoformat() if job.since else ""
    with (
        Frontier(job.data_folder / "frontier.sqlite") as frontier,
        ArchiveWriter(job.data_folder / "archive", job.crawl_id) as archive,
    ):
        # What a killed import or crawl put into the archive without telling the frontier.
        frontier.adopt(entries(archive.folder, archive.mended), partial(archived_fingerprint, archive.folder))
        admission = Admission(registry, archive, frontier, selection, since, log.add)
        for path in job.files:
            try:
                _import_file(path, job, archive, admission, counts, log, told)
            except ForeignFileError as error:
                counts.files_failed += 1
                log.add("", "import_file", str(path), str(error))
            if job.limit is not None and admission.outcome.kept >= job.limit:
                break
    counts.outcome, counts.issues = admission.outcome, log.count
    counts.megabytes = round(counts.megabytes, 3)
    counts.seconds = round(monotonic() - begun, 3)
    return counts


def _import_file(
    path: Path,
    job: ImportJob,
    archive: ArchiveWriter,
    admission: Admission,
    counts: ImportCounts,
    log: IssueLog,
    told: Told,
) -> None:
    source = ForeignFile(path, admission.is_wanted)
    size = path.stat().st_size
    origin = Origin(path.name, _sha256(path))
    note = _Note(job.data_folder / "imports" / f"{origin.sha256}.json", path, job)
    if note.is_finished and not job.again:
        counts.files_known += 1
        told(path, size)
        return
    counts.files += 1
    start = note.position if source.is_resumable and not job.again else 0
    source.position = start
    noted_at, told_at = 0, 0.0
    is_cut_short = False
    for found in source.read(start):
        if isinstance(found, Fault):
            log.add(_outlet_id(admission, found.url), found.kind, found.url or str(path), found.detail)
            admission.outcome.failed += 1
        elif found is not None:
            admission.take(found, origin)
        if source.records - noted_at >= RECORDS_BETWEEN_NOTES and source.is_resumable:
            noted_at = source.records
            archive.sync()
            # The record just read may be one that waits for its further parts.
            waiting = admission.waiting_since
            note.save(source.position if waiting is None else min(waiting, source.position))
        if monotonic() - told_at > TELL_SECONDS:
            told_at = monotonic()
            told(path, source.position)
        if job.limit is not None and admission.outcome.kept >= job.limit:
            is_cut_short = True
            break
    admission.finish(origin)
    archive.sync()
    if not is_cut_short:
        note.save(size, is_finished=True)
    counts.records += source.records
    counts.megabytes += (source.position - start if is_cut_short else size - start) / 1e6
    told(path, size)


def _outlet_id(admission: Admission, url: str) -> str:
    outlet = admission.registry.outlet_of(url) if url else None
    return outlet.outlet_id if outlet else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Note:
    """How far a file was read, kept by its SHA-256: a copy under another name is the same file.

    It holds for the same options only: with ``--all``, for instance, a file is read anew.
    """

    def __init__(self, path: Path, source: Path, job: ImportJob) -> None:
        self.path, self.source = path, source
        self.options = {"relevance": job.relevance, "since": job.since.isoformat() if job.since else None}
        self.position, self.is_finished = 0, False
        try:
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if found["options"] == self.options:
                self.position, self.is_finished = int(found["position"]), bool(found["is_finished"])
        except (OSError, ValueError, KeyError, TypeError):
            return

    def save(self, position: int, *, is_finished: bool = False) -> None:
        """Write it down, so that a reader finds the old or the new note, never half of one."""
        note = {"file": self.source.name, "options": self.options, "position": position, "is_finished": is_finished}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(self.path.name + ".tmp")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(note, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
