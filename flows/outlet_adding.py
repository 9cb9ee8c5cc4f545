"""Adding an outlet: what a look at its site found, as an entry of the registry that a person can judge."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.job import CrawlError
from crawlers.newsroom import Newsroom
from crawlers.newsroom.sites import CLOCK
from crawlers.newsroom.story import ContentError
from crawlers.probing.job import ProbeJob, look_at
from crawlers.probing.recognition import signatures
from crawlers.probing.records import SiteLook
from crawlers.registry import Outlet, Province, Registry, RegistryError, parse_registry, province_of, provinces
from crawlers.registry.edit import Value, add_entry, entry_text, rewrite
from extract.gazetteer import gazetteer
from extract.phrases import squeezed

from .outlet_checks import OutletCheck, judged

NATIONAL = "nasional"
"""What to say instead of a province."""
MIN_MENTIONS = 3
"""A province named less often on a front page is guessed from nothing."""
LEAD = 2.0
"""How many times as often as the next a province must be named to be guessed."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SUFFIXES = frozenset(
    {"com", "co", "id", "net", "org", "web", "my", "info", "news", "go", "or", "ac", "sch", "localhost"}
)


@dataclass(frozen=True, slots=True)
class Guess:
    """The province that the words of a site point to.

    Attributes:
        province: the province, or None where no one is clearly named most.
        reason: the words counted, for people.
    """

    province: Province | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry for a site, and what was found with it.

    Attributes:
        site: the look at the site.
        entry: the entry's keys.
        province_reason: where its province comes from.
        outlet: the outlet it makes.
        check: what a check of it found.
    """

    site: SiteLook
    entry: dict[str, Value]
    province_reason: str
    outlet: Outlet
    check: OutletCheck

    def to_json(self) -> dict[str, Any]:
        """The proposal as a JSON object."""
        return {
            "family": self.site.family,
            "points": self.site.points,
            "clues": [
                {"family": clue.family, "says": clue.says, "points": clue.points, "detail": clue.detail}
                for clue in self.site.clues
                if clue.is_seen
            ],
            "pattern": self.site.pattern_detail,
            "province": self.province_reason,
            "entry": self.entry,
            "toml": entry_text(self.entry),
            "check": self.check.to_json(),
        }


@contextmanager
def address_of(url: str, demo: bool, port: int) -> Iterator[str]:
    """The address to look at; for the demo, its newsroom is served for the duration of the block.

    Args:
        url: as a person wrote it.
        demo: whether it is a site of the demo newsroom; any port it names is replaced with the newsroom's.
        port: first port to try for the newsroom.

    Raises:
        RegistryError: if it is no address, or the newsroom cannot open.
    """
    try:
        parsed = urlsplit(url.strip() if "://" in url else f"//{url.strip()}")
        is_address = bool(parsed.hostname) and parsed.port != 0
    except ValueError:
        is_address = False
    if not is_address or parsed.scheme not in ("", "http", "https") or any(map(str.isspace, url.strip())):
        raise RegistryError(f"'{url}' is no address of a site; write one like https://kabar.id or www.detik.com/bali")
    if not demo:
        yield url.strip()
        return
    try:
        newsroom = Newsroom(port).start()
    except (ContentError, OSError) as error:
        raise RegistryError(f"the demo newsroom cannot open: {error}") from error
    with newsroom:
        yield f"http://{parsed.hostname}:{newsroom.port}{parsed.path}"


def look_up(address: str, *, family: str, contact: str, demo: bool, delay_seconds: float) -> SiteLook:
    """Look at a site.

    Raises:
        CrawlError: if the job is refused, such as a live look without a contact, or its process breaks off.
    """
    job = ProbeJob(
        site=address,
        family=family,
        contact=contact,
        allow_private=demo,
        delay_seconds=delay_seconds,
        clock=CLOCK.isoformat() if demo else None,
    )
    found = next((look for look in look_at(job) if isinstance(look, SiteLook)), None)
    if found is None:
        raise CrawlError(f"nothing was found out about {address}; try again")
    return found


def refuse_known(registry: Registry | None, url: str) -> None:
    """Refuse an address that an outlet of the registry already covers.

    Raises:
        RegistryError: names the outlet.
    """
    found = registry.outlet_of(url if "://" in url else f"https://{url}") if registry else None
    if found and registry:
        raise RegistryError(
            f"{found.domain} is already in {registry.path}: outlet '{found.outlet_id}' ({found.name}); "
            f"see `jejak outlets show {found.outlet_id}`"
        )


def guess_province(text: str) -> Guess:
    """The province whose name, regencies and cities stand most often in a text; names in two provinces do not count."""
    words = _WORD.findall(text)
    short = {squeezed(name): province for province in provinces() for name in (province.name, *province.short)}
    counts: Counter[str] = Counter()
    named: dict[str, Counter[str]] = {}
    places, position = gazetteer(), 0
    while position < len(words):
        step = 1
        for length in (3, 2, 1):
            piece = words[position : position + length]
            key = squeezed("".join(piece))
            if not piece[0][0].isupper() or (length == 1 and places.is_word(key)):
                continue
            codes = {
                reading.place.province_code
                for reading in places.readings(key)
                if reading.place.level in ("province", "regency") and not reading.is_guarded
            }
            code = short[key].code if key in short else (codes.pop() if len(codes) == 1 else None)
            if code:
                counts[code] += 1
                named.setdefault(code, Counter())[" ".join(piece)] += 1
                step = length
                break
        position += step
    if not counts:
        return Guess(None, "its front page names no place of one province")
    ranked = counts.most_common(2)
    code, count = ranked[0]
    said = ", ".join(f"{name} {number}×" for name, number in named[code].most_common(4))
    province = province_of(code)
    if count < MIN_MENTIONS or (len(ranked) > 1 and count < LEAD * ranked[1][1]):
        rival = f", but {province_of(ranked[1][0]).name} {ranked[1][1]}×" if len(ranked) > 1 else ""
        return Guess(None, f"its front page points to {province.name} ({said}){rival}")
    return Guess(province, f"guessed from words on the front page: {said}")


def propose(
    site: SiteLook,
    registry: Registry | None,
    *,
    outlet_id: str | None = None,
    name: str | None = None,
    province: str | None = None,
    priority: int = 2,
    day: str,
) -> Proposal:
    """The entry of a site.

    Args:
        site: the look at it.
        registry: what is there already; None: an empty file.
        outlet_id: its id; made from its host when None.
        name: its name; as the site calls itself when None.
        province: a province, or ``nasional``; guessed when None.
        priority: 1 is most urgent.
        day: ISO day of the look.

    Raises:
        RegistryError: if the site could not be looked at, is there already, has no clear province, or makes no valid
            entry; the message says what to give.
    """
    if site.failure:
        raise RegistryError(f"{site.base_url} cannot be looked at: {site.failure}; nothing was written")
    refuse_known(registry, site.base_url + "/")
    chosen, reason = _province(site, province)
    parsed = urlsplit(site.base_url)
    domain = f"{parsed.hostname or ''}{parsed.path}"
    taken = registry.outlets.keys() if registry else ()
    entry: dict[str, Value] = {
        "outlet_id": outlet_id or _free(proposed_id(site.base_url, site.family), list(taken)),
        "name": name or site.name,
        "domain": domain,
    }
    if chosen:
        entry["province_code"] = chosen.code
    entry["family"] = site.family
    entry["priority"] = priority
    entry["status"] = "unverified"
    entry |= {key: value for key, value in site.keys.items() if key != "family"}
    evidence = f"domain and family: seen (looked at on {day})"
    if chosen and province is None:
        evidence += "; province: guessed from its front page"
    entry["evidence"] = evidence
    if str(entry["outlet_id"]) in taken:
        raise RegistryError(f"outlet_id '{entry['outlet_id']}' is taken; give another with --id")
    path = registry.path if registry else Path("registry")
    outlet = parse_registry(entry_text(entry), path).outlets[str(entry["outlet_id"])]
    assert site.look is not None
    return Proposal(site, entry, reason, outlet, judged(outlet, site.look))


def write(proposal: Proposal, path: Path) -> None:
    """Write a proposal into a registry file, at the end of its group.

    Raises:
        RegistryError: if no article was found on the site, or the file cannot be changed; it is then as before.
    """
    if proposal.site.look is None or not proposal.site.look.articles:
        raise RegistryError(
            f"no article was found at {proposal.site.base_url}, so nothing was written: {proposal.check.reason}"
        )
    is_new = not path.exists()
    if is_new:
        path.touch()
    try:
        rewrite(path, lambda text: add_entry(text, proposal.entry))
    except RegistryError:
        if is_new:
            path.unlink()
        raise


def proposed_id(base_url: str, family: str) -> str:
    """An id for a site: of a network as its other outlets are called, else its host without endings."""
    parsed = urlsplit(base_url)
    labels = [label for label in (parsed.hostname or "").split(".") if label not in ("www", "m")]
    section = parsed.path.strip("/").split("/")[0]
    own = [label for label in labels if label not in _SUFFIXES] or labels[:1]
    template = signatures().ids.get(family, "")
    is_network = len(own) > 1 if "{sub}" in template else bool(section)
    if template and is_network:
        found = template.format(sub=own[0], section=section)
    else:
        found = "_".join([*reversed(own), *([section] if section else [])])
    return re.sub(r"[^a-z0-9_-]+", "_", found.lower()).strip("_-") or "outlet"


def _province(site: SiteLook, asked: str | None) -> tuple[Province | None, str]:
    if asked is not None:
        if asked.casefold() == NATIONAL:
            return None, "none: a national outlet, as asked"
        return province_of(asked), "as asked"
    guess = guess_province(f"{site.name} {site.text}")
    if guess.province is None:
        raise RegistryError(
            f"the province of {site.base_url} is not clear: {guess.reason}; "
            f"say --province NAME, or --province {NATIONAL} for a national outlet"
        )
    return guess.province, guess.reason


def _free(wanted: str, taken: Sequence[str]) -> str:
    """An id nobody has: the wanted one, or with a number."""
    number, found = 2, wanted
    while found in taken:
        number, found = number + 1, f"{wanted}_{number}"
    return found
