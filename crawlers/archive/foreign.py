"""WARC and ARC files that others wrote, read record by record with limits, whatever they hold.

Three shapes are read: gzip with a member a record (Common Crawl, Heritrix, wget), from any byte on and with what is
broken stepped over; one gzip stream with all records; and plain files. The latter two end at the first byte that is no
record.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from warcio.archiveiterator import ArchiveIterator

from ..fetching.decompression import UnpackError, dechunked, unpacked
from ..fetching.fetcher import MAX_BODY
from ..pages import utc_text
from .members import MAGIC, members

MAX_RECORD = 32 * 1024 * 1024
"""Bytes of a page as it travelled, in the record."""
RECORDS_BETWEEN_SIGNS = 500
SNIFFED = 1 << 20
"""Bytes of a file by which its shape is told."""
_ZSTD = b"\x28\xb5\x2f\xfd"
_HEAD = re.compile(rb"(?:WARC/[\d.]+\r?\n)(.{0,65536}?)\r?\n\r?\n", re.DOTALL)
_TYPE = re.compile(rb"^WARC-Type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
_URL = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\r\n>]*)", re.IGNORECASE | re.MULTILINE)


class ForeignFileError(Exception):
    """A file that cannot be read at all; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as another's archive keeps it.

    Attributes:
        offset: byte of the file at which its record begins; in a single gzip stream, of the unpacked content.
        url: address.
        captured_at: ISO 8601 UTC, with ``Z``.
        status: HTTP status.
        headers: of the answer.
        mime: media type without parameters.
        charset: as declared, or None.
        body: decoded.
        record_id: id the other archive gave it, or an empty string.
        ip_address: of the host, or None.
    """

    offset: int
    url: str
    captured_at: str
    status: int
    headers: list[tuple[str, str]]
    mime: str
    charset: str | None
    body: bytes
    record_id: str
    ip_address: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A record, or a stretch of the file, that cannot be used; ``kind`` is that of the issue."""

    offset: int
    kind: str
    detail: str
    url: str = ""


