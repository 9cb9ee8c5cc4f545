from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.job import CrawlError, CrawlEvent, CrawlJob, launch, new_crawl_id
from crawlers.selection import Selection


def test_a_job_survives_json(tmp_path: Path) -> None:
    job = CrawlJob(
        tmp_path,
        tmp_path / "outlets.toml",
        outlet_ids=("voxntt",),
        provinces=("NTT",),
        since=date(2025, 5, 7),
        limit=3,
        contact="peneliti@example.org",
        clock="2026-10-15T09:00:00+07:00",
    )
    assert CrawlJob.from_json(json.loads(json.dumps(job.to_json()))) == job


def test_a_relative_data_folder_is_made_absolute_for_the_other_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CrawlJob(Path("data")).to_json()["data_folder"] == str(tmp_path / "data")


def test_crawl_ids_sort_by_time_and_differ() -> None:
    early, late = (new_crawl_id(datetime(2026, 10, day, tzinfo=UTC)) for day in (1, 2))
    assert early < late
    assert new_crawl_id() != new_crawl_id()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "a live crawl needs a contact"),
        ({"contact": "  "}, "a live crawl needs a contact"),
        ({"contact": "a\r\nX-Header: b"}, "control character"),
        ({"contact": "a@b.id", "delay_seconds": 0.5}, "too short for a live outlet"),
        ({"contact": "a@b.id", "limit": -1}, "cannot be negative"),
        ({"contact": "a@b.id", "index_days": 0}, "at least 1"),
        ({"contact": "a@b.id", "recheck": "often"}, "choose young, all or none"),
        ({"contact": "a@b.id", "clock": "2026-10-15T09:00:00"}, "no time with an offset"),
        ({"contact": "a@b.id", "clock": "besok"}, "no time with an offset"),
    ],
)
def test_a_job_that_must_not_run_is_refused(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(CrawlError, match=words):
        next(launch(CrawlJob(tmp_path, **keys)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CrawlError, match=r"cannot write to the data folder .*choose another"):
        next(launch(CrawlJob(tmp_path / "file" / "data", contact="a@b.id")))


@pytest.mark.parametrize("found", [{}, {"data_folder": "x", "colour": "red"}, {"data_folder": "x", "since": "soon"}])
def test_what_is_no_job_is_refused(found: dict[str, Any]) -> None:
    with pytest.raises(CrawlError, match="not a crawl job"):
        CrawlJob.from_json(found)


def test_events_survive_a_line() -> None:
    event = CrawlEvent("page", "voxntt", "https://x.id/", "new", counts={"new": 1}, totals={"new": 2})
    assert CrawlEvent.from_line(event.to_line()) == event
    for line in ("", "[1]", '{"colour": "red"}', "not JSON"):
        with pytest.raises(ValueError, match="not an event"):
            CrawlEvent.from_line(line)


@pytest.mark.parametrize("path", ["no.such.module:wanted", "json:no_such_function", "json:__name__", "json"])
def test_a_relevance_filter_that_does_not_exist_is_refused(path: str) -> None:
    with pytest.raises(CrawlError, match="relevance filter"):
        Selection(path)


def test_a_relevance_filter_is_found_by_its_import_path() -> None:
    assert Selection("builtins:len")._wanted is len
