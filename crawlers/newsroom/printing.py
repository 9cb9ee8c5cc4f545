"""How the demo sites print dates and times."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)

SECTION_LABELS = MappingProxyType(
    {
        "hukrim": "Hukum & Kriminal",
        "hukum": "Hukum",
        "daerah": "Daerah",
        "pemerintahan": "Pemerintahan",
        "ekonomi": "Ekonomi",
        "olahraga": "Olahraga",
        "pendidikan": "Pendidikan",
        "kesehatan": "Kesehatan",
        "peristiwa": "Peristiwa",
        "politik": "Politik",
    }
)


def section_label(section: str) -> str:
    """The section's name as the menu prints it."""
    if section != section.lower():
        return section
    return SECTION_LABELS.get(section, section.replace("-", " ").title())


def long_date(moment: datetime) -> str:
    """For example ``Rabu, 7 Mei 2025``."""
    return f"{DAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def day_month_year(moment: datetime) -> str:
    """For example ``7 Mei 2025``."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def short_date(moment: datetime) -> str:
    """For example ``07 Mei 2025``, with the month cut to three letters."""
    return f"{moment.day:02d} {MONTHS[moment.month - 1][:3]} {moment.year}"


def clock(moment: datetime) -> str:
    """For example ``09:15``."""
    return f"{moment:%H:%M}"


def dotted_clock(moment: datetime) -> str:
    """For example ``09.15``, as agencies print it."""
    return f"{moment:%H.%M}"
