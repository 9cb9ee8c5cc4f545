"""Taking names out of text, however they are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.caution import Leave
from warehouse.inflection import is_form_of_known
from warehouse.masking import NameMask, mask_unknown, mask_url, plain
from warehouse.names import normalise
from warehouse.phrases import Phrases, split_words
from warehouse.protection_words import word_lists
from warehouse.vocabulary import Vocabulary

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


@pytest.mark.parametrize("tag", ["#SaveAdelina", "#saveadelina", "@adelina_kefi", "#ADELINAKEFI", "#SaveADELINA"])
def test_a_name_inside_a_hashtag_is_masked(tag: str) -> None:
    masked, _ = mask("Adelina Kefi").apply(f"Warga menulis {tag} di media sosial")
    assert "adelina" not in masked.lower()
    assert "kefi" not in masked.lower()


def test_words_written_as_one_in_an_address_are_masked() -> None:
    url = mask_url("https://media.example/adelinakefidijual-2026", mask("Adelina Kefi"))
    assert url == "https://media.example/nama-2026"


def test_initials_before_a_full_stop_end_with_one() -> None:
    made = NameMask(Phrases(), Phrases(), COMMON)
    made.protect("Siti Maryam", "S.M.")
    assert made.apply("Dibawa Siti Maryam. Siti pulang.")[0] == "Dibawa S.M. S.M. pulang."


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


def cautious(text: str, *, known: tuple[str, ...] = (), places: tuple[str, ...] = (), vocabulary: Vocabulary) -> str:
    leave = Leave(Phrases(known), Phrases(), Phrases(), Phrases(places))
    return mask_unknown(split_words(text), leave, vocabulary)[0]


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
    assert cautious(text, known=("Patar Silaban", "Kota Kupang"), vocabulary=Vocabulary(common)) == masked


HEADLINE_WORDS = Vocabulary(
    COMMON.union(
        ["menunda", "berangkat", "mendeportasi", "selamat", "bertajuk", "diadakan", "dilindungi", "tiba", "buku"],
        ["wajib", "punya", "melati", "petugas", "menangis"],
    ),
    places=("Tunon Taka", "Oelbaki", "Fatukoto", "Rofina", "Buku Lere"),
    given_names=("adelina", "rofina", "maria"),
)


@pytest.mark.parametrize(
    "text",
    [
        "Tim Gabungan Tunda Keberangkatan 23 Calon PMI di Tunon Taka",
        "137 PMI Dideportasi dari Tawau Tiba di Nunukan",
        "Pelindungan PMI: “Pulang Selamat” Diadakan di Kantor Desa Fatusene",
        "Korban tiba di Pelabuhan Tunukaka dengan KM Bukit Sintuk dan dibawa ke Hotel Galaksi",
        "Desa Wajib Punya Buku, Kata Korban TPPO",
        "Petugas menjaga anak-anak di Polsek Sintuk dan di SMP Negeri 3 Fatusene",
        "Anak itu berasal dari Oelbaki, Sabah dan Fatukoto",
        "Dua keluarga dari bagian timur Flores dan Lembata menangis",
        "Jenazah PMI tiba di Bandara Frans Kaunang dan RSUD Maria Walanda",
        "Korban diselamatkan di Sintuk",
        "Korban diselamatkan di Kelurahan Buku Lere, kata petugas",
    ],
)
def test_places_institutions_and_common_words_stay_readable_beside_victims(text: str) -> None:
    assert cautious(text, vocabulary=HEADLINE_WORDS) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Korban Adelina Kefi di Oelbaki.", "Korban [nama] di Oelbaki."),
        ("Korban Oelbaki Kefi menangis.", "Korban [nama] menangis."),
        ("Petugas menemui siswi SMP Sintuk Kaunang.", "Petugas menemui siswi SMP [nama]."),
        ("Petugas menemui ibu korban, Kepala Desa Rofina.", "Petugas menemui ibu korban, Kepala Desa [nama]."),
        ("Adelina Tiba di Oelbaki, Kata Korban", "[nama] Tiba di Oelbaki, Kata Korban"),
        ("Korban bernama Selamat menangis lalu diselamatkan.", "Korban bernama [nama] menangis lalu diselamatkan."),
        ("Melati Diselamatkan, Korban Tiba", "[nama] Diselamatkan, Korban Tiba"),
        ("Petugas menemui Sintuk (15) di Hotel Galaksi.", "Petugas menemui [nama] (15) di Hotel Galaksi."),
        ("Korban Kefi Selamat menangis, kata petugas.", "Korban [nama] menangis, kata petugas."),
        ("Korban Sintuk Dua Kefi Tiba", "Korban [nama] Tiba"),
        ("Korban di Hotel Adelina Kefi", "Korban di Hotel [nama]"),
        ("Korban asal Oelbaki, Rofina, menangis.", "Korban asal Oelbaki, [nama], menangis."),
    ],
)
def test_a_cue_of_a_person_outweighs_that_a_word_is_common_or_a_place(text: str, masked: str) -> None:
    assert cautious(text, vocabulary=HEADLINE_WORDS) == masked


def test_a_place_of_the_article_itself_may_stand_alone_but_not_in_a_name() -> None:
    vocabulary = Vocabulary(COMMON, given_names=("adelina",))
    assert cautious("Tenau, Korban Pulang", places=("Tenau",), vocabulary=vocabulary) == "Tenau, Korban Pulang"
    assert cautious("Adelina Tenau, Korban", places=("Tenau",), vocabulary=vocabulary) == "[nama], Korban"


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("tunda", "menunda"),
        ("keberangkatan", "berangkat"),
        ("dideportasi", "mendeportasi"),
        ("pelindungan", "dilindungi"),
        ("penyusunan", "menyusun"),
        ("kuncinya", "kunci"),
        ("kukuhkan", "dikukuhkan"),
        ("jeratan", "menjerat"),
    ],
)
def test_another_form_of_a_common_word_is_common(word: str, known: str) -> None:
    assert is_form_of_known(word, {known})


@pytest.mark.parametrize("name", ["permana", "diana", "selan", "kefi", "mariana", "bertus", "pelita", "seran"])
def test_a_name_is_no_form_of_a_common_word(name: str) -> None:
    assert not is_form_of_known(name, {"mana", "lita", "menari", "lanjut", "ran", "ana", "tus", "kefana", "mari"})


def test_the_word_lists_are_lower_case_and_have_no_doubles_that_contradict() -> None:
    lists = word_lists()
    for words in (lists.particles, lists.institutions, lists.ordinary, lists.facilities, lists.memorials, lists.naming):
        assert all(word == word.casefold() for word in words)
    assert not lists.memorials & lists.facilities
    assert lists.locative <= lists.place_cues
    for text in ("Seorang SISWI hilang", "Korbannya dua", "Ia dari Desa, pmi asal Belu", "Rofinus (15) hilang"):
        assert lists.has_cue(split_words(text)), text
    assert not lists.has_cue(split_words("Petugas memeriksa dokumen di pelabuhan, Senin (2/3/2026)"))


_SYLLABLES = st.sampled_from(["ba", "do", "fi", "gu", "ka", "le", "mo", "na", "ri", "su", "ta", "we", "zo", "xu"])
_NAME_WORDS = st.builds("".join, st.lists(_SYLLABLES, min_size=2, max_size=4))
_AROUND = st.sampled_from(
    [
        "Korban {} diselamatkan di Pelabuhan Tenau.",
        "Petugas menemui {} di kantor.",
        "{} Tiba di Kupang",
        "Polres Belu Jemput {}, Keluarga Menunggu",
        "Anak bernama {} (15) asal Desa {} sudah pulang",
        "Menurut {}, ibu dari {}, mereka di Hotel {}.",
        "“{}” kata {}; dan {}!",
        "#Save{} @{} ({})",
        "KM {} dan SMP {}",
    ]
)
_WRITTEN = st.sampled_from(
    [
        str.title,
        str.upper,
        str.lower,
        lambda name: name.title().replace(" ", "-"),
        lambda name: name.title().replace(" ", ""),
        lambda name: name.title() + "nya",
        lambda name: f"({name.title()}),",
        lambda name: f"…{name.title()}…",
        lambda name: " ".join(reversed(name.title().split())),
        lambda name: name.title().split()[-1],
        lambda name: name.title().replace(" ", "\n"),
        lambda name: name.title().replace("a", "á"),
        lambda name: name.title()[0] + "\u00ad" + name.title()[1:],
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_NAME_WORDS, min_size=1, max_size=3), _AROUND, _WRITTEN, st.booleans())
def test_no_word_of_a_recognised_name_is_left_wherever_and_however_it_is_written(
    name: list[str], around: str, written: Callable[[str], str], is_common: bool
) -> None:
    """Even where the words are common ones, or names of places."""
    made = NameMask(Phrases(), Phrases([*name, "Polres Belu"]), COMMON)
    made.protect(" ".join(name).title(), "Korban 0")
    made.shields.add(name[0])
    text = around.replace("{}", written(" ".join(name)))
    vocabulary = Vocabulary([*COMMON, *(name if is_common else [])], places=name)
    words, _ = made.take_out(split_words(plain(text)))
    masked, _ = mask_unknown(words, Leave(Phrases(), Phrases(), Phrases(name), Phrases(name)), vocabulary)
    left = [norm for norm in split_words(masked).norms if norm not in split_words(around).norms]
    for word in name:
        # Four letters may stand inside another word by chance.
        assert not [norm for norm in left if norm in {word, word + "nya"} or (len(word) > 4 and word in norm)], masked


@pytest.mark.parametrize("name", ["Mawar", "Bima"])
def test_a_protected_name_is_masked_though_it_is_a_common_word_or_a_place(name: str) -> None:
    made = mask(name, landmarks=("Mawar", "Bima", "Kota Bima"))
    assert made.apply(f"{name} tiba di Kota Bima")[0] == "Korban 0 tiba di Kota Bima"
