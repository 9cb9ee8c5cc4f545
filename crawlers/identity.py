"""Which article an address means.

One article has many addresses: AMP and mobile copies, tracking parameters, page numbers, mirrors. ``canonical_url``
turns them into one, by the rules of ``identity.toml`` and of the outlet's family, without asking the network. It is
pure and idempotent: the canonical form of a canonical form is itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, unquote_plus, urljoin, urlsplit, urlunsplit

from .hosts import ascii_host, identity_rules, main_host
from .registry import Outlet

MAX_ADDRESS = 2_000
"""Characters of an article's address; longer ones are made to be a burden."""
MAX_PARTS = 20

_PATH_BYTES = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9_.~/:@!$&'()*+,;=-]")
_QUERY_BYTES = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9_.~/:@!$'()*+,;?-]")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# A number that may name an article; a day in an address (20250507) names none.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))\d{5,}")


@dataclass(frozen=True, slots=True)
class PathRule:
    """One rule of ``identity.toml`` about paths."""

    name: str
    pattern: re.Pattern[str]
    replacement: str


def canonical_url(url: str, outlet: Outlet | None, link_canonical: str | None = None) -> str:
    """The one address that stands for an article.

    Args:
        url: an address of the article.
        outlet: the outlet it belongs to, or None when unknown; then only the rules of the web apply.
        link_canonical: what the page's ``<link rel="canonical">`` says. It is believed where it leads to the same
            article of the same outlet: not when it leads to the home page, to another site, or to another story.

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
    return (
        len(url) <= MAX_ADDRESS
        and on_outlet(url, outlet)
        and bool(re.match(outlet.article_pattern, canonical_url(url, outlet)))
    )


def on_outlet(url: str, outlet: Outlet) -> bool:
    """Whether an address lies on one of the outlet's hosts."""
    parsed = _split(url)
    return parsed is not None and _home_host(parsed.hostname or "", outlet) == outlet.host


def front_page(base_url: str) -> str:
    """Where the front page of an outlet is fetched: a bare host needs its slash, a section is asked as written."""
    return base_url if urlsplit(base_url).path else base_url + "/"


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
    number = "1"
    if outlet.parts == "query":
        pairs = (piece.partition("=") for piece in parsed.query.split("&"))
        number = next((value for key, _, value in pairs if key in ("page", "paged")), "1")
    elif outlet.parts == "path":
        rules = path_rules(outlet.family, outlet.parts, outlet.whole)
        path = clean_path(parsed.path, [rule for rule in rules if "part" not in rule.pattern.groupindex])
        found = next((found for rule in rules if (found := rule.pattern.search(path)) and found.re.groupindex), None)
        number = found["part"] if found else "1"
    elif outlet.parts == "offset":
        found = next(filter(None, (rule.pattern.search(parsed.path) for rule in _offset_rules(outlet))), None)
        number = str(int(found["offset"]) // outlet.part_step + 1) if found else "1"
    return int(number) if re.fullmatch(r"[0-9]{1,2}", number) and 1 < int(number) <= MAX_PARTS else 1


def _offset_rules(outlet: Outlet) -> list[PathRule]:
    rules = path_rules(outlet.family, outlet.parts, outlet.whole)
    return [rule for rule in rules if "offset" in rule.pattern.groupindex]


@lru_cache
def path_rules(family: str | None, parts: str, whole: str) -> tuple[PathRule, ...]:
    """The rules about paths that hold for an outlet of these properties; of an unknown one those for every site."""
    return tuple(
        PathRule(row["name"], re.compile(row["pattern"], re.IGNORECASE), row.get("replacement", ""))
        for row in identity_rules()["paths"]
        if family in row.get("families", [family])
        and row.get("parts", parts) == parts
        and row.get("whole", whole) == whole
    )


def clean_path(path: str, rules: Sequence[PathRule]) -> str:
    """A path after all rules, again and again until none changes anything, so that their order does not matter."""
    path = _percent(path, _PATH_BYTES)
    if "/." in path:
        path = _without_dots(path)
    while True:
        shorter = path
        for rule in rules:
            shorter = rule.pattern.sub(rule.replacement, shorter)
        if len(shorter) >= len(path):
            return path.rstrip("/") or "/"
        path = shorter


@lru_cache
def _dropped_parameters() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(row["names"], re.IGNORECASE), re.compile(row.get("values", "(?s:.*)"), re.IGNORECASE))
        for row in identity_rules()["parameters"]
    )


