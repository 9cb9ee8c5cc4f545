from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "training" / "reference" / "words_and_names.py"


@pytest.fixture
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def datasets(tmp_path: Path) -> Path:
    words = ["Rapat", "dibuka", "bupati", ".", "", "Bupati", "membuka", "rapat", "Belu", "bupati", "Belu"]
    tagged = "\n".join(f"{word}\tNN" if word else "" for word in words)
    files = {
        "kumparan-nlp-id/dataset_postag.txt": tagged,
        "idner-news-2k/train.txt": "Yosep PROPN B-PER\nBupati NOUN O\nLende PROPN I-PER\n",
        "nergrit-indonlu/train.tsv": "Sofia\tB-PERSON\nKupang\tB-PLACE\n",
        "indonesia-ner-2016/data_train.txt": "kata <PERSON>Arif Bupati</PERSON> di <LOCATION>Kupang</LOCATION>\n",
    }
    for part in ("dev", "test"):
        files[f"idner-news-2k/{part}.txt"] = ""
    for part in ("valid", "test"):
        files[f"nergrit-indonlu/{part}.tsv"] = ""
    files["indonesia-ner-2016/data_test.txt"] = ""
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_a_word_at_the_start_of_a_sentence_does_not_count_as_capitalised(
    script: dict[str, Any], datasets: Path
) -> None:
    words = script["common_words"](datasets / "kumparan-nlp-id" / "dataset_postag.txt")
    assert words == ["bupati"]


def test_names_are_the_capitalised_words_of_persons_that_are_no_ordinary_words(
    script: dict[str, Any], datasets: Path
) -> None:
    assert script["given_names"](datasets, frozenset(["bupati"])) == ["Arif", "Lende", "Sofia", "Yosep"]
