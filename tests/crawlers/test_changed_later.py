"""Articles whose lists tell only when they were changed are found by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from benchmarks.generated_site import Served
from benchmarks.kill import given
from crawlers.archive import entries
from crawlers.changed_later import changed_later
from crawlers.frontier import Frontier, now
from crawlers.frontier.known import Listed, ListState
from crawlers.job import CrawlJob, launch
from crawlers.slices import plan

SINCE, UNTIL = "2019-01-01", "2019-12-31"
Announce = Callable[..., None]


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


@pytest.fixture
def announce(frontier: Frontier) -> Announce:
    """Puts articles into the frontier, by number and day."""

    def listed(days: dict[int, str], path: str = "/read/{}/", published_at: str | None = None) -> None:
        found = [
            Listed(address, address, f"kabar-uji:{number}", published_at, day)
            for number, day in days.items()
            if (address := "https://kabaruji.id" + path.format(number))
        ]
        frontier.save_list("peta", "kabar-uji", ListState(None, None, None, now(), False, []), found)

    return listed


def found(frontier: Frontier, since: str = SINCE) -> list[int]:
    return [
        int(planned.canonical_url.split("/")[-2])
        for planned in changed_later(frontier.connection, "kabar-uji", since, UNTIL)
    ]


def test_what_was_saved_again_lies_between_the_numbers_of_the_span(frontier: Frontier, announce: Announce) -> None:
    announce(
        {
            80: "2018-05-01",
            100: "2018-12-29",
            101: "2018-12-30",
            110: "2019-02-01",
            190: "2019-12-30",
            900: "2023-01-01",
        }
    )
    announce({90: "2024-03-01", 150: "2024-03-01", 99999: "2024-03-01", 105: "2020-01-01"})
    assert found(frontier) == [150, 105]
    assert found(frontier, since="") == [150, 105, 90]


def test_a_day_that_is_sure_is_believed(frontier: Frontier, announce: Announce) -> None:
    announce({100: "2019-02-01", 190: "2019-12-30"})
    announce({120: "2024-03-01"}, published_at="2024-03-01T08:00:00+07:00")
    announce({130: "2024-03-01"}, path="/2024/03/01/{}/")
    assert found(frontier) == []


def test_one_wrong_number_does_not_hide_the_others(frontier: Frontier, announce: Announce) -> None:
    announce(dict.fromkeys(range(1, 150), "2018-05-01") | {20181230: "2018-12-30"})
    announce({300: "2019-03-01", 400: "2019-10-01", 350: "2024-03-01"})
    assert found(frontier) == [350]


def test_without_numbers_nothing_is_guessed(frontier: Frontier, announce: Announce) -> None:
    assert found(frontier) == []
    announce({300: "2024-03-01"})
    assert found(frontier) == []


@pytest.mark.slow
def test_a_backfill_reads_what_may_have_been_changed_later_and_keeps_what_is_of_its_days(tmp_path: Path) -> None:
    # This site counts downwards, so every article behind the span may by its number be one of it; each page denies it.
    day = date(2026, 10, 14)
    slices = tuple(one.words() for one in plan("contoh-1", day, day, "day"))
    with Served(60, hosts=1, small=True, log=tmp_path / "given") as site:
        assert site.log is not None
        job = CrawlJob(
            tmp_path / "data",
            site.registry(tmp_path / "outlets.toml"),
            allow_private=True,
            delay_seconds=0.0,
            recheck="none",
            until=day,
            slices=slices,
        )
        events = [event for event in launch(job) if event.event in ("slice", "outlet")]
        asked = given(site.log)
    assert [event.kind for event in events][-2:] == ["done", "done"]
    assert len(asked) == len(set(asked)) == 60
    kept = {int(entry.canonical_url.split("/")[4]) for entry in entries(tmp_path / "data" / "archive")}
    with Frontier(tmp_path / "data" / "frontier.sqlite") as opened:
        beside = {int(one.canonical_url.split("/")[4]): one.day_hint for one in opened.wanted("contoh-1", "", None)}
    assert len(kept) > 20
    assert beside == dict.fromkeys(set(range(60)) - kept, "2026-10-15")
