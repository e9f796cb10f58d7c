"""A student's own check: `check(f)` in a notebook or script, and `pytest exercises`."""

import json
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from building import write_course

from autograder import check, pack
from autograder import course as courses
from autograder.publishing import build

pytest_plugins = ["pytester"]

TO_DO = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"
RIGHT = "    return x + x\n"
SQUARED = "    return x**2\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = write_course(tmp_path_factory.mktemp("course"))
    (root / "solutions/arithmetic/triple.py").write_text(
        (root / "solutions/arithmetic/double.py")
        .read_text()
        .replace("double", "triple")
        .replace("2.0 * x", "3 * x")
        .replace("v + v", "3 * v")
        .replace("x + x  #", "x + x + x  #")
        .replace("[[3, -4]]", '[["4.5", "-6.0"]]')
    )
    (root / "course.yml").write_text((root / "course.yml").read_text() + "      triple: 1\n")
    course = courses.find(root)
    return build.files(course, "s" * 32)


@pytest.fixture
def exercises(built, tmp_path, monkeypatch):
    for path, content in built.items():
        if path.parts[0] == "exercises":
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "exercises" / "arithmetic"


def write(exercises: Path, body: str, name: str = "double") -> None:
    """Puts an answer in place of what is to do in a stub."""
    path = exercises / f"{name}.py"
    path.write_text(path.read_text().replace(TO_DO, body))


def write_cell(exercises: Path, body: str, name: str = "double") -> None:
    """Puts an answer into the notebook."""
    path = exercises / "arithmetic.ipynb"
    book = json.loads(path.read_text())
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if f"def {name}" in source:
            cell["source"] = source.replace(TO_DO.rstrip(), body.rstrip())
    path.write_text(json.dumps(book))


class Run(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(exercises, pytester, monkeypatch):
    """Runs pytest in the folder that holds `exercises`, in this process: it is asked for fifty times here."""
    monkeypatch.setenv("COLUMNS", "160")

    def inner(*arguments: str) -> Run:
        monkeypatch.chdir(exercises.parent.parent)
        # Hypothesis' plugin would be imported anew each time, which takes longer than the run.
        quick = ["--rootdir=.", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--color=no"]
        result = pytester.runpytest_inprocess(*quick, *arguments)
        return Run(int(result.ret), result.stdout.str(), result.stderr.str())

    return inner


def test_untouched_is_to_do_and_not_success(exercises, run):
    result = run("exercises")
    assert result.returncode == 1
    assert "0 of 2 pass their public checks · 0 wrong · 2 to do" in result.stdout
    assert "next: write arithmetic/double in exercises/arithmetic/double.py" in result.stdout


def test_wrong_is_a_failure_with_the_mistake_s_hint(exercises, run):
    write(exercises, SQUARED)
    result = run("exercises")
    assert result.returncode == 1
    assert "That is the square." in result.stdout
    assert "0 of 2 pass their public checks · 1 wrong · 1 to do" in result.stdout
    assert "Traceback" not in result.stdout


def test_what_passed_are_the_public_checks_and_never_all(exercises, run):
    write(exercises, RIGHT)
    write(exercises, "    return x + x + x\n", "triple")
    result = run("exercises", "-v")
    assert "double PUBLIC CHECKS PASSED" in result.stdout
    assert "█" * 40 + "\n2 of 2 pass their public checks · 0 wrong · 0 to do" in result.stdout
    assert re.search(r"= 2 public checks passed in .*=", result.stdout)
    assert not re.search(r"(all|\b2) passed", result.stdout, re.I)


def test_the_first_wrong_one_is_shown_in_full_and_others_briefly(exercises, run):
    write(exercises, SQUARED, "triple")
    assert "every element differs" in run("exercises").stdout  # the one before is to do, which is not wrong
    write(exercises, SQUARED)
    said = run("exercises").stdout
    assert said.count("every element differs") == 1
    assert said.count("→ That is the square.") == 2
    assert "pytest exercises/arithmetic/triple.py::triple  says more" in said
    assert run("exercises", "-v").stdout.count("every element differs") == 2


def test_exercises_come_in_the_order_of_the_lessons(exercises, run):
    order = {"title": "A course", "exercises": ["arithmetic/triple", "arithmetic/double"]}
    (exercises.parent / "contents.json").write_text(json.dumps(order))
    assert "next: write arithmetic/triple" in run("exercises").stdout
    (exercises.parent / "contents.json").write_text("damaged")
    assert "next: write arithmetic/double" in run("exercises").stdout


def test_success_only_when_every_selected_exercise_is_correct(exercises, run):
    write(exercises, RIGHT)
    assert run("exercises").returncode == 1
    result = run("exercises", "-k", "double")
    assert result.returncode == 0
    assert "next: hand in" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["exercises/arithmetic"], 2),
        (["exercises/arithmetic/double.py"], 1),
        (["exercises/arithmetic/double.py::double"], 1),
        (["exercises/arithmetic/arithmetic.ipynb"], 2),
        (["exercises/arithmetic/arithmetic.ipynb::triple"], 1),
        (["exercises", "-k", "triple"], 1),
    ],
)
def test_exercises_are_selected_as_tests_are(exercises, run, arguments, count):
    assert f"{count} to do" in run(*arguments).stdout


