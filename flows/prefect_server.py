"""A full Prefect server of our own, for as long as it is needed.

Prefect's embedded server has no scheduler: a schedule served from it never fires. A full one is a process of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

STARTUP_SECONDS = 180.0
"""How long the server may take: up to 56 s were measured on a busy two-core machine."""


class ServerError(Exception):
    """The Prefect server did not start; the message says why and what to do."""


@contextmanager
def prefect_server(port: int | None = None, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a Prefect server on 127.0.0.1 for the duration of the block.

    Args:
        port: port to listen on; any free one when None.
        environment: variables added to this process's, such as ``PREFECT_HOME``.

    Yields:
        The address for ``PREFECT_API_URL``.

    Raises:
        ServerError: if it ends, or does not answer in time.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command,
        env=os.environ | {"PREFECT_API_URL": url} | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        # Ctrl+C at the terminal is for us: we stop the server when we no longer need it.
        start_new_session=True,
    )
    try:
        wait_until_healthy(process, url)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until the server answers its health check.

    Raises:
        ServerError: if it ends, or does not answer in time.
    """
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError(
                f"the Prefect server at {url} ended with status {process.returncode}: "
                "run `prefect server start` to see why, or set PREFECT_API_URL to a running server"
            )
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise ServerError(f"the Prefect server at {url} did not answer within {STARTUP_SECONDS:.0f} s: start it by hand")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
