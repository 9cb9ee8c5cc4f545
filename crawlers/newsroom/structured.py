"""Structured data that the demo sites embed in their pages: JSON-LD and the Next.js state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crawlers.newsroom.newspaper import Entry, Newspaper
from crawlers.newsroom.printing import section_label
from crawlers.newsroom.story import DemoArticle

JsonObject = dict[str, Any]


def json_ld(paper: Newspaper, article: DemoArticle) -> JsonObject | None:
    """The JSON-LD of an article's page in the shape of its family, or None where the family has none."""
    if not paper.site.json_ld:
        return None
    writer = _WRITERS.get(paper.site.family)
    return writer(paper, article) if writer else None


def next_data(
    paper: Newspaper,
    *,
    story: str = "",
    article: DemoArticle | None = None,
    lines: Sequence[Entry] = (),
) -> JsonObject:
    """The state a Next.js site embeds: one article with its whole body, or the articles of a listing.

    Args:
        paper: the outlet.
        story: the article's body as HTML.
        article: the article, None on a listing.
        lines: the entries of a listing.
    """
    properties: JsonObject = {"site": {"name": paper.site.name, "host": paper.site.host}}
    if article is not None:
        properties["article"] = _graphql_article(paper, article) | {"content": story}
    else:
        properties["articles"] = {
            "data": [
                _graphql_article(paper, line.article)
                if line.article
                else {"title": line.title, "url": line.path, "published_at": line.published_at.isoformat()}
                for line in lines
            ],
            "total": len(lines),
        }
    return {
        "props": {"pageProps": properties, "__N_SSP": True},
        "page": "/[category]/[id]/[slug]" if article else "/indeks",
        "query": {},
        "buildId": "Xq3mandalika-26",
        "isFallback": False,
        "gssp": True,
    }


def nuxt_data(paper: Newspaper, article: DemoArticle, story: str) -> list[Any]:
    """The state a Nuxt 3 site embeds: one flat array whose objects point to their values by index.

    Times are milliseconds since 1970, so that nothing in it looks like a date.
    """
    values: list[Any] = [["ShallowReactive", 1], {"data": 2}, {"artikel": 3}]
    properties = {
        "id": article.number,
        "judul": article.title,
        "isi": story,
        "tayang": int(article.published_at.timestamp() * 1000),
        "pewarta": {"nama": article.author},
        "kanal": section_label(article.section),
        "situs": paper.site.name,
    }
    pointers: dict[str, int] = {}
    values.append(pointers)
    for name, value in properties.items():
        pointers[name] = len(values)
        values.append(value)
    return values


def _graphql_article(paper: Newspaper, article: DemoArticle) -> JsonObject:
    path = paper.addresses(article).page
    return {
        "id": path.split("/")[2],
        "title": article.title,
        "slug": article.slug,
        "url": path,
        "summary": article.body_paragraphs[0],
        "published_at": article.published_at.isoformat(),
        "updated_at": article.updated_at.isoformat(),
        "category": {"slug": article.section_slug, "name": section_label(article.section)},
        "author": {"name": article.author},
        "editor": {"name": article.editor} if article.editor else None,
        "tags": [{"name": tag} for tag in article.tags],
        "image": {"url": f"/media/{article.number}.svg", "caption": article.caption},
    }


def _news_article(paper: Newspaper, article: DemoArticle) -> JsonObject:
    return {
        "@type": "NewsArticle",
        "headline": article.title,
        "url": paper.url(paper.addresses(article).page),
        "mainEntityOfPage": {"@type": "WebPage", "@id": paper.url(paper.addresses(article).page)},
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "articleSection": section_label(article.section),
        "keywords": list(article.tags),
        "description": article.body_paragraphs[0],
        "image": [paper.url(f"/media/{article.number}.svg")],
        "author": {"@type": "Person", "name": article.author},
        "publisher": _publisher(paper),
    }


def _publisher(paper: Newspaper) -> JsonObject:
    return {
        "@type": "Organization",
        "name": paper.site.name,
        "logo": {"@type": "ImageObject", "url": paper.url("/media/ikon.svg")},
    }


def _alone(paper: Newspaper, article: DemoArticle) -> JsonObject:
    """One NewsArticle, as agencies and detik-like sites print it."""
    return {"@context": "https://schema.org"} | _news_article(paper, article)


def _yoast_graph(paper: Newspaper, article: DemoArticle) -> JsonObject:
    """A graph with the author as a node of its own, as Yoast writes it on WordPress sites."""
    person = paper.url("/#/schema/person/") + str(article.number)
    story = _news_article(paper, article) | {
        "@type": "Article",
        "author": {"name": article.author, "@id": person},
        "publisher": {"@id": paper.url("/#organization")},
        "articleSection": [section_label(article.section)],
        "inLanguage": "id",
    }
    return {
        "@context": "https://schema.org",
        "@graph": [
            story,
            {"@type": "WebPage", "@id": story["url"], "name": f"{article.title} - {paper.site.name}"},
            {"@type": "WebSite", "@id": paper.url("/#website"), "url": paper.url("/"), "name": paper.site.name},
            _publisher(paper) | {"@id": paper.url("/#organization")},
            {"@type": "Person", "@id": person, "name": article.author},
        ],
    }


def _tribun_graph(paper: Newspaper, article: DemoArticle) -> JsonObject:
    """A graph in which the NewsArticle stands behind the page and its breadcrumbs."""
    return {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "headline": article.title, "url": paper.url(paper.addresses(article).page)},
            {
                "@type": "BreadcrumbList",
                "itemListElement": [{"@type": "ListItem", "position": 1, "name": section_label(article.section)}],
            },
            _news_article(paper, article) | {"editor": {"@type": "Person", "name": article.editor or "Redaksi"}},
        ],
    }


def _without_article(paper: Newspaper, article: DemoArticle) -> JsonObject:
    """What Next.js sites of the Radar kind print: the site and its owner, nothing about the article."""
    return {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "url": paper.url("/"), "name": paper.site.name},
            {"@type": "NewsMediaOrganization", "url": paper.url("/"), "name": paper.site.name},
        ],
    }


_WRITERS: dict[str, Callable[[Newspaper, DemoArticle], JsonObject]] = {
    "wordpress": _yoast_graph,
    "tribun": _tribun_graph,
    "antara": _alone,
    "detik": _alone,
    "promedia": _alone,
    "radar_jp": _without_article,
    "kompas": _alone,
    "inews": _alone,
    "fajar": _yoast_graph,
    "sindo": _alone,
}
