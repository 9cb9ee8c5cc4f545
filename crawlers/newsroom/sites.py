"""The demo outlets: who they are and how each family of site addresses its articles."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.newsroom.story import ContentError, DemoArticle, content_folder

#: The newsroom's present: fixed, so that everything it serves is the same on every day.
CLOCK = datetime(2026, 10, 15, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))

_ZONE_LABELS = MappingProxyType({"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"})

# In September 2025 sites of the Tribun kind went from dated addresses to numbered ones.
_TRIBUN_NUMBERED_SINCE = (2025, 9)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The paths (with query) under which one article can be asked for on its outlet's main host.

    Attributes:
        page: the canonical one, first page.
        parts: of the second and later pages.
        whole: the form that shows all pages at once, or None.
        amp: the AMP copy on the same host, or None.
        aliases: other paths that show the same page with the same ``rel=canonical``.
        short: a short link that redirects to the page, or None.
    """

    page: str
    parts: tuple[str, ...] = ()
    whole: str | None = None
    amp: str | None = None
    aliases: tuple[str, ...] = ()
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One demo outlet, as ``sites.toml`` describes it.

    Attributes:
        slug: its id and the first label of its host name.
        name: as printed in the masthead.
        family: content-management family; chooses templates, addresses, feeds and listings.
        brand: how it calls itself in datelines.
        tagline: under the masthead.
        city: where the newsroom sits.
        street: printed in the footer.
        province_code: Kemendagri code.
        province_name: the province's official name.
        timezone: IANA zone.
        dateline: pattern of the words in front of a lead; ``{CITY} {City} {day} {month}`` are filled in.
        accent: main colour.
        accent_dark: second colour.
        regions: regencies and cities in the navigation.
        section_path: path of the outlet's own section where it is part of a larger site, such as ``/ambon``.
        mirrors: other hosts that serve the same pages (``m.``, ``amp.``).
        feeds: paths of the feeds.
        sitemaps: paths of the sitemaps named in robots.txt.
        index_pages: paths of the listings that show every article by page or by day.
        article_pattern: regular expression of the path of an article.
        traps: what makes the site hard, in a sentence.
        disallow: paths that robots.txt closes.
        crawl_delay_seconds: asked for in robots.txt, or None.
        broken_charset: some pages declare another encoding than they have.
        json_ld: whether article pages carry structured data, where the family has any.
        per_page: entries on one page of a listing.
        listing_cap: number of pages after which an undated listing repeats itself; 0 means it never does.
        layout: another layout than the family's for article pages, ``<family>/article-<layout>.html``.
        closed: paths that existed once and now answer 404.
    """

    slug: str
    name: str
    family: str
    brand: str
    tagline: str
    city: str
    street: str
    province_code: str
    province_name: str
    timezone: str
    dateline: str
    accent: str
    accent_dark: str
    regions: tuple[str, ...]
    article_pattern: str
    traps: str
    section_path: str = ""
    mirrors: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    index_pages: tuple[str, ...] = ()
    disallow: tuple[str, ...] = ()
    crawl_delay_seconds: float | None = None
    broken_charset: bool = False
    json_ld: bool = True
    per_page: int = 5
    listing_cap: int = 0
    layout: str = ""
    closed: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Host name without port."""
        return f"{self.slug}.localhost"

    @property
    def zone(self) -> ZoneInfo:
        """The newsroom's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def zone_label(self) -> str:
        """WIB, WITA or WIT."""
        return _ZONE_LABELS[self.timezone]

    def addresses(self, article: DemoArticle) -> Addresses:
        """Every path under which this site shows the article."""
        return _ADDRESS_RULES[self.family](article)

    def printed_dateline(self, article: DemoArticle) -> str:
        """The words in front of the lead, without the blank behind them; empty when the site prints none."""
        if not article.dateline or not self.dateline:
            return ""
        local = article.published_at.astimezone(self.zone)
        return self.dateline.format(
            CITY=article.dateline.upper(), City=article.dateline.title(), day=local.day, month=local.month
        )


def load_site_table(folder: Path | None = None) -> dict[str, Any]:
    """The whole of ``sites.toml``.

    Raises:
        ContentError: the file is not TOML.
    """
    path = (folder or content_folder()) / "sites.toml"
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _parsed(path: Path, _changed_ns: int) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path}: not TOML: {error}") from error


def load_sites(folder: Path | None = None, *, edition: int = 1) -> dict[str, Site]:
    """Read the demo outlets, keyed by slug, in the order of ``sites.toml``.

    Args:
        folder: the newsroom's content folder; default is the one that comes with the project.
        edition: from edition 3 on, the site that ``edition_3`` names has another layout.

    Raises:
        ContentError: an entry lacks a key, has an unknown one, or names an unknown family or zone.
    """
    known = {item.name for item in fields(Site)}
    sites: dict[str, Site] = {}
    for entry in load_site_table(folder)["sites"]:
        slug = entry.get("slug", "(without slug)")
        if unknown := sorted(set(entry) - known):
            raise ContentError(f"sites.toml: site '{slug}' has unknown keys {', '.join(unknown)}")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        try:
            site = Site(**values)
        except TypeError as error:
            raise ContentError(f"sites.toml: site '{slug}': {error}") from error
        if site.family not in _ADDRESS_RULES:
            raise ContentError(f"sites.toml: site '{slug}' has family '{site.family}'; known: {sorted(_ADDRESS_RULES)}")
        if site.timezone not in _ZONE_LABELS:
            raise ContentError(f"sites.toml: site '{slug}' has zone '{site.timezone}'; known: {sorted(_ZONE_LABELS)}")
        sites[site.slug] = site
    return _redesigned(sites, load_site_table(folder)["edition_3"]) if edition >= 3 else sites


def _redesigned(sites: dict[str, Site], change: dict[str, Any]) -> dict[str, Site]:
    """The sites of edition 3: the one that ``change`` names has another layout, and some of its paths are gone."""
    slug = change["site"]
    if slug not in sites:
        raise ContentError(f"sites.toml: edition_3 names site '{slug}'; known: {', '.join(sorted(sites))}")
    return sites | {slug: replace(sites[slug], layout=change["layout"], closed=tuple(change["closed"]))}


def _wordpress(article: DemoArticle) -> Addresses:
    page = f"/{article.published_at:%Y/%m/%d}/{article.slug}/"
    return Addresses(
        page=page,
        parts=tuple(f"{page}{number}/" for number in range(2, article.page_count + 1)),
        amp=f"{page}amp/",
        short=f"/?p={10_000 + article.number}",
    )


def _blogger(article: DemoArticle) -> Addresses:
    # Blogger cuts the slug at a word boundary near 39 characters.
    slug = article.slug[:40].rsplit("-", 1)[0] if len(article.slug) > 40 else article.slug
    page = f"/{article.published_at:%Y/%m}/{slug}.html"
    return Addresses(page=page, aliases=(f"{page}?m=1",))


def _tribun(article: DemoArticle) -> Addresses:
    day = article.published_at
    if (day.year, day.month) < _TRIBUN_NUMBERED_SINCE:
        page = f"/{day:%Y/%m/%d}/{article.slug}"
    else:
        page = f"/{article.section_slug}/{500_000 + article.number}/{article.slug}"
    return Addresses(
        page=page,
        parts=tuple(f"{page}?page={number}" for number in range(2, article.page_count + 1)),
        whole=f"{page}?page=all",
        amp=f"/amp{page}",
    )


def _antara(article: DemoArticle) -> Addresses:
    page = f"/berita/{4_700_000 + article.number}/{article.slug}"
    return Addresses(page=page, whole=f"{page}?page=all", amp=f"/amp{page}", aliases=(f"/nasional{page}",))


def _detik(article: DemoArticle) -> Addresses:
    tail = f"d-{7_600_000 + article.number}/{article.slug}"
    page = f"/kalbar/{article.section_slug}/{tail}"
    return Addresses(page=page, whole=f"{page}?single=1", amp=f"{page}/amp", aliases=(f"/kalbar/berita/{tail}",))


def _radar(article: DemoArticle) -> Addresses:
    tail = f"{2_611_000_000 + article.number}/{article.slug}"
    page = f"/{article.section_slug}/{tail}"
    return Addresses(page=page, aliases=(f"/berita/{tail}", f"{page}?amp=1", f"{page}?page=2"))


def _promedia(article: DemoArticle) -> Addresses:
    tail = f"{30_115_000_000 + article.number}/{article.slug}"
    page = f"/{article.section_slug}/{tail}"
    return Addresses(
        page=page,
        parts=tuple(f"{page}?page={number}" for number in range(2, article.page_count + 1)),
        whole=f"{page}?page=all",
        amp=f"/{article.section_slug}/amp/{tail}",
    )


def _gov(article: DemoArticle) -> Addresses:
    return Addresses(page=f"/berita/baca/{article.slug}")


def _custom(article: DemoArticle) -> Addresses:
    return Addresses(page=f"/read/{article.slug}", amp=f"/amp/{article.slug}")


def _kompas(article: DemoArticle) -> Addresses:
    day = article.published_at
    page = f"/read/{day:%Y/%m/%d}/{day:%H%M}{100_000 + article.number}1/{article.slug}"
    return Addresses(
        page=page,
        parts=tuple(f"{page}?page={number}" for number in range(2, article.page_count + 1)),
        whole=f"{page}?page=all",
    )


def _inews(article: DemoArticle) -> Addresses:
    page = f"/read/{600_000 + article.number}/{article.slug}"
    return Addresses(
        page=page,
        parts=tuple(f"{page}/{number}" for number in range(2, article.page_count + 1)),
        whole=f"{page}/all",
        amp=f"/amp{page}",
    )


def _disway(article: DemoArticle) -> Addresses:
    page = f"/read/{700_000 + article.number}/{article.slug}"
    # Further parts are counted in paragraphs: /15 is the second page, /30 the third.
    return Addresses(page=page, parts=tuple(f"{page}/{15 * number}" for number in range(1, article.page_count)))


def _rri(article: DemoArticle) -> Addresses:
    return Addresses(page=f"/ambon/{article.section_slug}/{1_900_000 + article.number}/{article.slug}")


def _fajar(article: DemoArticle) -> Addresses:
    page = f"/{article.published_at:%Y/%m/%d}/{article.slug}/"
    return Addresses(
        page=page,
        parts=tuple(f"{page}{number}/" for number in range(2, article.page_count + 1)),
        whole=f"{page}?page=all",
        amp=f"{page}amp/",
        short=f"/?p={20_000 + article.number}",
    )


def _sindo(article: DemoArticle) -> Addresses:
    tail = f"{1_500_000 + article.number}/707/{article.slug}"
    page = f"/read/{tail}"
    return Addresses(page=page, whole=f"{page}?showpage=all", aliases=(f"/newsread/{tail}",))


_ADDRESS_RULES: MappingProxyType[str, Callable[[DemoArticle], Addresses]] = MappingProxyType(
    {
        "wordpress": _wordpress,
        "blogger": _blogger,
        "tribun": _tribun,
        "antara": _antara,
        "detik": _detik,
        "radar_jp": _radar,
        "promedia": _promedia,
        "gov": _gov,
        "custom": _custom,
        "kompas": _kompas,
        "inews": _inews,
        "disway": _disway,
        "rri": _rri,
        "fajar": _fajar,
        "sindo": _sindo,
    }
)
