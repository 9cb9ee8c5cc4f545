"""The recipe of the syntax pipeline, whole, on a tiny treebank of our own."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from extract.syntax import load_syntax
from training.names.corpus import CorpusError
from training.syntax import __main__ as recipe
from training.syntax import student
from training.syntax.corpus import (
    TAGGED_NEWS,
    TREEBANKS,
    Sentence,
    raw_sentence,
    read_conllu,
    read_tagged_news,
    read_treebanks,
    split_treebanks,
)
from training.syntax.measuring import Reading, gold_reading, scores

NOUNS = ("polisi", "petugas", "korban", "saksi", "tersangka", "jaksa", "hakim", "nelayan", "bupati", "camat")
VERBS = (("menangkap", "tangkap"), ("memeriksa", "periksa"), ("membantu", "bantu"), ("mencari", "cari"))
TOWNS = ("Kupang", "Belu", "Batam", "Nunukan", "Cilacap", "Medan")


def tree(subject: str, verb: tuple[str, str], thing: str, town: str, number: int) -> str:
    """A sentence in CoNLL-U: who did what to whom where; every third one with a clitic."""
    rows = [
        (subject.capitalize(), subject, "NOUN", "Number=Sing", 2, "nsubj", "_"),
        (verb[0], verb[1], "VERB", "Voice=Act", 0, "root", "_"),
        (thing, thing, "NOUN", "Number=Sing", 2, "obj", "_"),
    ]
    if number % 3 == 0:
        rows.append(("nya", "nya", "PRON", "Person=3", 3, "nmod:poss", "_"))
    rows += [
        ("di", "di", "ADP", "_", len(rows) + 2, "case", "_"),
        (town, town, "PROPN", "_", 2, "obl", "SpaceAfter=No"),
        (".", ".", "PUNCT", "_", 2, "punct", "_"),
    ]
    lines = [f"# sent_id = {number}"]
    for at, (form, lemma, tag, features, head, relation, more) in enumerate(rows, 1):
        if number % 3 == 0 and at == 3:
            lines.append(f"3-4\t{form}nya" + "\t_" * 8)
        lines.append("\t".join((str(at), form, lemma, tag, "_", features, str(head), relation, "_", more)))
    return "\n".join(lines)


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "datasets"
    combinations = list(itertools.product(NOUNS, VERBS, NOUNS, TOWNS))
    random.Random(3).shuffle(combinations)
    left = iter(enumerate(combinations))
    assets: dict[str, dict[str, str]] = {}
    for name, files in TREEBANKS.values():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for part, file in files.items():
            count = 60 if part == "train" else 15
            trees = [tree(*parts, number) for number, parts in itertools.islice(left, count)]
            (folder / name / file).write_text("\n\n".join(trees) + "\n\n", encoding="utf-8")
            assets.setdefault(name, {})[file] = hashlib.sha256((folder / name / file).read_bytes()).hexdigest()
    name, file = TAGGED_NEWS
    (folder / name).mkdir()
    news = [[*parts[1:2], parts[0]] for _, parts in itertools.islice(left, 40)]
    lines = "\n\n".join(
        f"{who.capitalize()}\tNN\n{verb[0]}\tVB\nkami\tPR\ndi\tIN\nsini\tPR\n.\tSYM" for verb, who in news
    )
    (folder / name / file).write_text(lines + "\n", encoding="utf-8")
    listed = "".join(
        f'[{name}]\nsource = "test"\nrevision = "1"\n[{name}.sha256]\n'
        + "".join(f'"{file}" = "{digest}"\n' for file, digest in files.items())
        for name, files in assets.items()
    )
    (tmp_path / "assets.toml").write_text(listed, encoding="utf-8")
    monkeypatch.setattr(recipe, "ASSETS", tmp_path / "assets.toml")
    return folder


def arguments(datasets: Path, tmp_path: Path, *more: str) -> list[str]:
    given = {"--datasets": datasets, "--work": tmp_path / "work", "--out": tmp_path / "model"}
    given |= {"--metrics": tmp_path / "metrics.json"}
    return [str(part) for pair in given.items() for part in pair] + list(more)


@pytest.mark.slow
def test_whole_recipe_learns_to_read_and_ships_what_it_measured(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As shipped, but in small steps: the tiny treebank is learned in seconds.
    for name in ("CONFIG", "LEMMAS"):
        path: Path = getattr(student, name)
        settings = path.read_text(encoding="utf-8")
        for shipped, small in (("size = 700", "size = 120"), ("use_averages = true", "use_averages = false")):
            assert shipped in settings
            settings = settings.replace(shipped, small)
        (tmp_path / path.name).write_text(re.sub(r"warmup_steps = \d+", "warmup_steps = 5", settings), encoding="utf-8")
        monkeypatch.setattr(student, name, tmp_path / path.name)
    options = arguments(datasets, tmp_path, "--steps", "120", "--lemma-steps", "60")
    assert recipe.main(["make", "--gold-only", *options]) == 0
    made = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    for part in ("csui", "gsd"):
        for side in ("gold_words", "raw_text"):
            assert made["test"][part][side]["las"] >= 0.9
            assert made["test"][part][side]["upos"] >= 0.95
    doc = load_syntax(tmp_path / "model")("Jaksa memeriksa saksinya di Belu.")
    assert [token.dep_ for token in doc] == ["nsubj", "ROOT", "obj", "nmod:poss", "case", "obl", "punct"]
    assert doc[1].lemma_ == "periksa"
    assert "camat" not in (tmp_path / "model" / "vocab" / "strings.json").read_text(encoding="utf-8")

    weights = tmp_path / "model" / "parser" / "model"
    before = weights.read_bytes()
    assert recipe.main(["make", "--gold-only", *options]) == 0
    assert weights.read_bytes() == before, "a training that is done is not done again"
    assert recipe.main(["measure", *options]) == 0
    again = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert again["test"]["csui"]["raw_text"]["las"] == made["test"]["csui"]["raw_text"]["las"]


def test_a_changed_treebank_stops_the_recipe(
    datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, files = TREEBANKS["csui"]
    with (datasets / name / files["train"]).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert recipe.main(["make", *arguments(datasets, tmp_path)]) == 2
    assert "has another SHA-256" in capsys.readouterr().err


def test_no_test_sentence_is_learned_whatever_its_spaces_and_set(datasets: Path) -> None:
    treebanks = read_treebanks(datasets)
    stolen = treebanks["gsd"]["test"][0]
    treebanks["pud"]["train"].append(Sentence(**{**_fields(stolen), "style": "pud"}))
    news = [*read_tagged_news(datasets), raw_sentence("Kemarin " + treebanks["csui"]["test"][3].text)]
    news.append(raw_sentence(treebanks["csui"]["train"][9].text))
    gold, kept_back, raw = split_treebanks(treebanks, news)
    tests = {sentence.key for parts in treebanks.values() for sentence in parts.get("test", [])}
    assert not tests & {sentence.key for sentence in [*gold, *kept_back, *raw]}
    assert not {sentence.key for sentence in kept_back} & {sentence.key for sentence in [*gold, *raw]}
    assert not any(key in sentence.key for key in tests for sentence in raw)
    assert len(raw) >= len({sentence.key for sentence in read_tagged_news(datasets)})


def _fields(sentence: Sentence) -> dict[str, Any]:
    return {name: getattr(sentence, name) for name in Sentence.__slots__}


def test_a_line_that_is_no_conllu_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.conllu").write_text("# sent_id = 1\n1\tIa\tia\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"bad\.conllu:1: .*no line of CoNLL-U"):
        read_conllu(tmp_path / "bad.conllu", "csui")


def test_scores_count_words_heads_and_relations(datasets: Path) -> None:
    sentences = read_treebanks(datasets)["csui"]["test"][:2]
    text, gold = gold_reading(sentences)
    assert text == f"{sentences[0].text} {sentences[1].text}"
    assert all(text[start:end] for start, end in gold.words)
    assert set(scores(gold, gold).values()) == {1.0}
    span, word = next((span, word) for span, word in gold.words.items() if word.relation == "obj")
    changed = dict(gold.words)
    changed[span] = type(word)(word.span, "X", word.features, word.lemma, word.head, "obl")
    found = scores(gold, Reading(changed, gold.sentences))
    missed = 1 - 1 / len(gold.words)
    assert (found["upos"], found["las"], found["uas"]) == (pytest.approx(missed, abs=1e-4),) * 2 + (1.0,)
    del changed[span]
    assert scores(gold, Reading(changed, set()))["words"] < 1
    assert scores(gold, Reading(changed, set()))["sentences"] == 0


def test_the_teacher_learns_and_labels_what_it_has_not_seen(datasets: Path, tmp_path: Path) -> None:
    needed = "the teacher needs torch and transformers: see training/syntax/README.md"
    torch = pytest.importorskip("torch", reason=needed)
    pytest.importorskip("transformers", reason=needed)
    pytest.importorskip("tokenizers", reason=needed)
    from training.names.encoder import Encoder
    from training.syntax import teaching

    torch.manual_seed(3)
    width, inner, layers = 32, 64, 2
    letters = [chr(code) for code in range(33, 127)]
    known = [*NOUNS, *(verb for verb, _ in VERBS), *TOWNS, "nya", "di"]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters, *("▁" + word for word in known)]
    scored = [0.0] * 4 + [-5.0] + [-8.0] * len(letters) + [-4.0] * len(known)
    config = {
        "vocab_size": len(pieces),
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "intermediate_size": inner,
        "max_position_embeddings": 200,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
    }
    from transformers import BertConfig, BertModel

    state = BertModel(BertConfig(**config), add_pooling_layer=False).state_dict()
    state["embeddings.word_embeddings.weight"] *= 10
    encoder = Encoder(config, state, pieces, scored)
    gold, kept_back, news = split_treebanks(read_treebanks(datasets), read_tagged_news(datasets))
    plan = teaching.TeacherPlan(epochs=30, rate=3e-3, head_rate=6e-3, auxiliary=30, frozen=0, batch=12)
    teacher = teaching.train_teacher(encoder, gold, kept_back, plan, tmp_path)
    learned = teaching.teacher_scores(teacher, encoder, kept_back)
    assert all(figures["las"] > 0.9 for figures in learned.values()), learned
    again = teaching.train_teacher(encoder, gold, kept_back, plan, tmp_path)
    assert teaching.teacher_scores(again, encoder, kept_back) == learned
    silver = teaching.silver_sentences(teacher, encoder, [*kept_back, *news], "csui", 0.5)
    assert silver
    assert all(len(sentence.heads) == len(sentence.words) for sentence in silver)
    assert not teaching.silver_sentences(teacher, encoder, kept_back, "csui", 1.01)


def test_heads_that_form_a_circle_are_no_tree() -> None:
    teacher = pytest.importorskip("training.syntax.teacher", reason="the teacher needs torch and transformers")
    assert teacher.is_tree([2, 0, 2])
    assert not teacher.is_tree([2, 1, 0])
    assert not teacher.is_tree([0, 0, 1])
    assert not teacher.is_tree([2, 3, 2])
