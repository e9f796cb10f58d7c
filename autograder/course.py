"""course.yml, validated: every mistake in it is answered with file, key and what was expected."""

import keyword
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec

from autograder.author_file import load
from autograder.authoring import Exercise

FILE = "course.yml"
Points = Annotated[float, msgspec.Meta(gt=0, le=1000)]

# A file of one of these names beside a notebook would be imported in place of the real module.
TAKEN = frozenset(sys.stdlib_module_names) | frozenset(
    "IPython autograder dask distributed hypothesis jinja2 jupyter matplotlib msgspec nbformat nbgrader "
    "nbclient notebook numpy pandas pytest rich safetensors scipy sklearn sympy torch tqdm typer yaml".split()
)


class CourseError(Exception):
    """course.yml or the folder around it is not as it must be; the text says where and what to do."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """seconds: how long one exercise may take in all its cases; cell_seconds: how long a notebook's cell may.

    memory_mb: what a submission's process may take when it is graded.
    """

    seconds: Annotated[float, msgspec.Meta(gt=0, le=600)] = 10.0
    cell_seconds: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 30.0
    memory_mb: Annotated[int, msgspec.Meta(ge=256)] = 2048


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chapter: one notebook. exercises: name → points, in the order of the lesson."""

    title: str
    about: str
    exercises: dict[str, Points]


class Course(msgspec.Struct, frozen=True):
    root: Path
    title: str
    limits: Limits
    units: dict[str, Unit]

    def names(self) -> list[str]:
        """`unit/name` of every exercise, in the order of the course."""
        return [f"{unit}/{name}" for unit, content in self.units.items() for name in content.exercises]

    def points(self, identity: str) -> float:
        unit, _, name = identity.partition("/")
        return self.units[unit].exercises[name]

    def author_file(self, identity: str) -> Path:
        return self.root / "solutions" / f"{identity}.py"

    def exercise(self, identity: str) -> Exercise:
        """Loads the author's file of `unit/name`. Raises AuthorError."""
        return load(self.author_file(identity))

    def select(self, words: list[str]) -> list[str]:
        """The exercises that `words` name: `unit`, `name` or `unit/name`; all of them for no words."""
        chosen = []
        for word in words:
            wanted = word.strip("/")
            found = [name for name in self.names() if wanted in (name, *name.split("/"))]
            if not found:
                raise CourseError(f"no unit or exercise is called {word!r}; the units are {', '.join(self.units)}")
            chosen += found
        return list(dict.fromkeys(chosen)) if words else self.names()


def find(start: Path | None = None) -> Course:
    """The course of a folder or of one above it. Raises CourseError when there is none."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return read(folder / FILE)
    raise CourseError(f"there is no {FILE} in {here} or above it: change to the folder of your course")


def read(path: Path) -> Course:
    """The course in a file. Raises CourseError."""
    content = _mapping(path, "", _parse(path))
    for key in content:
        if key not in ("title", "limits", "units"):
            raise CourseError(f"{path}: {key}: no such key; expected title, limits or units")
    title = _convert(path, "title", content.get("title"), str)
    limits = _convert(path, "limits", content.get("limits", {}), Limits)
    units = {}
    for name, value in _mapping(path, "units", content.get("units")).items():
        key = f"units.{name}"
        _check_name(path, key, name)
        fields = _mapping(path, key, value)
        for exercise, points in _mapping(path, f"{key}.exercises", fields.get("exercises")).items():
            _check_name(path, f"{key}.exercises.{exercise}", exercise)
            _convert(path, f"{key}.exercises.{exercise}", points, Points)
        units[name] = _convert(path, key, fields, Unit)
    return Course(root=path.parent.resolve(), title=title, limits=limits, units=units)


def _parse(path: Path) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses a key that stands twice: YAML would silently keep the last."""

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key, line = loader.construct_object(key_node), key_node.start_mark.line + 1
            if key in seen:
                raise CourseError(f"{path}:{line}: {key}: stands here and in line {seen[key]}; expected it once")
            seen[key] = line
        return loader.construct_mapping(node, deep=True)

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise CourseError(f"{path}:{line}: not YAML: {problem.problem}") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path}: not UTF-8 text; save it as UTF-8") from None


def _mapping(path: Path, key: str, value: Any) -> dict[str, Any]:
    where = f"{path}: {key}" if key else f"{path}"
    if not isinstance(value, dict) or not value:
        raise CourseError(f"{where}: expected keys with values below it, got {_found(value)}")
    for name in value:
        if not isinstance(name, str):
            raise CourseError(f"{where}: expected names as keys, got {name!r}")
    return value


def _convert(path: Path, key: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        what, _, inside = str(problem).partition(" - at `$")
        inner = inside.rstrip("`")
        raise CourseError(f"{path}: {key}{inner}: {what[0].lower()}{what[1:]}".replace("`", "")) from None


def _check_name(path: Path, key: str, name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        raise CourseError(f"{path}: {key}: expected a name in lower case such as relu_derivative, got {name!r}")
    if name in TAKEN:
        raise CourseError(f"{path}: {key}: expected a name that no Python module has; {name!r} would hide that module")


def _found(value: Any) -> str:
    return "nothing" if value in (None, {}) else f"{value!r}"
