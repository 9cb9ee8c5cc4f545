from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.database import open_warehouse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jejak.duckdb"


@pytest.fixture
def con(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(path)
    yield connection
    connection.close()
