"""What a submission is asked, and what it may use."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from autograder.child import frames, wire
from autograder.pack import Case


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission may use. Exercises bring their own seconds, in their packs: for the public cases
    together, and once more for the hidden ones.

    cell_seconds: computing time of one cell. wall: how many times longer a cell or an exercise may take by the
    clock, so that a loaded machine fails nobody. memory: bytes of address space.
    """

    cell_seconds: float = 30.0
    wall: float = 4.0
    memory: int = 2 * 1024**3


class Question(NamedTuple):
    """A call to be made. frame: the call as it is sent. seconds: the budget of its exercise."""

    exercise: int
    case: int
    seconds: float
    frame: bytes


def questions(exercise: int, cases: Sequence[Case], seconds: float) -> list[Question]:
    """The calls for the cases of a pack, encoded. Nothing of an expected value is in them."""
    made = []
    for number, case in enumerate(cases):
        blobs: list[bytes] = []
        tree = wire.dump(case.inputs, blobs)
        call = frames.Call(exercise=exercise, case=number, inputs=tree, seeds=list(case.seeds))
        made.append(Question(exercise, number, seconds, frames.encode(call, blobs)))
    return made
