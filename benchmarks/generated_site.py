"""A generated news site of any size, served on loopback addresses by a process of its own.

    python -m benchmarks.generated_site [--articles N] [--hosts N] [--small] [--part-links]

Each host ``127.0.0.1``, ``127.0.0.2``, … is one outlet of the same layout: ``robots.txt`` names a sitemap index, whose
sitemaps name the articles; ``/indeks/PAGE`` lists them too. Everything follows from an article's number, so two runs
serve the same bytes. Pages are glued together from parts rendered beforehand, compressed ones too (gzip allows several
members in one body), so that the server takes little of the machine that is being measured.

All text is invented.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import zlib
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self, TextIO

LAYOUTS = 48
"""Different bodies; each article has one of them behind a head and first paragraphs of its own."""
PER_SITEMAP = 2_000
PER_INDEX_PAGE = 50
NEWEST = datetime(2026, 10, 15, 6, tzinfo=UTC)
MINUTES_APART = 20

PLACES = ("Kupang", "Ende", "Sambas", "Nunukan", "Batam", "Entikong", "Indramayu", "Malang", "Lombok Timur", "Manado")
DEEDS = (
    "Pemkot {place} Benahi Pasar Induk",
    "Warga {place} Gotong Royong Bersihkan Saluran Air",
    "Polres {place} Ungkap Kasus Perdagangan Orang",
    "Harga Beras di {place} Turun Menjelang Panen",
    "Bupati {place} Resmikan Puskesmas Baru",
    "BP3MI Cegah Keberangkatan Calon Pekerja Migran dari {place}",
    "Festival Tenun {place} Dibuka Pekan Ini",
    "Jembatan Penghubung di {place} Mulai Dibangun",
)
SENTENCES = (
    "Kepala dinas menjelaskan bahwa pekerjaan itu akan selesai sebelum akhir tahun anggaran.",
    "Warga berharap perbaikan jalan tidak berhenti di tengah musim hujan seperti tahun lalu.",
    "Menurut camat, rapat bersama para kepala desa sudah dua kali dilakukan pada bulan ini.",
    "Petugas masih mendata keluarga yang tinggal di sekitar bantaran sungai.",
    "Pedagang di pasar mengaku pembeli mulai ramai sejak awal pekan.",
    "Anggaran kegiatan tersebut berasal dari dana alokasi khusus dan bantuan provinsi.",
    "Sejumlah siswa ikut menanam pohon di halaman sekolah bersama guru mereka.",
    "Polisi mengimbau masyarakat segera melapor bila menemukan hal yang mencurigakan.",
    "Panitia menyiapkan lahan parkir di sisi timur lapangan untuk para tamu.",
    "Hasil panen tahun ini disebut lebih baik karena irigasi berjalan lancar.",
)
TOPICS = ("daerah", "ekonomi", "hukum", "budaya", "pendidikan", "olahraga", "kesehatan", "wisata", "opini", "nasional")


class Site:
    """Every answer of one outlet's host.

    Args:
        articles: how many articles it has.
        small: pages of about 3 KB in place of 50 to 140 KB.
        part_links: each page has a link with a page number, which might be a part of the article, and is not.
    """

    def __init__(self, articles: int, *, small: bool = False, part_links: bool = False) -> None:
        self.articles = articles
        chance = random.Random(20)
        tails = [_tail(chance, number, small=small, part_links=part_links).encode() for number in range(LAYOUTS)]
        self._tails = [(tail, _gzip(tail)) for tail in tails]

    def answer(self, host: str, path: str) -> tuple[str, bytes, bytes] | None:
        """Media type and body of an address, plain and (where it is worth it) compressed; None where nothing is."""
        if path.startswith("/berita/"):
            number = path[8:].split("/", 1)[0]
            return self._article(host, int(number)) if number.isdecimal() and int(number) < self.articles else None
        if path == "/robots.txt":
            return "text/plain", f"User-agent: *\nDisallow: /cari\nSitemap: http://{host}/sitemap.xml\n".encode(), b""
        if path == "/sitemap.xml":
            return "application/xml", self._sitemap_index(host), b""
        if path.startswith("/sitemap-") and path[9:-4].isdecimal() and int(path[9:-4]) * PER_SITEMAP < self.articles:
            return "application/xml", self._sitemap(host, int(path[9:-4])), b""
        if path == "/":
            return "text/html; charset=utf-8", self._index_page(host, 1), b""
        if path.startswith("/indeks/") and path[8:].isdecimal() and int(path[8:]) >= 1:
            return "text/html; charset=utf-8", self._index_page(host, int(path[8:])), b""
        return None

    def _article(self, host: str, number: int) -> tuple[str, bytes, bytes]:
        head = _head(host, number).encode()
        plain, packed = self._tails[number % LAYOUTS]
        return "text/html; charset=utf-8", head + plain, _gzip(head, level=1) + packed

    def _sitemap_index(self, host: str) -> bytes:
        rows = [
            f"<sitemap><loc>http://{host}/sitemap-{part}.xml</loc>"
            f"<lastmod>{_published(part * PER_SITEMAP).isoformat()}</lastmod></sitemap>"
            for part in range(-(-self.articles // PER_SITEMAP))
        ]
        return _xml("sitemapindex", rows)

    def _sitemap(self, host: str, part: int) -> bytes:
        numbers = range(part * PER_SITEMAP, min((part + 1) * PER_SITEMAP, self.articles))
        rows = [
            f"<url><loc>http://{host}{article_path(number)}</loc><lastmod>{_published(number).isoformat()}</lastmod></url>"
            for number in numbers
        ]
        return _xml("urlset", rows)

    def _index_page(self, host: str, page: int) -> bytes:
        numbers = range((page - 1) * PER_INDEX_PAGE, min(page * PER_INDEX_PAGE, self.articles))
        rows = "".join(f'<li><a href="http://{host}{article_path(n)}">{title(n)}</a></li>' for n in numbers)
        return f"<!doctype html><html><head><title>Indeks</title></head><body><ul>{rows}</ul></body></html>".encode()


def article_path(number: int) -> str:
    """The path of an article: ``/berita/17/festival-tenun-batam-dibuka-pekan-ini-17``."""
    return f"/berita/{number}/{title(number).lower().replace(' ', '-')}"


def title(number: int) -> str:
    """The headline of an article."""
    return f"{DEEDS[number % len(DEEDS)].format(place=PLACES[number // 8 % len(PLACES)])} {number}"


def _published(number: int) -> datetime:
    return NEWEST - timedelta(minutes=MINUTES_APART * number)


def _head(host: str, number: int) -> str:
    """What is an article's own: metadata, JSON-LD, headline and first paragraphs."""
    headline, address, at = title(number), f"http://{host}{article_path(number)}", _published(number).isoformat()
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline,
        "mainEntityOfPage": address,
        "datePublished": at,
        "dateModified": at,
        "author": [{"@type": "Person", "name": "Reporter Contoh"}],
        "publisher": {"@type": "Organization", "name": f"Kabar {host}"},
    }
    first = SENTENCES[number % 10], SENTENCES[number // 10 % 10], SENTENCES[number // 100 % 10]
    return f"""<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{headline} - Kabar</title>
<link rel="canonical" href="{address}"><meta property="og:title" content="{headline}">
<meta property="og:url" content="{address}"><meta name="description" content="{first[0]}">
<meta property="og:type" content="article"><meta name="keywords" content="{TOPICS[number % 10]}, {number}">
<meta property="article:published_time" content="{at}">
<script type="application/ld+json">{json.dumps(about)}</script>
<!-- article {number} --></head><body><article><h1>{headline}</h1>
<p><strong>{PLACES[number // 8 % len(PLACES)]}</strong> - {first[0]} Berita nomor {number} ini dibuat untuk uji.</p>
<p>{first[1]} {first[2]} Catatan ke-{number * 7919 % 100_003}.</p>
"""


def _tail(chance: random.Random, layout: int, *, small: bool, part_links: bool) -> str:
    """What the site puts behind the first paragraphs: text, related stories, menus, scripts and styles."""

    def sentences(count: int) -> str:
        return " ".join(chance.choice(SENTENCES) for _ in range(count))

    def links(count: int, style: str) -> str:
        return "\n".join(
            f'<li class="{style} {style}--{chance.randrange(9)}"><a class="{style}__link" '
            f'href="/topik/{chance.choice(TOPICS)}/{chance.randrange(10**6)}" data-t="{chance.randrange(16**8):08x}">'
            f'<img loading="lazy" width="320" height="180" alt="" src="/foto/{chance.randrange(16**10):010x}.jpg">'
            f'<span class="{style}__title">{chance.choice(SENTENCES)[:50]}</span>'
            f"<time>{chance.randrange(1, 29)}/{chance.randrange(1, 13)}/2026</time></a></li>"
            for _ in range(count)
        )

    text = "\n".join(f"<p>{sentences(4)}</p>" for _ in range(3 if small else 14))
    if small:
        return f"{text}</article></body></html>\n"
    script = ";".join(
        f"window.k{chance.randrange(10**6)}=function(a,b){{return a.{chance.choice(TOPICS)}+b[{chance.randrange(99)}]}}"
        for _ in range(chance.randrange(20, 900))
    )
    style = "".join(
        f".b{number}-{chance.choice(TOPICS)}{{margin:{chance.randrange(40)}px;color:#{chance.randrange(16**6):06x}}}"
        for number in range(chance.randrange(20, 1_000))
    )
    return f"""{text}</article>
<div class="page-share">Bagikan</div>{'<a href="/topik/daerah?page=2">Halaman 2</a>' if part_links else ""}
<aside><h2>Berita terkait</h2><ul>{links(chance.randrange(35, 70), "card")}</ul></aside>
<nav><ul>{links(chance.randrange(40, 60), "menu")}</ul></nav>
<section><h2>Terpopuler</h2><ol>{links(chance.randrange(35, 80), "rank")}</ol></section>
<style>{style}</style><script>{script}</script>
<footer><p>Pedoman media siber. Susunan redaksi. Tata letak {layout}.</p></footer></body></html>
"""


def _xml(kind: str, rows: list[str]) -> bytes:
    body = "".join(rows)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{body}</{kind}>"
    ).encode()


