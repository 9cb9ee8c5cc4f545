"""The shipped name finder on our own sentences, and on input that no newspaper prints."""

from __future__ import annotations

import json
import logging
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from extract import names as names_module
from extract.article import Article
from extract.names_model import LABELS, LONGEST, best_labels, encode, entities, log_shares, word_spans
from extract.pipeline import Extractor, ExtractorError
from extract.sentences import split_sentences
from extract.state import ArticleState

MODEL = names_module.MODEL

TEXT = (
    "ATAMBUA – Kapolres Belu AKBP Yohanes Seran Nahak, S.I.K., M.H., bersama Kepala BP3MI Nusa Tenggara Timur, "
    "Maria Goreti Bere, menunda keberangkatan 12 calon pekerja migran di Pelabuhan Tenau, Kupang.\n"
    "“Mereka dijanjikan bekerja di Malaysia,” kata Yohanes kepada wartawan, Selasa (22/10)."
)


@pytest.fixture(scope="module")
def finder() -> Any:
    return names_module.name_finder()


BARE = "Kemarin Tobias Ruron berangkat ke Larantuka. Ia menunggu lama. Di sana pula Selvina Kolo menjaga barang mereka."


def article_doc(text: str = TEXT) -> Doc:
    """An article as the steps before leave it."""
    doc = spacy.blank("id").make_doc(text)
    doc._.jejak = ArticleState(Article(id="a-1", url="", canonical_url="", title="", text=text), relevance="core")
    doc._.jejak.sentences = split_sentences(text)
    return doc


def found(finder: Any, sentence: str) -> set[tuple[str, str]]:
    return {(name.label, sentence[name.start : name.end]) for name in finder.find([sentence])[0]}


def test_persons_are_found_without_rank_and_degree(finder: Any) -> None:
    sentence = TEXT.splitlines()[0]
    assert {("PER", "Yohanes Seran Nahak"), ("PER", "Maria Goreti Bere")} <= found(finder, sentence)


def test_places_and_organisations_are_told_apart(finder: Any) -> None:
    sentence = "Direktur Bank Indonesia bertemu pengurus Universitas Indonesia di Jakarta, lalu terbang ke Malaysia."
    organisations = {("ORG", "Bank Indonesia"), ("ORG", "Universitas Indonesia")}
    assert organisations | {("LOC", "Jakarta"), ("LOC", "Malaysia")} <= found(finder, sentence)


def test_component_notes_names_with_offsets_in_the_article() -> None:
    doc = names_module.names(article_doc(BARE))
    names = doc._.jejak.names
    assert {name.span.text for name in names} == {"Tobias Ruron", "Selvina Kolo", "Larantuka"}
    for name in names:
        assert BARE[name.span.start : name.span.end] == name.span.text
        assert name.span.sentence == (0 if name.span.start < BARE.index("Di ") else 2)
        assert 0 < name.span.confidence <= 1
        assert re.fullmatch("names:accurate-[0-9a-f]{8}", name.span.source)
    assert [name.span.start for name in names] == sorted(name.span.start for name in names)


def test_finding_twice_gives_the_same(finder: Any) -> None:
    lines = TEXT.splitlines()
    assert finder.find(lines) == finder.find(lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t ",
        "\x00\x07\ud800 \udfff",
        "🙏🏽" * 300,
        "a" * 100_000,
        "." * 600,
        "कखग 漢字 العربية русский",
        "S.H., M.H., S.Sos., M.Si.",
    ],
)
def test_odd_text_does_no_harm(finder: Any, text: str) -> None:
    (names,) = finder.find([text])
    assert all(0 <= name.start < name.end <= len(text) for name in names)


def test_no_sentences_give_no_names(finder: Any) -> None:
    assert finder.find([]) == []


def test_attendees_in_a_list_longer_than_the_model_reads_are_found(finder: Any) -> None:
    people = ["Yohanes Seran", "Andi Baso Tahir", "Ni Made Sukerta", "Frans Nainggolan", "Siti Rahayu", "Otto Wenda"]
    towns = ["Belu", "Malaka", "Alor", "Ende", "Sikka", "Ngada"] * 5
    guests = [f"Kapolres {town} AKBP {people[at % 6]}, S.I.K., M.H." for at, town in enumerate(towns)]
    sentence = f"Kegiatan itu dihadiri {', '.join(guests)}."
    assert len(word_spans(sentence)) > LONGEST
    found_people = [sentence[name.start : name.end] for name in finder.find([sentence])[0] if name.label == "PER"]
    assert sum(person in people for person in found_people) >= 27
    assert len(found_people) <= 36


