"""Short pages of our own making, with the marks of those that firewalls put in place of a page."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawlers.fetching import challenges
from crawlers.fetching.challenges import challenge_of
from crawlers.newsroom import Newsroom

MARKS = tomllib.loads((Path(challenges.__file__).parent.parent / "challenges.toml").read_text("utf-8"))["challenge"]
SENTENCE = "Gugus tugas provinsi menggelar rapat koordinasi di Kupang untuk membahas perlindungan pekerja migran. "
ARTICLE = f"<p>{SENTENCE * 8}</p>"


def page(title: str = "Rakor TPPO - Kabar Uji", body: str = ARTICLE, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("status", [200, 202, 403, 429, 503])
@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark["service"])
def test_every_mark_of_every_service_is_known(mark: dict[str, list[str]], status: int) -> None:
    for title in mark.get("title", []):
        assert challenge_of(status, page(title.title(), "<p>Tunggu sebentar.</p>"), {})
    for source in mark.get("page", []):
        assert challenge_of(status, page("x", f"<script>{source.upper()}</script><p>Tunggu.</p>"), {})
    for source in mark.get("refused", []):
        assert bool(challenge_of(status, page("x", f"<!-- {source} --><p>Tunggu.</p>"), {})) == (status >= 400)


def test_every_service_says_where_its_marks_come_from() -> None:
    for mark in MARKS:
        assert mark["evidence"]
        assert set(mark) <= {"service", "headers", "title", "page", "refused", "evidence"}


@pytest.mark.parametrize(
    ("headers", "service"),
    [
        ({"cf-mitigated": "challenge"}, "Cloudflare"),
        ({"x-amzn-waf-action": "Captcha"}, "Amazon WAF"),
        ({"server": "cloudflare", "cf-ray": "8a"}, None),
        ({}, None),
    ],
)
def test_a_header_alone_can_give_it_away(headers: dict[str, str], service: str | None) -> None:
    assert challenge_of(200, page(), headers) == service


@pytest.mark.parametrize(
    "body",
    [
        page(head="<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        page(head="<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>"),
        page(body=f"<form><div class='g-recaptcha'></div></form>{ARTICLE}"),
        page("Cloudflare: apa itu _cf_chl_opt dan mengapa situs meminta \"Just a moment\"?"),
        page("Just a moment... Kisah petugas di perbatasan"),
        page("Access Denied: akses warga ke pelabuhan ditutup", f"{ARTICLE}<pre>_cf_chl_opt incident_id=7</pre>"),
        page("Hujan", "<p>Kupang hujan.</p>", "<script src='/cdn-cgi/challenge-platform/main.js'></script>"),
        page("Just a moment", ARTICLE + "<!-- " + "x" * 300_000 + " -->"),
        b"",
        b"\x00" * 1000,
    ],
)  # fmt: skip
def test_an_article_about_such_a_service_or_behind_it_is_none(body: bytes) -> None:
    assert challenge_of(200, body, {"server": "cloudflare"}) is None


def test_a_refusal_without_any_mark_and_a_missing_page_are_none() -> None:
    assert challenge_of(403, page("Terlarang", "<p>Anda tidak boleh masuk.</p>"), {}) is None
    assert challenge_of(404, page("Halaman tidak ada", "<p>404</p>"), {}) is None


def test_no_page_of_the_demo_newsroom_is_taken_for_one() -> None:
    newsroom = Newsroom()
    for article in newsroom.articles():
        for _, body in newsroom.article_pages(article):
            assert challenge_of(200, body, {}) is None


@pytest.mark.parametrize(
    "hidden",
    [
        "<noscript>{}</noscript>",
        "<script>document.write('{}')</script>",
        "<style>/* {} */</style>",
        "<svg><desc>{}</desc></svg>",
        "<!-- {} -->",
        "<script>/* <!-- */</script><noscript><div>{}</div></noscript>",
    ],
)
def test_text_that_nobody_sees_makes_no_page_of_a_challenge(hidden: str) -> None:
    assert challenge_of(200, page("Just a moment...", hidden.format(ARTICLE)), {}) == "Cloudflare"
    assert challenge_of(200, page("Just a moment...", f"<p>Tunggu.</p>{hidden.format(ARTICLE)}"), {}) == "Cloudflare"


def test_a_tag_is_no_text_however_long_it_is() -> None:
    tag = f"<p>Tunggu.</p><div data-x='{SENTENCE * 44}'></div>"
    assert 4_096 < len(tag) < 5_000
    assert challenge_of(200, page("Just a moment...", tag), {}) == "Cloudflare"
