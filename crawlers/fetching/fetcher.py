"""Asking for one address, and saying plainly what came of it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response

from ..pages import Sent
from .answer_head import MAX_HEAD, HeadTooLargeError
from .challenges import challenge_of
from .decompression import BadEncodingError
from .politeness import (
    BudgetSpent,
    CrawlDelayTooLong,
    Disallowed,
    HostResting,
    Robots,
    RobotsUnreachable,
    root_of,
    waiting_seconds,
)
from .safety import ALLOW_PRIVATE, PrivateAddress, is_local_name

MAX_BODY = 10 * 1024 * 1024
"""Bytes a body may have, as sent and once decompressed."""
MAX_REDIRECTS = 5
RESPONSE_SECONDS = 60
"""How long one answer may take."""
MAX_RETRY_AFTER = 60
"""Seconds a host may ask us to wait before the outlet is left for the next crawl."""

_PAUSES: dict[type[Exception], str] = {BudgetSpent: "budget_spent", HostResting: "rate_limited"}

HOST_FAILURES = frozenset({"timeout", "dns", "connection", "challenge", "rate_limited", "robots_unreachable"})
"""Failures of the host rather than of the page that was asked for."""
# Asking again later is no use.
FINAL = frozenset({"too_large", "not_html", "private_address", "gone"})


@dataclass(slots=True)
class Answer:
    """What came of a request.

    Attributes:
        url: address that answered, after redirects.
        status: HTTP status, 0 if there was no answer.
        body: decoded body.
        headers: of the answer, in order.
        mime: media type without parameters.
        charset: encoding its header declares, or None.
        failure: kind of the issue, or None if a page was answered (or 304).
        detail: what went wrong, as a sentence.
        retry_after: seconds the host asks us to wait, or None.
        sent: the request that was answered, the last one where there were redirects; None if there was no answer.
        ip_address: of the host that answered, or None.
    """

    url: str
    status: int = 0
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    mime: str = ""
    charset: str | None = None
    failure: str | None = None
    detail: str = ""
    retry_after: float | None = None
    sent: Sent | None = None
    ip_address: str | None = None
    _sha256: str | None = field(default=None, repr=False, compare=False)

    @property
    def is_unchanged(self) -> bool:
        """Whether the server says that nothing changed."""
        return self.status == 304

    @property
    def sha256(self) -> str:
        """Hex digest of the body."""
        if self._sha256 is None:
            self._sha256 = hashlib.sha256(self.body).hexdigest()
        return self._sha256

    def header(self, name: str) -> str | None:
        """A header's first value."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class OutletPausedError(Exception):
    """An outlet whose host is not to be asked any more in this crawl; what is left waits for the next.

    Attributes:
        kind: of the issue: ``budget_spent`` or ``rate_limited``.
        url: what would have been asked next.
    """

    def __init__(self, kind: str, url: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.url = kind, url


class Fetcher:
    """Asks through Scrapy's downloader, with its middlewares: robots, pace, redirects, decompression, guards.

    Attributes:
        asked: how many addresses were asked for.
        troubles: how many of them the host did not answer, or not now.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.asked = self.troubles = 0
        self.allow_private = crawler.settings.getbool(ALLOW_PRIVATE)
        self._not_before: dict[str, float] = {}

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Ask for an address; conditionally, where validators of an earlier answer are given.

        Raises:
            OutletPausedError: if its host has had its requests of the day, or asks to be left alone for long. Whatever
                else goes wrong stands in the answer.
        """
        conditions: dict[str, str] = {}
        if etag:
            conditions["If-None-Match"] = etag
        if last_modified:
            conditions["If-Modified-Since"] = last_modified
        root = root_of(url)
        if (left := self._not_before.get(root, 0.0) - time.monotonic()) > 0:
            return Answer(
                url, failure="rate_limited", detail=f"the host asked to wait {left:.0f} s more", retry_after=left
            )
        answer = await self._ask(url, conditions)
        if answer.retry_after is not None and answer.retry_after <= MAX_RETRY_AFTER:
            await asyncio.sleep(answer.retry_after)
            answer = await self._ask(url, conditions)
        if answer.retry_after is not None:
            self._not_before[root] = time.monotonic() + answer.retry_after
        return answer

    async def robots(self, url: str) -> Protego | Answer:
        """The robots.txt rules of an address's host, or the failure if they cannot be read."""
        assert self.crawler.engine is not None
        middleware = next(
            found for found in self.crawler.engine.downloader.middleware.middlewares if isinstance(found, Robots)
        )
        rules = await middleware.rules(url)
        if rules is not None:
            return rules
        error = middleware.failures.get(root_of(url), RobotsUnreachable(url))
        self._pause(url, error)
        if isinstance(error, CrawlDelayTooLong):
            return Answer(url, failure="crawl_delay", detail=str(error))
        kind, detail = self._failure(url, error)
        return Answer(
            url,
            failure=kind if kind == "private_address" else "robots_unreachable",
            detail=f"robots.txt cannot be read, so nothing is allowed: {detail}",
        )

    async def _ask(self, url: str, conditions: Mapping[str, str]) -> Answer:
        assert self.crawler.engine is not None
        self.asked += 1
        try:
            request = Request(url, headers=dict(conditions))
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            self._pause(url, error)
            kind, detail = self._failure(url, error)
            answer = Answer(url, failure=kind, detail=detail)
        else:
            answer = _judged(response)
        self.troubles += answer.failure in HOST_FAILURES
        return answer

    def _pause(self, url: str, error: Exception) -> None:
        """Raise what ends the outlet's turn; a redirect to a host of others that rests is only this page's failure."""
        if isinstance(error, BudgetSpent | HostResting) and error.host == (urlsplit(url).hostname or ""):
            raise OutletPausedError(_PAUSES[type(error)], url, str(error)) from error

    def _failure(self, url: str, error: Exception) -> tuple[str, str]:
        """The kind and the sentence for an exception of the downloader."""
        text = str(error) or type(error).__name__
        if isinstance(error, BudgetSpent | HostResting):
            return _PAUSES[type(error)], text
        if isinstance(error, Disallowed):
            return "robots", text
        if isinstance(error, RobotsUnreachable):
            return "robots_unreachable", text
        if isinstance(error, BadEncodingError):
            return "bad_encoding", text
        if isinstance(error, HeadTooLargeError) or HeadTooLargeError.__name__ in _chain(error):
            return "too_large", f"the headers are larger than {MAX_HEAD // 1024} KB"
        if isinstance(error, PrivateAddress) or "no public address" in _chain(error):
            return "private_address", text
        if isinstance(error, IgnoreRequest) and "max redirections" in text:
            return "redirect_loop", f"more than {MAX_REDIRECTS} redirects in a row"
        if isinstance(error, DownloadCancelledError) or (
            isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in text
        ):
            return "too_large", f"the body is larger than {MAX_BODY // 1024 // 1024} MB"
        if isinstance(error, CannotResolveHostError):
            host = urlsplit(url).hostname or ""
            if is_local_name(host) and not self.allow_private:
                return "private_address", f"{host} is no public address"
            return "dns", f"the host {host} has no address"
        if isinstance(error, DownloadTimeoutError | TimeoutError):
            return "timeout", f"no whole answer within {RESPONSE_SECONDS} s"
        if isinstance(error, DownloadConnectionRefusedError):
            return "connection", "the host refuses connections"
        if not isinstance(error, IgnoreRequest | OSError | ValueError):
            logging.getLogger(__name__).info("%s: %r", url, error)
        return "connection", f"{type(error).__name__}: {text[:300]}"


def _judged(response: Response) -> Answer:
    """The answer, with a failure where its status or content is one."""
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    charset = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", content_type, re.IGNORECASE)
    answer = Answer(
        response.url,
        response.status,
        response.body,
        headers,
        mime=content_type.split(";")[0].strip().lower(),
        charset=charset.group(1) if charset else None,
        sent=_sent(response.request) if response.request is not None else None,
        ip_address=str(response.ip_address) if response.ip_address is not None else None,
    )
    flat = {name.lower(): value for name, value in headers}
    if service := challenge_of(response.status, response.body, flat):
        answer.failure, answer.detail = (
            "challenge",
            f"{service} asks visitors to prove being human (status {answer.status})",
        )
    elif response.status in (404, 410):
        answer.failure, answer.detail = "gone", f"the host answers {response.status}"
    elif response.status in (429, 503):
        answer.failure, answer.detail = "rate_limited", f"the host answers {response.status}"
        answer.retry_after = waiting_seconds(answer.header("retry-after"), datetime.now(UTC))
    elif response.status != 304 and not 200 <= response.status < 300:
        answer.failure, answer.detail = "http_error", f"the host answers {response.status}"
    elif _is_packed(answer):
        answer.failure, answer.detail = "bad_encoding", f"the body is packed as {flat['content-encoding'][:40]}"
    return answer


def _is_packed(answer: Answer) -> bool:
    """Whether a body is still compressed, by something we did not ask for; many hosts write a charset there."""
    return bool(answer.body) and answer.header("content-encoding") is not None and b"<" not in answer.body[:4096]


def _sent(request: Request) -> Sent:
    """The request as it went out: Scrapy adds the host at the end, and fetches without the fragment."""
    _, _, behind = request.url.partition("://")
    host, slash, rest = behind.partition("#")[0].partition("/")
    if not slash:
        host, mark, query = host.partition("?")
        rest = mark + query
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in request.headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return Sent(f"{request.method} /{rest} HTTP/1.1", (*headers, ("Host", host.rpartition("@")[2])))


def _chain(error: BaseException | None) -> str:
    """The words of an exception and of those that caused it."""
    words: list[str] = []
    while error is not None and len(words) < 10:
        words.append(f"{type(error).__name__} {error}")
        error = error.__cause__ or error.__context__
    return " ".join(words)
