"""The extract stage: archived pages to parts of facts, in slices that each finish or are repeated."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from crawlers.archive import ArchiveError, PageEntry, entries, open_crawls, read_page, seal
from crawlers.registry import Outlet, Registry
from extract.article import Article, OutletHints
from extract.cleaning import CleaningError, clean
from extract.duplicates import signature
from extract.engines import ENGINES
from extract.facts import Facts
from extract.pipeline import MODELS, Extractor, ExtractorError
from extract.relevance import assess

from .progress import reporter
from .workspace import Workspace

ARTICLES_PER_SLICE = 200
"""Articles in one part: a killed run repeats at most this much work."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Work that ends in one part file: articles, each with the archived pages it is made of."""

    part_name: str
    articles: tuple[tuple[PageEntry, ...], ...]


@dataclass(frozen=True, slots=True)
class SliceCounts:
    """What came out of one slice: articles cleaned, those of them that are relevant, pages with a problem."""

    articles: int
    relevant: int
    issues: int


@dataclass(slots=True)
class SliceTotals:
    """Counts over the slices of a run, shown as they grow. ``pages`` is how many articles there are to read."""

    pages: int
    articles: int = 0
    relevant: int = 0
    issues: int = 0

    def __post_init__(self) -> None:
        reporter().begin("extract", self.pages)

    def add(self, counts: SliceCounts) -> None:
        """Add one slice."""
        self.articles += counts.articles
        self.relevant += counts.relevant
        self.issues += counts.issues

    def finish(self) -> None:
        """Say that all slices are done."""
        reporter().finish("extract", f"{self.articles} articles, {self.relevant} relevant, {self.issues} unreadable")


ENGINE_VARIABLE = "JEJAK_ENGINE"
"""Environment variable that says which engine makes documents; processes that a run starts inherit it."""

MODEL_VARIABLE = "JEJAK_MODEL"
"""Environment variable that says which name finder extraction uses; processes that a run starts inherit it."""


def read_with(engine: str | None, model: str | None) -> None:
    """Let this process and those it starts extract with this engine and name finder; None leaves it as it is.

    Raises:
        ExtractorError: there is no such engine or model.
    """
    for kind, variable, name, known in (
        ("engine", ENGINE_VARIABLE, engine, ENGINES),
        ("model", MODEL_VARIABLE, model, MODELS),
    ):
        if name is not None:
            if name not in known:
                raise ExtractorError(f"unknown {kind} {name!r}: choose one of {', '.join(known)}")
            os.environ[variable] = name


def extractor(engine: str | None = None, model: str | None = None) -> Extractor:
    """The extractor with this engine and name finder, else those in use; loaded once a process.

    Raises:
        ExtractorError: one of them is unknown, or lacks what it needs.
    """
    return _loaded(
        engine or os.environ.get(ENGINE_VARIABLE) or ENGINES[0], model or os.environ.get(MODEL_VARIABLE) or MODELS[0]
    )


@cache
def _loaded(engine: str, model: str) -> Extractor:
    return Extractor(engine, model)


def hints(outlet: Outlet | None) -> OutletHints:
    """What extraction may know of an outlet."""
    if outlet is None:
        return OutletHints()
    return OutletHints(
        outlet_id=outlet.outlet_id,
        name=outlet.name,
        family=outlet.family,
        timezone=outlet.timezone,
        province_code=outlet.province_code,
    )


