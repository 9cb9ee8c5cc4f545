"""How checks of outlets, and the registry itself, are shown in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from crawlers.probing.records import ABSENT, FAIL, OK, WARN, Probe, SiteLook
from crawlers.registry import Outlet

from .outlet_adding import Proposal
from .outlet_checks import OutletCheck

COLOURS = {OK: "green", WARN: "yellow", FAIL: "red", ABSENT: "dim"}
SIGNS = {OK: "✓", WARN: "!", FAIL: "✗", ABSENT: "–"}
COLUMNS = {
    "robots": ("robots",),
    "feed": ("feed", "blogger"),
    "map": ("sitemap",),
    "api": ("wordpress",),
    "index": ("index", "front"),
    "page": ("article",),
}
LEGEND = "✓ works  ! works, with a flaw  ✗ fails  – has none; map: sitemap, api: wp-json, page: one article read"
SHOWN_REASON = 200
"""Characters of a reason in a table; the whole stands in the JSON."""


def check_table(checks: Sequence[OutletCheck]) -> Table:
    """One row an outlet: its verdict, how each kind of probe went, and why."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", title_justify="left")
    table.add_column("outlet", overflow="fold", max_width=20)
    table.add_column("", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="center", no_wrap=True)
    table.add_column("reason", overflow="fold", ratio=1)
    for check in checks:
        signs = [sign(check.probes, kinds) for kinds in COLUMNS.values()]
        table.add_row(check.outlet.outlet_id, coloured(check.verdict), *signs, shortened(check.reason))
    return table


def probe_table(probes: Sequence[Probe]) -> Table:
    """One row a probe, for a single outlet."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("probe", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("status", justify="right", no_wrap=True)
    table.add_column("address and what it gave", overflow="fold", ratio=1)
    for probe in probes:
        words = f"{escaped(probe.url)}\n[dim]{shortened(probe.detail)}[/dim]"
        table.add_row(probe.kind, coloured(probe.verdict), str(probe.status or ""), words)
    return table


def clue_table(site: SiteLook) -> Table:
    """What the signs of each family said of a site, for families that any sign spoke for; most points first."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("family", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("sign", overflow="fold", ratio=2)
    table.add_column("seen", overflow="fold", ratio=1)
    for family, points in sorted(site.points.items(), key=lambda found: -found[1]):
        clues = [clue for clue in site.clues if clue.family == family]
        clues.sort(key=lambda clue: not clue.is_seen)
        for place, clue in enumerate(clues):
            label = (f"{family} {points}", f"+{clue.points}" if clue.is_seen else "0")
            words = escaped(clue.says) if clue.is_seen else f"[dim]{escaped(clue.says)}[/dim]"
            seen = shortened(clue.detail) if clue.is_seen else "[dim]not seen[/dim]"
            table.add_row(label[0] if place == 0 else "", label[1], words, seen)
    if not site.points:
        table.add_row("–", "0", "no sign of any known family was seen", "")
    return table


def proposal_table(proposal: Proposal) -> Table:
    """What is proposed, and where each answer comes from."""
    entry, outlet = proposal.entry, proposal.outlet
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold", ratio=1)
    named = ", ".join(f"{family} {points}" for family, points in proposal.site.points.items()) or "no sign of any"
    rows = {
        "id": outlet.outlet_id,
        "name": outlet.name,
        "family": f"{outlet.family} (points: {named})",
        "province": f"{outlet.province_name} ({proposal.province_reason})",
        "time zone": f"{outlet.timezone} (by the province)",
        "articles": proposal.site.pattern_detail,
    }
    for key in ("feeds", "sitemaps", "index_pages", "api", "base_url"):
        if key in entry:
            rows[key] = f"{entry[key] or 'none works'} (differs from the family)"
    for key, value in rows.items():
        table.add_row(key, escaped(value))
    return table


def registry_table(outlets: Sequence[Outlet]) -> Table:
    """One row an outlet of the registry."""
    table = Table("id", "name", "domain", "province", "family", "priority", "status", title=f"{len(outlets)} outlets")
    for outlet in outlets:
        table.add_row(
            outlet.outlet_id,
            outlet.name,
            outlet.domain,
            outlet.province_name,
            outlet.family,
            str(outlet.priority),
            outlet.status,
        )
    return table


def headline(checks: Sequence[OutletCheck]) -> str:
    """How many outlets passed, in one sentence."""
    counts = {verdict: sum(check.verdict == verdict for check in checks) for verdict in (OK, WARN, FAIL)}
    outlets = f"{len(checks)} outlet{'' if len(checks) == 1 else 's'} checked"
    return f"{outlets}: {counts[OK]} ok, {counts[WARN]} with flaws, {counts[FAIL]} failed"


def sign(probes: Sequence[Probe], kinds: Sequence[str]) -> str:
    """The best that probes of some kinds gave: one working feed is enough to crawl by."""
    verdicts = {probe.verdict for probe in probes if probe.kind in kinds}
    best = next((verdict for verdict in (OK, WARN, FAIL) if verdict in verdicts), ABSENT)
    return f"[{COLOURS[best]}]{SIGNS[best]}[/]"


def coloured(verdict: str) -> str:
    """A verdict in its colour."""
    return f"[{COLOURS[verdict]}]{verdict}[/]"


def shortened(text: str) -> str:
    """A sentence cut to what a table can show, safe to print."""
    return escaped(text if len(text) <= SHOWN_REASON else text[: SHOWN_REASON - 1] + "…")


def escaped(text: str) -> str:
    """Text from outside without control characters and without meaning as markup."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))
