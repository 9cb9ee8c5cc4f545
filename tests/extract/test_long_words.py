"""Words without an end are tokenized in pieces, and the document still says what the text says."""

from __future__ import annotations

import time

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extract.article import Article
from extract.long_words import LONGEST_WORD, make_doc
from extract.pipeline import Extractor


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("id")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Polda NTT, Rabu (5/6).",
        "a" * 5_000,
        "x  y\n\n" + "“(" * 900 + " \t z ",
        "\n".join("." * 700 for _ in range(3)),
    ],
)
def test_the_document_is_the_text(nlp: Language, text: str) -> None:
    assert make_doc(nlp, text).text == text


def test_ordinary_text_is_tokenized_as_ever(nlp: Language) -> None:
    text = "Kapolda NTT Irjen Pol. Budi Santoso, S.H., M.H., menyebut 12 korban (TPPO) di https://contoh.id/a-b."
    assert [token.text for token in make_doc(nlp, text)] == [token.text for token in nlp.make_doc(text)]


def test_the_tokenizer_never_sees_a_longer_word(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    bare = nlp.make_doc

    def watched(text: str) -> Doc:
        seen.append(text)
        return bare(text)

    monkeypatch.setattr(nlp, "make_doc", watched)
    make_doc(nlp, "x " + "“”" * 2_000 + " y " + "z" * (LONGEST_WORD + 1))
    assert max(len(word) for piece in seen for word in piece.split()) == LONGEST_WORD


def test_a_wall_of_marks_does_not_hang_an_article() -> None:
    extractor = Extractor(model="none")
    began = time.process_time()
    extractor.facts(Article("a", "", "", "TPPO", "Korban TPPO dipulangkan. " + '"“' * 10_000))
    # Half a second in pieces; taken off one by one, a minute.
    assert time.process_time() - began < 30
