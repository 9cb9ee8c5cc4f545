"""The import stage: WARC files of others into the archive, with a record of the import beside those of the crawls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from crawlers.archive.importing import ImportCounts, ImportJob, import_files

from .crawling import RELEVANCE_FILTER, known_registry, now
from .options import OptionError
from .progress import reporter
from .workspace import Workspace, write_json

MEGABYTE = 1_000_000


def import_warcs(
    workspace: Workspace,
    files: Sequence[Path],
    *,
    demo: bool = False,
    everything: bool = False,
    since: date | None = None,
    limit: int | None = None,
    again: bool = False,
) -> ImportCounts:
    """Import files into the archive of a data folder.

    Args:
        workspace: the data folder, locked by the caller.
        files: WARC or ARC files.
        demo: take pages of the demo newsroom's outlets instead of those of the live registry.
        everything: take articles whatever their title and first sentences say.
        since: leave out articles published before this day.
        limit: keep at most so many pages.
        again: read files that were read to their end before, too.

    Raises:
        OptionError: if a file does not exist.
        ArchiveError: if the archive cannot be written.
    """
    for path in files:
        if not path.is_file():
            raise OptionError(f"there is no file {path}; name WARC or ARC files")
    job = ImportJob(
        data_folder=workspace.folder,
        files=files,
        relevance=None if demo or everything else RELEVANCE_FILTER,
        since=since,
        limit=limit,
        again=again,
    )
    registry = known_registry(workspace, demo)
    path = workspace.crawls / f"{job.crawl_id}.json"
    record: dict[str, Any] = {
        "crawl_id": job.crawl_id,
        "kind": "import",
        "started_at": now(),
        "finished_at": None,
        "files": [file.name for file in files],
        "outlet_ids": [],
    }
    write_json(path, record)
    progress = reporter()
    total = max(sum(file.stat().st_size for file in files) // MEGABYTE, 1)
    progress.begin("import", total)
    starts = _starts(files)

    def told(path: Path, done: int) -> None:
        progress.advance("import", min((starts[path] + done) // MEGABYTE, total), total, note=path.name)

    counts = import_files(job, registry, told)
    if counts.files == counts.files_failed == 0:
        # Nothing was read, so nothing happened: an import that is repeated leaves no trace.
        path.unlink()
    else:
        write_json(path, record | {"finished_at": now()} | crawl_counts(counts))
    progress.finish("import", f"{counts.outcome.new} new, {counts.outcome.changed} changed, {speed(counts)}")
    return counts


def crawl_counts(counts: ImportCounts) -> dict[str, Any]:
    """The counts as a crawl has them, and all of them."""
    found = counts.outcome
    return {
        "fetched": found.candidates - found.not_articles,
        "new": found.new,
        "changed": found.changed,
        "unchanged": found.known,
        "skipped": found.not_relevant + found.too_old,
        "failed": found.failed,
        "issues": counts.issues,
        "import": asdict(counts),
    }


def speed(counts: ImportCounts) -> str:
    """Records and megabytes a second."""
    seconds = max(counts.seconds, 0.001)
    return f"{counts.records / seconds:,.0f} records/s, {counts.megabytes / seconds:,.1f} MB/s"


def _starts(files: Sequence[Path]) -> dict[Path, int]:
    """How many bytes lie in the files before each of them."""
    starts, total = {}, 0
    for file in files:
        starts[file] = total
        total += file.stat().st_size
    return starts
