"""A real browser, and a real Jupyter server for it: JupyterLab with nbgrader's extensions, on loopback."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# How long anything may take: a machine may be busy with other things.
SECONDS = 60

# What is unlike a fresh JupyterLab.
SETTINGS = {
    # All cells are put into the page, and not only those in sight.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

NEEDED = [
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed: the system package `chromium` switches it on"),
    pytest.mark.skipif(
        not importlib.util.find_spec("playwright"), reason="playwright is not installed: it comes with the extra `dev`"
    ),
    # One after the other: each of them is several processes that want a core for themselves.
    pytest.mark.xdist_group("browser"),
]


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=SECONDS * 1000
        )
        yield browser
        browser.close()


def new_page(browser: "Browser") -> "Page":
    """A page of its own, as another person would open it. Nothing but loopback is reached."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SECONDS * 1000)
    page.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
    return page


@contextmanager
def jupyter(folder: Path, home: Path, *options: str) -> Iterator[str]:
    """The address of a server that was started in `folder`, with all it remembers in `home`, which is made."""
    for plugin, settings in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "NBGRADER"))},
        **{f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "RUNTIME", "DATA")},
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # nbgrader calls alembic by its name
    }
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, *options], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + SECONDS
        while not (found := list((home / "runtime").glob("jpserver-*.json"))):
            assert server.poll() is None and time.monotonic() < until, (home / "server.log").read_text()
            time.sleep(0.1)
        yield json.loads(found[0].read_text())["url"].rstrip("/").replace("localhost", "127.0.0.1")
    finally:
        server.terminate()
        server.wait()