class ForeignFile:
    """Reads one file.

    Args:
        path: the file.
        is_wanted: whether pages of an address are of interest; the others are not unpacked.

    Attributes:
        records: how many records were read so far.
        position: byte of the file behind the last record read; reading can begin again there if ``is_resumable``.
        is_resumable: whether the file has a gzip member a record.

    Raises:
        ForeignFileError: if it cannot be opened, or is no such file.
    """

    def __init__(self, path: Path, is_wanted: Callable[[str], bool]) -> None:
        self.path, self.is_wanted = path, is_wanted
        self.records = self.position = 0
        try:
            with path.open("rb") as file:
                begin = file.read(SNIFFED)
        except OSError as error:
            raise ForeignFileError(f"cannot read {path}: {error.strerror or error}; name a WARC or ARC file") from error
        if begin.startswith(_ZSTD):
            raise ForeignFileError(f"{path} is compressed with zstd; unpack it first: zstd -d {path.name}")
        self.is_gzip = begin.startswith(MAGIC)
        if begin and not self.is_gzip and not begin.startswith((b"WARC/", b"filedesc:", b"http")):
            raise ForeignFileError(f"{path} is no WARC or ARC file: it begins with {begin[:16]!r}")
        self.is_resumable = self.is_gzip and _is_one_record(begin)

    def read(self, start: int = 0) -> Iterator[Capture | Fault | None]:
        """Every wanted page with status 200 that is HTML, and every fault; now and then None, as a sign of life.

        Args:
            start: a ``position`` of an earlier reading; only where the file is resumable.
        """
        return self._members(start) if self.is_resumable else self._stream()

    def _members(self, start: int) -> Iterator[Capture | Fault | None]:
        passed = 0
        with self.path.open("rb") as file:
            for member in members(file, start):
                if member.problem is not None:
                    where = f"bytes {member.offset} to {member.end}"
                    yield Fault(member.offset, f"record_{member.problem}", f"{where} are {member.problem}")
                elif self._is_of_interest(member.content):
                    yield from self._records(BytesIO(member.content), member.offset, is_alone=True)
                else:
                    self.records += 1
                self.position = member.end
                passed += 1
                if passed % RECORDS_BETWEEN_SIGNS == 0:
                    yield None

    def _stream(self) -> Iterator[Capture | Fault]:
        with self.path.open("rb") as file:
            if not self.is_gzip:
                yield from self._records(file, None)
                return
            with closing(gzip.GzipFile(fileobj=file)) as unpacking:
                yield from self._records(cast("IO[bytes]", unpacking), None, packed=file)

    def _is_of_interest(self, content: bytes) -> bool:
        """Whether a record may be a wanted page: a look at its head, which costs far less than reading it."""
        head = _HEAD.match(content)
        if head is None:
            return bool(content.strip())
        kind, url = _TYPE.search(head[1]), _URL.search(head[1])
        if kind is None or url is None:
            return False
        return kind[1].lower() == b"response" and self.is_wanted(url[1].decode("utf-8", "replace"))

    def _records(
        self, file: IO[bytes], offset: int | None, *, is_alone: bool = False, packed: IO[bytes] | None = None
    ) -> Iterator[Capture | Fault]:
        """The records of a stream; its place in the file is ``offset`` or, without one, what the stream says."""
        iterator = ArchiveIterator(file, arc2warc=True)
        place = offset or 0
        try:
            for record in iterator:
                self.records += 1
                found = self._capture(record, iterator.offset if offset is None else offset)
                if found is not None:
                    place = found.offset
                    yield found
                if not is_alone:
                    self.position = (packed or file).tell()
        except Exception as error:  # on broken records warcio raises whatever happens to it
            yield Fault(place, "record_damaged", f"behind byte {place} there is no whole record: {error}"[:300])

    def _capture(self, record: Any, offset: int) -> Capture | Fault | None:
        if record.rec_type != "response" or record.http_headers is None:
            return None
        url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
        http = record.http_headers
        if not self.is_wanted(url) or http.get_statuscode() != "200":
            return None
        content_type = http.get_header("Content-Type") or ""
        mime = content_type.split(";")[0].strip().lower()
        if mime and "html" not in mime:
            return None
        if record.rec_headers.get_header("WARC-Truncated"):
            return Fault(offset, "truncated", "the other archive cut the page off", url)
        raw = record.raw_stream.read(MAX_RECORD + 1)
        if len(raw) > MAX_RECORD:
            return Fault(offset, "too_large", f"the record is larger than {MAX_RECORD >> 20} MB", url)
        if len(raw) < record.payload_length:
            return Fault(offset, "record_truncated", f"the file ends in the record at byte {offset}", url)
        try:
            body = _body(raw, http)
            captured_at = _utc(record.rec_headers.get_header("WARC-Date") or "")
        except UnpackError as error:
            return Fault(offset, error.kind, error.detail, url)
        except ValueError:
            return Fault(offset, "date", "the record does not say when the page was fetched", url)
        charset = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", content_type, re.IGNORECASE)
        return Capture(
            offset=offset,
            url=url.strip().strip("<>"),
            captured_at=captured_at,
            status=200,
            headers=[(str(name), str(value)) for name, value in http.headers],
            mime=mime or "text/html",
            charset=charset.group(1) if charset else None,
            body=body,
            record_id=record.rec_headers.get_header("WARC-Record-ID") or "",
            ip_address=record.rec_headers.get_header("WARC-IP-Address"),
        )


def _is_one_record(begin: bytes) -> bool:
    """Whether the first gzip member of a file is a record alone, and not the first of many in one stream."""
    try:
        content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(begin, 4 * SNIFFED)
    except zlib.error:
        return True
    length = re.search(rb"^Content-Length:[ \t]*(\d+)", content[:65536], re.IGNORECASE | re.MULTILINE)
    head = _HEAD.match(content)
    if head is None or length is None:
        # An ARC file: its first record ends the member, or the next one follows behind an empty line.
        return not re.search(rb"\n\n?https?://\S+ [\d.:a-f]+ \d{14} \S+ \d+\n", content)
    return not content[head.end() + int(length[1]) :].strip()


def _body(raw: bytes, http: Any) -> bytes:
    """The page as it was before it was packed for its journey.

    Raises:
        UnpackError: if it cannot be unpacked, or is too large.
    """
    if "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        raw = dechunked(raw)
    body = unpacked(raw, http.get_header("Content-Encoding") or "", MAX_BODY)
    if len(body) > MAX_BODY:
        raise UnpackError("too_large", f"the page is larger than {MAX_BODY >> 20} MB")
    return body


def _utc(text: str) -> str:
    """A WARC date as ISO 8601 UTC with milliseconds.

    Raises:
        ValueError: if it is none.
    """
    moment = datetime.fromisoformat(text.strip())
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
