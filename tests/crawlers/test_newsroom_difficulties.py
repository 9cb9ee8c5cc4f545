"""Every difficulty of the real sites is really planted in the demo newsroom."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib import robotparser
from urllib.parse import urlsplit

import pytest
from lxml import etree
from lxml import html as lxml_html

from crawlers.newsroom import Newsroom
from crawlers.newsroom.answers import Answer
from crawlers.newsroom.content import ContentError, content_folder, load_articles
from crawlers.newsroom.newspaper import Newspaper
from crawlers.newsroom.obstacles import CLOSED_WORDS
from crawlers.newsroom.rendering import section_path, true_charset
from crawlers.newsroom.sites import CLOCK, load_sites
from crawlers.newsroom.story import DemoArticle


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    """The newsroom without a listening socket: its answers are enough here."""
    return Newsroom(port=8765)


def get(paper: Newspaper, newsroom: Newsroom, address: str) -> Answer:
    """What a path or an absolute address of a site shows, redirects not followed."""
    parts = urlsplit(paper.url(address))
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return newsroom.answer(parts.netloc, target)


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


def every(newsroom: Newsroom) -> list[tuple[Newspaper, DemoArticle]]:
    return [(paper, article) for paper in newsroom.papers.values() for article in paper.articles]


# --- articles and their pages


def test_there_are_ten_sites_of_nine_families_with_articles_over_eighteen_months(newsroom: Newsroom) -> None:
    articles = newsroom.articles()
    assert len(articles) >= 66
    assert len({paper.site.family for paper in newsroom.papers.values()}) == 9
    assert {len(paper.articles) >= 5 for paper in newsroom.papers.values()} == {True}
    assert articles[-1].published_at - articles[0].published_at > timedelta(days=540)
    assert articles[-1].published_at < CLOCK


def test_every_article_page_shows_title_paragraphs_and_author(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        if paper.site.family == "radar_jp":
            continue
        charset = true_charset(paper, article)
        shown = " ".join(
            " ".join(
                lxml_html.fromstring(body.decode(charset)).text_content() for _, body in newsroom.article_pages(article)
            ).split()
        )
        assert article.title in shown
        assert article.author in shown
        for paragraph in article.paragraphs:
            assert paragraph.encode(charset, "ignore").decode(charset) in shown.encode(charset, "ignore").decode(
                charset
            )
        if dateline := paper.site.printed_dateline(article):
            assert f"{dateline} {article.paragraphs[0][:20]}" in shown


def test_every_article_page_names_its_canonical_address_except_the_government_site(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        for address in (a for a in [paper.addresses(article).page, *paper.addresses(article).parts]):
            tree = lxml_html.fromstring(get(paper, newsroom, address).body)
            named = tree.xpath("//link[@rel='canonical']/@href")
            if paper.site.family == "gov":
                assert named == []
            else:
                assert [link.replace(":8765", "") for link in named] == [article.canonical_url(paper.site)]


def test_pages_have_a_size_that_is_mostly_not_the_story(newsroom: Newsroom) -> None:
    for _, article in every(newsroom):
        for _, body in newsroom.article_pages(article):
            assert 15_000 < len(body) < 60_000
            assert len(body) > 3 * len(article.body_text)


def test_share_bars_related_lists_and_read_also_lines_stand_on_the_pages(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        address, body = newsroom.article_pages(article)[0]
        text = body.decode(true_charset(paper, article))
        assert "WhatsApp</a>" in text, address
        assert 'class="related' in text, address
        assert re.search("baca juga", text, re.IGNORECASE), address


def test_headers_print_the_day_of_loading_not_of_publication(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        text = get(paper, newsroom, paper.addresses(article).page).body.decode(true_charset(paper, article))
        assert "Kamis, 15 Oktober 2026" in text


def test_the_government_site_prints_the_title_three_times_and_the_hour_of_loading(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "gov")
    for article in paper.articles:
        tree = lxml_html.fromstring(newsroom.article_pages(article)[0][1])
        main = tree.xpath("//div[contains(@class,'item-page')]")[0].text_content()
        assert main.count(article.title) >= 3
        assert "pukul 10:00 WITA" in tree.text_content()
        assert f"{article.published_at:%H.%M} {article.published_at.day} " in main


def test_structured_data_is_there_where_the_family_has_it_and_missing_where_not(newsroom: Newsroom) -> None:
    with_article = {"lintas-nusa", "warta-flobamora", "kepri-antar", "detik-khatulistiwa", "portal-pasundan"}
    for paper, article in every(newsroom):
        tree = lxml_html.fromstring(newsroom.article_pages(article)[0][1])
        found = [json.loads(text) for text in tree.xpath("//script[@type='application/ld+json']/text()")]
        nodes = [node for item in found for node in item.get("@graph", [item])]
        stories = [node for node in nodes if node["@type"] in ("NewsArticle", "Article")]
        if paper.site.slug in with_article:
            assert [datetime.fromisoformat(node["datePublished"]) for node in stories] == [article.published_at]
            assert [node["headline"] for node in stories] == [article.title]
        else:
            assert stories == []


def test_radar_pages_carry_the_body_only_in_the_embedded_state(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "radar_jp")
    for article in paper.articles:
        tree = lxml_html.fromstring(newsroom.article_pages(article)[0][1])
        state = json.loads(tree.xpath("//script[@id='__NEXT_DATA__']/text()")[0])["props"]["pageProps"]["article"]
        content = lxml_html.fromstring(f"<div>{state['content']}</div>").text_content()
        for script in tree.xpath("//script"):
            script.drop_tree()
        for paragraph in article.paragraphs:
            assert paragraph in content
        for paragraph in article.body_paragraphs[1:]:
            assert paragraph not in tree.text_content()
        assert datetime.fromisoformat(state["published_at"]) == article.published_at


def test_some_captions_repeat_the_lead(newsroom: Newsroom) -> None:
    repeating = [
        (paper, article)
        for paper, article in every(newsroom)
        if article.caption and article.body_paragraphs[0].startswith(article.caption[:60])
    ]
    assert len(repeating) >= 4
    for paper, article in repeating:
        assert article.caption is not None
        page = get(paper, newsroom, paper.addresses(article).page).body.decode(true_charset(paper, article))
        assert page.count(article.caption[:60]) >= 2


def test_old_agency_pages_print_a_paragraph_twice_and_new_ones_do_not(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "antara")
    counts = {
        article.published_at: newsroom.article_pages(article)[0][1].decode().count(article.paragraphs[1][:80])
        for article in paper.articles
    }
    assert {count for day, count in counts.items() if day < CLOCK - timedelta(days=365)} == {2}
    assert {count for day, count in counts.items() if day > CLOCK - timedelta(days=365)} == {1}


def test_blogger_pages_put_labels_before_the_body_and_some_break_lines_in_sentences(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "blogger")
    texts = [newsroom.article_pages(article)[0][1].decode() for article in paper.articles]
    assert all(text.index("post-labels") < text.index("post-body") for text in texts)
    broken = [text for text in texts if re.search(r"[a-z,]<br />\n[a-z]", text)]
    assert 0 < len(broken) < len(texts)


def test_tribun_and_detik_pages_carry_their_own_noise(newsroom: Newsroom) -> None:
    (tribun,), (detik,) = papers_of(newsroom, "tribun"), papers_of(newsroom, "detik")
    for article in tribun.articles:
        text = newsroom.article_pages(article)[0][1].decode()
        assert f"Laporan Reporter WARTA-FLOBAMORA.COM, {article.author}" in text
        assert "Ringkasan Berita:" in text
    for article in detik.articles:
        text = newsroom.article_pages(article)[0][1].decode()
        assert "SCROLL TO CONTINUE WITH CONTENT" in text
        assert re.search(r"\([a-z]{3}/[a-z]{3}\)", text)


def test_tribun_addresses_changed_shape_in_september_2025(newsroom: Newsroom) -> None:
    (paper,) = papers_of(newsroom, "tribun")
    shapes = {bool(re.match(r"/\d{4}/\d{2}/\d{2}/", paper.addresses(article).page)) for article in paper.articles}
    assert shapes == {True, False}


def test_broken_charsets_are_of_both_kinds_and_some_pages_are_sound(newsroom: Newsroom) -> None:
    paper = newsroom.papers["cermin-papua"]
    kinds = set()
    for article in paper.articles:
        answer = get(paper, newsroom, paper.addresses(article).page)
        declared = answer.content_type.rsplit("=", 1)[1].lower()
        assert re.search(rb'<meta charset="([^"]+)"', answer.body)[1].decode().lower() == declared
        try:
            answer.body.decode("utf-8")
            actual = "utf-8"
        except UnicodeDecodeError:
            actual = "cp1252"
        kinds.add((declared, actual))
    assert kinds >= {("iso-8859-1", "utf-8"), ("iso-8859-1", "cp1252")}
    assert kinds <= {("iso-8859-1", "utf-8"), ("iso-8859-1", "cp1252"), ("utf-8", "utf-8")}


# --- several addresses for one article


def test_many_page_articles_are_split_and_shown_whole_on_request(newsroom: Newsroom) -> None:
    split = [(paper, article) for paper, article in every(newsroom) if article.page_count > 1]
    assert {paper.site.family for paper, _ in split} == {"wordpress", "tribun", "promedia"}
    for paper, article in split:
        known = paper.addresses(article)
        pages = [text_of(get(paper, newsroom, path)) for path in [known.page, *known.parts]]
        assert len(pages) == article.page_count
        for number, part in enumerate(article.parts()):
            for paragraph in part:
                # The first page repeats the lead in its description, and captions may repeat it on any page.
                assert lxml_html.fromstring(pages[number]).text_content().count(paragraph) >= 1
        for paragraph in article.parts()[1]:
            assert paragraph not in pages[0]
        assert all(f'href="{path}"' in pages[0] for path in known.parts)
        if known.whole:
            whole = lxml_html.fromstring(get(paper, newsroom, known.whole).body).text_content()
            assert all(paragraph in whole for paragraph in article.paragraphs)


def test_amp_mobile_and_channel_copies_name_the_same_canonical_address(newsroom: Newsroom) -> None:
    checked = set()
    for paper, article in every(newsroom):
        known = paper.addresses(article)
        copies = [path for path in (known.amp, known.whole, *known.aliases) if path]
        copies += [f"http://{host}:8765{known.page}" for host in paper.site.mirrors]
        for address in copies:
            named = lxml_html.fromstring(get(paper, newsroom, address).body).xpath("//link[@rel='canonical']/@href")
            assert named == [paper.url(known.page)], address
            checked.add(paper.site.family)
    assert checked >= {"wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "custom"}


def test_the_amp_host_shows_amp_pages_and_is_linked(newsroom: Newsroom) -> None:
    paper = newsroom.papers["kabar-celebes"]
    linked = [entry.path for entry in paper.popular() if entry.path.startswith("http://amp.")]
    assert linked
    for address in linked:
        assert text_of(get(paper, newsroom, address)).startswith("<!doctype html>\n<html amp")


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
    assert families == {"wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "custom"}


def test_tracking_parameters_change_nothing(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        path = paper.addresses(article).page
        assert get(paper, newsroom, f"{path}?utm_source=x&fbclid=1").body == get(paper, newsroom, path).body


# --- feeds


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


# --- sitemaps and listings


@pytest.mark.parametrize(
    "slug",
    [
        "lintas-nusa", "suara-tenggara", "warta-flobamora", "kepri-antar", "detik-khatulistiwa", "radar-mandalika",
        "portal-pasundan", "cermin-papua", "kabar-celebes",
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
        (newsroom.papers["detik-khatulistiwa"], "/kalbar/sitemap_news.xml"),
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
        ("detik-khatulistiwa", "/kalbar/indeks?page={}", 2),
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
        ("detik-khatulistiwa", "/kalbar/indeks?date={:%m/%d/%Y}&page={}"),
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


# --- robots.txt and what goes wrong


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


def test_wordpress_interface_of_one_site_is_closed_by_robots(newsroom: Newsroom) -> None:
    paper = newsroom.papers["cermin-papua"]
    rules = robotparser.RobotFileParser()
    rules.parse(text_of(get(paper, newsroom, "/robots.txt")).splitlines())
    assert not rules.can_fetch("Jejak", paper.url("/wp-json/wp/v2/posts"))


def obstacle_of(newsroom: Newsroom, kind: str) -> list[tuple[Newspaper, str]]:
    return [
        (paper, item.path)
        for paper in newsroom.papers.values()
        for item in paper.obstacles.values()
        if item.kind == kind
    ]


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


# --- press releases, editions, content


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


FRONT = """+++
id = "1"
outlet = "lintas-nusa"
title = "Rapat di Balai Desa"
section = "daerah"
tags = ["desa"]
author = "Maria Lodan"
published_at = 2025-05-07T09:15:00+08:00
dateline = "KUPANG"
relevance = "none"
{extra}+++
Warga bertemu di balai desa.

