"""Articles that a backfill would pass over, because their lists tell only when they were changed.

A sitemap's ``lastmod`` is the day of the last change. An article of 2019 that was saved again in 2024 stands there with
a day of 2024, and a backfill until 2019 would leave it out. Where the outlet's system numbers its articles, the number
tells better: systems count upwards, so an article with a smaller number than one of the span is no younger than it.
Whether it is of the span or still older, its page tells.
"""

from __future__ import annotations

import sqlite3

from .frontier.known import Planned
from .lists.formats import day_in_address

_NUMBER = "CAST(substr(article_key, length(outlet_id) + 2) AS INTEGER)"
OUTLIERS = 0.01
"""Share of the numbers before a span that may be wrong, at least one: the highest do not hide what is looked for."""


def changed_later(db: sqlite3.Connection, outlet_id: str, since: str, until: str) -> list[Planned]:
    """Articles never read, announced with a day behind a span, which by their numbers are no younger than its last.

    Args:
        db: the frontier.
        outlet_id: whose.
        since: first ISO day of the span, or an empty string.
        until: last ISO day of the span.

    Returns:
        The articles, the highest number first; none where the outlet's articles have no numbers.
    """
    # What the frontier knows of days are upper bounds, so both ends are safe: all up to the highest number of the span
    # was published by its end, and all up to the highest number before it was published before it begins.
    numbered = f"SELECT {_NUMBER} AS number FROM articles WHERE outlet_id = ? AND part = 1 AND article_key IS NOT NULL"
    (highest,) = db.execute(
        f"SELECT max(number) FROM ({numbered} AND day_hint BETWEEN ? AND ?)", (outlet_id, since, until)
    ).fetchone()
    if highest is None:
        return []
    before = [row[0] for row in db.execute(f"{numbered} AND day_hint < ? ORDER BY number", (outlet_id, since))]
    wrong = max(1, int(len(before) * OUTLIERS))
    too_low = before[-1 - wrong] if len(before) > wrong else -1
    rows = db.execute(
        f"SELECT canonical_url, state, checked_at, {_NUMBER} AS number FROM articles WHERE outlet_id = ? AND part = 1 "
        "AND state = 'queued' AND published_at IS NULL AND day_hint > ? AND article_key IS NOT NULL "
        "AND number > ? AND number <= ? ORDER BY number DESC",
        (outlet_id, until, too_low, highest),
    )
    return [Planned(url, state, checked_at) for url, state, checked_at, _ in rows if day_in_address(url) is None]
