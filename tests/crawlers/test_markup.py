"""Documents that are broken, or made to be a burden."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from crawlers.fetching.markup import MAX_ELEMENTS, ListingError, html_tree, plain, unpack
from crawlers.inspection import NotAPageError, inspect_page
from crawlers.lists.formats import MAX_ENTRIES, moment, parse_feed, parse_page, parse_sitemap, parse_wordpress
from crawlers.registry import Outlet

WITA = ZoneInfo("Asia/Makassar")
URL = "https://kabaruji.id/feed/"
LAUGHS = "<!DOCTYPE x [" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)) + "<!ENTITY a0 'ha'>]>"
MEGABYTES = 9_900_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        LAUGHS + "<rss><item><link>&a9;</link></item></rss>",
        LAUGHS + "<rss><item title='&a9;'><link>/a</link></item></rss>",
        "<!--" + "x" * 300_000 + "-->" + LAUGHS + "<rss><item><link>&a9;</link></item></rss>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><rss><item><link>/&e;</link></item></rss>",
        "<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1/x.dtd'> %e;]><rss><item><link>/a</link></item></rss>",
    ],
)
def test_entities_are_refused_wherever_and_however_they_are_written(text: str, encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{'utf-16' if '16' in encoding else encoding}'?>{text}"
    with pytest.raises(ListingError) as caught:
        parse_feed(declared.encode(encoding), URL, WITA)
    assert caught.value.kind in ("xml_entities", "broken_xml", "not_a_feed")


def test_nothing_is_fetched_for_a_doctype_or_an_inclusion() -> None:
    text = (
        "<!DOCTYPE rss SYSTEM 'file:///etc/passwd'><rss xmlns:xi='http://www.w3.org/2001/XInclude'><item>"
        "<title><xi:include href='file:///etc/passwd' parse='text'/></title><link>/a</link></item></rss>"
    )
    (item,) = parse_feed(text.encode(), URL, WITA).items
    assert (item.url, item.title) == ("https://kabaruji.id/a", None)


def test_a_prefix_that_nothing_declares_is_read_over() -> None:
    text = "<rss><item><media:thumbnail url='x'/><dc:date>2025-05-07</dc:date><link>/a</link></item></rss>"
    listing = parse_feed(text.encode(), URL, WITA)
    assert [(item.url, item.published_at) for item in listing.items] == [
        ("https://kabaruji.id/a", "2025-05-07T00:00:00+08:00")
    ]


def test_a_bare_ampersand_costs_no_part_of_an_address() -> None:
    text = (
        "<rss><item><link>https://kabaruji.id/?p=1&id=77</link><title>Rakor & audiensi&nbsp;TPPO</title></item>"
        "<item><link><![CDATA[https://kabaruji.id/?p=2&id=78]]></link></item></rss>"
    )
    listing = parse_feed(text.encode(), URL, WITA)
    assert [item.url for item in listing.items] == ["https://kabaruji.id/?p=1&id=77", "https://kabaruji.id/?p=2&id=78"]
    assert listing.items[0].title == "Rakor & audiensi TPPO"
    assert [kind for kind, _ in listing.problems] == ["damaged_xml"]


HALF = "<rss><item><link a='&#{};'>https://kabaruji.id/a</link><title>Rakor &#{}; TPPO</title></item></rss>"


@pytest.mark.parametrize("half", ["xD800", "xdFfF", "x0000D83D", "55296", "56320", "57343", "055357"])
def test_halves_of_characters_cost_nothing_but_themselves(half: str) -> None:
    listing = parse_feed(HALF.format(half, half).encode(), URL, WITA)
    assert [(item.url, item.title) for item in listing.items] == [("https://kabaruji.id/a", "Rakor \ufffd TPPO")]
    assert [kind for kind, _ in listing.problems] == ["damaged_xml"]


@pytest.mark.parametrize(("number", "letter"), [("xD7FF", "\ud7ff"), ("57344", "\ue000"), ("xD8000", "\U000d8000")])
def test_whole_characters_beside_them_stay(number: str, letter: str) -> None:
    listing = parse_feed(HALF.format(number, number).encode(), URL, WITA)
    assert listing.items[0].title == f"Rakor {letter} TPPO"
    assert not listing.problems


def test_halves_of_characters_in_another_encoding_are_an_error_with_a_kind() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + HALF.format("xD800", "xD800")
    with pytest.raises(ListingError, match="cannot be decoded") as raised:
        parse_feed(text.encode("utf-16"), URL, WITA)
    assert raised.value.kind == "broken_xml"


def test_a_list_that_is_cut_off_gives_what_came_and_its_problem() -> None:
    text = "<rss><channel><item><link>/a</link></item><item><link>/b</link></item><item><li"
    listing = parse_feed(text.encode(), URL, WITA)
    assert [item.url for item in listing.items] == ["https://kabaruji.id/a", "https://kabaruji.id/b"]
    assert listing.problems[0][0] == "damaged_xml"
    packed = gzip.compress(b"<urlset>" + b"<url><loc>/a</loc></url>" * 9_000)
    cut = parse_sitemap(packed[: len(packed) // 2], URL, WITA)
    assert cut.items
    assert cut.problems[0][0] == "damaged_xml"


def test_more_entries_than_allowed_are_a_problem() -> None:
    listing = parse_sitemap(
        b"<sitemapindex>" + b"<sitemap><loc>/a</loc></sitemap>" * (MAX_ENTRIES + 1) + b"</sitemapindex>", URL, WITA
    )
    assert len(listing.follow) == MAX_ENTRIES
    assert [kind for kind, _ in listing.problems] == ["too_many_entries"]


def test_a_gzip_file_of_several_is_read_whole_and_one_of_very_many_is_not() -> None:
    assert unpack(gzip.compress(b"satu ") + gzip.compress(b"dua")) == b"satu dua"
    assert len(unpack(gzip.compress(b"x") * 100_000)) == 100
    with pytest.raises(ListingError, match="unpacks to more than"):
        unpack(gzip.compress(b"x" * 600) * 20, limit=6_000)


def test_halves_of_characters_are_left_out() -> None:
    posts = [{"link": "https://kabaruji.id/a\ud83d/", "title": {"rendered": "Rakor \ud83d"}}]
    (item,) = parse_wordpress(json.dumps(posts).encode(), URL).items
    assert (item.url, item.title) == ("https://kabaruji.id/a/", "Rakor")
    assert plain("a\udc80b") == "ab"


def test_absurd_times_are_none() -> None:
    for text in (
        "Wed, " * 9_000,
        "9" * 5_000,
        "2025-05-07T25:00:00",
        "Wed, 07 May 2025 09:15:00 +9999",
        "２０２５-05-07",
    ):
        assert moment(text, WITA) is None


def filled(unit: str, close: str = "") -> bytes:
    count = MEGABYTES // (len(unit) + len(close))
    return (unit * count + close * count).encode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(filled("<div>", "</div>"), id="nested"),
        pytest.param(filled("<a href=/x/2/>t "), id="links"),
        pytest.param(filled("<p>"), id="paragraphs"),
        pytest.param(filled("<ul><li><p>x "), id="lists"),
        pytest.param(filled("<form><p>x"), id="forms"),
        pytest.param(b"<p " + b" ".join(b"a%d=1" % n for n in range(700_000)) + b">x", id="attributes"),
        pytest.param(b"<p " + b" ".join(b"a%d='<'" % n for n in range(600_000)) + b">x", id="quoted"),
        pytest.param(b'<script id="__NEXT_DATA__">{"a":"' + b"<" * MEGABYTES + b'"}</script>', id="data"),
        pytest.param(b'<a href="/' + b"a-/" * 3_000_000 + b'2/">x</a>', id="address"),
        pytest.param(b"<rss>" + (b"<item><link>/a</link><description>" + b"&lt;" * 20_000) * 120, id="brackets"),
        pytest.param(b"<rss>" + (b"<item><link>x</link>" * 200 + b"<b/>" * 5_000) * 300, id="items"),
        pytest.param(
            b"<urlset><url>" + (b"<loc>" * 200 + b"<b/>" * 5_000 + b"</loc>" * 200) * 400 + b"</url></urlset>", id="loc"
        ),
        pytest.param(b"<rss>" + (b"<item><link>/a</link><pubDate>" + b"Wed, " * 9_000) * 200, id="times"),
        pytest.param(b"<rss>" + b"<![CDATA[x&y" * 800_000, id="cdata"),
        pytest.param(filled("[") + b"]", id="json"),
    ],
)
def test_ten_megabytes_made_to_be_slow_take_seconds(body: bytes, make_outlet: Callable[..., Outlet]) -> None:
    outlet = make_outlet()
    readers: list[Callable[[], object]] = [
        lambda: parse_feed(body, URL, WITA),
        lambda: parse_sitemap(body, URL, WITA),
        lambda: parse_page(body, URL, WITA),
        lambda: parse_wordpress(body, URL),
        lambda: inspect_page(body, "https://kabaruji.id/2025/05/07/rakor-tppo-di-kupang/", outlet, "text/html", None),
    ]
    for number, read in enumerate(readers):
        begun = time.process_time()
        with contextlib.suppress(ListingError, NotAPageError):
            read()
        assert time.process_time() - begun < 10, f"reader {number}"


def test_a_page_of_too_many_elements_is_refused() -> None:
    with pytest.raises(ListingError, match="elements"):
        html_tree(b"<p>" * (MAX_ELEMENTS + 1))
    crowded = b"<p " + b" ".join(b"a%d" % n for n in range(60_000)) + b">"
    with pytest.raises(ListingError, match="attributes"):
        html_tree(crowded)
    picture = b'<img src="data:image/png;base64,' + b"A b=" * 200_000 + b'">'
    assert html_tree(picture) is not None
