"""Where things stand in a TOML file of ``[[outlets]]`` tables: for errors that name a line, and for careful edits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

# What may hold a line end, a bracket or a number sign without meaning one. A multi-line string may end in five quotes.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=\n]"
    r"|[^\"'\#\[\]{}=\n]+"
    r"|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One header or one ``key = value``, with its comment and its line end.

    Attributes:
        start: offset of its first line in the text.
        end: offset behind its line end.
        line: number of its first line, from 1.
        value_start: offset of the value; that of ``value_end`` in a header.
        value_end: offset behind the value, before blanks and a comment.
        has_comment: whether a comment stands behind it on its last line.
    """

    start: int
    end: int
    line: int
    value_start: int
    value_end: int
    has_comment: bool


@dataclass(slots=True)
class OutletLines:
    """One ``[[outlets]]`` table in the text.

    Attributes:
        header: its ``[[outlets]]`` line.
        keys: its keys, each with its statement; of ``health.silent_days`` the first part.
        end: offset behind its last statement, its sub-tables included.
    """

    header: Statement
    keys: dict[str, Statement] = field(default_factory=dict)
    end: int = 0

    @property
    def last(self) -> Statement:
        """The last statement of the table itself."""
        return max([self.header, *self.keys.values()], key=lambda found: found.start)


def outlet_lines(text: str) -> list[OutletLines]:
    """The ``[[outlets]]`` tables of a text that is TOML, in order."""
    tables: list[OutletLines] = []
    is_inside = is_own = False
    for statement in _statements(text):
        words = text[statement.start : statement.value_end].strip()
        if words.startswith("["):
            path = _header_path(words)
            is_own = path == ["outlets"] and words.startswith("[[")
            is_inside = bool(path) and path[0] == "outlets" and (is_own or bool(tables))
            if is_own:
                tables.append(OutletLines(statement))
        elif is_own:
            key = next(iter(tomllib.loads(f"{text[statement.start : statement.value_start].strip()} 0")))
            tables[-1].keys.setdefault(key, statement)
        if is_inside:
            tables[-1].end = statement.end
    return tables


def top_key_line(text: str, key: str) -> int | None:
    """The line of a key that stands before all tables, or None."""
    for statement in _statements(text):
        words = text[statement.start : statement.value_end].strip()
        if words.startswith("["):
            return None
        if re.match(rf"[\"']?{re.escape(key)}[\"']?\s*[=.]", words):
            return statement.line
    return None


def _statements(text: str) -> Iterator[Statement]:
    """Headers and keys, in order; blank lines and lines of comment are none."""
    start, depth, value_start, value_end, has_comment = 0, 0, 0, 0, False
    line = lines_passed = 1
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word == "\n" and depth == 0:
            if value_end:
                yield Statement(start, token.end(), line, value_start or value_end, value_end, has_comment)
            lines_passed += 1
            start, value_start, value_end, has_comment, line = token.end(), 0, 0, False, lines_passed
            continue
        lines_passed += word.count("\n")
        if word[0] == "#":
            has_comment = has_comment or (bool(value_end) and depth == 0)
            continue
        if word == "=" and depth == 0 and not value_start:
            value_start = token.end()
        elif word in "[{":
            depth += 1
        elif word in "]}":
            depth -= 1
        if word.strip():
            value_end = token.start() + len(word.rstrip())
    if value_end:
        yield Statement(start, len(text), line, value_start or value_end, value_end, has_comment)


def _header_path(words: str) -> list[str]:
    """The names of a header: ``[[outlets]]`` is ``["outlets"]``, ``[outlets.health]`` is ``["outlets", "health"]``."""
    found = tomllib.loads(words)
    path = []
    while isinstance(found, dict) and found:
        name = next(iter(found))
        path.append(name)
        inner = found[name]
        found = inner[0] if isinstance(inner, list) else inner
    return path
