"""Who leaves the warehouse by name, and what stands for everyone else."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.database import WarehouseError
from warehouse.names import initials, tokens
from warehouse.persons import ADULT_AGE, Protection

_LABELS = {"victim": "Korban", "witness": "Saksi", "public": "Warga"}
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """What is published of a person.

    Attributes:
        person_id: id inside the warehouse.
        public_id: id outside it; for protected people not to be computed without the key.
        public_name: name, initials or pseudonym.
        protection: none, initials or pseudonym.
        capacity: the strictest capacity reported.
        aliases: forms of the name that may leave; none for protected people.
    """

    person_id: str
    public_id: str
    public_name: str
    protection: Protection
    capacity: str
    aliases: tuple[str, ...]

    @property
    def is_protected(self) -> bool:
        """Whether the name must not leave."""
        return self.protection != "none"


def protection_key(warehouse_path: Path) -> bytes:
    """The secret behind the pseudonyms: made at random on first use, kept beside the warehouse, never published.

    With it the pseudonyms stay the same from snapshot to snapshot; without it nobody can tell from a name, an id or an
    address which pseudonym it was given.

    Raises:
        WarehouseError: the file cannot be read or made, or does not hold a key.
    """
    path = warehouse_path.with_name("protection.key")
    try:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            key = secrets.token_bytes(_KEY_BYTES)
            with os.fdopen(handle, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise WarehouseError(f"{path}: the key of the pseudonyms cannot be kept there ({error.strerror})") from error
    if len(key) != _KEY_BYTES:
        raise WarehouseError(
            f"{path}: this must be {_KEY_BYTES} random bytes, found {len(key)}; restore it from a copy, or delete it: "
            "a new one is made, and every pseudonym changes"
        )
    return key


def keyed_hash(key: bytes, value: str, digits: int = 16) -> str:
    """Hex digits of the value's HMAC-SHA-256: the same for the same value, not to be computed without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:digits]


def public_persons(con: duckdb.DuckDBPyConnection, key: bytes) -> dict[str, PublicPerson]:
    """What is published of each person of the warehouse.

    A person is protected as strictly as any article calls for. Where an article, or a copy of it, has a protected
    person whose name contains every word of another person's name, that other one is the same person seen twice, and
    is protected alike.

    Args:
        con: the warehouse, or a connection it is attached to as current catalog.
        key: from :func:`protection_key`.

    Returns:
        person_id to what is published.
    """
    rows = con.execute(
        "SELECT person_id, person_name, alias_names, capacity_type, protection_type FROM persons ORDER BY person_id"
    ).fetchall()
    strictest = {person_id: protection for person_id, _, _, _, protection in rows}
    capacities = {person_id: capacity for person_id, _, _, capacity, _ in rows}
    minors = {
        person_id
        for (person_id,) in con.execute(
            """
            SELECT l.entity_id FROM pipeline.links l
            JOIN pipeline.reported_persons r ON r.reported_person_id = l.reported_id
            WHERE l.entity_type = 'person' AND r.age < ?
            """,
            [ADULT_AGE],
        ).fetchall()
    }
    _spread(con, strictest, capacities)
    protected_names = {
        tuple(tokens(form))
        for person_id, name, aliases, _, _ in rows
        if strictest[person_id] != "none"
        for form in (name, *aliases)
        if len(tokens(form)) > 1
    }
    people = {}
    for person_id, name, aliases, _, _ in rows:
        protection, capacity = strictest[person_id], capacities[person_id]
        if protection == "none":
            own = set(tokens(name))
            kept = tuple(
                alias for alias in aliases if own & set(tokens(alias)) and tuple(tokens(alias)) not in protected_names
            )
            people[person_id] = PublicPerson(person_id, person_id, name, "none", capacity, kept)
            continue
        if protection == "initials":
            public_name = initials(name)
        else:
            label = "Anak" if person_id in minors else _LABELS.get(capacity, "Warga")
            public_name = f"{label} {keyed_hash(key, 'name ' + person_id, 6)}"
        public_id = "p-" + keyed_hash(key, person_id)
        people[person_id] = PublicPerson(person_id, public_id, public_name, protection, capacity, ())
    return people


def _spread(con: duckdb.DuckDBPyConnection, strictest: dict[str, Protection], capacities: dict[str, str]) -> None:
    """Protect whoever bears part of a protected person's name in the same article or a copy of it."""
    scopes: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for cluster_id, person_id, name in con.execute(
        """
        SELECT coalesce(a.cluster_id, a.article_id), l.entity_id, r.normalised_name
        FROM pipeline.reported_persons r
        JOIN articles a USING (article_id)
        JOIN pipeline.links l ON l.entity_type = 'person' AND l.reported_id = r.reported_person_id
        ORDER BY ALL
        """
    ).fetchall():
        scopes.setdefault(cluster_id, []).append((person_id, frozenset(name.split())))
    changed = True
    while changed:
        changed = False
        for people in scopes.values():
            for shielded, words in people:
                if strictest[shielded] == "none":
                    continue
                for other, other_words in people:
                    if other_words and other_words <= words and _is_looser(strictest[other], strictest[shielded]):
                        strictest[other] = strictest[shielded]
                        capacities[other] = capacities[shielded]
                        changed = True


def _is_looser(first: Protection, second: Protection) -> bool:
    order: tuple[Protection, ...] = ("none", "initials", "pseudonym")
    return order.index(first) < order.index(second)
