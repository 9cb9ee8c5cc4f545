"""The small pipeline that ships: a spaCy model trained on the treebanks and on news that the teacher labelled."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from confection import Config
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config, registry
from spacy.vocab import Vocab

from extract.syntax import NEEDED
from training.syntax.corpus import Sentence

CONFIG = Path(__file__).parent / "config.cfg"
STATIC = "components.tok2vec.model.embed.include_static_vectors"
LEMMAS = Path(__file__).parent / "lemmas.cfg"
META = {
    "name": "jejak_syntax",
    "version": "1.0.0",
    "description": "Parts of speech, features, dependencies and base forms of Indonesian news; made by training/syntax",
    "author": "Jejak",
    "license": "CC BY-SA 4.0",
}


@dataclass(frozen=True, slots=True)
class Mixture:
    """What the student reads in an epoch.

    Attributes:
        repeats: how often the gold sentences of each treebank are read.
        grouped: share of the sentences that stand together with others in one document.
        largest: most sentences of a document.
        line_breaks: share of the seams between two sentences of a document that hold a line break.
        title_case: share of the labelled news whose words all begin with a capital, as headlines do.
        seed: decides the draws.
    """

    repeats: tuple[tuple[str, int], ...] = (("csui", 4), ("pud", 2), ("gsd", 2))
    grouped: float = 0.4
    largest: int = 4
    line_breaks: float = 0.25
    title_case: float = 0.03
    seed: int = 1


@registry.readers("jejak.trees.v1")
def trees(path: Path) -> Callable[[Language], Iterator[Example]]:
    """Reads documents whose sentence ends the model is told, as the rules tell it when it is used."""

    def read(nlp: Language) -> Iterator[Example]:
        for gold in DocBin().from_disk(path).get_docs(nlp.vocab):
            words, spaces = [token.text for token in gold], [bool(token.whitespace_) for token in gold]
            starts = [token.is_sent_start for token in gold]
            yield Example(Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=starts), gold)

    return read


def as_doc(vocab: Vocab, sentences: Sequence[Sentence], breaks: Sequence[bool]) -> Doc:
    """One document of some sentences; ``breaks`` tells behind which of them a line break stands.

    A line break is a token of its own that hangs on the last word before it, as spaCy has it.
    """
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    features: list[str] = []
    heads: list[int] = []
    relations: list[str] = []
    lemmas: list[str] = []
    starts: list[bool] = []
    for sentence, has_break in zip(sentences, breaks, strict=True):
        first = len(words)
        count = len(sentence.words)
        words += sentence.words
        spaces += [*sentence.spaces[:-1], not has_break]
        tags += sentence.tags
        features += sentence.features or [""] * count
        heads += [first + (head - 1 if head else number) for number, head in enumerate(sentence.heads)]
        relations += ["ROOT" if relation == "root" else relation for relation in sentence.relations]
        lemmas += sentence.lemmas or [""] * count
        starts += [True] + [False] * (count - 1)
        if has_break:
            words.append("\n")
            spaces.append(False)
            tags.append("SPACE")
            features.append("")
            heads.append(len(words) - 2)
            relations.append("dep")
            lemmas.append("\n")
            starts.append(False)
    return Doc(
        vocab,
        words=words,
        spaces=spaces,
        pos=tags,
        morphs=features,
        heads=heads,
        deps=relations,
        lemmas=lemmas,
        sent_starts=starts,
    )


def mixed(gold: Sequence[Sentence], silver: Sequence[Sentence], mixture: Mixture) -> list[list[Sentence]]:
    """The documents of an epoch as lists of sentences."""
    draw = random.Random(mixture.seed)
    times = dict(mixture.repeats)
    pool = [s for sentence in gold for s in [_without_lower_names(sentence)] * times.get(sentence.style, 0)]
    pool += [_titled(s) if draw.random() < mixture.title_case else s for s in silver]
    draw.shuffle(pool)
    documents: list[list[Sentence]] = []
    waiting: list[Sentence] = []
    for sentence in pool:
        if draw.random() >= mixture.grouped:
            documents.append([sentence])
            continue
        waiting.append(sentence)
        if len(waiting) >= draw.randint(2, mixture.largest):
            documents.append(waiting)
            waiting = []
    return documents + [waiting] * bool(waiting)


def _without_lower_names(sentence: Sentence) -> Sentence:
    """GSD writes base forms of names in lower case, the other treebanks as printed: GSD's are not learned."""
    if sentence.style != "gsd":
        return sentence
    pairs = zip(sentence.lemmas, sentence.tags, strict=True)
    return replace(sentence, lemmas=tuple("" if tag == "PROPN" else lemma for lemma, tag in pairs))


