"""Exporting: one readable table as a file that is safe to open and to share."""

from __future__ import annotations

import csv
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet
import xlsxwriter

from warehouse.database import WarehouseError, now, open_warehouse

What = Literal["persons", "agencies", "places", "events"]
Format = Literal["csv", "xlsx", "parquet", "jsonl"]
EXPORTS_FILE = Path(__file__).with_name("exports.toml")

# A spreadsheet reads a cell that begins so as a formula (OWASP, "CSV Injection"); some read full-width signs alike.
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_575


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export, explained in English and Indonesian."""

    name: str
    meaning_en: str
    meaning_id: str


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One of the tables that can be exported: titles, notes, SQL and columns."""

    title_en: str
    title_id: str
    note_en: str
    note_id: str
    sql: str
    columns: tuple[ExportColumn, ...]


@cache
def export_tables() -> dict[str, ExportTable]:
    """The tables of ``warehouse/exports.toml``, by name."""
    data = tomllib.loads(EXPORTS_FILE.read_text(encoding="utf-8"))
    return {
        name: ExportTable(**table | {"columns": tuple(ExportColumn(*column) for column in table["columns"])})
        for name, table in data.items()
    }


def export(
    path: Path | str, what: What, format: Format, out: Path | str, *, protected: bool = True, reason: str = ""
) -> int:
    """Write one table to a file, whole or not at all.

    Text cells that a spreadsheet would read as a formula get an apostrophe in front, in every format but parquet, whose
    cells have types.

    Args:
        path: the published snapshot; with ``protected=False`` the warehouse itself.
        what: persons, agencies, places or events.
        format: csv (UTF-8 with byte-order mark), xlsx, parquet or jsonl.
        out: file to write; its folder is made.
        protected: False takes full names from the warehouse; this is recorded in ``pipeline.exports`` with the reason.
        reason: why names are needed; only with ``protected=False``, where it must be given.

    Returns:
        The number of rows written.

    Raises:
        WarehouseError: an unknown table or format, no reason, the wrong database, or a file that cannot be written.
    """
    if what not in get_args(What):
        raise WarehouseError(f"there is no export named {what!r}; choose one of {', '.join(get_args(What))}")
    if format not in get_args(Format):
        raise WarehouseError(f"there is no export format {format!r}; choose one of {', '.join(get_args(Format))}")
    if not protected and not reason.strip():
        raise WarehouseError(
            "an export without protection needs a reason, which is recorded; give one, or leave it off"
        )
    path, out = Path(path), Path(out)
    if not path.exists():
        raise WarehouseError(f"{path}: there is no such database yet; `jejak run` makes one")
    con = open_warehouse(path, read_only=protected)
    try:
        _check_kind(con, path, protected)
        table = con.execute(export_tables()[what].sql).to_arrow_table()
        _write_whole(out, lambda draft: _WRITERS[format](draft, table, export_tables()[what], protected))
        if not protected:
            con.execute(
                "INSERT INTO pipeline.exports VALUES (?, ?, ?, ?, ?, ?)",
                [now(), what, format, str(out), len(table), reason.strip()],
            )
    finally:
        con.close()
    return len(table)


