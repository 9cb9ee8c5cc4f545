"""The recipe of Stanza's models, whole, on a tiny treebank of our own."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

pytest.importorskip("stanza", reason="the recipe needs Stanza and torch: see training/stanza/README.md")

from extract.stanza_engine import StanzaEngine
from extract.stanza_models import missing_models
from training.stanza import __main__ as recipe
from training.stanza.corpus import mixed, recut, with_lemmas, write_characters, write_conllu
from training.syntax.corpus import TAGGED_NEWS, TREEBANKS, Sentence, read_conllu

NOUNS = ("polisi", "petugas", "korban", "saksi", "jaksa", "hakim", "nelayan", "camat")
VERBS = (("menangkap", "tangkap"), ("memeriksa", "periksa"), ("membantu", "bantu"), ("mencari", "cari"))
TOWNS = ("Kupang", "Belu", "Batam", "Nunukan", "Cilacap", "Medan")


def sentence(subject: str, verb: tuple[str, str], thing: str, town: str, style: str = "csui") -> Sentence:
    """Who did what to whom where; half of them with a clitic."""
    has_clitic = len(subject + town) % 2 == 0
    clitic = [("nya", "nya", "PRON", "Person=3", 3, "nmod:poss")] * has_clitic
    at = 4 + has_clitic
    rows = [
        (subject.capitalize(), subject, "NOUN", "Number=Sing", 2, "nsubj"),
        (verb[0], verb[1], "VERB", "Voice=Act", 0, "root"),
        (thing, thing, "NOUN", "Number=Sing", 2, "obj"),
        *clitic,
        ("di", "di", "ADP", "", at + 1, "case"),
        (town, town, "PROPN", "", 2, "obl"),
        (".", ".", "PUNCT", "", 2, "punct"),
    ]
    words, lemmas, tags, features, heads, relations = zip(*rows, strict=True)
    spaces = [True] * len(rows)
    spaces[-1] = spaces[-2] = False
    if has_clitic:
        spaces[2] = False
    return Sentence(words, tuple(spaces), style, tags, features, heads, relations, lemmas)


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Treebanks with their list of checksums, and what the recipe of the syntax pipeline leaves."""
    datasets, syntax = tmp_path / "datasets", tmp_path / "syntax"
    combinations = list(itertools.product(NOUNS, VERBS, NOUNS, TOWNS))
    random.Random(3).shuffle(combinations)
    left = iter(combinations)
    listed = []
    for style, (name, files) in TREEBANKS.items():
        (datasets / name).mkdir(parents=True, exist_ok=True)
        listed.append(f'[{name}]\nsource = "test"\nrevision = "1"\n[{name}.sha256]')
        for part, file in files.items():
            count = 60 if part == "train" else 12
            path = datasets / name / file
            write_conllu([sentence(*parts, style) for parts in itertools.islice(left, count)], path)
            listed.append(f'"{file}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"')
    (tmp_path / "assets.toml").write_text("\n".join(listed) + "\n", encoding="utf-8")
    monkeypatch.setattr(recipe, "ASSETS", tmp_path / "assets.toml")
    name, file = TAGGED_NEWS
    (datasets / name).mkdir()
    (datasets / name / file).write_text("Ia\tPR\npergi\tVB\n.\tSYM\n", encoding="utf-8")
    syntax.mkdir()
    silver = [asdict(sentence(*parts, "raw")) | {"lemmas": []} for parts in itertools.islice(left, 30)]
    lines = "".join(json.dumps(line) + "\n" for line in silver)
    (syntax / "silver.jsonl").write_text(lines, encoding="utf-8")
    nlp = spacy.blank("id")
    words = [*NOUNS, *(verb for verb, _ in VERBS), *(town.lower() for town in TOWNS)]
    data = np.random.default_rng(1).normal(size=(len(words), 8)).astype(np.float32)
    nlp.vocab.vectors = Vectors(data=data, keys=[nlp.vocab.strings.add(word) for word in words], attr="LOWER")
    nlp.to_disk(syntax / "vectors")
    return datasets, syntax


def arguments(sets: tuple[Path, Path], tmp_path: Path, *more: str) -> list[str]:
    given = {"--datasets": sets[0], "--syntax-work": sets[1], "--work": tmp_path / "work", "--out": tmp_path / "model"}
    given |= {"--metrics": tmp_path / "metrics.json"}
    steps = ("--tokenizer-steps", "90", "--tagger-steps", "60", "--parser-steps", "60", "--lemma-passes", "1")
    return [str(part) for pair in given.items() for part in pair] + [*steps, "--every", "30", *more]


