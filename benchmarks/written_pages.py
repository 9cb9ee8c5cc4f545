"""Pages of our own writing in the manner of outlets' systems, with what should come out of them.

``written/NAME.html`` is a Jinja template behind a front matter in TOML, between two lines of ``+++``: what is known of
the outlet, the address, and what the article is (``title``, ``authors``, ``published_at``, ``dateline``, ``section``,
``tags``, ``body``, a string a paragraph). The template prints a paragraph with ``p(NUMBER)``; ``pages`` says on how
many pages, and ``page`` tells the template which one it is. Every outlet and person is invented.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from extract.article import OutletHints

FOLDER = Path(__file__).parent / "written"


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """An article, its pages, and what should come out of them.

    Attributes:
        name: of the template.
        url: its address.
        pages: the pages, in reading order.
        outlet: what is known of the outlet.
        title: headline.
        authors: reporters, without desks and editors.
        published_at: with the newsroom's offset; midnight where the page prints a day only.
        dateline: as printed, without its dash; empty where there is none.
        section: empty where the page names none but "Berita" and the like.
        tags: keywords.
        body: paragraphs of the article, a line each.
        feed_published_at: what the feed said of the time, or None.
        fetched_at: when the pages were fetched, where they are old ones, or None.
    """

    name: str
    url: str
    pages: tuple[bytes, ...]
    outlet: OutletHints
    title: str
    authors: tuple[str, ...]
    published_at: datetime
    dateline: str
    section: str
    tags: tuple[str, ...]
    body: str
    feed_published_at: str | None
    fetched_at: str | None


def written_pages(folder: Path = FOLDER) -> list[WrittenPage]:
    """Every page of a folder, in the order of the names.

    Raises:
        ValueError: a file has no front matter, lacks a key of it, or its template leaves out a paragraph.
    """
    return [_page(path) for path in sorted(folder.glob("*.html"))]


def _page(path: Path) -> WrittenPage:
    parts = path.read_text(encoding="utf-8").split("+++\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ValueError(f"{path.name} must begin with a front matter between two lines of +++")
    known = tomllib.loads(parts[1])
    try:
        return WrittenPage(
            name=path.stem,
            url=known["url"],
            pages=_rendered(path.name, parts[2], known),
            outlet=OutletHints(
                known["outlet_id"], known["outlet"], known["family"], known["timezone"], known["province_code"]
            ),
            title=known["title"],
            authors=tuple(known["authors"]),
            published_at=datetime.fromisoformat(known["published_at"]),
            dateline=known["dateline"],
            section=known["section"],
            tags=tuple(known["tags"]),
            body="\n".join(known["body"]),
            feed_published_at=known.get("feed_published_at"),
            fetched_at=known.get("fetched_at"),
        )
    except KeyError as error:
        raise ValueError(f"{path.name}: the front matter lacks {error}") from error


def _rendered(name: str, source: str, known: dict[str, Any]) -> tuple[bytes, ...]:
    body: list[str] = known["body"]
    printed: set[int] = set()

    def p(number: int) -> str:
        printed.add(number)
        return body[number - 1]

    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)
    count = known.get("pages", 1)
    pages = tuple(template.render(known | {"page": page, "p": p}).encode() for page in range(1, count + 1))
    if printed != set(range(1, len(body) + 1)):
        raise ValueError(f"{name} prints the paragraphs {sorted(printed)} of {len(body)}")
    return pages
