"""`jejak import`: WARC files that wget and warcio wrote, taken the whole way into the warehouse."""

from __future__ import annotations

import gzip
import http.client
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import load_sites
from flows.command_line import app
from flows.options import OptionError

Import = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    path = tmp_path_factory.mktemp("newsroom") / "outlets.toml"
    with Newsroom(port=0, registry_path=path) as served:
        yield served


@pytest.fixture(scope="module")
def addresses(newsroom: Newsroom) -> list[str]:
    """Where the newsroom's first articles stand."""
    sites = load_sites()
    found = []
    for article in newsroom.articles():
        parsed = urlsplit(article.canonical_url(sites[article.outlet]))
        found.append(f"http://{parsed.hostname}:{newsroom.port}{parsed.path}")
    return sorted(found)[:24]


@pytest.fixture
def data(newsroom: Newsroom, tmp_path: Path) -> Path:
    (tmp_path / "data" / "demo").mkdir(parents=True)
    shutil.copy(newsroom.registry_path, tmp_path / "data" / "demo" / "outlets.toml")
    return tmp_path / "data"


@pytest.fixture
def take(data: Path) -> Import:
    """Runs the command and gives what it prints as JSON."""

    def command(*words: str | Path) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["import", *map(str, words), "--demo", "--data", str(data), "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return command


def get(port: int, url: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """An answer of the newsroom, whose host names the system's resolver does not know."""
    parsed = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", parsed.path or "/", headers={"Host": parsed.netloc, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    found = answer.status, answer.getheaders(), answer.read()
    connection.close()
    return found


@pytest.fixture
def proxy(newsroom: Newsroom) -> Iterator[str]:
    """A proxy through which wget reaches the newsroom's hosts."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = get(newsroom.port, self.path)
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("transfer-encoding", "server", "date"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def cc_news(path: Path, newsroom: Newsroom, urls: list[str]) -> Path:
    """A file as Common Crawl News has them: request and response, decoded, the old encoding under another name."""
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.0")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "StormCrawler/2.1", "format": "1.0"}))
        for number, url in enumerate(urls):
            status, headers, body = get(newsroom.port, url)
            if ("Content-Encoding", "gzip") in headers:
                body = gzip.decompress(body)
            kept = [
                (f"X-Crawl-{name}" if name.lower() in ("content-encoding", "content-length") else name, value)
                for name, value in headers
            ]
            at = datetime(2026, 10, 20, 1, number % 60, tzinfo=UTC).isoformat().replace("+00:00", "Z")
            response = writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders(f"{status} OK", kept, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": at, "WARC-IP-Address": "127.0.0.1"},
            )
            request = writer.create_warc_record(
                url, "request", http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            )
            writer.write_request_response_pair(request, response)
    return path


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not here")
def test_what_wget_archived_comes_in(
    newsroom: Newsroom, addresses: list[str], proxy: str, take: Import, tmp_path: Path
) -> None:
    (tmp_path / "urls.txt").write_text("\n".join(addresses))
    subprocess.run(
        ["wget", "-q", "--warc-file=oleh-wget", "--header=Accept-Encoding: gzip", "-i", "urls.txt", "-O", "/dev/null"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "http_proxy": proxy, "no_proxy": ""},
        timeout=120,
        check=False,  # 8 says that a page was refused, which the newsroom does now and then
    )
    told = take(tmp_path / "oleh-wget.warc.gz")
    outcome = told["outcome"]
    assert isinstance(outcome, dict)
    assert outcome["new"] >= len(addresses) * 3 // 4
    assert told["records"] > 2 * len(addresses)
    assert take(tmp_path / "oleh-wget.warc.gz")["files_known"] == 1


@pytest.mark.slow
def test_a_file_in_the_style_of_common_crawl_goes_the_whole_way(
    newsroom: Newsroom, addresses: list[str], take: Import, data: Path, tmp_path: Path
) -> None:
    told = take(cc_news(tmp_path / "CC-NEWS-20261020.warc.gz", newsroom, addresses[:12]))
    outcome = told["outcome"]
    assert isinstance(outcome, dict)
    kept = outcome["new"]
    assert kept >= 9
    for command in ("extract", "load"):
        done = CliRunner().invoke(app, [command, "--demo", "--data", str(data), "--json"])
        assert done.exit_code == 0, done.output
    con = duckdb.connect(str(data / "demo" / "jejak.duckdb"), read_only=True)
    try:
        rows = con.execute("SELECT count(*), min(fetched_at), max(fetched_at) FROM pipeline.extractions").fetchall()
        crawls = con.execute("SELECT crawl_id, new_count FROM pipeline.crawls").fetchall()
        articles = con.execute("SELECT count(*) FROM articles").fetchall()
    finally:
        con.close()
    assert crawls == [(told["crawl_id"], kept)]
    # Pages of an article in parts are one row.
    assert kept * 3 // 4 <= rows[0][0] <= kept
    assert articles[0][0] == rows[0][0]
    assert all(at.date().isoformat() == "2026-10-20" for at in rows[0][1:])


def test_speed_and_counts_are_shown(newsroom: Newsroom, addresses: list[str], data: Path, tmp_path: Path) -> None:
    path = cc_news(tmp_path / "x.warc.gz", newsroom, addresses[:3])
    done = CliRunner(env={"COLUMNS": "120"}).invoke(app, ["import", str(path), "--demo", "--data", str(data)])
    assert done.exit_code == 0, done.output
    assert "records/s" in done.stdout
    assert "MB/s" in done.stdout


def test_a_missing_file_or_a_wrong_day_is_named(data: Path, tmp_path: Path) -> None:
    words = ["import", str(tmp_path / "tidak-ada.warc.gz"), "--demo", "--data", str(data)]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, OptionError)
    assert "tidak-ada.warc.gz" in str(done.exception)
    assert "is not a day" in str(CliRunner().invoke(app, [*words, "--since", "kemarin"]).exception)
    (tmp_path / "bukan.warc.gz").write_bytes(b"<html>")
    words[1] = str(tmp_path / "bukan.warc.gz")
    assert CliRunner().invoke(app, words).exit_code == 1
