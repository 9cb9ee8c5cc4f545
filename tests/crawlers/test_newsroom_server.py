"""The demo newsroom's server speaks HTTP as a crawler expects it to."""

from __future__ import annotations

import gzip
import http.client
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawlers.newsroom import Newsroom
from crawlers.newsroom.obstacles import OVERLONG_BYTES


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(newsroom: Newsroom, host: str, path: str, method: str = "GET", **headers: str) -> Reply:
    """One request over a real connection; header names are written with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=20)
    try:
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": f"{host}:{newsroom.port}", **wanted})
        response = connection.getresponse()
        return Reply(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(port=0) as running:
        yield running


def page_of(newsroom: Newsroom, slug: str) -> str:
    paper = newsroom.papers[slug]
    return paper.addresses(paper.articles[0]).page


def test_every_host_shows_its_own_front_page(newsroom: Newsroom) -> None:
    assert len(newsroom.papers) == 16
    for paper in newsroom.papers.values():
        reply = ask(newsroom, paper.site.host, "/")
        assert reply.status == 200
        assert paper.site.name in reply.body.decode()
        assert paper.articles[0].title in reply.body.decode()


def test_the_start_page_links_every_site_and_every_difficulty(newsroom: Newsroom) -> None:
    text = ask(newsroom, "localhost", "/").body.decode()
    for paper in newsroom.papers.values():
        assert f'href="{paper.base_url}/"' in text
        for obstacle in paper.obstacles.values():
            assert f'href="{paper.base_url}{obstacle.path}"' in text


def test_an_unknown_host_and_an_unknown_path_are_not_found(newsroom: Newsroom) -> None:
    assert ask(newsroom, "tidak-ada.localhost", "/").status == 404
    assert ask(newsroom, "lintas-nusa.localhost", "/tidak/ada").status == 404


@pytest.mark.parametrize("slug", ["lintas-nusa", "humas-kaltara", "cermin-papua", "radar-mandalika"])
def test_a_page_that_is_known_already_is_not_sent_again(newsroom: Newsroom, slug: str) -> None:
    host, path = f"{slug}.localhost", page_of(newsroom, slug)
    first = ask(newsroom, host, path)
    by_tag = ask(newsroom, host, path, If_None_Match=first.headers["etag"])
    by_time = ask(newsroom, host, path, If_Modified_Since=first.headers["last-modified"])
    assert (by_tag.status, by_tag.body) == (304, b"")
    assert (by_time.status, by_time.body) == (304, b"")
    assert ask(newsroom, host, path, If_None_Match='"another"').status == 200
    assert ask(newsroom, host, path, If_Modified_Since="Thu, 02 Jan 2020 00:00:00 GMT").status == 200
    assert ask(newsroom, host, path, If_Modified_Since="yesterday").status == 200


def test_feeds_and_sitemaps_are_conditional_too(newsroom: Newsroom) -> None:
    for host, path in [
        ("lintas-nusa.localhost", "/feed/"),
        ("kabar-celebes.localhost", "/arsip/2025.xml.gz"),
        ("suara-tenggara.localhost", "/feeds/posts/default"),
        ("lintas-nusa.localhost", "/wp-json/wp/v2/posts"),
    ]:
        first = ask(newsroom, host, path)
        assert first.status == 200
        assert ask(newsroom, host, path, If_None_Match=first.headers["etag"]).status == 304


def test_the_etag_survives_a_move_to_another_port(newsroom: Newsroom) -> None:
    with Newsroom(port=0) as other:
        assert other.port != newsroom.port
        for host, path in [
            ("lintas-nusa.localhost", page_of(newsroom, "lintas-nusa")),
            ("lintas-nusa.localhost", "/post-sitemap2.xml.gz"),
            ("kepri-antar.localhost", "/rss/terkini.xml"),
        ]:
            assert ask(newsroom, host, path).headers["etag"] == ask(other, host, path).headers["etag"]


def test_head_gives_the_headers_without_the_body(newsroom: Newsroom) -> None:
    host, path = "warta-flobamora.localhost", page_of(newsroom, "warta-flobamora")
    whole, head = ask(newsroom, host, path), ask(newsroom, host, path, "HEAD")
    assert head.body == b""
    for name in ("etag", "last-modified", "content-length", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_text_is_compressed_for_those_who_accept_it(newsroom: Newsroom) -> None:
    host, path = "lintas-nusa.localhost", page_of(newsroom, "lintas-nusa")
    plain, packed = ask(newsroom, host, path), ask(newsroom, host, path, Accept_Encoding="gzip, deflate")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] == plain.headers["etag"]


def test_the_over_long_page_is_small_on_the_wire_and_30_mb_unpacked(newsroom: Newsroom) -> None:
    paper = newsroom.papers["kepri-antar"]
    (path,) = [item.path for item in paper.obstacles.values() if item.kind == "overlong"]
    packed = ask(newsroom, paper.site.host, path, Accept_Encoding="gzip")
    assert len(packed.body) < 1_000_000
    assert len(gzip.decompress(packed.body)) >= OVERLONG_BYTES == 30_000_000
    assert int(ask(newsroom, paper.site.host, path, "HEAD").headers["content-length"]) >= OVERLONG_BYTES


def test_requests_are_kept_in_order_with_host_path_status_and_time() -> None:
    with Newsroom(port=0) as fresh:
        ask(fresh, "lintas-nusa.localhost", "/")
        ask(fresh, "humas-kaltara.localhost", "/berita?start=4")
        ask(fresh, "humas-kaltara.localhost", "/tidak-ada")
        kept = fresh.requests
    assert [(item.host, item.path, item.status) for item in kept] == [
        ("lintas-nusa.localhost", "/", 200),
        ("humas-kaltara.localhost", "/berita?start=4", 200),
        ("humas-kaltara.localhost", "/tidak-ada", 404),
    ]
    assert [item.time for item in kept] == sorted(item.time for item in kept)


def test_a_busy_port_gives_way_to_the_next_free_one(newsroom: Newsroom) -> None:
    with Newsroom(port=newsroom.port) as second:
        assert newsroom.port < second.port < newsroom.port + 50
        assert ask(second, "lintas-nusa.localhost", "/").status == 200


def test_nothing_answers_after_stop() -> None:
    server = Newsroom(port=0).start()
    kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    kept.request("GET", "/", headers={"Host": "localhost"})
    kept.getresponse().read()
    server.stop()
    server.stop()
    kept.close()
    with pytest.raises(ConnectionRefusedError):
        ask(server, "localhost", "/")
    with pytest.raises(RuntimeError, match=r"not running; call start\(\)"):
        _ = server.registry_path


def test_the_registry_names_every_outlet_with_the_running_port(newsroom: Newsroom) -> None:
    table = tomllib.loads(newsroom.registry_path.read_text("utf-8"))
    assert [row["outlet_id"] for row in table["outlets"]] == list(newsroom.papers)
    for row in table["outlets"]:
        site = newsroom.papers[row["outlet_id"]].site
        assert row["base_url"] == f"http://{row['outlet_id']}.localhost:{newsroom.port}{site.section_path}"
        for address in [*row["feeds"], *row["sitemaps"]]:
            assert newsroom.visit(address).status == 200


def test_the_command_serves_until_it_is_told_to_stop() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.newsroom", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/", headers={"Host": "cermin-papua.localhost"})
        assert "Cermin Papua" in connection.getresponse().read().decode()
        connection.close()
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
