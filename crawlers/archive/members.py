"""Gzip files of many members, read member by member, with what is broken told and stepped over.

A WARC file of the usual kind is one gzip member a record. Where a member is broken, the next one is searched for, so
that damage in one place costs no more than the records that stand there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MAX_CONTENT = 64 * 1024 * 1024
"""Bytes a record may have, unpacked; a page has at most 10 MB, and what is larger is passed over."""
CHUNK = 1 << 18
MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the file, or a stretch of it that is none.

    Attributes:
        offset: first byte.
        end: the byte behind it.
        content: what it holds; empty where there is a problem.
        problem: ``damaged`` (does not unpack, or its checksum is wrong), ``truncated`` (the file ends in it),
            ``too_large`` (more than ``MAX_CONTENT`` bytes), or None.
    """

    offset: int
    end: int
    content: bytes = b""
    problem: str | None = None


def members(file: IO[bytes], start: int = 0) -> Iterator[Member]:
    """Every member from a byte on, and what lies broken between them."""
    size = file.seek(0, 2)
    position = start
    while position < size:
        found = _member(file, position, size)
        if found.problem in ("damaged", "truncated"):
            behind = _next_member(file, position + 1, size)
            # Behind a torn member there is nothing but more of it, unless another whole one follows.
            problem = "damaged" if behind < size else found.problem
            found = Member(position, behind, problem=problem)
        yield found
        position = found.end


def _member(file: IO[bytes], offset: int, size: int) -> Member:
    file.seek(offset)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    held = read = 0
    try:
        while not unpacker.eof:
            waiting = unpacker.unconsumed_tail
            if not waiting:
                waiting = file.read(CHUNK)
                if not waiting:
                    return Member(offset, size, problem="truncated")
                read += len(waiting)
            piece = unpacker.decompress(waiting, MAX_CONTENT)
            held += len(piece)
            if held <= MAX_CONTENT:
                pieces.append(piece)
            else:
                pieces.clear()
    except zlib.error:
        return Member(offset, size, problem="damaged")
    end = offset + read - len(unpacker.unused_data)
    if held > MAX_CONTENT:
        return Member(offset, end, problem="too_large")
    return Member(offset, end, b"".join(pieces))


def _next_member(file: IO[bytes], position: int, size: int) -> int:
    """The next byte at which a record begins, or the end of the file."""
    file.seek(position)
    behind = b""
    while chunk := file.read(CHUNK):
        here = position - len(behind)
        data = behind + chunk
        at = data.find(MAGIC)
        while at >= 0:
            if _begins_record(file, here + at):
                return here + at
            at = data.find(MAGIC, at + 1)
        position += len(chunk)
        behind = data[-(len(MAGIC) - 1) :]
        file.seek(position)
    return size


def _begins_record(file: IO[bytes], offset: int) -> bool:
    """Whether a gzip member with a record of a WARC or ARC file begins there; the three bytes may stand anywhere."""
    file.seek(offset)
    try:
        begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(4096), 64)
    except zlib.error:
        return False
    return begin.startswith((b"WARC/", b"http://", b"https://", b"filedesc://"))
