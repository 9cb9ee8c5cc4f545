from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers import inspection
from crawlers.inspection import NotAPageError, charset_problem, inspect_page
from crawlers.registry import Outlet, load_registry

URL = "https://kabaruji.id/2025/05/07/rakor-tppo-di-kupang/"
TEXT = "Gugus tugas provinsi menggelar rapat koordinasi di Kupang pada hari Rabu untuk membahas perlindungan pekerja."
VOX = load_registry().outlets["voxntt"]


def page(body: str = f"<p>{TEXT}</p>", head: str = "") -> bytes:
    return f"<html><head><title>Rakor - Kabar Uji</title>{head}</head><body>{body}</body></html>".encode()


def test_a_page_tells_title_lead_tags_and_identity(make_outlet: Callable[..., Outlet]) -> None:
    head = (
        f'<link rel="canonical" href="{URL}"><meta property="og:title" content="Rakor TPPO">'
        '<meta name="keywords" content="TPPO, PMI">'
    )
    facts = inspect_page(page(head=head), "https://kabaruji.id/?p=12", make_outlet(), "text/html", "utf-8")
    assert facts.canonical_url == URL
    assert (facts.title, facts.lead, facts.tags) == ("Rakor TPPO", TEXT, ("TPPO", "PMI"))
    assert facts.charset_problem is None


@pytest.mark.parametrize("words", ["Baca juga:", "BACA JUGA :", "Baca Juga", "Simak juga:", "Lihat:", "Berita terkait"])
def test_links_to_other_stories_are_no_lead(make_outlet: Callable[..., Outlet], words: str) -> None:
    aside = f"<p>{words} <a href='/x/'>Gugus Tugas TPPO Bersidang di Atambua Pekan Depan</a></p>"
    story = page(f"<p>{TEXT}</p>{aside}<p>Baca puisi juga menjadi acara penutup di aula provinsi itu.</p>")
    facts = inspect_page(story, URL, make_outlet(), "text/html", "utf-8")
    assert facts.lead == f"{TEXT} Baca puisi juga menjadi acara penutup di aula provinsi itu."


def test_tags_stand_in_the_head_or_as_links_below_the_text(make_outlet: Callable[..., Outlet]) -> None:
    page = (
        '<html><head><meta name="keywords" content="TPPO, Belu"><meta property="article:tag" content="Belu">'
        '<meta property="article:tag" content="BP3MI"></head>'
        f'<body><p>{TEXT}</p><a rel="tag" href="/tag/atambua/">#Atambua</a><a rel="category tag" href="/c/">Sport</a>'
        '<a rel="nofollow" href="/x/">Lain</a></body></html>'
    )
    facts = inspect_page(page.encode(), "https://kabaruji.id/rakor-tppo-di-belu/", make_outlet(), "text/html", "utf-8")
    assert facts.tags == ("TPPO", "Belu", "BP3MI", "Atambua")


@pytest.mark.parametrize(
    ("head", "section"),
    [
        ('<meta property="article:section" content="Hukrim">', "Hukrim"),
        ('<meta name="content_category" content="Daerah">', "Daerah"),
        ('<script type="application/ld+json">{"articleSection": "Pemerintahan"}</script>', "Pemerintahan"),
        ('<script type="application/ld+json">{"articleSection" : [ "Hukum & HAM", "x"]}</script>', "Hukum & HAM"),
        ('<script type="application/ld+json">{"articleSection": []}</script>', ""),
        ("", ""),
    ],
)
def test_a_page_tells_its_section(make_outlet: Callable[..., Outlet], head: str, section: str) -> None:
    page = f"<html><head>{head}</head><body><p>{TEXT}</p></body></html>".encode()
    facts = inspect_page(page, "https://kabaruji.id/rakor-tppo-di-belu/", make_outlet(), "text/html", "utf-8")
    assert facts.section == section


