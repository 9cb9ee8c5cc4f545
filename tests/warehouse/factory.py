"""Facts records for the tests of the warehouse: invented people, real agencies and places."""

from __future__ import annotations

import hashlib
from typing import Any

import duckdb

from extract.article import Article, article_id
from extract.facts import Agency, DateExpression, Event, Facts, Participant, Person, Place, Quote, Role, Span

VERSION = "test-1"


class Story:
    """An article under construction: sentences are added, and facts are found in them by their words."""

    def __init__(
        self,
        slug: str,
        title: str = "Rapat koordinasi pencegahan TPPO",
        *,
        outlet: str = "lintas_timor",
        published: str | None = "2026-03-02T09:00:00+08:00",
        fetched: str = "2026-03-03T00:00:00+00:00",
        version: str = VERSION,
        relevance: str = "core",
        url: str | None = None,
        signature: list[int] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        self.url = url or f"https://{outlet.replace('_', '')}.example/{slug}"
        self.title, self.outlet, self.published, self.fetched = title, outlet, published, fetched
        self.version, self.relevance, self.signature, self.tags = version, relevance, signature, tags or []
        self.sentences: list[str] = []
        self.facts = Facts(relevance=relevance, relevance_score=3.0, language="id", extractor_version=version)  # type: ignore[arg-type]

    @property
    def id(self) -> str:
        return article_id(self.url)

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    def say(self, sentence: str) -> Story:
        self.sentences.append(sentence)
        return self

    def span(self, words: str, confidence: float = 0.9) -> Span:
        start = self.text.index(words)
        return Span(start, start + len(words), words, self._sentence(start), confidence, "test:rule")

    def spans(self, words: str) -> list[Span]:
        found, start = [], self.text.find(words)
        while start >= 0:
            found.append(Span(start, start + len(words), words, self._sentence(start), 0.9, "test:rule"))
            start = self.text.find(words, start + 1)
        return found

    def _sentence(self, offset: int) -> int:
        return sum(end <= offset for _, end in self._bounds())

    def _bounds(self) -> list[tuple[int, int]]:
        bounds, start = [], 0
        for sentence in self.sentences:
            bounds.append((start, start + len(sentence)))
            start += len(sentence) + 1
        return bounds

    def person(
        self,
        name: str,
        capacity: str,
        *surfaces: str,
        title: str | None = None,
        agency: str | None = None,
        agency_id: str | None = None,
        age: int | None = None,
    ) -> Story:
        spans = [span for surface in surfaces or (name,) for span in self.spans(surface)]
        roles = [Role(title, agency, agency_id, [self.span(title)])] if title else []
        self.facts.persons.append(Person(name, capacity, spans, roles, age))  # type: ignore[arg-type]
        return self

    def agency(self, surface: str, name: str, agency_id: str, place: str | None = None, known: bool = True) -> Story:
        self.facts.agencies.append(
            Agency(name, agency_id, "police", "provincial", place, None, known, self.spans(surface))
        )
        return self

    def place(self, surface: str, name: str, level: str, code: str) -> Story:
        self.facts.places.append(Place(name, level, code, self.spans(surface)))  # type: ignore[arg-type]
        return self

    def date(self, surface: str, start: str, end: str | None = None) -> Story:
        self.facts.dates.append(DateExpression(start, end or start, "day", False, [self.span(surface)]))
        return self

    def quote(self, speaker: str, text: str) -> Story:
        self.facts.quotes.append(Quote(speaker, text, [self.span(text)]))
        return self

    def event(
        self,
        kind: str,
        words: str,
        start: str | None,
        place: str | None,
        *participants: tuple[str, str | None, str | None],
        status: str = "held",
    ) -> Story:
        self.facts.events.append(
            Event(
                kind,
                status,  # type: ignore[arg-type]
                start,
                start,
                "day" if start else None,
                "sentence" if start else None,
                place,
                [
                    Participant(role, agency_id, agency_id, person, [self.span(words)])  # type: ignore[arg-type]
                    for role, agency_id, person in participants
                ],
                [self.span(words)],
            )
        )
        return self

    def record(self) -> dict[str, Any]:
        self.facts.sentences = self._bounds()
        article = Article(
            id=self.id,
            url=self.url,
            canonical_url=self.url,
            title=self.title,
            text=self.text,
            authors=["Pewarta Uji"],
            published_at=self.published,
            language="id",
            tags=self.tags,
        )
        payload = hashlib.sha256((self.title + self.text).encode()).hexdigest()
        return {
            "kind": "article",
            "article": article.to_json(),
            "page": {
                "outlet_id": self.outlet,
                "crawl_id": "crawl-1",
                "fetched_at": self.fetched,
                "payload_sha256": payload,
                "warc_name": "crawl-1-00001.warc.gz",
                "offset": int(hashlib.sha256((self.url + self.fetched + payload).encode()).hexdigest()[:8], 16),
            },
            "facts": self.facts.to_json(),
            "duplicate_signature": self.signature or self._own_signature(),
        }

    def _own_signature(self) -> list[int]:
        """A signature like no other article's."""
        digest = hashlib.sha512(self.url.encode()).digest()
        return [int.from_bytes(digest[place : place + 4]) for place in range(0, 64, 4)]


def meeting(slug: str = "rakor-kupang", **options: Any) -> Story:
    """A meeting of Polda NTT and BP3MI NTT in Kupang, with an official, quoted."""
    story = Story(slug, "Polda NTT dan BP3MI gelar rapat koordinasi", **options)
    story.say("Polda NTT menggelar rapat koordinasi bersama BP3MI NTT di Kupang, Senin (2/3/2026).")
    story.say("Kepala BP3MI NTT Yohanes Bria mengatakan, kerja sama ini harus terus diperkuat.")
    story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
    story.agency("BP3MI NTT", "BP3MI Nusa Tenggara Timur", "bp3mi-nusa-tenggara-timur", "53")
    story.place("Kupang", "Kota Kupang", "regency", "53.71")
    story.date("Senin (2/3/2026)", "2026-03-02")
    story.person(
        "Yohanes Bria",
        "official",
        title="Kepala",
        agency="BP3MI Nusa Tenggara Timur",
        agency_id="bp3mi-nusa-tenggara-timur",
    )
    story.quote("Yohanes Bria", "kerja sama ini harus terus diperkuat")
    story.event(
        "COORD_MEETING",
        "rapat koordinasi",
        "2026-03-02",
        "53.71",
        ("organiser", "polda-nusa-tenggara-timur", None),
        ("attendee", "bp3mi-nusa-tenggara-timur", "Yohanes Bria"),
    )
    return story


# Columns that hold the time of the work itself, which no two runs share.
CLOCK_COLUMNS = {"loaded_at", "merged_at", "applied_at", "registered_at", "exported_at"}


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table and view, sorted, without the times of the work itself."""
    relations = con.execute(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema IN ('main', 'pipeline') AND table_name <> 'publications' ORDER BY ALL"
    ).fetchall()
    found = {}
    for schema, name in relations:
        columns = [
            column
            for (column,) in con.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ? "
                "ORDER BY ordinal_position",
                [schema, name],
            ).fetchall()
            if column not in CLOCK_COLUMNS
        ]
        rows = con.execute(f"SELECT {', '.join(columns)} FROM {schema}.{name}").fetchall()
        found[f"{schema}.{name}"] = sorted(rows, key=repr)
    return found
