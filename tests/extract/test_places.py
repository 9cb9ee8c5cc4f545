"""Places get the code of the place that the article means."""

import pytest

from extract.article import Article, OutletHints
from extract.facts import Place
from extract.gazetteer import gazetteer
from extract.phrases import words_of
from extract.pipeline import Extractor
from extract.place_matching import PlaceMatcher


def places(text: str, *, title: str = "", dateline: str | None = None, province: str | None = None) -> list[Place]:
    article = Article(id="a", url="", canonical_url="", title=title, text=text, dateline=dateline)
    return Extractor().facts(article, OutletHints(province_code=province)).places


def codes(text: str, **known: str | None) -> dict[str, str]:
    return {place.spans[0].text: place.code for place in places(text, **known)}


def test_the_gazetteer_holds_every_level() -> None:
    levels = [place.level for place in gazetteer().places.values()]
    assert (levels.count("province"), levels.count("regency"), levels.count("district")) == (38, 514, 7285)
    assert len(gazetteer().villages("sukamaju")) > 10
    village = gazetteer().place("53.04.05.2004")
    assert village is not None
    assert (village.name, village.level, village.province_code, village.regency_code) == (
        "Kenebibi",
        "village",
        "53",
        "53.04",
    )


def test_an_unknown_code_is_no_place() -> None:
    assert gazetteer().place("99.99") is None
    assert gazetteer().place("99.99.99.9999") is None


def test_every_province_has_a_capital_in_it() -> None:
    provinces = [place for place in gazetteer().places.values() if place.level == "province"]
    capitals = [place for place in gazetteer().places.values() if gazetteer().is_capital(place)]
    assert {place.code for place in provinces} == {place.province_code for place in capitals}


@pytest.mark.parametrize(
    ("text", "mention", "code"),
    [
        ("Korban tiba di Kabupaten Ngada kemarin.", "Kabupaten Ngada", "53.09"),
        ("Korban tiba di Kab. Ngada kemarin.", "Kab. Ngada", "53.09"),
        ("Mereka dipulangkan ke Sulbar.", "Sulbar", "76"),
        ("Mereka dipulangkan ke Sumatra Selatan.", "Sumatra Selatan", "16"),
        ("Ia lahir di Palangka Raya.", "Palangka Raya", "62.71"),
        ("Ia lahir di Bau-Bau.", "Bau-Bau", "74.72"),
        ("Ia lahir di Pangkalpinang.", "Pangkalpinang", "19.71"),
        ("Ia dijual ke Hong Kong.", "Hong Kong", "HK"),
        ("Ia dijual ke Timor Leste.", "Timor Leste", "TL"),
        ("Perempuan asal Mabar, Provinsi NTT itu pulang.", "Mabar", "53.15"),
        ("Warga Polman, Sulawesi Barat.", "Polman", "76.04"),
        ("Ia tinggal di Lubuk Pakam.", "Lubuk Pakam", "12.07.28"),
        ("Ia tinggal di Atambua.", "Atambua", "53.04"),
    ],
)
def test_names_and_abbreviations_have_codes(text: str, mention: str, code: str) -> None:
    assert codes(text) == codes(text) | {mention: code}


@pytest.mark.parametrize(
    ("text", "mention", "code"),
    [
        # A regency and a city of one name: the regency, but the provincial capital is the city.
        ("Warga Tegal itu berangkat.", "Tegal", "33.28"),
        ("Warga Kupang itu berangkat.", "Kupang", "53.71"),
        ("Di Kota Tegal ia menunggu. Dari Tegal ia naik bus.", "Tegal", "33.76"),
        # A province and a city of one name: the province, but the city in a dateline.
        ("BENGKULU – Warga berangkat.", "BENGKULU", "17.71"),
        ("Warga berangkat dari Bengkulu.", "Bengkulu", "17"),
        ("Ia lahir di Suwawa, Gorontalo.", "Gorontalo", "75"),
    ],
)
def test_one_name_of_two_places_follows_the_convention(text: str, mention: str, code: str) -> None:
    assert codes(text)[mention] == code


