"""Whatever is done to an archive after it was written is found, named and placed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.archive import ArchiveWriter, Page, PageEntry, Sent, entries
from crawlers.archive.members import members
from crawlers.archive.verification import ADVICE, FileReport, verify

MakePage = Callable[..., Page]
NAME = "c1-00001.warc.gz"


@pytest.fixture
def folder(tmp_path: Path, make_page: MakePage) -> Path:
    with ArchiveWriter(tmp_path, "c1") as archive:
        for number in range(5):
            archive.add(make_page(f"berita-{number}", sent=Sent("GET / HTTP/1.1"), reason=f"found in {number}"))
    return tmp_path


def only(folder: Path) -> FileReport:
    (report,) = verify(folder)
    return report


def kinds(report: FileReport) -> list[str]:
    return [finding.kind for finding in report.findings]


def replaced(folder: Path, entry: PageEntry, record: bytes) -> None:
    path = folder / NAME
    content = path.read_bytes()
    path.write_bytes(content[: entry.offset] + record + content[entry.offset + entry.length :])


def record_of(folder: Path, entry: PageEntry) -> bytes:
    return gzip.decompress((folder / NAME).read_bytes()[entry.offset : entry.offset + entry.length])


def unpacked(content: bytes) -> bytes | None:
    """What a file of gzip members holds; None if it cannot be read to its end."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


def test_an_untouched_archive_is_found_whole(folder: Path) -> None:
    report = only(folder)
    assert report.findings == []
    assert (report.records, report.pages, report.is_open) == (16, 5, False)
    assert report.size == (folder / NAME).stat().st_size


def test_an_empty_archive_has_nothing_to_check(tmp_path: Path) -> None:
    assert list(verify(tmp_path)) == []


def test_any_flipped_byte_is_found_and_costs_no_other_record(folder: Path) -> None:
    path = folder / NAME
    content = path.read_bytes()
    found = 0
    for position in range(0, len(content), 37):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x5A]) + content[position + 1 :])
        # Date and maker of a gzip member and the bits that fill its last byte say nothing of its content.
        if unpacked(path.read_bytes()) == unpacked(content):
            continue
        found += 1
        report = only(folder)
        assert report.findings, position
        assert all(finding.offset is not None and finding.offset <= position for finding in report.findings)
        assert report.records >= 15, position
    assert found > 150


def test_a_page_exchanged_with_care_is_found_by_its_digests(folder: Path) -> None:
    entry = list(entries(folder))[2]
    record = record_of(folder, entry).replace(b"Halaman berita-2", b"Halaman berita-9")
    replaced(folder, entry, gzip.compress(record, mtime=0))
    report = only(folder)
    altered = next(finding for finding in report.findings if finding.kind == "altered")
    assert altered.offset == entry.offset
    assert altered.url == "https://kabaruji.id/berita-2/"
    assert "payload digest failed" in altered.detail
    assert "SHA-256" in altered.detail
    assert altered.advice.startswith("restore the file from a copy")


def test_an_archive_of_older_versions_with_other_digests_is_checked_too(folder: Path) -> None:
    entry = next(iter(entries(folder)))
    lines = record_of(folder, entry).split(b"\r\n")
    kept = [line for line in lines if not line.startswith((b"WARC-Block-Digest", b"WARC-Payload-Digest"))]
    replaced(folder, entry, gzip.compress(b"\r\n".join(kept), mtime=0))
    (folder / "c1-00001.cdxj").unlink()
    assert kinds(only(folder)) == ["no_index", "no_digest"]
    list(entries(folder))
    assert kinds(only(folder)) == ["no_digest"]


def test_a_file_cut_short_is_found_and_its_lost_pages_named(folder: Path) -> None:
    known = list(entries(folder))
    path = folder / NAME
    path.write_bytes(path.read_bytes()[: known[3].offset + 100])
    report = only(folder)
    assert report.pages == 3
    assert sorted(kinds(report)) == ["not_in_file", "truncated"]
    lost = next(finding for finding in report.findings if finding.kind == "not_in_file")
    assert lost.url == "https://kabaruji.id/berita-4/"


def test_a_missing_file_is_found_by_its_index(folder: Path) -> None:
    (folder / NAME).unlink()
    report = only(folder)
    assert report.warc_name == NAME
    assert kinds(report) == ["missing_file"]


def test_an_index_out_of_step_is_found(folder: Path) -> None:
    index = folder / "c1-00001.cdxj"
    lines = index.read_text("utf-8").splitlines(keepends=True)
    index.write_text("".join([*lines[:1], lines[2].replace("kabar-uji", "kabar-lain"), *lines[3:], "garbage\n"]))
    report = only(folder)
    assert sorted(kinds(report)) == ["differs", "index_line", "not_in_index"]
    assert any("another outlet_id" in finding.detail for finding in report.findings)
    index.unlink()
    assert kinds(only(folder)) == ["no_index"]


def test_a_file_being_written_is_checked_without_its_end(folder: Path, make_page: MakePage) -> None:
    with ArchiveWriter(folder, "c2") as archive:
        archive.add(make_page("sedang-ditulis"))
        path = folder / "c2-00001.warc.gz.open"
        path.write_bytes(path.read_bytes() + b"\x1f\x8b\x08\x00")
        first, second = verify(folder)
        assert (first.is_open, second.is_open) == (False, True)
        assert second.pages == 1
        assert second.findings == []


def test_every_kind_of_finding_has_its_advice() -> None:
    assert all(advice[0].islower() or advice[0] == "`" for advice in ADVICE.values())


def test_members_behind_damage_are_found_again(tmp_path: Path) -> None:
    records = [gzip.compress(b"WARC/1.1 %d " % number + b"\x1f\x8b\x08 text " * 50, mtime=0) for number in range(4)]
    path = tmp_path / "x.warc.gz"
    broken = bytearray(records[1])
    broken[len(broken) // 2] ^= 0xFF
    path.write_bytes(records[0] + bytes(broken) + b"\x1f\x8b\x08 no record" + records[2] + records[3][:-3])
    with path.open("rb") as file:
        found = list(members(file))
    assert [member.problem for member in found] == [None, "damaged", None, "truncated"]
    assert found[2].content.startswith(b"WARC/1.1 2")
    assert [member.offset for member in found[1:]] == [member.end for member in found[:-1]]


def test_a_member_that_unpacks_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.archive.members.MAX_CONTENT", 100_000)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1" + b" " * 10_000_000) + gzip.compress(b"WARC/1.1 small"))
    with path.open("rb") as file:
        assert [(member.problem, member.content) for member in members(file)] == [
            ("too_large", b""),
            (None, b"WARC/1.1 small"),
        ]
