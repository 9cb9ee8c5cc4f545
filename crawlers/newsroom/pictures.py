"""Pictures of the demo sites: small drawings in the site's colours, made from the number in their address."""

from __future__ import annotations

import re

from crawlers.newsroom.answers import Answer
from crawlers.newsroom.sites import Site

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="{accent}"/>'
    '<text x="32" y="44" font-family="Arial" font-size="36" font-weight="700" text-anchor="middle"'
    ' fill="#fff">{initial}</text></svg>'
)

_SCENE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" preserveAspectRatio="xMidYMid slice">'
    '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl({sky},55%,62%)"/>'
    '<stop offset="1" stop-color="hsl({glow},75%,86%)"/></linearGradient></defs>'
    '<rect width="800" height="450" fill="url(#sky)"/><circle cx="{sun}" cy="110" r="46" fill="#fff6d8" opacity=".9"/>'
    '<path d="M0 300 L{a} {b} L{c} 290 L{d} {e} L800 300 V450 H0Z" fill="{dark}" opacity=".55"/>'
    '<path d="M0 340 Q200 {f} 400 340 T800 330 V450 H0Z" fill="{dark}" opacity=".8"/>'
    '<path d="M0 400 H800 V450 H0Z" fill="{accent}" opacity=".85"/></svg>'
)


def picture(site: Site, path: str) -> Answer | None:
    """The SVG at ``/media/<number>.svg`` or ``/media/ikon.svg``; None for any other path."""
    if path == "/media/ikon.svg":
        return _svg(_ICON.format(accent=site.accent, initial=site.name[0]))
    match = re.fullmatch(r"/media/(\d{1,6})\.svg", path)
    if match is None:
        return None
    number = int(match[1])
    return _svg(
        _SCENE.format(
            sky=(number * 47) % 360,
            glow=(number * 31 + 40) % 360,
            sun=120 + number * 13 % 560,
            a=120 + number % 80,
            b=150 + number % 90,
            c=330 + number % 60,
            d=520 + number % 90,
            e=140 + number * 7 % 110,
            f=280 + number * 3 % 50,
            accent=site.accent,
            dark=site.accent_dark,
        )
    )


def _svg(text: str) -> Answer:
    return Answer(200, text.encode(), "image/svg+xml")