# Stanza's scorer leaves the files it reads to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_whole_recipe_learns_to_read_and_ships_what_it_measured(sets: tuple[Path, Path], tmp_path: Path) -> None:
    options = arguments(sets, tmp_path)
    assert recipe.main(["make", *options]) == 0
    made = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    for part in ("csui", "gsd"):
        for side in ("gold_words", "raw_text"):
            assert made["test"][part][side]["upos"] >= 0.9, made
            assert made["test"][part][side]["las"] >= 0.8, made
            assert made["test"][part][side]["lemmas"] >= 0.9, made
        assert made["test"][part]["raw_text"]["words"] >= 0.97
    folder = tmp_path / "model"
    assert missing_models(folder) == []
    assert str(tmp_path).encode() not in b"".join(path.read_bytes() for path in folder.rglob("*.pt"))
    text = "Jaksa memeriksa saksi di Belu. "
    doc = StanzaEngine(folder).read(text)
    assert doc.text == text
    assert doc[1].lemma_ == "periksa"

    weights = tmp_path / "work" / "parser.pt"
    before = weights.read_bytes()
    assert recipe.main(["make", *options]) == 0
    assert weights.read_bytes() == before, "a training that is done is not done again"
    assert recipe.main(["measure", *options]) == 0
    again = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert again["test"]["csui"]["raw_text"]["las"] == made["test"]["csui"]["raw_text"]["las"]


def test_without_labelled_news_it_says_what_makes_it(
    sets: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sets[1] / "silver.jsonl").unlink()
    assert recipe.main(["make", *arguments(sets, tmp_path)]) == 2
    assert "make them with python -m training.syntax make" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_a_folder_without_models_is_not_measured(
    sets: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recipe.main(["measure", *arguments(sets, tmp_path)]) == 2
    assert "no Indonesian models of Stanza" in capsys.readouterr().err


def test_trees_come_back_as_they_were_written(tmp_path: Path) -> None:
    written = [sentence("polisi", VERBS[0], "saksi", town) for town in TOWNS]
    write_conllu(written, tmp_path / "trees.conllu")
    read = read_conllu(tmp_path / "trees.conllu", "csui")
    # White space behind a sentence is not part of it.
    assert [item.text for item in read] == [item.text for item in written]
    assert [(item.words, item.tags, item.features, item.heads, item.relations, item.lemmas) for item in read] == [
        (item.words, item.tags, item.features, item.heads, item.relations, item.lemmas) for item in written
    ]


def test_every_character_has_a_label_and_every_word_an_end(tmp_path: Path) -> None:
    trees = [sentence("polisi", VERBS[0], thing, town) for thing in NOUNS for town in TOWNS[:2]]
    write_characters(trees, tmp_path / "a.txt", tmp_path / "a.labels", seed=2)
    text, labels = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.txt", "a.labels"))
    assert [len(part) for part in text.split("\n\n")] == [len(part) for part in labels.split("\n\n")]
    assert labels.count("2") == len(trees)
    assert labels.count("1") + labels.count("2") == sum(len(tree.words) for tree in trees)
    ends = {text[at - 3 : at + 1] for at, label in enumerate(labels) if label == "1"}
    assert "knya" not in ends or " nya" not in ends
    assert all(text[at] == "." for at, label in enumerate(labels) if label == "2")


def test_gold_stands_more_often_than_news_and_lower_names_teach_no_base_forms() -> None:
    gold = [sentence("polisi", VERBS[0], "saksi", "Belu", style) for style in ("csui", "pud", "gsd", "gsd-old")]
    news = [sentence("hakim", VERBS[1], "saksi", "Belu", "raw")]
    pool = mixed(gold, news, seed=1)
    assert [sum(item.style == style for item in pool) for style in ("csui", "pud", "gsd", "gsd-old", "raw")] == [
        2,
        1,
        1,
        0,
        1,
    ]
    taught = {item.style: item for item in with_lemmas([*gold, *news])}
    assert set(taught) == {"csui", "pud", "gsd", "raw"} - {"raw"}
    assert dict(zip(taught["gsd"].words, taught["gsd"].lemmas, strict=True))["Belu"] == ""
    assert dict(zip(taught["pud"].words, taught["pud"].lemmas, strict=True))["Belu"] == "Belu"
    assert recut([gold[0]])[0].words == gold[0].words
