"""Edition 3 of the demo newsroom: one site looks different, and is no empty shell."""

from __future__ import annotations

import json
import re

import pytest

from crawlers.inspection import inspect_page
from crawlers.newsroom import Newsroom
from crawlers.newsroom.newsroom_registry import write_registry
from crawlers.newsroom.sites import load_site_table
from crawlers.registry import load_registry

SLUG = load_site_table()["edition_3"]["site"]


@pytest.fixture(scope="module")
def before() -> Newsroom:
    return Newsroom(port=8765, edition=2)


@pytest.fixture(scope="module")
def after() -> Newsroom:
    return Newsroom(port=8765, edition=3)


def test_only_the_pages_of_one_site_differ(before: Newsroom, after: Newsroom) -> None:
    changed = {
        new.outlet
        for old, new in zip(before.articles(), after.articles(), strict=True)
        if before.article_pages(old) != after.article_pages(new)
    }
    assert changed == {SLUG}


def test_its_feed_is_gone_and_its_other_lists_stay(before: Newsroom, after: Newsroom) -> None:
    paper = after.papers[SLUG]
    for path in paper.site.feeds:
        assert before.visit(paper.url(path)).status == 200
        assert after.visit(paper.url(path)).status == 404
    for path in (*paper.site.sitemaps, paper.site.index_pages[0].format(page=1)):
        assert after.visit(paper.url(path)) == before.visit(paper.url(path))


def test_its_pages_show_text_and_carry_the_story_where_no_rule_looks(
    after: Newsroom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("registry") / "outlets.toml"
    write_registry(path, after.papers.values())
    outlet = load_registry(path).outlets[SLUG]
    for article in after.articles():
        if article.outlet != SLUG:
            continue
        (url, body), *_ = after.article_pages(article)
        facts = inspect_page(body, url, outlet, "text/html", "utf-8")
        assert facts.title == article.title
        assert facts.published_at is None
        page = body.decode()
        data = re.search(r'id="__NUXT_DATA__"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert data is not None
        values = json.loads(data[1])
        story = values[values[values[values[1]["data"]]["artikel"]]["isi"]]
        assert article.paragraphs[-1] in story.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
        shown = page.replace(data[0], "")
        assert article.paragraphs[-1] not in shown
        assert article.author not in shown
        assert str(article.published_at.year) not in re.sub(r"15 Oktober 2026|© 2026|/2026/", "", shown) or (
            str(article.published_at.year) in article.title
        )
