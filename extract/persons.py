"""The persons of an article: fullest name, every mention, titles with agencies, capacity and age."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import Agency, Person, Role, Span
from extract.lexicon import titles
from extract.persons_capacity import capacity_of
from extract.persons_merge import PersonDraft, add_second_mentions, merge_names
from extract.persons_names import MODEL_RULE, find_names
from extract.persons_witness import Witness, confidence, is_elsewhere, listen, weighed
from extract.roles import RolePhrase, role_agency, title_text
from extract.state import ArticleState, state_of
from extract.words import Words, read_words

CONFIDENCE = {
    "persons:rank": 0.98,
    "persons:title": 0.95,
    "persons:address": 0.9,
    "persons:initials": 0.9,
    "persons:context": 0.75,
    "persons:alias": 0.85,
    "persons:nickname": 0.8,
    "persons:again": 0.8,
    "persons:model": 0.75,
}


def find_persons(state: ArticleState) -> list[Person]:
    """The persons of an article, in order of appearance.

    Reads the state's sentences, agencies, places, dates and relevance, and the names of a trained name finder where
    the engine has one.
    """
    words = read_words(state.text, state.sentences, state.agencies, state.places, state.dates)
    witness = listen(words, state.names, state.searched)
    drafts = merge_names(words, weighed(witness, find_names(words)))
    add_second_mentions(words, drafts)
    for draft in drafts:
        again = [span for span, rule in draft.mentions.items() if rule == "persons:again"]
        for span in again:
            if is_elsewhere(witness, *span):
                del draft.mentions[span]
    agencies = _agencies_of(words, drafts, state)
    return [_person(witness, draft, state, agencies) for draft in drafts]


def _agencies_of(words: Words, drafts: Sequence[PersonDraft], state: ArticleState) -> dict[int, Agency | None]:
    """The agency of each title, by the number of the title's first word, read in the order of the text."""
    found: dict[int, Agency | None] = {}
    phrases = {phrase.start: phrase for draft in drafts for name in draft.found for phrase in name.roles}
    before: tuple[int, Agency | None] = (-1, None)
    for start, phrase in sorted(phrases.items()):
        sentence = state.sentence_at(words[start].start)
        beside = before[1] if before[0] == sentence else None
        found[start] = role_agency(words, phrase, state.agencies, beside)
        before = (sentence, found[start])
    return found


def _person(witness: Witness, draft: PersonDraft, state: ArticleState, agencies: dict[int, Agency | None]) -> Person:
    words = witness.words
    phrases = [phrase for name in draft.found for phrase in name.roles]
    held = [(phrase, agencies[phrase.start]) for phrase in sorted(phrases, key=lambda item: item.start)]
    age = next((name.age for name in draft.found if name.age is not None), None)
    return Person(
        name=draft.name,
        capacity=capacity_of(words, draft, held, age, is_relevant=state.relevance in ("core", "context")),
        spans=[_mention(witness, start, end, source, state) for (start, end), source in sorted(draft.mentions.items())],
        roles=_distinct_roles(words, held, state),
        age=age,
    )


def _mention(witness: Witness, start: int, end: int, rule: str, state: ArticleState) -> Span:
    """A mention of a person, with the probability that it is one, and the rule or model behind it."""
    words = witness.words
    offset = words[start].start
    seen = witness.over(start, end)
    if rule == MODEL_RULE and seen is not None:
        sure, source = seen.confidence, seen.source
    else:
        sure, source = confidence(witness, start, end, state.sentence_at(offset), CONFIDENCE[rule]), rule
    return state.span(offset, words[end - 1].end, sure, source)


def _distinct_roles(words: Words, held: Sequence[tuple[RolePhrase, Agency | None]], state: ArticleState) -> list[Role]:
    """Each title once; a title without agency, or without the rest of its words, gives way to the fuller one."""
    roles: list[Role] = []
    for phrase, agency in held:
        title = title_text(words, phrase)
        span = _phrase_span(words, phrase, state)
        for role in roles:
            same_title = role.title.lower() == title.lower() or role.title.lower().startswith(title.lower() + " ")
            same_title = same_title or (_offices(role.title) == phrase.title.agencies != ())
            if same_title and (agency is None or role.agency in (None, agency.name)):
                role.spans.append(span)
                if agency is not None and role.agency is None:
                    role.agency, role.agency_id = agency.name, agency.agency_id
                break
        else:
            roles.append(Role(title, agency.name if agency else None, agency.agency_id if agency else None, [span]))
    return roles


def _offices(title: str) -> tuple[str, ...]:
    """The agencies a title implies; titles that imply the same ones are one office: "Wagub", "Wakil Gubernur"."""
    listed = titles().get(title.lower())
    return listed.agencies if listed else ()


def _phrase_span(words: Words, phrase: RolePhrase, state: ArticleState) -> Span:
    last = max(phrase.end, phrase.start + 1) - 1
    return state.span(words[phrase.start].start, words[last].end, 0.9, "roles:title")


@Language.component("jejak_persons")
def persons(doc: Doc) -> Doc:
    """Note the persons on the article's record."""
    state = state_of(doc)
    state.persons = find_persons(state)
    return doc
