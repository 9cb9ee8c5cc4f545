from __future__ import annotations

import time

import pytest

from extract.article import Article
from extract.facts import Person
from extract.lexicon import capacity_cues, degrees, honorifics, titles
from extract.persons import find_persons
from extract.pipeline import Extractor
from extract.state import ArticleState, FoundName


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def persons_of(extractor: Extractor, text: str) -> dict[str, Person]:
    article = Article("t", "", "", "Kasus perdagangan orang", text, published_at="2025-03-12T08:00:00+08:00")
    return {person.name: person for person in extractor.facts(article).persons}


NAMES = [
    # titles, ranks, honorifics and degrees are no part of a name
    ("Kapolda NTB Irjen Pol. Drs. Wirya Santika, S.H., M.Si., membuka rapat.", ["Wirya Santika"]),
    ("Kepala BP3MI Riau, Sari Hartini, menerima korban.", ["Sari Hartini"]),
    ("Kepala Dinas Sosial Sumba Timur Dra. Yuliana Rambu Kahi, M.Si menyebut angkanya naik.", ["Yuliana Rambu Kahi"]),
    ("Sekretaris Camat Moh. Arifin Latif. S.Sos mengatakan hal itu.", ["Moh. Arifin Latif"]),
    ("Danlanal Tarakan Kolonel Laut (P) Teguh Wardana memimpin apel.", ["Teguh Wardana"]),
    ("Kombes Pol. (Purn) Raden Suryadi Atmaja hadir sebagai pembicara.", ["Raden Suryadi Atmaja"]),
    ("Suster Klaudia Meak, SSpS, mengajar anak-anak di shelter.", ["Klaudia Meak"]),
    ("Kepala KSOP Benoa Capt. Wayan Darmika, M.Mar., meninjau dermaga.", ["Wayan Darmika"]),
    # names of custom, particles, hyphens, apostrophes, initials
    ("Asisten Pidana Umum Kejati Bali I Ketut Mertayasa menjelaskan perkara itu.", ["I Ketut Mertayasa"]),
    ("Kepala BP3MI NTB Lalu Surya Negara dan Baiq Sri Kartini hadir.", ["Lalu Surya Negara", "Baiq Sri Kartini"]),
    ("Kepala DP3A Sulut dr. Vera Tumbel-Rorimpandey menutup acara.", ["Vera Tumbel-Rorimpandey"]),
    ("Ketua DPRD Belu Nurma Ra’idah Basalamah mengkritik polisi.", ["Nurma Ra’idah Basalamah"]),
    ("Wakil Gubernur Ferdi J. Mamesah berjanji menambah anggaran.", ["Ferdi J. Mamesah"]),
    ("Terdakwa Halimah binti Usman dituntut lima tahun penjara.", ["Halimah binti Usman"]),
    # a surname that is also a title or a place
    ("Kepala BP3MI Aceh Kompol Jafar Hakim menyambut polisi.", ["Jafar Hakim"]),
    ("Ketua KPU Zainuddin Tidore melaporkan hasilnya.", ["Zainuddin Tidore"]),
    # title behind the name
    ("Yohanes Tnunay selaku Ketua Tim mengatakan hal itu.", ["Yohanes Tnunay"]),
    ("Maria Bere, Kepala Desa Naekasa, mengatakan warganya pergi.", ["Maria Bere"]),
    ("Dewi Kartikasari (Ketua SBMI Indramayu) mendampingi korban.", ["Dewi Kartikasari"]),
    ("Chandra Halim, pengacara kedua terdakwa, menyatakan banding.", ["Chandra Halim"]),
    # initials with age, lists, aliases, pseudonyms
    ("Korban, RS (24), warga Desa Oelnasi, ditemukan di Medan.", ["RS"]),
    ("Seorang perempuan hamil, S, 24, dibawa ke puskesmas.", ["S"]),
    ("Polisi menangkap tiga pelaku berinisial AK, B dan CD di rumahnya.", ["AK", "B", "CD"]),
    ("Polisi menangkap WS alias Mami Cinta (44) di warungnya.", ["WS"]),
    ("Seorang korban, sebut saja Kamboja (16), menangis.", ["Kamboja"]),
    # neither agencies, places, months, halls nor bylines are persons
    ("Rapat di Aula El Tari dihadiri Polda NTT dan Dinas Sosial, Senin (10/3/2025).", []),
    ("Kegiatan digelar di GOR H. Adam Malik, Kecamatan Padang Barat.", []),
    ("Polisi menyita paspor di Jalan Ahmad Yani.\nReporter: Budi Hartono\nEditor: Siti Aminah", []),
    ("Baca juga: Ratna Sari Diperiksa Polisi", []),
    ("Korban PMI dan pelaku TPPO diperiksa Polda NTT.", []),
]


