"""Ready-made questions: SQL files with a title in two languages and parameters that have defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.database import WarehouseError

QUESTIONS_FOLDER = Path(__file__).with_name("questions")
_HEADER = re.compile(r"--\s*(title_en|title_id|param)\s*:\s*(.*)")
_PARAMETER = re.compile(r"(\w+)\s*=\s*(.*?)\s*\|\s*(.*?)\s*\|\s*(.*)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value a question can be asked with.

    Attributes:
        name: as in the SQL, without the dollar sign.
        default: used when none is given.
        meaning_en: what it is, in English.
        meaning_id: what it is, in Indonesian.
    """

    name: str
    default: str
    meaning_en: str
    meaning_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """A ready-made question: name, titles, parameters and SQL."""

    name: str
    title_en: str
    title_id: str
    parameters: tuple[Parameter, ...]
    sql: str


def list_questions(folder: Path = QUESTIONS_FOLDER) -> list[Question]:
    """All ready-made questions, by name.

    Raises:
        WarehouseError: a file lacks a title, or a parameter is not ``name = default | English | Indonesian``.
    """
    return [_read(path) for path in sorted(folder.glob("*.sql"))]


def run(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, str] | None = None) -> pa.Table:
    """Ask a ready-made question.

    Args:
        con: a snapshot or the warehouse.
        name: the question's name.
        parameters: values by name; those left out have their default.

    Returns:
        The answer as a table.

    Raises:
        WarehouseError: there is no such question or parameter, or a value does not fit.
    """
    questions = {question.name: question for question in list_questions()}
    question = questions.get(name)
    if question is None:
        near = get_close_matches(name, questions, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "`jejak query --list` shows them"
        raise WarehouseError(f"there is no question named {name!r}; {hint}")
    values = {parameter.name: parameter.default for parameter in question.parameters}
    for given, value in (parameters or {}).items():
        if given not in values:
            allowed = ", ".join(values) or "none"
            raise WarehouseError(f"question {name} has no parameter {given!r}; it has: {allowed}")
        values[given] = value
    try:
        return con.execute(question.sql, values).to_arrow_table()
    except duckdb.ConversionException as error:
        raise WarehouseError(f"question {name}: a value does not fit: {str(error).splitlines()[0]}") from error


def _read(path: Path) -> Question:
    sql = path.read_text(encoding="utf-8")
    titles: dict[str, str] = {}
    parameters = []
    for line in sql.splitlines():
        header = _HEADER.match(line)
        if header is None:
            continue
        if header[1] != "param":
            titles[header[1]] = header[2].strip()
            continue
        parameter = _PARAMETER.fullmatch(header[2].strip())
        if parameter is None:
            raise WarehouseError(
                f"{path}: write parameters as '-- param: name = default | English | Indonesian': {line}"
            )
        parameters.append(Parameter(*parameter.groups()))
    missing = {"title_en", "title_id"} - set(titles)
    if missing:
        raise WarehouseError(f"{path}: a question begins with '-- title_en: …' and '-- title_id: …'; {missing} missing")
    return Question(path.stem, titles["title_en"], titles["title_id"], tuple(parameters), sql)
