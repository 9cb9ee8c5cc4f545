"""Agencies are found under every form regional news gives them, and resolved to one canonical name."""

import time
from itertools import pairwise

import pytest

from extract.agencies import AgencyResolver
from extract.agency_catalogue import catalogue
from extract.article import Article
from extract.facts import Agency
from extract.gazetteer import gazetteer
from extract.pipeline import Extractor
from extract.places import PlaceReading
from extract.sentences import split_sentences
from extract.state import ArticleState


def agencies(text: str, *, title: str = "", dateline: str | None = None, published: str | None = None) -> list[Agency]:
    article = Article(
        id="a", url="", canonical_url="", title=title, text=text, dateline=dateline, published_at=published
    )
    return Extractor().facts(article).agencies


def named(text: str, **known: str | None) -> dict[str, list[str]]:
    return {agency.name: [span.text for span in agency.spans] for agency in agencies(text, **known)}


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Polda Malut", "Kepolisian Daerah Maluku Utara"),
        ("Polda Metro Jaya", "Kepolisian Daerah Daerah Khusus Ibukota Jakarta"),
        ("Kepolisian Daerah (Polda) Papua Barat Daya", "Kepolisian Daerah Papua Barat Daya"),
        ("Polres Ngada", "Kepolisian Resor Ngada"),
        ("Polres Bogor", "Kepolisian Resor Bogor"),
        ("Polrestabes Bandung", "Kepolisian Resor Kota Bandung"),
        ("Polresta Bandung", "Kepolisian Resor Bandung"),
        ("Polresta Bogor Kota", "Kepolisian Resor Kota Bogor"),
        ("Polres Metro Bekasi Kota", "Kepolisian Resor Kota Bekasi"),
        ("Polresta Barelang", "Kepolisian Resor Kota Batam"),
        ("Polresta Bandara Soetta", "Kepolisian Resor Bandara Soekarno-Hatta"),
        ("Satreskrim Polres Alor", "Satuan Reserse Kriminal Polres Alor"),
        ("Unit PPA Satreskrim Polres Alor", "Unit Perlindungan Perempuan dan Anak Polres Alor"),
        (
            "Subdit IV Renakta Ditreskrimum Polda Kaltim",
            "Subdirektorat IV Remaja, Anak dan Wanita Ditreskrimum Polda Kalimantan Timur",
        ),
        ("Ditpolairud Polda Babel", "Direktorat Kepolisian Perairan dan Udara Polda Kepulauan Bangka Belitung"),
        ("Polairud Polres Nunukan", "Satuan Kepolisian Perairan dan Udara Polres Nunukan"),
        ("Satres PPA-PPO Polres Ende", "Satuan Reserse PPA dan PPO Polres Ende"),
        ("Polsek Kangean", "Kepolisian Sektor Kangean"),
        ("Polresta Pulau Ambon dan Pulau-Pulau Lease", "Kepolisian Resor Pulau Ambon dan Pulau-Pulau Lease"),
        ("Polsek Kawasan Pelabuhan Sampit", "Kepolisian Sektor Kawasan Pelabuhan Sampit"),
        ("Kejati Sulbar", "Kejaksaan Tinggi Sulawesi Barat"),
        ("Kejari Kota Madiun", "Kejaksaan Negeri Kota Madiun"),
        ("Kejaksaan Negeri (Kejari) Brebes", "Kejaksaan Negeri Brebes"),
        ("PN Soe", "Pengadilan Negeri Soe"),
        ("PN Malang", "Pengadilan Negeri Kota Malang"),
        ("Pengadilan Tinggi Banda Aceh", "Pengadilan Tinggi Aceh"),
        ("Kantor Imigrasi Kelas II Non TPI Ponorogo", "Kantor Imigrasi Ponorogo"),
        ("Kanim Kelas I TPI Balikpapan", "Kantor Imigrasi Kota Balikpapan"),
        ("Imigrasi Tanjungpinang", "Kantor Imigrasi Kota Tanjung Pinang"),
        ("Kantor Imigrasi Ngurah Rai", "Kantor Imigrasi Ngurah Rai"),
        ("Kanwil Ditjen Imigrasi Jatim", "Kantor Wilayah Direktorat Jenderal Imigrasi Jawa Timur"),
        ("Kanwil Kemenkumham Sultra", "Kantor Wilayah Kementerian Hukum dan HAM Sulawesi Tenggara"),
        ("BP3MI Kepri", "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Kepulauan Riau"),
        (
            "Balai Pelayanan dan Pelindungan PMI (BP3MI) Jawa Barat",
            "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Jawa Barat",
        ),
        ("BP3TKI Medan", "Balai Pelayanan Penempatan dan Perlindungan Tenaga Kerja Indonesia Sumatera Utara"),
        ("P4MI Tarakan", "Pos Pelayanan Pelindungan Pekerja Migran Indonesia Kota Tarakan"),
        ("Disnakertransduk Jatim", "Dinas Tenaga Kerja Jawa Timur"),
        ("Dinas P3AKB Kabupaten Sigi", "Dinas Pemberdayaan Perempuan dan Perlindungan Anak Sigi"),
        ("DP3AP2KB Kota Depok", "Dinas Pemberdayaan Perempuan dan Perlindungan Anak Kota Depok"),
        ("Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kabupaten Alor", "Dinas Sosial Alor"),
        ("UPT PPA Provinsi Bali", "UPTD Perlindungan Perempuan dan Anak Bali"),
        ("Pemkot Ambon", "Pemerintah Kota Ambon"),
        ("Pemko Dumai", "Pemerintah Kota Dumai"),
        ("Pemkab Halteng", "Pemerintah Kabupaten Halmahera Tengah"),
        ("DPRD Provinsi Riau", "Dewan Perwakilan Rakyat Daerah Riau"),
        ("Gugus Tugas TPPO Kabupaten Sambas", "Gugus Tugas Pencegahan dan Penanganan TPPO Sambas"),
        ("Satgas TPPO Polda Sulut", "Satgas TPPO Polda Sulawesi Utara"),
        ("Kodim 1627/Rote Ndao", "Komando Distrik Militer 1627"),
        ("Korem 161/Wira Sakti", "Komando Resor Militer 161/Wira Sakti"),
        ("Kodaeral VIII", "Komando Daerah TNI AL VIII"),
        ("Lanal Tanjung Balai Karimun", "Pangkalan TNI AL Tanjung Balai Karimun"),
        ("KSOP Kelas IV Nunukan", "Kantor Kesyahbandaran dan Otoritas Pelabuhan Nunukan"),
        ("Satgas Pamtas RI-Malaysia Yonif 645/GTY", "Satgas Pengamanan Perbatasan RI-Malaysia"),
        ("PLBN Motaain", "Pos Lintas Batas Negara Motaain"),
        ("KBRI Kuala Lumpur", "Kedutaan Besar Republik Indonesia Kuala Lumpur"),
        ("Konsulat RI Tawau", "Konsulat Jenderal Republik Indonesia Tawau"),
        ("Kemensos RI", "Kementerian Sosial"),
        ("SBMI Jawa Barat", "Serikat Buruh Migran Indonesia"),
        ("LBH APIK Makassar", "Lembaga Bantuan Hukum APIK Makassar"),
        ("Bareskrim Polri", "Badan Reserse Kriminal Polri"),
        ("Organisasi Internasional untuk Migrasi", "International Organization for Migration"),
    ],
)
def test_a_printed_form_has_one_canonical_name(printed: str, name: str) -> None:
    assert named(f"Pelaku diserahkan kepada {printed} pada pagi itu.") == {name: [printed]}


