"""Articles with nearly the same wording: one press release, printed by several outlets."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from warehouse.groups import Groups

# Three numbers of a signature make a band; articles that share one are compared. Of two texts half of whose wording is
# shared, 94 in 100 meet so with a signature of 64 numbers, and hardly any that share a tenth.
BAND_WIDTH = 3
# Share of equal numbers from which two articles count as one text; the same as the extractor's own threshold.
COPY_THRESHOLD = 0.5
# In a band that more articles share than this, each is compared with the first and the one before only.
LARGEST_BAND = 50

_PAIRS = f"""
WITH signed AS (
    SELECT t.article_id, t.duplicate_signature AS signature, a.published_at
    FROM pipeline.article_texts t JOIN articles a USING (article_id)
    WHERE len(t.duplicate_signature) >= {BAND_WIDTH}
), banded AS (
    SELECT article_id, published_at, band,
        hash(signature[band * {BAND_WIDTH} + 1 : (band + 1) * {BAND_WIDTH}]) AS bucket
    FROM signed, unnest(range(len(signature) // {BAND_WIDTH})) AS b(band)
), numbered AS (
    SELECT article_id, band, bucket,
        row_number() OVER (PARTITION BY band, bucket ORDER BY published_at NULLS LAST, article_id) AS place,
        count(*) OVER (PARTITION BY band, bucket) AS size
    FROM banded
), candidates AS (
    SELECT DISTINCT a.article_id AS first_id, b.article_id AS second_id
    FROM numbered a
    JOIN numbered b ON a.band = b.band AND a.bucket = b.bucket AND a.place < b.place
    WHERE a.size <= {LARGEST_BAND} OR a.place = 1 OR b.place = a.place + 1
)
SELECT c.first_id, c.second_id
FROM candidates c
JOIN signed a ON a.article_id = c.first_id
JOIN signed b ON b.article_id = c.second_id
WHERE len(a.signature) = len(b.signature)
    AND len(list_filter(range(1, len(a.signature) + 1), lambda i: a.signature[i] = b.signature[i]))
        >= {COPY_THRESHOLD} * len(a.signature)
ORDER BY ALL
"""


def cluster_articles(con: duckdb.DuckDBPyConnection) -> int:
    """Give articles with nearly the same wording one ``cluster_id``: the id of the earliest of them.

    Args:
        con: the warehouse, inside a transaction.

    Returns:
        How many clusters hold more than one article.
    """
    rows = con.execute("SELECT article_id, published_at FROM articles").fetchall()
    # An undated article comes last; None does not compare with times.
    order = {article_id: (published is None, str(published or ""), article_id) for article_id, published in rows}
    groups = Groups(order)
    for first, second in con.execute(_PAIRS).fetchall():
        groups.join(first, second, "wording")
    ids, clusters, copied = [], [], 0
    for members in groups.members():
        earliest = min(members, key=order.__getitem__)
        ids += members
        clusters += [earliest] * len(members)
        copied += len(members) > 1
    con.register(
        "new_clusters",
        pa.table({"article_id": pa.array(ids, pa.string()), "cluster_id": pa.array(clusters, pa.string())}),
    )
    con.execute(
        "UPDATE articles SET cluster_id = n.cluster_id FROM new_clusters n "
        "WHERE n.article_id = articles.article_id AND articles.cluster_id IS DISTINCT FROM n.cluster_id"
    )
    con.unregister("new_clusters")
    return copied
