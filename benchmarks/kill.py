"""What ``kill -9`` costs: a crawl of ours and Scrapy's own JOBDIR, killed at the same moments and started again.

    python -m benchmarks.kill [--articles 300] [--kills 6] [--delay 0.05] [--seed 1] [--json]

They crawl the same generated site on 127.0.0.1, one after the other, with the same pause between two requests. Each is
killed as soon as it has been given so many articles since its last start and a part of a second has passed (both drawn
once, the same for both), and is started again; the last start is left alone. What was asked for stands in the site's
log, so none of them counts for itself:

- *lost*: articles that are not kept when the last start has ended;
- *twice*: articles that were given more than once;
- *in flight*: articles that had been given and were not yet kept, at each kill. They must be fetched again.

- *jejak*: ``python -m crawlers`` as ``jejak crawl`` starts it; an article is kept when it stands in the archive.
- *Scrapy JOBDIR*: ``benchmarks/bare_spider.py --jobdir``; an article is kept when the spider wrote down its address.
  Scrapy writes ``active.json``, without which the queue on disk is not read, only when it is closed properly, and the
  addresses that were queued go into ``requests.seen`` 4 KB at a time: what was queued and seen is never asked for.
- *Scrapy, lists anew*: the same, made to read its sitemaps again at each start, so that what is not in
  ``requests.seen`` is found again.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.generated_site import Served, article_path
from crawlers.archive import entries, seal
from crawlers.job import CrawlJob

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a crawl is killed: ``articles`` after its start and ``seconds`` more."""

    articles: int
    seconds: float


@dataclass(slots=True)
class Outcome:
    """What came of one crawler.

    Attributes:
        articles: that there are.
        lost: that are not kept at the end.
        twice: that were given more than once.
        in_flight: given and not kept, at each kill.
        not_killed: moments that never came, because the crawl had ended by itself.
        refetched_kept: articles that were given again though they had been kept at an earlier kill.
        seconds: that all starts took.
    """

    articles: int
    lost: int = 0
    twice: int = 0
    in_flight: list[int] = field(default_factory=list)
    not_killed: int = 0
    refetched_kept: int = 0
    seconds: float = 0.0


