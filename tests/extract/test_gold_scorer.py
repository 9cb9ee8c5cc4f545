"""Our own scorer counts what the guidelines of the gold format say, kind by kind."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from benchmarks.gold_score import score

ARTICLE: dict[str, Any] = {
    "id": "x",
    "relevance": "core",
    "persons": [
        {
            "name": "Sinta Awom",
            "capacity": "official",
            "roles": [
                {"title": "Kepala Bidang Penindakan", "agency": "Kepolisian Daerah Bali"},
                {"title": "Ketua", "agency": None},
            ],
        },
        {"name": "RS", "capacity": "victim", "roles": []},
    ],
    "agencies": [{"name": "Kepolisian Daerah Bali", "mentions": ["Polda Bali", "Polda"]}],
    "places": [{"mention": "Desa Kuta", "code": "52.02.04.2009"}, {"mention": "Bali", "code": "51"}],
    "dates": [{"mention": "Rabu", "start": "2025-01-01", "end": "2025-01-01"}],
    "events": [
        {
            "type": "RESCUE",
            "status": "held",
            "start": "2025-01-01",
            "end": "2025-01-01",
            "place": "51.71",
            "participants": [
                {"agency": "Kepolisian Daerah Bali", "person": "Sinta Awom", "role": "lead"},
                {"agency": "Kantor Imigrasi Ngurah Rai", "role": "partner"},
                {"person": "RS", "role": "target"},
            ],
        },
        {"type": "POLICY", "status": "planned", "start": None, "end": None, "place": None, "participants": []},
    ],
    "quotes": [{"speaker": "Sinta Awom", "text": "Kami masih mengejar dua perekrut yang lari ke seberang"}],
}


def scored(**changes: Any) -> dict[str, Any]:
    prediction = copy.deepcopy(ARTICLE) | changes
    return score([ARTICLE], {"x": prediction}).to_json()


def f1(kind: str, **changes: Any) -> float:
    return float(scored(**changes)["scores"][kind]["f1"])


def person(**changes: Any) -> list[dict[str, Any]]:
    return [copy.deepcopy(ARTICLE["persons"][0]) | changes, ARTICLE["persons"][1]]


def event(**changes: Any) -> list[dict[str, Any]]:
    return [copy.deepcopy(ARTICLE["events"][0]) | changes, ARTICLE["events"][1]]


def test_a_perfect_prediction_scores_one() -> None:
    result = scored()
    kinds = ["relevance", "persons", "agencies", "roles", "places", "dates", "events", "participants", "quotes"]
    assert {kind: row["f1"] for kind, row in result["scores"].items()} == dict.fromkeys(kinds, 1.0)
    assert {kind: row["share"] for kind, row in result["shares"].items()} == dict.fromkeys(
        ["capacity", "agency name", "event status"], 1.0
    )
    assert result["exposed"] == []


def test_the_scorer_sees_what_is_wrong() -> None:
    prediction = {
        "relevance": "none",
        "persons": [{"name": "Kompol Sinta Awom, S.H.", "capacity": "public"}, {"name": "RS", "capacity": "public"}],
        "agencies": [{"name": "Kepolisian Daerah NTT", "mentions": ["polda"]}, {"name": "X", "mentions": ["X"]}],
        "places": [{"mention": "desa kuta", "code": "52.02.04"}, {"mention": "Bali", "code": "52"}],
        "dates": [],
    }
    scores = score([ARTICLE], {"x": prediction})
    result = scores.to_json()
    assert result["scores"]["relevance"]["recall"] == 0.0
    assert result["scores"]["persons"]["f1"] == 1.0
    assert result["scores"]["agencies"]["precision"] == 0.5
    assert result["scores"]["places"]["recall"] == 0.5
    assert result["scores"]["dates"]["f1"] == 0.0
    assert result["shares"]["agency name"] == {"share": 0.0, "of": 1}
    assert result["exposed"] == ["x: RS"]
    assert ("places", "x", "missed", "Bali = 51") in scores.errors
    assert ("agencies", "x", "spurious", "X") in scores.errors
    assert ("capacity", "x", "differs", "RS: victim, not public") in scores.errors


def test_an_article_without_facts_is_missed_whole() -> None:
    tallies = score([ARTICLE], {}).tallies
    assert {kind: tally.hit for kind, tally in tallies.items()} == dict.fromkeys(tallies, 0)
    assert tallies["roles"].gold == 2


def test_a_kind_that_is_not_annotated_is_not_counted() -> None:
    without = {key: value for key, value in ARTICLE.items() if key not in ("events", "quotes")}
    assert {"events", "participants", "quotes"}.isdisjoint(score([without], {"x": ARTICLE}).tallies)


@pytest.mark.parametrize(
    ("role", "is_found"),
    [
        ({"title": "Kepala bidang penindakan", "agency": "kepolisian daerah bali"}, True),
        ({"title": "Kepala Bid. Penindakan", "agency": "Kepolisian Daerah Bali"}, True),
        ({"title": "Kepala", "agency": "Kepolisian Daerah Bali"}, False),
        ({"title": "Kepala Bidang Penindakan", "agency": "Kepolisian Resor Badung"}, False),
        ({"title": "Kepala Bidang Penindakan", "agency": None}, False),
    ],
)
def test_a_role_has_its_holder_its_agency_and_nearly_its_title(role: dict[str, Any], is_found: bool) -> None:
    roles = [role, {"title": "Ketua", "agency": None}]
    assert f1("roles", persons=person(roles=roles)) == (1.0 if is_found else 0.5)
    assert f1("roles", persons=person(name="Sinta Awan", roles=roles)) == 0.0


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({"start": "2025-01-02"}, True),
        ({"start": "2024-12-31"}, True),
        ({"start": "2025-01-03"}, False),
        ({"start": None}, False),
        ({"place": "51"}, True),
        ({"place": "51.03.01"}, True),
        ({"place": "52"}, False),
        ({"place": None}, False),
        ({"type": "ARREST"}, False),
        ({"status": "planned"}, True),
    ],
)
def test_an_event_has_its_type_its_day_and_its_province(change: dict[str, Any], is_found: bool) -> None:
    assert f1("events", events=event(**change)) == (1.0 if is_found else 0.5)


def test_an_event_of_unknown_day_and_place_is_found_as_such() -> None:
    unknown = ARTICLE["events"][1]
    assert f1("events", events=[unknown]) == pytest.approx(2 / 3)
    assert f1("events", events=[unknown | {"start": "2025-01-01"}]) == 0.0


def test_two_events_are_not_found_by_one() -> None:
    once, *_ = event()
    assert score([ARTICLE | {"events": [once, once]}], {"x": ARTICLE | {"events": [once]}}).tallies["events"].hit == 1


def test_the_status_is_asked_of_found_events() -> None:
    assert scored(events=event(status="planned"))["shares"]["event status"] == {"share": 0.5, "of": 2}
    assert scored(events=event(status="planned", type="ARREST"))["shares"]["event status"] == {"share": 1.0, "of": 1}


def test_participants_are_the_agencies_of_found_events() -> None:
    some = [{"agency": "KEPOLISIAN DAERAH BALI", "role": "giver"}, {"agency": "Kejaksaan Negeri Badung", "role": "x"}]
    row = scored(events=event(participants=some))["scores"]["participants"]
    assert (row["precision"], row["recall"], row["gold"]) == (0.5, 0.5, 2)
    twice = [some[0], some[0] | {"person": "Sinta Awom"}]
    assert scored(events=event(participants=twice))["scores"]["participants"]["precision"] == 1.0
    assert scored(events=event(type="ARREST"))["scores"]["participants"]["gold"] == 0


@pytest.mark.parametrize(
    ("quote", "is_found"),
    [
        ({"speaker": "Kompol Sinta Awom", "text": "kami masih mengejar dua perekrut yang lari ke seberang."}, True),
        ({"speaker": "Sinta Awom", "text": "Kami masih mengejar dua perekrut yang lari"}, True),
        ({"speaker": "Sinta Awom", "text": "Kami masih mengejar"}, False),
        ({"speaker": "RS", "text": "Kami masih mengejar dua perekrut yang lari ke seberang"}, False),
    ],
)
def test_a_quote_has_its_speaker_and_nearly_its_words(quote: dict[str, str], is_found: bool) -> None:
    assert f1("quotes", quotes=[quote]) == (1.0 if is_found else 0.0)


def test_scores_are_micro_averages_over_articles() -> None:
    other = ARTICLE | {"id": "y", "places": [{"mention": "Kuta", "code": "51.03.01"}] * 2}
    row = score([ARTICLE, other], {"x": ARTICLE, "y": {"places": []}}).tallies["places"].row()
    assert (row["precision"], row["recall"]) == (1.0, 0.5)
