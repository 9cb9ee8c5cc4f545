"""Commands on the archive: whether it is whole, and what a page said on a day."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .choices import Data, Demo, Everything, Json, Quiet, day_of
from .failure import CommandError

if TYPE_CHECKING:
    from crawlers.archive import PageEntry
    from crawlers.archive.verification import FileReport

    from ..workspace import Workspace

app = typer.Typer(help="The archive of pages as they were answered.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="WARC or ARC files, also gzipped.", metavar="FILE…")]
Address = Annotated[str, typer.Argument(help="Any address of the article.", metavar="URL")]


def register(main: typer.Typer) -> None:
    """Add the command that stands beside the group."""
    main.command("import", rich_help_panel="Run")(import_files)


def import_files(
    files: Files,
    data: Data = None,
    demo: Demo = False,
    everything: Everything = False,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only articles published on or after this day.", metavar="YYYY-MM-DD"),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Keep at most this many pages.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Read files anew that were read to their end before.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take pages of the registry's outlets from WARC files of others: Common Crawl News, Heritrix, wget."""
    from ..importing import import_warcs, speed
    from ..progress import reporting_to
    from ..workspace import workspace

    day = day_of("--since", since) if since else None
    place = workspace(data, demo)
    with reporting_to(Console(stderr=True), silent=quiet or as_json), place.locked():
        counts = import_warcs(place, files, demo=demo, everything=everything, since=day, limit=limit, again=again)
    if as_json:
        seconds = max(counts.seconds, 0.001)
        rates = {"records_per_second": counts.records / seconds, "megabytes_per_second": counts.megabytes / seconds}
        print(json.dumps(asdict(counts) | {name: round(rate, 1) for name, rate in rates.items()}))
    elif not quiet:
        table = Table("import", "", title=counts.crawl_id)
        told = asdict(counts)
        for name, value in (told | told.pop("outcome")).items():
            if name not in ("crawl_id", "outcome"):
                table.add_row(name.replace("_", " "), f"{value:,}")
        table.add_row("speed", speed(counts))
        Console().print(table)
        if counts.issues:
            Console().print(f"Problems stand in {place.issues / (counts.crawl_id + '.jsonl')}")
    if counts.files_failed:
        raise typer.Exit(1)


@app.command()
def verify(data: Data = None, demo: Demo = False, as_json: Json = False) -> None:
    """Check every record's digests, and the index against the files; exit status 1 if something is wrong."""
    from crawlers.archive.verification import verify as verify_archive

    from ..workspace import workspace

    folder = workspace(data, demo).archive
    if not folder.is_dir():
        raise CommandError(f"there is no archive at {folder}: crawl first, or name the data folder with --data")
    reports = list(verify_archive(folder))
    problems = sum(len(report.findings) for report in reports)
    if as_json:
        files = [
            asdict(report) | {"findings": [asdict(finding) | {"advice": finding.advice} for finding in report.findings]}
            for report in reports
        ]
        print(json.dumps({"archive": str(folder), "problems": problems, "files": files}, ensure_ascii=False))
    else:
        _show_reports(reports, problems)
    if problems:
        raise typer.Exit(1)


@app.command("list")
def list_versions(url: Address, data: Data = None, demo: Demo = False, as_json: Json = False) -> None:
    """List the archived versions of an article."""
    from ..workspace import workspace

    found = _versions(workspace(data, demo), url, demo)
    if as_json:
        print(json.dumps([asdict(entry) for entry in found], ensure_ascii=False))
        return
    table = Table("", "fetched at", "part", "status", "SHA-256", "file", "offset", title=escape(found[0].canonical_url))
    for number, entry in enumerate(found, start=1):
        row = (entry.fetched_at, entry.part, entry.status, entry.payload_sha256, entry.warc_name, entry.offset)
        table.add_row(str(number), *map(str, row))
    Console().print(table)


@app.command()
def show(
    url: Address,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Number in `jejak archive list`; the latest when left out.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the page's bytes to this file; - is standard output.")
    ] = None,
    data: Data = None,
    demo: Demo = False,
    as_json: Json = False,
) -> None:
    """Show what proves one version of a page: when and how it was fetched, digest, file and offset; or save it."""
    from crawlers.archive import read_page
    from crawlers.archive.evidence import records_beside

    from ..workspace import workspace

    place = workspace(data, demo)
    found = _versions(place, url, demo)
    if version is not None and version > len(found):
        raise CommandError(f"there is no version {version} of {url}: choose 1 to {len(found)} (`jejak archive list`)")
    entry = found[version - 1] if version else _latest(found)
    # Reading checks the SHA-256.
    page = read_page(place.archive, entry)
    beside = records_beside(place.archive, entry)
    if output == Path("-"):
        sys.stdout.buffer.write(page.body)
        return
    if output is not None:
        try:
            output.write_bytes(page.body)
        except OSError as error:
            raise CommandError(f"cannot write {output}: {error}; name another file") from error
    told: dict[str, Any] = asdict(entry) | {
        "bytes": len(page.body),
        "ip_address": page.ip_address,
        "answer_headers": page.headers,
        **{record.kind: record.block.decode("utf-8", "replace") for record in beside},
        "saved_to": str(output) if output else None,
    }
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    table = Table("field", "value", title=escape(entry.url))
    for name, value in told.items():
        if value in (None, "", []):
            continue
        lines = "\n".join(map(": ".join, value)) if name == "answer_headers" else str(value).strip()
        table.add_row(name.replace("_", " "), escape(lines))
    Console().print(table)


def _versions(place: Workspace, url: str, demo: bool) -> list[PageEntry]:
    from crawlers.archive import seal
    from crawlers.archive.evidence import versions
    from crawlers.identity import canonical_url

    from ..crawling import known_registry

    seal(place.archive)
    outlet = known_registry(place, demo).outlet_of(url)
    found = versions(place.archive, {url, canonical_url(url, outlet)}) if place.archive.is_dir() else []
    if not found:
        raise CommandError(
            f"no page of {url} stands in {place.archive}: see that the address is whole, "
            "and that it is this data folder (--data, --demo)"
        )
    return found


def _latest(found: list[PageEntry]) -> PageEntry:
    """The first part of the version fetched last; an article whose first part is elsewhere shows its last page."""
    return next((entry for entry in reversed(found) if entry.part == 1), found[-1])


def _show_reports(reports: list[FileReport], problems: int) -> None:
    console = Console()
    table = Table("", "file", "MB", "records", "pages", "found")
    for report in reports:
        mark = "[red]✗[/]" if report.findings else "[yellow]…[/]" if report.is_open else "[green]✓[/]"
        said = f"{len(report.findings)} problems" if report.findings else "being written" if report.is_open else "whole"
        table.add_row(mark, report.warc_name, f"{report.size / 1e6:.1f}", str(report.records), str(report.pages), said)
    console.print(table)
    if not problems:
        pages = sum(report.pages for report in reports)
        console.print(f"{len(reports)} files, {pages} pages: every digest is right, and the indexes agree.")
        return
    details = Table("file", "offset", "problem", "what to do")
    for report in reports:
        for finding in report.findings:
            offset = "" if finding.offset is None else str(finding.offset)
            address = f"\n{finding.url}" if finding.url else ""
            details.add_row(report.warc_name, offset, escape(f"{finding.detail}{address}"), finding.advice)
    console.print(details)