Mereka sepakat memperbaiki jalan. (mel)
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "001-rapat.md").write_text(text, encoding="utf-8")
    (tmp_path / "sites.toml").write_text((content_folder() / "sites.toml").read_text("utf-8"), encoding="utf-8")
    return tmp_path


def test_an_article_file_gives_what_cleaning_should_give(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra=""))
    (article,) = load_articles(folder)
    site = load_sites(folder)["lintas-nusa"]
    assert article.canonical_url(site) == "http://lintas-nusa.localhost/2025/05/07/rapat-di-balai-desa/"
    assert article.body_text == "Warga bertemu di balai desa.\nMereka sepakat memperbaiki jalan."
    assert article.authors == ["Maria Lodan"]
    assert site.printed_dateline(article) == "KUPANG, LINTASNUSA.COM –"


@pytest.mark.parametrize("desk", ["Redaksi", "Redaksi Portal Pasundan", "Tim Publikasi"])
def test_a_desk_is_no_author(tmp_path: Path, desk: str) -> None:
    (article,) = load_articles(folder_with(tmp_path, FRONT.format(extra="").replace("Maria Lodan", desk)))
    assert article.authors == []


def test_a_release_named_in_also_is_carried_by_the_other_outlet_with_an_edited_lead(tmp_path: Path) -> None:
    first, copy = load_articles(folder_with(tmp_path, FRONT.format(extra='also = ["warta-flobamora"]\n')))
    assert (first.outlet, copy.outlet) == ("lintas-nusa", "warta-flobamora")
    assert copy.body_paragraphs[1:] == first.body_paragraphs[1:]
    assert copy.body_paragraphs[0] != first.body_paragraphs[0]
    assert copy.published_at > first.published_at


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('outlet = "lintas-nusa"', 'outlet = "lintas-nusantara"', "outlet 'lintas-nusantara' is not in sites.toml"),
        ('author = "Maria Lodan"\n', "", "front matter lacks author"),
        ("+08:00", "", "published_at must be a date and time with offset"),
        ("section =", "seksi =", "front matter lacks section"),
        ("dateline =", "kota =", "unknown keys kota"),
        ("title =", "title ==", "front matter is not TOML"),
        ("+++\nid", "id", "must begin with TOML"),
    ],
)
def test_a_broken_article_file_is_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra="").replace(old, new, 1))
    with pytest.raises(ContentError, match=re.escape(message)) as caught:
        load_articles(folder)
    assert "001-rapat.md" in str(caught.value)


def test_an_edition_that_changes_an_unknown_article_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra=""))
    with pytest.raises(ContentError, match="edition_2 names article"):
        load_articles(folder, edition=2)
