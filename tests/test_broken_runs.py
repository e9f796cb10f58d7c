"""Whatever breaks a run over a class, the next one completes it: the end is that of a run that nothing disturbed."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader_class import RIGHT, UNIT, WRONG, comments, counts, environment, hand_in, rebuild, scores, write

from autograder.child.confinement import SET_CHILD_SUBREAPER, prctl
from autograder.gradebook import spreadsheet, verdicts
from autograder.gradebook.course_folder import CourseFolder
from autograder.gradebook.database import Gradebook
from autograder.running.isolation import survey

KILLS = int(os.environ.get("KILLS", "10"))  # `make kills` does a hundred
VICTIMS = ("main", "worker", "zygote", "all")
STUDENTS = 30  # more than are written together
GRADE = [sys.executable, "-m", "autograder.cli", "grade", UNIT, "--jobs", "2"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty have handed in, and nobody is graded."""
    root = write(tmp_path_factory.mktemp("handed-in"))
    slowly = "import time; time.sleep(0.05)\n"
    for number in range(STUDENTS):
        answers = RIGHT if number % 3 else WRONG
        hand_in(root, f"s{number:02}", {**answers, "double": slowly + answers["double"]})
    Gradebook(CourseFolder(root), UNIT).engine.dispose()
    return root


