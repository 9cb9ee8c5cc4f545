"""Sitemaps of the demo sites: single, nested, by month, gzipped, and news sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from crawlers.newsroom.answers import Answer, gzipped_file, xml
from crawlers.newsroom.newspaper import Entry, Newspaper
from crawlers.newsroom.sites import CLOCK
from crawlers.newsroom.story import slug_of

# Google reads news sitemaps of the last two days; sites keep them that short.
_NEWS_AGE = timedelta(hours=48)


def sitemap(paper: Newspaper, path: str, query: str) -> Answer | None:
    """What a path of the site shows when it is a sitemap, else None."""
    families = {
        "wordpress": _wordpress,
        "blogger": _blogger,
        "tribun": _tribun,
        "antara": _monthly,
        "detik": _detik,
        "radar_jp": _radar,
        "promedia": _monthly,
        "custom": _custom,
        "kompas": _kompas,
        "disway": _monthly,
        "rri": _rri,
        "fajar": _yearly,
        "sindo": _packed,
    }
    writer = families.get(paper.site.family)
    return writer(paper, path, query) if writer else None


def _wordpress(paper: Newspaper, path: str, query: str) -> Answer | None:
    entries = paper.entries("sitemap")
    this_year = [entry for entry in entries if entry.published_at.year >= CLOCK.year]
    earlier = [entry for entry in entries if entry.published_at.year < CLOCK.year]
    if paper.site.sitemaps == ("/wp-sitemap.xml",):
        pages = {"/wp-sitemap-posts-post-1.xml": this_year, "/wp-sitemap-posts-post-2.xml": earlier}
        return _index(paper, pages) if path == "/wp-sitemap.xml" else _listed(paper, pages, path)
    pages = {"/post-sitemap.xml": this_year, "/post-sitemap2.xml.gz": earlier, "/page-sitemap.xml": _pages(paper)}
    return _index(paper, pages) if path == "/sitemap_index.xml" else _listed(paper, pages, path)


def _blogger(paper: Newspaper, path: str, query: str) -> Answer | None:
    if path != "/sitemap.xml":
        return None
    if query == "page=1":
        return _urlset(paper, paper.entries("sitemap"))
    return _index(paper, {"/sitemap.xml?page=1": paper.entries("sitemap")})


def _tribun(paper: Newspaper, path: str, query: str) -> Answer | None:
    by_section = {
        slug_of(section): [entry for entry in [*paper.entries(), *paper.doubles()] if entry.section == section]
        for section in paper.sections()
    }
    if path == "/sitemap.xml":
        pages: dict[str, Sequence[Entry]] = {}
        for section, entries in by_section.items():
            pages[f"/{section}/sitemap_news.xml"] = entries
            pages[f"/{section}/sitemap-web.xml"] = entries
        return _index(paper, pages)
    match = re.fullmatch(r"/([\w-]+)/sitemap(_news|-web)\.xml", path)
    if match is None or match[1] not in by_section:
        return None
    if match[2] == "_news":
        return _urlset(paper, _recent(by_section[match[1]]), with_news=True)
    return _urlset(paper, by_section[match[1]])


def _monthly(paper: Newspaper, path: str, query: str) -> Answer | None:
    entries = [*paper.entries("sitemap"), *paper.doubles()]
    months = sorted({f"{entry.published_at:%Y-%m}" for entry in entries}, reverse=True)
    pages: dict[str, Sequence[Entry]] = {
        f"/sitemap-{month}.xml": [entry for entry in entries if f"{entry.published_at:%Y-%m}" == month]
        for month in months
    }
    if path == "/sitemap.xml":
        return _index(paper, {"/sitemap-news.xml": entries} | pages)
    if path == "/sitemap-news.xml":
        return _urlset(paper, _recent(entries), with_news=True)
    return _listed(paper, pages, path)


def _detik(paper: Newspaper, path: str, query: str) -> Answer | None:
    entries = paper.entries("sitemap")
    pages: dict[str, Sequence[Entry]] = {"/kalbar/sitemap_web.xml": [*entries, *paper.doubles()]}
    if path == "/kalbar/sitemap.xml":
        return _index(paper, {"/kalbar/sitemap_news.xml": entries} | pages)
    if path == "/kalbar/sitemap_news.xml":
        return _urlset(paper, _recent(entries), with_news=True)
    return _listed(paper, pages, path)


def _radar(paper: Newspaper, path: str, query: str) -> Answer | None:
    pages = {"/sitemap-post.xml": [*paper.entries("sitemap"), *paper.doubles()]}
    return _index(paper, pages) if path == "/sitemap.xml" else _listed(paper, pages, path)


def _custom(paper: Newspaper, path: str, query: str) -> Answer | None:
    """An index that names an index that names the sitemaps of the years; AMP copies stand among them."""
    entries = paper.entries("sitemap")
    listed = [*entries, *paper.doubles()]
    this_year = [entry for entry in listed if entry.published_at.year >= CLOCK.year]
    earlier = [entry for entry in listed if entry.published_at.year < CLOCK.year]
    pages: dict[str, Sequence[Entry]] = {"/arsip/2026.xml": this_year, "/arsip/2025.xml.gz": earlier}
    if path == "/sitemap.xml":
        return _index(paper, {"/arsip/sitemap-index.xml": entries, "/sitemap-halaman.xml": _pages(paper)})
    if path == "/sitemap-halaman.xml":
        return _urlset(paper, _pages(paper))
    return _index(paper, pages) if path == "/arsip/sitemap-index.xml" else _listed(paper, pages, path)


def _kompas(paper: Newspaper, path: str, query: str) -> Answer | None:
    """News of two days only; everything else stands in the index by day."""
    return _urlset(paper, _recent(paper.entries("sitemap")), with_news=True) if path == "/sitemap/news" else None


def _rri(paper: Newspaper, path: str, query: str) -> Answer | None:
    """One sitemap for all stations: station, year, month, four deep, the months gzipped."""
    station = paper.site.section_path
    entries = [*paper.entries("sitemap"), *paper.doubles()]
    years = sorted({f"{entry.published_at:%Y}" for entry in entries}, reverse=True)
    by_year = {year: [entry for entry in entries if f"{entry.published_at:%Y}" == year] for year in years}
    if path == "/sitemap.xml":
        return _index(paper, {f"/sitemap{station}.xml": entries, "/sitemap/halaman.xml": _pages(paper)})
    if path == "/sitemap/halaman.xml":
        return _urlset(paper, _pages(paper))
    if path == f"/sitemap{station}.xml":
        return _index(paper, {f"/sitemap{station}/{year}.xml": found for year, found in by_year.items()})
    for year, found in by_year.items():
        months = sorted({f"{entry.published_at:%m}" for entry in found}, reverse=True)
        pages = {
            f"/sitemap{station}/{year}/{month}.xml.gz": [e for e in found if f"{e.published_at:%m}" == month]
            for month in months
        }
        if path == f"/sitemap{station}/{year}.xml":
            return _index(paper, pages)
        if path in pages:
            return _listed(paper, pages, path)
    return None


def _yearly(paper: Newspaper, path: str, query: str) -> Answer | None:
    entries = [*paper.entries("sitemap"), *paper.doubles()]
    years = sorted({entry.published_at.year for entry in entries}, reverse=True)
    pages: dict[str, Sequence[Entry]] = {
        f"/post-sitemap-{year}.xml": [entry for entry in entries if entry.published_at.year == year] for year in years
    }
    pages["/page-sitemap.xml"] = _pages(paper)
    return _index(paper, pages) if path == "/sitemap_index.xml" else _listed(paper, pages, path)


def _packed(paper: Newspaper, path: str, query: str) -> Answer | None:
    """By month, each gzipped, without a word on when they changed."""
    entries = [*paper.entries("sitemap"), *paper.doubles()]
    months = sorted({f"{entry.published_at:%Y%m}" for entry in entries}, reverse=True)
    pages: dict[str, Sequence[Entry]] = {
        f"/sitemap-{month}.xml.gz": [entry for entry in entries if f"{entry.published_at:%Y%m}" == month]
        for month in months
    }
    return _index(paper, dict.fromkeys(pages, ())) if path == "/sitemap.xml" else _listed(paper, pages, path)


def _pages(paper: Newspaper) -> list[Entry]:
    """Pages that are no articles, and stand in sitemaps all the same."""
    moment = datetime(2025, 1, 6, 9, 0, tzinfo=paper.site.zone)
    return [Entry(path, path, moment, moment, "") for path in ("/redaksi", "/kontak", "/pedoman-media-siber")]


def _recent(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if CLOCK - entry.published_at <= _NEWS_AGE]


def _index(paper: Newspaper, pages: Mapping[str, Sequence[Entry]]) -> Answer:
    rows = [
        f"<sitemap><loc>{escape(paper.url(path))}</loc>"
        + (f"<lastmod>{max(entry.updated_at for entry in entries).isoformat()}</lastmod>" if entries else "")
        + "</sitemap>"
        for path, entries in pages.items()
    ]
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(rows)
        + "\n</sitemapindex>\n"
    )
    return xml(text, modified_at=paper.latest())


def _listed(paper: Newspaper, pages: Mapping[str, Sequence[Entry]], path: str) -> Answer | None:
    return _urlset(paper, pages[path], is_gzipped=path.endswith(".gz")) if path in pages else None


def _urlset(paper: Newspaper, entries: Sequence[Entry], *, with_news: bool = False, is_gzipped: bool = False) -> Answer:
    rows = []
    for entry in entries:
        news = ""
        if with_news:
            news = (
                f"<news:news><news:publication><news:name>{escape(paper.site.name)}</news:name>"
                f"<news:language>id</news:language></news:publication>"
                f"<news:publication_date>{entry.published_at.isoformat()}</news:publication_date>"
                f"<news:title>{escape(entry.title)}</news:title></news:news>"
            )
        rows.append(
            f"<url><loc>{escape(paper.url(entry.path))}</loc>"
            f"<lastmod>{entry.updated_at.isoformat()}</lastmod>{news}</url>"
        )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "\n".join(rows) + "\n</urlset>\n"
    )
    modified_at = max((entry.updated_at for entry in entries), default=paper.latest())
    return gzipped_file(text, modified_at=modified_at) if is_gzipped else xml(text, modified_at=modified_at)