def test_a_chain_decides_the_village() -> None:
    found = codes("Korban warga Desa Sukamulya, Kecamatan Sukamakmur, Kabupaten Bogor.")
    assert found["Kabupaten Bogor"] == "32.01"
    assert found["Kecamatan Sukamakmur"] == "32.01.09"
    cianjur = codes("Korban warga Desa Kertajadi, Kecamatan Cidaun, Kabupaten Cianjur.")
    assert cianjur["Desa Kertajadi"] == "32.03.23.2006"


def test_a_bare_district_counts_only_where_its_regency_is_named() -> None:
    assert codes("Warga Fatuleu dan Takari mengadu ke Polres Kupang.") == {"Fatuleu": "53.01.10", "Takari": "53.01.11"}
    assert codes("Warga Fatuleu dan Takari mengadu.") == {}


def test_the_headline_and_the_dateline_are_evidence() -> None:
    text = "Rapat berlangsung di Kecamatan Weda."
    assert codes(text, title="Rakor di Halmahera Tengah")["Kecamatan Weda"] == "82.02.01"
    assert codes("Warga Weda hadir.", dateline="HALMAHERA TENGAH")["Weda"] == "82.02.01"


def test_the_outlet_alone_is_no_evidence() -> None:
    assert codes("Warga Patani hadir.", province="82") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Kapal sandar di Pelabuhan Nunukan.",
        "Ia menginap di Hotel Makassar.",
        "Ia ditahan di Lapas Kupang.",
        "Kapal melintasi Selat Malaka.",
        "Kedatangan Maria Padang disambut keluarga.",
        "Pekerja Migran Indonesia itu Warga Negara Indonesia.",
        "Ia belajar bahasa Inggris.",
        "Kapal berlayar dari Belawan, Tanjung Perak dan Lembar.",
        "Batu itu besar, kata Bima.",
        "Polda NTT dan Polres Belu menahan pelaku.",
        "Baca juga: Dua Perekrut Diadili di Kupang",
        "PT Jambi Sejahtera membantah.",
    ],
)
def test_facilities_persons_and_agencies_are_no_places(text: str) -> None:
    assert places(text) == []


def test_the_outlet_in_a_dateline_is_no_place() -> None:
    assert codes("MANADO, POS MANADO – Warga Bitung pulang.") == {"MANADO": "71.71", "Bitung": "71.72"}


def test_each_surface_form_is_one_item_with_all_its_spans() -> None:
    found = places("Ia dari NTT. Orang NTT banyak. Nusa Tenggara Timur jauh.")
    assert [(place.spans[0].text, place.code, len(place.spans)) for place in found] == [
        ("NTT", "53", 2),
        ("Nusa Tenggara Timur", "53", 1),
    ]
    assert [span.sentence for span in found[0].spans] == [0, 1]


def test_spans_lead_back_to_the_text() -> None:
    text = "KUPANG – Korban asal Kabupaten Belu tiba di Kota Kupang."
    for place in places(text):
        for span in place.spans:
            assert text[span.start : span.end] == span.text
            assert 0 < span.confidence <= 1
            assert span.source.startswith("places:")


def test_places_are_found_in_linear_time_on_a_long_text() -> None:
    text = "Warga Kabupaten Belu tiba di Kupang. " * 2000
    words = words_of(text)
    assert len(PlaceMatcher(text, words, set()).found) == 4000


@pytest.mark.parametrize(
    ("printed", "code"),
    [("Tg Balai Karimun", "21.02"), ("Tg. Balai Karimun", "21.02"), ("Tj. Pinang", "21.72"), ("Tj Redeb", "64.03.05")],
)
def test_a_cape_may_be_printed_short(printed: str, code: str) -> None:
    assert [place.code for place in places(f"Kapal bersandar di {printed}.")] == [code]
