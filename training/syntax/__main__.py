"""Make or measure the syntax pipeline: ``python -m training.syntax --help``."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from spacy.language import Language
from spacy.util import load_model_from_path

from extract.syntax import MODEL, SyntaxModelError, load_syntax
from training.names.assets import check_assets, datasets_folder
from training.names.corpus import CorpusError
from training.names.invented import Inventor
from training.syntax.corpus import (
    AUXILIARY,
    NEWS_STYLE,
    Sentence,
    raw_sentence,
    read_tagged_news,
    read_treebanks,
    split_treebanks,
)
from training.syntax.measuring import measure
from training.syntax.student import ship, train_student

HERE = Path(__file__).parent
ASSETS = HERE / "assets.toml"
MEASURED = ("csui", "gsd")
VECTOR_WIDTH = 64


def raw_sentences(
    news: Sequence[Sentence], old: Sequence[Sentence], counts: tuple[int, int, int], seed: int
) -> list[Sentence]:
    """What the teacher labels: draws of news and of GSD's old release, and invented sentences of the project's subject.

    Args:
        news: sentences of news without annotation.
        old: sentences of the old release; their words are cut anew, since it does not part clitics.
        counts: how many of news, of the old release, and invented; only sentences of 5 to 60 words are drawn.
        seed: decides the draws.
    """
    draw = random.Random(seed)
    chosen: list[Sentence] = []
    for pool, count in zip((news, old), counts, strict=False):
        fitting = [sentence for sentence in pool if 5 <= len(sentence.words) <= 60]
        chosen += draw.sample(fitting, min(count, len(fitting)))
    inventor = Inventor(seed)
    texts = [sentence.text for sentence in chosen if sentence.style == AUXILIARY]
    texts += [inventor.text() for _ in range(counts[2])]
    return [sentence for sentence in chosen if sentence.style != AUXILIARY] + [raw_sentence(text) for text in texts]


def make_silver(
    gold: Sequence[Sentence], kept_back: Sequence[Sentence], news: Sequence[Sentence], arguments: argparse.Namespace
) -> list[Sentence]:
    """Train the teacher and let it label news; both are kept in the working folder and not made twice."""
    path: Path = arguments.work / "silver.jsonl"
    if not path.is_file():
        # The teacher alone needs torch.
        from training.names.encoder import encoder_path, read_encoder
        from training.syntax.teaching import TeacherPlan, silver_sentences, teacher_scores, train_teacher

        encoder = read_encoder(encoder_path())
        plan = replace(TeacherPlan(), seed=arguments.seed, epochs=arguments.epochs)
        teacher = train_teacher(encoder, gold, kept_back, plan, arguments.work)
        tests = read_treebanks(datasets_folder(arguments.datasets))
        figures = {style: teacher_scores(teacher, encoder, tests[style]["test"]) for style in MEASURED}
        (arguments.work / "teacher.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        old = [sentence for sentence in gold if sentence.style == AUXILIARY]
        raw = raw_sentences(news, old, (arguments.news, arguments.old, arguments.invented), arguments.seed)
        silver = silver_sentences(teacher, encoder, raw, NEWS_STYLE, arguments.least_sure)
        partial = path.with_suffix(".partial")
        partial.write_text(
            "".join(json.dumps(asdict(sentence), ensure_ascii=False) + "\n" for sentence in silver), encoding="utf-8"
        )
        partial.replace(path)
    with path.open(encoding="utf-8") as lines:
        return [
            Sentence(**{k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(line).items()})
            for line in lines
        ]


def make_vectors(sentences: Sequence[Sentence], arguments: argparse.Namespace) -> Path:
    """Word vectors of the words of some sentences, out of the teacher's encoder; not made twice."""
    folder: Path = arguments.work / "vectors"
    if not (folder / "meta.json").is_file():
        from training.names.encoder import encoder_path, read_encoder
        from training.syntax.vectors import write_vectors

        write_vectors(read_encoder(encoder_path()), sentences, folder, arguments.vectors, VECTOR_WIDTH)
    return folder


def make(arguments: argparse.Namespace) -> None:
    """Check, teach, label, train, ship, measure."""
    datasets = datasets_folder(arguments.datasets)
    check_assets(datasets, ASSETS)
    treebanks = read_treebanks(datasets)
    gold, kept_back, news = split_treebanks(treebanks, read_tagged_news(datasets))
    silver = [] if arguments.gold_only else make_silver(gold, kept_back, news, arguments)
    print(f"{len(gold)} gold and {len(silver)} labelled sentences, {len(kept_back)} kept back", flush=True)
    vectors = None if arguments.gold_only else make_vectors([*gold, *news], arguments)
    steps = (arguments.steps, arguments.lemma_steps)
    best = train_student(gold, silver, kept_back, arguments.work, steps, arguments.seed, vectors)
    ship(load_model_from_path(best), arguments.out)
    write_figures(load_syntax(arguments.out), arguments)


def write_figures(nlp: Language, arguments: argparse.Namespace) -> None:
    """Measure a pipeline on the test parts and write the figures."""
    treebanks = read_treebanks(datasets_folder(arguments.datasets))
    figures: dict[str, object] = {"bytes": sum(f.stat().st_size for f in arguments.out.rglob("*") if f.is_file())}
    teacher = arguments.work / "teacher.json"
    earlier = json.loads(arguments.metrics.read_text(encoding="utf-8")) if arguments.metrics.is_file() else {}
    known = json.loads(teacher.read_text(encoding="utf-8")) if teacher.is_file() else earlier.get("teacher")
    if known:
        figures["teacher"] = known
    figures["test"] = measure(nlp, {style: treebanks[style]["test"] for style in MEASURED})
    arguments.metrics.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2), flush=True)


def main(given: Sequence[str] | None = None) -> int:
    """Read the command line; a treebank or a file that is wrong gives one line and status 2."""
    parser = argparse.ArgumentParser(prog="python -m training.syntax", description=__doc__)
    parser.add_argument("step", choices=["make", "measure"], help="make the pipeline anew, or measure the one in --out")
    parser.add_argument("--datasets", type=Path, help="folder of the sets (else JEJAK_DATASETS, ../shared/datasets)")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="corpora and checkpoints")
    parser.add_argument("--out", type=Path, default=MODEL, help="where the pipeline is written")
    parser.add_argument("--metrics", type=Path, default=HERE / "metrics.json", help="where the figures are written")
    parser.add_argument("--epochs", type=int, default=6, help="of the teacher")
    parser.add_argument("--news", type=int, default=3_600, help="sentences of news the teacher labels")
    parser.add_argument("--old", type=int, default=2_000, help="sentences of GSD's old release it labels anew")
    parser.add_argument("--invented", type=int, default=600, help="invented sentences it labels")
    parser.add_argument("--least-sure", type=float, default=0.8, help="least mean probability of a sentence's heads")
    parser.add_argument("--vectors", type=int, default=30_000, help="words that have a vector of the encoder's")
    parser.add_argument("--gold-only", action="store_true", help="without teacher and news; needs no torch")
    parser.add_argument("--steps", type=int, default=700, help="of the pipeline's tagger and parser")
    parser.add_argument("--lemma-steps", type=int, default=1000, help="of its lemmatizer")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(given)
    try:
        if arguments.step == "make":
            make(arguments)
        else:
            write_figures(load_syntax(arguments.out), arguments)
    except (CorpusError, SyntaxModelError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
