"""Writes the outlet registry of the demo newsroom, so that a crawler finds it like any other set of outlets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawlers.newsroom.newspaper import Newspaper
from crawlers.newsroom.sites import CLOCK


def registry_text(papers: Iterable[Newspaper]) -> str:
    """The registry in TOML: one ``[[outlets]]`` table for each demo outlet, with the running server's port.

    ``clock`` is the time the newsroom believes it is.
    """
    tables = []
    for paper in papers:
        rows = [f"{key} = {_toml(value)}" for key, value in _entry(paper).items()]
        tables.append("[[outlets]]\n" + "\n".join(rows))
    head = f"# Written by the demo newsroom for the port it runs on.\n\nclock = {CLOCK.isoformat()}\n\n"
    return head + "\n\n".join(tables) + "\n"


def write_registry(path: Path, papers: Iterable[Newspaper]) -> None:
    """Write the registry; a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(registry_text(papers), encoding="utf-8")
    draft.replace(path)


def _entry(paper: Newspaper) -> dict[str, Any]:
    site = paper.site
    host = site.host.replace(".", r"\.")
    return {
        "outlet_id": site.slug,
        "name": site.name,
        "domain": site.host + site.section_path,
        "base_url": paper.base_url + site.section_path,
        "province_code": site.province_code,
        "province_name": site.province_name,
        "timezone": site.timezone,
        "family": site.family,
        "priority": 1,
        "status": "verified",
        "aliases": [*site.mirrors, f"www.{site.host}"],
        "feeds": [paper.url(path) for path in site.feeds],
        "sitemaps": [paper.url(path) for path in site.sitemaps],
        "index_pages": [paper.url(path) for path in site.index_pages],
        "index_step": site.per_page,
        "article_pattern": rf"^https?://(?:[\w-]+\.)?{host}(?::\d+)?(?:{site.article_pattern})$",
        "traps": site.traps,
    }


def _toml(value: Any) -> str:
    """A TOML value: JSON's strings, numbers and lists of strings are TOML too."""
    return json.dumps(value, ensure_ascii=False)
