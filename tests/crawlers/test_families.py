"""What is found at a site of each family, and how it is asked: compared with a golden file for each demo site.

After a wanted change, JEJAK_REFRESH_GOLDEN=1 pytest tests/crawlers/test_families.py writes the files anew; read the
difference before committing it.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from protego import Protego

from crawlers.fetching.fetcher import Answer, Fetcher
from crawlers.frontier import Frontier
from crawlers.identity import canonical_url
from crawlers.lists.discovery import Discovery
from crawlers.newsroom import Newsroom
from crawlers.newsroom.answers import finished
from crawlers.newsroom.newsroom_registry import registry_text
from crawlers.newsroom.sites import CLOCK, load_sites
from crawlers.registry import Outlet, families, load_registry, parse_registry
from crawlers.reporting import Reporter

GOLDEN = Path(__file__).parent / "golden"
COMMAND = "JEJAK_REFRESH_GOLDEN=1 pytest tests/crawlers/test_families.py"
SITES = load_sites()
PLAYBOOK = {
    "tribun", "antara", "detik", "kompas", "inews", "radar_jp", "promedia", "disway", "fajar", "sindo", "rri",
    "wordpress", "blogger", "gov",
}  # fmt: skip
"""The families of the playbook (OUTLETS.md) that have many outlets, or a way of their own."""


GIVEN = {
    "humas-kaltara": 'index_pages = ["/berita?start={offset}"]\nindex_step = 4\n',
    "warta-bono": (
        'index_pages = ["https://indeks.warta-bono.localhost/?site=regional&date={date:%Y-%m-%d}&page={page}"]\n'
    ),
}
"""What an entry must name beside the four keys: government sites have no engine in common, and the index of Kompas
stands on a host of its own."""


class Visitor:
    """Asks the newsroom without a network; keeps what was asked, and how it was answered."""

    def __init__(self, newsroom: Newsroom, home: str) -> None:
        self.newsroom, self.home = newsroom, home
        self.asked: list[str] = []
        self.rules: Protego = Protego.parse("")

    async def robots(self, url: str) -> Protego:
        parts = urlsplit(url)
        answer = self.newsroom.answer(parts.netloc, "/robots.txt")
        self.rules = Protego.parse(answer.body.decode())
        return self.rules

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        name = target if parts.hostname == self.home else f"//{parts.hostname}{target}"
        if not self.rules.can_fetch(url, "Jejak"):
            self.asked.append(f"robots {name}")
            return Answer(url, failure="robots", detail="robots.txt does not allow it")
        conditions = {"if-none-match": etag} if etag else {}
        found = finished(self.newsroom.answer(parts.netloc, target), conditions, self.newsroom.port)
        self.asked.append(f"{found.status} {name}")
        if found.status == 404:
            return Answer(url, 404, failure="gone", detail="the host answers 404")
        if found.status >= 400:
            return Answer(url, found.status, failure="http_error", detail=f"the host answers {found.status}")
        return Answer(url, found.status, found.body, list(found.headers.items()))


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    """The newsroom without a listening socket."""
    return Newsroom(port=8765)


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


def entry_of(newsroom: Newsroom, slug: str) -> Outlet:
    text = registry_text(newsroom.papers.values())
    return parse_registry(text, Path("outlets.toml")).outlets[slug]


def look(
    newsroom: Newsroom, outlet: Outlet, frontier: Frontier, reporter: Reporter, since: str = "", until: str = ""
) -> list[str]:
    """Look for an outlet's articles once; gives what was asked."""
    visitor = Visitor(newsroom, outlet.host)
    discovery = Discovery(
        outlet,
        cast("Fetcher", visitor),
        frontier,
        reporter,
        since=since,
        until=until,
        clock=CLOCK,
        index_days=7,
        limit=None,
        thorough=False,
        stopping=lambda: False,
    )
    assert asyncio.run(discovery.run())
    return visitor.asked


def found_by(frontier: Frontier, outlet: Outlet, since: str = "", until: str = "") -> list[dict[str, Any]]:
    return [
        {
            "url": known.canonical_url,
            "key": key,
            "day": known.day_hint,
            "title": known.title,
            "found_in": known.found_in.replace(":8765", ""),
        }
        for known in sorted(
            frontier.wanted(outlet.outlet_id, since, None, until), key=lambda known: known.canonical_url
        )
        for (key,) in frontier.connection.execute(
            "SELECT article_key FROM articles WHERE canonical_url = ? AND part = 1", (known.canonical_url,)
        )
    ]


