"""Every engine gives documents of one shape, and the steps behind find the same record on them."""

from __future__ import annotations

import pytest

from extract.article import Article
from extract.engines import ENGINES, Engine, EngineError, engine_version, load_engine
from extract.pipeline import Extractor, ExtractorError, extractor_version
from extract.sentences import split_sentences
from extract.state import ArticleState

TEXT = (
    "Kepala BP3MI NTT Sofia Lende, S.H., M.H. memimpin rakor TPPO di Kupang, Rabu (7/5/2025).\n"
    "“Korbannya dijaga,” ujar Kombes Pol. Yakob Tamelan. Keluarganya melapor ke Polres Belu."
)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return load_engine(request.param)


def test_a_document_is_the_text_with_sentences_of_our_rules(engine: Engine) -> None:
    sentences = split_sentences(TEXT)
    doc = engine.read(TEXT, sentences)
    assert doc.text == TEXT
    assert [sentence.text.strip() for sentence in doc.sents] == [TEXT[start:end] for start, end in sentences]
    assert all(token.pos_ and token.lemma_ and token.dep_ for token in doc)
    for sentence in doc.sents:
        assert [token.dep_ for token in sentence if token.head == token] == ["ROOT"]


def test_words_alone_are_not_parsed(engine: Engine) -> None:
    doc = engine.blank(TEXT)
    assert doc.text == TEXT
    assert not doc.has_annotation("DEP")


@pytest.mark.parametrize("text", ["", " \n", "\x00", "😀", "ا ب ت", "A" * 20_000, "a.." * 20_000, "kata " * 5_000])
def test_odd_text_is_read(engine: Engine, text: str) -> None:
    assert engine.read(text, split_sentences(text)).text == text


@pytest.mark.parametrize("name", ENGINES)
def test_a_document_carries_syntax_and_record_and_its_facts_say_who_read_it(name: str) -> None:
    extractor = Extractor(name)
    article = Article("a", "", "", "Rakor TPPO", TEXT)
    doc = extractor.document(article)
    assert doc.has_annotation("DEP")
    assert "Sofia Lende" in {person.name for person in doc._.jejak.persons}
    facts = extractor.facts(article)
    assert facts.read_by.engine == name
    assert facts.read_by.engine_version == engine_version(name)
    assert [person.name for person in facts.persons] == [person.name for person in doc._.jejak.persons]
    assert extractor.version == extractor_version(name)
    assert extractor.version.startswith(f"{name}-")


def test_facts_take_syntax_only_from_an_engine_that_is_asked_for_by_name() -> None:
    assert [Extractor(name, "none").reads_syntax for name in ENGINES] == [False, True]


def test_results_of_two_engines_never_pass_for_one_another() -> None:
    assert len({extractor_version(name, model)[-10:] for name in ENGINES for model in ("accurate",)}) == len(ENGINES)


def test_an_engine_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.stanza_engine.find_spec", lambda name: None)
    load_engine.cache_clear()
    with pytest.raises(ExtractorError, match="the engine stanza needs torch: install it with: pip install"):
        Extractor("stanza", "none")


def test_names_are_entities_of_the_document() -> None:
    text = "Kemarin Tobias Ruron menunggu di dermaga bersama Yayasan Suara Pesisir."
    doc = Extractor().fill(ArticleState(Article("a", "", "", "", text), relevance="core"), syntax=True)
    assert ("Tobias Ruron", "PER") in {(entity.text, entity.label_) for entity in doc.ents}
    assert all(text[entity.start_char : entity.end_char] == entity.text for entity in doc.ents)


def test_an_unknown_engine_is_named_with_the_known_ones() -> None:
    for ask in (load_engine, engine_version):
        with pytest.raises(EngineError, match="unknown engine 'teleprinter': choose one of spacy"):
            ask("teleprinter")
    with pytest.raises(ExtractorError, match="unknown engine 'teleprinter'"):
        extractor_version("teleprinter")
