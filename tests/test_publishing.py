"""What students get: complete, up to date, and without a word of the solution."""

import io
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from building import AUTHOR_FILE, write_course
from nbgrader_course import QUESTION

from autograder import course as courses
from autograder.authoring import AuthorError
from autograder.publishing import build, packs

SECRET = "s" * 32
CANARY_NUMBER = 1234.56789


def published(root: Path) -> dict[Path, bytes]:
    return build.files(courses.find(root), SECRET)


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path)


def test_canaries_in_solution_variants_mistakes_and_hidden_cases_reach_no_student(tmp_path):
    hidden_case = f"""

@double.cases(hidden=1)
def canary_case(rng):
    return {{"x": np.full((2, 3), {CANARY_NUMBER})}}
"""
    root = write_course(tmp_path, AUTHOR_FILE + hidden_case)
    made = published(root)
    for_students = {path: data for path, data in made.items() if path.parts[0] == "exercises"}
    beside_source = {path: data for path, data in made.items() if path.parts[0] == "source" and path.suffix != ".ipynb"}
    assert (len(for_students), len(beside_source)) == (4, 1)
    number = np.float64(CANARY_NUMBER)
    for path, data in {**for_students, **beside_source}.items():
        for canary in (b"CANARY", b"canary", number.tobytes(), (2 * number).tobytes(), SECRET.encode()):
            assert canary not in data, path
    # The control: the hidden pack holds the hidden case.
    assert number.tobytes() in made[Path("hidden_packs/arithmetic/double.pack")]


def test_building_twice_changes_nothing(root):
    course = courses.find(root)
    assert len(build.write(course, published(root))) == 8
    assert build.write(course, published(root)) == []
    assert build.drift(course, published(root)) == []


def test_drift_is_found_file_by_file(root):
    course = courses.find(root)
    build.write(course, published(root))
    (root / "exercises/arithmetic/double.py").write_text("edited\n")
    (root / "exercises/arithmetic/packs/double.pack").unlink()
    (root / "exercises/arithmetic/old.py").write_text("raise NotImplementedError()\n")
    found = {str(change.path): change.reason for change in build.drift(course, published(root))}
    assert found == {
        "exercises/arithmetic/double.py": "out of date",
        "exercises/arithmetic/packs/double.pack": "missing",
        "exercises/arithmetic/old.py": "not from an author's file",
    }


def test_a_changed_author_s_file_is_drift(root):
    course = courses.find(root)
    build.write(course, published(root))
    path = course.author_file("arithmetic/double")
    path.write_text(path.read_text().replace("That is the square.", "You squared it."))
    assert [change.path.name for change in build.drift(course, published(root))] == ["double.pack"] * 3


def test_building_never_overwrites_somebody_s_answer(root):
    course = courses.find(root)
    build.write(course, published(root))
    stub = root / "exercises/arithmetic/double.py"
    answer = stub.read_text().replace("raise NotImplementedError()", "return x + x")
    stub.write_text(answer)
    with pytest.raises(build.Overwrites, match=r"exercises/arithmetic/double\.py: somebody wrote an answer there"):
        build.write(course, published(root))
    assert stub.read_text() == answer


def test_an_answer_in_the_notebook_is_not_overwritten_either_but_a_growing_unit_is_no_answer(root):
    course = courses.find(root)
    build.write(course, published(root))
    path = root / "exercises/arithmetic/arithmetic.ipynb"
    untouched = path.read_text()
    for name in ("triple", "quadruple"):
        text = AUTHOR_FILE.lstrip().replace("double", name)
        (root / "solutions" / "arithmetic" / f"{name}.py").write_text(text)
        (root / "course.yml").write_text((root / "course.yml").read_text() + f"      {name}: 1\n")
    build.write(courses.find(root), published(root))
    assert path.read_text() != untouched
    answered = path.read_text().replace("raise NotImplementedError()", "return 2 * x", 1)
    path.write_text(answered)
    (root / "course.yml").write_text((root / "course.yml").read_text().replace("      triple: 1\n", ""))
    with pytest.raises(build.Overwrites, match=r"arithmetic\.ipynb"):
        build.write(courses.find(root), published(root))
    assert path.read_text() == answered


def test_an_answer_in_words_is_not_overwritten(root):
    (root / "course.yml").write_text((root / "course.yml").read_text() + QUESTION)
    build.write(courses.find(root), published(root))
    path = root / "exercises/arithmetic/arithmetic.ipynb"
    answered = path.read_text().replace('"YOUR ANSWER HERE"', '"Because it can be halved."')
    assert answered != path.read_text()
    path.write_text(answered)
    (root / "course.yml").write_text((root / "course.yml").read_text().replace("Why is", "How come"))
    with pytest.raises(build.Overwrites, match=r"arithmetic\.ipynb: somebody wrote an answer there"):
        build.write(courses.find(root), published(root))


def test_hidden_packs_are_for_their_owner_only(root):
    build.write(courses.find(root), published(root))
    assert (root / "hidden_packs/arithmetic/double.pack").stat().st_mode & 0o077 == 0


def test_the_notebook_reads_like_a_lesson(root):
    (root / "course.yml").write_text((root / "course.yml").read_text() + QUESTION)
    book = nbformat.reads(published(root)[Path("exercises/arithmetic/arithmetic.ipynb")].decode(), as_version=4)
    kinds = [(cell.cell_type, cell.metadata.get("nbgrader", {}).get("grade_id")) for cell in book.cells]
    assert kinds == [
        ("markdown", None),
        ("code", None),
        ("markdown", None),
        ("code", "double"),
        ("code", "check_double"),
        ("markdown", None),
        ("markdown", None),
        ("markdown", "explain_why_twice"),
    ]
    assert book.cells[2].source.startswith("## Twice a number\n\nA lesson about $2x$.")
    assert book.cells[4].source == "check(double)"
    assert book.cells[6].source == "Why is twice a number never odd?\n\n*3 points*"


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path):
    import subprocess
    import sys

    here = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", tmp_path, here]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("chainrule-*.whl")
    names = zipfile.ZipFile(io.BytesIO(wheel.read_bytes())).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"autograder", f"{wheel.name.rsplit('-py3', 1)[0]}.dist-info"}
    assert "autograder/py.typed" in names


@pytest.mark.parametrize(
    ("helper", "says"),
    [
        ("def twice(x):", "publishes a helper called twice"),
        ("def add_to_itself(x):", "publishes the helper add_to_itself, which solves twice"),
    ],
)
def test_a_helper_that_answers_an_exercise_of_its_unit_is_refused(tmp_path, helper, says):
    root = write_course(tmp_path, AUTHOR_FILE.replace("def helper(x):", helper).replace("abs(x)", "3 * x"))
    (root / "course.yml").write_text((root / "course.yml").read_text() + "      twice: 1\n")
    other = AUTHOR_FILE.lstrip().replace("double", "twice").replace("2.0 * x", "3.0 * x")
    (root / "solutions" / "arithmetic" / "twice.py").write_text(other)
    with pytest.raises(AuthorError, match=says):
        published(root)


def test_a_drawn_scalar_is_a_float_and_no_array_without_axes(tmp_path):
    spoilt = AUTHOR_FILE.replace('shapes="x: N D", returns="N D"', 'shapes="x:"').replace("x=[[1.5, -2.0]]", "x=1.5")
    course = courses.find(write_course(tmp_path, spoilt.replace("[[3, -4]]", "3")))
    built = packs.build(course.exercise("arithmetic/double"), 1, 10, "s" * 64)
    assert {type(case.inputs["x"]) for case in built.hidden.cases} == {float}
