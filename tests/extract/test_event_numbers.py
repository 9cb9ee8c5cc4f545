"""How many people an event concerns, from the words of its sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract.event_numbers import event_numbers
from extract.facts import Span


def span_of(text: str) -> Callable[[int, int, float, str], Span]:
    return lambda start, end, confidence, source: Span(start, end, text[start:end], 0, confidence, source)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Polisi menyelamatkan 34 orang calon PMI di Rupat.", "RESCUE", [("victims", 34)]),
        ("Tiga korban dan dua tersangka dibawa ke Polres.", "ARREST", [("victims", 3), ("suspects", 2)]),
        ("Sebanyak 1.250 WNI dipulangkan.", "REPATRIATION", [("victims", 1250)]),
        ("Dua belas perempuan didampingi.", "VICTIM_SERVICE", [("victims", 12)]),
        ("Pelatihan diikuti 40 peserta.", "TRAINING", [("attendees", 40)]),
        ("Pelatihan diikuti 40 peserta.", "RESCUE", []),
        ("Korban berusia 17 tahun dijanjikan Rp 7 juta.", "RESCUE", []),
        ("Sekitar 2,5 korban; (12) korban; 45.000 korban", "RESCUE", []),
        ("Awalnya 12 korban, kemudian 15 korban.", "RESCUE", [("victims", 12)]),
        ("3 korban", "AGREEMENT", []),
        ("", "RESCUE", []),
    ],
)
def test_people_are_counted_by_the_nouns_an_event_asks_for(
    text: str, kind: str, expected: list[tuple[str, int]]
) -> None:
    found = event_numbers(text, kind, [(0, len(text))], span_of(text))
    assert [(number.kind, number.value) for number in found] == expected
    assert all(text[number.spans[0].start : number.spans[0].end] == number.words for number in found)


def test_only_the_given_sentences_are_read() -> None:
    text = "Ada 5 korban. Ada 7 korban."
    found = event_numbers(text, "RESCUE", [(14, len(text))], span_of(text))
    assert [number.value for number in found] == [7]
