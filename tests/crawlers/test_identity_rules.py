"""What must hold of the rules of identity for every address, not only for those somebody thought of."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.hosts import ascii_host, identity_rules, main_host
from crawlers.identity import article_key, canonical_url, clean_path, is_article, on_outlet, path_rules
from crawlers.registry import Outlet, load_registry

REGISTRY = load_registry()
OUTLETS = REGISTRY.outlets
SLUG = "rakor-tppo-di-kupang"
# One article of each family, as its outlet writes the address, with SLUG in it and its number 7600014 where it has one.
ARTICLES = {
    "voxntt": f"https://voxntt.com/2025/05/07/{SLUG}/",
    "tribun_kupang": f"https://kupang.tribunnews.com/hukrim/7600014/{SLUG}",
    "antara_kupang": f"https://kupang.antaranews.com/berita/7600014/{SLUG}",
    "detik_bali": f"https://www.detik.com/bali/hukum/d-7600014/{SLUG}",
    "inews_ntt": f"https://belu.inews.id/berita/{SLUG}",
    "tvone_daerah": f"https://www.tvonenews.com/daerah/sulawesi/7600014-{SLUG}",
    "rri_merauke": f"https://rri.co.id/merauke/hukum/7600014/{SLUG}",
    "kp2mi": f"https://kp2mi.go.id/berita-detail/{SLUG}",
    "infopublik": f"https://infopublik.id/kategori/nusantara/7600014/{SLUG}",
} | {
    next(outlet.outlet_id for outlet in OUTLETS.values() if outlet.family == family): path
    for family, path in {
        "kompas": f"https://{{host}}/read/2025/05/07/7600014/{SLUG}",
        "radar_jp": f"https://{{host}}/hukrim/2607600014/{SLUG}",
        "promedia": f"https://{{host}}/kota/pr-2607600014/{SLUG}",
        "disway": f"https://{{host}}/read/7600014/{SLUG}",
        "fajar": f"https://{{host}}/2025/05/07/{SLUG}/",
        "suara": f"https://{{host}}/read/2025/05/07/7600014/{SLUG}",
        "sindo": f"https://{{host}}/read/7600014/710/{SLUG}",
        "blogger": f"https://{{host}}/2025/05/{SLUG}.html",
        "police": f"https://{{host}}/2025/05/07/{SLUG}/",
    }.items()
}
ARTICLES = {name: url.replace("{host}", OUTLETS[name].host) for name, url in ARTICLES.items()}


def test_the_articles_of_these_tests_are_articles_of_their_outlets() -> None:
    for name, url in ARTICLES.items():
        assert is_article(url, OUTLETS[name]), name
        assert canonical_url(url, OUTLETS[name]) == url
        assert REGISTRY.outlet_of(url) == OUTLETS[name]


@st.composite
def decorated(draw: st.DrawFn, url: str, outlet: Outlet) -> str:
    """Another address of the same article: what readers, sites and mirrors make of it."""
    parsed = urlsplit(url)
    host, path = parsed.hostname or "", parsed.path
    bare = main_host(host, keep_www=False)
    copies = [copy for copy, original in identity_rules()["mirrors"].items() if original == outlet.host]
    host = draw(st.sampled_from([host, f"www.{bare}", f"m.{bare}", f"amp.{bare}", f"M.{bare.upper()}.", *copies]))
    host = draw(st.sampled_from([host, f"pembaca@{host}"])) + draw(st.sampled_from(["", ":80", ":443", ":8443"]))
    pieces = [quote(piece) for piece in path.strip("/").split("/")]
    if draw(st.booleans()):
        pieces[-1] = "".join(f"%{ord(letter):02x}" if draw(st.integers(0, 9)) == 0 else letter for letter in pieces[-1])
    if outlet.family == "sindo" and draw(st.booleans()):
        pieces[0] = "newsread"
    if outlet.parts == "path" and draw(st.booleans()):
        pieces.append(draw(st.sampled_from(["2", "3", "20", "comment-page-4", "14/05/33"])))
    if outlet.whole == "/all" and draw(st.booleans()):
        pieces.append("all")
    if draw(st.booleans()):
        pieces.insert(
            draw(st.integers(0, len(pieces))), draw(st.sampled_from(["amp", "AMP", "beritaamp", "", ".", "amp/"]))
        )
    if draw(st.booleans()):
        pieces.insert(0, "index.php")
    parameters = draw(
        st.lists(
            st.sampled_from(
                ["utm_source=wa", "fbclid=Iw%20AR", "amp=1", "amp", "outputType=amp", "m=1", "page=all", "page=2",
                 "paged=3", "showpage=all", "single=1", "random-post=1", "replytocom=77", "PHPSESSID=9f", "", "&",
                 "ref=beranda"]
            ),
            max_size=4,
        )
    )  # fmt: skip
    scheme = draw(st.sampled_from(["http", "https", "HTTPS"]))
    ending = draw(st.sampled_from(["", "/"])) + ("?" + "&".join(parameters) if parameters else "")
    blank = draw(st.sampled_from(["", " ", "\n"]))
    return f"{blank}{scheme}://{host}/{'/'.join(pieces)}{ending}{draw(st.sampled_from(['', '#komentar']))}{blank}"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_an_article_under_all_its_decorations_is_one(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ARTICLES)))
    outlet, plain = OUTLETS[name], ARTICLES[name]
    url = data.draw(decorated(plain, outlet))
    assert canonical_url(url, outlet) == plain
    assert is_article(url, outlet)
    assert article_key(canonical_url(url, outlet), outlet) == article_key(plain, outlet)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data())
def test_different_articles_stay_different_under_any_decoration(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ARTICLES)))
    outlet, plain = OUTLETS[name], ARTICLES[name]
    change = data.draw(
        st.sampled_from([(SLUG, SLUG + "-2"), (SLUG, "rakor-tppo-di-maumere"), (SLUG, "korban-tppo-2025")])
    )
    other = plain.replace(*change)
    one, two = data.draw(decorated(plain, outlet)), data.draw(decorated(other, outlet))
    assert canonical_url(one, outlet) != canonical_url(two, outlet)


@pytest.mark.parametrize(
    "name", [name for name, url in ARTICLES.items() if "7600014" in url and OUTLETS[name].id_pattern]
)
def test_the_number_of_a_family_is_the_key_under_any_section_and_slug(name: str) -> None:
    outlet, plain = OUTLETS[name], ARTICLES[name]
    assert (article_key(plain, outlet) or "").endswith("7600014")
    assert article_key(plain.replace(SLUG, "judul-yang-diperbaiki"), outlet) == article_key(plain, outlet)
    assert article_key(plain.replace("7600014", "7600015"), outlet) != article_key(plain, outlet)


PIECES = st.sampled_from(
    ["amp", "AMP", "beritaamp", "index.php", "all", "2", "3", "20", "21", "2025", "05", "07", "14", "33",
     "comment-page-2", SLUG, "korban-tppo-2024", "newsread", "read", "berita", "", ".", "..", "a;jsessionid=9",
     "%2F", "%41", "%", "é", "x.html", "rakor", "pemerintahan"]
)  # fmt: skip
KINDS = sorted({(outlet.family, outlet.parts, outlet.whole) for outlet in OUTLETS.values()})


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=7), st.sampled_from(KINDS), st.data())
def test_the_order_of_rules_does_not_matter(pieces: list[str], kind: tuple[str, str, str], data: st.DataObject) -> None:
    path, rules = "/" + "/".join(pieces), path_rules(*kind)
    once = clean_path(path, rules)
    assert clean_path(path, data.draw(st.permutations(rules))) == once
    assert clean_path(once, rules) == once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=6), st.lists(PIECES, max_size=6), st.sampled_from(sorted(ARTICLES)))
def test_paths_without_decoration_are_left_apart(one: list[str], two: list[str], name: str) -> None:
    noise = {"amp", "AMP", "beritaamp", "index.php", "all", "2", "3", "20", "14", "05", "07", "33", "comment-page-2",
             "newsread", "", ".", "..", "a;jsessionid=9", "%41"}  # fmt: skip
    host = OUTLETS[name].host
    kept = [[piece for piece in pieces if piece not in noise] for pieces in (one, two)]
    first, second = (canonical_url(f"https://{host}/{'/'.join(pieces)}", OUTLETS[name]) for pieces in kept)
    assert (first == second) == (kept[0] == kept[1])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([None, *sorted(ARTICLES)]))
def test_any_text_is_taken_and_its_form_is_final(text: str, link: str, name: str | None) -> None:
    outlet = OUTLETS[name] if name else None
    base = ARTICLES[name] if name else "https://kabaruji.id/"
    for url in (text, "http://" + text, base + text, base + "?" + text, "https://" + text + ".voxntt.com/x"):
        once = canonical_url(url, outlet)
        assert canonical_url(once, outlet) == once
        assert isinstance(canonical_url(url, outlet, link), str)


def test_letter_case_names_and_literals_of_hosts() -> None:
    assert ascii_host("Berita-Köln.ID.") == "xn--berita-kln-lcb.id"
    assert canonical_url("https://berita-köln.id/a?b", None) == canonical_url(
        "http://XN--BERITA-KLN-LCB.ID:80/a/?b#c", None
    )
    assert canonical_url("http://[::1]:80/a", None) == "https://[::1]/a"
    assert ascii_host("x" * 70 + "é.id") == "x" * 70 + "é.id"


@pytest.mark.parametrize("host", ["m.co.id", "amp.go.id", "wap.blogspot.com", "m.id"])
def test_a_site_that_is_called_like_a_label_keeps_its_name(host: str) -> None:
    assert main_host(host) == host
    assert main_host("amp." + host) == host
    assert main_host("m.amp.kabaruji.co.id") == "kabaruji.co.id"


def test_an_outlet_with_an_international_name(make_outlet: Callable[..., Outlet]) -> None:
    outlet = make_outlet("wordpress", aliases=["Kábar.id"])
    url = "https://kábar.id/2025/05/07/rakor-tppo-di-kupang"
    assert canonical_url(url, outlet) == "https://kabaruji.id/2025/05/07/rakor-tppo-di-kupang/"
    assert is_article(url, outlet)


@pytest.mark.parametrize(
    "url",
    [
        "https://voxntt.com@evil.example/2025/05/07/rakor-tppo-di-kupang/",
        "https://evil.example/https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "https://voxntt.com.evil.example/2025/05/07/rakor-tppo-di-kupang/",
        "https://evil.example\\@x/2025/05/07/rakor-tppo-di-kupang/",
        "https://evilvoxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "//voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "https:///voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "ftp://voxntt.com/2025/05/07/rakor-tppo-di-kupang/",
        "javascript://voxntt.com/%0aalert(1)",
        "https://voxntt.com/2025/05/07/rakor-tppo-di-kupang/?" + "x" * 3_000,
    ],
)
def test_what_only_looks_like_an_outlets_article_is_none(url: str) -> None:
    assert not is_article(url, OUTLETS["voxntt"])


def test_a_page_cannot_pass_for_another_story() -> None:
    vox, here = OUTLETS["voxntt"], ARTICLES["voxntt"]
    for wrong in (
        "https://voxntt.com/2024/01/01/satu-berita-untuk-semua/",
        "https://kupang.tribunnews.com/hukrim/7600014/rakor-tppo-di-kupang",
        "//evil.example/2025/05/07/rakor-tppo-di-kupang/",
        "http://127.0.0.1/2025/05/07/rakor-tppo-di-kupang/",
        "/",
    ):
        assert canonical_url(here, vox, wrong) == here
    assert canonical_url("https://voxntt.com/?p=77", vox, here) == here
    assert canonical_url("https://voxntt.com/hukrim/rakor-tppo-di-kupang/", vox, here) == here
    detik, story = OUTLETS["detik_bali"], ARTICLES["detik_bali"]
    renamed = story.replace(SLUG, "judul-baru").replace("/hukum/", "/berita/")
    assert canonical_url(renamed, detik, story) == story


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.data(), st.text(max_size=40))
def test_no_canonical_link_moves_an_article_to_another_outlet(data: st.DataObject, text: str) -> None:
    name, other = (data.draw(st.sampled_from(sorted(ARTICLES))) for _ in range(2))
    link = data.draw(st.sampled_from([text, ARTICLES[other], ARTICLES[other].replace("https:", ""), "//" + text]))
    found = canonical_url(ARTICLES[name], OUTLETS[name], link)
    assert on_outlet(found, OUTLETS[name])
    assert is_article(found, OUTLETS[name])
