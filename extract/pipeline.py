"""From an article to its facts: one spaCy pipeline of our components, whatever engine makes the document."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

import spacy
from spacy.language import Language

from extract.article import Article, OutletHints, storable
from extract.digests import folder_digest
from extract.facts import Facts
from extract.language import detect_language
from extract.long_words import make_doc
from extract.relevance import assess
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

ENGINES = ("spacy",)
# Who finds names beside the rules: the trained encoder, or nobody.
MODELS = ("accurate", "none")

# Longest text read, in characters; what lies beyond is ignored, since no news article is that long.
LONGEST_TEXT = 2_000_000


class ExtractorError(ValueError):
    """The extractor was asked for something it does not have."""


@cache
def extractor_version(engine: str, model: str = MODELS[0]) -> str:
    """A version that changes whenever code, weights or reference data of this room do, such as ``spacy-3f9a1c07b2``.

    It holds only letters, digits and hyphens, so that it can stand in a file name. Without a model its name says so:
    ``spacy-none-3f9a1c07b2``.
    """
    return "-".join([engine, *([model] if model != MODELS[0] else []), folder_digest(Path(__file__).parent)[:10]])


@cache
def _pipeline(engine: str, model: str = MODELS[0]) -> Language:
    """The pipeline of an engine and a name finder, built once a process."""
    nlp = spacy.blank("id")
    nlp.max_length = LONGEST_TEXT
    for name, module in STEPS:
        if name == "jejak_names" and model == "none":
            continue
        import_module(module)
        nlp.add_pipe(name)
    return nlp


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
        engine: which engine makes the document: ``spacy``.
        model: who finds names beside the rules: ``accurate``, the trained encoder, or ``none``.
        version: see ``extractor_version``.

    Raises:
        ExtractorError: engine or model is unknown, or the model's files are missing.
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
        self._nlp = _pipeline(engine, model)
        self.version = extractor_version(engine, model)

    def read(self, article: Article, outlet: OutletHints | None = None) -> ArticleState:
        """All that the pipeline finds in an article, with the working record behind the facts."""
        outlet = outlet or OutletHints()
        article = replace(article, title=storable(article.title), text=storable(article.text))
        judged = assess(article.title, article.text[:LONGEST_TEXT], article.tags)
        state = ArticleState(
            article=article,
            outlet=outlet,
            published=published_moment(article, outlet),
            language=article.language if article.language != "und" else detect_language(article.text),
            relevance=judged.level,
            relevance_score=judged.score,
        )
        doc = make_doc(self._nlp, article.text[:LONGEST_TEXT])
        doc._.jejak = state
        for _, component in self._nlp.pipeline:
            doc = component(doc)
        return state

    def facts(self, article: Article, outlet: OutletHints | None = None) -> Facts:
        """The facts of an article. Odd text yields few facts, an empty text none; neither raises."""
        state = self.read(article, outlet)
        return Facts(
            relevance=state.relevance,
            relevance_score=state.relevance_score,
            language=state.language,
            extractor_version=self.version,
            persons=state.persons,
            agencies=state.agencies,
            places=state.places,
            dates=state.dates,
            events=state.events,
            quotes=state.quotes,
            sentences=state.sentences,
            proposed_agencies=state.proposed_agencies,
        )
