"""What can be wrong with an outlet: one small check for each, which gives sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crawlers.lists.grades import GAVE, UNCHANGED
from crawlers.registry.health_limits import HealthLimits
from warehouse.outlet_crawls import OutletCrawl

from .health_drift import PARTS, Comparison, has_fallen


@dataclass(frozen=True, slots=True)
class Examined:
    """An outlet after a crawl, with all that the checks look at.

    Attributes:
        row: what the crawl did, and how the outlet is.
        lists: how each of its lists stands, by address or template, as the crawl's record has it.
        failures: kinds of the crawler's issues, with their numbers.
        comparison: its latest articles beside its earlier ones.
        limits: when it counts as ailing.
    """

    row: OutletCrawl
    lists: MappingProxyType[str, dict[str, Any]]
    failures: MappingProxyType[str, int]
    comparison: Comparison
    limits: HealthLimits


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an outlet: its kind, a sentence for people, and the list it is about, if it is about one."""

    kind: str
    detail: str
    url: str = ""


Check = Callable[[Examined], Iterator[Problem]]
# Answers that no passing fault gives: the list is no longer what it was.
_STOPPED = frozenset(
    {"gone", "feed_empty", "feed_rejected", "not_a_feed", "not_a_sitemap", "not_wp_json", "empty_list"}
)
# What the crawler says when it could not even begin, or gave up.
_UNREACHABLE = ("robots_unreachable", "outlet_stopped", "nothing_found", "crawler_error")
_NAMES = MappingProxyType({"body": "a whole body", "date": "a date in the page", "author": "an author"})


def problems(examined: Examined) -> list[Problem]:
    """Everything that is wrong with an outlet, in the order of the checks."""
    return [problem for check in CHECKS for problem in check(examined)]


def silent(examined: Examined) -> Iterator[Problem]:
    """No new article in the lists for longer than the outlet's habit; one without a known habit cannot break it."""
    row, limits = examined.row, examined.limits
    days, usual = row.silent_day_count, row.usual_gap_day_count
    if days is not None and usual is not None and days > max(limits.silent_days, limits.silent_gaps * usual):
        since = row.last_article_date
        yield Problem("silent", f"no new article since {since}, for {days} days; usually one every {usual:g} days")


def unreachable(examined: Examined) -> Iterator[Problem]:
    """The crawl could not begin, gave up, or found no list that works."""
    for kind in _UNREACHABLE:
        if examined.failures.get(kind):
            yield Problem("unreachable", f"the crawl was hindered: {kind.replace('_', ' ')}")
            return


def many_failures(examined: Examined) -> Iterator[Problem]:
    """Too many of the pages asked for failed."""
    row, limits = examined.row, examined.limits
    if row.failed_count >= limits.failed_pages and row.failed_count >= limits.failed_share * row.fetched_count:
        worst = max(examined.failures, key=lambda kind: examined.failures[kind], default="")
        reason = f", most often: {worst.replace('_', ' ')}" if worst else ""
        yield Problem("many_failures", f"{row.failed_count} of {row.fetched_count} pages failed{reason}")


def few_bodies(examined: Examined) -> Iterator[Problem]:
    """An outlet without a past whose pages give no body."""
    row, limits = examined.row, examined.limits
    unread = row.parse_failure_count
    if examined.comparison.before.count < limits.sample <= unread and unread >= limits.failed_share * row.reading_count:
        yield Problem("few_bodies", f"no article could be read from {unread} of {row.reading_count} pages")


def drift(examined: Examined) -> Iterator[Problem]:
    """The pages give less than the outlet's earlier ones did: a new layout, most often."""
    comparison = examined.comparison
    for part in PARTS:
        if not has_fallen(part, comparison, examined.limits):
            continue
        now, before = comparison.now, comparison.earlier[part]
        detail = (
            f"{_NAMES[part]} on {getattr(now, part)} of the latest {now.count} articles, "
            f"before on {getattr(before, part)} of {before.count}"
        )
        if part == "body":
            detail += f"; median length {now.length or 0:.0f} characters, before {before.length or 0:.0f}"
        yield Problem(f"drift_{part}", detail)


def lists(examined: Examined) -> Iterator[Problem]:
    """A list that gave articles gives none any more, or one is asked by hand only."""
    for name, found in sorted(examined.lists.items()):
        outcome, gave_before = str(found.get("outcome", "")), bool(found.get("gifts"))
        words = "it is gone (404)" if outcome == "gone" else outcome.replace("_", " ") or "unknown"
        if found.get("grade") == "off" and (gave_before or not found.get("is_probe")):
            detail = f"{name} gave nothing for so long ({words}) that it is asked by hand only (`--all-lists`)"
            yield Problem("feed_off", detail, name)
        elif gave_before and (
            outcome in _STOPPED or (found.get("grade") != "full" and outcome not in (GAVE, UNCHANGED))
        ):
            yield Problem("feed_stopped", f"{name} gave articles before and now gives none: {words}", name)


CHECKS: tuple[Check, ...] = (unreachable, silent, many_failures, few_bodies, drift, lists)
