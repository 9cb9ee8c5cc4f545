"""The columns of the rows that loading writes, and how they become Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

Row = tuple[Any, ...]

_TEXT, _INT, _REAL, _BOOL = pa.string(), pa.int32(), pa.float32(), pa.bool_()
_DAY, _TIME, _TEXTS = pa.date32(), pa.timestamp("us"), pa.list_(pa.string())
_SPAN = (("start_offset", _INT), ("end_offset", _INT), ("sentence_number", _INT), ("confidence", _REAL))
_VERSION = (("extractor_version", _TEXT),)

# Staged tables: the columns of the rows that warehouse.records makes, in order.
# They are the columns of the warehouse's tables, less those that resolving fills.
SCHEMAS: dict[str, pa.Schema] = {
    "articles": pa.schema(
        (
            ("article_id", _TEXT), ("outlet_id", _TEXT), ("url", _TEXT), ("canonical_url", _TEXT), ("title", _TEXT),
            ("published_at", _TIME), ("published_date", _DAY), ("modified_at", _TIME), ("fetched_at", _TIME),
            ("language_code", _TEXT), ("section_name", _TEXT), ("relevance_type", _TEXT),
            ("relevance_score", pa.float64()), ("text_length", _INT), ("payload_sha256", _TEXT),
            ("extraction_id", _TEXT), *_VERSION,
        )
    ),
    "article_texts": pa.schema(
        (
            ("article_id", _TEXT), ("text", _TEXT), ("dateline", _TEXT), ("author_names", _TEXTS),
            ("tag_names", _TEXTS), ("sentence_bounds", pa.list_(_INT)), ("duplicate_signature", pa.list_(pa.uint64())),
        )
    ),
    "mentions": pa.schema(
        (
            ("article_id", _TEXT), ("mention_type", _TEXT), ("surface", _TEXT), *_SPAN, ("source_name", _TEXT),
            ("reported_person_id", _TEXT), ("agency_id", _TEXT), ("place_code", _TEXT), ("start_date", _DAY),
            ("end_date", _DAY), ("date_precision", _TEXT), ("has_date_conflict", _BOOL), *_VERSION,
            ("item_number", _INT),
        )
    ),
    "reported_persons": pa.schema(
        (
            ("reported_person_id", _TEXT), ("article_id", _TEXT), ("person_name", _TEXT), ("normalised_name", _TEXT),
            ("alias_names", _TEXTS), ("capacity_type", _TEXT), ("age", _INT), *_VERSION,
        )
    ),
    "reported_agencies": pa.schema(
        (
            ("article_id", _TEXT), ("agency_id", _TEXT), ("agency_name", _TEXT), ("sector_type", _TEXT),
            ("level_type", _TEXT), ("place_code", _TEXT), ("parent_name", _TEXT), ("is_known", _BOOL), *_VERSION,
        )
    ),
    "reported_places": pa.schema(
        (("article_id", _TEXT), ("place_code", _TEXT), ("place_name", _TEXT), ("level_type", _TEXT))
    ),
    "roles": pa.schema(
        (
            ("role_id", _TEXT), ("article_id", _TEXT), ("reported_person_id", _TEXT), ("title_name", _TEXT),
            ("agency_id", _TEXT), ("agency_name", _TEXT), ("evidence", _TEXT), *_SPAN, *_VERSION,
        )
    ),
    "quotes": pa.schema(
        (
            ("quote_id", _TEXT), ("article_id", _TEXT), ("reported_person_id", _TEXT), ("speaker_name", _TEXT),
            ("quote_text", _TEXT), *_SPAN, *_VERSION,
        )
    ),
    "event_reports": pa.schema(
        (
            ("event_report_id", _TEXT), ("article_id", _TEXT), ("event_type", _TEXT), ("status_type", _TEXT),
            ("start_date", _DAY), ("end_date", _DAY), ("date_precision", _TEXT), ("date_basis", _TEXT),
            ("place_code", _TEXT), ("evidence", _TEXT), *_SPAN, *_VERSION,
        )
    ),
    "event_participants": pa.schema(
        (
            ("participant_id", _TEXT), ("event_report_id", _TEXT), ("article_id", _TEXT), ("role_type", _TEXT),
            ("agency_id", _TEXT), ("reported_person_id", _TEXT), *_SPAN, *_VERSION,
        )
    ),
    "event_numbers": pa.schema(
        (
            ("event_number_id", _TEXT), ("event_report_id", _TEXT), ("article_id", _TEXT), ("number_type", _TEXT),
            ("number_value", _INT), ("surface", _TEXT), *_SPAN, *_VERSION,
        )
    ),
}  # fmt: skip

PAGES: pa.Schema = pa.schema(
    (
        ("page_id", _TEXT), ("article_id", _TEXT), ("outlet_id", _TEXT), ("crawl_id", _TEXT), ("fetched_at", _TIME),
        ("payload_sha256", _TEXT), ("warc_name", _TEXT), ("warc_offset", pa.int64()),
    )
)  # fmt: skip
EXTRACTIONS: pa.Schema = pa.schema(
    (
        ("extraction_id", _TEXT), ("article_id", _TEXT), ("part_name", _TEXT), ("fetched_at", _TIME),
        ("payload_sha256", _TEXT), *_VERSION, ("relevance_type", _TEXT), ("mention_count", _INT),
        ("event_count", _INT), ("is_current", _BOOL),
    )
)  # fmt: skip

ISSUES: pa.Schema = pa.schema(
    (
        ("issue_id", _TEXT), ("reported_at", _TIME), ("stage_name", _TEXT), ("issue_type", _TEXT),
        ("outlet_id", _TEXT), ("url", _TEXT), ("detail", _TEXT), ("part_name", _TEXT),
        ("crawl_id", _TEXT),
    )
)  # fmt: skip
OUTLETS: pa.Schema = pa.schema(
    (
        ("outlet_id", _TEXT), ("outlet_name", _TEXT), ("domain_name", _TEXT), ("base_url", _TEXT),
        ("province_code", _TEXT), ("province_name", _TEXT), ("timezone_name", _TEXT), ("family_type", _TEXT),
        ("priority", _INT), ("status_type", _TEXT),
    )
)  # fmt: skip
PLACES: pa.Schema = pa.schema(
    (
        ("place_code", _TEXT), ("place_name", _TEXT), ("level_type", _TEXT), ("parent_code", _TEXT),
        ("province_code", _TEXT), ("latitude", pa.float64()), ("longitude", pa.float64()), ("is_in_gazetteer", _BOOL),
    )
)  # fmt: skip

# Columns that may be empty; every other one must be filled for a row to be stored.
OPTIONAL = frozenset((
    "published_at", "published_date", "modified_at", "section_name", "dateline", "author_names", "tag_names",
    "sentence_bounds", "duplicate_signature", "reported_person_id", "agency_id", "place_code", "start_date",
    "end_date", "date_precision", "age", "sector_type", "level_type", "parent_name", "agency_name", "evidence",
    "date_basis",
))  # fmt: skip
_MAY_LACK_A_SPAN = frozenset({"roles", "quotes", "event_reports", "event_participants", "event_numbers"})
_SPAN_COLUMNS = frozenset(name for name, _ in _SPAN)


class RecordError(ValueError):
    """A line of a facts file does not have the form of one; the message says which field and what was there."""


def arrow_table(name: str, rows: Sequence[Row]) -> pa.Table:
    """The rows of one staged table as an Arrow table.

    Raises:
        RecordError: a value does not fit its column, or one that must be filled is empty.
    """
    schema = SCHEMAS[name]
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = []
    for column, values in zip(schema, columns, strict=True):
        try:
            array = pa.array(values, column.type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise RecordError(f"{name}.{column.name}: a value does not fit: {error}") from error
        spanless = name in _MAY_LACK_A_SPAN and column.name in _SPAN_COLUMNS
        if array.null_count and column.name not in OPTIONAL and not spanless:
            raise RecordError(f"{name}.{column.name}: a value is missing")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def table_of(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """The rows, which are known to fit, as an Arrow table."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    arrays = [pa.array(values, column.type) for column, values in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
