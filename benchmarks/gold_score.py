"""Score facts against gold articles: precision, recall and F1, micro over articles, with the definitions of the format.

An item counts as found when: a person has the same name (ranks, honorifics and degrees aside); an agency shares a
surface form; a role has the same person, agency and a title at least 0.8 alike; a place has the same surface form and
code (a village may be given by its district); a date has the same surface form, start and end; an event has the same
type, a start within a day and the same province (or neither has one); a quote has the same speaker and at least 0.8 of
its text; an article is relevant when it is called core or context. ``participants`` are the agencies of found events.
Shares are counted over the found items. ``exposed`` lists victims called anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any

Record = dict[str, Any]

RELEVANT = frozenset({"core", "context"})
NAME_NOISE = re.compile(
    r"\b(?:irjen|brigjen|komjen|jenderal|kombes|akbp|kompol|akp|iptu|ipda|aiptu|aipda|bripka|briptu|bripda|pol|letkol|"
    r"kolonel|mayor|kapten|letda|lettu|laksma|laksda|inf|drs?|dra|prof|ir|hj?|kh|tni|purn)\b\.?",
    re.IGNORECASE,
)
#: Share of characters that two titles, or two quotes, must have in common to be the same.
ALIKE = 0.8
#: Days by which the starts of the same event may differ.
EVENT_DAYS = 1


def folded(text: str | None) -> str:
    """Lower case, without punctuation, spaces squeezed."""
    return " ".join(re.sub(r"[^\w\s]", " ", text or "").casefold().split())


def person_key(name: str) -> str:
    """A person's name without ranks, honorifics and degrees."""
    return folded(NAME_NOISE.sub(" ", name.split(",")[0])) or folded(name)


def alike(one: str | None, other: str | None) -> float:
    """Share of characters that two texts have in common, from 0 to 1."""
    return SequenceMatcher(None, folded(one), folded(other)).ratio()


@dataclass(slots=True)
class Tally:
    """How many items were found, predicted and in gold."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    def row(self) -> dict[str, float]:
        """Precision, recall, F1 and the number of gold items."""
        precision = self.hit / self.predicted if self.predicted else 0.0
        recall = self.hit / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {"precision": precision, "recall": recall, "f1": f1, "gold": self.gold}


@dataclass(slots=True)
class Scores:
    """Scores of a set of articles.

    Attributes:
        tallies: kind of item -> counts.
        shares: quality -> (matching, of how many found).
        exposed: victims that were called something else, as ``article: name``.
        errors: kind, article and surface form of every missed or spurious item.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    shares: dict[str, list[int]] = field(default_factory=dict)
    exposed: list[str] = field(default_factory=list)
    errors: list[tuple[str, str, str, str]] = field(default_factory=list)

    def to_json(self) -> Record:
        """The scores as a JSON object."""
        return {
            "scores": {kind: tally.row() for kind, tally in self.tallies.items()},
            "shares": {kind: {"share": hit / of if of else 0.0, "of": of} for kind, (hit, of) in self.shares.items()},
            "exposed": self.exposed,
        }


def pairs(
    gold: list[Record], predicted: list[Record], same: Callable[[Record, Record], bool]
) -> list[tuple[Record, Record]]:
    """One-to-one pairs for which ``same`` holds, in order of the gold items."""
    free = list(range(len(predicted)))
    matched = []
    for wanted in gold:
        found = next((number for number in free if same(wanted, predicted[number])), None)
        if found is not None:
            free.remove(found)
            matched.append((wanted, predicted[found]))
    return matched


def _same_person(wanted: Record, found: Record) -> bool:
    return person_key(wanted["name"]) == person_key(found["name"])


def _same_agency(wanted: Record, found: Record) -> bool:
    return bool({folded(form) for form in wanted["mentions"]} & {folded(form) for form in found.get("mentions", [])})


def _same_role(wanted: Record, found: Record) -> bool:
    same_holder = person_key(wanted["person"]) == person_key(found["person"])
    same_agency = folded(wanted["agency"]) == folded(found.get("agency"))
    return same_holder and same_agency and alike(wanted["title"], found.get("title")) >= ALIKE


def _same_place(wanted: Record, found: Record) -> bool:
    codes = wanted["code"], found["code"]
    same_code = codes[0] == codes[1] or (min(map(len, codes)) >= 8 and codes[0][:8] == codes[1][:8])
    return same_code and folded(wanted["mention"]) == folded(found["mention"])


def _same_date(wanted: Record, found: Record) -> bool:
    spans = (wanted["start"], wanted["end"]), (found["start"], found["end"])
    return spans[0] == spans[1] and folded(wanted["mention"]) == folded(found["mention"])


def _same_event(wanted: Record, found: Record) -> bool:
    provinces = [(event.get("place") or "")[:2] for event in (wanted, found)]
    same_start = _within_days(wanted.get("start"), found.get("start"))
    return wanted["type"] == found.get("type") and same_start and provinces[0] == provinces[1]


def _within_days(one: str | None, other: str | None) -> bool:
    """Whether two days (ISO 8601) are at most ``EVENT_DAYS`` apart; an unknown day is near an unknown one alone."""
    if not one or not other:
        return not one and not other
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= EVENT_DAYS


def _same_quote(wanted: Record, found: Record) -> bool:
    same_speaker = person_key(wanted["speaker"]) == person_key(found["speaker"])
    return same_speaker and alike(wanted["text"], found["text"]) >= ALIKE


