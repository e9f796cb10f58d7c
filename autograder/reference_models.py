"""A course's reference models: the program that trains them lies in solutions/models, outside this package."""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from autograder.authoring import AuthorError
from autograder.course import Course, CourseError

PLACE = "solutions/models"


def train(course: Course, names: list[str], check: bool) -> int:
    """Runs the program, which shows its progress itself; its exit status. Raises CourseError when there is none."""
    if not (course.root / PLACE / "__main__.py").exists():
        raise CourseError(f"{course.root} has no {PLACE}: this course has no reference models to train")
    # A process of its own: a machine with a GPU and none of this package runs the very same.
    command = [sys.executable, "-m", PLACE.replace("/", "."), *(["--check"] if check else []), "--", *names]
    return subprocess.run(command, cwd=course.root, check=False).returncode


def module(author_file: str | Path, name: str = "") -> ModuleType:
    """A module of the reference models, or their package, for an author's file: `module(__file__, "digits")`.

    Raises AuthorError in a course without them.
    """
    source = folder(author_file) / "__init__.py"
    # Not `solutions.models`: the course need not lie on the path, and there may be another one.
    package = "reference_models_" + hashlib.sha256(str(source).encode()).hexdigest()[:16]
    if package not in sys.modules:
        if not source.exists():
            raise AuthorError(f"this course has no reference models to ask: {source} does not exist")
        spec = importlib.util.spec_from_file_location(package, source, submodule_search_locations=[str(source.parent)])
        assert spec and spec.loader
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{name}" if name else package)


def folder(author_file: str | Path) -> Path:
    """Where the models lie, seen from an author's file."""
    return Path(author_file).resolve().parent.parent / Path(PLACE).name
