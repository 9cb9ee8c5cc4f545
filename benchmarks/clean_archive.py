"""Cleans every page of a data folder's archive, so that a crawl can be compared with one that reads articles too.

    python -m benchmarks.clean_archive DATA_FOLDER

It prints how many articles got a title and a text, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crawlers.archive import entries, read_page
from extract.article import OutletHints
from extract.cleaning import clean


def main() -> None:
    """Clean and print the count."""
    folder = Path(sys.argv[1]) / "archive"
    hints = OutletHints("contoh", "Kabar Contoh", "generic", "Asia/Makassar", "53")
    count = 0
    for entry in entries(folder):
        article = clean(
            (read_page(folder, entry).body,), url=entry.url, canonical_url=entry.canonical_url, outlet=hints
        )
        count += bool(article.title and article.text)
    print(json.dumps({"articles": count}))


if __name__ == "__main__":
    main()
