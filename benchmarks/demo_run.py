"""Wall time and peak memory of whole demo runs: the first one, and a second one that finds nothing new.

    python -m benchmarks.demo_run [--json] [--runs N]

Peak memory is that of the largest process (the run itself, its Prefect server or its crawler), in MB of resident set.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run_once(data: Path, environment: dict[str, str]) -> tuple[float, dict[str, int]]:
    """Wall seconds of one `jejak run --demo` and what it says of its crawl."""
    words = [sys.executable, "-m", "flows.command_line", "run", "--demo", "--data", str(data), "--json"]
    begin = time.perf_counter()
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, json.loads(done.stdout)["crawl"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=3, help="how many pairs of runs")
    chosen = parser.parse_args()
    first, second, new = [], [], []
    for _ in range(chosen.runs):
        with tempfile.TemporaryDirectory() as folder:
            # A home of its own, so that Prefect's database is made as on a new machine.
            around = os.environ | {"PREFECT_HOME": f"{folder}/prefect"}
            seconds, crawl = run_once(Path(folder) / "data", around)
            first.append(seconds)
            new.append(crawl["new"])
            seconds, crawl = run_once(Path(folder) / "data", around)
            second.append(seconds)
            new.append(crawl["new"])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found = {
        "first_run_seconds": statistics.median(first),
        "second_run_seconds": statistics.median(second),
        "new_pages": new,
        "peak_mb": peak,
        "load_average": os.getloadavg()[0],
    }
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"{'first run':<28}{found['first_run_seconds']:8.1f} s   (median of {chosen.runs})")
    print(f"{'second run, nothing new':<28}{found['second_run_seconds']:8.1f} s")
    print(f"{'peak memory of a process':<28}{peak:8.0f} MB")
    print(f"{'load average':<28}{found['load_average']:8.1f}")


if __name__ == "__main__":
    main()
