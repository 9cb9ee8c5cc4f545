"""What goes wrong on purpose in the demo newsroom: dead links, loops, challenge pages, a PDF, a page without end."""

from __future__ import annotations

from crawlers.newsroom.answers import Answer, html, redirect
from crawlers.newsroom.newspaper import Newspaper, Obstacle
from crawlers.newsroom.rendering import Press

#: Size of the over-long page, in bytes.
OVERLONG_BYTES = 30_000_000

#: Words that stand only on the page behind the closed path: found anywhere else, robots.txt was not obeyed.
CLOSED_WORDS = "dokumen internal redaksi yang belum disunting"

_LOOP_PARAMETER = "sesi=ulang"

_CHALLENGE = """<!DOCTYPE html>
<html lang="en-US"><head><title>Just a moment...</title><meta http-equiv="refresh" content="390">
<meta name="robots" content="noindex,nofollow">
<style>body{{font-family:system-ui;margin:20vh auto;max-width:60rem}}</style></head>
<body class="no-js"><div class="main-wrapper" role="main"><div class="main-content">
<h1 class="zone-name-title h1">{host}</h1>
<h2 class="h2" id="challenge-running">Checking if the site connection is secure</h2>
<noscript><div class="h2">Enable JavaScript and cookies to continue</div></noscript>
<div id="challenge-body-text" class="core-msg spacer">
{host} needs to review the security of your connection before proceeding.</div>
<form id="challenge-form" action="/?__cf_chl_f_tk=demo" method="POST"></form></div></div>
<script>(function(){{window._cf_chl_opt={{cvId:"3",cType:"managed",cRay:"0000000000000000"}}}})();</script></body></html>
"""

_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 78>>stream
BT /F1 16 Tf 40 220 Td (Lampiran siaran pers: data penempatan, triwulan III) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def obstacle_answer(paper: Newspaper, obstacle: Obstacle, query: str, press: Press) -> Answer:
    """What the obstacle's address gives."""
    match obstacle.kind:
        case "loop":
            # Back and forth between the address and the same address with a session parameter.
            return redirect(obstacle.path if query == _LOOP_PARAMETER else f"{obstacle.path}?{_LOOP_PARAMETER}", 302)
        case "challenge":
            body = _CHALLENGE.format(host=paper.site.host).encode()
            headers = {"cf-mitigated": "challenge", "Cache-Control": "no-store", "cf-ray": "0000000000000000-CGK"}
            return Answer(obstacle.status, body, headers=headers, is_conditional=False)
        case "empty":
            return Answer(200, b"")
        case "pdf":
            return Answer(200, _PDF, "application/pdf", modified_at=obstacle.published_at)
        case "overlong":
            return Answer(200, _overlong(), is_conditional=False)
        case "closed":
            text = f"Ini {CLOSED_WORDS}; robots.txt menutup alamat ini dan perayap tidak boleh mengambilnya."
            return html(press.plain(paper, obstacle.title, text))
        case _:
            return html(
                press.plain(paper, "Halaman tidak ditemukan", "Berita yang Anda cari sudah dihapus."), status=404
            )


def _overlong() -> bytes:
    """HTML of ``OVERLONG_BYTES``: one notice over and over."""
    head = (
        b"<!DOCTYPE html>\n<html lang='id'><head><meta charset='utf-8'>"
        b"<title>Arsip Lengkap Pengumuman Pelayaran</title></head><body>\n"
    )
    row = b"<p>Pengumuman pelayaran: kapal berangkat sesuai jadwal, penumpang membawa kartu identitas.</p>\n"
    tail = b"</body></html>\n"
    count = -(-(OVERLONG_BYTES - len(head) - len(tail)) // len(row))
    return head + row * count + tail
