"""Operations a second of the frontier, with few and with many known addresses, in one run.

    python -m benchmarks.frontier [--known 1000000] [--few 200000] [--turns 3] [--json] [--folder FOLDER]

An outlet has 40,000 articles in both, so that what depends on the outlet alone takes the same time, and what grows with
the whole shows. Nine in ten articles were read, one in a hundred waits. The files are filled with SQL in order of
their key, which is not measured as an operation; then they take turns, so that a busy moment of the machine is no
file's alone. The addresses asked for lie anywhere; of each operation the median counts. ``--known 10000000`` makes a
file of 8 GB; it lies in the temporary folder, or in ``--folder``, and is deleted at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from crawlers.frontier import Frontier, now
from crawlers.frontier.claims import Claims
from crawlers.frontier.known import Fingerprint, Listed, ListState
from crawlers.pages import PageEntry

AN_OUTLET = 40_000
ITEMS = 200
"""Articles of one list."""
QUEUED_EVERY = 100

_FILL = """
INSERT INTO articles (canonical_url, part, outlet_id, url, article_key, state, published_at, day_hint, title, lead,
    tags, found_in, first_seen_at, checked_at, fetched_at, crawl_id, etag, last_modified, payload_sha256, tries,
    warc_name, warc_offset)
WITH RECURSIVE numbers (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :last)
SELECT printf('https://outlet-%04d.example/berita/%08d/rapat-koordinasi-di-kabupaten-nomor-%d', n / :each, n, n), 1,
    printf('outlet-%04d', n / :each),
    printf('https://outlet-%04d.example/berita/%08d/rapat-koordinasi-di-kabupaten-nomor-%d', n / :each, n, n),
    printf('outlet-%04d:%d', n / :each, n),
    CASE WHEN n % 100 = 0 THEN 'queued' WHEN n % 20 = 1 THEN 'skipped' ELSE 'done' END,
    NULL, date('2026-10-14', printf('-%d days', (n % :each) / 20)),
    CASE WHEN n % 3 = 0 THEN printf('Rapat Koordinasi di Kabupaten Nomor %d', n) END, NULL, '[]',
    printf('https://outlet-%04d.example/sitemap-%d.xml', n / :each, n % :each / 1000), '2026-01-01T00:00:00.000Z',
    '2026-10-14T00:00:00.000Z', '2026-10-14T00:00:00.000Z', 'c20261014T000000-0000',
    printf('"%x"', n), NULL, hex(randomblob(32)), 0, 'c20261014T000000-0000-00001.warc.gz', n * 12345 % 1000000000
FROM numbers
"""


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured at one size: known addresses, the file, and operations a second by name."""

    known: int
    file_mb: float
    fill_seconds: float
    per_second: dict[str, float]


def address(number: int) -> str:
    """The canonical address of a known article."""
    outlet = number // AN_OUTLET
    return f"https://outlet-{outlet:04d}.example/berita/{number:08d}/rapat-koordinasi-di-kabupaten-nomor-{number}"


def fill(path: Path, known: int) -> float:
    """Make a frontier with so many known articles; the seconds it took."""
    begun = time.perf_counter()
    with Frontier(path) as frontier:
        database = frontier.connection
        indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''").fetchall()
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        database.execute("PRAGMA synchronous = OFF")
        for first in range(0, known, 500_000):
            last = min(first + 500_000, known)
            database.execute(_FILL, {"first": first, "last": last, "each": AN_OUTLET})
        for _, sql in indexes:
            database.execute(sql)
        crawl_id = "c20261014T000000-0000"
        frontier.begin_crawl(crawl_id)
        frontier.finish_crawl(crawl_id)
        Claims(frontier, path.parent, path.parent / "archive", crawl_id).end()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return time.perf_counter() - begun


