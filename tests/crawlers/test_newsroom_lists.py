"""The demo sites announce their articles in all the ways of the real ones, and mislead in all their ways."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta
from urllib import robotparser

import pytest
from lxml import etree
from lxml import html as lxml_html

from crawlers.newsroom import Newsroom
from crawlers.newsroom.answers import Answer
from crawlers.newsroom.newspaper import Newspaper
from crawlers.newsroom.obstacles import CLOSED_WORDS
from crawlers.newsroom.rendering import section_path
from crawlers.newsroom.sites import CLOCK


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


def locations(answer: Answer) -> list[str]:
    return [item.text for item in etree.fromstring(text_of(answer).encode()).iter("{*}loc")]


def all_sitemap_pages(paper: Newspaper, newsroom: Newsroom) -> tuple[list[str], int]:
    """Page addresses of all sitemaps of a site, and how deep its sitemaps are nested."""
    pages: list[str] = []
    deepest = 0
    waiting = [(address, 1) for address in paper.site.sitemaps]
    while waiting:
        address, depth = waiting.pop()
        deepest = max(deepest, depth)
        answer = get(paper, newsroom, address)
        if b"<sitemapindex" in (answer.unpacked or answer.body):
            waiting += [(found, depth + 1) for found in locations(answer)]
        else:
            pages += locations(answer)
    return pages, deepest


def article_links(paper: Newspaper, answer: Answer) -> list[str]:
    """Addresses of articles in the main column of a listing, in order."""
    tree = lxml_html.fromstring(text_of(answer))
    known = {paper.addresses(article).page for article in paper.articles}
    return list(dict.fromkeys(link for link in tree.xpath("//main//a/@href") if link in known))


def papers_of(newsroom: Newsroom, *families: str) -> list[Newspaper]:
    return [paper for paper in newsroom.papers.values() if paper.site.family in families]


def test_doubles_are_really_linked_and_lead_to_the_article(newsroom: Newsroom) -> None:
    families = set()
    for paper in newsroom.papers.values():
        linked = " ".join(all_sitemap_pages(paper, newsroom)[0]) + text_of(get(paper, newsroom, "/"))
        for entry in [*paper.doubles(), *paper.popular()]:
            answer = get(paper, newsroom, entry.path)
            assert entry.article is not None
            if answer.status == 301:
                assert answer.headers["Location"] == paper.url(paper.addresses(entry.article).page)
            else:
                assert entry.article.title in lxml_html.fromstring(answer.body).text_content()
            if entry.path != paper.addresses(entry.article).page and entry.path in linked:
                families.add(paper.site.family)
    assert families == {
        "wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "custom",
        "kompas", "inews", "rri", "fajar", "sindo",
    }  # fmt: skip


def test_the_tribun_feed_links_the_homepage_in_every_item(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "tribun")
    feed = etree.fromstring(text_of(get(paper, newsroom, "/rss")).encode())
    links = [item.text for item in feed.iterfind("channel/item/link")]
    assert len(links) > 4
    assert set(links) == {paper.url("/")}


@pytest.mark.parametrize(
    ("slug", "path"), [("lintas-nusa", "/feed/"), ("cermin-papua", "/feed/"), ("kepri-antar", "/rss/terkini.xml")]
)
def test_honest_feeds_give_title_link_and_time(newsroom: Newsroom, slug: str, path: str) -> None:
    paper = newsroom.papers[slug]
    feed = etree.fromstring(text_of(get(paper, newsroom, path)).encode())
    links = [item.text or "" for item in feed.iterfind("channel/item/link")]
    expected = {paper.url(paper.addresses(article).page) for article in paper.articles[:8]}
    assert len(set(links)) == len(links)
    assert {link.split("?utm_")[0] for link in links} >= expected
    assert all(item.findtext("pubDate") for item in feed.iterfind("channel/item"))
    if slug == "kepri-antar":
        assert all("utm_source=rss" in link for link in links)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_the_blogger_feed_carries_full_texts_in_slices(newsroom: Newsroom, form: str) -> None:
    (paper,) = papers_of(newsroom, "blogger")
    texts: list[str] = []
    start = 1
    for _ in range(10):
        address = f"/feeds/posts/default?alt={form}&max-results=150&start-index={start}"
        feed = etree.fromstring(text_of(get(paper, newsroom, address)).encode())
        entries = feed.findall("{*}entry") or feed.findall("channel/item")
        if not entries:
            break
        assert len(entries) <= 4
        texts += [entry.findtext("{*}content") or entry.findtext("description") or "" for entry in entries]
        start += len(entries)
    assert len(texts) == len(paper.articles) > 4
    for article, text in zip(paper.articles, texts, strict=True):
        assert all(paragraph in lxml_html.fromstring(text).text_content() for paragraph in article.paragraphs)


def test_the_blogger_label_feed_holds_only_that_label(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "blogger")
    feed = etree.fromstring(text_of(get(paper, newsroom, "/feeds/posts/default/-/TPPO")).encode())
    expected = [article.title for article in paper.articles if "TPPO" in article.tags][:4]
    assert [entry.findtext("{*}title") for entry in feed.findall("{*}entry")] == expected != []


def test_the_wordpress_interface_pages_and_filters(newsroom: Newsroom) -> None:
    paper = newsroom.papers["lintas-nusa"]
    base = "/wp-json/wp/v2/posts"
    first = get(paper, newsroom, f"{base}?per_page=3&page=1&_fields=id,link,date_gmt,title")
    posts = json.loads(first.body)
    assert len(posts) == 3
    assert set(posts[0]) == {"id", "link", "date_gmt", "title"}
    assert first.headers["X-WP-Total"] == str(len(paper.articles))
    last = int(first.headers["X-WP-TotalPages"])
    assert last == -(-len(paper.articles) // 3)
    beyond = get(paper, newsroom, f"{base}?per_page=3&page={last + 1}")
    assert (beyond.status, json.loads(beyond.body)["code"]) == (400, "rest_post_invalid_page_number")
    assert get(paper, newsroom, f"{base}?per_page=101").status == 400
    middle = paper.articles[3].published_at
    later = json.loads(get(paper, newsroom, f"{base}?after={middle:%Y-%m-%dT%H:%M:%S}").body)
    earlier = json.loads(get(paper, newsroom, f"{base}?before={middle:%Y-%m-%dT%H:%M:%S}").body)
    assert [post["link"] for post in later] == [paper.url(paper.addresses(a).page) for a in paper.articles[:3]]
    assert len(later) + len(earlier) + 1 == len(paper.articles)
    assert get(paper, newsroom, f"{base}?after=kemarin").status == 400


@pytest.mark.parametrize(
    "slug",
    [
        "lintas-nusa", "suara-tenggara", "warta-flobamora", "kepri-antar", "menit-khatulistiwa", "radar-mandalika",
        "portal-pasundan", "cermin-papua", "kabar-celebes", "harian-enggano", "siaran-pala", "ombak-mandar",
        "lintang-pantura",
    ],
)  # fmt: skip
def test_the_sitemaps_name_every_article(newsroom: Newsroom, slug: str) -> None:
    paper = newsroom.papers[slug]
    pages, depth = all_sitemap_pages(paper, newsroom)
    assert {paper.url(paper.addresses(article).page) for article in paper.articles} <= set(pages)
    assert depth >= 2


def test_a_sitemap_is_nested_three_deep_and_gzipped(newsroom: Newsroom) -> None:
    paper = newsroom.papers["kabar-celebes"]
    assert all_sitemap_pages(paper, newsroom)[1] == 3
    packed = get(paper, newsroom, "/arsip/2025.xml.gz")
    assert packed.content_type == "application/x-gzip"
    assert packed.body[:2] == b"\x1f\x8b"


def test_news_sitemaps_hold_only_the_last_two_days(newsroom: Newsroom) -> None:
    dates = []
    for paper, path in [
        (newsroom.papers["portal-pasundan"], "/sitemap-news.xml"),
        (newsroom.papers["menit-khatulistiwa"], "/kalbar/sitemap_news.xml"),
    ]:
        tree = etree.fromstring(text_of(get(paper, newsroom, path)).encode())
        dates += [datetime.fromisoformat(item.text) for item in tree.iter("{*}publication_date")]
    assert dates
    assert all(CLOCK - moment <= timedelta(hours=48) for moment in dates)


def test_the_government_site_has_neither_feed_nor_sitemap_but_a_listing_by_offset(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "gov")
    assert get(paper, newsroom, "/sitemap.xml").status == 404
    assert get(paper, newsroom, "/feed/").status == 404
    assert "Sitemap:" not in text_of(get(paper, newsroom, "/robots.txt"))
    found: list[str] = []
    for start in range(0, 40, paper.site.per_page):
        found += article_links(paper, get(paper, newsroom, f"/berita?start={start}"))
    assert found == [paper.addresses(article).page for article in paper.articles]


@pytest.mark.parametrize(
    ("slug", "pattern", "cap"),
    [
        ("warta-flobamora", "/index-news?page={}", 2),
        ("kepri-antar", "/terkini?page={}", 2),
        ("menit-khatulistiwa", "/kalbar/indeks?page={}", 2),
        ("portal-pasundan", "/indeks-berita?page={}", 2),
        ("radar-mandalika", "/indeks?page={}", 1),
    ],
)
def test_undated_indexes_repeat_themselves(newsroom: Newsroom, slug: str, pattern: str, cap: int) -> None:
    paper = newsroom.papers[slug]
    pages = [article_links(paper, get(paper, newsroom, pattern.format(number))) for number in range(1, 6)]
    assert len({tuple(page) for page in pages}) == cap
    assert pages[cap - 1] == pages[-1] != []
    assert len({link for page in pages for link in page}) < len(paper.articles)


@pytest.mark.parametrize(
    ("slug", "pattern"),
    [
        ("warta-flobamora", "/index-news?date={:%Y-%m-%d}&page={}"),
        ("menit-khatulistiwa", "/kalbar/indeks?date={:%m/%d/%Y}&page={}"),
        ("portal-pasundan", "/indeks-berita?daterange={0:%d/%m/%Y}%20-%20{0:%d/%m/%Y}&page={1}"),
    ],
)
def test_dated_indexes_show_the_day_and_repeat_it_behind_the_last_page(
    newsroom: Newsroom, slug: str, pattern: str
) -> None:
    paper = newsroom.papers[slug]
    for article in paper.articles:
        day = article.published_at
        first, fourth = (get(paper, newsroom, pattern.format(day, number)) for number in (1, 4))
        assert paper.addresses(article).page in article_links(paper, first)
        assert article_links(paper, fourth) == article_links(paper, first)
    empty = get(paper, newsroom, pattern.format(datetime(2024, 1, 1), 1))
    assert article_links(paper, empty) == []


def test_wordpress_listings_end_with_a_404(newsroom: Newsroom) -> None:
    paper = newsroom.papers["cermin-papua"]
    assert get(paper, newsroom, "/page/1/").status == 200
    assert get(paper, newsroom, "/page/2/").status == 200
    assert get(paper, newsroom, "/page/9/").status == 404


def test_menu_and_imprint_links_lead_somewhere(newsroom: Newsroom) -> None:
    for paper in newsroom.papers.values():
        tree = lxml_html.fromstring(text_of(get(paper, newsroom, "/")))
        for link in tree.xpath("//nav[@class='menu']//a/@href | //div[@class='topline']//a/@href"):
            assert get(paper, newsroom, link).status == 200, f"{paper.site.slug}{link}"


def test_sections_and_tags_list_their_articles(newsroom: Newsroom) -> None:
    for paper in newsroom.papers.values():
        article = paper.articles[0]
        section = get(paper, newsroom, section_path(paper, article.section))
        assert paper.addresses(article).page in article_links(paper, section)
    paper = newsroom.papers["lintas-nusa"]
    tagged = [paper.addresses(article).page for article in paper.articles if "TPPO" in article.tags]
    assert article_links(paper, get(paper, newsroom, "/tag/tppo/")) == tagged[: paper.site.per_page] != []


def test_every_picture_on_a_page_is_there(newsroom: Newsroom) -> None:
    for paper in newsroom.papers.values():
        tree = lxml_html.fromstring(text_of(get(paper, newsroom, "/")))
        for source in tree.xpath("//img/@src | //link[@rel='icon']/@href"):
            picture = get(paper, newsroom, source)
            assert (picture.status, picture.content_type) == (200, "image/svg+xml"), source
            assert etree.fromstring(picture.body).tag.endswith("svg")


def test_the_closed_story_is_listed_and_only_there_stand_its_words(newsroom: Newsroom) -> None:
    paper = newsroom.papers["lintas-nusa"]
    (closed,) = [item for item in paper.obstacles.values() if item.kind == "closed"]
    rules = robotparser.RobotFileParser()
    rules.parse(text_of(get(paper, newsroom, "/robots.txt")).splitlines())
    assert not rules.can_fetch("Jejak", paper.url(closed.path))
    assert paper.url(closed.path) in all_sitemap_pages(paper, newsroom)[0]
    assert closed.path in text_of(get(paper, newsroom, "/"))
    assert re.search(paper.site.article_pattern, closed.path)
    assert CLOSED_WORDS in text_of(get(paper, newsroom, closed.path))
    assert all(CLOSED_WORDS not in article.body_text for article in newsroom.articles())


def test_every_obstacle_is_listed_where_a_crawler_looks_and_matches_the_article_pattern(newsroom: Newsroom) -> None:
    for paper in newsroom.papers.values():
        for item in paper.obstacles.values():
            assert re.fullmatch(paper.site.article_pattern, item.path)
            if "feed" in item.listed_in:
                assert paper.url(item.path) in text_of(get(paper, newsroom, paper.site.feeds[0]))
            if "sitemap" in item.listed_in:
                assert paper.url(item.path) in all_sitemap_pages(paper, newsroom)[0]
            if "front" in item.listed_in:
                assert f'href="{item.path}"' in text_of(get(paper, newsroom, "/"))
