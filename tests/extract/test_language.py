"""Languages are told apart by their function words, Indonesian from Malay by the words each has alone."""

from __future__ import annotations

import pytest

from extract.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Polisi menangkap dua pria karena diduga terlibat perdagangan orang di Batam, Senin.", "id"),
        ("Rapat koordinasi itu dipimpin oleh sekretaris daerah dan dihadiri para camat.", "id"),
        ("Polis menahan dua lelaki kerana disyaki terlibat dalam jenayah pemerdagangan orang di Johor semalam.", "ms"),
        ("Seramai lima mangsa diselamatkan dalam serbuan di sebuah premis pada Khamis, kata jabatan itu.", "ms"),
        ("The police arrested two men in Batam on Monday for trafficking in persons.", "en"),
        ("Pulisi nyekel wong loro sing arep adol bocah ing Semarang lan saka kutha iku.", "jv"),
        ("Pulisi newak dua jalma anu rék ngajual budak di Bandung jeung ti kota éta.", "su"),
        ("De politie heeft twee mannen in het huis van een vrouw aangehouden.", "nl"),
        ("La police a arrêté deux hommes dans une maison pour des faits de traite.", "fr"),
        ("12 345 67 – 89", "und"),
        ("", "und"),
        ("Zxq wvut prlm gnkt bcdf hjkl mnpq rstv", "und"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_an_indonesian_story_about_malaysia_stays_indonesian() -> None:
    text = (
        "Sebanyak dua belas pekerja migran dipulangkan dari Johor, Malaysia, melalui Pelabuhan Batam Center, Kamis. "
        "Mereka ditahan Jabatan Imigresen Malaysia karena tidak memiliki paspor, kata kepala balai itu kepada wartawan."
    )
    assert detect_language(text) == "id"