@pytest.mark.parametrize(("text", "expected"), NAMES, ids=[text[:40] for text, _ in NAMES])
def test_names_are_found_without_what_stands_around_them(extractor: Extractor, text: str, expected: list[str]) -> None:
    assert list(persons_of(extractor, text)) == expected


def test_a_list_of_attendees_is_cut_at_titles_and_ranks_and_never_inside_degrees(extractor: Extractor) -> None:
    text = (
        "Turut hadir Kapolres Belu AKBP Gede Suarsana, S.I.K., M.H., Kajari Belu Samuel Ndun, S.H., M.H., Dandim 1605 "
        "Letkol Inf Arif Nugroho, Kepala Kantor Imigrasi Atambua Hendra Wijaya, S.Sos., M.Si., Kadis Sosial Belu "
        "dr. Anita Manek, M.Kes, Kepala BP3MI NTT Sofia Lende, S.S.T.P., serta Koordinator JPIC Pater Marsel Lay, SVD."
    )
    assert list(persons_of(extractor, text)) == [
        "Gede Suarsana", "Samuel Ndun", "Arif Nugroho", "Hendra Wijaya", "Anita Manek", "Sofia Lende", "Marsel Lay",
    ]  # fmt: skip


def test_second_mentions_nicknames_and_aliases_belong_to_the_person(extractor: Extractor) -> None:
    text = (
        'Bupati Malaka Herminia Bria Klau membuka rapat. "Kita mulai dari desa," kata Herminia. Menurut Klau, datanya '
        'tercecer. "Saya sendiri pernah jadi buruh migran," kenang Mini, sapaan akrabnya.\n'
        "Polisi mencari HB alias Ambo (47). Ambo lari ke Tawau."
    )
    persons = persons_of(extractor, text)
    assert list(persons) == ["Herminia Bria Klau", "HB"]
    assert [span.text for span in persons["Herminia Bria Klau"].spans] == [
        "Herminia Bria Klau",
        "Herminia",
        "Klau",
        "Mini",
    ]
    assert [span.text for span in persons["HB"].spans] == ["HB", "Ambo", "Ambo"]


def test_mentions_are_exact_parts_of_the_text(extractor: Extractor) -> None:
    text = "KUPANG | Kepala DP3A NTT dr. Ruth Lado, M.Kes., dan Pater Hans Wula, SVD bicara.\nRuth menangis."
    for person in persons_of(extractor, text).values():
        for span in person.spans:
            assert text[span.start : span.end] == span.text


CAPACITIES = [
    ("Kasat Reskrim Polres Ende Iptu Yance Kadiaman menangkap perekrut.", "Yance Kadiaman", "official"),
    ("Direktur PADMA Indonesia Gabriel Solo mengkritik polisi.", "Gabriel Solo", "expert"),
    ("Dosen Universitas Nusa Cendana Dr. Karolus Kopong menilai hukum lemah.", "Karolus Kopong", "expert"),
    ("Penasihat hukum terdakwa, Robert Tanu, membantah.", "Robert Tanu", "expert"),
    ("Tersangka DN (38) ditahan di Polda NTT.", "DN", "suspect"),
    ("Polisi memburu perekrut pekerja migran berinisial TL (40).", "TL", "suspect"),
    ("Hakim menghukum Yulita Tanesi alias Mama Yul delapan tahun penjara.", "Yulita Tanesi", "suspect"),
    ("Seorang korban, BP (22), menuturkan paspornya ditahan.", "BP", "victim"),
    ("Jenazah Yosina Nomlene (28), pekerja migran asal Soe, tiba di Kupang.", "Yosina Nomlene", "victim"),
    ("Kakak almarhumah, Yakobus Nomlene, menerima jenazah.", "Yakobus Nomlene", "victim"),
    ("Ibu korban, EM (47), melapor ke polisi.", "EM", "victim"),
    ("Istrinya, DK, juga dipanggil sebagai saksi.", "DK", "witness"),
    ("Penyidik menjadwalkan pemeriksaan MM (20) sebagai saksi korban.", "MM", "victim"),
    ("Salah satu dari tujuh orang itu, RT (23), masih saksi.", "RT", "victim"),
    # neither title nor cue: in a relevant article the doubt is decided for the victim
    ("Warga Kecamatan Sikka, Asnat (58), mengaku tak mendengar kabar anaknya.", "Asnat", "victim"),
    ("Perkara itu ditangani polisi sejak YT (17) melapor.", "YT", "victim"),
]


