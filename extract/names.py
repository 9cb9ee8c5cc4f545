"""Names of persons, organisations and places, found by the model of ``extract/models/names-accurate``.

The model is a small multilingual encoder that ``training/names`` fine-tunes; ONNX Runtime runs it on one thread. It
reads those sentences of a relevant article in which the rules leave a capitalised word unexplained. What it finds is
evidence for the steps behind, never an identity: the gazetteers decide which agency or place a name is.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from tokenizers import Tokenizer

from extract.names_doubts import doubtful_sentences
from extract.names_model import KINDS, LABELS, Encoded, best_labels, encode, entities, log_shares, word_spans
from extract.state import FoundName, NameLabel, state_of

logger = logging.getLogger(__name__)

MODEL = Path(__file__).parent / "models" / "names-accurate"
FILES = ("model.onnx", "tokenizer.json", "labels.json")
# Sentences are read together up to this many pieces, padding included: what fits into a processor's cache.
PIECES_TOGETHER = 300
# Windows over a sentence that is too long for the model share this many words.
SHARED_WORDS = 24
# What lies behind this many words of an article is left to the rules: no news story is that long, and time is bounded.
MOST_WORDS = 20_000
# Longer "words" are addresses or noise; their beginning is enough.
LONGEST_WORD = 100
REMEMBERED_WORDS = 50_000
PAD = 1


class NamesError(RuntimeError):
    """The model's files are missing or do not belong together."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence.

    Attributes:
        label: ``PER``, ``ORG`` or ``LOC``.
        start: offset of its first character in the sentence.
        end: offset behind its last.
        confidence: the model's probability of that kind at its least certain word, between 0 and 1.
    """

    label: NameLabel
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Window:
    """Words of a sentence that the model reads at once."""

    sentence: int
    first_word: int
    encoded: Encoded


def require_files(folder: Path = MODEL) -> None:
    """Make sure that a model's files are there, without loading them.

    Raises:
        NamesError: one is missing; the message names it and says what to do.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise NamesError(
            f"{folder} lacks {', '.join(missing)}: install Jejak anew, train the model (training/names), "
            "or read by rules alone (--model none)"
        )


