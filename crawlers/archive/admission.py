"""Which pages of another's archive come into ours: those the crawl would have kept, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from ..fetching.challenges import challenge_of
from ..frontier.known import Fingerprint
from ..frontier.store import Frontier
from ..identity import article_key, is_article, part_number
from ..inspection import NotAPageError, PageFacts, inspect_page
from ..lists.formats import day_in_address, local_day
from ..pages import Page, PageEntry
from ..registry import Outlet, Registry
from ..selection import Selection
from .foreign import Capture
from .writing import ArchiveWriter, entries

MAX_HELD = 50
"""Articles of several pages that wait for their further parts; the one that waits longest is then kept as it is."""


@dataclass(slots=True)
class Outcome:
    """What became of the pages.

    Attributes:
        candidates: pages with status 200 of outlets in the registry.
        new: of articles that were unknown.
        changed: other versions of known articles.
        known: that stand in the archive already, or differ from what is known in their frame only.
        not_articles: that are no article's by their address.
        not_relevant: that the filter leaves out.
        too_old: published before the day asked for.
        failed: that cannot be used; each is an issue.
    """

    candidates: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    not_articles: int = 0
    not_relevant: int = 0
    too_old: int = 0
    failed: int = 0

    @property
    def kept(self) -> int:
        """Pages put into the archive."""
        return self.new + self.changed

    def add(self, other: Outcome) -> None:
        """Add the counts of another."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))


