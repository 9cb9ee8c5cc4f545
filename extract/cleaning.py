"""From the pages of an article, as they were fetched, to an ``Article``.

Trafilatura reads the body; what Indonesian outlets print around it, and how they name title, reporter and time, is
known to the rules of ``reference/cleaning.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lxml.html import HtmlElement

from extract.article import Article, OutletHints, article_id
from extract.cleaning_body import body_lines, html_lines
from extract.cleaning_data import PageData, plain, read_page_data
from extract.cleaning_lines import clean_lines
from extract.cleaning_markup import MAX_PAGE_BYTES, CleaningError, decode_page, parse_page
from extract.cleaning_metadata import Metadata, person_names, read_metadata
from extract.cleaning_rules import Rules, refusals, rules_for
from extract.cleaning_times import newsroom_zone, read_machine_time
from extract.language import detect_language

__all__ = ["MAX_PAGE_BYTES", "CleaningError", "clean"]

#: Letters that the shortest news item has; a page with fewer has no body.
MIN_BODY_LETTERS = 30


def clean(
    pages: Sequence[bytes | str],
    *,
    url: str,
    canonical_url: str,
    outlet: OutletHints,
    feed_published_at: str | None = None,
    title_hint: str | None = None,
    charset: str | None = None,
    fetched_at: str | None = None,
) -> Article:
    """Cleans the pages of one article.

    Args:
        pages: its pages in reading order, as received; most articles have one.
        url: where the first page was fetched.
        canonical_url: the article's identity, from which its id is made.
        outlet: what is known of the outlet; ``OutletHints()`` for an unknown one.
        feed_published_at: the time that the feed or sitemap gave, used where the page has none.
        title_hint: the title that the feed or index page gave, used where the page has none.
        charset: charset of the HTTP header, if it had one.
        fetched_at: when the pages were fetched (ISO 8601); chooses between rules of different dates.

    Returns:
        The article. Its times are on the newsroom's clock; a page that gives a day only gives midnight of that day.

    Raises:
        CleaningError: the pages hold no article; ``kind`` says why and ``detail`` what to do.
    """
    if not pages:
        raise CleaningError("empty", "No page was given; fetch the article first.")
    trees = [_readable_tree(page, charset) for page in pages]
    first = trees[0]
    data = read_page_data(first, url)
    day = _day_of(fetched_at) or _day_of(data.published[0] if data.published else None)
    rules = rules_for(outlet.family, day)
    found = read_metadata(
        first, data, rules, url=url, outlet=outlet, feed_published_at=feed_published_at, title_hint=title_hint
    )
    if day is None and found.published is not None:
        # Nobody says when the page was read: it looked as pages did when it was published.
        rules = rules_for(outlet.family, found.published.date())
    further = [_lines_of(tree, read_page_data(tree, url), rules) for tree in trees[1:]]
    lines = [_lines_of(first, data, rules), *further]
    return _article(lines, found, rules, url=url, canonical_url=canonical_url, outlet=outlet)


def _readable_tree(page: bytes | str, charset: str | None) -> HtmlElement:
    tree = parse_page(decode_page(page, charset))
    title = next((plain(element.text_content()) for element in tree.iter("title")), "")
    for refusal in refusals():
        if refusal.pattern.search(title):
            raise CleaningError(
                refusal.kind, f"The page is titled {title[:80]!r} and holds no article. {refusal.advice}"
            )
    return tree


def _day_of(written: str | None) -> date | None:
    moment = read_machine_time(written, newsroom_zone("UTC")) if written else None
    return moment.date() if moment else None


def _lines_of(tree: HtmlElement, data: PageData, rules: Rules) -> list[str]:
    """The body from the page's data where it carries one as HTML, else from its elements, else from JSON-LD."""
    lines = html_lines(data.body_html, rules) if data.body_html else []
    if not lines:
        lines = body_lines(tree, rules)
    if sum(map(len, lines)) < MIN_BODY_LETTERS and data.body_text:
        lines = [line for part in data.body_text.splitlines() if (line := plain(part))]
    return lines


def _article(
    lines: list[list[str]], found: Metadata, rules: Rules, *, url: str, canonical_url: str, outlet: OutletHints
) -> Article:
    cleaned = clean_lines(
        lines[0], rules.lines, title=found.title, outlet=outlet, further=lines[1:], names=found.authors
    )
    text = "\n".join(cleaned.lines)
    if sum(map(str.isalpha, text[: 20 * MIN_BODY_LETTERS])) < MIN_BODY_LETTERS:
        raise CleaningError(
            "no-body",
            "The page has no article text; check whether it is a listing, a gallery, or needs a subscription.",
        )
    return Article(
        id=article_id(canonical_url),
        url=url,
        canonical_url=canonical_url,
        title=found.title,
        text=text,
        authors=_authors(found.authors, cleaned.reporters, cleaned.editors + found.editors),
        published_at=found.published.isoformat() if found.published else None,
        modified_at=found.modified.isoformat() if found.modified else None,
        dateline=cleaned.dateline,
        language=detect_language(f"{found.title}\n{text}"),
        section=found.section,
        tags=found.tags,
        published_from=found.published_from,
    )


def _authors(named: list[str], reporters: list[str], editors: list[str]) -> list[str]:
    """The page's authors without its editors; where it names none, those of the credits below the text."""
    editing = {name.casefold() for name in person_names(editors)}
    authors = [name for name in named if name.casefold() not in editing]
    return authors or person_names(reporters)
