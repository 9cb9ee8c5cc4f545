"""What a look at an outlet found, as records that travel from the probing process to its caller as JSON lines."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

OK, WARN, FAIL, ABSENT = "ok", "warn", "fail", "absent"
VERDICTS = (OK, WARN, FAIL, ABSENT)
KINDS = ("robots", "feed", "sitemap", "wordpress", "blogger", "index", "front", "article")


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was looked at.

    Attributes:
        kind: one of ``KINDS``.
        url: what was asked.
        status: HTTP status, 0 where there was no answer.
        verdict: ``ok``, ``warn`` (works, with a flaw), ``fail``, or ``absent`` (an alternative that need not exist).
        figure: what was measured: the share of distinct articles of a feed (0 to 1); the number of article links of a
            sitemap, an interface or a list page; the crawl-delay of a robots.txt in seconds; the characters of an
            article's text. None where nothing could be measured.
        detail: one sentence for people.
    """

    kind: str
    url: str
    status: int
    verdict: str
    figure: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class SeenPage:
    """An article's page as it was received, for those who can read it; it is archived nowhere.

    Attributes:
        url: where it was fetched.
        canonical_url: its identity.
        body: its bytes.
        status: HTTP status.
        charset: encoding its header declares, or None.
        listed_at: the publication time that a list gave, ISO 8601 with offset, or None.
        listed_title: the headline that a list gave, or None.
        fetched_at: when, ISO 8601.
    """

    url: str
    canonical_url: str
    body: bytes
    status: int = 200
    charset: str | None = None
    listed_at: str | None = None
    listed_title: str | None = None
    fetched_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The page as a JSON object, its body in base64."""
        return asdict(self) | {"body": base64.b64encode(self.body).decode("ascii")}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> SeenPage:
        """The page of a JSON object."""
        return cls(**{**found, "body": base64.b64decode(found["body"])})


@dataclass(slots=True)
class Look:
    """All that one look at one outlet found.

    Attributes:
        outlet_id: whose; empty for a site that is in no registry.
        probes: what was looked at, in order.
        articles: distinct articles its lists named.
        page: the page of one article, or None.
    """

    outlet_id: str
    probes: list[Probe] = field(default_factory=list)
    articles: int = 0
    page: SeenPage | None = None

    def to_json(self) -> dict[str, Any]:
        """The look as a JSON object."""
        return {
            "outlet_id": self.outlet_id,
            "probes": [asdict(probe) for probe in self.probes],
            "articles": self.articles,
            "page": self.page.to_json() if self.page else None,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Look:
        """The look of a JSON object."""
        page = found["page"]
        return cls(
            found["outlet_id"],
            [Probe(**probe) for probe in found["probes"]],
            found["articles"],
            SeenPage.from_json(page) if page else None,
        )


@dataclass(frozen=True, slots=True)
class Clue:
    """What one sign of a family said about a site.

    Attributes:
        family: the family it speaks for.
        says: the sign, in words.
        points: its weight.
        is_seen: whether the site shows it.
        detail: what was seen.
    """

    family: str
    says: str
    points: int
    is_seen: bool
    detail: str


@dataclass(slots=True)
class SiteLook:
    """What was found about a site that no registry knows.

    Attributes:
        base_url: where it is fetched, after redirects.
        failure: why nothing could be found out, or an empty string.
        family: the family it belongs to; ``custom`` or ``generic`` where it is of none.
        points: of each family that a sign spoke for.
        clues: what each sign said.
        name: as the site calls itself, or an empty string.
        text: words of its front page, to guess the province by.
        pattern: pattern of article addresses that was worked out, or an empty string where the family's fits.
        pattern_detail: how it fits the links seen, as a sentence.
        keys: keys of the proposed entry beside id, name, domain and province.
        look: what `check` would find with that entry.
    """

    base_url: str
    failure: str = ""
    family: str = ""
    points: dict[str, int] = field(default_factory=dict)
    clues: list[Clue] = field(default_factory=list)
    name: str = ""
    text: str = ""
    pattern: str = ""
    pattern_detail: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    look: Look | None = None

    def to_json(self) -> dict[str, Any]:
        """The site as a JSON object."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return found | {
            "clues": [asdict(clue) for clue in self.clues],
            "look": self.look.to_json() if self.look else None,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> SiteLook:
        """The site of a JSON object."""
        clues = [Clue(**clue) for clue in found["clues"]]
        look = Look.from_json(found["look"]) if found["look"] else None
        return cls(**{**found, "clues": clues, "look": look})


def to_line(event: str, value: Look | SiteLook | None = None) -> str:
    """One line for the caller: ``outlet`` with a look, ``site`` with a site, or ``finished``."""
    return json.dumps({"event": event, "value": value.to_json() if value else None}, ensure_ascii=False)
