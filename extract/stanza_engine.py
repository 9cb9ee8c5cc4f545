"""Stanza as the engine that makes documents: words, parts of speech, features, dependencies and base forms.

It reads with the official Indonesian package where one is given (``jejak models fetch``), else with the small models
that ``training/stanza`` made and that lie in ``extract/models/stanza``; both have the layout of Stanza's own folder of
resources. Where sentences end is told by our rules. Stanza and torch are imported when an engine is made, not before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extract.sentences import split_sentences
from extract.stanza_models import LANGUAGE, STEPS, StanzaModelError, default_packages, models_folder, models_version
from extract.syntax_words import WordTokenizer, split_words

INSTALL = "install it with: pip install torch==2.13.0, then pip install 'jejak[stanza]'"

# Words read together: bounds the memory whatever the length of the text.
BATCH = 2_000
# A longer sentence is parsed in pieces of so many words: time and memory of a parse grow with the square.
LONGEST_SENTENCE = 150
# A longer stretch without a sentence end is cut into words by our rules, in linear time.
LONGEST_STRETCH = 5_000
# Characters of a word that the models look at.
LONGEST_WORD = 60
WHITE = re.compile(r"\s")
GAP = re.compile(r"\s+")


@dataclass(slots=True)
class Word:
    """A word of the text while it is read.

    Attributes:
        start: offset of its first character.
        end: offset behind its last character.
        tag: universal part of speech.
        features: morphological features, ``Number=Sing|Person=3`` or empty.
        lemma: base form.
        head: number of its head among the words of the text; its own when it is the root of its sentence.
        relation: dependency relation to the head, ``ROOT`` for the root.
        begins: whether it begins a sentence.
    """

    start: int
    end: int
    tag: str = ""
    features: str = ""
    lemma: str = ""
    head: int = 0
    relation: str = ""
    begins: bool = False


class StanzaEngine:
    """Makes documents with Stanza, on one thread.

    Attributes:
        name: ``stanza``.
        version: of the weights, see ``models_version``.
        folder: where the weights lie.

    Raises:
        StanzaModelError: Stanza or torch is not installed, or the folder is incomplete or damaged.
    """

    name = "stanza"

    def __init__(self, folder: Path | None = None) -> None:
        for module in ("torch", "stanza"):
            if find_spec(module) is None:
                raise StanzaModelError(f"the engine stanza needs {module}: {INSTALL}")
        self.folder = models_folder(folder)
        self.version = models_version(self.folder)
        self._pipeline = _load(self.folder)
        self._document = import_module("stanza.models.common.doc").Document
        self._vocab: Vocab = spacy.blank("id").vocab
        self._tokenizer = WordTokenizer(self._vocab)

    def blank(self, text: str) -> Doc:
        """The words of a text alone, cut by our rules."""
        return self._tokenizer(text)

    def read(self, text: str, sentences: Sequence[tuple[int, int]] | None = None) -> Doc:
        """Read a text of any length; ``doc.text`` is the text itself.

        Args:
            text: the text.
            sentences: where sentences begin and end, as ``extract.sentences.split_sentences`` gives them (the default).
        """
        return self._read(text, self._cut(text, split_sentences(text) if sentences is None else sentences))

    def read_words(self, text: str, sentences: Iterable[Sequence[tuple[int, int]]]) -> Doc:
        """Read a text whose words are cut already, as when a treebank is read.

        Args:
            text: the text.
            sentences: (start, end) offsets of the words of each sentence, in order.
        """
        return self._read(text, (_sentence(spans) for spans in sentences if spans))

    def _read(self, text: str, sentences: Iterable[list[Word]]) -> Doc:
        words: list[Word] = []
        batch: list[list[Word]] = []
        waiting = 0
        root = 0
        for sentence in sentences:
            for at in range(0, len(sentence), LONGEST_SENTENCE):
                part = sentence[at : at + LONGEST_SENTENCE]
                batch.append(part)
                waiting += len(part)
                if waiting >= BATCH:
                    root = self._annotate(text, batch, words, root)
                    batch, waiting = [], 0
        self._annotate(text, batch, words, root)
        return _document(self._vocab, text, words)

    def _cut(self, text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[list[Word]]:
        """The words of each sentence, cut by Stanza; by our rules where Stanza's do not cover the text."""
        waiting: list[tuple[int, str]] = []
        size = 0
        for start, end in stretches(text, bounds):
            waiting.append((start, text[start:end]))
            size += end - start
            if size >= BATCH * 6:
                yield from self._cut_batch(waiting)
                waiting, size = [], 0
        yield from self._cut_batch(waiting)

    def _cut_batch(self, batch: Sequence[tuple[int, str]]) -> Iterator[list[Word]]:
        short = [piece for _, piece in batch if len(piece) <= LONGEST_STRETCH]
        found = iter(self._stanza_spans(short))
        for start, piece in batch:
            spans = next(found) if len(piece) <= LONGEST_STRETCH else None
            if spans is None or not _covers(piece, spans):
                spans = split_words(piece)
            if spans:
                yield _sentence([(start + begin, start + end) for begin, end in spans])

    def _stanza_spans(self, pieces: Sequence[str]) -> list[list[tuple[int, int]]]:
        """(start, end) offsets of the words of each piece within it."""
        if not pieces:
            return []
        joined = "\n\n".join(WHITE.sub(" ", piece) for piece in pieces)
        starts: list[int] = []
        at = 0
        for piece in pieces:
            starts.append(at)
            at += len(piece) + 2
        spans: list[list[tuple[int, int]]] = [[] for _ in pieces]
        number = 0
        for sentence in self._pipeline.process(joined, processors="tokenize,mwt").sentences:
            for token in sentence.tokens:
                if token.start_char is None:
                    continue
                while number + 1 < len(starts) and token.start_char >= starts[number + 1]:
                    number += 1
                origin = starts[number]
                whole = joined[token.start_char : token.end_char]
                parts = [word.text for word in token.words]
                for begin, end in _pieces(whole, parts):
                    spans[number].append((token.start_char - origin + begin, token.start_char - origin + end))
        return spans

    def _annotate(self, text: str, parts: Sequence[Sequence[Word]], words: list[Word], root: int) -> int:
        """Tag, parse and find base forms of sentences or parts of them, and append their words.

        The root of a part that goes on with a sentence hangs on that of its first part, so that a sentence has one.

        Args:
            text: the text.
            parts: words of whole sentences or of parts of them.
            words: all words so far.
            root: number of the root of the sentence that the first part may go on with.

        Returns:
            Number of the root of the last sentence.
        """
        if not parts:
            return root
        rows = [
            [
                {"id": (number,), "text": text[word.start : min(word.end, word.start + LONGEST_WORD)]}
                for number, word in enumerate(part, 1)
            ]
            for part in parts
        ]
        read = self._pipeline.process(self._document(rows), processors="pos,lemma,depparse").sentences
        for part, sentence in zip(parts, read, strict=True):
            first = len(words)
            for word, found in zip(part, sentence.words, strict=True):
                is_whole = word.end - word.start <= LONGEST_WORD
                word.tag = found.upos or "X"
                word.features = found.feats or ""
                word.lemma = (found.lemma if is_whole else None) or text[word.start : word.end]
                word.relation = found.deprel or "dep"
                word.head = first + found.head - 1
                if not found.head and part[0].begins:
                    root = len(words)
                    word.relation, word.head = "ROOT", root
                elif not found.head:
                    word.relation, word.head = "parataxis", root
                words.append(word)
        return root