@pytest.mark.parametrize("code", [place.code for place in gazetteer().places.values() if place.level == "province"])
def test_every_province_has_its_police(code: str) -> None:
    place = gazetteer().places[code]
    (agency,) = agencies(f"Pelaku diserahkan kepada Polda {place.name} pada pagi itu.")
    assert (agency.name, agency.place_code, agency.level) == (f"Kepolisian Daerah {place.name}", code, "provincial")


def test_every_regency_has_its_government() -> None:
    wrong = []
    for place in (place for place in gazetteer().places.values() if place.level == "regency"):
        printed = f"Pemerintah {place.name}"
        found = agencies(f"Pelaku diserahkan kepada {printed} pada pagi itu.")
        if [agency.place_code for agency in found] != [place.code]:
            wrong.append((printed, [agency.name for agency in found]))
    assert wrong == []


def test_an_agency_says_what_it_belongs_to() -> None:
    (agency,) = agencies("Pelaku ditangkap Polres Belu.")
    assert (agency.agency_id, agency.sector, agency.level) == ("polres-belu", "police", "regency")
    assert (agency.place_code, agency.parent) == ("53.04", "Kepolisian Daerah Nusa Tenggara Timur")


def test_the_parent_follows_the_date() -> None:
    text = "Kebijakan itu diumumkan Ditjen Imigrasi."
    (before,) = agencies(text, published="2024-06-01T08:00:00+07:00")
    (after,) = agencies(text, published="2025-06-01T08:00:00+07:00")
    assert before.parent == "Kementerian Hukum dan Hak Asasi Manusia"
    assert after.parent == "Kementerian Imigrasi dan Pemasyarakatan"


