"""What the addresses of a site's articles have in common: a pattern worked out from addresses that were seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

MIN_SHARE = 0.15
"""A shape that fewer of the articles have is chance: a gallery, a landing page."""
MIN_FIT = 0.8
"""Share of the articles seen that a pattern must match to be used."""
MAX_OTHERS = 0.2
"""Share of the other addresses seen that it may match."""
MIN_SEEN = 3
"""Fewer articles show no pattern."""
MAX_NAMES = 2
"""So many different words at one place are names of paths (/read/, /berita/); more are sections."""

_SLUG = re.compile(r"[a-z0-9%]+(?:[-_][a-z0-9%.]+){2,}|(?=[a-z]*\d)[a-z0-9]{20,}", re.IGNORECASE)
_NUMBERED = re.compile(r"([a-z]{1,3}-)?\d+", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:s?html?|php|aspx?)$", re.IGNORECASE)


class Kind(NamedTuple):
    """What one part of a path is: a ``slug``, ``numbered slug``, ``number`` or ``word``, and what is fixed in it."""

    name: str
    ending: str
    prefix: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A pattern, and how it fits.

    Attributes:
        pattern: regular expression with ``{host}``, as an entry has it; empty if none was found.
        is_specific: whether it has a path name, a number or a date, and not only slugs.
        articles: how many addresses of articles were seen.
        matched: how many of them it matches.
        others: how many other addresses were seen.
        matched_others: how many of those it matches.
    """

    pattern: str
    is_specific: bool
    articles: int
    matched: int
    others: int
    matched_others: int

    @property
    def fits(self) -> bool:
        """Whether it may be used."""
        return (
            bool(self.pattern)
            and self.matched >= MIN_FIT * self.articles
            and self.matched_others <= MAX_OTHERS * max(self.others, 1)
        )

    def sentence(self) -> str:
        """How it fits, for people."""
        if not self.pattern:
            return f"no pattern could be worked out from {self.articles} addresses of articles"
        return (
            f"matches {self.matched} of {self.articles} addresses of articles seen,"
            f" and {self.matched_others} of {self.others} others"
        )


def looks_like_article(url: str) -> bool:
    """Whether the end of an address is that of an article: a slug of several words, or a long number."""
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return False
    if not parts:
        return False
    last = _ENDING.sub("", parts[-1])
    return bool(_SLUG.fullmatch(last)) or (last.isdecimal() and len(last) >= 5)


def work_out(articles: Collection[str], others: Iterable[str] = ()) -> WorkedOut:
    """The pattern of a site's articles.

    Args:
        articles: canonical addresses that are those of articles, on one host.
        others: canonical addresses on the same host that are not.
    """
    seen = _without_copies({url for url in articles if looks_like_article(url)})
    rest = sorted(set(others) - set(seen))
    shapes: dict[tuple[Kind, ...], list[list[str]]] = {}
    for url in seen:
        parts = [part for part in urlsplit(url).path.split("/") if part]
        shapes.setdefault(tuple(_kind(part) for part in parts), []).append(parts)
    kept = [group for group in shapes.values() if len(group) >= max(2, MIN_SHARE * len(seen))]
    if len(seen) < MIN_SEEN or not kept:
        return WorkedOut("", False, len(seen), 0, len(rest), 0)
    kept.sort(key=len, reverse=True)
    written = list(dict.fromkeys("/".join(_written(column) for column in zip(*group, strict=True)) for group in kept))
    body = written[0] if len(written) == 1 else "(?:" + "|".join(written) + ")"
    is_specific = all(re.search(r"(?:^|/)(?:\(\?:)?[a-z0-9]|\\d", one) for one in written)
    template = rf"^https?://{{host}}/{body}/?$"
    return fit(template, seen, rest, is_specific)


def _without_copies(urls: set[str]) -> list[str]:
    """Addresses without those whose slug also stands behind a longer path: copies for telephones, short links."""
    depth = {url: urlsplit(url).path.rstrip("/").count("/") for url in urls}
    deepest: dict[str, int] = {}
    for url, levels in depth.items():
        slug = url.rstrip("/").rsplit("/", 1)[-1]
        deepest[slug] = max(levels, deepest.get(slug, 0))
    return sorted(url for url in urls if depth[url] == deepest[url.rstrip("/").rsplit("/", 1)[-1]])


def fit(template: str, articles: Collection[str], others: Collection[str], is_specific: bool = True) -> WorkedOut:
    """How a pattern fits addresses of one host.

    Args:
        template: with ``{host}``; or a plain regular expression.
        articles: addresses it should match.
        others: addresses it should not.
        is_specific: what to say of it.
    """
    pattern = re.compile(template.replace("{host}", r"[\w.-]+"))
    matched = sum(bool(pattern.match(url)) for url in articles)
    matched_others = sum(bool(pattern.match(url)) for url in others)
    return WorkedOut(template, is_specific, len(articles), matched, len(others), matched_others)


def _kind(part: str) -> Kind:
    """What one part of a path is."""
    found = _ENDING.search(part)
    ending = found.group() if found else ""
    stem = part[: len(part) - len(ending)]
    if numbered := _NUMBERED.fullmatch(stem):
        # Years, months and days have their length; other numbers grow.
        length = len(stem) if re.fullmatch(r"(?:19|20)\d\d|\d\d", stem) else 0
        return Kind("number", ending, numbered.group(1) or "", length)
    if not _SLUG.fullmatch(stem):
        return Kind("word", ending)
    return Kind("numbered slug" if re.match(r"\d{3,}-", stem) else "slug", ending)


def _written(column: tuple[str, ...]) -> str:
    """The expression for the parts at one place of a shape."""
    kind = _kind(column[0])
    ending = re.escape(kind.ending)
    names = sorted(set(column))
    if kind.name == "number":
        return kind.prefix + (rf"\d{{{kind.length}}}" if kind.length else r"\d+") + ending
    if kind.name == "numbered slug":
        return rf"\d+-[\w-]+{ending}"
    if kind.name == "word" and len(names) <= MAX_NAMES < len(column):
        words = [re.escape(name).replace(r"\-", "-") for name in names]
        return words[0] if len(words) == 1 else "(?:" + "|".join(words) + ")"
    return rf"[\w-]+{ending}"