def _sentence(spans: Sequence[tuple[int, int]]) -> list[Word]:
    return [Word(start, end, begins=not number) for number, (start, end) in enumerate(spans)]


@cache
def _load(folder: Path) -> Any:
    """Stanza's pipeline over a folder, read once a process."""
    torch, stanza = import_module("torch"), import_module("stanza")
    torch.set_num_threads(1)
    packages = default_packages(folder)
    try:
        return stanza.Pipeline(
            LANGUAGE,
            dir=str(folder),
            package=None,
            processors={step: packages[step] for step in STEPS if step in packages},
            download_method=None,
            device="cpu",
            verbose=False,
            tokenize_no_ssplit=True,
            # Words in one parse: bounds the memory, since a parse costs the square of a sentence.
            depparse_batch_size=BATCH,
        )
    except Exception as error:
        raise StanzaModelError(
            f"Stanza {stanza.__version__} cannot read the models in {folder}: {' '.join(str(error).split())[:200]}; "
            f"fetch them again with: jejak models fetch --to {folder}"
        ) from error


def stretches(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences, grown to hold whatever letters stand between them; without white space around."""
    starts = sorted({max(0, min(start, len(text))) for start, _ in bounds})
    if not starts or text[: starts[0]].strip():
        starts = [0, *starts]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[begin:end]
        core = piece.strip()
        if core:
            begin += len(piece) - len(piece.lstrip())
            yield begin, begin + len(core)


def _pieces(token: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words of a token stand in it. A token stays whole when its words are not written in it one by one.

    White space within a token parts it.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words:
        if not word or token[at : at + len(word)].casefold() != word.casefold():
            break
        spans.append((at, at + len(word)))
        at += len(word)
    if at != len(token) or len(words) < 2:
        spans = [(0, len(token))]
    return [
        (begin + match.start(), begin + match.end())
        for begin, end in spans
        for match in re.finditer(r"\S+", token[begin:end])
    ]


def _covers(piece: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether spans stand in order, do not overlap, and leave out nothing but white space."""
    at = 0
    for begin, end in spans:
        if begin < at or end <= begin or piece[at:begin].strip():
            return False
        at = end
    return at <= len(piece) and not piece[at:].strip()


def _document(vocab: Vocab, text: str, words: Sequence[Word]) -> Doc:
    """A spaCy document of words that were read. White space beyond one space is a token of its own, as spaCy has it."""
    forms: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    features: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    relations: list[str] = []
    starts: list[bool | int | None] = []
    places: list[int] = []
    at = 0
    for number in range(len(words) + 1):
        word = words[number] if number < len(words) else None
        gap = text[at : word.start if word else len(text)]
        if gap and forms and gap[0] == " ":
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            # It hangs on the word before; at the beginning of a text it stands alone.
            heads.append(len(forms) - 1 if forms else 0)
            relations.append("dep" if forms else "ROOT")
            starts.append(not forms)
            forms.append(gap)
            spaces.append(False)
            tags.append("SPACE")
            features.append("")
            lemmas.append(gap)
        if word:
            places.append(len(forms))
            starts.append(word.begins)
            forms.append(text[word.start : word.end])
            spaces.append(False)
            tags.append(word.tag)
            features.append(word.features)
            lemmas.append(word.lemma)
            relations.append(word.relation)
            heads.append(-1)
            at = word.end
    for place, word in zip(places, words, strict=True):
        heads[place] = places[word.head]
    if not forms:
        return Doc(vocab)
    return Doc(
        vocab,
        words=forms,
        spaces=spaces,
        pos=tags,
        morphs=features,
        lemmas=lemmas,
        heads=heads,
        deps=relations,
        sent_starts=starts,
    )