def test_an_office_of_local_government_belongs_to_it() -> None:
    regency, province = agencies("Hadir Dinas Sosial Kota Batam dan Dinas Kesehatan Provinsi Riau.")
    assert (regency.level, regency.parent) == ("regency", "Pemerintah Kota Batam")
    assert (province.level, province.parent) == ("provincial", "Pemerintah Provinsi Riau")


def test_ids_of_districts_of_one_name_differ() -> None:
    (bogor,) = agencies("Polsek Ciawi, Kabupaten Bogor. Polres Bogor tidak hadir.")[:1]
    (tasik,) = agencies("Polsek Ciawi, Kabupaten Tasikmalaya. Polres Tasikmalaya tidak hadir.")[:1]
    assert (bogor.place_code, tasik.place_code) == ("32.01.24", "32.06.36")
    assert bogor.agency_id == "polsek-ciawi-320124"
    assert bogor.agency_id != tasik.agency_id


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Polda NTT menahan SM. Di Polda ia diperiksa.", "Kepolisian Daerah Nusa Tenggara Timur"),
        ("MAUMERE – Korban melapor ke Polres.", "Kepolisian Resor Sikka"),
        ("MAUMERE – Korban melapor ke Imigrasi.", "Kantor Imigrasi Sikka"),
        (
            "MAUMERE – Korban diterima BP3MI.",
            "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur",
        ),
    ],
)
def test_a_bare_form_takes_the_place_of_the_article(text: str, name: str) -> None:
    assert name in named(text)


def test_a_bare_office_belongs_to_the_government_named_before() -> None:
    province = named("KUPANG – Pemprov NTT dan Dinas Sosial menampung korban.")
    regency = named("KUPANG – Pemkab Belu dan Dinas Sosial menampung korban.")
    assert "Dinas Sosial Nusa Tenggara Timur" in province
    assert "Dinas Sosial Belu" in regency


def test_a_dateline_split_off_by_cleaning_counts_too() -> None:
    assert "Kepolisian Resor Sikka" in named("Korban melapor ke Polres.", dateline="MAUMERE")


def test_a_passing_place_is_not_where_a_national_article_plays() -> None:
    found = named("JAKARTA - Seorang korban asal Dumai dijemput UPTD PPA dan BP3MI.")
    assert "UPTD Perlindungan Perempuan dan Anak" in found
    assert "Balai Pelayanan Pelindungan Pekerja Migran Indonesia" in found


