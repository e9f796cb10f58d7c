"""A real browser, and a real Jupyter server for it: JupyterLab with nbgrader's extensions, on loopback.

And how JupyterLab is used: running a cell, choosing a theme, opening the list of assignments.
"""

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
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

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


def in_browser(test: Any) -> Any:
    """Marks a test that needs a browser among others that do not."""
    for mark in NEEDED:
        test = mark(test)
    return test


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=SECONDS * 1000)
        yield browser
        browser.close()


def new_page(browser: "Browser") -> "Page":
    """A page of its own, as another person would open it. Nothing but loopback is reached."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
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
        server.wait(timeout=SECONDS)


def open_assignments(page: "Page") -> None:
    """The list in which students fetch and submit."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_text("Assignment List", exact=True).click()


def cell(page: "Page", text: str) -> "Locator":
    """The cell in whose source this stands."""
    return page.locator(".jp-Notebook .jp-Cell", has=page.locator(".cm-content", has_text=text))


def run(cell: "Locator", source: str = "") -> "Locator":
    """Runs a cell, with another source if one is given; what it showed."""
    cell.locator(".cm-content").click()
    if source:
        cell.page.keyboard.press("Control+A")
        cell.page.keyboard.insert_text(source)
    cell.page.keyboard.press("Control+Enter")
    return cell.locator(".jp-OutputArea-output")


def set_theme(page: "Page", name: str) -> None:
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).click()
    page.get_by_text(name, exact=True).click()
    page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")


_CONTRAST = """card => {
    const rgba = text => {
        const [r, g, b, a] = text.match(/[0-9.]+/g).map(Number);
        return [r, g, b, a ?? 1];
    };
    const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
    const light = colour => colour
        .map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    const contrasts = [...card.querySelectorAll('*')]
        .filter(element => [...element.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
        .map(element => {
            const above = [];
            for (let each = element; each; each = each.parentElement) above.unshift(getComputedStyle(each));
            const behind = above.reduce((under, style) => over(rgba(style.backgroundColor), under), [255, 255, 255]);
            const opacity = above.reduce((product, style) => product * style.opacity, 1);
            const [r, g, b, a] = rgba(above.at(-1).color);
            const [one, other] = [light(over([r, g, b, a * opacity], behind)), light(behind)];
            return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        });
    return Math.min(...contrasts);
}"""


def contrast(element: "Locator") -> float:
    """The least contrast in it between letters and what is behind them, 1 to 21, by the formula of the WCAG."""
    return float(element.evaluate(_CONTRAST))