def moments(articles: int, kills: int, delay: float, seed: int) -> list[Moment]:
    """When to kill, such that a crawl that loses nothing is still at work at the last of them."""
    chance = random.Random(seed)
    share = articles // (kills + 1)
    return [Moment(chance.randint(max(1, share // 3), share), chance.uniform(0, 2 * delay)) for _ in range(kills)]


def survived(
    site: Served, when: list[Moment], start: Callable[[], subprocess.Popen[bytes]], kept: Callable[[], set[str]]
) -> Outcome:
    """Kill a crawler at the moments, let its last start end, and count.

    Args:
        site: with a log, which is emptied first.
        when: the moments.
        start: starts the crawler anew on what it left.
        kept: the paths of the articles it has kept, while it is not running.

    Raises:
        RuntimeError: if the last start fails.
    """
    assert site.log is not None
    site.log.write_text("")
    found, begun, kept_before = Outcome(site.each), time.perf_counter(), set[str]()
    for moment in when:
        before = len(given(site.log))
        process = start()
        while process.poll() is None and len(given(site.log)) - before < moment.articles:
            time.sleep(0.002)
        time.sleep(moment.seconds)
        if process.poll() is None:
            process.kill()
        else:
            found.not_killed += 1
        process.wait(PATIENCE_SECONDS)
        found.refetched_kept += len(kept_before.intersection(given(site.log)[before:]))
        kept_before = kept()
        found.in_flight.append(len(set(given(site.log)) - kept_before))
    before = len(given(site.log))
    if status := start().wait(PATIENCE_SECONDS):
        raise RuntimeError(f"the last start ended with {status}")
    found.seconds = time.perf_counter() - begun
    found.refetched_kept += len(kept_before.intersection(given(site.log)[before:]))
    found.lost = len({article_path(number) for number in range(site.each)} - kept())
    found.twice = sum(times > 1 for times in Counter(given(site.log)).values())
    return found


def given(log: Path) -> list[str]:
    """The paths of the articles that a site gave, in order."""
    lines = log.read_text("utf-8").split("\n")[:-1]
    return [line[line.index("/") :] for line in lines if "/berita/" in line]


def kill_ours(site: Served, when: list[Moment], delay: float, folder: Path) -> Outcome:
    """Our crawl."""
    registry, data = site.registry(folder / "outlets.toml"), folder / "data"

    def start() -> subprocess.Popen[bytes]:
        job = CrawlJob(data, registry, allow_private=True, delay_seconds=delay, recheck="young")
        path = folder / f"{job.crawl_id}.json"
        path.write_text(json.dumps(job.to_json()), encoding="utf-8")
        return started([sys.executable, "-m", "crawlers", str(path)], folder)

    def kept() -> set[str]:
        # As the next crawl does first: what a killed one left open is brought to an end.
        seal(data / "archive")
        return {urlsplit(entry.canonical_url).path for entry in entries(data / "archive")}

    return survived(site, when, start, kept)


def kill_scrapy(site: Served, when: list[Moment], delay: float, folder: Path, *, lists_anew: bool = False) -> Outcome:
    """The bare Scrapy spider with a JOBDIR."""
    file = folder / "kept"
    words = [sys.executable, "-m", "benchmarks.bare_spider", "--jobdir", str(folder / "job"), "--kept", str(file)]
    words += ["--lists-anew"] if lists_anew else []
    words += ["--delay", str(delay), *(f"{root}/robots.txt" for root in site.roots)]

    def kept() -> set[str]:
        lines = file.read_text("utf-8").split("\n")[:-1] if file.exists() else []
        return {urlsplit(line).path for line in lines}

    return survived(site, when, lambda: started(words, folder), kept)


def started(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """A process whose output goes into the folder."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT)


def compare(articles: int, kills: int, delay: float, seed: int) -> dict[str, Outcome]:
    """The crawlers, killed at the same moments; by name."""
    crawlers = {
        "jejak": kill_ours,
        "Scrapy JOBDIR": kill_scrapy,
        "Scrapy, lists anew": partial(kill_scrapy, lists_anew=True),
    }
    when = moments(articles, kills, delay, seed)
    with tempfile.TemporaryDirectory() as name, Served(articles, hosts=1, log=Path(name) / "given") as site:
        found = {}
        for crawler, kill in crawlers.items():
            folder = Path(name) / crawler
            folder.mkdir()
            found[crawler] = kill(site, when, delay, folder)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What kill -9 costs our crawl and Scrapy's JOBDIR.")
    parser.add_argument("--articles", type=int, default=300, help="of the site (default 300)")
    parser.add_argument("--kills", type=int, default=6, help="how often each is killed (default 6)")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds between two requests (default 0.05)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = compare(options.articles, options.kills, options.delay, options.seed)
    if options.json:
        print(json.dumps({name: asdict(outcome) for name, outcome in found.items()}))
        return
    print(
        f"{options.articles} articles, {options.kills} kills, {options.delay} s between requests, seed {options.seed}"
    )
    print(f"{'':20}{'lost':>6}{'twice':>7}{'in flight at each kill':>28}{'seconds':>9}")
    for name, outcome in found.items():
        in_flight = " ".join(map(str, outcome.in_flight))
        print(f"{name:20}{outcome.lost:6}{outcome.twice:7}{in_flight:>28}{outcome.seconds:9.0f}")
        if outcome.not_killed:
            print(f"{'':20}{outcome.not_killed} times it had ended by itself before the moment came")
        if outcome.refetched_kept:
            print(f"{'':20}{outcome.refetched_kept} articles were asked for again though they were kept")


if __name__ == "__main__":
    main()
