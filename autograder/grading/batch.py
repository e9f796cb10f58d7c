"""A folder of submissions → verdicts, over several worker processes."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import pack as packs
from autograder.course import Course, CourseError
from autograder.gradebook.master import Master
from autograder.gradebook.rendering import render_unrun
from autograder.grading.pool import TRIES, Records, Work, Workers
from autograder.grading.result import Graded, unjudged
from autograder.pack import Pack
from autograder.publishing.build import HIDDEN
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Limits

if TYPE_CHECKING:
    from autograder.grading.cluster import Cluster

DIED = f"It could not be judged: its worker died {TRIES} times. Grade this submission again, and tell us."


def hidden_packs(course: Course, unit: str) -> list[Pack]:
    """The hidden packs of a unit, in the order of the course. Raises CourseError or PackError."""
    if unit not in course.units:
        raise CourseError(f"no unit is called {unit!r}; the units are {', '.join(course.units)}")
    if not course.units[unit].exercises:
        raise CourseError(f"all exercises of {unit} are drafts: give them points in course.yml and build first")
    folder = course.root / HIDDEN / unit
    missing = [name for name in course.units[unit].exercises if not (folder / f"{name}.pack").is_file()]
    if missing:
        raise CourseError(f"{folder} lacks the pack of {', '.join(missing)}: run `autograder build` first")
    return [packs.read_file(folder / f"{name}.pack") for name in course.units[unit].exercises]


def limits_of(course: Course) -> Limits:
    """What a submission of this course may use."""
    return Limits(cell_seconds=course.limits.cell_seconds, memory=course.limits.memory_mb * 1024 * 1024)


def grade(
    work: Sequence[Work],
    unit: str,
    hidden: Sequence[Pack],
    limits: Limits,
    jobs: int = 0,
    walls: Isolation | None = None,
    *,
    master: Master | None = None,
    cluster: "Cluster | None" = None,
    ready: "Workers | None" = None,
    records: Records = lambda _: {},
) -> Iterator[tuple[Work, Graded]]:
    """Each submission with its verdicts as they are ready, in no particular order.

    jobs: worker processes; all cores for 0. When a worker dies its work is done again by another; what kills
    its worker every time could not be judged. master: with it, each submission is also rendered for nbgrader.
    cluster: its workers in place of processes of this machine. ready: workers that have begun already. records: what a
    submission answered before, if that is to be judged.
    """
    if cluster:
        yield from cluster.grade(work, unit, hidden, limits, master, records)
        return
    with ready or Workers(unit, hidden, limits, walls, min(count(jobs), len(work))) as workers:
        for each, graded in workers.graded(work, master, records):
            yield each, graded or lost(each, unit, hidden, master, DIED)


def count(jobs: int) -> int:
    """So many worker processes are meant: all cores for 0."""
    return jobs or os.cpu_count() or 1


def lost(work: Work, unit: str, hidden: Sequence[Pack], master: Master | None, text: str) -> Graded:
    """What is said of a submission that could not be judged, through no fault of the student. text: why."""
    handed_in = work.handed_in
    verdicts = unjudged([pack for pack in hidden if not work.only or pack.name in work.only], text)
    page = render_unrun(handed_in, verdicts, master, text) if master else None
    return Graded(student=handed_in.student, unit=unit, verdicts=verdicts, notes=(text,), autograded=page)


def out_of_date(course: Course, hidden: Sequence[Pack]) -> list[str]:
    """The exercises whose author's file or points changed after their pack was built."""
    import hashlib

    found = []
    for pack in hidden:
        path: Path = course.author_file(pack.exercise)
        changed = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != pack.source
        if changed or course.points(pack.exercise) != pack.points:
            found.append(pack.exercise)
    return found
