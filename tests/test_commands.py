"""The commands: what they print, how they end, and that an error is a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from building import write_course


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path)


def autograder(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def test_build_writes_and_says_what_is_next(root):
    result = autograder(root, "build")
    assert result.returncode == 0
    assert "wrote exercises/arithmetic/double.py" in result.stdout
    assert "1 exercises, 8 files changed. Next: autograder verify" in result.stdout
    assert "0 files changed" in autograder(root, "build").stdout


def test_build_check_fails_on_drift_and_changes_nothing(root):
    first = autograder(root, "build", "--check")
    assert (first.returncode, list(root.glob("*.secret"))) == (0, [])  # nothing published yet: nothing to compare
    autograder(root, "build")
    assert autograder(root, "build", "--check").returncode == 0
    stub = root / "exercises/arithmetic/double.py"
    stub.write_text("edited")
    (root / "source/arithmetic/arithmetic.ipynb").write_text("edited")
    (root / "nbgrader_config.py").unlink()
    result = autograder(root, "build", "--check")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "exercises/arithmetic/double.py: out of date",
        "source/arithmetic/arithmetic.ipynb: out of date",
    ]
    assert "Run `autograder build`" in result.stderr
    assert stub.read_text() == "edited"


def test_verify_shows_the_matrix_and_one_object(root):
    result = autograder(root, "verify")
    assert result.returncode == 0
    assert "arithmetic/double" in result.stdout
    assert "1 of 1 exercises are proven." in result.stdout
    found = json.loads(autograder(root, "verify", "double", "--json").stdout)
    assert found["ok"] is True
    assert {item["kind"] for item in found["exercises"]["arithmetic/double"]["evidence"]} == {
        "expect",
        "oracle",
        "mistake",
        "variant",
        "stub",
        "mutant",
        "margin",
    }


def test_verify_fails_and_names_what_is_wrong(root):
    path = root / "solutions/arithmetic/double.py"
    path.write_text(path.read_text().replace("expect=[[3, -4]]", "expect=[[3, -5]]"))
    result = autograder(root, "verify")
    assert result.returncode == 1
    assert "✗ arithmetic/double: expect by hand" in result.stdout
    assert "0 of 1 exercises are proven." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "spoil", "says"),
    [
        (["build"], ("course.yml", "title: A course", "titel: A course"), "titel: no such key"),
        (["build"], ("course.yml", "double: 2", "double: two"), "expected float, got str"),
        (["verify", "tripel"], None, "no unit or exercise is called 'tripel'"),
        (["verify"], ("solutions/arithmetic/double.py", "def double(x):", "def double(x:"), "SyntaxError"),
        (["build"], ("solutions/arithmetic/double.py", "    ### END SOLUTION\n", ""), "### END SOLUTION"),
        (["verify"], ("course.yml", "double: 2", "triple: 2"), "triple.py does not exist: write it"),
        (["verify", "triple"], ("course.yml", "double: 2", "triple: draft"), "triple.py does not exist: write it"),
        (["new", "arithmetic/double"], None, "arithmetic/double is in the course already"),
        (["preview", "tripel"], None, "no unit or exercise is called 'tripel'"),
    ],
)
def test_an_error_is_one_sentence_and_status_2(root, arguments, spoil, says):
    if spoil:
        path = root / spoil[0]
        path.write_text(path.read_text().replace(spoil[1], spoil[2]))
    result = autograder(root, *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_outside_of_a_course_the_command_says_so(tmp_path):
    result = autograder(tmp_path, "build")
    assert (result.returncode, "there is no course.yml" in result.stderr) == (2, True)