def test_every_family_of_the_playbook_has_a_site_and_a_golden_file() -> None:
    assert {site.family for site in SITES.values()} >= PLAYBOOK
    assert len(PLAYBOOK) >= 10
    assert families().keys() >= PLAYBOOK
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(SITES)


@pytest.mark.parametrize("slug", SITES)
def test_every_article_is_found_once_as_the_golden_file_says_and_a_second_time_nothing(
    newsroom: Newsroom, frontier: Frontier, reporter: Reporter, slug: str
) -> None:
    outlet, paper = entry_of(newsroom, slug), newsroom.papers[slug]
    asked = look(newsroom, outlet, frontier, reporter)
    found = found_by(frontier, outlet)
    addresses = {row["url"] for row in found}
    articles = {article.canonical_url(paper.site) for article in paper.articles}
    assert addresses >= articles
    # A short link tells what it leads to only when it is followed, and an obstacle is known by its page.
    others = {url for url in addresses - articles if "/?p=" not in url}
    assert others == {f"http://{paper.site.host}{path}" for path, item in paper.obstacles.items() if item.listed_in}
    again = look(newsroom, outlet, frontier, reporter)
    assert found_by(frontier, outlet) == found
    assert len(set(again)) == len(again) <= len(asked)
    # A feed that was rejected is looked at again: it may have been mended.
    assert [line for line in again if line.startswith("200")] == (["200 /rss"] if outlet.family == "tribun" else [])
    result = {"family": outlet.family, "articles": found, "asked": asked, "asked_again": again}
    path = GOLDEN / f"{slug}.json"
    if os.environ.get("JEJAK_REFRESH_GOLDEN"):
        path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert result == json.loads(path.read_text("utf-8")), f"a wanted change? Then run: {COMMAND}"


@pytest.mark.parametrize("slug", [slug for slug, site in SITES.items() if site.family != "custom"])
def test_an_outlet_of_a_known_family_needs_no_more_than_four_keys(
    newsroom: Newsroom, frontier: Frontier, reporter: Reporter, tmp_path: Path, slug: str
) -> None:
    paper = newsroom.papers[slug]
    section = "/kalbar" if paper.site.family == "detik" else paper.site.section_path
    path = tmp_path / "outlets.toml"
    path.write_text(
        f'[[outlets]]\noutlet_id = "{slug}"\nname = "{paper.site.name}"\n'
        f'domain = "{paper.site.host}{section}"\nfamily = "{paper.site.family}"\n' + GIVEN.get(slug, ""),
        # What stands beside the four: where the demo lists differ from what is known of real ones.
        encoding="utf-8",
    )
    outlet = load_registry(path).outlets[slug]
    look(newsroom, outlet, frontier, reporter, since="2025-04-01")
    found = {row["url"] for row in found_by(frontier, outlet)}
    for article in paper.articles:
        assert canonical_url(paper.url(paper.addresses(article).page), outlet) in found, article.title


@pytest.mark.parametrize("slug", SITES)
def test_a_month_that_is_asked_for_is_found_whole(
    newsroom: Newsroom, frontier: Frontier, reporter: Reporter, slug: str
) -> None:
    outlet, paper = entry_of(newsroom, slug), newsroom.papers[slug]
    months = sorted({article.published_at.strftime("%Y-%m") for article in paper.articles})
    for month in months[:2]:
        first, last = f"{month}-01", f"{month}-{_length(month):02d}"
        asked = look(newsroom, outlet, frontier, reporter, since=first, until=last)
        found = {row["url"] for row in found_by(frontier, outlet, first, last)}
        wanted = {
            article.canonical_url(paper.site)
            for article in paper.articles
            if article.published_at.strftime("%Y-%m") == month
        }
        assert wanted <= found, asked


def _length(month: str) -> int:
    year, number = map(int, month.split("-"))
    following = datetime(year + number // 12, number % 12 + 1, 1)
    return (following - datetime(year, number, 1)).days
