"""Answers that break HTTP, do not end, unpack to gigabytes or lie, beside pages that must be read all the same."""

from __future__ import annotations

import gzip
import json
import socketserver
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from backports import zstd

from crawlers.archive import entries
from crawlers.fetching.decompression import MAX_MEMBERS, gunzip
from crawlers.fetching.pace import MAX_REST
from crawlers.fetching.politeness import waiting_seconds
from crawlers.job import CrawlJob

SECONDS = 1.5
"""Time a whole answer may take in these tests."""
GOOD = b"<html><body><p>" + b"Gugus tugas rapat di Kupang. " * 20 + b"</p></body></html>"
BOMB = b"<p>" + b"0" * 60_000_000


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def deflated() -> bytes:
    return zlib.compress(BOMB)


ANSWERS: dict[str, Callable[[], bytes]] = {
    "aa-baik": lambda: answer(GOOD),
    "zz-baik": lambda: answer(GOOD),
    "gzip-utuh": lambda: answer(gzip.compress(GOOD), "Content-Encoding: gzip"),
    "br-utuh": lambda: answer(brotli.compress(GOOD), "Content-Encoding: br"),
    "zstd-utuh": lambda: answer(zstd.compress(GOOD), "Content-Encoding: zstd"),
    "sandi-huruf": lambda: answer(GOOD, "Content-Encoding: UTF-8"),
    "tanpa-titik-dua": lambda: answer(GOOD, "baris tanpa titik dua"),
    "gzip-bom": lambda: answer(gzip.compress(BOMB), "Content-Encoding: gzip"),
    "br-bom": lambda: answer(brotli.compress(BOMB, quality=5), "Content-Encoding: br"),
    "zstd-bom": lambda: answer(zstd.compress(BOMB), "Content-Encoding: zstd"),
    "deflate-bom": lambda: answer(deflated(), "Content-Encoding: deflate"),
    "berlapis": lambda: answer(gzip.compress(gzip.compress(gzip.compress(GOOD))), "Content-Encoding: " + "gzip, " * 40),
    "bohong-gzip": lambda: answer(GOOD, "Content-Encoding: gzip"),
    "bohong-br": lambda: answer(GOOD, "Content-Encoding: br"),
    "bohong-zstd": lambda: answer(GOOD, "Content-Encoding: zstd"),
    "asing": lambda: answer(bytes(range(1, 60)) * 40, "Content-Encoding: x-rahasia"),
    "besar-bohong": lambda: answer(GOOD, "Content-Length: 99999999999999"),
    "panjang-negatif": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + GOOD,
    "kurang": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + GOOD,
    "bukan-http": lambda: b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "diam": lambda: b"",
    "status-aneh": lambda: b"HTTP/1.1 abc OK\r\n\r\n",
    "potongan-rusak": lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "pindah-rusak": lambda: answer(b"", "Location: http://[", status="302 Found"),
    "pindah-berkas": lambda: answer(b"", "Location: file:///etc/passwd", status="302 Found"),
    "pindah-lingkar": lambda: answer(b"", "Location: /read/pindah-lingkar", status="302 Found"),
    "pindah-naskah": lambda: answer(b"", "Location: javascript:alert(1)", status="301 Moved"),
    "tantangan": lambda: answer(b"<title>Just a moment...</title>", status="403 Forbidden"),
}
STREAMS = ("kepala-banjir", "kepala-satu", "info-banjir", "lambat", "tetes-kepala")
EXPECTED = {
    "gzip-bom": "too_large", "br-bom": "too_large", "zstd-bom": "too_large", "deflate-bom": "too_large",
    "berlapis": "bad_encoding", "bohong-gzip": "bad_encoding", "bohong-br": "bad_encoding",
    "bohong-zstd": "bad_encoding", "asing": "bad_encoding", "besar-bohong": "connection",
    "panjang-negatif": "connection", "kurang": "connection", "bukan-http": "connection", "diam": "connection",
    "status-aneh": "connection", "potongan-rusak": "connection", "pindah-rusak": "connection",
    "pindah-berkas": "http_error", "pindah-lingkar": "redirect_loop", "pindah-naskah": "connection",
    "tantangan": "challenge", "kepala-banjir": "too_large", "kepala-satu": "connection", "info-banjir": "too_large",
    "lambat": "timeout", "tetes-kepala": "timeout",
}  # fmt: skip
KEPT = {"aa-baik", "zz-baik", "gzip-utuh", "br-utuh", "zstd-utuh", "sandi-huruf", "tanpa-titik-dua"}


