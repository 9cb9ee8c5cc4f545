"""The notebook as a page on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from .workspace import Workspace, WorkspaceError


def notebook_path() -> Path:
    """The notebook: in a checkout beside the rooms, in an installed package inside this one."""
    here = Path(__file__).parent
    for path in (here.parent / "notebooks" / "first_look.py", here / "notebooks" / "first_look.py"):
        if path.exists():
            return path
    raise WorkspaceError(f"the notebook first_look.py is missing beside {here}: install Jejak again")


def serve_dashboard(workspace: Workspace, port: int, open_browser: bool) -> NoReturn:
    """Become the server that shows the notebook on 127.0.0.1 until it is stopped.

    Args:
        workspace: whose snapshot is shown; it is opened read-only.
        port: port on 127.0.0.1.
        open_browser: whether to open it in the default browser.

    Raises:
        WorkspaceError: if nothing was published yet.
    """
    snapshot = workspace.require_snapshot()
    command = [sys.executable, "-m", "marimo", "run", str(notebook_path())]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-token"]
    command += [] if open_browser else ["--headless"]
    # Marimo asks for its newest version otherwise; nothing leaves the machine.
    environment = os.environ | {"JEJAK_SNAPSHOT": str(snapshot.resolve()), "MARIMO_SKIP_UPDATE_CHECK": "1"}
    print(f"Dashboard of {snapshot}: http://127.0.0.1:{port} (Ctrl+C stops it)", flush=True)
    os.execve(sys.executable, command, environment)
