"""A course's reference models: the program that trains them lies in solutions/models, outside this package."""

import subprocess
import sys

from autograder.course import Course, CourseError

PLACE = "solutions/models"


def train(course: Course, names: list[str], check: bool) -> int:
    """Runs the program, which shows its progress itself; its exit status. Raises CourseError when there is none."""
    if not (course.root / PLACE / "__main__.py").exists():
        raise CourseError(f"{course.root} has no {PLACE}: this course has no reference models to train")
    # A process of its own: a machine with a GPU and none of this package runs the very same.
    command = [sys.executable, "-m", PLACE.replace("/", "."), *(["--check"] if check else []), "--", *names]
    return subprocess.run(command, cwd=course.root, check=False).returncode
