"""What the screen shows: an exercise with its feedback and hints, or the list of all; below it, how far one is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console, Group
from rich.text import Text

from autograder.feedback import hints, plain
from autograder.outcome import Outcome
from autograder.watch.checking import Seen
from autograder.watch.contents import Place

COLOURS = {
    Outcome.correct: "green",
    Outcome.wrong: "red",
    Outcome.crashed: "red",
    Outcome.timed_out: "red",
    Outcome.not_attempted: "cyan",
    Outcome.missing: "yellow",
    Outcome.grader_error: "yellow",
}
KEYS = {"h": "hint", "n": "next", "l": "list", "r": "run again", "q": "quit"}


class View(NamedTuple):
    """All that is shown.

    hinted: the hint that was asked for; 0 for none. waiting: what is being checked for a while already. first: the
    first line shown, where there are too many.
    """

    title: str
    places: Sequence[Place]
    seen: Mapping[Place, Seen]
    here: Place | None
    hinted: int = 0
    listing: bool = False
    first: int = 0
    waiting: str = ""


class Drawn(NamedTuple):
    """A screenful; `more` is the first line of the next one, 0 where all is shown."""

    shown: Group
    more: int


def draw(view: View, console: Console) -> Drawn:
    """The view, fitted into the console: what is too long is cut into screenfuls, and the end of it says so."""
    width, height = console.size
    footer = _footer(view, width)
    below = [line for text in footer for line in _wrapped(text, console)]
    body = _list(view) if view.listing else _exercise(view)
    lines = [line for text in body for line in _wrapped(text, console)]
    room = max(1, height - len(below) - 1)
    if len(lines) <= room:
        return Drawn(Group(*lines, *[Text()] * (room - len(lines) + 1), *below), 0)
    room = max(1, room - 1)
    first = view.first if 0 <= view.first < len(lines) else 0
    last = min(first + room, len(lines))
    part = Text(f"lines {first + 1}–{last} of {len(lines)} · space for more", "dim", no_wrap=True, overflow="ellipsis")
    window = lines[first:last]
    return Drawn(
        Group(*window, *[Text()] * (room - len(window)), part, Text(), *below), last if last < len(lines) else 0
    )


def _wrapped(text: Text, console: Console) -> list[Text]:
    """A line as those it takes up; what is wrapped begins below what was indented."""
    indent = min(len(text.plain) - len(text.plain.lstrip(" ")), console.width // 2)
    return [Text(" " * indent) + line for line in text[indent:].wrap(console, console.width - indent)]


def page_of_here(view: View, console: Console) -> int:
    """The first line of the list from which the exercise one is at can be seen."""
    row = 1 + _index(view)
    return max(0, row - console.size.height // 3) if row > console.size.height // 2 else 0


def summary(view: View) -> Text:
    """How far one is, in a sentence: what stays on the terminal."""
    done = _done(view)
    sentence = f"{done} of {len(view.places)} exercises pass their public checks."
    here = view.here if view.here and not correct(view.seen.get(view.here)) else following(view)
    return Text(f"{sentence} Next: {here.identity}" if here else f"{sentence} {GRADED}")


GRADED = "Hidden cases are checked when they are graded."


def following(view: View) -> Place | None:
    """The exercise after this one that is not correct yet; from the start again after the last."""
    start = _index(view) + 1
    ahead = [*view.places[start:], *view.places[:start]]
    return next((place for place in ahead if place != view.here and not correct(view.seen.get(place))), None)


def _index(view: View) -> int:
    """The position of where one is; -1 for nowhere."""
    return next((number for number, place in enumerate(view.places) if place == view.here), -1)


def correct(seen: Seen | None) -> bool:
    return seen is not None and seen.outcome == Outcome.correct


def _done(view: View) -> int:
    return sum(correct(view.seen.get(place)) for place in view.places)


def _exercise(view: View) -> list[Text]:
    seen = view.seen.get(view.here) if view.here else None
    if view.here is None or seen is None:
        return [Text(view.waiting or "checking …", "dim")]
    where = f"{_index(view) + 1} of {len(view.places)} · {_short(view.here.file)}"
    headline, _, said = seen.text.partition("\n")
    parts = [Text(where, "dim"), Text(), Text(headline, f"bold {COLOURS[Outcome(seen.outcome)]}")]
    if view.hinted and not correct(seen):  # asked for just now, so it comes before what was there already
        heading, text = hints.said(seen.hints, view.hinted, view.here.name)
        parts += [Text(), Text(heading, "bold blue"), *(Text(f"  {line}") for line in text.splitlines()), Text()]
    return parts + [Text(line) for line in said.splitlines()]


def _list(view: View) -> list[Text]:
    rows = [Text(view.title or "The exercises", "bold")]
    width = max(len(place.identity) for place in view.places)
    for place in view.places:
        seen = view.seen.get(place)
        outcome = Outcome(seen.outcome) if seen else None
        symbol, words = (plain.SYMBOLS[outcome], seen.words) if outcome and seen else (" ", "…")
        row = Text(f"{'▸' if place == view.here else ' '} ", no_wrap=True, overflow="ellipsis")
        row.append(f"{symbol} {place.identity:{width}}  {words}", COLOURS[outcome] if outcome else "dim")
        rows.append(row)
    return rows


def _footer(view: View, width: int) -> list[Text]:
    done, total = _done(view), len(view.places)
    count = f" {done} of {total} pass their public checks"
    room = width - len(count)
    bar = Text(no_wrap=True, overflow="ellipsis")
    if room >= 10:
        bar.append(plain.bar(done, total, min(room, 40)), "green")
    bar.append(count if room >= 10 else count.strip())
    return [bar, _next(view), _keys(view)]


def _next(view: View) -> Text:
    if view.waiting:
        return Text(view.waiting, "yellow")
    seen = view.seen.get(view.here) if view.here else None
    upcoming = following(view)
    if seen and not correct(seen) and view.here:
        verb = "write" if seen.outcome == Outcome.not_attempted else "mend"
        return Text(f"next: {verb} {view.here.file.name} and save it")
    if upcoming:
        return Text(f"next: {upcoming.identity} (n)")
    return Text(f"next: hand in. {GRADED}" if seen else "")


def _keys(view: View) -> Text:
    seen = view.seen.get(view.here) if view.here else None
    words = dict(KEYS)
    if view.listing:
        words = {"l": "back", "r": "run all again", "q": "quit"}
    elif seen is None or not seen.hints or correct(seen):
        del words["h"]
    else:
        words["h"] = f"hint {view.hinted % len(seen.hints) + 1} of {len(seen.hints)}"
    keys = Text()
    for number, (key, word) in enumerate(words.items()):
        keys.append(" · " if number else "", "dim")
        keys.append(key, "bold")
        keys.append(f" {word}".replace(" ", "\N{NO-BREAK SPACE}"))
    return keys


def _short(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
