"""Runs the demo newsroom in the foreground: ``python -m crawlers.newsroom [--port 8765] [--edition 1]``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from crawlers.newsroom.server import DEFAULT_PORT, Newsroom
from crawlers.newsroom.story import ContentError


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.newsroom", description="Serve the demo newsroom.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="first port to try (default: %(default)s)")
    parser.add_argument(
        "--edition", type=int, choices=(1, 2, 3), default=1, help="2: one article has changed; 3: a site was redesigned"
    )
    parser.add_argument("--registry", type=Path, help="write the registry of the demo outlets here and leave it")
    chosen = parser.parse_args(arguments)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        with Newsroom(chosen.port, chosen.edition, registry_path=chosen.registry) as newsroom:
            print(f"The demo newsroom is open: {newsroom.url}", flush=True)
            print(f"Registry of its outlets:   {newsroom.registry_path}", flush=True)
            print("Press Ctrl+C to close it.", flush=True)
            done.wait()
    except (ContentError, OSError) as error:
        print(f"newsroom: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
