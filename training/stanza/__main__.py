"""Make or measure Stanza's Indonesian models: ``python -m training.stanza --help``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from extract.stanza_engine import StanzaEngine
from extract.stanza_models import SHIPPED, StanzaModelError
from training.names.assets import check_assets, datasets_folder
from training.names.corpus import CorpusError
from training.stanza.corpus import REPEATS, mixed, read_silver, recut, with_lemmas, write_characters, write_conllu
from training.stanza.learning import Plan, train_lemmatizer, train_parser, train_tagger, train_tokenizer
from training.stanza.measuring import measure
from training.stanza.shipping import ship
from training.stanza.vectors import write_pretrain
from training.syntax.corpus import Sentence, read_tagged_news, read_treebanks, split_treebanks

HERE = Path(__file__).parent
# The same sets as those of the syntax pipeline.
ASSETS = HERE.parent / "syntax" / "assets.toml"
# What the recipe of the syntax pipeline leaves: the news its teacher labelled, and its word vectors.
SYNTAX_WORK = HERE.parent / "syntax" / "work"
MEASURED = ("csui", "gsd")


def write_corpora(
    gold: Sequence[Sentence], kept_back: Sequence[Sentence], silver: Sequence[Sentence], work: Path
) -> None:
    """Write what each model learns from and is chosen on, in the forms Stanza reads."""
    pool = mixed(gold, silver, seed=1)
    work.mkdir(parents=True, exist_ok=True)
    write_conllu(pool, work / "train.conllu")
    write_conllu(kept_back, work / "dev.conllu")
    write_conllu([_bare(sentence) for sentence in pool], work / "parser-train-untagged.conllu")
    write_conllu([_bare(sentence) for sentence in kept_back], work / "parser-dev-untagged.conllu")
    write_conllu(with_lemmas(gold), work / "lemma-train.conllu")
    write_conllu(with_lemmas(kept_back), work / "lemma-dev.conllu")
    write_characters([*gold, *gold, *recut(silver)], work / "tokens-train.txt", work / "tokens-train.toklabels", seed=1)
    write_characters(kept_back, work / "tokens-dev.txt", work / "tokens-dev.toklabels")


def _bare(sentence: Sentence) -> Sentence:
    return replace(sentence, lemmas=(), features=())


def make(arguments: argparse.Namespace) -> None:
    """Check, write the corpora, train, ship, measure."""
    datasets = datasets_folder(arguments.datasets)
    check_assets(datasets, ASSETS)
    silver_file, vectors = arguments.syntax_work / "silver.jsonl", arguments.syntax_work / "vectors"
    if not silver_file.is_file() or not vectors.is_dir():
        raise CorpusError(
            f"{arguments.syntax_work} lacks silver.jsonl or vectors: make them with python -m training.syntax make"
        )
    silver = read_silver(silver_file)
    gold, kept_back, _ = split_treebanks(read_treebanks(datasets), read_tagged_news(datasets))
    work: Path = arguments.work
    gold = [sentence for sentence in gold if sentence.style in REPEATS]
    write_corpora(gold, kept_back, silver, work)
    print(f"{len(gold)} gold and {len(silver)} labelled sentences, {len(kept_back)} kept back", flush=True)
    write_pretrain(vectors, work / "pretrain.pt")
    plan = Plan(
        tokenizer=arguments.tokenizer_steps,
        tagger=arguments.tagger_steps,
        parser=arguments.parser_steps,
        lemmas=arguments.lemma_passes,
        every=arguments.every,
        seed=arguments.seed,
    )
    train_tagger(work, plan)
    train_parser(work, plan)
    train_tokenizer(work, plan)
    train_lemmatizer(work, plan)
    ship(work, arguments.out)
    write_figures(arguments)


def write_figures(arguments: argparse.Namespace) -> None:
    """Measure the models of a folder on the test parts and write the figures."""
    engine = StanzaEngine(arguments.out)
    treebanks = read_treebanks(datasets_folder(arguments.datasets))
    figures: dict[str, object] = {
        "version": engine.version,
        "bytes": {path.parent.name: path.stat().st_size for path in sorted(engine.folder.rglob("*.pt"))},
        "test": measure(engine, {style: treebanks[style]["test"] for style in MEASURED}),
    }
    arguments.metrics.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2), flush=True)


def main(given: Sequence[str] | None = None) -> int:
    """Read the command line; a treebank or a file that is wrong gives one line and status 2."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m training.stanza", description=__doc__)
    parser.add_argument("step", choices=["make", "measure"], help="make the models anew, or measure those in --out")
    parser.add_argument("--datasets", type=Path, help="folder of the sets (else JEJAK_DATASETS, ../shared/datasets)")
    parser.add_argument("--syntax-work", type=Path, default=SYNTAX_WORK, help="what training.syntax left")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="corpora and models in training")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the models are written")
    parser.add_argument("--metrics", type=Path, default=HERE / "metrics.json", help="where the figures are written")
    parser.add_argument("--tokenizer-steps", type=int, default=plan.tokenizer)
    parser.add_argument("--tagger-steps", type=int, default=plan.tagger)
    parser.add_argument("--parser-steps", type=int, default=plan.parser)
    parser.add_argument("--lemma-passes", type=int, default=plan.lemmas, help="0 leaves the dictionary alone")
    parser.add_argument("--every", type=int, default=plan.every, help="steps between two looks at what was kept back")
    parser.add_argument("--seed", type=int, default=plan.seed)
    arguments = parser.parse_args(given)
    try:
        if arguments.step == "make":
            make(arguments)
        else:
            write_figures(arguments)
    except (CorpusError, StanzaModelError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
