"""Whose words stand between quotation marks, and which quoted words are no speech."""

from __future__ import annotations

import re
import time

import pytest

from extract.facts import Capacity, Person, Role, Span
from extract.quote_segments import quoted_segments
from extract.quotes import find_quotes
from extract.sentences import split_sentences

TITLES = {"Budi Santosa": "Kapolda", "Sari Dewi": "Kepala", "Welmi Toda": "Bupati"}
FORMS = {
    "Budi Santosa": ("Budi Santosa", "Budi", "Santosa"),
    "Sari Dewi": ("Sari Dewi", "Sari"),
    "Welmi Toda": ("Welmi Toda", "Welmi"),
    "LS": ("LS",),
}


def cast(text: str, hidden: tuple[str, ...] = ()) -> list[Person]:
    """The persons of a text, as the persons component would list them; surface forms in ``hidden`` are overlooked."""
    persons = []
    for name, forms in FORMS.items():
        spans: list[Span] = []
        for form in sorted(forms, key=len, reverse=True):
            for match in re.finditer(rf"(?<!\w){form}(?!\w)", text):
                taken = any(span.start <= match.start() < span.end for span in spans)
                if form not in hidden and not taken:
                    spans.append(Span(match.start(), match.end(), form, 0, 1.0, "test"))
        if spans:
            capacity: Capacity = "victim" if name == "LS" else "official"
            roles = [Role(TITLES[name], None, None)] if name in TITLES else []
            persons.append(Person(name, capacity, sorted(spans, key=lambda span: span.start), roles))
    return persons


