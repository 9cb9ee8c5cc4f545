"""Engines: who makes the document of an article, and what every document then carries.

Whatever engine read a text, its document has the same shape: ``doc.text`` is the text, character by character;
sentences begin where ``extract/sentences.py`` says; words have ``pos_``, ``morph``, ``head``, ``dep_`` (``ROOT`` at the
top) and ``lemma_`` as Universal Dependencies define them. Names are put on ``doc.ents`` by a step behind, since no
engine but our own finds Indonesian names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from spacy.tokens import Doc

from extract.digests import folder_digest
from extract.long_words import make_doc

ENGINES = ("spacy", "stanza")


class EngineError(ValueError):
    """An engine is unknown, not installed, or its weights cannot be read; the message says what to do."""


class Engine(Protocol):
    """What an engine offers.

    Attributes:
        name: one of ``ENGINES``.
        version: of its weights; letters, digits and hyphens.
    """

    name: str
    version: str

    def blank(self, text: str) -> Doc:
        """The words of a text alone, for articles that are not read in full."""

    def read(self, text: str, sentences: Sequence[tuple[int, int]]) -> Doc:
        """A text read in full: parts of speech, features, dependencies and base forms.

        Takes text of any length, in time that grows in line with it, and never raises on odd text.

        Args:
            text: the text.
            sentences: (start, end) offsets of its sentences, as ``extract.sentences.split_sentences`` gives them.
        """


class SpacyEngine:
    """Our own spaCy pipeline, shipped in ``extract/models``.

    Attributes:
        name: ``spacy``.
        version: the first digits of a SHA-256 over its weights.

    Raises:
        EngineError: the pipeline is missing or cannot be read.
    """

    name = "spacy"

    def __init__(self, folder: Path | None = None) -> None:
        from extract.syntax import MODEL, SyntaxModelError, load_syntax

        folder = folder or MODEL
        try:
            self._nlp = load_syntax(folder)
        except SyntaxModelError as error:
            raise EngineError(str(error)) from error
        self.version = _digits(folder)

    def blank(self, text: str) -> Doc:
        """The words of a text alone."""
        return make_doc(self._nlp, text)

    def read(self, text: str, sentences: Sequence[tuple[int, int]]) -> Doc:
        """A text read in full."""
        from extract.syntax import read_syntax

        return read_syntax(text, self._nlp, sentences)


def engine_version(name: str) -> str:
    """The version of an engine, without loading it.

    Raises:
        EngineError: as ``load_engine``.
    """
    if name == "spacy":
        from extract.syntax import MODEL

        return _digits(MODEL)
    if name != "stanza":
        raise _unknown(name)
    from extract.stanza_models import StanzaModelError, models_folder, models_version

    try:
        return models_version(models_folder(None))
    except StanzaModelError as error:
        raise EngineError(str(error)) from error


@cache
def load_engine(name: str, folder: Path | None = None) -> Engine:
    """The engine of a name, loaded once a process; only then is what it needs imported.

    Args:
        name: one of ``ENGINES``.
        folder: where its weights lie, if not where they are shipped or fetched to.

    Raises:
        EngineError: there is no such engine, it is not installed, or its weights cannot be read.
    """
    if name == "spacy":
        return SpacyEngine(folder)
    if name == "stanza":
        from extract.stanza_engine import StanzaEngine
        from extract.stanza_models import StanzaModelError

        try:
            return StanzaEngine(folder)
        except StanzaModelError as error:
            raise EngineError(str(error)) from error
    raise _unknown(name)


def _unknown(name: str) -> EngineError:
    return EngineError(f"unknown engine {name!r}: choose one of {', '.join(ENGINES)}")


@cache
def _digits(folder: Path) -> str:
    """As many digits of a folder's digest as tell versions apart."""
    return folder_digest(folder)[:10]
