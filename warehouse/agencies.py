"""Agencies and places, each once, from what single articles say of them."""

from __future__ import annotations

import duckdb

# What most articles say of an agency holds; of two equally frequent readings, the first in alphabetical order.
_AGENCIES = """
INSERT INTO agencies
WITH counted AS (
    SELECT agency_id, agency_name, sector_type, level_type, place_code, parent_name, is_known, count(*) AS frequency
    FROM pipeline.reported_agencies
    GROUP BY ALL
), said AS (
    SELECT *, row_number() OVER (
        PARTITION BY agency_id
        ORDER BY is_known DESC, frequency DESC, agency_name, sector_type, level_type, place_code, parent_name
    ) AS place
    FROM counted
), seen AS (
    SELECT r.agency_id, min(a.published_at) AS first_at, max(a.published_at) AS last_at,
        count(DISTINCT r.article_id) AS article_count
    FROM pipeline.reported_agencies r JOIN articles a USING (article_id)
    GROUP BY r.agency_id
)
SELECT s.agency_id, s.agency_name, s.sector_type, s.level_type, s.place_code,
    CASE WHEN regexp_matches(s.place_code, '^[0-9]') THEN split_part(s.place_code, '.', 1) END,
    s.parent_name, s.is_known, seen.first_at, seen.last_at, CAST(seen.article_count AS INTEGER)
FROM said s JOIN seen USING (agency_id)
WHERE s.place = 1
ORDER BY s.agency_id
"""

# Made from mentions and agencies alone, so that a snapshot makes it from its own masked ones.
AGENCY_NAMES = """
INSERT INTO agency_names
WITH printed AS (
    SELECT agency_id, surface AS agency_name, count(*) AS mention_count FROM mentions
    WHERE mention_type = 'agency' AND agency_id IS NOT NULL GROUP BY ALL
)
SELECT coalesce(p.agency_id, a.agency_id), coalesce(p.agency_name, a.agency_name),
    CASE WHEN a.agency_id IS NULL THEN 'printed' ELSE 'canonical' END, CAST(coalesce(p.mention_count, 0) AS INTEGER)
FROM printed p FULL JOIN agencies a ON a.agency_id = p.agency_id AND a.agency_name = p.agency_name
ORDER BY ALL
"""

_PLACES = """
INSERT INTO places
WITH counted AS (
    SELECT place_code, place_name, level_type, count(*) AS frequency FROM pipeline.reported_places GROUP BY ALL
), named AS (
    SELECT *, row_number() OVER (PARTITION BY place_code ORDER BY frequency DESC, place_name, level_type) AS place
    FROM counted
)
SELECT place_code, place_name, level_type,
    CASE WHEN contains(place_code, '.') THEN regexp_replace(place_code, '\\.[^.]*$', '') END,
    CASE WHEN regexp_matches(place_code, '^[0-9]') THEN split_part(place_code, '.', 1) END,
    NULL, NULL, false
FROM named
WHERE place = 1 AND place_code NOT IN (SELECT place_code FROM places)
ORDER BY place_code
"""


def write_agencies(con: duckdb.DuckDBPyConnection) -> int:
    """Fill ``agencies`` and ``agency_names`` anew, and return the number of agencies. Inside a transaction."""
    con.execute("DELETE FROM agency_names")
    con.execute("DELETE FROM agencies")
    con.execute(_AGENCIES)
    con.execute(AGENCY_NAMES)
    counted = con.execute("SELECT count(*) FROM agencies").fetchone()
    return counted[0] if counted else 0


def write_places(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``places`` what articles name and the gazetteer rows lack, and drop what no article names any more."""
    con.execute("DELETE FROM places WHERE NOT is_in_gazetteer")
    con.execute(_PLACES)
