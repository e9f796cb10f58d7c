"""One submission, from its first process to its last: what is known of it, and what the next process is asked.

When a cell or an exercise hangs or crashes, its process is ended and another one does the rest. The public cases are
asked before the hidden ones, so that nothing that is ever shown (a cell's output, an answer to a public case) was made
by a process that had seen a hidden input.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from autograder.child import frames
from autograder.child.frames import Answered, Found, Output
from autograder.child.orders import PRELOADED
from autograder.outcome import Answer, Status
from autograder.pack import Pack
from autograder.running.cell_outputs import as_nbformat, left_out
from autograder.running.conversation import Conversation, Stop
from autograder.running.forkserver import Zygote
from autograder.running.heard import Heard, recorded
from autograder.running.outcomes import CellRun, SubmissionRun
from autograder.running.questions import Limits, Question
from autograder.running.submission import Submission

MAX_SKIPPED = 10
# The public packs lie beside every released notebook, for `check`. In a sandbox that does nothing, and what is
# expected has no business there.
PACK = re.compile(r"packs/\w+\.pack")
GONE = "The function was not there any more when the work was run a second time."


class Answering:
    """One submission, until every case of its exercises has an answer: one child after the other."""

    def __init__(
        self,
        submission: Submission,
        packs: Sequence[Pack],
        asked: list[list[Question]],
        limits: Limits,
        heard: Heard,
    ) -> None:
        self.submission = submission
        self.packs = packs
        self.asked = asked
        self.limits = limits
        self.heard = heard
        self.answers: list[list[Answer | None]] = [[None] * len(pack.cases) for pack in packs]
        self.numbers: list[dict[int, int]] = [{} for _ in packs]  # case → the number of its answer
        self.messages: list[dict[int, tuple[Answered, list[bytes]]]] = [{} for _ in packs]  # likewise, as they came
        self.cells: list[CellRun | None] = [None] * len(submission.cells)
        self.skipped: dict[int, str] = {}
        self.notes = list(submission.notes)
        self.careful = False  # the first child reports in bulk, those after a stop one by one
        self.suspect = False  # a cell was stopped, and is to be once more before it is left out
        self.doubted: set[int] = set()  # the exercises that were stopped once
        self.alone: int | None = None  # the exercise whose time-out or crash is being confirmed
        self.called = defaultdict[str, float](float)
        self.looked_up = False

    @property
    def complete(self) -> bool:
        return self.looked_up and not any(answer is None for answers in self.answers for answer in answers)

    def go_on(self, zygote: Zygote) -> None:
        """One more child. Raises ZygoteError."""
        sources = [cell.source for cell in self.submission.cells]
        preload = [name for name in PRELOADED if any(name in source for source in sources)]
        seconds = self.limits.cell_seconds * len(sources) + 2 * sum(pack.seconds for pack in self.packs)
        files = [(name, source) for name, source in self.submission.files if not PACK.fullmatch(name)]
        child = zygote.start(files, self.limits.memory, 2 * seconds + 10, preload)
        talk = Conversation(child, self._job(sources), len(sources), self, self.limits)
        stop = talk.hold()
        if stop is None:
            self.alone = None
            return
        self.careful = True
        if stop.step.kind == "cell":
            self._cell_stopped(stop)
        elif stop.status is not Status.raised:
            self._exercise_stopped(stop)

    def _job(self, sources: list[str]) -> bytes:
        cells = [
            frames.CellToRun(kind=cell.kind, file=cell.file, place=cell.place, skipped=self.skipped.get(index, ""))
            for index, cell in enumerate(self.submission.cells)
        ]
        exercises = [frames.Asked(name=pack.name, stub=pack.stub) for pack in self.packs]
        blobs = [source.encode("utf-8", "replace") for source in sources]
        return frames.encode(frames.Job(careful=self.careful, cells=cells, exercises=exercises), blobs)

    # What a conversation records.

    def cell(self, index: int, problem: str, outputs: list[Output]) -> None:
        """Keeps the first run of a cell: later children may know the hidden inputs."""
        if self.cells[index] is None:
            self.cells[index] = self._cell_run(index, problem, [as_nbformat(output, index + 1) for output in outputs])

    def functions(self, found: list[Found], notes: list[str]) -> None:
        """Settles the exercises for which there is no function. Raises FrameError when it is not one for each."""
        if len(found) != len(self.packs):
            raise frames.FrameError("not one function for each exercise")
        again, self.looked_up = self.looked_up, True
        self.notes += [] if again else [note[:1000] for note in notes[:100]]
        for exercise, each in enumerate(found):
            if each.status != "found":
                self._settle(exercise, Status(each.status), GONE if again else each.text[:2000])

    def answer(self, exercise: int, case: int, message: Answered, arrays: list[bytes], seconds: float) -> Answer:
        answer, number = self.heard.answer(message, arrays, self.limits.memory)
        self.answers[exercise][case] = answer
        if number is not None:
            self.numbers[exercise][case] = number
            self.messages[exercise][case] = message, arrays
        self.called[self.packs[exercise].exercise] += seconds
        return answer

    def batches(self) -> Iterator[list[Question]]:
        """What is to be asked, the public cases first."""
        for hidden in (False, True):
            batch = [
                question
                for index, pack in enumerate(self.packs)
                for question in self.asked[index]
                if self.alone in (None, index)
                and pack.cases[question.case].hidden is hidden
                and self.answers[index][question.case] is None
            ]
            if batch:
                yield batch

    # What happens when a child had to be ended.

    def _cell_stopped(self, stop: Stop) -> None:
        """A time-out or crash is confirmed once, with each cell reported at once, before the cell is left out."""
        self.suspect = not self.suspect
        if self.suspect:
            return
        if stop.step.number < len(self.cells):
            self._skip(stop.step.number, stop.text)
        else:
            self._settle_all(Status.died, stop.text)

    def _skip(self, index: int, text: str) -> None:
        text = text[:1].lower() + text[1:]
        self.skipped[index] = text
        self.cells[index] = self._cell_run(index, text, [left_out(text)])
        self.notes.append(f"{self.submission.cells[index].place} was left out: {text}")
        if len(self.skipped) == MAX_SKIPPED:
            self.notes.append(f"{MAX_SKIPPED} cells hang or crash: what comes after them was not run.")
            for later in range(index + 1, len(self.cells)):
                self.skipped.setdefault(later, "it was not run, as too many cells before it hang or crash.")

    def _exercise_stopped(self, stop: Stop) -> None:
        """A time-out or crash is confirmed once, by the exercise alone, each of its answers sent at once."""
        exercise = stop.step.number
        if exercise in self.doubted:
            self.alone = None
            self._settle(exercise, stop.status, stop.text)
        else:
            self.alone = exercise
            self.doubted.add(exercise)
            self.answers[exercise] = [None] * len(self.answers[exercise])
            self.numbers[exercise], self.messages[exercise] = {}, {}

    def _settle(self, exercise: int, status: Status, text: str) -> None:
        unanswered = Answer(status=status, text=text)
        self.answers[exercise] = [answer or unanswered for answer in self.answers[exercise]]

    def _settle_all(self, status: Status, text: str) -> None:
        self.looked_up = True
        for exercise in range(len(self.packs)):
            self._settle(exercise, status, text)

    def lose(self, text: str) -> None:
        """Gives up, through no fault of the student."""
        self._settle_all(Status.lost, f"It could not be judged: {text} Grade this submission again.")

    def result(self, seconds: float) -> SubmissionRun:
        each = zip(self.packs, self.answers, strict=True)
        answers = {pack.exercise: [answer for answer in answers if answer] for pack, answers in each}
        cells = tuple(cell or self._cell_run(index, "", []) for index, cell in enumerate(self.cells))
        return SubmissionRun(
            answers=answers,
            cells=cells,
            notes=tuple(self.notes),
            seconds=seconds,
            called={**self.called},
            said=dict(self._said()),
            records=dict(self._records(answers)),
        )

    def _records(self, answers: Mapping[str, Sequence[Answer]]) -> Iterator[tuple[str, bytes]]:
        for pack, messages in zip(self.packs, self.messages, strict=True):
            if record := recorded(answers[pack.exercise], messages, self.called.get(pack.exercise)):
                yield pack.exercise, record

    def _said(self) -> Iterator[tuple[str, tuple[int, ...] | None]]:
        for pack, numbers in zip(self.packs, self.numbers, strict=True):
            cases = range(len(pack.cases))
            yield pack.exercise, tuple(numbers[case] for case in cases) if len(numbers) == len(cases) else None

    def _cell_run(self, index: int, problem: str, outputs: list[dict[str, object]]) -> CellRun:
        cell = self.submission.cells[index]
        return CellRun(file=cell.file, number=cell.number, problem=problem, outputs=outputs)
