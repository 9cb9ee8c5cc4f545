"""Feeds of the demo sites: RSS, Blogger's Atom and RSS in slices, and the WordPress REST interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from crawlers.newsroom.answers import Answer, json_document, xml
from crawlers.newsroom.newspaper import Entry, Newspaper
from crawlers.newsroom.rendering import paragraphs_html
from crawlers.newsroom.story import DemoArticle

_RSS_ENTRIES = 10
# Blogger itself stops at 150; the demo at 4, so that a reader has to go on with start-index.
_BLOGGER_SLICE = 4
_RSS_TYPE = "application/rss+xml; charset=UTF-8"


def rss(paper: Newspaper, entries: Sequence[Entry], *, links_lead_home: bool = False, tracking: str = "") -> Answer:
    """An RSS 2.0 feed of the newest entries.

    Args:
        paper: the outlet.
        entries: newest first; the first ten are printed.
        links_lead_home: every item links to the homepage, as on sites of the Tribun kind.
        tracking: query appended to every link.
    """
    items = []
    for entry in entries[:_RSS_ENTRIES]:
        link = paper.url("/") if links_lead_home else paper.url(entry.path) + tracking
        author = f"<dc:creator><![CDATA[{entry.article.author}]]></dc:creator>" if entry.article else ""
        items.append(
            f"<item><title>{escape(entry.title)}</title><link>{escape(link)}</link>{author}"
            f"<pubDate>{format_datetime(entry.published_at)}</pubDate>"
            f"<category><![CDATA[{entry.section}]]></category>"
            f'<guid isPermaLink="false">{escape(paper.site.host + entry.path)}</guid>'
            f"<description><![CDATA[{entry.summary}]]></description></item>"
        )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(paper.site.name)}</title><link>{paper.url('/')}</link>"
        f"<description>{escape(paper.site.tagline)}</description><language>id</language>"
        f"<lastBuildDate>{format_datetime(paper.latest())}</lastBuildDate>\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )
    return xml(text, modified_at=paper.latest(), content_type=_RSS_TYPE)


def blogger(paper: Newspaper, query: Mapping[str, str], label: str | None = None) -> Answer:
    """Blogger's full-text feed: ``alt=rss`` or Atom, in slices by ``start-index`` (from 1) and ``max-results``.

    Args:
        paper: the outlet.
        query: the request's parameters.
        label: only posts with this tag or section.
    """
    articles = [article for article in paper.articles if label is None or label in {*article.tags, article.section}]
    start = _whole(query.get("start-index"), 1)
    size = min(_whole(query.get("max-results"), 25), _BLOGGER_SLICE)
    part = articles[start - 1 : start - 1 + size]
    base = "/feeds/posts/default" + (f"/-/{label}" if label else "")
    following = start + size if start + size <= len(articles) else None
    totals = (
        f"<openSearch:totalResults>{len(articles)}</openSearch:totalResults>"
        f"<openSearch:startIndex>{start}</openSearch:startIndex>"
        f"<openSearch:itemsPerPage>{size}</openSearch:itemsPerPage>"
    )
    if query.get("alt") == "rss":
        return _blogger_rss(paper, part, totals)
    next_link = ""
    if following:
        address = paper.url(f"{base}?start-index={following}&max-results={size}")
        next_link = f'<link rel="next" type="application/atom+xml" href={quoteattr(address)}/>'
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:openSearch="http://a9.com/-/spec/opensearchrss/1.0/">'
        f"<id>tag:blogger.com,1999:blog-81</id><updated>{paper.latest().isoformat()}</updated>"
        f'<title type="text">{escape(paper.site.name)}</title>'
        f'<link rel="self" type="application/atom+xml" href={quoteattr(paper.url(base))}/>{next_link}{totals}\n'
        + "\n".join(_atom_entry(paper, article) for article in part)
        + "\n</feed>\n"
    )
    return xml(text, modified_at=paper.latest(), content_type="application/atom+xml; charset=UTF-8")


def _atom_entry(paper: Newspaper, article: DemoArticle) -> str:
    link = paper.url(paper.addresses(article).page)
    labels = "".join(f'<category scheme="http://www.blogger.com/atom/ns#" term={quoteattr(t)}/>' for t in article.tags)
    return (
        f"<entry><id>tag:blogger.com,1999:blog-81.post-{7_000_000 + article.number}</id>"
        f"<published>{article.published_at.isoformat()}</published><updated>{article.updated_at.isoformat()}</updated>"
        f'{labels}<title type="text">{escape(article.title)}</title>'
        f'<content type="html">{escape(paragraphs_html(paper, article))}</content>'
        f'<link rel="alternate" type="text/html" href={quoteattr(link)} title={quoteattr(article.title)}/>'
        f"<author><name>{escape(article.author)}</name></author></entry>"
    )


def _blogger_rss(paper: Newspaper, articles: Sequence[DemoArticle], totals: str) -> Answer:
    items = [
        f"<item><guid isPermaLink='false'>tag:blogger.com,1999:blog-81.post-{7_000_000 + article.number}</guid>"
        f"<pubDate>{format_datetime(article.published_at)}</pubDate>"
        f"<atom:updated>{article.updated_at.isoformat()}</atom:updated>"
        + "".join(f"<category>{escape(tag)}</category>" for tag in article.tags)
        + f"<title>{escape(article.title)}</title><description>{escape(paragraphs_html(paper, article))}</description>"
        f"<link>{escape(paper.url(paper.addresses(article).page))}</link>"
        f"<author>noreply@blogger.com ({escape(article.author)})</author></item>"
        for article in articles
    ]
    text = (
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'"
        " xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'><channel>"
        f"<title>{escape(paper.site.name)}</title><link>{paper.url('/')}</link>"
        f"<description>{escape(paper.site.tagline)}</description>"
        f"<lastBuildDate>{format_datetime(paper.latest())}</lastBuildDate>{totals}\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )
    return xml(text, modified_at=paper.latest(), content_type=_RSS_TYPE)


def wordpress_posts(paper: Newspaper, query: Mapping[str, str]) -> Answer:
    """``/wp-json/wp/v2/posts`` with ``per_page page after before search _fields``.

    Pages beyond the last and a ``per_page`` above 100 are refused with 400, as WordPress does.
    """
    size = _whole(query.get("per_page"), 10)
    if size > 100:
        return _wordpress_error("rest_invalid_param", "Invalid parameter(s): per_page")
    articles = list(paper.articles)
    for key in ("after", "before"):
        if value := query.get(key):
            try:
                limit = datetime.fromisoformat(value)
            except ValueError:
                return _wordpress_error("rest_invalid_param", f"Invalid parameter(s): {key}")
            # WordPress reads a time without offset in the site's own zone.
            limit = limit if limit.tzinfo else limit.replace(tzinfo=paper.site.zone)
            is_after = key == "after"
            articles = [
                article
                for article in articles
                if (article.published_at > limit if is_after else article.published_at < limit)
            ]
    if words := query.get("search", "").lower():
        articles = [article for article in articles if words in f"{article.title}\n{article.body_text}".lower()]
    page = _whole(query.get("page"), 1)
    page_count = -(-len(articles) // size)
    if page > max(page_count, 1):
        return _wordpress_error(
            "rest_post_invalid_page_number",
            "The page number requested is larger than the number of pages available.",
        )
    posts = [_wordpress_post(paper, article) for article in articles[(page - 1) * size : page * size]]
    if wanted := query.get("_fields"):
        names = {name.split(".")[0] for name in wanted.split(",")}
        posts = [{key: value for key, value in post.items() if key in names} for post in posts]
    return json_document(posts, headers={"X-WP-Total": str(len(articles)), "X-WP-TotalPages": str(page_count)})


def _wordpress_post(paper: Newspaper, article: DemoArticle) -> dict[str, Any]:
    published = article.published_at.astimezone(paper.site.zone)
    updated = article.updated_at.astimezone(paper.site.zone)
    return {
        "id": 10_000 + article.number,
        "date": f"{published:%Y-%m-%dT%H:%M:%S}",
        "date_gmt": f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "modified": f"{updated:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": f"{updated.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "slug": article.slug,
        "status": "publish",
        "type": "post",
        "link": paper.url(paper.addresses(article).page),
        "title": {"rendered": escape(article.title)},
        "excerpt": {"rendered": f"<p>{escape(paper.entry(article).summary)}</p>\n", "protected": False},
        "content": {"rendered": paragraphs_html(paper, article), "protected": False},
        "author": article.number % 7 + 1,
        "categories": [sum(map(ord, article.section)) % 50],
    }


def _wordpress_error(code: str, message: str) -> Answer:
    return json_document({"code": code, "message": message, "data": {"status": 400}}, status=400)


def _whole(value: str | None, default: int) -> int:
    """A whole number of at least 1 from a query, or the default."""
    return max(int(value), 1) if value and value.isdecimal() else default
