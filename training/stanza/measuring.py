"""How well and how fast the Stanza engine reads, counted as the spaCy pipeline is counted."""

from __future__ import annotations

import time
from collections.abc import Sequence

from spacy.tokens import Doc

from extract.sentences import split_sentences
from extract.stanza_engine import StanzaEngine
from training.syntax.corpus import Sentence
from training.syntax.measuring import SEAM, Reading, Word, gold_reading, reading_of, scores, word_spans

# Sentences of a treebank that stand in a row when raw text is read.
TOGETHER = 10


def measure_gold_words(engine: StanzaEngine, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Scores when words and sentences are given; with the words a second of this process's CPU time."""
    text, gold = gold_reading(sentences)
    cut: list[list[tuple[int, int]]] = []
    at = 0
    for sentence in sentences:
        cut.append(word_spans(sentence, at))
        at += len(sentence.text) + len(SEAM)
    begun = time.process_time()
    doc = engine.read_words(text, cut)
    seconds = time.process_time() - begun
    return scores(gold, reading_of(doc)) | {"words_per_second": round(len(gold.words) / seconds)}


def measure_raw_text(engine: StanzaEngine, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Scores on running text of ten sentences each; with the words a second, tokenizer and sentence rules included."""
    parts = [gold_reading(sentences[at : at + TOGETHER]) for at in range(0, len(sentences), TOGETHER)]
    begun = time.process_time()
    docs = [engine.read(text, split_sentences(text)) for text, _ in parts]
    seconds = time.process_time() - begun
    gold, found = _joined([reading for _, reading in parts], docs), _joined([reading_of(doc) for doc in docs], docs)
    return scores(gold, found) | {"words_per_second": round(len(found.words) / seconds)}


def _joined(readings: Sequence[Reading], docs: Sequence[Doc]) -> Reading:
    """Readings of texts as one reading of all of them in a row."""
    words: dict[tuple[int, int], Word] = {}
    bounds: set[tuple[int, int]] = set()
    at = 0
    for reading, doc in zip(readings, docs, strict=True):
        for (start, end), word in reading.words.items():
            head = (word.head[0] + at, word.head[1] + at) if word.head else None
            span = (start + at, end + at)
            words[span] = Word(span, word.tag, word.features, word.lemma, head, word.relation)
        bounds |= {(start + at, end + at) for start, end in reading.sentences}
        at += len(doc.text) + len(SEAM)
    return Reading(words, bounds)


def measure(engine: StanzaEngine, tests: dict[str, Sequence[Sentence]]) -> dict[str, dict[str, dict[str, float]]]:
    """Both measurements for each test part by its name."""
    return {
        name: {"gold_words": measure_gold_words(engine, part), "raw_text": measure_raw_text(engine, part)}
        for name, part in tests.items()
    }
