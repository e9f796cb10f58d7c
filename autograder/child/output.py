"""What a student's code shows: kept within limits while a cell runs, only counted while a function is asked."""

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from autograder.child.frames import MAX_CELL_OUTPUT, Display, Error, Output, Result, Stream

MAX_TEXT = 100_000  # characters that one cell may print
_TOO_MUCH = Stream("stderr", "[this cell showed more than is kept: something was left out here]\n")


class Shown:
    """What a cell has shown so far; past the limits the rest is dropped, with a line that says so."""

    def __init__(self) -> None:
        self.outputs: list[Output | _Lines] = []
        self.room = {"text": MAX_TEXT, "rich": MAX_CELL_OUTPUT // 2}

    def stream(self, name: str, text: str) -> None:
        room = self.room["text"]
        if not self._fits("text", len(text)):
            text = text[: max(0, room)]
        if not text:
            return
        text = clean(text)
        last = self.outputs[-1] if self.outputs else None
        if isinstance(last, _Lines) and last.name == name:
            last.parts.append(text)
        else:
            self.outputs.append(_Lines(name, text))

    def bundle(self, kind: type[Display] | type[Result], data: Any) -> None:
        """Rich output: of each form only text is kept (an image is text in base 64)."""
        texts = {clean(mime)[:100]: clean(text) for mime, text in dict(data).items() if type(text) is type(mime) is str}
        if texts and self._fits("rich", sum(map(len, texts.values())) + 100):
            self.outputs.append(kind(texts))

    def error(self, name: str, text: str, lines: list[str]) -> None:
        self.outputs.append(Error(clean(name)[:200], clean(text)[:2000], [clean(line)[:2000] for line in lines]))

    def json(self) -> bytes:
        """The outputs as JSON of at most MAX_CELL_OUTPUT bytes."""
        data = msgspec.json.encode([each.joined() if isinstance(each, _Lines) else each for each in self.outputs])
        # Letters outside ASCII count once above and take several bytes here.
        return data if len(data) <= MAX_CELL_OUTPUT else msgspec.json.encode([_TOO_MUCH])

    def _fits(self, kind: str, size: int) -> bool:
        before = self.room[kind]
        self.room[kind] -= size
        if before >= 0 > self.room[kind]:
            self.outputs.append(_TOO_MUCH)
        return self.room[kind] >= 0


class _Lines:
    """A stream that is still being written."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.parts = [text]

    def joined(self) -> Stream:
        return Stream("stdout" if self.name == "stdout" else "stderr", "".join(self.parts))


def clean(text: str) -> str:
    """Text that can be encoded: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Printed(io.TextIOBase):
    """Stands for stdout or stderr: hands text to `shown`, or only counts it."""

    encoding = "utf-8"

    def __init__(self, name: str, shown: Shown | None) -> None:
        self.label = name
        self.shown = shown
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.count += len(text)
        if self.shown is not None:
            self.shown.stream(self.label, text)
        return len(text)


@contextlib.contextmanager
def printing(shown: Shown | None) -> Iterator[Printed]:
    """Inside the block, what is printed goes to `shown`; a student's own redirection ends with the block."""
    out = Printed("stdout", shown)
    err = Printed("stderr", shown) if shown is not None else out
    sys.stdout, sys.stderr = out, err
    try:
        yield out
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
