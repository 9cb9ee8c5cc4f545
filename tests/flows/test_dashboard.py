"""The notebook: it runs as a script, and as a page that a browser draws."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.prefect_server import free_port

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = REPOSITORY / "notebooks" / "first_look.py"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def test_the_notebook_runs_from_top_to_bottom(demo: Any) -> None:
    around = os.environ | {"JEJAK_SNAPSHOT": str(demo.workspace.snapshot)}
    done = subprocess.run([sys.executable, str(NOTEBOOK)], env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def page_url(demo: Any, environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    words = ["dashboard", "--demo", "--data", str(demo.data), "--port", str(port), "--no-browser"]
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.command_line", *words],
        env=environment | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            break
        except OSError:
            assert serving.poll() is None, "the dashboard ended"
            assert time.monotonic() < deadline, "the dashboard did not answer"
            time.sleep(0.3)
    yield url
    serving.terminate()
    serving.wait(30)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
def test_the_dashboard_draws_its_charts_in_a_browser(page_url: str, demo: Any) -> None:
    from playwright.sync_api import sync_playwright

    quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *quiet])
        try:
            page = browser.new_page(viewport={"width": 1300, "height": 1600})
            page.goto(page_url)
            page.get_by_role("heading", name="Who works with whom against trafficking").wait_for(timeout=90_000)
            page.get_by_role("heading", name="The sentence that says so").wait_for(timeout=90_000)
            page.locator("canvas, svg.marks").nth(1).wait_for(timeout=90_000)
            page.get_by_text(str(demo.printed["summary"]["articles"]), exact=True).first.wait_for(timeout=30_000)
            text = page.inner_text("body")
            if "JEJAK_SCREENSHOT" in os.environ:
                page.screenshot(path=os.environ["JEJAK_SCREENSHOT"], full_page=True)
        finally:
            browser.close()
    assert "Traceback" not in text
