"""The teacher: an encoder with a biaffine parser on top, too slow to ship, that labels news for the small pipeline.

Words are read by multilingual-e5-small (see ``training/names/encoder.py``); each is represented by the layer above its
first piece. Two scorers on top: every word as the head of every other (biaffine), and the relation to a given head;
and two taggers, for the part of speech and for the features. The treebanks disagree ("compound" in GSD is "nmod" in
CSUI), so each sentence is learned together with the style of its treebank, and news is labelled in one style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from extract.names_model import LONGEST, Encoded, encode
from training.names.encoder import Encoder, Tagger
from training.syntax.corpus import STYLES, Sentence

PAD = 1
IGNORED = -100
ARC_WIDTH, RELATION_WIDTH = 256, 96
TOP_DROPOUT = 0.25


@dataclass(frozen=True, slots=True)
class Labels:
    """What the teacher may answer, each list in a fixed order."""

    tags: list[str]
    features: list[str]
    relations: list[str]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Labels:
        """The labels that occur."""
        return cls(
            sorted({tag for sentence in sentences for tag in sentence.tags}),
            sorted({features for sentence in sentences for features in sentence.features}),
            sorted({relation for sentence in sentences for relation in sentence.relations}),
        )


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as numbers: pieces, where words begin, style, and per word head, relation, tag, features."""

    encoded: Encoded
    style: int
    gold: list[tuple[int, int, int, int]]


