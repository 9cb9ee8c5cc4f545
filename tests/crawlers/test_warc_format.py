"""The archive as other software sees it: warcio's own checker and indexer, and keys by which pywb looks pages up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from crawlers.archive import ArchiveWriter, Page, Sent, entries, read_page
from crawlers.archive.cdxj import lines_of, surt_key
from crawlers.archive.evidence import records_beside, versions

MakePage = Callable[..., Page]
SENT = Sent("GET /rakor-tppo-di-kupang/ HTTP/1.1", (("User-Agent", "Jejak/0.1 (+uji)"), ("Host", "kabaruji.id")))


def checked(warc: str) -> object:
    """Exit status of warcio's checker."""
    with pytest.raises(SystemExit) as ended:
        warcio(["check", "-v", warc])
    return ended.value.code


@pytest.fixture
def folder(tmp_path: Path, make_page: MakePage) -> Path:
    """An archive with plain pages, an article in parts, and a page with everything that is known of a request."""
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "12")]
    with ArchiveWriter(tmp_path, "c1", about={"operator": "peneliti@example.org"}) as archive:
        archive.add(make_page(sent=SENT, ip_address="192.0.2.7", reason="found in x", notes=(("Via", "y"),)))
        archive.add_article([make_page("berseri", part=number) for number in (1, 2, 3)])
        archive.add(make_page("judul", title_hint="Garis\u2028baris", status=203, headers=headers))
    return tmp_path


def test_warcio_finds_every_digest_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warc = str(folder / "c1-00001.warc.gz")
    assert checked(warc) == 0
    told = capsys.readouterr().out
    # One warcinfo, five responses, one request, five metadata records.
    assert told.count("digest pass") == 12
    assert "no digest" not in told


