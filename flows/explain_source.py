"""Where the article that is explained comes from: a line of JSON, or the facts file behind a loaded article."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawlers.identity import canonical_url
from extract.article import article_id
from extract.pipeline import Extractor
from warehouse.database import now, open_warehouse
from warehouse.parts import read_part

from .article_lines import RecordError, facts_of, live_registry, read_record
from .commands.failure import CommandError
from .workspace import Workspace

Record = Mapping[str, Any]


def article_with_facts(line: bytes, extractor: Extractor) -> Record:
    """A line as `jejak facts` takes it, read, in the form of a line of a facts file.

    Raises:
        RecordError: the line is no article.
    """
    record = read_record(line)
    if isinstance(record.get("text"), str) and not record["text"].strip():
        raise RecordError("text is empty: there is nothing to explain")
    found = facts_of(record, extractor)
    url = record.get("url") or "https://unknown.invalid/"
    article = {
        "id": record.get("id") or article_id(url),
        "url": url,
        "canonical_url": url,
        "title": record.get("title") or "",
        "text": record["text"],
        "published_at": record.get("published_at"),
        "dateline": record.get("dateline"),
        "language": found["language"],
    }
    return {"article": article, "facts": found}


def loaded_article(workspace: Workspace, wanted: str) -> Record:
    """The line of the facts file that a loaded article was read from.

    Args:
        workspace: the data folder.
        wanted: the article's id or address.

    Raises:
        CommandError: the warehouse has no such article, or its facts file is gone.
        WarehouseError: the warehouse cannot be opened.
    """
    chosen = wanted
    if wanted.startswith(("http://", "https://")):
        chosen = article_id(canonical_url(wanted, live_registry().outlet_of(wanted)))
    con = open_warehouse(workspace.warehouse, read_only=True)
    try:
        row = con.execute(
            """
            SELECT x.article_id, x.part_name, x.extractor_version FROM pipeline.extractions x
            JOIN articles a USING (article_id)
            WHERE x.is_current AND (x.article_id = ? OR a.url = ? OR a.canonical_url = ?)
            """,
            [chosen, wanted, wanted],
        ).fetchone()
    finally:
        con.close()
    if row is None:
        raise CommandError(
            f"{wanted} is neither a file nor an article of {workspace.warehouse}: "
            '`jejak query "SELECT article_id, title FROM articles"` lists them'
        )
    found_id, part_name, version = row
    path = workspace.facts / part_name
    record = _line_of(path, found_id, version) if path.is_file() else None
    if record is not None:
        return record
    raise CommandError(f"{path}, which {found_id} was loaded from, is gone or no longer holds it: run jejak extract")


def _line_of(path: Path, found_id: str, version: str) -> Record | None:
    last: Record | None = None
    for record in read_part(path):
        if record.get("kind") == "article" and record["article"]["id"] == found_id:
            last = record if record["facts"].get("extractor_version") == version else last
    return last


def record_disclosure(path: Path, article: str, reason: str) -> None:
    """Note in the warehouse that an article was shown with full names, and why."""
    con = open_warehouse(path)
    try:
        con.execute(
            "INSERT INTO pipeline.exports VALUES (?, 'article', 'explain', ?, 1, ?)", [now(), article, reason.strip()]
        )
    finally:
        con.close()
