"""Speed and memory of extraction, each way of reading on one core in a process of its own, beside Stanza.

    python -m benchmarks.extraction [--only NAME ...] [--repeat 3] [--json FILE]

Articles are the project's own: the gold articles, the demo newsroom's, and those of a shared folder where there is one
(``JEJAK_SHARED``). Rows:

- ``filter``: is an article about the subject? Of the articles read, nine in ten are not.
- ``names-accurate``: the trained name finder over every sentence; ``syntax-spacy``: our own pipeline of parts of
  speech, dependencies and base forms.
- ``stanza-bare``: the peer, Stanza itself as its manual calls it, tokenize, pos, lemma (which its parser asks for) and
  depparse, with the models that ``jejak facts --engine stanza`` would use.
- ``facts-ENGINE-MODEL``: the whole of ``jejak facts`` for each relevant line, from JSON to JSON.
- ``megabyte-ENGINE-MODEL``: the same for one article with a million characters of text.
- ``jobs-N``: the command itself with ``--jobs N``, not bound to a core, from the first answer to the last.

Seconds are those of the processor, the least of several rounds; of ``jobs-N``, seconds of the clock. Memory is the
most that the process had resident (``VmHWM`` of Linux), which holds what it loads.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# One thread, one core: numerical libraries read this when they are loaded.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from benchmarks.crawl_memory import peak_mb
from benchmarks.gold import HELD_OUT, OWN_GOLD, read_gold, shared_folder
from crawlers.newsroom import Newsroom
from extract.engines import ENGINES
from extract.pipeline import MODELS
from extract.relevance import assess

Record = dict[str, Any]

IRRELEVANT_FOR_EACH = 9
"""Articles that are not about the subject for each that is: what a paper's lists are like."""

