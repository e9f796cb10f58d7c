"""`autograder demo`: one command, and there is an nbgrader course with a graded class that formgrader opens."""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from nbgrader_class import command, environment

from autograder.course import CourseError
from autograder.grading import demo

ROOT = Path(__file__).resolve().parent.parent
UNIT = "activations"
TOKEN = "a-token"
OUTSIDE = os.pathsep.join(
    part for part in os.environ["PATH"].split(os.pathsep) if part != str(Path(sys.executable).parent)
)

# They share the demo, which takes half a minute.
pytestmark = pytest.mark.xdist_group("demo")


def autograder(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return command(root, sys.executable, "-m", "autograder.cli", *words)


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A copy of this project's course, and in it the demo, with what it said in `said`."""
    root = tmp_path_factory.mktemp("project")
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "course.yml", root)
    # The same hidden cases at each run, so that a red one can be repeated.
    (root / "course.secret").write_text("the demo" * 8)
    # As `make demo` runs it: in a shell that does not know the environment's programs.
    result = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "demo"],
        **{"cwd": root, "capture_output": True, "text": True, "env": {**environment(), "PATH": OUTSIDE}},
    )
    (root / "said").write_text(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr
    return root


def verdicts(root: Path) -> dict[str, dict]:
    lines = (root / "demo" / "verdicts.jsonl").read_text().splitlines()
    return {line["student"]: line for line in map(json.loads, lines)}


def test_every_verdict_is_the_one_known_beforehand(root):
    said = (root / "said").read_text()
    assert int(re.search(r"grade (\d+) notebooks", said)[1]) == len(verdicts(root)) >= 24
    assert re.search(r"\b(\d{3,}) of \1 verdicts are the ones known beforehand", said)


def test_the_gradebook_holds_the_verdicts_and_the_answers_in_words_wait_for_a_person(root):
    with sqlite3.connect(root / "demo" / "gradebook.db") as database:
        found = database.execute(
            "select s.student_id, count(*), sum(auto_score), sum(needs_manual_grade) from grade g "
            "join submitted_notebook n on n.id = g.notebook_id join submitted_assignment s on s.id = n.assignment_id "
            "group by s.student_id"
        ).fetchall()
    expected = verdicts(root)
    assert {student: score for student, _, score, _ in found} == {
        student: pytest.approx(line["score"], abs=1e-3) for student, line in expected.items()
    }
    assert {cells for _, cells, _, _ in found} == {len(expected["right-1"]["exercises"]) + 1}
    assert {student for student, _, _, waiting in found if not waiting} == {"untouched"}


def test_the_folder_is_a_whole_nbgrader_course(root, tmp_path):
    # Away from the project it came from.
    course = Path(shutil.copytree(root / "demo", tmp_path / "course"))
    done = command(course, "nbgrader", "export", "--to", "grades.csv")
    assert done.returncode == 0, done.stderr
    with (course / "grades.csv").open() as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows["right-1"] == verdicts(root)["right-1"]["max_score"] and len(rows) == len(verdicts(root))
    for folder in ("source", "release", "submitted/right-1", "autograded/right-1"):
        assert (course / folder / UNIT / f"{UNIT}.ipynb").is_file()
    assert "BEGIN SOLUTION" not in (course / "release" / UNIT / f"{UNIT}.ipynb").read_text()
    # nbgrader's own road, too, from the cases that are in this folder.
    done = command(course, "nbgrader", "autograde", UNIT, "--student=mistaken-01", "--force")
    assert done.returncode == 0, done.stderr
    cards = (course / "autograded" / "mistaken-01" / UNIT / f"{UNIT}.ipynb").read_text()
    assert str(root) not in cards and "No hidden cases" not in cards


def test_every_student_has_nbgrader_s_feedback_with_the_hints(root):
    pages = {path.parent.parent.name: path.read_text() for path in root.glob(f"demo/feedback/*/{UNIT}/{UNIT}.html")}
    assert set(pages) == set(verdicts(root))
    messages = [each["message"] for each in verdicts(root)["mistaken-01"]["exercises"].values() if each["diagnosis"]]
    assert messages and pages["mistaken-01"].count("→") >= len(messages)
    assert "Student's score" in pages["right-1"] or "Score" in pages["right-1"]


def next_line(root: Path, what: str) -> str:
    return re.search(rf"^{what} +(.+)$", (root / "said").read_text(), re.M)[1]


def test_the_command_it_prints_opens_formgrader(root, tmp_path):
    line = f"{next_line(root, 'formgrader')} --no-browser --port=0 --IdentityProvider.token={TOKEN}"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "NBGRADER"))},
        **{f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "RUNTIME", "DATA")},
        "HOME": str(tmp_path),
        "PATH": OUTSIDE,
    }
    shell = ["bash", "-c", f"{line.replace(' && ', ' && exec env ')}"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(shell, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not (found := list((tmp_path / "runtime").glob("jpserver-*.json"))):
            assert server.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.1)
        address = json.loads(found[0].read_text())["url"]

        def get(path: str) -> tuple[str, str]:
            """Where it leads, and what is there."""
            request = urllib.request.Request(address + path, headers={"Authorization": f"token {TOKEN}"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.url.removeprefix(address), answer.read().decode()

        assert get("")[0].startswith("formgrader")
        (assignment,) = json.loads(get("formgrader/api/assignments")[1])
        assert (assignment["name"], assignment["num_submissions"]) == (UNIT, len(verdicts(root)))
        submissions = json.loads(get(f"formgrader/api/submissions/{UNIT}")[1])
        assert {each["student"] for each in submissions if not each["needs_manual_grade"]} == {"untouched"}
    finally:
        server.terminate()
        server.wait(timeout=60)


def readme_commands() -> list[str]:
    lines = re.findall(r"^(autograder grade .*--course demo[^#\n]*)", (ROOT / "README.md").read_text(), re.M)
    return [line.strip() for line in lines]


def test_what_the_readme_does_with_the_demo_and_what_the_demo_proposes_works(root):
    assert readme_commands()
    for line in [*readme_commands(), next_line(root, "grade one again")]:
        done = autograder(root, *line.split()[1:])
        assert done.returncode == 0, done.stderr
        assert "mistaken-01" in done.stdout
    # Graded again, with the limits of the course in place of the demo's.
    again = [json.loads(line) for line in (root / "verdicts.jsonl").read_text().splitlines()]
    found = {line["student"]: line["score"] for line in again}
    expected = verdicts(root)
    assert {"mistaken-01", "right-1"} <= set(found)
    assert found == {student: expected[student]["score"] for student in found}


def test_the_report_is_written_again_as_the_instructors_page_says(root):
    (line,) = re.findall(r"^autograder report .*demo/.*", (ROOT / "docs" / "instructors.md").read_text(), re.M)
    done = autograder(root, *line.split()[1:])
    assert done.returncode == 0, done.stderr
    assert (root / "demo" / "again.html").read_text().startswith("<!doctype html>")


def test_a_folder_of_somebody_s_own_is_not_emptied(tmp_path):
    mine = tmp_path / "submitted" / "ann.ipynb"
    mine.parent.mkdir()
    mine.write_text("{}")
    with pytest.raises(CourseError, match="holds what no demo wrote"):
        demo._cleared(tmp_path)
    assert mine.exists()
    again = tmp_path / "demo"
    demo._cleared(again)
    (again / "old").write_text("")
    demo._cleared(again)
    assert [path.name for path in again.iterdir()] == [demo.MARK]
