"""The gate of the gold files: scores may rise, not fall, and ``make gold`` shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import gold
from benchmarks.gold_floors import below, read_floors, renewed, write_floors
from extract.engines import ENGINES
from extract.pipeline import MODELS, ExtractorError

CASES = [
    pytest.param(path, scorer, reader, id=f"{path.name}-{reader}")
    for path, scorer, chosen in gold.gate_plan()
    for reader in chosen
]


@pytest.fixture
def own_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEJAK_SHARED", "")


@pytest.mark.slow
@pytest.mark.parametrize(("path", "scorer", "reader"), CASES)
def test_no_score_falls_below_its_floor(path: Path, scorer: Path | None, reader: gold.Reader) -> None:
    floors = read_floors().get(path.name, {}).get(str(reader), {})
    if not floors:
        pytest.skip(f"{path.name} has no floors for {reader} yet: python benchmarks/gold.py --write-floors")
    try:
        measured = gold.measure(path, reader, scorer).measures()
    except ExtractorError as error:
        pytest.skip(f"{reader} is not installed here: {error}")
    assert not (falls := below(floors, measured, path.name, str(reader))), "\n".join(falls)


def test_every_gold_file_has_floors_of_every_measure() -> None:
    floors = read_floors()
    for path in (gold.OWN_GOLD, *gold.HELD_OUT):
        assert floors[path.name][f"{ENGINES[0]}-{MODELS[0]}"].keys() == {
            "relevance",
            "persons",
            "capacity",
            "agencies",
            "agency name",
            "roles",
            "places",
            "dates",
            "events",
            "event status",
            "participants",
            "quotes",
            "exposed",
        }, path.name


def test_the_default_engine_is_compared_with_every_model_and_every_other_engine() -> None:
    compared = gold.readers()
    assert compared[: len(MODELS)] == [gold.Reader(ENGINES[0], model) for model in MODELS]
    assert {reader.engine for reader in compared} == set(ENGINES)


def test_a_fall_is_told_with_file_reader_measure_and_both_figures() -> None:
    floors = {"persons": 0.95, "roles": 0.8, "exposed": 0}
    assert below(floors, {"persons": 0.95, "roles": 0.9, "exposed": 0}, "a.jsonl", "spacy-none") == []
    assert below(floors, {"persons": 0.91239, "exposed": 2}, "a.jsonl", "spacy-none") == [
        "a.jsonl, spacy-none: persons fell below its floor of 0.950 to 0.9124",
        "a.jsonl, spacy-none: roles has a floor of 0.800 but is not measured",
        "a.jsonl, spacy-none: exposed rose above its ceiling of 0 to 2",
    ]


def test_floors_rise_by_themselves_and_fall_only_when_asked() -> None:
    floors = {"persons": 0.9, "roles": 0.8, "exposed": 1}
    measured = {"persons": 0.95, "roles": 0.7, "exposed": 0, "quotes": 1.0}
    raised, said = renewed(floors, measured, lower=False)
    assert raised == {"persons": 0.945, "roles": 0.8, "exposed": 0, "quotes": 0.995}
    assert said == [
        "persons raised from 0.900 to 0.945",
        "exposed raised from 1 to 0",
        "quotes has a first floor of 0.995",
    ]
    lowered, said = renewed(raised, measured | {"exposed": 2}, lower=True)
    assert lowered == {"persons": 0.945, "roles": 0.695, "exposed": 2, "quotes": 0.995}
    assert said == ["roles LOWERED from 0.800 to 0.695", "exposed LOWERED from 0 to 2"]


def test_a_score_within_the_room_keeps_its_floor() -> None:
    assert renewed({"roles": 0.8}, {"roles": 0.801}, lower=True) == ({"roles": 0.8}, [])


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    floors = {"a.jsonl": {"spacy-none": {"agency name": 0.875, "exposed": 1.0}, "stanza-fast": {"persons": 0.5}}}
    write_floors(floors, path)
    assert read_floors(path) == floors
    assert read_floors(tmp_path / "none.toml") == {}


@pytest.mark.parametrize("text", ["oops", '["a"]\nb = 1', '["a".b]\nc = "much"', '["a".b]\nc = [1]'])
def test_floors_that_are_no_numbers_are_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(SystemExit, match="floors must be numbers, by file, reader and measure"):
        read_floors(path)


class TestGate:
    """The commands that hold scores to floors, on a small gold file read without a model."""

    @pytest.fixture(autouse=True)
    def small_gate(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = tmp_path / "small.jsonl"
        path.write_text(gold.OWN_GOLD.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        floors = tmp_path / "floors.toml"
        monkeypatch.setattr(gold, "gate_plan", lambda: [(path, None, [gold.Reader(ENGINES[0], "none")])])
        monkeypatch.setattr(gold, "ROOT", tmp_path)
        monkeypatch.setattr(gold, "FLOORS_FILE", floors)
        monkeypatch.setattr(gold, "read_floors", lambda: read_floors(floors))
        monkeypatch.setattr(gold, "write_floors", lambda new: write_floors(new, floors))
        return floors

    def test_floors_are_written_and_held(self, small_gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert gold.main(["--write-floors"]) == 0
        assert "small.jsonl, spacy-none: persons has a first floor of 0.995" in capsys.readouterr().out
        assert read_floors(small_gate)["small.jsonl"]["spacy-none"]["persons"] == 0.995
        assert gold.main(["--check"]) == 0
        assert "every score is at or above its floor" in capsys.readouterr().out

    def test_a_floor_that_does_not_hold_stays_until_lowering_is_asked_for(
        self, small_gate: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        too_high = {"small.jsonl": {"spacy-none": {"persons": 1.1}}}
        write_floors(too_high, small_gate)
        for command in ("--check", "--write-floors"):
            assert gold.main([command]) == 1
            assert "persons fell below its floor of 1.100 to 1.0000" in capsys.readouterr().err
            assert read_floors(small_gate)["small.jsonl"]["spacy-none"]["persons"] == 1.1
        assert gold.main(["--lower-floors"]) == 0
        assert "persons LOWERED from 1.100 to 0.995" in capsys.readouterr().out


@pytest.mark.usefixtures("own_gold")
def test_the_table_has_a_column_for_each_reader(capsys: pytest.CaptureFixture[str]) -> None:
    assert gold.main(["--model", "none", "--model", "accurate"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["spacy-none", "spacy-accurate", "gold"]
    shown = [line[:14].strip() for line in lines]
    assert {"persons", "capacity", "roles", "events", "exposed", "articles/CPU-s", "words/CPU-s"} <= set(shown)


@pytest.mark.usefixtures("own_gold")
def test_one_reader_is_shown_with_precision_recall_and_its_errors(capsys: pytest.CaptureFixture[str]) -> None:
    gold.main([str(gold.HELD_OUT[1]), "--model", "none", "--errors", "roles"])
    captured = capsys.readouterr()
    assert captured.out.split()[:4] == ["P", "R", "F1", "gold"]
    assert "victims called something else" in captured.out
    assert "words a second of processor time" in captured.out
    assert "spacy-none  held2-" in captured.err


@pytest.mark.usefixtures("own_gold")
def test_another_scorer_is_called_with_gold_and_predictions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scorer = tmp_path / "scorer.py"
    scorer.write_text(
        "import json, sys\n"
        "lines = [json.loads(line) for line in open(sys.argv[2], encoding='utf-8')]\n"
        "row = {'precision': 1, 'recall': 1, 'f1': 1, 'gold': len(lines)}\n"
        "print(json.dumps({'scores': {'lines': row}, 'shares': {}, 'exposed': []}))\n"
    )
    gold.main(["--scorer", str(scorer), "--model", "none", "--json"])
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert result["scores"]["lines"]["gold"] == result["articles"] == len(gold.read_gold(gold.OWN_GOLD))


def test_a_failing_scorer_is_named(tmp_path: Path) -> None:
    scorer = tmp_path / "scorer.py"
    scorer.write_text("raise SystemExit('no such measure')\n")
    with pytest.raises(SystemExit, match=r"scorer\.py failed: no such measure"):
        gold.score_outside(scorer, gold.OWN_GOLD, [])


def test_a_reader_that_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(reader: gold.Reader) -> None:
        raise ExtractorError("install it")

    monkeypatch.setattr(gold, "loaded", missing)
    assert gold.main([str(gold.OWN_GOLD), "--model", "none"]) == 1
    assert "spacy-none is left out: install it" in capsys.readouterr().err


def test_an_unreadable_gold_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"cannot read the gold articles .*nothing\.jsonl"):
        gold.read_gold(tmp_path / "nothing.jsonl")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": 1}\n{oops\n')
    with pytest.raises(SystemExit, match="line 2: not a JSON object"):
        gold.read_gold(broken)


def test_a_wrong_shared_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JEJAK_SHARED", str(tmp_path))
    with pytest.raises(SystemExit, match=r"does not hold score\.py and dev\.jsonl"):
        gold.main([])


def test_an_empty_name_of_the_shared_folder_means_our_own_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEJAK_SHARED", "")
    assert gold.shared_folder() is None
    assert gold.default_gold() == gold.OWN_GOLD
