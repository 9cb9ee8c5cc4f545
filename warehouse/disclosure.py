"""What each text of the warehouse looks like outside it: headlines, addresses, quotes, evidence, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from warehouse.caution import Leave
from warehouse.masking import UNKNOWN, NameMask, mask_unknown, mask_url, plain, site_of
from warehouse.names import is_full_name, normalise, tokens
from warehouse.phrases import Phrases, split_words
from warehouse.protection import PublicPerson, keyed_hash
from warehouse.protection_words import word_lists
from warehouse.vocabulary import Vocabulary

WITHHELD_AGENCY = "[lembaga disamarkan]"


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """What is published of an article's own fields."""

    article_id: str
    title: str
    url: str
    canonical_url: str
    section_name: str | None


@dataclass(slots=True)
class _Scope:
    """The names in one cluster of articles, and the clusters that report the same events.

    Names of known agencies shield words they share with a person; those of other organisations and of places may
    stand in a text only where they share none.
    """

    persons: dict[str, set[str]] = field(default_factory=dict)
    agencies: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    neighbours: set[str] = field(default_factory=set)


class Disclosure:
    """Masks the texts of a warehouse, article by article.

    Args:
        con: the warehouse.
        people: what is published of each person.
        key: the secret behind the pseudonyms.
        vocabulary: from the normalised words of protected people's names, the common words and places to go by.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        people: Mapping[str, PublicPerson],
        key: bytes,
        vocabulary: Callable[[frozenset[str]], Vocabulary],
    ) -> None:
        self._con = con
        self._people = people
        self._key = key
        self._clusters: dict[str, str] = dict(
            con.execute("SELECT article_id, coalesce(cluster_id, article_id) FROM articles").fetchall()
        )
        self._scopes = self._read_scopes()
        self._landmarks = self._read_landmarks()
        self._everywhere = Phrases()
        named: set[str] = set()
        for person_id in sorted(people):
            person = people[person_id]
            for form in self._forms.get(person_id, ()):
                if person.is_protected:
                    named.update(tokens(form))
                    if is_full_name(form):
                        self._everywhere.add(form, UNKNOWN)
        self._vocabulary = vocabulary(frozenset(named))
        lists = word_lists()
        self._lower_case = (self._vocabulary.common | lists.ordinary) - lists.common_names
        self._masks: dict[str, tuple[NameMask, Leave]] = {}
        # What the texts of one article became; sentences recur as evidence of several facts.
        self._done: dict[str, tuple[str, frozenset[str]]] = {}
        self._done_of = ""

    def articles(self) -> Iterator[PublicArticle]:
        """Headline, addresses and section of each article.

        Of articles that are not about the subject nobody was extracted, so nobody can be protected: they are published
        without headline and with the address of their site only.
        """
        for article_id, title, url, canonical_url, section, relevance in self._con.execute(
            "SELECT article_id, title, url, canonical_url, section_name, relevance_type FROM articles ORDER BY ALL"
        ).fetchall():
            if relevance == "none":
                yield PublicArticle(article_id, "", site_of(url), site_of(canonical_url), section)
                continue
            mask, _ = self._mask(article_id)
            public_title, removed = self._masked(article_id, title)
            yield PublicArticle(
                article_id,
                public_title,
                mask_url(url, mask, removed),
                mask_url(canonical_url, mask, removed),
                section,
            )

    def texts(self, columns: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str]]]:
        """The id and masked text of each row that has one, of several columns.

        Args:
            columns: table, id column and text column of each.
        """
        found: list[list[tuple[str, str]]] = [[] for _ in columns]
        query = " UNION ALL ".join(
            f"SELECT article_id, {number} AS number, {id_column} AS row_id, {text_column} AS text FROM {table} "
            f"WHERE {text_column} IS NOT NULL"
            for number, (table, id_column, text_column) in enumerate(columns)
        )
        for article_id, number, row_id, text in self._con.execute(
            f"{query} ORDER BY article_id, number, row_id"
        ).fetchall():
            found[number].append((row_id, self._masked(article_id, text)[0]))
        return found

    def surfaces(self) -> Iterator[tuple[str, str, str]]:
        """Article, words as printed and words as published, of mentions of agencies and places that change."""
        for article_id, surface in self._con.execute(
            "SELECT DISTINCT article_id, surface FROM mentions WHERE mention_type IN ('agency', 'place') ORDER BY ALL"
        ).fetchall():
            mask, _ = self._mask(article_id)
            if mask.concerns(surface):
                masked, _ = mask.apply(surface)
                if masked != surface:
                    yield article_id, surface, masked

    def withheld_agencies(self) -> Iterator[tuple[str, str, str]]:
        """Id, published id and published name of unknown agencies whose name holds a protected person's."""
        found: set[str] = set()
        for agency_id, name, article_id in self._con.execute(
            """
            SELECT a.agency_id, a.agency_name, r.article_id
            FROM agencies a JOIN pipeline.reported_agencies r USING (agency_id)
            WHERE NOT a.is_known ORDER BY ALL
            """
        ).fetchall():
            if agency_id in found:
                continue
            mask, _ = self._mask(article_id)
            if mask.apply(name)[0] != name:
                found.add(agency_id)
                yield agency_id, "agency-" + keyed_hash(self._key, "agency " + agency_id), WITHHELD_AGENCY

    def masked(self, article_id: str, text: str) -> tuple[str, frozenset[str]]:
        """A text of an article as it may leave, and the normalised words that were taken out of it."""
        return self._masked(article_id, text)

    def _masked(self, article_id: str, text: str) -> tuple[str, frozenset[str]]:
        if self._done_of != article_id:
            self._done_of = article_id
            self._done.clear()
        if text not in self._done:
            mask, leave = self._mask(article_id)
            words, first = mask.take_out(split_words(plain(text)))
            masked, second = mask_unknown(words, leave, self._vocabulary)
            self._done[text] = masked, first | second
        return self._done[text]

    def _mask(self, article_id: str) -> tuple[NameMask, Leave]:
        """The mask of an article's cluster, and the names that may stand in its texts."""
        cluster_id = self._clusters[article_id]
        if cluster_id not in self._masks:
            self._masks[cluster_id] = self._make_mask(self._scopes.get(cluster_id, _Scope()))
        return self._masks[cluster_id]

    def _make_mask(self, scope: _Scope) -> tuple[NameMask, Leave]:
        mask = NameMask(self._everywhere, self._landmarks, self._lower_case)
        leave = Leave(Phrases(), Phrases(), self._landmarks, Phrases())
        persons = {person_id: set(forms) for person_id, forms in scope.persons.items()}
        for neighbour in scope.neighbours:
            for person_id, forms in self._scopes[neighbour].persons.items():
                if self._people[person_id].is_protected:
                    persons.setdefault(person_id, set()).update(forms)
        for person_id in sorted(persons):
            person = self._people[person_id]
            if person.is_protected:
                for form in sorted(persons[person_id]):
                    mask.protect(form, person.public_name)
        for person_id in sorted(persons):
            person = self._people[person_id]
            if not person.is_protected:
                for form in (person.public_name, *person.aliases):
                    mask.leave(form)
                    leave.people.add(form)
                    # A second mention has one word of the name; it may stand unless it is a protected person's too.
                    for word in tokens(form):
                        if word not in mask.tokens:
                            leave.people.add(word)
        for surface in sorted(scope.agencies):
            mask.shields.add(surface)
            leave.agencies.add(surface)
        # What a pattern or model took for an organisation may be a person, or be named after one.
        for surface in sorted(scope.others):
            if mask.apply(surface)[0] == surface:
                leave.agencies.add(surface)
        for surface in sorted(scope.places):
            if mask.apply(surface)[0] == surface:
                leave.places.add(surface)
        return mask, leave

    def _read_scopes(self) -> dict[str, _Scope]:
        scopes: dict[str, _Scope] = {}
        self._forms: dict[str, set[str]] = {}
        for article_id, person_id, name, aliases in self._con.execute(
            """
            SELECT r.article_id, l.entity_id, r.person_name, r.alias_names
            FROM pipeline.reported_persons r
            JOIN pipeline.links l ON l.entity_type = 'person' AND l.reported_id = r.reported_person_id
            """
        ).fetchall():
            scope = scopes.setdefault(self._clusters[article_id], _Scope())
            scope.persons.setdefault(person_id, set()).update((name, *aliases))
            self._forms.setdefault(person_id, set()).update((name, *aliases))
        institutions = word_lists().institutions
        for article_id, surface, is_known in self._con.execute(
            """
            SELECT DISTINCT m.article_id, m.surface, a.is_known
            FROM mentions m JOIN agencies a USING (agency_id) WHERE m.mention_type = 'agency'
            """
        ).fetchall():
            scope = scopes.setdefault(self._clusters[article_id], _Scope())
            if is_known:
                scope.agencies.add(surface)
            elif institutions & set(normalise(surface).split()):
                scope.others.add(surface)
        for article_id, surface in self._con.execute(
            """
            SELECT DISTINCT m.article_id, m.surface FROM mentions m JOIN places p USING (place_code)
            WHERE m.mention_type = 'place' AND p.level_type IN ('district', 'village')
            """
        ).fetchall():
            scopes.setdefault(self._clusters[article_id], _Scope()).places.add(surface)
        events: dict[str, set[str]] = {}
        for event_id, article_id in self._con.execute(
            "SELECT event_id, article_id FROM event_reports WHERE event_id IS NOT NULL"
        ).fetchall():
            events.setdefault(event_id, set()).add(self._clusters[article_id])
        for sharing in events.values():
            for cluster_id in sharing:
                scopes.setdefault(cluster_id, _Scope()).neighbours.update(sharing - {cluster_id})
        return scopes

    def _read_landmarks(self) -> Phrases:
        """Names of outlets, known agencies, provinces, regencies and countries, with and without their level's word."""
        landmarks = Phrases()
        for (name,) in self._con.execute(
            """
            SELECT place_name FROM places WHERE level_type IN ('province', 'regency', 'country')
            UNION SELECT regexp_replace(place_name, '^(Kabupaten|Kota|Provinsi|Daerah Istimewa|DKI) ', '')
            FROM places WHERE level_type IN ('province', 'regency', 'country')
            UNION SELECT outlet_name FROM outlets
            UNION SELECT domain_name FROM outlets WHERE domain_name IS NOT NULL
            UNION SELECT agency_name FROM agencies WHERE is_known
            UNION SELECT n.agency_name FROM agency_names n JOIN agencies a USING (agency_id) WHERE a.is_known
            UNION SELECT surface FROM mentions m JOIN places p USING (place_code)
            WHERE m.mention_type = 'place' AND p.level_type IN ('province', 'regency', 'country')
            """
        ).fetchall():
            landmarks.add(name)
        return landmarks
