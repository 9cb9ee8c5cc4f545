"""Unpacking bodies: in one go where that is safe, and by Scrapy where it is not."""

from __future__ import annotations

import gzip
import zlib

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawlers.fetching.decompression import Decompression, gunzip

TEXT = b"<p>Rapat koordinasi di Kupang.</p>" * 3_000


def unpacked(body: bytes, encoding: str = "gzip", limit: int = 10_000_000) -> bytes:
    middleware = Decompression.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": limit}))
    response = Response("https://kabaruji.id/", headers={"Content-Encoding": encoding}, body=body)
    found = middleware.process_response(Request("https://kabaruji.id/"), response)
    assert isinstance(found, Response)
    return found.body


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "x-gzip"),
        (gzip.compress(TEXT[:5_000]) + gzip.compress(TEXT[5_000:]), "gzip"),
        (zlib.compress(TEXT), "deflate"),
    ],
)
def test_every_form_of_a_packed_body_gives_the_same_page(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding) == TEXT


def test_a_torn_body_gives_what_can_be_read() -> None:
    torn = gzip.compress(TEXT, 0)[:-20_000]
    assert gunzip(torn, 10_000_000) is None
    found = unpacked(torn)
    assert found
    assert TEXT.startswith(found)


def test_a_body_that_grows_beyond_the_limit_is_refused_without_being_unpacked_whole() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert gunzip(bomb, 1_000_000) is None
    with pytest.raises(IgnoreRequest, match="DOWNLOAD_MAXSIZE"):
        unpacked(bomb, limit=1_000_000)


def test_members_are_counted_together() -> None:
    many = gzip.compress(bytes(400_000)) * 3
    assert gunzip(many, 1_300_000) == bytes(1_200_000)
    assert gunzip(many, 1_000_000) is None
