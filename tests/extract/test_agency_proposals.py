"""Organisations that only the name finder sees are proposed for review, and are no agencies."""

from __future__ import annotations

import pytest

from extract.agency_proposals import propose_agencies
from extract.article import Article
from extract.facts import ProposedAgency
from extract.pipeline import Extractor
from extract.state import ArticleState, FoundName


@pytest.fixture(scope="module")
def rules() -> Extractor:
    return Extractor(model="none")


def read(rules: Extractor, text: str, name: str, confidence: float = 0.96) -> list[ProposedAgency]:
    state = ArticleState(Article("a", "", "", "", text), relevance="core")
    rules.fill(state, syntax=False)
    start = text.index(name)
    state.names = [FoundName("ORG", state.span(start, start + len(name), confidence, "names:accurate-0123abcd"))]
    return propose_agencies(state)


@pytest.mark.parametrize(
    ("text", "name", "parent"),
    [
        ("Korban dibawa ke Puskesmas Entikong di Kabupaten Sanggau.", "Puskesmas Entikong", "Dinas Kesehatan Sanggau"),
        ("Polres Ende dan Tim Macan Kelimutu menangkap perekrut.", "Tim Macan Kelimutu", "Kepolisian Resor Ende"),
        ("Mereka ditemani National Fishers Center selama sidang.", "National Fishers Center", None),
    ],
)
def test_an_unknown_body_is_proposed_with_its_probable_parent(
    rules: Extractor, text: str, name: str, parent: str | None
) -> None:
    (proposal,) = read(rules, text, name)
    assert (proposal.name, proposal.parent) == (name, parent)
    shown = proposal.to_json()
    assert (shown["is_reviewed"], shown["confidence"]) == (False, 0.96)
    assert shown["spans"][0]["source"] == "names:accurate-0123abcd"


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("Mereka ditemani National Fishers Center.", "National Fishers Center", 0.8),
        ("Mereka bekerja di PT Bunga Rampai Center.", "PT Bunga Rampai Center", 0.99),
        ("Rapat itu dihadiri Polres Ende.", "Polres Ende", 0.99),
        ("Mobil itu berhenti di badan jalan.", "badan jalan", 0.99),
        ("Korban tidak punya KTP Gilimanuk.", "KTP Gilimanuk", 0.99),
    ],
)
def test_what_is_unsure_known_or_no_body_is_not_proposed(
    rules: Extractor, text: str, name: str, confidence: float
) -> None:
    assert read(rules, text, name, confidence) == []


def test_proposals_stand_beside_the_agencies_in_the_facts() -> None:
    text = "Korban perdagangan orang ditemani National Fishers Center dan Polres Ende."
    facts = Extractor().facts(Article("a", "", "", "Korban TPPO", text)).to_json()
    assert [agency["name"] for agency in facts["agencies"]] == ["Kepolisian Resor Ende"]
    assert [item["name"] for item in facts["proposed_agencies"]] == ["National Fishers Center"]
