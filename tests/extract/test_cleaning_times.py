"""Times as machines write and Indonesian newspapers print them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from extract.cleaning_byline import is_byline
from extract.cleaning_times import (
    newsroom_zone,
    read_machine_time,
    read_printed_time,
    read_url_date,
    without_printed_times,
)

WITA = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Rabu, 7 Mei 2025 | 09:15 WITA", "2025-05-07T09:15:00+08:00"),
        ("Rabu, 7 Mei 2025 09.15 WIB", "2025-05-07T09:15:00+07:00"),
        ("Jum'at, 07 Agustus 2026 - 16:05", "2026-08-07T16:05:00+08:00"),
        ("7 Nopember 2025, pukul 09.15 WIT", "2025-11-07T09:15:00+09:00"),
        ("Tayang: 07 Agu 2025 21:10 WIB", "2025-08-07T21:10:00+07:00"),
        ("07/05/2025, 09:15 WITA", "2025-05-07T09:15:00+08:00"),
        ("07-05-2025", "2025-05-07T00:00:00+08:00"),
        ("May 7, 2025 9:15 pm", "2025-05-07T21:15:00+08:00"),
        ("09.15 WITA, Rabu 7 Mei 2025", "2025-05-07T09:15:00+08:00"),
        ("09.00 30 April 2025   187 views", "2025-04-30T09:00:00+08:00"),
        ("Maria Bala - 7 Mei 2025", "2025-05-07T00:00:00+08:00"),
    ],
)
def test_printed_times(printed: str, expected: str) -> None:
    moment = read_printed_time(printed, WITA)
    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize(
    "printed", ["31 Februari 2025", "45/13/2025", "Rp7.000", "pukul 09.15 WITA", "1/2/3", "Mei 2025", ""]
)
def test_what_is_no_date_is_none(printed: str) -> None:
    assert read_printed_time(printed, WITA) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-05-07T09:15:00+08:00", "2025-05-07T09:15:00+08:00"),
        ("2025-05-07T01:15:00Z", "2025-05-07T01:15:00+00:00"),
        ("2025-05-07T01:15:00.123Z", "2025-05-07T01:15:00+00:00"),
        ("2025-05-07T09:15:00+0800", "2025-05-07T09:15:00+08:00"),
        ("2025/05/07 09:15:00", "2025-05-07T09:15:00+08:00"),
        ("2025-05-07 09:15 WIB", "2025-05-07T09:15:00+07:00"),
        ("2025-05-07", "2025-05-07T00:00:00+08:00"),
        ("Wed, 07 May 2025 01:15:00 +0000", "2025-05-07T01:15:00+00:00"),
        ("Wed, 07 May 2025 09:15:00", "2025-05-07T09:15:00+08:00"),
        ("1746580500", "2025-05-07T09:15:00+08:00"),
        ("1746580500000", "2025-05-07T09:15:00+08:00"),
        ("Rabu, 7 Mei 2025 09:15", "2025-05-07T09:15:00+08:00"),
    ],
)
def test_machine_times(written: str, expected: str) -> None:
    moment = read_machine_time(written, WITA)
    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize(
    "written", ["", "kemarin", "0000-00-00 00:00:00", "2025-13-45", "1970-01-01T00:00:00Z", "2025-05-07T99:99"]
)
def test_impossible_machine_times_are_none(written: str) -> None:
    assert read_machine_time(written, WITA) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.test/2025/05/07/kapal/", date(2025, 5, 7)),
        ("https://x.test/read/20250507/kapal", date(2025, 5, 7)),
        ("https://x.test/2025/05/kapal.html", None),
        ("https://x.test/berita/20251399/kapal", None),
        ("https://x.test/2025/02/31/kapal", None),
    ],
)
def test_dates_in_urls(url: str, expected: date | None) -> None:
    assert read_url_date(url) == expected


def test_a_byline_is_told_from_a_sentence() -> None:
    assert is_byline("Maria Bala | Rabu, 7 Mei 2025, 09:15 WITA")
    assert not is_byline("Rapat itu digelar pada Rabu, 7 Mei 2025 di Kupang.")
    assert not is_byline("Pontianak -")
    assert without_printed_times("Maria Bala | Rabu, 7 Mei 2025, 09:15 WITA") == "Maria Bala"


def test_an_unknown_zone_is_western_indonesian_time() -> None:
    moment = read_machine_time("2025-05-07 09:15", newsroom_zone("Mars/Olympus"))
    assert moment is not None
    assert moment.isoformat() == "2025-05-07T09:15:00+07:00"
