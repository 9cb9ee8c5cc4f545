"""A crawl of a host that does everything wrong, in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from crawlers.archive import entries
from crawlers.archive.evidence import records_beside
from crawlers.job import CrawlJob, launch

pytestmark = pytest.mark.slow

PATHS = ("besar", "tanpa-akhir", "sibuk", "pindah", "putus", "rusak", "yang-sopan", "baik")


class Host(BaseHTTPRequestHandler):
    """The host."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[tuple[str, float]]] = []
    heard: ClassVar[dict[str, list[str]]] = {}

    def do_GET(self) -> None:
        self.asked.append((self.path, time.monotonic()))
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        self.heard[self.path] = [self.raw_requestline.decode().strip(), *headers]
        name = self.path.removeprefix("/read/")
        try:
            getattr(self, "give_" + name.strip("/").replace("-", "_").replace(".", "_"), self.give_nothing)()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in ({"Content-Type": "text/html", "Content-Length": str(len(body))} | headers).items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def give_nothing(self) -> None:
        self.answer(b"404", 404)

    def give_sitemap_xml(self) -> None:
        urls = "".join(
            f"<url><loc>http://uji.localhost:{self.server.server_port}/read/{path}</loc></url>" for path in PATHS
        )
        self.answer(f"<urlset>{urls}</urlset>".encode(), Content_Type="application/xml")

    def give_baik(self) -> None:
        self.answer(b"<html><body><p>" + b"Gugus tugas rapat di Kupang. " * 20 + b"</p></body></html>")

    def give_besar(self) -> None:
        self.answer(b"<p>x</p>" * 2_500_000)

    def give_tanpa_akhir(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    def give_sibuk(self) -> None:
        if sum(path == self.path for path, _ in self.asked) == 1:
            self.answer(b"busy", 429, Retry_After="1")
        else:
            self.give_baik()

    def give_yang_sopan(self) -> None:
        self.answer(b"busy", 503, Retry_After="3600")

    def give_pindah(self) -> None:
        self.answer(b"", 302, Location=f"http://lain.localhost:{self.server.server_port}/di-luar")

    def give_di_luar(self) -> None:
        self.give_baik()

    def give_putus(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<p>setengah")
        self.close_connection = True

    def give_rusak(self) -> None:
        self.answer(b"\x1f\x8b not gzip at all", Content_Encoding="gzip")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host(serve: Callable[[type[BaseHTTPRequestHandler]], int]) -> int:
    Host.asked.clear()
    return serve(Host)


def test_a_host_that_does_everything_wrong_costs_only_its_own_pages(host: int, tmp_path: Path) -> None:
    registry = tmp_path / "outlets.toml"
    registry.write_text(
        f'[[outlets]]\noutlet_id = "uji"\nname = "Uji"\ndomain = "uji.localhost"\nfamily = "custom"\n'
        f'base_url = "http://uji.localhost:{host}"\narticle_pattern = "http://uji.localhost/read/"\n'
    )
    *_, last = launch(CrawlJob(tmp_path / "data", registry, allow_private=True, delay_seconds=0.0))
    lines = next((tmp_path / "data" / "issues").glob("*.jsonl")).read_text("utf-8").splitlines()
    kinds: dict[str, str] = {}
    for record in map(json.loads, lines):
        name = record["url"].rsplit("/", 1)[1]
        kinds[name] = " ".join(filter(None, [kinds.get(name), record["kind"]]))
    assert kinds == {
        "besar": "too_large",
        "tanpa-akhir": "too_large",
        "pindah": "redirected_away",
        "putus": "connection",
        "rusak": "bad_encoding",
        "yang-sopan": "rate_limited outlet_stopped",
    }
    archive = tmp_path / "data" / "archive"
    kept = {entry.url.rsplit("/", 1)[1]: entry for entry in entries(archive)}
    assert kept.keys() == {"baik", "sibuk"}
    # The request record holds what the host heard, word for word.
    request, _ = records_beside(archive, kept["baik"])
    assert request.block.decode().split("\r\n")[:-2] == Host.heard["/read/baik"]
    assert any(line.startswith("User-Agent: Jejak/") for line in Host.heard["/read/baik"])
    assert request.headers["WARC-IP-Address"] == "127.0.0.1"
    assert last.totals["failed"] == 6
    busy = [moment for path, moment in Host.asked if path == "/read/sibuk"]
    assert busy[1] - busy[0] >= 1.0
