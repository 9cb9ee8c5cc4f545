"""Articles with nearly the same wording: one press release, printed by several outlets."""

from __future__ import annotations

import duckdb

from warehouse.components import drop, label, reach

# Three numbers of a signature make a band; articles that share one are compared. Of two texts half of whose wording is
# shared, 94 in 100 meet so with a signature of 64 numbers, and hardly any that share a tenth.
BAND_WIDTH = 3
# Share of equal numbers from which two articles count as one text; the same as the extractor's own threshold.
COPY_THRESHOLD = 0.5
# Copies appear within days. Whoever prints a text again later than this reports anew.
COPY_DAYS = 30

# Articles that were loaded since linking last ran have no cluster yet.
_CHANGED = """
CREATE OR REPLACE TEMP TABLE linking_changed AS
SELECT article_id AS id, coalesce(published_date, CAST(fetched_at AS DATE)) AS day
FROM articles WHERE cluster_id IS NULL
"""

# Articles without relevance tell of no event and no person: what they copy from each other does not matter.
_SIGNED = f"""
CREATE OR REPLACE TEMP TABLE linking_signed AS
WITH near AS (
    SELECT article_id AS id, coalesce(published_date, CAST(fetched_at AS DATE)) AS day
    FROM articles
    WHERE relevance_type <> 'none' AND coalesce(published_date, CAST(fetched_at AS DATE)) BETWEEN
        CAST(? AS DATE) - {COPY_DAYS} AND CAST(? AS DATE) + {COPY_DAYS}
)
SELECT n.id, n.day, t.duplicate_signature AS signature, n.id IN (SELECT id FROM linking_changed) AS is_changed
FROM near n JOIN pipeline.article_texts t ON t.article_id = n.id
WHERE len(t.duplicate_signature) >= {BAND_WIDTH}
"""

_PAIRS = f"""
INSERT INTO pipeline.copies
WITH banded AS (
    SELECT id, day, is_changed, signature, band,
        hash(signature[band * {BAND_WIDTH} + 1 : (band + 1) * {BAND_WIDTH}]) AS bucket
    FROM linking_signed, unnest(range(len(signature) // {BAND_WIDTH})) AS b(band)
), met AS (
    SELECT a.id AS a_id, b.id AS b_id, a.signature AS a_signature, b.signature AS b_signature
    FROM banded a JOIN banded b ON a.band = b.band AND a.bucket = b.bucket
    WHERE a.is_changed AND a.id <> b.id AND (NOT b.is_changed OR a.id < b.id)
        AND abs(date_diff('day', a.day, b.day)) <= {COPY_DAYS}
        AND len(a.signature) = len(b.signature)
)
SELECT DISTINCT least(a_id, b_id), greatest(a_id, b_id)
FROM met
WHERE len(list_filter(list_zip(a_signature, b_signature), lambda pair: pair[1] = pair[2]))
    >= {COPY_THRESHOLD} * len(a_signature)
"""

_CLUSTERS = """
CREATE OR REPLACE TEMP TABLE linking_clusters AS
SELECT l.id, first_value(l.id) OVER (PARTITION BY l.label ORDER BY a.published_at NULLS LAST, l.id) AS cluster_id
FROM linking_labels l JOIN articles a ON a.article_id = l.id
"""


def cluster_articles(con: duckdb.DuckDBPyConnection) -> int:
    """Give articles with nearly the same wording one ``cluster_id``: the id of the earliest of them.

    Only articles that were loaded since the last time are compared, with those published at most :data:`COPY_DAYS` days
    before or after them; clusters that none of them touches stay as they are. The result is the same as if everything
    had been compared at once.

    Args:
        con: the warehouse, inside a transaction. Leaves a temporary table ``linking_changed (id, day)`` of the articles
            that are new or whose cluster has changed, for :func:`warehouse.events.link_events` to use and drop.

    Returns:
        How many clusters hold more than one article.
    """
    con.execute(_CHANGED)
    span = con.execute("SELECT min(day), max(day) FROM linking_changed").fetchone()
    assert span is not None
    if span[0] is not None:
        _cluster_changed(con, list(span))
    row = con.execute("SELECT count(DISTINCT cluster_id) FROM articles WHERE cluster_id <> article_id").fetchone()
    assert row is not None
    return int(row[0])


def _cluster_changed(con: duckdb.DuckDBPyConnection, span: list[object]) -> None:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE linking_seeds AS
        SELECT id FROM linking_changed
        UNION SELECT second_id FROM pipeline.copies WHERE first_id IN (SELECT id FROM linking_changed)
        UNION SELECT first_id FROM pipeline.copies WHERE second_id IN (SELECT id FROM linking_changed)
        """
    )
    con.execute(
        "DELETE FROM pipeline.copies WHERE first_id IN (SELECT id FROM linking_changed) "
        "OR second_id IN (SELECT id FROM linking_changed)"
    )
    con.execute(_SIGNED, span)
    con.execute(_PAIRS)
    reach(con, "linking_seeds", "pipeline.copies", "linking_reached")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE linking_edges AS SELECT first_id, second_id FROM pipeline.copies "
        "WHERE first_id IN (SELECT id FROM linking_reached)"
    )
    label(con, "linking_reached", "linking_edges", "linking_labels")
    con.execute(_CLUSTERS)
    con.execute(
        """
        INSERT INTO linking_changed
        SELECT a.article_id, coalesce(a.published_date, CAST(a.fetched_at AS DATE))
        FROM articles a JOIN linking_clusters c ON c.id = a.article_id
        WHERE a.cluster_id <> c.cluster_id
        """
    )
    con.execute(
        "UPDATE articles SET cluster_id = c.cluster_id FROM linking_clusters c "
        "WHERE c.id = articles.article_id AND articles.cluster_id IS DISTINCT FROM c.cluster_id"
    )
    drop(con, "linking_seeds", "linking_signed", "linking_reached", "linking_edges", "linking_labels",
         "linking_clusters")  # fmt: skip
