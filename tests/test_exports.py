"""Scores for Canvas, Gradescope and spreadsheets: what is read back is what was judged, and never a formula."""

import csv
import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook import canvas, gradescope, spreadsheet
from autograder.gradebook.verdicts import ExerciseLine, ExportError, Line, number, read
from autograder.grading.result import Graded, as_json_line
from autograder.outcome import Outcome, Verdict

FORMULA = re.compile(r"\s*[=+\-@\t\r]")


def line(student: str, *scores: float | None, message: str = "", most: float = 2.0) -> Line:
    exercises = {
        name: ExerciseLine(
            "grader_error" if score is None else "correct" if score == most else "wrong", most, score, None, message
        )
        for name, score in zip(("relu", "sigmoid"), scores, strict=True)
    }
    known = [score for score in scores if score is not None]
    total = sum(known) if len(known) == len(scores) else None
    return Line(student, "unit", most * len(scores), exercises, total, 0.25)


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


# The lines that grading writes


def test_what_grading_writes_is_what_exporting_reads(tmp_path: Path) -> None:
    judged = Verdict(exercise="unit/relu", outcome=Outcome.wrong, score=0.5, max_score=2.0, message="no", diagnosis="x")
    lost = Verdict(exercise="unit/relu", outcome=Outcome.grader_error, score=0.0, max_score=2.0, message="lost")
    path = tmp_path / "verdicts.jsonl"
    graded = [Graded(student=name, unit="unit", verdicts=(each,)) for name, each in (("bea", judged), ("ann", lost))]
    path.write_bytes(b"".join(map(as_json_line, graded)))
    ann, bea = read(path, "unit", ["relu"])
    assert (ann.student, ann.score, ann.exercises["relu"].score) == ("ann", None, None)
    assert (bea.score, bea.exercises["relu"]) == (0.5, ExerciseLine("wrong", 2.0, 0.5, "x", "no"))


