"""`autograder …`: the commands of the staff. Errors are sentences; a traceback here is a defect."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail when something is out of date.")]
Names = Annotated[list[str] | None, typer.Argument(help="Units or exercises; all of them when none is named.")]


def main() -> None:
    """The entry point. Known problems become one sentence on stderr and exit status 2."""
    from autograder.authoring import AuthorError
    from autograder.course import CourseError
    from autograder.gradebook.verdicts import ExportError
    from autograder.grading.choice import Interrupted
    from autograder.pack import PackError
    from autograder.publishing.build import Overwrites
    from autograder.running.isolation import NotSafe
    from autograder.running.submission import SubmissionError
    from autograder.watch import CannotWatch

    # Small matrices gain nothing from threads, and sums in another order give other last bits: packs are built,
    # and submissions judged, with one.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app()
    except (
        AuthorError,
        CannotWatch,
        CourseError,
        ExportError,
        NotSafe,
        Overwrites,
        PackError,
        SubmissionError,
    ) as problem:
        typer.echo(f"autograder: {problem}", err=True)
        sys.exit(2)
    except Interrupted as stopped:
        typer.echo(f"autograder: {stopped}", err=True)
        sys.exit(130)
    except ModuleNotFoundError as problem:
        if (problem.name or "").startswith("autograder"):
            raise
        typer.echo(f"autograder: this command needs {problem.name}: pip install 'chainrule[staff]'", err=True)
        sys.exit(2)


@app.callback()
def about() -> None:
    """Exercises that prove themselves, and a judge that says what the mistake is."""


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="The folder with the exercises; the one you are in.")] = Path(),
) -> None:
    """The self-check again at each save, with hints and the progress of the whole course."""
    from autograder import watch as watching

    watching.watch(folder)


@app.command()
def new(name: Annotated[str, typer.Argument(metavar="UNIT/NAME", help="The unit may be new, too.")]) -> None:
    """Starts an exercise: an author's file to edit, a draft in course.yml, and a preview of the notebook."""
    from rich.console import Console

    from autograder import course as courses
    from autograder.publishing import new as authoring
    from autograder.publishing import preview as previewing

    authoring.create(courses.find(), name)
    previewing.show(courses.find(), [name], Console())
    typer.echo(f"wrote solutions/{name}.py, an exercise that works, and listed it in {courses.FILE} as a draft.")
    typer.echo(f"Put yours in its place, from one TODO to the next:  autograder verify {name}")
    typer.echo(f"See what students will see, as above or as a page:  autograder preview {name} --html preview.html")


@app.command()
def preview(
    names: Annotated[list[str], typer.Argument(help="Units or exercises.")],
    html: Annotated[Path | None, typer.Option(help="Writes a page to this file, with formulas drawn.")] = None,
) -> None:
    """Shows the notebook as students will see it, drafts included."""
    from rich.console import Console

    from autograder import course as courses
    from autograder.publishing import preview as previewing

    course = courses.find()
    chosen = course.select(names)
    if html:
        html.write_text(previewing.page(course, chosen), encoding="utf-8")
        typer.echo(f"wrote {html}")
    else:
        previewing.show(course, chosen, Console())


@app.command()
def build(check: Check = False) -> None:
    """Writes stubs, notebooks, packs and nbgrader's source/ from the author's files."""
    from autograder import course as courses
    from autograder.feedback import progress
    from autograder.publishing import build as publishing
    from autograder.publishing.packs import read_secret

    course = courses.find()
    secret = "0" * 64 if check and not (course.root / "course.secret").exists() else read_secret(course.root)
    with progress.steps(len(course.names())) as step:
        made = publishing.files(course, secret, step)
    for draft in course.drafts():
        typer.echo(f"{draft} is a draft: it is published when it has points in place of `draft` in {courses.FILE}")
    if check:
        # Hidden packs and nbgrader's course are not committed: where there are none, there is nothing to compare.
        made_here = {path: text for path, text in made.items() if (course.root / path.parts[0]).exists()}
        changes = publishing.drift(course, made_here)
        for change in changes:
            typer.echo(f"{change.path}: {change.reason}")
        if changes:
            typer.echo("Run `autograder build` and commit what it writes.", err=True)
            raise typer.Exit(1)
        typer.echo(f"{len(course.names())} exercises are published as their author's files say.")
        return
    changes = publishing.write(course, made)
    for change in changes:
        typer.echo(f"{'removed' if change.path not in made else 'wrote'} {change.path}")
    typer.echo(f"{len(course.names())} exercises, {len(changes)} files changed. Next: autograder verify")


