from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.identity import (
    article_key,
    canonical_url,
    fetch_url,
    is_article,
    part_number,
    whole_url,
)
from crawlers.registry import Outlet, load_registry

OUTLETS = load_registry().outlets
VOX, TRIBUN, ANTARA, DETIK = (OUTLETS[name] for name in ("voxntt", "tribun_kupang", "antara_kupang", "detik_bali"))
ARTICLE = "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/"


@pytest.mark.parametrize(
    "form",
    [
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang",
        "http://voxntt.com:80/2025/05/07/rakor-tppo-di-kupang/",
        "https://www.voxntt.com:443/2025/05/07/rakor-tppo-di-kupang/#komentar",
        "https://m.voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "https://amp.voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/amp/",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/?amp=1",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/2/",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/3/amp",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/?utm_source=wa&utm_medium=x&fbclid=abc",
        "https://voxntt.com/index.php/2025/05/07/rakor-tppo-di-kupang/",
        "https://VOXNTT.com//2025/05/07/rakor-tppo-di-kupang/14/05/33",
    ],
)
def test_all_forms_of_an_address_are_one_article(form: str) -> None:
    assert canonical_url(form, VOX) == ARTICLE
    assert is_article(form, VOX)


def test_mirrors_of_the_registry_are_one_host() -> None:
    kp2mi = OUTLETS["kp2mi"]
    assert canonical_url("https://www.bp2mi.go.id/berita-detail/pembekalan", kp2mi) == (
        "https://kp2mi.go.id/berita-detail/pembekalan"
    )


@pytest.mark.parametrize(
    ("outlet", "form", "expected"),
    [
        (TRIBUN, "https://kupang.tribunnews.com/amp/2025/05/07/rakor?page=all", "/2025/05/07/rakor"),
        (TRIBUN, "https://m.kupang.tribunnews.com/hukrim/500014/rakor?page=2", "/hukrim/500014/rakor"),
        (ANTARA, "https://kupang.antaranews.com/amp/berita/4700014/rakor", "/berita/4700014/rakor"),
        (DETIK, "https://www.detik.com/bali/hukum/d-7600014/rakor?single=1", "/bali/hukum/d-7600014/rakor"),
        (DETIK, "https://www.detik.com/bali/hukum/d-7600014/rakor/amp", "/bali/hukum/d-7600014/rakor"),
        (OUTLETS["inews_ntt"], "https://ntt.inews.id/berita/rakor-tppo/all", "/berita/rakor-tppo"),
    ],
)
def test_family_forms_are_one_article(outlet: Outlet, form: str, expected: str) -> None:
    assert urlsplit(canonical_url(form, outlet)).path == expected


def test_numbers_that_are_the_identity_stay() -> None:
    assert canonical_url("https://voxntt.com/?p=1234&utm_source=x", VOX) == "https://voxntt.com/?p=1234"
    babe = OUTLETS["babeindonesia"]
    assert canonical_url("https://www.babeindonesia.com/read?id=77", babe).endswith("/read?id=77")


def test_a_canonical_link_is_believed_within_the_outlet_only() -> None:
    short = "https://voxntt.com/?p=1234"
    assert canonical_url(short, VOX, ARTICLE + "?utm_source=rss") == ARTICLE
    assert canonical_url(short, VOX, "/2025/05/07/rakor-tppo-di-kupang/") == ARTICLE
    for wrong in ("https://voxntt.com/", "https://example.org/2025/05/07/rakor-tppo-di-kupang/", "", "http://["):
        assert canonical_url(short, VOX, wrong) == short


def test_a_port_is_for_fetching_not_for_identity(make_outlet: Callable[..., Outlet]) -> None:
    outlet = make_outlet("wordpress", base_url="http://kabaruji.id:8765")
    canonical = canonical_url("http://kabaruji.id:8765/2025/05/07/rakor-tppo-di-kupang/", outlet)
    assert canonical == "http://kabaruji.id/2025/05/07/rakor-tppo-di-kupang/"
    assert fetch_url(canonical, outlet) == "http://kabaruji.id:8765/2025/05/07/rakor-tppo-di-kupang/"


