"""Reading what students hand in: nothing is executed, and every odd thing is a sentence."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from handing_in import NAMES, RELU, book, cell, written

from autograder.running import files
from autograder.running.submission import HandedIn, Submission, SubmissionError, read


def check(exercise: str, source: str = "check(relu)") -> dict[str, Any]:
    marks = {"grade": True, "solution": False, "locked": True, "grade_id": f"check_{exercise}"}
    return cell(source, metadata={"nbgrader": marks})


def taken(tmp_path: Path, content: str | bytes, name: str = "ann.ipynb") -> Submission:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(HandedIn("ann", path), "unit", NAMES)


# Notebooks


def test_code_cells_are_taken_in_order_with_their_places(tmp_path: Path) -> None:
    found = taken(tmp_path, book(cell("# Title", "markdown"), cell(["import numpy\n", "x = 1"]), cell(RELU)))
    assert [(each.source, each.place, each.kind) for each in found.cells] == [
        ("import numpy\nx = 1", "ann.ipynb, cell 2", "notebook"),
        (RELU, "ann.ipynb, cell 3", "notebook"),
    ]
    assert (found.student, found.unit, found.notes) == ("ann", "unit", ())


@pytest.mark.parametrize(
    ("metadata", "source", "is_run"),
    [
        ({"nbgrader": {"grade": True, "solution": False, "locked": True}}, "assert relu(1)", False),
        ({"nbgrader": {"grade": True, "solution": False, "locked": True}}, RELU, True),  # an answer in a copied check
        ({"nbgrader": {"grade": True, "solution": True, "locked": False}}, "x = 1", True),
        ({"nbgrader": {"grade": False, "solution": True}}, RELU, True),
        ({"nbgrader": {"grade": False, "solution": False, "locked": True}}, "import numpy as np", True),
        ({"nbgrader": 5}, "x = 1", True),
        ({"nbgrader": {"grade": True, "grade_id": [1]}}, "x = 1", False),
    ],
)
def test_only_cells_that_check_are_left_out(
    tmp_path: Path, metadata: dict[str, Any], source: str, is_run: bool
) -> None:
    found = taken(tmp_path, book(cell(RELU), cell(source, metadata=metadata)))
    assert (len(found.cells) == 2) is is_run


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "ann.ipynb is empty"),
        ("  \n", "ann.ipynb is empty"),
        ("hello", "is not a notebook: its text is not JSON"),
        ("[" * 100_000, "is not a notebook"),
        ('{"a": ' * 100_000, "is not a notebook"),
        ("[]", "is not a notebook as Jupyter writes it"),
        ("3", "is not a notebook as Jupyter writes it"),
        ("{}", "it has no list of cells"),
        ('{"cells": 5}', "is not a notebook as Jupyter writes it"),
        ('{"cells": [5]}', "(cell 1)"),
        ('{"cells": [{"cell_type": "code"}, {"source": "x"}]}', "missing required field `cell_type` (cell 2)"),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', "(cell 1.source[0])"),
        (book(), "has no code cell"),
        (book(cell("text", "markdown")), "has no code cell"),
        (book(cell(RELU), nbformat=7), "has notebook format 7; expected 4"),
        (book(cell(RELU)).encode("utf-16"), "is not UTF-8 text (byte 0)"),
        (b'{"cells": "\xff"}', "is not UTF-8 text (byte 11)"),
        (book(check("tanh")), "is the notebook of another unit (it checks tanh); expected the one of unit"),
        (book(cell(RELU), *[cell("1")] * 2000), "has 2,001 cells; at most 2,000 are run"),
        (book(*[cell("1")] * 100_000), "has 100,000 cells"),
    ],
)
def test_what_is_no_notebook_is_said_in_a_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(SubmissionError) as problem:
        taken(tmp_path, content)
    assert sentence in str(problem.value)
    assert str(problem.value).startswith("ann.ipynb ") and str(problem.value).endswith((".", "?"))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert taken(tmp_path, book(cell(RELU)).encode("utf-8-sig")).cells[0].source == RELU


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", '"\\ud83d"'])
def test_what_jupyter_writes_although_it_is_no_json_is_read(tmp_path: Path, odd: str) -> None:
    content = book(cell(RELU, outputs=["odd"])).replace('"odd"', odd)
    assert taken(tmp_path, content).cells[0].source == RELU


def test_notebook_format_3_is_read_and_noted(tmp_path: Path) -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": [RELU], "language": "python"}]}]}
    found = taken(tmp_path, json.dumps(old))
    assert found.cells[0].source == RELU
    assert "notebook format 3" in found.notes[0]


def test_cells_with_the_same_id_are_all_run_and_noted(tmp_path: Path) -> None:
    found = taken(tmp_path, book(cell(RELU, id="a"), cell("x = 1", id="a"), cell("y = 1", id="b"), cell("z = 1")))
    assert len(found.cells) == 4
    assert found.notes == ("Several cells of ann.ipynb have the id a: all of them were run, in order.",)


def test_work_without_any_of_the_functions_is_noted(tmp_path: Path) -> None:
    found = taken(tmp_path, book(cell("def relou(z): return relu")))
    assert found.notes == (
        "None of the functions of unit (relu, sigmoid) is written there: is it the work for another unit?",
    )


def test_empty_lists_by_the_million_cost_no_memory(tmp_path: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    nested = "[" + ",".join(["[]"] * 5_000_000) + "]"
    taken(tmp_path, book(cell(RELU)).replace('"metadata": {}', f'"metadata": {nested}', 1))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB; decoded it would be 600,000


def test_a_million_empty_lines_are_looked_through_at_once(tmp_path: Path) -> None:
    assert len(taken(tmp_path, "\n" * 1_000_000 + RELU, "ann.py").cells) == 1


# Files


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ann.ipynb"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(SubmissionError, match=r"ann\.ipynb is 300 MB; at most 20 MB are read: clear its outputs"):
        read(HandedIn("ann", path), "unit", NAMES)


def test_a_folder_or_pipe_in_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "ann.ipynb").mkdir()
    os.mkfifo(tmp_path / "bea.py")
    with pytest.raises(SubmissionError, match=r"ann\.ipynb is a folder: expected a file"):
        read(HandedIn("ann", tmp_path / "ann.ipynb"), "unit", NAMES)
    with pytest.raises(SubmissionError, match=r"bea\.py is not an ordinary file"):
        read(HandedIn("bea", tmp_path / "bea.py"), "unit", NAMES)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ann.py"
    path.write_text(RELU)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read everything
    with pytest.raises(SubmissionError, match=r"ann\.py cannot be read: Permission denied\. May you read it\?"):
        read(HandedIn("ann", path), "unit", NAMES)


def test_a_file_that_is_not_there_or_of_another_kind_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="cannot be read: No such file"):
        read(HandedIn("ann", tmp_path / "ann.py"), "unit", NAMES)
    with pytest.raises(SubmissionError, match=r"ann handed in; it holds ann\.docx: expected unit\.ipynb"):
        read(HandedIn("ann", tmp_path / "ann.docx"), "unit", NAMES)


# Folders


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ({"unit_ipynb": book(cell(RELU))}, ["unit.ipynb"]),
        ({"homework_ipynb": book(cell(RELU))}, ["homework.ipynb"]),
        ({"unit_ipynb": book(cell(RELU)), "draft_ipynb": "junk"}, ["unit.ipynb"]),
        ({"relu_py": RELU, "sigmoid_py": "x", "helper_py": "y"}, ["relu.py", "sigmoid.py"]),
        ({"relu_py": RELU, "unit_py": "x"}, ["unit.py", "relu.py"]),
        ({"homework_py": RELU, "data_csv": "1"}, ["homework.py"]),
        ({"unit_ipynb": book(cell(RELU)), "relu_py": RELU, "helper_py": "y"}, ["unit.ipynb", "relu.py"]),
    ],
)
def test_a_folder_is_read_by_a_stated_rule(tmp_path: Path, contents: dict[str, str], expected: list[str]) -> None:
    found = read(HandedIn("ann", written(tmp_path, **contents)), "unit", NAMES)
    assert [each.file for each in found.cells] == expected
    assert found.student == "ann"


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (
            {"notes_csv": "1"},
            "No work for unit is in what ann handed in; it holds notes.csv: expected unit.ipynb or files",
        ),
        ({"a_ipynb": "{}", "b_ipynb": "{}"}, "ann handed in the notebooks a.ipynb, b.ipynb and no unit.ipynb"),
        ({"unit_ipynb": "junk"}, "unit.ipynb is not a notebook"),
    ],
)
def test_a_folder_without_work_is_said_so(tmp_path: Path, contents: dict[str, str], sentence: str) -> None:
    with pytest.raises(SubmissionError, match=sentence):
        read(HandedIn("ann", written(tmp_path, **contents)), "unit", NAMES)


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "ann").mkdir()
    with pytest.raises(SubmissionError, match="ann handed in, which is empty: expected unit"):
        read(HandedIn("ann", tmp_path / "ann"), "unit", NAMES)


def test_a_damaged_notebook_does_not_cost_the_scripts_beside_it(tmp_path: Path) -> None:
    found = read(HandedIn("ann", written(tmp_path, unit_ipynb="junk", relu_py=RELU)), "unit", NAMES)
    assert [each.file for each in found.cells] == ["relu.py"]
    assert found.notes[0].startswith("unit.ipynb is not a notebook")


def test_what_lies_beside_goes_along_but_no_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("1")
    ann = written(tmp_path, unit_ipynb=book(cell(RELU)), data_csv="1")
    (ann / "deep").mkdir()
    (ann / "deep" / "more.txt").write_text("2")
    (ann / "out.csv").symlink_to(tmp_path / "secret.csv")
    (ann / "relu.py").symlink_to("/etc/passwd")
    (ann / "in.csv").symlink_to(ann / "data.csv")
    (ann / ".hidden").write_text("")
    found = read(HandedIn("ann", ann), "unit", NAMES)
    assert [name for name, _ in found.files] == ["data.csv", "in.csv", "deep/more.txt"]
    assert [each.file for each in found.cells] == ["unit.ipynb"]
    assert [note.split(" is a link out")[0] for note in found.notes] == ["relu.py", "out.csv"]


def test_a_folder_of_too_much_goes_along_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_DATA_BYTES", 10)
    found = read(HandedIn("ann", written(tmp_path, relu_py=RELU, a_csv="12345678", b_csv="12345678")), "unit", NAMES)
    assert [name for name, _ in found.files] == ["relu.py", "a.csv"]
    assert found.notes[0].startswith("b.csv did not go along")
