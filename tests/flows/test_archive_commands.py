"""`jejak archive`: whether the archive is whole, and what a page said on a day."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawlers.archive import ArchiveWriter, Page, Sent
from flows.command_line import app
from flows.commands.failure import CommandError

OUTLET = "https://kupang.tribunnews.com"
URL = f"{OUTLET}/2026/03/04/rakor-gugus-tugas-di-kupang"


def page(body: str, at: str, url: str = URL) -> Page:
    content = body.encode()
    return Page(
        outlet_id="pos_kupang",
        crawl_id="c1",
        url=url,
        canonical_url=url,
        part=1,
        fetched_at=at,
        status=200,
        mime="text/html",
        payload_sha256=hashlib.sha256(content).hexdigest(),
        body=content,
        headers=[("Content-Type", "text/html; charset=utf-8"), ("Server", "[bold]uji[/]")],
        reason="found in a feed",
        sent=Sent("GET /2026/03/04/rakor HTTP/1.1", (("User-Agent", "Jejak/0.1 (+uji)"),)),
        ip_address="192.0.2.7",
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose archive holds an article twice, corrected, and another one."""
    with ArchiveWriter(tmp_path / "archive", "c1") as archive:
        archive.add(page("<p>lima korban</p>", "2026-03-04T01:00:00Z"))
        archive.add(page("<p>lain</p>", "2026-03-04T02:00:00Z", f"{OUTLET}/2026/03/04/berita-lain-dari-kupang"))
        archive.add(page("<p>enam korban</p>", "2026-03-06T01:00:00Z"))
    return tmp_path


def run(data: Path, *words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["archive", *words, "--data", str(data)])


def test_a_whole_archive_is_said_to_be_whole(data: Path) -> None:
    done = run(data, "verify")
    assert done.exit_code == 0, done.output
    assert "1 files, 3 pages: every digest is right, and the indexes agree." in done.stdout


def test_what_is_wrong_is_told_with_what_to_do_and_status_1(data: Path) -> None:
    path = data / "archive" / "c1-00001.warc.gz"
    path.write_bytes(path.read_bytes()[:-20])
    done = run(data, "verify")
    assert done.exit_code == 1
    assert "restore the file from a copy" in done.stdout
    told = json.loads(run(data, "verify", "--json").stdout)
    assert told["problems"] == 1
    (finding,) = told["files"][0]["findings"]
    assert finding["kind"] == "truncated"
    assert finding["offset"] > 0
    assert finding["advice"].startswith("restore")


def test_the_versions_of_an_article_are_listed(data: Path) -> None:
    found = json.loads(run(data, "list", f"{URL}?page=all&utm_source=x", "--json").stdout)
    assert [entry["fetched_at"] for entry in found] == ["2026-03-04T01:00:00Z", "2026-03-06T01:00:00Z"]
    shown = run(data, "list", URL).stdout
    assert found[0]["payload_sha256"] in shown
    assert "c1-00001.warc.gz" in shown


def test_a_version_is_shown_with_its_proof_and_saved_byte_by_byte(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "bukti.html"
    told = json.loads(run(data, "show", URL, "--version", "1", "-o", str(saved), "--json").stdout)
    assert saved.read_bytes() == b"<p>lima korban</p>"
    assert told["payload_sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert told["warc_name"] == "c1-00001.warc.gz"
    assert told["ip_address"] == "192.0.2.7"
    assert told["request"].startswith("GET /2026/03/04/rakor HTTP/1.1\r\nUser-Agent: Jejak/0.1")
    assert "Jejak-Reason: found in a feed" in told["metadata"]
    shown = run(data, "show", URL).stdout
    assert "2026-03-06T01:00:00Z" in shown
    assert "[bold]uji[/]" in shown
    assert run(data, "show", URL, "-o", "-").stdout_bytes == b"<p>enam korban</p>"


def test_an_address_a_version_or_a_folder_that_is_not_there_is_named(data: Path, tmp_path: Path) -> None:
    for words, said in (
        (("show", f"{OUTLET}/tidak-ada"), "no page of"),
        (("show", URL, "--version", "9"), "choose 1 to 2"),
        (("show", URL, "-o", str(tmp_path / "tidak" / "ada")), "cannot write"),
    ):
        done = run(data, *words)
        assert isinstance(done.exception, CommandError)
        assert said in str(done.exception)
    assert isinstance(run(tmp_path / "kosong", "verify").exception, CommandError)
