"""One outlet as the crawler knows it, and the addresses of its lists."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from .families import families
from .health_limits import HealthLimits, default_limits


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet.

    Attributes:
        outlet_id: key in the registry.
        name: as the outlet calls itself.
        domain: host, with a path where the outlet is a section of a larger site: ``www.detik.com/bali``.
        base_url: where it is fetched, without a slash at the end.
        province_code: Kemendagri code, or None for a national outlet.
        province_name: name of the province, or ``Nasional``.
        timezone: IANA zone of the newsroom.
        family: content-management family.
        priority: 1 is read first and its priority sections whole; larger numbers are less urgent.
        status: ``verified`` once a live machine has checked the entry.
        aliases: other hosts that carry the same articles.
        feeds: RSS or Atom addresses.
        sections: sections that have feeds of their own.
        section_feeds: their addresses, read at outlets of priority 1; they need not exist.
        sitemaps: sitemap or sitemap index addresses, tried in order; with ``{date:…}`` all of the days that are wanted.
        index_pages: list pages with ``{page}``, ``{offset}`` or ``{date:%Y-%m-%d}``.
        index_step: how far ``{offset}`` goes from page to page.
        api: ``wordpress``, ``blogger`` or ``none``.
        whole: what to add to an address to get all parts on one page.
        parts: how further parts are addressed, ``path`` (/2/), ``query`` (?page=2), ``offset`` (/15, /30) or ``none``.
        part_step: how far an ``offset`` goes from part to part.
        id_pattern: regular expression whose first group is the number the outlet's system gives an article.
        article_pattern: regular expression an article's address matches.
        owner: owner or network.
        traps: what is known to go wrong on its pages, for people.
        evidence: where the entry's facts come from, and what is only assumed.
        note: anything else.
        verified_on: ISO day of the check that verified the entry, or an empty string.
        health: when it counts as ailing.
        daily_budget: requests its host may be asked a day (WIB).
    """

    outlet_id: str
    name: str
    domain: str
    base_url: str
    province_code: str | None
    province_name: str
    timezone: str
    family: str
    priority: int
    status: str
    article_pattern: str
    aliases: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    section_feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    index_pages: tuple[str, ...] = ()
    index_step: int = 1
    api: str = "none"
    whole: str = ""
    parts: str = "none"
    part_step: int = 1
    id_pattern: str = ""
    owner: str = ""
    traps: str = ""
    evidence: str = ""
    note: str = ""
    verified_on: str = ""
    health: HealthLimits = field(default_factory=default_limits)
    daily_budget: int = 5000

    @property
    def host(self) -> str:
        """The host name its canonical addresses carry, without a port."""
        return self.domain.split("/")[0]


def as_generic(outlet: Outlet) -> Outlet:
    """The outlet with the lists that any site may have (family ``generic``) and that it does not name itself."""
    generic = families()["generic"]

    def others(templates: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
        addresses = [template.replace("{base}", outlet.base_url) for template in templates]
        return tuple(address for address in addresses if address not in named)

    return replace(
        outlet,
        feeds=others(generic.feeds, outlet.feeds),
        section_feeds=(),
        sitemaps=others(generic.sitemaps, outlet.sitemaps),
        index_pages=others(generic.index_pages, outlet.index_pages),
        api="none" if outlet.api == generic.api else generic.api,
    )


def render_index_page(template: str, *, day: date, page: int, step: int = 1) -> str:
    """The address of one list page.

    Args:
        template: with ``{page}``, ``{offset}`` or ``{date:…}``.
        day: the day asked for.
        page: number of the page, from 1.
        step: how far ``{offset}`` goes from page to page.
    """
    return template.format(date=day, page=page, offset=(page - 1) * step)
