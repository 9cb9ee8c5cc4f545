"""Publishing: a protected copy of the warehouse that analysts read, replaced in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.agencies import AGENCY_NAMES
from warehouse.bulk import no_garbage_collection
from warehouse.database import WarehouseError, apply_migrations, check_format, connect, explain, now, to_disk
from warehouse.disclosure import Disclosure
from warehouse.protection import keyed_hash, protection_key, public_persons
from warehouse.vocabulary import Vocabulary, learn

# Tables of schema pipeline that stay inside the warehouse altogether.
PRIVATE_TABLES = (
    "article_texts", "reported_persons", "reported_agencies", "reported_places", "links", "loads", "extractions",
    "extractors", "exports", "readings", "copies", "article_traits", "event_traits", "event_pairs", "case_traits",
    "case_pairs", "link_decisions",
)  # fmt: skip

_TEXT = pa.string()
_STAGED = {
    "people": [
        ("person_id", _TEXT), ("public_id", _TEXT), ("public_name", _TEXT), ("protection_type", _TEXT),
        ("is_protected", pa.bool_()), ("capacity_type", _TEXT), ("alias_names", pa.list_(_TEXT)),
    ],
    "forms": [("person_id", _TEXT), ("surface", _TEXT)],
    "articles": [
        ("article_id", _TEXT), ("title", _TEXT), ("url", _TEXT), ("canonical_url", _TEXT), ("section_name", _TEXT)
    ],
    "evidence": [("id", _TEXT), ("text", _TEXT)],
    "surfaces": [("article_id", _TEXT), ("surface", _TEXT), ("masked", _TEXT)],
    "agencies": [("agency_id", _TEXT), ("public_id", _TEXT), ("public_name", _TEXT)],
    "issues": [("issue_id", _TEXT), ("public_id", _TEXT)],
    "merges": [("entity_type", _TEXT), ("old_id", _TEXT), ("new_id", _TEXT)],
}  # fmt: skip

# Table, id column and text column of the texts that are masked.
_TEXTS = {
    "evidence": ("event_reports", "event_report_id", "evidence"),
    "role_evidence": ("roles", "role_id", "evidence"),
    "titles": ("roles", "role_id", "title_name"),
    "quotes": ("quotes", "quote_id", "quote_text"),
    "counted": ("event_numbers", "event_number_id", "surface"),
}

_Learning = Callable[[duckdb.DuckDBPyConnection, frozenset[str]], Vocabulary]

# Copies without text, then the tables whose text is masked; every column is named, so that none leaves by oversight.
_COPY = """
INSERT INTO outlets SELECT * FROM warehouse.main.outlets ORDER BY outlet_id;
INSERT INTO places SELECT * FROM warehouse.main.places ORDER BY place_code;
INSERT INTO pipeline.crawls SELECT * FROM warehouse.pipeline.crawls ORDER BY crawl_id;
INSERT INTO pipeline.pages SELECT * FROM warehouse.pipeline.pages ORDER BY page_id;
INSERT INTO pipeline.outlet_crawls SELECT * FROM warehouse.pipeline.outlet_crawls ORDER BY crawl_id, outlet_id;
INSERT INTO pipeline.issues
    SELECT s.public_id, i.reported_at, i.stage_name, i.issue_type, i.outlet_id, NULL,
        CASE WHEN i.stage_name = 'health' THEN i.detail END, NULL, i.crawl_id
    FROM warehouse.pipeline.issues i JOIN out_issues s USING (issue_id) ORDER BY 1;
INSERT INTO pipeline.merges
    SELECT m.entity_type, m.old_id, s.new_id, m.merged_at FROM warehouse.pipeline.merges m
    JOIN out_merges s ON s.entity_type = m.entity_type AND s.old_id = m.old_id ORDER BY 1, 2;
INSERT INTO articles
    SELECT a.article_id, a.outlet_id, s.url, s.canonical_url, s.title, a.published_at, a.published_date, a.modified_at,
        a.fetched_at, a.language_code, s.section_name, a.relevance_type, a.relevance_score, a.cluster_id, a.text_length,
        a.payload_sha256, a.extraction_id, a.extractor_version
    FROM warehouse.main.articles a JOIN out_articles s USING (article_id) ORDER BY a.article_id;
INSERT INTO persons
    SELECT s.public_id, s.public_name, s.alias_names, s.capacity_type, s.protection_type, s.is_protected,
        p.first_reported_at, p.last_reported_at, p.article_count, p.outlet_count
    FROM warehouse.main.persons p JOIN out_people s USING (person_id) ORDER BY 1;
INSERT INTO agencies
    SELECT coalesce(s.public_id, a.agency_id), coalesce(s.public_name, a.agency_name), a.sector_type, a.level_type,
        a.place_code, a.province_code, a.parent_name, a.is_known, a.first_reported_at, a.last_reported_at,
        a.article_count
    FROM warehouse.main.agencies a LEFT JOIN out_agencies s USING (agency_id) ORDER BY 1;
