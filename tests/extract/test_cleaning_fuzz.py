"""Whatever a server sends, cleaning gives an article or a ``CleaningError``, soon."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.newsroom import Newsroom
from extract.article import OutletHints
from extract.cleaning import CleaningError, clean

FAMILIES = ("wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "gov", "custom", "generic")
CPU_SECONDS = 60
"""Far above what any page here takes under coverage on a slow machine; a quadratic reader would take hours."""
NEWSROOM = Newsroom()
PAGES = [NEWSROOM.article_pages(article)[0][1] for article in NEWSROOM.articles()[::7]]
TAGS = [
    "p",
    "div",
    "a",
    "b",
    "br",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "article",
    "h1",
    "script",
    "figure",
    "time",
    "form",
    "svg",
]
WORDS = [
    "Baca juga:",
    "KUPANG –",
    "7 Mei 2025",
    "Editor: X",
    "(mel)",
    "kata dia.",
    "&amp;#x0;",
    "<![CDATA[",
    "\u202e",
    "Oleh",
]
ATTRIBUTES = ("", " class='entry-content'", " class='author'", " itemprop='articleBody'", " id='__NEXT_DATA__'")
KEYS = ["@type", "@graph", "@id", "author", "name", "headline", "datePublished", "keywords", "content"]
KINDS = ("empty", "not-html", "too-large", "challenge", "not-found", "no-body")

relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def kind_of(page: bytes | str, family: str) -> str:
    """The kind of the page's error, or ``article``, whose text must be sound."""
    outlet = OutletHints("x", "Kabar X", family, "Asia/Jayapura", "94")
    url = "http://x.test/a"
    try:
        article = clean([page], url=url, canonical_url=url, outlet=outlet, title_hint="Judul")
    except CleaningError as error:
        return error.kind if len(error.detail) > 20 else "no sentence"
    return "article" if article.text.strip() and article.text.encode() else "no text"


def survives(page: bytes | str, family: str) -> None:
    begun = time.process_time()
    assert kind_of(page, family) in ("article", *KINDS)
    assert time.process_time() - begun < CPU_SECONDS


@relaxed
@given(page=st.binary(max_size=3000), family=st.sampled_from(FAMILIES))
def test_random_bytes(page: bytes, family: str) -> None:
    survives(page, family)


@relaxed
@given(page=st.text(max_size=2000), family=st.sampled_from(FAMILIES))
def test_random_text(page: str, family: str) -> None:
    survives(page, family)


@pytest.mark.slow
@relaxed
@given(data=st.data(), family=st.sampled_from(FAMILIES))
def test_pages_cut_off_and_spliced(data: st.DataObject, family: str) -> None:
    page = data.draw(st.sampled_from(PAGES))
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, len(page)))
    middle = data.draw(st.binary(max_size=60))
    survives(page[:start] + middle + page[end:], family)


markup = st.recursive(
    st.sampled_from(WORDS) | st.text(max_size=30),
    lambda inner: st.tuples(
        st.sampled_from(TAGS),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
    ).map(lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>"),
    max_leaves=25,
)


@pytest.mark.slow
@relaxed
@given(page=markup, family=st.sampled_from(FAMILIES))
def test_random_markup(page: str, family: str) -> None:
    survives(f"<html><body>{page}</body></html>", family)


@pytest.mark.slow
@relaxed
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS),
                inner | st.just("NewsArticle"),
                max_size=5,
            )
        ),
        max_leaves=15,
    )
)
def test_random_structured_data(value: object) -> None:
    body = "<p>Petugas gabungan memeriksa dua puluh penumpang kapal di pelabuhan itu.</p>"
    for kind in ("type='application/ld+json'", "id='__NEXT_DATA__' type='application/json'"):
        survives(f"<html><body><script {kind}>{json.dumps(value)}</script>{body}</body></html>", "radar_jp")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 19_000 + "teks berita" + "</div>" * 19_000,
        "<html><body><div class='entry-content'>" + "<p><b>" * 9_500 + "teks berita yang panjang sekali untuk dibaca",
        "<html><body><div class='entry-content'>" + "<p>Baca juga: <a href='x'>halo</a> teks panjang</p>" * 9_500,
        "<html><body><div class='entry-content'>" + "kalimat pendek di sini<br>" * 19_000,
        "<html><body>" + "<table><tr><td>" * 6_000 + "teks",
        "<html><body><p>" + "a" * 2_500_000,
        "<html><body><div class='entry-content'><p>" + "Abc Def, " * 250_000,
        "<html><body><div class='entry-content'><p>" + "(a" * 800_000,
        "<html><body>" + "<h1>judul <div class='author'>Oleh A</div></h1>" * 9_500 + "<p>teks berita yang panjang</p>",
        "<html><body>" + "<p>teks berita nomor satu yang panjang sekali</p>" * 19_000,
        "<html><script type='application/ld+json'>" + "[" * 500_000 + "</script><body><p>teks",
        "<html><body><p " + " ".join(f"a{number}=1" for number in range(200_000)) + ">teks",
        "<html><body>" + "<form>" * 3_000 + "<p>teks berita yang panjang</p>" * 3_000,
    ],
    ids=[
        "div",
        "bold",
        "read-also",
        "br",
        "tables",
        "letters",
        "capitals",
        "brackets",
        "headings",
        "paragraphs",
        "json",
        "attributes",
        "forms",
    ],
)
@pytest.mark.parametrize("family", ["wordpress", "generic"])
def test_pages_made_to_be_slow(page: str, family: str) -> None:
    survives(page, family)
