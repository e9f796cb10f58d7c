"""A graded class as plain data: what the report is made of, as `grade` leaves it for later."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.course import CourseError
from autograder.grading.result import Graded

SUFFIX = ".results"
# In msgpack: an array of nothing, and the beginning of one that says its length in four bytes.
EMPTY, ARRAY = b"\x90", b"\xdd"


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
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        # A map with the class's results in its place, one by one: of ten thousand together it is 80 MB.
        about = msgspec.msgpack.encode({"unit": unit, "title": title, "known": known, "results": ()})
        file.write(about.removesuffix(EMPTY) + ARRAY + len(results).to_bytes(4, "big"))
        file.writelines(map(msgspec.msgpack.encode, results))
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