def test_the_systems_number_names_a_story_under_two_channels() -> None:
    one = canonical_url("https://www.detik.com/bali/hukum-dan-kriminal/d-7600014/rakor", DETIK)
    two = canonical_url("https://www.detik.com/bali/berita/d-7600014/rakor", DETIK)
    assert one != two
    assert article_key(one, DETIK) == article_key(two, DETIK) == "detik_bali:7600014"
    assert article_key(ARTICLE, VOX) is None


def test_parts_and_whole_forms() -> None:
    assert part_number(ARTICLE + "3/", VOX) == 3
    assert part_number("https://kupang.tribunnews.com/hukrim/500014/rakor?page=2", TRIBUN) == 2
    assert part_number("https://kupang.tribunnews.com/hukrim/500014/rakor?page=all", TRIBUN) == 1
    assert part_number("https://kupang.tribunnews.com/hukrim/500014/rakor?page=9999", TRIBUN) == 1
    assert whole_url("https://a.id/x", TRIBUN) == "https://a.id/x?page=all"
    assert whole_url("https://a.id/x?id=3", TRIBUN) == "https://a.id/x?id=3&page=all"
    assert whole_url("https://a.id/x/", OUTLETS["inews_ntt"]) == "https://a.id/x/all"
    assert whole_url(ARTICLE, VOX) is None


SEGMENTS = st.sampled_from(
    [
        "amp",
        "2025",
        "05",
        "07",
        "2",
        "3",
        "all",
        "index.php",
        "rakor-tppo-di-kupang",
        "berita",
        "",
        "14",
        "%C3%A9",
        "a b",
        "é",
    ]
)
QUERIES = st.sampled_from(
    ["p=12", "page=2", "page=all", "amp=1", "utm_source=x", "id=7", "a=%2F", "fbclid=1", "m=1", "q=é"]
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    label = draw(st.sampled_from(["", "www.", "m.", "amp.", "m.www.", "WWW.", "www.m.", "amp.m."]))
    port = draw(st.sampled_from(["", ":80", ":443", ":8765"]))
    path = "/".join(draw(st.lists(SEGMENTS, max_size=7)))
    query = "&".join(draw(st.lists(QUERIES, max_size=4)))
    host = draw(st.sampled_from([outlet.host for outlet in (VOX, TRIBUN, ANTARA, DETIK)]))
    return f"{draw(st.sampled_from(['http', 'https']))}://{label}{host}{port}/{path}?{query}#x"


@settings(deadline=None)
@given(addresses(), st.sampled_from([None, VOX, TRIBUN, ANTARA, DETIK, OUTLETS["inews_ntt"], OUTLETS["bp2mintb"]]))
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str, outlet: Outlet | None) -> None:
    once = canonical_url(url, outlet)
    assert canonical_url(once, outlet) == once
    assert urlsplit(once).port is None
    assert not urlsplit(once).fragment


@settings(deadline=None)
@given(
    addresses(), st.permutations(["utm_source=a", "fbclid=b", "page=2", "amp=1"]), st.sampled_from([None, VOX, TRIBUN])
)
def test_tracking_parameters_in_any_order_change_nothing(url: str, noise: list[str], outlet: Outlet | None) -> None:
    bare = url.split("#")[0]
    assert canonical_url(bare + "&" + "&".join(noise), outlet) == canonical_url(bare, outlet)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_is_taken_without_a_crash(text: str) -> None:
    for outlet in (None, VOX):
        once = canonical_url(text, outlet)
        assert canonical_url(once, outlet) == once
        assert canonical_url("https://voxntt.com/" + text, outlet, text) is not None
        assert isinstance(is_article(text, VOX), bool)
        assert part_number(text, VOX) >= 1
