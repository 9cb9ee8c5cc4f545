"""Which content-management family a site belongs to, by the signs of ``signatures.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..registry import RegistryError, families
from .records import Clue

SIGNATURES_FILE = Path(__file__).parent.parent / "signatures.toml"
PLACES = ("host", "robots", "generator", "page", "links", "sitemaps", "feed", "list", "wordpress", "blogger")
_ASKED = frozenset({"feed", "list"})
_PATTERNED = frozenset({"host", "robots", "generator", "page", "links", "sitemaps", "list"})
LEAST = 2
"""Links of which a sign needs at least so many, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One sign of one family; the keys are explained in ``signatures.toml``."""

    family: str
    says: str
    points: int
    on: str
    pattern: str = ""
    path: str = ""
    least: int = LEAST


@dataclass(frozen=True, slots=True)
class Signatures:
    """The content of ``signatures.toml``."""

    believed: int
    lead: int
    list_pages: tuple[str, ...]
    feed_paths: tuple[str, ...]
    sitemap_paths: tuple[str, ...]
    ids: dict[str, str]
    clues: tuple[Signature, ...]


@dataclass(slots=True)
class Sight:
    """What was seen of a site.

    Attributes:
        base_url: where it is fetched.
        robots: text of its robots.txt.
        html: its front page.
        generator: of the front page's metadata, or an empty string.
        links: addresses its front page links to, on its own host.
        sitemaps: addresses of its sitemaps, those in indexes among them.
        feeds: number of entries of each feed path that was asked; 0 where it is no feed.
        lists: links of each list page that was asked.
        posts: number of posts that wp-json gave.
        entries: number of entries that Blogger's feed gave.
    """

    base_url: str
    robots: str = ""
    html: str = ""
    generator: str = ""
    links: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    posts: int = 0
    entries: int = 0


@lru_cache
def signatures(path: Path = SIGNATURES_FILE) -> Signatures:
    """The signs of all families.

    Raises:
        RegistryError: for a sign that cannot be used; names file, sign, key and what is allowed.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    clues = tuple(_signature(path, number, row) for number, row in enumerate(table["clue"], start=1))
    lists = {key: tuple(table[key]) for key in ("list_pages", "feed_paths", "sitemap_paths")}
    return Signatures(table["believed"], table["lead"], ids=table.get("ids", {}), clues=clues, **lists)


def recognise(sight: Sight) -> tuple[str, dict[str, int], list[Clue]]:
    """The family a site shows the signs of.

    Returns:
        Its name, or an empty string where no family is believed or two are as likely; the points of each family; and
        what each sign said.
    """
    table = signatures()
    clues = [_said(sign, sight) for sign in table.clues]
    points: dict[str, int] = {}
    for clue in clues:
        if clue.is_seen:
            points[clue.family] = points.get(clue.family, 0) + clue.points
    ranked = sorted(points.items(), key=lambda found: found[1], reverse=True)
    if not ranked or ranked[0][1] < table.believed:
        return "", dict(ranked), clues
    is_clear = len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= table.lead
    return (ranked[0][0] if is_clear else ""), dict(ranked), clues


def _said(sign: Signature, sight: Sight) -> Clue:
    is_seen, detail = _seen(sign, sight)
    return Clue(sign.family, sign.says, sign.points, is_seen, detail)


def _seen(sign: Signature, sight: Sight) -> tuple[bool, str]:
    """Whether a sign is seen, and what."""
    parsed = urlsplit(sight.base_url)
    match sign.on:
        case "host":
            found = re.search(sign.pattern, f"{parsed.hostname or ''}{parsed.path}")
            return bool(found), f"{parsed.hostname or ''}{parsed.path}" if found else ""
        case "robots" | "generator" | "page":
            text = {"robots": sight.robots, "generator": sight.generator, "page": sight.html}[sign.on]
            found = re.search(sign.pattern, text)
            return bool(found), found.group()[:60] if found else ""
        case "links" | "sitemaps":
            paths = _matching(sight.links if sign.on == "links" else sight.sitemaps, sign.pattern)
            least = sign.least if sign.on == "links" else 1
            return len(paths) >= least, f"{len(paths)}, such as {paths[0][:40]}" if paths else ""
        case "feed":
            count = sight.feeds.get(sign.path, 0)
            return count > 0, f"{count} entries" if count else ""
        case "list":
            paths = _matching(sight.lists.get(sign.path, ()), sign.pattern)
            return len(paths) >= sign.least, f"{len(paths)} links to articles" if paths else ""
        case "wordpress":
            return sight.posts > 0, f"{sight.posts} posts" if sight.posts else ""
        case _:
            return sight.entries > 0, f"{sight.entries} entries" if sight.entries else ""


def _matching(urls: Sequence[str], pattern: str) -> list[str]:
    """Paths of addresses that match, each once."""
    paths = dict.fromkeys(urlsplit(url).path for url in urls)
    return [path for path in paths if re.search(pattern, path)]


def _signature(path: Path, number: int, row: dict[str, Any]) -> Signature:
    where = f"{path}: clue {number} ({row.get('says', 'without words')})"
    try:
        sign = Signature(**row)
        re.compile(sign.pattern)
    except (TypeError, re.error) as error:
        raise RegistryError(f"{where}: {error}; keys are {', '.join(Signature.__slots__)}") from error
    if sign.family not in families():
        raise RegistryError(f"{where}, key 'family': '{sign.family}' is none of {', '.join(families())}")
    if sign.on not in PLACES:
        raise RegistryError(f"{where}, key 'on': '{sign.on}' is none of {', '.join(PLACES)}")
    for key, places in (("pattern", _PATTERNED), ("path", _ASKED)):
        if (sign.on in places) != bool(getattr(sign, key)):
            raise RegistryError(f"{where}, key '{key}': needed with on = {', '.join(sorted(places))}, and only there")
    return sign
