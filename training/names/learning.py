"""Fine-tuning the encoder: seeded, resumable after a kill, with a usable checkpoint from early on.

The learning rate rises, stays, and falls to zero over the last part. The number of epochs may therefore be changed
between two runs of one training: whoever has less time than planned resumes with fewer epochs and still ends with
weights that have cooled down.

What a training gives is the mean of the weights over its last part: the last steps wander about a good place, and their
middle lies nearer to it than any of them (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima").
"""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from extract.names_model import LABELS, Encoded, encode
from training.names.corpus import STYLES, Sentence
from training.names.encoder import Encoder, Tagger
from training.names.invented import Inventor
from training.names.noise import noisy

PAD = 1
IGNORED = -100
# Sentences of like length are read together; this many batches are sorted at a time.
SORTED_BATCHES = 50
# The mean takes in the weights of every so manyth step: neighbours hardly differ.
AVERAGED_EVERY = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """How the model is trained.

    Attributes:
        epochs: how often every sentence is read; a fraction stops within an epoch.
        rate: highest learning rate of the encoder.
        head_rate: highest learning rate of the head and of the styles.
        batch: sentences a step.
        warm: share of the steps over which the rate rises.
        cool: share of the steps over which it falls to zero.
        averaged: share of the steps, the last ones, whose weights the result is the mean of; 0 takes the last weights.
        invented: invented sentences an epoch.
        frozen: number of the encoder's lowest layers that are left as they are.
        seed: decides every draw.
        checkpoint_seconds: a checkpoint is written this often.
    """

    epochs: float = 6.0
    rate: float = 1.7e-4
    head_rate: float = 1e-3
    batch: int = 16
    warm: float = 0.06
    cool: float = 0.5
    averaged: float = 0.0
    invented: int = 600
    frozen: int = 4
    seed: int = 1
    checkpoint_seconds: float = 240.0


def share_of_rate(step: int, steps: int, warm: float, cool: float) -> float:
    """Which share of the highest learning rate is used at a step: rising, then falling in a line to zero.

    Args:
        step: the step, from 0.
        steps: of the whole training.
        warm: share of the steps over which the rate rises.
        cool: share of the steps over which it falls.
    """
    rising = (step + 1) / max(1.0, warm * steps)
    falling = (steps - step) / max(1.0, cool * steps)
    return min(1.0, rising, falling)


