from __future__ import annotations

import pytest

from extract.article import Article
from extract.pipeline import Extractor


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def roles_of(extractor: Extractor, text: str) -> dict[str, list[tuple[str, str | None]]]:
    article = Article("t", "", "", "", text, published_at="2025-03-12T08:00:00+08:00")
    facts = extractor.facts(article)
    return {person.name: [(role.title, role.agency) for role in person.roles] for person in facts.persons}


POLDA = "Kepolisian Daerah Nusa Tenggara Timur"
BP3MI = "Balai Pelayanan Pelindungan Pekerja Migran Indonesia Nusa Tenggara Timur"
PEMKAB = "Pemerintah Kabupaten Belu"

ROLES = [
    ("Kepala BP3MI NTT Sofia Lende datang.", "Sofia Lende", [("Kepala", BP3MI)]),
    ("Kapolda NTT Irjen Pol Wirya Santika datang.", "Wirya Santika", [("Kapolda", POLDA)]),
    ("Bupati Belu, Agus Mau Lelo, datang.", "Agus Mau Lelo", [("Bupati", PEMKAB)]),
    ("Kabid Humas Polda NTT Kombes Pol Indra Kusuma bicara.", "Indra Kusuma", [("Kabid Humas", POLDA)]),
    ("Plt. Kepala BP3MI NTT Sofia Lende datang.", "Sofia Lende", [("Plt. Kepala", BP3MI)]),
    ("Sofia Lende selaku Kepala BP3MI NTT datang.", "Sofia Lende", [("Kepala", BP3MI)]),
    ("Sofia Lende (Kepala BP3MI NTT) datang.", "Sofia Lende", [("Kepala", BP3MI)]),
    ("Sofia Lende, Kepala BP3MI NTT, mengatakan hal itu.", "Sofia Lende", [("Kepala", BP3MI)]),
    ("Koordinator program Sofia Lende dari IOM datang.", "Sofia Lende",
     [("Koordinator program", "International Organization for Migration")]),
    ("Direktur Sahabat Migran untuk Perempuan (Samipe) Nurmi Hasan datang.", "Nurmi Hasan", [("Direktur", None)]),
    ("Penasihat hukum Rudi Tanu, Chandra Halim, membantah.", "Chandra Halim", [("Penasihat hukum", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "roles"), ROLES, ids=[text[:40] for text, _, _ in ROLES])
def test_a_title_is_read_with_its_agency(
    extractor: Extractor, text: str, name: str, roles: list[tuple[str, str | None]]
) -> None:
    assert roles_of(extractor, text)[name] == roles


def test_an_office_that_is_represented_belongs_to_neither_the_absent_nor_the_present(extractor: Extractor) -> None:
    text = "Kapolres Belu yang diwakili Kasat Reskrim Polres Belu Iptu Yance Kadiaman memaparkan kasus itu."
    assert roles_of(extractor, text) == {"Yance Kadiaman": [("Kasat Reskrim", "Kepolisian Resor Belu")]}


def test_who_is_absent_and_who_represents_keep_their_own_offices(extractor: Extractor) -> None:
    text = "Kapolda NTT Irjen Pol Wirya Santika yang diwakili Wakapolda NTT Brigjen Pol Eko Sulistya membuka rapat."
    assert roles_of(extractor, text) == {"Wirya Santika": [("Kapolda", POLDA)], "Eko Sulistya": [("Wakapolda", POLDA)]}


def test_two_offices_of_one_person_are_both_kept(extractor: Extractor) -> None:
    text = (
        "Gugus Tugas Pencegahan dan Penanganan TPPO Maluku dikukuhkan. Ketua Gugus Tugas TPPO Maluku yang juga "
        "Sekretaris Daerah, Ir. Poli Lesnusa, hadir mewakili Pemerintah Provinsi Maluku."
    )
    titles = [title for title, _ in roles_of(extractor, text)["Poli Lesnusa"]]
    assert titles == ["Ketua", "Sekretaris Daerah"]


def test_a_title_without_agency_takes_the_one_that_the_article_names(extractor: Extractor) -> None:
    text = "Polres Belu menangkap perekrut.\nKapolres AKBP Gede Suarsana menjelaskan kasus itu."
    assert roles_of(extractor, text)["Gede Suarsana"] == [("Kapolres", "Kepolisian Resor Belu")]


def test_members_of_the_bench_share_the_court_of_its_head(extractor: Extractor) -> None:
    text = (
        "Sidang di Pengadilan Negeri Kupang dipimpin Ketua Majelis Hakim Ni Luh Saraswati, dengan anggota Rudolf "
        "Silaban dan Nur Aini Lubis."
    )
    roles = roles_of(extractor, text)
    assert roles["Rudolf Silaban"] == roles["Nur Aini Lubis"] == [("anggota", "Pengadilan Negeri Kota Kupang")]


def test_the_same_office_in_short_is_one_role(extractor: Extractor) -> None:
    text = "Wakil Gubernur NTT Yosep Beda membuka rapat.\nWagub Yosep meminta data disatukan."
    assert len(roles_of(extractor, text)["Yosep Beda"]) == 1
