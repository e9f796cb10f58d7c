"""A student's notebook is restored by what the gradebook holds, before it is run."""

import json

import pytest

from autograder.gradebook.master import Master, SourceCell, checksum
from autograder.gradebook.restoring import restored
from autograder.running.submission import HandedIn, read

GIVEN, FUNCTION, CHECK = "def given(x): return 2 * x", "def f(x): return given(x)", "check(f)"


def cell(name: str, source: str, kind: str = "code", **marks) -> SourceCell:
    blank = SourceCell(
        name=name, cell_type=kind, locked=marks.pop("locked", False), source=source, checksum="", **marks
    )
    return SourceCell(
        **{**{key: getattr(blank, key) for key in blank.__struct_fields__}, "checksum": checksum(blank, source)}
    )


MASTER = Master(
    unit="unit",
    cells=(
        cell("given", GIVEN, locked=True),
        cell("f", "def f(x): pass", solution=True),
        cell("check_f", CHECK, locked=True, grade=True, points=2.0),
        cell("explain_f", "YOUR ANSWER", "markdown", grade=True, solution=True, points=1.0),
    ),
)


def hand_in(folder, *cells):
    """A notebook of (name, source) for each cell; the name is '' for one of the student's own."""
    listed = [
        {
            "cell_type": "markdown" if name.startswith("explain") else "code", "id": f"c{number}", "source": source,
            "metadata": {"nbgrader": {"grade_id": name, "grade": False}} if name else {},
        }
        for number, (name, source) in enumerate(cells)
    ]  # fmt: skip
    (folder / "unit.ipynb").write_text(
        json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    submission, shown = restored(read(HandedIn("ann", folder), "unit", ["f"]), ["f"], MASTER)
    ran = [each.source for each in submission.cells]
    return ran, [(each.source.name if each.source else "", each.cell.text) for each in shown]


WHOLE = [("given", GIVEN), ("f", FUNCTION), ("check_f", CHECK), ("explain_f", "Because.")]


@pytest.mark.parametrize(
    ("handed_in", "ran", "shown"),
    [
        (WHOLE, [GIVEN, FUNCTION], WHOLE),
        ([("given", "broken ="), *WHOLE[1:]], [GIVEN, FUNCTION], WHOLE),
        (WHOLE[1:], [GIVEN, FUNCTION], WHOLE),
        ([WHOLE[0], WHOLE[1]], [GIVEN, FUNCTION], [*WHOLE[:3], ("explain_f", "YOUR ANSWER")]),
        ([WHOLE[0], *WHOLE[2:]], [GIVEN], [WHOLE[0], *WHOLE[2:]]),
        ([*WHOLE, ("", "print(1)")], [GIVEN, FUNCTION, "print(1)"], [*WHOLE, ("", "print(1)")]),
        ([*WHOLE, ("unknown", "print(1)")], [GIVEN, FUNCTION, "print(1)"], [*WHOLE, ("", "print(1)")]),
        ([*WHOLE, ("explain_f", "YOUR ANSWER")], [GIVEN, FUNCTION], [*WHOLE, ("", "YOUR ANSWER")]),
        (
            [*WHOLE, ("explain_f", "No, so.")],
            [GIVEN, FUNCTION],
            [*WHOLE[:3], ("", "Because."), ("explain_f", "No, so.")],
        ),
        (
            [*WHOLE, ("check_f", "2.0")],
            [GIVEN, FUNCTION, CHECK],
            [*WHOLE[:2], ("", CHECK), WHOLE[3], ("check_f", CHECK)],
        ),
    ],
    ids="whole edited deleted two-deleted no-function own unknown copied-untouched copied-answer copied-check".split(),
)
def test_what_is_run_and_what_is_shown(tmp_path, handed_in, ran, shown):
    assert hand_in(tmp_path, *handed_in) == (ran, shown)


@pytest.mark.parametrize("source", MASTER.cells, ids=lambda source: source.name)
@pytest.mark.parametrize("text", ["", "x = 'ä'\n"])
def test_our_checksum_is_nbgrader_s(source, text):
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum

    theirs = {"cell_type": source.cell_type, "source": text, "metadata": {"nbgrader": source.marks}}
    assert checksum(source, text) == compute_checksum(from_dict(theirs))
