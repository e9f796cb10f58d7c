"""`autograder build`: author's files → stubs, notebooks, packs and nbgrader's source/; writes only what changed."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder import pack
from autograder.authoring import Exercise
from autograder.course import Course
from autograder.publishing import drafts, leaks, lesson, nbgrader_course, packs
from autograder.publishing.nbgrader_course import CONFIG, SOURCE
from autograder.publishing.stub import TO_DO, stub
from autograder.watch.contents import FILE as CONTENTS
from autograder.watch.contents import Contents

PUBLISHED = "exercises"
HIDDEN = "hidden_packs"


class Drift(NamedTuple):
    """A file that is not what the author's files say. reason: missing, out of date, not from an author's file."""

    path: Path
    reason: str


class Overwrites(Exception):
    """Building would overwrite somebody's work; the text names the files."""


def files(course: Course, secret: str, step: Callable[[str], None] = lambda _: None) -> dict[Path, bytes]:
    """Everything that is generated, by path relative to the course; nothing of drafts. Raises AuthorError."""
    contents = msgspec.json.encode(Contents(course.title, tuple(course.names())))
    made = {
        Path(CONFIG): nbgrader_course.config(course, HIDDEN).encode(),
        Path(PUBLISHED, CONTENTS): msgspec.json.format(contents, indent=1) + b"\n",
    }
    for unit, content in course.units.items():
        if not content.exercises:  # drafts only
            continue
        exercises, public = [], []
        for name in content.exercises:
            step(f"{unit}/{name}")
            exercise = course.exercise(f"{unit}/{name}")
            drafts.refuse_unfinished(course, exercise.identity)
            exercises.append(exercise)
            built = packs.build(exercise, content.exercises[name], course.limits.seconds, secret)
            public.append(built.public)
            made[Path(PUBLISHED, unit, f"{name}.py")] = stub_file(exercise).encode()
            for folder in (PUBLISHED, SOURCE):  # what lies beside a notebook in source/ is released with it
                made[Path(folder, unit, "packs", f"{name}.pack")] = pack.write(built.public)
            made[Path(HIDDEN, unit, f"{name}.pack")] = pack.write(built.hidden)
        for name, path in course.files(unit).items():
            for folder in (PUBLISHED, SOURCE):
                made[Path(folder, unit, name)] = path.read_bytes()
        leaks.refuse(exercises, public)
        source = lesson.source(unit, content, exercises)
        made[Path(SOURCE, unit, f"{unit}.ipynb")] = source.encode()
        made[Path(PUBLISHED, unit, f"{unit}.ipynb")] = lesson.published(source).encode()
    return made


def stub_file(exercise: Exercise) -> str:
    """The stub as a file: the lesson as its docstring, the function, and a check when it is run."""
    title, lesson = packs.title_and_lesson(exercise.path.read_text())
    text = f"{title}\n\n{lesson}\n" if lesson else f"{title}\n"
    raw = "r" if "\\" in text else ""
    ending = f'if __name__ == "__main__":\n    from autograder import check\n\n    print(check({exercise.name}))\n'
    return f'{raw}"""{text}"""\n\n{stub(exercise)}\n\n{ending}'


def drift(course: Course, made: dict[Path, bytes]) -> list[Drift]:
    """What differs between `made` and the folder: missing, changed and left-over files."""
    found = [
        Drift(path, "out of date" if (course.root / path).exists() else "missing")
        for path, content in made.items()
        if not _current(course.root / path, content)
    ]
    return found + [Drift(path, "not from an author's file") for path in _left_over(course, made)]


def write(course: Course, made: dict[Path, bytes]) -> list[Drift]:
    """Brings the folder to `made` and returns what was changed. Raises Overwrites before anything is lost."""
    changes = drift(course, made)
    work = [change.path for change in changes if _holds_work(course.root, change.path)]
    if work:
        raise Overwrites(
            f"{', '.join(map(str, work))}: somebody wrote an answer there, and building would overwrite it. "
            "Move it elsewhere or delete it, then build again."
        )
    theirs = [change.path for change in changes if _is_theirs(course.root, change.path)]
    if theirs:
        raise Overwrites(
            f"{', '.join(map(str, theirs))}: not written by `autograder build`, which would overwrite it. "
            f"Rename it, then build again; settings of {CONFIG} belong into nbgrader_local.py."
        )
    for change in changes:
        path = course.root / change.path
        if change.path in made:
            _replace(path, made[change.path])
        else:
            path.unlink()
    return changes


def _current(path: Path, content: bytes) -> bool:
    if not path.is_file():
        return False
    existing = path.read_bytes()
    if existing == content or path.suffix != ".pack":
        return existing == content
    try:
        return pack.same(pack.read(existing, path.name), pack.read(content, path.name))
    except pack.PackError:
        return False


def _left_over(course: Course, made: dict[Path, bytes]) -> list[Path]:
    """Generated files of exercises that are no longer in the course."""
    patterns = [f"{PUBLISHED}/*/*.py", f"{HIDDEN}/*/*.pack"]
    patterns += [f"{folder}/*/{name}" for folder in (PUBLISHED, SOURCE) for name in ("*.ipynb", "packs/*.pack")]
    there = [path.relative_to(course.root) for pattern in patterns for path in sorted(course.root.glob(pattern))]
    # An instructor may have assignments of their own in source/.
    return [path for path in there if path not in made and not _is_theirs(course.root, path)]


def _holds_work(root: Path, path: Path) -> bool:
    """Whether a generated file no longer says "to do" where it did: somebody filled it in."""
    if path.parts[0] != PUBLISHED or path.suffix == ".pack" or not (root / path).is_file():
        return False
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".py":
        return TO_DO[1] not in text
    return text.count(TO_DO[1]) + text.count(f'"{lesson.TO_ANSWER}"') < text.count('"solution": true')


def _is_theirs(root: Path, path: Path) -> bool:
    """Whether a file of the nbgrader course is the instructor's own."""
    if path.parts[0] not in (SOURCE, CONFIG) or path.suffix not in (".ipynb", ".py") or not (root / path).is_file():
        return False
    return not nbgrader_course.written_by_us(root / path)


def _replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    # Hidden packs keep the mode of a temporary file: for their owner only.
    if HIDDEN not in path.parts:
        Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
