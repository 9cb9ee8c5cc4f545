"""An article with its mentions marked, and why each was found: what `jejak explain` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.engines import Engine
from extract.sources import why

from .explain_protection import Veil, without
from .explain_syntax import Word, syntax_of

Record = Mapping[str, Any]

KINDS = {
    "person": "persons",
    "agency": "agencies",
    "proposal": "proposed_agencies",
    "place": "places",
    "date": "dates",
    "role": "roles",
    "event": "events",
    "quote": "quotes",
}
"""Kinds of items with their field in the facts. Where two share words, the one named first is marked in the text."""

MARKED = ("person", "agency", "proposal", "place", "date")
"""Kinds that are marked in the text; an event or quote would hide what stands in its sentence, a title its agency."""


@dataclass(slots=True)
class Found:
    """One mention of one thing the article says.

    Attributes:
        number: as shown, from 1, in the order of the text.
        kind: one of ``KINDS``.
        name: what it was read as.
        detail: what more is known: capacity, code, calendar dates.
        mention: the words in the text.
        why: the reason in words.
        source: the rule or model as recorded.
        confidence: between 0 and 1.
        sentence: number of the sentence, from 1.
        start: offset of its first character.
        end: offset behind its last.
    """

    number: int
    kind: str
    name: str
    detail: str
    mention: str
    why: str
    source: str
    confidence: float
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the text, marked as a mention or not."""

    text: str
    found: Found | None = None


