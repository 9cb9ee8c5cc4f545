"""Reading articles: ask for the page and its parts, look at them, archive them, remember them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from .archive import ArchiveError, ArchiveWriter, Page, PageEntry, read_page
from .fetching.fetcher import FINAL, HOST_FAILURES, MAX_RETRY_AFTER, Answer, Fetcher
from .frontier.claims import Claims
from .frontier.known import Fingerprint, Known
from .frontier.store import Frontier, now
from .identity import MAX_PARTS, article_key, fetch_url, is_article, whole_url
from .inspection import NotAPageError, PageFacts, inspect_page
from .lists.formats import day_in_address, local_day
from .registry import Outlet
from .reporting import Reporter
from .selection import Choice, Selection

# A host that fails so often in a row is left alone until the next crawl.
MAX_FAILURES = 5
STATES = {"gone": "gone", "redirected_away": "gone", "robots": "disallowed"} | dict.fromkeys(
    FINAL - {"gone"}, "refused"
)


class PartFailedError(Exception):
    """A further part of an article that could not be read."""

    def __init__(self, url: str, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.url, self.answer = url, answer


class Reader:
    """Reads one outlet's articles one after another.

    Args:
        outlet: whose.
        fetcher: asks.
        frontier: remembers.
        archive: keeps.
        reporter: is told.
        selection: decides what is kept.
        crawl_id: stands in every record.
        since: ISO day before which nothing is kept, or an empty string.
        stopping: says whether the crawl should end.
        until: ISO day after which nothing is kept, or an empty string.
        claims: keep other crawls from reading the same; None: there are no others.
    """

    def __init__(
        self,
        outlet: Outlet,
        fetcher: Fetcher,
        frontier: Frontier,
        archive: ArchiveWriter,
        reporter: Reporter,
        selection: Selection,
        crawl_id: str,
        since: str,
        stopping: Callable[[], bool],
        until: str = "",
        claims: Claims | None = None,
    ) -> None:
        self.outlet, self.fetcher, self.frontier, self.archive = outlet, fetcher, frontier, archive
        self.reporter, self.selection, self.crawl_id = reporter, selection, crawl_id
        self.since, self.until, self.stopping, self.claims = since, until, stopping, claims
        self._failures = 0
        self._asked_to_wait = 0.0
        self._claimed: list[str] = []

    async def run(self, articles: Iterable[Known]) -> bool:
        """Read articles until all are read, the crawl stops, or the outlet fails too often in a row.

        Returns:
            Whether all were gone through; some may have failed, and some may be another crawl's.

        Raises:
            OutletPausedError: if the outlet's host is not to be asked any more in this crawl.
        """
        try:
            for known in articles:
                if self.stopping():
                    return False
                if not self._claim(known):
                    continue
                await self._take(known)
                if self._asked_to_wait:
                    self._issue(
                        "outlet_stopped",
                        known.url,
                        f"the host asks to wait {self._asked_to_wait:.0f} s; the rest waits for the next crawl",
                    )
                    return False
                if self._failures >= MAX_FAILURES:
                    self._issue(
                        "outlet_stopped",
                        known.url,
                        f"{MAX_FAILURES} failures in a row; the rest waits for the next crawl",
                    )
                    return False
            return True
        finally:
            if self.claims is not None:
                self.claims.let_go(self._claimed)

    def _claim(self, known: Known) -> bool:
        """Whether no other crawl has read an article meanwhile or is about to."""
        if self.claims is None:
            return True
        done, self._claimed = self._claimed, []
        if not self.claims.take(known, instead_of=done):
            return False
        self._claimed = [known.canonical_url]
        return True

    async def _take(self, known: Known) -> None:
        """Read an article, ask for it again, or leave it by what its list says of it."""
        archived_at = known.url
        # The outlet may have moved to another port or scheme since it was last asked.
        known.url = fetch_url(known.url, self.outlet)
        if known.state == "done":
            await self._recheck(known, archived_at)
        elif self.selection.before(known, self.outlet) is Choice.LEAVE:
            self.frontier.save_state(known.canonical_url, "skipped", "not_relevant", "by title and lead of its list")
            self.reporter.page(self.outlet.outlet_id, known.url, "skipped")
        else:
            await self._read(known)

    async def _read(self, known: Known, *, is_changed: bool = False) -> None:
        """Read an article from its first page on, without conditions."""
        whole = whole_url(known.url, self.outlet) if known.state != "done" else None
        answer = await self.fetcher.ask(whole or known.url)
        if whole and answer.failure in ("gone", "http_error"):
            answer, whole = await self.fetcher.ask(known.url), None
        if answer.failure:
            self._failed(known, known.url, answer)
            return
        self._failures = 0
        await self._keep(known, answer, is_changed=is_changed)

    async def _recheck(self, known: Known, archived_at: str) -> None:
        """Ask for an article that was read before; read it anew if any of its parts changed."""
        parts = [(known, archived_at), *((part, part.url) for part in self.frontier.parts(known.canonical_url))]
        for number, (part, before) in enumerate(parts):
            address = fetch_url(part.url, self.outlet)
            answer = await self.fetcher.ask(address, etag=part.etag, last_modified=part.last_modified)
            if answer.failure and not (number and answer.failure == "gone"):
                self._failed(known, address, answer)
                return
            self._failures = 0
            if answer.is_unchanged or answer.sha256 == part.payload_sha256 or self._has_same_text(answer, part, before):
                continue
            if number == 0:
                await self._keep(known, answer, is_changed=True)
            else:
                await self._read(known, is_changed=True)
            return
        self.frontier.save_unchanged(known.canonical_url)
        self.reporter.page(self.outlet.outlet_id, known.url, "unchanged")

    def _has_same_text(self, answer: Answer, part: Known, archived_at: str) -> bool:
        """Whether only the frame around the text is new: clocks, counters, lists of other stories.

        The digest of the text that was read before is worked out here, from the archive, and not when it was read: most
        articles are never asked again.
        """
        if answer.failure:
            return False
        try:
            now_there = inspect_page(answer.body, answer.url, self.outlet, answer.mime, answer.charset).text_sha256
        except NotAPageError:
            return False
        if now_there is None:
            return False
        was_there = part.text_sha256 or self._archived_text(part, archived_at)
        if was_there == now_there and part.text_sha256 is None:
            self.frontier.save_text(part.canonical_url, part.part, now_there)
        return was_there == now_there

    def _archived_text(self, part: Known, archived_at: str) -> str | None:
        """The digest of the running text of a page in the archive; None where it has too little, or cannot be read."""
        if part.warc_name is None or part.payload_sha256 is None:
            return None
        entry = PageEntry(
            part.outlet_id,
            "",
            archived_at,
            part.canonical_url,
            part.part,
            "",
            200,
            "",
            part.payload_sha256,
            part.warc_name,
            part.warc_offset or 0,
        )
        try:
            page = read_page(self.archive.folder, entry)
            return inspect_page(page.body, page.url, self.outlet, "", page.charset).text_sha256
        except (ArchiveError, NotAPageError):
            return None

    async def _keep(self, known: Known, answer: Answer, *, is_changed: bool) -> None:
        """Judge a page and put it, with its further parts, into archive and frontier."""
        try:
            if not is_article(answer.url, self.outlet):
                raise NotAPageError("redirected_away", f"the address now leads to {answer.url}", final=True)
            facts = inspect_page(answer.body, answer.url, self.outlet, answer.mime, answer.charset)
        except NotAPageError as error:
            state = STATES.get(error.kind, "refused" if error.final else "failed")
            self._leave(known, known.url, state, error.kind, error.detail)
            return
        if not is_changed and (
            self._is_known_already(known, facts)
            or self._is_outside(known, facts)
            or not self._is_relevant(known, facts)
        ):
            return
        try:
            parts = [(answer, facts), *await self._further_parts(known, answer, facts)]
        except PartFailedError as error:
            self._failed(known, error.url, error.answer)
            return
        if facts.charset_problem:
            self._issue("charset", answer.url, f"the page {facts.charset_problem}")
        entries = self.archive.add_article(
            [self._page(known, part, number, facts) for number, (part, _) in enumerate(parts, start=1)]
        )
        fingerprints = [
            Fingerprint(part.header("etag"), part.header("last-modified"), looked.text_sha256 if is_changed else None)
            for part, looked in parts
        ]
        self.frontier.save_read(
            list(zip(entries, fingerprints, strict=True)),
            listed_as=known.canonical_url,
            article_key=article_key(facts.canonical_url, self.outlet),
        )
        self.reporter.page(self.outlet.outlet_id, answer.url, "changed" if is_changed else "new")

    def _is_known_already(self, known: Known, facts: PageFacts) -> bool:
        """Whether the page turned out to be one more address of an article that was read before."""
        if facts.canonical_url == known.canonical_url:
            return False
        if not self._claim_identity(facts.canonical_url):
            return True  # another crawl is reading it under its own address; this one is looked at again later
        other = self.frontier.article(facts.canonical_url)
        if other is None or other.state != "done":
            return False
        self.frontier.save_alias(known.canonical_url, facts.canonical_url)
        self.reporter.page(self.outlet.outlet_id, known.url, "skipped")
        return True

    def _claim_identity(self, canonical_url: str) -> bool:
        if self.claims is None:
            return True
        if not self.claims.take_identity(canonical_url):
            return False
        self._claimed.append(canonical_url)
        return True

    def _is_outside(self, known: Known, facts: PageFacts) -> bool:
        """Whether only the page told that its article is older or younger than what is wanted."""
        # A day behind the last one is that of a change: the list did not tell when the article was published.
        is_told = known.day_hint is not None and known.day_hint <= (self.until or known.day_hint)
        if is_told or not (self.since or self.until):
            return False
        day = day_in_address(facts.canonical_url)
        if facts.published_at:
            day = local_day(facts.published_at, ZoneInfo(self.outlet.timezone))
        if not day or self.since <= day <= (self.until or day):
            return False
        self.frontier.save_day(known.canonical_url, facts.canonical_url, day)
        self.reporter.page(self.outlet.outlet_id, known.url, "skipped")
        return True

    def _is_relevant(self, known: Known, facts: PageFacts) -> bool:
        if self.selection.before(known, self.outlet) is Choice.TAKE:
            return True
        tags = (*known.tags, *facts.tags)
        title = facts.title or known.title or ""
        if self.selection.takes(
            facts.canonical_url, self.outlet, title, facts.lead, tags, facts.section, known.found_in
        ):
            return True
        self.frontier.save_state(known.canonical_url, "skipped", "not_relevant", "by title and lead of its page")
        self.reporter.page(self.outlet.outlet_id, known.url, "skipped")
        return False

    async def _further_parts(self, known: Known, first: Answer, facts: PageFacts) -> list[tuple[Answer, PageFacts]]:
        """The parts behind the first page; none where the first page shows all of them.

        Raises:
            PartFailedError: if one cannot be read, for then the article is not whole.
        """
        if self.outlet.whole and first.url.endswith(self.outlet.whole):
            return []
        found: list[tuple[Answer, PageFacts]] = []
        links = dict(facts.part_urls)
        if 2 not in links:
            return found
        # A site that ignores page numbers gives the same text again.
        seen = {first.sha256, facts.text_sha256} - {None}
        for number in range(2, MAX_PARTS + 1):
            if number not in links:
                break
            answer = await self.fetcher.ask(links[number])
            if answer.failure == "gone":
                self._issue("part_missing", links[number], f"part {number} of {known.canonical_url} does not exist")
                break
            if answer.failure:
                raise PartFailedError(links[number], answer)
            try:
                more = inspect_page(answer.body, answer.url, self.outlet, answer.mime, answer.charset)
            except NotAPageError as error:
                self._issue(error.kind, answer.url, error.detail)
                break
            if answer.sha256 in seen or more.text_sha256 in seen:
                break
            seen |= {answer.sha256, more.text_sha256} - {None}
            found.append((answer, more))
            links = more.part_urls | links
        return found

    def _page(self, known: Known, answer: Answer, part: int, facts: PageFacts) -> Page:
        return Page(
            outlet_id=self.outlet.outlet_id,
            crawl_id=self.crawl_id,
            url=answer.url,
            canonical_url=facts.canonical_url,
            part=part,
            fetched_at=now(),
            status=answer.status,
            mime=answer.mime,
            payload_sha256=answer.sha256,
            feed_published_at=known.published_at,
            title_hint=known.title,
            body=answer.body,
            headers=answer.headers,
            charset=answer.charset,
            sent=answer.sent,
            ip_address=answer.ip_address,
            reason="asked again" if known.state == "done" else f"found in {known.found_in}",
        )

    def _failed(self, known: Known, url: str, answer: Answer) -> None:
        kind = answer.failure or "http_error"
        self._failures = self._failures + 1 if kind in HOST_FAILURES else 0
        if answer.retry_after is not None and answer.retry_after > MAX_RETRY_AFTER:
            self._asked_to_wait = answer.retry_after
        self._leave(known, url, STATES.get(kind, "failed"), kind, answer.detail)

    def _leave(self, known: Known, url: str, state: str, kind: str, detail: str) -> None:
        self.frontier.save_state(known.canonical_url, state, kind, detail)
        self._issue(kind, url, detail)
        self.reporter.page(self.outlet.outlet_id, known.url, "failed")

    def _issue(self, kind: str, url: str, detail: str) -> None:
        self.reporter.issue(self.outlet.outlet_id, kind, url, detail)
