"""Imports: what comes in, what stays out, and that neither a repetition nor a kill changes the result."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.archive import PageEntry, entries, importing, read_page, seal
from crawlers.archive.admission import Origin
from crawlers.archive.evidence import records_beside
from crawlers.archive.foreign import Capture
from crawlers.archive.importing import ImportCounts, ImportJob, import_files
from crawlers.archive.verification import verify
from crawlers.frontier import Frontier
from crawlers.registry import Registry, load_registry

TRAFFICKING = "korban perdagangan orang dipulangkan gugus tugas"
ENTRIES = """
[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "kabaruji.id"
province_code = "53"
family = "wordpress"

[[outlets]]
outlet_id = "media-uji"
name = "Media Uji"
domain = "mediauji.id"
province_code = "53"
family = "wordpress"
priority = 1
"""
NAMES = ("rakor-gugus-tugas-di-kupang", "polisi-gagalkan-pengiriman-pekerja", "warga-gelar-pentas-seni-budaya")

Make = Callable[..., Path]


def page(name: str, words: str = TRAFFICKING, extra: str = "", published: str = "2020-02-01T08:00:00+08:00") -> str:
    paragraphs = "".join(f"<p>{words.capitalize()} {name} {number}, kata pejabat di Kupang.</p>" for number in range(8))
    head = f'<meta property="article:published_time" content="{published}"><title>{name}</title>'
    return f"<html><head>{head}</head><body><h1>{words} {name}</h1>{paragraphs}{extra}</body></html>"


def record(url: str, body: str, at: str = "2020-02-03T04:05:06Z", status: str = "200 OK") -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    head = StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a1"')], "HTTP/1.1")
    content = body.encode()
    writer.write_record(
        writer.create_warc_record(
            url, "response", BytesIO(content), len(content), http_headers=head, warc_headers_dict={"WARC-Date": at}
        )
    )
    return out.getvalue()


def address(name: str, host: str = "kabaruji.id", part: int = 1) -> str:
    return f"https://{host}/2020/02/01/{name}/" + (f"{part}/" if part > 1 else "")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    path = tmp_path / "outlets.toml"
    path.write_text(ENTRIES, encoding="utf-8")
    return load_registry(path)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(*records: bytes, name: str = "asing.warc.gz") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(records))
        return path

    return write


@pytest.fixture
def run(tmp_path: Path, registry: Registry) -> Callable[..., ImportCounts]:
    def start(*files: Path, **keys: Any) -> ImportCounts:
        return import_files(ImportJob(tmp_path / "data", files, **keys), registry)

    return start


def archived(tmp_path: Path) -> list[PageEntry]:
    return list(entries(tmp_path / "data" / "archive"))


def issues(tmp_path: Path) -> list[dict[str, str]]:
    paths = sorted((tmp_path / "data" / "issues").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


Run = Callable[..., ImportCounts]


def test_pages_of_the_registry_come_in_with_their_own_time_and_their_origin(
    tmp_path: Path, make: Make, run: Run
) -> None:
    url = address(NAMES[0])
    path = make(
        record("https://www.kabaruji.id/2020/02/01/rakor-gugus-tugas-di-kupang/?utm_source=x", page(NAMES[0])),
        record("https://lain.example/2020/02/01/rakor-gugus-tugas-di-kupang/", page(NAMES[0])),
        record("https://kabaruji.id/tag/tppo/", page(NAMES[0])),
        record(address(NAMES[1]), page(NAMES[1]), status="404 Not Found"),
    )
    counts = run(path)
    assert (counts.records, counts.outcome.candidates, counts.outcome.new) == (4, 2, 1)
    assert counts.outcome.not_articles == 1
    (entry,) = archived(tmp_path)
    assert entry.canonical_url == url
    assert entry.fetched_at == "2020-02-03T04:05:06.000Z"
    assert (entry.outlet_id, entry.crawl_id) == ("kabar-uji", counts.crawl_id)
    assert read_page(tmp_path / "data" / "archive", entry).body == page(NAMES[0]).encode()
    (metadata,) = records_beside(tmp_path / "data" / "archive", entry)
    assert metadata.kind == "metadata"
    told = metadata.block.decode()
    assert "Jejak-Source-File: asing.warc.gz\r\n" in told
    assert f"Jejak-Source-Sha256: {hashlib.sha256(path.read_bytes()).hexdigest()}\r\n" in told
    assert "Jejak-Source-Offset: 0\r\n" in told
    assert "Jejak-Source-Record-Id: <urn:uuid:" in told
    assert "Jejak-Reason: imported from asing.warc.gz\r\n" in told
    assert all(not report.findings for report in verify(tmp_path / "data" / "archive"))
    with Frontier(tmp_path / "data" / "frontier.sqlite") as frontier:
        known = frontier.article(url)
    assert known is not None
    assert (known.state, known.etag) == ("done", '"a1"')


def test_a_version_comes_in_once_and_another_version_beside_it(tmp_path: Path, make: Make, run: Run) -> None:
    url, corrected = address(NAMES[0]), page(NAMES[0], extra=f"<p>{'Berita ini dikoreksi oleh redaksi. ' * 4}</p>")
    later = record(url, corrected, "2021-01-01T00:00:00Z")
    counts = run(make(record(url, page(NAMES[0])), record(f"{url}?amp=1", page(NAMES[0])), later))
    assert (counts.outcome.new, counts.outcome.known, counts.outcome.changed) == (1, 1, 1)
    again = run(make(later, record(url, page(NAMES[0]), "2019-01-01T00:00:00Z"), name="lain.warc.gz"))
    assert (again.outcome.known, again.kept) == (2, 0)
    earliest = page(NAMES[0], extra=f"<p>{'Kabar pertama dari lokasi kejadian. ' * 4}</p>")
    assert run(make(record(url, earliest, "2019-01-01T00:00:00Z"), name="lama.warc.gz")).outcome.changed == 1
    assert sorted(entry.fetched_at[:4] for entry in archived(tmp_path)) == ["2019", "2020", "2021"]
    with Frontier(tmp_path / "data" / "frontier.sqlite") as frontier:
        known = frontier.article(url)
        assert known is not None
        # The latest version stays what a crawl compares with.
        assert known.payload_sha256 == hashlib.sha256(corrected.encode()).hexdigest()


def test_only_the_frame_of_a_page_being_new_makes_no_version(make: Make, run: Run) -> None:
    url = address(NAMES[0])
    counts = run(make(record(url, page(NAMES[0])), record(url, page(NAMES[0], extra="<p>Pukul 10.15</p>"))))
    assert (counts.outcome.new, counts.outcome.known, counts.outcome.changed) == (1, 1, 0)


def test_importing_a_file_twice_changes_nothing(tmp_path: Path, make: Make, run: Run) -> None:
    path = make(*(record(address(name), page(name)) for name in NAMES))
    assert run(path).outcome.new == 3
    before = {file: file.read_bytes() for file in (tmp_path / "data").rglob("*.*") if "sqlite" not in file.name}
    assert run(path).files_known == 1
    copy = make(path.read_bytes(), name="salinan.warc.gz")
    assert run(copy).files_known == 1
    repeated = run(path, again=True)
    assert (repeated.files, repeated.outcome.known, repeated.kept) == (1, 3, 0)
    after = {file: file.read_bytes() for file in (tmp_path / "data").rglob("*.*") if "sqlite" not in file.name}
    assert after == before


def test_the_filter_of_the_crawl_decides_and_all_takes_everything(make: Make, run: Run) -> None:
    records = [
        record(address(NAMES[0]), page(NAMES[0])),
        record(address(NAMES[2]), page(NAMES[2], words="pentas seni budaya digelar meriah")),
        # The priority section of an outlet of priority 1 is taken whole.
        record(f"https://mediauji.id/hukrim/{NAMES[2]}/", page(NAMES[2], words="pentas seni digelar")),
    ]
    path = make(*records)
    counts = run(path, relevance="extract.relevance:wanted")
    assert (counts.outcome.new, counts.outcome.not_relevant) == (2, 1)
    # With other options the file is read anew.
    assert run(path).outcome.new == 1


def test_older_articles_are_left_out_and_a_limit_is_kept(make: Make, run: Run) -> None:
    records = [record(address(name), page(name, published="2020-02-01T23:30:00+08:00")) for name in NAMES]
    path = make(*records)
    assert run(path, since=date(2020, 2, 2)).outcome.too_old == 3
    assert run(path, limit=2).outcome.new == 2
    rest = run(path)
    assert (rest.outcome.new, rest.outcome.known) == (1, 2)


def test_the_parts_of_an_article_come_in_together(tmp_path: Path, make: Make, run: Run) -> None:
    url = address(NAMES[0])
    links = "".join(f'<a href="{address(NAMES[0], part=number)}">{number}</a>' for number in (2, 3))
    parts = {
        number: record(address(NAMES[0], part=number), page(f"{NAMES[0]} bagian {number}", extra=links))
        for number in (1, 2, 3)
    }
    counts = run(make(parts[3], parts[1], parts[2]))
    assert counts.outcome.new == 3
    assert counts.issues == 0
    assert sorted((entry.part, entry.canonical_url) for entry in archived(tmp_path)) == [(n, url) for n in (1, 2, 3)]
    assert [entry.part for entry in archived(tmp_path)] == [3, 2, 1]


def test_parts_that_are_not_in_the_file_are_told(tmp_path: Path, make: Make, run: Run) -> None:
    def part(name: str, number: int) -> bytes:
        link = f'<a href="{address(name, part=3)}">3</a>'
        return record(address(name, part=number), page(f"{name} {number}", extra=link))

    counts = run(make(part(NAMES[0], 1), part(NAMES[1], 2)))
    assert (counts.outcome.new, counts.outcome.failed) == (1, 1)
    assert [(issue["kind"], issue["url"]) for issue in issues(tmp_path)] == [
        ("part_missing", address(NAMES[0])),
        ("part_alone", address(NAMES[1], part=2)),
    ]


def test_bad_records_and_bad_files_are_issues_and_stop_nothing(tmp_path: Path, make: Make, run: Run) -> None:
    good = [record(address(name), page(name)) for name in NAMES]
    broken = bytearray(good[1])
    broken[60] ^= 0xFF
    challenge = record(address("tantangan-untuk-manusia"), "<title>Just a moment...</title><p>Sebentar.</p>")
    empty = record(address("halaman-tanpa-isi-sama-sekali"), "<html></html>")
    path = make(good[0], bytes(broken), challenge, empty, good[2])
    bad = make(b"<html>", name="bukan.warc.gz")
    counts = run(bad, path)
    assert (counts.files, counts.files_failed, counts.outcome.new, counts.outcome.failed) == (1, 1, 2, 3)
    found = issues(tmp_path)
    assert [issue["kind"] for issue in found] == ["import_file", "record_damaged", "challenge", "empty"]
    assert {issue["stage"] for issue in found} == {"import"}
    assert found[2]["outlet_id"] == "kabar-uji"
    assert counts.issues == 4


def test_an_article_known_by_another_address_is_one_article(tmp_path: Path, make: Make, run: Run) -> None:
    with Frontier(tmp_path / "data" / "frontier.sqlite") as frontier:
        frontier.save_alias(address(NAMES[1]), address(NAMES[0]))
    run(make(record(address(NAMES[1]), page(NAMES[0]))))
    assert [entry.canonical_url for entry in archived(tmp_path)] == [address(NAMES[0])]


def test_an_import_that_broke_off_goes_on_where_it_was(
    tmp_path: Path, make: Make, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "RECORDS_BETWEEN_NOTES", 5)
    path = make(*(record(address(f"berita-nomor-{n}-dari-kupang"), page(str(n))) for n in range(40)))
    take = importing.Admission.take
    seen: list[str] = []

    def breaking(admission: importing.Admission, capture: Capture, origin: Origin) -> None:
        if len(seen) == 23:
            raise KeyboardInterrupt
        seen.append("")
        take(admission, capture, origin)

    monkeypatch.setattr(importing.Admission, "take", breaking)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    monkeypatch.setattr(importing.Admission, "take", take)
    rest = run(path)
    assert rest.records < 25
    assert rest.outcome.new == 40 - 23
    assert rest.outcome.known == rest.records - rest.outcome.new
    assert len({entry.canonical_url for entry in archived(tmp_path)}) == len(archived(tmp_path)) == 40


SCRIPT = """
import sys
from pathlib import Path
from crawlers.archive import importing
from crawlers.archive.importing import ImportJob, import_files
from crawlers.registry import load_registry
importing.RECORDS_BETWEEN_NOTES = 20
take = importing.Admission.take
def told(admission, capture, origin):
    take(admission, capture, origin)
    print(capture.url, flush=True)
importing.Admission.take = told
folder = Path(sys.argv[1])
counts = import_files(ImportJob(folder / "data", [folder / "asing.warc.gz"]), load_registry(folder / "outlets.toml"))
print("done", flush=True)
"""


@pytest.mark.slow
def test_an_import_killed_again_and_again_ends_as_one_that_was_not(
    tmp_path: Path, make: Make, registry: Registry
) -> None:
    number = 150
    path = make(*(record(address(f"berita-nomor-{n}-dari-kupang"), page(str(n))) for n in range(number)))
    for kill_after in (1, 37, 61, None):
        with subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        ) as process:
            assert process.stdout is not None
            told = []
            for line in process.stdout:
                told.append(line)
                if len(told) == kill_after:
                    process.send_signal(signal.SIGKILL)
        assert (told[-1] == "done\n") is (kill_after is None)
    seal(tmp_path / "data" / "archive")
    found = archived(tmp_path)
    assert len(found) == len({entry.canonical_url for entry in found}) == number
    assert all(not report.findings for report in verify(tmp_path / "data" / "archive"))
    with Frontier(tmp_path / "data" / "frontier.sqlite") as frontier:
        assert frontier.states() == {"done": number}
    assert import_files(ImportJob(tmp_path / "data", [path]), registry).files_known == 1
