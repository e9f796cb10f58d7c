"""What a worker process does for one submission: read, run, judge. It holds packs, never solutions."""

import time
from collections.abc import Sequence

from autograder import pack as packs
from autograder.grading.result import Graded
from autograder.judge import judge
from autograder.outcome import Answer, Status
from autograder.pack import Pack
from autograder.running.sandbox import Limits, Sandbox
from autograder.running.submission import HandedIn, SubmissionError, read


class Worker:
    """Packs, and a sandbox that lives as long as the worker."""

    def __init__(self, written: Sequence[bytes], limits: Limits) -> None:
        self.packs: list[Pack] = [packs.read(data, "a hidden pack") for data in written]
        self.limits = limits
        self.sandbox = Sandbox()

    def grade(self, handed_in: HandedIn, unit: str) -> Graded:
        """The verdicts on one submission. What cannot be read is judged as such, with the sentence why."""
        began = time.monotonic()
        if handed_in.problem:
            # Whose it is, or which one counts, is for a person to say: no score.
            return self._same_for_all(handed_in, unit, Status.lost, handed_in.problem, began)
        try:
            submission = read(handed_in.path, unit, [pack.name for pack in self.packs], handed_in.student)
        except SubmissionError as problem:
            return self._same_for_all(handed_in, unit, Status.unloadable, str(problem), began)
        run = self.sandbox.answers(submission, self.packs, self.limits)
        return Graded(
            student=handed_in.student,
            unit=unit,
            verdicts=tuple(judge(pack, run.answers[pack.exercise]) for pack in self.packs),
            notes=run.notes,
            seconds=time.monotonic() - began,
        )

    def _same_for_all(self, handed_in: HandedIn, unit: str, status: Status, text: str, began: float) -> Graded:
        answer = Answer(status=status, text=text)
        return Graded(
            student=handed_in.student,
            unit=unit,
            verdicts=tuple(judge(pack, [answer] * len(pack.cases)) for pack in self.packs),
            notes=(text,),
            seconds=time.monotonic() - began,
        )


_worker: Worker | None = None


def start(written: Sequence[bytes], limits: Limits) -> None:
    """Prepares this process: called once by the pool."""
    global _worker  # noqa: PLW0603 - a worker process is one worker
    _worker = Worker(written, limits)


def grade(handed_in: HandedIn, unit: str) -> Graded:
    """Grades one submission in this process."""
    assert _worker, "the pool starts its processes with `start`"
    return _worker.grade(handed_in, unit)
