"""Make ``common_words.txt`` and ``given_names.txt`` from free Indonesian corpora.

Both are lists of single words: no sentence of a corpus is kept. The words tell a name from an ordinary word
that is merely capitalised; the names say which capitalised words Indonesian news has already used as parts of
persons' names.

Sources: kumparan-nlp-id (MIT) for the words; IDNER-news-2k (MIT), indonesia-ner-2016 (MIT) and NERGrit
(Apache-2.0) for the names.

Usage: ``python training/reference/words_and_names.py DATASETS_FOLDER [OUTPUT_FOLDER]``
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"^[^\W\d_]+(?:['’`-][^\W\d_]+)*$")
TAGGED_PERSON = re.compile(r"<PERSON>(.*?)</PERSON>")
SENTENCE_ENDS = frozenset([".", "?", "!", '"', "“", "”", ":"])
MOST_WORDS = 12_000
LEAST_LOWER_SHARE = 0.6
LEAST_COUNT = 2


def common_words(tagged: Path) -> list[str]:
    """The most frequent words of a POS-tagged corpus that are mostly written in lower case, sorted.

    The first word of a sentence tells nothing about its case and is not counted as capitalised.
    """
    lower: Counter[str] = Counter()
    total: Counter[str] = Counter()
    begins_sentence = True
    for line in tagged.read_text(encoding="utf-8").splitlines():
        word = line.split("\t")[0].strip()
        if WORD.match(word) and (word.islower() or not begins_sentence):
            total[word.lower()] += 1
            lower[word.lower()] += word.islower()
        begins_sentence = not word or word in SENTENCE_ENDS
    kept = [
        word
        for word, count in lower.most_common()
        if count >= LEAST_COUNT and count / total[word] >= LEAST_LOWER_SHARE and len(word) > 1
    ]
    return sorted(kept[:MOST_WORDS])


def column_persons(path: Path, label_column: int, separator: str | None) -> Iterator[str]:
    """Each token labelled B-PERSON, I-PERSON, B-PER or I-PER in a file of one token a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split(separator)
        if len(fields) > label_column and fields[label_column].strip()[2:].startswith("PER"):
            yield fields[0]


def inline_persons(path: Path) -> Iterator[str]:
    """Each token inside ``<PERSON>`` tags."""
    for name in TAGGED_PERSON.findall(path.read_text(encoding="utf-8")):
        yield from name.split()


def given_names(datasets: Path, words: frozenset[str]) -> list[str]:
    """Every capitalised token of a person's name in the three sets that is no common word, sorted."""
    tokens: set[str] = set()
    for part in ("train", "dev", "test"):
        tokens.update(column_persons(datasets / "idner-news-2k" / f"{part}.txt", 2, None))
    for part in ("train", "valid", "test"):
        tokens.update(column_persons(datasets / "nergrit-indonlu" / f"{part}.tsv", 1, "\t"))
    for part in ("train", "test"):
        tokens.update(inline_persons(datasets / "indonesia-ner-2016" / f"data_{part}.txt"))
    stripped = {token.strip(".,()\"'“”") for token in tokens}
    return sorted(
        {
            token
            for token in stripped
            if WORD.match(token) and len(token) > 2 and token[0].isupper() and not token.isupper()
            if token.lower() not in words
        }
    )


def main() -> None:
    """Write both lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", type=Path)
    parser.add_argument("output", type=Path, nargs="?", default=Path("extract/reference"))
    arguments = parser.parse_args()
    words = common_words(arguments.datasets / "kumparan-nlp-id" / "dataset_postag.txt")
    names = given_names(arguments.datasets, frozenset(words))
    (arguments.output / "common_words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    (arguments.output / "given_names.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    print(f"{len(words)} words, {len(names)} names")


if __name__ == "__main__":
    main()