def pending_slices(workspace: Workspace, version: str) -> list[Slice]:
    """Slices of the archive for which this extractor version has left no part yet, oldest crawl first.

    A crawl that was killed leaves an unsealed file; it is sealed here, so its pages are not lost. A crawl that is still
    writing waits for its end, though some of its files may be finished: a slice must not grow once it has a part.
    """
    seal(workspace.archive)
    unfinished = open_crawls(workspace.archive)
    by_crawl: dict[str, dict[str, list[PageEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries(workspace.archive):
        if entry.crawl_id in unfinished:
            continue
        by_crawl[entry.crawl_id][entry.canonical_url].append(entry)

    slices: list[Slice] = []
    known: dict[str, dict[int, PageEntry]] = {}
    for crawl_id in sorted(by_crawl):
        articles = []
        for canonical_url, pages in sorted(by_crawl[crawl_id].items()):
            # A killed crawl may have archived page 1 and the next one page 2: the article is all parts known by now.
            parts = known.setdefault(canonical_url, {})
            parts |= {page.part: page for page in sorted(pages, key=lambda page: page.fetched_at)}
            articles.append(tuple(parts[number] for number in sorted(parts)))
        for number, first in enumerate(range(0, len(articles), ARTICLES_PER_SLICE), start=1):
            name = f"{crawl_id}.{version}-p{number:05d}"
            if not (workspace.facts / f"{name}.jsonl.gz").exists():
                slices.append(Slice(name, tuple(articles[first : first + ARTICLES_PER_SLICE])))
    return slices


def extract_slice(workspace: Workspace, work: Slice, registry: Registry) -> SliceCounts:
    """Clean and extract the articles of a slice and write its part, complete or not at all.

    A page that cannot be read or cleaned becomes an issue record in the part and does not stop the rest.
    """
    articles = relevant = issues = 0
    buffer = io.BytesIO()
    # mtime=0: the same facts give the same bytes.
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed:
        for pages in work.articles:
            record = article_record(workspace, pages, registry)
            reporter().step("extract", note=pages[0].outlet_id)
            if record["kind"] == "issue":
                issues += 1
            else:
                articles += 1
                relevant += record["facts"]["relevance"] in ("core", "context")
            packed.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    path = workspace.facts / f"{work.part_name}.jsonl.gz"
    draft = path.with_name(path.name + ".tmp")
    with draft.open("wb") as file:
        file.write(buffer.getvalue())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return SliceCounts(articles, relevant, issues)


def article_record(workspace: Workspace, pages: tuple[PageEntry, ...], registry: Registry) -> dict[str, Any]:
    """One line of a part: the article with its facts, or the issue that kept it from being read."""
    first = pages[0]
    outlet = registry.outlets.get(first.outlet_id)
    try:
        bodies = [read_page(workspace.archive, entry) for entry in pages]
        article = clean(
            [page.body for page in bodies],
            url=first.url,
            canonical_url=first.canonical_url,
            outlet=hints(outlet),
            feed_published_at=first.feed_published_at,
            title_hint=first.title_hint,
            charset=bodies[0].charset,
            fetched_at=first.fetched_at,
        )
        facts = read_facts(article, hints(outlet))
    except (ArchiveError, CleaningError) as error:
        return unread_record(pages, getattr(error, "kind", "archive"), str(error))
    except Exception as error:
        # A fault of ours on one article must not cost the others: it is recorded and counted in the run's summary.
        detail = f"{type(error).__name__}: {error}; please report this page as a fault of the extractor"
        return unread_record(pages, "fault", detail)
    digests = "".join(entry.payload_sha256 for entry in pages)
    return {
        "kind": "article",
        "article": article.to_json(),
        "page": {
            "outlet_id": first.outlet_id,
            **read_when(pages),
            "payload_sha256": first.payload_sha256 if len(pages) == 1 else hashlib.sha256(digests.encode()).hexdigest(),
            "warc_name": first.warc_name,
            "offset": first.offset,
        },
        "facts": facts,
        "duplicate_signature": signature(article.text),
        "reading": what_the_page_gave(article),
    }


def unread_record(pages: tuple[PageEntry, ...], kind: str, detail: str) -> dict[str, Any]:
    """The line of a facts file for an article that could not be read: an issue that says which pages it is about."""
    record = issue("extract", kind, pages[0].outlet_id, pages[0].url, detail)
    return record | read_when(pages) | {"extractor_version": extractor().version}


def read_when(pages: tuple[PageEntry, ...]) -> dict[str, str]:
    """The crawl that completed an article, and when its last page was fetched."""
    return {"crawl_id": pages[-1].crawl_id, "fetched_at": max(entry.fetched_at for entry in pages)}


def what_the_page_gave(article: Article) -> dict[str, Any]:
    """What cleaning found in the page itself, for those who watch whether an outlet's pages can still be read.

    A time that only a feed, a sitemap or the address gives tells nothing of the page.
    """
    return {
        "has_date": article.published_from == "page",
        "has_author": bool(article.authors),
        "body_length": len(article.text),
    }


def extract(
    workspace: Workspace, registry: Registry, each: Callable[[Workspace, Slice, Registry], SliceCounts] = extract_slice
) -> SliceTotals:
    """Read every slice of the archive that has no part yet.

    Args:
        workspace: the data folder.
        registry: tells the outlet's family and zone; pages of outlets it does not know are read without.
        each: reads one slice; a flow hands its task.
    """
    work = pending_slices(workspace, extractor().version)
    totals = SliceTotals(sum(len(one.articles) for one in work))
    for one in work:
        totals.add(each(workspace, one, registry))
    totals.finish()
    return totals


def read_facts(article: Article, outlet: OutletHints) -> dict[str, Any]:
    """Facts of an article in two tiers: all of them where it is relevant, otherwise only that it is not."""
    judged = assess(article.title, article.text, article.tags)
    if judged.level == "none":
        return Facts(
            relevance=judged.level,
            relevance_score=judged.score,
            language=article.language,
            extractor_version=extractor().version,
        ).to_json()
    return extractor().facts(article, outlet).to_json()


def issue(stage: str, kind: str, outlet_id: str, url: str, detail: str) -> dict[str, Any]:
    """A record of something that went wrong with one page, feed or article."""
    return {
        "kind": "issue",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "stage": stage,
        "issue_kind": kind,
        "outlet_id": outlet_id,
        "url": url,
        "detail": detail,
    }
