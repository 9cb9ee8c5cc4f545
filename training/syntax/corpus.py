"""The treebanks: sentences of words with heads, relations, tags and lemmas, and what of them may be learned from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.syntax_words import split_words
from training.names.corpus import CorpusError, without_held_out

# Style -> folder, file, and what the file is for.
TREEBANKS = {
    "csui": ("ud-id-csui", {"train": "id_csui-ud-train.conllu", "test": "id_csui-ud-test.conllu"}),
    "pud": ("ud-id-pud", {"train": "id_pud-ud-test.conllu"}),
    "gsd": ("ud-id-gsd", {"train": "id_gsd-ud-dev.conllu", "test": "id_gsd-ud-test.conllu"}),
    # The release before GSD's revision, with other words and labels: only the teacher learns from it, as its own style.
    "gsd-old": ("ud-id-gsd-r2.1", {"train": "id-ud-train.conllu"}),
}
STYLES = tuple(TREEBANKS)
NEWS_STYLE = "csui"
AUXILIARY = "gsd-old"
# One sentence in so many of each treebank is kept back to choose on.
KEPT_BACK = {"csui": 10, "pud": 12, "gsd": 10}
TAGGED_NEWS = ("kumparan-nlp-id", "dataset_postag.txt")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of words; what is not annotated is empty.

    Attributes:
        words: the words, clitics on their own.
        spaces: whether white space follows each.
        style: whose annotation it is: a name of ``STYLES``, or ``raw``.
        tags: universal parts of speech.
        features: morphological features, ``Number=Sing|Person=3`` or empty.
        heads: number of each word's head counted from 1; 0 for the root.
        relations: dependency relations to the heads.
        lemmas: base forms.
    """

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    style: str
    tags: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    heads: tuple[int, ...] = ()
    relations: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The letters and digits alone: the sets split words and keep quotation marks differently."""
        return re.sub(r"[\W_]+", "", "".join(self.words)).casefold()

    @property
    def text(self) -> str:
        """The sentence as printed."""
        return "".join(w + " " * s for w, s in zip(self.words, self.spaces, strict=True)).rstrip()


def _blocks(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The paragraphs of a file with the number of their first line."""
    if not path.is_file():
        raise CorpusError(f"{path} is missing: see training/syntax/README.md for where the treebanks come from")
    block: list[str] = []
    first = 1
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield first, block
            block = []
        if not block:
            first = number + 1


def read_conllu(path: Path, style: str) -> list[Sentence]:
    """The sentences of a file in CoNLL-U. Words of a multiword token stand without space between them.

    Raises:
        CorpusError: the file is missing, or a line has not ten cells or an odd head.
    """
    return [_read_tree(block, style, f"{path}:{first}") for first, block in _blocks(path)]


def _read_tree(lines: Sequence[str], style: str, where: str) -> Sentence:
    rows: list[list[str]] = []
    glued_until, space_at_end = 0, True
    spaces: list[bool] = []
    for line in lines:
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 10 or (cells[0].isdigit() and not cells[6].isdigit()):
            raise CorpusError(f"{where}: {line!r} is no line of CoNLL-U")
        space = "SpaceAfter=No" not in cells[9]
        if "-" in cells[0]:
            glued_until, space_at_end = int(cells[0].split("-")[1]), space
        elif cells[0].isdigit():
            number = int(cells[0])
            spaces.append(space if number > glued_until else space_at_end and number == glued_until)
            rows.append(cells)
    if not rows:
        raise CorpusError(f"{where}: a sentence without words")
    has_features = any(row[5] != "_" for row in rows)
    has_lemmas = any(row[2] != "_" for row in rows)
    return Sentence(
        words=tuple(row[1] for row in rows),
        spaces=tuple(spaces),
        style=style,
        tags=tuple(row[3] for row in rows),
        features=tuple("" if row[5] == "_" else row[5] for row in rows) if has_features else (),
        heads=tuple(int(row[6]) for row in rows),
        relations=tuple(row[7] for row in rows),
        lemmas=tuple(row[2] for row in rows) if has_lemmas else (),
    )


def read_treebanks(folder: Path) -> dict[str, dict[str, list[Sentence]]]:
    """All treebanks: style -> part (``train``, ``test``) -> sentences."""
    return {
        style: {part: read_conllu(folder / name / file, style) for part, file in files.items()}
        for style, (name, files) in TREEBANKS.items()
    }


def raw_sentence(text: str) -> Sentence:
    """A sentence without annotation, cut into words as the pipeline cuts them."""
    spans = split_words(text)
    following = [start for start, _ in spans[1:]] + [len(text)]
    spaces = tuple(begin > end for (_, end), begin in zip(spans, following, strict=True))
    return Sentence(tuple(text[start:end] for start, end in spans), spaces, "raw")


# Marks that stand close to the word before or behind them, when a corpus says nothing about white space.
_CLOSES = re.compile(r"[.,;:!?%)\]}”’…]+$")
_OPENS = re.compile(r"[(\[{“‘]+$")
CLITIC = re.compile(r"(?:nya|lah|kah|pun|ku|mu|Nya)$")


def read_tagged_news(folder: Path) -> list[Sentence]:
    """The sentences of kumparan-nlp-id: words only, white space guessed, its tags left aside."""
    name, file = TAGGED_NEWS
    sentences = []
    for _, lines in _blocks(folder / name / file):
        # A few words of the corpus hold spaces; a sentence with such a word is left out.
        words = [line.split("\t")[0].strip() for line in lines]
        if all(words) and not any(" " in word for word in words):
            sentences.append(Sentence(tuple(words), tuple(_guessed_spaces(words)), "raw"))
    return sentences


def _guessed_spaces(words: Sequence[str]) -> list[bool]:
    spaces = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        is_glued = bool(_CLOSES.fullmatch(following) or _OPENS.fullmatch(word))
        is_glued |= word[-1:].islower() and bool(CLITIC.fullmatch(following))
        spaces.append(bool(following) and not is_glued)
    return spaces


def split_treebanks(
    treebanks: dict[str, dict[str, list[Sentence]]], raw: Sequence[Sentence]
) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """What is learned from, what choices are made on, and raw sentences to be labelled by the teacher.

    None equals, contains or stands inside a test sentence of any treebank; what is learned from and raw sentences keep
    clear of the sentences that choices are made on as well.
    """
    tests = [sentence for parts in treebanks.values() for sentence in parts.get("test", [])]
    kept_back: list[Sentence] = []
    learned: list[Sentence] = []
    for style, parts in treebanks.items():
        every = KEPT_BACK.get(style, 0)
        for number, sentence in enumerate(parts["train"]):
            (kept_back if every and number % every == every - 1 else learned).append(sentence)
    kept_back = without_held_out(kept_back, tests)
    held = [*tests, *kept_back]
    return without_held_out(learned, held), kept_back, without_held_out(raw, held)