@dataclass(slots=True)
class Explanation:
    """All that is shown of an article.

    Attributes:
        article_id: id of the article.
        title: headline.
        published: when it was published, as printed in the record.
        relevance: how far it is about trafficking or smuggling.
        version: the extractor that read it.
        readers: engine and name finder that read it, with the versions of their weights.
        is_protected: whether names are withheld as in the snapshot.
        paragraphs: the text, cut into pieces.
        found: every mention, in the order of the text.
        syntax: the words of each sentence, where they were asked for.
        parser: the engine that read them, with its version.
    """

    article_id: str
    title: str
    published: str
    relevance: str
    version: str
    readers: str
    is_protected: bool
    paragraphs: list[list[Piece]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    syntax: list[list[Word]] = field(default_factory=list)
    parser: str = ""


def explain(record: Record, veil: Veil, engine: Engine | None = None) -> Explanation:
    """What is shown of an article.

    Args:
        record: ``article`` and ``facts`` as in a facts file.
        veil: who may be shown by name.
        engine: who says of each word what it is; None where nobody asks.
    """
    article, facts = record["article"], record["facts"]
    text: str = article["text"]
    found = sorted(_all_found(facts), key=lambda one: (one.start, list(KINDS).index(one.kind), one.end))
    sentences = [(int(start), int(end)) for start, end in facts.get("sentences", ())]
    hidden = [veil.hidden(text[start:end]) for start, end in sentences]
    for number, one in enumerate(found, start=1):
        one.number = number
        _cover(one, veil, hidden[one.sentence - 1] if one.sentence <= len(hidden) else veil.hidden(one.mention))
    return Explanation(
        article_id=str(article.get("id") or ""),
        title=veil.text(article.get("title") or ""),
        published=article.get("published_at") or "",
        relevance=facts.get("relevance", "none"),
        version=facts.get("extractor_version", ""),
        readers=_readers(facts.get("read_by") or {}),
        is_protected=veil.is_protected,
        paragraphs=_paragraphs(text, sentences, hidden, _marked(found)),
        found=found,
        syntax=syntax_of(engine, text, sentences, hidden) if engine else [],
        parser=f"{engine.name} {engine.version}" if engine else "",
    )


def _readers(read_by: Record) -> str:
    """Who read the article, in words; nothing for facts of a version that did not note it."""
    if not read_by.get("engine"):
        return ""
    names = str(read_by.get("names") or "").partition(":")[2]
    finder = f"name finder {names}" if names else "name finder not asked"
    return f"engine {read_by['engine']} {read_by['engine_version']}, {finder}"


def _all_found(facts: Record) -> list[Found]:
    found: list[Found] = []
    for kind, key in KINDS.items():
        if kind == "role":
            for person in facts.get("persons", ()):
                for role in person.get("roles", ()):
                    name = f"{role['title']} – {role['agency']}" if role.get("agency") else role["title"]
                    found += _mentions("role", name, "", role)
            continue
        for item in facts.get(key, ()):
            found += _mentions(kind, _name(kind, item), _detail(kind, item), item)
    return found


def _mentions(kind: str, name: str, detail: str, item: Record) -> list[Found]:
    return [
        Found(
            0, kind, name, detail, span["text"], reason(span["source"]), span["source"], float(span["confidence"]),
            int(span["sentence"]) + 1, int(span["start"]), int(span["end"]),
        )
        for span in item.get("spans", ())
    ]  # fmt: skip


def _name(kind: str, item: Record) -> str:
    if kind == "date":
        return str(item["start"]) if item["start"] == item["end"] else f"{item['start']} – {item['end']}"
    if kind == "event":
        return str(item["type"])
    return str(item["speaker"] if kind == "quote" else item["name"])


def _detail(kind: str, item: Record) -> str:
    if kind == "person":
        return str(item["capacity"])
    if kind == "agency":
        known = "" if item.get("is_known", True) else "not in the catalogue: to be reviewed"
        parent = f"under {item['parent']}" if item.get("parent") else ""
        return ", ".join(filter(None, (known, parent)))
    if kind == "proposal":
        return "to be reviewed" + (f", perhaps under {item['parent']}" if item.get("parent") else "")
    if kind == "place":
        return str(item["code"])
    if kind == "date":
        return str(item["precision"]) + (", weekday and number disagree" if item.get("conflict") else "")
    if kind == "event":
        when = item.get("start") or "no date"
        return ", ".join(filter(None, (item["status"], when, item.get("place"))))
    return ""


def _cover(one: Found, veil: Veil, hidden: frozenset[str]) -> None:
    """Take what must not be read out of an item."""
    if not veil.is_protected:
        return
    shown = veil.person(one.name) if one.kind in ("person", "quote") else veil.text(one.name)
    if one.kind == "person" and shown != one.name:
        one.mention = shown
    else:
        one.mention = veil.text(one.mention) if one.kind == "quote" else without(one.mention, hidden)
    one.name, one.detail = shown, veil.text(one.detail)


def _marked(found: Sequence[Found]) -> list[Found]:
    """The mentions that are marked in the text: none overlaps another."""
    taken: set[int] = set()
    marked: list[Found] = []
    for kind in MARKED:
        for one in found:
            places = range(one.start, one.end)
            if one.kind == kind and one.end > one.start and taken.isdisjoint(places):
                taken.update(places)
                marked.append(one)
    return sorted(marked, key=lambda one: one.start)


def _paragraphs(
    text: str, sentences: Sequence[tuple[int, int]], hidden: Sequence[frozenset[str]], marked: Sequence[Found]
) -> list[list[Piece]]:
    """The text in pieces, line by line; nothing outside a sentence is shown but white space."""
    paragraphs: list[list[Piece]] = [[]]
    rest = list(reversed(marked))
    previous = 0
    for (start, end), words in zip(sentences, hidden, strict=True):
        if previous:
            if "\n" in text[previous:start]:
                paragraphs.append([])
            else:
                paragraphs[-1].append(Piece(" "))
        at = start
        while rest and rest[-1].start < end:
            one = rest.pop()
            if one.start < at:
                continue
            paragraphs[-1] += [Piece(without(text[at : one.start], words)), Piece(one.mention, one)]
            at = one.end
        paragraphs[-1].append(Piece(without(text[at:end], words)))
        previous = max(at, end)
    return [[piece for piece in paragraph if piece.text] for paragraph in paragraphs if paragraph]


def reason(source: str) -> str:
    """Why something was found, in words, from the source of a span; facts of another version may name other rules."""
    return why(source) or f"by a rule of another version ({source})"
