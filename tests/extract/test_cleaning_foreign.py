"""Pages of sites that nobody registered are read at least as well as bare trafilatura reads them."""

from __future__ import annotations

import pytest

from benchmarks.foreign import compare, own_pages

PAGES = {page.name: page for page in own_pages()}


def test_the_foreign_pages_are_many_and_varied() -> None:
    assert len(PAGES) >= 40
    assert len({name.split("_")[0] for name in PAGES}) >= 5


@pytest.mark.parametrize("name", PAGES)
def test_no_foreign_page_is_read_worse_than_by_bare_trafilatura(name: str) -> None:
    (compared,) = compare([PAGES[name]])
    assert compared.worse() == [], compared