def test_words_beyond_the_limit_are_left_out_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(names_module, "MOST_WORDS", 10)
    with caplog.at_level(logging.WARNING):
        doc = names_module.names(article_doc(BARE))
    assert {name.span.sentence for name in doc._.jejak.names} == {0}
    assert "only the first 10 words in question" in caplog.text


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(names_module.NamesError, match=r"lacks model\.onnx, tokenizer\.json, labels\.json"):
        names_module.NameFinder(tmp_path)


def test_labels_of_another_version_are_refused(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json"):
        shutil.copy(MODEL / file, tmp_path / file)
    facts = json.loads((MODEL / "labels.json").read_text(encoding="utf-8"))
    (tmp_path / "labels.json").write_text(json.dumps({**facts, "labels": ["O"]}), encoding="utf-8")
    with pytest.raises(names_module.NamesError, match="this version reads"):
        names_module.NameFinder(tmp_path)


def test_shipped_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 32_000_000


def test_best_labels_never_go_on_with_a_name_that_did_not_begin() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        labels = [LABELS[at] for at in best_labels(log_shares(generator.normal(size=(9, 7)).astype(np.float32)))]
        for before, label in zip(["O", *labels], labels, strict=False):
            assert not label.startswith("I-") or before[2:] == label[2:]


def test_entities_are_read_off_labels() -> None:
    assert entities(["B-PER", "I-PER", "O", "B-LOC", "B-LOC"]) == [("PER", 0, 2), ("LOC", 3, 4), ("LOC", 4, 5)]


def test_encoding_keeps_whole_words_within_the_limit() -> None:
    encoded = encode(["kata"] * 500, lambda word: [7, 8, 9])
    assert len(encoded.ids) <= LONGEST
    assert len(encoded.first) == (LONGEST - 2) // 3
    assert encode([""], lambda word: []).ids == [0, 3, 2]


def test_words_keep_abbreviations_hyphens_and_numbers_whole() -> None:
    sentence = "Drs. Al-Amin, S.H. (KPU) 24/8/2014 ke-80 undang-undang Jum'at"
    words = [sentence[start:end] for start, end in word_spans(sentence)]
    assert words == [
        "Drs",
        ".",
        "Al-Amin",
        ",",
        "S.H.",
        "(",
        "KPU",
        ")",
        "24/8/2014",
        "ke-80",
        "undang-undang",
        "Jum'at",
    ]


def test_a_megabyte_without_a_space_is_not_read_by_the_model() -> None:
    doc = spacy.blank("id").make_doc("")
    text = "." * 1_000_000
    doc._.jejak = ArticleState(Article(id="a-2", url="", canonical_url="", title="", text=text), relevance="core")
    doc._.jejak.sentences = [(0, len(text))]
    assert names_module.names(doc)._.jejak.names == []


def test_sentences_whose_names_rules_explain_are_not_read() -> None:
    doc = names_module.names(article_doc(BARE))
    assert doc._.jejak.searched == {0, 2}
    doc = article_doc("Kapolres AKBP Yohanes Seran Nahak menunda mereka. Menurut Yohanes, mereka tiba Selasa.")
    assert names_module.names(doc)._.jejak.searched == set()


def test_irrelevant_articles_are_not_read() -> None:
    doc = article_doc(BARE)
    doc._.jejak.relevance = "none"
    assert names_module.names(doc)._.jejak.names == []


def test_without_its_files_no_extractor_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(names_module.require_files, "__defaults__", (tmp_path,))
    with pytest.raises(ExtractorError, match=r"lacks model\.onnx.*--model none"):
        Extractor()
    assert Extractor(model="none").version.startswith("spacy-none-")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ExtractorError, match="unknown model 'huge': choose one of accurate, none"):
        Extractor(model="huge")