INSERT INTO mentions
    SELECT m.mention_id, m.article_id, m.mention_type,
        CASE
            WHEN m.mention_type = 'person' THEN coalesce(f.surface, p.public_name, '[nama]')
            ELSE coalesce(s.masked, m.surface)
        END,
        m.start_offset, m.end_offset, m.sentence_number, m.confidence, m.source_name, p.public_id, NULL,
        coalesce(g.public_id, m.agency_id), m.place_code, m.start_date, m.end_date, m.date_precision,
        m.has_date_conflict, m.extractor_version
    FROM warehouse.main.mentions m
    LEFT JOIN out_people p ON p.person_id = m.person_id
    LEFT JOIN out_forms f ON f.person_id = m.person_id AND f.surface = m.surface
    LEFT JOIN out_surfaces s ON s.article_id = m.article_id AND s.surface = m.surface
    LEFT JOIN out_agencies g ON g.agency_id = m.agency_id
    ORDER BY m.article_id, m.start_offset, m.mention_id;
INSERT INTO roles
    SELECT r.role_id, r.article_id, p.public_id, NULL, t.text, coalesce(g.public_id, r.agency_id),
        coalesce(g.public_name, r.agency_name), e.text, r.start_offset, r.end_offset, r.sentence_number, r.confidence,
        r.extractor_version
    FROM warehouse.main.roles r
    JOIN out_people p ON p.person_id = r.person_id AND NOT p.is_protected
    JOIN out_titles t ON t.id = r.role_id
    LEFT JOIN out_role_evidence e ON e.id = r.role_id
    LEFT JOIN out_agencies g ON g.agency_id = r.agency_id
    ORDER BY r.role_id;
INSERT INTO quotes
    SELECT q.quote_id, q.article_id, p.public_id, NULL, coalesce(p.public_name, '[nama]'), t.text, q.start_offset,
        q.end_offset, q.sentence_number, q.confidence, q.extractor_version
    FROM warehouse.main.quotes q
    JOIN out_quotes t ON t.id = q.quote_id
    LEFT JOIN out_people p ON p.person_id = q.person_id
    ORDER BY q.quote_id;
INSERT INTO events SELECT * FROM warehouse.main.events ORDER BY event_id;
INSERT INTO event_reports
    SELECT e.event_report_id, e.event_id, e.article_id, e.event_type, e.status_type, e.start_date, e.end_date,
        e.date_precision, e.date_basis, e.place_code, t.text, e.start_offset, e.end_offset, e.sentence_number,
        e.confidence, e.extractor_version
    FROM warehouse.main.event_reports e LEFT JOIN out_evidence t ON t.id = e.event_report_id
    ORDER BY e.event_report_id;
INSERT INTO event_participants
    SELECT t.participant_id, t.event_report_id, t.event_id, t.article_id, t.role_type,
        coalesce(g.public_id, t.agency_id), p.public_id, NULL, t.start_offset, t.end_offset, t.sentence_number,
        t.confidence, t.extractor_version
    FROM warehouse.main.event_participants t
    LEFT JOIN out_people p ON p.person_id = t.person_id
    LEFT JOIN out_agencies g ON g.agency_id = t.agency_id
    ORDER BY t.participant_id;
INSERT INTO event_numbers
    SELECT n.event_number_id, n.event_report_id, n.event_id, n.article_id, n.number_type, n.number_value, t.text,
        n.start_offset, n.end_offset, n.sentence_number, n.confidence, n.extractor_version
    FROM warehouse.main.event_numbers n JOIN out_counted t ON t.id = n.event_number_id ORDER BY n.event_number_id;
