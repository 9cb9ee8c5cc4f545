"""What there is to know of an address: records of the frontier, and the tables they are kept in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    canonical_url TEXT NOT NULL, part INTEGER NOT NULL, outlet_id TEXT NOT NULL, url TEXT NOT NULL, article_key TEXT,
    state TEXT NOT NULL, published_at TEXT, day_hint TEXT, title TEXT, lead TEXT, tags TEXT, found_in TEXT,
    first_seen_at TEXT NOT NULL, checked_at TEXT, fetched_at TEXT, crawl_id TEXT,
    etag TEXT, last_modified TEXT, payload_sha256 TEXT, text_sha256 TEXT, tries INTEGER NOT NULL DEFAULT 0,
    failure_kind TEXT, failure_detail TEXT, warc_name TEXT, warc_offset INTEGER,
    PRIMARY KEY (canonical_url, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_by_state ON articles (outlet_id, state, day_hint);
CREATE INDEX IF NOT EXISTS articles_by_key ON articles (article_key) WHERE article_key IS NOT NULL;
CREATE TABLE IF NOT EXISTS aliases (url TEXT PRIMARY KEY, canonical_url TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lists (
    url TEXT PRIMARY KEY, outlet_id TEXT NOT NULL, etag TEXT, last_modified TEXT, payload_sha256 TEXT,
    checked_at TEXT NOT NULL, is_end INTEGER NOT NULL DEFAULT 0, follow TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS walks (
    walk TEXT PRIMARY KEY, outlet_id TEXT NOT NULL, complete_since TEXT NOT NULL, finished_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots (
    host TEXT PRIMARY KEY, status INTEGER NOT NULL, body BLOB NOT NULL, fetched_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crawls (
    crawl_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, crawl_type TEXT NOT NULL DEFAULT 'daily',
    ended_at TEXT
);
CREATE INDEX IF NOT EXISTS crawls_not_ended ON crawls (crawl_id) WHERE ended_at IS NULL;
CREATE TABLE IF NOT EXISTS claims (canonical_url TEXT PRIMARY KEY, crawl_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, asked_at REAL NOT NULL DEFAULT 0, delay REAL NOT NULL DEFAULT 0,
    rests_until REAL NOT NULL DEFAULT 0, day TEXT NOT NULL DEFAULT '', requests INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slices (
    outlet_id TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, state TEXT NOT NULL,
    crawl_id TEXT NOT NULL, started_at TEXT NOT NULL, walked_at TEXT, finished_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
    found INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (outlet_id, first_day, last_day)
) WITHOUT ROWID
"""
VERSION = 3
# What brings a file of an older version up to date, by the version it has.
UPGRADES: dict[int, tuple[str, ...]] = {
    1: ("ALTER TABLE articles ADD COLUMN text_sha256 TEXT",),
    2: (
        "ALTER TABLE crawls ADD COLUMN crawl_type TEXT NOT NULL DEFAULT 'daily'",
        "ALTER TABLE crawls ADD COLUMN ended_at TEXT",
        # What did not finish was killed, and is taken over by the next crawl.
        "UPDATE crawls SET ended_at = finished_at",
    ),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a feed, sitemap or list page announces it.

    Attributes:
        canonical_url: its identity.
        url: where to fetch it.
        article_key: the number its outlet's system gives it, or None.
        published_at: publication time the list gives, ISO 8601 with offset, or None.
        day_hint: a day it was published on or before: from the list, or from the address; None when unknown.
        title: headline, or None.
        lead: the first words of the text, or None.
        tags: keywords and sections.
        found_in: address of the list.
    """

    canonical_url: str
    url: str
    article_key: str | None = None
    published_at: str | None = None
    day_hint: str | None = None
    title: str | None = None
    lead: str | None = None
    tags: tuple[str, ...] = ()
    found_in: str = ""


@dataclass(slots=True)
class Known:
    """What the frontier knows of one part of an article."""

    canonical_url: str
    part: int
    outlet_id: str
    url: str
    state: str
    published_at: str | None
    day_hint: str | None
    title: str | None
    lead: str | None
    tags: tuple[str, ...]
    found_in: str
    first_seen_at: str
    checked_at: str | None
    etag: str | None
    last_modified: str | None
    payload_sha256: str | None
    text_sha256: str | None
    tries: int
    warc_name: str | None = None
    warc_offset: int | None = None

    def planned(self) -> Planned:
        """What a plan keeps of the article until its turn comes."""
        return Planned(self.canonical_url, self.state, self.checked_at)


class Planned(NamedTuple):
    """An article that waits for its turn. A backfill may plan a hundred thousand, so no more of each is kept."""

    canonical_url: str
    state: str
    checked_at: str | None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what an answer is known again: its validators, and the digest of its running text (None: not worked out)."""

    etag: str | None = None
    last_modified: str | None = None
    text_sha256: str | None = None


@dataclass(slots=True)
class ListState:
    """What is remembered of a list: validators, digest, whether it ended its walk, and the lists it leads to."""

    etag: str | None
    last_modified: str | None
    payload_sha256: str | None
    checked_at: str
    is_end: bool
    follow: list[tuple[str, str | None]]