@pytest.fixture(scope="module")
def undisturbed(course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """How it ends when nothing happens, and how many seconds that takes."""
    root = Path(shutil.copytree(course, tmp_path_factory.mktemp("undisturbed") / "course"))
    began = time.monotonic()
    completed(root)
    return state(root), time.monotonic() - began


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of a test's runs there is no process afterwards, no scratch folder and no mount."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    mounts = Path("/proc/mounts").read_text()
    before = set(psutil.Process().children(recursive=True))
    prctl(SET_CHILD_SUBREAPER, 1)  # what loses its parent becomes a child of this process
    yield
    deadline = time.monotonic() + 30
    while (left := set(psutil.Process().children(recursive=True)) - before) and time.monotonic() < deadline:
        for each in left:
            with contextlib.suppress(psutil.Error, ChildProcessError):
                if each.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(each.pid, os.WNOHANG)
        time.sleep(0.05)
    prctl(SET_CHILD_SUBREAPER, 0)
    assert not left
    # Without an outer wall, a kill that meets the trying-out of the layers leaves their folder, which is empty.
    folders = [each for each in (tmp_path / "tmp").iterdir() if survey().command or any(each.iterdir())]
    assert folders == []
    assert Path("/proc/mounts").read_text() == mounts


def started(root: Path, *command: str) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    words = [*(command or GRADE)]
    return subprocess.Popen(words, cwd=root, text=True, env=environment(), start_new_session=True, **pipes)


def completed(root: Path) -> str:
    done = subprocess.run(GRADE, cwd=root, capture_output=True, text=True, env=environment(), timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(root: Path) -> dict[str, Any]:
    """All that a run leaves, without the times."""
    reports = root / "reports" / f"{UNIT}.jsonl"
    graded = [json.loads(line) for line in reports.read_text().splitlines()]
    for each in graded:
        each.pop("seconds")
    return {
        "export": spreadsheet.table(verdicts.read(reports, UNIT, ["double", "triple"])),
        "lines": graded,
        "scores": scores(root),
        "comments": comments(root),
        "rows": counts(root),
        "autograded": {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted((root / "autograded").rglob("*"))
            if path.is_file()
        },
    }


def of_kind(running: subprocess.Popen[str], kind: str) -> list[psutil.Process]:
    """The processes of a run: its workers, or its zygotes."""
    marks = {"worker": "multiprocessing.spawn", "zygote": "autograder.child.zygote"}
    found = []
    with contextlib.suppress(psutil.Error):
        for each in psutil.Process(running.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if marks[kind] in " ".join(each.cmdline()):
                    found.append(each)
    return found


def wait_for(running: subprocess.Popen[str], happened: Callable[[], Any]) -> bool:
    """Whether it happened while the run was on."""
    while running.poll() is None:
        if happened():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_process_loses_nothing(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path, number: int
) -> None:
    expected, took = undisturbed
    chance, victim = random.Random(number), VICTIMS[number % len(VICTIMS)]
    root = Path(shutil.copytree(course, tmp_path / "course"))
    running = started(root)
    if victim in ("worker", "zygote"):
        wait_for(running, lambda: of_kind(running, victim))
        time.sleep(chance.uniform(0, took / 2))
        for each in of_kind(running, victim)[:1]:
            each.kill()
        _, said = running.communicate(timeout=120)
        # A fault of ours is mended by the run itself.
        assert running.returncode == 0, said
        assert state(root) == expected
    else:
        time.sleep(chance.uniform(0.3, took))
        os.killpg(running.pid, signal.SIGKILL) if victim == "all" else running.kill()
        running.communicate(timeout=120)
    completed(root)
    assert state(root) == expected


@pytest.mark.parametrize("moment", ["begun", "written"])
def test_ctrl_c_stops_says_how_to_go_on_and_the_next_run_does(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path, moment: str
) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    running = started(root)
    moments = {"begun": lambda: of_kind(running, "worker"), "written": lambda: list(root.glob("autograded/*"))}
    assert wait_for(running, moments[moment])
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of its processes get it
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert said.startswith("autograder: stopped") and "he same command goes on from there." in said
    assert len(said.splitlines()) == 1
    completed(root)
    assert state(root) == undisturbed[0]


# What runs in a mount namespace of its own: the folder is filled or closed, graded in, mended, and graded in again.
HOUSE = """
set -u
full() {
    mount -t tmpfs -o size=16m tmpfs "$at" && cp -a "$from/." "$at" && cd "$at" || exit 77
    room=$(df --output=avail -k . | tail -1)
    head -c $(( (room - free) * 1024 )) /dev/zero > ballast
    grade first; rm ballast; grade second
    cp -a "$at/." "$out"
}
closed() {
    cp -a "$from/." "$at" && mount --bind "$at" "$at" && mount -o remount,ro,bind "$at" && cd "$at" || exit 77
    grade first; mount -o remount,rw,bind "$at"; grade second
    cp -a "$at/." "$out"
}
grade() {
    "$python" -m autograder.cli grade arithmetic --jobs 2 $unsafe > "$out.$1.stdout" 2> "$out.$1"
    echo $? >> "$out.$1"
}
"""


def housed(course: Path, place: Path, what: str) -> tuple[str, Path]:
    """Grades twice in a course on another disk; what the first run said with its exit status, and the course after."""
    at, out = place / "course", place / "after"
    at.mkdir()
    out.mkdir()
    # Who is no root becomes one for this, and then cannot change the user of a student's process.
    own, unsafe = ([], "") if os.geteuid() == 0 else (["--map-root-user"], "--unsafe")
    words = ["unshare", "--mount", *own, "sh", "-c", f"{HOUSE}\n{what}"]
    given = {"from": str(course), "at": str(at), "out": str(out), "python": sys.executable, "unsafe": unsafe}
    done = subprocess.run(words, capture_output=True, text=True, env=environment() | given, timeout=300)
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"needs the right to mount: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert (place / "after.second").read_text() == "0\n"
    return (place / "after.first").read_text(), out


def is_one_sentence_with_a_way_out(said: str) -> None:
    assert said.startswith("autograder: ") and said.endswith("\n2\n") and len(said.splitlines()) == 2
    assert "ame command" in said or "delete the file" in said
    assert "kept" in said


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
@pytest.mark.parametrize("free", [40, 160, 420, 640])
def test_a_disk_that_fills_up_is_said_and_with_room_the_next_run_goes_on(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path, free: int
) -> None:
    said, after = housed(course, tmp_path, f"free={free}; full")
    is_one_sentence_with_a_way_out(said)
    assert state(after) == undisturbed[0]


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_a_folder_that_cannot_be_written_is_said_and_then_the_next_run_goes_on(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    said, after = housed(course, tmp_path, "closed")
    is_one_sentence_with_a_way_out(said)
    assert state(after) == undisturbed[0]


IMPATIENT = """
import sys
from autograder import cli
from autograder.gradebook import database
database.PATIENCE = 0.5
if __name__ == "__main__":
    sys.argv = ["autograder", "grade", "arithmetic", "--jobs", "2"]
    cli.main()
"""


def test_a_gradebook_that_stays_locked_is_said_and_then_the_next_run_goes_on(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    (root / "impatient.py").write_text(IMPATIENT)
    running = started(root, sys.executable, "impatient.py")
    with sqlite3.connect(root / "gradebook.db", isolation_level=None) as formgrader:
        assert wait_for(running, lambda: list(root.glob("autograded/*")))  # in the middle
        formgrader.execute("BEGIN IMMEDIATE")
        _, said = running.communicate(timeout=60)
        formgrader.execute("ROLLBACK")
    formgrader.close()
    assert running.returncode == 2
    assert "is locked by another program" in said and "What was written before is kept." in said
    assert len(said.splitlines()) == 1
    completed(root)
    assert state(root) == undisturbed[0]


def test_an_exercise_that_changes_between_two_runs_leaves_what_it_leaves_from_the_start(
    course: Path, undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    one, other = (Path(shutil.copytree(course, tmp_path / name)) for name in ("one", "other"))
    completed(one)
    for root in (one, other):
        path = root / "solutions" / UNIT / "double.py"
        path.write_text(path.read_text().replace("That is the square.", "You squared it."))
        rebuild(root)
        completed(root)
    assert state(one) == state(other) != undisturbed[0]