def test_x_stops_at_the_first_wrong_one_and_not_at_what_is_to_do(exercises, run):
    write(exercises, "    return x\n", "triple")
    stopped = run("exercises", "-x", "-v")
    assert "double TO DO" in stopped.stdout
    assert "triple WRONG" in stopped.stdout
    write(exercises, SQUARED)
    assert "triple" not in re.sub("next.*", "", run("exercises", "-x", "-v").stdout.replace("double, triple", ""))


def test_junit_counts_correct_wrong_and_to_do(exercises, run):
    write(exercises, SQUARED)
    run("exercises", "--junitxml=report.xml")
    suite = ET.parse("report.xml").getroot()[0]
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped", "errors")} == {
        "tests": "2",
        "failures": "1",
        "skipped": "1",
        "errors": "0",
    }


def test_xdist_gives_the_same_count_and_status(exercises, run):
    write(exercises, RIGHT)
    write(exercises, "    return x\n", "triple")
    result = run("exercises", "-n", "2")
    assert result.returncode == 1
    assert "1 of 2 pass their public checks · 1 wrong · 0 to do" in result.stdout


def test_the_notebook_s_function_is_taken_when_it_was_touched_there(exercises, run):
    write_cell(exercises, RIGHT)
    assert run("exercises", "-k", "double").returncode == 0


def test_two_different_answers_are_said_and_the_notebook_s_is_checked(exercises, run):
    write(exercises, SQUARED)
    write_cell(exercises, "    return x\n")
    result = run("exercises", "-k", "double")
    assert "double is written in arithmetic.ipynb, cell 4 and, differently, in double.py" in result.stdout
    assert "You return x itself." in result.stdout
    write_cell(exercises, RIGHT)


def test_an_exercise_whose_stub_is_gone_is_found_in_the_notebook(exercises, run):
    (exercises / "double.py").unlink()
    write_cell(exercises, RIGHT)
    assert "1 of 2 pass their public checks · 0 wrong · 1 to do" in run("exercises").stdout


def test_a_notebook_with_magics_prints_and_failing_cells_is_checked(exercises, run):
    path = exercises / "arithmetic.ipynb"
    book = json.loads(path.read_text())
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    extra = ["%matplotlib inline\n!ls\nscale = 2", "print('x' * 10**6)", "1/0", "check(double)", "while True: pass"]
    book["cells"][2:2] = [{**code, "source": source} for source in extra[:4]]
    path.write_text(json.dumps(book))
    write_cell(exercises, "    return scale * x\n")
    assert run("exercises", "-k", "double").returncode == 0


