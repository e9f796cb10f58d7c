"""The runner of the grading: asks a student's functions for answers in processes that can be lost.

Each submission gets a fresh child of the zygote: its cells, then the calls. What was answered once can be taken again.
"""

import time
from collections.abc import Mapping, Sequence

from autograder.child.frames import FrameError
from autograder.child.wire import WireError
from autograder.outcome import Answer
from autograder.pack import Pack
from autograder.running.answering import Answering
from autograder.running.forkserver import Zygote, ZygoteError
from autograder.running.heard import Heard
from autograder.running.isolation import Isolation
from autograder.running.outcomes import CellRun, SubmissionRun
from autograder.running.questions import Limits, Question, published, questions
from autograder.running.submission import Submission

__all__ = ["CellRun", "Limits", "Sandbox", "SubmissionRun", "ZygoteError"]


class Sandbox:
    """Owns one zygote. A context manager; entering it starts the zygote and raises ZygoteError if it cannot.

    walls: the layers to use, those of this machine when none are given.
    """

    def __init__(self, walls: Isolation | None = None) -> None:
        self._walls = walls
        self._zygote: Zygote | None = None
        self._asked: dict[int, tuple[Pack, list[Question]]] = {}
        self._kept: dict[bytes, int] = {}  # the arrays that every process has from its start, with their numbers
        self._heard = Heard()

    def __enter__(self) -> "Sandbox":
        self._zygote = Zygote(self._walls)
        return self

    def __exit__(self, *_: object) -> None:
        if self._zygote:
            self._zygote.close()
            self._zygote = None

    def answers(self, submission: Submission, packs: Sequence[Pack], limits: Limits | None = None) -> SubmissionRun:
        """Runs a submission and asks for every case of `packs`. Never raises for what a student wrote.

        When the zygote fails twice, what is not answered by then is `lost`: it could not be judged.
        """
        began = time.monotonic()
        asked = [self._questions(index, pack) for index, pack in enumerate(packs)]
        run = Answering(submission, packs, asked, limits or Limits(), self._heard)
        faults = 0
        while not run.complete:
            try:
                self._zygote = self._zygote or Zygote(self._walls)
                self._zygote.keep(list(self._kept))
                run.go_on(self._zygote)
            except ZygoteError as problem:
                self.__exit__()
                faults += 1
                if faults > 1:
                    run.lose(str(problem))
        return run.result(time.monotonic() - began)

    def again(self, records: Mapping[str, bytes], packs: Sequence[Pack], limits: Limits) -> SubmissionRun | None:
        """As `answers`, of what was answered before; no cell is run. None where that is not to be read.

        records: exercise → its record, from a run with the same calls and limits.
        """
        answers: dict[str, list[Answer]] = {}
        said: dict[str, tuple[int, ...] | None] = {}
        called: dict[str, float] = {}
        try:
            for pack in packs:
                found, numbers, seconds = self._heard.again(records[pack.exercise], limits.memory)
                if len(found) != len(pack.cases):
                    return None
                answers[pack.exercise] = found
                if seconds is not None:
                    called[pack.exercise] = seconds
                known = tuple(number for number in numbers if number is not None)
                said[pack.exercise] = known if len(known) == len(numbers) else None
        except (KeyError, FrameError, WireError):
            return None
        return SubmissionRun(answers, (), (), 0.0, called, said, dict(records))

    def _questions(self, index: int, pack: Pack) -> list[Question]:
        """Encoded once for the whole class."""
        known = self._asked.get(index)
        if known is None or known[0] is not pack:
            for array in published(pack):
                self._kept.setdefault(array, len(self._kept))
            known = self._asked[index] = (pack, questions(index, pack, self._kept))
        return known[1]
