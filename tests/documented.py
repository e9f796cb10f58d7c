"""The commands in the documents, and a small course in which they are run."""

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from dask_cluster import process
from nbgrader_commands import Commands

from autograder.running.isolation import survey

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Of the course: enough for every command, and not more.
KEPT = {"activations": ("relu", "relu_derivative", "softmax"), "losses": ("mse",)}
MODULES = {"autograder": "autograder.cli", "pytest": "pytest"}


def shell_blocks(document: Path, also: str = "") -> Iterator[tuple[str, str]]:
    """The fenced blocks without a language, which hold commands, and those in the language `also`."""
    for language, block in re.findall(r"^```(\S*)\n(.*?)^```", document.read_text(encoding="utf-8"), re.S | re.M):
        if language in ("", also):
            yield language, block


def commands(document: Path) -> list[str]:
    """Every command line of a page, without the words behind it."""
    lines = [line for _, block in shell_blocks(document) for line in block.splitlines()]
    found = [re.sub(r"\s+#.*", "", line).strip() for line in lines]
    return list(dict.fromkeys(line for line in found if line))


class Course:
    """A copy of a few exercises of this course, with a student's work, and nbgrader's exchange beside it."""

    def __init__(self, place: Path) -> None:
        self.place, self.root = place, place / "course"
        self.settings: dict[str, str] = {}
        self.tried: set[str] = set()
        self.nbgrader = Commands(place)

    def build(self) -> None:
        """From the authors' files to a built course in which ann has handed in."""
        self.root.mkdir()
        course = yaml.safe_load((ROOT / "course.yml").read_text())
        course["units"] = {unit: course["units"][unit] for unit in KEPT}
        for unit, names in KEPT.items():
            exercises = course["units"][unit]["exercises"]
            course["units"][unit]["exercises"] = {name: exercises[name] for name in names}
            shutil.copytree(ROOT / "solutions" / unit, self.root / "solutions" / unit)
        shutil.copytree(ROOT / "solutions" / "models", self.root / "solutions" / "models")
        (self.root / "course.yml").write_text(yaml.safe_dump(course, sort_keys=False))
        # The same hidden cases at each run, so that a red one can be repeated.
        (self.root / "course.secret").write_text("documents" * 8)
        status, said = self.run("autograder build")
        assert status == 0, said
        folder = self.root / "submitted" / "ann" / "activations"
        folder.mkdir(parents=True)
        shutil.copy(self.root / "exercises" / "activations" / "activations.ipynb", folder)
        (folder / "timestamp.txt").write_text("2026-01-05 12:00:00 UTC")
        (folder / "submission_secret.txt").write_text("ann's")

    def copied(self, place: Path) -> "Course":
        """The same in another place; the copy is not to be closed."""
        copy = Course(place)
        copy.nbgrader = self.nbgrader
        shutil.copytree(self.root, copy.root)
        (place / "exchange").mkdir(mode=0o777)
        (place / "exchange").chmod(0o777)
        (copy.root / "nbgrader_local.py").write_text(f"c.Exchange.root = {str(place / 'exchange')!r}\n")
        return copy

    def close(self) -> None:
        self.nbgrader.close()

    def run(self, command: str) -> tuple[int, str]:
        """Runs a line of a document in the course's folder: its status, and what it said."""
        self.tried.add(command)
        words = shlex.split(command)
        if words[0] == "export":
            self.settings.update(word.split("=", 1) for word in words[1:])
            return 0, ""
        if words[0] == "nbgrader":
            ended = self.nbgrader(*words[1:], folder=self.root)
            return ended.returncode, ended.text
        if words[:2] == ["autograder", "grade"] and not survey().safe:
            words.append("--unsafe")
        if words[0] not in MODULES:
            return 127, f"No test knows how to run {words[0]}. ELSEWHERE says of a command why it is not run here."
        program = [sys.executable, "-m", MODULES[words[0]], *words[1:]]
        environment = {**os.environ, **self.settings}
        ended = subprocess.run(program, cwd=self.root, env=environment, capture_output=True, text=True, timeout=300)
        return ended.returncode, ended.stdout + ended.stderr

    def certificates(self) -> None:
        """An authority and a certificate, where the page on clusters has them."""
        import trustme

        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.root / "ca.pem")
        issued = authority.issue_cert("127.0.0.1")
        issued.private_key_and_cert_chain_pem.write_to_path(self.root / "own.pem")
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]

    @contextlib.contextmanager
    def started(self, servers: Sequence[str]) -> Iterator[None]:
        """Runs these lines beside each other; they are ended with all that they started."""
        with contextlib.ExitStack() as stack:
            for number, line in enumerate(servers):
                log = self.root / f"server-{number}.log"
                stack.enter_context(process(*shlex.split(line)[1:], log=log, **self.settings))
            yield
