"""A real browser, a real Jupyter server, and a server that notices who asks for it."""

import http.server
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import browser
from payloads import Payload


class Look(Protocol):
    def __call__(self, address: str, cells: int = 0, until: Callable[[], bool] | None = None) -> list[str]: ...


# What an instructor might do on a page: open the links that act, send the forms. Gives the schemes of those links.
ACT = """() => {
    const acting = [...document.querySelectorAll('a[href], area[href]')].filter(
        link => !['http:', 'https:', 'mailto:', 'file:'].includes(link.protocol));
    const schemes = acting.map(link => link.protocol);
    acting.forEach(link => link.click());
    document.querySelectorAll('input').forEach(input => input.focus());
    document.querySelectorAll('form').forEach((form, index) => {
        document.body.insertAdjacentHTML('beforeend', `<iframe name="sink${index}"></iframe>`);
        form.target = `sink${index}`;
        form.requestSubmit();
    });
    return schemes;
}"""


class Canary:
    """A server that remembers which payloads asked for it."""

    def __init__(self) -> None:
        asked = self.asked = set[str]()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.add(self.path.strip("/?").partition("?")[0])
                self.send_response(404)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def acted(self, payloads: list[Payload]) -> set[str]:
        """The payloads of these that asked since it was last looked."""
        paths, _ = set(self.asked), self.asked.clear()
        return {each.name for each in payloads if any(f"{path}/".startswith(f"{each.path}/") for path in paths)}


@contextmanager
def looking() -> Iterator[Look]:
    """Opens a page and acts on it; gives the schemes of its links that act. Nothing but loopback is reached.

    cells: how many of a notebook JupyterLab is to have put there first. until: what to wait for besides.
    """
    with browser.chromium() as chromium:

        def look(address: str, cells: int = 0, until: Callable[[], bool] | None = None) -> list[str]:
            page = browser.new_page(chromium)
            page.goto(address, wait_until="load" if cells else "networkidle")
            if cells:
                page.wait_for_function("n => document.querySelectorAll('.jp-Notebook .jp-Cell').length >= n", arg=cells)
                page.wait_for_timeout(2000)
            for _ in range(100):
                if until is None or until():
                    break
                page.wait_for_timeout(200)
            schemes = [] if page.url.startswith("chrome-error:") else page.evaluate(ACT)
            if cells:
                page.wait_for_timeout(1000)  # JupyterLab never falls silent
            else:
                page.wait_for_load_state("networkidle")
            page.close()
            return list(schemes)

        yield look


class Course:
    """A course of nbgrader's with one assignment of one notebook, and its pages."""

    def __init__(self, root: Path) -> None:
        from nbgrader.api import Gradebook

        self.root = root
        self.ids: dict[str, str] = {}
        root.mkdir()
        (root / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.root = {str(root)!r}\nc.CourseDirectory.course_id = 'course'\n"
        )
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # it runs `alembic`
        self.gradebook = Gradebook(f"sqlite:///{root}/gradebook.db", "course")
        self.gradebook.add_assignment("hostile")
        self.gradebook.add_notebook("notebook", "hostile")
        self.gradebook.add_grade_cell("essay", "notebook", "hostile", max_score=1, cell_type="markdown")
        self.gradebook.add_solution_cell("essay", "notebook", "hostile")

    def submit(self, student: str, notebook: dict[str, Any]) -> None:
        self.gradebook.add_student(student)
        self.gradebook.add_submission("hostile", student)
        self.ids[student] = self.gradebook.find_submission_notebook("notebook", "hostile", student).id
        folder = self.root / "autograded" / student / "hostile"
        folder.mkdir(parents=True)
        (folder / "notebook.ipynb").write_text(json.dumps(notebook))

    def feedback(self, student: str) -> str:
        return (self.root / "feedback" / student / "hostile" / "notebook.html").as_uri()


@contextmanager
def jupyter(root: Path) -> Iterator[str]:
    """The address of a real Jupyter server with formgrader and JupyterLab, in a folder whose notebooks it trusts."""
    import nbformat
    from nbformat.sign import NotebookNotary

    home = root.parent / "home"
    (home / "data").mkdir(parents=True)
    notary = NotebookNotary(data_dir=str(home / "data"))
    for path in root.glob("*.ipynb"):
        notary.sign(nbformat.read(path, 4))
    with browser.jupyter(root, home, "--IdentityProvider.token=") as address:
        yield address
