"""course.yml, validated: every mistake in it is answered with file, key and what was expected."""

import keyword
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

from autograder.author_file import load
from autograder.authoring import Exercise
from autograder.running.notebooks import CHECK, EXPLAIN

FILE = "course.yml"
Points = Annotated[float, msgspec.Meta(gt=0, le=1000)]

# In place of an exercise's points: it is not published yet.
DRAFT = "draft"

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


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that is answered in words and graded by a person. text: Markdown."""

    points: Points
    text: Annotated[str, msgspec.Meta(min_length=1)]


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chapter: one notebook. exercises: name → points, in the order of the lesson.

    explain: name → question, at the end of the notebook. due: when it is due, with its time zone.
    files: data that the notebook reads: names of files beside the unit's author's files.
    """

    title: str
    about: str
    exercises: dict[str, Points]
    explain: dict[str, Question] = {}
    due: datetime | None = None
    files: tuple[str, ...] = ()


class Course(msgspec.Struct, frozen=True):
    """listed: `unit/name` of every exercise in the order of the course, with the drafts, which no unit counts."""

    root: Path
    title: str
    limits: Limits
    units: dict[str, Unit]
    listed: tuple[str, ...]

    def files(self, unit: str) -> dict[str, Path]:
        """The data files of a unit by name. Raises CourseError when one is not there."""
        found = {name: self.root / "solutions" / unit / name for name in self.units[unit].files}
        for name, path in found.items():
            if not path.is_file():
                raise CourseError(f"{self.root / FILE}: units.{unit}.files: there is no file {path}; put {name} there")
        return found

    def names(self) -> list[str]:
        """`unit/name` of every exercise that is published, in the order of the course."""
        return [f"{unit}/{name}" for unit, content in self.units.items() for name in content.exercises]

    def drafts(self) -> list[str]:
        """`unit/name` of every exercise that is not published yet."""
        published = self.names()
        return [identity for identity in self.listed if identity not in published]

    def points(self, identity: str) -> float:
        """What an exercise is worth; 1 for a draft."""
        unit, _, name = identity.partition("/")
        return self.units[unit].exercises.get(name, 1.0)

    def author_file(self, identity: str) -> Path:
        return self.root / "solutions" / f"{identity}.py"

    def exercise(self, identity: str) -> Exercise:
        """Loads the author's file of `unit/name`. Raises AuthorError."""
        return load(self.author_file(identity))

    def select(self, words: list[str]) -> list[str]:
        """The exercises that `words` name: `unit`, `name` or `unit/name`; all that are published for no words."""
        chosen = []
        for word in words:
            wanted = word.strip("/")
            found = [name for name in self.listed if wanted in (name, *name.split("/"))]
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


def read(path: Path, text: str | None = None) -> Course:
    """The course in a file, or in a text that is to become that file. Raises CourseError."""
    content = _mapping(path, "", _parse(path, text))
    for key in content:
        if key not in ("title", "limits", "units"):
            raise CourseError(f"{path}: {key}: no such key; expected title, limits or units")
    title = _convert(path, "title", content.get("title"), str)
    limits = _convert(path, "limits", content.get("limits", {}), Limits)
    units, listed = {}, list[str]()
    for name, value in _mapping(path, "units", content.get("units")).items():
        key = f"units.{name}"
        check_name(path, key, name)
        fields = _mapping(path, key, value)
        exercises = _mapping(path, f"{key}.exercises", fields.get("exercises"))
        for exercise, points in exercises.items():
            check_name(path, f"{key}.exercises.{exercise}", exercise)
            if points != DRAFT:
                _convert(path, f"{key}.exercises.{exercise}", points, Points)
        listed += [f"{name}/{exercise}" for exercise in exercises]
        fields = {**fields, "exercises": {each: points for each, points in exercises.items() if points != DRAFT}}
        if "explain" in fields:
            for question, asked in _mapping(path, f"{key}.explain", fields["explain"]).items():
                _check_word(path, f"{key}.explain.{question}", question)
                _convert(path, f"{key}.explain.{question}", asked, Question)
        for file in _convert(path, f"{key}.files", fields.get("files", []), list[str]):
            if not re.fullmatch(r"\w[\w.-]*", file) or file.endswith((".py", ".ipynb", ".pack")):
                expected = "expected the name of a data file such as heights.csv"
                raise CourseError(f"{path}: {key}.files: {expected}, got {file!r}")
        if "due" in fields:
            fields = {**fields, "due": _moment(path, f"{key}.due", fields["due"])}
        units[name] = _convert(path, key, fields, Unit)
    return Course(root=path.parent.resolve(), title=title, limits=limits, units=units, listed=tuple(listed))


def _parse(path: Path, text: str | None) -> Any:
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
        return yaml.load(path.read_text(encoding="utf-8") if text is None else text, Loader)
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


def _moment(path: Path, key: str, value: Any) -> datetime:
    try:
        day, time, zone = value.split()
        return datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    # An unknown zone is a KeyError; what YAML itself takes for a date or a number has no split.
    except (AttributeError, KeyError, ValueError, OSError):
        form = "expected a date, a time and a time zone such as 2026-12-01 23:59 UTC or 2026-12-01 23:59 Europe/Berlin"
        raise CourseError(f"{path}: {key}: {form}, got {_found(value and str(value))}") from None


def check_name(path: Path, key: str, name: str) -> None:
    """A unit's or an exercise's: it becomes a file. Raises CourseError."""
    _check_word(path, key, name)
    if name in TAKEN:
        raise CourseError(f"{path}: {key}: expected a name that no Python module has; {name!r} would hide that module")


def _check_word(path: Path, key: str, name: str) -> None:
    if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name) or name != name.lower():
        raise CourseError(f"{path}: {key}: expected a name in lower case such as relu_derivative, got {name!r}")
    if name.startswith((CHECK, EXPLAIN)):
        said = "other cells of the notebook are called so"
        raise CourseError(f"{path}: {key}: expected a name without check_ or explain_ before it, got {name!r}: {said}")


def _found(value: Any) -> str:
    return "nothing" if value in (None, {}) else f"{value!r}"
