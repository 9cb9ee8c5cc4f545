"""Crawls some sites with news-please's own sitemap crawler: ``PYTHON news_please_crawl.py FOLDER URL ...``.

It is run by a Python that has news-please, which need not have Jejak, and prints how many articles were stored, as
JSON. news-please's launcher starts one Scrapy process a site, which finds articles by robots.txt and sitemaps, reads
them with newspaper and its other extractors, and stores page and article as files. These are its defaults except that

- its extractor without pictures is used, which news-please has itself: the other sends a request for each of them;
- Scrapy's filter of foreign hosts is off: news-please gives it the host with its port, and it then lets nothing pass;
- the log is as quiet as ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def write_configuration(folder: Path, urls: list[str]) -> Path:
    """Write news-please's two configuration files, from its own defaults; the folder they lie in."""
    found = find_spec("newsplease")
    if found is None or found.origin is None:
        raise SystemExit("this Python has no news-please; install it with: pip install news-please")
    configuration = folder / "config"
    configuration.mkdir(parents=True)
    text = (Path(found.origin).parent / "config" / "config.cfg").read_text("utf-8")
    changes = {
        "working_path = ~/news-please-repo/": f"working_path = {folder}/data/",
        "LOG_LEVEL = INFO": "LOG_LEVEL = ERROR\nDOWNLOADER_MIDDLEWARES = "
        "{'scrapy.downloadermiddlewares.offsite.OffsiteMiddleware': None}",
        "extractors = ['newspaper_extractor',": "extractors = ['newspaper_extractor_no_images',",
        "number_of_parallel_crawlers = 5": f"number_of_parallel_crawlers = {len(urls)}",
    }
    for old, new in changes.items():
        if old not in text:
            raise SystemExit(f"the configuration of this news-please has no line '{old}'; it is of another version")
        text = text.replace(old, new)
    (configuration / "config.cfg").write_text(text, encoding="utf-8")
    sites = {"base_urls": [{"url": url, "crawler": "SitemapCrawler"} for url in urls]}
    (configuration / "sitelist.hjson").write_text(json.dumps(sites), encoding="utf-8")
    return configuration


def main() -> None:
    """Crawl and print the count."""
    folder = Path(sys.argv[1])
    configuration = write_configuration(folder, sys.argv[2:])
    command = [sys.executable, "-m", "newsplease", "-c", str(configuration), "-no-confirm"]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)
    stored = [path for path in (folder / "data" / "data").rglob("*.json") if path.stat().st_size]
    print(json.dumps({"articles": len(stored)}))


if __name__ == "__main__":
    main()
