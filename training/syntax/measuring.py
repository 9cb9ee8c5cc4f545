"""How well a pipeline reads: words, sentences, tags, features, base forms and dependencies, on gold words and raw text.

Scores are those of the CoNLL 2018 shared task: on raw text a word counts when its characters are cut the same way, and
F1 is taken over the words of both sides. Relations count with their subtypes (LAS) and without (LAS of the universal
relations, which the shared task reports).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Token

from training.syntax.corpus import Sentence

# A space between two sentences of a treebank that are printed as running text.
SEAM = " "


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: what is compared between a reading and the truth. ``head`` is the head's span or nothing."""

    span: tuple[int, int]
    tag: str
    features: str
    lemma: str
    head: tuple[int, int] | None
    relation: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text by their spans, and its sentences by the spans of their first and last words."""

    words: dict[tuple[int, int], Word]
    sentences: set[tuple[int, int]]


def word_spans(sentence: Sentence, start: int) -> list[tuple[int, int]]:
    """(start, end) offsets of a sentence's words in a text in which the sentence begins at ``start``."""
    spans: list[tuple[int, int]] = []
    for word, space in zip(sentence.words, sentence.spaces, strict=True):
        spans.append((start, start + len(word)))
        start += len(word) + space
    return spans


def gold_reading(sentences: Sequence[Sentence]) -> tuple[str, Reading]:
    """The running text of sentences, and their annotation by character offsets."""
    pieces: list[str] = []
    words: dict[tuple[int, int], Word] = {}
    bounds: set[tuple[int, int]] = set()
    at = 0
    for sentence in sentences:
        spans = word_spans(sentence, at)
        count = len(spans)
        lemmas = sentence.lemmas or ("",) * count
        features = sentence.features or ("",) * count
        for number, span in enumerate(spans):
            head = sentence.heads[number]
            relation = "ROOT" if sentence.relations[number] == "root" else sentence.relations[number]
            words[span] = Word(
                span,
                sentence.tags[number],
                features[number],
                lemmas[number],
                spans[head - 1] if head else None,
                relation,
            )
        bounds.add((spans[0][0], spans[-1][1]))
        pieces.append(sentence.text)
        at += len(sentence.text) + len(SEAM)
    return SEAM.join(pieces), Reading(words, bounds)


def reading_of(doc: Doc, offset: int = 0) -> Reading:
    """What a pipeline says of a document that begins at the character ``offset``."""
    words: dict[tuple[int, int], Word] = {}
    for token in doc:
        if token.is_space:
            continue
        head = None if token.head.i == token.i else _span(token.head, offset)
        span = _span(token, offset)
        words[span] = Word(span, token.pos_, str(token.morph), token.lemma_, head, token.dep_)
    bounds = set()
    for sentence in doc.sents:
        inside = [token for token in sentence if not token.is_space]
        if inside:
            bounds.add((_span(inside[0], offset)[0], _span(inside[-1], offset)[1]))
    return Reading(words, bounds)


def _span(token: Token, offset: int) -> tuple[int, int]:
    start = token.idx + offset
    return start, start + len(token)


def scores(gold: Reading, found: Reading) -> dict[str, float]:
    """F1 of words, sentences, UPOS, features, lemmas, UAS, LAS and LAS without subtypes."""
    both = [(gold.words[span], found.words[span]) for span in gold.words.keys() & found.words.keys()]
    heads = [(truth, guess) for truth, guess in both if truth.head == guess.head]
    right = {
        "words": len(both),
        "upos": sum(truth.tag == guess.tag for truth, guess in both),
        "features": sum(truth.features == guess.features for truth, guess in both),
        "lemmas": sum(truth.lemma == guess.lemma for truth, guess in both),
        "uas": len(heads),
        "las": sum(truth.relation == guess.relation for truth, guess in heads),
        "las_universal": sum(truth.relation.split(":")[0] == guess.relation.split(":")[0] for truth, guess in heads),
    }
    total = len(gold.words) + len(found.words)
    sentences = 2 * len(gold.sentences & found.sentences) / max(1, len(gold.sentences) + len(found.sentences))
    return {name: round(2 * count / total, 4) for name, count in right.items()} | {"sentences": round(sentences, 4)}


def gold_docs(nlp: Language, sentences: Sequence[Sentence]) -> list[Doc]:
    """Documents with the treebank's words and one sentence each, not yet read."""
    return [
        Doc(
            nlp.vocab,
            words=list(sentence.words),
            spaces=list(sentence.spaces),
            sent_starts=[True] + [False] * (len(sentence.words) - 1),
        )
        for sentence in sentences
    ]


def measure_gold_words(nlp: Language, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Scores when words and sentences are given; with the words a second of this process's CPU time."""
    docs = gold_docs(nlp, sentences)
    begun = time.process_time()
    read = list(nlp.pipe(docs))
    seconds = time.process_time() - begun
    words: dict[tuple[int, int], Word] = {}
    bounds: set[tuple[int, int]] = set()
    at = 0
    for doc, sentence in zip(read, sentences, strict=True):
        reading = reading_of(doc, at)
        words |= reading.words
        bounds |= reading.sentences
        at += len(sentence.text) + len(SEAM)
    _, gold = gold_reading(sentences)
    found = scores(gold, Reading(words, bounds))
    return found | {"words_per_second": round(len(gold.words) / seconds)}


def measure_raw_text(nlp: Language, sentences: Sequence[Sentence], together: int = 10) -> dict[str, float]:
    """Scores on running text of ``together`` sentences each; with the words a second, tokenizer included.

    The sentences of a treebank do not follow from one another everywhere, so the ends of sentences are harder here
    than in an article.
    """
    total: list[tuple[str, Reading]] = [
        gold_reading(sentences[at : at + together]) for at in range(0, len(sentences), together)
    ]
    begun = time.process_time()
    docs = list(nlp.pipe([text for text, _ in total]))
    seconds = time.process_time() - begun
    gold_words: dict[tuple[int, int], Word] = {}
    found_words: dict[tuple[int, int], Word] = {}
    gold_bounds: set[tuple[int, int]] = set()
    found_bounds: set[tuple[int, int]] = set()
    at = 0
    for start, doc in zip(range(0, len(sentences), together), docs, strict=True):
        _, gold = gold_reading(sentences[start : start + together])
        found = reading_of(doc)
        gold_words |= {_moved(span, at): _moved_word(word, at) for span, word in gold.words.items()}
        found_words |= {_moved(span, at): _moved_word(word, at) for span, word in found.words.items()}
        gold_bounds |= {_moved(span, at) for span in gold.sentences}
        found_bounds |= {_moved(span, at) for span in found.sentences}
        at += len(doc.text) + len(SEAM)
    result = scores(Reading(gold_words, gold_bounds), Reading(found_words, found_bounds))
    return result | {"words_per_second": round(len(found_words) / seconds)}


def _moved(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


def _moved_word(word: Word, by: int) -> Word:
    head = _moved(word.head, by) if word.head else None
    return Word(_moved(word.span, by), word.tag, word.features, word.lemma, head, word.relation)


def measure(nlp: Language, tests: dict[str, Sequence[Sentence]]) -> dict[str, dict[str, dict[str, float]]]:
    """Both measurements for each test part by its name."""
    return {
        name: {"gold_words": measure_gold_words(nlp, part), "raw_text": measure_raw_text(nlp, part)}
        for name, part in tests.items()
    }
