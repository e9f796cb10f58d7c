"""What must hold of the trusted side for every input: for hypothesis in CI, and for `make fuzz` without end.

Only the documented errors; memory in proportion to what came; no more time than a person would wait.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.child import frames, wire
from autograder.running.files import SubmissionError
from autograder.running.submission import Submission, read, students

SECONDS = 5.0  # under tracemalloc, which makes it several times slower, beside other tests
MEGABYTE = 1024 * 1024


@contextmanager
def bounded(memory: int) -> Iterator[None]:
    """Inside the block no more than `memory` bytes are held at any time, and no more than SECONDS pass."""
    began = time.process_time()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    seconds = time.process_time() - began
    assert peak <= memory, f"{peak / MEGABYTE:.0f} MB were held, {memory / MEGABYTE:.0f} MB are allowed"
    assert seconds <= SECONDS, f"it took {seconds:.1f} s"


def value(tree: Any, blobs: list[bytes]) -> Any:
    """The wire's decoder: WireError at most; arrays as large as their blobs, and what a tree of this size takes."""
    with bounded(8 * MEGABYTE + 2 * sum(map(len, blobs))), suppress(wire.WireError):
        return wire.load(tree, blobs)


def decode(data: bytes, piece: int = 1 << 16) -> list[Any]:
    """What a student's process sends, in pieces, as the grader takes it: FrameError and WireError at most."""
    inbox = frames.Inbox(frames.from_child, frames.MAX_SKELETON, frames.MAX_ANSWER)
    taken: list[Any] = []
    with bounded(32 * MEGABYTE + 4 * len(data)), suppress(frames.FrameError, wire.WireError):
        for start in range(0, len(data), piece):
            inbox.feed(data[start : start + piece])
            while found := inbox.take():
                message, blobs = found
                taken.append((message, blobs))
                if isinstance(message, frames.Answered):
                    wire.load(frames.tree(message.value), blobs)
    return taken


def submitted(data: bytes, folder: Path, name: str = "ann.ipynb") -> list[Submission]:
    """A file that was handed in: SubmissionError at most, and what is said of it is a sentence that can be shown."""
    path = folder / name
    path.write_bytes(data)
    said: list[str] = []
    found: list[Submission] = []
    with bounded(64 * MEGABYTE + 64 * len(data)):
        try:
            for each in students(path, "unit"):
                said += [each.problem] if each.problem else []
                found += [] if each.problem else [read(each, "unit", ["relu", "sigmoid"])]
        except SubmissionError as problem:
            said.append(str(problem))
    for text in said:
        assert text.isprintable() and text.encode() and text.endswith((".", "?")), repr(text)
    return found


TARGETS: dict[str, Callable[[bytes, Path], Any]] = {
    "frames": lambda data, _: decode(data),
    "notebooks": submitted,
    "scripts": lambda data, folder: submitted(data, folder, "ann.py"),
    "archives": lambda data, folder: submitted(data, folder, "ann.zip"),
}
