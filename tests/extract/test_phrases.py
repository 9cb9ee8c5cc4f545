"""Phrases are found word by word, with the capitals their data ask for."""

from hypothesis import given
from hypothesis import strategies as st

from extract.phrases import PhraseTable, squeezed, words_of


def found(table: PhraseTable[str], text: str) -> list[tuple[str, str]]:
    words = words_of(text)
    return [
        (text[words[first].start : end], value)
        for first in range(len(words))
        for _, end, value in table.at(words, first, text)
    ]


def table_of(*forms: str) -> PhraseTable[str]:
    table: PhraseTable[str] = PhraseTable()
    for form in forms:
        table.add(form, form)
    return table


def test_the_longest_phrase_comes_first() -> None:
    table = table_of("Polda", "Polda Metro Jaya")
    assert found(table, "ke Polda Metro Jaya itu") == [
        ("Polda Metro Jaya", "Polda Metro Jaya"),
        ("Polda", "Polda"),
    ]


def test_acronyms_need_capitals_and_small_words_do_not() -> None:
    assert found(table_of("MA"), "Ma, ia ke MA") == [("MA", "MA")]
    assert found(table_of("gugus tugas"), "Gugus Tugas dan gugus tugas") == [
        ("Gugus Tugas", "gugus tugas"),
        ("gugus tugas", "gugus tugas"),
    ]


def test_commas_and_brackets_count_as_words() -> None:
    table = table_of("Remaja, Anak dan Wanita", "Satuan Tugas (Satgas) TPPO", "Orang (TPPO)")
    assert found(table, "Remaja, Anak dan Wanita") == [("Remaja, Anak dan Wanita", "Remaja, Anak dan Wanita")]
    assert found(table, "Remaja Anak dan Wanita") == []
    assert found(table, "Satuan Tugas (Satgas) TPPO") == [("Satuan Tugas (Satgas) TPPO", "Satuan Tugas (Satgas) TPPO")]
    assert found(table, "Orang (TPPO) itu") == [("Orang (TPPO)", "Orang (TPPO)")]


def test_a_phrase_does_not_reach_over_a_line_or_a_sentence() -> None:
    assert found(table_of("Polda Bali"), "Polda\nBali. Polda. Bali") == []


@given(st.text(max_size=200))
def test_words_lead_back_to_any_text(text: str) -> None:
    words = words_of(text)
    assert all(text[word.start : word.end] == word.text for word in words)
    assert all(word.letters == squeezed(word.text) for word in words)
