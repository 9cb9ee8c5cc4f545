"""Word vectors for the small pipeline, out of the encoder's word embeddings: what a word is like, seen or not.

A word's vector is the mean of the embeddings of its pieces, cut down to its principal directions over the vocabulary.
Nothing is trained; words that the treebanks lack stand beside like ones that they have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.vectors import Vectors

from training.names.encoder import Encoder
from training.syntax.corpus import Sentence


def frequent_words(sentences: Iterable[Sentence], size: int) -> list[str]:
    """The most frequent words in lower case, each in the print it most often has, most frequent first."""
    prints: dict[str, Counter[str]] = {}
    for sentence in sentences:
        for word in sentence.words:
            prints.setdefault(word.lower(), Counter())[word] += 1
    ordered = sorted(prints.values(), key=lambda counts: (-counts.total(), min(counts)))
    return [max(sorted(counts), key=counts.__getitem__) for counts in ordered[:size]]


def word_vectors(encoder: Encoder, words: list[str], width: int) -> NDArray[np.float32]:
    """Vectors (words x width) of mean square length ``width``, centred."""
    table = encoder.state["embeddings.word_embeddings.weight"].numpy()
    tokenizer = encoder.tokenizer()
    rows = np.stack([table[tokenizer.encode(word).ids or [3]].mean(axis=0) for word in words])
    centred = rows - rows.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ directions[:, ::-1][:, :width]
    return (reduced * (width / (reduced**2).sum(axis=1).mean()) ** 0.5).astype(np.float32)


def write_vectors(encoder: Encoder, sentences: Iterable[Sentence], folder: Path, size: int, width: int) -> Path:
    """Write vectors of the most frequent words as an empty spaCy pipeline, which training can begin from.

    Args:
        encoder: whose word embeddings are used.
        sentences: where words are counted.
        folder: where the pipeline is written.
        size: number of words.
        width: numbers in a vector.
    """
    nlp = spacy.blank("id")
    words = frequent_words(sentences, size)
    vectors = word_vectors(encoder, words, width)
    nlp.vocab.vectors = Vectors(data=vectors, keys=[nlp.vocab.strings.add(w.lower()) for w in words], attr="LOWER")
    nlp.to_disk(folder)
    return folder
