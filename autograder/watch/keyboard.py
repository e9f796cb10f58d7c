"""Single keys of a terminal, read while the screen does other things; its settings always put back."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

LEAVE = "q"


class Keyboard:
    """Reads keys in a thread and hands each to `put`. `on` and `off` switch the terminal's mode for it."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._before: list[Any] | None = None

    def start(self) -> None:
        self.on()
        threading.Thread(target=self._read, daemon=True).start()

    def on(self) -> None:
        """Keys arrive one by one and are not shown; Ctrl-C and Ctrl-Z keep their meaning."""
        if os.name == "posix":
            import termios
            import tty

            self._before = self._before or termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)

    def off(self) -> None:
        """The terminal as it was."""
        if os.name == "posix" and self._before:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)

    def _read(self) -> None:
        while True:
            text = _typed()
            if not text or text == "\x04":  # the terminal is gone, or Ctrl-D
                self._put(LEAVE)
                return
            # Keys without a letter, such as the arrows, are a sequence that begins with escape.
            if not text.startswith("\x1b"):
                for key in text:
                    self._put(key.lower())


def _typed() -> str:
    """What was typed, as soon as there is something; '' at the end."""
    if os.name == "posix":
        try:
            return os.read(sys.stdin.fileno(), 64).decode(errors="replace")
        except OSError:
            return ""
    import msvcrt

    return str(msvcrt.getwch())  # type: ignore[attr-defined, unused-ignore]
