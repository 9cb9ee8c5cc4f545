"""Checking outlets: the crawler looks at them, the cleaner reads one article of each, and a verdict sums it up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawlers.probing.job import ProbeJob, look_at
from crawlers.probing.records import FAIL, OK, WARN, Look, Probe, SeenPage
from crawlers.registry import Outlet, Registry
from crawlers.registry.edit import mark, rewrite
from extract.cleaning import CleaningError, clean

from .extraction import hints

MIN_TEXT = 200
"""Characters a news item's text should have; shorter ones are captions, galleries or a body that was not found."""
MAX_DAYS_APART = 2
"""Days by which a page's date may differ from that of its list: more is a clock in the header, or a new layout."""


@dataclass(frozen=True, slots=True)
class OutletCheck:
    """What a check found of one outlet.

    Attributes:
        outlet: its entry.
        verdict: ``ok``, ``warn`` (it can be crawled, with flaws) or ``fail`` (a crawl would get nothing).
        reason: why, in one sentence.
        probes: what was looked at.
        article: title, published_at and characters of the article that was read, or None.
    """

    outlet: Outlet
    verdict: str
    reason: str
    probes: tuple[Probe, ...]
    article: dict[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        """The check as a JSON object."""
        return {
            "outlet_id": self.outlet.outlet_id,
            "name": self.outlet.name,
            "family": self.outlet.family,
            "base_url": self.outlet.base_url,
            "status": self.outlet.status,
            "verdict": self.verdict,
            "reason": self.reason,
            "article": self.article,
            "probes": [asdict(probe) for probe in self.probes],
        }


def chosen(
    registry: Registry,
    outlet_ids: Sequence[str] = (),
    provinces: Sequence[str] = (),
    family: str | None = None,
    status: str | None = None,
    per_family: int | None = None,
) -> list[Outlet]:
    """The outlets a person asks about, most urgent first.

    Args:
        registry: all of them.
        outlet_ids: ids; together with ``provinces`` the union is taken. Neither given: all outlets.
        provinces: codes, ISO codes, names or short forms.
        family: only outlets of this family.
        status: only outlets with this status.
        per_family: at most so many of each family.

    Raises:
        RegistryError: for an unknown id or province.
    """
    found: list[Outlet] = []
    counts: dict[str, int] = {}
    for outlet in registry.select(outlet_ids, provinces):
        if family not in (None, outlet.family) or status not in (None, outlet.status):
            continue
        counts[outlet.family] = counts.get(outlet.family, 0) + 1
        if per_family is None or counts[outlet.family] <= per_family:
            found.append(outlet)
    return found


def check_outlets(job: ProbeJob, outlets: Sequence[Outlet]) -> Iterator[OutletCheck]:
    """Check outlets, and give each when it is done.

    Raises:
        CrawlError: if the job is refused, or the crawler's process breaks off.
    """
    known = {outlet.outlet_id: outlet for outlet in outlets}
    for look in look_at(job):
        if isinstance(look, Look):
            yield judged(known[look.outlet_id], look)


def judged(outlet: Outlet, look: Look) -> OutletCheck:
    """The check of one outlet: its look, with the article read and a verdict."""
    probes, article = list(look.probes), None
    if look.page is not None:
        probe, article = read_article(outlet, look.page)
        probes.append(probe)
    verdict, reason = _verdict(look, probes, article)
    return OutletCheck(outlet, verdict, reason, tuple(probes), article)


def read_article(outlet: Outlet, page: SeenPage) -> tuple[Probe, dict[str, Any] | None]:
    """Read an article's page as a run would, and say how well that went."""

    def probe(verdict: str, figure: float | None, detail: str) -> Probe:
        return Probe("article", page.url, page.status, verdict, figure, detail)

    try:
        found = clean(
            [page.body],
            url=page.url,
            canonical_url=page.canonical_url,
            outlet=hints(outlet),
            charset=page.charset,
            fetched_at=page.fetched_at,
        )
    except CleaningError as error:
        return probe(FAIL, None, str(error)), None
    article = {
        "url": page.url,
        "title": found.title,
        "published_at": found.published_at,
        "listed_at": page.listed_at,
        "characters": len(found.text),
    }
    flaws = []
    if not found.title:
        flaws.append("no title")
    if len(found.text) < MIN_TEXT:
        flaws.append(f"only {len(found.text)} characters of text")
    if found.published_at is None:
        flaws.append("no publication date on the page")
    elif page.listed_at and _days_apart(found.published_at, page.listed_at) > MAX_DAYS_APART:
        flaws.append(f"the page says {found.published_at[:10]}, its list {page.listed_at[:10]}")
    words = f"{len(found.text):,} characters of {(found.published_at or 'an unknown day')[:10]}: {found.title}"
    if flaws:
        return probe(WARN if found.title else FAIL, len(found.text), "; ".join(flaws)), article
    return probe(OK, len(found.text), words), article


def mark_checks(path: Path, checks: Sequence[OutletCheck], day: date) -> bool:
    """Write what checks found into a registry file: ``status`` and ``verified_on``, nothing else.

    Returns:
        Whether the file changed.

    Raises:
        RegistryError: if the file cannot be changed; it is then as before.
    """
    verdicts = {check.outlet.outlet_id: check.verdict != FAIL for check in checks}
    return rewrite(path, lambda text: mark(text, verdicts, day))


def _verdict(look: Look, probes: Sequence[Probe], article: dict[str, Any] | None) -> tuple[str, str]:
    robots = next((probe for probe in probes if probe.kind == "robots"), None)
    if robots is None or robots.verdict == FAIL:
        return FAIL, robots.detail if robots else "nothing could be looked at"
    flawed = [probe for probe in probes if probe.verdict in (FAIL, WARN)]
    if not look.articles:
        return FAIL, "no list names an article: " + _joined(probe for probe in flawed if probe.kind != "article")
    reading = [probe for probe in probes if probe.kind == "article"]
    if article is None or any(probe.verdict == FAIL for probe in reading):
        return FAIL, "no article could be read: " + "; ".join(probe.detail for probe in reading)
    if flawed:
        return WARN, _joined(sorted(flawed, key=lambda probe: probe.verdict != FAIL))
    return OK, f"{look.articles} articles in its lists; one read, {article['characters']:,} characters"


def _joined(probes: Iterable[Probe]) -> str:
    """What is wrong, each kind of probe once, and kinds with the same fault together."""
    faults: dict[str, str] = {}
    for probe in probes:
        faults.setdefault(probe.kind, probe.detail)
    kinds: dict[str, list[str]] = {}
    for kind, detail in faults.items():
        kinds.setdefault(detail, []).append(kind)
    return "; ".join(f"{', '.join(names)}: {detail}" for detail, names in kinds.items())


def _days_apart(one: str, other: str) -> float:
    return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds()) / 86_400
