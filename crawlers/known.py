"""What there is to know of an address: records of the frontier, and the tables they are kept in."""

from __future__ import annotations

from dataclasses import dataclass

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
CREATE TABLE IF NOT EXISTS crawls (crawl_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT);
"""
VERSION = 2
# What brings a file of an older version up to date, by the version it has.
UPGRADES = {1: "ALTER TABLE articles ADD COLUMN text_sha256 TEXT"}


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
