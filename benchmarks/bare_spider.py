"""A bare Scrapy spider: Scrapy's own ``SitemapSpider``, which fetches every article of some sites and keeps nothing.

    python -m benchmarks.bare_spider [--jobdir FOLDER [--lists-anew]] [--kept FILE] [--delay SECONDS]
        URL_OF_ROBOTS_TXT ...

It prints how many articles it was given, as JSON. It has Scrapy's defaults (scheduler, duplicate filter, all
middlewares), except for what keeps a crawl polite, which is as in our own: robots.txt obeyed, AutoThrottle, one request
at a time and host, 64 altogether; and for its log, which is as quiet as ours.

With ``--jobdir`` it is Scrapy's own crawl that can be gone on with, and with ``--kept`` it adds the address of each
article to a file, at once: the least that a spider must do that keeps what it fetched. Scrapy's ``SitemapSpider``
passes over sitemaps that it asked for before an interruption; with ``--lists-anew`` it asks for them at each start.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

from scrapy import Request
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.spiders import SitemapSpider

SETTINGS = {
    "USER_AGENT": "Jejak-benchmark (bare Scrapy)",
    "ROBOTSTXT_OBEY": True,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": 0.0,
    "DOWNLOAD_DELAY": 0.0,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
}


class BareSpider(SitemapSpider):
    """Follows sitemaps to articles."""

    name = "bare"
    sitemap_rules = [("/berita/", "parse_article")]  # noqa: RUF012 - Scrapy's own way of saying it

    def __init__(
        self, robots: list[str], kept: TextIO | None = None, lists_anew: bool = False, **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.sitemap_urls, self.kept, self.lists_anew = robots, kept, lists_anew
        self.articles = 0

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the files that name the sitemaps."""
        async for request in super().start():
            yield self._asked(request)

    def _parse_sitemap(self, response: Response) -> Iterator[Request]:
        yield from map(self._asked, super()._parse_sitemap(response))

    def _asked(self, request: Request) -> Request:
        is_article = request.callback == self.parse_article
        return request.replace(dont_filter=True) if self.lists_anew and not is_article else request

    def parse_article(self, response: Response) -> None:
        """Count the page and let go of it."""
        self.articles += response.status == 200
        if self.kept is not None:
            self.kept.write(f"{response.url}\n")


def main() -> None:
    """Crawl and print the count."""
    parser = argparse.ArgumentParser(description="A bare Scrapy spider.")
    parser.add_argument("robots", nargs="+", metavar="URL_OF_ROBOTS_TXT")
    parser.add_argument("--jobdir", help="Scrapy's JOBDIR, from which a crawl is gone on with")
    parser.add_argument("--lists-anew", action="store_true", help="ask for known sitemaps too")
    parser.add_argument("--kept", type=Path, help="a file to add the address of each article to")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds between two requests (default 0)")
    options = parser.parse_args()
    own = {"DOWNLOAD_DELAY": options.delay, "AUTOTHROTTLE_START_DELAY": options.delay}
    process = CrawlerProcess(SETTINGS | own | ({"JOBDIR": options.jobdir} if options.jobdir else {}))
    crawler = process.create_crawler(BareSpider)
    with options.kept.open("a", buffering=1, encoding="utf-8") if options.kept else nullcontext() as kept:
        process.crawl(crawler, robots=options.robots, kept=kept, lists_anew=options.lists_anew)
        process.start()
    assert isinstance(crawler.spider, BareSpider)
    print(json.dumps({"articles": crawler.spider.articles}))


if __name__ == "__main__":
    main()
