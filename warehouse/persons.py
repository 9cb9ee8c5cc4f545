"""People across articles: which reports name the same person, and how far that person is protected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import duckdb
import pyarrow as pa

from warehouse.groups import Groups, most_common
from warehouse.load import province_of
from warehouse.names import is_full_name, normalise

Protection = Literal["none", "initials", "pseudonym"]

# From the one that needs most protection to the one that needs least.
STRICTEST_FIRST = ("victim", "witness", "public", "suspect", "expert", "official")
ADULT_AGE = 18


@dataclass(slots=True)
class ReportedPerson:
    """A person as one article names them.

    Attributes:
        reported_id: id within the article.
        article_id: the article.
        cluster_id: articles with the same wording share it.
        name: fullest form in the article.
        normalised: the name for comparison.
        aliases: every form printed.
        capacity: official, expert, suspect, victim, witness or public.
        age: years, where printed.
        published_at: of the article, UTC, or None.
        agencies: ids of the agencies the person holds a role in or appears for.
        offices: (province code, title) of the roles.
    """

    reported_id: str
    article_id: str
    cluster_id: str
    name: str
    normalised: str
    aliases: list[str]
    capacity: str
    age: int | None
    published_at: datetime | None
    agencies: set[str] = field(default_factory=set)
    offices: set[tuple[str, str]] = field(default_factory=set)

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """Sorts by publication, undated articles last."""
        return (self.published_at is None, str(self.published_at or ""), self.article_id, self.reported_id)

    @property
    def is_linkable(self) -> bool:
        """Whether the name may be joined beyond copies of one text: full names of adults who are not victims.

        Initials and single names identify nobody, and joining reports of a victim would make a profile of them.
        """
        is_minor = self.age is not None and self.age < ADULT_AGE
        return is_full_name(self.name) and self.capacity != "victim" and not is_minor


def protection_of(capacities: Iterable[str], ages: Iterable[int | None]) -> Protection:
    """How a person is published, by the strictest rule that any report calls for.

    Officials and experts go by name. Suspects go by initials until a verdict (Press Council code art. 5 and the
    presumption of innocence). Everyone else, and whoever is under 18 years (Law 11/2012 art. 19), goes by a pseudonym.
    """
    if any(age is not None and age < ADULT_AGE for age in ages):
        return "pseudonym"
    held = set(capacities)
    if held & {"victim", "witness", "public"}:
        return "pseudonym"
    return "initials" if "suspect" in held else "none"


def read_reported_persons(con: duckdb.DuckDBPyConnection) -> dict[str, ReportedPerson]:
    """The people of the articles, with what is needed to tell them apart."""
    people = {}
    for row in con.execute(
        """
        SELECT p.reported_person_id, p.article_id, coalesce(a.cluster_id, a.article_id), p.person_name,
            p.normalised_name, p.alias_names, p.capacity_type, p.age, a.published_at
        FROM pipeline.reported_persons p JOIN articles a USING (article_id)
        """
    ).fetchall():
        people[row[0]] = ReportedPerson(*row)
    for reported_id, agency_id in con.execute(
        """
        SELECT reported_person_id, agency_id FROM roles WHERE agency_id IS NOT NULL
        UNION SELECT reported_person_id, agency_id FROM event_participants
        WHERE agency_id IS NOT NULL AND reported_person_id IS NOT NULL
        """
    ).fetchall():
        people[reported_id].agencies.add(agency_id)
    # A title counts with the province its agency is responsible for; without one, with the provinces the article names.
    for reported_id, title, place_code in con.execute(
        """
        SELECT r.reported_person_id, r.title_name, g.place_code
        FROM roles r JOIN pipeline.reported_agencies g ON g.article_id = r.article_id AND g.agency_id = r.agency_id
        WHERE g.place_code IS NOT NULL
        UNION
        SELECT r.reported_person_id, r.title_name, l.place_code
        FROM roles r JOIN pipeline.reported_places l ON l.article_id = r.article_id
        WHERE r.agency_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM pipeline.reported_agencies g
            WHERE g.article_id = r.article_id AND g.agency_id = r.agency_id AND g.place_code IS NOT NULL
        )
        """
    ).fetchall():
        province = province_of(place_code)
        if province is not None:
            people[reported_id].offices.add((province, normalise(title)))
    return people


def group_persons(people: dict[str, ReportedPerson]) -> Groups:
    """Join reports that name the same person.

    Reports with the same name are joined inside copies of one text; beyond them only full names, and only where both
    share an agency, or a title in the same province.
    """
    groups = Groups(people)
    keyed: dict[tuple[str, ...], list[str]] = {}
    for reported_id in sorted(people):
        person = people[reported_id]
        keyed.setdefault(("same text", person.normalised, person.cluster_id), []).append(reported_id)
        if person.is_linkable:
            for agency in person.agencies:
                keyed.setdefault(("name and agency", person.normalised, agency), []).append(reported_id)
            for province, title in person.offices:
                keyed.setdefault(("name, title and province", person.normalised, province, title), []).append(
                    reported_id
                )
    for key in sorted(keyed):
        groups.join_all(keyed[key], key[0])
    return groups


def write_persons(con: duckdb.DuckDBPyConnection, people: dict[str, ReportedPerson], links: dict[str, str]) -> int:
    """Fill ``persons`` anew, and the ``person_id`` of everything that names one.

    Args:
        con: the warehouse, inside a transaction.
        people: the reported persons.
        links: reported_person_id to person_id.

    Returns:
        The number of persons.
    """
    members: dict[str, list[ReportedPerson]] = {}
    for reported_id, person_id in sorted(links.items()):
        members.setdefault(person_id, []).append(people[reported_id])
    outlets = dict(con.execute("SELECT article_id, outlet_id FROM articles").fetchall())
    times = dict(con.execute("SELECT article_id, published_at FROM articles").fetchall())
    rows = []
    for person_id, reports in sorted(members.items()):
        published = [times[report.article_id] for report in reports if times[report.article_id] is not None]
        capacities = {report.capacity for report in reports}
        protection = protection_of(capacities, [report.age for report in reports])
        names = [report.name for report in reports]
        longest = max(len(name.split()) for name in names)
        rows.append(
            {
                "person_id": person_id,
                "person_name": most_common(name for name in names if len(name.split()) == longest),
                "alias_names": sorted({alias for report in reports for alias in report.aliases}),
                "capacity_type": min(capacities, key=STRICTEST_FIRST.index),
                "protection_type": protection,
                "is_protected": protection != "none",
                "first_reported_at": min(published, default=None),
                "last_reported_at": max(published, default=None),
                "article_count": len({report.article_id for report in reports}),
                "outlet_count": len({outlets[report.article_id] for report in reports}),
            }
        )
    con.execute("DELETE FROM persons")
    if rows:
        schema = pa.schema(
            [
                ("person_id", pa.string()),
                ("person_name", pa.string()),
                ("alias_names", pa.list_(pa.string())),
                ("capacity_type", pa.string()),
                ("protection_type", pa.string()),
                ("is_protected", pa.bool_()),
                ("first_reported_at", pa.timestamp("us")),
                ("last_reported_at", pa.timestamp("us")),
                ("article_count", pa.int32()),
                ("outlet_count", pa.int32()),
            ]
        )
        con.register("new_persons", pa.Table.from_pylist(rows, schema=schema))
        con.execute("INSERT INTO persons SELECT * FROM new_persons")
        con.unregister("new_persons")
    for table in ("mentions", "roles", "quotes", "event_participants"):
        con.execute(
            f"UPDATE {table} SET person_id = l.entity_id FROM pipeline.links l WHERE l.entity_type = 'person' "
            f"AND l.reported_id = {table}.reported_person_id AND {table}.person_id IS DISTINCT FROM l.entity_id"
        )
    return len(rows)
