"""One demo outlet as it stands in one edition: its articles, its addresses and what each address shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from crawlers.newsroom.sites import Addresses, Site
from crawlers.newsroom.story import ContentError, DemoArticle

Form = Literal["page", "whole", "amp", "short"]

OBSTACLE_KINDS = frozenset({"gone", "closed", "loop", "challenge", "empty", "pdf", "overlong"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a listing, feed or sitemap.

    Attributes:
        title: headline.
        path: where it leads on the same host, or an absolute address.
        published_at: when it was published.
        updated_at: when it last changed.
        section: as the outlet names it.
        article: the article behind it, None for an obstacle.
    """

    title: str
    path: str
    published_at: datetime
    updated_at: datetime
    section: str
    article: DemoArticle | None = None

    @property
    def summary(self) -> str:
        """The beginning of the lead, as listings print it."""
        if self.article is None:
            return self.title
        lead = self.article.body_paragraphs[0]
        return lead if len(lead) <= 160 else lead[:160].rsplit(" ", 1)[0] + " […]"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that goes wrong on purpose.

    Attributes:
        site: slug of the outlet.
        kind: one of ``OBSTACLE_KINDS``.
        path: its address on the outlet's host.
        title: the headline under which it is listed.
        published_at: date given in the listing.
        listed_in: where it is linked: ``feed``, ``sitemap``, ``front``.
        note: what it is, for the start page.
        status: HTTP status of a challenge page.
    """

    site: str
    kind: str
    path: str
    title: str
    published_at: datetime
    listed_in: tuple[str, ...]
    note: str
    status: int = 200

    def entry(self) -> Entry:
        """The obstacle as a line of a listing."""
        return Entry(self.title, self.path, self.published_at, self.published_at, "berita")


@dataclass(frozen=True, slots=True)
class View:
    """What an article's address shows: which form of it, and for the page form which part (from 1)."""

    article: DemoArticle
    form: Form
    part: int = 1


def read_obstacles(table: dict[str, Any]) -> list[Obstacle]:
    """The obstacles of ``sites.toml``.

    Raises:
        ContentError: an entry is of an unknown kind.
    """
    obstacles = [Obstacle(**{**entry, "listed_in": tuple(entry["listed_in"])}) for entry in table["obstacles"]]
    for obstacle in obstacles:
        if obstacle.kind not in OBSTACLE_KINDS:
            raise ContentError(
                f"sites.toml: obstacle {obstacle.path} has kind '{obstacle.kind}'; known: {sorted(OBSTACLE_KINDS)}"
            )
    return obstacles


class Newspaper:
    """One outlet in one edition.

    Attributes:
        site: who it is.
        articles: newest first.
        obstacles: what is planted in it.
        base_url: scheme, host and port, without a slash at the end.
    """

    def __init__(self, site: Site, articles: Sequence[DemoArticle], obstacles: Sequence[Obstacle], port: int) -> None:
        self.site = site
        self.port = port
        self.base_url = f"http://{site.host}:{port}"
        self.articles = sorted(articles, key=lambda item: (item.published_at, item.article_id), reverse=True)
        self.obstacles = {obstacle.path: obstacle for obstacle in obstacles}
        self._addresses = {article.article_id: site.addresses(article) for article in self.articles}
        self._views = self._all_views()

    def addresses(self, article: DemoArticle) -> Addresses:
        """The article's paths on this site."""
        return self._addresses[article.article_id]

    def url(self, path: str) -> str:
        """The absolute address of a path on this site."""
        if path.startswith("//"):
            # On another of the site's hosts: //indeks.warta-bono.localhost/?page=1
            host, slash, rest = path[2:].partition("/")
            return f"http://{host}:{self.port}{slash}{rest}"
        return path if path.startswith("http") else self.base_url + path

    def view(self, path: str, query: str) -> View | None:
        """What the address shows, when it is an article's.

        Unknown parameters (``utm_source`` and such) change nothing, as on real sites.
        """
        if query and (exact := self._views.get(f"{path}?{query}")) is not None:
            return exact
        return self._views.get(path)

    def amp_view(self, path: str) -> View | None:
        """What the site's ``amp.`` host shows under an article's path: the AMP copy."""
        view = self._views.get(path)
        return View(view.article, "amp") if view is not None else None

    def latest(self) -> datetime:
        """When anything on the site last changed."""
        return max((article.updated_at for article in self.articles), default=datetime(2025, 1, 1).astimezone())

    def sections(self) -> list[str]:
        """The sections that have articles, in alphabetical order."""
        return sorted({article.section for article in self.articles})

    def entry(self, article: DemoArticle, path: str | None = None) -> Entry:
        """An article as a line of a listing."""
        return Entry(
            article.title,
            path or self.addresses(article).page,
            article.published_at.astimezone(self.site.zone),
            article.updated_at.astimezone(self.site.zone),
            article.section,
            article,
        )

    def entries(self, place: str = "") -> list[Entry]:
        """All articles, with the obstacles listed in ``place`` (``feed``, ``sitemap``, ``front``), newest first."""
        lines = [self.entry(article) for article in self.articles]
        lines += [obstacle.entry() for obstacle in self.obstacles.values() if place in obstacle.listed_in]
        return sorted(lines, key=lambda line: line.published_at, reverse=True)

    def double_path(self, article: DemoArticle) -> str | None:
        """Another address of the article that the site links to now and then; None where there is none."""
        known = self.addresses(article)
        match self.site.family:
            case "wordpress" | "fajar":
                return known.short if article.number % 2 else known.amp
            case "tribun":
                return f"http://m.{self.site.host}:{self.port}{known.page}"
            case "rri":
                return f"http://images1.{self.site.host}:{self.port}{known.page}?utm_source=terpopuler"
            case "inews":
                return known.whole
            case "kompas":
                return f"http://amp.{self.site.host}:{self.port}{known.page}"
            case "custom" if article.number % 2:
                return f"http://amp.{self.site.host}:{self.port}{known.page}"
            case "antara" | "promedia" | "custom":
                return known.amp
            case _:
                return known.aliases[0] if known.aliases else None

    def doubles(self) -> list[Entry]:
        """One article in three under its other address, as careless sitemaps list them a second time."""
        return [
            self.entry(article, path)
            for article in self.articles
            if article.number % 3 == 0 and (path := self.double_path(article)) is not None
        ]

    def popular(self) -> list[Entry]:
        """The list beside every page; it links to mobile copies, AMP copies and short links."""
        chosen = sorted(self.articles, key=lambda article: article.number)[:7]
        return [self.entry(article, self.double_path(article)) for article in chosen]

    def neighbours(self, article: DemoArticle, count: int) -> list[Entry]:
        """Other articles for related lists: the same section first, then the rest, older ones only when possible."""
        others = [other for other in self.articles if other is not article]
        others.sort(key=lambda other: (other.published_at > article.published_at, other.section != article.section))
        return [self.entry(other) for other in others[:count]]

    def _all_views(self) -> dict[str, View]:
        views: dict[str, View] = {}
        for article in self.articles:
            known = self.addresses(article)
            views[known.page] = View(article, "page")
            for number, path in enumerate(known.parts, 2):
                views[path] = View(article, "page", number)
            views |= {path: View(article, "page") for path in known.aliases}
            if known.whole:
                views[known.whole] = View(article, "whole")
            if known.amp:
                views[known.amp] = View(article, "amp")
            if known.short:
                views[known.short] = View(article, "short")
        return views
