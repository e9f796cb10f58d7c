"""The class report: one self-contained HTML page, no script, everything escaped."""

from collections import Counter
from collections.abc import Sequence

from autograder.feedback import plain, sanitise
from autograder.feedback.classroom import mistakes
from autograder.grading.result import Graded
from autograder.outcome import Outcome

COLOURS = {
    Outcome.correct: "#2da44e",
    Outcome.wrong: "#e5534b",
    Outcome.crashed: "#a40e26",
    Outcome.timed_out: "#bf8700",
    Outcome.not_attempted: "#afb8c1",
    Outcome.missing: "#6e7781",
    Outcome.grader_error: "#8250df",
}
BAR = 480


def page(unit: str, title: str, results: Sequence[Graded], hints: dict[tuple[str, str], str]) -> str:
    """The report on a unit. hints: (exercise, mistake) → its hint."""
    import jinja2

    loader = jinja2.PackageLoader("autograder.feedback")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    exercises = [verdict.exercise for verdict in results[0].verdicts] if results else []
    counts = {
        name: Counter(graded.verdicts[index].outcome for graded in results) for index, name in enumerate(exercises)
    }
    judged = [graded.score for graded in results if graded.judged]
    return environment.get_template("report.html").render(
        unit=unit,
        title=title,
        results=results,
        exercises=[name.partition("/")[2] for name in exercises],
        bars={name.partition("/")[2]: _bar(counts[name], len(results)) for name in exercises},
        legend=[(outcome.words, colour) for outcome, colour in COLOURS.items()],
        mistakes=[(*key, count, hints.get(key, "")) for key, count in mistakes(results).most_common()],
        mean=sum(judged) / len(judged) if judged else None,
        judged=len(judged),
        symbol=lambda verdict: plain.SYMBOLS[verdict.outcome],
        colour=lambda verdict: COLOURS[verdict.outcome],
        clean=sanitise.terminal,
        body=plain.body,
        width=BAR,
    )


def _bar(counts: Counter[Outcome], total: int) -> list[tuple[float, float, str, str]]:
    """Segments of a stacked bar: x, width, colour, and what it stands for."""
    segments, x = [], 0.0
    for outcome, colour in COLOURS.items():
        if counts[outcome]:
            width = BAR * counts[outcome] / total
            segments.append((x, width, colour, f"{outcome.words}: {counts[outcome]}"))
            x += width
    return segments