def read(text: str, hidden: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(quote.speaker, quote.text) for quote in find_quotes(text, cast(text, hidden), split_sentences(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the verb and the name behind the quote
        ("“Kami kejar pelakunya,” kata Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ('"Kami kejar pelakunya," tegas Budi Santosa, Rabu (5/6).', [("Budi Santosa", "Kami kejar pelakunya")]),
        ("«Kami kejar pelakunya,» ujar Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ("“Kami kejar pelakunya,\" ujar Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ("''Kami kejar pelakunya,'' ujar Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ("‘Kami kejar pelakunya,’ ujar Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ('"Siapa pelakunya?" tanya Budi.', [("Budi Santosa", "Siapa pelakunya?")]),
        ('"Kami kejar", kata Budi.', [("Budi Santosa", "Kami kejar")]),
        ("“Kami kejar,” kata Kapolda NTB Irjen Pol. Budi Santosa di Mataram.", [("Budi Santosa", "Kami kejar")]),
        ("“Kami bantu,” ujar Kepala BP3MI Riau, Sari Dewi.", [("Sari Dewi", "Kami bantu")]),
        ("“Kami bantu,” kata Sari didampingi Budi.", [("Sari Dewi", "Kami bantu")]),
        ("“Saya lari,” kata LS (24).", [("LS", "Saya lari")]),
        ('"We will help," said Sari.', [("Sari Dewi", "We will help")]),
        ("“Kami kejar pelakunya,” Budi menegaskan.", [("Budi Santosa", "Kami kejar pelakunya")]),
        ("Sari Dewi hadir. “Kami kejar pelakunya,” kata Budi.", [("Budi Santosa", "Kami kejar pelakunya")]),
        # the one last named
        ("Sari Dewi meminta data dibagikan. “Kami sering tahu,” ujarnya.", [("Sari Dewi", "Kami sering tahu")]),
        ("Sari Dewi meminta data dibagikan. “Kami sering tahu,” kata dia.", [("Sari Dewi", "Kami sering tahu")]),
        ("Sari Dewi meminta data.\nIa pergi. “Kami tahu,” ucapnya lirih.", [("Sari Dewi", "Kami tahu")]),
        ("Kepala BP3MI Sari Dewi mengatakan, LS sudah sehat. “Ia pulih,” katanya.", [("Sari Dewi", "Ia pulih")]),
        ("Sari Dewi bertemu LS. Ia menambahkan, LS sehat. “Ia pulih,” imbuhnya.", [("Sari Dewi", "Ia pulih")]),
        ("Sari Dewi membela kliennya. Menurut dia, LS hanya menurut. “Ia tertipu,” ujarnya.",
         [("Sari Dewi", "Ia tertipu")]),
        ("Dua orang, Sari Dewi dan LS, datang. Penyintas LS bercerita. “Saya lari,” kata perempuan Sikka itu.",
         [("LS", "Saya lari")]),
        ("Bantahan itu ditepis LS (28). “Tidak benar itu,” katanya.", [("LS", "Tidak benar itu")]),
        # an office instead of a name
        ("PKS diteken Kapolda Budi Santosa dan Sari Dewi. “Intinya tukar data,” kata Kapolda.",
         [("Budi Santosa", "Intinya tukar data")]),
        ("Rapat dihadiri Bupati Welmi Toda dan Budi. Bupati berujar letaknya rawan. “Harus ada posko,” pintanya.",
         [("Welmi Toda", "Harus ada posko")]),
        # the verb before the quote
        ("Budi Santosa mengatakan, “Kami kejar pelakunya.”", [("Budi Santosa", "Kami kejar pelakunya.")]),
        ('Budi Santosa menegaskan: "Kami kejar pelakunya."', [("Budi Santosa", "Kami kejar pelakunya.")]),
        # split speech: one item for each segment
        ("“Bahasa jadi kendala,” tutur Sari. “Kami jajaki kelas gratis,” sambungnya.",
         [("Sari Dewi", "Bahasa jadi kendala"), ("Sari Dewi", "Kami jajaki kelas gratis")]),
        ('"Penjara tidak selalu berjeruji," kata Sari. "Kontrak kerja pun mengurung."',
         [("Sari Dewi", "Penjara tidak selalu berjeruji"), ("Sari Dewi", "Kontrak kerja pun mengurung.")]),
        ("“Kalau begitu,” kata Budi, “kita harus turun ke desa.”",
         [("Budi Santosa", "Kalau begitu"), ("Budi Santosa", "kita harus turun ke desa.")]),
        ("“Kami kejar pelakunya,” kata Budi.\n“Tidak ada yang kebal hukum di sini.”\nRapat selesai.",
         [("Budi Santosa", "Kami kejar pelakunya"), ("Budi Santosa", "Tidak ada yang kebal hukum di sini.")]),
        # two speakers
        ("“Kami kejar,” kata Budi.\nSari Dewi berharap cepat. “Kami tunggu,” ujarnya.",
         [("Budi Santosa", "Kami kejar"), ("Sari Dewi", "Kami tunggu")]),
        # names inside of quotes are not speakers
        ("Sari Dewi bercerita. “Saya bertemu Budi Santosa kemarin,” katanya.",
         [("Sari Dewi", "Saya bertemu Budi Santosa kemarin")]),
    ],
)  # fmt: skip
def test_speech_and_speaker(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'Budi membuka diskusi bertema "Perkara Lintas Negara" di aula.',
        "Sari meluncurkan program “Desa Migran Aman” kemarin.",
        "Menurut Budi, mereka memakai istilah “bos besar” di grup.",
        "Budi menyebut pelaku sebagai “otak” jaringan.",
        "“Kami takut,” kata seorang warga. Budi tidak hadir.",
        "“Kami takut,” ujar sejumlah warga.",
        "Budi membaca spanduk “Stop Perdagangan Orang” di jalan.",
        "Budi diam.",
        "",
    ],
)
def test_titles_scare_quotes_and_the_unnamed_are_left_out(text: str) -> None:
    assert read(text) == []


def test_a_speaker_nobody_knows_is_not_replaced_by_a_guess() -> None:
    assert read("Budi Santosa hadir. “Kami menolak,” kata Hasan Lamadlau.") == []


def test_a_short_form_the_persons_component_overlooked_still_names_the_speaker() -> None:
    text = "Kapolda Budi Santosa hadir. “Kami kejar,” kata Santosa."
    assert read(text, hidden=("Santosa",)) == [("Budi Santosa", "Kami kejar")]


def test_a_speaker_may_be_named_by_the_beginning_of_the_name() -> None:
    text = "Kapolda Budi Santosa hadir. “Kami kejar,” kata Santo."
    assert read(text) == [("Budi Santosa", "Kami kejar")]


def test_a_quote_knows_where_it_stands() -> None:
    text = "Rapat dibuka. “Kami kejar pelakunya,” kata Budi."
    (quote,) = find_quotes(text, cast(text), split_sentences(text))
    (span,) = quote.spans
    assert text[span.start : span.end] == quote.text == "Kami kejar pelakunya"
    assert span.sentence == 1


def test_an_unpaired_mark_does_not_swallow_the_next_paragraph() -> None:
    text = 'Ukuran 5" dan lain-lain.\n"Kami kejar pelakunya," kata Budi.'
    assert read(text) == [("Budi Santosa", "Kami kejar pelakunya")]


def test_speech_that_goes_on_in_the_next_paragraph_is_read_in_both() -> None:
    text = "“Pertama, kami data semua korban.\n“Kedua, kami kejar pelakunya,” kata Budi."
    assert [text[segment.start : segment.end] for segment in quoted_segments(text)] == [
        "Pertama, kami data semua korban.",
        "Kedua, kami kejar pelakunya",
    ]


@pytest.mark.parametrize("text", ['"', '""', "“”", "“ ”", "''", '"' * 101, "“" * 50, "” kata Budi", '" , " kata'])
def test_odd_marks_never_raise(text: str) -> None:
    assert read(text) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["“Kami kejar,” kata Budi. ", '"', "“a ", "'' a", "‘ a", "“Kami,” kata Kapolda. Budi. "]
)
def test_time_grows_with_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        persons, sentences = cast(text[:50]), split_sentences(text)
        started = time.process_time()
        find_quotes(text, persons, sentences)
        return time.process_time() - started

    seconds(1_000)
    short = seconds(50_000)
    assert seconds(200_000) < 10 * max(short, 0.02)
