"""The shipped syntax pipeline loads without network and reads Indonesian news."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from spacy.tokens import Doc

from extract.sentences import split_sentences
from extract.syntax import MODEL, PART, SyntaxModelError, load_syntax, read_syntax
from training.syntax.corpus import Sentence, read_conllu
from training.syntax.measuring import measure_gold_words, measure_raw_text

SAMPLE = Path(__file__).parent / "syntax_sample.conllu"
ARTICLE = (
    "Rakor dipimpin Kombes Pol. Drs. Budi Wuran, S.H., M.H. dan dihadiri dr. Sinta Lamak, M.Kes. di Kupang.\n"
    "“Kami jaga bersama!” ujarnya di kantor. Kerugian mencapai Rp. 7.377.845.925 atau 1.5 kali lipat.\n\n"
    "Keluarganya melapor ke Polres Belu, Rabu (7/5/2025). Benarkah? Ya."
)


@pytest.fixture(scope="module")
def sample() -> list[Sentence]:
    return read_conllu(SAMPLE, "csui")


def test_it_loads_once_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the pipeline asked for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    load_syntax.cache_clear()
    nlp = load_syntax()
    assert nlp.lang == "id"
    assert load_syntax() is nlp


def test_a_missing_pipeline_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(
        SyntaxModelError, match=r"config\.cfg, meta\.json, vocab/strings\.json is missing.*training\.syntax"
    ):
        load_syntax(tmp_path / "nowhere")


def test_a_damaged_pipeline_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "vocab").mkdir()
    for name in ("config.cfg", "meta.json", "vocab/strings.json"):
        (tmp_path / name).write_text((MODEL / name).read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SyntaxModelError, match="cannot be read by spaCy"):
        load_syntax(tmp_path)


def test_it_reads_the_sample_well(sample: list[Sentence]) -> None:
    scores = measure_gold_words(load_syntax(), sample)
    assert scores["upos"] >= 0.95
    assert scores["uas"] >= 0.90
    assert scores["las"] >= 0.85
    assert scores["lemmas"] >= 0.70


def test_it_reads_running_text_about_as_well(sample: list[Sentence]) -> None:
    scores = measure_raw_text(load_syntax(), sample)
    assert scores["words"] >= 0.99
    assert scores["sentences"] >= 0.95
    assert scores["las"] >= 0.84


def test_who_did_what_to_whom() -> None:
    doc = read_syntax("Polisi menangkap dua tersangka di pelabuhan.")
    root = next(token for token in doc if token.dep_ == "ROOT")
    assert (root.text, root.pos_) == ("menangkap", "VERB")
    # Whether the port hangs on the arrest or on the suspects, a reader cannot tell either.
    assert [child.text for child in root.children if child.dep_ == "nsubj"] == ["Polisi"]
    assert [child.text for child in root.children if child.dep_ == "obj"] == ["tersangka"]
    assert root.morph.get("Voice") == ["Act"]


def test_text_survives_and_sentences_are_those_of_the_rules() -> None:
    doc = read_syntax(ARTICLE)
    assert doc.text == ARTICLE
    found = [sentence.text.strip() for sentence in doc.sents]
    assert found == [ARTICLE[start:end] for start, end in split_sentences(ARTICLE)]
    for sentence in doc.sents:
        assert sum(token.head.i == token.i for token in sentence) == 1
        assert all(sentence.start <= token.head.i < sentence.end for token in sentence)


def test_sentence_ends_that_are_set_already_are_kept() -> None:
    nlp = load_syntax()
    doc = Doc(nlp.vocab, words=["Ia", "datang", ".", "Ia", "pergi", "."], sent_starts=[True] + [False] * 5)
    assert len(list(nlp(doc).sents)) == 1


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\x00\x07", "😀😀", "ا ب ت", "The police arrested two men.", "A" * 70_000]
)
def test_odd_text_never_raises(text: str) -> None:
    assert read_syntax(text).text == text


def test_a_long_text_is_read_in_parts_that_make_the_whole() -> None:
    text = (ARTICLE + "\n") * (2 * PART // len(ARTICLE) + 20)
    doc = read_syntax(text)
    assert doc.text == text
    assert doc[-1].idx + len(doc[-1]) == len(text)
    assert sum(1 for _ in doc.sents) == len(split_sentences(text))
