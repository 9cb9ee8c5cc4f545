"""Every printed form of a date, one line of ``date_forms.csv`` each, read on the same day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from extract.dates import DateMention, find_dates

PUBLISHED = date(2024, 6, 6)  # a Thursday
TABLE = Path(__file__).with_name("date_forms.csv")


def cases() -> list[tuple[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    split = [line.rpartition(";") for line in lines if line and not line.startswith("#")]
    return [(text, expected) for text, _, expected in split]


def written(mention: DateMention) -> str:
    days = mention.first.isoformat()
    if mention.last != mention.first:
        days += f"..{mention.last.isoformat()}"
    return f"{mention.text} = {days} {mention.precision}{'!' if mention.conflict else ''}"


@pytest.mark.parametrize(("text", "expected"), cases())
def test_form(text: str, expected: str) -> None:
    assert " | ".join(written(mention) for mention in find_dates(text, PUBLISHED)) == expected


@pytest.mark.parametrize(("text", "expected"), cases())
def test_mentions_are_pieces_of_the_text_in_order(text: str, expected: str) -> None:
    mentions = find_dates(text, PUBLISHED)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))
    assert all(mention.first <= mention.last for mention in mentions)
    assert len(mentions) == len([part for part in expected.split(" | ") if part])


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(cases()) >= 350
