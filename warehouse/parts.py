"""Facts files: reading their lines, whatever state they are in."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# No article with its facts comes near this; a longer line is damage, and is not read into memory whole.
LONGEST_LINE = 64 * 1024 * 1024


def read_part(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a facts file (``.jsonl`` or ``.jsonl.gz``), in order.

    A line that is no JSON object comes as an issue record that says which line and why; where a compressed file
    breaks off, the lines before are read and the break is an issue too. Nothing is raised for the file's content.

    Args:
        path: the file.

    Yields:
        Records as the extract stage wrote them, and issue records of stage ``load``.

    Raises:
        OSError: the file cannot be opened.
    """
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        number = 0
        while True:
            try:
                line = lines.readline(LONGEST_LINE)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                yield _issue("truncated-part", path, number + 1, f"the file is damaged here: {error}")
                return
            if not line:
                return
            number += 1
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield _issue("broken-line", path, number, f"this is not a JSON object: {error}")
                continue
            if isinstance(record, dict):
                yield record
            else:
                yield _issue("broken-line", path, number, f"expected a JSON object, found {type(record).__name__}")


def _issue(kind: str, path: Path, line: int, detail: str) -> dict[str, Any]:
    return {"kind": "issue", "stage": "load", "issue_kind": kind, "detail": f"{path.name}, line {line}: {detail}"}
