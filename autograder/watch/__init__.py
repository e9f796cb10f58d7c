"""`autograder watch`: the self-check again at each save, with the progress of the whole course."""

import os
import sys
from pathlib import Path


class CannotWatch(Exception):
    """There is no terminal, nothing to watch, or no way to check it; the text says what to do."""


def watch(folder: Path) -> None:
    """Shows the exercises in a folder, or in its `exercises`, until it is left. Raises CannotWatch."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise CannotWatch("watch needs a terminal, for its screen and its keys. Elsewhere use: pytest exercises")
    from rich.console import Console

    from autograder.watch import contents
    from autograder.watch.loop import Watch

    found = contents.find(folder)
    if found is None:
        raise CannotWatch(f"there are no exercises in {folder.resolve()}: change to the folder that holds `exercises`")
    Watch(found, Console()).run()
