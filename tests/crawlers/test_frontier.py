from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawlers.archive import Page, PageEntry
from crawlers.frontier import MAX_TRIES, Frontier, FrontierError, now
from crawlers.frontier.known import Fingerprint, Listed, ListState

LIST = "https://kabaruji.id/feed/"


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        yield opened


def listed(name: str, day: str | None = None, **keys: str) -> Listed:
    url = f"https://kabaruji.id/{name}/"
    return Listed(url, url, day_hint=day, found_in=LIST, **keys)


def remember(frontier: Frontier, *items: Listed, url: str = LIST) -> int:
    return frontier.save_list(url, "kabar-uji", ListState('"e"', None, "f00", now(), False, [("x", None)]), items)


def read(frontier: Frontier, page: Page) -> None:
    frontier.save_read([(page.entry(), Fingerprint('"abc"'))], listed_as=page.canonical_url)


def test_a_list_and_its_articles_are_remembered_together(frontier: Frontier) -> None:
    assert remember(frontier, listed("a"), listed("b")) == 2
    assert remember(frontier, listed("b"), listed("c")) == 1
    state = frontier.list_state(LIST)
    assert state is not None
    assert (state.etag, state.follow, state.is_end) == ('"e"', [("x", None)], False)
    assert {known.canonical_url[-2] for known in frontier.wanted("kabar-uji", "", None)} == {"a", "b", "c"}


def test_a_list_that_breaks_half_way_is_not_remembered_at_all(frontier: Frontier) -> None:
    def items() -> Iterator[Listed]:
        yield listed("a")
        raise RuntimeError("the process dies")

    with pytest.raises(RuntimeError):
        frontier.save_list(LIST, "kabar-uji", ListState(None, None, None, now(), False, []), items())
    assert frontier.list_state(LIST) is None
    assert frontier.wanted("kabar-uji", "", None) == []


def test_the_newest_come_first_and_the_limit_and_the_day_are_kept(frontier: Frontier) -> None:
    remember(frontier, listed("tanpa-hari"), listed("lama", "2024-01-01"), listed("baru", "2026-10-01"))
    names = [known.canonical_url.split("/")[-2] for known in frontier.wanted("kabar-uji", "2025-01-01", None)]
    assert names == ["baru", "tanpa-hari"]
    assert [known.day_hint for known in frontier.wanted("kabar-uji", "", 1)] == ["2026-10-01"]


def test_a_further_list_adds_what_it_tells(frontier: Frontier) -> None:
    remember(frontier, listed("a"))
    remember(frontier, listed("a", "2026-10-01", title="Rakor", published_at="2026-10-01T08:00:00+08:00"))
    (known,) = frontier.wanted("kabar-uji", "", None)
    assert (known.title, known.day_hint, known.published_at) == ("Rakor", "2026-10-01", "2026-10-01T08:00:00+08:00")


def test_one_number_of_the_system_is_one_article(frontier: Frontier) -> None:
    remember(frontier, listed("hukrim", article_key="kabar-uji:7"), listed("berita", article_key="kabar-uji:7"))
    assert len(frontier.wanted("kabar-uji", "", None)) == 1


def test_a_page_read_is_known_with_its_validators(frontier: Frontier, make_page: Callable[..., Page]) -> None:
    page = make_page("a")
    remember(frontier, listed("a", "2026-10-01"))
    read(frontier, page)
    assert frontier.wanted("kabar-uji", "", None) == []
    known = frontier.article(page.canonical_url)
    assert known is not None
    assert (known.state, known.etag, known.payload_sha256) == ("done", '"abc"', page.payload_sha256)
    assert frontier.states("kabar-uji") == {"done": 1}


def test_a_page_that_names_another_identity_is_kept_under_it(
    frontier: Frontier, make_page: Callable[..., Page]
) -> None:
    remember(frontier, listed("pendek", "2026-10-01"))
    page = make_page("panjang")
    frontier.save_read([(page.entry(), Fingerprint())], listed_as="https://kabaruji.id/pendek/")
    assert frontier.article("https://kabaruji.id/pendek/") is None
    known = frontier.article("https://kabaruji.id/panjang/")
    assert known is not None
    assert known.day_hint == "2026-10-01"
    assert remember(frontier, listed("pendek"), url="https://kabaruji.id/lain/") == 0


def test_recheck_asks_young_articles_that_were_not_asked_in_this_crawl(
    frontier: Frontier, make_page: Callable[..., Page]
) -> None:
    remember(frontier, listed("muda", "2026-10-10"), listed("tua", "2024-01-01"))
    read(frontier, make_page("muda"))
    read(frontier, make_page("tua"))
    later = "2999-01-01"
    assert len(frontier.to_recheck("kabar-uji", later, None)) == 2
    assert [known.day_hint for known in frontier.to_recheck("kabar-uji", later, "2026-10-01")] == ["2026-10-10"]
    assert frontier.to_recheck("kabar-uji", "2000-01-01", None) == []


def test_a_failure_is_tried_again_until_it_is_given_up(frontier: Frontier) -> None:
    remember(frontier, listed("a"))
    for _ in range(MAX_TRIES):
        assert len(frontier.wanted("kabar-uji", "", None)) == 1
        frontier.save_state("https://kabaruji.id/a/", "failed", "timeout", "no answer")
    assert frontier.wanted("kabar-uji", "", None) == []


