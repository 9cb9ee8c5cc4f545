"""Exports for people without SQL: where they go, and in which format."""

from __future__ import annotations

from pathlib import Path

from warehouse.export import FORMATS, export

from .commands.failure import CommandError
from .workspace import Workspace