INSERT INTO cases SELECT * FROM warehouse.main.cases ORDER BY case_id;
INSERT INTO case_events SELECT * FROM warehouse.main.case_events ORDER BY event_id;
"""


@dataclass(frozen=True, slots=True)
class PublishCounts:
    """What a snapshot holds: articles, events, people, and how many of those are protected."""

    articles: int
    events: int
    persons: int
    protected: int


def publish(
    warehouse_path: Path | str,
    snapshot_path: Path | str,
    *,
    common_words: Iterable[str] = (),
    place_names: Iterable[str] = (),
    given_names: Iterable[str] = (),
) -> PublishCounts:
    """Make the protected snapshot of a warehouse and put it in the place of the one before, in one step.

    The snapshot has the tables, views and comments of the warehouse. No body of an article, no name of a protected
    person and no bookkeeping that holds either is in it. Readers who have the old snapshot open go on undisturbed; a
    run broken off leaves the old one as it was.

    Args:
        warehouse_path: the warehouse; nobody may be writing to it, and this process must have closed it.
        snapshot_path: file to replace.
        common_words: words that are no names when they are capitalised, so that fewer are masked by precaution.
        place_names: names of places of any level and country, of which fewer are masked by precaution.
        given_names: words that people are named with, which are masked by precaution even where they are common words.

    Returns:
        What it holds.

    Raises:
        WarehouseError: the warehouse cannot be read, or the snapshot cannot be written.
    """
    warehouse_path, snapshot_path = Path(warehouse_path), Path(snapshot_path)
    if not warehouse_path.exists():
        raise WarehouseError(f"{warehouse_path}: there is no such database yet; `jejak run` makes one")
    check_format(warehouse_path)
    key = protection_key(warehouse_path)

    def vocabulary(reader: duckdb.DuckDBPyConnection, protected: frozenset[str]) -> Vocabulary:
        return learn(reader, protected, common_words, place_names, given_names)

    draft = snapshot_path.with_name(f".{snapshot_path.name}.{os.getpid()}.tmp")
    try:
        snapshot_path.parent.mkdir(parents=True, exist_ok=True)
        _clear_drafts(snapshot_path)
        counts = _write(warehouse_path, draft, key, vocabulary)
        to_disk(draft)
        draft.replace(snapshot_path)
        to_disk(snapshot_path.parent)
    except OSError as error:
        raise WarehouseError(
            f"{snapshot_path}: the snapshot cannot be written ({error.strerror}); choose a folder you may write to"
        ) from error
    finally:
        for leftover in (draft, draft.with_name(draft.name + ".wal")):
            with suppress(OSError):
                leftover.unlink()
    return counts


def _clear_drafts(snapshot_path: Path) -> None:
    """Remove what publishing left unfinished in processes that are no more."""
    for draft in snapshot_path.parent.glob(f".{snapshot_path.name}.*.tmp*"):
        process = draft.name.removeprefix(f".{snapshot_path.name}.").partition(".")[0]
        if process == str(os.getpid()) or (process.isdigit() and not _is_running(int(process))):
            draft.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(warehouse_path: Path, draft: Path, key: bytes, vocabulary: _Learning) -> PublishCounts:
    con = connect(draft)
    try:
        con.execute("SET TimeZone = 'UTC'")
        apply_migrations(con, draft)
        try:
            con.execute(f"ATTACH '{str(warehouse_path).replace(chr(39), chr(39) * 2)}' AS warehouse (READ_ONLY)")
        except duckdb.Error as error:
            raise explain(error, warehouse_path) from error
        reader = con.cursor()
        reader.execute("USE warehouse")
        with no_garbage_collection():
            _stage(con, reader, key, vocabulary)
        reader.close()
        con.execute("BEGIN TRANSACTION")
        con.execute(_COPY)
        con.execute(AGENCY_NAMES)
        con.execute(
            "INSERT INTO pipeline.publications SELECT ?, max(fetched_at), count(*), (SELECT count(*) FROM events) "
            "FROM articles",
            [now()],
        )
        for table in PRIVATE_TABLES:
            con.execute(f"DROP TABLE pipeline.{table}")
        con.execute("COMMIT")
        row = con.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM events), count(*), "
            "count(*) FILTER (WHERE is_protected) FROM persons"
        ).fetchone()
        assert row is not None
        con.execute("DETACH warehouse")
        con.execute("CHECKPOINT")
    finally:
        con.close()
    return PublishCounts(*row)


def _stage(
    con: duckdb.DuckDBPyConnection, reader: duckdb.DuckDBPyConnection, key: bytes, vocabulary: _Learning
) -> None:
    """Make the published form of everything that holds a name available to the copying SQL."""
    people = public_persons(reader, key)
    disclosure = Disclosure(reader, people, key, partial(vocabulary, reader))
    _register(
        con,
        "people",
        [
            (p.person_id, p.public_id, p.public_name, p.protection, p.is_protected, p.capacity, list(p.aliases))
            for p in people.values()
        ],
    )
    _register(
        con,
        "forms",
        [
            (person.person_id, form)
            for person in people.values()
            if not person.is_protected
            for form in sorted({person.public_name, *person.aliases})
        ],
    )
    _register(
        con,
        "articles",
        [(a.article_id, a.title, a.url, a.canonical_url, a.section_name) for a in disclosure.articles()],
    )
    for name, rows in zip(_TEXTS, disclosure.texts(list(_TEXTS.values())), strict=True):
        _register(con, name, rows, "evidence")
    _register(con, "surfaces", list(disclosure.surfaces()))
    _register(con, "agencies", list(disclosure.withheld_agencies()))
    issue_ids = reader.execute("SELECT issue_id FROM pipeline.issues").fetchall()
    _register(con, "issues", [(issue_id, "i-" + keyed_hash(key, issue_id)) for (issue_id,) in issue_ids])
    # An old id of a protected person may have been published when the person went by name: it leads nowhere outside.
    merges = reader.execute("SELECT entity_type, old_id, new_id FROM pipeline.merges").fetchall()
    _register(
        con,
        "merges",
        [row for row in merges if row[0] != "person" or (row[2] in people and not people[row[2]].is_protected)],
    )


def _register(
    con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Sequence[Any]], like: str | None = None
) -> None:
    schema = pa.schema(_STAGED[like or name])
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(values, column.type) for column, values in zip(schema, columns, strict=True)]
    con.register(f"out_{name}", pa.Table.from_arrays(arrays, schema=schema))
