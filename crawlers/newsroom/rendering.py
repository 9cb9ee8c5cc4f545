"""Renders the demo sites' pages from the templates of their families."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from crawlers.newsroom import printing
from crawlers.newsroom.newspaper import Entry, Newspaper, View
from crawlers.newsroom.sites import CLOCK, Addresses
from crawlers.newsroom.story import DemoArticle, slug_of
from crawlers.newsroom.structured import json_ld, next_data, nuxt_data

_RELATED_BEHIND = (2, 6)
_AD_BEHIND = 1
# Old pages of the agency print one paragraph twice.
_DOUBLED_BEFORE = CLOCK - timedelta(days=365)
_HARD_WRAP_CHARACTERS = 72


@dataclass(frozen=True, slots=True)
class Block:
    """One thing between the beginning and the end of a story.

    Attributes:
        kind: ``paragraph``, ``related`` (a "Baca juga" line) or ``ad``.
        text: of a paragraph.
        dateline: the words in front of the lead; only the first paragraph has them.
        line: what a related line points to.
    """

    kind: str
    text: str = ""
    dateline: str = ""
    line: Entry | None = None


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to one page of a listing or of a multi-page article."""

    label: str
    path: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """What a family's article template prints beside the article itself."""

    addresses: Addresses
    canonical: str
    published: Any
    part: int
    part_count: int
    part_links: list[PageLink]
    part_next: str | None
    is_last_part: bool
    blocks: list[Block]
    related: list[Entry]
    description: str
    charset: str
    has_soft_breaks: bool
    desk_sign: str
    json_ld: Markup | None
    next_data: Markup | None
    nuxt_data: Markup | None


class Press:
    """Renders pages; one for all papers, safe to use from several threads."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._environment.filters |= {
            "slug": slug_of,
            "section_label": printing.section_label,
            "long_date": printing.long_date,
            "day_month_year": printing.day_month_year,
            "clock": printing.clock,
            "dotted_clock": printing.dotted_clock,
            "hard_wrapped": hard_wrapped,
        }

    def article(self, paper: Newspaper, view: View) -> str:
        """An article's page in the form the view asks for."""
        layout = f"-{paper.site.layout}" if paper.site.layout else ""
        name = "parts/amp.html" if view.form == "amp" else f"{paper.site.family}/article{layout}.html"
        return self._render(paper, name, article=view.article, view=_article_view(paper, view))

    def listing(
        self,
        paper: Newspaper,
        heading: str,
        lines: Sequence[Entry],
        *,
        canonical: str,
        pager: Sequence[PageLink] = (),
    ) -> str:
        """A page that lists articles: the front page, a section, an index."""
        own = f"{paper.site.family}/listing.html"
        name = own if own in self._environment.list_templates() else "parts/listing.html"
        return self._render(
            paper,
            name,
            heading=heading,
            lines=lines,
            canonical=canonical,
            pager=pager,
            next_data=_script_json(next_data(paper, lines=lines)) if paper.site.family == "radar_jp" else None,
        )

    def plain(self, paper: Newspaper, heading: str, text: str) -> str:
        """A page that is no article: the imprint, an error."""
        return self._render(paper, "parts/plain.html", heading=heading, text=text)

    def start(self, papers: Sequence[Newspaper], difficulties: Sequence[dict[str, str]], edition: int) -> str:
        """The page that lists all outlets and what is planted in them."""
        template = self._environment.get_template("parts/start.html")
        return template.render(
            papers=papers,
            difficulties=difficulties,
            edition=edition,
            article_count=sum(len(paper.articles) for paper in papers),
            clock=f"{CLOCK:%Y-%m-%d %H:%M} WIB",
        )

    def _render(self, paper: Newspaper, name: str, **context: Any) -> str:
        now = CLOCK.astimezone(paper.site.zone)
        return self._environment.get_template(name).render(
            paper=paper,
            nav=_menu(paper),
            header_date=printing.long_date(now),
            header_clock=printing.clock(now),
            popular=paper.popular(),
            **context,
        )


def section_path(paper: Newspaper, section: str) -> str:
    """Where a section's listing is found on the site."""
    patterns = {
        "wordpress": "/category/{}/",
        "fajar": "/category/{}/",
        "rri": "/ambon/{}",
        "blogger": "/search/label/{}",
        "detik": "/kalbar/{}",
        "gov": "/kategori/{}",
        "custom": "/kategori/{}",
    }
    return patterns.get(paper.site.family, "/{}").format(slug_of(section))


