"""A folder of submissions becomes verdicts, whatever is in it."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from building import write_course

from autograder import course as courses
from autograder import pack as packs
from autograder.grading import batch, rehearsal, worker
from autograder.grading.pool import Workers
from autograder.grading.result import as_json_line
from autograder.outcome import Outcome
from autograder.publishing import build
from autograder.running.submission import students

UNIT = "arithmetic"
RIGHT = "import numpy as np\ndef double(x):\n    return x + x\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    found = courses.find(write_course(tmp_path_factory.mktemp("course")))
    build.write(found, build.files(found, "s" * 32))
    return found


@pytest.fixture(scope="module")
def hidden(course):
    return [msgspec.structs.replace(pack, seconds=1.0) for pack in batch.hidden_packs(course, UNIT)]


def notebook(*cells: str) -> str:
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    listed = [{**code, "id": f"cell-{n}", "source": source} for n, source in enumerate(cells)]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def hand_in(folder: Path, **files: str | bytes) -> Path:
    """A folder with `<student>.ipynb` for each; what is no text of a notebook is written as it is."""
    folder.mkdir(exist_ok=True)
    for student, content in files.items():
        path = folder / f"{student}.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else notebook(content).encode())
    return folder


def graded(course, hidden, folder, jobs=1, shuffled=None):
    handed_in = students(folder, UNIT)
    if shuffled is not None:
        random.Random(shuffled).shuffle(handed_in)
    work = [batch.Work(each) for each in handed_in]
    found = batch.grade(work, UNIT, hidden, batch.limits_of(course), jobs)
    return {each.student: each for _, each in found}


def outcomes(results) -> dict[str, str]:
    return {student: each.verdicts[0].outcome.value for student, each in results.items()}


MIXED = {
    "right": RIGHT,
    "squared": RIGHT.replace("x + x", "x**2"),
    "loops": RIGHT.replace("return x + x", "while True: pass"),
    "stub": "def double(x):\n    raise NotImplementedError()",
    "nothing": "print('hello')",
    "dies": RIGHT.replace("return x + x", "import os; os._exit(3)"),
    "noise": b"\xff\x00 not a notebook",
    "syntax": "def double(x:\n",
}
EXPECTED = {
    "right": "correct",
    "squared": "wrong",
    "loops": "timed_out",
    "stub": "not_attempted",
    "nothing": "missing",
    "dies": "crashed",
    "noise": "crashed",
    "syntax": "crashed",
}


def test_verdicts_do_not_depend_on_workers_runs_or_order(course, hidden, tmp_path):
    folder = hand_in(tmp_path / "class", **MIXED)

    def lines(**options):
        results = graded(course, hidden, folder, **options)
        plain = [msgspec.structs.replace(results[student], seconds=0.0) for student in sorted(results)]
        return [as_json_line(each) for each in plain]

    first = graded(course, hidden, folder)
    assert outcomes(first) == EXPECTED
    assert first["squared"].verdicts[0].diagnosis == "squared"
    alone = lines(jobs=1)
    assert lines(jobs=1) == alone
    assert lines(jobs=2) == alone
    assert lines(jobs=2, shuffled=7) == alone


def kill_or_grade(handed_in, *more):
    """What a worker does when one submission is its end each time; run there, so it stands in the module."""
    if handed_in.student == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return GRADE(handed_in, *more)


GRADE = worker.grade


def test_a_submission_that_kills_its_worker_costs_only_itself(course, hidden, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "grade", kill_or_grade)
    folder = hand_in(tmp_path / "class", right=RIGHT, squared=MIXED["squared"], killer=RIGHT)
    results = graded(course, hidden, folder, jobs=2)
    assert outcomes(results) == {"right": "correct", "squared": "wrong", "killer": "grader_error"}
    assert not results["killer"].judged
    assert json.loads(as_json_line(results["killer"]))["score"] is None


def test_a_defect_of_the_grader_costs_one_submission_its_verdict_and_nobody_a_point(
    course, hidden, tmp_path, monkeypatch
):
    def broken(*_):
        raise ZeroDivisionError("with something secret in it")

    folder = hand_in(tmp_path / "class", ann=RIGHT)
    written = [packs.write(pack) for pack in hidden]
    one = worker.Worker(worker.Job(unit=UNIT, packs=written, limits=batch.limits_of(course)))
    with one.sandbox, monkeypatch.context() as patch:
        patch.setattr(worker, "judge", broken)
        (each,) = (one.grade(handed_in) for handed_in in students(folder, UNIT))
    assert (each.verdicts[0].outcome, each.judged) == (Outcome.grader_error, False)
    assert "ZeroDivisionError at test_grading.py" in each.notes[0]
    assert "secret" not in each.notes[0] + each.verdicts[0].message


def test_whose_work_it_is_must_be_clear_before_there_is_a_score(course, hidden, tmp_path):
    folder = hand_in(tmp_path / "class", right=RIGHT, twice=RIGHT)
    (folder / "twice").mkdir()
    (folder / "twice" / "arithmetic.ipynb").write_text(notebook(RIGHT))
    (folder / "no good name.ipynb").write_text(notebook(RIGHT))
    results = graded(course, hidden, folder)
    assert outcomes(results)["right"] == "correct"
    for student, each in results.items():
        if student != "right":
            assert (each.verdicts[0].outcome, each.judged) == (Outcome.grader_error, False)
            assert "Rename" in each.notes[0] or "keep the one that counts" in each.notes[0]


def test_what_notebooks_do_in_class_hurts_nobody(course, hidden, tmp_path):
    folder = tmp_path / "class"
    (folder / "ann").mkdir(parents=True)
    (folder / "ann" / "weights.csv").write_text("2.0\n")
    cells = [
        "%matplotlib inline\nimport numpy as np, matplotlib.pyplot as plt, warnings",
        "plt.plot(np.random.randn(10)); plt.show()",
        "%timeit -n 1 -r 1 sum(range(10))",
        "import asyncio\nawait asyncio.sleep(0.01)",
        "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass",
        "warnings.warn('careful'); np.log(0)",
        "!ls\n%pip install numpy",
        "factor = np.loadtxt('weights.csv')",
        "def double(x):\n    return factor * x",
        "from autograder import check\ncheck(double)",
        "double(np.ones(3))",
    ]
    (folder / "ann" / "arithmetic.ipynb").write_text(notebook(*cells))
    (each,) = graded(course, hidden, folder).values()
    assert each.verdicts[0].outcome is Outcome.correct, each.verdicts[0].message


def test_python_files_are_graded_too(course, hidden, tmp_path):
    folder = tmp_path / "class"
    (folder / "ann").mkdir(parents=True)
    (folder / "ann" / "double.py").write_text(RIGHT)
    (folder / "bob.py").write_text(RIGHT.replace("x + x", "x**2"))
    assert outcomes(graded(course, hidden, folder)) == {"ann": "correct", "bob": "wrong"}


def test_a_partial_answer_gets_its_share_and_a_mistake_in_a_public_case_costs(course, hidden, tmp_path):
    partial = RIGHT.replace("return x + x", "return x + x if len(x) > 1 else x")
    (each,) = graded(course, hidden, hand_in(tmp_path / "class", ann=partial)).values()
    assert 0 < each.score < each.max_score


def autograder(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    environment = {**os.environ, "COLUMNS": "120"}
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, env=environment)


@pytest.fixture
def copy(course, tmp_path):
    import shutil

    return Path(shutil.copytree(course.root, tmp_path / "copy"))


def test_the_command_grades_without_the_solutions(copy):
    (copy / "solutions").rename(copy / "elsewhere")
    for student, source in (("ann", RIGHT), ("[red]bob", RIGHT), ("cem", MIXED["squared"])):
        path = copy / "submitted" / student / UNIT / "arithmetic.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook(source))
    result = autograder(copy, "grade", UNIT, "--jsonl", "out.jsonl", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert "3 submissions" in result.stdout
    assert "gradebook: 2 submissions written to sqlite" in result.stdout
    assert "1 student  arithmetic/double: squared" in result.stdout
    lines = [json.loads(line) for line in (copy / "out.jsonl").read_text().splitlines()]
    assert [line["student"] for line in lines] == ["[red]bob", "ann", "cem"]
    assert lines[2] == {
        "student": "cem",
        "unit": UNIT,
        "score": pytest.approx(0, abs=0.2),
        "max_score": 2.0,
        "seconds": lines[2]["seconds"],
        "exercises": {
            "double": {
                "outcome": "wrong",
                "score": lines[2]["score"],
                "max_score": 2.0,
                "diagnosis": "squared",
                "message": lines[2]["exercises"]["double"]["message"],
            }
        },
    }
    page = (copy / "reports" / "arithmetic.html").read_text()
    assert "Content-Security-Policy" in page
    assert "That is the square." in page


def test_one_student_can_be_graded(copy):
    hand_in(copy / "class", ann=RIGHT, bob=RIGHT)
    result = autograder(copy, "grade", UNIT, "--course", "class", "--student", "bob", "--jobs", "1")
    assert "bob" in result.stdout
    assert "ann" not in result.stdout
    missing = autograder(copy, "grade", UNIT, "--course", "class", "--student", "eve")
    assert (missing.returncode, "eve handed in nothing" in missing.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "algebra"], "no unit is called 'algebra'; the units are arithmetic"),
        (["grade", UNIT], "say where the submissions are with --course DIR"),
        (["grade", UNIT, "--course", "nowhere"], "nowhere does not exist"),
        (["grade", UNIT, "--course", "empty"], "holds no submission of arithmetic: expected"),
    ],
)
def test_an_error_is_one_sentence(copy, arguments, says):
    (copy / "empty").mkdir()
    result = autograder(copy, *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_without_hidden_packs_the_command_says_what_to_do(copy):
    (copy / "hidden_packs" / UNIT / "double.pack").unlink()
    hand_in(copy / "class", ann=RIGHT)
    assert "run `autograder build` first" in autograder(copy, "grade", UNIT, "--course", "class").stderr


def test_a_pack_older_than_its_author_s_file_is_told(copy):
    path = copy / "solutions" / UNIT / "double.py"
    path.write_text(path.read_text() + "# changed\n")
    hand_in(copy / "class", ann=RIGHT)
    result = autograder(copy, "grade", UNIT, "--course", "class", "--jobs", "1")
    assert "arithmetic/double has changed since its pack was built" in result.stdout
    assert "no gradebook: class has no nbgrader_config.py" in result.stdout


def test_where_every_core_has_a_worker_each_keeps_to_its_own(course, hidden):
    cores = os.sched_getaffinity(0)
    with Workers(UNIT, hidden, batch.limits_of(course), None, len(cores), now=len(cores)):
        kept = [os.sched_getaffinity(each.pid) for each in multiprocessing.active_children()]
    assert sorted(map(sorted, kept)) == [[core] for core in sorted(cores)]


def test_what_a_student_wrote_is_data_on_the_page(course, hidden, tmp_path):
    from autograder.feedback.report import page

    hostile = "raise ValueError('<script>alert(1)</script> [/red] \\x1b]52;c;aGk=\\x07')"
    folder = hand_in(tmp_path / "class", ann=RIGHT.replace("return x + x", hostile))
    results = list(graded(course, hidden, folder).values())
    text = "".join(page(UNIT, "Arithmetic", results, {}))
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert "\x1b" not in text


def test_the_demo_fails_when_the_grader_disagrees(course, hidden, tmp_path):
    exercise = course.exercise("arithmetic/double")
    pupil = next(each for each in rehearsal.pupils([exercise]) if each.student == "mistaken-01")
    published = (course.root / "exercises" / UNIT / "arithmetic.ipynb").read_text()
    rehearsal.write(pupil, published, tmp_path / "class" / pupil.student / "arithmetic.ipynb")
    (each,) = graded(course, hidden, tmp_path / "class").values()
    assert rehearsal.surprises(pupil, each) == []
    accepted = msgspec.structs.replace(each.verdicts[0], outcome=Outcome.correct, diagnosis=None)
    wrongly = msgspec.structs.replace(each, verdicts=(accepted,))
    assert "expected wrong (squared), got correct" in rehearsal.surprises(pupil, wrongly)[0]


def test_what_several_students_answered_alike_is_judged_once(course, hidden, tmp_path, monkeypatch):
    wrong = "def double(x):\n    return x * 3\n"
    folder = hand_in(tmp_path, ann=RIGHT, bob=RIGHT, cleo=wrong, dan="def double(x):\n    return x * 2.0\n", eve=wrong)
    judged = []
    judge = worker.judge
    monkeypatch.setattr(worker, "judge", lambda pack, answers: judged.append(pack.name) or judge(pack, answers))
    grader = worker.Worker(
        worker.Job(unit=UNIT, packs=[packs.write(pack) for pack in hidden], limits=batch.limits_of(course), walls=None)
    )
    found = {each.student: grader.grade(each) for each in students(folder, UNIT)}
    grader.sandbox.__exit__()
    assert judged.count("double") == 2, "dan multiplies where ann adds, and gets the same to the last bit"
    for name, each in found.items():
        alone = worker.Worker(grader.job)
        (handed_in,) = [one for one in students(folder, UNIT) if one.student == name]
        assert alone.grade(handed_in).verdicts == each.verdicts
        alone.sandbox.__exit__()