class NameFinder:
    """Finds names in sentences.

    Attributes:
        folder: where ``model.onnx``, ``tokenizer.json`` and ``labels.json`` lie.
        source: provenance of what it finds: its size, and the first digits of the weights' SHA-256.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self.folder = folder
        require_files(folder)
        digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
        self.source = f"names:accurate-{digest[:8]}"
        facts = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        if tuple(facts["labels"]) != LABELS:
            raise NamesError(
                f"{folder}/labels.json has the labels {facts['labels']}, this version reads {list(LABELS)}"
            )
        self._style = facts["styles"].index(facts["style"])
        self._longest = int(facts["longest"])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Warnings of the run time concern its own optimiser, not the article.
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._remembered: dict[str, list[int]] = {}

    def find(self, sentences: Sequence[str]) -> list[list[Name]]:
        """The names of each sentence, in order of appearance; linear in the length of the sentences."""
        spans = [word_spans(sentence) for sentence in sentences]
        words = [[text[a:b] for a, b in places] for text, places in zip(sentences, spans, strict=True)]
        found: list[list[Name]] = []
        for places, scores in zip(spans, self.scores(words), strict=True):
            shares = log_shares(scores)
            labels = [LABELS[label] for label in best_labels(shares)]
            found.append(
                [
                    Name(cast(NameLabel, kind), places[a][0], places[b - 1][1], _confidence(shares[a:b], kind))
                    for kind, a, b in entities(labels)
                ]
            )
        return found

    def scores(self, sentences: Sequence[Sequence[str]], style: str | None = None) -> list[NDArray[np.float32]]:
        """Raw scores (words x labels) for sentences that are already split into words.

        Args:
            sentences: the words of each sentence.
            style: whose rules to follow (see ``labels.json``); None for those of the news set.
        """
        chosen = self._style
        if style is not None:
            chosen = json.loads((self.folder / "labels.json").read_text(encoding="utf-8"))["styles"].index(style)
        scores = [np.zeros((len(words), len(LABELS)), np.float32) for words in sentences]
        depth = [np.full(len(words), -1) for words in sentences]
        windows = [window for at, words in enumerate(sentences) for window in self._windows(at, words)]
        for batch in _batches(windows):
            for window, rows in zip(batch, self._run([window.encoded for window in batch], chosen), strict=True):
                count = len(window.encoded.first)
                # A word that two windows share is read where it lies deeper inside.
                inside = np.minimum(np.arange(count), np.arange(count)[::-1])
                part = slice(window.first_word, window.first_word + count)
                better = inside > depth[window.sentence][part]
                scores[window.sentence][part][better] = rows[better]
                depth[window.sentence][part][better] = inside[better]
        return scores

    def _windows(self, sentence: int, words: Sequence[str]) -> Iterator[_Window]:
        first = 0
        while first < len(words):
            # No window holds more words than pieces, so that long texts are not copied over and over.
            encoded = encode(words[first : first + self._longest], self._pieces, self._longest)
            yield _Window(sentence, first, encoded)
            fitted = len(encoded.first)
            if first + fitted >= len(words):
                return
            first += max(1, fitted - SHARED_WORDS)

    def _pieces(self, word: str) -> list[int]:
        known = self._remembered.get(word)
        if known is None:
            # Half a surrogate pair cannot be encoded; what stands for it is an unknown piece.
            clean = word[:LONGEST_WORD].encode("utf-8", "replace").decode()
            known = self._tokenizer.encode(clean).ids
            if len(self._remembered) < REMEMBERED_WORDS:
                self._remembered[word] = known
        return known

    def _run(self, batch: Sequence[Encoded], style: int) -> Iterator[NDArray[np.float32]]:
        width = max(len(encoded.ids) for encoded in batch)
        ids = np.full((len(batch), width), PAD, np.int64)
        mask = np.zeros((len(batch), width), np.int64)
        for row, encoded in enumerate(batch):
            ids[row, : len(encoded.ids)] = encoded.ids
            mask[row, : len(encoded.ids)] = 1
        inputs = {"ids": ids, "mask": mask, "style": np.full(len(batch), style, np.int64)}
        scores = self._session.run(["scores"], inputs)[0]
        return (scores[row, encoded.first] for row, encoded in enumerate(batch))


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Windows of like length together, so that little is spent on padding."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda window: len(window.encoded.ids)):
        if batch and (len(batch) + 1) * len(window.encoded.ids) > PIECES_TOGETHER:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _confidence(shares: NDArray[np.float32], kind: str) -> float:
    """The probability of a kind, inside or at the beginning, at the least certain word of a name."""
    begin = 1 + 2 * KINDS.index(kind)
    return round(float(np.exp(shares[:, begin : begin + 2]).sum(axis=1).min()), 3)


@cache
def name_finder(folder: Path = MODEL) -> NameFinder:
    """The name finder of a folder, loaded once a process."""
    return NameFinder(folder)


@Language.component("jejak_names")
def names(doc: Doc) -> Doc:
    """Note on a relevant article's record the names that the model sees where rules leave words unexplained.

    Needs sentences, dates, places and agencies.
    """
    state = state_of(doc)
    doubtful = doubtful_sentences(state) if state.relevance != "none" else []
    read: list[int] = []
    words = 0
    for number in doubtful:
        words += len(word_spans(state.text[slice(*state.sentences[number])]))
        if words > MOST_WORDS:
            logger.warning(
                "%s: only the first %d words in question were searched for names by the model",
                state.article.id,
                MOST_WORDS,
            )
            break
        read.append(number)
    if not read:
        return doc
    finder = name_finder()
    found = finder.find([state.text[slice(*state.sentences[number])] for number in read])
    state.searched, state.finder = set(read), finder.source
    for number, names_of_sentence in zip(read, found, strict=True):
        start = state.sentences[number][0]
        for name in names_of_sentence:
            span = state.span(start + name.start, start + name.end, name.confidence, finder.source)
            state.names.append(FoundName(name.label, span))
    doc.ents = _entities(doc, state.names)
    return doc


def _entities(doc: Doc, found: Sequence[FoundName]) -> list[Span]:
    """The names as entities of the document: whole words, none of which belongs to two."""
    spans = (doc.char_span(name.span.start, name.span.end, name.label, alignment_mode="expand") for name in found)
    return filter_spans([span for span in spans if span is not None])