def _roles(article: Record) -> list[Record]:
    """Each role of each person, with the person's name."""
    return [{"person": holder["name"]} | role for holder in article["persons"] for role in holder.get("roles", [])]


def _listed(kind: str) -> Callable[[Record], list[Record]]:
    return lambda article: list(article.get(kind, []))


#: Kind of item -> field that an annotated article must have, how its items are listed, when two are the same.
KINDS: dict[str, tuple[str, Callable[[Record], list[Record]], Callable[[Record, Record], bool]]] = {
    "persons": ("persons", _listed("persons"), _same_person),
    "agencies": ("agencies", _listed("agencies"), _same_agency),
    "roles": ("persons", _roles, _same_role),
    "places": ("places", _listed("places"), _same_place),
    "dates": ("dates", _listed("dates"), _same_date),
    "events": ("events", _listed("events"), _same_event),
    "quotes": ("quotes", _listed("quotes"), _same_quote),
}


def score(gold: Iterable[Record], predictions: dict[str, Record]) -> Scores:
    """Score predictions (article id -> facts) against gold articles; an article without facts is missed whole.

    A kind that a gold article has no field for is not annotated there, and not counted.
    """
    scores = Scores()
    for article in gold:
        facts = {"persons": []} | predictions.get(article["id"], {})
        wanted_relevant, found_relevant = article["relevance"] in RELEVANT, facts.get("relevance") in RELEVANT
        _count(scores, "relevance", int(wanted_relevant and found_relevant), int(found_relevant), int(wanted_relevant))
        if wanted_relevant != found_relevant:
            fault = "missed" if wanted_relevant else "spurious"
            scores.errors.append(("relevance", article["id"], fault, f"{facts.get('relevance')}"))
        for kind, (annotated, listed, same) in KINDS.items():
            if annotated not in article:
                continue
            wanted, found = listed(article), listed(facts)
            matched = pairs(wanted, found, same)
            _count(scores, kind, len(matched), len(found), len(wanted))
            _note_errors(scores, kind, article["id"], wanted, found, matched)
            _note_qualities(scores, kind, article["id"], matched)
    return scores


def _count(scores: Scores, kind: str, hit: int, predicted: int, gold: int) -> None:
    tally = scores.tallies.setdefault(kind, Tally())
    tally.hit += hit
    tally.predicted += predicted
    tally.gold += gold


def _share(scores: Scores, kind: str, is_same: bool) -> None:
    counts = scores.shares.setdefault(kind, [0, 0])
    counts[0] += is_same
    counts[1] += 1


def _note_qualities(scores: Scores, kind: str, article_id: str, matched: list[tuple[Record, Record]]) -> None:
    """What is asked of found items beyond their being found."""
    for wanted, found in matched:
        if kind == "persons":
            is_same = wanted["capacity"] == found.get("capacity")
            _share(scores, "capacity", is_same)
            _differs(scores, "capacity", article_id, wanted["name"], wanted["capacity"], found.get("capacity"))
            if wanted["capacity"] == "victim" and not is_same:
                scores.exposed.append(f"{article_id}: {wanted['name']}")
        elif kind == "agencies":
            _share(scores, "agency name", folded(wanted["name"]) == folded(found["name"]))
            _differs(scores, "agency name", article_id, wanted["mentions"][0], wanted["name"], found["name"])
        elif kind == "events":
            _share(scores, "event status", wanted["status"] == found.get("status"))
            _differs(scores, "event status", article_id, _surface(wanted), wanted["status"], found.get("status"))
            _count_participants(scores, article_id, wanted, found)


def _count_participants(scores: Scores, article_id: str, wanted: Record, found: Record) -> None:
    agencies = [
        {folded(one["agency"]): one["agency"] for one in event.get("participants", []) if one.get("agency")}
        for event in (wanted, found)
    ]
    both = agencies[0].keys() & agencies[1].keys()
    _count(scores, "participants", len(both), len(agencies[1]), len(agencies[0]))
    for fault, having in (("missed", agencies[0]), ("spurious", agencies[1])):
        scores.errors += [
            ("participants", article_id, fault, f"{wanted['type']}: {name}")
            for key, name in having.items()
            if key not in both
        ]


def _differs(scores: Scores, kind: str, article_id: str, surface: str, wanted: str, found: str | None) -> None:
    if folded(wanted) != folded(found):
        scores.errors.append((kind, article_id, "differs", f"{surface}: {wanted}, not {found}"))


def _note_errors(
    scores: Scores,
    kind: str,
    article_id: str,
    wanted: list[Record],
    found: list[Record],
    matched: list[tuple[Record, Record]],
) -> None:
    hit_gold, hit_found = {id(one) for one, _ in matched}, {id(other) for _, other in matched}
    scores.errors += [(kind, article_id, "missed", _surface(item)) for item in wanted if id(item) not in hit_gold]
    scores.errors += [(kind, article_id, "spurious", _surface(item)) for item in found if id(item) not in hit_found]


def _surface(item: Record) -> str:
    """An item as one line for a person to read."""
    if "title" in item:
        return f"{item['person']}: {item['title']} ({item.get('agency')})"
    if "type" in item:
        return f"{item['type']} {item.get('start')} {item.get('place')}"
    if "code" in item:
        return f"{item['mention']} = {item['code']}"
    if "mention" in item:
        return f"{item['mention']} = {item['start']}..{item['end']}"
    return str(item.get("name") or f"{item.get('speaker')}: {item.get('text')}")
