"""Measures cleaning beside bare trafilatura, on pages of our own, in one process.

``python -m benchmarks.cleaning [--pages newsroom|written] [--rounds N] [--json FILE]`` prints documents per CPU-second
of both, and how much of each article both get right: body (F1 of word 4-grams), title, day and time of publication,
authors. ``newsroom`` are the demo newsroom's pages, with which the rules were made; ``written`` are those of
``written/``, for which see ``written_pages.py``. With ``--misses``, what either of them reads wrong is told as well.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from trafilatura import bare_extraction
from trafilatura.settings import Document

from benchmarks.written_pages import written_pages
from crawlers.newsroom import Newsroom
from extract.article import Article, OutletHints
from extract.cleaning import CleaningError, clean

_NGRAM_WORDS = 4
_WORD = re.compile(r"\w+")
#: Bylines of press releases, which name a desk and no person.
_DESK = re.compile(r"^(redaksi|tim|humas)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """One article: its pages, what a crawler knows of it, and what should come out."""

    name: str
    url: str
    pages: tuple[bytes, ...]
    outlet: OutletHints
    title: str
    authors: tuple[str, ...]
    published_at: datetime
    body: str
    feed_published_at: str | None = None
    fetched_at: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cleaner made of an article."""

    title: str
    authors: tuple[str, ...]
    published: str
    body: str


@dataclass(slots=True)
class Score:
    """Quality and speed of one cleaner; shares are between 0 and 1."""

    name: str
    documents: int
    body_f1: float
    title_exact: float
    day_exact: float
    time_exact: float
    authors_exact: float
    documents_per_cpu_second: float = 0.0


def newsroom_cases() -> list[Case]:
    """Every article of the demo newsroom, rendered in this process."""
    newsroom = Newsroom()
    cases = []
    for article in newsroom.articles():
        site = newsroom.papers[article.outlet].site
        pages = newsroom.article_pages(article)
        cases.append(
            Case(
                name=f"{site.slug} {article.article_id}",
                url=pages[0][0],
                pages=tuple(body for _, body in pages),
                outlet=OutletHints(site.slug, site.name, site.family, site.timezone, site.province_code),
                title=article.title,
                authors=tuple(author for author in article.authors if not _DESK.match(author)),
                published_at=article.published_at,
                body=article.body_text,
            )
        )
    return cases


def written_cases() -> list[Case]:
    """Every article of ``written/``."""
    return [
        Case(
            name=page.name,
            url=page.url,
            pages=page.pages,
            outlet=page.outlet,
            title=page.title,
            authors=page.authors,
            published_at=page.published_at,
            body=page.body,
            feed_published_at=page.feed_published_at,
            fetched_at=page.fetched_at,
        )
        for page in written_pages()
    ]


def read_ours(case: Case) -> Reading:
    """Our cleaning of all pages of an article; a page that is refused gives an empty reading."""
    try:
        article: Article = clean(
            case.pages,
            url=case.url,
            canonical_url=case.url,
            outlet=case.outlet,
            feed_published_at=case.feed_published_at,
            fetched_at=case.fetched_at,
        )
    except CleaningError:
        return Reading("", (), "", "")
    return Reading(article.title, tuple(article.authors), article.published_at or "", article.text)


def read_bare(case: Case) -> Reading:
    """Bare trafilatura of all pages of an article; the first page's metadata count."""
    return read_bare_pages(case.pages, case.url)


def read_bare_pages(pages: Sequence[bytes], url: str) -> Reading:
    """Bare trafilatura with default options and metadata: its body without comments and without a metadata header."""
    documents = [bare_extraction(page, url=url, with_metadata=True) for page in pages]
    read = [document for document in documents if isinstance(document, Document)]
    first = documents[0] if isinstance(documents[0], Document) else None
    return Reading(
        title=(first.title if first else None) or "",
        authors=tuple((first.author or "").split("; ")) if first and first.author else (),
        published=(first.date if first else None) or "",
        body="\n".join(document.text or "" for document in read),
    )


def ngram_f1(expected: str, found: str) -> float:
    """F1 of the multisets of word 4-grams of two texts, case ignored."""
    wanted, got = _ngrams(expected), _ngrams(found)
    common = sum((wanted & got).values())
    total = sum(wanted.values()) + sum(got.values())
    return 2 * common / total if total else 1.0


