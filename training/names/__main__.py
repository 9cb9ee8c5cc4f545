"""Make the accurate name finder: ``python -m training.names --help``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from extract.names import MODEL, NameFinder
from training.names.assets import check_assets, datasets_folder
from training.names.corpus import LEARNED, STYLES, CorpusError, Sentence, read_sets, training_sentences
from training.names.encoder import Encoder, EncoderError, Tagger, encoder_path, read_encoder
from training.names.export import QUANTISATIONS, RUNTIME_STYLE, write_shipped
from training.names.learning import FIRST, SECOND, Plan, load_weights, train
from training.names.measuring import measure
from training.names.vocabulary import kept_pieces, vocabulary_words

HERE = Path(__file__).parent
# Asked for in place of its own style when a set was not learned from; chosen on that set's development part.
NEAREST_STYLE = {"nerui": "nergrit"}

Sets = dict[str, dict[str, list[Sentence]]]


def measure_all(finder: NameFinder, sets: Sets, learned: Sequence[str]) -> dict[str, object]:
    """Scores on the four official test parts: asked in each set's own style, and all in the style that ships."""
    own = {
        style: measure(finder.scores, parts["test"], style if style in learned else NEAREST_STYLE[style])
        for style, parts in sets.items()
    }
    shipped = {style: measure(finder.scores, parts["test"], RUNTIME_STYLE)["f1"] for style, parts in sets.items()}
    return {"test": own, "test_f1_in_shipped_style": shipped}


def make_stage(encoder: Encoder, sentences: Sequence[Sentence], plan: Plan, work: Path, start: Path | None) -> Tagger:
    """The tagger of one stage: trained, gone on with, or read from ``weights.pt`` when that is there already."""
    weights = work / "weights.pt"
    if not weights.is_file():
        return train(encoder, sentences, plan, work, start)
    print(f"{weights} is there already: remove it to train anew", flush=True)
    model = Tagger(encoder, len(STYLES), plan.frozen)
    load_weights(model, weights)
    return model.eval()


def make_accurate(arguments: argparse.Namespace) -> None:
    """Check, train or resume, export, measure; then write the model and its figures.

    Weights and checkpoint of the first stage lie in ``work``, those of the second in ``work/second``.
    """
    datasets = datasets_folder(arguments.datasets)
    check_assets(datasets)
    encoder = read_encoder(encoder_path())
    sets = read_sets(datasets)
    styles, plan = LEARNED, replace(FIRST, epochs=arguments.epochs, seed=arguments.seed)
    sentences = training_sentences(sets, styles)
    model = make_stage(encoder, sentences, plan, arguments.work, None)
    if arguments.stages == 2:
        styles = LEARNED if arguments.without_nerui else STYLES
        sentences = training_sentences(sets, styles)
        plan = replace(SECOND, epochs=arguments.second_epochs, seed=arguments.seed + 1)
        model = make_stage(encoder, sentences, plan, arguments.work / "second", arguments.work / "weights.pt")
    kept = kept_pieces(encoder, vocabulary_words(datasets, sentences))
    figures: dict[str, object] = {"sentences": len(sentences), "styles": list(styles), "pieces": len(kept)}
    for name, quantisation in (("fp32", "fp32"), ("int8", arguments.quantisation)):
        folder = arguments.work / "fp32" if name == "fp32" else arguments.out
        path = write_shipped(model, encoder, kept, quantisation, folder)
        scores = measure_all(NameFinder(folder), sets, styles)
        figures[name] = {"quantisation": quantisation, "bytes": path.stat().st_size, **scores}
        print(json.dumps({name: figures[name]}, indent=2), flush=True)
    arguments.metrics.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def main(given: Sequence[str] | None = None) -> int:
    """Read the command line and make the model; a set or a file that is wrong gives one line and status 2."""
    parser = argparse.ArgumentParser(prog="python -m training.names", description=__doc__)
    parser.add_argument("model", choices=["accurate"], help="which name finder to make")
    parser.add_argument(
        "--datasets", type=Path, help="folder of the public sets (else JEJAK_DATASETS, ../shared/datasets)"
    )
    parser.add_argument("--work", type=Path, default=HERE / "work", help="checkpoints; a killed run goes on from here")
    parser.add_argument("--out", type=Path, default=MODEL, help="where the model is written")
    parser.add_argument("--metrics", type=Path, default=HERE / "metrics.json", help="where the figures are written")
    parser.add_argument("--stages", type=int, choices=[1, 2], default=1, help="2 goes on with NER-UI and averages")
    parser.add_argument("--epochs", type=float, default=FIRST.epochs, help="of the first stage")
    parser.add_argument("--second-epochs", type=float, default=SECOND.epochs, help="of the second stage")
    parser.add_argument("--seed", type=int, default=FIRST.seed, help="of the first stage; the second takes the next")
    parser.add_argument("--quantisation", choices=sorted(QUANTISATIONS), default="mixed")
    parser.add_argument("--without-nerui", action="store_true", help="leave NER-UI out of the second stage as well")
    arguments = parser.parse_args(given)
    try:
        make_accurate(arguments)
    except (CorpusError, EncoderError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
