"""Commands on the outlet registry."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from .choices import Contact, Data, Delay, Demo, DemoPort, Json, Provinces
from .failure import CommandError
from .health import health

if TYPE_CHECKING:
    from ..outlet_adding import Proposal
    from ..outlet_checks import OutletCheck

app = typer.Typer(help="The registry of outlets.", no_args_is_help=True)
app.command()(health)

Family = Annotated[str | None, typer.Option("--family", help="Only outlets of this family.")]
Status = Annotated[str | None, typer.Option("--status", help="Only outlets with this status: verified, unverified.")]
RegistryFile = Annotated[
    Path | None, typer.Option("--registry", help="A registry file of your own (default: Jejak's).", metavar="FILE")
]


@app.command("list")
def list_outlets(
    province: Provinces = None,
    family: Family = None,
    status: Status = None,
    registry: RegistryFile = None,
    as_json: Json = False,
) -> None:
    """List the outlets, with family and province."""
    from crawlers.registry import load_registry

    from ..outlet_checks import chosen
    from ..outlet_tables import registry_table

    _check_choices(family, status)
    found = chosen(load_registry(registry), provinces=province or [], family=family, status=status)
    if as_json:
        print(json.dumps([asdict(outlet) for outlet in found], ensure_ascii=False))
    else:
        Console().print(registry_table(found))


@app.command()
def show(outlet_id: str, registry: RegistryFile = None, as_json: Json = False) -> None:
    """Show all that the registry knows of one outlet."""
    from rich.table import Table

    from crawlers.registry import load_registry

    outlet = load_registry(registry).select(outlet_ids=[outlet_id])[0]
    if as_json:
        print(json.dumps(asdict(outlet), ensure_ascii=False))
        return
    table = Table("field", "value", title=outlet.name)
    for name, value in asdict(outlet).items():
        table.add_row(name, ", ".join(value) if isinstance(value, tuple) else str(value if value is not None else ""))
    Console().print(table)


@app.command()
def check(
    outlet_id: Annotated[list[str] | None, typer.Argument(help="Only these outlets.", metavar="[OUTLET_ID]...")] = None,
    province: Provinces = None,
    family: Family = None,
    status: Status = None,
    per_family: Annotated[
        int | None, typer.Option("--limit-per-family", min=1, help="At most this many outlets of each family.")
    ] = None,
    mark: Annotated[
        bool, typer.Option("--mark", help="Write verified or unverified, and the day, into the registry.")
    ] = False,
    contact: Contact = None,
    delay: Delay = None,
    registry: RegistryFile = None,
    as_json: Json = False,
    demo: Demo = False,
    port: DemoPort = 8765,
    data: Data = None,
) -> None:
    """Ask outlets politely whether their entries are right: robots.txt, every list, one article.

    Nothing is archived. Exit status 1 if a crawl of any of them would get nothing.
    """
    from ..crawling import source
    from ..options import RunOptions

    _check_choices(family, status)
    options = RunOptions(
        data=str(data) if data else None, demo=demo, contact=contact, delay_seconds=delay, demo_port=port
    )
    if demo and registry:
        raise CommandError("--demo checks the demo newsroom's own registry; leave --registry out")
    from crawlers.probing.job import ProbeJob
    from crawlers.registry import load_registry

    from ..outlet_checks import check_outlets, chosen, mark_checks
    from ..progress import reporting_to

    with source(options) as origin:
        known = load_registry(registry) if registry else origin.registry
        outlets = chosen(known, outlet_id or [], province or [], family, status, per_family)
        if not outlets:
            raise CommandError("no outlet of the registry is chosen by these options together; leave one out")
        job = ProbeJob(
            known.path,
            tuple(outlet.outlet_id for outlet in outlets),
            contact=options.effective_contact,
            allow_private=demo,
            delay_seconds=options.effective_delay,
        )
        job.check()
        checks: list[OutletCheck] = []
        with reporting_to(Console(stderr=True), silent=as_json) as progress:
            progress.begin("check", len(outlets))
            for done in check_outlets(job, outlets):
                checks.append(done)
                progress.step("check", done.outlet.outlet_id)
    order = {outlet.outlet_id: place for place, outlet in enumerate(outlets)}
    checks.sort(key=lambda one: order[one.outlet.outlet_id])
    if mark:
        mark_checks(known.path, checks, _today(known.clock))
    _print_checks(checks, as_json, known.path if mark else None)
    if any(one.verdict == "fail" for one in checks):
        raise typer.Exit(1)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of the outlet's front page.", metavar="URL")],
    outlet_id: Annotated[str | None, typer.Option("--id", help="Its id; made from its host when left out.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Its name; as the site calls itself when left out.")
    ] = None,
    province: Annotated[
        str | None,
        typer.Option("--province", help="Its province, or nasional; guessed from its front page when left out."),
    ] = None,
    family: Annotated[str | None, typer.Option("--family", help="Its family; recognised when left out.")] = None,
    priority: Annotated[int, typer.Option("--priority", min=1, help="1 is read first.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the entry, write nothing.")] = False,
    contact: Contact = None,
    delay: Delay = None,
    registry: RegistryFile = None,
    as_json: Json = False,
    demo: Demo = False,
    port: DemoPort = 8765,
) -> None:
    """Look at a site that no entry covers yet, recognise its family, and write its entry.

    With --demo the site is one of the demo newsroom's, and the entry is written only into a file given by --registry.
    """
    from crawlers.registry import OUTLETS_FILE, load_registry

    from ..options import RunOptions
    from ..outlet_adding import address_of, look_up, propose, refuse_known, write

    _check_choices(family, None)
    options = RunOptions(demo=demo, contact=contact, delay_seconds=delay)
    path = registry or OUTLETS_FILE
    is_empty = registry is not None and (not registry.exists() or registry.stat().st_size == 0)
    known = None if is_empty else load_registry(path)
    with address_of(url, demo, port) as address:
        refuse_known(known, address)
        if not as_json:
            Console(stderr=True).print(f"looking at {address}, politely", highlight=False, markup=False)
        site = look_up(
            address,
            family=family or "",
            contact=options.effective_contact,
            demo=demo,
            delay_seconds=options.effective_delay,
        )
    proposal = propose(
        site, known, outlet_id=outlet_id, name=name, province=province, priority=priority, day=_today(None).isoformat()
    )
    is_written = not dry_run and not (demo and registry is None)
    if not as_json:
        _print_proposal(proposal)
    if is_written:
        write(proposal, path)
    _print_outcome(proposal, path if is_written else None, registry, as_json, dry_run)


def _check_choices(family: str | None, status: str | None) -> None:
    """Refuse a family or a status that does not exist."""
    from crawlers.registry import STATUSES, families

    if family and family not in families():
        raise CommandError(f"unknown family {family}: choose one of {', '.join(sorted(families()))}")
    if status and status not in STATUSES:
        raise CommandError(f"unknown status {status}: choose one of {', '.join(STATUSES)}")


def _today(clock: datetime | None) -> date:
    """The day of a check: the registry's own where it has a clock (the demo newsroom's has)."""
    return (clock or datetime.now().astimezone()).date()


def _print_checks(checks: list[OutletCheck], as_json: bool, marked: Path | None) -> None:
    from ..outlet_tables import LEGEND, check_table, headline, probe_table

    if as_json:
        print(json.dumps([one.to_json() for one in checks], ensure_ascii=False))
        return
    console = Console()
    console.print(check_table(checks))
    if len(checks) == 1:
        console.print()
        console.print(probe_table(checks[0].probes))
    console.print(f"\n[dim]{LEGEND}[/dim]", highlight=False)
    console.print(headline(checks), highlight=False)
    if marked:
        console.print(f"marked in {marked}", highlight=False, soft_wrap=True, markup=False)


def _print_proposal(proposal: Proposal) -> None:
    from crawlers.registry.edit import entry_text

    from ..outlet_tables import clue_table, probe_table, proposal_table

    console = Console()
    console.print(clue_table(proposal.site), "", proposal_table(proposal), "", probe_table(proposal.check.probes))
    console.print()
    console.print(entry_text(proposal.entry), markup=False, highlight=False, soft_wrap=True)


def _print_outcome(
    proposal: Proposal, written: Path | None, registry: Path | None, as_json: bool, dry_run: bool
) -> None:
    """Say what was written, and what to run next."""
    name = proposal.outlet.outlet_id
    option = f" --registry {registry}" if registry else ""
    following = [f"jejak outlets check {name}{option}"]
    if not registry:
        following.append(f"jejak crawl --outlet {name} --limit 5")
    if as_json:
        found = proposal.to_json() | {"written": str(written) if written else None, "next": following}
        print(json.dumps(found, ensure_ascii=False, default=str))
        return
    why = "this was a dry run" if dry_run else "an entry of the demo is written only with --registry FILE"
    lines = [f"written to {written}" if written else f"nothing was written: {why}"]
    if proposal.check.verdict != "ok":
        lines.append(f"look at this first: {proposal.check.reason}")
    if written:
        lines += ["next:", *(f"  {command}" for command in following)]
    for line in lines:
        Console().print(line, markup=False, highlight=False, soft_wrap=True)
