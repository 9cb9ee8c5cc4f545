"""robots.txt files that are absurd, or made to be a burden."""

from __future__ import annotations

import time

import pytest

from crawlers.fetching.politeness import AGENT, MAX_ROBOTS, robots_rules


def test_an_ordinary_file_is_read() -> None:
    rules = robots_rules(
        b"User-agent: *\r\nDisallow: /cari\r\nCrawl-delay: 5\r\nSitemap: https://kabaruji.id/s.xml\r\n"
    )
    assert not rules.can_fetch("https://kabaruji.id/cari?q=a", AGENT)
    assert rules.can_fetch("https://kabaruji.id/berita", AGENT)
    assert rules.crawl_delay(AGENT) == 5
    assert list(rules.sitemaps) == ["https://kabaruji.id/s.xml"]


def test_so_many_agents_and_rules_that_no_memory_would_hold_them_are_refused() -> None:
    agents = b"".join(b"User-agent: a%d\n" % number for number in range(14_000))
    with pytest.raises(ValueError, match="14,000 user agents"):
        robots_rules(agents + b"Disallow: /a\n" * 20_000)


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\nDisallow: /" + b"*a" * 100_000 + b"$",
        b"User-agent: *\n" + b"Disallow: /*a*b*c*$\n" * 20_000,
        b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: 1e999\nCrawl-delay: -4\nCrawl-delay: \xff",
        b"User-agent: *\nRequest-rate: 1/0\nVisit-time: 9999-0000\nRequest-rate: /\n",
        b"\x00" * 500_000,
        b"<html><title>404</title></html>",
        b"Sitemap: http://[\n" * 20_000,
        "\ufeffUser-agent: *\nDisallow: /é%zz\n".encode(),
    ],
)
def test_absurd_files_take_no_time_and_break_nothing(body: bytes) -> None:
    begun = time.process_time()
    rules = robots_rules(body[:MAX_ROBOTS])
    for path in ("/", "/aaaaaaaab" * 30, "/%"):
        assert isinstance(rules.can_fetch("https://kabaruji.id" + path, AGENT), bool)
    assert rules.crawl_delay(AGENT) is None
    assert list(rules.sitemaps) is not None
    assert time.process_time() - begun < 5
