"""What the crawler's tests share: a registry entry, a stand-in for the network, and the demo newsroom."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from protego import Protego

from crawlers.archive import Page
from crawlers.fetching.fetcher import Answer
from crawlers.newsroom import Newsroom
from crawlers.registry import Outlet, load_registry
from crawlers.reporting import Reporter

ENTRY = """
[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "kabaruji.id"
province_code = "53"
"""


class StubFetcher:
    """Answers from a table of addresses; anything else is gone. Keeps what was asked, with its conditions."""

    def __init__(self, answers: dict[str, Answer | bytes | str], robots: str | None = "") -> None:
        self.answers = dict(answers)
        self.rules: Protego | Answer = Answer("", failure="robots_unreachable", detail="robots.txt answers 500")
        if robots is not None:
            self.rules = Protego.parse(robots)
        self.asked: list[tuple[str, str | None]] = []

    async def ask(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        self.asked.append((url, etag))
        found = self.answers.get(url)
        if found is None:
            return Answer(url, 404, failure="gone", detail="the host answers 404")
        if isinstance(found, Answer):
            return found
        body = found.encode() if isinstance(found, str) else found
        tag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
        if etag == tag:
            return Answer(url, 304)
        return Answer(
            url, 200, body, [("ETag", tag), ("Content-Type", "text/html; charset=utf-8")], "text/html", "utf-8"
        )

    async def robots(self, url: str) -> Protego | Answer:
        return self.rules

    @property
    def urls(self) -> list[str]:
        return [url for url, _ in self.asked]


@pytest.fixture
def make_outlet(tmp_path: Path) -> Callable[..., Outlet]:
    """Makes a registry entry of a family, with any keys replaced."""

    def make(family: str = "wordpress", **keys: object) -> Outlet:
        lines = [ENTRY, f'family = "{family}"']
        lines += [f"{key} = {value!r}" for key, value in keys.items()]
        path = tmp_path / "registry.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return load_registry(path).outlets["kabar-uji"]

    return make


@pytest.fixture
def make_fetcher() -> Callable[..., StubFetcher]:
    """Makes a stand-in for the network from a table of addresses."""
    return StubFetcher


@pytest.fixture
def reporter(tmp_path: Path) -> Reporter:
    return Reporter(tmp_path / "issues" / "c1.jsonl", io.StringIO(), "c1")


@pytest.fixture
def make_page() -> Callable[..., Page]:
    """Makes a fetched page."""

    def make(name: str = "rakor-tppo-di-kupang", part: int = 1, body: str = "", **keys: object) -> Page:
        content = (body or f"<p>Halaman {name} bagian {part}</p>" * 40).encode()
        values: dict[str, object] = {
            "outlet_id": "kabar-uji",
            "crawl_id": "c1",
            "url": f"https://kabaruji.id/{name}/" + (f"{part}/" if part > 1 else ""),
            "canonical_url": f"https://kabaruji.id/{name}/",
            "part": part,
            "fetched_at": "2026-10-15T01:02:03.456Z",
            "status": 200,
            "mime": "text/html",
            "payload_sha256": hashlib.sha256(content).hexdigest(),
            "body": content,
            "headers": [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"abc"')],
        }
        return Page(**{**values, **keys})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def served() -> Iterator[Newsroom]:
    """The demo newsroom, running on a port of its own."""
    with Newsroom(port=0) as newsroom:
        yield newsroom