def is_snapshot(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database is a published snapshot, and not the warehouse with its full names."""
    row = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'pipeline' AND table_name = 'article_texts'"
    ).fetchone()
    return row is not None and row[0] == 0


def safe_cell(text: str) -> str:
    """The text without control characters, and with an apostrophe in front where a spreadsheet would calculate it."""
    risky = _FORMULA.match(text) is not None
    text = _CONTROL.sub("", text)
    return "'" + text if risky else text


def _check_kind(con: duckdb.DuckDBPyConnection, path: Path, protected: bool) -> None:
    if protected and not is_snapshot(con):
        raise WarehouseError(
            f"{path}: this is the warehouse with full names; export from the published snapshot (`jejak publish` makes "
            "it), or ask for an export without protection and give the reason"
        )
    if not protected and is_snapshot(con):
        raise WarehouseError(f"{path}: this is the published snapshot, which has no full names; name the warehouse")


def _write_whole(out: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file and put it in place at the end, so that a reader never sees half of it."""
    if out.is_dir():
        raise WarehouseError(f"{out}: this is a folder; name a file in it")
    draft = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        write(draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(out)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WarehouseError(
            f"{out}: the file cannot be written ({reason}); choose a folder you may write to"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _rows(table: pa.Table) -> Iterator[list[Any]]:
    """The rows with safe text; dates and times as ISO 8601 text, empty cells as None."""
    for batch in table.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value) if isinstance(value, str) else value


def _write_csv(out: Path, table: pa.Table, explained: ExportTable, protected: bool) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        # Every text is quoted: where the list separator is a semicolon, as in Indonesia, an unquoted one in a cell
        # would begin a new cell, and that might be a formula.
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(table.column_names)
        for row in _rows(table):
            writer.writerow(
                ["" if value is None else str(value) if isinstance(value, bool) else value for value in row]
            )


def _write_jsonl(out: Path, table: pa.Table, explained: ExportTable, protected: bool) -> None:
    with out.open("w", encoding="utf-8") as file:
        for row in _rows(table):
            file.write(json.dumps(dict(zip(table.column_names, row, strict=True)), ensure_ascii=False) + "\n")


def _write_parquet(out: Path, table: pa.Table, explained: ExportTable, protected: bool) -> None:
    fields = [
        field.with_metadata({"meaning_en": column.meaning_en, "meaning_id": column.meaning_id})
        for field, column in zip(table.schema, explained.columns, strict=True)
    ]
    pa.parquet.write_table(table.cast(pa.schema(fields)), out)


def _write_xlsx(out: Path, table: pa.Table, explained: ExportTable, protected: bool) -> None:
    if len(table) > _MOST_ROWS:
        raise WarehouseError(
            f"{out}: {len(table)} rows do not fit into a sheet, which holds {_MOST_ROWS}; export csv or parquet"
        )
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options | {"constant_memory": True}) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        data = book.add_worksheet(explained.title_id)
        data.freeze_panes(1, 0)
        data.set_column(0, len(table.column_names) - 1, 22)
        for place, name in enumerate(table.column_names):
            data.write_string(0, place, name, bold)
        for number, row in enumerate(_rows(table), 1):
            for place, value in enumerate(row):
                if isinstance(value, bool):
                    data.write_boolean(number, place, value)
                elif isinstance(value, (int, float)):
                    data.write_number(number, place, value)
                elif value is not None:
                    data.write_string(number, place, value[:_LONGEST_CELL])
        data.autofilter(0, 0, max(len(table), 1), len(table.column_names) - 1)
        readme = book.add_worksheet("Baca saya - Read me")
        readme.set_column(0, 0, 22)
        readme.set_column(1, 2, 70)
        for number, line in enumerate(_readme(explained, protected)):
            for place, text in enumerate(line):
                readme.write_string(number, place, text, wrapped)


def _readme(explained: ExportTable, protected: bool) -> list[tuple[str, str, str]]:
    """What the sheet is, and what its columns mean: name, Indonesian, English."""
    lines = [
        ("", f"{explained.title_id}. {explained.note_id}", f"{explained.title_en}. {explained.note_en}"),
        (
            "",
            "Dibaca oleh mesin dari berita daring; periksa kalimat dan alamat beritanya sebelum dipakai.",
            "Read by machine from online news; check the sentence and the article before you rely on it.",
        ),
        (
            "",
            "Waktu dalam UTC. Tanda ' di depan sel mencegahnya dibaca sebagai rumus.",
            "Times are UTC. A ' in front of a cell keeps it from being read as a formula.",
        ),
        ("Kolom / Column", "Bahasa Indonesia", "English"),
        *((column.name, column.meaning_id, column.meaning_en) for column in explained.columns),
    ]
    if not protected:
        warning = (
            "!",
            "Berkas ini memuat nama lengkap; jangan dibagikan.",
            "This file holds full names; do not share it.",
        )
        lines.insert(0, warning)
    return lines


_WRITERS: dict[str, Callable[[Path, pa.Table, ExportTable, bool], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
    "xlsx": _write_xlsx,
}
