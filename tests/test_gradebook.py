"""`autograder grade` on an nbgrader course: a class where everything happens, and nbgrader's own commands after it."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader_class import (
    ANSWERED,
    DOUBLE,
    IN_TIME,
    RIGHT,
    TRIPLE,
    UNIT,
    WRONG,
    autograded,
    cell_of,
    code_cell,
    comments,
    counts,
    grade,
    hand_in,
    name_of,
    nbgrader,
    released,
    scores,
    sql,
    write,
)

LATE = "2026-11-02 10:00:00.000000 UTC"
DUE = "2026-11-01 12:00:00.000000"
CONFIG = 'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'


def edited_check(text):
    return lambda book: cell_of(book, "check_double").update(source=text)


def more_points(book):
    for name in ("check_double", "check_triple", "explain_why"):
        cell_of(book, name)["metadata"]["nbgrader"]["points"] = 99


def unlocked(book):
    marks = cell_of(book, "check_double")["metadata"]["nbgrader"]
    marks.update(locked=False, grade=False, solution=True)


def answer_twice(book):
    stub = cell_of(book, "double")
    book["cells"].insert(book["cells"].index(stub), {**stub, "id": "copy", "source": DOUBLE})
    text = cell_of(book, "explain_why")
    book["cells"].insert(book["cells"].index(text), {**text, "id": "copy-2", "source": "Because two is."})
    # The copies that stand last are as they were given out.
    stub["source"] = "# nothing here"


def invented_cell(book):
    cell = code_cell("5", "invented")
    cell["metadata"]["nbgrader"] = {**cell_of(book, "check_double")["metadata"]["nbgrader"], "grade_id": "check_more"}
    book["cells"].append(cell)


def raw_text(book):
    cell_of(book, "explain_why").update(source="<script>alert(1)</script> [x](javascript:alert(2)) **yes**")


def as_results(text):
    return {"cells": {**WRONG, "check_double": text, "check_triple": text}, "more": (text,)}


REPLACED = "get_ipython().input_transformers_post.append(lambda lines: ['2\\n'])"
PRINTS_100_MB = "for _ in range(100): print('x' * 1_000_000)"

# student → how they hand in, and the scores of double (2 points), triple (4), and the answer in words (3).
BY_HAND = (None, True)
NOTHING = (0.0, False)
FULL = [(2.0, False), (4.0, False)]
ZERO = [NOTHING, NOTHING]
CLASS = {
    "deleted-checks": ({"cells": {**RIGHT, "check_double": None, "check_triple": None}}, [*FULL, NOTHING]),
    "deleted-function": ({"cells": {**RIGHT, "double": None}}, [NOTHING, (4.0, False), NOTHING]),
    "deleted-answer": ({"cells": {**RIGHT, "explain_why": None}}, [*FULL, NOTHING]),
    "answered-twice": ({"cells": {"triple": TRIPLE}, "change": answer_twice}, [*FULL, BY_HAND]),
    "edited-check": ({"cells": WRONG, "change": edited_check("2.0")}, [*ZERO, NOTHING]),
    "answer-in-check": ({"change": edited_check(DOUBLE)}, [*ZERO, NOTHING]),
    "more-points": ({"cells": ANSWERED, "change": more_points}, [*FULL, BY_HAND]),
    "unlocked": ({"cells": WRONG, "change": unlocked}, [*ZERO, NOTHING]),
    "invented-cell": ({"cells": RIGHT, "change": invented_cell}, [*FULL, NOTHING]),
    "np.float64": (as_results("import numpy\nnumpy.float64(2.5)"), [*ZERO, NOTHING]),
    "true": (as_results("True"), [*ZERO, NOTHING]),
    "nan": (as_results("float('nan')"), [*ZERO, NOTHING]),
    "minus-one": (as_results("-1"), [*ZERO, NOTHING]),
    "99-of-5": (as_results("99"), [*ZERO, NOTHING]),
    "own-check": ({"cells": WRONG, "more": ("def check(f): return 2.0",)}, [*ZERO, NOTHING]),
    "transformer": ({"cells": {**WRONG, "double": f"{REPLACED}\n{WRONG['double']}"}}, [*ZERO, NOTHING]),
    "warning": ({"cells": RIGHT, "more": ("import warnings; warnings.warn('careful')",)}, [*FULL, NOTHING]),
    "prints-100-mb": ({"cells": RIGHT, "more": (PRINTS_100_MB,)}, [*FULL, NOTHING]),
    "exit": ({"cells": RIGHT, "more": ("import os; os._exit(1)",)}, [*FULL, NOTHING]),
    "kernel-crash": ({"cells": ANSWERED, "more": ("import ctypes; ctypes.string_at(0)",)}, [*FULL, BY_HAND]),
    "syntax-error": ({"cells": {**RIGHT, "double": "def double(x:"}}, [NOTHING, (4.0, False), NOTHING]),
    "exception": ({"cells": {**RIGHT, "double": f"import nowhere\n{DOUBLE}"}}, [NOTHING, (4.0, False), NOTHING]),
    "hostile": ({"cells": RIGHT, "change": raw_text}, [*FULL, BY_HAND]),
}  # fmt: skip
HONEST = {
    "right": (RIGHT, [*FULL, NOTHING]),
    "answered": (ANSWERED, [*FULL, BY_HAND]),
    "wrong": ({**WRONG, "explain_why": "I do not know."}, [*ZERO, BY_HAND]),
    "half": ({"double": DOUBLE}, [(2.0, False), NOTHING, NOTHING]),
    "untouched": ({}, [*ZERO, NOTHING]),
    "late": (RIGHT, [*FULL, NOTHING]),
}
EXPECTED = {student: expected for student, (_, expected) in {**HONEST, **CLASS}.items()}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """A released course, and what honest students handed in."""
    root = write(tmp_path_factory.mktemp("nbgrader"))
    (root / "nbgrader_local.py").write_text(CONFIG)
    nbgrader(root, "generate_assignment", UNIT)
    sql(root, "update assignment set duedate = ?", DUE)
    for student, (cells, _) in HONEST.items():
        hand_in(root, student, cells, time=LATE if student == "late" else IN_TIME)
    return root


@pytest.fixture(scope="module")
def class_(honest, tmp_path_factory):
    """The whole class, graded. The folder `honest` is graded by nbgrader itself."""
    root = Path(shutil.copytree(honest, tmp_path_factory.mktemp("ours") / "course"))
    said = grade(root)
    nbgrader(root, "export", "--to", "honest.csv")
    for student, (how, _) in CLASS.items():
        hand_in(root, student, **how)
    folder = hand_in(root, "not-a-notebook")
    (folder / f"{UNIT}.ipynb").write_text("{nope")
    folder = hand_in(root, "scripts")
    (folder / f"{UNIT}.ipynb").unlink()
    (folder / "double.py").write_text(DOUBLE)
    (folder / "packs").write_text("in the way")
    said += grade(root)
    (root / "said.txt").write_text(said)
    return root


@pytest.mark.parametrize("student", EXPECTED)
def test_scores(class_, student):
    found = scores(class_)[student]
    assert [found["check_double"], found["check_triple"], found["explain_why"]] == EXPECTED[student]


def test_nbgrader_s_own_road_gives_the_same_table_for_honest_work(honest, class_):
    nbgrader(honest, "autograde", UNIT)
    nbgrader(honest, "export", "--to", "honest.csv")
    theirs, ours = ((root / "honest.csv").read_text() for root in (honest, class_))
    assert ours == theirs
    assert {student: cells for student, cells in scores(class_).items() if student in HONEST} == scores(honest)
    remarks = comments(class_)
    assert {key: text for key, text in remarks.items() if key[0] in HONEST} == comments(honest)
    # The same students late, with the same penalty: all they had.
    late = [row for row in ours.splitlines() if ",late," in row]
    assert late and ",6.0,6.0,0.0," in late[0]


def test_what_a_notebook_shows_is_what_ran_and_our_card(class_):
    book = autograded(class_, "wrong")
    nbformat.validate(book)
    (card,) = cell_of(book, "check_double")["outputs"]
    assert "That is the square." in card["data"]["text/html"]
    assert "That is the square." in card["data"]["text/plain"]
    assert cell_of(autograded(class_, "kernel-crash"), "explain_why")["source"] == "Because two is."
    left_out = json.dumps(autograded(class_, "exit")["cells"][-1]["outputs"])
    assert "This cell was left out" in left_out


def test_locked_cells_and_all_marks_are_the_instructor_s(class_):
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum

    master = {name_of(cell): cell for cell in released(class_)["cells"] if name_of(cell)}
    for student in EXPECTED:
        found = {name_of(cell): cell for cell in autograded(class_, student)["cells"] if name_of(cell)}
        assert {name: cell["metadata"]["nbgrader"] for name, cell in found.items()} == {
            name: cell["metadata"]["nbgrader"] for name, cell in master.items() if name in found
        }, student
        assert {"check_double", "check_triple", "explain_why"} <= set(found), student
        for name in ("check_double", "check_triple"):
            assert compute_checksum(from_dict(found[name])) == found[name]["metadata"]["nbgrader"]["checksum"], student


def test_a_deleted_cell_stands_in_its_place_again(class_):
    names = [name_of(cell) for cell in autograded(class_, "deleted-checks")["cells"]]
    assert names == [name_of(cell) for cell in released(class_)["cells"]]


def test_what_is_printed_without_end_is_cut(class_):
    path = class_ / "autograded" / "prints-100-mb" / UNIT / f"{UNIT}.ipynb"
    assert 100_000 < path.stat().st_size < 300_000
    assert "left out here" in path.read_text()


def test_nothing_that_acts_reaches_the_page(class_):
    answer = cell_of(autograded(class_, "hostile"), "explain_why")["source"]
    assert "<script" not in answer
    assert "](javascript:" not in answer
    assert "**yes**" in answer


def test_what_cannot_be_read_is_shown_as_such_and_its_answers_wait_for_a_person(class_):
    book = autograded(class_, "not-a-notebook")
    nbformat.validate(book)
    assert "its text is not JSON" in book["cells"][0]["source"]
    found = scores(class_)["not-a-notebook"]
    assert found == {"check_double": NOTHING, "check_triple": NOTHING, "explain_why": BY_HAND}


def test_work_in_files_is_graded_too(class_):
    assert scores(class_)["scripts"]["check_double"] == (2.0, False)
    assert "graded from double.py" in autograded(class_, "scripts")["cells"][0]["source"]


def test_the_folder_is_as_nbgrader_leaves_it(class_):
    theirs = class_ / "autograded" / "right" / UNIT
    assert (theirs / "timestamp.txt").read_text() == IN_TIME
    assert (theirs / "submission_secret.txt").read_text() == "the secret of right"
    assert {path.stat().st_mode & 0o777 for path in theirs.iterdir() if path.is_file()} == {0o444}
    times = dict(sql(class_, "select student_id, timestamp from submitted_assignment"))
    assert times["right"] == "2026-10-30 10:00:00.000000"


def test_the_instructor_s_files_are_one_file_for_all_where_nobody_may_write(class_):
    one, other = (class_ / "autograded" / student / UNIT / "packs" / "double.pack" for student in ("right", "wrong"))
    assert one.samefile(other)
    assert not one.samefile(class_ / "source" / UNIT / "packs" / "double.pack")


def test_a_student_s_file_is_never_in_the_place_of_the_instructor_s_folder(class_):
    assert (class_ / "submitted" / "scripts" / UNIT / "packs").is_file()
    assert (class_ / "autograded" / "scripts" / UNIT / "packs" / "double.pack").is_file()


def test_grading_twice_makes_no_second_rows(class_):
    students = len(EXPECTED) + 2
    each_has_one = dict.fromkeys(("student", "submitted_assignment", "submitted_notebook"), students)
    of_cells = {"grade": 3 * students, "comment": 3 * students, "assignment": 1, "base_cell": 6}
    assert counts(class_) == each_has_one | of_cells


def test_the_run_says_where_the_scores_went(class_):
    said = (class_ / "said.txt").read_text().replace("\n", "")
    assert f"gradebook: {len(HONEST)} submissions written to sqlite:///{class_}/gradebook.db" in said


def test_feedback_is_generated_and_released_by_nbgrader_s_own_commands(class_):
    exchange = class_ / "exchange"
    exchange.mkdir(mode=0o777, exist_ok=True)
    (class_ / "nbgrader_local.py").write_text(f'{CONFIG}c.Exchange.root = "{exchange}"\n')
    nbgrader(class_, "generate_feedback", UNIT)
    page = (class_ / "feedback" / "wrong" / UNIT / f"{UNIT}.html").read_text()
    assert "That is the square." in page
    hostile = (class_ / "feedback" / "hostile" / UNIT / f"{UNIT}.html").read_text()
    assert "alert(1)" in hostile
    assert "<script>alert" not in hostile
    assert 'href="javascript:' not in hostile
    assert len(list((class_ / "feedback").iterdir())) == len(EXPECTED) + 2
    nbgrader(class_, "release_feedback", UNIT)
    assert len(list(exchange.glob("*/feedback/*.html"))) == len(EXPECTED) + 2
