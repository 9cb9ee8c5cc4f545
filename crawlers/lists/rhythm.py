"""How often an outlet writes: the day of its latest article, and the usual gap between two of its days."""

from __future__ import annotations

import sqlite3
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

DAYS_LOOKED_AT = 21
"""Days with an article that are looked at, the latest ones."""
MIN_GAPS = 3
"""Fewer gaps tell nothing of a habit."""


def rhythm(db: sqlite3.Connection, outlet_id: str, today: date) -> dict[str, Any]:
    """What the lists told so far of when an outlet writes, whether its articles were fetched or not.

    Args:
        db: the frontier's database.
        outlet_id: whose.
        today: the outlet's present day; later days are mistakes of its lists.

    Returns:
        ``last_day``, an ISO day or None where no list and no address tells one, and ``usual_gap_days``, the median
        gap between two days with articles, or None.
    """
    rows = db.execute(
        "SELECT DISTINCT day_hint FROM articles WHERE outlet_id = ? AND part = 1 AND day_hint <= ? "
        "ORDER BY day_hint DESC LIMIT ?",
        (outlet_id, today.isoformat(), DAYS_LOOKED_AT),
    ).fetchall()
    days = [date.fromisoformat(row[0]) for row in rows]
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    return {
        "last_day": days[0].isoformat() if days else None,
        "usual_gap_days": median(gaps) if len(gaps) >= MIN_GAPS else None,
    }
