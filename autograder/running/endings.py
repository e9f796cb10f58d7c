"""What stopped a student's code, in sentences that name the limit."""

import re
import signal

from autograder.child import confinement
from autograder.child.orders import Ended
from autograder.running import isolation

# What an exception's text begins with, where a wall of ours is what it ran into.
WALLS = {
    "[Errno 27]": f"a file may have {confinement.FILE_BYTES >> 20} MB",
    "[Errno 28]": f"all files together may have {isolation.SCRATCH_BYTES >> 20} MB",
    "[Errno 24]": f"{confinement.OPEN_FILES} files may be open",
    "[Errno 1]": "while it is graded, code starts no process and opens no connection",
    "[Errno 13]": "while it is graded, code may use Python and the files of its own folder",
    "can't start new thread": "a submission may have a few hundred threads",
}


def explained(exception: str, text: str, memory: int) -> str:
    """An exception's text, with the limit that it met. memory: bytes."""
    if exception == "MemoryError":
        return f"{text} (the limit is {memory / 2**30:g} GiB)".strip()
    if exception in ("OSError", "PermissionError", "RuntimeError"):
        known = re.match(r"\[Errno \d+\]|can't start new thread", text)
        if known and known.group() in WALLS:
            return f"{text} ({WALLS[known.group()]})"
    return text


def last_words(end: Ended, memory: int) -> str:
    """How a process ended, in a sentence."""
    allowed = f"the {memory / 2**30:g} GiB of memory it may use"
    if end.status == 98:
        return f"The process ended while it ran: it needs more than {allowed}."
    if end.status >= 0:
        return f"The process ended while it ran (exit status {end.status}). Is there an os._exit or a fork?"
    known: dict[int, str] = {
        signal.SIGSEGV: "segmentation fault: memory that is not there, or a recursion without end",
        signal.SIGABRT: "aborted",
        signal.SIGKILL: f"killed: perhaps it needs more than {allowed}",
        signal.SIGFPE: "arithmetic fault",
        signal.SIGBUS: "bus error",
    }
    return f"The process ended while it ran ({known.get(-end.status, f'signal {-end.status}')})."
