"""Make the tables of places from the official gazetteer: ``python training/reference/places.py FOLDER``.

FOLDER holds ``wilayah_prov_kab_kec.csv``, ``wilayah_desa_kelurahan.csv`` (Kemendagri codes of 2025 with coordinates,
from cahyadsn/wilayah and cahyadsn/wilayah_boundaries, MIT) and ``regencies_capitals.csv`` (dhanyyudi/wilayah-id, MIT).

Writes ``extract/reference/places.tsv`` (provinces, regencies, districts: code,
name, latitude, longitude, and the code of the province's capital or the name of the regency's seat)
and ``extract/reference/villages.tsv.gz`` (code, name, latitude, longitude). Running it again gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "extract" / "reference"

# The capital of each province, after the laws that founded them.
CAPITALS = {
    "11": "11.71",
    "12": "12.71",
    "13": "13.71",
    "14": "14.71",
    "15": "15.71",
    "16": "16.71",
    "17": "17.71",
    "18": "18.71",
    "19": "19.71",
    "21": "21.72",
    "31": "31.71",
    "32": "32.73",
    "33": "33.74",
    "34": "34.71",
    "35": "35.78",
    "36": "36.73",
    "51": "51.71",
    "52": "52.71",
    "53": "53.71",
    "61": "61.71",
    "62": "62.71",
    "63": "63.72",
    "64": "64.72",
    "65": "65.01",
    "71": "71.71",
    "72": "72.71",
    "73": "73.71",
    "74": "74.71",
    "75": "75.71",
    "76": "76.02",
    "81": "81.71",
    "82": "82.72",
    "91": "91.71",
    "92": "92.02",
    "93": "93.01",
    "94": "94.01",
    "95": "95.01",
    "96": "96.71",
}

# Seats that the source misspells or describes instead of naming; an empty one names no place of its own.
SEATS = {
    "12.03": "Sipirok",
    "12.08": "Pematang Raya",
    "12.11": "Sidikalang",
    "12.76": "",
    "13.71": "",
    "13.72": "",
    "13.73": "",
    "14.08": "Siak Sri Indrapura",
    "14.10": "Selatpanjang",
    "16.05": "Muara Beliti",
    "16.71": "",
    "31.01": "",
    "31.71": "",
    "31.72": "",
    "31.73": "",
    "31.74": "",
    "31.75": "",
    "35.06": "Ngasem",
    "51.03": "Mangupura",
    "52.01": "Gerung",
    "53.01": "Oelamasi",
    "53.03": "Kefamenanu",
    "53.20": "Seba",
    "53.21": "Betun",
    "61.11": "Sukadana",
    "63.07": "Barabai",
    "64.08": "Sangatta",
    "64.11": "Ujoh Bilang",
    "71.04": "Melonguane",
    "71.06": "Airmadidi",
    "72.04": "Tolitoli",
    "72.12": "Kolonodale",
    "73.06": "Sungguminasa",
    "73.14": "Pangkajene Sidenreng",
    "74.12": "Langara",
    "74.13": "Laworo",
    "75.01": "Limboto",
    "81.02": "Langgur",
    "81.05": "Bula",
    "81.06": "Piru",
    "82.07": "Daruba",
    "82.08": "Bobong",
    "91.03": "Sentani",
    "91.11": "Arso",
    "94.02": "Mulia",
    "94.06": "Kigamani",
    "94.08": "Tigi",
    "95.03": "Dekai",
    "96.01": "Aimas",
    "96.05": "Kumurkek",
}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coordinate(value: str) -> str:
    """Degrees with four decimals (about 11 m), or nothing where the source has none."""
    return f"{float(value):.4f}" if value else ""


def write_upper_levels(folder: Path) -> None:
    """Provinces, regencies and districts, with the seat of each regency."""
    seats = {
        f"{row['code'][:2]}.{row['code'][2:]}": row["capital"] for row in read(folder / "regencies_capitals.csv")
    } | SEATS
    lines = ["code\tname\tlatitude\tlongitude\tseat"]
    lines += [
        "\t".join(
            (
                row["code"],
                row["name"],
                coordinate(row["lat"]),
                coordinate(row["lon"]),
                (CAPITALS | seats).get(row["code"], ""),
            )
        )
        for row in sorted(read(folder / "wilayah_prov_kab_kec.csv"), key=lambda row: row["code"])
    ]
    (REFERENCE / "places.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_villages(folder: Path) -> None:
    """All villages, compressed; the time stamp is left out so that the bytes stay the same."""
    rows = sorted(read(folder / "wilayah_desa_kelurahan.csv"), key=lambda row: row["code"])
    text = "".join(
        f"{row['code']}\t{row['name']}\t{coordinate(row['lat'])}\t{coordinate(row['lon'])}\n" for row in rows
    )
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        file.write(text.encode())
    (REFERENCE / "villages.tsv.gz").write_bytes(packed.getvalue())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_upper_levels(Path(sys.argv[1]))
    write_villages(Path(sys.argv[1]))
