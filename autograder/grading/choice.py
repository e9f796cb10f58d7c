"""What of a class a run is asked to grade, and what it is to say of itself."""

from pathlib import Path

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """Where nothing is named, all that has changed. everything: whatever is known of it.

    explain: a student of whom it is only said what would be graded, and why. log: a file for the time that each
    submission took. profile: print where the time went.
    """

    students: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    everything: bool = False
    explain: str = ""
    log: Path | None = None
    profile: bool = False


class Interrupted(Exception):
    """Ctrl-C while a class was graded; the text says what is done and how to go on."""