def _titled(sentence: Sentence) -> Sentence:
    return replace(sentence, words=tuple(w[:1].upper() + w[1:] if w.isalpha() else w for w in sentence.words))


def write_corpus(documents: Sequence[Sequence[Sentence]], path: Path, line_breaks: float = 0.0, seed: int = 1) -> None:
    """Write documents in spaCy's binary form, some with line breaks between sentences."""
    draw = random.Random(seed)
    vocab = Vocab()
    binary = DocBin(store_user_data=False)
    for sentences in documents:
        seams = len(sentences) - 1
        breaks = [draw.random() < line_breaks for _ in range(seams)] + [draw.random() < line_breaks / 5]
        binary.add(as_doc(vocab, sentences, breaks))
    path.parent.mkdir(parents=True, exist_ok=True)
    binary.to_disk(path)


def train_student(
    gold: Sequence[Sentence],
    silver: Sequence[Sentence],
    kept_back: Sequence[Sentence],
    folder: Path,
    steps: tuple[int, int],
    seed: int = 1,
    vectors: Path | None = None,
    mixture: Mixture | None = None,
) -> Path:
    """Train tagger and parser, then the lemmatizer on top of them; the best state so far is kept all the time.

    Args:
        gold: sentences of the treebanks; the lemmatizer learns from these alone.
        silver: news labelled by the teacher.
        kept_back: sentences that decide which state is best.
        folder: where the corpora and the checkpoints are written.
        steps: steps of the pipeline, and of the lemmatizer.
        seed: decides the first weights and the draws.
        vectors: a pipeline whose word vectors are used; none without it.
        mixture: how gold and silver are mixed.

    Returns:
        The folder of the best state.
    """
    mixture = replace(mixture or Mixture(), seed=seed)
    write_corpus(mixed(gold, silver, mixture), folder / "train.spacy", mixture.line_breaks, seed)
    write_corpus(mixed(gold, [], mixture), folder / "gold.spacy", mixture.line_breaks, seed)
    write_corpus([[sentence] for sentence in kept_back], folder / "dev.spacy")
    common = {"paths.dev": str(folder / "dev.spacy"), "system.seed": seed}
    words: dict[str, str | int] = {"paths.train": str(folder / "train.spacy"), STATIC: vectors is not None}
    if vectors:
        words["paths.vectors"] = str(vectors)
    student = _trained(CONFIG, common | words, steps[0], folder / "student")
    lemmas = {"paths.train": str(folder / "gold.spacy"), "paths.student": str(student)}
    return _trained(LEMMAS, common | lemmas, steps[1], folder / "lemmas")


def _trained(config: Path, overrides: dict[str, str | int], steps: int, folder: Path) -> Path:
    """Train what a configuration describes, unless that was done already; the folder of the best state."""
    best, done = folder / "model-best", folder / "done"
    if done.is_file():
        print(f"{best} is there already: remove {folder} to train anew", flush=True)
        return best
    settings: dict[str, object] = {"training.max_steps": steps, "training.eval_frequency": max(1, steps // 12)}
    nlp = init_nlp(load_config(config, overrides={**overrides, **settings}, interpolate=False))
    folder.mkdir(parents=True, exist_ok=True)
    train(nlp, folder)
    done.touch()
    return best


def ship(nlp: Language, folder: Path) -> None:
    """Write a trained pipeline without the words of the corpora, in place of the one that lies there.

    Strings are kept when a component refers to them: labels, and the pieces that base forms are made of.
    """
    for part in folder.glob("*"):
        if part.is_dir():
            shutil.rmtree(part)
    # How it was trained stands in this folder's own configurations; the paths of one machine are of no use elsewhere.
    nlp.config = Config({section: nlp.config[section] for section in ("nlp", "components")})
    nlp.meta.update(META)
    nlp.meta["performance"] = {}
    nlp.to_disk(folder, exclude=["tokenizer"])
    strings = set(_strings_needed(nlp))
    (folder / "vocab" / "strings.json").write_text(
        json.dumps(sorted(strings), ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    lost = [name for name in NEEDED if not (folder / name).is_file()]
    if lost:
        raise FileNotFoundError(f"spaCy wrote no {', '.join(lost)} into {folder}")


def _strings_needed(nlp: Language) -> Iterator[str]:
    yield from chain(nlp.get_pipe("parser").labels, nlp.get_pipe("morphologizer").labels)
    if "lemmatizer" in nlp.pipe_names:
        for tree in nlp.get_pipe("lemmatizer").label_data["trees"]:
            yield from (tree[part] for part in ("orig", "subst") if part in tree)
