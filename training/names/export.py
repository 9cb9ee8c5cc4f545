"""From trained weights to the files that ship: a pruned ONNX model in whole numbers, its tokenizer and a card.

The word embeddings stay in the four bits in which the encoder came, since training left them alone: nothing is lost.
The other matrices become eight-bit numbers; ``QUANTISATIONS`` says how.
"""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

from extract.names_model import LABELS, LONGEST
from training.names.corpus import STYLES
from training.names.encoder import BLOCK, Encoder, Tagger, unigram

OPSET = 18
RUNTIME_STYLE = "idner"


class _AboveWords(torch.nn.Module):
    """The tagger from word vectors on, with as many positions as a sentence can have."""

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model
        embeddings = model.bert.embeddings
        kept = embeddings.position_embeddings.weight.data[:LONGEST].clone()
        embeddings.position_embeddings = torch.nn.Embedding(*kept.shape)
        embeddings.position_embeddings.weight.data = kept

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        return self.model.above_words(vectors, mask, style)


def write_upper_part(model: Tagger, path: Path) -> None:
    """Write the model above the word embeddings as ONNX in fp32."""
    upper = _AboveWords(copy.deepcopy(model).eval()).eval()
    size = model.styles.weight.shape[1]
    example = (torch.randn(2, 9, size), torch.ones(2, 9, dtype=torch.long), torch.zeros(2, dtype=torch.long))
    axes = {0: "sentences", 1: "pieces"}
    with warnings.catch_warnings():
        # The exporter by tracing is announced as old; the new one cannot be quantised yet.
        warnings.simplefilter("ignore")
        _trace(upper, example, axes, path)


def _trace(upper: _AboveWords, example: tuple[torch.Tensor, ...], axes: dict[int, str], path: Path) -> None:
    torch.onnx.export(
        upper,
        example,
        str(path),
        input_names=["vectors", "mask", "style"],
        output_names=["scores"],
        dynamic_axes={"vectors": axes, "mask": axes, "style": {0: "sentences"}, "scores": axes},
        opset_version=OPSET,
        dynamo=False,
    )


def _dynamic(source: Path, target: Path, kept: Sequence[str] = ()) -> None:
    """Whole numbers on both sides of a product; the inputs' range is taken anew from every batch.

    Seven bits a weight: on processors without VNNI eight of them overflow where two products are added.
    """
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=list(kept),
    )


def _blockwise(source: Path, target: Path) -> None:
    """Weights in eight bits with a scale for every 128; products in fp32."""
    config = DefaultWeightOnlyQuantConfig(block_size=128, is_symmetric=True, bits=8)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target))


def _mixed(source: Path, target: Path) -> None:
    """Dynamic, but blockwise where inputs have outliers: behind the wide part of layers in the middle, and the head.

    Measured on development sentences: a third less error than ``dynamic`` for a sixteenth more time.
    """
    products = weighted_products(source)
    behind_wide = [name for name, rows in products if rows > min(rows for _, rows in products)]
    kept = [behind_wide[at] for at in OUTLIER_LAYERS if at < len(behind_wide)] + [products[-1][0]]
    partly = target.with_suffix(".partly.onnx")
    _dynamic(source, partly, kept)
    _blockwise(partly, target)
    partly.unlink()


def weighted_products(path: Path) -> list[tuple[str, int]]:
    """(name, inner width) of the products with trained matrices, in order of computation."""
    graph = onnx.load(path).graph
    rows = {tensor.name: tensor.dims[0] for tensor in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul"]
    return [(node.name, rows[node.input[1]]) for node in products if node.input[1] in rows]


# Layers of multilingual-e5-small, from 0, in whose wide part a few inputs are many times larger than the rest.
OUTLIER_LAYERS = (4, 5)
QUANTISATIONS: dict[str, Callable[[Path, Path], None]] = {
    "dynamic": _dynamic,
    "mixed": _mixed,
    "blockwise": _blockwise,
}


def with_word_embeddings(upper: Path, encoder: Encoder, kept: list[int], target: Path) -> None:
    """Put the kept word embeddings, in four bits, before the upper part.

    ``GatherBlockQuantized`` of ONNX Runtime reads rows of whole numbers with one fp16 scale a block of 32.
    """
    numbers, scales = four_bit_rows(encoder.state["embeddings.word_embeddings.weight"][kept].numpy())
    model = onnx.load(upper)
    graph = model.graph
    packed = (numbers[:, 0::2] & 15) | ((numbers[:, 1::2] & 15) << 4)
    data = helper.make_tensor(
        "word_numbers", TensorProto.INT4, numbers.shape, packed.astype(np.uint8).tobytes(), raw=True
    )
    graph.initializer.extend([data, numpy_helper.from_array(scales.astype(np.float16), "word_scales")])
    gather = helper.make_node(
        "GatherBlockQuantized",
        ["word_numbers", "ids", "word_scales"],
        ["half_vectors"],
        domain="com.microsoft",
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    cast = helper.make_node("Cast", ["half_vectors"], ["vectors"], to=TensorProto.FLOAT)
    graph.node.insert(0, cast)
    graph.node.insert(0, gather)
    inputs = [value for value in graph.input if value.name != "vectors"]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["sentences", "pieces"])
    del graph.input[:]
    graph.input.extend([ids, *inputs])
    domains = {entry.domain for entry in model.opset_import}
    for domain, version in (("com.microsoft", 1), ("", 21)):
        if domain not in domains:
            model.opset_import.append(helper.make_opsetid(domain, version))
        elif domain == "":
            next(entry for entry in model.opset_import if entry.domain == "").version = version
    model.ir_version = max(model.ir_version, 10)
    onnx.save(model, target)


def four_bit_rows(rows: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rows of floats as whole numbers of -8 to 7 and a scale for every 32 of them.

    Exact for rows that were read from four bits: the scale is found again as the smallest step between their values.
    """
    blocks = rows.reshape(len(rows), -1, BLOCK).astype(np.float32)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    scales = (extreme / -8).astype(np.float16).astype(np.float32)
    safe = np.where(scales == 0, 1, scales)
    numbers = np.clip(np.round(blocks / safe[..., None]), -8, 7).astype(np.int8)
    return numbers.reshape(rows.shape), scales


def write_shipped(model: Tagger, encoder: Encoder, kept: list[int], quantisation: str, folder: Path) -> Path:
    """Write ``model.onnx``, ``tokenizer.json`` and ``labels.json`` into a folder and give the model's path."""
    folder.mkdir(parents=True, exist_ok=True)
    upper, small, target = folder / "upper.onnx", folder / "upper-small.onnx", folder / "model.onnx"
    write_upper_part(model, upper)
    if quantisation == "fp32":
        small = upper
    else:
        QUANTISATIONS[quantisation](upper, small)
    with_word_embeddings(small, encoder, kept, target)
    upper.unlink()
    small.unlink(missing_ok=True)
    tokenizer = unigram([encoder.pieces[i] for i in kept], [encoder.scores[i] for i in kept])
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    facts = {"labels": list(LABELS), "styles": list(STYLES), "style": RUNTIME_STYLE, "longest": LONGEST}
    (folder / "labels.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return target
