"""The WARC archive: written, indexed, mended, verified, and filled from the archives of others."""

from ..pages import Page, PageEntry, Sent
from .mending import seal
from .open_files import ArchiveError, open_crawls
from .writing import ArchiveWriter, archived_fingerprint, entries, read_page, warc_names

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
