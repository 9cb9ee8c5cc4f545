"""Which article an address means.

One article has many addresses: AMP and mobile copies, tracking parameters, page numbers, mirrors. ``canonical_url``
turns them into one, by rules of the web and of the outlet's family, without asking the network. It is pure and
idempotent: the canonical form of a canonical form is itself.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from .registry import Outlet

TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|igshid|mc_cid|mc_eid|_ga|_gl|ref|ref_src|from|source|share|random-post|replytocom"
    r"|amp|m|outputtype|output|single|showpage|page|paged|alt|tag_from)$",
    re.IGNORECASE,
)
# WordPress answers to ?p=12345 and some systems to ?id=12345: there the number is the identity.
_AMP_PATH = re.compile(r"/(?:amp|beritaamp)(?=/|$)", re.IGNORECASE)
_ALL_PATH = re.compile(r"/all/?$", re.IGNORECASE)
_INDEX = re.compile(r"^/index\.php(?=/.)", re.IGNORECASE)
# A part of a WordPress article (/slug/2/), and the time of day that benuanta.co.id adds (/slug/14/05/33).
_PART_PATH = re.compile(r"(?<=[a-z-])/([2-9]|1\d|20)/?$", re.IGNORECASE)
_CLOCK_PATH = re.compile(r"/\d{2}/\d{2}/\d{2}/?$")
_SLUG_BEFORE_CLOCK = re.compile(r"[a-z][\w-]{11,}$", re.IGNORECASE)
_MIRROR_LABELS = ("m.", "amp.", "mobile.", "wap.")
_SAFE = "/:@!$&'()*+,;=~-._"


def canonical_url(url: str, outlet: Outlet | None, link_canonical: str | None = None) -> str:
    """The one address that stands for an article.

    Args:
        url: an address of the article.
        outlet: the outlet it belongs to, or None when unknown; then only the rules of the web apply.
        link_canonical: what the page's ``<link rel="canonical">`` says. It is believed where it leads to an article of
            the same outlet: not when it leads to the home page or to another site.

    Returns:
        Address without port, fragment, tracking and page parameters, AMP and mobile forms; with the scheme of the
        outlet's ``base_url`` (https when unknown). An address that cannot be read is returned as it is.
    """
    canonical = _canonical(url, outlet)
    if link_canonical:
        try:
            named = _canonical(urljoin(url, link_canonical.strip()), outlet)
        except ValueError:
            return canonical
        if named != canonical and _may_replace(named, canonical, outlet):
            return named
    return canonical


def is_article(url: str, outlet: Outlet) -> bool:
    """Whether an address is that of one of the outlet's articles, in any of its forms."""
    return bool(re.match(outlet.article_pattern, canonical_url(url, outlet))) and on_outlet(url, outlet)


def on_outlet(url: str, outlet: Outlet) -> bool:
    """Whether an address lies on one of the outlet's hosts."""
    host = (_split(url) or SplitResult("", "", "", "", "")).hostname or ""
    return _home_host(host, outlet) == outlet.host


def fetch_url(canonical: str, outlet: Outlet) -> str:
    """Where a canonical address is fetched: on the outlet's ``base_url``, which may have a port."""
    parsed, base = urlsplit(canonical), urlsplit(outlet.base_url)
    if parsed.hostname == base.hostname:
        return urlunsplit((base.scheme, base.netloc, parsed.path, parsed.query, ""))
    return canonical


def whole_url(address: str, outlet: Outlet) -> str | None:
    """The address that shows all parts of an article on one page, or None where the family has no such form."""
    if not outlet.whole:
        return None
    if outlet.whole.startswith("?"):
        return address + ("&" if urlsplit(address).query else "?") + outlet.whole[1:]
    return address.rstrip("/") + outlet.whole


def article_key(canonical: str, outlet: Outlet) -> str | None:
    """The number the outlet's system gives the article, where its family has one: the same under every section."""
    found = re.search(outlet.id_pattern, canonical) if outlet.id_pattern else None
    return f"{outlet.outlet_id}:{found.group(1)}" if found else None