def _ngrams(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return Counter(tuple(words[start : start + _NGRAM_WORDS]) for start in range(len(words) - _NGRAM_WORDS + 1))


def score(name: str, cases: Sequence[Case], read: Callable[[Case], Reading]) -> Score:
    """How much of the articles a cleaner gets right."""
    readings = [read(case) for case in cases]
    pairs = list(zip(cases, readings, strict=True))
    count = len(pairs)
    return Score(
        name=name,
        documents=count,
        body_f1=sum(ngram_f1(case.body, reading.body) for case, reading in pairs) / count,
        title_exact=sum(case.title == reading.title for case, reading in pairs) / count,
        day_exact=sum(case.published_at.date().isoformat() == reading.published[:10] for case, reading in pairs)
        / count,
        time_exact=sum(_same_moment(case.published_at, reading.published) for case, reading in pairs) / count,
        authors_exact=sum(sorted(case.authors) == sorted(reading.authors) for case, reading in pairs) / count,
    )


def _same_moment(expected: datetime, found: str) -> bool:
    moment = datetime.fromisoformat(found) if found else None
    return moment is not None and moment.tzinfo is not None and moment == expected


def misses(case: Case, reading: Reading) -> list[str]:
    """What of an article was read wrong, a line each."""
    told = []
    f1 = ngram_f1(case.body, reading.body)
    if f1 < 1:
        wanted, found = case.body.split("\n"), reading.body.split("\n")
        told.append(f"body {f1:.3f}")
        told += [f"  lost:  {line[:110]}" for line in wanted if line not in found]
        told += [f"  added: {line[:110]}" for line in found if line not in wanted]
    if case.title != reading.title:
        told.append(f"title: {reading.title!r} is not {case.title!r}")
    if not _same_moment(case.published_at, reading.published):
        told.append(f"time: {reading.published!r} is not {case.published_at.isoformat()!r}")
    if sorted(case.authors) != sorted(reading.authors):
        told.append(f"authors: {list(reading.authors)} are not {list(case.authors)}")
    return told


def time_both(cases: Sequence[Case], readers: Sequence[Callable[[Case], Reading]], rounds: int) -> list[float]:
    """Documents per CPU-second of each reader; they take turns, and the best round of each counts."""
    best = [float("inf")] * len(readers)
    for _ in range(rounds):
        for number, read in enumerate(readers):
            gc.collect()
            begun = time.process_time()
            for case in cases:
                read(case)
            best[number] = min(best[number], time.process_time() - begun)
    return [sum(len(case.pages) for case in cases) / seconds for seconds in best]


def main() -> None:
    """Prints the table; ``--json`` also writes it to a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", choices=("newsroom", "written"), default="newsroom", help="which pages")
    parser.add_argument("--misses", action="store_true", help="tell what we read wrong, article by article")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing (default 3)")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    cases = newsroom_cases() if options.pages == "newsroom" else written_cases()
    for case in cases if options.misses else ():
        for line in misses(case, read_ours(case)):
            print(f"{case.name}: {line}")
    readers = {"jejak": read_ours, "trafilatura": read_bare}
    scores = [score(name, cases, read) for name, read in readers.items()]
    for row, speed in zip(scores, time_both(cases, list(readers.values()), options.rounds), strict=True):
        row.documents_per_cpu_second = speed
    pages = sum(len(case.pages) for case in cases)
    size = sum(len(page) for case in cases for page in case.pages) / pages / 1000
    print(f"{len(cases)} articles on {pages} pages of {size:.0f} KB")
    print(f"{'':12} {'body F1':>8} {'title':>7} {'day':>7} {'time':>7} {'authors':>8} {'pages/CPU s':>12}")
    for row in scores:
        print(
            f"{row.name:12} {row.body_f1:8.3f} {row.title_exact:7.3f} {row.day_exact:7.3f} {row.time_exact:7.3f}"
            f" {row.authors_exact:8.3f} {row.documents_per_cpu_second:12.1f}"
        )
    ratio = scores[0].documents_per_cpu_second / scores[1].documents_per_cpu_second
    print(f"speed, ours to bare trafilatura: {ratio:.2f}")
    if options.json:
        figures = {"scores": [asdict(row) for row in scores], "speed_ratio": ratio, "pages": pages, "page_kb": size}
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
