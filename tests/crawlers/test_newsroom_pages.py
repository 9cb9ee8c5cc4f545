"""The demo sites' article pages are as cluttered, broken and manifold as the real ones."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta

import pytest
from lxml import html as lxml_html

from crawlers.newsroom import Newsroom
from crawlers.newsroom.answers import Answer
from crawlers.newsroom.newspaper import Newspaper
from crawlers.newsroom.rendering import true_charset
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


def papers_of(newsroom: Newsroom, *families: str) -> list[Newspaper]:
    return [paper for paper in newsroom.papers.values() if paper.site.family in families]


def every(newsroom: Newsroom) -> list[tuple[Newspaper, DemoArticle]]:
    return [(paper, article) for paper in newsroom.papers.values() for article in paper.articles]


def test_there_are_sixteen_sites_of_fifteen_families_with_articles_over_eighteen_months(newsroom: Newsroom) -> None:
    articles = newsroom.articles()
    assert len(articles) >= 84
    assert len({paper.site.family for paper in newsroom.papers.values()}) == 15
    assert {len(paper.articles) >= 3 for paper in newsroom.papers.values()} == {True}
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
    with_article = {
        "lintas-nusa", "warta-flobamora", "kepri-antar", "menit-khatulistiwa", "portal-pasundan",
        "warta-bono", "menara-deli", "ombak-mandar", "lintang-pantura",
    }  # fmt: skip
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


def test_many_page_articles_are_split_and_shown_whole_on_request(newsroom: Newsroom) -> None:
    split = [(paper, article) for paper, article in every(newsroom) if article.page_count > 1]
    assert {paper.site.family for paper, _ in split} == {"wordpress", "tribun", "promedia", "kompas", "disway", "fajar"}
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
    assert checked >= {
        "wordpress", "blogger", "tribun", "antara", "detik", "radar_jp", "promedia", "custom",
        "kompas", "inews", "rri", "fajar", "sindo",
    }  # fmt: skip


def test_the_amp_host_shows_amp_pages_and_is_linked(newsroom: Newsroom) -> None:
    paper = newsroom.papers["kabar-celebes"]
    linked = [entry.path for entry in paper.popular() if entry.path.startswith("http://amp.")]
    assert linked
    for address in linked:
        assert text_of(get(paper, newsroom, address)).startswith("<!doctype html>\n<html amp")


def test_tracking_parameters_change_nothing(newsroom: Newsroom) -> None:
    for paper, article in every(newsroom):
        path = paper.addresses(article).page
        assert get(paper, newsroom, f"{path}?utm_source=x&fbclid=1").body == get(paper, newsroom, path).body
