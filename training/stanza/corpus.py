"""The treebanks in the forms that Stanza's own training reads: CoNLL-U, and text with a label for each character."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from training.syntax.corpus import Sentence, raw_sentence

# How often the gold sentences of each treebank stand in what tagger and parser learn from; labelled news stands once.
REPEATS = {"csui": 2, "pud": 1, "gsd": 1}
# Sentences of running text that the tokenizer reads as one paragraph.
PARAGRAPH = 3
# Labels of characters: within a word, end of a word, end of a sentence.
WITHIN, WORD_END, SENTENCE_END = "0", "1", "2"


def read_silver(path: Path) -> list[Sentence]:
    """The news that the teacher of ``training/syntax`` labelled, one JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [
            Sentence(**{k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(line).items()})
            for line in lines
        ]


def mixed(gold: Sequence[Sentence], silver: Sequence[Sentence], seed: int) -> list[Sentence]:
    """What tagger and parser learn from, in an order that the seed decides."""
    pool = [sentence for sentence in gold for _ in range(REPEATS.get(sentence.style, 0))]
    pool += silver
    random.Random(seed).shuffle(pool)
    return pool


def with_lemmas(gold: Sequence[Sentence]) -> list[Sentence]:
    """What the lemmatizer learns from. GSD writes base forms of names in lower case: those are left out."""
    kept: list[Sentence] = []
    for sentence in gold:
        if sentence.style not in REPEATS or not sentence.lemmas:
            continue
        if sentence.style == "gsd":
            pairs = zip(sentence.lemmas, sentence.tags, strict=True)
            sentence = replace(sentence, lemmas=tuple("" if tag == "PROPN" else lemma for lemma, tag in pairs))
        kept.append(sentence)
    return kept


def recut(silver: Sequence[Sentence]) -> list[Sentence]:
    """Labelled news cut into words by our rules, so that the tokenizer learns what the treebanks are too small for."""
    return [raw_sentence(sentence.text) for sentence in silver]


def write_conllu(sentences: Iterable[Sentence], path: Path) -> None:
    """Write sentences as CoNLL-U; what a sentence lacks is ``_``."""
    with path.open("w", encoding="utf-8") as out:
        for number, sentence in enumerate(sentences, 1):
            count = len(sentence.words)
            out.write(f"# sent_id = {number}\n# text = {sentence.text}\n")
            columns = zip(
                sentence.words,
                sentence.lemmas or ("",) * count,
                sentence.tags or ("",) * count,
                sentence.features or ("",) * count,
                sentence.heads or ("",) * count,
                sentence.relations or ("",) * count,
                sentence.spaces,
                strict=True,
            )
            for at, (word, lemma, tag, features, head, relation, space) in enumerate(columns, 1):
                cells = [str(at), word, lemma or "_", tag or "_", "_", features or "_", str(head), relation or "_", "_"]
                out.write("\t".join([*cells, "_" if space else "SpaceAfter=No"]) + "\n")
            out.write("\n")


def write_characters(sentences: Sequence[Sentence], text: Path, labels: Path, seed: int | None = None) -> None:
    """Write running text in paragraphs of a few sentences, and beside it a label for each of its characters.

    Args:
        sentences: in the order in which they stand in the text.
        text: where the text goes; paragraphs are parted by an empty line.
        labels: where the labels go, in the same paragraphs.
        seed: shuffles the sentences first.
    """
    ordered = list(sentences)
    if seed is not None:
        random.Random(seed).shuffle(ordered)
    texts: list[str] = []
    rows: list[str] = []
    for at in range(0, len(ordered), PARAGRAPH):
        group = ordered[at : at + PARAGRAPH]
        texts.append(" ".join(sentence.text for sentence in group))
        rows.append(WITHIN.join(_labels(sentence) for sentence in group))
    text.write_text("\n\n".join(texts) + "\n\n", encoding="utf-8")
    labels.write_text("\n\n".join(rows) + "\n\n", encoding="utf-8")


def _labels(sentence: Sentence) -> str:
    pieces = []
    last = len(sentence.words) - 1
    for number, (word, space) in enumerate(zip(sentence.words, sentence.spaces, strict=True)):
        end = SENTENCE_END if number == last else WORD_END
        pieces.append(WITHIN * (len(word) - 1) + end + WITHIN * (space and number < last))
    return "".join(pieces)
