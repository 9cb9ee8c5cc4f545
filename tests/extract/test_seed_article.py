"""The article the project was asked to start from comes out whole, and so does one of ours built like it.

The text of the first is not ours to publish: it is read from the shared folder where there is one, and never copied.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.article import Article
from extract.engines import ENGINES
from extract.facts import Facts
from extract.pipeline import Extractor, ExtractorError

ROOT = Path(__file__).resolve().parents[2]
IMMIGRATION = "Direktorat Jenderal Imigrasi"
POLICE = "Badan Reserse Kriminal Polri"
CITIZENS = "Direktorat Pelindungan WNI Kemlu"
UNODC = "United Nations Office on Drugs and Crime"
IOM = "International Organization for Migration"

OWN_TEXT = """MATARAM, KABARGUMI.COM - Jalur laut di Nusa Tenggara Barat perlu dijaga bersama agar tidak lagi dipakai \
untuk penyelundupan dan perdagangan orang.
"Pemeriksaan di pelabuhan kecil harus diperkuat karena di sanalah orang paling mudah dibawa pergi," ungkap Ahmadun \
dalam sambutannya, Kamis (13/3).
Dialog ini diharapkan melahirkan langkah yang dapat dikerjakan tiap instansi.
"Saya menunggu usul yang bisa langsung dipakai," ujar Ahmadun.
Direktur Intelijen Direktorat Jenderal Imigrasi, yang diwakili oleh Analis Keimigrasian Ahli Madya, Rifki Sanjaya, \
menyampaikan bahwa kegiatan dialog ini diselenggarakan untuk mengumpulkan masukan dari daerah.
"Tugas kami tidak selesai di meja pemeriksaan. Kami butuh mata di setiap dermaga," ujar Rifki Sanjaya.
Kegiatan ini dihadiri oleh Kepala Divisi Keimigrasian Bali, Made Wirawan, serta para kepala kantor imigrasi.
Kegiatan ini juga menghadirkan narasumber dari Bareskrim Mabes Polri, Kombes Pol. Ratna Wulandari, Kasubdit III \
Tindak Pidana Umum, Direktorat Perlindungan WNI Kementerian Luar Negeri, Yusuf Hanafi selaku Fungsional Diplomat Ahli \
Muda, UNODC Clara Yunita Hakim selaku National Programme Coordinator, IOM Bayu Kusuma selaku Project Assistant \
Counter-Trafficking Unit, dan Direktorat Pengawasan dan Penindakan Keimigrasian Anton Suharto selaku Kepala Seksi \
Penyidikan. (*)"""


@pytest.fixture(scope="module", params=ENGINES)
def extractor(request: pytest.FixtureRequest) -> Extractor:
    try:
        return Extractor(request.param)
    except ExtractorError as error:
        pytest.skip(f"the {request.param} engine is not installed here: {error}")


def seed_text() -> str:
    shared = os.environ.get("JEJAK_SHARED")
    folder = (Path(shared) if shared else ROOT.parent / "shared") / "seed"
    texts = sorted(folder.glob("*.txt")) if shared != "" else []
    if len(texts) != 1:
        pytest.skip(f"the article the project started from is not in {folder}")
    return texts[0].read_text(encoding="utf-8")


def read(extractor: Extractor, text: str, published: str) -> Facts:
    title = "Cegah Perdagangan dan Penyelundupan Orang, Pusat dan Daerah Berdialog"
    return extractor.facts(Article("a", "", "", title, text, published_at=published))


def roles(facts: Facts) -> dict[str, list[tuple[str, str | None]]]:
    return {person.name: [(role.title, role.agency) for role in person.roles] for person in facts.persons}


def participants(facts: Facts) -> dict[str | None, str]:
    return {one.agency: one.role for one in facts.events[0].participants}


def test_the_article_the_project_started_from(extractor: Extractor) -> None:
    facts = read(extractor, seed_text(), "2024-10-23T09:00:00+08:00")
    assert facts.relevance == "core"
    assert roles(facts) == {
        "Taufiqurrakhman": [],
        "Alif Suaidi": [("Analis Keimigrasian Ahli Utama", IMMIGRATION)],
        "Arief Munandar": [("Kepala", "Divisi Keimigrasian Kanwil Kemenkumham Kalimantan Barat")],
        "Desy Andriani": [
            (
                "Direktur Tindak Pidana Perlindungan Perempuan dan Anak serta Pemberantasan Perdagangan Orang",
                POLICE,
            )
        ],
        "Tafwid Mulya": [("Fungsional Diplomat Ahli Madya", CITIZENS)],
        "Nabiel A. Karim Hayaze": [("National Programme Officer", UNODC)],
        "Muhammad Yasser": [("Project Associate Counter-Trafficking Unit", IOM)],
        "Happy Herdipayuda": [
            ("Penanggung Jawab Penyidikan Wilayah 2", "Direktorat Pengawasan dan Penindakan Keimigrasian")
        ],
    }
    assert {person.capacity for person in facts.persons} == {"official"}
    assert [(date.spans[0].text, date.start_date, date.end_date, date.precision) for date in facts.dates] == [
        ("Selasa (22/10)", "2024-10-22", "2024-10-22", "day")
    ]
    assert [(place.spans[0].text, place.code) for place in facts.places] == [
        ("MAKASSAR", "73.71"),
        ("Sulawesi Selatan", "73"),
    ]
    assert [(one.type, one.status, one.start_date, one.place_code) for one in facts.events] == [
        ("DIALOGUE", "held", "2024-10-22", "73.71")
    ]
    took_part = participants(facts)
    assert took_part[IMMIGRATION] == "organiser"
    assert {POLICE, CITIZENS, UNODC, IOM} <= took_part.keys()
    assert [quote.speaker for quote in facts.quotes] == ["Taufiqurrakhman", "Taufiqurrakhman", "Alif Suaidi"]
    assert all(len(quote.text) > 150 for quote in facts.quotes)


def test_an_article_of_ours_built_like_it(extractor: Extractor) -> None:
    facts = read(extractor, OWN_TEXT, "2025-03-14T09:00:00+08:00")
    assert roles(facts) == {
        "Ahmadun": [],
        "Rifki Sanjaya": [("Analis Keimigrasian Ahli Madya", IMMIGRATION)],
        "Made Wirawan": [("Kepala", "Divisi Keimigrasian Kanwil Kemenkumham Bali")],
        "Ratna Wulandari": [("Kasubdit III Tindak Pidana Umum", POLICE)],
        "Yusuf Hanafi": [("Fungsional Diplomat Ahli Muda", CITIZENS)],
        "Clara Yunita Hakim": [("National Programme Coordinator", UNODC)],
        "Bayu Kusuma": [("Project Assistant Counter-Trafficking Unit", IOM)],
        "Anton Suharto": [("Kepala Seksi Penyidikan", "Direktorat Pengawasan dan Penindakan Keimigrasian")],
    }
    assert {person.capacity for person in facts.persons} == {"official"}
    assert [date.start_date for date in facts.dates] == ["2025-03-13"]
    assert [(one.type, one.status, one.start_date, one.place_code) for one in facts.events] == [
        ("DIALOGUE", "held", "2025-03-13", "52.71")
    ]
    assert participants(facts)[IMMIGRATION] == "organiser"
    assert {POLICE, CITIZENS, UNODC, IOM} <= participants(facts).keys()
    assert [(quote.speaker, quote.text[:12]) for quote in facts.quotes] == [
        ("Ahmadun", "Pemeriksaan "),
        ("Ahmadun", "Saya menungg"),
        ("Rifki Sanjaya", "Tugas kami t"),
    ]


def test_a_victim_who_gives_a_speech_stays_a_victim() -> None:
    text = "“Saya pernah dijual,” ungkap penyintas Ahmadun dalam sambutannya di acara pencegahan TPPO, Kamis (13/3)."
    facts = Extractor(model="none").facts(
        Article("a", "", "", "Penyintas TPPO bersaksi", text, published_at="2025-03-14")
    )
    assert [person.capacity for person in facts.persons] == ["victim"]


def test_a_title_behind_a_ranked_name_in_a_list_is_that_of_the_next() -> None:
    text = (
        "Hadir dalam rakor TPPO itu Kombes Pol. Ratna Wulandari, Kajari Mataram Yusuf Hanafi, dan Dandim Lombok Barat."
    )
    facts = Extractor(model="none").facts(Article("a", "", "", "Rakor TPPO", text, published_at="2025-03-14"))
    assert {person.name: [role.title for role in person.roles] for person in facts.persons} == {
        "Ratna Wulandari": [],
        "Yusuf Hanafi": ["Kajari"],
    }
