"""What a zygote is told and what it says: messages on its control socket, one per packet. The first is a `Plan`."""

import msgspec

from autograder.child.confinement import Plan

# Imported on the first job whose source names them: half a second once, not once per notebook. Not before,
# since a fork costs what its parent weighs: with SymPy 1 ms more for every submission.
PRELOADED = {
    "testing": ("numpy.testing",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "sympy": ("sympy",),
    "tqdm": ("tqdm", "tqdm.auto"),
}


NOWHERE = 255


class Start(msgspec.Struct, tag=True):
    """Fork a child for a job. As descriptors come along: its channel, the pipe for what it prints, the files.

    files: the names of the files that its working folder is to hold. memory: bytes. seconds: of computing.
    """

    files: list[str]
    memory: int
    seconds: int
    preload: list[str]


class Keep(msgspec.Struct, tag=True):
    """Keep more arrays for all children to come. Their bytes, of these sizes, come along in one file.

    Published ones only: a child has them from its start.
    """

    sizes: list[int]


class Kill(msgspec.Struct, tag=True):
    """End the child and everything it started."""


class Clock(msgspec.Struct, tag=True):
    """Say how much computing time the child has used. Answered by `Used`."""


class Alive(msgspec.Struct, tag=True):
    """The zygote is ready for jobs."""


class Used(msgspec.Struct, tag=True):
    """at: the exercise whose calls the child says it is at, by number; NOWHERE before the first."""

    seconds: float
    at: int


class Ended(msgspec.Struct, tag=True):
    """The child and everything it started are gone. fault: why there was none, or ''.

    status: its exit code, or the signal that ended it, negative. at: as in `Used`, when it ended.
    """

    status: int
    seconds: float
    fault: str
    at: int


Order = Start | Keep | Kill | Clock
Report = Alive | Used | Ended
to_zygote = msgspec.msgpack.Decoder(Order)
to_begin = msgspec.msgpack.Decoder(Plan)
from_zygote: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)
encode = msgspec.msgpack.encode
