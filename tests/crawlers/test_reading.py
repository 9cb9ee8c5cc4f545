from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive import ArchiveWriter, PageEntry, entries, read_page
from crawlers.fetching.fetcher import Answer
from crawlers.frontier import Frontier, now
from crawlers.frontier.known import Known, Listed, ListState
from crawlers.identity import article_key, canonical_url, fetch_url
from crawlers.reading import MAX_FAILURES, Reader
from crawlers.registry import Outlet
from crawlers.reporting import Reporter
from crawlers.selection import Selection

BASE = "https://kabaruji.id"
ONE = BASE + "/2025/05/07/rakor-tppo-di-kupang/"
TWO = BASE + "/2025/05/08/audiensi-bp3mi-di-maumere/"
MakeOutlet = Callable[..., Outlet]


def article(words: str = "", canonical: str = "", tail: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<html><head><title>{words}</title>{link}</head><body><p>{words} {'isi berita ' * 30}</p>{tail}</body></html>"
    )


def wanted_words(title: str, lead: str, tags: Sequence[str] = ()) -> bool:
    """The relevance filter of these tests."""
    return "tppo" in f"{title} {lead} {' '.join(tags)}".lower()


class Desk:
    """Frontier, archive and reader of one outlet."""

    def __init__(self, folder: Path, outlet: Outlet, reporter: Reporter, relevance: str | None = None) -> None:
        self.outlet, self.reporter, self.folder = outlet, reporter, folder
        self.frontier = Frontier(folder / "frontier.sqlite")
        self.archive = ArchiveWriter(folder / "archive", "c1")
        self.selection = Selection(relevance)

    def listing(self, *urls: str, **keys: Any) -> None:
        found = []
        for url in urls:
            canonical = canonical_url(url, self.outlet)
            key = article_key(canonical, self.outlet)
            found.append(Listed(canonical, fetch_url(canonical, self.outlet), key, **{"found_in": "feed"} | keys))
        self.frontier.save_list("feed", self.outlet.outlet_id, ListState(None, None, None, now(), False, []), found)

    def read(
        self, fetcher: Any, articles: list[Known] | None = None, since: str = "", until: str = ""
    ) -> list[PageEntry]:
        reader = Reader(
            self.outlet,
            fetcher,
            self.frontier,
            self.archive,
            self.reporter,
            self.selection,
            "c1",
            since,
            lambda: False,
            until,
        )
        if articles is None:
            articles = self.frontier.wanted(self.outlet.outlet_id, since, None)
        asyncio.run(reader.run(articles))
        self.archive.close()
        self.archive = ArchiveWriter(self.folder / "archive", "c1")
        return list(entries(self.folder / "archive"))

    def again(self, fetcher: Any) -> list[PageEntry]:
        return self.read(fetcher, self.frontier.to_recheck(self.outlet.outlet_id, "2999", None))

    def issues(self) -> list[str]:
        path = self.reporter.issues_path
        return [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def counts(self) -> dict[str, int]:
        return {name: count for name, count in self.reporter.counts(self.outlet.outlet_id).items() if count}


@pytest.fixture
def open_desk(tmp_path: Path, reporter: Reporter) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []

    def make(outlet: Outlet, relevance: str | None = None) -> Desk:
        opened.append(Desk(tmp_path, outlet, reporter, relevance))
        return opened[-1]

    yield make
    for desk in opened:
        desk.archive.close()
        desk.frontier.close()


def test_an_article_is_archived_and_remembered(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE, published_at="2025-05-07T09:15:00+08:00", title="Rakor")
    (entry,) = desk.read(make_fetcher({ONE: article("Rakor")}))
    assert (entry.canonical_url, entry.part, entry.status) == (ONE, 1, 200)
    assert (entry.feed_published_at, entry.title_hint) == ("2025-05-07T09:15:00+08:00", "Rakor")
    assert read_page(desk.folder / "archive", entry).reason == "found in feed"
    assert desk.frontier.wanted("kabar-uji", "", None) == []
    assert desk.counts() == {"new": 1, "fetched": 1}


def test_asked_again_an_unchanged_article_gives_no_new_record(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    fetcher = make_fetcher({ONE: article("Rakor")})
    desk.read(fetcher)
    assert len(desk.again(fetcher)) == 1
    assert fetcher.asked[-1] == (ONE, f'"{hashlib.sha256(article("Rakor").encode()).hexdigest()[:8]}"')
    same_without_validators = Answer(ONE, 200, article("Rakor").encode(), [], "text/html")
    assert len(desk.again(make_fetcher({ONE: same_without_validators}))) == 1
    assert desk.counts() == {"new": 1, "unchanged": 2, "fetched": 3}


def test_a_changed_article_is_a_new_record_and_the_old_one_stays(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    desk.read(make_fetcher({ONE: article("Rakor")}))
    found = desk.again(make_fetcher({ONE: article("Rakor, diperbarui")}))
    assert [entry.canonical_url for entry in found] == [ONE, ONE]
    assert len({entry.payload_sha256 for entry in found}) == 2
    assert desk.counts()["changed"] == 1


def test_a_page_around_which_only_the_frame_changed_is_unchanged(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)

    def framed(clock: str, others: str, words: str = "Rakor") -> dict[str, str]:
        frame = f"<div>{clock}</div><div>{others}</div>"
        return {ONE: article(words).replace("<body>", "<body>" + frame)}

    def digest() -> str | None:
        known = desk.frontier.article(ONE)
        assert known is not None
        return known.text_sha256

    morning = framed("Kamis, 15 Oktober 2026 09:12:33 WITA", f"<p><a href='/x'>{'Berita lain ' * 9}</a></p>")
    evening = framed("Kamis, 15 Oktober 2026 19:40:01 WITA", f"<p><a href='/y'>{'Kabar terbaru ' * 9}</a></p>")
    desk.read(make_fetcher(morning))
    assert digest() is None
    assert len(desk.again(make_fetcher(evening))) == 1
    # Worked out once, from the archive, and remembered.
    assert digest() is not None
    assert len(desk.again(make_fetcher(framed("pagi", "", "Rakor yang diperbarui")))) == 2
    assert desk.counts() == {"new": 1, "unchanged": 1, "changed": 1, "fetched": 3}


def test_without_its_archived_page_a_page_with_another_frame_counts_as_changed(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    desk.read(make_fetcher({ONE: article("Rakor", tail="<div>pagi</div>")}))
    for path in (desk.folder / "archive").glob("*.warc.gz"):
        path.unlink()
    desk.again(make_fetcher({ONE: article("Rakor", tail="<div>sore</div>")}))
    assert desk.counts() == {"new": 1, "changed": 1, "fetched": 2}


def test_a_part_that_disappeared_gives_the_article_anew(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    desk.read(make_fetcher({ONE: article("Satu", tail=parts(2)), ONE + "2/": article("Dua")}))
    desk.again(make_fetcher({ONE: article("Satu", tail=parts(2))}))
    assert desk.frontier.parts(ONE) == []
    assert desk.frontier.states() == {"done": 1}


def parts(*numbers: int) -> str:
    return "".join(f'<a href="{ONE}{number}/">{number}</a>' for number in numbers)


def test_the_parts_of_an_article_are_followed_and_kept_together(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    fetcher = make_fetcher(
        {ONE: article("Satu", tail=parts(2)), ONE + "2/": article("Dua", tail=parts(3)), ONE + "3/": article("Tiga")}
    )
    found = desk.read(fetcher)
    assert sorted((entry.canonical_url, entry.part) for entry in found) == [(ONE, 1), (ONE, 2), (ONE, 3)]
    assert desk.counts() == {"new": 1, "fetched": 1}


def test_a_change_in_a_further_part_gives_the_whole_article_anew(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    answers = {ONE: article("Satu", tail=parts(2)), ONE + "2/": article("Dua")}
    desk.read(make_fetcher(answers))
    assert len(desk.again(make_fetcher(answers))) == 2
    found = desk.again(make_fetcher(answers | {ONE + "2/": article("Dua, diperbarui")}))
    assert sorted(entry.part for entry in found) == [1, 1, 2, 2]


def test_a_site_that_ignores_page_numbers_gives_one_part(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    same = article("Satu", tail=parts(2, 3))
    assert [entry.part for entry in desk.read(make_fetcher({ONE: same, ONE + "2/": same}))] == [1]


def test_an_article_whose_part_fails_waits_and_one_whose_part_is_gone_does_not(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    first = article("Satu", tail=parts(2))
    failing = Answer(ONE + "2/", 0, failure="timeout", detail="no answer")
    assert desk.read(make_fetcher({ONE: first, ONE + "2/": failing})) == []
    assert len(desk.read(make_fetcher({ONE: first}))) == 1
    assert desk.issues() == ["timeout", "part_missing"]


def test_the_whole_form_is_preferred_and_the_plain_one_is_the_fallback(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet("tribun"))
    one, two = BASE + "/hukrim/500014/rakor", BASE + "/hukrim/500015/audiensi"
    desk.listing(one, two)
    tail = f'<a href="{one}?page=2">2</a>'
    fetcher = make_fetcher({one + "?page=all": article("Satu", tail=tail), two: article("Dua")})
    found = desk.read(fetcher)
    assert sorted((entry.canonical_url, entry.url) for entry in found) == [(one, one + "?page=all"), (two, two)]
    assert one + "?page=2" not in fetcher.urls


def test_one_more_address_of_a_known_article_adds_nothing(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    short = BASE + "/?p=12"
    fetcher = make_fetcher({ONE: article("Rakor", ONE), short: article("Rakor", ONE)})
    desk.read(fetcher)
    desk.listing(short)
    assert len(desk.read(fetcher)) == 1
    assert desk.counts()["skipped"] == 1
    desk.listing(short)
    assert desk.frontier.wanted("kabar-uji", "", None) == []


def test_a_short_address_is_kept_under_the_identity_its_page_names(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(BASE + "/?p=12")
    (entry,) = desk.read(make_fetcher({BASE + "/?p=12": article("Rakor", ONE)}))
    assert entry.canonical_url == ONE
    desk.listing(ONE)
    assert desk.frontier.wanted("kabar-uji", "", None) == []


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (Answer(ONE, 404, failure="gone", detail="404"), "gone", "gone"),
        (Answer(ONE, 0, failure="robots", detail="forbidden"), "robots", "disallowed"),
        (Answer(ONE, 0, failure="too_large", detail="30 MB"), "too_large", "refused"),
        (Answer(ONE, 0, failure="redirect_loop", detail="loop"), "redirect_loop", "failed"),
        (Answer(ONE, 403, failure="challenge", detail="asks"), "challenge", "failed"),
        (Answer(ONE, 200, b"%PDF-1.4", [], "application/pdf"), "not_html", "refused"),
        (Answer(ONE, 200, b"", [], "text/html"), "empty", "failed"),
        (Answer(BASE + "/", 200, article("Beranda").encode(), [], "text/html"), "redirected_away", "gone"),
    ],
)
def test_what_goes_wrong_is_recorded_and_does_not_stop_the_rest(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], answer: Answer, kind: str, state: str
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE, TWO)
    found = desk.read(make_fetcher({ONE: answer, TWO: article("Audiensi")}))
    assert [entry.canonical_url for entry in found] == [TWO]
    assert desk.issues() == [kind]
    assert desk.frontier.states() == {state: 1, "done": 1}


def test_a_wrong_encoding_is_recorded_and_the_page_is_kept(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    desk.listing(ONE)
    answer = Answer(ONE, 200, article("Rakor – Kupang").encode(), [], "text/html", "iso-8859-1")
    assert len(desk.read(make_fetcher({ONE: answer}))) == 1
    assert desk.issues() == ["charset"]


def test_an_outlet_that_fails_again_and_again_is_left_alone(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    urls = [f"{BASE}/2025/05/07/berita-nomor-{number}-hari-ini/" for number in range(MAX_FAILURES + 3)]
    desk.listing(*urls)
    fetcher = make_fetcher({url: Answer(url, 0, failure="timeout", detail="no answer") for url in urls})
    desk.read(fetcher)
    assert len(fetcher.urls) == MAX_FAILURES
    assert desk.issues()[-1] == "outlet_stopped"
    assert len(desk.frontier.wanted("kabar-uji", "", None)) == len(urls)


def filtered(
    make_outlet: MakeOutlet, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, priority: int
) -> Desk:
    monkeypatch.setattr("crawlers.selection._load", lambda path: wanted_words)
    return open_desk(make_outlet("custom", article_pattern=f"{BASE}/", priority=priority), "any:thing")


def test_title_and_lead_decide_without_reading_where_they_say_enough(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filtered(make_outlet, open_desk, monkeypatch, priority=2)
    desk.listing(BASE + "/olahraga/a", title="Turnamen bola", lead="Lapangan ramai. " * 40)
    desk.listing(BASE + "/umum/b", title="Polisi gagalkan TPPO")
    desk.listing(BASE + "/umum/c", title="Gubernur pimpin rapat")
    desk.listing(BASE + "/umum/d", title="Gubernur pimpin upacara")
    fetcher = make_fetcher(
        {
            BASE + "/umum/b": article("Polisi gagalkan"),
            BASE + "/umum/c": article("Gugus tugas TPPO rapat"),
            BASE + "/umum/d": article("Upacara bendera"),
        }
    )
    assert {entry.url for entry in desk.read(fetcher)} == {BASE + "/umum/b", BASE + "/umum/c"}
    assert BASE + "/olahraga/a" not in fetcher.urls
    assert desk.frontier.states() == {"done": 2, "skipped": 2}


def test_priority_sections_of_urgent_outlets_are_read_whole(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filtered(make_outlet, open_desk, monkeypatch, priority=1)
    desk.listing(BASE + "/pemerintahan/a", title="Gubernur terima tamu", lead="Upacara bendera. " * 40)
    desk.listing(BASE + "/umum/b", title="Turnamen bola", lead="Lapangan ramai. " * 40)
    assert [entry.url for entry in desk.read(make_fetcher({BASE + "/pemerintahan/a": article("Tamu")}))] == [
        BASE + "/pemerintahan/a"
    ]


def test_a_list_that_shows_little_does_not_decide_against_an_article(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filtered(make_outlet, open_desk, monkeypatch, priority=2)
    desk.listing(BASE + "/umum/a", title="Gubernur pimpin rapat", lead="Rapat di aula. " * 20)
    desk.listing(BASE + "/umum/b", title="Gubernur lepas kafilah", lead="Kafilah berangkat. " * 20)
    tagged = article("Rapat di aula").replace("<title>", '<meta name="keywords" content="TPPO, rapat"><title>')
    fetcher = make_fetcher({BASE + "/umum/a": tagged, BASE + "/umum/b": article("Kafilah")})
    assert [entry.url for entry in desk.read(fetcher)] == [BASE + "/umum/a"]
    assert fetcher.urls == [BASE + "/umum/a", BASE + "/umum/b"]


@pytest.mark.parametrize(
    "told",
    [
        {"address": "/hukum-ham/a"},
        {"address": "/read/a", "tags": ("Hukum & Kriminal",)},
        {"address": "/read/a", "found_in": BASE + "/rss/daerah.xml"},
        {"address": "/read/a", "head": '<meta property="article:section" content="Berita Daerah">'},
        {"address": "/read/a", "head": '<script>{"@type": "NewsArticle", "articleSection": ["Pemerintahan"]}</script>'},
    ],
    ids=["address", "tag", "list", "metadata", "structured data"],
)
def test_the_section_of_an_urgent_outlet_is_told_in_many_places(
    told: dict[str, Any],
    make_outlet: MakeOutlet,
    make_fetcher: Any,
    open_desk: Callable[..., Desk],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = filtered(make_outlet, open_desk, monkeypatch, priority=1)
    url = BASE + told["address"]
    keys = {name: value for name, value in told.items() if name in ("tags", "found_in")}
    desk.listing(url, title="Gubernur terima tamu", lead="Upacara bendera. " * 40, **keys)
    page = article("Tamu").replace("<title>", told.get("head", "") + "<title>")
    assert [entry.url for entry in desk.read(make_fetcher({url: page}))] == [url]


def test_other_sections_and_subjects_are_not_read_whole(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = filtered(make_outlet, open_desk, monkeypatch, priority=1)
    long = "Lapangan ramai. " * 40
    desk.listing(BASE + "/olahraga/a", title="Turnamen bola", lead=long)
    desk.listing(BASE + "/read/b", title="Turnamen bola", lead=long, tags=("Polda NTT",))
    desk.listing(BASE + "/read/c", title="Turnamen bola", lead=long)
    desk.listing(BASE + "/read/polisi-juara-turnamen-bola-voli/12", title="Turnamen bola", lead=long)
    sports = article("Turnamen").replace("<title>", '<meta property="article:section" content="Olahraga"><title>')
    fetcher = make_fetcher({BASE + "/read/c": sports})
    assert desk.read(fetcher) == []
    # Only where nothing but the page can tell the section is it asked for.
    assert fetcher.urls == [BASE + "/read/c"]


def test_an_article_that_only_its_page_shows_to_be_too_old_waits_for_a_longer_crawl(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet())
    short = BASE + "/?p=12"
    fetcher = make_fetcher({short: article("Rakor", ONE), ONE: article("Rakor", ONE)})
    desk.listing(short)
    assert desk.read(fetcher, since="2026-01-01") == []
    asked = len(fetcher.urls)
    assert desk.read(fetcher, since="2026-01-01") == []
    assert len(fetcher.urls) == asked
    assert [entry.canonical_url for entry in desk.read(fetcher)] == [ONE]


def test_of_an_article_that_was_changed_behind_the_span_the_page_tells_the_day(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(make_outlet("custom", article_pattern=f"{BASE}/read/"))
    pages = {}
    for number, day in enumerate(("2024-12-31", "2025-05-07", "2025-07-01")):
        desk.listing(f"{BASE}/read/{number}", day_hint="2026-08-01")
        head = f'<meta property="article:published_time" content="{day}T09:15:00+08:00"><title>'
        pages[f"{BASE}/read/{number}"] = article(f"Rakor {number}").replace("<title>", head)
    known = desk.frontier.wanted("kabar-uji", "", None)
    found = desk.read(make_fetcher(pages), known, since="2025-01-01", until="2025-06-30")
    assert [entry.canonical_url for entry in found] == [f"{BASE}/read/1"]
    waiting = {one.url[-1]: one.day_hint for one in desk.frontier.wanted("kabar-uji", "", None)}
    assert waiting == {"0": "2024-12-31", "2": "2025-07-01"}


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2025-05-07T09:15:00+08:00">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-05-07 09:15"}</script>',
    ],
)
def test_the_metadata_of_a_page_tell_its_day(
    make_outlet: MakeOutlet, make_fetcher: Any, open_desk: Callable[..., Desk], head: str
) -> None:
    desk = open_desk(make_outlet("custom", article_pattern=f"{BASE}/"))
    desk.listing(BASE + "/read/a")
    page = article("Rakor").replace("<title>", head + "<title>")
    assert desk.read(make_fetcher({BASE + "/read/a": page}), since="2026-01-01") == []
    (known,) = desk.frontier.wanted("kabar-uji", "", None)
    assert known.day_hint == "2025-05-07"
