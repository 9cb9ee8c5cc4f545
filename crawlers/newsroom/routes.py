"""Which address of a demo site shows what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, unquote

from crawlers.newsroom.answers import Answer, html, redirect
from crawlers.newsroom.feeds import blogger, rss, wordpress_posts
from crawlers.newsroom.newspaper import Entry, Newspaper, View
from crawlers.newsroom.obstacles import obstacle_answer
from crawlers.newsroom.pictures import picture
from crawlers.newsroom.printing import MONTHS, day_month_year, section_label
from crawlers.newsroom.rendering import PageLink, Press, section_path, true_charset
from crawlers.newsroom.sitemaps import sitemap
from crawlers.newsroom.story import slug_of

_PLAIN_PAGES = {
    "/redaksi": ("Redaksi", "Susunan redaksi surat kabar contoh ini rekaan, begitu pula seluruh isinya."),
    "/kontak": ("Kontak", "Hubungi redaksi melalui alamat di bagian bawah halaman ini."),
    "/tentang": ("Tentang Kami", "Surat kabar contoh untuk menguji perayap dan pembersih berita."),
    "/privasi": ("Kebijakan Privasi", "Situs contoh ini tidak menyimpan data pengunjung."),
    "/karier": ("Karier", "Belum ada lowongan."),
    "/pedoman-media-siber": (
        "Pedoman Media Siber",
        "Kami mengikuti Kode Etik Jurnalistik dan Pedoman Pemberitaan Media Siber.",
    ),
}


def answer(paper: Newspaper, path: str, query: str, press: Press) -> Answer:
    """What one address of a site shows; 404 for an address it does not have.

    Args:
        paper: the site.
        path: path of the address, percent-encoded as it came.
        query: behind the question mark, or empty.
        press: renders the pages.
    """
    if (obstacle := paper.obstacles.get(path)) is not None:
        return obstacle_answer(paper, obstacle, query, press)
    if path in paper.site.closed:
        return html(press.plain(paper, "Halaman tidak ditemukan", "Alamat yang Anda buka tidak ada."), status=404)
    for found in (
        _article(paper, path, query, press),
        _technical(paper, path, query),
        _listing(paper, path, query, press),
    ):
        if found is not None:
            return found
    return html(press.plain(paper, "Halaman tidak ditemukan", "Alamat yang Anda buka tidak ada."), status=404)


def _article(paper: Newspaper, path: str, query: str, press: Press) -> Answer | None:
    view = paper.view(path, query)
    if view is None and paper.site.family in ("wordpress", "fajar") and not path.endswith("/"):
        # WordPress sends an address without its last slash to the one with it.
        return redirect(f"{path}/") if paper.view(f"{path}/", query) else None
    if view is None:
        return None
    if view.form == "short":
        return redirect(paper.url(paper.addresses(view.article).page))
    return article_answer(paper, view, press)


def article_answer(paper: Newspaper, view: View, press: Press) -> Answer:
    """An article's page as the site sends it, wrong charset declarations included."""
    text = press.article(paper, view)
    if not paper.site.broken_charset or view.form == "amp":
        return html(text, modified_at=view.article.updated_at)
    charset = true_charset(paper, view.article)
    return Answer(
        200,
        text.encode(charset, "xmlcharrefreplace"),
        "text/html; charset=iso-8859-1" if 'charset="iso-8859-1"' in text else "text/html; charset=UTF-8",
        modified_at=view.article.updated_at,
    )


def _technical(paper: Newspaper, path: str, query: str) -> Answer | None:
    """Feeds, sitemaps, robots.txt, pictures."""
    parameters = dict(parse_qsl(query))
    if path == "/robots.txt":
        return Answer(200, robots(paper).encode(), "text/plain; charset=UTF-8")
    if path.startswith("/media/"):
        return picture(paper.site, path)
    match paper.site.family:
        case "wordpress" | "fajar" | "sindo" if path in ("/feed/", "/feed"):
            return rss(paper, paper.entries("feed"))
        case "wordpress" | "fajar" if path == "/wp-json/wp/v2/posts":
            return wordpress_posts(paper, parameters)
        case "blogger" if path == "/feeds/posts/default":
            return blogger(paper, parameters)
        case "blogger" if path.startswith("/feeds/posts/default/-/"):
            return blogger(paper, parameters, unquote(path.rsplit("/", 1)[1]))
        case "tribun" if path == "/rss":
            return rss(paper, paper.entries("feed"), links_lead_home=True)
        case "antara" if found := re.fullmatch(r"/rss/([\w-]+)\.xml", path):
            entries = [entry for entry in paper.entries("feed") if found[1] in ("terkini", slug_of(entry.section))]
            return rss(paper, entries, tracking="?utm_source=rss&utm_medium=feed") if entries else None
        case _:
            return sitemap(paper, path, query)


