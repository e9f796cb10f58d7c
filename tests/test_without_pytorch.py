"""Exercises on trained networks are graded, and checked by students, where neither PyTorch nor the solutions are."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import course as courses
from autograder.proving.programs import program
from autograder.publishing import build

ROOT = Path(__file__).resolve().parent.parent
# One of each kind: a forward pass from trained weights, and a training.
UNITS = {"convolution": "cnn_forward", "logistic_regression": "logistic_train"}
ABSENT = ("torch", "safetensors", "sklearn", "scipy")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A published course without its solutions, and a class of one that is right and one that is not."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", root / "solutions")
    (root / "course.yml").write_text(
        "title: Networks\nunits:\n"
        + "".join(
            f"  {unit}:\n    title: A unit\n    about: Networks.\n    exercises:\n      {name}: 5\n"
            for unit, name in UNITS.items()
        )
    )
    found = courses.find(root)
    build.write(found, build.files(found, "s" * 32))
    for unit, name in UNITS.items():
        exercise = found.exercise(f"{unit}/{name}")
        for student, function in (("right", exercise.function), ("mistaken", exercise.mistakes[0].function)):
            folder = root / "class" / student
            folder.mkdir(exist_ok=True, parents=True)
            (folder / f"{name}.py").write_text(program(exercise, function))
    shutil.rmtree(root / "solutions")
    for name in ABSENT:
        package = root / "absent" / name / "__init__.py"
        package.parent.mkdir(parents=True)
        package.write_text(f"raise ImportError('{name} is not installed here')\n")
    return root


def run(course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(course / "absent")}
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("unit", UNITS)
def test_a_class_is_graded_from_the_packs_alone(course, unit):
    log = course / f"{unit}.jsonl"
    command = [sys.executable, "-m", "autograder.cli", "grade", unit, "--course", "class", "--jsonl", str(log)]
    result = run(course, *command)
    assert result.returncode == 0, result.stderr
    lines = {line["student"]: line for line in map(json.loads, log.read_text().splitlines())}
    assert lines["right"]["score"] == 5
    (verdict,) = lines["mistaken"]["exercises"].values()
    assert verdict["outcome"] == "wrong"
    assert verdict["diagnosis"]


@pytest.mark.parametrize(("unit", "name"), UNITS.items())
def test_a_student_checks_it_with_numpy_alone(course, unit, name):
    shutil.copy(course / "class" / "right" / f"{name}.py", course / "exercises" / unit / f"{name}.py")
    result = run(course, sys.executable, "-m", "pytest", "-q", f"exercises/{unit}/{name}.py")
    assert result.returncode == 0, result.stdout


def test_what_is_absent_is_really_absent(course):
    for name in ABSENT:
        assert "is not installed here" in run(course, sys.executable, "-c", f"import {name}").stderr
