"""Who reads which article: a crawl claims it before it asks for its page, so that crawls side by side never ask twice.

A claim is given up when the next is taken, or with its crawl. What a dead crawl had claimed is free again as soon as
the pages that it still put into the archive are taken over: when the next crawl starts, or comes across the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from ..archive import archived_fingerprint, entries, seal, warc_names
from ..running import is_running
from .file import now
from .known import Known
from .store import Frontier


class Claims:
    """The claims of one crawl.

    Args:
        frontier: keeps them.
        data_folder: where crawls show that they are running.
        archive_folder: where dead crawls left pages.
        crawl_id: whose claims.
    """

    def __init__(self, frontier: Frontier, data_folder: Path, archive_folder: Path, crawl_id: str) -> None:
        self.frontier, self.data_folder, self.archive_folder = frontier, data_folder, archive_folder
        self.crawl_id = crawl_id

    def begin(self, mended: Iterable[str] = ()) -> None:
        """Take over what dead crawls left. A frontier that no crawl has used takes over the whole archive.

        Args:
            mended: files that a killed process left open, which may have been an import.
        """
        names = None if self.frontier.is_new() else mended
        self.frontier.adopt(entries(self.archive_folder, names), partial(archived_fingerprint, self.archive_folder))
        rows = self.frontier.connection.execute("SELECT crawl_id FROM crawls WHERE ended_at IS NULL").fetchall()
        for (crawl_id,) in rows:
            if crawl_id != self.crawl_id and not is_running(self.data_folder, crawl_id):
                self._take_over(crawl_id)

    def take(self, known: Known, instead_of: Sequence[str] = ()) -> bool:
        """Claim an article.

        Args:
            known: the article as the frontier knew it when the crawl planned to ask for it.
            instead_of: what was claimed before and is done with.

        Returns:
            Whether it is this crawl's now. False if another crawl has asked for it meanwhile, or is about to.
        """
        return self._claim(known.canonical_url, known, instead_of)

    def take_identity(self, canonical_url: str) -> bool:
        """Claim an identity that only the page of a claimed article told, if no other crawl is about to read it."""
        return self._claim(canonical_url, None, ())

    def let_go(self, canonical_urls: Sequence[str]) -> None:
        """Let other crawls ask for what was claimed."""
        with self.frontier.transaction():
            self._delete(canonical_urls)

    def end(self) -> None:
        """Let go of all claims, and note that the crawl left nothing to take over."""
        self._free(self.crawl_id)

    def _claim(self, canonical_url: str, known: Known | None, instead_of: Sequence[str]) -> bool:
        db = self.frontier.connection
        while True:
            with self.frontier.transaction():
                self._delete(instead_of)
                if known is not None and not self._is_as_known(known):
                    return False
                row = db.execute("SELECT crawl_id FROM claims WHERE canonical_url = ?", (canonical_url,)).fetchone()
                if row is None:
                    db.execute("INSERT INTO claims VALUES (?, ?)", (canonical_url, self.crawl_id))
                    return True
            holder = row["crawl_id"]
            if holder == self.crawl_id:
                return True
            if is_running(self.data_folder, holder):
                return False
            self._take_over(holder)

    def _delete(self, canonical_urls: Sequence[str]) -> None:
        for canonical_url in canonical_urls:
            self.frontier.connection.execute(
                "DELETE FROM claims WHERE canonical_url = ? AND crawl_id = ?", (canonical_url, self.crawl_id)
            )

    def _is_as_known(self, known: Known) -> bool:
        """Whether no crawl has asked for the article since this one planned to."""
        row = self.frontier.connection.execute(
            "SELECT state, checked_at, day_hint FROM articles WHERE canonical_url = ? AND part = ?",
            (known.canonical_url, known.part),
        ).fetchone()
        return row is not None and tuple(row) == (known.state, known.checked_at, known.day_hint)

    def _take_over(self, crawl_id: str) -> None:
        """Make known what a dead crawl put into the archive, then free what it had claimed."""
        seal(self.archive_folder)
        names = [name for name in warc_names(self.archive_folder) if name.startswith(f"{crawl_id}-")]
        self.frontier.adopt(entries(self.archive_folder, names), partial(archived_fingerprint, self.archive_folder))
        self._free(crawl_id)

    def _free(self, crawl_id: str) -> None:
        with self.frontier.transaction():
            db = self.frontier.connection
            db.execute("DELETE FROM claims WHERE crawl_id = ?", (crawl_id,))
            db.execute("UPDATE crawls SET ended_at = ? WHERE crawl_id = ?", (now(), crawl_id))