BAD = {
    "a syntax error": ("    return (x\n", "double.py does not run: line 16"),
    "an import that fails": (
        "    import torchh\n    return x\n",
        "ModuleNotFoundError (line 16): No module named 'torchh'",
    ),
    "shadowed by a number": ("    return x\n\ndouble = 5\n", "double is the number 5, not a function"),
    "other arguments": ("    return x\n\ndef double(x, y): return x\n", "It is called as double(x)"),
    "no return": ("    x + x\n", "None; expected an array. Is there a `return` at the end?"),
    "a list": ("    return (x + x).tolist()\n", "wrap it in np.array(…)"),
    "the wrong shape": ("    return (x + x).T\n", "(N, D) = (1, 2)"),
    "NaN": ("    return x * np.nan\n", "It is NaN at [0, 0]"),
    "an object array": ("    return (x + x).astype(object)\n", "array of dtype object"),
    "a view of its input": ("    return x[:]\n", "You return x itself."),
    "mutating its input": ("    x *= 2\n    return x.copy()\n", "changed its input x"),
    "a megabyte of print": ("    print('y' * 10**6)\n    return x\n", "You return x itself."),
    "recursion": ("    return double(x)\n", "calls itself without end"),
    "exit": ("    exit()\n", "It raised SystemExit"),
    "a control sequence": ("    raise ValueError('\\x1b]52;c;aGk=\\x07[/red]')\n", "It raised ValueError"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_a_sentence(exercises, run, kind):
    body, says = BAD[kind]
    write(exercises, body)
    result = run("exercises/arithmetic/double.py")
    assert result.returncode == 1
    assert says in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert "INTERNALERROR" not in result.stdout + result.stderr
    assert "yyyyy" not in result.stdout
    assert "\x1b]52" not in result.stdout
    assert "1 wrong" in result.stdout


def test_a_renamed_function_is_missing(exercises, run):
    path = exercises / "double.py"
    path.write_text(path.read_text().replace("def double", "def dubble"))
    result = run("exercises/arithmetic/double.py")
    assert "There is no function double; there is dubble: is the name misspelt?" in result.stdout


def test_a_loop_is_stopped(exercises, run, monkeypatch):
    write(exercises, "    while True: pass\n")
    path = exercises / "packs" / "double.pack"
    path.write_bytes(pack.write(msgspec.structs.replace(pack.read_file(path), seconds=0.5)))
    result = run("exercises/arithmetic/double.py")
    assert "It took longer than 0.5 seconds and was stopped." in result.stdout


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("arithmetic.ipynb", b"{oops", "arithmetic.ipynb is not a notebook: its text is not JSON"),
        ("arithmetic.ipynb", b"[]", "arithmetic.ipynb is not a notebook"),
        ("arithmetic.ipynb", b"\xff\xfe\x00", "not UTF-8"),
        ("double.py", b"\xff\xfe\x00", "not UTF-8"),
        ("packs/double.pack", b"chainrule-pack 9 00\n", "version 9"),
        ("packs/double.pack", b"nonsense", "is not a pack"),
        ("packs/double.pack", None, "is missing"),
    ],
)
def test_damaged_files_get_a_sentence_with_a_way_out(exercises, run, file, content, says):
    if content is None:
        (exercises / file).unlink()
    else:
        (exercises / file).write_bytes(content)
    result = run("exercises", "-k", "double")
    assert says in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode == 1


def load(exercises: Path, body: str):
    namespace: dict = {}
    code = (exercises / "double.py").read_text().replace(TO_DO, body)
    exec(compile(code, "cell", "exec"), namespace)
    return namespace["double"]


def test_check_shows_a_card_as_text_and_as_html(exercises, monkeypatch):
    monkeypatch.chdir(exercises)
    right, wrong = check(load(exercises, RIGHT)), check(load(exercises, SQUARED))
    assert repr(right).startswith("✓ arithmetic/double: public checks passed")
    assert "all" not in repr(right)
    assert "→ That is the square." in repr(wrong)
    html = wrong._repr_html_()
    assert "That is the square." in html
    assert "<script" not in html


def test_what_a_student_wrote_is_data_in_the_card(exercises, monkeypatch):
    monkeypatch.chdir(exercises)
    card = check(load(exercises, "    raise ValueError('<script>alert(1)</script>\\x1b[31m')\n"))
    assert "<script" not in card._repr_html_()
    assert "&lt;script&gt;" in card._repr_html_()
    assert "\x1b" not in repr(card)


@pytest.fixture
def hidden_packs(built, tmp_path, monkeypatch):
    """The road to the hidden cases, as nbgrader_config.py gives it."""
    folder = tmp_path / "hidden_packs"
    for path, content in built.items():
        if path.parts[0] == folder.name:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
    monkeypatch.setenv("AUTOGRADER_HIDDEN_PACKS", str(folder))
    return folder / "arithmetic"


def right_in_public(exercises: Path):
    """A function that is right in the public cases only."""
    public = pack.read_file(exercises / "packs" / "double.pack").cases
    shapes = [case.inputs["x"].shape for case in public]
    values = [case.inputs["x"].tolist() for case in public]
    return load(exercises, f"    return 2 * x if x.shape in {shapes} and x.tolist() in {values} else x + 0\n")


def test_under_nbgrader_the_result_is_a_plain_number(exercises, hidden_packs, monkeypatch):
    monkeypatch.chdir(exercises)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert repr(check(load(exercises, RIGHT))) == "2.0"
    for wrong in ("x**2", "True", "None", "np.float64(2.5)", "x * np.nan", "-1", "1 / 0", "np.array('2.0')"):
        assert repr(check(load(exercises, f"    return {wrong}\n"))) == "0.0"
    assert re.fullmatch(r"[01]\.\d+", repr(check(load(exercises, "    return 2 * x if x.shape[0] < 4 else x\n"))))


def test_autograde_judges_by_the_hidden_cases_and_validate_by_the_public_ones(exercises, hidden_packs, monkeypatch):
    monkeypatch.chdir(exercises)
    function = right_in_public(exercises)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert repr(check(function)) == "2.0"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert 0 < float(repr(check(function))) < 0.5
    html = check(function)._repr_html_()
    assert "on a hidden case" in html and "of 2 points" in html


