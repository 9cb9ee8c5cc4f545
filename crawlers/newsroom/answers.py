"""What the demo newsroom answers to a request: status, headers and body, with conditional requests and gzip."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response.

    Attributes:
        status: HTTP status code.
        body: the entity, not yet compressed.
        content_type: value of the Content-Type header.
        headers: further headers.
        modified_at: when the entity last changed; makes the answer conditional together with its ETag.
        is_conditional: whether an ETag is sent and honoured.
        unpacked: the text inside a body that is stored compressed; the ETag is made of it.
    """

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    modified_at: datetime | None = None
    is_conditional: bool = True
    unpacked: bytes | None = None


def html(text: str, *, modified_at: datetime | None = None, status: int = 200) -> Answer:
    """An HTML page in UTF-8."""
    return Answer(status, text.encode(), modified_at=modified_at)


def xml(text: str, *, modified_at: datetime | None, content_type: str = "application/xml; charset=UTF-8") -> Answer:
    """A feed or sitemap in UTF-8."""
    return Answer(200, text.encode(), content_type, modified_at=modified_at)


def gzipped_file(text: str, *, modified_at: datetime | None) -> Answer:
    """A sitemap stored as a ``.gz`` file: the entity itself is gzip, whatever the client accepts."""
    return Answer(
        200,
        gzip.compress(text.encode(), mtime=0),
        "application/x-gzip",
        modified_at=modified_at,
        unpacked=text.encode(),
    )


def json_document(value: Any, *, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    """A JSON document."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, "application/json; charset=UTF-8", headers or {})


def redirect(location: str, status: int = 301) -> Answer:
    """A redirect."""
    return Answer(status, b"", headers={"Location": location}, is_conditional=False)


def finished(answer: Answer, request_headers: Mapping[str, str], port: int) -> Answer:
    """The answer as it goes over the wire: 304 when the client has it already, gzip when the client accepts it.

    The ETag does not depend on the port, so that a client which comes back after the server moved to another
    port is still told that nothing changed.

    Args:
        answer: what the site says.
        request_headers: the client's headers, names in lower case.
        port: of the running server.
    """
    headers = dict(answer.headers)
    if answer.status == 200 and answer.is_conditional:
        content = answer.body if answer.unpacked is None else answer.unpacked
        for written in (f":{port}", f"%3A{port}"):
            content = content.replace(written.encode(), b"")
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers["ETag"] = etag
        if answer.modified_at is not None:
            headers["Last-Modified"] = format_datetime(answer.modified_at.astimezone(UTC), usegmt=True)
        if _is_known(request_headers, etag, answer.modified_at):
            return replace(answer, status=304, body=b"", headers=headers)
    body = answer.body
    is_text = answer.content_type.startswith(("text/", "application/xml", "application/json", "application/rss"))
    if is_text and len(body) > 256:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request_headers.get("accept-encoding", ""):
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
    return replace(answer, body=body, headers=headers)


def _is_known(request_headers: Mapping[str, str], etag: str, modified_at: datetime | None) -> bool:
    """Whether the client's conditions say that it holds this very entity (RFC 9110, section 13.2.2)."""
    if (known := request_headers.get("if-none-match")) is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return etag in tags or "*" in tags
    since = request_headers.get("if-modified-since")
    if since is None or modified_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return modified_at.replace(microsecond=0) <= moment
