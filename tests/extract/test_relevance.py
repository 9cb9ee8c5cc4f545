"""What counts as an article about trafficking, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from extract.relevance import assess, wanted
from extract.relevance_lexicon import Lexicon, LexiconError, lexicon, parse_terms


def row(term: str, category: str = "core", weight: str = "3", **columns: str) -> dict[str, str]:
    return {"term": term, "category": category, "weight": weight, "case": "any", "needs": "", "blocked_by": "",
            "group": "", "note": ""} | columns  # fmt: skip


ARTICLES = [
    # level, headline, text
    ("core", "Polda Jambi Bongkar Sindikat TPPO", "Penyidik menetapkan dua tersangka tindak pidana perdagangan orang."),
    ("core", "Dua Calo Dibekuk di Terminal", "Dua calo ditangkap saat membawa calon pekerja migran.\nKeduanya dijerat "
     "UU 21/2007 tentang Pemberantasan Tindak Pidana Perdagangan Orang.\nPara korban dibawa ke BP3MI."),
    ("core", "Bayi Dijual Lewat Facebook, Tiga Orang Ditangkap", "Polres menangkap tiga orang yang menjual bayi."),
    ("core", "Batam police arrest three over human trafficking", "The victims were told of well-paid work abroad."
     " Investigators call it human trafficking."),
    ("core", "TNI AL Cegat Speedboat di Perairan Rupat", "Sebanyak 20 pekerja migran ilegal diamankan dari kapal.\n"
     "Mereka calon pekerja migran nonprosedural.\nTekong laut ditahan karena penyelundupan manusia."),
    ("core", "Penyelundupan Manusia Digagalkan di Rote", "Polisi menahan nakhoda kapal yang membawa enam orang asing. "
     "Kasus penyelundupan manusia itu ditangani Ditpolairud."),
    ("core", "Pemkab Sikka Bentuk Gugus Tugas TPPO", "Bupati meneken keputusan gugus tugas TPPO. Satgas TPPO bekerja "
     "sampai desa."),
    ("core", "Terdakwa Dituntut Sembilan Tahun", "Jaksa menuntut terdakwa dengan UU Nomor 21 Tahun 2007. Korban "
     "menangis di ruang sidang."),
    ("context", "Bupati Lepas 40 Calon Pekerja Migran ke Jepang", "Bupati melepas 40 calon pekerja migran.\nIa meminta "
     "warga menghindari calo dan jalur nonprosedural.\nBP3MI memberi pembekalan."),
    ("context", "DP3A Latih Pendamping Perlindungan Anak", "Pelatihan membahas perlindungan anak di desa.\n"
     "Peserta belajar mengenali perdagangan orang.\nUPTD PPA dan LPSK menjadi narasumber pemulihan korban."),
    ("core", "Empat Orang Ditahan di Lembata", "Keempatnya dijerat Undang-Undang Nomor 21 Tahun 2007 juncto KUHP."),
    ("core", "Kampanye Pilkada Usai, Polisi Bongkar Sindikat TPPO", "Sindikat TPPO itu merekrut warga desa."),
    ("context", "Kampanye Migrasi Aman Digelar di Juntinyuat", "Mantan pekerja migran mengajar tetangganya.\nBP3MI dan "
     "SBMI menjelaskan jalur resmi.\nWarga diminta melapor bila ada calo."),
    # people smuggling, work abroad and outreach told without their set phrases
    ("core", "Tujuh Warga Nepal Ditemukan dalam Kontainer", "Polres Dumai mengungkap penyelundupan tujuh warga negara "
     "Nepal.\nPara WNA itu dibawa ke Rudenim Pekanbaru.\nSopir dijerat Pasal 120 ayat (1) UU Keimigrasian."),
    ("core", "Belasan Buruh Batal Berangkat", "Petugas mendapati 12 orang yang hendak diselundupkan ke Tawau.\n"
     "Dua belas orang itu buruh kebun tanpa paspor.\nMereka diserahkan kepada BP3MI Kaltara."),
    ("core", "Perekrut Incar Anak Muda Pesisir", "Dinas Perikanan mengedukasi nelayan tentang perdagangan orang di "
     "kapal ikan.\nPerekrut kerap menahan paspor awak kapal.\nBP3MI ikut menjelaskan jalur resmi."),
    ("core", "Hakim Hukum Mak Cik Enam Tahun", "Majelis hakim menghukum terdakwa dalam perkara perdagangan tujuh "
     "perempuan.\nRestitusi yang dihitung LPSK dikabulkan.\nUPTD PPA mendampingi para korban."),
    ("none", "Penyelundupan 20 Ton Bawang Digagalkan", "Bea Cukai menggagalkan penyelundupan bawang oleh tiga orang "
     "warga Dumai.\nKapal dan barang disita."),
    ("incidental", "Polsek Sambang Warga, Ingatkan Bahaya Narkoba", "Warga diimbau mewaspadai narkoba, "
     "judi online, TPPO dan balap liar."),
    ("incidental", "Kapolres Paparkan Capaian Akhir Tahun", "Polres menangani 300 kasus curanmor dan "
     "dua kasus TPPO. Angka kecelakaan turun."),
    ("incidental", "Rakor Pilkada Digelar di Sorong", "KPU dan Bawaslu hadir. Kapolres menyinggung TPPO."),
    ("none", "PMI Banyumas Salurkan Air Bersih", "Palang Merah Indonesia menyalurkan air. Relawan PMI membawa tangki."),
    ("none", "PMI Kendari Gelar Donor Darah", "Sebanyak 120 kantong darah terkumpul untuk PMI."),
    ("none", "KKP Gagalkan Penyelundupan Benih Lobster", "Benih bening lobster disita. Tersangka ditahan."),
    ("none", "Imigrasi Deportasi Dua WNA Overstay", "Tim pengawasan orang asing menangkap dua warga Rusia."),
    ("none", "Bandar Sabu Dijerat TPPU", "Tersangka dijerat pasal pencucian uang dan asetnya disita."),
    ("none", "Satgas Pilkada Gelar Rakor", "KPU dan Bawaslu meneken nota kesepahaman dalam rapat koordinasi."),
    ("none", "Kader PKS Bagikan Sembako", "Partai Keadilan Sejahtera membagikan sembako di Depok."),
    ("none", "Neraca Perdagangan Surplus", "Ekspor ke Malaysia dan Taiwan naik. Menteri Perdagangan menyambut baik."),
    ("none", "Perdagangan Orangutan Digagalkan", "Dua bayi orangutan disita dari pelaku perdagangan orang utan."),
    ("none", "Pabrikan Menggeliat", "PMI Manufaktur berada di level 52, kata ekonom yang membaca indeks PMI Malaysia."),
    ("none", "Impor Beras dengan LC", "Pembayaran memakai LC. Letter of credit diterbitkan bank pemerintah."),
    ("none", "Patroli Malam Jaga Kamtibmas", "Petugas menyambangi pos ronda. Situasi aman."),
    ("none", "Peringatan Hari Anak di Solo", "Anak-anak menari dan bernyanyi."),
    ("none", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("level", "title", "text"), ARTICLES, ids=[title or "empty" for _, title, _ in ARTICLES])
def test_level_of_an_article(level: str, title: str, text: str) -> None:
    assert assess(title, text).level == level


def test_the_verdict_is_explained_by_the_terms_that_counted() -> None:
    result = assess("Rakor TPPO di Kupang", "Rakor dihadiri BP3MI. TPPO harus dicegah.")
    found = {term.term: term for term in result.terms}
    assert found["TPPO"].in_title
    assert found["TPPO"].count == 2
    assert found["rakor"].category == "coordination"
    assert result.terms[0].term == "TPPO"
    assert result.score > 0
    assert result.is_relevant


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("perdagangan orangutan", "perdagangan orang"),
        ("Pmi dan pmi", "PMI"),
        ("lc", "LC"),
        ("memperdagangkan orangutan", "memperdagangkan orang"),
        ("TPPOX", "TPPO"),
        ("UU Nomor 21 Tahun 2008", "UU Nomor 21 Tahun 2007"),
        ("scammerland", "scam"),
    ],
)
def test_terms_end_at_word_boundaries_and_acronyms_keep_their_case(text: str, term: str) -> None:
    assert term not in {hit.term.term for hit in lexicon().find(text)}


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("PERDAGANGAN ORANG", "perdagangan orang"),
        ("eksploitasinya", "eksploitasi"),
        ("PMI non-prosedural", "PMI ilegal"),
        ("Direktorat PPA PPO", "PPA-PPO"),
        ("İİ TPPO", "TPPO"),
        ("tindak  pidana perdagangan orang", "tindak pidana perdagangan orang"),
    ],
)
def test_terms_are_found_however_they_are_printed(text: str, term: str) -> None:
    found = lexicon().find(text)
    assert [lower_words(hit.term.term) for hit in found] == [lower_words(term)]
    assert text[found[0].offset :].strip()


def lower_words(term: str) -> str:
    return term.lower().replace("-", " ")


def test_a_longer_term_swallows_the_shorter_one_inside_it() -> None:
    assert [hit.term.term for hit in lexicon().find("satgas TPPO")] == ["satgas TPPO"]


def test_a_bare_acronym_counts_only_in_company_and_never_beside_the_red_cross() -> None:
    terms = {term.term for term in assess("PMI asal Lombok", "Ia berangkat sebagai pekerja migran.").terms}
    assert "PMI" in terms
    terms = {term.term for term in assess("PMI asal Lombok", "Ia menjadi pengurus.").terms}
    assert "PMI" not in terms
    terms = {term.term for term in assess("PMI Lombok", "Palang Merah Indonesia mendata pekerja migran.").terms}
    assert "PMI" not in terms


def test_links_to_other_stories_do_not_count() -> None:
    text = "Jalan desa diperbaiki.\nBaca juga: Polisi Ungkap TPPO di Belu\nWarga senang."
    assert assess("Jalan Desa Diperbaiki", text).level == "none"
    assert assess("Jalan Desa Diperbaiki", text.replace("Baca juga: ", "")).level == "incidental"


def test_tags_add_to_the_score_but_do_not_decide() -> None:
    plain, tagged = assess("Rapat di Ende", "Bupati hadir."), assess("Rapat di Ende", "Bupati hadir.", ["TPPO"])
    assert tagged.score > plain.score
    assert tagged.level == "incidental"


@pytest.mark.parametrize(
    ("expected", "title", "lead"),
    [
        (True, "Rakor TPPO di Kupang", ""),
        (True, "Jenazah Pekerja Migran Tiba di El Tari", ""),
        (True, "Kepala BP3MI Riau Kunjungi Dumai", ""),
        (True, "Polisi Gerebek Ruko", "Sembilan calon pekerja migran nonprosedural ditampung di sana."),
        (True, "PMI Asal Sumba Dipulangkan", "Ia meninggal di Malaysia, kata BP3MI."),
        (True, "Hakim Kabulkan Restitusi untuk Sembilan Korban", ""),
        (False, "PMI Kupang Gelar Donor Darah", "Kegiatan mengumpulkan 200 kantong darah."),
        (False, "Harga Cabai Naik di Pasar Inpres", "Pedagang mengeluh."),
        (False, "Penyelundupan Rokok Ilegal Digagalkan", ""),
        (False, "Perdagangan Saham Lesu", "Jam perdagangan ditutup lebih awal."),
        (False, "", ""),
    ],
)
def test_what_a_crawler_fetches(expected: bool, title: str, lead: str) -> None:
    assert wanted(title, lead) is expected


def test_a_tag_makes_an_article_worth_fetching() -> None:
    assert wanted("Kepala Desa Ditahan", tags=["perdagangan orang"])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row("x", category="crime"), "unknown category"),
        (row("x", weight="high"), "is no number"),
        (row("x", weight="-1"), "does not fit"),
        (row("x", case="upper"), "write any or exact"),
        (row("x", needs="nonsense"), "unknown category"),
        (row("x", blocked_by="nobody"), "names no group"),
    ],
)
def test_a_wrong_line_of_the_lexicon_is_named(bad: dict[str, str], message: str) -> None:
    with pytest.raises(LexiconError, match=message) as caught:
        parse_terms([bad])
    assert "'x'" in str(caught.value)


def test_a_term_given_twice_is_refused_whatever_its_hyphens() -> None:
    with pytest.raises(LexiconError, match="stands twice"):
        parse_terms([row("non prosedural"), row("Non-Prosedural")])


def test_a_term_added_to_the_lexicon_is_found() -> None:
    words = Lexicon(parse_terms([row("kerja ijon"), row("kerja ijon paksa")]))
    assert len(words) == 2
    assert [hit.term.term for hit in words.find("Kerja ijon paksa dan kerja ijon.")] == [
        "kerja ijon paksa",
        "kerja ijon",
    ]


@pytest.mark.parametrize(
    "passage",
    [
        "Perdagangan antarpulau dan pemulangan pekerja migran dibahas dalam rapat koordinasi di Dumai. ",
        "restitusi lpsk " * 6,
        "membawa orang asal ntt ke " * 4,
    ],
    ids=["sentence", "pairs", "beginnings of pairs"],
)
def test_a_megabyte_of_text_is_read_in_linear_time(passage: str) -> None:
    started = time.process_time()
    assess("Rapat", passage * 1_000)
    tenth = time.process_time() - started
    started = time.process_time()
    assess("Rapat", passage * 10_000)
    assert time.process_time() - started < 25 * max(tenth, 0.02)
