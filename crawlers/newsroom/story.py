"""The demo newsroom's articles as records, with what a crawler and a cleaner should make of each."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawlers.newsroom.sites import Site

# Signs of the desk that close a story, such as "(mel)", "(mel/yos)", "(*)": printed, but no part of the text.
_DESK_SIGN = re.compile(r"\s*\((?:\*{1,3}|[a-z]{2,5}(?:/[a-z]{2,5})?)\)\s*$")


# Bylines that begin so name a desk, no person: "Redaksi Portal Pasundan", "Tim Publikasi".
_DESKS = frozenset({"redaksi", "tim"})


class ContentError(ValueError):
    """A file of the demo newsroom cannot be used; the message names the file, the key and what it must be."""


def content_folder() -> Path:
    """The folder with sites, templates and articles: ``data/newsroom`` of a checkout, or the installed copy.

    Raises:
        ContentError: when neither is there.
    """
    here = Path(__file__).resolve().parent
    tried = [here.parents[1] / "data" / "newsroom", here / "content"]
    for folder in tried:
        if (folder / "sites.toml").is_file():
            return folder
    raise ContentError(
        "the demo newsroom's content is missing: looked for sites.toml in "
        + " and ".join(str(folder) for folder in tried)
        + "; reinstall jejak or work from a complete checkout"
    )


def slug_of(words: str) -> str:
    """Words as addresses spell them: small letters and digits, hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


@dataclass(frozen=True)
class DemoArticle:
    """One article of one demo outlet.

    Attributes:
        article_id: id of the article file; a copy at another outlet has ``<id>-<outlet>``.
        outlet: slug of the outlet that prints it.
        slug: the readable part of its address.
        title: headline.
        section: as the outlet names it, for example ``hukrim`` or ``Berita NTT``.
        tags: keywords the outlet gives it.
        author: reporter.
        editor: editor, or None.
        published_at: with the outlet's offset.
        modified_at: with offset, or None.
        dateline: the city, in capitals, or None.
        caption: photo caption, or None.
        relevance: how far it is about trafficking: core, context, incidental or none.
        group: shared by reports of one happening, or None.
        page_count: on how many pages the outlet prints it.
        paragraphs: as printed, the desk's sign included.
    """

    article_id: str
    outlet: str
    slug: str
    title: str
    section: str
    tags: tuple[str, ...]
    author: str
    editor: str | None
    published_at: datetime
    modified_at: datetime | None
    dateline: str | None
    caption: str | None
    relevance: str
    group: str | None
    page_count: int
    paragraphs: tuple[str, ...]

    @property
    def section_slug(self) -> str:
        """The section as addresses spell it."""
        return slug_of(self.section)

    @property
    def authors(self) -> list[str]:
        """The reporters, as cleaning should give them: persons only, neither editors nor the desk as a whole."""
        return [] if self.author.split()[0].lower() in _DESKS else [self.author]

    @cached_property
    def number(self) -> int:
        """A stable number below 90,000, from which sites make the numeric ids of their addresses."""
        return zlib.crc32(f"{self.outlet}/{self.article_id}".encode()) % 90_000

    @property
    def body_paragraphs(self) -> tuple[str, ...]:
        """The paragraphs without the desk's sign, as cleaning should give them."""
        last = _DESK_SIGN.sub("", self.paragraphs[-1])
        return (*self.paragraphs[:-1], last) if last else self.paragraphs[:-1]

    @property
    def body_text(self) -> str:
        """The text as cleaning should give it: paragraphs separated by one newline, no dateline, no desk's sign."""
        return "\n".join(self.body_paragraphs)

    @property
    def updated_at(self) -> datetime:
        """When the article last changed."""
        return self.modified_at or self.published_at

    def parts(self) -> list[tuple[str, ...]]:
        """The printed paragraphs of each page of a multi-page article, in order."""
        count = len(self.paragraphs)
        bounds = [round(count * number / self.page_count) for number in range(self.page_count + 1)]
        return [self.paragraphs[start:end] for start, end in pairwise(bounds)]

    def canonical_url(self, site: Site) -> str:
        """The article's identity: the address ``rel=canonical`` names, without the port of the running server."""
        return f"http://{site.host}{site.addresses(self).page}"
