"""Stanza's own training of tokenizer, tagger, lemmatizer and parser, with the sizes and steps of this project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

SHORTHAND = "id_jejak"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each model learns.

    Attributes:
        tokenizer: steps of the tokenizer.
        tagger: steps of the tagger.
        parser: steps of the parser, the last quarter of them at a quarter of the rate.
        lemmas: passes of the lemmatizer over its words; none leaves it a dictionary.
        every: steps between two looks at the sentences kept back; the best state is kept.
        seed: decides first weights and order.
    """

    tokenizer: int = 800
    tagger: int = 1_700
    parser: int = 1_200
    lemmas: int = 8
    every: int = 100
    seed: int = 1


def train_tokenizer(work: Path, plan: Plan) -> None:
    """``tokenizer.pt``: which characters end a word. Clitics are words; no token holds several of them."""
    (work / "no-mwt.json").write_text("[]\n", encoding="utf-8")
    arguments = {
        "txt_file": work / "tokens-train.txt",
        "label_file": work / "tokens-train.toklabels",
        "dev_txt_file": work / "tokens-dev.txt",
        "dev_label_file": work / "tokens-dev.toklabels",
        "dev_conll_gold": work / "dev.conllu",
        "mwt_json_file": work / "no-mwt.json",
        "max_seqlen": 300,
        "steps": plan.tokenizer,
        "eval_steps": min(plan.every, plan.tokenizer),
        "report_steps": 50,
    }
    _train("tokenizer", work, plan, arguments, ("no_use_mwt",))


def train_tagger(work: Path, plan: Plan) -> None:
    """``tagger.pt``: parts of speech and features. One reading of the words serves both."""
    arguments = {
        "train_file": work / "train.conllu",
        "eval_file": work / "dev.conllu",
        "wordvec_pretrain_file": work / "pretrain.pt",
        # Sentences, not words.
        "batch_size": 32,
        "max_steps": plan.tagger,
        "eval_interval": min(plan.every, plan.tagger),
        "word_cutoff": 3,
        "char_hidden_dim": 150,
        "char_emb_dim": 64,
        "hidden_dim": 200,
        "deep_biaff_hidden_dim": 200,
        "composite_deep_biaff_hidden_dim": 50,
        "augment_nopunct": 0.05,
        "second_lr": 0.0007,
        "max_steps_before_stop": 250,
        "log_step": 50,
    }
    _train("tagger", work, plan, arguments, ("fix_eval_interval", "share_hid"))


def _tag(work: Path, untagged: Path, tagged: Path) -> None:
    """Give a file of trees the tagger's parts of speech: the parser learns with the errors it will meet."""
    arguments = {
        "eval_file": untagged,
        "output_file": tagged,
        "wordvec_pretrain_file": work / "pretrain.pt",
        "save_dir": work,
        "save_name": "tagger.pt",
        "lang": "id",
        "shorthand": SHORTHAND,
        "mode": "predict",
    }
    _run("tagger", arguments, ("cpu",))


def train_lemmatizer(work: Path, plan: Plan) -> None:
    """``lemmatizer.pt``: a dictionary of the treebanks' words, and for others a small model that spells."""
    arguments = {
        "train_file": work / "lemma-train.conllu",
        "eval_file": work / "lemma-dev.conllu",
        "num_epoch": max(1, plan.lemmas),
        "hidden_dim": 100,
        "batch_size": 100,
    }
    switches = ("skip_blank_lemmas", *(() if plan.lemmas else ("dict_only",)))
    _train("lemmatizer", work, plan, arguments, switches)


def train_parser(work: Path, plan: Plan) -> None:
    """``parser.pt``: heads and relations, of words and the parts of speech that the tagger gives them."""
    if not (work / "parser.done").is_file():
        for part in ("train", "dev"):
            _tag(work, work / f"parser-{part}-untagged.conllu", work / f"parser-{part}.conllu")
    arguments = {
        "train_file": work / "parser-train.conllu",
        "eval_file": work / "parser-dev.conllu",
        "wordvec_pretrain_file": work / "pretrain.pt",
        # Words, not sentences.
        "batch_size": 500,
        "max_steps": plan.parser,
        "eval_interval": min(plan.every, plan.parser),
        "checkpoint_interval": 2 * plan.every,
        "word_cutoff": 3,
        "word_emb_dim": 64,
        "char_hidden_dim": 100,
        "char_emb_dim": 50,
        "hidden_dim": 200,
        "num_layers": 3,
        "deep_biaff_hidden_dim": 150,
        "optim": "adam",
        "lr": 0.002,
        "beta2": 0.95,
        "weight_decay": 0,
        "second_lr": 0.0005,
        "second_optim_start_step": plan.parser * 3 // 4,
        "second_warmup_steps": 1,
        "max_steps_before_stop": 5_000,
        "plateau_steps": 100_000,
        "augment_nopunct": 0.05,
        "log_step": 50,
    }
    _train("parser", work, plan, arguments, ("no_xpos", "no_ufeats"))


def _train(part: str, work: Path, plan: Plan, arguments: dict[str, object], switches: tuple[str, ...]) -> None:
    """Train one model, unless an earlier run did."""
    done = work / f"{part}.done"
    if done.is_file():
        print(f"{work / part}.pt is there already: remove {done} to train anew", flush=True)
        return
    common: dict[str, object] = {
        "mode": "train",
        "shorthand": SHORTHAND,
        "save_dir": work,
        "save_name": f"{part}.pt",
        "seed": plan.seed,
    }
    if part != "lemmatizer":
        common["lang"] = "id"
    _run(part, common | arguments, (*switches, "cpu"))
    done.touch()


def _run(part: str, arguments: dict[str, object], switches: tuple[str, ...]) -> None:
    """Run one of Stanza's programs in this process, on one thread."""
    import_module("torch").set_num_threads(1)
    program: Callable[[list[str]], object] = import_module(f"stanza.models.{part}").main
    program(
        [cell for name, value in arguments.items() for cell in (f"--{name}", str(value))] + [f"--{s}" for s in switches]
    )