def part_number(url: str, outlet: Outlet) -> int:
    """Which part of a many-page article an address asks for, from 1."""
    parsed = _split(url)
    if parsed is None:
        return 1
    if outlet.parts == "query":
        numbers = [value for key, value in parse_qsl(parsed.query) if key in ("page", "paged")]
        return int(numbers[0]) if numbers and numbers[0].isdecimal() and 1 < int(numbers[0]) <= 20 else 1
    if outlet.parts == "path" and (found := _PART_PATH.search(parsed.path)):
        return int(found.group(1))
    return 1


def _split(url: str) -> SplitResult | None:
    try:
        parsed = urlsplit(url.strip())
        _ = parsed.port  # raises ValueError where the port is no number
    except ValueError:
        return None
    return parsed if parsed.scheme.lower() in ("http", "https") and parsed.hostname else None


def _canonical(url: str, outlet: Outlet | None) -> str:
    parsed = _split(url)
    if parsed is None:
        return url
    host = _home_host(_ascii(parsed.hostname or ""), outlet)
    scheme = "http" if host == "localhost" or host.endswith(".localhost") else "https"
    if outlet is not None and host == outlet.host:
        scheme = urlsplit(outlet.base_url).scheme
    path = _path(parsed.path, outlet)
    query = sorted((key, value) for key, value in parse_qsl(parsed.query) if not TRACKING.match(key))
    return urlunsplit((scheme, host, path, urlencode(query), ""))


def _ascii(host: str) -> str:
    """The host as it stands in the domain name system; a name that has no such form stays."""
    host = host.lower().rstrip(".")
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host


def _home_host(host: str, outlet: Outlet | None) -> str:
    """The outlet's own host for any of its mirrors; of another host the same without its mobile or AMP label."""
    host = host.lower().rstrip(".")
    if outlet is not None:
        is_mirror = _without_labels(host, ("www.", *_MIRROR_LABELS)) == _without_labels(
            outlet.host, ("www.", *_MIRROR_LABELS)
        )
        if is_mirror or host in outlet.aliases:
            return outlet.host
    return _without_labels(host, _MIRROR_LABELS)


def _without_labels(host: str, labels: tuple[str, ...]) -> str:
    while host.count(".") > 1 and (label := next((label for label in labels if host.startswith(label)), None)):
        host = host.removeprefix(label)
    return host


def _path(path: str, outlet: Outlet | None) -> str:
    """The path without AMP, part and whole forms; repeated until nothing changes, so that order does not matter."""
    path = quote(unquote(path), safe=_SAFE)
    while True:
        shorter = re.sub(r"/{2,}", "/", path)
        shorter = _AMP_PATH.sub("", _INDEX.sub("", shorter))
        if outlet is None or outlet.whole == "/all":
            shorter = _ALL_PATH.sub("", shorter)
        if outlet is None or outlet.parts == "path":
            shorter = _PART_PATH.sub("", shorter)
        before_clock = _CLOCK_PATH.sub("", shorter)
        if before_clock != shorter and _SLUG_BEFORE_CLOCK.search(before_clock):
            shorter = before_clock
        if shorter == path:
            break
        path = shorter
    path = path.rstrip("/") or "/"
    # WordPress ends its addresses with a slash and redirects to it; elsewhere the slash is noise.
    ends_with_slash = outlet is not None and outlet.parts == "path" and "." not in path.rsplit("/", 1)[-1]
    return path + "/" if ends_with_slash and path != "/" else path


def _may_replace(named: str, canonical: str, outlet: Outlet | None) -> bool:
    """Whether a page's own canonical link may be believed."""
    parsed = _split(named)
    if parsed is None or parsed.path == "/":
        return False
    if outlet is not None:
        return on_outlet(named, outlet) and bool(re.match(outlet.article_pattern, named))
    here = _split(canonical)
    return here is not None and parsed.hostname == here.hostname
