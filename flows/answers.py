"""Answers of the snapshot: a result that is shown as a table or written as CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow
import pyarrow.parquet

from warehouse.database import open_warehouse
from warehouse.export import safe_cell
from warehouse.questions import list_questions, run

from .commands.failure import CommandError

ROWS_AT_ONCE = 10_000


class Answer:
    """The result of a query, read as it is needed."""

    def __init__(self, batches: pyarrow.RecordBatchReader) -> None:
        self._batches = batches
        self.columns: list[str] = batches.schema.names

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """All rows that were not read yet, as Python values."""
        for batch in self._batches:
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def first(self, count: int) -> tuple[list[tuple[Any, ...]], bool]:
        """Up to ``count`` rows, and whether there are more."""
        found = list(islice(self.rows(), count + 1))
        return found[:count], len(found) > count

    def table(self) -> pyarrow.Table:
        """The whole result as an Arrow table."""
        return self._batches.read_all()


@contextmanager
def asked(snapshot: Path, sql: str, settings: Sequence[str]) -> Iterator[Answer]:
    """Put a query, or a ready-made question by its name, to the snapshot.

    Args:
        snapshot: the protected DuckDB file; opened read-only.
        sql: SQL or the name of a question.
        settings: parameters of a question, as ``name=value``.

    Raises:
        CommandError: if the SQL cannot be run or a parameter is not known.
        WarehouseError: if the file cannot be opened.
    """
    con = open_warehouse(snapshot, read_only=True)
    try:
        known = {question.name: question for question in list_questions()}
        if sql in known:
            yield Answer(run(con, sql, parameters(settings)).to_reader())
            return
        if settings:
            raise CommandError("--set belongs to a ready-made question: `jejak query --list` shows them")
        try:
            batches = con.execute(sql).to_arrow_reader(ROWS_AT_ONCE)
        except duckdb.Error as error:
            raise CommandError(explained(error, sql, list(known))) from error
        yield Answer(batches)
    finally:
        con.close()


def parameters(settings: Sequence[str]) -> dict[str, str]:
    """The settings as a dictionary.

    Raises:
        CommandError: if one has no ``=``.
    """
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise CommandError(f"--set {setting}: write it as name=value; `jejak query --list` shows the names")
        found[name] = value
    return found


def explained(error: duckdb.Error, sql: str, names: list[str]) -> str:
    """DuckDB's message in one line, with a hint where the words look like a question's name."""
    message = " ".join(str(error).split())
    if re.fullmatch(r"[\w-]+", sql):
        return f"{sql} is no ready-made question; there are {', '.join(names)}"
    return f"the query failed: {message}"


def write(answer: Answer, kind: str, out: Path | None) -> None:
    """Write an answer to a file, complete or not at all, or to standard output.

    Args:
        answer: the result.
        kind: csv, json or parquet.
        out: file, or None for standard output.

    Raises:
        CommandError: if the file cannot be written.
    """
    if out is None:
        _write(answer, kind, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    draft = out.with_name(out.name + ".tmp")
    try:
        with draft.open("wb") as file:
            _write(answer, kind, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CommandError(f"{out} cannot be written: {error.strerror or error}") from error


def _write(answer: Answer, kind: str, file: IO[bytes]) -> None:
    if kind == "parquet":
        pyarrow.parquet.write_table(answer.table(), file)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    if kind == "csv":
        lines = csv.writer(text)
        lines.writerow(answer.columns)
        lines.writerows(
            [safe_cell(value) if isinstance(value, str) else value for value in row] for row in answer.rows()
        )
    else:
        text.write("[")
        for number, row in enumerate(answer.rows()):
            values = dict(zip(answer.columns, row, strict=True))
            text.write((",\n" if number else "") + json.dumps(values, ensure_ascii=False, default=plain))
        text.write("]\n")
    text.detach()


def plain(value: Any) -> str:
    """A value that JSON does not know, as text; dates in ISO 8601."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def cell_text(value: Any) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return plain(value) if isinstance(value, date) else str(value)


def spreadsheet_row(row: Sequence[Any]) -> list[Any]:
    """A row for CSV, without text that a spreadsheet would run as a formula."""
    return [safe_cell(value) if isinstance(value, str) else value for value in row]
