"""What a submission is asked, and what it may use."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from autograder.child import frames, wire
from autograder.child.frames import SENT, Call
from autograder.pack import Case, Pack

WORTH_KEEPING = 1024  # bytes of an array; a smaller one costs no more when it is sent each time


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
    """A call to be made. arrays: those that are sent with it. seconds: the budget of its exercise.

    call: a `Call`, encoded once for the whole class.
    """

    exercise: int
    case: int
    seconds: float
    call: msgspec.Raw
    arrays: list[bytes]


def published(pack: Pack) -> list[bytes]:
    """The arrays, as bytes, that several cases have among their inputs, and that students have been given.

    Only these may be known to a process before the public cases are answered: they are in the public pack.
    """
    uses = Counter[bytes]()
    public: dict[bytes, bool] = {}
    for case in pack.cases:
        arrays = _dumped(case)[1]
        uses.update(set(arrays))
        public |= dict.fromkeys(() if case.hidden else arrays, True)
    return [array for array in public if uses[array] > 1 and len(array) >= WORTH_KEEPING]


def questions(exercise: int, pack: Pack, kept: Mapping[bytes, int]) -> list[Question]:
    """The calls for the cases of a pack. Nothing of an expected value is in them.

    kept: arrays that every process has from its start, and by which number.
    """
    made = []
    for number, case in enumerate(pack.cases):
        tree, arrays = _dumped(case)
        numbers = [kept.get(array, SENT) for array in arrays]
        call = Call(exercise=exercise, case=number, inputs=tree, seeds=list(case.seeds), arrays=numbers)
        sent = [array for array, known in zip(arrays, numbers, strict=True) if known == SENT]
        made.append(Question(exercise, number, pack.seconds, frames.raw(call), sent))
    return made


def _dumped(case: Case) -> tuple[Any, list[bytes]]:
    arrays: list[bytes] = []
    return wire.dump(case.inputs, arrays), arrays