def test_what_was_read_stays_read_when_asking_again_fails(frontier: Frontier, make_page: Callable[..., Page]) -> None:
    page = make_page("a")
    read(frontier, page)
    frontier.save_state(page.canonical_url, "failed", "timeout", "no answer")
    known = frontier.article(page.canonical_url)
    assert known is not None
    assert known.state == "done"
    frontier.save_state(page.canonical_url, "gone", "gone", "404")
    assert frontier.states() == {"gone": 1}


def test_a_crawl_that_broke_off_is_gone_on_with(frontier: Frontier) -> None:
    assert frontier.is_new()
    first = frontier.begin_crawl("c1")
    assert frontier.begin_crawl("c2") == first
    frontier.finish_crawl("c2")
    time.sleep(0.005)
    assert frontier.begin_crawl("c3") > first


def test_pages_of_the_archive_that_are_unknown_are_taken_over(
    frontier: Frontier, make_page: Callable[..., Page]
) -> None:
    remember(frontier, listed("a", "2026-10-01"), listed("b"))
    read(frontier, make_page("b"))

    def fingerprint(entry: PageEntry) -> Fingerprint:
        return Fingerprint('"abc"')

    pages = [make_page("a").entry(), make_page("a", part=2).entry(), make_page("b").entry()]
    assert frontier.adopt(pages, fingerprint) == 2
    assert frontier.wanted("kabar-uji", "", None) == []
    known = frontier.article("https://kabaruji.id/a/")
    assert known is not None
    assert (known.state, known.etag, known.day_hint) == ("done", '"abc"', "2026-10-01")
    assert [part.part for part in frontier.parts("https://kabaruji.id/a/")] == [2]
    assert frontier.adopt(pages, fingerprint) == 0


def test_a_walk_back_to_a_day_covers_later_days(frontier: Frontier) -> None:
    frontier.finish_walk("indeks", "kabar-uji", "2025-01-01")
    assert frontier.walk_complete("indeks", "2026-01-01")
    assert not frontier.walk_complete("indeks", "2024-01-01")
    assert not frontier.walk_complete("indeks", "")
    frontier.finish_walk("indeks", "kabar-uji", "")
    frontier.finish_walk("indeks", "kabar-uji", "2026-01-01")
    assert frontier.walk_complete("indeks", "2018-01-01")


def test_robots_are_remembered_for_a_time(frontier: Frontier) -> None:
    frontier.save_robots("http://x", 200, b"User-agent: *")
    assert frontier.robots("http://x", "2000-01-01") == (200, b"User-agent: *")
    assert frontier.robots("http://x", "2999-01-01") is None


def test_a_file_that_is_no_frontier_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    path.write_text("this is no database, only some text that is long enough to be looked at" * 20)
    with pytest.raises(FrontierError, match="cannot open the frontier"):
        Frontier(path)


def test_a_frontier_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    with Frontier(path) as opened:
        opened._db.execute("PRAGMA user_version = 99")
    with pytest.raises(FrontierError, match="newer Jejak"):
        Frontier(path)


def test_a_frontier_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    with Frontier(path) as opened:
        remember(opened, listed("a"))
        opened.begin_crawl("c1")
        opened._db.executescript(
            "ALTER TABLE articles DROP COLUMN text_sha256; DROP INDEX crawls_not_ended; DROP TABLE claims;"
            "ALTER TABLE crawls DROP COLUMN crawl_type; ALTER TABLE crawls DROP COLUMN ended_at;"
            "PRAGMA user_version = 1"
        )
    with Frontier(path) as opened:
        (known,) = opened.wanted("kabar-uji", "", None)
        assert known.text_sha256 is None
        assert tuple(opened._db.execute("SELECT crawl_type, ended_at FROM crawls").fetchone()) == ("daily", None)


def test_an_article_that_became_shorter_has_fewer_parts(frontier: Frontier, make_page: Callable[..., Page]) -> None:
    for count in (3, 2):
        parts = [(make_page("a", part=number).entry(), Fingerprint()) for number in range(1, count + 1)]
        frontier.save_read(parts, listed_as="https://kabaruji.id/a/")
        assert [part.part for part in frontier.parts("https://kabaruji.id/a/")] == list(range(2, count + 1))


def test_what_was_read_long_ago_costs_the_daily_questions_nothing(frontier: Frontier) -> None:
    def steps(ask: Callable[[], object]) -> int:
        """Hundreds of steps of SQLite's machine that a question takes."""
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        frontier.connection.set_progress_handler(count, 100)
        ask()
        frontier.connection.set_progress_handler(None, 100)
        return counted[0]

    def questions() -> list[int]:
        return [
            steps(lambda: frontier.wanted("kabar-uji", "", None)),
            steps(lambda: frontier.wanted("kabar-uji", "2026-01-01", 5)),
            steps(lambda: frontier.to_recheck("kabar-uji", "2999", "2026-10-01")),
        ]

    names = [f"lama-{number}" for number in range(600)]
    remember(frontier, listed("baru", "2026-10-10"), *(listed(name, "2024-01-01") for name in names))
    waiting = questions()
    with frontier.transaction():
        frontier.connection.execute(
            "UPDATE articles SET state = 'done', checked_at = '2024-01-02' WHERE day_hint = '2024-01-01'"
        )
    assert max(questions()) <= 3
    assert waiting[0] > 20 * max(questions())
    assert [known.canonical_url for known in frontier.to_recheck("kabar-uji", "2999", "2024-01-01")] == sorted(
        f"https://kabaruji.id/{name}/" for name in names
    )
