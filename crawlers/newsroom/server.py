"""Serves the demo newsroom on 127.0.0.1, one host name for each site."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, cast
from urllib.parse import urlsplit

from crawlers.newsroom import routes
from crawlers.newsroom.answers import Answer, finished, html
from crawlers.newsroom.content import load_articles
from crawlers.newsroom.newspaper import Newspaper, View, read_obstacles
from crawlers.newsroom.newsroom_registry import write_registry
from crawlers.newsroom.rendering import Press
from crawlers.newsroom.sites import load_site_table, load_sites
from crawlers.newsroom.story import DemoArticle, content_folder

DEFAULT_PORT = 8765
_PORTS_TRIED = 50
_IDLE_SECONDS = 30.0


class LoggedRequest(NamedTuple):
    """One request the newsroom answered.

    Attributes:
        host: host name without port.
        path: path with query.
        status: HTTP status of the answer.
        time: seconds on the monotonic clock when the request arrived.
    """

    host: str
    path: str
    status: int
    time: float


class Newsroom:
    """The demo outlets on one local server; a context manager that starts and stops it.

    Attributes:
        port: the one it listens on; before ``start`` the one that was asked for.
        edition: 1; 2 in which one article has changed; 3 in which one site was redesigned besides.
        requests: what was asked for since the start, oldest first.
        papers: the outlets by slug.
    """

    def __init__(self, port: int = DEFAULT_PORT, edition: int = 1, *, registry_path: Path | None = None) -> None:
        """Read the content; nothing listens yet.

        Args:
            port: first port to try; when it is busy the next free one is taken. 0 takes any free port.
            edition: 1, 2 or 3.
            registry_path: where to write the registry of the demo outlets, and leave it; by default it lies in a
                temporary folder until ``stop``.

        Raises:
            ContentError: the content folder is missing or broken.
        """
        folder = content_folder()
        self.port = port
        self.edition = edition
        self.requests: list[LoggedRequest] = []
        self._sites = load_sites(folder, edition=edition)
        self._table = load_site_table(folder)
        self._articles = load_articles(folder, edition=edition)
        self._press = Press(folder / "sites")
        self._answers: dict[tuple[str, str], Answer] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._wanted_registry_path = registry_path
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self.papers: dict[str, Newspaper] = {}
        self._open_papers()

    def start(self) -> Newsroom:
        """Listen and answer in the background.

        Raises:
            OSError: none of the ports can be had.
        """
        if self._server is not None:
            return self
        self._server = self._listen()
        self.port = self._server.server_port
        self._open_papers()
        if self._wanted_registry_path is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="newsroom-")
        write_registry(self.registry_path, self.papers.values())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="newsroom", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and all connections."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.close_connections()
        self._server = self._thread = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def registry_path(self) -> Path:
        """The registry of the demo outlets, with the running server's port.

        Raises:
            RuntimeError: the server is not running and no path was given, so there is no such file.
        """
        if self._wanted_registry_path is not None:
            return self._wanted_registry_path
        if self._temporary is None:
            raise RuntimeError("the demo newsroom is not running; call start() first, or give a registry_path")
        return Path(self._temporary.name) / "outlets.toml"

    @property
    def url(self) -> str:
        """Address of the page that lists the outlets."""
        return f"http://localhost:{self.port}/"

    def articles(self) -> list[DemoArticle]:
        """Every article of this edition, oldest first."""
        return list(self._articles)

    def article_pages(self, article: DemoArticle) -> list[tuple[str, bytes]]:
        """The article's pages as the site sends them, each with its address; no server is needed for this."""
        paper = self.papers[article.outlet]
        known = paper.addresses(article)
        return [
            (paper.url(path), routes.article_answer(paper, View(article, "page", part), self._press).body)
            for part, path in enumerate([known.page, *known.parts], 1)
        ]

    def visit(self, address: str) -> Answer:
        """What the newsroom shows at an absolute address; redirects are not followed, no server is needed."""
        parts = urlsplit(address)
        return self.answer(parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))

    def answer(self, host: str, target: str) -> Answer:
        """What the newsroom shows at an address, before conditions and compression.

        Args:
            host: host name, with or without port.
            target: path with query.
        """
        name = host.rsplit(":", 1)[0].lower()
        key = (name, target)
        if (known := self._answers.get(key)) is not None:
            return known
        path, _, query = target.partition("?")
        paper = self._paper(name)
        if paper is not None and name == f"amp.{paper.site.host}" and (view := paper.amp_view(path)) is not None:
            found = routes.article_answer(paper, view, self._press)
        elif paper is not None:
            found = routes.answer(paper, path, query, self._press)
        elif name in ("localhost", "127.0.0.1"):
            found = self._start_page(path)
        else:
            found = html(f"<h1>Tidak ada situs bernama {name}</h1>" if name.isascii() else "<h1>404</h1>", status=404)
        if found.status == 200 and len(found.body) < 1_000_000 and len(self._answers) < 2_000:
            self._answers[key] = found
        return found

    def _paper(self, name: str) -> Newspaper | None:
        """The site that answers under a host name: its own, with ``www.``, or one of its mirrors."""
        for paper in self.papers.values():
            if name in (paper.site.host, f"www.{paper.site.host}", *paper.site.mirrors):
                return paper
        return None

    def _start_page(self, path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n", "text/plain; charset=UTF-8")
        if path != "/":
            return html("<h1>404</h1>", status=404)
        rows = [
            {
                "name": self.papers[row["site"]].site.name,
                "note": row["note"],
                "path": row["path"],
                "url": self.papers[row["site"]].url(row["path"]),
            }
            for row in [*self._table["obstacles"], *self._table["difficulties"]]
        ]
        return html(self._press.start(list(self.papers.values()), rows, self.edition))

    def _open_papers(self) -> None:
        obstacles = read_obstacles(self._table)
        self.papers = {
            slug: Newspaper(
                site,
                [article for article in self._articles if article.outlet == slug],
                [obstacle for obstacle in obstacles if obstacle.site == slug],
                self.port,
            )
            for slug, site in self._sites.items()
        }
        self._answers.clear()

    def _listen(self) -> _Server:
        ports = [0] if self.port == 0 else range(self.port, min(self.port + _PORTS_TRIED, 65_536))
        for port in ports:
            with contextlib.suppress(OSError):
                return _Server(self, port)
        raise OSError(f"ports {self.port} to {self.port + _PORTS_TRIED - 1} on 127.0.0.1 are all busy; choose another")


class _Server(ThreadingHTTPServer):
    """The listening socket, which knows its open connections so that ``stop`` leaves none behind."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, newsroom: Newsroom, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.newsroom = newsroom
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle of a page is no error of ours."""

    def close_connections(self) -> None:
        with self._lock:
            left = list(self._connections)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a GET request."""
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        """Answer a HEAD request: the same headers, no body."""
        self._reply(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in ``Newsroom.requests``, not printed."""

    def _reply(self, *, with_body: bool) -> None:
        arrived = time.monotonic()
        newsroom = cast("_Server", self.server).newsroom
        host = self.headers.get("Host", "localhost")
        headers: Mapping[str, str] = {name.lower(): value for name, value in self.headers.items()}
        result = finished(newsroom.answer(host, self.path), headers, newsroom.port)
        newsroom.requests.append(LoggedRequest(host.rsplit(":", 1)[0].lower(), self.path, result.status, arrived))
        self.send_response(result.status)
        if result.status != 304:
            self.send_header("Content-Type", result.content_type)
            self.send_header("Content-Length", str(len(result.body)))
        for name, value in result.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body and result.body:
            self.wfile.write(result.body)
