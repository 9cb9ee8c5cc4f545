"""Training the teacher and letting it label news: seeded, resumable after a kill."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from training.names.encoder import Encoder
from training.names.learning import save, share_of_rate
from training.syntax.corpus import AUXILIARY, Sentence
from training.syntax.teacher import Batch, Example, Labels, Teacher, as_batch, is_tree, prepared

# Sentences of like length are read together; this many batches are sorted at a time.
SORTED_BATCHES = 50


@dataclass(frozen=True, slots=True)
class TeacherPlan:
    """How the teacher is trained.

    Attributes:
        epochs: how often every sentence is read.
        auxiliary: sentences of the old release of GSD an epoch; none in the second half of the epochs.
        rate: highest learning rate of the encoder.
        head_rate: highest learning rate of what stands on top of it.
        batch: sentences a step.
        warm: share of the steps over which the rate rises.
        frozen: number of the encoder's lowest layers that are left as they are.
        seed: decides every draw.
        checkpoint_seconds: a checkpoint is written this often.
    """

    epochs: int = 6
    auxiliary: int = 900
    rate: float = 1.5e-4
    head_rate: float = 1.5e-3
    batch: int = 16
    warm: float = 0.08
    frozen: int = 3
    seed: int = 1
    checkpoint_seconds: float = 240.0


def _epoch(sentences: Sequence[Sentence], plan: TeacherPlan, epoch: int) -> list[Sentence]:
    """What is read in an epoch: every sentence, and a draw of the auxiliary ones that differs each time."""
    draw = random.Random(f"{plan.seed}:{epoch}")
    pool = [sentence for sentence in sentences if sentence.style != AUXILIARY]
    auxiliary = [sentence for sentence in sentences if sentence.style == AUXILIARY]
    if epoch < 0.5 * plan.epochs:
        pool += draw.sample(auxiliary, min(plan.auxiliary, len(auxiliary)))
    draw.shuffle(pool)
    return pool


def _batches(examples: Sequence[Example], size: int, draw: random.Random) -> list[Batch]:
    batches: list[list[Example]] = []
    for at in range(0, len(examples), SORTED_BATCHES * size):
        alike = sorted(examples[at : at + SORTED_BATCHES * size], key=lambda example: len(example.encoded.ids))
        batches += [alike[i : i + size] for i in range(0, len(alike), size)]
    draw.shuffle(batches)
    return [as_batch(batch) for batch in batches]


def train_teacher(
    encoder: Encoder, sentences: Sequence[Sentence], kept_back: Sequence[Sentence], plan: TeacherPlan, folder: Path
) -> Teacher:
    """Train the teacher, or go on where a killed training of the same folder stopped.

    Args:
        encoder: what to start from.
        sentences: what to learn from.
        kept_back: sentences the log tells the accuracy on after each epoch.
        plan: how.
        folder: where ``teacher.pt``, ``teacher-checkpoint.pt`` and ``teacher-log.jsonl`` lie.
    """
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    folder.mkdir(parents=True, exist_ok=True)
    done_file, checkpoint = folder / "teacher.pt", folder / "teacher-checkpoint.pt"
    teacher = Teacher(encoder, Labels.of(sentences), plan.frozen)
    if done_file.is_file():
        print(f"{done_file} is there already: remove it to train anew", flush=True)
        _load(teacher, torch.load(done_file, map_location="cpu", weights_only=True)["model"])
        return teacher.eval()
    trained = [(name, weight) for name, weight in teacher.named_parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [weight for name, weight in trained if name.startswith("base.bert.")]},
            {"params": [weight for name, weight in trained if not name.startswith("base.bert.")]},
        ],
        weight_decay=0.01,
    )
    done = 0
    if checkpoint.is_file():
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        _load(teacher, content["model"])
        optimizer.load_state_dict(content["optimizer"])
        done = content["step"]
    tokenizer, cache = encoder.tokenizer(), dict[str, list[int]]()
    epochs = [_epoch(sentences, plan, epoch) for epoch in range(plan.epochs)]
    steps = sum(math.ceil(len(pool) / plan.batch) for pool in epochs)
    step, saved = 0, time.monotonic()
    for epoch, pool in enumerate(epochs):
        examples = [prepared(sentence, teacher.labels, tokenizer, cache) for sentence in pool]
        batches = _batches([e for e in examples if e], plan.batch, random.Random(f"{plan.seed}:{epoch}:batches"))
        losses: list[float] = []
        teacher.train()
        for batch in batches:
            step += 1
            if step <= done:
                continue
            torch.manual_seed(plan.seed * 1_000_003 + step)
            for group, rate in zip(optimizer.param_groups, (plan.rate, plan.head_rate), strict=True):
                group["lr"] = rate * share_of_rate(step - 1, steps, plan.warm, 1 - plan.warm)
            loss = teacher.loss(batch)
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward([loss])
            torch.nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            if time.monotonic() - saved > plan.checkpoint_seconds:
                content = {"model": _learned(teacher), "optimizer": optimizer.state_dict(), "step": step}
                save(checkpoint, content)
                saved = time.monotonic()
                print({"step": step, "of": steps, "loss": round(sum(losses) / len(losses), 4)}, flush=True)
        if losses:
            line = {"epoch": epoch + 1, "step": step, "of": steps, "loss": round(sum(losses) / len(losses), 4)}
            line |= teacher_scores(teacher, encoder, kept_back)
            with (folder / "teacher-log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            print(line, flush=True)
    save(done_file, {"model": _learned(teacher), "plan": asdict(plan)})
    return teacher.eval()


def _learned(teacher: Teacher) -> dict[str, torch.Tensor]:
    """The weights that are trained; the word embeddings are the encoder's and need no copy."""
    return {name: weight for name, weight in teacher.state_dict().items() if "word_embeddings" not in name}


