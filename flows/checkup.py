"""What `jejak doctor` looks at: the things that most often keep a run from working."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from crawlers.registry import RegistryError, load_registry
from warehouse.database import WarehouseError, open_warehouse

from .workspace import Workspace, WorkspaceError

ENOUGH_DISK_GB = 5
"""A year of 265 outlets is some 40 GB of archive; below this a daily run may fill the disk."""

LIBRARIES = ("scrapy", "trafilatura", "spacy", "duckdb", "prefect", "marimo")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do about it."""

    state: Literal["good", "note", "bad"]
    subject: str
    found: str
    advice: str = ""


def examine(workspace: Workspace, demo: bool) -> list[Finding]:
    """Look at Python, libraries, data folder, disk, registry, contact, warehouse and snapshot."""
    return [
        _python(),
        *(_library(name) for name in LIBRARIES),
        _folder(workspace),
        _registry(),
        _contact(demo),
        _warehouse(workspace),
        _snapshot(workspace, demo),
    ]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("good", "Python", found)
    return Finding("bad", "Python", found, "use Python 3.11, 3.12 or 3.13")


def _library(name: str) -> Finding:
    try:
        return Finding("good", name, version(name))
    except PackageNotFoundError:
        return Finding("bad", name, "missing", "install Jejak again: make run")


def _folder(workspace: Workspace) -> Finding:
    subject = f"data folder {workspace.folder}"
    try:
        workspace.prepare()
    except WorkspaceError as error:
        return Finding("bad", subject, "cannot be written", str(error))
    free = shutil.disk_usage(workspace.folder).free / 1e9
    if free < ENOUGH_DISK_GB:
        return Finding("note", subject, f"{free:.1f} GB free", f"make room: less than {ENOUGH_DISK_GB} GB")
    return Finding("good", subject, f"{free:.0f} GB free")


def _registry() -> Finding:
    try:
        return Finding("good", "outlet registry", f"{len(load_registry().outlets)} outlets")
    except RegistryError as error:
        return Finding("bad", "outlet registry", "cannot be read", str(error))


def _contact(demo: bool) -> Finding:
    contact = os.environ.get("JEJAK_CONTACT", "")
    if contact or demo:
        return Finding("good", "contact", contact or "not needed for the demo")
    return Finding("note", "contact", "not set", "a live crawl needs JEJAK_CONTACT: a mail address or web page")


def _warehouse(workspace: Workspace) -> Finding:
    if not workspace.warehouse.exists():
        return Finding("note", "warehouse", "not there yet", "jejak run makes it")
    try:
        con = open_warehouse(workspace.warehouse, read_only=True)
    except WarehouseError as error:
        return Finding("bad", "warehouse", "cannot be opened", str(error))
    try:
        row = con.execute("SELECT count(*) FROM articles").fetchone()
    finally:
        con.close()
    return Finding("good", "warehouse", f"{row[0] if row else 0} articles")


def _snapshot(workspace: Workspace, demo: bool) -> Finding:
    try:
        path = workspace.require_snapshot()
    except WorkspaceError:
        return Finding("note", "snapshot", "not published yet", f"jejak run{' --demo' if demo else ''} makes it")
    stale = workspace.warehouse.exists() and path.stat().st_mtime + 1 < workspace.warehouse.stat().st_mtime
    if stale:
        return Finding("note", "snapshot", "older than the warehouse", "jejak publish makes it anew")
    return Finding("good", "snapshot", f"{path.stat().st_size / 1e6:.1f} MB")
