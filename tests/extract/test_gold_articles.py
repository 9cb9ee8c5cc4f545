"""The project's own gold articles, scored as ``make gold`` does: scores may rise, not fall."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"persons": 0.90, "agencies": 0.95, "places": 0.95, "dates": 0.95, "relevance": 0.90}


def script(name: str) -> ModuleType:
    path = ROOT / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gold_score() -> ModuleType:
    return script("gold_score")


@pytest.fixture(scope="module")
def gold(gold_score: ModuleType) -> ModuleType:
    return script("gold")


@pytest.fixture
def own_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JEJAK_SHARED", raising=False)


ARTICLE: dict[str, Any] = {
    "id": "x",
    "relevance": "core",
    "persons": [{"name": "Sinta Awom", "capacity": "victim"}],
    "agencies": [{"name": "Kepolisian Daerah Bali", "mentions": ["Polda Bali", "Polda"]}],
    "places": [{"mention": "Desa Kuta", "code": "52.02.04.2009"}, {"mention": "Bali", "code": "51"}],
    "dates": [{"mention": "Rabu", "start": "2025-01-01", "end": "2025-01-01"}],
}


def test_a_perfect_prediction_scores_one(gold_score: ModuleType) -> None:
    result = gold_score.score([ARTICLE], {"x": ARTICLE}).to_json()
    assert {kind: row["f1"] for kind, row in result["scores"].items()} == dict.fromkeys(
        ["relevance", "persons", "agencies", "places", "dates"], 1.0
    )
    assert result["exposed"] == []


def test_the_scorer_sees_what_is_wrong(gold_score: ModuleType) -> None:
    prediction = {
        "relevance": "none",
        "persons": [{"name": "Kompol Sinta Awom, S.H.", "capacity": "public"}],
        "agencies": [{"name": "Kepolisian Daerah NTT", "mentions": ["polda"]}, {"name": "X", "mentions": ["X"]}],
        "places": [{"mention": "desa kuta", "code": "52.02.04"}, {"mention": "Bali", "code": "52"}],
        "dates": [],
    }
    scores = gold_score.score([ARTICLE], {"x": prediction})
    result = scores.to_json()
    assert result["scores"]["relevance"]["recall"] == 0.0
    assert result["scores"]["persons"]["f1"] == 1.0
    assert result["scores"]["agencies"]["precision"] == 0.5
    assert result["scores"]["places"]["recall"] == 0.5
    assert result["scores"]["dates"]["f1"] == 0.0
    assert result["shares"]["agency name"] == {"share": 0.0, "of": 1}
    assert result["exposed"] == ["x: Sinta Awom"]
    assert ("places", "x", "missed", "Bali") in scores.errors
    assert ("agencies", "x", "spurious", "X") in scores.errors


def test_an_article_without_facts_is_missed_whole(gold_score: ModuleType) -> None:
    assert gold_score.score([ARTICLE], {}).tallies["places"].row()["recall"] == 0.0


@pytest.mark.usefixtures("own_gold")
def test_the_own_gold_articles_keep_their_scores(gold: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert gold.main(["--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    below = {
        kind: result["scores"][kind]["f1"] for kind, floor in FLOORS.items() if result["scores"][kind]["f1"] < floor
    }
    assert below == {}
    assert result["shares"]["agency name"]["share"] >= 0.95
    assert result["exposed"] == []
    assert result["articles"] == 9


@pytest.mark.usefixtures("own_gold")
def test_the_table_is_for_people(gold: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    gold.main(["--errors", "agencies"])
    table = capsys.readouterr().out
    assert "agencies" in table
    assert "victims called something else" in table


@pytest.mark.usefixtures("own_gold")
def test_another_scorer_is_called_with_gold_and_predictions(
    gold: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scorer = tmp_path / "scorer.py"
    scorer.write_text(
        "import json, sys\n"
        "lines = [json.loads(line) for line in open(sys.argv[2], encoding='utf-8')]\n"
        "row = {'precision': 1, 'recall': 1, 'f1': 1, 'gold': len(lines)}\n"
        "print(json.dumps({'scores': {'lines': row}, 'shares': {}, 'exposed': []}))\n"
    )
    gold.main(["--scorer", str(scorer), "--json"])
    assert json.loads(capsys.readouterr().out)["scores"]["lines"]["gold"] == 9


def test_an_unreadable_gold_file_is_named(gold: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"cannot read the gold articles .*nothing\.jsonl"):
        gold.read_gold(tmp_path / "nothing.jsonl")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": 1}\n{oops\n')
    with pytest.raises(SystemExit, match="line 2: not a JSON object"):
        gold.read_gold(broken)


def test_a_wrong_shared_folder_is_named(gold: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JEJAK_SHARED", str(tmp_path))
    with pytest.raises(SystemExit, match="does not exist"):
        gold.main([])
