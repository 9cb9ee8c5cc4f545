"""Who may be shown by name when an article is explained: the rules of the snapshot, applied to one article."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import duckdb

from warehouse.database import apply_migrations, open_warehouse
from warehouse.disclosure import Disclosure
from warehouse.load import load_part
from warehouse.masking import UNKNOWN, plain
from warehouse.phrases import split_words
from warehouse.protection import protection_key, public_persons
from warehouse.resolve import resolve
from warehouse.vocabulary import learn

from .commands.failure import CommandError
from .loading import words_to_mask_by

Record = Mapping[str, Any]

# Several names beside each other that nobody may read are one.
_ADJOINING = re.compile(rf"{re.escape(UNKNOWN)}(?:[\s,.-]*{re.escape(UNKNOWN)})+")


class Veil(Protocol):
    """Says how names and texts of an article may be shown."""

    is_protected: bool

    def person(self, name: str) -> str:
        """How a person of the article is called."""

    def text(self, words: str) -> str:
        """A short text of the article, such as a headline or a quote."""

    def hidden(self, sentence: str) -> frozenset[str]:
        """The normalised words of a sentence that must not be read."""


class NoVeil:
    """Everything is shown as it is printed."""

    is_protected = False

    def person(self, name: str) -> str:
        """The name."""
        return name

    def text(self, words: str) -> str:
        """The text."""
        return words

    def hidden(self, sentence: str) -> frozenset[str]:
        """Nothing."""
        return frozenset()


class SnapshotVeil:
    """What the snapshot would show of an article that is in a warehouse."""

    is_protected = True

    def __init__(self, con: duckdb.DuckDBPyConnection, article_id: str, key: bytes) -> None:
        people = public_persons(con, key)
        self._article_id = article_id
        self._disclosure = Disclosure(con, people, key, partial(learn, con, **words_to_mask_by()))
        self._shown: dict[str, str] = {}
        for name, person_id in con.execute(
            """
            SELECT r.person_name, l.entity_id FROM pipeline.reported_persons r
            JOIN pipeline.links l ON l.entity_type = 'person' AND l.reported_id = r.reported_person_id
            WHERE r.article_id = ?
            """,
            [article_id],
        ).fetchall():
            person = people[person_id]
            self._shown[name] = person.public_name if person.is_protected else name

    def person(self, name: str) -> str:
        """The pseudonym or initials of a protected person; of one the warehouse does not know, nothing."""
        return self._shown.get(name, UNKNOWN)

    def text(self, words: str) -> str:
        """The text as the snapshot would print it."""
        return self._disclosure.masked(self._article_id, words)[0]

    def hidden(self, sentence: str) -> frozenset[str]:
        """The normalised words that the snapshot would take out of a sentence."""
        return self._disclosure.masked(self._article_id, sentence)[1]


def without(words: str, hidden: frozenset[str]) -> str:
    """A piece of a sentence without its hidden words."""
    if not hidden:
        return words
    split = split_words(plain(words))
    parts: list[str] = []
    begin = 0
    for place, norm in enumerate(split.norms):
        if norm in hidden:
            parts += [split.text[begin : split.starts[place]], UNKNOWN]
            begin = split.ends[place]
    return _ADJOINING.sub(UNKNOWN, "".join([*parts, split.text[begin:]]))


@contextmanager
def veil_of_warehouse(path: Path, article_id: str) -> Iterator[Veil]:
    """The veil of an article that is loaded: its people are called as in the snapshot."""
    con = open_warehouse(path, read_only=True)
    try:
        yield SnapshotVeil(con, article_id, protection_key(path))
    finally:
        con.close()


@contextmanager
def veil_of_record(record: Record) -> Iterator[Veil]:
    """The veil of an article that is in no warehouse; pseudonyms are made anew each time.

    Args:
        record: ``article`` and ``facts`` as in a facts file.

    Raises:
        CommandError: the record cannot be read as an article with facts.
    """
    con = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        con.execute("CREATE SCHEMA IF NOT EXISTS pipeline")
        apply_migrations(con)
        page = {
            "outlet_id": "",
            "crawl_id": "",
            "fetched_at": datetime.now(UTC).isoformat(),
            "payload_sha256": "0",
            "warc_name": "none",
            "offset": 0,
        }
        counts = load_part(con, "explained", [{"kind": "article", **record, "page": page}])
        if counts.articles != 1:
            detail = con.execute("SELECT detail FROM pipeline.issues LIMIT 1").fetchone()
            raise CommandError(f"the article cannot be explained: {detail[0] if detail else 'it has no facts'}")
        resolve(con)
        yield SnapshotVeil(con, str(record["article"]["id"]), secrets.token_bytes(32))
    finally:
        con.close()
