"""One run over a class: what is to be graded, by the journal; the workers' results, into gradebook and journal."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from autograder import pack as packs
from autograder.course import Course, CourseError
from autograder.feedback import classroom, sanitise
from autograder.gradebook.course_folder import CONFIG, is_nbgrader_course
from autograder.grading import batch, journal
from autograder.grading.batch import Work
from autograder.grading.choice import Choice, Interrupted
from autograder.grading.display import summary, with_bar
from autograder.grading.journal import Decision, Journal
from autograder.grading.result import Graded
from autograder.grading.timing import Timing
from autograder.pack import Pack
from autograder.running.files import Item
from autograder.running.isolation import Isolation
from autograder.running.submission import students

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
        self.recorder: Recorder | None = None
        if is_nbgrader_course(where):
            self._open_gradebook()
        else:
            given = tuple(Item(name, path) for name, path in course.files(unit).items())
            self.handed_in = [each._replace(given=given) for each in students(where, unit)]
        if not self.handed_in:
            expected = "expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb"
            raise CourseError(f"{where} holds no submission of {unit}: {expected}")
        master = self.recorder.master if self.recorder else None
        written = [packs.write(pack) for pack in self.hidden]
        keys = journal.keys(self.hidden, written, batch.limits_of(course), master)
        self.journal = Journal(course.root, where, unit, keys)

    def _open_gradebook(self) -> None:
        from autograder.gradebook.course_folder import CourseFolder
        from autograder.gradebook.recording import Recorder

        with self.console.status("opening the gradebook…"):
            folder = CourseFolder(self.where)
            self.handed_in = folder.submissions(self.unit)
            points = {pack.name: pack.points for pack in self.hidden}
            self.recorder = Recorder(folder, self.unit, points, (), self.course.units[self.unit].due)
        for note in self.recorder.notes:
            self.console.print(Text(note, "yellow"))

    def decisions(self, choice: Choice) -> list[Decision]:
        """For every submission what is to be done; nothing for students who were not chosen."""
        recorded = self._recorded()
        chosen = [each for each in self.handed_in if not choice.students or each.student in choice.students]
        absent = sorted(set(choice.students) - {each.student for each in chosen})
        if absent:
            raise CourseError(f"{', '.join(absent)} handed in nothing below {self.where}")
        return list(self.journal.decide(chosen, recorded, choice.exercises, choice.everything))

    def _recorded(self) -> set[str] | None:
        """Whose scores and notebook are in the nbgrader course; None where there is none."""
        if self.recorder is None:
            return None
        folder = self.recorder.folder
        known = self.recorder.gradebook.recorded()
        return {name for name in known if folder.folder("autograded", name, self.unit).is_dir()}

    def explain(self, choice: Choice) -> None:
        """Prints for one student why each exercise would be graded or not, and grades nothing."""
        only = Choice((choice.explain,), choice.exercises, choice.everything)
        for decision in self.decisions(only):
            for name, why in decision.why.items():
                what = "to be graded" if name in decision.exercises else "kept"
                self.console.print(Text(sanitise.terminal(f"{decision.handed_in.student}, {name}: {what}: {why}")))

    def grade(self, choice: Choice, jobs: int) -> list[Graded]:
        """Grades what is to be graded; the results of the whole class, by student. Raises Interrupted."""
        began, timing = time.monotonic(), Timing(choice.log)
        if self.recorder:
            self.recorder.gradebook.enrol([each.student for each in self.handed_in if not each.problem])
        decided = self.decisions(choice)
        todo = journal.work(decided, [pack.name for pack in self.hidden])
        by_student = {each.handed_in.student: each for each in decided}
        results = {student: entry.result for student, entry in self.journal.entries().items()}
        waiting: list[tuple[Decision, Graded]] = []
        try:
            for work, graded in self._graded(todo, jobs):
                timing.add(graded)
                decision = by_student[work.handed_in.student]
                waiting.append((decision, journal.merged(decision, graded)))
                if self._written(work, graded, len(waiting)):
                    self._enter(waiting, results)
        except KeyboardInterrupt:
            self._finish(waiting, results)
            done = sum(each.handed_in.student in results for each in decided)
            raise Interrupted(
                f"stopped: {done} of {len(decided)} submissions are graded and written. The same command goes on "
                "from there."
            ) from None
        self._finish(waiting, results)
        self.journal.close()
        found = self._whole(results)
        self._say(found, len(todo), time.monotonic() - began, jobs)
        if choice.profile:
            timing.show(self.console)
        return found

    def _whole(self, results: dict[str, Graded]) -> list[Graded]:
        """The results of those who are still there, by student; without those of whom only a part was ever graded."""
        there = [each.student for each in self.handed_in if each.student in results]
        whole = sorted(student for student in there if len(results[student].verdicts) == len(self.hidden))
        if part := sorted(set(there) - set(whole)):
            said = f"Only some exercises of {', '.join(part)} were ever graded: the report comes when all are."
            self.console.print(Text(sanitise.terminal(said), "yellow"))
        return [results[student] for student in whole]

    def _written(self, work: Work, graded: Graded, waiting: int) -> bool:
        """Whether all results so far are where they belong, so that the journal may say so."""
        if self.recorder is None:
            return waiting >= GROUP
        if graded.autograded is None:  # whose it is was not clear: it has no place in a gradebook
            return False
        return self.recorder.take(work.handed_in, graded.autograded, work.only)

    def _finish(self, waiting: list[tuple[Decision, Graded]], results: dict[str, Graded]) -> None:
        if self.recorder:
            self.recorder.flush()
        self._enter(waiting, results)

    def _enter(self, waiting: list[tuple[Decision, Graded]], results: dict[str, Graded]) -> None:
        self.journal.enter(waiting)
        results.update({graded.student: graded for _, graded in waiting})
        waiting.clear()

    def _graded(self, todo: Sequence[Work], jobs: int) -> Iterator[tuple[Work, Graded]]:
        limits = batch.limits_of(self.course)
        master = self.recorder.master if self.recorder else None
        return with_bar(todo, self.unit, self.hidden, limits, jobs, self.walls, self.console, master, self.cluster)

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
