"""Which pieces of the encoder's vocabulary the shipped model keeps.

A quarter of a million pieces for a hundred languages would be four fifths of the model. Kept are those that Indonesian
news, gazetteers and name lists use, in any case; the rest of the budget goes to the most frequent pieces in Latin
letters, for English, Malay and what no list foresees. No test sentence is looked at.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from extract.names_model import word_spans
from training.names.corpus import Sentence
from training.names.encoder import SPECIAL_PIECES, Encoder
from training.names.invented import HERE, REFERENCE

SIZE = 36_000
TABLES = ("agencies.csv", "agency_patterns.csv", "titles.csv", "ranks.csv", "degrees.csv", "honorifics.csv")
LISTS = ("places.tsv", "place_aliases.csv", "countries.csv", "missions.csv", "relevance_terms.csv", "common_words.txt")
LATIN = re.compile(r"^▁?[A-Za-zÀ-ɏ'’.-]+$")
# Words this frequent are kept in lower case, in title case and in capitals.
FREQUENT = 3


def words_in(text: str) -> Iterator[str]:
    """The words of a text, as the name finder splits them."""
    return (text[start:end] for start, end in word_spans(text))


def vocabulary_words(datasets: Path, learned: Iterable[Sentence]) -> Counter[str]:
    """Words whose pieces are worth keeping, with how often they were seen."""
    words: Counter[str] = Counter()
    for sentence in learned:
        words.update(sentence.words)
    for line in (datasets / "kumparan-nlp-id" / "dataset_postag.txt").read_text(encoding="utf-8").splitlines():
        words.update(words_in(line.split("\t")[0]))
    words.update(reference_words())
    return words


def reference_words() -> Counter[str]:
    """Words of the gazetteers, of the frames and of the invented names."""
    words: Counter[str] = Counter()
    for name in (*TABLES, *LISTS):
        words.update(words_in((REFERENCE / name).read_text(encoding="utf-8")))
    with gzip.open(REFERENCE / "villages.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t"):
            words.update(words_in(row[1]))
    for name in ("people.toml", "frames.txt"):
        words.update(words_in((HERE / name).read_text(encoding="utf-8")))
    return words


def kept_pieces(encoder: Encoder, words: Counter[str], size: int = SIZE) -> list[int]:
    """Ids of the pieces to keep, ascending: special, single characters, those of the words, frequent Latin ones."""
    tokenizer = encoder.tokenizer()
    used: Counter[int] = Counter()
    for word, count in words.items():
        forms = {word, word.lower(), word.title(), word.upper()} if count >= FREQUENT else {word, word.title()}
        for form in forms:
            used.update(dict.fromkeys(tokenizer.encode(form).ids, count))
    single = [
        number for number, piece in enumerate(encoder.pieces) if len(piece.lstrip("▁")) <= 1 and ord(piece[-1]) < 0x2200
    ]
    by_score = sorted(range(len(encoder.pieces)), key=lambda number: -encoder.scores[number])
    latin = [number for number in by_score if LATIN.match(encoder.pieces[number])]
    wanted = dict.fromkeys([*range(SPECIAL_PIECES), *single, *(number for number, _ in used.most_common()), *latin])
    return sorted(list(wanted)[:size])
