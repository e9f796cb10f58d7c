"""The forked child's work: the cells of one submission, then the calls it is sent."""

import contextlib
import linecache
import os
import sys
import time
import types
from collections.abc import Sequence
from mmap import mmap
from time import thread_time  # by this name a student cannot replace it; a process's clock moves by whole ticks here
from typing import Any

import msgspec

from autograder.child import calls
from autograder.child.frames import (
    MAX_ANSWER,
    MAX_JOB,
    MAX_SKELETON,
    SENT,
    Answered,
    Batch,
    Call,
    CellDone,
    CellToRun,
    Found,
    FrameError,
    Inbox,
    Job,
    Message,
    Ready,
    Started,
    encode,
    parts,
    raw,
    skeleton_size,
    to_child,
)
from autograder.child.functions import Group, Piece, find
from autograder.child.orders import NOWHERE
from autograder.child.output import Shown, clean, printing
from autograder.child.shell import CellShell, message

MAX_PROBLEM = 500
PATIENCE = 0.02  # seconds that a frame may be kept
AT_ONCE = 512  # pieces that go in one system call; Linux takes twice as many
MAX_OUTPUTS = 16 * 1024 * 1024  # of all cells together


class Channel:
    """The child's end of the line to the grader. careful: every frame is sent at once."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.inbox = Inbox(to_child, MAX_JOB, MAX_JOB)
        self.careful = False
        self.unsent: list[bytes] = []
        self.sent_at = 0.0

    def add(self, *frame: bytes) -> None:
        """Sends a frame, or keeps it a moment to go with the next: each sending wakes the grader (0.1 ms)."""
        self.unsent += frame
        if self.careful or time.monotonic() > self.sent_at + PATIENCE:
            self.send()

    def send(self) -> None:
        """Sends what is still to be sent."""
        left = [memoryview(part) for part in self.unsent]
        self.unsent.clear()
        while left:
            sent = os.writev(self.fd, left[:AT_ONCE])
            while left and sent >= len(left[0]):
                sent -= len(left.pop(0))
            if sent:
                left[0] = left[0][sent:]
        self.sent_at = time.monotonic()

    def receive(self) -> tuple[Any, list[bytes]]:
        """The next frame. Raises EOFError when the grader has closed the line."""
        while (frame := self.inbox.take()) is None:
            data = os.read(self.fd, 1 << 18)
            if not data:
                raise EOFError
            self.inbox.feed(data)
        return frame


def work(shell: CellShell, fd: int, kept: Sequence[bytes], at: bytearray | mmap) -> None:
    """Runs one job to its end: returns when the grader closes the line.

    kept: the zygote's arrays, as bytes. at: what the grader sees at once, as in `answer_batch`.
    """
    channel = Channel(fd)
    channel.add(encode(Started()))
    job, sources = channel.receive()
    channel.careful = job.careful
    groups = run_cells(shell, channel, job, [source.decode() for source in sources])
    notes: list[str] = []
    found = [find(asked, groups, notes) for asked in job.exercises]
    told = [Found(each.status, clean(each.text)[: 2 * MAX_PROBLEM]) for _, each in found]
    channel.add(encode(Ready(told, [clean(note)[:MAX_PROBLEM] for note in notes[:50]])))
    channel.send()
    with contextlib.suppress(EOFError):
        while True:
            batch, arrays = channel.receive()
            answer_batch(channel, [function for function, _ in found], batch, arrays, kept, at)


def answer_batch(
    channel: Channel,
    functions: Sequence[Any],
    batch: Batch,
    arrays: Sequence[bytes],
    kept: Sequence[bytes],
    at: bytearray | mmap,
) -> None:
    """Answers one batch of calls. arrays: those that came with it. at: its first is the exercise it is at."""
    sent = iter(arrays)
    for call in batch.calls:
        at[0] = min(call.exercise, NOWHERE)  # so that it is known whose time is running, before any answer is sent
        blobs = [next(sent) if number == SENT else kept[number] for number in call.arrays]
        channel.add(*answer(functions[call.exercise], call, blobs))
    channel.send()


def run_cells(shell: CellShell, channel: Channel, job: Job, sources: list[str]) -> list[Group]:
    """Runs every cell, reporting each; a cell that fails does not stop those after it."""
    names = [asked.name for asked in job.exercises]
    notebook = Group(shell.user_ns, names)
    groups: list[Group] = []
    room = MAX_OUTPUTS
    for index, (cell, source) in enumerate(zip(job.cells, sources, strict=True)):
        group = notebook if cell.kind == "notebook" else Group(_module(cell.file).__dict__, names)
        if group not in groups:
            groups.append(group)
        piece = Piece(cell.place, source)
        group.pieces.append(piece)
        outputs, out_of_memory = b"[]", False
        if cell.skipped:
            piece.problem = cell.skipped
        else:
            problem, outputs = _run(shell, cell, source, group)
            piece.problem = describe(problem, f"<{cell.place}>") if problem else ""
            out_of_memory = isinstance(problem, MemoryError)
            group.note_changes(piece)
        room -= len(outputs)
        channel.add(encode(CellDone(index, piece.problem, out_of_memory), [outputs if room > 0 else b"[]"]))
    return groups


def _run(shell: CellShell, cell: CellToRun, source: str, group: Group) -> tuple[BaseException | None, bytes]:
    name = f"<{cell.place}>"
    if cell.kind == "script":
        with printing(None):
            return _run_script(source, name, group.namespace), b"[]"
    shown = Shown()
    with printing(shown):
        problem = shell.run(source, name, shown)
    return problem, shown.json()


def _run_script(source: str, name: str, namespace: dict[str, Any]) -> BaseException | None:
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        exec(compile(source, name, "exec"), namespace)
    except BaseException as problem:
        return problem
    return None


def _module(file: str) -> types.ModuleType:
    """A module for a script. Its `__main__` block is not run: it holds the student's own trials."""
    module = types.ModuleType(file.removesuffix(".py"))
    module.__file__ = os.path.abspath(file)
    sys.modules.setdefault(module.__name__, module)
    return module


