"""How many articles a second the relevance filter reads: ``python benchmarks/relevance.py``."""

from __future__ import annotations

import time

from extract.relevance import assess

ARTICLES = [
    (
        "Rakor Gugus Tugas TPPO Digelar di Kupang",
        "Pemerintah provinsi menggelar rapat koordinasi pencegahan tindak pidana perdagangan orang, Rabu (4/6/2025). "
        "Hadir Kepala BP3MI, perwakilan Polda dan Kejaksaan Tinggi. Calon pekerja migran diminta menghindari calo.\n",
    ),
    (
        "Harga Cabai Naik Menjelang Lebaran",
        "Pedagang di Pasar Inpres mengeluhkan pasokan yang berkurang pekan ini. Dinas Perdagangan akan menggelar "
        "pasar murah di enam kecamatan. Warga berharap harga kembali turun sebelum hari raya.\n",
    ),
]
PARAGRAPHS, ROUNDS = 12, 500


def main() -> None:
    """Print articles and megabytes a second of processor time, single process."""
    articles = [(title, paragraph * PARAGRAPHS) for title, paragraph in ARTICLES]
    assess(*articles[0])
    started = time.process_time()
    for _ in range(ROUNDS):
        for title, text in articles:
            assess(title, text)
    seconds = time.process_time() - started
    count = ROUNDS * len(articles)
    characters = ROUNDS * sum(len(text) for _, text in articles)
    print(f"{count / seconds:,.0f} articles a second ({characters / count:,.0f} characters each)")
    print(f"{characters / seconds / 1e6:.1f} million characters a second")


if __name__ == "__main__":
    main()
