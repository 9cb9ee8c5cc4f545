from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.archive import ArchiveError, ArchiveWriter, Page, entries, read_page, seal, warc_names

MakePage = Callable[..., Page]


def test_a_page_comes_back_as_it_was_put_in(tmp_path: Path, make_page: MakePage) -> None:
    page = make_page(
        title_hint="Rakor “TPPO”\nKupang", feed_published_at="2026-10-14T09:00:00+08:00", reason="found in x"
    )
    with ArchiveWriter(tmp_path, "c1") as archive:
        entry = archive.add(page)
    (found,) = entries(tmp_path)
    assert found == entry
    read = read_page(tmp_path, found)
    assert read.body == page.body
    assert read.charset == "utf-8"
    assert ("ETag", '"abc"') in read.headers
    assert read.feed_published_at == "2026-10-14T09:00:00+08:00"
    assert read.fetched_at == "2026-10-15T01:02:03.456Z"
    assert read.reason == "found in x"


def test_the_files_are_warc_1_1_that_others_can_read(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        archive.add(make_page())
    with (tmp_path / "c1-00001.warc.gz").open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.protocol, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "metadata"]
    assert {protocol for _, protocol, _ in records} == {"WARC/1.1"}
    assert b"Jejak-Canonical-Url: https://kabaruji.id/rakor-tppo-di-kupang/" in records[2][2]


def test_the_index_has_one_sorted_cdxj_line_a_page(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        for name in ("c-ketiga", "a-pertama", "b-kedua"):
            archive.add(make_page(name))
    lines = (tmp_path / "c1-00001.cdxj").read_text("utf-8").splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "id,kabaruji)/a-pertama",
        "id,kabaruji)/b-kedua",
        "id,kabaruji)/c-ketiga",
    ]
    stamp, fields = lines[0].split(" ", 2)[1:]
    assert stamp == "20261015010203"
    assert json.loads(fields)["filename"] == "c1-00001.warc.gz"
    assert [entry.url.split("/")[-2] for entry in entries(tmp_path)] == ["c-ketiga", "a-pertama", "b-kedua"]


def test_a_file_that_has_grown_to_its_limit_is_followed_by_the_next(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1", max_bytes=800) as archive:
        for number in range(5):
            archive.add(make_page(f"berita-{number}"))
    assert len(warc_names(tmp_path)) > 1
    assert not list(tmp_path.glob("*.open"))
    assert len(list(entries(tmp_path))) == 5


def test_a_second_writer_of_the_same_crawl_goes_on_with_the_next_number(tmp_path: Path, make_page: MakePage) -> None:
    for _ in range(2):
        with ArchiveWriter(tmp_path, "c1") as archive:
            archive.add(make_page())
    assert warc_names(tmp_path) == ["c1-00001.warc.gz", "c1-00002.warc.gz"]


def test_nothing_is_left_by_a_crawl_without_pages(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "c1"):
        pass
    assert warc_names(tmp_path) == []


def test_a_file_cut_anywhere_is_mended_to_its_whole_records(tmp_path: Path, make_page: MakePage) -> None:
    whole = tmp_path / "whole"
    with ArchiveWriter(whole, "c1") as archive:
        for number in range(4):
            archive.add(make_page(f"berita-{number}"))
    content = (whole / "c1-00001.warc.gz").read_bytes()
    known = list(entries(whole))
    for cut in range(0, len(content) + 1, 23):
        torn = tmp_path / f"torn-{cut}"
        torn.mkdir()
        (torn / "c1-00001.warc.gz.open").write_bytes(content[:cut])
        assert seal(torn) == ["c1-00001.warc.gz"]
        expected = [entry for entry in known if entry.offset + entry.length <= cut]
        assert [asdict(entry) for entry in entries(torn)] == [asdict(entry) for entry in expected]
        assert all(read_page(torn, entry).body for entry in expected)


def test_garbage_behind_whole_records_is_cut_off(tmp_path: Path, make_page: MakePage) -> None:
    whole = tmp_path / "whole"
    with ArchiveWriter(whole, "c1") as archive:
        archive.add(make_page())
    torn = tmp_path / "torn"
    torn.mkdir()
    content = (whole / "c1-00001.warc.gz").read_bytes()
    (torn / "c1-00001.warc.gz.open").write_bytes(content + b"\x00garbage" * 100)
    seal(torn)
    assert (torn / "c1-00001.warc.gz").read_bytes() == content


def test_an_article_whose_parts_were_being_written_is_cut_off_whole(tmp_path: Path, make_page: MakePage) -> None:
    whole = tmp_path / "whole"
    with ArchiveWriter(whole, "c1") as archive:
        archive.add(make_page("lengkap"))
        parts = archive.add_article([make_page("terpotong", part=number) for number in (1, 2, 3)])
    assert [entry.part for entry in parts] == [1, 2, 3]
    first = parts[0]
    content = (whole / "c1-00001.warc.gz").read_bytes()
    for cut in (first.offset, first.offset + first.length - 1):
        torn = tmp_path / f"torn-{cut}"
        torn.mkdir()
        (torn / "c1-00001.warc.gz.open").write_bytes(content[:cut])
        seal(torn)
        assert [entry.canonical_url for entry in entries(torn)] == ["https://kabaruji.id/lengkap/"]


def test_a_lost_index_is_made_anew(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        archive.add(make_page())
    before = list(entries(tmp_path))
    (tmp_path / "c1-00001.cdxj").unlink()
    assert list(entries(tmp_path)) == before


def test_foreign_files_and_lines_are_passed_over(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        archive.add(make_page())
    with (tmp_path / "c1-00001.cdxj").open("a", encoding="utf-8") as index:
        index.write('garbage\nid,x)/ 2026 {"url": "x"}\n!meta {"format": "cdxj"}\n')
    (tmp_path / "foreign.warc.gz").write_bytes(b"not a WARC file at all" * 50)
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    assert len(list(entries(tmp_path))) == 1


def test_an_altered_page_is_refused(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        entry = archive.add(make_page())
    entry.payload_sha256 = "0" * 64
    with pytest.raises(ArchiveError, match="does not have the SHA-256 of the index"):
        read_page(tmp_path, entry)


def test_a_wrong_offset_or_a_missing_file_is_said_plainly(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        entry = archive.add(make_page())
    for shift in range(1, entry.length):
        wrong = replace(entry, offset=entry.offset + shift)
        with pytest.raises(ArchiveError, match=r"cannot read https://kabaruji\.id"):
            read_page(tmp_path, wrong)
    entry.warc_name = "none.warc.gz"
    with pytest.raises(ArchiveError, match=r"none\.warc\.gz"):
        read_page(tmp_path, entry)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="cannot write to the archive folder"):
        ArchiveWriter(tmp_path / "file" / "archive", "c1")
    assert seal(tmp_path / "missing") == []
