"""Score facts against gold articles: precision, recall and F1, micro over articles, with the definitions of the format.

An item counts as found when: a person has the same name (ranks, honorifics and degrees aside); an agency shares a
surface form; a place has the same surface form and code (a village may be given by its district); a date has the same
surface form, start and end; a quote has the same speaker and at least 0.8 of its text; an article is relevant when it
is called core or context. Shares are counted over the found items. ``exposed`` lists victims called anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

Record = dict[str, Any]

RELEVANT = frozenset({"core", "context"})
NAME_NOISE = re.compile(
    r"\b(?:irjen|brigjen|komjen|jenderal|kombes|akbp|kompol|akp|iptu|ipda|aiptu|aipda|bripka|briptu|bripda|pol|letkol|"
    r"kolonel|mayor|kapten|letda|lettu|laksma|laksda|inf|drs?|dra|prof|ir|hj?|kh|tni|purn)\b\.?",
    re.IGNORECASE,
)


def folded(text: str | None) -> str:
    """Lower case, without punctuation, spaces squeezed."""
    return " ".join(re.sub(r"[^\w\s]", " ", text or "").casefold().split())


def person_key(name: str) -> str:
    """A person's name without ranks, honorifics and degrees."""
    return folded(NAME_NOISE.sub(" ", name.split(",")[0])) or folded(name)


def alike(one: str, other: str) -> float:
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
    free = list(predicted)
    matched = []
    for wanted in gold:
        found = next((item for item in free if same(wanted, item)), None)
        if found is not None:
            free.remove(found)
            matched.append((wanted, found))
    return matched


def _same_person(wanted: Record, found: Record) -> bool:
    return person_key(wanted["name"]) == person_key(found["name"])


def _same_agency(wanted: Record, found: Record) -> bool:
    return bool({folded(form) for form in wanted["mentions"]} & {folded(form) for form in found.get("mentions", [])})


def _same_place(wanted: Record, found: Record) -> bool:
    codes = wanted["code"], found["code"]
    same_code = codes[0] == codes[1] or (min(map(len, codes)) >= 8 and codes[0][:8] == codes[1][:8])
    return same_code and folded(wanted["mention"]) == folded(found["mention"])


def _same_date(wanted: Record, found: Record) -> bool:
    spans = (wanted["start"], wanted["end"]), (found["start"], found["end"])
    return spans[0] == spans[1] and folded(wanted["mention"]) == folded(found["mention"])


def _same_quote(wanted: Record, found: Record) -> bool:
    same_speaker = person_key(wanted["speaker"]) == person_key(found["speaker"])
    return same_speaker and alike(wanted["text"], found["text"]) >= 0.8


MATCHERS: dict[str, Callable[[Record, Record], bool]] = {
    "persons": _same_person,
    "agencies": _same_agency,
    "places": _same_place,
    "dates": _same_date,
    "quotes": _same_quote,
}


def score(gold: Iterable[Record], predictions: dict[str, Record]) -> Scores:
    """Score predictions (article id -> facts) against gold articles; an article without facts is missed whole."""
    scores = Scores()
    for article in gold:
        facts = predictions.get(article["id"], {})
        wanted_relevant, found_relevant = article["relevance"] in RELEVANT, facts.get("relevance") in RELEVANT
        _count(scores, "relevance", int(wanted_relevant and found_relevant), int(found_relevant), int(wanted_relevant))
        for kind, same in MATCHERS.items():
            if kind not in article:
                continue
            wanted, found = article[kind], facts.get(kind, [])
            matched = pairs(wanted, found, same)
            _count(scores, kind, len(matched), len(found), len(wanted))
            _note_errors(scores, kind, article["id"], wanted, found, matched)
            if kind == "persons":
                _note_capacity(scores, article["id"], matched)
            elif kind == "agencies":
                for one, other in matched:
                    _share(scores, "agency name", folded(one["name"]) == folded(other["name"]))
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


def _note_capacity(scores: Scores, article_id: str, matched: list[tuple[Record, Record]]) -> None:
    for wanted, found in matched:
        _share(scores, "capacity", wanted["capacity"] == found.get("capacity"))
        if wanted["capacity"] == "victim" and found.get("capacity") != "victim":
            scores.exposed.append(f"{article_id}: {wanted['name']}")


def _note_errors(
    scores: Scores,
    kind: str,
    article_id: str,
    wanted: list[Record],
    found: list[Record],
    matched: list[tuple[Record, Record]],
) -> None:
    hit_gold, hit_found = [id(one) for one, _ in matched], [id(other) for _, other in matched]
    scores.errors += [(kind, article_id, "missed", _surface(item)) for item in wanted if id(item) not in hit_gold]
    scores.errors += [(kind, article_id, "spurious", _surface(item)) for item in found if id(item) not in hit_found]


def _surface(item: Record) -> str:
    return str(item.get("mention") or item.get("name") or item.get("text"))