@pytest.mark.parametrize(
    ("text", "name", "mention"),
    [
        ("Kapolda Bali hadir.", "Kepolisian Daerah Bali", "Kapolda Bali"),
        ("Penjabat Gubernur Bali hadir.", "Pemerintah Provinsi Bali", "Penjabat Gubernur Bali"),
        ("Plt. Bupati Ende hadir.", "Pemerintah Kabupaten Ende", "Plt. Bupati Ende"),
        ("Wakil Wali Kota Ternate hadir.", "Pemerintah Kota Ternate", "Wakil Wali Kota Ternate"),
        ("Kepala Desa Kenebibi hadir.", "Pemerintah Desa Kenebibi", "Kepala Desa Kenebibi"),
        ("Camat Praya Barat hadir.", "Kecamatan Praya Barat", "Camat Praya Barat"),
        ("Kadisnakertrans Sumbawa hadir.", "Dinas Tenaga Kerja Sumbawa", "Kadisnakertrans Sumbawa"),
        ("Menteri P2MI hadir.", "Kementerian Pelindungan Pekerja Migran Indonesia", "Menteri P2MI"),
    ],
)
def test_a_title_implies_its_agency(text: str, name: str, mention: str) -> None:
    assert named(text)[name] == [mention]


@pytest.mark.parametrize(
    "text",
    [
        "Rapat digelar di Kantor Gubernur.",
        "Laksma TNI Surya memberi sambutan.",
        "Forkopimda dan OPD hadir.",
        "Korban PMI asal Flores meninggal.",
        "Kedua pihak meneken PKS.",
        "PT Maju Terus membantah.",
        "Majelis Hakim menjatuhkan vonis.",
        "Rapat berlangsung di Balai Desa.",
        "Kapal sandar di Tanjung Balai Karimun.",
        "petugas imigrasi dan polisi memeriksa paspor",
        "Ma, tolong, katanya kepada Bin.",
        "Hadir para Kapolres dan Kantor Imigrasi dari berbagai wilayah.",
        "Rapat berlangsung di Gedung DPR.",
        "Ia mendaftar sebagai calon Bupati.",
    ],
)
def test_words_that_look_like_agencies_are_none(text: str) -> None:
    assert agencies(text) == []


def test_acronyms_of_several_meanings_need_context() -> None:
    assert named("Relawan PMI mengumpulkan kantong darah.") == {"Palang Merah Indonesia": ["PMI"]}
    assert named("KKP menangkap kapal pencuri ikan.") == {"Kementerian Kelautan dan Perikanan": ["KKP"]}
    assert named("Ia mengajukan kasasi ke MA.") == {"Mahkamah Agung": ["MA"]}


def test_the_head_of_a_unit_acts_for_the_agency_above_it() -> None:
    assert named("Direktur Polairud Polda Riau hadir.") == {"Kepolisian Daerah Riau": ["Polda Riau"]}
    assert named("Kasat Reskrim Polres Alor hadir.") == {"Kepolisian Resor Alor": ["Polres Alor"]}


def test_an_article_may_introduce_its_own_acronym() -> None:
    found = agencies("Yayasan Rumah Pulang (YRP) melatih warga. YRP memberi modal.")
    assert [(item.name, [span.text for span in item.spans], item.is_known) for item in found] == [
        ("Yayasan Rumah Pulang", ["Yayasan Rumah Pulang", "YRP", "YRP"], False)
    ]


def test_an_unlisted_office_is_kept_with_its_government() -> None:
    (office,) = agencies("Dinas Perdagangan dan Koperasi Kabupaten Ende membuka pasar.")
    assert (office.name, office.is_known) == ("Dinas Perdagangan dan Koperasi Ende", False)
    assert (office.place_code, office.parent) == ("53.08", "Pemerintah Kabupaten Ende")