JOBS = (1, 2)
JOB_LINES = 240
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One row.

    Attributes:
        name: what was measured.
        articles: how many were read.
        words: how many words they have.
        cpu_seconds: processor time; 0 for several processes, of which only the clock tells.
        seconds: time on the clock.
        peak_mb: the most memory the process had resident; 0 for several processes.
    """

    name: str
    articles: int
    words: int
    cpu_seconds: float
    seconds: float
    peak_mb: float

    def to_json(self) -> Record:
        """The row with its rates."""
        return asdict(self) | {
            "articles_per_cpu_second": round(self.articles / self.cpu_seconds, 1) if self.cpu_seconds else None,
            "words_per_cpu_second": round(self.words / self.cpu_seconds) if self.cpu_seconds else None,
            "articles_per_second": round(self.articles / self.seconds, 1),
        }


def written() -> list[Record]:
    """The articles as lines of ``jejak facts``."""
    shared = shared_folder()
    files = [OWN_GOLD, *HELD_OUT, *([shared / "dev.jsonl"] if shared else [])]
    fields = ("id", "url", "outlet", "published_at", "title", "text")
    lines = [{name: record.get(name) for name in fields} for path in files for record in read_gold(path)]
    return lines + [
        {
            "id": article.article_id,
            "url": "",
            "outlet": article.outlet,
            "published_at": article.published_at.isoformat(),
            "title": article.title,
            "text": "\n".join(article.body_paragraphs),
        }
        for article in Newsroom().articles()
    ]


def relevant(lines: Sequence[Record]) -> list[Record]:
    """Those lines that are read in full."""
    return [line for line in lines if assess(line["title"], line["text"]).level != "none"]


def measured(
    name: str, read: Callable[[Record], object], first: Record, lines: Sequence[Record], repeat: int
) -> Figure:
    """The best of several rounds over the lines, after a first line that loads what is needed."""
    read(first)
    rounds = []
    for _ in range(repeat):
        began, clock = time.process_time(), time.perf_counter()
        for line in lines:
            read(line)
        rounds.append((time.process_time() - began, time.perf_counter() - clock))
    words = sum(len(line["text"].split()) for line in lines)
    return Figure(name, len(lines), words, *min(rounds), peak_mb(os.getpid()))


def measure(name: str, repeat: int) -> Figure:
    """One row, measured in this process."""
    lines = written()
    chosen = relevant(lines)
    if name == "filter":
        others = [line for line in lines if line not in chosen]
        mixed = chosen + (others * (IRRELEVANT_FOR_EACH * len(chosen)))[: IRRELEVANT_FOR_EACH * len(chosen)]
        return measured(name, lambda line: assess(line["title"], line["text"]), mixed[0], mixed, repeat)
    if name.startswith("jobs-"):
        return _jobs(name, int(name.removeprefix("jobs-")), chosen)
    if name.startswith("megabyte-"):
        text = "\n".join(line["text"] for line in chosen)
        long = chosen[0] | {"text": (text * (MEGABYTE // len(text) + 1))[:MEGABYTE]}
        return measured(name, _facts(name), chosen[0], [long], 1)
    read = _facts(name) if name.startswith("facts-") else _part(name)
    return measured(name, read, chosen[0], chosen, repeat)


def _facts(name: str) -> Callable[[Record], object]:
    from flows.article_lines import Line, facts_reader

    _, engine, model = name.split("-")
    answer = facts_reader(engine, model)
    return lambda line: answer(Line(1, json.dumps(line).encode()))


def _part(name: str) -> Callable[[Record], object]:
    """What reads a line in one part of the work."""
    from extract.sentences import split_sentences

    if name == "names-accurate":
        from extract.names import name_finder

        finder = name_finder()
        return lambda line: finder.find([line["text"][a:b] for a, b in split_sentences(line["text"])])
    if name == "syntax-spacy":
        from extract.syntax import load_syntax, read_syntax

        nlp = load_syntax()
        return lambda line: read_syntax(line["text"], nlp, split_sentences(line["text"]))
    import stanza
    import torch

    from extract.stanza_models import LANGUAGE, STEPS, default_packages, models_folder

    torch.set_num_threads(1)
    folder = models_folder()
    packages = {step: package for step, package in default_packages(folder).items() if step in STEPS}
    bare = stanza.Pipeline(
        LANGUAGE, dir=str(folder), package=None, processors=packages, download_method=None, device="cpu", verbose=False
    )
    return lambda line: bare(line["text"])


def _jobs(name: str, jobs: int, chosen: Sequence[Record]) -> Figure:
    """The command over many lines, from its first answers, when all processes have begun, to its last."""
    warm = 8 * jobs
    lines = [chosen[number % len(chosen)] for number in range(warm + JOB_LINES)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
        file.flush()
        words = [sys.executable, "-m", "flows.command_line", "facts", file.name, "--jobs", str(jobs)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            if process.stdout is None:
                raise RuntimeError("the command has no output")
            for number, _ in enumerate(process.stdout, start=1):
                if number == warm:
                    began = time.perf_counter()
            seconds = time.perf_counter() - began
        if process.returncode:
            raise RuntimeError(f"jejak facts --jobs {jobs} ended with {process.returncode}")
    return Figure(name, JOB_LINES, sum(len(line["text"].split()) for line in lines[warm:]), 0.0, seconds, 0.0)


def names() -> list[str]:
    """Every row: the default engine with each name finder, other engines with the default one."""
    readers = [f"{ENGINES[0]}-{model}" for model in MODELS] + [f"{engine}-{MODELS[0]}" for engine in ENGINES[1:]]
    whole = [f"facts-{reader}" for reader in readers]
    large = [f"megabyte-{reader}" for reader in readers[: len(MODELS)]]
    parts = ["filter", "names-accurate", "syntax-spacy", "stanza-bare"]
    return parts + whole + large + [f"jobs-{jobs}" for jobs in JOBS]


def in_own_process(name: str, repeat: int) -> Figure | None:
    """A row measured in a process of its own, bound to one core; None, and a line that says why, if it cannot be."""
    words = [sys.executable, "-m", "benchmarks.extraction", "--here", name, "--repeat", str(repeat)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{name} is left out: {reason}", file=sys.stderr)
        return None
    return Figure(**json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Measure and print; status 1 when a row could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=names(), help="only this row; may be repeated")
    parser.add_argument("--repeat", type=int, default=3, help="rounds, of which the best counts (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    parser.add_argument("--here", choices=names(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        if not options.here.startswith("jobs-"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        print(json.dumps(asdict(measure(options.here, options.repeat))))
        return 0
    load = os.getloadavg()[0]
    print(f"{'':24}{'articles':>9}{'articles/CPU-s':>16}{'words/CPU-s':>13}{'articles/s':>12}{'peak MB':>9}")
    rows = []
    wanted = options.only or names()
    for name in wanted:
        figure = in_own_process(name, options.repeat)
        if figure:
            row = figure.to_json()
            rows.append(row)
            rates = [row["articles_per_cpu_second"], row["words_per_cpu_second"]]
            cells = [f"{rate:,}" if rate else "-" for rate in rates]
            memory = f"{figure.peak_mb:,.0f}" if figure.peak_mb else "-"
            print(
                f"{name:24}{figure.articles:9,}{cells[0]:>16}{cells[1]:>13}{row['articles_per_second']:12,}{memory:>9}",
                flush=True,
            )
    print(f"Load average {load:.1f} before, {os.getloadavg()[0]:.1f} after; {os.cpu_count()} cores.")
    if options.json:
        options.json.write_text(json.dumps({"load_average": load, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0 if len(rows) == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
