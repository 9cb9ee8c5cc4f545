"""The `jejak` command line.

Heavy libraries are imported inside the commands that need them, so that ``jejak --help`` answers at once.
Exit status: 0 all done, 1 something failed (one line on standard error says what), 2 the command was not understood.
"""

from __future__ import annotations

import os
import sys

import typer

from .commands import archive, articles, asking, backfilling, demo, explaining, keeping, models, outlets, running
from .commands.failure import STOPPED

app = typer.Typer(
    name="jejak",
    help="Follow how Indonesian agencies work together against trafficking in persons.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running, backfilling, archive, asking, articles, explaining, keeping):
    group.register(app)
app.add_typer(outlets.app, name="outlets")
app.add_typer(archive.app, name="archive")
app.add_typer(models.app, name="models")
app.add_typer(demo.app, name="demo")


def foreseen_errors() -> tuple[type[BaseException], ...]:
    """Errors whose message is written for the person at the terminal."""
    from crawlers.archive import ArchiveError
    from crawlers.frontier.file import FrontierError
    from crawlers.job import CrawlError
    from crawlers.registry import RegistryError
    from extract.pipeline import ExtractorError
    from warehouse.database import WarehouseError

    from .commands.failure import CommandError
    from .options import OptionError
    from .workspace import WorkspaceError

    return (
        ArchiveError,
        CommandError,
        CrawlError,
        ExtractorError,
        FrontierError,
        OptionError,
        RegistryError,
        WarehouseError,
        WorkspaceError,
    )


def main() -> None:
    """Run the command line; foreseen errors become one line and status 1."""
    try:
        app()
    except SystemExit as ended:
        # Typer makes an exit of Ctrl+C, and says nothing.
        if ended.code == STOPPED:
            print("jejak: stopped; what was saved is kept, type the same command again to go on", file=sys.stderr)
        raise
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except Exception as error:
        if not isinstance(error, foreseen_errors()):
            raise
        print(f"jejak: {error}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
