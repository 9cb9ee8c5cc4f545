from __future__ import annotations

import contextlib
import gzip
import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.fetching.markup import ListingError, plain, unpack
from crawlers.lists.formats import (
    MAX_ENTRIES,
    day_in_address,
    moment,
    next_data_items,
    parse_feed,
    parse_page,
    parse_sitemap,
    parse_wordpress,
)

WITA = ZoneInfo("Asia/Makassar")
URL = "https://kabaruji.id/feed/"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Kabar Uji</title><link>https://kabaruji.id</link>
<item><title>Rakor TPPO &amp;amp; PMI</title><link>https://kabaruji.id/rakor/?utm_source=rss</link>
  <pubDate>Wed, 07 May 2025 09:15:00 +0800</pubDate><category>Hukrim</category><category>TPPO</category>
  <description>Ringkas</description>
  <content:encoded><![CDATA[<p>Kupang &#8211; Gugus tugas <b>rapat</b>.</p>]]></content:encoded>
</item>
<item><guid isPermaLink="true">https://kabaruji.id/kedua/</guid><dc:date>2025-05-06T10:00:00</dc:date></item>
<item><title>Tanpa alamat</title></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">Judul</title>
<published>2025-05-07T09:15:00.000+08:00</published><updated>2025-05-08T09:15:00+08:00</updated>
<category term="TPPO"/><link rel="self" href="https://kabaruji.id/feeds/1"/>
<link rel="alternate" href="/2025/05/judul.html"/>
<content type="html">&lt;p&gt;Isi berita&lt;/p&gt;</content></entry></feed>"""


def test_an_rss_feed_gives_link_time_title_lead_and_categories() -> None:
    first, second = parse_feed(RSS.encode(), URL, WITA).items
    assert first.url == "https://kabaruji.id/rakor/?utm_source=rss"
    assert first.published_at == "2025-05-07T09:15:00+08:00"
    assert first.title == "Rakor TPPO & PMI"
    assert first.lead == "Kupang – Gugus tugas rapat ."
    assert first.tags == ("Hukrim", "TPPO")
    assert second.url == "https://kabaruji.id/kedua/"
    assert second.published_at == "2025-05-06T10:00:00+08:00"


def test_an_atom_feed_gives_its_alternate_link() -> None:
    (item,) = parse_feed(ATOM.encode(), URL, WITA).items
    assert item.url == "https://kabaruji.id/2025/05/judul.html"
    assert item.published_at == "2025-05-07T09:15:00+08:00"
    assert (item.title, item.lead, item.tags) == ("Judul", "Isi berita", ("TPPO",))


def test_a_news_sitemap_gives_time_title_and_keywords_and_no_titles_of_images() -> None:
    text = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><loc> https://kabaruji.id/a </loc><image:image><image:loc>https://kabaruji.id/a.jpg</image:loc>
      <image:title>Foto</image:title></image:image><lastmod>2025-05-08</lastmod>
      <news:news><news:publication_date>2025-05-07T09:15:00+08:00</news:publication_date>
      <news:title>Rakor</news:title><news:keywords>TPPO, PMI</news:keywords></news:news></url></urlset>"""
    (item,) = parse_sitemap(text.encode(), URL, WITA).items
    assert (item.url, item.title, item.tags) == ("https://kabaruji.id/a", "Rakor", ("TPPO", "PMI"))
    assert item.published_at == "2025-05-07T09:15:00+08:00"
    assert item.changed_at == "2025-05-08T00:00:00+08:00"


def test_a_gzipped_sitemap_index_gives_its_sitemaps() -> None:
    text = "<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2025-05-08</lastmod></sitemap><sitemap/></sitemapindex>"
    listing = parse_sitemap(gzip.compress(text.encode()), "https://kabaruji.id/sitemap.xml", WITA)
    assert listing.follow == [("https://kabaruji.id/a.xml", "2025-05-08T00:00:00+08:00")]
    assert listing.items == []


def test_a_sitemap_is_read_up_to_its_limit() -> None:
    many = "<urlset>" + "<url><loc>https://kabaruji.id/a</loc></url>" * (MAX_ENTRIES + 10) + "</urlset>"
    assert len(parse_sitemap(many.encode(), URL, WITA).items) == MAX_ENTRIES


def test_wordpress_posts() -> None:
    posts = [
        {
            "id": 1,
            "date_gmt": "2025-05-07T01:15:00",
            "link": "https://kabaruji.id/a/",
            "title": {"rendered": "A &#8211; B"},
        },
        {"id": 2},
        "x",
    ]
    (item,) = parse_wordpress(json.dumps(posts).encode(), URL).items
    assert (item.title, item.published_at) == ("A – B", "2025-05-07T01:15:00+00:00")


def test_a_page_gives_its_links_with_their_longest_words_and_its_feeds() -> None:
    page = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>
    <a href="/a"><img></a><a href="/a">Rakor di <b>Kupang</b></a>
    <a href="javascript:x">x</a><a href="#">y</a></body></html>"""
    listing = parse_page(page.encode(), "https://kabaruji.id/", WITA)
    assert [(item.url, item.title) for item in listing.items] == [("https://kabaruji.id/a", "Rakor di Kupang")]
    assert listing.feeds == ["https://kabaruji.id/rss"]


def test_next_data_gives_addresses_with_titles_and_times() -> None:
    data = {
        "props": {
            "list": [{"title": "Rakor", "url": "/hukrim/2611000014/rakor", "published_at": "2025-05-07 09:15:00"}]
        }
    }
    (item,) = next_data_items(json.dumps(data), "https://radar.id/indeks", WITA)
    assert item.url == "https://radar.id/hukrim/2611000014/rakor"
    assert (item.title, item.published_at) == ("Rakor", "2025-05-07T09:15:00+08:00")
    page = f'<html><body><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></body></html>'
    assert item in parse_page(page.encode(), "https://radar.id/indeks", WITA).items


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty_list"),
        (b"<html><body>Just a page</body></html>", "not_a_feed"),
        (b"{]", "broken_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss>&c;</rss>', "xml_entities"),
    ],
)
def test_what_is_no_feed_is_refused_with_its_kind(body: bytes, kind: str) -> None:
    with pytest.raises(ListingError) as caught:
        parse_feed(body, URL, WITA)
    assert caught.value.kind == kind


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(ListingError, match="unpacks to more than"):
        unpack(gzip.compress(b"0" * 3_000_000), limit=1_000_000)
    with pytest.raises(ListingError, match="cannot be unpacked"):
        unpack(b"\x1f\x8b broken")


def test_json_nested_too_deep_is_refused() -> None:
    with pytest.raises(ListingError, match="cannot be read as JSON"):
        parse_wordpress(b"[" * 200_000, URL)
    assert next_data_items("[" * 200_000, URL, WITA) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-05-07", "2025-05-07T00:00:00+08:00"),
        ("2025-05-07T01:15:00Z", "2025-05-07T01:15:00+00:00"),
        ("Wed, 07 May 2025 09:15:00 GMT", "2025-05-07T09:15:00+00:00"),
        ("0001-01-01", None),
        ("kemarin", None),
        ("", None),
        (None, None),
        (12, None),
    ],
)
def test_times(text: object, expected: str | None) -> None:
    assert moment(text, WITA) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.id/2025/05/07/x", "2025-05-07"),
        ("https://a.id/hukrim/07/05/2025/x", "2025-05-07"),
        ("https://a.id/2025/02/x.html", "2025-02-28"),
        ("https://a.id/2025/13/07/x", None),
        ("https://a.id/berita/20250507/x", None),
    ],
)
def test_the_latest_day_an_address_can_mean(url: str, expected: str | None) -> None:
    assert day_in_address(url) == expected


PIECES = st.sampled_from(
    ["<rss>", "<item>", "<link>", "</item>", "<urlset>", "<url><loc>", "&amp;", "&x;", "<![CDATA[", "]]>", "<a href='",
     "'>", "<script id='__NEXT_DATA__'>", "</script>", "{", "[", '"url":"/a"', "\x00", "é", "http://["]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join).map(str.encode) | st.binary(max_size=300))
def test_any_bytes_give_a_listing_or_a_listing_error(body: bytes) -> None:
    readers = (
        lambda: parse_feed(body, URL, WITA),
        lambda: parse_sitemap(body, URL, WITA),
        lambda: parse_page(body, URL, WITA),
        lambda: parse_wordpress(body, URL),
    )
    for reader in readers:
        with contextlib.suppress(ListingError):
            assert reader().items is not None


def test_markup_is_taken_off() -> None:
    assert plain("<p>Rakor&nbsp;&amp; <a href='x'>audiensi</a></p>") == "Rakor & audiensi"
    assert plain(None) == ""
