"""Score extraction on gold articles and print the table: ``python benchmarks/gold.py [GOLD.jsonl]``.

Each column is one way of reading: an engine that makes the document with a model that finds names. Without
``--engine`` and ``--model``, the default engine is shown with each model, and each other engine with the default model.

Without a file the articles of a shared folder are scored with its scorer (``gold/dev.jsonl`` and ``gold/score.py`` of
the folder that JEJAK_SHARED names, else of ``../shared``), or, where there is none, the project's own
(``tests/gold/articles.jsonl``) with its own scorer, ``benchmarks/gold_score.py``.

``--check`` scores every file of the gate and fails when a score is below its floor in ``tests/gold/floors.toml``.
``--write-floors`` raises floors to what is measured and never lowers one; ``--lower-floors`` also lowers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.gold_floors import FLOORS_FILE, below, read_floors, renewed, write_floors
from benchmarks.gold_score import Scores, score
from extract.article import Article, OutletHints
from extract.engines import ENGINES
from extract.pipeline import MODELS, Extractor, ExtractorError

Record = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
OWN_GOLD = ROOT / "tests" / "gold" / "articles.jsonl"
#: Articles of ours that rules were not written with; scored with the default engine alone.
HELD_OUT = (OWN_GOLD.with_name("held_out.jsonl"), OWN_GOLD.with_name("held_out_2.jsonl"))


@dataclass(frozen=True, slots=True)
class Reader:
    """One way of reading: which engine makes the document, and which model finds names beside the rules."""

    engine: str
    model: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.model}"


@dataclass(slots=True)
class Result:
    """How one reader did on one gold file.

    Attributes:
        reader: who read.
        scores: kind of item -> precision, recall, f1, gold.
        shares: quality of found items -> share, of.
        exposed: victims that were called something else.
        articles: number of articles read.
        words: number of words in them.
        seconds: processor time it took, without loading.
        errors: kind, article, fault and surface of each missed, spurious or differing item (own scorer).
    """

    reader: Reader
    scores: dict[str, dict[str, float]]
    shares: dict[str, dict[str, float]]
    exposed: list[str]
    articles: int = 0
    words: int = 0
    seconds: float = 0.0
    errors: list[tuple[str, str, str, str]] = field(default_factory=list)

    def measures(self) -> dict[str, float]:
        """What the gate looks at: F1 of each kind, each share, and how many victims are exposed."""
        measured = {kind: row["f1"] for kind, row in self.scores.items()}
        return measured | {kind: row["share"] for kind, row in self.shares.items()} | {"exposed": len(self.exposed)}

    def to_json(self) -> Record:
        """The result as a JSON object, with what was read in a second of processor time."""
        return {
            "engine": self.reader.engine,
            "model": self.reader.model,
            "scores": self.scores,
            "shares": self.shares,
            "exposed": self.exposed,
            "articles": self.articles,
            "articles_per_second": round(self.articles / max(self.seconds, 1e-9), 1),
            "words_per_second": round(self.words / max(self.seconds, 1e-9)),
        }


def readers() -> list[Reader]:
    """What is compared: the default engine with each model, each other engine with the default model."""
    others = [Reader(engine, MODELS[0]) for engine in ENGINES[1:]]
    return [Reader(ENGINES[0], model) for model in MODELS] + others


def shared_folder() -> Path | None:
    """The folder with larger gold files, or None: the one that JEJAK_SHARED names (empty: none), else ``../shared``.

    Raises:
        SystemExit: if JEJAK_SHARED names one without a scorer.
    """
    named = os.environ.get("JEJAK_SHARED")
    if named == "":
        return None
    folder = (Path(named) if named else ROOT.parent / "shared") / "gold"
    if (folder / "score.py").is_file() and (folder / "dev.jsonl").is_file():
        return folder
    if named:
        raise SystemExit(f"JEJAK_SHARED is {named}, but {folder} does not hold score.py and dev.jsonl")
    return None


def default_gold() -> Path:
    """The gold file that is scored when none is named."""
    shared = shared_folder()
    return shared / "dev.jsonl" if shared else OWN_GOLD


def read_gold(path: Path) -> list[Record]:
    """The articles of a gold file. Raises SystemExit with one line when it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SystemExit(f"cannot read the gold articles {path}: {error.strerror}") from error
    articles = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                articles.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise SystemExit(f"{path}, line {number}: not a JSON object ({error.msg})") from error
    return articles


