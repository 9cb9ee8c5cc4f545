"""Records per second of ``jejak import``, beside bare iteration with warcio over the same file in the same run.

    python -m benchmarks.import_warc [--records 4000] [--ours 0.02] [--rounds 3] [--json]

The file is written first, in the style of Common Crawl News: request and response of pages of 60 KB, of which a small
share belongs to outlets of the registry. They take turns, in another order each round; the median of each counts, and
the ratio is the median of the rounds' ratios.

- *warcio*: ``for record in ArchiveIterator(file)`` with every record read to its end, and nothing done with it.
- *jejak*: the whole import: SHA-256 of the file, every record read, wanted pages unpacked, inspected, filtered by
  relevance, compared with frontier and archive, written, and how far the file was read written down.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.archive.importing import ImportJob, import_files
from crawlers.registry import Registry, load_registry

TEXT = (
    "polisi warga kabupaten gugus tugas korban perdagangan orang dipulangkan pejabat rapat koordinasi dinas sosial "
    "provinsi pelabuhan kapal pekerja migran desa kecamatan bupati panen jalan jembatan sekolah pasar harga beras"
)
WORDS = TEXT.split()
RELEVANCE = "extract.relevance:wanted"


def write_file(path: Path, registry: Registry, records: int, ours: float) -> None:
    """Write a file of so many pages, each with its request.

    Args:
        path: where.
        registry: its WordPress outlets are those the wanted pages belong to.
        records: pages.
        ours: share of pages that belong to outlets of the registry.
    """
    chance = random.Random(7)
    hosts = [outlet.host for outlet in registry.outlets.values() if outlet.family == "wordpress"]
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.0")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "benchmark"}))
        for number in range(records):
            host = chance.choice(hosts) if chance.random() < ours else f"news{number % 900}.example"
            url = f"https://{host}/2025/03/{number % 28 + 1:02d}/berita-nomor-{number}-dari-daerah/"
            body = page(chance, number)
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            response = writer.create_warc_record(url, "response", BytesIO(body), len(body), http_headers=head)
            sent = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", host)], is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=sent)
            writer.write_request_response_pair(request, response)


def page(chance: random.Random, number: int) -> bytes:
    """A page of about 60 KB: an article of 12 paragraphs in the frame of a news site."""
    title = " ".join(chance.choices(WORDS, k=9))
    text = "".join(f"<p>{' '.join(chance.choices(WORDS, k=45))}.</p>" for _ in range(12))
    frame = "".join(
        f'<li class="post-{chance.randrange(10**9)}"><a href="/2025/03/01/{chance.randrange(10**9)}/">'
        f"{' '.join(chance.choices(WORDS, k=8))}</a></li>"
        for _ in range(400)
    )
    head = (
        f'<title>{title} {number}</title><meta property="article:published_time" content="2025-03-01T08:00:00+07:00">'
    )
    return f"<html><head>{head}</head><body><h1>{title}</h1>{text}<ul>{frame}</ul></body></html>".encode()


def iterate(path: Path) -> tuple[int, float]:
    """Records and CPU-seconds of bare iteration."""
    begun, records = time.process_time(), 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            record.raw_stream.read()
            records += 1
    return records, time.process_time() - begun


def import_once(path: Path, registry: Registry) -> tuple[int, float, int]:
    """Records and CPU-seconds of an import into an empty folder, and pages kept."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        counts = import_files(ImportJob(Path(folder), [path], relevance=RELEVANCE), registry)
        return counts.records, time.process_time() - begun, counts.kept


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="jejak import beside bare iteration with warcio.")
    parser.add_argument("--records", type=int, default=4_000, help="pages in the file (default 4000)")
    parser.add_argument("--ours", type=float, default=0.02, help="share of the registry's outlets (default 0.02)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each reads the file (default 3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    load_before, registry = os.getloadavg()[0], load_registry()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "CC-NEWS-20250301.warc.gz"
        write_file(path, registry, options.records, options.ours)
        megabytes = path.stat().st_size / 1e6
        # The lexicon is loaded once a process, whatever is imported.
        import_once(path, registry)
        bare: list[float] = []
        ours: list[float] = []
        records = kept = 0
        for number in range(options.rounds):
            for is_ours in (number % 2 == 0, number % 2 == 1):
                if is_ours:
                    records, seconds, kept = import_once(path, registry)
                    ours.append(seconds)
                else:
                    bare.append(iterate(path)[1])
    figures = {
        "records": records,
        "megabytes": round(megabytes, 1),
        "kept": kept,
        "load_average": load_before,
        "warcio_records_per_cpu_second": round(records / statistics.median(bare)),
        "jejak_records_per_cpu_second": round(records / statistics.median(ours)),
        "warcio_megabytes_per_cpu_second": round(megabytes / statistics.median(bare), 1),
        "jejak_megabytes_per_cpu_second": round(megabytes / statistics.median(ours), 1),
        "ratio": round(statistics.median(b / o for b, o in zip(bare, ours, strict=True)), 2),
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{records} records, {megabytes:.1f} MB, {kept} pages kept, {options.rounds} rounds, load {load_before:.1f}")
    print(f"{'':10}{'records/CPU s':>15}{'MB/CPU s':>10}")
    for name in ("warcio", "jejak"):
        speed, rate = figures[f"{name}_records_per_cpu_second"], figures[f"{name}_megabytes_per_cpu_second"]
        print(f"{name:10}{speed:15,}{rate:10}")
    print(f"jejak import reads {figures['ratio']} times as many records per CPU-second as bare iteration")


if __name__ == "__main__":
    main()
