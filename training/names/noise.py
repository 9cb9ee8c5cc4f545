"""Changes made to sentences while learning, so that the model does not lean on what print varies.

Headlines in title case, shouting datelines, lower-case posts, brackets split from their words, a lost full stop, and
persons who are replaced by invented ones. Each epoch draws its own.
"""

from __future__ import annotations

import random
from dataclasses import replace

from extract.names_model import entities, word_spans
from training.names.corpus import Sentence
from training.names.invented import Inventor

TITLE_SHARE = 0.04
UPPER_SHARE = 0.03
LOWER_SHARE = 0.02
SPLIT_SHARE = 0.3
OPEN_END_SHARE = 0.05
SWAP_SHARE = 0.12


def noisy(sentence: Sentence, draw: random.Random, inventor: Inventor) -> Sentence:
    """The sentence, mostly as it was, sometimes changed."""
    if draw.random() < SWAP_SHARE:
        sentence = with_invented_persons(sentence, inventor)
    if draw.random() < SPLIT_SHARE:
        sentence = split_like_raw_text(sentence)
    if draw.random() < OPEN_END_SHARE and len(sentence.words) > 3 and sentence.words[-1] == ".":
        sentence = replace(sentence, words=sentence.words[:-1], labels=sentence.labels[:-1])
    case = draw.random()
    if case < TITLE_SHARE:
        return replace(sentence, words=tuple(word[:1].upper() + word[1:] for word in sentence.words))
    if case < TITLE_SHARE + UPPER_SHARE:
        return replace(sentence, words=tuple(word.upper() for word in sentence.words))
    if case < TITLE_SHARE + UPPER_SHARE + LOWER_SHARE:
        return replace(sentence, words=tuple(word.lower() for word in sentence.words))
    return sentence


def with_invented_persons(sentence: Sentence, inventor: Inventor) -> Sentence:
    """The sentence with every capitalised person's name replaced by an invented one of a like length."""
    words: list[str] = []
    labels: list[str] = []
    at = 0
    for kind, start, end in entities(sentence.labels):
        words += sentence.words[at:start]
        labels += sentence.labels[at:start]
        at = end
        if kind == "PER" and sentence.words[start][:1].isupper():
            name = inventor.name_parts()[: max(1, end - start)]
            words += name
            labels += ["B-PER", *["I-PER"] * (len(name) - 1)]
        else:
            words += sentence.words[start:end]
            labels += sentence.labels[start:end]
    return replace(sentence, words=(*words, *sentence.words[at:]), labels=(*labels, *sentence.labels[at:]))


def split_like_raw_text(sentence: Sentence) -> Sentence:
    """The sentence with its words split the way the name finder splits raw text: ``(KPU)`` becomes three."""
    words: list[str] = []
    labels: list[str] = []
    for word, label in zip(sentence.words, sentence.labels, strict=True):
        parts = [word[start:end] for start, end in word_spans(word)] or [word]
        words += parts
        labels += [label, *[label.replace("B-", "I-")] * (len(parts) - 1)]
    return replace(sentence, words=tuple(words), labels=tuple(labels))
