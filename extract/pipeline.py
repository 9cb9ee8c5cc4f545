"""From an article to its facts: one spaCy pipeline of our components, whatever engine makes the document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import spacy
from spacy.tokens import Doc

from extract.article import Article, OutletHints, storable
from extract.digests import folder_digest
from extract.engines import ENGINES, EngineError, engine_version, load_engine
from extract.facts import Facts, ReadBy
from extract.language import detect_language
from extract.relevance import assess
from extract.sentences import mark_sentences, split_sentences
from extract.state import ArticleState, published_moment

# Component name -> module that registers it, in the order they run: each reads what those before it found.
STEPS: tuple[tuple[str, str], ...] = (
    ("jejak_sentences", "extract.sentences"),
    ("jejak_dates", "extract.dates"),
    ("jejak_places", "extract.places"),
    ("jejak_agencies", "extract.agencies"),
    ("jejak_names", "extract.names"),
    ("jejak_persons", "extract.persons"),
    ("jejak_proposals", "extract.agency_proposals"),
    ("jejak_quotes", "extract.quotes"),
    ("jejak_events", "extract.events"),
)

# Who finds names beside the rules: the trained encoder, or nobody.
MODELS = ("accurate", "none")

# Longest text read, in characters; what lies beyond is ignored, since no news article is that long.
LONGEST_TEXT = 2_000_000


Step = Callable[[Doc], Doc]
Found = TypeVar("Found")


class ExtractorError(ValueError):
    """The extractor was asked for something it does not have."""


@cache
def extractor_version(engine: str, model: str = MODELS[0]) -> str:
    """A version that changes whenever code, weights or reference data of this room do, such as ``spacy-3f9a1c07b2``.

    It holds only letters, digits and hyphens, so that it can stand in a file name. Without the default model its name
    says so: ``spacy-none-3f9a1c07b2``. Weights that lie elsewhere, as a fetched package does, count as well.

    Raises:
        ExtractorError: the engine is unknown, or cannot be used here.
    """
    digest = hashlib.sha256(folder_digest(Path(__file__).parent).encode())
    digest.update(_named(engine_version, engine).encode())
    return "-".join([engine, *([model] if model != MODELS[0] else []), digest.hexdigest()[:10]])


def _named(ask: Callable[[str], Found], engine: str) -> Found:
    """What ``ask`` tells of an engine, with the errors of this module."""
    try:
        return ask(engine)
    except EngineError as error:
        raise ExtractorError(str(error)) from error


@cache
def _steps(model: str) -> Mapping[str, Step]:
    """The steps behind an engine by name, with the name finder asked for."""
    nlp = spacy.blank("id")
    steps: dict[str, Step] = {}
    for name, module in STEPS:
        import_module(module)
        if name != "jejak_names" or model != "none":
            steps[name] = nlp.create_pipe(name)
    return MappingProxyType(steps)


def _require_model() -> None:
    """Make sure, before the first article, that the name finder can be loaded when it is needed."""
    try:
        from extract.names import NamesError, require_files
    except ImportError as error:
        raise ExtractorError(f"the name finder needs {error.name}: install Jejak anew, or use --model none") from error
    try:
        require_files()
    except NamesError as error:
        raise ExtractorError(str(error)) from error


class Extractor:
    """Reads articles.

    Attributes:
        engine: which engine makes the document: ``spacy``, our own pipeline, or ``stanza``.
        model: who finds names beside the rules: ``accurate``, the trained encoder, or ``none``.
        version: see ``extractor_version``.
        reads_with: the engine itself.
        reads_syntax: whether the engine reads every relevant article in full. One that is asked for by name does; the
            default one where somebody looks at the syntax (``document``), since no step needs it for facts.
        steps: what reads a document behind the engine, by name, in order.

    Raises:
        ExtractorError: engine or model is unknown, or lacks what it needs.
    """

    def __init__(self, engine: str = "spacy", model: str = MODELS[0]) -> None:
        if engine not in ENGINES:
            raise ExtractorError(f"unknown engine {engine!r}: choose one of {', '.join(ENGINES)}")
        if model not in MODELS:
            raise ExtractorError(f"unknown model {model!r}: choose one of {', '.join(MODELS)}")
        self.engine = engine
        self.model = model
        if model != "none":
            _require_model()
        self.reads_syntax = engine != ENGINES[0]
        self.reads_with = _named(load_engine, engine)
        self.steps = _steps(model)
        self.version = extractor_version(engine, model)

    def read(self, article: Article, outlet: OutletHints | None = None) -> ArticleState:
        """All that the pipeline finds in an article, with the working record behind the facts."""
        state = self._record(article, outlet or OutletHints())
        self.fill(state, syntax=self.reads_syntax and state.relevance != "none")
        return state

    def document(self, article: Article, outlet: OutletHints | None = None) -> Doc:
        """An article as the engine reads it in full, with all that is found in it.

        Words carry ``pos_``, ``morph``, ``head``, ``dep_`` and ``lemma_``, sentences begin where our rules say, names
        are ``ents``, and ``doc._.jejak`` is the record. Whether the article is relevant makes no difference here.
        """
        return self.fill(self._record(article, outlet or OutletHints()), syntax=True)

    def fill(self, state: ArticleState, *, syntax: bool) -> Doc:
        """Read the article of a record and add to the record what is found; gives the document.

        Args:
            state: the record, with the article and its relevance.
            syntax: whether the engine reads it in full; else the document has words and sentences alone.
        """
        text = state.text[:LONGEST_TEXT]
        state.sentences = split_sentences(text)
        if syntax:
            doc = self.reads_with.read(text, state.sentences)
        else:
            doc = self.reads_with.blank(text)
            mark_sentences(doc, state.sentences)
        doc._.jejak = state
        for step in self.steps.values():
            doc = step(doc)
        return doc

    def facts(self, article: Article, outlet: OutletHints | None = None) -> Facts:
        """The facts of an article. Odd text yields few facts, an empty text none; neither raises."""
        state = self.read(article, outlet)
        return Facts(
            relevance=state.relevance,
            relevance_score=state.relevance_score,
            language=state.language,
            extractor_version=self.version,
            read_by=ReadBy(self.engine, self.reads_with.version, state.finder),
            persons=state.persons,
            agencies=state.agencies,
            places=state.places,
            dates=state.dates,
            events=state.events,
            quotes=state.quotes,
            sentences=state.sentences,
            proposed_agencies=state.proposed_agencies,
        )

    def _record(self, article: Article, outlet: OutletHints) -> ArticleState:
        """The record of an article before anything is found in it: time, language, relevance."""
        article = replace(article, title=storable(article.title), text=storable(article.text))
        judged = assess(article.title, article.text[:LONGEST_TEXT], article.tags)
        return ArticleState(
            article=article,
            outlet=outlet,
            published=published_moment(article, outlet),
            language=article.language if article.language != "und" else detect_language(article.text),
            relevance=judged.level,
            relevance_score=judged.score,
        )
