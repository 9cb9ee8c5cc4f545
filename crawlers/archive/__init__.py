"""The WARC archive: written, indexed, mended, verified, and filled from the archives of others."""

from .writing import (
    ArchiveError,
    ArchiveWriter,
    Page,
    PageEntry,
    Sent,
    archived_fingerprint,
    entries,
    open_crawls,
    read_page,
    seal,
    warc_names,
)

__all__ = [
    "ArchiveError",
    "ArchiveWriter",
    "Page",
    "PageEntry",
    "Sent",
    "archived_fingerprint",
    "entries",
    "open_crawls",
    "read_page",
    "seal",
    "warc_names",
]