class Rubbish(socketserver.StreamRequestHandler):
    """Answers one request of a connection with whatever its path asks for, and closes."""

    def handle(self) -> None:
        line = self.rfile.readline(4096).decode("latin-1")
        while self.rfile.readline(4096).strip():
            pass
        path = line.split(" ")[1] if line.count(" ") > 1 else ""
        name = path.removeprefix("/read/")
        try:
            if path == "/sitemap.xml":
                self.wfile.write(answer(self.sitemap(), "Connection: close"))
            elif name in STREAMS:
                getattr(self, name.replace("-", "_"))()
            elif name in ANSWERS:
                self.wfile.write(ANSWERS[name]())
            else:
                self.wfile.write(answer(b"404", "Connection: close", status="404 Not Found"))
        except (BrokenPipeError, ConnectionResetError):
            return

    def sitemap(self) -> bytes:
        assert isinstance(self.server, socketserver.TCPServer)
        port = self.server.server_address[1]
        urls = (f"<url><loc>http://uji.localhost:{port}/read/{name}</loc></url>" for name in (*ANSWERS, *STREAMS))
        return f"<urlset>{''.join(urls)}</urlset>".encode()

    def kepala_banjir(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-Isi: 0123456789abcdef\r\n" * 500)

    def kepala_satu(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Isi: ")
        while True:
            self.wfile.write(b"0123456789abcdef" * 500)

    def info_banjir(self) -> None:
        while True:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)

    def lambat(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self.wfile.write(b"4\r\nkata\r\n")
            time.sleep(0.2)

    def tetes_kepala(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-Isi: 1\r\n")
            time.sleep(0.2)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def port() -> Iterator[int]:
    server = Server(("127.0.0.1", 0), Rubbish)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def crawl(job: CrawlJob, folder: Path) -> None:
    """A crawl in a process of its own, in which answers may take only ``SECONDS`` and hosts may fail without end."""
    path = folder / "job.json"
    path.write_text(json.dumps(job.to_json()), "utf-8")
    code = (
        "import sys, resource, crawlers.spider, crawlers.reading\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        f"crawlers.spider.RESPONSE_SECONDS, crawlers.reading.MAX_FAILURES = {SECONDS}, 1000\n"
        "from crawlers.__main__ import main\n"
        "sys.exit(main([sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_rubbish_of_every_kind_is_recorded_and_the_good_pages_beside_it_are_kept(port: int, tmp_path: Path) -> None:
    registry = tmp_path / "outlets.toml"
    registry.write_text(
        f'[[outlets]]\noutlet_id = "uji"\nname = "Uji"\ndomain = "uji.localhost"\nfamily = "custom"\n'
        f'base_url = "http://uji.localhost:{port}"\narticle_pattern = "http://uji.localhost/read/"\n'
    )
    job = CrawlJob(tmp_path / "data", registry, allow_private=True, delay_seconds=0.0)
    crawl(job, tmp_path)
    lines = next((tmp_path / "data" / "issues").glob("*.jsonl")).read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert {record["url"].rsplit("/", 1)[1]: record["kind"] for record in records} == EXPECTED
    assert all(record["detail"] for record in records)
    assert {entry.url.rsplit("/", 1)[1] for entry in entries(tmp_path / "data" / "archive")} == KEPT


NOW = datetime(2026, 10, 15, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0), (" 0 ", 0.0), ("9" * 18, MAX_REST),
        ("Thu, 15 Oct 2026 02:01:30 GMT", 90.0), ("Thu, 15 Oct 2026 09:01:30 +0700", 90.0),
        ("Thu, 15 Oct 2020 02:00:00 GMT", 0.0), ("Fri, 15 Oct 2077 02:00:00 GMT", MAX_REST),
        ("9" * 400, None), ("-5", None), ("1e9", None), ("1.5", None), ("inf", None), ("nan", None), ("٣", None),
        ("²", None), ("besok", None), ("", None), (None, None), ("Thu, 99 Oct 2026 02:01:30 GMT", None),
        ("x" * 90_000, None),
    ],
)  # fmt: skip
def test_how_long_a_host_asks_to_wait(text: str | None, seconds: float | None) -> None:
    assert waiting_seconds(text, NOW) == seconds


def test_very_many_gzip_files_one_behind_the_other_are_left_to_the_slow_way() -> None:
    assert gunzip(gzip.compress(b"x") * MAX_MEMBERS, 10_000) == b"x" * MAX_MEMBERS
    assert gunzip(gzip.compress(b"x") * 400_000, 10_000_000) is None
