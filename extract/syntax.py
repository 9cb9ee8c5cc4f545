"""The syntax pipeline: words, sentences, parts of speech, features, dependencies and base forms of Indonesian text.

A spaCy pipeline trained by ``training/syntax`` and shipped in ``extract/models/syntax``; it runs on one thread and asks
no network. Words and sentence ends follow rules (``extract/syntax_words.py``, ``extract/sentences.py``), the rest is
learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import spacy
from spacy.about import __version__ as spacy_version
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

from extract.long_words import make_doc
from extract.sentences import mark_sentences, split_sentences
from extract.syntax_words import WordTokenizer

MODEL = Path(__file__).parent / "models" / "syntax"
# Files without which the pipeline cannot be read, the components' own folders aside.
NEEDED = ("config.cfg", "meta.json", "vocab/strings.json")
PREFIX: int = import_module("spacy.attrs").PREFIX
PREFIX_LETTERS = 3
# A longer text is read in parts of about so many characters, which bounds the memory: about 200 MB a part.
PART = 50_000


class SyntaxModelError(RuntimeError):
    """The shipped pipeline is missing or incomplete, or was made for another version of spaCy."""


def indonesian_words() -> Callable[[Language], WordTokenizer]:
    """The tokenizer, as the pipeline's configuration asks for it."""
    return lambda nlp: WordTokenizer(nlp.vocab)


def indonesian_prefixes() -> Callable[[Language], Language]:
    """Lets the model see the first three letters of a word in lower case: ``mem``, ``ber``, ``ter``, ``dip``."""

    def change(nlp: Language) -> Language:
        cast(Any, nlp.vocab).lex_attr_getters[PREFIX] = _first_letters
        return nlp

    return change


def _first_letters(word: str) -> str:
    return word[:PREFIX_LETTERS].lower()


registry.tokenizers.register("jejak.indonesian_words.v1", func=indonesian_words)
registry.callbacks.register("jejak.indonesian_prefixes.v1", func=indonesian_prefixes)


@Language.component("indonesian_sentences", assigns=["token.is_sent_start"])
def indonesian_sentences(doc: Doc) -> Doc:
    """Mark where sentences begin, by rule; a document on which that is marked already stays as it is."""
    if not doc.has_annotation("SENT_START"):
        mark_sentences(doc, split_sentences(doc.text))
    return doc


@cache
def load_syntax(folder: Path = MODEL) -> Language:
    """The trained pipeline, read once: its documents have ``pos_``, ``morph``, ``head``, ``dep_`` and ``lemma_``.

    Args:
        folder: where it lies; the shipped one by default.

    Raises:
        SyntaxModelError: a file is missing, or spaCy cannot read the folder.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise SyntaxModelError(
            f"no syntax pipeline in {folder}: {', '.join(missing)} is missing. "
            "It comes with the project; make it again with: python -m training.syntax"
        )
    try:
        return spacy.load(folder)
    except (OSError, ValueError, KeyError) as error:
        raise SyntaxModelError(
            f"the syntax pipeline in {folder} cannot be read by spaCy {spacy_version}: {error}. "
            "Restore the folder, or make it again with: python -m training.syntax"
        ) from error


def read_syntax(text: str, nlp: Language | None = None, sentences: Sequence[tuple[int, int]] | None = None) -> Doc:
    """Read a text of any length; ``doc.text`` is the text itself.

    Text of more than about 50,000 characters is read in parts that begin where sentences begin, so that memory stays
    bounded and time grows in line with length.

    Args:
        text: the text.
        nlp: the pipeline; the shipped one by default.
        sentences: (start, end) offsets of the sentences, if they are known already.
    """
    nlp = nlp or load_syntax()
    sentences = split_sentences(text) if sentences is None else sentences
    parts = [
        _marked(make_doc(nlp, text[start:end]), start, sentences) for start, end in pairwise(_cuts(text, sentences))
    ]
    read = list(nlp.pipe(parts))
    return read[0] if len(read) == 1 else Doc.from_docs(read, ensure_whitespace=False)


def _marked(part: Doc, start: int, sentences: Sequence[tuple[int, int]]) -> Doc:
    """A part of a text that begins at ``start``, with the beginnings of its sentences marked."""
    mark_sentences(part, [(max(0, a - start), b - start) for a, b in sentences if b > start])
    return part


def _cuts(text: str, sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Where the text is cut into pieces of at least ``PART`` characters, the last aside, with both its ends.

    Cuts are where sentences begin; one that is longer is cut at its white space, or anywhere when it has none.
    """
    cuts = [0]
    for start, end in sentences if len(text) > PART else ():
        if start - cuts[-1] >= PART:
            cuts.append(start)
        while end - cuts[-1] > 2 * PART:
            space = text.rfind(" ", cuts[-1] + 1, cuts[-1] + PART)
            cuts.append(space + 1 if space > 0 else cuts[-1] + PART)
    return [*cuts, len(text)]
