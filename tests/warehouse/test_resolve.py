"""Resolving: who and what is the same across articles, and ids that stay resolvable."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.factory import Story, contents, meeting
from warehouse.database import open_warehouse
from warehouse.groups import Groups, replaced_ids
from warehouse.load import load_part, load_places
from warehouse.names import initials, is_full_name, is_initials, normalise
from warehouse.resolve import resolve

POLDA = ("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
SAME_WORDS = list(range(64))


def told(
    slug: str,
    name: str = "Yohanes Bria",
    capacity: str = "official",
    *,
    title: str | None = "Kabid Humas",
    agency_id: str | None = "polda-nusa-tenggara-timur",
    place: tuple[str, str, str] | None = None,
    age: int | None = None,
    **options: Any,
) -> Story:
    """An article that names one person, with a title, at an agency and perhaps in a place."""
    story = Story(slug, **options).say(
        f"{title or 'Seorang'} {name} hadir bersama Polda NTT di Atambua dan Kupang, {slug}."
    )
    story.agency(*POLDA)
    if place:
        story.place(place[0], place[0], "regency", place[1])
    story.person(name, capacity, title=title, agency=POLDA[1] if agency_id else None, agency_id=agency_id, age=age)
    return story


def resolved(con: duckdb.DuckDBPyConnection, *stories: Story) -> None:
    number = con.execute("SELECT count(*) FROM pipeline.loads").fetchone()
    load_part(con, f"part-{number}", [story.record() for story in stories])
    resolve(con)


def persons(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    return con.execute("SELECT person_name, article_count FROM persons ORDER BY ALL").fetchall()


def test_a_full_name_with_the_same_agency_is_one_person(con: duckdb.DuckDBPyConnection) -> None:
    resolved(con, told("satu"), told("dua", "YOHANES BRIA", title="Kepala"))
    assert [count for _, count in persons(con)] == [2]
    assert con.execute("SELECT DISTINCT rule_name FROM pipeline.links WHERE entity_type = 'person'").fetchall() == [
        ("name and agency",)
    ]


def test_the_same_title_in_the_same_province_is_one_person(con: duckdb.DuckDBPyConnection) -> None:
    kupang = {"agency_id": None, "place": ("Kupang", "53.71", "")}
    resolved(con, told("satu", **kupang), told("dua", agency_id=None, place=("Atambua", "53.04", "")))
    assert persons(con) == [("Yohanes Bria", 2)]


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Camat", "agency_id": None, "place": ("Kupang", "53.71", "")},
        {"agency_id": None, "place": ("Kupang", "32.04", "")},
        {"title": None, "agency_id": None},
    ],
    ids=["another title", "another province", "no title at all"],
)
def test_namesakes_in_different_offices_stay_apart(con: duckdb.DuckDBPyConnection, other: dict[str, Any]) -> None:
    resolved(con, told("satu", agency_id=None, place=("Kupang", "53.71", "")), told("dua", **other))
    assert persons(con) == [("Yohanes Bria", 1), ("Yohanes Bria", 1)]


@pytest.mark.parametrize(
    ("name", "capacity", "age"),
    [
        ("RS", "suspect", None),
        ("Mawar", "official", None),
        ("Maria Kefi", "victim", None),
        ("Maria Kefi", "public", 15),
    ],
    ids=["initials", "one word", "victim", "minor"],
)
def test_who_must_not_be_profiled_is_joined_only_inside_copies_of_one_text(
    con: duckdb.DuckDBPyConnection, name: str, capacity: str, age: int | None
) -> None:
    resolved(con, told("satu", name, capacity, age=age), told("dua", name, capacity, age=age))
    assert persons(con) == [(name, 1), (name, 1)]
    copies = [
        told(slug, name, capacity, age=age, signature=SAME_WORDS, fetched="2026-04-01T00:00:00+00:00")
        for slug in ("satu", "dua")
    ]
    resolved(con, *copies)
    assert persons(con) == [(name, 2)]


def test_copies_of_one_text_form_a_cluster_named_after_the_earliest(con: duckdb.DuckDBPyConnection) -> None:
    half = SAME_WORDS[:40] + [n + 1000 for n in range(24)]
    first = told("satu", published="2026-03-01T08:00:00+08:00", signature=SAME_WORDS)
    second = told("dua", published="2026-03-02T08:00:00+08:00", signature=half)
    other = told(
        "tiga", published="2026-02-01T08:00:00+08:00", signature=SAME_WORDS[:20] + [n + 5000 for n in range(44)]
    )
    resolved(con, second, first, other)
    assert dict(con.execute("SELECT article_id, cluster_id FROM articles").fetchall()) == {
        first.id: first.id,
        second.id: first.id,
        other.id: other.id,
    }


def test_the_strictest_capacity_of_any_article_counts(con: duckdb.DuckDBPyConnection) -> None:
    resolved(con, told("satu"), told("dua", capacity="suspect"))
    assert con.execute("SELECT capacity_type, protection_type, is_protected FROM persons").fetchall() == [
        ("suspect", "initials", True)
    ]


def test_reports_of_one_event_are_joined(con: duckdb.DuckDBPyConnection) -> None:
    reports = [
        meeting("satu", outlet="lintas_timor", published="2026-03-02T10:00:00+08:00"),
        meeting("dua", outlet="flores_pos", published="2026-03-04T10:00:00+08:00"),
    ]
    reports[1].facts.events[0].start_date = reports[1].facts.events[0].end_date = "2026-03-03"
    reports[1].facts.events[0].place_code = "53"
    resolved(con, *reports)
    assert con.execute(
        "SELECT CAST(start_date AS VARCHAR), place_code, report_count, outlet_count, has_date_conflict, "
        "CAST(first_reported_at AS VARCHAR), CAST(last_reported_at AS VARCHAR) FROM events"
    ).fetchall() == [("2026-03-02", "53.71", 2, 2, True, "2026-03-02 02:00:00", "2026-03-04 02:00:00")]
    assert con.execute("SELECT count(*), count(DISTINCT event_id) FROM event_reports").fetchone() == (2, 1)
    assert con.execute("SELECT count(event_id), count(DISTINCT event_id) FROM event_participants").fetchone() == (4, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "DIALOGUE"},
        {"start_date": "2026-03-05"},
        {"place_code": "53.04"},
        {"participants": []},
        {"start_date": None},
    ],
    ids=["type", "date", "place", "nobody in common", "no date"],
)
def test_different_events_stay_apart(con: duckdb.DuckDBPyConnection, change: dict[str, Any]) -> None:
    first, second = meeting("satu"), meeting("dua", outlet="flores_pos")
    for key, value in change.items():
        setattr(second.facts.events[0], key, value)
    resolved(con, first, second)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (2,)


def test_two_events_of_one_article_are_never_joined_even_through_a_third(con: duckdb.DuckDBPyConnection) -> None:
    twice, once = meeting("satu"), meeting("dua", outlet="flores_pos")
    twice.facts.events.append(meeting("satu").facts.events[0])
    twice.facts.events[1].start_date = "2026-03-03"
    resolved(con, twice, once)
    assert con.execute("SELECT report_count FROM events ORDER BY 1").fetchall() == [(1,), (2,)]


def test_the_furthest_status_counts(con: duckdb.DuckDBPyConnection) -> None:
    plan = meeting("rencana", published="2026-03-01T08:00:00+08:00")
    plan.facts.events[0].status = "planned"
    resolved(con, plan)
    assert con.execute("SELECT status_type FROM events").fetchall() == [("planned",)]
    resolved(con, meeting("terlaksana", outlet="flores_pos"))
    assert con.execute("SELECT status_type FROM events").fetchall() == [("held",)]


def test_resolving_again_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    resolved(con, told("satu"), told("dua"), meeting())
    before = contents(con)
    assert resolve(con).replaced == 0
    assert contents(con) == before


def test_the_order_of_loading_leaves_no_trace(tmp_path: Path) -> None:
    stories = [
        *(told(f"a-{n}", published=f"2026-03-{9 - n:02}T08:00:00+08:00") for n in range(4)),
        *(meeting(f"b-{n}", outlet=f"media_{n}", published=f"2026-03-{9 - n:02}T08:00:00+08:00") for n in range(4)),
        *(told(f"c-{n}", "Maria Kefi", "victim", signature=SAME_WORDS) for n in range(3)),
    ]
    results = []
    for seed in range(3):
        parts = [(number, story.record()) for number, story in enumerate(stories)]
        random.Random(seed).shuffle(parts)
        con = open_warehouse(tmp_path / f"{seed}.duckdb")
        load_places(con, [{"code": "53", "name": "Nusa Tenggara Timur", "level": "province"}])
        for number, record in parts:
            load_part(con, f"part-{number}", [record])
        resolve(con)
        results.append(contents(con))
        con.close()
    assert results[0] == results[1] == results[2]
    assert len(results[0]["main.persons"]) == 3


def test_an_id_that_was_given_out_leads_to_the_one_in_use(con: duckdb.DuckDBPyConnection) -> None:
    def ids() -> tuple[str, str]:
        person = con.execute("SELECT person_id FROM persons").fetchall()
        event = con.execute("SELECT event_id FROM events").fetchall()
        assert len(person) == len(event) == 1
        return person[0][0], event[0][0]

    seen = []
    for day in (5, 4, 3):  # each time an earlier report turns up, and the ids are made from it
        resolved(con, meeting(f"hari-{day}", outlet=f"media_{day}", published=f"2026-03-0{day}T08:00:00+08:00"))
        seen.append(ids())
    assert len(set(seen)) == 3
    for person_id, event_id in seen:
        assert con.execute("SELECT current_id(?), current_id(?)", [person_id, event_id]).fetchone() == seen[-1]
    assert con.execute("SELECT current_id('p-unknown')").fetchone() == ("p-unknown",)


def test_an_id_that_returns_is_no_longer_called_replaced(con: duckdb.DuckDBPyConnection) -> None:
    late = meeting("akhir", outlet="flores_pos", published="2026-03-05T08:00:00+08:00")
    resolved(con, late)
    original = con.execute("SELECT event_id FROM events").fetchone()
    resolved(con, meeting("awal", published="2026-03-02T08:00:00+08:00"))
    assert con.execute("SELECT count(*) FROM pipeline.merges WHERE entity_type = 'event'").fetchone() == (1,)
    # The earlier article is corrected: it was another meeting, a week before.
    corrected = meeting("awal", published="2026-03-02T08:00:00+08:00", fetched="2026-05-01T00:00:00+00:00")
    corrected.facts.events[0].start_date = "2026-02-20"
    resolved(con, corrected)
    assert original is not None
    assert original in con.execute("SELECT event_id FROM events").fetchall()
    assert con.execute("SELECT current_id(?)", list(original)).fetchone() == original


def test_an_agency_takes_what_most_articles_say_and_keeps_every_printed_name(con: duckdb.DuckDBPyConnection) -> None:
    odd = meeting("ganjil")
    odd.facts.agencies[0].sector = "navy"
    resolved(con, meeting("satu"), meeting("dua"), odd)
    assert con.execute(
        "SELECT sector_type, province_code, article_count FROM agencies WHERE agency_id = 'polda-nusa-tenggara-timur'"
    ).fetchall() == [("police", "53", 3)]
    assert con.execute(
        "SELECT agency_name, name_type, mention_count FROM agency_names WHERE agency_id = 'polda-nusa-tenggara-timur' "
        "ORDER BY ALL"
    ).fetchall() == [("Kepolisian Daerah Nusa Tenggara Timur", "canonical", 0), ("Polda NTT", "printed", 3)]


def test_places_that_only_articles_name_are_added_and_those_of_the_gazetteer_kept(
    con: duckdb.DuckDBPyConnection,
) -> None:
    load_places(con, [{"code": "53", "name": "Nusa Tenggara Timur", "level": "province", "lat": -9.3, "lon": 121.8}])
    resolved(con, meeting())
    assert con.execute(
        "SELECT place_code, parent_code, province_code, is_in_gazetteer FROM places ORDER BY 1"
    ).fetchall() == [("53", None, "53", True), ("53.71", "53", "53", False)]


def test_pairs_of_agencies_count_a_press_release_once(con: duckdb.DuckDBPyConnection) -> None:
    resolved(con, *(meeting(f"salinan-{n}", outlet=f"media_{n}", signature=SAME_WORDS) for n in range(5)))
    assert con.execute(
        "SELECT agency_a_id, agency_b_id, CAST(month_date AS VARCHAR), held_count, cluster_count, weight "
        "FROM coordination_pairs"
    ).fetchall() == [("bp3mi-nusa-tenggara-timur", "polda-nusa-tenggara-timur", "2026-03-01", 1, 1, 1.0)]


def test_names_are_compared_without_case_marks_and_punctuation() -> None:
    assert normalise("Nur’aini  RA'I") == normalise("nuraini rai") == "nuraini rai"
    assert normalise("Maria-Goretí") == "maria goreti"


@pytest.mark.parametrize(
    ("name", "short", "is_short", "is_full"),
    [
        ("Siti Maryam", "S.M.", False, True),
        ("RS", "R.S.", True, False),
        ("R.S.", "R.S.", True, False),
        ("Mawar", "M.", False, False),
        ("I Gede", "I.G.", False, False),
        ("Edi", "E.", False, False),
    ],
)
def test_initials(name: str, short: str, is_short: bool, is_full: bool) -> None:
    assert (initials(name), is_initials(name), is_full_name(name)) == (short, is_short, is_full)


def test_replaced_ids_go_to_where_most_members_went() -> None:
    before = {"r1": "p1", "r2": "p1", "r3": "p1", "r4": "p4"}
    after = {"r1": "p9", "r2": "p9", "r3": "p8"}
    assert replaced_ids(before, after) == {"p1": "p9", "p4": None}


def test_groups_name_the_rule_that_joined_each_member() -> None:
    groups = Groups(["a", "b", "c", "d"])
    groups.join("c", "b", "first")
    groups.join("b", "a", "second")
    assert groups.members() == [["a", "b", "c"], ["d"]]
    assert groups.rules == {"c": "first", "b": "first", "a": "second"}
