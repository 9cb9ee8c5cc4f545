from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.fetching.fetcher import Answer
from crawlers.frontier import Frontier
from crawlers.lists.discovery import Discovery
from crawlers.lists.ways import MAX_DEPTH
from crawlers.registry import Outlet
from crawlers.reporting import Reporter

BASE = "https://kabaruji.id"
CLOCK = datetime.fromisoformat("2026-10-15T09:00:00+08:00")
MakeOutlet = Callable[..., Outlet]


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


@pytest.fixture
def discover(frontier: Frontier, reporter: Reporter) -> Callable[..., set[str]]:
    """Reads an outlet's lists and gives the paths of the articles then waiting."""

    def run(outlet: Outlet, fetcher: Any, since: str = "", **keys: Any) -> set[str]:
        options = {"clock": CLOCK, "index_days": 3, "limit": None, "thorough": False, "stopping": lambda: False} | keys
        discovery = Discovery(outlet, fetcher, frontier, reporter, since=since, **options)
        asyncio.run(discovery.run())
        waiting = frontier.wanted(outlet.outlet_id, since, options["limit"])
        return {known.canonical_url.removeprefix(BASE) for known in waiting}

    return run


def links(*paths: str) -> str:
    return "<html><body>" + "".join(f'<a href="{path}">Berita</a>' for path in paths) + "</body></html>"


def rss(*paths: str) -> str:
    items = "".join(f"<item><title>Berita</title><link>{BASE}{path}</link></item>" for path in paths)
    return f"<rss><channel>{items}</channel></rss>"


def urlset(*paths: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return "<urlset>" + "".join(f"<url><loc>{BASE}{path}</loc>{changed}</url>" for path in paths) + "</urlset>"


def index(*urls: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"


def issues(reporter: Reporter) -> list[str]:
    path = reporter.issues_path
    return [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()] if path.exists() else []


CUSTOM: dict[str, Any] = {
    "sitemaps": [],
    "feeds": [],
    "index_pages": [],
    "article_pattern": "https://kabaruji.id/read/",
}


def test_a_feed_whose_every_link_is_the_homepage_is_rejected_and_recorded(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"feeds": ["/rss"], "sitemaps": ["/peta.xml"]})
    fetcher = make_fetcher({BASE + "/rss": rss("/", "/", "/read/a", "/"), BASE + "/peta.xml": urlset("/read/b")})
    assert discover(outlet, fetcher) == {"/read/b"}
    assert issues(reporter) == ["feed_rejected"]


def test_a_feed_with_four_fifths_of_good_links_is_accepted(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"feeds": ["/rss"]})
    fetcher = make_fetcher({BASE + "/rss": rss("/read/a", "/read/b", "/read/c", "/read/d", "/tentang")})
    assert discover(outlet, fetcher) == {"/read/a", "/read/b", "/read/c", "/read/d"}
    assert issues(reporter) == []


