"""What goes wrong on purpose in the demo newsroom really does."""

from __future__ import annotations

import gzip
import re
from urllib import robotparser

import pytest
from lxml import etree

from crawlers.newsroom import Newsroom
from crawlers.newsroom.answers import Answer
from crawlers.newsroom.newspaper import Newspaper
from crawlers.newsroom.sites import CLOCK
from crawlers.newsroom.story import DemoArticle


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    """The newsroom without a listening socket: its answers are enough here."""
    return Newsroom(port=8765)


def get(paper: Newspaper, newsroom: Newsroom, address: str) -> Answer:
    """What a path or an absolute address of a site shows, redirects not followed."""
    return newsroom.visit(paper.url(address))


def text_of(answer: Answer) -> str:
    assert answer.status == 200
    body = gzip.decompress(answer.body) if answer.content_type == "application/x-gzip" else answer.body
    return body.decode()


def obstacle_of(newsroom: Newsroom, kind: str) -> list[tuple[Newspaper, str]]:
    return [
        (paper, item.path)
        for paper in newsroom.papers.values()
        for item in paper.obstacles.values()
        if item.kind == kind
    ]


def test_robots_close_paths_and_one_asks_for_half_a_second(newsroom: Newsroom) -> None:
    delays = {}
    for paper in newsroom.papers.values():
        text = text_of(get(paper, newsroom, "/robots.txt"))
        rules = robotparser.RobotFileParser()
        rules.parse(text.splitlines())
        assert "Disallow: /" in text
        assert all(rules.can_fetch("Jejak", paper.url(paper.addresses(article).page)) for article in paper.articles)
        if found := re.search(r"Crawl-delay: (\S+)", text):
            delays[paper.site.slug] = float(found[1])
    assert delays == {"humas-kaltara": 0.5}


def test_wordpress_interface_of_one_site_is_closed_by_robots(newsroom: Newsroom) -> None:
    paper = newsroom.papers["cermin-papua"]
    rules = robotparser.RobotFileParser()
    rules.parse(text_of(get(paper, newsroom, "/robots.txt")).splitlines())
    assert not rules.can_fetch("Jejak", paper.url("/wp-json/wp/v2/posts"))


def test_a_feed_lists_an_article_that_is_gone(newsroom: Newsroom) -> None:
    ((paper, path),) = obstacle_of(newsroom, "gone")
    assert get(paper, newsroom, path).status == 404


def test_a_redirect_never_ends(newsroom: Newsroom) -> None:
    ((paper, path),) = obstacle_of(newsroom, "loop")
    seen = [path]
    for _ in range(6):
        answer = get(paper, newsroom, seen[-1])
        assert answer.status == 302
        seen.append(answer.headers["Location"])
    assert len(set(seen)) == 2


def test_challenge_pages_come_with_403_and_503(newsroom: Newsroom) -> None:
    answers = [get(paper, newsroom, path) for paper, path in obstacle_of(newsroom, "challenge")]
    assert sorted(answer.status for answer in answers) == [403, 503]
    assert all(b"Just a moment..." in answer.body for answer in answers)
    assert all(answer.headers["cf-mitigated"] == "challenge" for answer in answers)


def test_one_page_is_empty_and_one_is_a_pdf(newsroom: Newsroom) -> None:
    ((paper, path),) = obstacle_of(newsroom, "empty")
    assert (get(paper, newsroom, path).status, get(paper, newsroom, path).body) == (200, b"")
    ((paper, path),) = obstacle_of(newsroom, "pdf")
    assert get(paper, newsroom, path).content_type == "application/pdf"
    assert get(paper, newsroom, path).body.startswith(b"%PDF-")


def test_one_press_release_stands_in_four_outlets(newsroom: Newsroom) -> None:
    groups: dict[str, list[DemoArticle]] = {}
    for article in newsroom.articles():
        groups.setdefault(article.group or article.article_id, []).append(article)
    clones = [
        group
        for group in groups.values()
        if len({article.outlet for article in group}) == 4
        and all(len({*group[0].body_paragraphs} & {*article.body_paragraphs}) >= 3 for article in group)
    ]
    assert len(clones) == 1
    assert len({article.body_paragraphs[0] for article in clones[0]}) > 1


def test_the_second_edition_differs_in_exactly_one_article(newsroom: Newsroom) -> None:
    second = Newsroom(port=8765, edition=2)
    changed = [
        (before, after)
        for before, after in zip(newsroom.articles(), second.articles(), strict=True)
        if newsroom.article_pages(before) != second.article_pages(after)
    ]
    assert len(changed) == 1
    before, after = changed[0]
    assert after.article_id == before.article_id
    assert after.title == before.title
    assert after.body_paragraphs[: len(before.body_paragraphs)] == before.body_paragraphs
    assert len(after.body_paragraphs) > len(before.body_paragraphs)
    assert after.modified_at is not None
    assert before.updated_at < after.modified_at < CLOCK
    paper = second.papers[after.outlet]
    tree = etree.fromstring(text_of(get(paper, second, "/post-sitemap.xml")).encode())
    times = {url.findtext("{*}loc"): url.findtext("{*}lastmod") for url in tree.iter("{*}url")}
    assert times[paper.url(paper.addresses(after).page)] == after.modified_at.isoformat()
