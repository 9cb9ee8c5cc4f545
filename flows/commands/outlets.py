"""Commands on the outlet registry."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from .choices import Json, Provinces
from .failure import CommandError
from .health import health

app = typer.Typer(help="The registry of outlets.", no_args_is_help=True)
app.command()(health)


@app.command("list")
def list_outlets(
    province: Provinces = None,
    family: Annotated[str | None, typer.Option("--family", help="Only outlets of this family.")] = None,
    as_json: Json = False,
) -> None:
    """List the outlets, with family and province."""
    from crawlers.registry import families, load_registry

    if family and family not in families():
        raise CommandError(f"unknown family {family}: choose one of {', '.join(sorted(families()))}")
    chosen = [o for o in load_registry().select(provinces=province or []) if family in (None, o.family)]
    if as_json:
        print(json.dumps([asdict(outlet) for outlet in chosen], ensure_ascii=False))
        return
    table = Table("id", "name", "domain", "province", "family", "priority", "status", title=f"{len(chosen)} outlets")
    for outlet in chosen:
        table.add_row(
            outlet.outlet_id,
            outlet.name,
            outlet.domain,
            outlet.province_name,
            outlet.family,
            str(outlet.priority),
            outlet.status,
        )
    Console().print(table)


@app.command()
def show(outlet_id: str, as_json: Json = False) -> None:
    """Show all that the registry knows of one outlet."""
    from crawlers.registry import load_registry

    outlet = load_registry().select(outlet_ids=[outlet_id])[0]
    if as_json:
        print(json.dumps(asdict(outlet), ensure_ascii=False))
        return
    table = Table("field", "value", title=outlet.name)
    for name, value in asdict(outlet).items():
        table.add_row(name, ", ".join(value) if isinstance(value, tuple) else str(value if value is not None else ""))
    Console().print(table)
