"""What the documents say is true: examples are the files, commands exist and work."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_examples_are_the_files_themselves():
    included = runpy.run_path(str(ROOT / "docs" / "include.py"))["included"]
    for document in DOCUMENTS:
        assert included(document.read_text()) == document.read_text(), "run: python docs/include.py"


def test_the_shortest_and_the_longest_are_what_the_document_says():
    named = re.findall(r"<!-- file: (\S+) -->", (ROOT / "docs" / "authoring.md").read_text())
    files = [path for path in (ROOT / "solutions").glob("*/*.py") if path.parent.name != "models"]
    files = [path for path in files if ".oracle.model(" not in path.read_text()]
    lengths = {len(path.read_text().splitlines()): path for path in files}
    assert lengths[min(lengths)] == ROOT / named[0]
    assert lengths[max(lengths)] == ROOT / named[1]


def commands() -> list[str]:
    """Every command line in a shell block of the documents."""
    found = []
    for document in DOCUMENTS:
        if document.name == "lms.md":
            continue  # each needs what the one before wrote: tests/test_downloads.py
        for block in re.findall(r"```\n(.*?)```", document.read_text(), re.S):
            lines = [line.partition("#")[0].strip() for line in block.splitlines()]
            found += [line for line in lines if line.split(" ")[0] in ("make", "autograder", "pytest")]
    return list(dict.fromkeys(found))


def test_there_are_commands():
    assert len(commands()) >= 6


# `watch` is in a terminal until somebody leaves it: tests/test_watch.py. What needs a demo: tests/test_demo.py;
# other machines: tests/test_cluster.py.
ELSEWHERE = re.compile("make|autograder watch$|autograder (grade|report) .*demo|autograder grade .*--scheduler")
# Every exercise is proven in tests/test_proving.py.
SHORTER = {"autograder verify": "autograder verify losses/mse"}


@pytest.mark.parametrize("command", [command for command in commands() if not ELSEWHERE.match(command)])
def test_every_command_works_on_a_copy_of_the_course(command, tmp_path):
    import shutil

    for name in ("exercises", "solutions", "course.yml"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    # The same hidden cases at each run, so that a red one can be repeated.
    (tmp_path / "course.secret").write_text("documents" * 8)
    program, *arguments = shlex.split(SHORTER.get(command, command))
    module = {"autograder": "autograder.cli", "pytest": "pytest"}[program]
    result = subprocess.run([sys.executable, "-m", module, *arguments], cwd=tmp_path, capture_output=True, text=True)
    # Untouched exercises are to do: pytest says so with status 1.
    assert result.returncode == (1 if program == "pytest" else 0), result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize("command", [line for line in commands() if line.split()[0] == "make"])
def test_every_make_target_exists(command):
    subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
