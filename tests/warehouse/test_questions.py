"""Ready-made questions and the summary, asked of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.factory import Story, meeting
from warehouse.database import WarehouseError, open_warehouse
from warehouse.load import load_crawl, load_outlets, load_part, load_places
from warehouse.publish import publish
from warehouse.questions import list_questions, run
from warehouse.resolve import resolve
from warehouse.summary import summary

POLDA = ("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
JANUARY = "2026-01-11T08:00:00+08:00"
DINSOS = ("Dinsos NTT", "Dinas Sosial Nusa Tenggara Timur", "dinsos-nusa-tenggara-timur", "53")


def happening(
    slug: str, kind: str, day: str | None, *participants: tuple[str, str | None, str | None], **more: Any
) -> Story:
    status = more.pop("status", "held")
    story = Story(slug, **more).say(f"Polda NTT bersama Dinsos NTT dan Kombes Patar Silaban dalam kegiatan {slug}.")
    story.agency(*POLDA).agency(*DINSOS)
    story.facts.agencies[1].sector = "social"
    story.event(kind, "kegiatan", day, "53", *participants, status=status)
    return story


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asked") / "jejak.duckdb"
    both = (("lead", POLDA[2], None), ("receiver", DINSOS[2], None))
    promoted = happening("promosi", "DIALOGUE", "2026-05-01", ("speaker", POLDA[2], "Patar Silaban"))
    earlier = happening(
        "lama", "DIALOGUE", "2026-01-10", ("speaker", POLDA[2], "Patar Silaban"), published="2026-01-11T08:00:00+08:00"
    )
    for story, title in ((earlier, "Kombes"), (promoted, "bersama")):
        story.person("Patar Silaban", "official", title=title, agency=POLDA[1], agency_id=POLDA[2])
    promoted.quote("Patar Silaban", "kegiatan promosi")
    stories = [
        meeting(),
        happening("selamat", "RESCUE", "2026-03-01", ("lead", POLDA[2], None)),
        happening("serah-1", "HANDOVER", "2026-03-06", *both),
        happening("serah-2", "HANDOVER", "2026-04-06", *both),
        happening("janji", "TRAINING", "2026-03-10", *both, status="planned"),
        happening("janji-ditepati", "AGREEMENT", "2026-03-10", *both, status="planned"),
        happening("ditepati", "AGREEMENT", "2026-03-20", *both),
        earlier,
        promoted,
    ]
    con = open_warehouse(path)
    load_outlets(con, [{"outlet_id": "lintas_timor", "name": "Lintas Timor", "province_code": "53"}])
    load_places(
        con,
        [
            {"code": "53", "name": "Nusa Tenggara Timur", "level": "province"},
            {"code": "52", "name": "Nusa Tenggara Barat", "level": "province"},
        ],
    )
    load_crawl(
        con, {"crawl_id": "c", "started_at": "2026-06-01T00:00:00Z", "outlets": 1, "fetched": 9, "new": 8, "failed": 1}
    )
    load_part(con, "part", [story.record() for story in stories])
    resolve(con)
    con.close()
    publish(path, path.with_name("published.duckdb"))
    return path.with_name("published.duckdb")


@pytest.fixture
def asked(snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_warehouse(snapshot, read_only=True)
    yield con
    con.close()


def test_there_are_enough_questions_each_with_two_titles() -> None:
    questions = list_questions()
    assert len(questions) >= 12
    assert len({question.title_en for question in questions}) == len({question.title_id for question in questions})
    for question in questions:
        assert question.title_en.endswith("?")
        assert question.title_id.endswith("?")
        for parameter in question.parameters:
            assert f"${parameter.name}" in question.sql
            assert parameter.meaning_en
            assert parameter.meaning_id


@pytest.mark.parametrize("name", [question.name for question in list_questions()])
def test_every_question_answers_with_its_defaults(asked: duckdb.DuckDBPyConnection, name: str) -> None:
    answer = run(asked, name)
    assert answer.column_names
    if name != "disagreeing-reports":  # no report disagrees here
        assert len(answer) > 0


def test_who_works_with_whom(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "who-with-whom", {"agency": "bp3mi"}).to_pylist()
    assert [(row["agency_a"], row["agency_b"], row["held_events"]) for row in rows] == [
        ("BP3MI Nusa Tenggara Timur", "Kepolisian Daerah Nusa Tenggara Timur", 1)
    ]
    assert len(run(asked, "who-with-whom", {"since": "2027-01-01"})) == 0


def test_a_promise_counts_until_it_is_kept(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "promised-not-seen").to_pylist()
    assert [row["event_type"] for row in rows] == ["TRAINING"]
    assert len(run(asked, "promised-not-seen", {"today": "2026-04-01"})) == 0
    strict = run(asked, "promised-not-seen", {"days": "5"}).to_pylist()
    assert {row["event_type"] for row in strict} == {"AGREEMENT", "TRAINING"}


def test_handovers_between_two_agencies_are_counted(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "repeated-handovers", {"least": "2"}).to_pylist()
    assert [(row["giver"], row["receiver"], row["handovers"]) for row in rows] == [(POLDA[1], DINSOS[1], 2)]


def test_days_from_rescue_to_handover(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "rescue-to-handover").to_pylist()
    assert [row["days_between"] for row in rows] == [5, 36]


def test_a_career_is_the_offices_of_one_person(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "careers").to_pylist()
    assert [(row["person_name"], row["title_name"]) for row in rows] == [
        ("Patar Silaban", "Kombes"),
        ("Patar Silaban", "bersama"),
    ]


def test_evidence_for_a_pair_gives_sentence_and_address(asked: duckdb.DuckDBPyConnection) -> None:
    rows = run(asked, "evidence-for-a-pair", {"agency_a": "polda", "agency_b": "bp3mi"}).to_pylist()
    assert [(row["evidence"], row["url"]) for row in rows] == [
        ("Polda NTT menggelar rapat koordinasi bersama BP3MI NTT di Kupang, Senin (2/3/2026).", meeting().url)
    ]


def test_a_silent_province_is_named(asked: duckdb.DuckDBPyConnection) -> None:
    assert run(asked, "silent-provinces").column("place_name").to_pylist() == ["Nusa Tenggara Barat"]


@pytest.mark.parametrize(
    ("name", "parameters", "complaint"),
    [
        ("who-with-who", {}, "did you mean who-with-whom"),
        ("zzz", {}, "`jejak query --list` shows them"),
        ("careers", {"nama": "x"}, "has no parameter 'nama'; it has: name, offices"),
        ("top-outlets", {"since": "kemarin"}, "question top-outlets: a value does not fit"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(
    asked: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, str], complaint: str
) -> None:
    with pytest.raises(WarehouseError, match=complaint):
        run(asked, name, parameters)


def test_a_parameter_is_a_value_never_sql(asked: duckdb.DuckDBPyConnection) -> None:
    assert len(run(asked, "agency-timeline", {"agency": "' OR 1=1 --"})) == 0


@pytest.mark.parametrize("text", ["SELECT 1", "-- title_en: A?\n-- title_id: A?\n-- param: since\nSELECT 1"])
def test_a_question_file_of_the_wrong_form_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.sql").write_text(text)
    with pytest.raises(WarehouseError, match=r"bad\.sql"):
        list_questions(tmp_path)


def test_the_summary_counts_what_is_there(asked: duckdb.DuckDBPyConnection) -> None:
    found = summary(asked)
    assert (found.outlets, found.articles, found.relevant) == (1, 9, 9)
    assert (found.pages_fetched, found.pages_new, found.pages_unchanged, found.pages_failed) == (9, 8, None, 1)
    assert list(found.events_by_type.items())[:2] == [("AGREEMENT", 2), ("DIALOGUE", 2)]
    assert [(agency.agency_name, agency.partners) for agency in found.most_connected] == [
        (POLDA[1], 2),
        (DINSOS[1], 1),
        ("BP3MI Nusa Tenggara Timur", 1),
    ]


def test_the_summary_of_an_empty_warehouse_is_all_zeros(con: duckdb.DuckDBPyConnection) -> None:
    found = summary(con)
    assert (found.articles, found.pages_fetched, found.events_by_type, found.most_connected) == (0, None, {}, ())