def test_validate_says_on_stderr_what_is_wrong(exercises, monkeypatch, capfd):
    monkeypatch.chdir(exercises)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert repr(check(load(exercises, SQUARED))) == "0.0"
    assert "→ That is the square." in capfd.readouterr().err
    assert repr(check(load(exercises, RIGHT))) == "2.0"
    assert capfd.readouterr().err == ""


def test_validate_says_what_is_wrong_with_a_damaged_pack(exercises, monkeypatch, capfd):
    monkeypatch.chdir(exercises)
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    (exercises / "packs" / "double.pack").write_bytes(b"damaged")
    assert repr(check(load(exercises, RIGHT))) == "0.0"
    assert "is not a pack" in capfd.readouterr().err


@pytest.mark.parametrize("fault", ["no road", "no pack", "damaged"])
def test_a_fault_of_the_grader_is_a_number_that_nbgrader_refuses(exercises, hidden_packs, monkeypatch, fault):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    if fault == "no road":
        monkeypatch.delenv("AUTOGRADER_HIDDEN_PACKS")
    elif fault == "no pack":
        (hidden_packs / "double.pack").unlink()
    else:
        (hidden_packs / "double.pack").write_bytes(b"damaged")
    card = check(load(exercises, RIGHT))
    assert repr(card) == "inf"
    assert card.verdict.outcome == "grader_error"


def test_where_two_units_have_an_exercise_of_one_name_the_folder_says_which(exercises, hidden_packs, monkeypatch):
    algebra = hidden_packs.parent / "algebra"
    algebra.mkdir()
    other = pack.read_file(hidden_packs / "triple.pack")
    (algebra / "double.pack").write_bytes(pack.write(other))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    found = {}
    for unit in (exercises, algebra):
        monkeypatch.chdir(unit)
        found[unit.name] = repr(check(load(exercises, RIGHT)))
    assert found == {"arithmetic": "2.0", "algebra": "0.0"}


def test_a_function_goes_by_the_name_it_is_given_to_check_by(exercises, monkeypatch):
    monkeypatch.chdir(exercises)
    for source in ("double = lambda x: 2 * x", "def triple(x): return 2 * x\ndouble = triple"):
        namespace = {"check": check}
        exec(source, namespace)
        assert eval("check(double)", namespace).verdict.exercise == "arithmetic/double"
        assert eval("check(double)", namespace).verdict.correct


def test_check_prints_nothing_and_raises_nothing(exercises, monkeypatch, capfd):
    monkeypatch.chdir(exercises)
    noisy = "    import warnings, sys\n    warnings.warn('w')\n    print('p', file=sys.stderr)\n    return x / 0\n"
    check(load(exercises, noisy))
    for strange in (5, None, print, lambda x: x, type("F", (), {})()):
        assert "!" in repr(check(strange)) or "?" in repr(check(strange))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "noise",
    [
        "import warnings; warnings.warn('w')",
        "import sys; print('p', file=sys.stderr)",
        "import logging; logging.getLogger('held').error('e')",
        "import os; os.write(2, b'e')",
        "import subprocess; subprocess.run('echo e >&2', shell=True)",
    ],
)
def test_under_nbgrader_nothing_reaches_stderr(exercises, hidden_packs, monkeypatch, capfd, noise):
    monkeypatch.chdir(exercises)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    handler = logging.StreamHandler(sys.stderr)
    logging.getLogger("held").addHandler(handler)
    assert repr(check(load(exercises, f"    {noise}\n{RIGHT}"))) == "2.0"
    assert capfd.readouterr().err == ""
    # Afterwards the notebook's own words are heard again.
    logging.getLogger("held").error("heard")
    logging.getLogger("held").removeHandler(handler)
    os.write(2, b"too")
    assert capfd.readouterr().err == "heard\ntoo"


def test_a_stub_checks_itself_when_it_is_run(exercises):
    write(exercises, RIGHT)
    result = subprocess.run([sys.executable, exercises / "double.py"], capture_output=True, text=True, cwd="/")
    assert "public checks passed" in result.stdout
    assert result.stderr == ""


def test_a_file_whose_first_import_fails_says_which(exercises, run):
    write(exercises, RIGHT)
    path = exercises / "double.py"
    path.write_text(path.read_text().replace("import numpy as np", "import numpi as np"))
    result = run("exercises/arithmetic/double.py")
    assert "double.py does not run: line 6: ModuleNotFoundError: No module named 'numpi'" in result.stdout


def test_what_is_untouched_is_to_do_without_running_anything(exercises, run):
    path = exercises / "double.py"
    path.write_text(path.read_text().replace("import numpy as np", "import time\ntime.sleep(60)"))
    assert "1 to do" in run("exercises/arithmetic/double.py").stdout