def measure(path: Path, known: int, turn: int) -> dict[str, list[float]]:
    """Time each operation on a filled frontier several times; the rates found. Each turn takes other addresses."""
    chance = random.Random(turn)
    rates: dict[str, list[float]] = {}

    def rate(name: str, work: Callable[[], object], times: int, each: int = 1) -> None:
        for _ in range(times):
            begun = time.perf_counter()
            work()
            rates.setdefault(name, []).append(each / (time.perf_counter() - begun))

    def start() -> None:
        with Frontier(path) as opened:
            assert not opened.is_new()
            opened.adopt((), lambda _: Fingerprint())
            opened.begin_crawl(f"c{chance.random()}")

    rate("start a crawl", start, 5)
    with Frontier(path) as frontier:
        numbers = [chance.randrange(known) for _ in range(5_000)]
        unread = iter([number - number % QUEUED_EVERY for number in chance.sample(range(known), 4_000)])
        outlets = [f"outlet-{chance.randrange(known // AN_OUTLET):04d}" for _ in range(20)]
        fresh = iter(range(turn * 100 * ITEMS, (turn + 1) * 100 * ITEMS))

        def look_up() -> None:
            for number in chance.sample(numbers, 500):
                assert frontier.article(address(number)) is not None

        def list_of(addresses: list[str]) -> int:
            listed = [Listed(url, url, None, None, "2026-10-14", "Judul", "Isi", (), "feed") for url in addresses]
            state = ListState(None, None, None, now(), False, [])
            return frontier.save_list("https://outlet-0000.example/feed", "outlet-0000", state, listed)

        def add_new() -> None:
            found = [f"https://outlet-{chance.randrange(99):04d}.example/baru/{next(fresh)}" for _ in range(ITEMS)]
            assert list_of(found) == ITEMS

        def add_known() -> None:
            first = chance.randrange(known - ITEMS)
            assert list_of([address(number) for number in range(first, first + ITEMS)]) == 0

        def mark_read() -> None:
            for _ in range(20):
                url = address(next(unread))
                entry = PageEntry(
                    "outlet-0000", "c1", url, url, 1, now(), 200, "text/html", "0" * 64, "c1.warc.gz", 1, 1
                )
                frontier.save_read([(entry, Fingerprint('"etag"'))], url)

        def wanted() -> None:
            assert frontier.wanted(chance.choice(outlets), "", None)

        def wanted_few() -> None:
            assert len(frontier.wanted(chance.choice(outlets), "2026-01-01", 20)) == 20

        def recheck() -> None:
            assert frontier.to_recheck(chance.choice(outlets), "2026-11-01", "2026-10-01")

        rate("look up", look_up, 7, 500)
        rate("add new, 200 a list", add_new, 7, ITEMS)
        rate("add known, 200 a list", add_known, 7, ITEMS)
        rate("mark read", mark_read, 7, 20)
        rate("wanted of an outlet", wanted, 9)
        rate("wanted, 20 newest", wanted_few, 9)
        rate("to recheck, 14 days", recheck, 9)
    return rates


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Operations a second of the frontier.")
    parser.add_argument("--known", type=int, default=1_000_000, help="known addresses (default 1000000)")
    parser.add_argument("--few", type=int, default=200_000, help="known addresses to compare with (default 200000)")
    parser.add_argument("--turns", type=int, default=3, help="how often each file is measured (default 3)")
    parser.add_argument("--folder", type=Path, help="where the files are made (default: the temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        paths = {known: Path(folder) / f"{known}.sqlite" for known in (options.few, options.known)}
        filled = {known: fill(path, known) for known, path in paths.items()}
        file_mb = {known: path.stat().st_size / 1e6 for known, path in paths.items()}
        found: dict[int, dict[str, list[float]]] = {known: {} for known in paths}
        for turn in range(options.turns):
            for known, path in paths.items():
                for name, rates in measure(path, known, turn).items():
                    found[known].setdefault(name, []).extend(rates)
    sizes = [
        Size(known, file_mb[known], filled[known], {name: statistics.median(rates) for name, rates in of.items()})
        for known, of in found.items()
    ]
    if options.json:
        print(json.dumps({"load_average": load, "sizes": [asdict(size) for size in sizes]}))
        return
    print(f"{'':24}" + "".join(f"{size.known:>14,}" for size in sizes) + "   known")
    print(f"{'file, MB':24}" + "".join(f"{size.file_mb:14,.0f}" for size in sizes))
    print(f"{'filled in, s':24}" + "".join(f"{size.fill_seconds:14,.0f}" for size in sizes))
    for name in sizes[0].per_second:
        print(f"{name:24}" + "".join(f"{size.per_second[name]:14,.0f}" for size in sizes) + "   a second")


if __name__ == "__main__":
    main()