def prepared(
    sentence: Sentence, labels: Labels, tokenizer: Tokenizer, cache: dict[str, list[int]], style: str | None = None
) -> Example | None:
    """The sentence as the teacher reads it, or nothing when it is longer than the encoder reads at once."""

    def pieces_of(word: str) -> list[int]:
        if word not in cache:
            cache[word] = tokenizer.encode(word).ids
        return cache[word]

    encoded = encode(sentence.words, pieces_of, LONGEST)
    if len(encoded.first) < len(sentence.words):
        return None
    number = STYLES.index(style or sentence.style)
    if not sentence.heads:
        return Example(encoded, number, [])
    features = [labels.features.index(f) for f in sentence.features] or [IGNORED] * len(sentence.words)
    relations = [labels.relations.index(relation) for relation in sentence.relations]
    tags = [labels.tags.index(tag) for tag in sentence.tags]
    return Example(encoded, number, list(zip(sentence.heads, relations, tags, features, strict=True)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as tensors: ids and mask (sentences x pieces); first, words and gold (sentences x words [x 4])."""

    ids: torch.Tensor
    mask: torch.Tensor
    style: torch.Tensor
    first: torch.Tensor
    words: torch.Tensor
    gold: torch.Tensor


def as_batch(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest. Word 0 is the root: it stands at the mark of begin."""
    pieces = max(len(example.encoded.ids) for example in examples)
    longest = 1 + max(len(example.encoded.first) for example in examples)
    ids = torch.full((len(examples), pieces), PAD)
    mask = torch.zeros((len(examples), pieces), dtype=torch.long)
    first = torch.zeros((len(examples), longest), dtype=torch.long)
    words = torch.zeros((len(examples), longest), dtype=torch.bool)
    gold = torch.full((len(examples), longest, 4), IGNORED)
    for row, example in enumerate(examples):
        encoded = example.encoded
        ids[row, : len(encoded.ids)] = torch.tensor(encoded.ids)
        mask[row, : len(encoded.ids)] = 1
        first[row, 1 : 1 + len(encoded.first)] = torch.tensor(encoded.first, dtype=torch.long)
        words[row, : 1 + len(encoded.first)] = True
        if example.gold:
            gold[row, 1 : 1 + len(example.gold)] = torch.tensor(example.gold)
    return Batch(ids, mask, torch.tensor([e.style for e in examples]), first, words, gold)


class Biaffine(torch.nn.Module):
    """Scores of (dependent, head) pairs for a number of labels: x W y plus a term for either alone."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(labels, width + 1, width + 1))

    def forward(self, dependents: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
        """(sentences x labels x dependents x heads)."""
        left = functional.pad(dependents, (0, 1), value=1.0)
        right = functional.pad(heads, (0, 1), value=1.0)
        scores: torch.Tensor = torch.einsum("bxi,oij,byj->boxy", left, self.weight, right)
        return scores

    def of_pairs(self, dependents: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
        """(sentences x words x labels) for each dependent with the one head beside it."""
        left = functional.pad(dependents, (0, 1), value=1.0)
        right = functional.pad(heads, (0, 1), value=1.0)
        scores: torch.Tensor = torch.einsum("bxi,oij,bxj->bxo", left, self.weight, right)
        return scores


class Teacher(torch.nn.Module):
    """Encoder, two taggers and a biaffine parser."""

    def __init__(self, encoder: Encoder, labels: Labels, frozen: int) -> None:
        super().__init__()
        self.labels = labels
        self.base = Tagger(encoder, len(STYLES), frozen)
        self.base.head = torch.nn.Identity()
        width = encoder.config["hidden_size"]
        self.arc_dependent = torch.nn.Linear(width, ARC_WIDTH)
        self.arc_head = torch.nn.Linear(width, ARC_WIDTH)
        self.relation_dependent = torch.nn.Linear(width, RELATION_WIDTH)
        self.relation_head = torch.nn.Linear(width, RELATION_WIDTH)
        self.arcs = Biaffine(ARC_WIDTH, 1)
        self.relations = Biaffine(RELATION_WIDTH, len(labels.relations))
        self.tagger = torch.nn.Linear(width, len(labels.tags))
        self.featurer = torch.nn.Linear(width, max(1, len(labels.features)))

    def _word_vectors(self, batch: Batch) -> torch.Tensor:
        pieces = self.base(batch.ids, batch.mask, batch.style)
        where = batch.first[..., None].expand(-1, -1, pieces.shape[-1])
        return functional.dropout(pieces.gather(1, where), TOP_DROPOUT, self.training)

    def _layer(self, layer: torch.nn.Linear, vectors: torch.Tensor) -> torch.Tensor:
        return functional.dropout(functional.gelu(layer(vectors)), TOP_DROPOUT, self.training)

    def _arc_scores(self, vectors: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        arcs = self.arcs(self._layer(self.arc_dependent, vectors), self._layer(self.arc_head, vectors))[:, 0]
        arcs = arcs.masked_fill(~words[:, None], -1e4)
        own = torch.eye(arcs.shape[-1], dtype=torch.bool)[None]
        masked: torch.Tensor = arcs.masked_fill(own, -1e4)
        return masked

    def _relation_scores(self, vectors: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
        dependents = self._layer(self.relation_dependent, vectors)
        possible = self._layer(self.relation_head, vectors)
        chosen = possible.gather(1, heads[..., None].expand(-1, -1, possible.shape[-1]))
        return self.relations.of_pairs(dependents, chosen)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Sum of the four cross-entropies, each the mean over words."""
        vectors = self._word_vectors(batch)
        heads, relations, tags, features = batch.gold.unbind(-1)
        scored = (
            (self._arc_scores(vectors, batch.words), heads),
            (self._relation_scores(vectors, heads.clamp(min=0)), relations),
            (self.tagger(vectors), tags),
            (self.featurer(vectors), features),
        )
        total = torch.zeros(())
        for scores, gold in scored:
            if bool((gold != IGNORED).any()):
                total = total + functional.cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED)
        return total

    @torch.no_grad()
    def label(self, batch: Batch, sentences: Sequence[Sentence]) -> list[tuple[Sentence, float]]:
        """The sentences with tags, features, heads and relations, and the mean probability of the heads of each."""
        vectors = self._word_vectors(batch)
        shares, heads = self._arc_scores(vectors, batch.words).softmax(-1).max(-1)
        relations = self._relation_scores(vectors, heads).argmax(-1)
        tags, features = self.tagger(vectors).argmax(-1), self.featurer(vectors).argmax(-1)
        labelled = []
        for row, sentence in enumerate(sentences):
            inside = slice(1, 1 + len(sentence.words))
            parsed = Sentence(
                sentence.words,
                sentence.spaces,
                sentence.style,
                tags=tuple(self.labels.tags[i] for i in tags[row, inside].tolist()),
                features=tuple(self.labels.features[i] for i in features[row, inside].tolist()),
                heads=tuple(heads[row, inside].tolist()),
                relations=tuple(self.labels.relations[i] for i in relations[row, inside].tolist()),
            )
            labelled.append((parsed, float(shares[row, inside].mean())))
        return labelled


def is_tree(heads: Sequence[int]) -> bool:
    """Whether the heads (counted from 1, 0 for the root) have one root and no circle."""
    if sum(head == 0 for head in heads) != 1:
        return False
    reaches_root = [False] * (len(heads) + 1)
    reaches_root[0] = True
    for word in range(1, len(heads) + 1):
        path, at = [], word
        while not reaches_root[at]:
            if at in path:
                return False
            path.append(at)
            at = heads[at - 1]
        for passed in path:
            reaches_root[passed] = True
    return True