@cache
def loaded(reader: Reader) -> Extractor:
    """The reader's extractor, warm: gazetteer and models are loaded by a first article.

    Raises:
        ExtractorError: if the engine or the model is not installed here.
    """
    extractor = Extractor(reader.engine, reader.model)
    text = "Korban TPPO Suratmi Wolo dari Desa Muntur, Kabupaten Indramayu, dipulangkan."
    extractor.facts(Article(id="", url="", canonical_url="", title="", text=text))
    return extractor


def extract_all(articles: Sequence[Record], reader: Reader) -> tuple[list[Record], float]:
    """The facts of each article, and the seconds of processor time that reading them took."""
    extractor = loaded(reader)
    predictions = []
    began = time.process_time()
    for record in articles:
        article = Article(
            id=record["id"],
            url=record["url"],
            canonical_url=record["url"],
            title=record["title"],
            text=record["text"],
            published_at=record["published_at"],
        )
        facts = extractor.facts(article, OutletHints(name=record.get("outlet", "")))
        predictions.append({"id": record["id"]} | facts.to_json())
    return predictions, time.process_time() - began


def score_outside(scorer: Path, gold: Path, predictions: Iterable[Record]) -> Record:
    """What another scorer says (``SCORER GOLD PREDICTIONS --json``)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.jsonl"
        lines = [json.dumps(prediction, ensure_ascii=False) for prediction in predictions]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(scorer), str(gold), str(path), "--json"], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"the scorer {scorer} failed: {done.stderr.strip() or done.returncode}")
    result: Record = json.loads(done.stdout)
    return result


def measure(gold: Path, reader: Reader, scorer: Path | None = None) -> Result:
    """Read a gold file's articles and score what was read, with another scorer or our own.

    Raises:
        ExtractorError: if the reader is not installed here.
    """
    articles = read_gold(gold)
    predictions, seconds = extract_all(articles, reader)
    own: Scores = score(articles, {prediction["id"]: prediction for prediction in predictions})
    said = score_outside(scorer, gold, predictions) if scorer else own.to_json()
    words = sum(len(article["text"].split()) for article in articles)
    return Result(
        reader, said["scores"], said["shares"], said["exposed"], len(articles), words, seconds, errors=own.errors
    )


def gate_plan() -> list[tuple[Path, Path | None, list[Reader]]]:
    """The gold files of the gate, each with the scorer (None: our own) and the readers it is scored with.

    Every reader is held to the project's own articles and, where there is one, to the shared development set; the
    held-out articles are read by the default engine with its default model and without one.
    """
    plan: list[tuple[Path, Path | None, list[Reader]]] = [(OWN_GOLD, None, readers())]
    plan += [(path, None, [Reader(ENGINES[0], MODELS[0]), Reader(ENGINES[0], "none")]) for path in HELD_OUT]
    shared = shared_folder()
    if shared:
        plan.append((shared / "dev.jsonl", shared / "score.py", readers()))
    return plan


def print_table(results: Sequence[Result]) -> None:
    """The scores as a table for a person to read: one column a reader; one reader also with precision and recall."""
    if len(results) == 1:
        _print_detail(results[0])
        return
    print(f"{'':14}" + "".join(f"{result.reader!s:>17}" for result in results) + f"{'gold':>8}")
    for kind, first in results[0].scores.items():
        cells = "".join(f"{result.scores[kind]['f1']:17.3f}" for result in results)
        print(f"{kind:14}{cells}{first['gold']:8.0f}")
    for kind in results[0].shares:
        cells = "".join(f"{result.shares[kind]['share']:17.3f}" for result in results)
        print(f"{kind:14}{cells}   found")
    print(f"{'exposed':14}" + "".join(f"{len(result.exposed):17d}" for result in results) + "   victims")
    for name in ("articles_per_second", "words_per_second"):
        label = name.replace("_per_second", "/CPU-s")
        print(f"{label:14}" + "".join(f"{result.to_json()[name]:17,}" for result in results))
    print("F1 of what was found; shares of the items found; victims called something else.")


def _print_detail(result: Result) -> None:
    print(f"{'':14}{'P':>8}{'R':>8}{'F1':>8}{'gold':>7}")
    for kind, row in result.scores.items():
        print(f"{kind:14}{row['precision']:8.3f}{row['recall']:8.3f}{row['f1']:8.3f}{row['gold']:7.0f}")
    for kind, row in result.shares.items():
        print(f"{kind:14}{row['share']:8.3f} of {row['of']} found")
    exposed = result.exposed
    print(f"{'exposed':14}{len(exposed):8d} victims called something else{': ' if exposed else ''}{', '.join(exposed)}")
    speed = result.to_json()
    print(
        f"{'speed':14}{speed['articles_per_second']:8.1f} articles, {speed['words_per_second']} words a second of "
        f"processor time, {result.reader.engine} engine, {result.reader.model} model"
    )


def measured_each(gold: Path, chosen: Iterable[Reader], scorer: Path | None) -> list[Result]:
    """Results of those readers that are installed here; of the others a line on standard error says what is missing."""
    results = []
    for reader in chosen:
        try:
            results.append(measure(gold, reader, scorer))
        except ExtractorError as error:
            print(f"{reader} is left out: {error}", file=sys.stderr)
    return results


def keep_gate(write: bool, lower: bool) -> int:
    """Hold every file of the gate to its floors, or write them anew; the exit status is 1 when a score fell."""
    floors = read_floors()
    falls = []
    for path, scorer, chosen in gate_plan():
        for result in measured_each(path, chosen, scorer):
            table = floors.setdefault(path.name, {})
            held = table.get(str(result.reader), {})
            if write:
                table[str(result.reader)], changes = renewed(held, result.measures(), lower=lower)
                for change in changes:
                    print(f"{path.name}, {result.reader}: {change}")
            falls += below(table.get(str(result.reader), {}), result.measures(), path.name, str(result.reader))
    if write:
        write_floors(floors)
        print(f"floors are in {FLOORS_FILE.relative_to(ROOT)}")
    for fall in falls:
        print(fall, file=sys.stderr)
    if not falls:
        print("every score is at or above its floor")
    return 1 if falls else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 0 when the articles could be scored and, with ``--check``, none fell."""
    shared_gold = shared_folder()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, help="articles to score")
    parser.add_argument("--scorer", type=Path, help="score with this program instead of our own scorer")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="who makes the document; may be repeated")
    parser.add_argument("--model", action="append", choices=MODELS, help="who finds names; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--errors", metavar="KIND", help="also list what was wrong about one kind (own scorer)")
    parser.add_argument("--check", action="store_true", help="hold every gold file to its floors")
    parser.add_argument("--write-floors", action="store_true", help="raise the floors to what is measured")
    parser.add_argument(
        "--lower-floors", action="store_true", help="raise the floors, and lower those that do not hold"
    )
    options = parser.parse_args(arguments)
    if options.check or options.write_floors or options.lower_floors:
        return keep_gate(options.write_floors or options.lower_floors, options.lower_floors)
    gold = options.gold or default_gold()
    scorer = options.scorer or (shared_gold / "score.py" if shared_gold and not options.gold else None)
    chosen = readers()
    if options.engine or options.model:
        engines, models = options.engine or [ENGINES[0]], options.model or [MODELS[0]]
        chosen = [Reader(engine, model) for engine in engines for model in models]
    results = measured_each(gold, chosen, scorer)
    if not results:
        return 1
    if options.json:
        print(json.dumps({"gold": gold.name, "results": [one.to_json() for one in results]}, indent=1))
    else:
        print_table(results)
    for result in results:
        for kind, article_id, fault, surface in result.errors:
            if kind == options.errors:
                print(f"{result.reader}  {article_id}  {fault:9}{surface}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
