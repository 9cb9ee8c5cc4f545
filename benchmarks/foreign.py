"""Measures cleaning of pages of unknown sites beside bare trafilatura, page by page.

``python -m benchmarks.foreign [--pages FOLDER] [--json FILE]``: the project's own foreign pages, or a folder of
``NAME.html`` with ``NAME.json`` (``url``, and of ``title``, ``authors``, ``published``, ``text``, ``contains``,
``lacks`` what is known). Prints a line for each page on which either is better, and the sums.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.cleaning import Reading, ngram_f1, read_bare_pages
from benchmarks.foreign_pages import foreign_pages
from extract.article import OutletHints
from extract.cleaning import CleaningError, clean

#: A body F1 that is lower by less is the same: a list mark, a joined cell.
SAME_F1 = 0.002


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a page; None where it is not."""

    name: str
    url: str
    page: bytes
    title: str | None
    authors: tuple[str, ...] | None
    day: str | None
    text: str | None
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """How one reader did on one page: a number between 0 and 1 for what is known, None for what is not."""

    body: float | None
    title: float | None
    day: float | None
    authors: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Both readers on one page."""

    name: str
    ours: Marks
    bare: Marks

    def worse(self) -> list[str]:
        """What of the page bare trafilatura reads better than we do."""
        return [
            field
            for field in ("body", "title", "day", "authors")
            if (getattr(self.ours, field) or 0.0) < (getattr(self.bare, field) or 0.0) - SAME_F1
        ]

    def better(self) -> list[str]:
        """What of the page we read better than bare trafilatura does."""
        return Compared(self.name, self.bare, self.ours).worse()


def own_pages() -> Iterator[Expected]:
    """The project's own foreign pages."""
    for page in foreign_pages():
        yield Expected(page.name, page.url, page.html.encode(), page.title, page.authors, page.day, page.body)


def pages_of(folder: Path) -> Iterator[Expected]:
    """The pages of a folder.

    Raises:
        ValueError: a JSON file lacks ``url``, or its page is missing.
    """
    for path in sorted(folder.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        page = path.with_suffix(".html")
        if "url" not in known or not page.exists():
            raise ValueError(f"{path}: needs a url, and {page.name} beside it")
        authors = known.get("authors")
        yield Expected(
            name=path.stem,
            url=known["url"],
            page=page.read_bytes(),
            title=known.get("title"),
            authors=None if authors is None else tuple(authors),
            day=known.get("published"),
            text=known.get("text"),
            contains=tuple(known.get("contains", ())),
            lacks=tuple(known.get("lacks", ())),
        )


def read_unknown(page: bytes, url: str) -> Reading:
    """Our cleaning of a page of which nothing is known but its address."""
    try:
        article = clean([page], url=url, canonical_url=url, outlet=OutletHints())
    except CleaningError:
        return Reading("", (), "", "")
    return Reading(article.title, tuple(article.authors), article.published_at or "", article.text)


def compare(pages: Iterable[Expected]) -> list[Compared]:
    """Reads each page with both."""
    return [
        Compared(
            page.name,
            _marks(page, read_unknown(page.page, page.url)),
            _marks(page, read_bare_pages([page.page], page.url)),
        )
        for page in pages
    ]


def _marks(page: Expected, found: Reading) -> Marks:
    body = None
    if page.text is not None:
        body = ngram_f1(page.text, found.body)
    elif page.contains or page.lacks:
        right = sum(part in found.body for part in page.contains) + sum(part not in found.body for part in page.lacks)
        body = right / (len(page.contains) + len(page.lacks))
    return Marks(
        body=body,
        title=None if page.title is None else float(_same(page.title) == _same(found.title)),
        day=None if page.day is None else float(page.day[:10] == found.published[:10]),
        authors=None
        if page.authors is None
        else float(set(map(_same, page.authors)) == set(map(_same, found.authors))),
    )


def _same(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _mean(marks: Iterable[float | None]) -> float:
    known = [mark for mark in marks if mark is not None]
    return sum(known) / len(known) if known else float("nan")


def main() -> None:
    """Prints the comparison; ``--json`` also writes it to a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=Path, help="a folder of pages instead of the project's own")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    rows = compare(pages_of(options.pages) if options.pages else own_pages())
    for row in rows:
        if row.worse():
            print(f"worse   {row.name}: {', '.join(row.worse())}   ours {row.ours}   bare {row.bare}")
    print(f"\n{len(rows)} pages{'':5} {'body':>8} {'title':>8} {'day':>8} {'authors':>8}")
    for name in ("ours", "bare"):
        means = [_mean(getattr(getattr(row, name), field) for row in rows) for field in Marks.__slots__]
        print(f"{name:14}" + "".join(f" {mean:8.3f}" for mean in means))
    print(f"pages on which ours is worse in something: {sum(bool(row.worse()) for row in rows)}")
    print(f"pages on which ours is better in something: {sum(bool(row.better()) for row in rows)}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