def _split(url: str) -> SplitResult | None:
    try:
        parsed = urlsplit(url.strip())
        _ = parsed.port  # raises ValueError where the port is no number
    except ValueError:
        return None
    return parsed if parsed.scheme.lower() in ("http", "https") and parsed.hostname else None


def _canonical(url: str, outlet: Outlet | None) -> str:
    # One page asks for the form of its own address several times.
    return _remembered(url, outlet) if len(url) <= MAX_ADDRESS else _worked_out(url, outlet)


@lru_cache(maxsize=512)
def _remembered(url: str, outlet: Outlet | None) -> str:
    return _worked_out(url, outlet)


def _worked_out(url: str, outlet: Outlet | None) -> str:
    parsed = _split(url)
    if parsed is None:
        return url
    host = _home_host(parsed.hostname or "", outlet)
    scheme = "http" if host == "localhost" or host.endswith(".localhost") else "https"
    if outlet is not None and host == outlet.host:
        scheme = urlsplit(outlet.base_url).scheme
    authority = f"[{host}]" if ":" in host else host
    return urlunsplit((scheme, authority, _path(parsed.path, outlet), _query(parsed.query), ""))


def _home_host(host: str, outlet: Outlet | None) -> str:
    """The outlet's own host for any of its mirrors; of another host the same without its mobile or AMP label."""
    host = ascii_host(host)
    if outlet is not None and (
        host in outlet.aliases or main_host(host, keep_www=False) == main_host(outlet.host, keep_www=False)
    ):
        return outlet.host
    return main_host(host)


def _path(path: str, outlet: Outlet | None) -> str:
    if outlet is None:
        return clean_path(path, path_rules(None, "none", ""))
    path = clean_path(path, path_rules(outlet.family, outlet.parts, outlet.whole))
    # WordPress ends its addresses with a slash and redirects to it; elsewhere the slash is noise.
    ends_with_slash = outlet.parts == "path" and "." not in path.rsplit("/", 1)[-1]
    return path + "/" if ends_with_slash and path != "/" else path


def _query(query: str) -> str:
    """The parameters that say which article is meant, each once, in order."""
    kept = set()
    for piece in query.split("&") if query else ():
        key, equals, value = piece.partition("=")
        name, content = unquote_plus(key), unquote_plus(value)
        if name and not any(
            names.fullmatch(name) and values.fullmatch(content) for names, values in _dropped_parameters()
        ):
            piece = _percent(key, _QUERY_BYTES) + equals + _percent(value, _QUERY_BYTES)
            kept.add(piece.replace("%20", "+"))
    return "&".join(sorted(kept))


def _percent(text: str, escaped: re.Pattern[bytes]) -> str:
    """Percent-encoding in its one normal form (RFC 3986, 6.2.2): only where needed, in capitals."""

    def normal(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16) if found[1] else found[0][0]
        return bytes((code,)) if found[1] and code in _PLAIN else b"%%%02X" % code

    return escaped.sub(normal, text.encode("utf-8", "surrogatepass")).decode("ascii")


def _without_dots(path: str) -> str:
    """The path without ``.`` and ``..`` (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _may_replace(named: str, canonical: str, outlet: Outlet | None) -> bool:
    """Whether a page's own canonical link may be believed.

    A page can be wrong about itself: on some sites every page names one and the same story, and a hostile one may name
    any. So it must share what names the story, unless the address asked for (``?p=123``) names none.
    """
    there, here = _split(named), _split(canonical)
    if there is None or here is None or there.path == "/":
        return False
    names = _names(here.path)
    if names and not names & _names(there.path):
        return False
    if outlet is not None:
        return on_outlet(named, outlet) and bool(re.match(outlet.article_pattern, named))
    return there.hostname == here.hostname


def _names(path: str) -> set[str]:
    """What in a path names the story: its last piece, and long numbers."""
    last = path.rstrip("/").rsplit("/", 1)[-1].lower()
    return ({last.removesuffix(".html")} - {""}) | set(_NUMBER.findall(path))
