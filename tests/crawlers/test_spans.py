"""Lists are asked for the days that are wanted, wherever they can be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.fetching.fetcher import Answer
from crawlers.frontier import Frontier
from crawlers.lists.discovery import Discovery
from crawlers.lists.spans import Span, span_in_address
from crawlers.registry import Outlet
from crawlers.reporting import Reporter

BASE = "https://kabaruji.id"
CLOCK = datetime.fromisoformat("2026-10-15T09:00:00+08:00")
CUSTOM: dict[str, Any] = {
    "sitemaps": [],
    "feeds": [],
    "index_pages": [],
    "article_pattern": "https://kabaruji.id/(?:read|20)",
}
MakeOutlet = Callable[..., Outlet]
Ask = Callable[..., list[str]]


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


@pytest.fixture
def ask(frontier: Frontier, reporter: Reporter, make_fetcher: Any) -> Ask:
    """Looks for the articles of a span of days, and gives what was asked for it, without the outlet's own address."""

    def run(outlet: Outlet, answers: dict[str, Any], since: str, until: str) -> list[str]:
        fetcher = make_fetcher({BASE + path: answer for path, answer in answers.items()})
        discovery = Discovery(
            outlet,
            fetcher,
            frontier,
            reporter,
            since=since,
            until=until,
            clock=CLOCK,
            index_days=3,
            limit=None,
            thorough=False,
            stopping=lambda: False,
        )
        assert asyncio.run(discovery.run())
        return [url.removeprefix(BASE) for url in fetcher.urls]

    return run


def links(*paths: str) -> str:
    return "<html><body>" + "".join(f'<a href="{path}">Berita</a>' for path in paths) + "</body></html>"