# The second stage goes on from the first's weights: other draws, a lower rate, a longer fall, and an averaged end.
FIRST = Plan()
SECOND = Plan(epochs=4.0, rate=1.5e-4, cool=0.7, averaged=0.3, seed=2)


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence ready to be learned: its pieces, and the label of each word that fits."""

    encoded: Encoded
    labels: list[int]
    style: int


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def prepared(sentence: Sentence, tokenizer: Tokenizer, cache: dict[str, list[int]]) -> Example:
    """The sentence as the model reads it."""

    def pieces_of(word: str) -> list[int]:
        if word not in cache:
            cache[word] = tokenizer.encode(word).ids
        return cache[word]

    encoded = encode(sentence.words, pieces_of)
    labels = [LABELS.index(label) for label in sentence.labels[: len(encoded.first)]]
    return Example(encoded, labels, STYLES.index(sentence.style))


def as_batch(examples: Sequence[Example]) -> Batch:
    """Piece ids, mask and labels (sentences x pieces; a label at each word's first piece), and styles."""
    width = max(len(example.encoded.ids) for example in examples)
    ids = torch.full((len(examples), width), PAD)
    mask = torch.zeros((len(examples), width), dtype=torch.long)
    gold = torch.full((len(examples), width), IGNORED)
    for row, example in enumerate(examples):
        ids[row, : len(example.encoded.ids)] = torch.tensor(example.encoded.ids)
        mask[row, : len(example.encoded.ids)] = 1
        gold[row, example.encoded.first] = torch.tensor(example.labels, dtype=torch.long)
    return ids, mask, torch.tensor([example.style for example in examples]), gold


def epoch_batches(
    sentences: Sequence[Sentence], tokenizer: Tokenizer, cache: dict[str, list[int]], plan: Plan, epoch: int
) -> Iterator[Batch]:
    """The batches of one epoch: the same for the same plan and epoch, whoever asks."""
    draw = random.Random(f"{plan.seed}:{epoch}")
    inventor = Inventor(plan.seed * 1000 + epoch)
    pool = [noisy(sentence, draw, inventor) for sentence in [*sentences, *inventor.sentences(plan.invented)]]
    examples = [prepared(sentence, tokenizer, cache) for sentence in pool]
    draw.shuffle(examples)
    batches: list[list[Example]] = []
    for at in range(0, len(examples), SORTED_BATCHES * plan.batch):
        alike = sorted(examples[at : at + SORTED_BATCHES * plan.batch], key=lambda example: len(example.encoded.ids))
        batches += [alike[i : i + plan.batch] for i in range(0, len(alike), plan.batch)]
    draw.shuffle(batches)
    return map(as_batch, batches)


def _learned(model: Tagger) -> dict[str, torch.Tensor]:
    """The weights that are trained; the word embeddings are the encoder's and need no copy."""
    return {name: weight for name, weight in model.state_dict().items() if "word_embeddings" not in name}


class Mean:
    """The running mean of a model's weights; a checkpoint carries it on.

    Attributes:
        count: how many weights it is the mean of.
        weights: the mean of what is trained, by name; empty until the first are taken in.
    """

    def __init__(self, count: int = 0, weights: dict[str, torch.Tensor] | None = None) -> None:
        self.count = count
        self.weights = weights or {}

    @torch.no_grad()
    def take_in(self, model: Tagger) -> None:
        """Take in the weights that the model has now."""
        self.count += 1
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                mean = self.weights.setdefault(name, weight.detach().clone())
                mean.lerp_(weight, 1 / self.count)


def save(path: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint so that a kill leaves the old one or the new one, never half of one."""
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def load_weights(model: Tagger, path: Path) -> None:
    """Put a checkpoint's weights into a model that has the encoder's word embeddings."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    missing, unexpected = model.load_state_dict(content["model"], strict=False)
    if unexpected or any("word_embeddings" not in name for name in missing):
        raise ValueError(f"{path} does not fit the model: unexpected {unexpected}, missing {missing}")


def train(
    encoder: Encoder, sentences: Sequence[Sentence], plan: Plan, folder: Path, start: Path | None = None
) -> Tagger:
    """Train a tagger, or go on where a killed training of the same folder stopped.

    Args:
        encoder: what to start from.
        sentences: what to learn from; invented sentences are added by the plan.
        plan: how.
        folder: where ``checkpoint.pt`` and ``log.jsonl`` lie.
        start: weights of an earlier training to begin with; otherwise those of the encoder.
    """
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    model = Tagger(encoder, len(STYLES), plan.frozen)
    fast = ("head.", "styles.")
    trained = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [weight for name, weight in trained if not name.startswith(fast)]},
            {"params": [weight for name, weight in trained if name.startswith(fast)]},
        ],
        weight_decay=0.01,
        fused=True,
    )
    done, mean = 0, Mean()
    if checkpoint.is_file():
        load_weights(model, checkpoint)
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        optimizer.load_state_dict(content["optimizer"])
        done, mean = content["step"], Mean(**content["mean"])
    elif start is not None:
        load_weights(model, start)
    steps_an_epoch = math.ceil((len(sentences) + plan.invented) / plan.batch)
    steps = round(plan.epochs * steps_an_epoch)
    tokenizer, cache = encoder.tokenizer(), dict[str, list[int]]()
    model.train()
    saved, losses = time.monotonic(), list[float]()
    for epoch in range(done // steps_an_epoch, math.ceil(plan.epochs)):
        for number, (ids, mask, style, gold) in enumerate(epoch_batches(sentences, tokenizer, cache, plan, epoch)):
            step = epoch * steps_an_epoch + number
            if not done <= step < steps:
                continue
            torch.manual_seed(plan.seed * 1_000_003 + step)
            for group, rate in zip(optimizer.param_groups, (plan.rate, plan.head_rate), strict=True):
                group["lr"] = rate * share_of_rate(step, steps, plan.warm, plan.cool)
            scores = model(ids, mask, style)
            loss = torch.nn.functional.cross_entropy(scores.view(-1, len(LABELS)), gold.view(-1), ignore_index=IGNORED)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward([loss])
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            if step >= steps * (1 - plan.averaged) and step % AVERAGED_EVERY == 0:
                mean.take_in(model)
            if time.monotonic() - saved > plan.checkpoint_seconds or step + 1 == (epoch + 1) * steps_an_epoch:
                content = {"model": _learned(model), "optimizer": optimizer.state_dict(), "step": step + 1}
                save(checkpoint, content | {"mean": vars(mean)})
                _note(folder, {"step": step + 1, "of": steps, "loss": round(sum(losses) / len(losses), 4)})
                saved, losses = time.monotonic(), []
    model.load_state_dict(mean.weights, strict=False)
    save(folder / "weights.pt", {"model": _learned(model), "plan": asdict(plan)})
    return model.eval()


def _note(folder: Path, line: dict[str, object]) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    print(line, flush=True)
