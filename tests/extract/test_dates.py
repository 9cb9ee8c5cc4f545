"""What the day of publication, the paragraph and the outlet's zone do to a date."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from extract.article import Article, OutletHints
from extract.dates import find_dates, newsroom_day
from extract.pipeline import Extractor


def days(text: str, published: date | None) -> list[tuple[str, str]]:
    return [(mention.text, mention.first.isoformat()) for mention in find_dates(text, published)]


@pytest.mark.parametrize("text", [
    "Kamis.", "kemarin", "Rabu (5/6)", "16 Mei lalu", "pekan depan", "akhir tahun", "Juli",
                                  "lima tahun lalu", "sehari sebelumnya", "keesokan harinya", "Senin hingga Rabu",
                                  "semester pertama tahun ini", "tahun sebelumnya", "minggu kedua Mei",
])  # fmt: skip
def test_a_relative_form_means_nothing_without_a_day_of_publication(text: str) -> None:
    assert find_dates(f"Rapat digelar {text} di aula", None) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Rabu (5/6/2024)", "2024-06-05"),
        ("5 Juni 2024", "2024-06-05"),
        ("Juli 2023", "2023-07-01"),
        ("2019–2021", "2019-01-01"),
        ("(9-11/6/2026)", "2026-06-09"),
        ("triwulan II 2024", "2024-04-01"),
    ],
)
def test_an_absolute_form_needs_no_day_of_publication(text: str, day: str) -> None:
    assert days(f"Rapat digelar {text} di aula", None) == [(text, day)]


def test_a_conflict_without_a_day_of_publication_keeps_the_number_and_says_so() -> None:
    (mention,) = find_dates("Rapat digelar Kamis (5/6/2024).", None)
    assert (mention.first, mention.conflict) == (date(2024, 6, 5), True)


@pytest.mark.parametrize(
    ("published", "text", "day"),
    [
        (date(2025, 1, 2), "Sabtu (28/12)", "2024-12-28"),
        (date(2024, 12, 30), "Kamis (2/1)", "2025-01-02"),
        (date(2025, 1, 2), "Desember lalu", "2024-12-01"),
        (date(2024, 12, 30), "Januari mendatang", "2025-01-01"),
        (date(2025, 1, 1), "kemarin", "2024-12-31"),
        (date(2025, 1, 15), "bulan lalu", "2024-12-01"),
        (date(2024, 3, 1), "kemarin", "2024-02-29"),
        (date(2025, 1, 1), "pekan lalu", "2024-12-23"),
    ],
)
def test_the_turn_of_the_year(published: date, text: str, day: str) -> None:
    (mention,) = find_dates(f"Itu terjadi {text} di Ende", published)
    assert mention.first.isoformat() == day


def test_a_bare_weekday_is_the_one_the_article_has_dated() -> None:
    text = "Gugus tugas dikukuhkan Senin (27/5/2024).\nWarga menyambut pengukuhan, Senin itu."
    assert days(text, date(2024, 6, 6)) == [("Senin (27/5/2024)", "2024-05-27"), ("Senin", "2024-05-27")]


def test_a_day_word_in_a_quote_counts_from_the_day_it_was_spoken() -> None:
    text = '"Mereka kemarin kami serahkan," kata Budi, Selasa (4/6/2024).'
    assert days(text, date(2024, 6, 6))[0] == ("kemarin", "2024-06-03")
    assert days("Mereka kemarin diserahkan.", date(2024, 6, 6)) == [("kemarin", "2024-06-05")]


def test_small_talk_of_this_morning_in_a_quote_is_no_date() -> None:
    assert days("“Stok tadi pagi habis,” katanya.", date(2024, 6, 6)) == []


def test_a_distant_day_before_is_counted_from_the_news_not_from_the_background() -> None:
    text = (
        "Jenazah tiba Senin (3/6/2024). Ia meninggal pada 1 Mei karena sakit.\n"
        "Kepala desa menyampaikan duka. Sehari sebelumnya tiga peti lain tiba."
    )
    assert days(text, date(2024, 6, 4))[-1] == ("Sehari sebelumnya", "2024-06-02")


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Rapat 5 Mei 2024 di Kupang",
        "Penulis: Ani, 5 Mei 2024",
        "Editor: Ani (5/5/2024)",
        "Copyright © 2024",
        "Hak cipta 2024 Harian Contoh",
        "Minggu, 5 Mei 2024 | 10:15 WIB",
        "5 Mei 2024",
        "05/05/2024 10.15 WITA",
        "Diterbitkan: 5 Mei 2024",
        "Pewarta: Ani/Editor: Budi 2024",
        "(*) Editor: Budi 5/5/2024",
    ],
)
def test_the_newsrooms_own_dates_are_not_the_storys(line: str) -> None:
    text = f"Rapat digelar Rabu (5/6/2024).\n{line}\nHadir camat."
    assert days(text, date(2024, 6, 6)) == [("Rabu (5/6/2024)", "2024-06-05")]


@pytest.mark.parametrize(
    ("published", "outlet", "expected"),
    [
        # 23:30 UTC is the next morning in Jayapura.
        ("2024-06-05T23:30:00+00:00", OutletHints("o", timezone="Asia/Jayapura"), 6),
        ("2024-06-05T23:30:00+00:00", OutletHints(), 6),
        ("2024-06-06T00:30:00+09:00", OutletHints(), 6),
        ("2024-06-06T00:30:00+09:00", OutletHints("o", timezone="Asia/Jakarta"), 5),
        ("2024-06-06T00:30:00+09:00", OutletHints("o", timezone="Mars/Olympus"), 6),
    ],
)
def test_the_day_of_publication_is_that_of_the_newsroom(published: str, outlet: OutletHints, expected: int) -> None:
    moment = newsroom_day(datetime.fromisoformat(published), outlet)
    assert moment is not None
    assert moment.day == expected


def test_an_unknown_day_of_publication_stays_unknown() -> None:
    assert newsroom_day(None, OutletHints("o")) is None


def test_datetimes_and_dates_are_read_alike() -> None:
    moment = datetime(2024, 6, 6, 9, tzinfo=ZoneInfo("Asia/Makassar"))
    assert find_dates("kemarin", moment) == find_dates("kemarin", moment.date())
    assert moment.astimezone(UTC).day == 6


def test_the_pipeline_lists_each_surface_form_and_meaning_once() -> None:
    text = "Rapat digelar Rabu (5/6/2024). Sepanjang 2023 ada lima.\nPada 2023 juga. Lalu Rabu (5/6/2024)."
    article = Article("a", "", "", "", text, published_at="2024-06-06T08:00:00+07:00")
    dates = json.loads(json.dumps(Extractor().facts(article).to_json()))["dates"]
    assert [(item["mention"], item["start"], item["end"], item["precision"]) for item in dates] == [
        ("Rabu (5/6/2024)", "2024-06-05", "2024-06-05", "day"),
        ("2023", "2023-01-01", "2023-12-31", "year"),
    ]
    assert [len(item["spans"]) for item in dates] == [2, 2]
    assert dates[0]["spans"][0]["source"] == "dates:numeric_day"
    assert dates[0]["spans"][0]["sentence"] == 0
    assert dates[1]["spans"][1]["sentence"] == 2


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "(", "((((", "Rabu (", "Rabu (/)", "99/99/9999", "32 Juni 2024", "0 Mei", "Rabu (0/0/0)", "00/00",
     "٢٠٢٤", "5 Juni \x00 2024", "Senin" * 50, "13/13/2024", "2024-13-45"],
)  # fmt: skip
def test_odd_text_never_raises(text: str) -> None:
    for published in (None, date(2024, 6, 6), date(1, 1, 1), date(9999, 12, 31)):
        find_dates(text, published)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["Rapat Rabu (5/6/2024) di Kupang, sehari sebelumnya polisi menahan dua orang. Kata Kapolres Selasa, kemarin. ",
     "5" + " " * 200, "5/", "12-", "Senin (5 ", "Juni, ", '"kemarin ', "UU 2 ", "tahun sebelumnya 2023 "],
)  # fmt: skip
def test_time_grows_with_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        find_dates(text, date(2024, 6, 6))
        return time.process_time() - started

    seconds(1_000)
    short = seconds(20_000)
    assert seconds(80_000) < 10 * max(short, 0.02)


@pytest.mark.parametrize(
    ("phrase", "first", "last"),
    [
        ("Dua pekan sebelumnya", date(2025, 2, 17), date(2025, 2, 17)),
        ("Sepekan kemudian", date(2025, 3, 10), date(2025, 3, 10)),
        ("Tiga minggu setelahnya", date(2025, 3, 24), date(2025, 3, 24)),
        ("Dua bulan berikutnya", date(2025, 5, 1), date(2025, 5, 31)),
        ("Sehari setelah itu", date(2025, 3, 4), date(2025, 3, 4)),
    ],
)
def test_weeks_and_months_count_from_the_day_told_before(phrase: str, first: date, last: date) -> None:
    text = f"Rapat digelar Senin (3/3/2025). {phrase} berkas itu dilimpahkan."
    found = {mention.text: mention for mention in find_dates(text, date(2025, 3, 12))}
    assert (found[phrase].first, found[phrase].last) == (first, last)
