"""`autograder export`: from graded submissions to the files; what it prints, how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from building import write_course

UNIT = "arithmetic"


def autograder(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def verdict(student: str, score: float | None) -> str:
    double = {"outcome": "grader_error" if score is None else "correct", "score": score, "max_score": 2.0}
    line = {"student": student, "unit": UNIT, "score": score, "max_score": 2.0, "exercises": {"double": double}}
    return json.dumps(line) + "\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course whose unit is graded: a right answer, and one that could not be judged."""
    write_course(tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / f"{UNIT}.jsonl").write_text(verdict("ann_1", 2.0) + verdict("bob", None))
    (tmp_path / "canvas.csv").write_text("Student,ID,Section,Arithmetic (7)\nPoints Possible,,,2\nAnn,1,A,\n")
    return tmp_path


def test_csv_goes_beside_the_report(root: Path) -> None:
    result = autograder(root, "export", "csv", UNIT)
    assert (result.returncode, result.stderr) == (0, "")
    assert "1 could not be judged: their cells are empty." in result.stdout
    found = (root / "reports" / f"{UNIT}.csv").read_bytes()
    assert found == b"student,score,max_score,double\r\nann_1,2,2,2\r\nbob,,2,\r\n"


def test_canvas_gets_its_own_gradebook_back(root: Path) -> None:
    result = autograder(root, "export", "canvas", UNIT, "--gradebook", "canvas.csv", "--out", "back.csv")
    assert (result.returncode, result.stderr) == (0, "")
    assert "bob is not in the gradebook" in result.stdout
    assert "1 of 2 scores were entered." in result.stdout
    assert (root / "back.csv").read_text().splitlines()[-1] == "Ann,1,A,2"


def test_gradescope_gets_a_file_for_each_student_and_an_old_one_does_not_stay(root: Path) -> None:
    folder = root / "reports" / f"{UNIT}-gradescope"
    folder.mkdir()
    (folder / "bob.json").write_text('{"score": 2}')
    result = autograder(root, "export", "gradescope", UNIT)
    assert "bob could not be judged: no file for Gradescope" in result.stdout
    assert [path.name for path in folder.iterdir()] == ["ann_1.json"]
    assert json.loads((folder / "ann_1.json").read_text())["score"] == 2.0


def test_gradescope_s_container_asks_for_the_file_of_one_submission(root: Path) -> None:
    (root / "one.jsonl").write_text(verdict("submission", 1.5))
    result = autograder(root, "export", "gradescope", UNIT, "--verdicts", "one.jsonl", "--out", "results/results.json")
    assert result.returncode == 0, result.stderr
    assert json.loads((root / "results" / "results.json").read_text())["tests"][0]["score"] == 1.5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["csv", "algebra"], "no unit is called 'algebra'; the units are arithmetic"),
        (
            ["csv", UNIT, "--verdicts", "nowhere.jsonl"],
            "nowhere.jsonl cannot be read (No such file or directory): grade first",
        ),
        (["canvas", UNIT], "Canvas takes scores in a gradebook of its own only"),
        (["canvas", UNIT, "--gradebook", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["canvas", UNIT, "--gradebook", "canvas.csv", "--column", "Homework"], "no column called Homework"),
        (["gradescope", UNIT, "--out", "results.json"], "results.json is one file, and there are 2 submissions"),
        (["csv", UNIT, "--out", "course.yml/x.csv"], "cannot be written"),
    ],
)
def test_an_error_is_one_sentence_and_status_2(root: Path, arguments: list[str], says: str) -> None:
    result = autograder(root, "export", *arguments)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert says in result.stderr
    assert "Traceback" not in result.stderr
