"""Commands around the demo newsroom."""

from __future__ import annotations

import typer

from .choices import DemoEdition, DemoPort

app = typer.Typer(help="The demo newsroom: sixteen invented outlets on this machine.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The demo newsroom: sixteen invented outlets on this machine."""


@app.command()
def serve(port: DemoPort = 8765, edition: DemoEdition = 1) -> None:
    """Keep the newsroom running, to look at in a browser, until Ctrl+C."""
    from crawlers.newsroom.__main__ import main

    raise typer.Exit(main(["--port", str(port), "--edition", str(edition)]))
