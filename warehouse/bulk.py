"""What makes loading many rows at once fast."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


@contextmanager
def one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB insert with one thread.

    A batch is about one row group (122,880 rows), which threads cannot share; they cost more than they bring
    (150,000 rows with commit, two cores: 0.32 s with one thread, 0.43–0.61 s with two).
    """
    row = con.execute("SELECT current_setting('threads')").fetchone()
    assert row is not None
    con.execute("SET threads = 1")
    try:
        yield
    finally:
        con.execute(f"SET threads = {row[0]}")


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Put off the search for cycles: rows are hundreds of thousands of tuples in none, and it visits them all again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