def test_sitemaps_are_read_nested_and_gzipped_and_not_deeper_than_allowed(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/1.xml"]})
    answers: dict[str, bytes | str] = {f"{BASE}/{depth}.xml": index(f"{BASE}/{depth + 1}.xml") for depth in range(1, 9)}
    answers[f"{BASE}/2.xml"] = index(f"{BASE}/3.xml", f"{BASE}/a.xml.gz", "https://example.org/other.xml")
    answers[f"{BASE}/a.xml.gz"] = gzip.compress(urlset("/read/a").encode())
    fetcher = make_fetcher(answers)
    assert discover(outlet, fetcher) == {"/read/a"}
    assert f"{BASE}/{MAX_DEPTH}.xml" in fetcher.urls
    assert f"{BASE}/{MAX_DEPTH + 1}.xml" not in fetcher.urls
    assert "https://example.org/other.xml" not in fetcher.urls
    assert issues(reporter) == ["sitemap_depth"]


def test_sitemaps_that_name_each_other_end(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/a.xml"]})
    fetcher = make_fetcher({BASE + "/a.xml": index(BASE + "/b.xml"), BASE + "/b.xml": index(BASE + "/a.xml")})
    discover(outlet, fetcher)
    assert fetcher.urls.count(BASE + "/b.xml") == 1


def test_sitemaps_of_robots_txt_are_read_too(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM)
    fetcher = make_fetcher(
        {BASE + "/r.xml": urlset("/read/a")}, robots=f"Sitemap: {BASE}/r.xml\nSitemap: http://x.id/y"
    )
    assert discover(outlet, fetcher) == {"/read/a"}


def test_index_pages_end_where_a_page_repeats(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?page={page}"]})
    answers = {f"{BASE}/indeks?page={n}": links(f"/read/{min(n, 3)}", "/read/populer") for n in range(1, 26)}
    fetcher = make_fetcher(answers)
    assert discover(outlet, fetcher) == {"/read/1", "/read/2", "/read/3", "/read/populer"}
    assert len(fetcher.urls) == 4


def test_dated_index_pages_are_read_day_by_day_back_to_since(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?d={date:%Y-%m-%d}&p={page}"]})
    days = ("2026-10-15", "2026-10-14", "2026-10-13", "2026-10-12")
    answers = {f"{BASE}/indeks?d={day}&p=1": links(f"/read/{day}") for day in days}
    assert discover(outlet, make_fetcher(answers), since="2026-10-12") == {f"/read/{day}" for day in days}


def test_days_that_are_over_are_not_walked_again(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?d={date:%d}&p={page}"]})
    answers = {f"{BASE}/indeks?d={day}&p=1": links(f"/read/{day}") for day in (11, 12, 13, 14, 15)}
    discover(outlet, make_fetcher(answers), since="2026-10-11")
    again = make_fetcher(answers)
    discover(outlet, again, since="2026-10-11")
    assert not [url for url in again.urls if "d=11" in url or "d=13" in url]
    assert [url for url in again.urls if "d=15" in url]


def test_an_unchanged_first_page_ends_a_walk_that_was_finished_before(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?page={page}"]})
    answers = {f"{BASE}/indeks?page={n}": links(f"/read/{min(n, 5)}") for n in range(1, 9)}
    discover(outlet, make_fetcher(answers))
    again = make_fetcher(answers)
    discover(outlet, again)
    assert again.urls == [f"{BASE}/indeks?page=1"]
    assert again.asked[0][1] is not None


def test_a_walk_that_broke_off_is_walked_to_its_end_next_time(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?page={page}"]})
    answers: dict[str, Any] = {f"{BASE}/indeks?page={n}": links(f"/read/{min(n, 5)}") for n in range(1, 9)}
    broken = answers | {f"{BASE}/indeks?page=3": Answer("", 0, failure="timeout", detail="no answer")}
    assert len(discover(outlet, make_fetcher(broken))) == 2
    assert len(discover(outlet, make_fetcher(answers))) == 5


def test_wordpress_is_paged_through_its_interface_until_there_is_no_more(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("wordpress", feeds=[], sitemaps=[])
    start = f"{BASE}/wp-json/wp/v2/posts?per_page=100&_fields=id,date_gmt,link,title,excerpt&page="
    answers: dict[str, Any] = {
        f"{start}{n}": json.dumps(
            [{"link": f"{BASE}/2025/05/0{n}/rakor-tppo-ke-{n}/", "date_gmt": f"2025-05-0{n}T01:00:00"}]
        )
        for n in (1, 2, 3)
    }
    answers[f"{start}4"] = Answer(f"{start}4", 400, failure="http_error", detail="the host answers 400")
    assert len(discover(outlet, make_fetcher(answers))) == 3


def test_blogger_is_paged_by_what_each_slice_gave(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("blogger", sitemaps=[])
    start = f"{BASE}/feeds/posts/default?alt=rss&max-results=150&start-index="
    answers = {
        f"{start}1": rss("/2025/05/satu.html", "/2025/05/dua.html"),
        f"{start}3": rss("/2025/04/tiga.html"),
        f"{start}4": rss(),
    }
    fetcher = make_fetcher(answers)
    assert discover(outlet, fetcher) == {"/2025/05/satu.html", "/2025/05/dua.html", "/2025/04/tiga.html"}
    assert fetcher.urls == list(answers)
    again = make_fetcher(answers)
    discover(outlet, again, thorough=True)
    assert again.urls == list(answers)


def test_enough_is_enough(make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"index_pages": ["/indeks?page={page}"], "sitemaps": ["/peta.xml"]})
    answers = {f"{BASE}/indeks?page={n}": links(f"/read/{n}a", f"/read/{n}b") for n in range(1, 26)}
    fetcher = make_fetcher(answers)
    assert len(discover(outlet, fetcher, limit=3)) == 3
    assert f"{BASE}/indeks?page=3" not in fetcher.urls


def test_articles_known_to_be_older_than_since_are_not_wanted(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/peta.xml"]})
    fetcher = make_fetcher({BASE + "/peta.xml": urlset("/read/lama", lastmod="2024-01-01")})
    assert discover(outlet, fetcher, since="2025-01-01") == set()
    assert discover(outlet, make_fetcher({BASE + "/peta.xml": urlset("/read/lama")})) == {"/read/lama"}


def test_sitemaps_of_months_before_since_are_left_out(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]]
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": ["/peta.xml"]})
    months = [f"{BASE}/sitemap-pt-post-2024-03.xml", f"{BASE}/sitemap-pt-post-2025-03.xml"]
    fetcher = make_fetcher({BASE + "/peta.xml": index(*months), months[1]: urlset("/read/a")})
    assert discover(outlet, fetcher, since="2025-03-15") == {"/read/a"}
    assert months[0] not in fetcher.urls


def test_where_nothing_else_gives_articles_the_front_page_and_its_feeds_do(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM)
    page = f'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>{links("/read/a")}</html>'
    fetcher = make_fetcher({BASE + "/": page, BASE + "/rss": rss("/read/b")})
    assert discover(outlet, fetcher) == {"/read/a", "/read/b"}
    assert issues(reporter) == []


def test_an_outlet_that_yields_nothing_is_an_issue(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    assert discover(make_outlet("custom", **CUSTOM), make_fetcher({BASE + "/": "<p>Segera hadir</p>"})) == set()
    assert issues(reporter) == ["nothing_found"]


def test_an_outlet_whose_robots_cannot_be_read_is_left_alone(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    fetcher = make_fetcher({}, robots=None)
    assert discover(make_outlet(), fetcher) == set()
    assert fetcher.urls == []
    assert issues(reporter) == ["robots_unreachable"]


def test_one_broken_list_does_not_touch_the_others(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"feeds": ["/a", "/b", "/c"], "sitemaps": ["/peta.xml"]})
    fetcher = make_fetcher(
        {
            BASE + "/a": "",
            BASE + "/b": '<!DOCTYPE x [<!ENTITY a "b">]><rss>&a;</rss>',
            BASE + "/c": Answer(BASE + "/c", 403, failure="challenge", detail="asks"),
            BASE + "/peta.xml": urlset("/read/a"),
        }
    )
    assert discover(outlet, fetcher) == {"/read/a"}
    assert issues(reporter) == ["empty_list", "xml_entities", "challenge"]


def test_lists_of_addresses_without_end_are_left_after_a_bound(
    make_outlet: MakeOutlet,
    make_fetcher: Any,
    discover: Callable[..., set[str]],
    reporter: Reporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawlers.lists.reading.MAX_FRESH", 50)
    outlet = make_outlet("custom", **CUSTOM | {"sitemaps": [BASE + "/s.xml"]})
    leaves = {
        f"{BASE}/s{number}.xml": urlset(*(f"/read/{number}-{count}" for count in range(30))) for number in range(9)
    }
    fetcher = make_fetcher(leaves | {BASE + "/s.xml": index(*leaves)})
    assert len(discover(outlet, fetcher)) == 60
    assert issues(reporter) == ["too_many_addresses"]


def test_a_faulty_list_gives_what_it_has_and_an_issue(
    make_outlet: MakeOutlet, make_fetcher: Any, discover: Callable[..., set[str]], reporter: Reporter
) -> None:
    outlet = make_outlet("custom", **CUSTOM | {"feeds": [BASE + "/rss"]})
    torn = rss("/read/a", "/read/b").partition("</channel>")[0] + "<item><tit"
    assert discover(outlet, make_fetcher({BASE + "/rss": torn})) == {"/read/a", "/read/b"}
    assert issues(reporter) == ["damaged_xml"]
