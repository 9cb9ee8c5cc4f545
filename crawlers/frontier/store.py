"""What the crawler knows of every address: an SQLite file that survives being killed.

Articles and the lists that announce them are kept apart. A list's answer and all addresses it gave are written in one
transaction, so a list is never remembered as read while its addresses are lost. An article is written after its page
stands in the archive; what the archive has and the frontier does not (the process was killed in between) is taken over
from the archive at the next start.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from ..pages import PageEntry, utc_text
from .file import FrontierError, FrontierFile, now
from .known import Fingerprint, Known, Listed, ListState

__all__ = ["Frontier", "FrontierError", "now"]

MAX_TRIES = 3
"""How often a page that failed is asked before it is given up."""
RESUMED_HOURS = 24
"""A crawl that broke off longer ago is not gone on with: what it asked again is old by now."""


_LAST_DAY = "9999-12-31"
_KNOWN = ", ".join(item.name for item in fields(Known))


class Frontier(FrontierFile):
    """The crawler's memory, shared by all crawls of a data folder."""

    # Crawls

    def begin_crawl(self, crawl_id: str, crawl_type: str = "daily") -> str:
        """Note that a crawl begins.

        Args:
            crawl_id: its id.
            crawl_type: ``daily`` or ``backfill``.

        Returns:
            The time from which answers count as those of this crawl: its own start, or that of the earliest crawl of
            its type that broke off within ``RESUMED_HOURS`` and after the last finished one, whose work is then not
            done again.
        """
        started = now()
        oldest = utc_text(datetime.now(UTC) - timedelta(hours=RESUMED_HOURS))
        with self.transaction():
            row = self._db.execute(
                "SELECT min(started_at) FROM crawls WHERE crawl_type = :type AND finished_at IS NULL "
                "AND started_at >= :oldest AND started_at > "
                "coalesce((SELECT max(finished_at) FROM crawls WHERE crawl_type = :type), '')",
                {"type": crawl_type, "oldest": oldest},
            ).fetchone()
            self._db.execute(
                "INSERT OR IGNORE INTO crawls (crawl_id, started_at, crawl_type) VALUES (?, ?, ?)",
                (crawl_id, started, crawl_type),
            )
        return str(row[0] or started)

    def is_new(self) -> bool:
        """Whether no crawl has used this file before."""
        return self._db.execute("SELECT 1 FROM crawls LIMIT 1").fetchone() is None

    def finish_crawl(self, crawl_id: str) -> None:
        """Note that a crawl has done all it set out to do."""
        self._db.execute("UPDATE crawls SET finished_at = ? WHERE crawl_id = ?", (now(), crawl_id))

    # Lists

    def list_state(self, url: str) -> ListState | None:
        """What is remembered of a list, or None if it was never read."""
        row = self._db.execute("SELECT * FROM lists WHERE url = ?", (url,)).fetchone()
        if row is None:
            return None
        follow = [(str(address), changed) for address, changed in json.loads(row["follow"])]
        return ListState(
            row["etag"], row["last_modified"], row["payload_sha256"], row["checked_at"], bool(row["is_end"]), follow
        )

    def save_list(self, url: str, outlet_id: str, state: ListState, listed: Iterable[Listed]) -> int:
        """Remember a list and every article it announced, in one transaction.

        Returns:
            How many of the articles were unknown before.
        """
        # What one list tells is seen at one time, or the clock would decide in which order it is read.
        seen_at = now()
        with self.transaction():
            fresh = sum(self._add(outlet_id, item, seen_at) for item in listed)
            self._db.execute(
                "INSERT OR REPLACE INTO lists VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    url,
                    outlet_id,
                    state.etag,
                    state.last_modified,
                    state.payload_sha256,
                    state.checked_at,
                    state.is_end,
                    json.dumps(state.follow),
                ),
            )
        return fresh

    def _add(self, outlet_id: str, item: Listed, seen_at: str) -> bool:
        """Queue an article, or add what a further list tells of it; True if it was unknown."""
        known = self._known_as(item)
        if known is not None:
            self._db.execute(
                # Published on or before each of the days: the earliest says most, whichever list was read first.
                "UPDATE articles SET published_at = coalesce(published_at, :published_at), "
                "day_hint = min(coalesce(day_hint, :day_hint), coalesce(:day_hint, day_hint)), "
                "title = coalesce(title, :title), lead = coalesce(lead, :lead), "
                "tags = CASE WHEN tags = '[]' THEN :tags ELSE tags END WHERE canonical_url = :known AND part = 1",
                {
                    "published_at": item.published_at,
                    "day_hint": item.day_hint,
                    "title": item.title,
                    "lead": item.lead,
                    "tags": json.dumps(item.tags),
                    "known": known,
                },
            )
            return False
        self._db.execute(
            "INSERT INTO articles (canonical_url, part, outlet_id, url, article_key, state, published_at, day_hint, "
            "title, lead, tags, found_in, first_seen_at) VALUES (?, 1, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)",
            (
                item.canonical_url,
                outlet_id,
                item.url,
                item.article_key,
                item.published_at,
                item.day_hint,
                item.title,
                item.lead,
                json.dumps(item.tags),
                item.found_in,
                seen_at,
            ),
        )
        return True

    def _known_as(self, item: Listed) -> str | None:
        """The identity under which a listed article is known already, or None."""
        row = self._db.execute(
            "SELECT canonical_url FROM articles WHERE canonical_url = :url AND part = 1 "
            "UNION ALL SELECT canonical_url FROM aliases WHERE url = :url "
            "UNION ALL SELECT canonical_url FROM articles WHERE article_key = :key LIMIT 1",
            {"url": item.canonical_url, "key": item.article_key},
        ).fetchone()
        return row[0] if row else None

    def identity_of(self, canonical_url: str, article_key: str | None) -> str:
        """The address an article is known by: its own, or another that turned out to mean the same article."""
        found = self._known_as(Listed(canonical_url, canonical_url, article_key))
        return found or canonical_url

    def fetched_at(self, canonical_url: str) -> str | None:
        """When the latest known version of an article was fetched, ISO 8601 UTC; None if none was."""
        row = self._db.execute(
            "SELECT fetched_at FROM articles WHERE canonical_url = ? AND part = 1", (canonical_url,)
        ).fetchone()
        return row[0] if row else None

    def walk_complete(self, walk: str, since: str, not_before: str = "") -> bool:
        """Whether all pages of a paged list have been walked, at least back to ``since`` ('' is everything).

        Args:
            walk: the list.
            since: ISO day.
            not_before: ISO time; walks that ended earlier do not count.
        """
        row = self._db.execute(
            "SELECT complete_since FROM walks WHERE walk = ? AND finished_at >= ?", (walk, not_before)
        ).fetchone()
        return row is not None and (row[0] == "" or (since != "" and row[0] <= since))

    def finish_walk(self, walk: str, outlet_id: str, since: str) -> None:
        """Note that a paged list has been walked back to ``since``."""
        if not self.walk_complete(walk, since):
            self._db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?, ?, ?)", (walk, outlet_id, since, now()))

    # Articles

    def wanted(self, outlet_id: str, since: str, limit: int | None, until: str = "") -> list[Known]:
        """Articles never read, or failed and not yet given up; newest first, unknown days last.

        Args:
            outlet_id: whose.
            since: ISO day; articles known to be older are left out. Empty: none are.
            limit: at most so many.
            until: ISO day; articles known to be younger are left out. Empty: none are.
        """
        # Two states by name, so that the index serves: an OR over them would read all that the outlet ever had.
        rows = self._db.execute(
            f"SELECT {_KNOWN} FROM articles WHERE outlet_id = ? AND state IN ('queued', 'failed') AND part = 1 "
            "AND (state = 'queued' OR tries < ?) AND (day_hint IS NULL OR day_hint BETWEEN ? AND ?) "
            "ORDER BY day_hint IS NULL, day_hint DESC, first_seen_at, canonical_url LIMIT ?",
            (outlet_id, MAX_TRIES, since, until or _LAST_DAY, -1 if limit is None else limit),
        )
        return [_known(row) for row in rows]

    def count_wanted(self, outlet_id: str, since: str, until: str = "") -> int:
        """How many articles ``wanted`` would give."""
        row = self._db.execute(
            "SELECT count(*) FROM articles WHERE outlet_id = ? AND part = 1 AND (state = 'queued' "
            "OR (state = 'failed' AND tries < ?)) AND (day_hint IS NULL OR day_hint BETWEEN ? AND ?)",
            (outlet_id, MAX_TRIES, since, until or _LAST_DAY),
        ).fetchone()
        return int(row[0])

    def to_recheck(self, outlet_id: str, checked_before: str, young_since: str | None) -> list[Known]:
        """Articles read before that are due to be asked again.

        Args:
            outlet_id: whose.
            checked_before: ISO time; articles asked since then are left out.
            young_since: ISO day; only articles of that day or later, by list, address or first sight. None: all.
        """
        # Each half is one range of the index.
        due = f"SELECT {_KNOWN} FROM articles WHERE outlet_id = ?1 AND state = 'done' AND part = 1 AND checked_at < ?2 "
        rows = self._db.execute(
            f"{due} AND day_hint >= ?3 UNION ALL {due} AND day_hint IS NULL AND first_seen_at >= ?3 "
            "ORDER BY day_hint DESC, canonical_url",
            (outlet_id, checked_before, young_since or ""),
        )
        return [_known(row) for row in rows]

    def article(self, canonical_url: str, part: int = 1) -> Known | None:
        """What is known of one part of an article."""
        row = self._db.execute(
            f"SELECT {_KNOWN} FROM articles WHERE canonical_url = ? AND part = ?", (canonical_url, part)
        ).fetchone()
        return _known(row) if row else None

    def parts(self, canonical_url: str) -> list[Known]:
        """The further parts of an article that were read before."""
        rows = self._db.execute(
            f"SELECT {_KNOWN} FROM articles WHERE canonical_url = ? AND part > 1 AND state = 'done' ORDER BY part",
            (canonical_url,),
        )
        return [_known(row) for row in rows]

    def save_read(
        self, pages: Sequence[tuple[PageEntry, Fingerprint]], listed_as: str, article_key: str | None = None
    ) -> None:
        """Note that an article's pages stand in the archive.

        Args:
            pages: all its parts, each with that by which it is known again.
            listed_as: the identity it had in the frontier before its page named its own.
            article_key: the number the outlet's system gives it.
        """
        with self.transaction():
            for entry, fingerprint in pages:
                if listed_as != entry.canonical_url:
                    self._rename(listed_as, entry.canonical_url)
                self._save_page(entry, fingerprint, article_key)
            # An article that has become shorter has no more parts than now.
            self._db.execute(
                "DELETE FROM articles WHERE canonical_url = ? AND part > ?", (pages[0][0].canonical_url, len(pages))
            )

    def _rename(self, old: str, new: str) -> None:
        self._db.execute("UPDATE OR IGNORE articles SET canonical_url = ? WHERE canonical_url = ?", (new, old))
        self._db.execute("DELETE FROM articles WHERE canonical_url = ?", (old,))
        self._db.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?)", (old, new))

    def _save_page(self, entry: PageEntry, fingerprint: Fingerprint, article_key: str | None) -> None:
        self._db.execute(
            "INSERT INTO articles (canonical_url, part, outlet_id, url, article_key, state, published_at, title, tags, "
            "found_in, first_seen_at) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, '[]', '', ?) ON CONFLICT DO NOTHING",
            (
                entry.canonical_url,
                entry.part,
                entry.outlet_id,
                entry.url,
                article_key if entry.part == 1 else None,
                entry.feed_published_at,
                entry.title_hint,
                entry.fetched_at,
            ),
        )
        self._db.execute(
            "UPDATE articles SET state = 'done', url = ?, checked_at = ?, fetched_at = ?, crawl_id = ?, etag = ?, "
            "last_modified = ?, payload_sha256 = ?, text_sha256 = ?, tries = 0, "
            "failure_kind = NULL, failure_detail = NULL, warc_name = ?, warc_offset = ? "
            "WHERE canonical_url = ? AND part = ?",
            (
                entry.url,
                now(),
                entry.fetched_at,
                entry.crawl_id,
                fingerprint.etag,
                fingerprint.last_modified,
                entry.payload_sha256,
                fingerprint.text_sha256,
                entry.warc_name,
                entry.offset,
                entry.canonical_url,
                entry.part,
            ),
        )

    def save_unchanged(self, canonical_url: str) -> None:
        """Note that an article was asked again and is as it was."""
        self._db.execute("UPDATE articles SET checked_at = ? WHERE canonical_url = ?", (now(), canonical_url))

    def save_text(self, canonical_url: str, part: int, text_sha256: str) -> None:
        """Remember the digest of the running text of a page that was read before, worked out from the archive."""
        self._db.execute(
            "UPDATE articles SET text_sha256 = ? WHERE canonical_url = ? AND part = ?",
            (text_sha256, canonical_url, part),
        )

    def save_alias(self, listed_as: str, canonical_url: str) -> None:
        """Note that an address turned out to be one more way to an article that was read already."""
        with self.transaction():
            self._rename(listed_as, canonical_url)

    def save_day(self, listed_as: str, canonical_url: str, day: str) -> None:
        """Note the day of an article whose page told it, and that it waits for a crawl that wants days so far back."""
        with self.transaction():
            if listed_as != canonical_url:
                self._rename(listed_as, canonical_url)
            self._db.execute("UPDATE articles SET day_hint = ? WHERE canonical_url = ?", (day, canonical_url))

    def save_state(self, canonical_url: str, state: str, kind: str, detail: str) -> None:
        """Note why an article was not read: ``failed``, ``gone``, ``refused``, ``disallowed`` or ``skipped``.

        ``failed`` is tried again in later crawls; the others are final. An article that was read before stays so.
        """
        self._db.execute(
            "UPDATE articles SET state = CASE WHEN state = 'done' AND ? = 'failed' THEN state ELSE ? END, "
            "failure_kind = ?, failure_detail = ?, tries = tries + 1, checked_at = ? "
            "WHERE canonical_url = ? AND part = 1",
            (state, state, kind, detail[:500], now(), canonical_url),
        )

    def adopt(self, entries: Iterable[PageEntry], fingerprint: Callable[[PageEntry], Fingerprint]) -> int:
        """Take over pages that stand in the archive and are unknown here (the process was killed in between).

        Args:
            entries: pages of the archive.
            fingerprint: gives that by which a page is known again.

        Returns:
            How many were taken over.
        """
        adopted = 0
        for entry in entries:
            row = self._db.execute(
                "SELECT fetched_at FROM articles WHERE canonical_url = ? AND part = ?",
                (entry.canonical_url, entry.part),
            ).fetchone()
            if row is None or row["fetched_at"] is None or row["fetched_at"] < entry.fetched_at:
                with self.transaction():
                    self._save_page(entry, fingerprint(entry), None)
                adopted += 1
        return adopted

    def states(self, outlet_id: str | None = None) -> dict[str, int]:
        """How many articles are in each state."""
        where, values = ("AND outlet_id = ?", (outlet_id,)) if outlet_id is not None else ("", ())
        rows = self._db.execute(f"SELECT state, count(*) FROM articles WHERE part = 1 {where} GROUP BY state", values)
        return {row[0]: row[1] for row in rows}

    # Robots

    def robots(self, host: str, not_before: str) -> tuple[int, bytes] | None:
        """A host's robots.txt (status and body) as it was fetched since ``not_before``, or None."""
        row = self._db.execute("SELECT * FROM robots WHERE host = ? AND fetched_at >= ?", (host, not_before)).fetchone()
        return (row["status"], row["body"]) if row else None

    def save_robots(self, host: str, status: int, body: bytes) -> None:
        """Remember a host's robots.txt."""
        self._db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (host, status, body, now()))


def _known(row: sqlite3.Row) -> Known:
    found: dict[str, Any] = dict(row)
    found["tags"] = tuple(json.loads(found["tags"] or "[]"))
    return Known(**found)
