"""The Stanza engine: documents that are the text, character by character, read as far as the models go."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from spacy.tokens import Doc

from extract import stanza_engine
from extract.sentences import split_sentences
from extract.stanza_engine import BATCH, LONGEST_SENTENCE, StanzaEngine, stretches
from extract.stanza_models import SHIPPED, StanzaModelError, missing_models, models_folder, models_version

pytest.importorskip("stanza", reason="the engine stanza needs Stanza and torch: see the extra stanza")

ARTICLE = """Kepala BP3MI Kepri Kombes Pol. Imam Prasetya, S.H., M.H. menjemput lima korban di Batam, Senin (10/3).

"Kami akan mendampingi mereka sampai ke rumahnya,"  kata dia. Ketiga tersangka ditahan Polda Kepri."""
ODD = {
    "empty": "",
    "a space": " ",
    "line breaks": "\n\r\n \n",
    "a letter": "a",
    "a null": "\x00",
    "control characters": "Polisi\x00 \x01menangkap\x0b dua\x1b[31m orang.\x7f",
    "emoji": "Alhamdulillah 😀👩‍👩‍👧 korban pulang❤️!",
    "mixed scripts": "Korban नमस्ते dari 中国 dan Россия; السلام عليكم.",
    "zero width": "di\u200bBatam \ufeffdan\u00ad Kupang",
    "odd separators": "a\u2028b\u2029c\x85d e\u00a0f\u3000g",
    "combining": "Jum\u0301at a\u0300",
    "marks": "... -- ?!?! (((",
    "one long word": "x" * 20_000,
    "many points": "A.B." * 2_000,
    "no sentence end": "korban dan " * 400,
    "English": "The victims were sent home on Monday.",
    "leading space": "  \t Korban pulang.",
}


@pytest.fixture(scope="module")
def engine() -> StanzaEngine:
    return StanzaEngine(SHIPPED)


def check_whole(doc: Doc, text: str, sentences: Sequence[tuple[int, int]]) -> None:
    """The document is the text; sentences begin where they were said to; each is one tree of annotated words."""
    assert doc.text == text
    begins = {sentence.start_char for sentence in doc.sents}
    assert {start for start, _ in sentences} <= begins
    for sentence in doc.sents:
        assert sum(token.head is token or token.head.i == token.i for token in sentence) == 1
        for token in sentence:
            assert token.head.sent == sentence
            assert token.pos_
            assert token.dep_
            assert (token.dep_ == "ROOT") == (token.head.i == token.i)
            assert token.lemma_
            if token.pos_ == "SPACE":
                assert token.is_space


@pytest.mark.slow
def test_an_article_is_read_word_by_word(engine: StanzaEngine) -> None:
    sentences = split_sentences(ARTICLE)
    doc = engine.read(ARTICLE, sentences)
    check_whole(doc, ARTICLE, sentences)
    assert len([s for s in doc.sents if not s.text.isspace()]) == len(sentences) == 3
    words = {token.text: token for token in doc}
    assert words["Ketiga"].is_sent_start
    assert (words["menjemput"].pos_, words["menjemput"].lemma_) == ("VERB", "jemput")
    assert words["BP3MI"].pos_ == "PROPN"
    assert "rumahnya" not in words, "clitics are words of their own"
    assert words["rumah"].nbor().text == "nya"
    assert "Voice=Act" in str(words["menjemput"].morph)
    assert words["korban"].head.text == "menjemput"
    assert words["lima"].dep_ == "nummod"


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_is_read_without_an_error(engine: StanzaEngine, text: str) -> None:
    sentences = split_sentences(text)
    check_whole(engine.read(text, sentences), text, sentences)
    check_whole(engine.read(text, []), text, [])
    assert engine.blank(text).text == text


@pytest.mark.slow
def test_a_sentence_of_any_length_has_one_root(engine: StanzaEngine) -> None:
    text = "Polisi menangkap pelaku dan " * (LONGEST_SENTENCE // 2)
    doc = engine.read(text, [(0, len(text) - 1)])
    check_whole(doc, text, [(0, len(text) - 1)])
    assert len(list(doc.sents)) == 1


@dataclass
class CountingPipeline:
    """Cuts at white space, tags all as nouns and hangs each word on the first; remembers how much it was given."""

    most_words: int = 0
    most_characters: int = 0
    parts: dict[str, list[str]] = field(default_factory=dict)

    def process(self, given: Any, processors: str) -> Any:
        if isinstance(given, str):
            self.most_characters = max(self.most_characters, len(given))
            tokens = [
                SimpleNamespace(
                    start_char=match.start(),
                    end_char=match.end(),
                    words=[SimpleNamespace(text=part) for part in self.parts.get(match[0], [match[0]])],
                )
                for match in re.finditer(r"\S+", given)
            ]
            return SimpleNamespace(sentences=[SimpleNamespace(tokens=tokens)])
        self.most_words = max(self.most_words, sum(len(row) for row in given))
        return SimpleNamespace(sentences=[SimpleNamespace(words=list(self._words(row))) for row in given])

    def _words(self, row: Sequence[dict[str, Any]]) -> Iterator[Any]:
        for number, word in enumerate(row):
            head, relation = (1, "flat") if number else (0, "root")
            yield SimpleNamespace(upos="NOUN", feats=None, lemma=word["text"].lower(), head=head, deprel=relation)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> tuple[StanzaEngine, CountingPipeline]:
    pipeline = CountingPipeline()
    monkeypatch.setattr(stanza_engine, "models_folder", lambda folder=None: Path("models"))
    monkeypatch.setattr(stanza_engine, "models_version", lambda folder: "counting")
    monkeypatch.setattr(stanza_engine, "_load", lambda folder: pipeline)
    engine = StanzaEngine()
    monkeypatch.setattr(engine, "_document", list)
    return engine, pipeline


@pytest.mark.slow
def test_a_megabyte_is_read_in_parts_of_bounded_size(counting: tuple[StanzaEngine, CountingPipeline]) -> None:
    engine, pipeline = counting
    text = "Polisi menangkap dua orang pelaku di Batam kemarin malam.\n" * 9_000 + "tanpa henti " * 45_000
    assert len(text) > 1_000_000
    sentences = split_sentences(text)
    doc = engine.read(text, sentences)
    assert doc.text == text
    assert len([s for s in doc.sents if not s.text.isspace()]) == len(sentences) > 9_000
    assert pipeline.most_words <= BATCH + LONGEST_SENTENCE
    assert pipeline.most_characters <= BATCH * 6 + stanza_engine.LONGEST_STRETCH + 100


def test_words_of_one_token_are_found_in_it(counting: tuple[StanzaEngine, CountingPipeline]) -> None:
    engine, pipeline = counting
    pipeline.parts = {"rumahnya": ["rumah", "nya"], "dll": ["dan", "lain", "lain"], "Anaknya": ["anak", "nya"]}
    text = "Anaknya di rumahnya dll"
    doc = engine.read(text, split_sentences(text))
    assert doc.text == text
    assert [token.text for token in doc] == ["Anak", "nya", "di", "rumah", "nya", "dll"]
    assert [token.whitespace_ for token in doc] == ["", " ", " ", "", " ", ""]


def test_words_that_do_not_cover_the_text_are_cut_by_our_rules(
    counting: tuple[StanzaEngine, CountingPipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = counting
    monkeypatch.setattr(engine, "_stanza_spans", lambda pieces: [[(0, 3)] for _ in pieces])
    text = "Ibu itu pulang."
    assert [token.text for token in engine.read(text, split_sentences(text))] == ["Ibu", "itu", "pulang", "."]


def test_stretches_hold_all_letters_and_begin_where_sentences_do() -> None:
    text = "awal. Dua tiga.  \n Lalu"
    assert [text[a:b] for a, b in stretches(text, [(6, 10)])] == ["awal.", "Dua tiga.  \n Lalu"]
    assert [text[a:b] for a, b in stretches(text, split_sentences(text))] == ["awal.", "Dua tiga.", "Lalu"]
    assert list(stretches("  ", [])) == []
    assert [text[a:b] for a, b in stretches(text, [(-5, 3), (6, 99), (900, 901)])] == ["awal.", "Dua tiga.  \n Lalu"]


def test_what_is_missing_is_said_before_anything_is_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(StanzaModelError, match=r"no Indonesian models of Stanza in .*resources\.json missing"):
        StanzaEngine(tmp_path)
    monkeypatch.setattr(stanza_engine, "find_spec", lambda name: None if name == "stanza" else object())
    with pytest.raises(StanzaModelError, match=r"the engine stanza needs stanza: install it with: pip install torch"):
        StanzaEngine()


@pytest.mark.slow
def test_damaged_weights_are_told_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(SHIPPED, folder)
    path = next((folder / "id" / "tokenize").glob("*.pt"))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(StanzaModelError, match=r"Stanza .* cannot read the models in .*jejak models fetch --to"):
        StanzaEngine(folder)


def test_the_version_says_whose_models_were_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_models(SHIPPED) == []
    ours = models_version(SHIPPED)
    assert re.fullmatch(r"jejak-1-0-0-[0-9a-f]{8}", ours)
    listed = json.loads((SHIPPED / "resources.json").read_text(encoding="utf-8"))
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*")) <= 40_000_000
    del listed["jejak"]
    (tmp_path / "resources.json").write_text(json.dumps(listed), encoding="utf-8")
    shutil.copytree(SHIPPED / "id", tmp_path / "id")
    assert re.fullmatch(r"official-jejak-[0-9a-f]{8}", models_version(tmp_path))
    assert models_folder() == SHIPPED
    monkeypatch.setenv("JEJAK_STANZA_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    assert models_folder(SHIPPED) == SHIPPED
