"""Pages per CPU-second of our whole crawl, beside a bare Scrapy spider and news-please, on one generated news site.

    python -m benchmarks.crawl [--articles 2000] [--rounds 3] [--hosts 8] [--small] [--filtered] [--part-links]
        [--news-please PYTHON] [--json]

Each crawler is a process of its own and its user and system time is counted whole, from start to exit; the site is
served by another process, whose time is not. They take turns, in another order each round; of each the median counts,
and the ratio is the median of the rounds' ratios.

- *jejak*: ``python -m crawlers`` as ``jejak crawl`` starts it: robots.txt, sitemaps, frontier, inspection of each page,
  WARC archive with index, events. Every page is kept; with ``--filtered`` the relevance filter decides. With
  ``--part-links`` each page has a link that may lead to a further part, and is therefore read whole.
- *bare Scrapy*: ``benchmarks/bare_spider.py``, which fetches the same pages and keeps nothing.
- *news-please*: ``benchmarks/news_please_crawl.py``, on fewer articles of the same site because it is so much slower,
  beside our crawl of these, and beside our crawl with cleaning: news-please reads each article, which a crawl of ours
  leaves to a later step.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.generated_site import Served
from crawlers.archive import entries
from crawlers.job import CrawlJob

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl: pages it got, wall and CPU seconds of its process, and its peak memory in MB."""

    pages: int
    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(slots=True)
class Crawler:
    """One of those compared, and what its rounds gave."""

    name: str
    crawl: Callable[[], Run]
    runs: list[Run] = field(default_factory=list)

    @property
    def per_cpu_second(self) -> float:
        """Pages per CPU-second, median of the rounds."""
        return statistics.median(run.pages / run.cpu_seconds for run in self.runs)

    @property
    def per_second(self) -> float:
        """Pages per second of wall time, median of the rounds."""
        return statistics.median(run.pages / run.seconds for run in self.runs)


def measured(words: list[str], *, cwd: Path, log: Path) -> tuple[str, float, float, float]:
    """Run a process to its end.

    Returns:
        What it printed; its wall seconds, CPU seconds and peak memory in MB, without those of its children.

    Raises:
        RuntimeError: if it fails; with the end of what it wrote.
    """
    printed = log.with_suffix(".out")
    with printed.open("wb") as out, log.open("wb") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, cwd=cwd)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(words)} ended with {process.returncode}: {log.read_text('utf-8', 'replace')[-2000:]}"
        )
    return printed.read_text("utf-8"), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def crawl_ours(site: Served, *, relevance: str | None = None, clean: bool = False) -> Run:
    """A first crawl of the site into an empty data folder; ``clean`` also reads every article that was kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job = CrawlJob(
            folder / "data",
            site.registry(folder / "outlets.toml"),
            allow_private=True,
            delay_seconds=0.0,
            relevance=relevance,
            recheck="young",
        )
        (folder / "job.json").write_text(json.dumps(job.to_json()), encoding="utf-8")
        words = [sys.executable, "-m", "crawlers", str(folder / "job.json")]
        printed, seconds, cpu, peak = measured(words, cwd=ROOT, log=folder / "log")
        pages = json.loads(printed.splitlines()[-1])["totals"]["fetched"]
        kept = sum(1 for _ in entries(folder / "data" / "archive"))
        if pages != site.each * site.hosts or (relevance is None and kept != pages):
            raise RuntimeError(f"{pages} pages were fetched and {kept} kept, not {site.each * site.hosts}")
        if clean:
            words = [sys.executable, "-m", "benchmarks.clean_archive", str(folder / "data")]
            printed, more_seconds, more_cpu, more_peak = measured(words, cwd=ROOT, log=folder / "cleaning")
            if json.loads(printed.splitlines()[-1])["articles"] != pages:
                raise RuntimeError(f"of {pages} pages not every one became an article: {printed}")
            seconds, cpu, peak = seconds + more_seconds, cpu + more_cpu, max(peak, more_peak)
    return Run(pages, seconds, cpu, peak)


def crawl_bare(site: Served) -> Run:
    """The bare Scrapy spider on the whole site."""
    with tempfile.TemporaryDirectory() as name:
        words = [sys.executable, "-m", "benchmarks.bare_spider", *(f"{root}/robots.txt" for root in site.roots)]
        printed, seconds, cpu, peak = measured(words, cwd=ROOT, log=Path(name) / "log")
    pages = json.loads(printed.splitlines()[-1])["articles"]
    if pages != site.each * site.hosts:
        raise RuntimeError(f"the bare spider got {pages} pages, not {site.each * site.hosts}")
    return Run(pages, seconds, cpu, peak)


def crawl_news_please(site: Served, python: str) -> Run:
    """news-please's own sitemap crawler on the whole site; its processes are counted together."""
    with tempfile.TemporaryDirectory() as name:
        script = str(Path(__file__).with_name("news_please_crawl.py"))
        words = [python, script, f"{name}/work", *(f"{root}/" for root in site.roots)]
        printed, seconds, cpu, peak = measured(words, cwd=ROOT, log=Path(name) / "log")
    pages = json.loads(printed.splitlines()[-1])["articles"]
    if pages != site.each * site.hosts:
        raise RuntimeError(f"news-please stored {pages} pages, not {site.each * site.hosts}")
    return Run(pages, seconds, cpu, peak)


