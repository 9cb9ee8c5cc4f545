"""Every article of the demo newsroom comes out as it was written, whatever its site prints around it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from crawlers.newsroom import Newsroom
from crawlers.newsroom.story import DemoArticle
from extract.article import Article, OutletHints
from extract.cleaning import clean

NEWSROOM = Newsroom()
DESK = re.compile(r"^(Redaksi|Humas|Tim)\b")
FAMILIES = sorted({paper.site.family for paper in NEWSROOM.papers.values()})


def cleaned(article: DemoArticle, *, family: str | None = None) -> Article:
    site = NEWSROOM.papers[article.outlet].site
    pages = NEWSROOM.article_pages(article)
    outlet = OutletHints(site.slug, site.name, family or site.family, site.timezone, site.province_code)
    url = article.canonical_url(site)
    return clean([body for _, body in pages], url=pages[0][0], canonical_url=url, outlet=outlet)


def articles_of(family: str) -> list[DemoArticle]:
    return [article for article in NEWSROOM.articles() if NEWSROOM.papers[article.outlet].site.family == family]


def test_the_demo_has_the_families_that_cleaning_knows() -> None:
    assert {"wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "gov", "custom"} <= set(
        FAMILIES
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_articles_of_a_family_come_out_as_written(family: str) -> None:
    for article in articles_of(family):
        result = cleaned(article)
        assert result.text.split("\n") == list(article.body_paragraphs), article.title
        assert result.title == article.title
        assert datetime.fromisoformat(result.published_at or "") == article.published_at, article.title
        assert result.authors == [name for name in article.authors if not DESK.match(name)], article.title
        assert result.language == "id"


@pytest.mark.parametrize("family", FAMILIES)
def test_datelines_are_split_off(family: str) -> None:
    for article in articles_of(family):
        printed = NEWSROOM.papers[article.outlet].site.printed_dateline(article)
        assert (cleaned(article).dateline or "") == printed.rstrip(" –-|:"), article.title


def test_changed_articles_give_the_time_of_their_change() -> None:
    changed = [article for article in NEWSROOM.articles() if article.modified_at]
    found = {article.article_id: cleaned(article).modified_at for article in changed}
    assert any(found.values())
    for article in changed:
        if found[article.article_id]:
            assert datetime.fromisoformat(found[article.article_id] or "") == article.modified_at


def test_times_are_on_the_clock_of_the_newsroom() -> None:
    for article in NEWSROOM.articles():
        zone = NEWSROOM.papers[article.outlet].site.zone
        assert (cleaned(article).published_at or "").endswith(article.published_at.astimezone(zone).isoformat()[-6:])


def test_articles_on_several_pages_are_joined_without_repeats() -> None:
    several = [article for article in NEWSROOM.articles() if article.page_count > 1]
    assert several
    for article in several:
        lines = cleaned(article).text.split("\n")
        assert len(lines) == len(set(lines)) == len(article.body_paragraphs)


def test_every_form_of_an_article_has_its_text() -> None:
    seen = 0
    for article in NEWSROOM.articles():
        paper = NEWSROOM.papers[article.outlet]
        addresses = paper.addresses(article)
        for path in filter(None, (addresses.amp, addresses.whole, addresses.short)):
            answer = NEWSROOM.answer(paper.site.host, path)
            if answer.status == 200:
                site = paper.site
                hints = OutletHints(site.slug, site.name, site.family, site.timezone, site.province_code)
                result = clean([answer.body], url=paper.url(path), canonical_url=path, outlet=hints)
                assert result.text == article.body_text, path
                seen += 1
    assert seen > 30


def test_an_unknown_family_loses_no_paragraph() -> None:
    for article in NEWSROOM.articles():
        lines = cleaned(article, family="generic").text.split("\n")
        missing = [line for line in article.body_paragraphs if line not in lines]
        assert len(missing) <= 1, (article.title, missing)
