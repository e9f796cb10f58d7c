"""Frames: what crosses the wall between the grader and a student's process, bounded on both sides.

A frame is four bytes of length, a MessagePack skeleton of at most 256 kB, and the raw blobs whose sizes the
skeleton announces. Nothing in it is ever unpickled or parsed as code.

The order of one job: the grader sends `Job`; the child answers `Started`, then `CellDone` for each cell, then
`Ready`. For each `Batch` of calls the child then sends as many `Answered`, in the same order.
"""

import struct
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

MAX_SKELETON = 256 * 1024
MAX_ANSWER = 16 * 1024 * 1024  # bytes of one answer's arrays
MAX_CELL_OUTPUT = 2 * 1024 * 1024  # bytes of one cell's outputs, as JSON
MAX_JOB = 256 * 1024 * 1024  # what the grader itself sends: a limit against mistakes only

_LENGTH = struct.Struct("<I")


class FrameError(ValueError):
    """The bytes are not a frame: damaged, or forged."""


class _Message(msgspec.Struct, array_like=True, tag=True):
    pass


class CellToRun(msgspec.Struct, frozen=True, array_like=True):
    """The blob of the same index is its source. skipped: why it is not to be run this time, or ''."""

    kind: Literal["notebook", "script"]
    file: str
    place: str
    skipped: str


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """An exercise: the function's name, and the stub a student starts from."""

    name: str
    stub: str


class Job(_Message):
    """careful: the child is to send each report at once, so that it is known to the call where it ended."""

    careful: bool
    cells: list[CellToRun]
    exercises: list[Asked]


class Call(msgspec.Struct, array_like=True):
    """arrays: for each of the inputs' blobs the number by which the zygote keeps it, or SENT: then it is the
    batch's next one.
    """

    exercise: int
    case: int
    inputs: Any
    seeds: list[int]
    arrays: list[int]


SENT = -1


class Batch(_Message):
    calls: list[Call]


class Asking(_Message, tag="Batch"):
    """A batch as the grader writes it: of calls that are encoded already."""

    calls: list[msgspec.Raw]


class Started(_Message):
    """The process is set up; from here on it may be the student's."""


class CellDone(_Message):
    """problem: what stopped the cell, or ''. Its only blob is the outputs as JSON."""

    index: int
    problem: str
    out_of_memory: bool


class Found(msgspec.Struct, frozen=True, array_like=True):
    """Whether there is a function for an exercise, and the sentence that says why not."""

    status: Literal["found", "absent", "unloadable"]
    text: str


class Ready(_Message):
    functions: list[Found]
    notes: list[str]


class Answered(_Message):
    """value: a tree of `wire`, not decoded yet: `tree` does that.

    seconds: of computing; what the student's process says of itself, and no verdict depends on it.
    """

    exercise: int
    case: int
    status: Literal["returned", "raised"]
    value: msgspec.Raw
    mutated: list[str]
    exception: str
    text: str
    line: int | None
    printed: int
    seconds: float = 0.0


Message = Job | Batch | Asking | Started | CellDone | Ready | Answered

to_child = msgspec.msgpack.Decoder(tuple[list[int], Job | Batch])
from_child = msgspec.msgpack.Decoder(tuple[list[int], Started | CellDone | Ready | Answered])
_encoder = msgspec.msgpack.Encoder()
_plain = msgspec.msgpack.Decoder()


class Stream(msgspec.Struct, tag="stream", tag_field="output_type"):
    name: Literal["stdout", "stderr"]
    text: str


class Display(msgspec.Struct, tag="display_data", tag_field="output_type"):
    data: dict[str, str]


class Result(msgspec.Struct, tag="execute_result", tag_field="output_type"):
    data: dict[str, str]


class Error(msgspec.Struct, tag="error", tag_field="output_type"):
    ename: str
    evalue: str
    traceback: list[str]


Output = Stream | Display | Result | Error


def encode(message: Message, blobs: Sequence[bytes] = ()) -> bytes:
    """The frame of a message. Raises msgspec's and Unicode's errors for what is no plain data."""
    return b"".join(parts(message, blobs))


def parts(message: Message, blobs: Sequence[bytes] = ()) -> list[bytes]:
    """The frame as the pieces it is made of, so that large arrays are not copied to be sent."""
    skeleton = _encoder.encode(([len(blob) for blob in blobs], message))
    return [_LENGTH.pack(len(skeleton)) + skeleton, *blobs]


def raw(tree: Any) -> msgspec.Raw:
    """A tree as it stands in a message."""
    return msgspec.Raw(_encoder.encode(tree))


def tree(value: bytes | msgspec.Raw) -> Any:
    """The reverse of `raw`. Raises FrameError."""
    try:
        return _plain.decode(value)
    except (msgspec.MsgspecError, RecursionError, ValueError) as problem:
        raise FrameError(f"a value cannot be read: {problem}") from None


def skeleton_size(frame: bytes | bytearray, start: int = 0) -> int:
    return int(_LENGTH.unpack_from(frame, start)[0])


class Inbox:
    """Takes bytes as they come and gives the frames in them, holding no more than one frame's worth too much."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Any], max_skeleton: int, max_blobs: int) -> None:
        self.decoder = decoder
        self.max_skeleton = max_skeleton
        self.max_blobs = max_blobs
        self.buffer = bytearray()
        self.start = 0  # of the first frame that was not taken
        self.head: tuple[int, list[int], Any] | None = None

    def feed(self, data: bytes) -> None:
        del self.buffer[: self.start]
        self.start = 0
        self.buffer += data

    def take(self) -> tuple[Any, list[bytes]] | None:
        """The next frame's message and blobs; None while it is not complete. Raises FrameError."""
        self.head = self.head or self._read_head()
        if self.head is None:
            return None
        start, sizes, message = self.head
        start += self.start
        end = start + sum(sizes)
        if len(self.buffer) < end:
            return None
        blobs = []
        if sizes:
            with memoryview(self.buffer) as view:
                for size in sizes:
                    blobs.append(bytes(view[start : start + size]))
                    start += size
        self.start = end
        self.head = None
        return message, blobs

    def _read_head(self) -> tuple[int, list[int], Any] | None:
        """The length of the next frame's head, the sizes of its blobs, and its message; None while it is not there."""
        start = self.start + _LENGTH.size
        if len(self.buffer) < start:
            return None
        size = skeleton_size(self.buffer, self.start)
        if size > self.max_skeleton:
            raise FrameError(f"a skeleton of {size} bytes was announced; at most {self.max_skeleton} are read")
        if len(self.buffer) < start + size:
            return None
        try:
            # A copy: what is not decoded yet refers to these bytes.
            sizes, message = self.decoder.decode(bytes(self.buffer[start : start + size]))
        except (msgspec.MsgspecError, RecursionError, ValueError) as problem:
            raise FrameError(f"a frame cannot be read: {problem}") from None
        if sizes and (min(sizes) < 0 or sum(sizes) > self.max_blobs):
            raise FrameError(f"blobs of {sum(sizes)} bytes were announced; at most {self.max_blobs} are read")
        return _LENGTH.size + size, sizes, message
