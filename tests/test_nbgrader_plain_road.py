"""`nbgrader autograde` itself on our notebooks: the hidden cases decide, and none of its traps is fallen into."""

import json
from pathlib import Path

import nbgrader_course
import pytest
from nbgrader_commands import Commands
from nbgrader_course import UNIT, cells, hand_in, read, scores

from autograder import pack
from autograder.judge import judge
from autograder.running import inprocess

NOISY = """\
    import logging, os, subprocess, sys, warnings
    warnings.warn("harmless")
    np.log(np.zeros(1))
    print("to stderr", file=sys.stderr)
    logging.getLogger("answer").warning("the handler holds the notebook's stderr")
    os.write(2, b"past Python")
    subprocess.run("echo a program >&2", shell=True)
    return 2 * x"""

SPEAKING = """\
    print(x.tolist())
    raise ValueError(x.tolist())"""

CLASS: dict[str, dict[str, str | None]] = {
    "right": {
        "double": NOISY,
        "triple": "triple = lambda x: 3 * x",
        "explain_why_twice": "Because it can be halved.",
    },
    "partly": {"double": "    return 2 * x if x.shape[0] == 1 else x", "triple": "    return True"},
    # What a check cell must not look like, with answers that must not pass: nbgrader takes both for full marks.
    "checks-edited": {
        "double": "    return x * np.nan",
        "check_double": "check(double);",
        "triple": "    return -x",
        "check_triple": "found = check(triple)",
    },
    "untouched": {},
    "speaking": {"double": SPEAKING, "triple": None},
    # Not functions at all, and an answer under a name of another exercise.
    "assigned": {"double": "double = 5", "triple": "def double(x): return 3 * x\ntriple = double"},
}


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    commands = Commands(tmp_path_factory.mktemp("home"))
    yield commands
    commands.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory, commands) -> Path:
    root = nbgrader_course.write(tmp_path_factory.mktemp("course"))
    assert commands("generate_assignment", UNIT, folder=root).returncode == 0
    for student, answers in CLASS.items():
        hand_in(root, student, answers)
    book = root / "submitted" / "right" / UNIT / f"{UNIT}.ipynb"
    book.write_text(book.read_text().replace("import check", "import check\\nimport logging; logging.basicConfig()"))
    graded = commands("autograde", UNIT, folder=root)
    assert graded.returncode == 0, graded.text
    return root


def points(root: Path, student: str) -> list[float | None]:
    found = scores(root, student)
    return [found["check_double"][0], found["check_triple"][0]]


def test_a_right_answer_has_full_marks_whatever_it_writes_to_stderr_and_whatever_it_is_called(root):
    assert points(root, "right") == [2.0, 1.5]


def test_partial_credit_is_the_score_of_our_judge(root):
    hidden = pack.read_file(root / "hidden_packs" / UNIT / "double.pack")

    def double(x):
        return 2 * x if x.shape[0] == 1 else x

    expected = judge(hidden, inprocess.answer_all(double, hidden.cases, hidden.seconds)).score
    assert 0 < expected < 2
    assert points(root, "partly") == [expected, 0.0]


def test_a_check_cell_that_was_edited_is_restored_and_gives_no_marks(root):
    assert points(root, "checks-edited") == [0.0, 0.0]
    graded = cells(read(root / "autograded" / "checks-edited" / UNIT / f"{UNIT}.ipynb"))
    assert graded["check_double"]["source"] == "check(double)"


def test_what_is_untouched_deleted_or_no_function_is_0(root):
    assert points(root, "untouched") == points(root, "speaking") == [0.0, 0.0]
    assert points(root, "assigned")[0] == 0.0


def test_a_function_is_judged_by_the_name_the_check_cell_gives_it(root):
    assert points(root, "assigned")[1] == 1.5


def test_an_answer_in_words_waits_for_a_person_and_an_untouched_one_is_0(root):
    assert scores(root, "right")["explain_why_twice"] == (None, True)
    assert scores(root, "untouched")["explain_why_twice"] == (0.0, False)


def test_the_card_stays_in_the_autograded_notebook_without_hidden_inputs(root):
    hidden = pack.read_file(root / "hidden_packs" / UNIT / "double.pack")
    secret = [json.dumps(number) for case in hidden.cases if case.hidden for number in case.inputs["x"].flat]
    for student in CLASS:
        text = (root / "autograded" / student / UNIT / f"{UNIT}.ipynb").read_text()
        assert not [number for number in secret if number in text], student
    # The control: `speaking` raises with its input as the text, and of a public case that is shown.
    graded = cells(read(root / "autograded" / "speaking" / UNIT / f"{UNIT}.ipynb"))
    html = "".join(graded["check_double"]["outputs"][0]["data"]["text/html"])
    assert "[[1.5, -2.0]]" in html and "0 of 2 points" in html


def test_where_nothing_can_be_judged_there_is_no_score_and_grading_again_mends_it(root, commands):
    hand_in(root, "unlucky", {"double": "    return 2 * x", "triple": "    return 3 * x"})
    path = root / "hidden_packs" / UNIT / "triple.pack"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    refused = commands("autograde", UNIT, "--student=unlucky", folder=root)
    assert refused.returncode == 1
    assert "partial credit cannot be greater than maximum points" in refused.text
    assert scores(root, "unlucky")["check_triple"] == (None, True)
    assert not (root / "autograded" / "unlucky" / UNIT).exists()
    path.write_bytes(whole)
    assert commands("autograde", UNIT, "--student=unlucky", folder=root).returncode == 0
    assert points(root, "unlucky") == [2.0, 1.5]
