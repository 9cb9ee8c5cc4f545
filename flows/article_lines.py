"""Articles as JSON lines: the contracts of `jejak facts` and `jejak clean`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from functools import cache, partial
from pathlib import Path
from typing import Any

from crawlers.identity import canonical_url
from crawlers.registry import Registry, load_registry
from extract.article import Article, OutletHints, article_id, storable
from extract.cleaning import CleaningError
from extract.cleaning import clean as clean_pages
from extract.cleaning_times import read_machine_time
from extract.pipeline import Extractor

from .extraction import extractor, hints

Record = dict[str, Any]

ARTICLE_TEXTS = ("id", "url", "outlet", "published_at", "title", "text")
"""Fields of an article record; all are text, only ``text`` is required."""


PAGE_HINTS = ("fetched_at", "feed_published_at", "title_hint")
"""What a page record may say beside its page; all are text."""


class RecordError(Exception):
    """A line or record cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of input.

    Attributes:
        number: its place in the input, from 1.
        content: the line itself.
    """

    number: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is printed for a line: one JSON object, and whether it carries an error."""

    text: str
    has_error: bool


def answer(line: Line, convert: Callable[[Record], Record]) -> Answer:
    """The converted object of a line; for a bad line an object with ``id``, ``line`` and ``error``."""
    record: Record = {}
    try:
        record = read_record(line.content)
        return Answer(json.dumps(convert(record), ensure_ascii=False), False)
    except RecordError as error:
        return _complaint(line, record, str(error))


def facts_reader(engine: str | None, model: str | None) -> Callable[[Line], Answer]:
    """The function that answers a line of `jejak facts`; loads the extractor.

    Raises:
        ExtractorError: if engine or model is unknown, or lacks what it needs.
    """
    return partial(answer, convert=partial(facts_of, extractor=extractor(engine, model)))


def unanswered(line: Line, death: str) -> Answer:
    """The answer for a line over which the process that read it died, and how it died."""
    try:
        record = read_record(line.content)
    except RecordError:
        record = {}
    return _complaint(line, record, f"the process that read this article ended {death}; read it alone to see why")


def _complaint(line: Line, record: Record, error: str) -> Answer:
    said = {"id": record.get("id"), "line": line.number, "error": error}
    return Answer(json.dumps(said, ensure_ascii=False), True)


def read_record(line: bytes) -> Record:
    """The JSON object of a line.

    Raises:
        RecordError: if the line is not UTF-8, not JSON or not an object.
    """
    try:
        record = json.loads(line)
        if b"\\u" in line:
            record = _storable(record)
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8: {error}") from error
    except (ValueError, RecursionError) as error:
        raise RecordError(f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(f"expected a JSON object, found {type(record).__name__}")
    return record


def _storable(value: Any) -> Any:
    """A JSON value without lone surrogates in its texts: JSON can spell them, but they cannot be written again."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): _storable(item) for name, item in value.items()}
    return value


def facts_of(record: Record, extractor: Extractor) -> Record:
    """The record with the facts of its article.

    Raises:
        RecordError: if ``text`` is missing or a field is not text.
    """
    for name in ARTICLE_TEXTS:
        if record.get(name) is not None and not isinstance(record[name], str):
            raise RecordError(f"{name} must be text, found {type(record[name]).__name__}")
    if record.get("text") is None:
        raise RecordError("text is missing")
    url = record.get("url") or ""
    tags = record.get("tags") or []
    article = Article(
        id=record.get("id") or article_id(url),
        url=url,
        canonical_url=url,
        title=record.get("title") or "",
        text=record["text"],
        published_at=record.get("published_at"),
        dateline=record.get("dateline"),
        tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )
    # A gold or foreign record names its outlet in words; only a registered id tells its zone and family.
    outlet = live_registry().outlets.get(record.get("outlet") or "")
    found = extractor.facts(article, hints(outlet) if outlet else OutletHints(name=record.get("outlet") or ""))
    return record | found.to_json()


def article_of_record(record: Record) -> Record:
    """The article of a page record with ``url`` and ``html`` or ``path``.

    It may say when the page was fetched (``fetched_at``), which chooses the rules of that day, and what time and title
    a feed gave (``feed_published_at``, ``title_hint``), which are used where the page has none.

    Raises:
        RecordError: if the page is missing, unreadable, or holds no article.
    """
    url = record.get("url")
    if not isinstance(url, str) or not url:
        raise RecordError("url is missing")
    if isinstance(record.get("html"), str):
        body: bytes | str = record["html"]
    elif isinstance(record.get("path"), str):
        try:
            body = Path(record["path"]).read_bytes()
        except OSError as error:
            raise RecordError(f"{record['path']} cannot be read: {error.strerror}") from error
    else:
        raise RecordError("html or path is missing")
    for name in PAGE_HINTS:
        if record.get(name) is not None and not isinstance(record[name], str):
            raise RecordError(f"{name} must be text, found {type(record[name]).__name__}")
    article = article_of_page(body, url, **{name: record.get(name) or None for name in PAGE_HINTS})
    return article | {"id": record["id"]} if record.get("id") else article


def article_of_page(
    body: bytes | str,
    url: str,
    *,
    fetched_at: str | None = None,
    feed_published_at: str | None = None,
    title_hint: str | None = None,
) -> Record:
    """The article of one page.

    Args:
        body: the page.
        url: where it was fetched.
        fetched_at: when; chooses the rules of that day. Without it the day of publication does.
        feed_published_at: the time that a feed gave, used where the page has none.
        title_hint: the title that a feed gave, used where the page has none.

    Raises:
        RecordError: if the page holds no article; the message says why and what to do.
    """
    for name, written in (("fetched_at", fetched_at), ("feed_published_at", feed_published_at)):
        if written is not None and read_machine_time(written, UTC) is None:
            raise RecordError(f"{name} {written!r} is no time; write it like 2019-11-20 or 2019-11-20T08:00:00+07:00")
    outlet = live_registry().outlet_of(url)
    try:
        article = clean_pages(
            [body],
            url=url,
            canonical_url=canonical_url(url, outlet),
            outlet=hints(outlet),
            fetched_at=fetched_at,
            feed_published_at=feed_published_at,
            title_hint=title_hint,
        )
    except CleaningError as error:
        raise RecordError(f"{url}: {error}") from error
    return article.to_json()


@cache
def live_registry() -> Registry:
    """The live registry, read once a process."""
    return load_registry()
