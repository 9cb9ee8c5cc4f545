"""Score extraction on gold articles and print the table: ``python benchmarks/gold.py [GOLD.jsonl]``.

Without an argument the project's own gold articles are scored (``tests/gold/articles.jsonl``). With ``--scorer PATH``,
or when the environment names a folder in ``JEJAK_SHARED`` that holds ``gold/score.py`` and ``gold/dev.jsonl``, that
scorer and those articles are used, which also score roles and events.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gold_score import Scores, score

from extract.article import Article, OutletHints
from extract.pipeline import MODELS, Extractor

OWN_GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold" / "articles.jsonl"


def shared_folder() -> Path | None:
    """The folder with larger gold files that the environment names, or None.

    Raises:
        SystemExit: if it names one without a scorer.
    """
    shared = os.environ.get("JEJAK_SHARED")
    if not shared:
        return None
    folder = Path(shared) / "gold"
    if not (folder / "score.py").is_file():
        raise SystemExit(f"JEJAK_SHARED is {shared}, but {folder / 'score.py'} does not exist")
    return folder


def default_gold() -> Path:
    """The gold file that is scored when none is named."""
    shared = shared_folder()
    return shared / "dev.jsonl" if shared else OWN_GOLD


def read_gold(path: Path) -> list[dict[str, Any]]:
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


def extract_all(
    articles: list[dict[str, Any]], engine: str, model: str = MODELS[0]
) -> tuple[list[dict[str, Any]], float]:
    """The facts of each article, and how many articles were read in a second of processor time."""
    extractor = Extractor(engine, model)
    # The first article loads gazetteer and model.
    text = "Korban TPPO Suratmi Wolo dari Desa Muntur, Kabupaten Indramayu, dipulangkan."
    extractor.facts(Article(id="", url="", canonical_url="", title="", text=text))
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
    elapsed = time.process_time() - began
    return predictions, len(articles) / elapsed if elapsed else 0.0


def score_outside(scorer: Path, gold: Path, predictions: list[dict[str, Any]]) -> dict[str, Any]:
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
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def print_table(result: dict[str, Any]) -> None:
    """The scores as a table for a person to read."""
    print(f"{'':14}{'P':>8}{'R':>8}{'F1':>8}{'gold':>7}")
    for kind, row in result["scores"].items():
        print(f"{kind:14}{row['precision']:8.3f}{row['recall']:8.3f}{row['f1']:8.3f}{row['gold']:7d}")
    for kind, row in result["shares"].items():
        print(f"{kind:14}{row['share']:8.3f} of {row['of']} found")
    exposed = result["exposed"]
    print(f"{'exposed':14}{len(exposed):8d} victims called something else{': ' if exposed else ''}{', '.join(exposed)}")
    who = f"{result['engine']} engine, {result['model']} model"
    print(f"{'speed':14}{result['articles_per_second']:8.1f} articles a second, {who}, one process")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 0 when the articles could be scored."""
    shared_gold = shared_folder()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, default=default_gold())
    parser.add_argument("--scorer", type=Path, default=shared_gold / "score.py" if shared_gold else None)
    parser.add_argument("--engine", default="spacy")
    parser.add_argument("--model", default=MODELS[0], choices=MODELS, help="who finds names beside the rules")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--errors", metavar="KIND", help="also list missed and spurious items of one kind (own scorer)")
    options = parser.parse_args(arguments)
    articles = read_gold(options.gold)
    predictions, speed = extract_all(articles, options.engine, options.model)
    own: Scores = score(articles, {prediction["id"]: prediction for prediction in predictions})
    result = score_outside(options.scorer, options.gold, predictions) if options.scorer else own.to_json()
    result |= {
        "engine": options.engine,
        "model": options.model,
        "articles": len(articles),
        "articles_per_second": round(speed, 1),
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print_table(result)
    for kind, article_id, fault, surface in own.errors:
        if kind == options.errors:
            print(f"{article_id}  {fault:9}{surface}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
