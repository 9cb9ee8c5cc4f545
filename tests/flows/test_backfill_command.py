"""`jejak backfill`: what it refuses, and what it says of a backfill that has not begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.frontier import Frontier
from crawlers.registry import load_registry
from crawlers.slices import Slice, Slices
from flows.backfill import BackfillOptions, duration, span
from flows.backfill_state import progress_of
from flows.command_line import app, foreseen_errors
from flows.options import OptionError

CLOCK = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)


def test_the_last_day_is_yesterday_unless_it_is_given() -> None:
    assert span(BackfillOptions(date(2018, 1, 1)), CLOCK) == (date(2018, 1, 1), date(2026, 10, 14))
    # In Jakarta it is the next day already.
    assert span(BackfillOptions(date(2018, 1, 1)), datetime(2026, 10, 15, 18, 0, tzinfo=UTC))[1] == date(2026, 10, 15)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (BackfillOptions(date(2026, 1, 2), date(2026, 1, 1)), "--since 2026-01-02 is after the last day, 2026-01-01"),
        (BackfillOptions(date(2026, 1, 2), date(2026, 10, 15)), "--until 2026-10-15 is not over yet; give 2026-10-14"),
        (BackfillOptions(date(2027, 1, 1)), "--since 2027-01-01 is not over yet; give 2026-10-14 or an earlier day"),
        (BackfillOptions(date(2026, 1, 2), size="year"), "--slice year is none of month, week, day"),
    ],
)
def test_days_that_make_no_span_are_refused(options: BackfillOptions, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        span(options, CLOCK)


@pytest.mark.parametrize(
    ("seconds", "words"), [(40, "40 s"), (720, "12 min"), (12_000, "3 h 20 min"), (432_000, "5 days")]
)
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_progress_counts_slices_and_estimates_the_rest(tmp_path: Path) -> None:
    outlet = next(iter(load_registry().outlets.values()))
    since, until = date(2026, 7, 1), date(2026, 9, 30)
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        table = Slices(frontier)
        nothing = progress_of(outlet, [], since, until, "month", frontier)
        assert (nothing.slices_done, nothing.slices_left, nothing.seconds_left(3)) == (0, 3, None)
        one = Slice(outlet.outlet_id, date(2026, 9, 1), until)
        table.begin(one, "c1")
        table.walked(one)
        table.add(one, seconds=700, requests=200, found=120, new=90, skipped=30, failed=0)
        table.finish(one)
        some = progress_of(outlet, table.records(outlet.outlet_id), since, until, "month", frontier)
        assert (some.slices_done, some.slices_left, some.new, some.oldest_done) == (1, 2, 90, "2026-09-01")
        # What its latest slices took, unless the pace allows no more.
        assert some.seconds_left(3) == 2 * 700
        assert some.seconds_left(5) == 2 * 200 * 5
        # A budget that gives a slice a day lasts two days more than today's.
        frugal = replace(some, daily_budget=200, slices_left=3)
        assert frugal.seconds_left(3) == 3 * 86_400


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "soon", "--outlet", "voxntt"), "--since soon is not a day"),
        (("--since", "2018-01-01"), "choose some with --outlet or --province"),
        (("--since", "2018-01-01", "--outlet", "voxnt", "--contact", "a@example.org"), "did you mean voxntt"),
        (("--since", "2018-01-01", "--outlet", "voxntt", "--status"), "run `jejak backfill` without --status first"),
        (("--since", "2018-01-01", "--outlet", "voxntt"), "a live crawl needs a contact"),
    ],
)
def test_the_command_refuses_what_it_cannot_do_and_says_why(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JEJAK_CONTACT", raising=False)
    done = CliRunner().invoke(app, ["backfill", *words, "--quiet", "--data", str(tmp_path / "data")])
    assert isinstance(done.exception, foreseen_errors())
    assert told in str(done.exception)
