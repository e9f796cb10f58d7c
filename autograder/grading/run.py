"""One run over a class: what is to be graded, by the journal; the workers' results, into gradebook and journal."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from autograder.course import Course, CourseError
from autograder.feedback import classroom, sanitise
from autograder.gradebook.course_folder import CONFIG, is_nbgrader_course
from autograder.grading import batch, fingerprint, journal
from autograder.grading.choice import Choice, Interrupted
from autograder.grading.display import summary, with_bar
from autograder.grading.fingerprint import Key
from autograder.grading.journal import Decision, Journal
from autograder.grading.pool import Work, Workers
from autograder.grading.result import Graded, in_order, merged
from autograder.grading.timing import Timing
from autograder.pack import Pack
from autograder.running.files import Item
from autograder.running.isolation import Isolation
from autograder.running.submission import HandedIn, students

if TYPE_CHECKING:
    from autograder.gradebook.recording import Recorder
    from autograder.grading.cluster import Cluster

# So many results are entered together where there is no gradebook.
GROUP = 25


class Run:
    """A unit of a course, and the folder with its submissions. walls: of this machine; cluster: graded there."""

    def __init__(
        self,
        course: Course,
        unit: str,
        where: Path,
        hidden: Sequence[Pack],
        console: Console,
        walls: Isolation | None,
        cluster: "Cluster | None" = None,
    ) -> None:
        self.course, self.unit, self.where, self.console = course, unit, where, console
        self.walls, self.cluster = walls, cluster
        self.hidden = list(hidden)
        self.exercises = [pack.name for pack in self.hidden]
        self.limits = batch.limits_of(course)
        self.journal = Journal(course.root, where, unit)
        self.recorder: Recorder | None = None
        self.handed_in: list[HandedIn] = []
        self.keys: dict[str, Key] = {}
        self.known = 0  # of how many students all that was asked for is graded and written

    def explain(self, choice: Choice) -> None:
        """Prints for one student why each exercise would be graded or not, and grades nothing."""
        self._open()
        only = Choice((choice.explain,), choice.exercises, choice.everything)
        for decision in self._decisions(only):
            for name, why in decision.why.items():
                what = "to be graded" if name in decision.exercises else "kept"
                self.console.print(Text(sanitise.terminal(f"{decision.handed_in.student}, {name}: {what}: {why}")))

    def grade(self, choice: Choice, jobs: int) -> list[Graded]:
        """Grades what is to be graded; the results of the whole class, by student. Raises Interrupted."""
        began, timing = time.monotonic(), Timing(choice.log) if choice.log or choice.profile else None
        ready = self._begun(choice, jobs)
        with ready or nullcontext():
            self._open()
            if self.recorder:
                self.recorder.gradebook.enrol([each.student for each in self.handed_in if not each.problem])
            none = dict[str, str]()  # the reasons, which only `explain` tells
            asked = (each._replace(why=none) for each in self._decisions(choice) if each.exercises)
            decided = {each.handed_in.student: each for each in asked}
            todo = journal.work(decided.values(), self.exercises)
            total = self.known + len(todo)
            waiting: list[tuple[Decision, Graded]] = []
            gc.freeze()  # what was imported is no garbage, and to look through all of it takes long
            try:
                for work, graded in with_bar(self._graded(todo, jobs, ready), len(todo), self.console):
                    if timing:
                        timing.add(graded)
                    decision = decided.pop(work.handed_in.student)
                    waiting.append((decision, self._merged(decision, graded)))
                    if self._written(work, graded, len(waiting)):
                        self._enter(waiting)
            except KeyboardInterrupt:
                self._finish(waiting)
                said = f"stopped: {self.known} of {total} submissions are graded and written."
                raise Interrupted(f"{said} The same command goes on from there.") from None
            self._finish(waiting)
        count = len(todo)
        del todo
        found = self._whole()
        self.journal.close()
        self._say(found, count, time.monotonic() - began, jobs)
        if timing and choice.profile:
            timing.show(self.console)
        return found

    def _begun(self, choice: Choice, jobs: int) -> Workers | None:
        """Workers that begin while nbgrader is imported, which takes as long: so many as there seems to be work for."""
        if self.cluster or not is_nbgrader_course(self.where):
            return None
        submitted = self.where / "submitted"
        new = sum(1 for _ in submitted.iterdir()) if submitted.is_dir() else 0
        new -= 0 if choice.everything else self.journal.count()
        new = min(new, len(choice.students) or new)
        if new <= 0:
            return None
        return Workers(self.unit, self.hidden, self.limits, self.walls, batch.count(jobs), now=new)

    def _open(self) -> None:
        """Finds the submissions, and the gradebook where there is one. Raises CourseError."""
        if is_nbgrader_course(self.where):
            self._open_gradebook()
        else:
            given = tuple(Item(name, path) for name, path in self.course.files(self.unit).items())
            self.handed_in = [each._replace(given=given) for each in students(self.where, self.unit)]
        if not self.handed_in:
            expected = "expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb"
            raise CourseError(f"{self.where} holds no submission of {self.unit}: {expected}")
        master = self.recorder.master if self.recorder else None
        self.keys = fingerprint.keys(self.hidden, self.limits, master)

    def _open_gradebook(self) -> None:
        with self.console.status("opening the gradebook…"):
            from autograder.gradebook.course_folder import CourseFolder
            from autograder.gradebook.recording import Recorder

            folder = CourseFolder(self.where)
            self.handed_in = folder.submissions(self.unit)
            points = {pack.name: pack.points for pack in self.hidden}
            self.recorder = Recorder(folder, self.unit, points, (), self.course.units[self.unit].due)
        for note in self.recorder.notes:
            self.console.print(Text(note, "yellow"))

    def _decisions(self, choice: Choice) -> Iterator[Decision]:
        """For every submission what is to be done; nothing for students who were not chosen."""
        recorded = self._recorded()
        chosen = [each for each in self.handed_in if not choice.students or each.student in choice.students]
        absent = sorted(set(choice.students) - {each.student for each in chosen})
        if absent:
            raise CourseError(f"{', '.join(absent)} handed in nothing below {self.where}")
        for each in self.journal.decide(chosen, self.keys, recorded, choice.exercises, choice.everything):
            self.known += not each.exercises
            yield each

    def _recorded(self) -> set[str] | None:
        """Whose scores and notebook are in the nbgrader course; None where there is none."""
        if self.recorder is None:
            return None
        folder = self.recorder.folder
        known = self.recorder.gradebook.recorded()
        notebook = f"{self.unit}.ipynb"
        return {name for name in known if (folder.folder("autograded", name, self.unit) / notebook).is_file()}

    def _merged(self, decision: Decision, graded: Graded) -> Graded:
        if not decision.kept or len(decision.exercises) == len(self.exercises):
            return graded
        return next((merged(before, graded) for before in self.journal.results(graded.student)), graded)

    def _whole(self) -> list[Graded]:
        """The results of those who are still there, by student; without those of whom only a part was ever graded."""
        there = {each.student for each in self.handed_in}
        self.handed_in = []  # a large class's take room that the report needs
        found, part = [], []
        for graded in self.journal.results():
            if graded.student in there:
                whole = in_order(graded, self.exercises)
                found += [whole] if whole else []
                part += [] if whole else [graded.student]
        if part:
            said = f"Only some exercises of {', '.join(part)} were ever graded: the report comes when all are."
            self.console.print(Text(sanitise.terminal(said), "yellow"))
        return found

    def _written(self, work: Work, graded: Graded, waiting: int) -> bool:
        """Whether all results so far are where they belong, so that the journal may say so."""
        if self.recorder is None:
            return waiting >= GROUP
        if graded.autograded is None:  # whose it is was not clear: it has no place in a gradebook
            return False
        return self.recorder.take(work.handed_in, graded.autograded, work.only, work.again)

    def _finish(self, waiting: list[tuple[Decision, Graded]]) -> None:
        if self.recorder:
            self.recorder.flush()
        self._enter(waiting)

    def _enter(self, waiting: list[tuple[Decision, Graded]]) -> None:
        self.journal.enter(waiting, self.keys)
        self.known += len(waiting)
        waiting.clear()

    def _graded(self, todo: Sequence[Work], jobs: int, ready: Workers | None) -> Iterator[tuple[Work, Graded]]:
        master = self.recorder.master if self.recorder else None
        return batch.grade(
            todo,
            self.unit,
            self.hidden,
            self.limits,
            jobs,
            self.walls,
            master=master,
            cluster=self.cluster,
            ready=ready,
            records=self._records,
        )

    def _records(self, work: Work) -> Mapping[str, bytes]:
        """What a submission answered before, where nothing has changed but how that is judged."""
        if not work.again:
            return {}
        keys = {name: self.keys[name] for name in work.only or self.exercises}
        return self.journal.records(work.handed_in.student, keys)

    def _say(self, results: Sequence[Graded], graded: int, took: float, jobs: int) -> None:
        classroom.show(results, self.console)
        self.console.print()
        kept = f", {len(results) - graded} as before" if graded < len(results) else ""
        jobs = self.cluster.count if self.cluster else jobs
        summary(self.console, results, graded, took, jobs, str(self.cluster or self.walls), kept)
        if self.recorder:
            said = f"gradebook: {self.recorder.written} submissions written to {self.recorder.gradebook.name}"
        else:
            said = f"no gradebook: {self.where} has no {CONFIG}"
        self.console.print(Text(said), soft_wrap=True)