def test_links_to_further_parts_of_the_same_article_are_found(make_outlet: Callable[..., Outlet]) -> None:
    body = (
        f'<p>{TEXT}</p><a href="{URL}3/">3</a><a href="{URL}2/">2</a><a href="http://[">x</a>'
        '<a href="https://kabaruji.id/2025/05/07/berita-lain-hari-ini/2/">lain</a>'
    )
    facts = inspect_page(page(body), URL, make_outlet(), "text/html", None)
    assert facts.part_urls == {2: URL + "2/", 3: URL + "3/"}
    assert inspect_page(page(body), URL, make_outlet("blogger"), "text/html", None).part_urls == {}


@pytest.mark.parametrize("where", ["head", "body", "head and a false end of it"])
def test_the_canonical_link_is_found_wherever_it_stands(make_outlet: Callable[..., Outlet], where: str) -> None:
    link = f'<LINK REL="Canonical" href="{URL}">'
    if where == "body":
        content = page(f"{link}<p>{TEXT}</p>")
    else:
        content = page(head=("<script>var x = '</head>';</script>" if "false" in where else "") + link)
    facts = inspect_page(content, "https://kabaruji.id/?p=12", make_outlet(), "text/html", "utf-8")
    assert facts.canonical_url == URL


def test_an_ordinary_page_is_not_read_whole_for_its_identity(
    make_outlet: Callable[..., Outlet], monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    monkeypatch.setattr(inspection, "html_tree", lambda body, encoding=None: lengths.append(len(body)))
    content = page(f"<p>{TEXT}</p>" * 50, head=f'<link rel="canonical" href="{URL}">')
    facts = inspect_page(content, URL, make_outlet("blogger"), "text/html", "utf-8")
    assert facts.part_urls == {}
    assert lengths
    assert max(lengths) < 300 < len(content)
    # A tree that cannot be made gives no facts, and no error.
    assert (facts.title, facts.lead, facts.tags, facts.text_sha256) == (None, "", (), None)
    assert max(lengths) == len(content)


def test_a_next_js_page_shows_its_text_in_its_data(make_outlet: Callable[..., Outlet]) -> None:
    data = json.dumps({"props": {"body": f"<p>{TEXT}</p>", "title": "x"}})
    body = f'<div id="__next"></div><script id="__NEXT_DATA__">{data}</script>'
    facts = inspect_page(page(body), URL, make_outlet(), "text/html", None)
    assert facts.lead == TEXT


@pytest.mark.parametrize(
    ("body", "mime", "kind", "final"),
    [
        (b"%PDF-1.7 ...", "text/html", "not_html", True),
        (b"GIF89a", "image/gif", "not_html", True),
        (b"", "text/html", "empty", False),
        (b"  \n ", "text/html", "empty", False),
        (b"<script>var x = 'a long script that nobody sees at all'</script>", "text/html", "empty", False),
    ],
)
def test_what_is_no_page_is_refused_with_its_kind(
    make_outlet: Callable[..., Outlet], body: bytes, mime: str, kind: str, final: bool
) -> None:
    with pytest.raises(NotAPageError) as caught:
        inspect_page(body, URL, make_outlet(), mime, None)
    assert (caught.value.kind, caught.value.final) == (kind, final)


@pytest.mark.parametrize(
    ("body", "declared", "words"),
    [
        ("Rapat – Kupang".encode(), "iso-8859-1", "is UTF-8"),
        ("Rapat – Kupang".encode("cp1252"), "utf-8", "does not fit"),
        ("Rapat – Kupang".encode(), "utf8-indonesia", "unknown encoding"),
        ("Rapat – Kupang".encode(), "utf-8", None),
        ("Rapat – Kupang".encode("cp1252"), "windows-1252", None),
        (b"Rapat - Kupang", "utf8-indonesia", None),
        ("Rapat – Kupang".encode(), None, None),
    ],
)
def test_a_declared_encoding_is_compared_with_the_bytes(body: bytes, declared: str | None, words: str | None) -> None:
    found = charset_problem(body, declared)
    assert (words in found) if words and found else found is words


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "iso-8859-1", "x-unknown"]))
def test_any_bytes_are_a_page_or_are_refused(body: bytes, charset: str | None) -> None:
    for content in (body, b"<html><p>" + body, b"<meta charset=" + body):
        with contextlib.suppress(NotAPageError):
            assert inspect_page(content, "https://voxntt.com/x", VOX, "text/html", charset).canonical_url