def describe(problem: BaseException, filename: str) -> str:
    """What stopped a cell, in a sentence: line, exception, message."""
    line = problem.lineno if isinstance(problem, SyntaxError) else calls.line_of(problem, filename)
    name = calls.exception_name(type(problem))
    text = (problem.msg if isinstance(problem, SyntaxError) else message(problem))[:MAX_PROBLEM]
    at = f"line {line}: " if line else ""
    return clean(f"{at}{name}{': ' if text else ''}{text}".rstrip(".") + ".")


def answer(function: Any, call: Call, blobs: list[bytes]) -> list[bytes]:
    """The frame that answers a call. What is too large or has no plain form arrives as its description."""
    began = thread_time()
    with printing(None) as printed:
        try:
            report = calls.call(function, call.inputs, blobs, call.seeds)
        except BaseException as problem:
            report = {"status": "raised", **calls.describe(problem, function)}
    report["seconds"] = thread_time() - began
    found = report.get("blobs", [])
    if sum(map(len, found)) > MAX_ANSWER:
        report["value"], found = ["o", f"value of more than {MAX_ANSWER >> 20} MB"], []
    try:
        frame = parts(_answered(call, report, printed.count), found)
    except (UnicodeEncodeError, msgspec.MsgspecError, FrameError):
        report["value"], found = ["o", "value that holds text which is no Unicode"], []
        frame = parts(_answered(call, report, printed.count))
    if skeleton_size(frame[0]) > MAX_SKELETON:
        report["value"] = ["o", f"value of more than {MAX_SKELETON >> 10} kB of numbers and text"]
        frame = parts(_answered(call, report, printed.count))
    return frame


def _answered(call: Call, report: dict[str, Any], printed: int) -> Message:
    return Answered(
        exercise=call.exercise,
        case=call.case,
        status=report["status"],
        value=raw(report.get("value")),
        mutated=report.get("mutated", []),
        exception=report.get("exception", ""),
        text=clean(report.get("text", "")),
        line=report.get("line"),
        printed=printed,
        seconds=report["seconds"],
    )
