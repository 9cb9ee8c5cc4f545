"""What a crawl fetches: urgent outlets' sections whole, elsewhere what the lexicon wants, and all of it when asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive import entries
from crawlers.job import CrawlJob, launch
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import load_sites
from crawlers.newsroom.story import DemoArticle
from crawlers.registry import load_registry
from flows import crawling
from flows.crawling import RELEVANCE_FILTER, Source
from flows.options import RunOptions

SITES = load_sites()
# Sections in the address, in the tags of a feed, and only in the page's own metadata.
OUTLETS = ("lintas-nusa", "suara-tenggara", "radar-mandalika", "warta-bono", "cermin-papua", "harian-enggano")
WHOLE = {"hukrim", "kriminal", "daerah", "regional", "hukum", "pemerintahan"}

Crawled = Callable[[int, str | None], set[str]]


@pytest.fixture(scope="module")
def newsroom() -> Any:
    with Newsroom(port=0) as running_newsroom:
        yield running_newsroom


def addresses(articles: list[DemoArticle]) -> set[str]:
    return {article.canonical_url(SITES[article.outlet]) for article in articles}


@pytest.fixture(scope="module")
def crawled(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    def crawl(priority: int, relevance: str | None) -> set[str]:
        folder = tmp_path_factory.mktemp("crawl")
        registry = folder / "registry.toml"
        text = newsroom.registry_path.read_text("utf-8")
        registry.write_text(text.replace("priority = 1", f"priority = {priority}"), "utf-8")
        job = CrawlJob(
            folder, registry, OUTLETS, allow_private=True, delay_seconds=0.0, recheck="none", relevance=relevance
        )
        assert list(launch(job))[-1].event == "finished"
        return {entry.canonical_url for entry in entries(folder / "archive")}

    return crawl


@pytest.mark.slow
def test_the_lexicon_takes_every_relevant_article_and_leaves_the_others(newsroom: Newsroom, crawled: Crawled) -> None:
    articles = [article for article in newsroom.articles() if article.outlet in OUTLETS]
    relevant = addresses([article for article in articles if article.relevance in ("core", "context")])
    assert crawled(2, RELEVANCE_FILTER) == relevant
    assert len(relevant) < len(articles)


@pytest.mark.slow
def test_sections_of_urgent_outlets_are_fetched_whole(newsroom: Newsroom, crawled: Crawled) -> None:
    articles = [article for article in newsroom.articles() if article.outlet in OUTLETS]
    whole = [
        article for article in articles if article.relevance in ("core", "context") or article.section_slug in WHOLE
    ]
    assert crawled(1, RELEVANCE_FILTER) == addresses(whole)
    assert len(whole) < len(articles)


@pytest.mark.slow
def test_without_the_filter_everything_is_fetched(newsroom: Newsroom, crawled: Crawled) -> None:
    assert crawled(2, None) == addresses([article for article in newsroom.articles() if article.outlet in OUTLETS])


@pytest.mark.parametrize(("everything", "relevance"), [(False, RELEVANCE_FILTER), (True, None)])
def test_all_switches_the_filter_off(
    everything: bool, relevance: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[CrawlJob] = []

    def note(job: CrawlJob) -> Any:
        jobs.append(job)
        return iter(())

    monkeypatch.setattr(crawling, "launch", note)
    registry = load_registry()
    (tmp_path / "crawls").mkdir()
    options = RunOptions(
        data=str(tmp_path), outlets=[next(iter(registry.outlets))], contact="kami@contoh.id", everything=everything
    )
    crawling.crawl(options.workspace, options, Source(registry, None))
    assert [job.relevance for job in jobs] == [relevance]
