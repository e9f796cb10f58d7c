"""What of a class a run is asked to grade."""

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """Where nothing is named, all that has changed. everything: whatever is known of it.

    explain: a student of whom it is only said what would be graded, and why.
    """

    students: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    everything: bool = False
    explain: str = ""


class Interrupted(Exception):
    """Ctrl-C while a class was graded; the text says what is done and how to go on."""
