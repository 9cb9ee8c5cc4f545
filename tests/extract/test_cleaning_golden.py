"""Pages of every family come out as their golden files say, and the golden files say what the article's source says.

After a wanted change, JEJAK_REFRESH_GOLDEN=1 pytest tests/extract/test_cleaning_golden.py writes the files anew, from
the demo newsroom and the pages of benchmarks/written; read the difference before committing it.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.written_pages import WrittenPage, written_pages
from crawlers.newsroom import Newsroom
from crawlers.newsroom.printing import section_label
from crawlers.newsroom.story import DemoArticle
from crawlers.registry import families
from extract.article import OutletHints
from extract.cleaning import clean

GOLDEN = Path(__file__).parent / "golden"
COMMAND = "JEJAK_REFRESH_GOLDEN=1 pytest tests/extract/test_cleaning_golden.py"
NEWSROOM = Newsroom(port=80)
PAGES_PER_FAMILY = 3
MAX_BYTES = 1_500_000
#: What a page says of its section that tells nothing: sites of these names file everything there.
NO_SECTIONS = ("Berita", "News")


@dataclass(frozen=True)
class Golden:
    """An article whose pages are kept: how it is read, and what its source says should come out."""

    name: str
    source: str
    url: str
    outlet: OutletHints
    pages: tuple[bytes, ...]
    said: dict[str, Any]
    feed_published_at: str | None = None
    fetched_at: str | None = None

    @property
    def record(self) -> Path:
        return GOLDEN / self.outlet.family / f"{self.name}.json"

    def page_files(self) -> list[Path]:
        return [self.record.with_name(f"{self.name}.{number}.html.gz") for number in range(1, len(self.pages) + 1)]


def of_the_newsroom() -> Iterator[Golden]:
    """The first articles of each demo site, and the first that stands on several pages."""
    for slug, paper in NEWSROOM.papers.items():
        chosen = list(paper.articles[:PAGES_PER_FAMILY])
        chosen += [article for article in paper.articles[PAGES_PER_FAMILY:] if article.page_count > 1][:1]
        for article in chosen:
            pages = NEWSROOM.article_pages(article)
            site = paper.site
            yield Golden(
                name=f"{slug}-{article.article_id}",
                source=f"data/newsroom/articles, id {article.article_id}",
                url=pages[0][0],
                outlet=OutletHints(slug, site.name, site.family, site.timezone, site.province_code),
                pages=tuple(body for _, body in pages),
                said=said_by_article(article),
            )


def said_by_article(article: DemoArticle) -> dict[str, Any]:
    site = NEWSROOM.papers[article.outlet].site
    section: str | None = section_label(article.section)
    tags = list(article.tags)
    if site.family == "blogger":
        # Blogger knows labels only: the section is one of them.
        section, tags = None, [*tags, section]
    elif site.family == "gov":
        tags = []
    return {
        "title": article.title,
        "authors": article.authors,
        "published_at": article.published_at.astimezone(site.zone).isoformat(),
        "dateline": site.printed_dateline(article).rstrip(" –-|:") or None,
        "section": None if section in NO_SECTIONS else section,
        "tags": tags,
        "text": article.body_text,
    }


def of_our_writing() -> Iterator[Golden]:
    for page in written_pages():
        yield Golden(
            name=page.name,
            source=f"benchmarks/written/{page.name}.html",
            url=page.url,
            outlet=page.outlet,
            pages=page.pages,
            said=said_by_page(page),
            feed_published_at=page.feed_published_at,
            fetched_at=page.fetched_at,
        )


def said_by_page(page: WrittenPage) -> dict[str, Any]:
    return {
        "title": page.title,
        "authors": list(page.authors),
        "published_at": page.published_at.isoformat(),
        "dateline": page.dateline or None,
        "section": page.section or None,
        "tags": list(page.tags),
        "text": page.body,
    }


ALL = {
    golden.record.relative_to(GOLDEN).with_suffix("").as_posix(): golden
    for golden in (*of_the_newsroom(), *of_our_writing())
}


def kept(golden: Golden) -> Golden:
    """The article with the pages of its golden files."""
    return replace(golden, pages=tuple(gzip.decompress(path.read_bytes()) for path in golden.page_files()))


def read(golden: Golden) -> dict[str, Any]:
    article = clean(
        golden.pages,
        url=golden.url,
        canonical_url=golden.url,
        outlet=golden.outlet,
        feed_published_at=golden.feed_published_at,
        fetched_at=golden.fetched_at,
    ).to_json()
    del article["id"], article["url"], article["canonical_url"]
    return article


def write(golden: Golden) -> None:
    """Write the golden files of an article; a page that did not change keeps its bytes."""
    golden.record.parent.mkdir(parents=True, exist_ok=True)
    for path, page in zip(golden.page_files(), golden.pages, strict=True):
        if not path.exists() or gzip.decompress(path.read_bytes()) != page:
            path.write_bytes(gzip.compress(page, 9, mtime=0))
    known = {"source": golden.source, "url": golden.url, "outlet": asdict(golden.outlet)}
    hints = {"feed_published_at": golden.feed_published_at, "fetched_at": golden.fetched_at}
    known |= {key: value for key, value in hints.items() if value}
    text = json.dumps(known | {"article": read(golden)}, ensure_ascii=False, indent=1)
    golden.record.write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_read_as_its_golden_file_says(name: str) -> None:
    golden = ALL[name]
    if os.environ.get("JEJAK_REFRESH_GOLDEN"):
        write(golden)
    record = json.loads(golden.record.read_text("utf-8"))
    assert read(kept(golden)) == record["article"], f"a wanted change? Then run: {COMMAND}"


@pytest.mark.parametrize("name", ALL)
def test_a_golden_file_says_what_the_source_of_its_article_says(name: str) -> None:
    golden = ALL[name]
    record = json.loads(golden.record.read_text("utf-8"))
    told = {key: record["article"][key] for key in golden.said}
    assert told == golden.said, f"is {golden.source} changed? Then run: {COMMAND}"
    assert record["url"] == golden.url
    assert record["outlet"] == asdict(golden.outlet)


def test_every_family_has_pages_and_no_file_is_left_over() -> None:
    counted = Counter(golden.outlet.family for golden in ALL.values())
    assert {family for family in families() if counted[family] < PAGES_PER_FAMILY} == set()
    wanted = {path for golden in ALL.values() for path in (golden.record, *golden.page_files())}
    found = {path for path in GOLDEN.rglob("*") if path.is_file()}
    assert found == wanted, f"run {COMMAND}, and delete what no article has: {sorted(found - wanted)}"


def test_golden_files_are_small_and_the_same_on_every_day() -> None:
    files = [path for path in GOLDEN.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MAX_BYTES
    for path in files:
        if path.suffix == ".gz":
            # The header's time of change is left empty.
            assert path.read_bytes()[4:8] == bytes(4), path.name
