"""Reads the demo newsroom's articles from their files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers.newsroom.sites import Site, load_site_table, load_sites
from crawlers.newsroom.story import ContentError, DemoArticle, content_folder, slug_of

__all__ = ["ContentError", "DemoArticle", "content_folder", "load_articles"]

_REQUIRED = ("id", "outlet", "title", "section", "tags", "author", "published_at", "relevance")
_KNOWN = frozenset({*_REQUIRED, "also", "editor", "modified_at", "dateline", "caption", "group", "pages"})


def load_articles(folder: Path | None = None, *, edition: int = 1) -> list[DemoArticle]:
    """Read every article that the newsroom serves, oldest first.

    A press release that several outlets carry (``also``) yields one article for each of them.

    Args:
        folder: the newsroom's content folder; default is the one that comes with the project.
        edition: 1 is the archive as it stands; in edition 2 the article named in ``sites.toml`` has changed.

    Raises:
        ContentError: a file is not in the format, or two articles share an id or an address.
    """
    folder = folder or content_folder()
    sites = load_sites(folder)
    articles: list[DemoArticle] = []
    for path in sorted((folder / "articles").glob("*.md")):
        articles.extend(_read(path, sites))
    if edition >= 2:
        articles = list(_changed(articles, load_site_table(folder)["edition_2"]))
    _refuse_doubles(articles, sites)
    return sorted(articles, key=lambda article: (article.published_at, article.article_id))


def _read(path: Path, sites: dict[str, Site]) -> list[DemoArticle]:
    """The article of one file, and its copies at other outlets."""
    pieces = path.read_text(encoding="utf-8").split("+++\n", 2)
    if len(pieces) != 3 or pieces[0].strip():
        raise ContentError(f"{path.name}: must begin with TOML between two lines of '+++'")
    try:
        front = tomllib.loads(pieces[1])
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path.name}: front matter is not TOML: {error}") from error
    _check_front(path.name, front, sites)
    paragraphs = tuple(" ".join(block.split()) for block in re.split(r"\n\s*\n", pieces[2]) if block.strip())
    if not paragraphs:
        raise ContentError(f"{path.name}: has no paragraphs behind the front matter")
    article = DemoArticle(
        article_id=front["id"],
        outlet=front["outlet"],
        slug=slug_of(front["title"]),
        title=front["title"],
        section=front["section"],
        tags=tuple(front["tags"]),
        author=front["author"],
        editor=front.get("editor"),
        published_at=front["published_at"],
        modified_at=front.get("modified_at"),
        dateline=front.get("dateline"),
        caption=front.get("caption"),
        relevance=front["relevance"],
        group=front.get("group"),
        page_count=min(front.get("pages", 1), len(paragraphs)),
        paragraphs=paragraphs,
    )
    copies = [_copy(article, sites[outlet], hours=2 * number) for number, outlet in enumerate(front.get("also", ()), 1)]
    return [article, *copies]


def _check_front(name: str, front: dict[str, Any], sites: dict[str, Site]) -> None:
    """Refuse front matter that lacks a key, has an unknown one, or a value of the wrong kind."""
    if missing := [key for key in _REQUIRED if key not in front]:
        raise ContentError(f"{name}: front matter lacks {', '.join(missing)}")
    if unknown := sorted(set(front) - _KNOWN):
        raise ContentError(f"{name}: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}")
    for outlet in [front["outlet"], *front.get("also", ())]:
        if outlet not in sites:
            raise ContentError(f"{name}: outlet '{outlet}' is not in sites.toml; it has {', '.join(sorted(sites))}")
    for key in ("published_at", "modified_at"):
        value = front.get(key)
        if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
            raise ContentError(f"{name}: {key} must be a date and time with offset, not {value!r}")


def _copy(article: DemoArticle, site: Site, hours: int) -> DemoArticle:
    """The press release as another outlet carries it: later, by its own desk, with the lead edited."""
    lead, *rest = article.paragraphs
    return replace(
        article,
        article_id=f"{article.article_id}-{site.slug}",
        outlet=site.slug,
        author=f"Redaksi {site.name}",
        editor=None,
        published_at=(article.published_at + timedelta(hours=hours)).astimezone(site.zone),
        modified_at=None,
        group=article.group or f"release-{article.article_id}",
        page_count=1,
        paragraphs=(f"{lead} Demikian siaran pers yang diterima {site.name}.", *rest),
    )


def _changed(articles: Iterable[DemoArticle], change: dict[str, Any]) -> Iterable[DemoArticle]:
    """The articles of edition 2: the one that ``change`` names has gained paragraphs and a time of modification."""
    found = False
    for article in articles:
        if article.article_id == change["article"]:
            found = True
            yield replace(
                article,
                modified_at=change["modified_at"],
                paragraphs=(*article.body_paragraphs, *change["added_paragraphs"]),
            )
        else:
            yield article
    if not found:
        raise ContentError(f"sites.toml: edition_2 names article '{change['article']}', which no article file has")


def _refuse_doubles(articles: list[DemoArticle], sites: dict[str, Site]) -> None:
    """Refuse two articles with one id or one address."""
    seen: dict[str, DemoArticle] = {}
    for article in articles:
        for key in (article.article_id, article.canonical_url(sites[article.outlet])):
            if key in seen:
                raise ContentError(f"articles '{seen[key].title}' and '{article.title}' share {key}")
            seen[key] = article
