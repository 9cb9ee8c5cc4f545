"""Peak memory of one whole crawl as it goes on, over many small pages of the generated site.

    python -m benchmarks.crawl_memory [--articles 5000] [--hosts 8] [--json]

Pages have 3 KB, so that 50,000 of them take minutes: what is measured is what a crawl keeps of each address, not what
a page needs while it is read. The figures are the most memory the crawler's process has had resident until then
(``VmHWM`` of Linux), when its lists were read and at each tenth of the articles.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.generated_site import Served
from crawlers.job import CrawlJob

ROOT = Path(__file__).parent.parent
SHARES = tuple(tenth / 10 for tenth in range(1, 11))


def peak_mb(process: int) -> float:
    """The most memory a process has had resident, in MB."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    if found is None:
        raise RuntimeError("this system does not say how much memory a process had; run it on Linux")
    return int(found.group(1)) / 1024


def crawl(site: Served) -> list[tuple[int, float, float]]:
    """Crawl the whole site; after how many pages, in how many seconds, what peak in MB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        registry = site.registry(folder / "outlets.toml")
        job = CrawlJob(folder / "data", registry, allow_private=True, delay_seconds=0.0)
        (folder / "job.json").write_text(json.dumps(job.to_json()), encoding="utf-8")
        words = [sys.executable, "-m", "crawlers", str(folder / "job.json")]
        steps = [round(share * site.each * site.hosts) for share in SHARES]
        found: list[tuple[int, float, float]] = []
        begun = time.perf_counter()
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                fetched = json.loads(line)["totals"]["fetched"]
                if steps and fetched >= ([1, *steps][0] if not found else steps[0]):
                    if found:
                        steps.pop(0)
                    found.append((fetched, time.perf_counter() - begun, peak_mb(process.pid)))
                    print(f"{fetched:,} pages, {found[-1][2]:.1f} MB", file=sys.stderr, flush=True)
        if process.returncode or steps:
            raise RuntimeError(f"the crawl ended with {process.returncode} after {fetched} pages")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Peak memory of a crawl over many pages.")
    parser.add_argument("--articles", type=int, default=5_000, help="pages of the site (default 5000)")
    parser.add_argument("--hosts", type=int, default=8, help="outlets they are spread over (default 8)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with Served(options.articles, options.hosts, small=True) as site:
        found = crawl(site)
    if options.json:
        print(json.dumps({"articles": options.articles, "load_average": load, "steps": found}))
        return
    print(f"{'pages':>8}{'seconds':>9}{'peak MB':>9}")
    for pages, seconds, peak in found:
        print(f"{pages:8,}{seconds:9.0f}{peak:9.1f}")


if __name__ == "__main__":
    main()