def test_of_several_lines_for_a_student_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    path.write_bytes(b"\n".join(msgspec.json.encode(line("ann", score, 0.0)) for score in (0.0, 2.0)))
    assert [each.score for each in read(path, "unit", ["relu"])] == [2.0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, r"cannot be read \(No such file or directory\): grade first with `autograder grade unit`"),
        (b"", "holds no verdict on unit: grade it first"),
        (b"{}", "line 1 is no verdict"),
        (b'{"student": 5}', "line 1 is no verdict"),
        (msgspec.json.encode(line("ann", 1.0, 1.0)), "line 1 has no verdict on tanh: grade the whole unit again"),
    ],
)
def test_verdicts_that_cannot_be_exported_are_told(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "verdicts.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExportError, match=sentence):
        read(path, "unit", ["relu", "sigmoid", "tanh"])


@pytest.mark.parametrize(
    ("points", "text"), [(0.0, "0"), (2.0, "2"), (1 / 3, "0.3333"), (1234567.0, "1234567"), (1e-5, "0"), (None, "")]
)
def test_points_are_plain_numbers(points: float | None, text: str) -> None:
    assert number(points) == text


# Spreadsheets


def test_a_table_has_a_column_for_each_exercise_and_empty_cells_for_what_was_not_judged() -> None:
    assert rows(spreadsheet.table([line("ann", 2.0, 0.5), line("bea", 2.0, None)])) == [
        ["student", "score", "max_score", "relu", "sigmoid"],
        ["ann", "2.5", "4", "2", "0.5"],
        ["bea", "", "4", "2", ""],
    ]


@given(st.lists(st.text() | st.from_regex(r"[\s\"',;]*[=+\-@\t\r].*"), min_size=1))
def test_whatever_a_student_is_called_the_table_keeps_its_shape_and_holds_no_formula(names: list[str]) -> None:
    text = spreadsheet.table([line(name, 1.5, None) for name in names])
    found = rows(text)
    assert [row[1:] for row in found[1:]] == [["", "4", "1.5", ""]] * len(names)
    assert len(found) == len(names) + 1
    for row in found[1:]:
        assert not FORMULA.match(row[0])
    # A reader that splits at every line and comma, minding the quotes only, sees the same.
    assert len(re.findall(r"\r\n", re.sub(r'"(?:[^"]|"")*"', "", text))) == len(found)


def test_the_table_survives_being_read_and_written_by_others() -> None:
    text = spreadsheet.table([line('Lee, "Ann"\nB', 1.0, None), line("=HYPERLINK(1)", 1.0, 2.0)])
    again = io.StringIO(newline="")
    csv.writer(again, quoting=csv.QUOTE_ALL).writerows(rows(text))
    assert rows(again.getvalue()) == rows(text)
    by_name = {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert by_name["'=HYPERLINK(1)"]["sigmoid"] == "2"


# Canvas

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Note,Other (1),Activations (77),relu (78),Final Score,Current Score"
GRADEBOOK = f"""{HEAD}
,,,,,,,Manual Posting,,,
    Points Possible,,,,,,10.00,4.00,2.00,(read only),(read only)
"Lee, Ann",12,S12,ann@x.org,"A, and B",,9.00,,,50,50
"O'Neil, Bob",13,S13,bob,A,,8.00,1.00,,50,50
"=""=cmd|' /C calc'!A0\"\"\",14,S14,cy,A,,7.00,,,50,50
"Student, Test",15,,deadbeef,A,,,,,,
"""  # fmt: skip


def test_a_gradebook_comes_back_with_the_scores_and_nothing_else_that_importing_would_change() -> None:
    filled = canvas.filled(
        GRADEBOOK, [line("ann@x.org", 2.0, 0.5), line("S13", 1.0, None), line("eve", 1.0, 1.0)], ["unit", "activations"]
    )
    head, posting, possible, ann, bob, cy, test = rows(filled.text)
    assert head == "Student,ID,SIS User ID,SIS Login ID,Section,Activations (77),relu (78)".split(",")
    assert posting[5] == "Manual Posting"
    assert "Points Possible" in possible[0] and possible[5:] == ["4.00", "2.00"]
    assert ann == ["Lee, Ann", "12", "S12", "ann@x.org", "A, and B", "2.5", "2"]
    assert bob[5:] == ["1.00", "1"], "what could not be judged keeps what stands there"
    assert cy[5:] == test[5:] == ["", ""]
    assert cy[1] == "14" and not FORMULA.match(cy[0])
    assert filled.students == 1
    assert filled.notes == [
        "eve is not in the gradebook: enter 2 by hand.",
        "S13 could not be judged: the gradebook keeps what stands there.",
    ]


@pytest.mark.parametrize(
    ("student", "row"),
    [
        ("12", 0), ("S12", 0), ("ANN@X.ORG", 0), ("leeann_12", 0), ("oneilbob_13", 1),
        ("leeann_13", None), ("lee_12", None), ("anon_12", None), ("", None),
    ],
)  # fmt: skip
def test_a_student_is_found_by_login_id_or_the_name_of_the_download(student: str, row: int | None) -> None:
    filled = canvas.filled(GRADEBOOK, [line(student, 1.0, 1.0)], ["Activations"])
    scores = [each[5] for each in rows(filled.text)[3:]]
    assert scores == [["2", "1.00", "", ""], ["", "2", "", ""], ["", "1.00", "", ""]][2 if row is None else row]


def test_who_could_be_two_students_or_is_there_twice_is_left_to_a_person() -> None:
    twins = GRADEBOOK.replace("S13,bob", "S13,12")
    ambiguous = canvas.filled(twins, [line("12", 1.0, 1.0)], ["Activations"])
    assert ambiguous.notes == ["12 stands for 2 students in the gradebook: enter 2 by hand."]
    both = canvas.filled(GRADEBOOK, [line("leeann_12", 1.0, 1.0), line("S12", 2.0, 2.0)], ["Activations"])
    assert both.notes == ["leeann_12 and S12 are one student in the gradebook: nothing was entered, decide by hand."]
    assert ambiguous.students == both.students == 0
    assert [row[5] for row in rows(both.text)[3:]] == ["", "1.00", "", ""]


def test_other_points_than_ours_are_told_and_nothing_is_scaled() -> None:
    filled = canvas.filled(GRADEBOOK.replace("4.00,2.00", "100.00,2.00"), [line("bob", 1.0, 1.0)], ["Activations"])
    assert "Canvas gives Activations (77) 100.00 points, and the scores are out of 4" in filled.notes[0]
    assert rows(filled.text)[4][5] == "2"


def test_semicolons_and_a_byte_order_mark_are_read_as_canvas_writes_them() -> None:
    head = "\ufeffLastName;FirstName;ID;SIS Login ID;Section;Activations (77)"
    german = f"{head}\nPoints Possible;;;;;4,00\nLee;Ann;12;al;A;\n"
    filled = canvas.filled(german, [line("leeann_12", 2.0, 0.5)], ["Activations"])
    assert filled.notes == []
    assert rows(filled.text, ";")[2] == "Lee Ann 12 al A 2.5".split()


@pytest.mark.parametrize(
    ("gradebook", "sentence"),
    [
        ("", "lacks the columns Student, ID and Section. Export it anew: Grades"),
        ("name,score\nann,1\n", "lacks the columns Student, ID and Section"),
        ('Student,ID,Section,"Activ', "is no table"),
        (
            "Student,ID,Section,Other (1)\n",
            "no column called Activations, but the columns Other (1): name the right one",
        ),
        ("Student,ID,Section,Current Score\n", "has no column called Activations, but no assignment"),
        ("Student,ID,Section,Activations (1),Activations (2)\n", "has several columns called Activations"),
    ],
)
def test_what_is_no_gradebook_of_the_course_is_told(gradebook: str, sentence: str) -> None:
    with pytest.raises(ExportError, match=re.escape(sentence)):
        canvas.filled(gradebook, [line("ann", 1.0, 1.0)], ["Activations"])


# Gradescope

FIELDS = {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
          "stdout_visibility", "extra_data", "tests", "leaderboard"}  # fmt: skip
TEST_FIELDS = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
               "visibility", "extra_data"}  # fmt: skip
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}


def test_results_have_the_documented_fields_and_show_what_students_wrote_as_text() -> None:
    hostile = "<script>alert(1)</script> \x1b]52;c;aGk=\x07 [x](javascript:1)"
    found = json.loads(gradescope.results(line("ann", 2.0, 0.5, message=hostile)))
    assert set(found) <= FIELDS and all(set(test) <= TEST_FIELDS for test in found["tests"])
    assert {
        found["visibility"],
        found["stdout_visibility"],
        *(test["visibility"] for test in found["tests"]),
    } <= VISIBILITY
    assert [found[f"{kind}output_format"] for kind in ("", "test_")] == ["text", "text"] and found[
        "test_name_format"
    ] == "text"
    assert (found["score"], found["execution_time"]) == (2.5, 0.25)
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert [(test["name"], test["status"], test["max_score"]) for test in found["tests"]] == [
        ("relu", "passed", 2.0),
        ("sigmoid", "failed", 2.0),
    ]
    assert "\x1b" not in found["tests"][0]["output"]


def test_without_a_score_there_are_no_results_as_they_would_be_a_zero() -> None:
    with pytest.raises(ExportError, match="ann has no score: it could not be judged"):
        gradescope.results(line("ann", 2.0, None))
