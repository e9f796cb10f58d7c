"""Commands of students."""

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="The folder with the exercises; the one you are in.")] = Path(),
) -> None:
    """The self-check again at each save, with hints and the progress of the whole course."""
    from autograder import watch as watching

    watching.watch(folder)
