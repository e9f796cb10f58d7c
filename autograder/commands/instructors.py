"""Commands of instructors: grading a class, and what comes of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def grade(
    unit: Annotated[str, typer.Argument(help="The unit to grade.")],
    folder: Annotated[
        Path | None, typer.Option("--course", help="An nbgrader course or a folder of submissions; the course's own.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
    student: Annotated[list[str] | None, typer.Option(help="Only this student; may be given several times.")] = None,
    exercise: Annotated[list[str] | None, typer.Option(help="Only this exercise; may be given several times.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what has not changed since it was graded.")] = False,
    explain: Annotated[
        str, typer.Option(metavar="STUDENT", help="Grade nothing; say what of this student would be, and why.")
    ] = "",
    jsonl: Annotated[Path | None, typer.Option(help="Writes one line of JSON per submission to this file.")] = None,
    log: Annotated[
        Path | None, typer.Option(help="Appends to this file what each submission took, as it comes.")
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Says at the end where the time went.")] = False,
    report: Annotated[Path | None, typer.Option(help="Where the page goes; reports/UNIT.html in the course.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade although students' code is not walled off on this machine.")
    ] = False,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDR", help="Grade on the workers of this Dask scheduler: tls://HOST:PORT.")
    ] = "",
) -> None:
    """Grades a class: every submission of a unit, from the hidden packs; a second time only what differs."""
    from autograder.grading import session
    from autograder.grading.choice import Choice

    choice = Choice(tuple(student or ()), tuple(exercise or ()), everything, explain, log, profile)
    session.grade(unit, folder, jobs, choice, jsonl, report, unsafe, scheduler)


@commands.command()
def report(
    unit: Annotated[str, typer.Argument(help="The unit whose class is shown.")],
    results: Annotated[
        Path | None, typer.Option(help="What `grade` left beside its lines; reports/UNIT.results in the course.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the page goes; reports/UNIT.html in the course.")] = None,
    similar: Annotated[
        bool, typer.Option("--similar", help="Also lists pairs of submissions that are alike, on a page beside it.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option("--course", help="similar: where the submissions are; the course's own.")
    ] = None,
) -> None:
    """Writes the report on a graded class: one page that needs nothing else."""
    from autograder.feedback.report import command

    typer.echo(f"report: {command.write(unit, results, out)}")
    if similar:
        target, pairs = command.write_similar(unit, folder, out)
        typer.echo(f"pairs that are alike, a place to look: {pairs}, in {target}")


@commands.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One object on stdout.")] = False) -> None:
    """How well students' code is walled off here, what is missing, and the command that mends it."""
    import json

    from rich.console import Console

    from autograder import doctor as examination

    found = examination.examined()
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        examination.show(found, Console())
    if not examination.healthy(found):
        raise typer.Exit(1)


class Format(StrEnum):
    canvas = "canvas"
    gradescope = "gradescope"
    csv = "csv"


@commands.command()
def export(
    form: Annotated[Format, typer.Argument(metavar="canvas|gradescope|csv", help="What the scores are for.")],
    unit: Annotated[str, typer.Argument(help="The unit whose scores are exported.")],
    verdicts: Annotated[
        Path | None, typer.Option(help="What `grade` wrote as --jsonl; reports/UNIT.jsonl in the course.")
    ] = None,
    gradebook: Annotated[Path | None, typer.Option(help="canvas: the gradebook that Canvas exported.")] = None,
    column: Annotated[str | None, typer.Option(help="canvas: the assignment's title; the unit's own.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file; for gradescope a folder, or a .json file for one submission.")
    ] = None,
) -> None:
    """Writes a unit's scores as a file for Canvas, Gradescope or a spreadsheet."""
    from autograder.gradebook import exporting

    exporting.export(form.value, unit, verdicts, gradebook, column, out)


@commands.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the simulated class is written.")] = Path("demo"),
    jobs: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
) -> None:
    """A simulated class in an nbgrader course, graded and reported: the whole thing on one screen."""
    from autograder.grading import demo as rehearsing

    if not rehearsing.demo(folder, jobs):
        raise typer.Exit(1)
