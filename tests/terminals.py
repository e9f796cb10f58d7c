"""A terminal in which `autograder watch` really runs, and an editor that saves what it watches."""

import contextlib
import json
import os
import sys
import time
from pathlib import Path

import pexpect
import pyte

TO_DO = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"


class Terminal:
    """Runs `autograder watch` in a terminal of its own, in a folder."""

    def __init__(self, folder: Path, *arguments: str, columns: int = 90, rows: int = 30, **environment: str) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "autograder.cli", "watch", *arguments],
            cwd=str(folder),
            dimensions=(rows, columns),
            env={**inherited, "TERM": "xterm-256color", **environment},
        )

    @property
    def lines(self) -> list[str]:
        return [line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def press(self, keys: str) -> None:
        self.process.send(keys)

    def shows(self, *texts: str, within: float = 30.0) -> float:
        """Waits until the screen shows all of these; returns the seconds that took."""
        start = time.perf_counter()
        while time.perf_counter() - start < within:
            alive = self.read()
            if all(text in self.text for text in texts):
                return time.perf_counter() - start
            if not alive:
                break
        raise AssertionError(f"not shown: {texts}\n{self.text}")

    def read(self, seconds: float = 0.01) -> bool:
        """Takes what the command writes; False when it has ended."""
        with contextlib.suppress(pexpect.TIMEOUT):
            try:
                data = self.process.read_nonblocking(65536, timeout=seconds)
            except pexpect.EOF:
                return False
            self.sent += data
            self._stream.feed(data)
        return True

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def ended(self) -> int:
        """Reads on to the end; the exit status, or minus the signal that ended it."""
        deadline = time.perf_counter() + 30
        while self.read(0.1) and time.perf_counter() < deadline:
            pass
        self.process.close()
        return self.process.exitstatus if self.process.exitstatus is not None else -self.process.signalstatus


def write(folder: Path, body: str, name: str = "arithmetic/double") -> None:
    """Saves a stub with an answer in it."""
    path = folder / "exercises" / f"{name}.py"
    text = path.read_text()
    start = text.index('"""\n', text.index(f"def {path.stem}")) + 4
    path.write_text(text[:start] + f"    {body}\n\n\n" + text[text.index("if __name__") :])


def write_cell(folder: Path, body: str, name: str = "double") -> None:
    path = folder / "exercises/arithmetic/arithmetic.ipynb"
    book = json.loads(path.read_text())
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if f"def {name}" in source:
            cell["source"] = source.replace(TO_DO.rstrip(), f"    {body}")
    path.write_text(json.dumps(book))
