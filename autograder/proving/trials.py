"""Running mutants: they loop for ever and eat memory, so they run where students' code does."""

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from autograder.child import wire
from autograder.outcome import Answer, Status
from autograder.pack import Case, Pack
from autograder.proving import comparison
from autograder.proving.mutants import Mutants
from autograder.running.sandbox import Limits, Sandbox
from autograder.running.submission import Cell, Submission

# Mutants share a process: they are our own, and know nothing of each other. One that hangs gets an alarm; one that
# crashes, or is deaf to it, costs only itself (the sandbox sees to that) and the start of another process.
TOGETHER = 80
DEAF = 4  # times its own seconds: then the sandbox ends it
LIMITS = Limits(cell_seconds=10.0, memory=1024**3)
BATCH = 100
# The inputs lie beside the mutants in a file: each case's tree, and the bytes of its arrays.
FILE = "inputs"
READ = f"""
import msgspec
from autograder.child import wire
with open({FILE!r}, "rb") as file:
    CASES += [wire.load(tree, blobs) for tree, blobs in msgspec.msgpack.decode(file.read())]
"""
# A comparison is far stricter than the judge: what it calls alike, the judge does.
SHARE_OF_TOLERANCE = 1e-2


class Trials:
    """The mutants of one exercise, in a sandbox. seconds: of computing, for a mutant in all cases of `pack`."""

    def __init__(self, sandbox: Sandbox, mutants: Mutants, pack: Pack, seconds: float) -> None:
        self.sandbox = sandbox
        self.mutants = mutants
        self.pack = pack
        self.seconds = seconds

    def answers(self, numbers: Sequence[int], cases: Sequence[Case]) -> Iterator[tuple[int, list[Answer]]]:
        """Each of these mutants with its answers to `cases`."""
        seconds = self.seconds * max(1.0, len(cases) / len(self.pack.cases))
        inputs = _encoded(cases)
        numbered = tuple(msgspec.structs.replace(case, inputs={"number": n}) for n, case in enumerate(cases))
        pack = msgspec.structs.replace(self.pack, cases=numbered, seconds=DEAF * seconds, stub="")
        packs = [msgspec.structs.replace(pack, exercise=f"mutant/mutant_{place}") for place in range(TOGETHER)]
        for start in range(0, len(numbers), TOGETHER):
            group = numbers[start : start + TOGETHER]
            given = packs[: len(group)]
            asked = [f"mutant_{place} = by_number(limited(mutant_{place}, {seconds!r}))" for place in range(len(group))]
            submission = self._submission(group, READ, *asked)
            submission = msgspec.structs.replace(submission, files=((FILE, inputs),))
            run = self.sandbox.answers(submission, given, LIMITS)
            for place, number in enumerate(group):
                yield number, [_answer(answer) for answer in run.answers[given[place].exercise]]

    def unlike(self, numbers: Sequence[int], inputs: Sequence[dict[str, Any]], seconds: float) -> dict[int, list[int]]:
        """For each of these mutants the indices of the inputs at which it is not clearly like the reference."""
        found = self._unlike_together(numbers, inputs, seconds * len(numbers))
        if found is None and len(numbers) > 1:  # one of them hangs
            return {n: each for number in numbers for n, each in self.unlike([number], inputs, seconds).items()}
        return found or {numbers[0]: list(range(len(inputs)))}

    def _unlike_together(
        self, numbers: Sequence[int], inputs: Sequence[dict[str, Any]], seconds: float
    ) -> dict[int, list[int]] | None:
        share = SHARE_OF_TOLERANCE * (1e-9 if self.pack.tolerance is None else self.pack.tolerance)
        others = ", ".join(f"mutant_{place}" for place in range(len(numbers)))
        reference = self._named("unmutated", self.mutants.reference)
        ask = f"def compare(number, batch):\n    return unlike(unmutated, [{others}], number, batch, {share!r})\n"
        batches = [list(inputs[start : start + BATCH]) for start in range(0, len(inputs), BATCH)]
        cases = [_case({"number": number, "batch": batch}) for number, batch in enumerate(batches)]
        pack = msgspec.structs.replace(
            self.pack, exercise="mutant/compare", cases=tuple(cases), seconds=seconds, stub=""
        )
        run = self.sandbox.answers(self._submission(numbers, reference, ask), [pack], LIMITS)
        found: dict[int, list[int]] = {number: [] for number in numbers}
        for start, answer in zip(range(0, len(inputs), BATCH), run.answers[pack.exercise], strict=True):
            if not answer.returned:
                return None
            for number, indices in zip(numbers, answer.value, strict=True):
                found[number] += [start + index for index in indices]
        return found

    def _submission(self, numbers: Sequence[int], *more: str) -> Submission:
        """One script: what is given, then each mutant under a name of its own."""
        poisoned = "import numpy\nfor make in ('empty', 'empty_like'):\n"
        poisoned += "    setattr(numpy, make, poison(getattr(numpy, make)))\n"
        renamed = [
            self._named(f"mutant_{place}", self.mutants.mutants[number].function)
            for place, number in enumerate(numbers)
        ]
        source = "\n".join([inspect.getsource(comparison), poisoned, self.mutants.given, *renamed, *more])
        return Submission(student="mutants", unit="mutant", cells=(Cell(source, "mutants.py", 0, "script"),))

    def _named(self, name: str, function: str) -> str:
        """The function under another name; one that calls itself still does, and no other mutant."""
        return f"def make():\n{textwrap.indent(function, '    ')}\n    return {self.pack.name}\n{name} = make()"


def _encoded(cases: Sequence[Case]) -> bytes:
    blobs: list[list[bytes]] = [[] for _ in cases]
    trees = [wire.dump(case.inputs, found) for case, found in zip(cases, blobs, strict=True)]
    return msgspec.msgpack.encode([*zip(trees, blobs, strict=True)])


def _answer(answer: Answer) -> Answer:
    """What a mutant answered; that it was late: of an exception that is no Exception, `Late` is the only one here."""
    if answer.exception == "BaseException":
        return Answer(status=Status.timed_out)
    if isinstance(answer.value, tuple):  # else it is too large to be told
        value, changed = answer.value
        return msgspec.structs.replace(answer, value=value, mutated=tuple(changed))
    return answer


def _case(inputs: dict[str, Any]) -> Case:
    return Case(name="", inputs=inputs, expected=Answer(status=Status.lost), mistakes={}, dims={})
