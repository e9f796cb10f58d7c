"""Commands of authors: writing, proving and publishing exercises."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()

Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail when something is out of date.")]
Names = Annotated[list[str] | None, typer.Argument(help="Units or exercises; all of them when none is named.")]


@commands.command()
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


@commands.command()
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


@commands.command()
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


@commands.command()
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


@commands.command()
def train(
    models: Annotated[list[str] | None, typer.Argument(help="All of them when none is named.")] = None,
    check: Check = False,
) -> None:
    """Trains the reference models, on a GPU when there is one, and replaces weights and cards together."""
    from autograder import course as courses
    from autograder import reference_models

    raise typer.Exit(reference_models.train(courses.find(), models or [], check))
