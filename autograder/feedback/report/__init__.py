"""The class report: one HTML file that needs nothing else. Its own script and style alone are let in, by their hash.

Whatever a student wrote is escaped by the template, and the policy of the page lets nothing of it act.
"""

import base64
import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from autograder.feedback import plain, sanitise
from autograder.feedback.classroom import summary
from autograder.feedback.report import figures, misunderstandings, plots, saved
from autograder.grading.result import Graded
from autograder.outcome import Outcome, Verdict

# The page stays below two megabytes. For the messages of all students' pages there are ROOM characters: each gets at
# most LONGEST, and none below SHORTEST. Where there are more than MAX_LINES, they are written without links.
ROOM, LONGEST, SHORTEST, MAX_LINES = 400_000, 500, 60, 10_000
MAX_CLUSTERS = 40
MAX_NOTES, MAX_NOTE, MAX_SUMMARY = 5, 300, 1_000
MOST = 8  # of what is not right, in a student's row
PIECES = 1000  # of the template's, written together


class Wrong(NamedTuple):
    """A line of a student's page. mistake: the place of its mistake among those that were made, or None."""

    verdict: Verdict
    mistake: int | None
    message: str


class Row(NamedTuple):
    """A student's row. marks: runs of one outcome with their symbols. summary: all that is not right."""

    name: str
    graded: Graded
    right: int
    marks: list[tuple[str, str]]
    summary: str


class Student(NamedTuple):
    """A student's page. others: outcome → exercises."""

    name: str
    graded: Graded
    share: float
    right: int
    wrong: list[Wrong]
    others: dict[str, list[str]]
    notes: list[str]


def write(path: Path, unit: str, title: str, results: Sequence[Graded], hints: Mapping[tuple[str, str], str]) -> None:
    """Writes the report on a unit; a file that is there is replaced at once. hints: as in `page`. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    with saved.uncollected(), new.open("w", encoding="utf-8") as file:
        file.writelines(page(unit, title, results, hints))
    new.replace(path)


def page(unit: str, title: str, results: Sequence[Graded], hints: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The report on a unit, in pieces: of a large class all of it would take much memory.

    hints: (exercise, mistake) → its hint, for all mistakes that its exercises know.
    """
    import jinja2

    loader = jinja2.PackageLoader("autograder.feedback")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "name": _name,
        "student": _student_name,
        "broken": _broken,
        "percent": _percent,
        "correlation": _correlation,
        "seconds": _seconds,
        "points": _points,
    }
    style, script = (loader.get_source(environment, f"report.{kind}")[0] for kind in ("css", "js"))
    made = misunderstandings.made(results, hints)
    clusters = misunderstandings.clusters(results)
    judged = [figures.share(graded) for graded in results if graded.judged]
    pieces = environment.get_template("report.html").stream(
        title=title,
        unit=unit,
        style=style,
        script=script,
        hashes={"style": _hash(style), "script": _hash(script)},
        count=len(results),
        rows=map(_row, results),
        students=_students(results, made),
        judged=len(judged),
        mean=sum(judged) / len(judged) if judged else None,
        histogram=plots.histogram(figures.histogram(results)) if judged else "",
        items=figures.items(results),
        bar=plots.outcomes,
        outcomes=list(reversed(Outcome)),
        enough=figures.ENOUGH,
        made=made,
        nobody=misunderstandings.nobody(results, hints),
        clusters=clusters[:MAX_CLUSTERS],
        more=clusters[MAX_CLUSTERS:],
        idle=misunderstandings.idle(results),
        needy=figures.needy(results),
        rule=figures.RULE,
    )
    pieces.enable_buffering(PIECES)
    yield from pieces


def _row(graded: Graded) -> Row:
    runs = itertools.groupby(graded.verdicts, key=lambda verdict: verdict.outcome)
    return Row(
        name=_student_name(graded.student),
        graded=graded,
        right=sum(verdict.correct for verdict in graded.verdicts),
        marks=[(outcome.value, plain.SYMBOLS[outcome] * len(list(run))) for outcome, run in runs],
        summary=_cut(summary(graded, MOST), MAX_SUMMARY),
    )


def _students(results: Sequence[Graded], made: Sequence[misunderstandings.Made]) -> Iterator[Student]:
    lines = sum(verdict.outcome in figures.TRIED for graded in results for verdict in graded.verdicts)
    room = min(LONGEST, ROOM // max(lines, 1))
    places = {(each.exercise, each.mistake): place for place, each in enumerate(made) if lines <= MAX_LINES}
    return (_student(graded, places, room if room >= SHORTEST else 0) for graded in results)


def _student(graded: Graded, places: Mapping[tuple[str, str], int], room: int) -> Student:
    others: dict[str, list[str]] = {}
    wrong = []
    for verdict in graded.verdicts:
        mistake = places.get((verdict.exercise, verdict.diagnosis or ""))
        message = _message(verdict, room) if verdict.outcome in figures.TRIED else ""
        if message or mistake is not None:
            wrong.append(Wrong(verdict, mistake, message))
        elif not verdict.correct:
            named = f" ({verdict.diagnosis})" if verdict.diagnosis else ""
            others.setdefault(verdict.outcome.words, []).append(f"{_name(verdict.exercise)}{named}")
    return Student(
        name=_student_name(graded.student),
        graded=graded,
        share=figures.share(graded),
        right=sum(verdict.correct for verdict in graded.verdicts),
        wrong=wrong,
        others=others,
        notes=[_cut(note, MAX_NOTE) for note in graded.notes[:MAX_NOTES]],
    )


def _message(verdict: Verdict, room: int) -> str:
    """What the student was told but for the hint, which stands where the mistake is described."""
    return _cut(plain.body(verdict).partition("\n→ ")[0], room) if room else ""


def _cut(text: str, room: int) -> str:
    safe = sanitise.terminal(text)
    return safe if len(safe) <= room else f"{safe[:room]}…"


def _student_name(name: str) -> str:
    return _cut(name, MAX_NOTE) or "(no name)"


def _name(exercise: str) -> str:
    return sanitise.terminal(exercise.partition("/")[2] or exercise)


def _broken(name: str) -> str:
    """A name that may be broken after an underscore, as HTML."""
    return escape(name).replace("_", "_<wbr>")


def _percent(value: float | None) -> str:
    """100 only when it is all, 0 only when it is nothing."""
    if value is None:
        return "–"
    return f"{value:.0%}" if value in (0, 1) else f"{min(99, max(1, round(100 * value)))}%"


def _points(value: float) -> str:
    return f"{round(value, 2):g}"


def _correlation(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def _seconds(value: float) -> str:
    return "< 0.01 s" if value < 0.01 else f"{value:.2g} s" if value < 10 else f"{value:.0f} s"


def _hash(text: str) -> str:
    """As a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