def _menu(paper: Newspaper) -> list[dict[str, str]]:
    """The site's sections, and its index of everything where it has one."""
    rows = [
        {"path": section_path(paper, section), "label": printing.section_label(section)} for section in paper.sections()
    ]
    if paper.site.index_pages:
        index = paper.site.index_pages[0].format(page=1, offset=0)
        rows.append({"path": paper.url(index) if index.startswith("//") else index, "label": "Indeks"})
    return rows


def hard_wrapped(text: str) -> Markup:
    """The text with line breaks inside its sentences, as pasted from a word processor."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= _HARD_WRAP_CHARACTERS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return Markup("<br />\n").join(lines)


def _article_view(paper: Newspaper, view: View) -> ArticleView:
    article = view.article
    addresses = paper.addresses(article)
    is_whole = view.form != "page" or article.page_count == 1
    paths = [addresses.page, *addresses.parts]
    related = paper.neighbours(article, 6)
    return ArticleView(
        addresses=addresses,
        canonical=paper.url(addresses.page),
        published=article.published_at.astimezone(paper.site.zone),
        part=view.part,
        part_count=article.page_count,
        part_links=[
            PageLink(str(number), path, number == view.part) for number, path in enumerate(paths, 1) if not is_whole
        ],
        part_next=paths[view.part] if not is_whole and view.part < len(paths) else None,
        is_last_part=is_whole or view.part == article.page_count,
        blocks=_blocks(paper, article, article.paragraphs if is_whole else article.parts()[view.part - 1], view.part),
        related=related,
        description=article.body_paragraphs[0],
        charset=declared_charset(paper, article),
        has_soft_breaks=article.number % 3 == 0,
        desk_sign=_desk_sign(article) if article.paragraphs == article.body_paragraphs else "",
        json_ld=_markup_or_none(json_ld(paper, article)),
        next_data=_markup_or_none(
            next_data(paper, story=paragraphs_html(paper, article), article=article)
            if paper.site.family == "radar_jp"
            else None
        ),
        nuxt_data=_markup_or_none(
            nuxt_data(paper, article, paragraphs_html(paper, article)) if paper.site.layout == "nuxt" else None
        ),
    )


def _desk_sign(article: DemoArticle) -> str:
    """The initials of reporter and editor in brackets, as detik-like sites close every story."""
    people = [article.author, article.editor or article.author]
    return "(" + "/".join("".join(letter for letter in name.lower() if letter.isalpha())[:3] for name in people) + ")"


def _blocks(paper: Newspaper, article: DemoArticle, paragraphs: Sequence[str], part: int) -> list[Block]:
    """Paragraphs with what sites put between them."""
    others = paper.neighbours(article, 4)[2:] or paper.neighbours(article, 2)
    blocks: list[Block] = []
    for number, text in enumerate(paragraphs):
        dateline = paper.site.printed_dateline(article) if number == 0 and part == 1 else ""
        blocks.append(Block("paragraph", text, dateline))
        if number == _AD_BEHIND:
            blocks.append(Block("ad"))
        if number in _RELATED_BEHIND and others and number < len(paragraphs) - 1:
            blocks.append(Block("related", line=others[_RELATED_BEHIND.index(number) % len(others)]))
    if paper.site.family == "antara" and article.published_at < _DOUBLED_BEFORE and len(paragraphs) > 2:
        blocks.append(Block("paragraph", paragraphs[1]))
    return blocks


def declared_charset(paper: Newspaper, article: DemoArticle) -> str:
    """The charset an article's page claims to have; wrong on two pages in three of a site with broken charsets."""
    return "UTF-8" if not paper.site.broken_charset or article.number % 3 == 0 else "iso-8859-1"


def true_charset(paper: Newspaper, article: DemoArticle) -> str:
    """The charset an article's page really has."""
    return "cp1252" if paper.site.broken_charset and article.number % 3 == 2 else "utf-8"


def _script_json(value: Any) -> Markup:
    """JSON that can stand inside a script element."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026"))


def _markup_or_none(value: Any) -> Markup | None:
    return None if value is None else _script_json(value)


def paragraphs_html(paper: Newspaper, article: DemoArticle) -> str:
    """The whole story as bare paragraphs, as feeds and embedded JSON carry it."""
    rows: list[str] = []
    for block in _blocks(paper, article, article.paragraphs, 1):
        if block.kind == "paragraph":
            dateline = Markup("<strong>{}</strong> ").format(block.dateline) if block.dateline else ""
            rows.append(f"<p>{dateline}{escape(block.text)}</p>")
        elif block.line is not None:
            rows.append(
                Markup('<p><strong>Baca Juga: <a href="{}">{}</a></strong></p>').format(
                    paper.url(block.line.path), block.line.title
                )
            )
    return "\n".join(rows)
