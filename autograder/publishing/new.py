"""`autograder new UNIT/NAME`: a complete small exercise for an author to edit, and its line in course.yml."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.course import DRAFT, FILE, Course, CourseError, Unit, check_name, read

TITLE, ABOUT = "TODO: a title of a few words", "TODO: what the unit is about, in a sentence"

# Proven as it stands: an author changes one part after the other, and sees after each what no longer holds.
EXAMPLE = '''r"""TODO: a title of a few words

TODO: the lesson, in Markdown: the two or three sentences that a student needs first, and the formula.

$$y = x^2$$
"""

import numpy as np

from autograder import exercise


# TODO: the shapes of the inputs, by letters, and of what comes back; a list of Out("dW", "D H") for several.
@exercise(shapes="x: N D", returns="N D")
def NAME(x):
    """TODO: what it computes, in a sentence.

    x: float array of shape (N, D). Returns a float array of the same shape: the square of every element.
    """
    ### BEGIN SOLUTION
    return x**2  # TODO: your solution
    ### END SOLUTION


# TODO: what a student who is stuck may ask for: a question to ask oneself, the idea, a smaller example.
NAME.hints(
    "What becomes of a negative number?",
    "Every element is multiplied by itself.",
    "3 becomes 3 · 3 = 9, and −2 becomes 4.",
)

# TODO: the numbers of the lecture or of a calculation by hand, and their answer, written out.
NAME.case("by hand", x=[[3.0, -2.0, 0.5]], expect=[[9, 4, 0.25]])
NAME.cases(public=1, hidden=6)


# TODO: a second opinion that is not the same formula again: PyTorch, SymPy, finite differences, a slow loop.
@NAME.oracle.pytorch
def _(x):
    import torch

    return torch.square(x)


# TODO: each wrong answer that you have seen or expect, and a hint that says what the mistake is.
@NAME.mistake("doubled", hint="You have twice x. Here x is multiplied by itself.")
def _(x):
    return 2 * x


# TODO: another right way to write it, which must pass.
@NAME.variant
def _(x):
    return np.multiply(x, x)
'''


def create(course: Course, identity: str) -> None:
    """Writes the author's file and lists the exercise as a draft; both or neither. Raises CourseError."""
    unit, _, name = identity.partition("/")
    if not unit or not name or "/" in name:
        raise CourseError(f"expected UNIT/NAME such as losses/absolute_error, got {identity!r}")
    listing = course.root / FILE
    check_name(listing, f"units.{unit}", unit)
    check_name(listing, f"units.{unit}.exercises.{name}", name)
    if identity in course.listed:
        raise CourseError(f"{identity} is in the course already: edit solutions/{identity}.py")
    path, example = course.author_file(identity), EXAMPLE.replace("NAME", name)
    # An example that nobody has touched is what an interrupted run left behind: go on.
    if path.exists() and path.read_text(encoding="utf-8") != example:
        raise CourseError(
            f"solutions/{identity}.py exists already, and the example would overwrite it: move it elsewhere, "
            f"or write `{name}: {DRAFT}` below units.{unit}.exercises in {FILE}"
        )
    listed = _listed(course, listing.read_bytes().decode(), unit, name)
    missing = [folder for folder in (path.parent, path.parent.parent) if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(example, encoding="utf-8")
        _replace(listing.resolve(), listed)
    except OSError as problem:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            for folder in missing:
                folder.rmdir()
        raise CourseError(
            f"{FILE} and solutions/{identity}.py cannot be written: {problem.strerror}; nothing was changed"
        ) from None


def _replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        shutil.copymode(path, temporary)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _listed(course: Course, text: str, unit: str, name: str) -> str:
    """course.yml with the draft in it. Raises CourseError where it would read otherwise than it must."""
    new = unit not in course.units
    wanted = course.units | ({unit: Unit(TITLE, ABOUT, {})} if new else {})
    try:
        longer = _with_unit(text, unit, name) if new else _with_exercise(text, unit, name)
        found = read(course.root / FILE, longer)
        if found.units != wanted or sorted(found.listed) != sorted([*course.listed, f"{unit}/{name}"]):
            raise CourseError("a line has gone elsewhere")
    except CourseError:
        raise CourseError(
            f"a line cannot simply be added to this {FILE}: write each unit, and each of its exercises, "
            "on lines of their own, without braces or aliases"
        ) from None
    return longer


def _with_exercise(text: str, unit: str, name: str) -> str:
    exercises = _value(_value(_value(_tree(text), "units"), unit), "exercises")
    return _below(text, exercises, [f"{_key(name)}: {DRAFT}"])


def _with_unit(text: str, unit: str, name: str) -> str:
    units = _value(_tree(text), "units")
    step = " " * (_column(units.value[0][1]) - _column(units))
    fields = [f'title: "{TITLE}"', f'about: "{ABOUT}"', "exercises:", f"{step}{_key(name)}: {DRAFT}"]
    return _below(text, units, ["", f"{_key(unit)}:", *(step + field for field in fields)])


# Only lines are added: a round trip through a YAML library moves blank lines and comments.


def _below(text: str, mapping: Any, lines: list[str]) -> str:
    """The text with lines after the last of a mapping's, at the column of its keys."""
    last = mapping
    while hasattr(last.value, "append") and last.value and not last.flow_style:
        last = last.value[-1][1]
    newline = "\r\n" if "\r\n" in text else "\n"
    content = len(text[: last.end_mark.index].rstrip())
    end = text.find(newline, content)
    end = len(text) if end < 0 else end
    added = (newline + (" " * _column(mapping) + line if line else "") for line in lines)
    return text[:end] + "".join(added) + text[end:]


def _tree(text: str) -> Any:
    import yaml

    return yaml.compose(text)


def _value(mapping: Any, key: str) -> Any:
    return next(value for name, value in mapping.value if name.value == key)


def _column(mapping: Any) -> int:
    """Where its keys begin."""
    return int(mapping.value[0][0].start_mark.column)


def _key(name: str) -> str:
    """A name as a key: YAML reads `on`, `no` or `null` as something else than text."""
    import yaml

    return name if yaml.safe_load(name) == name else f'"{name}"'
