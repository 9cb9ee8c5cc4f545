"""WARC and ARC files of others: every shape they come in, every way they break."""

from __future__ import annotations

import gzip
import random
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.archive.foreign import Capture, Fault, ForeignFile, ForeignFileError
from crawlers.fetching.decompression import UnpackError, dechunked, unpacked

BODY = ("<html><body><p>Gugus tugas rapat di Kupang.</p>" + "<p>Baris lain.</p>" * 40 + "</body></html>").encode()
URL = "https://kabaruji.id/rapat-gugus-tugas/"

Add = Callable[..., None]


def record(
    body: bytes = BODY,
    url: str = URL,
    status: str = "200 OK",
    http: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=UTF-8"),),
    warc: dict[str, str] | None = None,
    kind: str = "response",
    packed: bool = True,
) -> bytes:
    """A record as another program writes it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="1.0")
    headers = {"WARC-Date": "2020-02-03T04:05:06Z", "WARC-IP-Address": "192.0.2.1"} | (warc or {})
    head = StatusAndHeaders(status, list(http), protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(url, kind, payload=BytesIO(body), length=len(body), http_headers=head,
                                  warc_headers_dict=headers)
    )  # fmt: skip
    return out.getvalue()


def info(packed: bool = True) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "Heritrix/3.4"}))
    return out.getvalue()


def read(path: Path, content: bytes, start: int = 0) -> tuple[list[Capture], list[Fault], ForeignFile]:
    path.write_bytes(content)
    source = ForeignFile(path, lambda url: "kabaruji.id" in url)
    found = list(source.read(start))
    captures = [item for item in found if isinstance(item, Capture)]
    return captures, [item for item in found if isinstance(item, Fault)], source


def test_a_page_is_read_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    first = info()
    content = first + record() + record(url="https://lain.example/x")
    (capture,), faults, source = read(tmp_path / "x.warc.gz", content)
    assert not faults
    assert capture.body == BODY
    assert (capture.url, capture.status, capture.mime, capture.charset) == (URL, 200, "text/html", "UTF-8")
    assert capture.captured_at == "2020-02-03T04:05:06.000Z"
    assert capture.offset == len(first)
    assert capture.ip_address == "192.0.2.1"
    assert capture.record_id.startswith("<urn:uuid:")
    assert (source.records, source.position) == (3, len(content))


@pytest.mark.parametrize("shape", ["plain", "one_stream", "members", "concatenated"])
def test_every_shape_of_a_file_gives_the_same_pages(tmp_path: Path, shape: str) -> None:
    plain = [info(packed=False), *(record(url=f"{URL}{number}/", packed=False) for number in range(4))]
    content = {
        "plain": b"".join(plain),
        "one_stream": gzip.compress(b"".join(plain)),
        "members": b"".join(map(gzip.compress, plain)),
        "concatenated": b"".join(map(gzip.compress, plain[:3])) + b"".join(map(gzip.compress, [plain[0], *plain[3:]])),
    }[shape]
    captures, faults, source = read(tmp_path / "x", content)
    assert [capture.url for capture in captures] == [f"{URL}{number}/" for number in range(4)]
    assert all(capture.body == BODY for capture in captures)
    assert not faults
    assert source.is_resumable is (shape in ("members", "concatenated"))


@pytest.mark.parametrize("packed", [False, True])
def test_arc_files_are_read(tmp_path: Path, packed: bool) -> None:
    version = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://x.arc 0.0.0.0 20080101000000 text/plain %d\n" % len(version) + version
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY
    page = f"{URL} 192.0.2.1 20080203040506 text/html {len(http)}\n".encode() + http
    pieces = [first + b"\n", page + b"\n", page.replace(b"gugus-tugas/", b"gugus-tugas-2/").replace(
        str(len(http)).encode(), str(len(http)).encode()) + b"\n"]  # fmt: skip
    content = b"".join(gzip.compress(piece) if packed else piece for piece in pieces)
    captures, faults, _ = read(tmp_path / "x.arc", content)
    assert not faults
    assert [(capture.captured_at, capture.body) for capture in captures] == [("2008-02-03T04:05:06.000Z", BODY)] * 2


def chunked(body: bytes) -> bytes:
    pieces = [body[place : place + 500] for place in range(0, len(body), 500)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY[:100]) + gzip.compress(BODY[100:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("br", brotli.compress(BODY)),
        ("br, gzip", gzip.compress(brotli.compress(BODY))),
        ("identity", BODY),
        ("identity", gzip.compress(BODY)),
        ("gzip", BODY),
        ("br", BODY),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
@pytest.mark.parametrize("transfer", ["chunked", ""])
def test_pages_are_unpacked_as_they_travelled(tmp_path: Path, encoding: str, body: bytes, transfer: str) -> None:
    http = [("Content-Type", "text/html"), ("Content-Encoding", encoding)]
    if transfer:
        http.append(("Transfer-Encoding", "chunked"))
        body = chunked(body)
    (capture,), faults, _ = read(tmp_path / "x.warc.gz", record(body, http=tuple(http)))
    assert not faults
    assert capture.body == BODY


def test_zstd_is_unpacked_where_its_library_is_there(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd")
    http = (("Content-Type", "text/html"), ("Content-Encoding", "zstd"))
    (capture,), _, _ = read(tmp_path / "x.warc.gz", record(zstd.compress(BODY), http=http))
    assert capture.body == BODY


def test_marks_of_chunks_that_were_taken_out_are_not_missed() -> None:
    assert dechunked(BODY) == BODY
    assert dechunked(b"abc\n" + BODY[:10]) == b"abc\n" + BODY[:10]
    with pytest.raises(UnpackError, match="breaks off"):
        dechunked(chunked(BODY)[:700])


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("too_large", record(gzip.compress(b"<p>" + b" " * 11_000_000), http=(("Content-Type", "text/html"),
                                                                          ("Content-Encoding", "gzip")))),
        ("too_large", record(b"<p>" + b" " * 11_000_000)),
        ("encoding", record(gzip.compress(BODY), http=(("Content-Type", "text/html"), ("Content-Encoding", "lzx")))),
        ("encoding", record(b"\x00\x01" * 50, http=(("Content-Type", "text/html"), ("Content-Encoding", "br")))),
        ("truncated", record(warc={"WARC-Truncated": "length"})),
        ("truncated", record(chunked(BODY)[:-300], http=(("Content-Type", "text/html"),
                                                         ("Transfer-Encoding", "chunked")))),
        ("date", record(warc={"WARC-Date": "yesterday"})),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_used_is_told_and_the_next_is_read(tmp_path: Path, kind: str, content: bytes) -> None:
    captures, faults, _ = read(tmp_path / "x.warc.gz", content + record(url=f"{URL}2/"))
    assert [(fault.kind, fault.url, fault.offset) for fault in faults] == [(kind, URL, 0)]
    assert [capture.url for capture in captures] == [f"{URL}2/"]


@pytest.mark.parametrize(
    "content",
    [
        record(status="404 Not Found"),
        record(status="301 Moved"),
        record(http=(("Content-Type", "image/png"),)),
        record(kind="revisit"),
        record(kind="resource"),
        record(url="https://kabaruji.example/"),
    ],
)
def test_what_is_no_page_of_ours_is_passed_over_in_silence(tmp_path: Path, content: bytes) -> None:
    captures, faults, source = read(tmp_path / "x.warc.gz", content)
    assert (captures, faults, source.records) == ([], [], 1)


def test_an_address_in_brackets_is_read(tmp_path: Path) -> None:
    (capture,), _, _ = read(tmp_path / "x.warc.gz", record(url=f"<{URL}>"))
    assert capture.url == URL


def test_damage_costs_only_the_records_it_stands_in(tmp_path: Path) -> None:
    records = [record(url=f"{URL}{number}/") for number in range(5)]
    broken = bytearray(records[1])
    broken[40] ^= 0xFF
    content = records[0] + bytes(broken) + records[2] + b"garbage" * 30 + records[3] + records[4][:-30]
    captures, faults, _ = read(tmp_path / "x.warc.gz", content)
    assert [capture.url[-2] for capture in captures] == ["0", "2", "3"]
    assert [fault.kind for fault in faults] == ["record_damaged", "record_damaged", "record_truncated"]


def test_a_plain_file_or_a_stream_cut_short_is_read_to_the_cut(tmp_path: Path) -> None:
    plain = b"".join(record(url=f"{URL}{number}/", packed=False) for number in range(3))
    captures, faults, _ = read(tmp_path / "x.warc", plain[:-500])
    assert len(captures) == 2
    assert [fault.kind for fault in faults] == ["record_truncated"]
    many = b"".join(record(random.Random(number).randbytes(50_000), packed=False) for number in range(20))
    captures, faults, _ = read(tmp_path / "y.warc.gz", gzip.compress(many)[:-200])
    assert 15 <= len(captures) < 20
    assert faults


def test_reading_goes_on_at_a_position_of_before(tmp_path: Path) -> None:
    records = [record(url=f"{URL}{number}/") for number in range(4)]
    captures, _, _ = read(tmp_path / "x.warc.gz", b"".join(records), start=len(records[0]) + len(records[1]))
    assert [capture.url[-2] for capture in captures] == ["2", "3"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x28\xb5\x2f\xfd xyz", "unpack it first: zstd -d x"), (b"<html>", "is no WARC or ARC file")],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ForeignFileError, match=said):
        read(tmp_path / "x", content)
    with pytest.raises(ForeignFileError, match="cannot read"):
        ForeignFile(tmp_path / "missing.warc.gz", bool)


def test_an_empty_file_has_no_pages(tmp_path: Path) -> None:
    assert read(tmp_path / "x.warc.gz", b"")[:2] == ([], [])


CLEAN = [info(), record(), record(chunked(gzip.compress(BODY)), http=(("Content-Type", "text/html"),
         ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))), record(url=f"{URL}2/")]  # fmt: skip
PLAIN = b"".join(map(gzip.decompress, CLEAN))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.sampled_from(["members", "plain", "stream"]),
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), max_size=4
    ),
    cut=st.floats(0.05, 1),
)
def test_no_file_however_broken_stops_the_reading(
    tmp_path: Path, shape: str, changes: list[tuple[float, bytes, int]], cut: float
) -> None:
    content = {"members": b"".join(CLEAN), "plain": PLAIN, "stream": gzip.compress(PLAIN)}[shape]
    for place, put, taken in changes:
        at = int(place * len(content))
        content = content[:at] + put + content[at + taken :]
    begun = time.monotonic()
    try:
        captures, _, _ = read(tmp_path / "x", content[: int(cut * len(content))])
    except ForeignFileError:
        return
    assert len(captures) <= 3
    assert time.monotonic() - begun < 10


def test_what_needs_no_unpacking_comes_back_as_it_is() -> None:
    assert unpacked(b"", "gzip", 10) == b""
    assert unpacked(b"x", "", 10) == b"x"