def urlset(*paths: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{BASE}{path}</loc></url>" for path in paths) + "</urlset>"


def index(*paths: str) -> str:
    return (
        "<sitemapindex>" + "".join(f"<sitemap><loc>{BASE}{path}</loc></sitemap>" for path in paths) + "</sitemapindex>"
    )


@pytest.mark.parametrize(
    ("address", "span"),
    [
        ("https://a.id/sitemap-pt-post-2024-02.xml", ("2024-02-01", "2024-02-29")),
        ("https://a.id/arsip/2025.xml.gz", ("2025-01-01", "2025-12-31")),
        ("https://a.id/sitemap/2024/03/05.xml", ("2024-03-05", "2024-03-05")),
        ("https://a.id/peta/2024/03.xml", ("2024-03-01", "2024-03-31")),
        ("https://a.id/sitemap_20240305.xml", ("2024-03-05", "2024-03-05")),
        ("https://a.id/sitemap.xml?yyyy=2023&mm=4&dd=30", ("2023-04-30", "2023-04-30")),
        ("https://a.id/sitemap.xml?yyyy=2023&mm=04", ("2023-04-01", "2023-04-30")),
        ("https://a.id/post-sitemap2.xml", None),
        ("https://a.id/2024/berita/sitemap-post.xml", None),
        ("https://a.id/sitemap-20240231.xml", None),
        ("https://a.id/sitemap-1202403.xml", None),
    ],
)
def test_the_name_of_a_list_tells_its_days(address: str, span: tuple[str, str] | None) -> None:
    assert span_in_address(address) == span


def test_a_span_knows_its_days_and_what_it_misses() -> None:
    span = Span("2024-02-27", "2024-03-01")
    days = [day.isoformat() for day in span.days(date(2026, 10, 15), 7)]
    assert days == ["2024-03-01", "2024-02-29", "2024-02-28", "2024-02-27"]
    assert span.misses("2024-03-02", None)
    assert span.misses(None, "2024-02-26")
    assert not span.misses("2024-03-01", "2024-12-31")
    assert not span.misses(None, None)
    assert not Span().misses("1999-01-01", "1999-01-01")
    assert [day.day for day in Span(until="2026-12-01").days(date(2026, 10, 15), 2)] == [15, 14]


def test_dated_index_pages_are_read_for_the_days_of_the_span_only(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?d={date:%Y-%m-%d}&p={page}"]})
    answers = {f"/indeks?d=2024-03-{day:02d}&p=1": links(f"/read/{day}") for day in range(1, 32)}
    asked = ask(outlet, answers, "2024-03-10", "2024-03-12")
    assert [path for path in asked if path.endswith("p=1")] == [f"/indeks?d=2024-03-{day}&p=1" for day in (12, 11, 10)]


def test_an_index_of_months_is_read_once_for_all_days_of_a_month(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/{date:%Y}/{date:%m}/page/{page}/"]})
    answers = {f"/2024/0{month}/page/1/": links(f"/read/{month}") for month in (1, 2, 3, 4)}
    asked = ask(outlet, answers, "2024-02-15", "2024-03-20")
    assert [path for path in asked if path.endswith("page/1/")] == ["/2024/03/page/1/", "/2024/02/page/1/"]
    assert ask(outlet, answers, "2024-02-01", "2024-02-20") == []


def test_sitemaps_of_other_months_and_of_the_news_are_left_out(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/peta.xml"]})
    names = ["/peta-2023-12.xml", "/peta-2024-01.xml", "/peta-2024-02.xml", "/sitemap_news.xml", "/lain.xml"]
    answers = {"/peta.xml": index(*names)} | {name: urlset(f"/read{name}") for name in names}
    assert ask(outlet, answers, "2024-01-05", "2024-01-20") == ["/peta.xml", "/peta-2024-01.xml", "/lain.xml"]
    recent = ask(outlet, answers, "2026-10-10", "2026-10-14")
    assert "/sitemap_news.xml" in recent
    assert "/peta-2024-02.xml" not in recent


def test_sitemaps_of_which_there_is_no_index_are_named_by_their_days(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/peta-{date:%Y-%m}.xml"]})
    answers = {f"/peta-2024-0{month}.xml": urlset(f"/read/{month}") for month in (1, 2, 3)}
    assert ask(outlet, answers, "2024-02-27", "2024-03-02") == ["/peta-2024-03.xml", "/peta-2024-02.xml"]


def test_an_article_that_was_changed_later_stays_in_the_month_of_its_sitemap(
    make_outlet: MakeOutlet, ask: Ask, frontier: Frontier
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/peta-{date:%Y-%m}.xml"]})
    changed = {"/read/1": "2024-02-20", "/read/2": "2026-08-01", "/read/3": ""}
    rows = [
        f"<url><loc>{BASE}{path}</loc>{f'<lastmod>{day}T10:00:00+07:00</lastmod>' if day else ''}</url>"
        for path, day in changed.items()
    ]
    ask(outlet, {"/peta-2024-02.xml": f"<urlset>{''.join(rows)}</urlset>"}, "2024-02-01", "2024-02-29")
    found = {known.url.removeprefix(BASE): known.day_hint for known in frontier.wanted("kabar-uji", "", None)}
    assert found == {"/read/1": "2024-02-20", "/read/2": "2024-02-29", "/read/3": "2024-02-29"}


def test_wordpress_is_asked_between_two_days_and_then_for_nothing_else(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("wordpress", feeds=[])
    start = (
        "/wp-json/wp/v2/posts?per_page=100&_fields=id,date_gmt,link,title,excerpt"
        "&after=2024-02-29T23:59:59&before=2024-04-01T00:00:00&page="
    )
    post = {"link": f"{BASE}/2024/03/05/rakor-tppo-di-kupang/", "date_gmt": "2024-03-05T01:00:00"}
    answers: dict[str, Any] = {
        f"{start}1": json.dumps([post]),
        f"{start}2": Answer("", 400, failure="http_error", detail="the host answers 400"),
        "/sitemap_index.xml": urlset("/2024/03/05/rakor-tppo-di-kupang/"),
    }
    assert ask(outlet, answers, "2024-03-01", "2024-03-31") == [f"{start}1", f"{start}2"]


def test_where_the_interface_gives_nothing_the_sitemaps_are_read(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("wordpress", feeds=[])
    asked = ask(outlet, {"/sitemap_index.xml": urlset("/rakor-tppo-di-kupang/")}, "2024-03-01", "2024-03-31")
    assert asked[0].startswith("/wp-json/")
    assert asked[1:] == ["/sitemap_index.xml"]


def test_blogger_is_asked_between_two_days_of_the_outlets_own_zone(make_outlet: MakeOutlet, ask: Ask) -> None:
    outlet = make_outlet("blogger", sitemaps=[])
    start = (
        "/feeds/posts/default?alt=rss&max-results=150&published-min=2024-03-01T00:00:00%2B08:00"
        "&published-max=2024-04-01T00:00:00%2B08:00&orderby=published&start-index="
    )
    item = f"<item><title>Berita</title><link>{BASE}/2024/03/satu.html</link></item>"
    answers = {f"{start}1": f"<rss><channel>{item}</channel></rss>", f"{start}2": "<rss><channel></channel></rss>"}
    assert ask(outlet, answers, "2024-03-01", "2024-03-31") == [f"{start}1", f"{start}2"]


def test_an_undated_list_is_walked_back_to_the_span_and_not_asked_again_for_the_next(
    make_outlet: MakeOutlet, ask: Ask, frontier: Frontier
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/terkini?page={page}"]})
    months = ["2024/06", "2024/05", "2024/04", "2024/03", "2024/02"]
    answers = {f"/terkini?page={page}": links(f"/{month}/rakor") for page, month in enumerate(months, 1)}
    assert ask(outlet, answers, "2024-05-01", "2024-05-31") == [f"/terkini?page={page}" for page in (1, 2, 3)]
    assert ask(outlet, answers, "2024-04-01", "2024-04-30") == ["/terkini?page=4"]
    wanted = frontier.wanted("kabar-uji", "2024-04-01", None, "2024-04-30")
    assert [known.canonical_url for known in wanted] == [f"{BASE}/2024/04/rakor"]


def test_a_span_without_news_is_no_fault_of_the_outlet(make_outlet: MakeOutlet, ask: Ask, reporter: Reporter) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?d={date:%Y-%m-%d}"]})
    ask(outlet, {"/indeks?d=2024-03-01": links("/tentang")}, "2024-03-01", "2024-03-01")
    assert not reporter.issues_path.exists()


def test_where_the_familys_lists_give_nothing_what_any_site_may_have_is_tried(
    make_outlet: MakeOutlet, ask: Ask, reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM)
    item = f"<item><title>Berita</title><link>{BASE}/read/a</link></item>"
    asked = ask(outlet, {"/feed/": f"<rss><channel>{item}</channel></rss>"}, "", "")
    assert asked == ["/feed/"]
    assert not reporter.issues_path.exists()
