"""The trained name finder beside the rules: it adds, corrects and drops, and never takes protection away."""

from __future__ import annotations

import pytest

from extract.article import Article
from extract.facts import Person
from extract.persons import find_persons
from extract.pipeline import Extractor
from extract.state import ArticleState, FoundName, NameLabel

Seen = tuple[str, NameLabel, float]


@pytest.fixture(scope="module")
def rules() -> Extractor:
    return Extractor(model="none")


def read(rules: Extractor, text: str, *names: Seen, relevance: str = "core") -> dict[str, Person]:
    """The persons of a text by name, with what a name finder would have seen in it."""
    state = ArticleState(Article("a", "", "", "", text), relevance="core" if relevance == "core" else "none")
    rules.fill(state, syntax=False)
    state.searched = set(range(len(state.sentences)))
    for words, label, confidence in names:
        start = text.index(words)
        state.names.append(
            FoundName(label, state.span(start, start + len(words), confidence, "names:accurate-0123abcd"))
        )
    return {person.name: person for person in find_persons(state)}


def test_a_person_no_rule_finds_is_kept_with_the_models_provenance(rules: Extractor) -> None:
    text = "Kemarin Tobias Ruron menunggu di dermaga."
    assert read(rules, text) == {}
    (span,) = read(rules, text, ("Tobias Ruron", "PER", 0.95))["Tobias Ruron"].spans
    assert (span.text, span.confidence, span.source) == ("Tobias Ruron", 0.95, "names:accurate-0123abcd")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Kemarin Tobias Ruron menunggu di dermaga.", ("Tobias Ruron", "PER", 0.85)),  # too unsure
        ("Kemarin Ruron menunggu di dermaga.", ("Ruron", "PER", 0.93)),  # one word has less to show
        ("Ruron menunggu di dermaga.", ("Ruron", "PER", 0.96)),  # and has a capital letter anyway
        ("Seorang nakhoda datang. Kata orang, Nakhoda Kapal menunggu.", ("Nakhoda Kapal", "PER", 0.99)),
        ("Kemarin mereka di Larantuka.", ("Larantuka", "PER", 0.99)),
        ("Kemarin Papua Selatan menunggu.", ("Papua Selatan", "PER", 0.99)),
        ("Kemarin Polda NTT menunggu.", ("Polda NTT", "PER", 0.99)),
        ("Editor: Tobias Ruron", ("Tobias Ruron", "PER", 0.99)),
        ("Kemarin Kapolres menunggu.", ("Kapolres", "PER", 0.99)),
    ],
)
def test_what_speaks_against_a_person_outweighs_the_model(rules: Extractor, text: str, seen: Seen) -> None:
    assert read(rules, text, seen) == {}


def test_rank_and_degree_are_cut_off_what_the_model_saw(rules: Extractor) -> None:
    persons = read(rules, "Kemarin Tobias Ruron, S.H., menunggu.", ("Tobias Ruron, S.H.", "PER", 0.99))
    assert list(persons) == ["Tobias Ruron"]


def test_a_person_without_any_cue_is_protected_in_a_relevant_article(rules: Extractor) -> None:
    persons = read(rules, "Kemarin Tobias Ruron menunggu di dermaga.", ("Tobias Ruron", "PER", 0.97))
    assert persons["Tobias Ruron"].capacity == "victim"


def test_an_organisation_taken_for_a_person_is_dropped(rules: Extractor) -> None:
    text = "Menurut calon ketua Wirawana Jaya mereka belum pulang."
    assert "Wirawana Jaya" in read(rules, text)
    assert read(rules, text, ("Wirawana Jaya", "ORG", 0.97)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Korban Wirawana Jaya menunggu di sana.",
        "Wirawana Jaya (17) menunggu di sana.",
        "AKBP Wirawana Jaya menunggu di sana.",
        "Perempuan bernama Wirawana Jaya menunggu.",
    ],
)
def test_no_person_with_a_sign_of_one_is_dropped(rules: Extractor, text: str) -> None:
    assert "Wirawana Jaya" in read(rules, text)
    person = read(rules, text, ("Wirawana Jaya", "ORG", 0.99))["Wirawana Jaya"]
    assert person.spans[0].confidence < 0.7


def test_agreement_raises_confidence_and_silence_lowers_it(rules: Extractor) -> None:
    text = "“Kami menunggu,” kata Tobias Ruron."
    (alone,) = read(rules, text)["Tobias Ruron"].spans
    (agreed,) = read(rules, text, ("Tobias Ruron", "PER", 0.96))["Tobias Ruron"].spans
    assert alone.confidence < 0.75 < agreed.confidence
    assert agreed.source == alone.source == "persons:context"


def test_the_model_takes_a_title_off_a_name(rules: Extractor) -> None:
    text = "Sangaji Weda Tobias Ruron mendesak kafe liar ditutup."
    assert list(read(rules, text, ("Tobias Ruron", "PER", 0.99))) == ["Tobias Ruron"]


def test_the_holder_of_a_title_is_who_stands_behind_the_organisation(rules: Extractor) -> None:
    text = "Ketua Solidaritas Perempuan Wirawana Jaya, Novita Elis Ruron, hadir."
    seen: tuple[Seen, Seen] = (("Solidaritas Perempuan Wirawana Jaya", "ORG", 0.97), ("Novita Elis Ruron", "PER", 0.98))
    persons = read(rules, text, *seen)
    assert list(persons) == ["Novita Elis Ruron"]
    assert [role.title.split()[0] for role in persons["Novita Elis Ruron"].roles] == ["Ketua"]


def test_a_list_keeps_each_title_with_its_holder(rules: Extractor) -> None:
    text = "Hadir Bupati Ende Wirawana Jaya, Tobias Ruron dan tamu lain."
    persons = read(rules, text, ("Tobias Ruron", "PER", 0.99))
    assert persons["Wirawana Jaya"].roles
    assert not persons["Tobias Ruron"].roles


def test_a_speaker_in_apposition_to_an_agency_speaks_for_it(rules: Extractor) -> None:
    text = "Manajer proyek IOM, Ingrid Wolterbeek, menilai perbatasan rawan dilintasi perekrut."
    assert read(rules, text, ("Ingrid Wolterbeek", "PER", 0.99))["Ingrid Wolterbeek"].capacity == "official"


def test_a_place_called_like_a_person_is_no_mention(rules: Extractor) -> None:
    text = "Kepala BP3MI NTT Tidore Makatita datang. Kapal lalu berangkat menuju pulau, dan Tidore menunggu."
    assert "Tidore" in {span.text for span in read(rules, text)["Tidore Makatita"].spans}
    doc_names: Seen = ("Tidore menunggu", "LOC", 0.97)
    spans = read(rules, text, (doc_names[0], "LOC", 0.97))["Tidore Makatita"].spans
    assert {span.text for span in spans} == {"Tidore Makatita"}


def test_a_text_that_ends_with_a_form_of_address_is_read(rules: Extractor) -> None:
    assert read(rules, "Mereka menunggu Dr") == {}
