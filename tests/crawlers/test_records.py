"""Records as bytes: what warcio, which had no part in writing them, reads in them."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.archive.records import fields_block, http_head, new_record_id, packed_record

DATE = "2026-10-15T01:02:03.456Z"


def read(record: bytes) -> tuple[dict[str, str], list[tuple[str, str]], bytes]:
    """WARC headers, HTTP headers and content as warcio finds them; it compares both digests with the bytes."""
    found = next(iter(ArchiveIterator(BytesIO(record), check_digests="raise")))
    content = found.content_stream().read()
    http = found.http_headers.headers if found.http_headers else []
    return dict(found.rec_headers.headers), http, content


def test_warcio_reads_a_response_and_finds_both_digests_right() -> None:
    body = "<p>Rapat di Sikka — “tertib”</p>".encode() * 500
    head = http_head("HTTP/1.1 200", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    about = [("Jejak-Title-Hint", "Bupati\nSikka — “hadir”")]
    record = packed_record(
        "response",
        record_id=new_record_id(),
        date=DATE,
        url="https://kabaruji.id/a?b=ü",
        headers=about,
        head=head,
        payload=body,
    )
    headers, http, content = read(record)
    assert content == body
    assert http[0] == ("Content-Type", "text/html")
    assert headers["WARC-Target-URI"] == "https://kabaruji.id/a?b=ü"
    assert headers["WARC-Date"] == DATE
    assert headers["Jejak-Title-Hint"] == "Bupati Sikka — “hadir”"


@pytest.mark.parametrize("kind", ["metadata", "warcinfo"])
def test_warcio_reads_records_that_are_no_http_messages(kind: str) -> None:
    record = packed_record(
        kind, record_id=new_record_id(), date=DATE, payload=fields_block([("software", "Jejak\r\nx")])
    )
    headers, http, content = read(record)
    assert headers["WARC-Type"] == kind
    assert not http
    assert content == b"software: Jejak x\r\n"


def test_warcio_notices_a_byte_that_was_changed_afterwards() -> None:
    head = http_head("HTTP/1.1 200", [])
    record = packed_record(
        "response", record_id=new_record_id(), date=DATE, url="https://a.id/", head=head, payload=b"5 korban"
    )
    assert read(record)[2] == b"5 korban"
    with pytest.raises(ArchiveLoadFailed, match="digest"):
        read(gzip.compress(gzip.decompress(record).replace(b"5 korban", b"9 korban")))


def test_header_values_keep_their_bytes_and_cannot_end_the_head() -> None:
    head = http_head("HTTP/1.1 200", [("X", "caf\xe9"), ("Y", "a\r\nZ: b")])
    assert head == b"HTTP/1.1 200\r\nX: caf\xe9\r\nY: a Z: b\r\n\r\n"
