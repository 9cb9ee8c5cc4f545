"""Organisations that only the trained name finder sees, with a proposed parent: to be reviewed, and no agencies yet."""

from __future__ import annotations

import re
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extract.agency_naming import filled, government_of
from extract.facts import Agency, ProposedAgency
from extract.gazetteer import GazetteerPlace, gazetteer
from extract.lexicon import rows
from extract.state import ArticleState, FoundName, state_of

# From this probability on an organisation's name is worth a reviewer's time.
CERTAIN_ORGANISATION = 0.9
# Companies, parties, media and schools act in these stories, but are no agencies.
NEVER = re.compile(
    r"^(?:PT|CV|UD|Partai|Bank|Hotel|KM|KMP|MV|KRI|SMA|SMK|SMP|SD|TV|Harian|Radio|Universitas)\b|[a-z]\.\w"
)
# A single word is an acronym more often than not, and says nothing of what it is.
LEAST_WORDS = 2


def propose_agencies(state: ArticleState) -> list[ProposedAgency]:
    """The organisations to be reviewed, each name once, in order of appearance.

    A name needs two words or more, of which one says that a body of people follows or ends, and must share no words
    with an agency or person that was found. Reads the state's names, agencies, persons and setting.
    """
    known = [span for agency in state.agencies for span in agency.spans]
    known += [span for person in state.persons for span in person.spans]
    found: dict[str, ProposedAgency] = {}
    for name in state.names:
        span = name.span
        words = " ".join(span.text.split())
        head = _head(words) if _may_be_agency(name, words) else None
        if head is None or any(one.start < span.end and span.start < one.end for one in known):
            continue
        item = found.setdefault(words, ProposedAgency(words, _parent(state, name, head)))
        item.spans.append(span)
    return list(found.values())


def _may_be_agency(name: FoundName, words: str) -> bool:
    is_sure = name.label == "ORG" and name.span.confidence >= CERTAIN_ORGANISATION
    return is_sure and len(words.split()) >= LEAST_WORDS and words[0].isupper() and not NEVER.search(words)


@cache
def _parents() -> dict[str, str]:
    return {row["head"]: row["parent"] for row in rows("agency_proposals.csv")}


def _head(words: str) -> str | None:
    """The word that says what sort of body it is: the first in Indonesian, the last in English."""
    split = words.split()
    return next((word for word in (split[0], split[-1]) if word in _parents()), None)


def _parent(state: ArticleState, name: FoundName, head: str) -> str | None:
    """The agency that is probably above it, from its head, the place it is named with and what stands beside it."""
    template = _parents()[head]
    place = _place(state, name)
    if template == "{beside}":
        beside = _beside(state, name)
        return beside.name if beside else None
    if template == "{government}":
        return filled(government_of(place).name, place, None) if place else None
    regency = gazetteer().place(place.regency_code) if place and place.regency_code else None
    if template == "{police}":
        return f"Kepolisian Resor {regency.short_name}" if regency else None
    lacks_place = ("{regency}" in template and regency is None) or ("{province}" in template and place is None)
    return None if not template or lacks_place else filled(template, place, None)


def _place(state: ArticleState, name: FoundName) -> GazetteerPlace | None:
    """The place inside its name, else the last one named in its sentence, else where the article plays."""
    inside = [
        place.code
        for place in state.places
        if place.level != "country" and place.name.split()[-1] in name.span.text.split()
    ]
    near = [
        (span.start, place.code)
        for place in state.places
        for span in place.spans
        if span.sentence == name.span.sentence and place.level != "country"
    ]
    setting = state.reading.setting if state.reading else None
    codes = [*inside, *(code for _, code in sorted(near, reverse=True))]
    code = codes[0] if codes else (setting.regency() or setting.province() if setting else None)
    return gazetteer().place(code) if code else None


def _beside(state: ArticleState, name: FoundName) -> Agency | None:
    """The agency named nearest to it in its sentence."""
    near = [
        (abs(span.start - name.span.start), number, agency)
        for number, agency in enumerate(state.agencies)
        for span in agency.spans
        if span.sentence == name.span.sentence
    ]
    return min(near)[2] if near else None


@Language.component("jejak_proposals")
def proposals(doc: Doc) -> Doc:
    """Note the organisations to be reviewed on the article's record."""
    state = state_of(doc)
    state.proposed_agencies = propose_agencies(state)
    return doc
