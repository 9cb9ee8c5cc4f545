"""Taking names out of text, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.masking import NameMask, Phrases, mask_unknown, mask_url, word_lists
from warehouse.names import normalise

COMMON = frozenset(
    {"yang", "di", "dan", "dari", "ke", "mengatakan", "indah", "rumah", "diselamatkan", "oleh", "kembali"}
)


def mask(*names: str, leave: tuple[str, ...] = (), landmarks: tuple[str, ...] = ()) -> NameMask:
    places, everywhere = Phrases(), Phrases()
    for landmark in landmarks:
        places.add(landmark)
    made = NameMask(everywhere, places, COMMON)
    for number, name in enumerate(names):
        made.protect(name, f"Korban {number}")
    for name in leave:
        made.leave(name)
    return made


@pytest.mark.parametrize(
    "written",
    [
        "Siti Nur'aini",
        "SITI NUR’AINI",
        "siti nuraini",
        "Siti-Nur'aini",
        "Siti, Nur'aini",
        "Nur'aini Siti",
        "Sítí Nuráini",
        "Siti\u00a0Nur'aini",
        "Si\u200bti Nur\u00adaini",
        "Si\u0301ti Nu\u0301r'aini",
        "SitiNuraini",
        "Siti",
        "Nuraininya",
    ],
)
def test_every_way_of_writing_a_name_is_masked(written: str) -> None:
    masked, removed = mask("Siti Nur'aini").apply(f"Petugas menemui {written} di rumah.")
    assert masked == "Petugas menemui Korban 0 di rumah."
    assert removed


@given(
    st.sampled_from(["Maria Goreti Kefi", "Siti Nur'aini", "Yuliana Snae-Taolin", "Adelina"]),
    st.lists(st.sampled_from([" ", "-", ", ", ". ", "\n"]), min_size=2, max_size=2),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.text("abcdefg hijkl.,!", max_size=20),
)
def test_no_word_of_a_name_survives_separators_and_case(
    name: str, gaps: list[str], case: type[str], around: str
) -> None:
    words = name.split(" ")
    written = "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=False))
    masked, _ = mask(name).apply(f"{around} {case(written)} {around}")
    for word in normalise(name).split():
        if len(word) >= 3:
            assert word not in normalise(masked).split()


def test_a_word_that_is_also_a_common_word_stays_in_lower_case_only() -> None:
    masked, _ = mask("Indah Lestari").apply("Rumah itu indah, kata Indah, dan LESTARI kembali.")
    assert masked == "Rumah itu indah, kata Korban 0, dan Korban 0 kembali."


def test_initials_are_masked_as_printed_only() -> None:
    masked, _ = mask("RS").apply("RS dirawat; berseri-seri, kata dokter RSUD.")
    assert masked == "Korban 0 dirawat; berseri-seri, kata dokter RSUD."


def test_a_place_or_agency_that_shares_a_word_keeps_it() -> None:
    text = "Maria Malaka dijemput Polres Malaka di Kabupaten Malaka."
    masked, _ = mask("Maria Malaka", landmarks=("Polres Malaka", "Kabupaten Malaka")).apply(text)
    assert masked == "Korban 0 dijemput Polres Malaka di Kabupaten Malaka."


def test_a_word_two_people_share_is_nobodys() -> None:
    masked, _ = mask("Maria Kefi", leave=("Yohanes Kefi",)).apply(
        "Yohanes Kefi menemui Maria Kefi. Kefi mengatakan ya."
    )
    assert masked == "Yohanes Kefi menemui Korban 0. [nama] mengatakan ya."
    masked, _ = mask("Maria Kefi", "Yuliana Kefi").apply("Maria dan Yuliana; Kefi.")
    assert masked == "Korban 0 dan Korban 1; [nama]."


@pytest.mark.parametrize(
    "slug",
    [
        "siti-nuraini-dijual",
        "Siti_Nuraini.html",
        "sitinuraini-dijual",
        "%53iti%20Nur%27aini",
        "a?judul=siti+nuraini&x=1",
    ],
)
def test_a_name_in_an_address_is_masked_and_the_address_stays_one(slug: str) -> None:
    url = mask_url(f"https://media.example/2026/03/{slug}", mask("Siti Nur'aini"))
    assert url.startswith("https://media.example/2026/03/")
    assert "nama" in url
    assert not {"siti", "nuraini"} & set(normalise(url.replace("/", " ")).split())
    assert " " not in url


def test_an_address_without_a_name_is_left_as_it_is() -> None:
    url = "https://media.example/a%20b/Polda_NTT?x=%41#frag"
    assert mask_url(url, mask("Siti Nur'aini")) == url


def test_words_taken_from_the_headline_are_taken_from_the_address_too() -> None:
    assert mask_url("https://media.example/adelina-dijual", mask("Siti"), frozenset({"adelina"})) == (
        "https://media.example/nama-dijual"
    )


def known(*names: str) -> tuple[Phrases]:
    phrases = Phrases()
    for name in names:
        phrases.add(name)
    return (phrases,)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Korban, Adelina Kefi, diselamatkan.", "Korban, [nama], diselamatkan."),
        ("Adelina diselamatkan oleh ibu korban.", "[nama] diselamatkan oleh ibu korban."),
        ("Keluarga Bapak Rofinus Lakamola menangis.", "Keluarga Bapak [nama] menangis."),
        ("Kombes Pol. Patar Silaban menyelamatkan korban.", "Kombes Pol. Patar Silaban menyelamatkan korban."),
        ("Korban dibawa ke Kota Kupang, Senin (2/3).", "Korban dibawa ke Kota Kupang, Senin (2/3)."),
        ("Korban TPPO asal NTT diserahkan ke BP3MI.", "Korban TPPO asal NTT diserahkan ke BP3MI."),
        ("PMI asal Belu bernama ADELINA KEFI pulang.", "PMI asal [nama] bernama [nama] pulang."),
        ("Rapat dipimpin Rofinus Lakamola.", "Rapat dipimpin Rofinus Lakamola."),
        ("Petugas Kukuhkan Satgas, Pulangkan Korban Sitakan", "Petugas Kukuhkan Satgas, Pulangkan Korban [nama]"),
    ],
    ids=["name", "start", "family", "official", "place", "abbreviations", "capitals", "no cue", "headline"],
)
def test_a_name_nobody_recognised_is_masked_where_victims_are_spoken_of(text: str, masked: str) -> None:
    common = COMMON | {"menangis", "dibawa", "menyelamatkan", "diserahkan", "pulang", "bernama", "dikukuhkan"}
    assert mask_unknown(text, known("Patar Silaban", "Kota Kupang"), common)[0] == masked


def test_the_word_lists_are_lower_case_and_have_no_doubles_that_contradict() -> None:
    lists = word_lists()
    for words in (lists.particles, lists.institutions, lists.ordinary):
        assert all(word == word.casefold() for word in words)
    assert lists.cue_pattern.search("Seorang SISWI hilang")
    assert not lists.cue_pattern.search("Petugas memeriksa dokumen di pelabuhan")
