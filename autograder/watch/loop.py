"""What happens when: a file is saved, a key is pressed, a check has ended, the window changes its size."""

import os
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.screen import Screen

from autograder.watch import contents, screen
from autograder.watch.checker import Checker, Report
from autograder.watch.checking import Item, Seen
from autograder.watch.contents import Place
from autograder.watch.keyboard import LEAVE, Keyboard

# How often files are looked at. A save counts when a file has stood still from one look to the next: an editor
# empties it first, or moves another into its place.
LOOK = 0.05
# Shorter than this, nobody needs to be told what is waited for.
SOON = 1.0
SUSPENDED = "suspended"
HOME = "\x1b[H"


class Watch:
    """The self-check on a screen, until the key that leaves it."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder = folder
        self.console = console
        self.events: queue.SimpleQueue[Report | str] = queue.SimpleQueue()
        self.places = contents.places(folder)
        self.title = contents.contents(folder).title
        self.stamps = contents.stamps(folder)
        self.unsettled: set[Path] = set()
        self.seen: dict[Place, Seen] = {}
        self.here: Place | None = None
        self.hinted: dict[Place, int] = {}
        self.listing = False
        self.first = 0
        self.saved: list[Place] = []
        self.changed = True
        self.state: object = None
        self.keyboard = Keyboard(self.events.put)
        self.checker = Checker(self.events.put)

    def run(self) -> None:
        """Shows the screen until it is left; however that happens, the terminal is put back as it was."""
        try:
            with _signals(lambda: self.events.put(SUSPENDED)):
                self._enter()
                self.keyboard.start()
                self._check(self.places)
                while self._turn():
                    pass
        finally:
            self._leave()
            self.checker.close()
        self.console.print(screen.summary(self._view()))

    def _turn(self) -> bool:
        """What has happened, then a look at the files, then the screen. False when it is time to leave."""
        with suppress(queue.Empty):
            event = self.events.get(timeout=LOOK)
            while True:
                if event == LEAVE:
                    return False
                self._happened(event)
                event = self.events.get_nowait()
        self._look()
        self.checker.tick()
        self._draw()
        return True

    def _happened(self, event: Report | str) -> None:
        if isinstance(event, Report):
            if seen := self.checker.heard(event):
                self._look()
                place = Place(Path(seen.item.folder), seen.item.name)
                # What was saved meanwhile is checked again: nobody knows which text this is about.
                if not any(place in contents.touched(path, self.places) for path in self.unsettled):
                    self._show(seen)
        elif event == SUSPENDED:
            self._suspend()
        else:
            self.changed = True
            self._key(event)

    def _key(self, key: str) -> None:
        seen = self.seen.get(self.here) if self.here else None
        if key == " ":
            self.first = screen.draw(self._view(), self.console).more
            return
        if key == "l":
            self.listing = not self.listing
            self.first = screen.page_of_here(self._view(), self.console) if self.listing else 0
        elif key == "r" and self.listing:
            self._check(self.places)
        elif key == "r" and self.here:
            self._check([self.here])
        elif key == "n":
            self.here, self.listing, self.first = screen.following(self._view()) or self.here, False, 0
        elif key == "h" and self.here and seen and seen.hints and not self.listing:
            self.hinted[self.here], self.first = self.hinted.get(self.here, 0) % len(seen.hints) + 1, 0

    def _check(self, places: list[Place]) -> None:
        self.checker.check(Item(str(place.unit), place.name) for place in places)

    def _show(self, seen: Seen) -> None:
        """Keeps what came back. It is shown when it was saved just now, or is the first that is not correct yet."""
        place = Place(Path(seen.item.folder), seen.item.name)
        before, self.changed = self.seen.get(place), True
        self.seen[place] = seen
        fresh = place in self.saved and (before is None or before.text != seen.text)
        if fresh or (self.here is None and not screen.correct(seen)):
            self.here, self.listing, self.first = place, False, 0
        if place in self.saved:  # the first of a saved notebook's that says something new
            self.saved = [] if fresh else [other for other in self.saved if other != place]
        if self.here is None and len(self.seen) == len(self.places):
            self.here = self.places[-1]

    def _look(self) -> None:
        """Finds what was saved, and has it checked once it stands still."""
        now = contents.stamps(self.folder)
        moved = {path for path in {*now, *self.stamps} if now.get(path) != self.stamps.get(path)}
        self.stamps = now
        settled, self.unsettled = self.unsettled - moved, moved
        if not settled:
            return
        self.changed = True
        self.places = contents.places(self.folder)
        self.seen = {place: seen for place, seen in self.seen.items() if place in self.places}
        self.here = self.here if self.here in self.places else None
        saved = list(dict.fromkeys(place for path in settled for place in contents.touched(path, self.places)))
        if saved:
            stub = len(settled) == 1 and next(iter(settled)).suffix == ".py"
            if stub:
                self.here, self.listing, self.first = saved[0], False, 0
            self.saved = [] if stub else saved
            self._check(sorted(saved, key=lambda place: place != self.here))

    def _view(self) -> screen.View:
        hinted = self.hinted.get(self.here, 0) if self.here else 0
        return screen.View(
            self.title, self.places, self.seen, self.here, hinted, self.listing, self.first, self._waiting()
        )

    def _waiting(self) -> str:
        item, seconds = self.checker.waiting_for, time.monotonic() - self.checker.since
        if not self.checker.busy or item is None or seconds < SOON:
            return ""
        return f"checking {Path(item.folder).name}/{item.name} for {int(seconds)} s …"

    def _draw(self) -> None:
        """Draws what has changed: a terminal far away is not sent the same again."""
        state = (self.console.size, self._waiting())
        if not self.changed and state == self.state:
            return
        self.changed, self.state = False, state
        with self.console.capture() as captured:
            self.console.print(Screen(screen.draw(self._view(), self.console).shown), end="")
        # From the upper left corner over what stood there, without clearing it: nothing flickers.
        sys.stdout.write(HOME + captured.get())
        sys.stdout.flush()

    def _enter(self) -> None:
        self.keyboard.on()
        self.console.set_alt_screen(True)
        self.console.show_cursor(False)
        self.changed = True

    def _leave(self) -> None:
        self.keyboard.off()
        self.console.show_cursor(True)
        self.console.set_alt_screen(False)

    def _suspend(self) -> None:
        """Ctrl-Z: the shell gets its terminal as it was, and `fg` comes back to the screen."""
        self._leave()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._enter()


@contextmanager
def _signals(suspended: Callable[[], None]) -> Iterator[None]:
    """Signals that end the program do so by way of its `finally`; that to suspend it is told."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    wanted: dict[str, Any] = {"SIGTERM": leave, "SIGHUP": leave, "SIGTSTP": lambda *_: suspended()}
    there = {getattr(signal, name): handler for name, handler in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in there.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
