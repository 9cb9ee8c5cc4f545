"""The word vectors of ``training/syntax`` in the form that Stanza reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import spacy
import torch
from stanza.models.common.pretrain import PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX


def write_pretrain(vectors: Path, path: Path) -> int:
    """Write the vectors of a spaCy pipeline (keys in lower case) as a Stanza ``pretrain`` file; how many words.

    Args:
        vectors: folder of the pipeline, as ``training.syntax.vectors.write_vectors`` leaves it.
        path: the file.
    """
    vocab = spacy.load(vectors).vocab
    found = [(vocab.strings[key], row) for key, row in vocab.vectors.key2row.items() if key in vocab.strings]
    found.sort(key=lambda pair: (pair[1], pair[0]))
    words = [word for word, _ in found]
    table = np.zeros((len(VOCAB_PREFIX) + len(words), vocab.vectors.shape[1]), dtype=np.float32)
    table[len(VOCAB_PREFIX) :] = np.asarray(vocab.vectors.data)[[row for _, row in found]]
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"vocab": PretrainedWordVocab(words).state_dict(), "emb": torch.from_numpy(table)}
    torch.save(data, path, _use_new_zipfile_serialization=False)
    return len(words)
