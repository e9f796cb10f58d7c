"""The data that flows: laws and answers towards the judge, verdicts away from it."""

from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """What can be said of a case or an exercise, from the strongest claim down."""

    grader_error = "grader_error"
    missing = "missing"
    not_attempted = "not_attempted"
    timed_out = "timed_out"
    crashed = "crashed"
    wrong = "wrong"
    correct = "correct"

    def __init__(self, _: str) -> None:
        # 0 for the strongest claim; the outcome of many is the strongest of theirs.
        self.strength = len(type(self).__members__)

    @property
    def words(self) -> str:
        """The outcome as a student reads it."""
        return _WORDS[self]


_WORDS = {
    Outcome.grader_error: "could not be judged",
    Outcome.missing: "missing",
    Outcome.not_attempted: "to do",
    Outcome.timed_out: "took too long",
    Outcome.crashed: "crashed",
    Outcome.wrong: "wrong",
    Outcome.correct: "correct",
}


class Status(StrEnum):
    """What happened when a function was asked for one case."""

    returned = "returned"
    raised = "raised"
    timed_out = "timed_out"
    died = "died"  # the process ended: a segmentation fault, os._exit, the memory limit
    absent = "absent"  # there is no such function
    unloadable = "unloadable"  # the file that should define it does not run
    lost = "lost"  # a fault of the grader, never of the student


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a function gave for one case.

    `value` is a plain copy, already detached from the student's objects. `text` is the message of an
    exception, or the sentence that says why there is no value. `line` is a line of the student's file.
    """

    status: Status
    value: Any = None
    exception: str = ""
    text: str = ""
    line: int | None = None
    mutated: tuple[str, ...] = ()
    printed: int = 0

    @property
    def returned(self) -> bool:
        return self.status is Status.returned


class Normal(msgspec.Struct, frozen=True, tag="normal", kw_only=True):
    """Independent draws from a normal distribution with mean `loc` and standard deviation `scale`.

    `seeded=False` describes draws that do not come from the given generator (a mistake).
    """

    shape: tuple[int, ...]
    loc: float = 0.0
    scale: float = 1.0
    seeded: bool = True


class Uniform(msgspec.Struct, frozen=True, tag="uniform", kw_only=True):
    """Independent draws from a uniform distribution between `low` and `high`."""

    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 1.0
    seeded: bool = True


Law = Normal | Uniform


class HeldOut(msgspec.Struct, frozen=True, kw_only=True):
    """What trained parameters are judged by: rows that training did not see.

    x, y: these rows and what is right for them, arrays. like: the parameters as the reference returns them, but all
    zero. error: the reference's mean squared error on these rows, to two digits.
    """

    x: Any
    y: Any
    like: Any
    error: float


class Formulas(msgspec.Struct, frozen=True, tag="formulas", kw_only=True):
    """A formula that was expected and the lines that came back, as texts in these symbols.

    wrong: the index of the first line that is another formula.
    """

    output: str
    symbols: tuple[str, ...]
    expected: str
    got: tuple[str, ...]
    wrong: int


class Curves(msgspec.Struct, frozen=True, tag="curves", kw_only=True):
    """What was expected and what came back, along one axis; None where there is no number.

    where: what all the rest is, in words. mark: a place where the two differ, and both values there.
    """

    output: str
    axis: str
    where: str
    x: tuple[float, ...]
    expected: tuple[float | None, ...]
    got: tuple[float | None, ...]
    mark: tuple[float, float | None, float | None]


class HeatMap(msgspec.Struct, frozen=True, tag="heat_map", kw_only=True):
    """Where an array is wrong, as rows of cells; in a large array a cell stands for several elements.

    letters, lengths: its shape. covers: how many rows and columns of elements a cell stands for; all axes but
    the last are rows. marks: a row of letters for each row of cells, of a cell's worst element: `=` right,
    `+` too large, `-` too small, `0` should be 0, `x` is 0 and should not be, `?` no number, `~` unlike.
    sizes: likewise a digit, how far off: 9 as far as any, 0 right. first: the cell of the first difference.
    truth: the values are True and False, and no numbers. largest: the largest difference, None without numbers.
    """

    output: str
    letters: str
    lengths: tuple[int, ...]
    covers: tuple[int, int]
    marks: tuple[str, ...]
    sizes: tuple[str, ...]
    first: tuple[int, int]
    largest: float | None
    truth: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One output of several: what was expected and what came back, in a few characters."""

    output: str
    expected: str
    got: str
    right: bool


class Lines(msgspec.Struct, frozen=True, tag="lines", kw_only=True):
    """All outputs of an exercise in the order in which they are computed; at least one is wrong."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> int:
        """The index of the first wrong one."""
        return next(number for number, line in enumerate(self.lines) if not line.right)


# What can be drawn of a wrong answer; the drawing is the feedback's.
Picture = Formulas | Curves | HeatMap | Lines


class CaseVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The judge's word on one case. `right` is the share of its outputs, by weight, that are right."""

    case: str
    outcome: Outcome
    right: float
    hidden: bool = False
    rung: str = ""
    output: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The judge's word on an exercise.

    `message` says what is wrong in a student's words, `diagnosis` is the name of the mistake they made
    and `hint` what to do about it; both are empty when nothing fits for certain. `pictures` are of the
    case that the message is about, and never of a hidden one.
    """

    exercise: str
    outcome: Outcome
    score: float
    max_score: float
    message: str
    diagnosis: str | None = None
    hint: str = ""
    cases: tuple[CaseVerdict, ...] = ()
    hidden_cases: bool = False
    pictures: tuple[Picture, ...] = ()

    @property
    def correct(self) -> bool:
        return self.outcome is Outcome.correct
