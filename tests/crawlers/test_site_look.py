"""A site that no registry knows: its family, its pattern of article addresses, and the entry that reads it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from protego import Protego

from crawlers.fetching.fetcher import Answer
from crawlers.fetching.politeness import AGENT, root_of
from crawlers.frontier import Frontier
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import CLOCK
from crawlers.probing.address_shapes import looks_like_article, work_out
from crawlers.probing.outlet_probe import Remembering
from crawlers.probing.recognition import SIGNATURES_FILE, Sight, recognise, signatures
from crawlers.probing.records import Look, SiteLook, to_line
from crawlers.probing.site_look import look_at_site
from crawlers.registry import RegistryError, families

Give = Callable[[str], tuple[int, bytes, str]]

SLUGS = [f"satgas-tppo-gelar-rapat-ke-{number}-di-kupang" for number in range(8)]


class Hosts:
    """A stand-in for the network that obeys robots.txt and follows redirects as the fetcher does."""

    def __init__(self, give: Give, frontier: Frontier) -> None:
        self.give, self.frontier = give, frontier
        self.asked: list[str] = []

    async def robots(self, url: str) -> Protego | Answer:
        root = root_of(url)
        status, body, _ = self.give(root + "/robots.txt")
        if status >= 500 or status == 0:
            return Answer(url, failure="robots_unreachable", detail="robots.txt cannot be read, so nothing is allowed")
        self.frontier.save_robots(root, status, body)
        return Protego.parse(body.decode() if status == 200 else "")

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        self.asked.append(url)
        return await self._follow(url, hops=5)

    async def _follow(self, url: str, hops: int) -> Answer:
        rules = await self.robots(url)
        if isinstance(rules, Answer):
            return rules
        if not rules.can_fetch(url, AGENT):
            return Answer(url, failure="robots", detail=f"robots.txt forbids {url}")
        status, body, more = self.give(url)
        if status in (301, 302):
            loop = Answer(url, failure="redirect_loop", detail="more than 5 redirects in a row")
            return await self._follow(urljoin(url, more), hops - 1) if hops else loop
        if status != 200:
            failure = "challenge" if b"Just a moment" in body else "gone"
            return Answer(url, status, failure=failure, detail=f"the host answers {status}")
        return Answer(url, 200, body, [], more or "text/html", "utf-8")


def look(give: Give, site: str, tmp_path: Path, family: str = "") -> tuple[SiteLook, Hosts]:
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        hosts = Hosts(give, frontier)
        return asyncio.run(look_at_site(site, family, Remembering(hosts), frontier, CLOCK)), hosts


def pages(host: str, found: dict[str, str]) -> Give:
    """A host that has these pages and nothing else."""

    def give(url: str) -> tuple[int, bytes, str]:
        parsed = urlsplit(url)
        path = parsed.path + (f"?{parsed.query}" if parsed.query else "")
        if parsed.hostname != host:
            return 0, b"", ""
        return (200, found[path].encode(), "") if path in found else (404, b"", "")

    return give


def front(paths: list[str], head: str = "", body: str = "") -> str:
    links = "".join(f'<a href="{path}">Satgas TPPO Gelar Rapat di Kota Kupang</a>' for path in paths)
    menu = '<a href="/tentang">Tentang</a><a href="/kategori/daerah">Daerah</a>'
    return f"<html><head><title>Kabar Uji | Tajam</title>{head}</head><body>{menu}{links}{body}</body></html>"


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return Newsroom(port=80)


@pytest.fixture
def visit(newsroom: Newsroom) -> Give:
    def give(url: str) -> tuple[int, bytes, str]:
        found = newsroom.visit(url)
        return found.status, found.body, found.headers.get("Location", "") or found.content_type

    return give


# Sites of the Fajar group run WordPress, so that only their hosts tell which family they are of.
SHOWN = {"fajar": "wordpress"}
DEMO = [
    (slug + ".localhost" + paper.site.section_path, SHOWN.get(paper.site.family, paper.site.family), paper.site.name)
    for slug, paper in Newsroom(port=80).papers.items()
]


@pytest.mark.parametrize(("place", "family", "name"), DEMO, ids=[place for place, _, _ in DEMO])
def test_each_demo_site_is_recognised_from_its_front_page(
    visit: Give, tmp_path: Path, place: str, family: str, name: str
) -> None:
    found, hosts = look(visit, f"http://{place}", tmp_path)
    assert (found.family, found.name, found.failure) == (family, name, "")
    assert found.look is not None
    assert found.look.articles >= 2
    assert found.look.page is not None
    assert len(hosts.asked) == len(set(hosts.asked)) < 30


def test_a_pattern_is_worked_out_where_the_familys_does_not_match(visit: Give, tmp_path: Path) -> None:
    found, _ = look(visit, "http://menit-khatulistiwa.localhost", tmp_path)
    assert found.keys["article_pattern"] == r"^https?://{host}/kalbar/[\w-]+/d-\d+/[\w-]+/?$"
    assert found.pattern_detail.startswith("worked out: matches 13 of 13")
    assert "and 0 of" in found.pattern_detail


def test_a_site_of_its_own_kind_gets_its_own_pattern(visit: Give, tmp_path: Path) -> None:
    found, _ = look(visit, "http://kabar-celebes.localhost", tmp_path)
    assert found.points == {}
    assert found.keys["article_pattern"] == r"^https?://{host}/read/[\w-]+/?$"


def test_a_site_of_no_kind_becomes_generic_with_what_works(tmp_path: Path) -> None:
    paths = [f"/{slug}" for slug in SLUGS]
    items = "".join(f"<item><title>x</title><link>https://kabaruji.id{path}</link></item>" for path in paths)
    feed = f"<rss><channel>{items}</channel></rss>"
    head = '<link rel="alternate" type="application/rss+xml" href="/umpan.xml">'
    index = front(paths[:4])
    found, _ = look(
        pages(
            "kabaruji.id",
            {
                "/": front(paths, head, '<a href="/indeks">Indeks</a>'),
                "/umpan.xml": feed,
                "/indeks?page=1": index,
                "/indeks?page=2": front(paths[4:]),
            },
        ),
        "kabaruji.id",
        tmp_path,
    )
    assert found.base_url == "https://kabaruji.id"
    assert found.name == "Kabar Uji"
    assert found.keys == {
        "family": "generic",
        "api": "none",
        "feeds": ["/umpan.xml"],
        "index_pages": ["/indeks?page={page}"],
    }
    assert found.look is not None
    assert {probe.kind: probe.verdict for probe in found.look.probes} == {
        "robots": "ok",
        "feed": "warn",  # its entries have no dates
        "sitemap": "fail",
        "index": "ok",
        "article": "fail",  # the host has lists only
    }


def test_a_site_without_anything_is_generic_and_has_no_article(tmp_path: Path) -> None:
    found, _ = look(pages("kosong.id", {"/": "<html><p>Segera hadir</p></html>"}), "https://kosong.id", tmp_path)
    assert found.family == "generic"
    assert found.look is not None
    assert (found.look.articles, found.look.page) == (0, None)
    assert found.pattern_detail == "no address that looks like an article's was seen"


@pytest.mark.parametrize(
    ("give", "failure"),
    [
        (lambda _: (0, b"", ""), "robots.txt cannot be read"),
        (lambda url: (404, b"", "") if "robots" in url else (403, b"Just a moment", ""), "answers 403"),
        (lambda _: (200, b"User-agent: *\nDisallow: /\n", ""), "robots.txt forbids"),
    ],
    ids=["dead", "challenge", "robots"],
)
def test_a_site_that_cannot_be_looked_at_says_why(give: Give, failure: str, tmp_path: Path) -> None:
    found, _ = look(give, "https://kabaruji.id", tmp_path)
    assert failure in found.failure
    assert found.look is None


def test_an_address_without_scheme_is_tried_with_both(tmp_path: Path) -> None:
    give = pages("kabaruji.id", {"/": front([f"/read/{slug}" for slug in SLUGS])})
    found, _ = look(lambda url: (0, b"", "") if url.startswith("https") else give(url), "kabaruji.id", tmp_path)
    assert found.keys["base_url"] == found.base_url == "http://kabaruji.id"
    assert found.failure == ""


def test_a_redirect_leads_to_the_address_that_is_written(tmp_path: Path) -> None:
    give = pages("www.kabaruji.id", {"/": front([f"/read/{slug}" for slug in SLUGS])})

    def moved(url: str) -> tuple[int, bytes, str]:
        if urlsplit(url).hostname == "kabaruji.id" and "robots" not in url:
            return 301, b"", "https://www.kabaruji.id/"
        return (404, b"", "") if urlsplit(url).hostname == "kabaruji.id" else give(url)

    found, _ = look(moved, "kabaruji.id", tmp_path)
    assert found.base_url == "https://www.kabaruji.id"


def test_a_family_that_is_given_is_taken(tmp_path: Path) -> None:
    give = pages("kabaruji.id", {"/": front([f"/read/{slug}" for slug in SLUGS])})
    found, _ = look(give, "kabaruji.id", tmp_path, "wordpress")
    assert found.family == "wordpress"


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("medan.tribunnews.com", "tribun"),
        ("kepri.antaranews.com", "antara"),
        ("www.detik.com/bali", "detik"),
        ("regional.kompas.com", "kompas"),
        ("medan.inews.id", "inews"),
        ("radarbanyumas.disway.id", "disway"),
        ("parepos.fajar.co.id", "fajar"),
        ("jatim.jpnn.com", "jpnn"),
        ("jabar.suara.com", "suara"),
        ("rejabar.republika.co.id", "republika"),
        ("daerah.sindonews.com", "sindo"),
        ("rri.co.id/kupang", "rri"),
        ("tribratanews.jabar.polri.go.id", "police"),
        ("www.kp2mi.go.id", "gov_kp2mi"),
        ("imigrasi.go.id", "gov"),
        ("nttpride.blogspot.com", "blogger"),
        ("kabaruji.id", ""),
        ("suarautama.id", ""),
        ("mytribunnews.company", ""),
    ],
)
def test_networks_are_known_by_their_hosts(host: str, family: str) -> None:
    assert recognise(Sight(f"https://{host}"))[0] == family


def test_two_families_that_are_as_likely_are_no_answer() -> None:
    links = tuple(f"https://x.id/read/12345/67890/{slug}" for slug in SLUGS)
    dated = tuple(f"https://x.id/read/2026/10/15/1234567/{slug}" for slug in SLUGS)
    family, points, _ = recognise(Sight("https://x.id", links=links + dated))
    assert (family, points) == ("", {"kompas": 4, "sindo": 4})


def test_every_sign_speaks_for_a_known_family() -> None:
    assert {sign.family for sign in signatures().clues} <= families().keys()
    assert {sign.family for sign in signatures().clues} >= families().keys() - {"custom", "generic"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('family = "tribun"', 'family = "tribune"', "key 'family': 'tribune' is none of"),
        ('on = "host"', 'on = "cookie"', "key 'on': 'cookie' is none of host"),
        ("pattern = '''(?:^|", "pattern = '''(?:(^|", "clue"),
        ('says = "wp-json answers with posts"', 'say = "x"', "keys are family"),
        ('path = "/index-news"\n', "", "key 'path': needed"),
    ],
)
def test_a_wrong_sign_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = SIGNATURES_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "signatures.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegistryError, match=re.escape(str(path))) as caught:
        signatures(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("/read/{slug}", r"^https?://{host}/read/[\w-]+/?$"),
        ("/2026/10/0{n}/{slug}/", r"^https?://{host}/\d{4}/\d{2}/\d{2}/[\w-]+/?$"),
        ("/{section}/{n}1234/{slug}.html", r"^https?://{host}/[\w-]+/\d+/[\w-]+\.html/?$"),
        ("/berita/{n}1234-{slug}", r"^https?://{host}/berita/\d+-[\w-]+/?$"),
        ("/news/d-{n}12345/{slug}", r"^https?://{host}/news/d-\d+/[\w-]+/?$"),
        ("/{slug}", r"^https?://{host}/[\w-]+/?$"),
    ],
)
def test_shapes_of_addresses_become_patterns(form: str, pattern: str) -> None:
    sections = ("hukrim", "daerah", "politik", "olahraga")
    urls = [
        "https://x.id" + form.format(slug=slug, n=number + 1, section=sections[number % 4])
        for number, slug in enumerate(SLUGS)
    ]
    found = work_out(urls, ["https://x.id/tentang", "https://x.id/kategori/daerah"])
    assert found.pattern == pattern
    assert found.matched == found.articles == len(SLUGS)
    assert found.is_specific is (form != "/{slug}")


def test_two_shapes_are_joined_and_copies_left_out() -> None:
    old = [f"https://x.id/2020/01/02/{slug}" for slug in SLUGS[:4]]
    new = [f"https://x.id/read/{slug}" for slug in SLUGS[4:]]
    found = work_out([*old, *new, *(f"https://x.id/{slug}" for slug in SLUGS)])
    assert found.pattern == r"^https?://{host}/(?:\d{4}/\d{2}/\d{2}/[\w-]+|read/[\w-]+)/?$"
    assert found.fits


def test_too_few_articles_show_no_pattern() -> None:
    assert not work_out([f"https://x.id/read/{slug}" for slug in SLUGS[:2]]).fits


@pytest.mark.parametrize("url", ["https://x.id/", "https://x.id/hukrim", "https://x.id/tag/tppo", "http://[", "x"])
def test_menus_are_no_articles(url: str) -> None:
    assert not looks_like_article(url)


def test_what_was_found_travels_as_json(visit: Give, tmp_path: Path) -> None:
    found, _ = look(visit, "http://kepri-antar.localhost", tmp_path)
    sent = json.loads(to_line("site", found))
    assert sent["event"] == "site"
    assert SiteLook.from_json(sent["value"]) == found
    assert found.look is not None
    assert Look.from_json(found.look.to_json()) == found.look
    assert found.look.page is not None
    assert datetime.fromisoformat(found.look.page.fetched_at).tzinfo == UTC