@pytest.mark.parametrize(("text", "name", "capacity"), CAPACITIES, ids=[text[:40] for text, _, _ in CAPACITIES])
def test_capacity_follows_titles_and_cue_words(extractor: Extractor, text: str, name: str, capacity: str) -> None:
    relevant = text + "\nPolda NTT menangani kasus tindak pidana perdagangan orang (TPPO) itu."
    assert persons_of(extractor, relevant)[name].capacity == capacity


def test_the_witness_protection_agency_makes_nobody_a_witness(extractor: Extractor) -> None:
    text = "MM (20) tiba bersama staf Lembaga Perlindungan Saksi dan Korban (LPSK). Ia korban perdagangan orang."
    assert persons_of(extractor, text)["MM"].capacity == "victim"


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Korban berinisial NA (22) selamat.", 22),
        ("Korban berinisial NA (22 tahun) selamat.", 22),
        ("Dua pengantar, NA, 35, dan RK, 41, ditahan.", 35),
        ("Korban bernama NA berusia 15 tahun diselamatkan.", 15),
        ("Korban berinisial NA diselamatkan.", None),
    ],
)
def test_age_is_read(extractor: Extractor, text: str, age: int | None) -> None:
    assert persons_of(extractor, text)["NA"].age == age


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n ",
        "😀😀 \x00\x07 ((((( “““ ,,,, alias alias alias",
        "alias alias als alias , 24 , ( 24",
        "Kepala Kepala Kepala Kepala, Ketua",
        "berinisial berinisial A, B, C, D dan",
        "HEADLINE SEMUA HURUF BESAR TANPA TITIK",
        "The victims were rescued by the police in Kupang on Monday, said Mr. Smith.",
    ],
)
def test_odd_text_never_raises(extractor: Extractor, text: str) -> None:
    persons_of(extractor, text)


@pytest.mark.slow
def test_a_megabyte_of_names_takes_seconds(extractor: Extractor) -> None:
    sentence = 'Kepala BP3MI NTT Sofia Lende, S.Sos., menerima RS (24) dan MN alias Nona. "Cukup," kata Sofia. '
    article = Article("t", "", "", "", sentence * 2_500)
    state = ArticleState(article)
    started = time.process_time()
    state.persons = find_persons(state)
    assert time.process_time() - started < 30
    assert "Sofia Lende" in {person.name for person in state.persons}


def test_a_trained_name_finder_adds_names_that_no_rule_sees() -> None:
    article = Article("t", "", "", "", "Kemarin Tobias Ruron menunggu di dermaga.")
    state = ArticleState(article)
    assert find_persons(state) == []
    state.names = [FoundName("PER", state.span(8, 20, 0.95, "names:model"))]
    assert [person.name for person in find_persons(state)] == ["Tobias Ruron"]


def test_reference_files_hold_only_known_values() -> None:
    assert {title.capacity for title in titles().values()} <= {"official", "expert", "public"}
    assert {capacity for capacity, _ in capacity_cues().values()} <= {
        "official",
        "suspect",
        "victim",
        "witness",
        "public",
    }
    assert set(honorifics().values()) <= {"civil", "academic", "religious", "nickname", "kin"}
    assert not [degree for degree in degrees() if "." in degree]