def _gzip(body: bytes, level: int = 6) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


class _Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection; requests have no body."""

    def __init__(self, site: Site, log: TextIO | None) -> None:
        self.site, self.log = site, log
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._waiting = (self._waiting + data).split(b"\r\n\r\n")
        for request in requests:
            lines = request.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            self._answer(lines[0].split(" ")[1], headers)

    def _answer(self, path: str, headers: dict[str, str]) -> None:
        found = self.site.answer(headers.get("host", "localhost"), path)
        status, (mime, body, packed) = (
            ("200 OK", found) if found else ("404 Not Found", ("text/plain", b"tidak ada", b""))
        )
        encoding = ""
        if packed and "gzip" in headers.get("accept-encoding", ""):
            body, encoding = packed, "Content-Encoding: gzip\r\n"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        if self.log is not None:
            self.log.write(f"{headers.get('host', '')}{path}\n")


@dataclass(slots=True)
class Served(AbstractContextManager["Served"]):
    """The site, running in a process of its own until the context ends.

    Attributes:
        articles: of all hosts together.
        hosts: how many loopback addresses; ``127.0.0.2`` and further need Linux.
        small: pages of about 3 KB.
        part_links: each page has a link with a page number.
        log: a file to which the host and path of each answer are added, one a line; None: nothing is noted.
        port: where it listens, the same on all hosts.
    """

    articles: int
    hosts: int = 8
    small: bool = False
    part_links: bool = False
    log: Path | None = None
    port: int = 0
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "benchmarks.generated_site", "--articles", str(self.articles)]
        words += ["--hosts", str(self.hosts), *(["--small"] if self.small else [])]
        words += ["--part-links"] if self.part_links else []
        words += ["--log", str(self.log)] if self.log else []
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate()

    @property
    def roots(self) -> list[str]:
        """Where each host begins, without a slash at the end."""
        return [f"http://127.0.0.{number}:{self.port}" for number in range(1, self.hosts + 1)]

    @property
    def each(self) -> int:
        """Articles of one host."""
        return self.articles // self.hosts

    def registry(self, path: Path) -> Path:
        """Write a registry of the hosts as outlets; their articles lie in sitemaps and nowhere else."""
        entries = [
            f'[[outlets]]\noutlet_id = "contoh-{number}"\nname = "Kabar Contoh {number}"\ndomain = "127.0.0.{number}"\n'
            f'base_url = "{root}"\nprovince_code = "53"\nfamily = "generic"\nfeeds = []\nsitemaps = ["/sitemap.xml"]\n'
            'api = "none"\nparts = "query"\ndaily_budget = 10000000\n'
            "article_pattern = '''^https?://{host}/berita/\\d+/'''\nid_pattern = '''/berita/(\\d+)/'''\n"
            for number, root in enumerate(self.roots, start=1)
        ]
        path.write_text(f"clock = {NEWEST.isoformat()}\n\n" + "\n".join(entries), encoding="utf-8")
        return path


async def serve(site: Site, hosts: int, log: TextIO | None) -> None:
    """Serve until standard input ends; the port is printed first."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Connection(site, log), "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    for number in range(2, hosts + 1):
        await loop.create_server(lambda: _Connection(site, log), f"127.0.0.{number}", port)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description="A generated news site on loopback addresses.")
    parser.add_argument("--articles", type=int, default=2_000, help="of all hosts together (default 2000)")
    parser.add_argument("--hosts", type=int, default=8, help="loopback addresses, each an outlet (default 8)")
    parser.add_argument("--small", action="store_true", help="pages of about 3 KB")
    parser.add_argument("--part-links", action="store_true", help="a link with a page number on each page")
    parser.add_argument("--log", type=Path, help="a file to add the host and path of each answer to")
    options = parser.parse_args()
    site = Site(options.articles // options.hosts, small=options.small, part_links=options.part_links)
    with options.log.open("a", buffering=1, encoding="utf-8") if options.log else nullcontext() as log:
        asyncio.run(serve(site, options.hosts, log))


if __name__ == "__main__":
    main()