def test_warcio_finds_an_altered_byte(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (folder / "c1-00001.warc.gz").read_bytes()
    (entry, *_) = entries(folder)
    response = content[entry.offset : entry.offset + entry.length]
    other = gzip.compress(gzip.decompress(response).replace(b"Halaman rakor", b"Halaman palsu"))
    altered = tmp_path / "altered.warc.gz"
    altered.write_bytes(content[: entry.offset] + other + content[entry.offset + entry.length :])
    assert checked(str(altered)) == 1
    assert "payload digest failed" in capsys.readouterr().out


def test_the_index_says_what_the_indexer_of_warcio_says(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "warcio.jsonl"
    fields = "offset,length,filename,http:status,warc-type,warc-target-uri,warc-payload-digest"
    assert warcio(["index", "-f", fields, "-o", str(out), str(folder / "c1-00001.warc.gz")]) in (0, None)
    theirs = [
        {
            "url": found["warc-target-uri"],
            "status": found["http:status"],
            "digest": found["warc-payload-digest"],
            "length": found["length"],
            "offset": found["offset"],
            "filename": found["filename"],
        }
        for found in map(json.loads, out.read_text("utf-8").splitlines())
        if found["warc-type"] == "response"
    ]
    ours = []
    for line in (folder / "c1-00001.cdxj").read_text("utf-8").split("\n")[:-1]:
        key, stamp, found = line.split(" ", 2)
        values = json.loads(found)
        assert key == surt_key(values["url"])
        assert stamp == "20261015010203"
        assert list(values)[:7] == ["url", "mime", "status", "digest", "length", "offset", "filename"]
        assert all(isinstance(value, str) for name, value in values.items() if name != "jejak")
        ours.append({name: values[name] for name in theirs[0]})
    assert sorted(ours, key=lambda found: int(found["offset"])) == theirs
    assert len(ours) == 5


def test_every_record_names_its_response_and_its_file(folder: Path) -> None:
    with (folder / "c1-00001.warc.gz").open("rb") as file:
        records = [(record.rec_type, dict(record.rec_headers.headers)) for record in ArchiveIterator(file)]
    (_, info), *others = records
    assert info["WARC-Filename"] == "c1-00001.warc.gz"
    responses = {headers["WARC-Record-ID"] for kind, headers in others if kind == "response"}
    assert len(responses) == 5
    for kind, headers in others:
        assert headers["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
        assert headers["WARC-Block-Digest"].startswith("sha256:")
        assert kind == "response" or headers["WARC-Concurrent-To"] in responses
    assert [kind for kind, _ in others[:3]] == ["response", "request", "metadata"]
    assert others[0][1]["WARC-IP-Address"] == "192.0.2.7"


def test_request_and_reason_stand_beside_the_page(folder: Path) -> None:
    first, *_ = entries(folder)
    request, metadata = records_beside(folder, first)
    assert request.block == (
        b"GET /rakor-tppo-di-kupang/ HTTP/1.1\r\nUser-Agent: Jejak/0.1 (+uji)\r\nHost: kabaruji.id\r\n\r\n"
    )
    assert b"Jejak-Outlet-Id: kabar-uji\r\n" in metadata.block
    assert b"Jejak-Reason: found in x\r\n" in metadata.block
    assert b"Via: y\r\n" in metadata.block


def test_headers_of_the_transfer_are_renamed_because_the_body_is_kept_decoded(folder: Path) -> None:
    *_, last = entries(folder)
    page = read_page(folder, last)
    assert page.headers == [
        ("Content-Type", "text/html"),
        ("X-Crawl-Content-Encoding", "gzip"),
        ("X-Crawl-Content-Length", "12"),
        ("Content-Length", str(len(page.body))),
    ]
    assert page.title_hint == "Garis\u2028baris"


def test_the_versions_of_an_article_are_found_by_any_of_its_addresses(folder: Path, make_page: MakePage) -> None:
    with ArchiveWriter(folder, "c2") as archive:
        archive.add(make_page("berseri", fetched_at="2026-10-20T00:00:00Z", body="<p>dikoreksi</p>"))
        archive.add(make_page("berseri-lain"))
        archive.add(make_page("uji", url="http://uji.localhost:8765/x", canonical_url="http://uji.localhost/x"))
    found = versions(folder, {"https://kabaruji.id/berseri/"})
    assert [(entry.crawl_id, entry.warc_name, entry.part) for entry in found] == [
        ("c1", "c1-00001.warc.gz", 1),
        ("c1", "c1-00001.warc.gz", 2),
        ("c1", "c1-00001.warc.gz", 3),
        ("c1", "c2-00001.warc.gz", 1),
    ]
    assert [entry.part for entry in versions(folder, {"https://kabaruji.id/berseri/2/"})] == [2]
    assert [entry.url for entry in versions(folder, {"http://uji.localhost/x"})] == ["http://uji.localhost:8765/x"]
    assert versions(folder, {"https://kabaruji.id/tidak-ada/"}) == []


def test_lines_are_found_by_halving_wherever_they_stand(tmp_path: Path) -> None:
    keys = [f"id,kabar)/{number:03d}" for number in range(0, 200, 2)]
    path = tmp_path / "x.cdxj"
    path.write_text("".join(f"{key} 2026 {{}}{'x' * (number % 7) * 40}\n" for number, key in enumerate(keys)))
    for number in range(-1, 201):
        key = f"id,kabar)/{number:03d}" if number >= 0 else "a"
        assert [line.split(" ")[0] for line in lines_of(path, key + " ")] == ([key] if key in keys else [])
    assert len(list(lines_of(path, "id,kabar)/1"))) == 50
    assert list(lines_of(path, "zz")) == []
    (tmp_path / "empty.cdxj").write_text("")
    assert list(lines_of(tmp_path / "empty.cdxj", "id")) == []


# Made with the package surt 0.3.1, by which pywb makes its keys.
SURT = {
    "https://www.kabaruji.id/Berita-A/": "id,kabaruji)/berita-a",
    "https://kabaruji.id": "id,kabaruji)/",
    "http://kupang.localhost:8765/a/b/?x=1&A=2": "localhost,kupang:8765)/a/b?a=2&x=1",
    "https://detik.com:443/bali/d-123/x?single=1": "com,detik)/bali/d-123/x?single=1",
    "https://m.kabar.co.id/a%20b/c%C3%A9": "id,co,kabar,m)/a%20b/c%c3%a9",
    "https://kabar.id/a?b=ü": "id,kabar)/a?b=%c3%bc",
    "https://kabar.id/a//b/../c": "id,kabar)/a/c",
    "https://kabar.id/?p=123": "id,kabar)/?p=123",
    "https://kabar.id/a?": "id,kabar)/a",
    "https://kabar.id/a?b&c=": "id,kabar)/a?b&c=",
    "http://127.0.0.1:80/x/y.html": "1,0,0,127)/x/y.html",
    "https://kabar.id/baca/'x'(1)*!,;": "id,kabar)/baca/'x'(1)*!,;",
    "https://kabar.id/A/B?Q=Z+Z&a=%2F%2f": "id,kabar)/a/b?a=//&q=z+z",
    "https://kabar.id/a?utm_source=x&b=1#frag": "id,kabar)/a?b=1&utm_source=x",
    "https://kabar.id/a%2520b": "id,kabar)/a%20b",
    "https://kabar.id/a%ffb": "id,kabar)/a%ffb",
    "https://kabar.id/a%23b?x=%26y": "id,kabar)/a%23b?x=&y",
}


@pytest.mark.parametrize("url", SURT)
def test_keys_are_those_of_surt(url: str) -> None:
    assert surt_key(url) == SURT[url]


def test_what_is_no_address_is_its_own_key() -> None:
    assert surt_key("http://[kabar/ x") == "http://[kabar/%20x"