@dataclass(frozen=True, slots=True)
class Origin:
    """The file pages come from: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(slots=True)
class _Held:
    """A page that was looked at."""

    capture: Capture
    facts: PageFacts
    outlet: Outlet
    canonical: str
    part: int


class Admission:
    """Takes captures and puts into the archive what belongs there.

    Args:
        registry: whose outlets are wanted.
        archive: is written to.
        frontier: is told.
        selection: decides what is relevant.
        since: ISO day; articles published before are left out. Empty: none are.
        issue: is told ``outlet_id, kind, url, detail`` of what cannot be used.
    """

    def __init__(
        self,
        registry: Registry,
        archive: ArchiveWriter,
        frontier: Frontier,
        selection: Selection,
        since: str,
        issue: Callable[[str, str, str, str], None],
    ) -> None:
        self.registry, self.archive, self.frontier, self.selection = registry, archive, frontier, selection
        self.since, self.issue = since, issue
        self.outcome = Outcome()
        self._seen = {
            _trace(entry.canonical_url, entry.part, entry.payload_sha256) for entry in entries(archive.folder)
        }
        self._held: dict[str, dict[int, _Held]] = {}

    def is_wanted(self, url: str) -> bool:
        """Whether an address is one of an outlet's."""
        return self.registry.outlet_of(url) is not None

    @property
    def waiting_since(self) -> int | None:
        """Byte of the file at which the first page begins that waits for its further parts, or None."""
        offsets = [held.capture.offset for waiting in self._held.values() for held in waiting.values()]
        return min(offsets, default=None)

    def take(self, capture: Capture, origin: Origin) -> None:
        """Look at a page and keep it if it belongs into the archive.

        Raises:
            ArchiveError: if the archive cannot be written.
        """
        outlet = self.registry.outlet_of(capture.url)
        if outlet is None:
            return
        self.outcome.candidates += 1
        if not is_article(capture.url, outlet):
            self.outcome.not_articles += 1
            return
        held = self._looked_at(capture, outlet)
        if held is None:
            return
        is_whole = bool(outlet.whole) and capture.url.endswith(outlet.whole)
        if held.part == 1 and (is_whole or not held.facts.part_urls):
            self._keep([held], origin)
            return
        waiting = self._held.setdefault(held.canonical, {})
        if held.part in waiting:  # another version of the same page: what was waiting will not become more
            self._keep_held(held.canonical, origin)
            waiting = self._held.setdefault(held.canonical, {})
        waiting[held.part] = held
        linked = {number for one in waiting.values() for number in one.facts.part_urls}
        if 1 in waiting and linked <= waiting.keys():
            self._keep_held(held.canonical, origin)
        elif len(self._held) > MAX_HELD:
            self._keep_held(next(iter(self._held)), origin)

    def finish(self, origin: Origin) -> None:
        """Keep what still waits for parts, now that the file has no more."""
        for canonical in list(self._held):
            self._keep_held(canonical, origin)

    def _looked_at(self, capture: Capture, outlet: Outlet) -> _Held | None:
        headers = {name.lower(): value for name, value in capture.headers}
        if service := challenge_of(capture.status, capture.body, headers):
            detail = f"the page asks visitors to prove being human ({service})"
            self._fail(outlet, "challenge", capture.url, detail)
            return None
        try:
            facts = inspect_page(capture.body, capture.url, outlet, capture.mime, capture.charset)
        except NotAPageError as error:
            self._fail(outlet, error.kind, capture.url, error.detail)
            return None
        canonical = self.frontier.identity_of(facts.canonical_url, article_key(facts.canonical_url, outlet))
        return _Held(capture, facts, outlet, canonical, part_number(capture.url, outlet))

    def _keep_held(self, canonical: str, origin: Origin) -> None:
        waiting = self._held.pop(canonical)
        parts = [waiting.pop(number) for number in range(1, len(waiting) + 1) if number in waiting]
        # Only parts in an unbroken row from the first make an article.
        row = [held for number, held in enumerate(parts, start=1) if held.part == number]
        for held in (*parts[len(row) :], *waiting.values()):
            detail = f"part {held.part} of {canonical} stands in the file without those before it"
            self._fail(held.outlet, "part_alone", held.capture.url, detail)
        if not row:
            return
        linked = {number for held in row for number in held.facts.part_urls}
        if lost := linked - {held.part for held in row}:
            detail = f"the file has no part {min(lost)} of {canonical}"
            self.issue(row[0].outlet.outlet_id, "part_missing", row[0].capture.url, detail)
        self._keep(row, origin)

    def _keep(self, parts: list[_Held], origin: Origin) -> None:
        """Put an article's pages into the archive unless they are known, too old or not relevant."""
        first, outcome = parts[0], self.outcome
        pages = [self._page(held, origin) for held in parts]
        traces = {_trace(page.canonical_url, page.part, page.payload_sha256) for page in pages}
        before = self.frontier.article(first.canonical)
        is_known = before is not None and before.state == "done"
        digest = first.facts.text_sha256
        if traces <= self._seen or (
            len(parts) == 1 and before is not None and is_known and digest is not None and before.text_sha256 == digest
        ):
            outcome.known += len(parts)
        elif self._is_too_old(first):
            outcome.too_old += len(parts)
        elif not is_known and not self.selection.takes(
            first.canonical,
            first.outlet,
            first.facts.title or "",
            first.facts.lead,
            first.facts.tags,
            first.facts.section,
        ):
            outcome.not_relevant += len(parts)
        else:
            written = self.archive.add_article(pages)
            self._seen |= traces
            self._remember(parts, written)
            outcome.changed += len(parts) if is_known else 0
            outcome.new += 0 if is_known else len(parts)

    def _remember(self, parts: list[_Held], written: list[PageEntry]) -> None:
        """Tell the frontier, unless it knows a later version: that one stays what a crawl compares with."""
        first = parts[0]
        latest = self.frontier.fetched_at(first.canonical)
        if latest is not None and latest >= written[0].fetched_at:
            return
        fingerprints = [
            Fingerprint(_header(held.capture, "etag"), _header(held.capture, "last-modified"), held.facts.text_sha256)
            for held in parts
        ]
        self.frontier.save_read(
            list(zip(written, fingerprints, strict=True)),
            listed_as=first.canonical,
            article_key=article_key(first.canonical, first.outlet),
        )

    def _is_too_old(self, held: _Held) -> bool:
        day = day_in_address(held.canonical)
        if held.facts.published_at:
            day = local_day(held.facts.published_at, ZoneInfo(held.outlet.timezone))
        # A page that names no day was fetched on one: it cannot be younger.
        return (day or held.capture.captured_at[:10]) < self.since

    def _page(self, held: _Held, origin: Origin) -> Page:
        capture = held.capture
        return Page(
            outlet_id=held.outlet.outlet_id,
            crawl_id=self.archive.crawl_id,
            url=capture.url,
            canonical_url=held.canonical,
            part=held.part,
            fetched_at=capture.captured_at,
            status=capture.status,
            mime=capture.mime,
            payload_sha256=hashlib.sha256(capture.body).hexdigest(),
            body=capture.body,
            headers=capture.headers,
            charset=capture.charset,
            reason=f"imported from {origin.name}",
            ip_address=capture.ip_address,
            notes=(
                ("Jejak-Source-File", origin.name),
                ("Jejak-Source-Sha256", origin.sha256),
                ("Jejak-Source-Offset", str(capture.offset)),
                ("Jejak-Source-Record-Id", capture.record_id),
            ),
        )

    def _fail(self, outlet: Outlet, kind: str, url: str, detail: str) -> None:
        self.outcome.failed += 1
        self.issue(outlet.outlet_id, kind, url, detail)


def _header(capture: Capture, name: str) -> str | None:
    return next((value for key, value in capture.headers if key.lower() == name), None)


def _trace(canonical: str, part: int, sha256: str) -> int:
    """A number for a page's content under its address: an archive may hold millions, and all are kept in memory."""
    digest = hashlib.blake2b(f"{part} {sha256} {canonical}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
