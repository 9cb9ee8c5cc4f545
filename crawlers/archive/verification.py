"""Whether the archive is what it was when it was written: digests of every record, and the index against the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from ..pages import ENTRY_FIELDS, PageEntry
from .cdxj import entry_of_line, index_path
from .members import members
from .mending import UNREADABLE, entry_of_record
from .open_files import OPEN

ADVICE = {
    "damaged": "restore the file from a copy; pages before and behind the place can be read",
    "truncated": "restore the file from a copy; pages before its end can be read",
    "altered": "restore the file from a copy; do not cite this record",
    "no_digest": "the record cannot be checked; its page can where the index has its SHA-256",
    "no_index": "`jejak extract` makes the index anew",
    "index_line": "delete the .cdxj file; the next `jejak extract` makes it anew",
    "not_in_index": "delete the .cdxj file; the next `jejak extract` makes it anew",
    "not_in_file": "if the file was cut, restore it from a copy; else delete the .cdxj file",
    "differs": "if the file was exchanged, restore it from a copy; else delete the .cdxj file",
    "missing_file": "restore the WARC file from a copy; without it the pages of this index are lost",
    "too_large": "the record is larger than any page of ours; see who wrote to the archive",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        kind: a key of ``ADVICE``.
        offset: byte of the file, or None where it is about the file.
        url: address of the page, or an empty string.
        detail: what is wrong, as a sentence.
    """

    kind: str
    detail: str
    offset: int | None = None
    url: str = ""

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.kind]


@dataclass(slots=True)
class FileReport:
    """What was found in one WARC file.

    Attributes:
        warc_name: its name.
        size: its bytes.
        records: whole records in it.
        pages: pages of ours in it.
        is_open: it is being written, or waits to be mended: its end is not judged, nor its index.
        findings: what is wrong with it.
    """

    warc_name: str
    size: int = 0
    records: int = 0
    pages: int = 0
    is_open: bool = False
    findings: list[Finding] = field(default_factory=list)


def verify(folder: Path) -> Iterator[FileReport]:
    """Check the files of an archive one after another; nothing is changed.

    Args:
        folder: the archive folder.
    """
    names = {path.name.removesuffix(OPEN) for path in folder.glob("*.warc.gz*")}
    names |= {path.name.removesuffix(".cdxj") + ".warc.gz" for path in folder.glob("*.cdxj")}
    for name in sorted(name for name in names if name.endswith(".warc.gz")):
        yield _verify_file(folder, name)


def _verify_file(folder: Path, name: str) -> FileReport:
    report = FileReport(name)
    path = folder / name
    if not path.exists() and (opened := path.with_name(name + OPEN)).exists():
        path, report.is_open = opened, True
    if not path.exists():
        report.findings.append(Finding("missing_file", f"there is {index_path(folder, name).name}, but no {name}"))
        return report
    report.size = path.stat().st_size
    found = _pages_of(path, report)
    if not report.is_open:
        _compare_with_index(folder, report, found)
    report.findings.sort(key=lambda finding: finding.offset or 0)
    return report


def _pages_of(path: Path, report: FileReport) -> dict[int, PageEntry]:
    """The pages that stand in a file, by offset; problems of its records go into the report."""
    found: dict[int, PageEntry] = {}
    with path.open("rb") as file:
        for member in members(file):
            if member.problem == "truncated" and report.is_open:
                break
            if member.problem is not None:
                detail = f"bytes {member.offset} to {member.end} of {path.name} are {member.problem.replace('_', ' ')}"
                report.findings.append(Finding(member.problem, detail, member.offset))
                continue
            report.records += 1
            entry = _check_record(member.content, member.offset, member.end, report)
            if entry is not None:
                found[member.offset] = entry
    report.pages = len(found)
    return found


def _check_record(content: bytes, offset: int, end: int, report: FileReport) -> PageEntry | None:
    """The page of a record, if it is one; a wrong digest goes into the report."""
    try:
        iterator = ArchiveIterator(BytesIO(content), check_digests=True)
        record = next(iter(iterator))
        body = record.raw_stream.read()
    except UNREADABLE as error:
        report.findings.append(Finding("damaged", f"no WARC record at byte {offset}: {error}", offset))
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    passed, problems = record.digest_checker.passed, list(record.digest_checker.problems)
    sha256 = record.rec_headers.get_header("Jejak-Payload-Sha256")
    if record.rec_type == "response" and sha256 and hashlib.sha256(body).hexdigest() != sha256:
        problems.append("the page does not have the SHA-256 of its record")
    if problems:
        detail = f"the {record.rec_type} record at byte {offset} was altered: {'; '.join(map(str, problems))}"
        report.findings.append(Finding("altered", detail, offset, url))
    elif passed is None:
        detail = f"the {record.rec_type} record at byte {offset} names no digest"
        report.findings.append(Finding("no_digest", detail, offset, url))
    return entry_of_record(record, report.warc_name, offset, end - offset)


def _compare_with_index(folder: Path, report: FileReport, found: dict[int, PageEntry]) -> None:
    index = index_path(folder, report.warc_name)
    if not index.exists():
        if found:
            report.findings.append(Finding("no_index", f"{index.name} is missing"))
        return
    indexed: dict[int, PageEntry] = {}
    for number, line in enumerate(index.read_text("utf-8", "replace").split("\n"), start=1):
        entry = entry_of_line(line)
        if entry is not None:
            indexed[entry.offset] = entry
        elif line.strip():
            detail = f"line {number} of {index.name} is no line of ours: {line[:80]}"
            report.findings.append(Finding("index_line", detail))
    damaged = {finding.offset for finding in report.findings if finding.kind in ("damaged", "truncated")}
    for offset, entry in found.items():
        if offset not in indexed:
            detail = f"{index.name} does not name the page at byte {offset}"
            report.findings.append(Finding("not_in_index", detail, offset, entry.url))
        elif different := _difference(entry, indexed[offset]):
            detail = f"{index.name} says of the page at byte {offset} another {different} than its record"
            report.findings.append(Finding("differs", detail, offset, entry.url))
    for offset, entry in indexed.items():
        if offset not in found and offset not in damaged:
            detail = f"{index.name} names a page at byte {offset}, where none begins"
            report.findings.append(Finding("not_in_file", detail, offset, entry.url))


def _difference(record: PageEntry, line: PageEntry) -> str:
    """Which values a record and its index line give differently."""
    # A header cannot hold control characters, and has no blanks around it; an index line may.
    names = [name for name in ENTRY_FIELDS if name not in ("warc_name", "title_hint")]
    return ", ".join(name for name in names if (getattr(record, name) or None) != (getattr(line, name) or None))
