"""A graded class as plain data: what the report is made of, as `grade` leaves it for later."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.course import CourseError
from autograder.grading.result import Graded

SUFFIX = ".results"


class Known(msgspec.Struct, frozen=True):
    """A mistake that an exercise knows."""

    exercise: str
    mistake: str
    hint: str


class ClassResults(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's results by student. known: every mistake of its exercises, made or not."""

    unit: str
    title: str
    results: tuple[Graded, ...]
    known: tuple[Known, ...]

    @property
    def hints(self) -> dict[tuple[str, str], str]:
        """(exercise, mistake) → its hint."""
        return {(each.exercise, each.mistake): each.hint for each in self.known}


@contextmanager
def uncollected() -> Iterator[None]:
    """Of a class a million small things are made and none is garbage: looking for some takes most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def write(path: Path, unit: str, title: str, results: Sequence[Graded], hints: Mapping[tuple[str, str], str]) -> None:
    """Writes a class; a file that is there is replaced at once."""
    known = tuple(Known(*key, hint) for key, hint in hints.items())
    data = msgspec.msgpack.encode(ClassResults(unit=unit, title=title, results=tuple(results), known=known))
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(data)
    new.replace(path)


def read(path: Path, unit: str) -> ClassResults:
    """The class in a file. Raises CourseError with the command that makes one."""
    make = f"Grade the class first: autograder grade {unit}"
    try:
        with uncollected():
            return msgspec.msgpack.decode(path.read_bytes(), type=ClassResults)
    except FileNotFoundError:
        raise CourseError(f"there are no results at {path}. {make}") from None
    except (OSError, msgspec.MsgspecError) as problem:
        raise CourseError(f"{path} cannot be read: {problem}. {make}") from None
