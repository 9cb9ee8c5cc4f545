"""Linking a load at a time: sister reports joined, near misses kept apart, cases chained, decisions obeyed, undone."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.link_score import annotated, b_cubed, loadable, read_links, score_links
from tests.warehouse.factory import contents, meeting
from warehouse.database import WarehouseError, open_warehouse
from warehouse.link_decisions import decide_link, withdraw_link
from warehouse.load import load_part
from warehouse.resolve import resolve

SISTERS = Path(__file__).with_name("sister_reports.jsonl")
GOLD = [json.loads(line) for line in SISTERS.read_text(encoding="utf-8").splitlines()]
RECORDS = [loadable(article, annotated(article)) for article in GOLD]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    con = open_warehouse(tmp_path_factory.mktemp("linked") / "jejak.duckdb")
    load_part(con, "all", RECORDS)
    resolve(con)
    return con


def state(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """All tables but those that tell in which steps they were filled."""
    steps = {"pipeline.merges", "pipeline.loads", "pipeline.extractions", "pipeline.issues"}
    return {name: rows for name, rows in contents(con).items() if name not in steps}


def test_sister_reports_are_joined_and_near_misses_are_not(linked: duckdb.DuckDBPyConnection) -> None:
    scores = score_links(GOLD, read_links(linked))
    assert scores.matched == scores.total
    assert scores.joined == scores.sisters == 37
    assert scores.precision >= 0.99


def test_a_load_at_a_time_gives_what_all_at_once_gives(tmp_path: Path, linked: duckdb.DuckDBPyConnection) -> None:
    at_once = state(linked)
    shuffled = list(RECORDS)
    random.Random(5).shuffle(shuffled)
    con = open_warehouse(tmp_path / "jejak.duckdb")
    for number in range(0, len(shuffled), 13):
        load_part(con, f"part-{number}", shuffled[number : number + 13])
        resolve(con)
    stepwise = state(con)
    given_out = con.execute("SELECT old_id, current_id(old_id) FROM pipeline.merges WHERE entity_type <> 'person'")
    in_use = set(con.execute("SELECT event_id FROM events UNION SELECT case_id FROM cases").fetchall())
    assert all((new_id,) in in_use for _, new_id in given_out.fetchall())
    con.close()
    differing = [name for name in at_once if at_once[name] != stepwise[name]]
    assert differing == []


def test_conflicts_are_kept_with_their_sources(linked: duckdb.DuckDBPyConnection) -> None:
    rows = linked.execute(
        "SELECT attribute_name, value_text, c.report_count, outlet_ids "
        "FROM event_conflicts c JOIN events e USING (event_id) "
        "WHERE e.province_code = '53' AND e.event_type IN ('RESCUE', 'COORD_MEETING') ORDER BY ALL"
    ).fetchall()
    assert ("victims", "11", 1, ["cendana-ekspres"]) in rows
    assert ("victims", "12", 2, ["rai-belu-kini", "tasi-feto-pos"]) in rows
    assert ("start_date", "2025-06-18", 1, ["suara-solor"]) in rows
    assert ("start_date", "2025-06-17", 2, ["ile-ape-online", "lewotolok-post"]) in rows
    assert linked.execute("SELECT count(*) FROM event_conflicts WHERE value_text IS NULL").fetchone() == (0,)


def test_a_case_is_followed_from_the_rescue_to_the_prosecutors(linked: duckdb.DuckDBPyConnection) -> None:
    rows = linked.execute(
        """
        SELECT t.step_number, t.stage_type, CAST(t.event_date AS VARCHAR), t.agency_names, c.stage_names, c.latest_stage
        FROM case_timeline t JOIN cases c USING (case_id)
        WHERE c.place_code = '53.04' ORDER BY 1
        """
    ).fetchall()
    stages = ["rescue", "handover"]
    assert rows == [
        (1, "rescue", "2025-03-04", "Kantor Imigrasi Atambua; Kepolisian Resor Belu", stages, "handover"),
        (2, "handover", "2025-05-13", "Kejaksaan Negeri Belu; Kepolisian Resor Belu", stages, "handover"),
    ]


def test_other_suspects_of_the_same_police_make_no_case(linked: duckdb.DuckDBPyConnection) -> None:
    members = linked.execute(
        "SELECT c.case_id, list(DISTINCT t.key) FROM case_events c JOIN "
        "(SELECT event_id, unnest(list_filter(target_keys, lambda k: starts_with(k, 'S~'))) AS key "
        "FROM pipeline.case_traits) t USING (event_id) GROUP BY ALL"
    ).fetchall()
    assert members
    assert all(len(keys) == 1 for _, keys in members)


def both_reports(con: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    rows = con.execute("SELECT event_report_id FROM event_reports ORDER BY 1").fetchall()
    assert len(rows) == 2
    return rows[0][0], rows[1][0]


def test_a_merge_is_undone_by_hand_and_restored_by_withdrawing(con: duckdb.DuckDBPyConnection) -> None:
    load_part(con, "a", [meeting("satu").record(), meeting("dua", outlet="flores_pos").record()])
    resolve(con)
    joined = state(con)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (1,)
    decision = decide_link(con, "event", both_reports(con), "apart", decided_by="Ani", reason="dua rapat")
    resolve(con)
    assert con.execute("SELECT report_count FROM events").fetchall() == [(1,), (1,)]
    # What was read again by the extractor stays apart too.
    load_part(con, "b", [meeting("dua", outlet="flores_pos", fetched="2026-05-01T00:00:00+00:00").record()])
    resolve(con)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (2,)
    split = {event_id for (event_id,) in con.execute("SELECT event_id FROM events").fetchall()}
    withdraw_link(con, decision)
    resolve(con)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (1,)
    assert state(con)["main.event_reports"] == joined["main.event_reports"]
    now_in_use = con.execute("SELECT event_id FROM events").fetchone()
    assert all(con.execute("SELECT current_id(?)", [old]).fetchone() == now_in_use for old in split)


def test_reports_no_rule_joins_are_joined_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    second = meeting("dua", outlet="flores_pos")
    second.facts.events[0].start_date = "2026-03-06"
    load_part(con, "a", [meeting("satu").record(), second.record()])
    resolve(con)
    assert con.execute("SELECT count(*) FROM events").fetchone() == (2,)
    decide_link(con, "event", both_reports(con), "together", decided_by="Ani", reason="salah tanggal")
    resolve(con)
    assert con.execute("SELECT report_count, has_date_conflict FROM events").fetchall() == [(2, True)]
    assert con.execute("SELECT count(*) FROM event_conflicts WHERE attribute_name = 'start_date'").fetchone() == (2,)


@pytest.mark.parametrize(
    ("reports", "by", "reason", "message"),
    [
        (("n-none", "n-other"), "Ani", "uji", "no such event report"),
        (("n-none", "n-none"), "Ani", "uji", "two different"),
        (("n-none", "n-other"), " ", "uji", "needs the name"),
        (("n-none", "n-other"), "Ani", "", "needs the name"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    con: duckdb.DuckDBPyConnection, reports: tuple[str, str], by: str, reason: str, message: str
) -> None:
    with pytest.raises(WarehouseError, match=message):
        decide_link(con, "event", reports, "apart", decided_by=by, reason=reason)
    with pytest.raises(WarehouseError, match="no such decision"):
        withdraw_link(con, "d-none")


def test_an_article_read_again_leaves_no_trace_of_its_earlier_events(tmp_path: Path) -> None:
    first = meeting("satu")
    corrected = meeting("satu", fetched="2026-05-01T00:00:00+00:00")
    corrected.facts.events[0].place_code = "53.04"
    results = []
    for number, loads in enumerate([[first, corrected], [corrected]]):
        con = open_warehouse(tmp_path / f"{number}.duckdb")
        for place, story in enumerate(loads):
            load_part(con, f"part-{place}", [story.record(), meeting("dua", outlet="flores_pos").record()])
            resolve(con)
        found = state(con)
        results.append({name: found[name] for name in found if name.startswith("main.") or "traits" in name})
        con.close()
    ignored = {"main.articles"}
    assert {k: v for k, v in results[0].items() if k not in ignored} == {
        k: v for k, v in results[1].items() if k not in ignored
    }


def test_b_cubed_of_a_known_clustering() -> None:
    expected = dict(zip("abcde", [1, 1, 1, 2, 2], strict=True))
    assert b_cubed(expected, expected) == (1.0, 1.0)
    everything = dict.fromkeys("abcde", 0)
    assert b_cubed(expected, everything) == (pytest.approx((3 * 0.6 + 2 * 0.4) / 5), 1.0)
    alone = {key: key for key in "abcde"}
    assert b_cubed(expected, alone) == (1.0, pytest.approx((3 / 3 + 2 / 2) / 5))


def test_the_sister_reports_are_a_fair_trial() -> None:
    groups = defaultdict(set)
    for article in GOLD:
        for event in article["events"]:
            if "same_event" in event:
                groups[event["same_event"]].add(article["id"])
    assert len(groups) >= 15
    assert all(2 <= len(members) <= 4 for members in groups.values())
    assert sum("same_event" not in event for article in GOLD for event in article["events"]) >= 10