def test_a_name_ends_before_the_person_behind_it() -> None:
    assert list(named("Ketua LBH APIK Jayapura Sinta Awom hadir.")) == ["Lembaga Bantuan Hukum APIK Jayapura"]
    assert list(named("Rektor Universitas Bina Karya Prof. Yusuf hadir.")) == ["Universitas Bina Karya"]


def test_an_office_of_common_words_ends_before_a_person() -> None:
    (agency,) = agencies("Hadir Direktorat Merek Budhi Lamanepa selaku penanggung jawab.")
    assert (agency.name, agency.is_known) == ("Direktorat Merek", False)


def test_a_ministry_of_another_state_is_not_ours() -> None:
    (agency,) = agencies("Kementerian Luar Negeri Kamboja menjawab surat itu.")
    assert (agency.name, agency.level, agency.is_known) == ("Kementerian Luar Negeri Kamboja", "international", False)
    assert list(named("KUPANG – Imigrasi Thailand menahan mereka.")) == ["Imigrasi Thailand"]


def test_bare_words_point_back_at_a_task_force() -> None:
    found = named("Gugus Tugas TPPO Provinsi Bali dibentuk. Ketua gugus tugas itu perempuan.")
    assert found["Gugus Tugas Pencegahan dan Penanganan TPPO Bali"] == [
        "Gugus Tugas TPPO Provinsi Bali",
        "gugus tugas",
    ]
    assert named("Ketua gugus tugas itu perempuan.") == {}


def test_spans_lead_back_to_the_text_and_do_not_overlap() -> None:
    text = (
        "SOE – Pemerintah Kabupaten Timor Tengah Selatan (TTS), Satreskrim Polres TTS, DP3A dan BP3MI NTT bertemu di "
        "Kejari TTS. Kapolres TTS dan Imigrasi hadir."
    )
    spans = sorted((span.start, span.end, span.text) for agency in agencies(text) for span in agency.spans)
    assert all(text[start:end] == printed for start, end, printed in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_a_long_text_is_read_in_linear_time() -> None:
    def seconds(repeats: int) -> float:
        text = "Polda NTT, Unit PPA, Dinas Sosial dan Satgas bertemu. Yayasan Rumah Pulang (YRP) hadir.\n" * repeats
        state = ArticleState(Article(id="", url="", canonical_url="", title="", text=text))
        state.sentences = split_sentences(text)
        began = time.process_time()
        found = AgencyResolver(state, PlaceReading(state)).resolve()
        assert len(found[0].spans) == repeats
        return time.process_time() - began

    seconds(50)
    assert seconds(1600) < 8 * seconds(400)


def test_an_agency_in_front_of_a_dash_is_no_dateline() -> None:
    assert "Kepolisian Daerah Nusa Tenggara Timur" in named("Polda NTT - sejak kemarin - memburu pelaku.")
    assert named("Kupang, KemenP2MI (5/2) – Korban tiba.") == {}


def test_the_catalogue_is_sound() -> None:
    patterns = catalogue().patterns
    names = {pattern.name.removesuffix(" {place}") for pattern in patterns}
    ids = [(pattern.short_name, pattern.name) for pattern in patterns if pattern.is_single]
    assert len({short for short, _ in ids}) == len(ids)
    hosts = {host for pattern in patterns for host in pattern.hosts}
    assert hosts <= {pattern.pattern_id for pattern in patterns}
    parents = {part.split("<")[0] for pattern in patterns for part in pattern.parent.split("|") if part}
    unknown = {parent for parent in parents if "{" not in parent and parent not in names}
    assert unknown == set()


@pytest.mark.parametrize(
    "text", ["(", "Polda (", "Polda ()", "Dinas", "Dinas ,", "Kodim /", "Yayasan (", "Kejari\nBelu"]
)
def test_broken_text_is_read_without_error(text: str) -> None:
    agencies(text)


def test_a_slot_does_not_reach_over_a_line_break() -> None:
    assert all("\n" not in span for spans in named("ATAMBUA – Kejari\nBelu hadir").values() for span in spans)
