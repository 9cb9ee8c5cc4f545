"""A bare Scrapy spider: Scrapy's own ``SitemapSpider``, which fetches every article of some sites and keeps nothing.

    python -m benchmarks.bare_spider URL_OF_ROBOTS_TXT ...

It prints how many articles it was given, as JSON. It has Scrapy's defaults (scheduler, duplicate filter, all
middlewares), except for what keeps a crawl polite, which is as in our own: robots.txt obeyed, AutoThrottle, one request
at a time and host, 64 altogether; and for its log, which is as quiet as ours.
"""

from __future__ import annotations

import json
import sys
from typing import Any

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

    def __init__(self, robots: list[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.sitemap_urls = robots
        self.articles = 0

    def parse_article(self, response: Response) -> None:
        """Count the page and let go of it."""
        self.articles += response.status == 200


def main() -> None:
    """Crawl and print the count."""
    process = CrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, robots=sys.argv[1:])
    process.start()
    assert isinstance(crawler.spider, BareSpider)
    print(json.dumps({"articles": crawler.spider.articles}))


if __name__ == "__main__":
    main()
