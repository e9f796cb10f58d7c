"""What came of running a submission."""

import msgspec

from autograder.outcome import Answer


class CellRun(msgspec.Struct, kw_only=True):
    """What a cell showed. problem: what stopped it, or why it was left out. number: as in the notebook, from 1."""

    file: str
    number: int
    outputs: list[dict[str, object]] = []
    problem: str = ""


class SubmissionRun(msgspec.Struct, frozen=True):
    """What a submission answered: exercise (`unit/name`) → one answer for each case of its pack, in order.

    cells: in the order of the submission, with nbformat's outputs. seconds: by the clock.
    called: exercise → seconds of computing in its calls, as the process says; only what was called.
    said: exercise → a number for each answer; answers of one number are the same to the last bit. None where an
    answer is too large to have a number, or none came.
    records: exercise → all that it answered, to be judged again without the submission; not where it is large.
    """

    answers: dict[str, list[Answer]]
    cells: tuple[CellRun, ...]
    notes: tuple[str, ...]
    seconds: float
    called: dict[str, float]
    said: dict[str, tuple[int, ...] | None]
    records: dict[str, bytes] = {}
