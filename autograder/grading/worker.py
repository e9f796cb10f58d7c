"""What a worker process does for one submission: read, run, judge, render. It holds packs, never solutions."""

import contextlib
import gc
import os
import pickle
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from autograder import pack as packs
from autograder.gradebook.master import Autograded, Master
from autograder.gradebook.rendering import render, render_unrun
from autograder.gradebook.restoring import RestoredCell, restored
from autograder.grading.evidence import evidence
from autograder.grading.result import Graded, unjudged
from autograder.judge import judge
from autograder.outcome import Answer, Status, Verdict
from autograder.pack import Pack
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Limits, Sandbox, SubmissionRun, ZygoteError
from autograder.running.submission import HandedIn, Submission, SubmissionError, read

STAGES = ("read", "run", "judge", "render")
MAX_VERDICTS = 1000  # that are remembered


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What all submissions of a run have in common.

    packs: of the whole unit, written. master: the instructor's notebook where there is a gradebook; then each
    submission is rendered for it, too. walls: what stands between a student's process and this machine; None for
    what a survey finds.
    """

    unit: str
    packs: Sequence[bytes]
    limits: Limits
    master: Master | None = None
    walls: Isolation | None = None


class Worker:
    """Packs, and a sandbox that lives as long as the worker."""

    def __init__(self, job: Job) -> None:
        found = [packs.read(data, "a hidden pack") for data in job.packs]
        self.job = job
        self.exercises = [pack.name for pack in found]
        self.packs = found
        self.sandbox = Sandbox(job.walls)
        self.verdicts: dict[tuple[str, tuple[int, ...]], Verdict] = {}

    def grade(
        self, handed_in: HandedIn, only: Sequence[str] = (), records: Mapping[str, bytes] = MappingProxyType({})
    ) -> Graded:
        """The verdicts on one submission. What cannot be read is judged as such, with the sentence why.

        only: the exercises that are judged, all of them for (). records: what they answered before, if that is to be
        judged, and nothing run. A defect of ours costs this submission its verdict, and no other one anything.
        """
        began = time.monotonic()
        asked = [pack for pack in self.packs if not only or pack.name in only]
        try:
            return self._grade(handed_in, asked, records, began)
        except Exception as problem:
            place = traceback.extract_tb(problem.__traceback__)[-1]
            what = f"{type(problem).__name__} at {Path(place.filename).name}:{place.lineno}"
            text = f"It could not be judged, through a defect of the grader ({what}). Please report it."
            return self._unrun(handed_in, unjudged(asked, text), text, began)

    def _grade(self, handed_in: HandedIn, asked: Sequence[Pack], records: Mapping[str, bytes], began: float) -> Graded:
        if handed_in.problem:
            # Whose it is, or which one counts, is for a person to say: no score, and no place in a gradebook.
            verdicts = unjudged(asked, handed_in.problem)
            return self._graded(handed_in, verdicts, began, (handed_in.problem,))
        try:
            submission = read(handed_in, self.job.unit, self.exercises)
            cells: list[RestoredCell] = []
            if self.job.master:
                submission, cells = restored(submission, self.exercises, self.job.master)
        except SubmissionError as problem:
            answer = Answer(status=Status.unloadable, text=str(problem))
            verdicts = tuple(judge(pack, [answer] * len(pack.cases)) for pack in asked)
            return self._unrun(handed_in, verdicts, str(problem), began)
        times = [began, time.monotonic()]
        run = self.sandbox.again(records, asked, self.job.limits) if records else None
        run = run or self.sandbox.answers(submission, asked, self.job.limits)
        times.append(time.monotonic())
        verdicts = tuple(self._verdict(pack, run) for pack in asked)
        times.append(time.monotonic())
        kept = evidence(submission, asked, run.answers, verdicts, run.called)
        page = self._rendered(submission, cells, run, verdicts) if self.job.master else None
        times.append(time.monotonic())
        stages = {name: end - start for name, start, end in zip(STAGES, times, times[1:], strict=False)}
        graded = self._graded(handed_in, verdicts, began, run.notes, page)
        return msgspec.structs.replace(graded, evidence=kept, stages=stages, records=run.records)

    def _verdict(self, pack: Pack, run: SubmissionRun) -> Verdict:
        """The judge's verdict: asked once where others have answered every case alike to the last bit."""
        answers, said = run.answers[pack.exercise], run.said[pack.exercise]
        if said is None:
            return judge(pack, answers)
        key = (pack.exercise, said)
        if key not in self.verdicts:
            if len(self.verdicts) == MAX_VERDICTS:
                self.verdicts.clear()
            self.verdicts[key] = judge(pack, answers)
        return self.verdicts[key]

    def _unrun(self, handed_in: HandedIn, verdicts: tuple[Verdict, ...], why: str, began: float) -> Graded:
        page = render_unrun(handed_in, verdicts, self.job.master, why) if self.job.master else None
        return self._graded(handed_in, verdicts, began, (why,), page)

    def _graded(
        self,
        handed_in: HandedIn,
        verdicts: tuple[Verdict, ...],
        began: float,
        notes: tuple[str, ...],
        page: Autograded | None = None,
    ) -> Graded:
        return Graded(
            student=handed_in.student,
            unit=self.job.unit,
            verdicts=verdicts,
            notes=notes,
            seconds=time.monotonic() - began,
            autograded=page,
        )

    def _rendered(
        self,
        submission: Submission,
        cells: Sequence[RestoredCell],
        run: SubmissionRun,
        verdicts: Sequence[Verdict],
    ) -> Autograded:
        assert self.job.master
        shown = {cell.number: cell.outputs for cell in run.cells if cell.number}
        scripts = [cell.file for cell in submission.cells if cell.kind == "script"]
        remark = f"Also graded from the files beside this notebook: {', '.join(scripts)}." if scripts else ""
        if not submission.notebook:
            remark = f"There is no notebook in this submission. It was graded from {', '.join(scripts)}."
        return render(cells, shown, verdicts, self.job.master, remark)


_worker: Worker | None = None
_told: BinaryIO | None = None


def start(place: str) -> None:
    """Prepares this process: called once by the pool. place: of a file with the job, pickled by the main process.

    Its master may follow there later: it is read when there is a submission.
    """
    global _worker, _told  # noqa: PLW0603 - a worker process is one worker
    _told = Path(place).open("rb")  # noqa: SIM115 - closed by `grade`
    _worker = Worker(pickle.load(_told))
    with contextlib.suppress(ZygoteError):  # then the first submission tries again, and says why
        _worker.sandbox.__enter__()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what was imported is no garbage, and to look through all of it takes long


def grade(handed_in: HandedIn, only: Sequence[str] = (), records: Mapping[str, bytes] = MappingProxyType({})) -> Graded:
    """Grades one submission in this process, or only some of its exercises: as `Worker.grade`."""
    global _told  # noqa: PLW0603
    assert _worker, "the pool starts its processes with `start`"
    if _told:
        _worker.job = msgspec.structs.replace(_worker.job, master=pickle.load(_told))
        _told.close()
        _told = None
    return _worker.grade(handed_in, only, records)


def _end_with_parent() -> None:
    """When the main process is killed, nobody tells the pool's processes: they would wait for work for ever."""
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)
