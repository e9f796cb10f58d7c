"""Frames: what crosses the wall between the grader and a student's process, bounded on both sides.

A frame is four bytes of length, a MessagePack skeleton of at most 256 kB, and the raw blobs whose sizes the
skeleton announces. Nothing in it is ever unpickled or parsed as code.

The order of one job: the grader sends `Job`; the child answers `Started`, then `CellDone` for each cell, then
`Ready`. For each `Batch` of so many `Call`s the child then sends as many `Answered`, in the same order.
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


class Batch(_Message):
    count: int


class Call(_Message):
    exercise: int
    case: int
    inputs: Any
    seeds: list[int]


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
    """seconds: of computing; what the student's process says of itself, and no verdict depends on it."""

    exercise: int
    case: int
    status: Literal["returned", "raised"]
    value: Any
    mutated: list[str]
    exception: str
    text: str
    line: int | None
    printed: int
    seconds: float = 0.0


Message = Job | Batch | Call | Started | CellDone | Ready | Answered

to_child = msgspec.msgpack.Decoder(tuple[list[int], Job | Batch | Call])
from_child = msgspec.msgpack.Decoder(tuple[list[int], Started | CellDone | Ready | Answered])
_encoder = msgspec.msgpack.Encoder()


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
    """The frame of a message. Raises FrameError when its skeleton is too large."""
    skeleton = _encoder.encode(([len(blob) for blob in blobs], message))
    return b"".join([_LENGTH.pack(len(skeleton)), skeleton, *blobs])


def skeleton_size(frame: bytes | bytearray) -> int:
    return int(_LENGTH.unpack_from(frame)[0])


class Inbox:
    """Takes bytes as they come and gives the frames in them, holding no more than one frame's worth too much."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Any], max_skeleton: int, max_blobs: int) -> None:
        self.decoder = decoder
        self.max_skeleton = max_skeleton
        self.max_blobs = max_blobs
        self.buffer = bytearray()
        self.head: tuple[int, list[int], Any] | None = None

    def feed(self, data: bytes) -> None:
        self.buffer += data

    def take(self) -> tuple[Any, list[bytes]] | None:
        """The next frame's message and blobs; None while it is not complete. Raises FrameError."""
        self.head = self.head or self._read_head()
        if self.head is None:
            return None
        start, sizes, message = self.head
        end = start + sum(sizes)
        if len(self.buffer) < end:
            return None
        blobs = []
        for size in sizes:
            blobs.append(bytes(self.buffer[start : start + size]))
            start += size
        del self.buffer[:end]
        self.head = None
        return message, blobs

    def _read_head(self) -> tuple[int, list[int], Any] | None:
        if len(self.buffer) < _LENGTH.size:
            return None
        size = skeleton_size(self.buffer)
        if size > self.max_skeleton:
            raise FrameError(f"a skeleton of {size} bytes was announced; at most {self.max_skeleton} are read")
        end = _LENGTH.size + size
        if len(self.buffer) < end:
            return None
        try:
            sizes, message = self.decoder.decode(memoryview(self.buffer)[_LENGTH.size : end])
        except (msgspec.MsgspecError, RecursionError, ValueError) as problem:
            raise FrameError(f"a frame cannot be read: {problem}") from None
        if any(size < 0 for size in sizes) or sum(sizes) > self.max_blobs:
            raise FrameError(f"blobs of {sum(sizes)} bytes were announced; at most {self.max_blobs} are read")
        return end, sizes, message