def compare(crawlers: list[Crawler], rounds: int) -> None:
    """Let them take turns, each round beginning with another."""
    for number in range(rounds):
        turn = number % len(crawlers)
        for crawler in crawlers[turn:] + crawlers[:turn]:
            crawler.runs.append(crawler.crawl())


def ratio(ours: Crawler, theirs: Crawler) -> float:
    """How many times as many pages per CPU-second ours got; median of the rounds."""
    pairs = zip(ours.runs, theirs.runs, strict=True)
    return statistics.median((a.pages / a.cpu_seconds) / (b.pages / b.cpu_seconds) for a, b in pairs)


def per_second_ratio(ours: Crawler, theirs: Crawler) -> float:
    """The same for pages per second of wall time."""
    pairs = zip(ours.runs, theirs.runs, strict=True)
    return statistics.median((a.pages / a.seconds) / (b.pages / b.seconds) for a, b in pairs)


def against_news_please(options: argparse.Namespace) -> tuple[Crawler, Crawler, Crawler]:
    """news-please, our crawl, and our crawl with cleaning, on the same few pages, taking turns; starts count."""
    with Served(options.news_please_articles, min(2, options.hosts)) as site:
        peer = Crawler("news-please", lambda: crawl_news_please(site, options.news_please))
        crawled = Crawler("jejak, few", lambda: crawl_ours(site))
        read = Crawler("jejak and clean", lambda: crawl_ours(site, clean=True))
        compare([crawled, read, peer], options.rounds)
    return peer, crawled, read


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Our crawl beside a bare Scrapy spider and news-please.")
    parser.add_argument("--articles", type=int, default=2_000, help="pages of the site (default 2000)")
    parser.add_argument("--hosts", type=int, default=8, help="outlets they are spread over (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each crawls (default 3)")
    parser.add_argument("--small", action="store_true", help="pages of 3 KB in place of 50 to 140 KB")
    parser.add_argument("--filtered", action="store_true", help="keep only what the relevance filter wants")
    parser.add_argument(
        "--part-links", action="store_true", help="a link with a page number on each page, which must be read whole"
    )
    parser.add_argument("--news-please", metavar="PYTHON", help="a Python that has news-please, to compare with it too")
    parser.add_argument("--news-please-articles", type=int, default=200, help="pages it is given (default 200)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    with Served(options.articles, options.hosts, small=options.small, part_links=options.part_links) as site:
        relevance = "extract.relevance:wanted" if options.filtered else None
        ours = Crawler("jejak", lambda: crawl_ours(site, relevance=relevance))
        bare = Crawler("bare Scrapy", lambda: crawl_bare(site))
        compare([ours, bare], options.rounds)
    crawlers, ratios = [ours, bare], {bare.name: (ratio(ours, bare), per_second_ratio(ours, bare))}
    if options.news_please:
        peer, crawled, read = against_news_please(options)
        crawlers += [crawled, read, peer]
        for same in (crawled, read):
            ratios[f"{peer.name} ({same.name})"] = ratio(same, peer), per_second_ratio(same, peer)
    figures = {
        "articles": options.articles,
        "hosts": options.hosts,
        "load_average": load_before,
        "crawlers": {
            crawler.name: {
                "pages_per_cpu_second": crawler.per_cpu_second,
                "pages_per_second": crawler.per_second,
                "runs": [asdict(run) for run in crawler.runs],
            }
            for crawler in crawlers
        },
        "ratio": {name: {"per_cpu_second": cpu, "per_second": wall} for name, (cpu, wall) in ratios.items()},
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{options.articles} articles on {options.hosts} hosts, {options.rounds} rounds, load {load_before:.1f}")
    print(f"{'':17}{'pages/CPU s':>12}{'pages/s':>9}{'peak MB':>9}")
    for crawler in crawlers:
        peak = max(run.peak_mb for run in crawler.runs)
        print(f"{crawler.name:17}{crawler.per_cpu_second:12.1f}{crawler.per_second:9.1f}{peak:9.0f}")
    for name, (cpu, wall) in ratios.items():
        print(
            f"jejak has {cpu:.2f} times the pages per CPU-second of {name}, and {wall:.2f} times its pages per second"
        )
    if not options.news_please:
        print("news-please was left out: give a Python that has it with --news-please PYTHON")


if __name__ == "__main__":
    main()
