"""`jejak explain`: every mention marked with its reason, nobody protected named unless somebody says why."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from extract.engines import load_engine
from extract.pipeline import Extractor
from flows.command_line import app
from flows.commands.failure import CommandError
from flows.explain_page import page, show
from flows.explain_protection import NoVeil, veil_of_record, without
from flows.explain_source import article_with_facts, loaded_article
from flows.explaining import Explanation, explain, reason

TITLE = "Korban TPPO Suratmi Wolo Dipulangkan"
TEXT = (
    "Kepala BP3MI NTT, Ferdi Sogenlamak, memulangkan korban perdagangan orang Suratmi Wolo (16) dari Malaysia ke "
    "Kota Kupang, Rabu (7/5/2025).\n"
    "“Suratmi sudah bersama ibunya,” kata Ferdi. Tersangka Bonaventura Kelore ditahan Polda NTT.\n"
    "Ketika itu Tobias Ruron menunggu di dermaga."
)
LINE = json.dumps({"id": "x-1", "title": TITLE, "published_at": "2025-05-08T09:00:00+08:00", "text": TEXT}).encode()
PROTECTED = ("Suratmi", "Wolo", "Bonaventura", "Kelore", "Tobias", "Ruron")


@pytest.fixture(scope="module")
def record() -> Any:
    return article_with_facts(LINE, Extractor())


@pytest.fixture(scope="module")
def shown(record: Any) -> Explanation:
    with veil_of_record(record) as veil:
        return explain(record, veil)


@pytest.fixture(scope="module")
def open_page(record: Any) -> Explanation:
    return explain(record, NoVeil())


@pytest.fixture(scope="module", params=["spacy", "stanza"])
def with_syntax(record: Any, request: pytest.FixtureRequest) -> Explanation:
    with veil_of_record(record) as veil:
        return explain(record, veil, load_engine(request.param))


def on_terminal(explanation: Explanation) -> str:
    output = io.StringIO()
    show(Console(width=200, file=output), explanation)
    return output.getvalue()


def command(*words: str | Path, stdin: bytes = LINE) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["explain", *map(str, words)], input=stdin)


def test_every_mention_stands_in_the_text_with_its_number(open_page: Explanation) -> None:
    assert "".join(piece.text for line in open_page.paragraphs for piece in line) == TEXT.replace("\n", "")
    marked = {piece.text: piece.found for line in open_page.paragraphs for piece in line if piece.found}
    assert {"Ferdi Sogenlamak", "BP3MI NTT", "Malaysia", "Rabu (7/5/2025)", "Suratmi Wolo"} <= marked.keys()
    assert [one.number for one in open_page.found] == list(range(1, len(open_page.found) + 1))
    assert {"person", "agency", "place", "date", "role", "quote"} <= {one.kind for one in open_page.found}


def test_rule_and_model_say_why(open_page: Explanation) -> None:
    why = {one.mention: (one.why, one.source) for one in open_page.found if one.kind == "person"}
    assert why["Ferdi Sogenlamak"] == ("a title stands before or behind it", "persons:title")
    assert "trained name finder" in why["Tobias Ruron"][0]
    assert all(0 < one.confidence <= 1 for one in open_page.found)


def test_a_source_without_words_of_its_own_is_still_named() -> None:
    assert reason("dates:named_day") == "a day with its month in words"
    assert reason("events:serah terima") == "the words “serah terima” tell of it"
    assert reason("something:else") == "by a rule of another version (something:else)"


@pytest.mark.parametrize("shape", ["terminal", "page"])
def test_victims_suspects_and_bystanders_are_not_named(shown: Explanation, shape: str) -> None:
    output = on_terminal(shown) if shape == "terminal" else page(shown)
    assert [name for name in PROTECTED if name.lower() in output.lower()] == []
    assert "Ferdi Sogenlamak" in output
    assert "B.K." in output
    assert re.search(r"Korban [0-9a-f]{6}", output)
    assert "Names are withheld" in output


def test_one_person_has_one_pseudonym(shown: Explanation) -> None:
    names = {one.name for one in shown.found if one.kind == "person" and one.name.startswith("Korban")}
    in_text = {piece.text for line in shown.paragraphs for piece in line if piece.text.startswith("Korban ")}
    assert in_text <= names


def test_who_read_the_article_is_said_with_versions(open_page: Explanation) -> None:
    assert re.fullmatch(r"engine spacy [0-9a-f]{10}, name finder accurate-[0-9a-f]{8}", open_page.readers)
    assert open_page.readers in page(open_page)
    assert open_page.readers in " ".join(on_terminal(open_page).split())


def test_each_word_has_part_of_speech_base_form_and_relation(with_syntax: Explanation) -> None:
    words = {word.form: word for sentence in with_syntax.syntax for word in sentence}
    assert words["memulangkan"].part == "VERB"
    assert words["memulangkan"].relation == "root"
    assert words["Ferdi"].head_number
    assert words["ditahan"].base == "tahan"
    assert len(with_syntax.syntax) == 4
    assert [len(line) for line in with_syntax.syntax] == [line[-1].number for line in with_syntax.syntax]
    for output in (page(with_syntax), on_terminal(with_syntax)):
        assert with_syntax.parser in output
        assert "memulangkan" in output


@pytest.mark.parametrize("shape", ["terminal", "page"])
def test_words_of_protected_people_are_covered_with_their_base_forms(with_syntax: Explanation, shape: str) -> None:
    output = on_terminal(with_syntax) if shape == "terminal" else page(with_syntax)
    assert [name for name in PROTECTED if name.lower() in output.lower()] == []
    assert "[nama]" in {word.base for sentence in with_syntax.syntax for word in sentence}


def test_hidden_words_are_taken_out_wherever_they_stand() -> None:
    assert without("Ibu Suratmi Wolo, warga", frozenset({"suratmi", "wolo"})) == "Ibu [nama], warga"
    assert without("Ibu Suratmi", frozenset()) == "Ibu Suratmi"


def test_the_page_needs_nothing_else_and_runs_nothing(record: Any) -> None:
    article = record["article"] | {"title": "<script>alert(1)</script> & Co"}
    html = page(explain(record | {"article": article}, NoVeil()))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"(?:src|href)=\"(?!#)", html)
    assert "default-src 'none'" in html
    assert '<html lang="en">' in html
    assert '<article lang="id">' in html
    assert "prefers-color-scheme: dark" in html
    targets = set(re.findall(r'id="(why-\d+)"', html))
    assert set(re.findall(r'href="#(why-\d+)"', html)) <= targets


def test_an_irrelevant_article_is_explained_too() -> None:
    line = json.dumps({"id": "x-2", "title": "Pasar ramai", "text": "Pasar di Kota Kupang ramai."}).encode()
    record = article_with_facts(line, Extractor())
    with veil_of_record(record) as veil:
        assert "Kota Kupang" in {one.mention for one in explain(record, veil).found}


def test_from_the_command_line_names_need_a_reason(tmp_path: Path) -> None:
    refused = command("--unprotected")
    assert isinstance(refused.exception, CommandError)
    assert "--unprotected needs --reason" in str(refused.exception)
    out = tmp_path / "page.html"
    done = command("--unprotected", "--reason", "court case", "--html", out)
    assert done.exit_code == 0, done.output
    assert "Suratmi Wolo" in out.read_text(encoding="utf-8")
    assert "do not pass this on" in out.read_text(encoding="utf-8")


def test_a_line_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_bytes(LINE + b"\n")
    assert "has 1 line(s) with an article, not 2" in str(command(lines, "--line", "2").exception)


@pytest.mark.parametrize(
    ("line", "complaint"), [(b"oops", "line 1 of standard input: not JSON"), (b'{"text": " "}', "text is empty")]
)
def test_a_line_that_is_no_article_is_said_so(line: bytes, complaint: str) -> None:
    assert complaint in str(command(stdin=line).exception)


@pytest.mark.slow
def test_a_loaded_article_is_called_as_in_the_snapshot(jejak: Any, demo: Any) -> None:
    answer = jejak(
        "query", "--demo", "--data", demo.data, "--json",
        "SELECT m.article_id, p.person_name FROM mentions m JOIN persons p USING (person_id) "
        "WHERE p.person_name LIKE 'Korban %' ORDER BY ALL LIMIT 1",
    )  # fmt: skip
    (found,) = json.loads(answer.stdout)
    done = jejak("explain", found["article_id"], "--demo", "--data", demo.data)
    assert done.returncode == 0, done.stderr
    assert found["person_name"] in " ".join(done.stdout.split())
    with pytest.raises(CommandError, match="neither a file nor an article"):
        loaded_article(demo.workspace, "a-0000000000000000")