def robots(paper: Newspaper) -> str:
    """The site's robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in paper.site.disallow)]
    if paper.site.crawl_delay_seconds is not None:
        lines.append(f"Crawl-delay: {paper.site.crawl_delay_seconds:g}")
    lines += ["", *(f"Sitemap: {paper.url(path)}" for path in paper.site.sitemaps)]
    return "\n".join(lines) + "\n"


def _listing(paper: Newspaper, path: str, query: str, press: Press) -> Answer | None:
    """The front page, sections, tags, indexes and pages of the house."""
    parameters = dict(parse_qsl(query))
    if path in _PLAIN_PAGES:
        return html(press.plain(paper, *_PLAIN_PAGES[path]))
    if (found := _index(paper, path, parameters, press)) is not None:
        return found
    if path == "/":
        lines = paper.entries("front")[: 2 * paper.site.per_page]
        return html(press.listing(paper, paper.site.name, lines, canonical=paper.url("/")))
    for section in paper.sections():
        if path.rstrip("/") == section_path(paper, section).rstrip("/"):
            entries = [entry for entry in paper.entries() if entry.section == section]
            return _page(paper, press, section_label(section), entries, _number(parameters), base=path)
    if match := re.fullmatch(r"/(?:tag|topik|search/label)/([^/]+)/?", path):
        wanted = unquote(match[1]).replace("-", " ")
        entries = [
            paper.entry(item)
            for item in paper.articles
            if slug_of(wanted) in {slug_of(name) for name in (*item.tags, item.section)}
        ]
        return _page(paper, press, f"Topik: {wanted}", entries, _number(parameters), base=path)
    return None


def _index(paper: Newspaper, path: str, parameters: dict[str, str], press: Press) -> Answer | None:
    """The pages on which a family lists everything, in order of time."""
    entries = paper.entries()
    number = _number(parameters)
    match paper.site.family:
        case "wordpress" | "fajar" if found := re.fullmatch(r"/page/(\d+)/?", path):
            number = int(found[1])
            if (number - 1) * paper.site.per_page >= len(entries):
                return None
            return _page(paper, press, "Semua Berita", entries, number, base="/page/{}/")
        case "tribun" if path == "/index-news":
            return _by_day(paper, press, parameters.get("date"), "%Y-%m-%d", number, "/index-news")
        case "antara" if path == "/terkini":
            return _page(paper, press, "Terkini", entries, number, base="/terkini")
        case "detik" if path == "/kalbar/indeks":
            return _by_day(paper, press, parameters.get("date"), "%m/%d/%Y", number, "/kalbar/indeks")
        case "radar_jp" if path == "/indeks":
            # Since the move to Next.js the parameter does nothing: every page is the first.
            return _page(paper, press, "Indeks", entries, 1, base="/indeks")
        case "promedia" if path == "/indeks-berita":
            return _by_day(paper, press, parameters.get("daterange", "").split(" - ")[0], "", number, "/indeks-berita")
        case "gov" if path.rstrip("/") == "/berita":
            return _by_offset(paper, press, parameters.get("start", "0"), "/berita?start={}")
        case "inews" if found := re.fullmatch(r"/indeks/news/all(?:/(\d+))?", path):
            return _by_offset(paper, press, found[1] or "0", "/indeks/news/all/{}")
        case "disway" if found := re.fullmatch(r"/index(?:/(\d+))?", path):
            return _by_offset(paper, press, found[1] or "0", "/index/{}")
        case "kompas" if path == "/" and "site" in parameters:
            return _by_day(paper, press, parameters.get("date"), "%Y-%m-%d", number, "/?site=regional&page={}")
        case "rri" if path == paper.site.section_path:
            return _page(paper, press, paper.site.city, entries, number, base=path)
        case _:
            return None


def _by_offset(paper: Newspaper, press: Press, start: str, pattern: str) -> Answer:
    """An index that is paged by the number of its first entry; behind its end it is empty."""
    entries, size = paper.entries(), paper.site.per_page
    offset = int(start) if start.isdecimal() else 0
    pager = [
        PageLink(str(place // size + 1), pattern.format(place), place == offset)
        for place in range(0, len(entries), size)
    ]
    canonical = paper.url(re.split(r"[?/]\w*=?{}", pattern)[0])
    return html(
        press.listing(paper, "Indeks Berita", entries[offset : offset + size], canonical=canonical, pager=pager)
    )


def _by_day(paper: Newspaper, press: Press, day: str | None, form: str, number: int, base: str) -> Answer:
    """An index of one day, or of all days when none is given; pages behind the last show the last again."""
    entries = paper.entries()
    if not day:
        return _page(paper, press, "Indeks Berita", entries, number, base=base)
    moment = _day(day, form)
    if moment is None:
        return _page(paper, press, "Indeks Berita", [], 1, base=base)
    entries = [entry for entry in entries if entry.published_at.date() == moment.date()]
    last = max(-(-len(entries) // paper.site.per_page), 1)
    return _page(paper, press, f"Indeks {day_month_year(moment)}", entries, min(number, last), base=base)


def _day(text: str, form: str) -> datetime | None:
    """A day in the site's form; without a form ``31/12/2025`` or ``31 Desember 2025``."""
    if not form:
        for number, month in enumerate(MONTHS, 1):
            text = text.replace(f" {month} ", f"/{number}/")
        form = "%d/%m/%Y"
    try:
        return datetime.strptime(text.strip(), form).astimezone()
    except ValueError:
        return None


def _page(paper: Newspaper, press: Press, heading: str, entries: Sequence[Entry], number: int, *, base: str) -> Answer:
    """One page of a listing; undated listings repeat their last page where the site caps them."""
    size = paper.site.per_page
    last = max(-(-len(entries) // size), 1)
    if paper.site.listing_cap:
        last = min(last, paper.site.listing_cap)
        number = min(number, last)
    lines = list(entries[(number - 1) * size : number * size])
    pattern = base if "{}" in base else base + "?page={}"
    pager = [PageLink(str(place), pattern.format(place), place == number) for place in range(1, last + 1)]
    return html(press.listing(paper, heading, lines, canonical=paper.url(base.format(1)), pager=pager))


def _number(parameters: dict[str, str]) -> int:
    value = parameters.get("page", "1")
    return max(int(value), 1) if value.isdecimal() else 1
