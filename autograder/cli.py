"""`autograder …`: the entry point. Errors are sentences; a traceback here is a defect."""

import os
import sys

import typer

from autograder.commands import authors, instructors, students

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def main() -> None:
    """The entry point. Known problems become one sentence on stderr and exit status 2."""
    # Small matrices gain nothing from threads, and sums in another order give other last bits: packs are built,
    # and submissions judged, with one.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app()
    except ModuleNotFoundError as problem:
        if (problem.name or "").startswith("autograder"):
            raise
        typer.echo(f"autograder: this command needs {problem.name}: pip install 'chainrule[staff]'", err=True)
        sys.exit(2)
    except Exception as problem:
        status = _status(problem)
        if status is None:
            raise
        typer.echo(f"autograder: {problem}", err=True)
        sys.exit(status)


def _status(problem: Exception) -> int | None:
    """The exit status for a problem whose text is a sentence for the user; None for a defect of ours."""
    from autograder.authoring import AuthorError
    from autograder.course import CourseError
    from autograder.gradebook.verdicts import ExportError
    from autograder.grading.choice import Interrupted
    from autograder.pack import PackError
    from autograder.publishing.build import Overwrites
    from autograder.running.isolation import NotSafe
    from autograder.running.submission import SubmissionError
    from autograder.watch import CannotWatch

    known = (AuthorError, CannotWatch, CourseError, ExportError, NotSafe, Overwrites, PackError, SubmissionError)
    if isinstance(problem, Interrupted):
        return 130
    return 2 if isinstance(problem, known) else None


@app.callback()
def about() -> None:
    """Exercises that prove themselves, and a judge that says what the mistake is."""


for group in (students, authors, instructors):
    app.add_typer(group.commands)


if __name__ == "__main__":
    main()