@app.command()
def verify(
    names: Names = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object on stdout instead of the table.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Proves again what is known to hold.")] = False,
    html: Annotated[Path | None, typer.Option(help="Writes the matrix to this file, as one page.")] = None,
) -> None:
    """Proves exercises: reference, oracles, mistakes, variants, stub, mutants, margins."""
    from autograder import course as courses
    from autograder.feedback import progress, proofs
    from autograder.proving import cache

    course = courses.find()
    chosen = course.select(names or [])
    known = {}
    keys = {name: cache.key(course.author_file(name), course.limits.seconds) for name in chosen}
    if not fresh:
        known = {name: proof for name in chosen if (proof := cache.load(course.root, name, keys[name]))}
    missing = [name for name in chosen if name not in known]
    if missing:
        from autograder.proving.matrix import prove_all

        with progress.steps(len(missing)) as step:
            for proof in prove_all(course, missing, step):
                known[proof.exercise] = proof
                cache.save(course.root, proof, keys[proof.exercise])
    found = [known[name] for name in chosen]
    if as_json:
        typer.echo(proofs.as_json(found))
    else:
        proofs.show(found)
        for proof in found:
            if proof.ok and proof.exercise in course.drafts():
                typer.echo(f"{proof.exercise}: write its points in place of `draft` in {courses.FILE}, then build.")
    if html:
        html.write_text(proofs.page(course.title, found), encoding="utf-8")
    if not all(proof.ok for proof in found):
        raise typer.Exit(1)


@app.command()
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
    report: Annotated[Path | None, typer.Option(help="Where the page goes; reports/UNIT.html in the course.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade although students' code is not walled off on this machine.")
    ] = False,
) -> None:
    """Grades a class: every submission of a unit, from the hidden packs; a second time only what differs."""
    from autograder.grading import session
    from autograder.grading.choice import Choice

    choice = Choice(tuple(student or ()), tuple(exercise or ()), everything, explain)
    session.grade(unit, folder, jobs, choice, jsonl, report, unsafe)


@app.command()
def report(
    unit: Annotated[str, typer.Argument(help="The unit whose class is shown.")],
    results: Annotated[
        Path | None, typer.Option(help="What `grade` left beside its lines; reports/UNIT.results in the course.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the page goes; reports/UNIT.html in the course.")] = None,
) -> None:
    """Writes the report on a graded class: one page that needs nothing else."""
    from autograder.feedback.report import command

    typer.echo(f"report: {command.write(unit, results, out)}")


@app.command()
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


@app.command()
def train(
    models: Annotated[list[str] | None, typer.Argument(help="All of them when none is named.")] = None,
    check: Check = False,
) -> None:
    """Trains the reference models, on a GPU when there is one, and replaces weights and cards together."""
    from autograder import course as courses
    from autograder import reference_models

    raise typer.Exit(reference_models.train(courses.find(), models or [], check))


class Format(StrEnum):
    canvas = "canvas"
    gradescope = "gradescope"
    csv = "csv"


@app.command()
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


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the simulated class is written.")] = Path("demo"),
    jobs: Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one per core.")] = 0,
) -> None:
    """A simulated class in an nbgrader course, graded and reported: the whole thing on one screen."""
    from autograder.grading import demo as rehearsing

    if not rehearsing.demo(folder, jobs):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
