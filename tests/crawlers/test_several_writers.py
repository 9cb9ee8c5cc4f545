"""Several writers in one archive, and what each of them may touch."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from crawlers.archive import (
    ArchiveError,
    ArchiveWriter,
    Page,
    entries,
    open_crawls,
    read_page,
    seal,
    warc_names,
    writing,
)

MakePage = Callable[..., Page]

WRITER = """
import hashlib, sys, time
from pathlib import Path
from crawlers.archive import ArchiveWriter, Page
folder, crawl_id = Path(sys.argv[1]), sys.argv[2]
archive = ArchiveWriter(folder, crawl_id, max_bytes=4000)
number = 0
while True:
    number += 1
    url = f"https://kabaruji.id/{crawl_id}-{number}/"
    body = f"<p>Halaman {number}</p>".encode() * 20
    archive.add(Page("kabar-uji", crawl_id, url, url, 1, "2026-10-15T01:02:03.456Z", 200, "text/html",
                     hashlib.sha256(body).hexdigest(), body=body))
    print(url, flush=True)
"""


def start_writer(folder: Path, crawl_id: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), crawl_id],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_two_crawls_write_side_by_side_each_into_its_own_files(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as first, ArchiveWriter(tmp_path, "c2") as second:
        for number in range(3):
            first.add(make_page(f"satu-{number}"))
            second.add(make_page(f"dua-{number}"))
        assert open_crawls(tmp_path) == {"c1", "c2"}
    assert warc_names(tmp_path) == ["c1-00001.warc.gz", "c2-00001.warc.gz"]
    assert len({entry.url for entry in entries(tmp_path)}) == 6
    assert open_crawls(tmp_path) == set()


def test_writers_of_one_crawl_never_share_a_name(tmp_path: Path, make_page: MakePage) -> None:
    with (
        ArchiveWriter(tmp_path, "c1", max_bytes=1500) as first,
        ArchiveWriter(tmp_path, "c1", max_bytes=1500) as second,
    ):
        written = [writer.add(make_page(f"{number}")) for number in range(6) for writer in (first, second)]
    assert len({(entry.warc_name, entry.offset) for entry in written}) == 12
    assert sorted(entry.url for entry in entries(tmp_path)) == sorted(entry.url for entry in written)


def test_the_file_of_a_living_writer_is_left_alone(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as living:
        living.add(make_page("hidup"))
        assert seal(tmp_path) == []
        with ArchiveWriter(tmp_path, "c2") as second:
            assert second.mended == []
        entry = living.add(make_page("hidup-juga"))
        assert read_page(tmp_path, entry).body
    assert [entry.url.split("/")[-2] for entry in entries(tmp_path)] == ["hidup", "hidup-juga"]


def test_a_crawl_stays_open_while_it_begins_its_next_file(
    tmp_path: Path, make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    with ArchiveWriter(tmp_path, "c1", max_bytes=1500) as archive:
        rename = Path.rename

        def watched(path: Path, target: Path) -> Path:
            done = rename(path, target)
            seen.append(open_crawls(tmp_path))
            return done

        archive.add(make_page("satu"))
        monkeypatch.setattr(Path, "rename", watched)
        for number in range(5):
            archive.add(make_page(f"berita-{number}"))
        monkeypatch.undo()
    assert seen
    assert all(found == {"c1"} for found in seen)


def test_a_killed_writer_is_mended_beside_living_ones_and_loses_nothing(tmp_path: Path) -> None:
    killed, living = start_writer(tmp_path, "c1"), start_writer(tmp_path, "c2")
    assert killed.stdout is not None
    assert living.stdout is not None
    try:
        told = [killed.stdout.readline() for _ in range(30)]
        killed.send_signal(signal.SIGKILL)
        told += killed.stdout.readlines()
        killed.wait(10)
        # Two where it was killed between beginning a file and finishing the one before.
        assert len(seal(tmp_path)) in (1, 2)
        assert "c1" not in open_crawls(tmp_path)
        told += [living.stdout.readline() for _ in range(30)]
        finished = list(entries(tmp_path))
        assert all(read_page(tmp_path, entry).body for entry in finished)
    finally:
        living.kill()
        told += living.stdout.readlines()
        living.wait(10)
        killed.stdout.close()
        living.stdout.close()
    seal(tmp_path)
    kept = [entry.url for entry in entries(tmp_path)]
    assert len(kept) == len(set(kept))
    assert {line.strip() for line in told} <= set(kept)
    assert not list(tmp_path.glob("*.open"))


def test_menders_and_writers_may_meet_at_any_moment(tmp_path: Path, make_page: MakePage) -> None:
    stop, failures = threading.Event(), []

    def mend() -> None:
        while not stop.is_set():
            try:
                seal(tmp_path)
                list(entries(tmp_path))
            except Exception as error:
                failures.append(error)
                return

    menders = [threading.Thread(target=mend) for _ in range(2)]
    for mender in menders:
        mender.start()
    written = []
    for number in range(60):
        with ArchiveWriter(tmp_path, "c1") as archive:
            written.append(archive.add(make_page(f"berita-{number}")).url)
    stop.set()
    for mender in menders:
        mender.join(20)
    assert failures == []
    assert sorted(entry.url for entry in entries(tmp_path)) == sorted(written)
    assert len(warc_names(tmp_path)) == 60


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        archive.add(make_page("sebelum"))
        writes = writing._write_all

        def half(file: FileIO, content: bytes) -> None:
            writes(file, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(writing, "_write_all", half)
        with pytest.raises(ArchiveError, match="No space left on device; free space"):
            archive.add(make_page("gagal"))
        monkeypatch.undo()
        archive.add(make_page("sesudah"))
    (tmp_path / "c1-00001.cdxj").unlink()
    assert [entry.url.split("/")[-2] for entry in entries(tmp_path)] == ["sebelum", "sesudah"]


def test_a_folder_that_cannot_be_written_is_read_as_it_is(tmp_path: Path, make_page: MakePage) -> None:
    with ArchiveWriter(tmp_path, "c1") as archive:
        archive.add(make_page())
    (tmp_path / ".writing").unlink()
    (tmp_path / ".writing").mkdir()
    assert seal(tmp_path) == []
    assert len(list(entries(tmp_path))) == 1
    with pytest.raises(ArchiveError, match="cannot write to the archive folder"):
        ArchiveWriter(tmp_path, "c2")
