"""Lay trained models out as Stanza's own folder of resources, in half precision and without what training left."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch

PACKAGE = "jejak"
VERSION = "jejak-1.0.0"
LICENCE = "CC BY-SA 4.0"
# Step of Stanza -> file in the working folder, and whether it reads word vectors.
PARTS = {
    "tokenize": ("tokenizer.pt", False),
    "pos": ("tagger.pt", True),
    "lemma": ("lemmatizer.pt", False),
    "depparse": ("parser.pt", True),
    "pretrain": ("pretrain.pt", False),
}
# What a file of weights holds beside them: where the training read and wrote, how far it came.
PATHS = ("dir", "file")
UNUSED = ("optimizer_state_dict", "global_step", "last_best_step", "dev_score_history")
# The number Stanza's vocabularies give to what they do not know.
UNKNOWN = 1


def ship(work: Path, folder: Path) -> dict[str, int]:
    """Write the models of a working folder in place of those that lie in ``folder``.

    Args:
        work: where training left ``tokenizer.pt``, ``tagger.pt``, ``lemmatizer.pt``, ``parser.pt``, ``pretrain.pt``.
        folder: becomes a folder of resources that ``stanza.Pipeline("id", dir=folder)`` reads.

    Returns:
        Bytes of each model.
    """
    language: dict[str, Any] = {"lang_name": "Indonesian", "packages": {"default": dict.fromkeys(PARTS, PACKAGE)}}
    sizes: dict[str, int] = {}
    for step, (file, has_vectors) in PARTS.items():
        path = folder / "id" / step / f"{PACKAGE}.pt"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Read first and written whole: a broken run leaves the models that were there.
        checkpoint = torch.load(work / file, map_location="cpu", weights_only=True)
        torch.save(slim(checkpoint, step), path, _use_new_zipfile_serialization=False)
        entry: dict[str, Any] = {"md5": hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}
        if has_vectors:
            entry["dependencies"] = [{"model": "pretrain", "package": PACKAGE}]
        language[step] = {PACKAGE: entry}
        sizes[step] = path.stat().st_size
    resources = {"jejak": VERSION, "licence": LICENCE, "url": "", "id": language}
    (folder / "resources.json").write_text(json.dumps(resources, indent=1) + "\n", encoding="utf-8")
    return sizes


def slim(checkpoint: dict[str, Any], step: str) -> dict[str, Any]:
    """A file of weights without paths and states of training; weights in half precision, which Stanza reads as well.

    The parser was trained without base forms, which one step before it writes: it takes a base form it does not know
    for one that is missing.
    """
    if step == "pretrain":
        return checkpoint
    kept = {name: value for name, value in checkpoint.items() if name not in UNUSED}
    kept["config"] = {
        name: None if name.endswith(PATHS) or (isinstance(value, str) and "/" in value) else value
        for name, value in checkpoint["config"].items()
    }
    # A lemmatizer of a dictionary alone has no weights.
    weights = dict(checkpoint["model"] or {})
    if step == "depparse" and "lemma_emb.weight" in weights:
        table = weights["lemma_emb.weight"].clone()
        table[UNKNOWN] = table[_missing_lemma(checkpoint["vocab"])]
        weights["lemma_emb.weight"] = table
    kept["model"] = checkpoint["model"] and {
        name: value.half() if isinstance(value, torch.Tensor) and value.is_floating_point() else value
        for name, value in weights.items()
    }
    return kept


def _missing_lemma(vocab: dict[str, Any]) -> int:
    units: list[str] = vocab["lemma"]["_id2unit"]
    return units.index("_")
