"""When somebody spoke is not when it happened: the day of a statement and the day of its event are told apart."""

from __future__ import annotations

import pytest

from extract.article import Article
from extract.pipeline import Extractor

TITLE = "Perdagangan orang: korban TPPO pekerja migran ilegal"
PUBLISHED = "2025-03-10T18:00:00+07:00"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(model="none")


@pytest.mark.parametrize(
    ("event", "day", "text"),
    [
        (
            "ARREST",
            "2025-03-05",
            "Dua perekrut pekerja migran ilegal ditangkap Satreskrim Polres Belu di Atambua, Rabu (5/3/2025).\n"
            '"Keduanya mengaku sudah lama bermain," kata Kapolres Belu AKBP Gede Suarsana, Senin (10/3/2025).',
        ),
        (
            "ARREST",
            "2025-03-05",
            "Kapolres Belu AKBP Gede Suarsana mengatakan, Senin (10/3/2025), dua perekrut pekerja migran ilegal "
            "ditangkap pada Rabu (5/3/2025).",
        ),
        (
            "RESCUE",
            "2025-03-08",
            "Polda Kepri, Senin (10/3/2025), mengungkap penyelamatan 12 calon pekerja migran ilegal yang digagalkan "
            "keberangkatannya di Batam, Sabtu (8/3/2025).",
        ),
        (
            "REPATRIATION",
            "2025-03-06",
            "Kepala BP3MI NTT Rina Dewi menyampaikan hal itu di Kupang, Senin (10/3/2025). Jenazah pekerja migran "
            "korban perdagangan orang dipulangkan dari Johor pada Kamis (6/3/2025).",
        ),
        (
            "PROSECUTION",
            "2025-03-04",
            "Kasi Intel Kejari Batam Adi Putra, Jumat (7/3/2025), menyebut terdakwa perdagangan orang divonis lima "
            "tahun di Pengadilan Negeri Batam pada Selasa (4/3/2025).",
        ),
        (
            "COORD_MEETING",
            "2025-03-17",
            "Pemkab Belu akan menggelar rapat koordinasi Gugus Tugas TPPO pada Senin (17/3/2025), kata Sekda Belu "
            "Yohan Bere, Senin (10/3/2025).",
        ),
        (
            "HANDOVER",
            "2025-03-09",
            "Menurut Kapolsek, Senin (10/3/2025), tiga korban perdagangan orang diserahkan Polres Nunukan kepada "
            "BP3MI Kalimantan Utara sehari sebelumnya.",
        ),
        (
            "AGREEMENT",
            "2025-03-03",
            "Polda Jambi dan BP3MI Jambi menandatangani nota kesepahaman pencegahan TPPO di Jambi pada 3 Maret 2025. "
            "Hal itu disampaikan Kabid Humas Kombes Dedi Arif, Senin (10/3/2025).",
        ),
        (
            "RESCUE",
            "2025-03-09",
            "Satpolairud Polres Dumai menggagalkan pengiriman 20 pekerja migran ilegal ke Malaysia kemarin malam.\n"
            '"Semua selamat," ujar Kapolres Dumai AKBP Rio Siahaan, Senin (10/3/2025).',
        ),
        (
            "ARREST",
            None,
            "Seorang perekrut pekerja migran ilegal telah ditangkap Polres Sambas beberapa waktu lalu.\n"
            '"Berkasnya segera kami limpahkan," kata Kapolres Sambas AKBP Heri Susanto, Senin (10/3/2025).',
        ),
    ],
)
def test_an_event_has_its_own_day(extractor: Extractor, event: str, day: str | None, text: str) -> None:
    facts = extractor.facts(Article("a", "", "", TITLE, text, published_at=PUBLISHED))
    assert [(found.type, found.start_date) for found in facts.events] == [(event, day)]
    assert ("2025-03-10" in [date.start_date for date in facts.dates]) == ("(10/3/2025)" in text)