def _load(teacher: Teacher, state: dict[str, torch.Tensor]) -> None:
    missing, unexpected = teacher.load_state_dict(state, strict=False)
    if unexpected or any("word_embeddings" not in name for name in missing):
        raise ValueError(f"the checkpoint does not fit the teacher: unexpected {unexpected}, missing {missing}")


def labelled(
    teacher: Teacher, encoder: Encoder, sentences: Sequence[Sentence], style: str | None = None, batch: int = 32
) -> Iterator[tuple[Sentence, float]]:
    """The sentences with the teacher's labels and its confidence, shortest first.

    Args:
        teacher: the trained teacher.
        encoder: the encoder it grew from, for its pieces.
        sentences: what to label; those too long for the encoder are left out.
        style: whose annotation to ask for; without it each sentence's own.
        batch: sentences read at a time.
    """
    tokenizer, cache = encoder.tokenizer(), dict[str, list[int]]()
    teacher.eval()
    bare = [Sentence(s.words, s.spaces, s.style) for s in sentences if s.words]
    readable = [(s, e) for s in bare if (e := prepared(s, teacher.labels, tokenizer, cache, style)) is not None]
    readable.sort(key=lambda pair: len(pair[1].encoded.ids))
    for at in range(0, len(readable), batch):
        part = readable[at : at + batch]
        yield from teacher.label(as_batch([example for _, example in part]), [sentence for sentence, _ in part])


def silver_sentences(
    teacher: Teacher, encoder: Encoder, sentences: Sequence[Sentence], style: str, least_sure: float
) -> list[Sentence]:
    """News with the teacher's labels, without sentences whose heads form no tree or of which it is not sure."""
    return [
        sentence
        for sentence, sure in labelled(teacher, encoder, sentences, style)
        if sure >= least_sure and is_tree(sentence.heads)
    ]


def teacher_scores(
    teacher: Teacher, encoder: Encoder, gold: Sequence[Sentence], style: str | None = None
) -> dict[str, dict[str, float]]:
    """UPOS, UAS and LAS of every word on gold words, for each style that occurs."""
    by_words = {(s.style, s.words): s for s in gold}
    right: dict[str, list[int]] = {}
    for found, _ in labelled(teacher, encoder, list(by_words.values()), style):
        truth = by_words[found.style, found.words]
        counts = right.setdefault(found.style, [0, 0, 0, 0])
        for at, head in enumerate(truth.heads):
            is_head = found.heads[at] == head
            counts[0] += 1
            counts[1] += found.tags[at] == truth.tags[at]
            counts[2] += is_head
            counts[3] += is_head and found.relations[at] == truth.relations[at]
    return {
        name: {"upos": round(tags / words, 4), "uas": round(heads / words, 4), "las": round(both / words, 4)}
        for name, (words, tags, heads, both) in right.items()
    }
