"""The process that checks: made ready beforehand, it waits for one order, carries it out and ends.

A process of its own for each save: what a student's code loops in, exits from or breaks is not the screen.
"""

import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec


class Item(msgspec.Struct, frozen=True):
    """An exercise to check. ended: how the process was lost that tried it before, a `Status`; '' when none did."""

    folder: str
    name: str
    ended: str = ""


class Order(msgspec.Struct, frozen=True):
    items: tuple[Item, ...]


class Started(msgspec.Struct, frozen=True, tag="started"):
    """Whose turn it is, and how many seconds it may take."""

    item: Item
    seconds: float


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """What is to be shown of an exercise; all texts are safe to show. libraries: what the process had to import."""

    item: Item
    outcome: str
    words: str
    text: str
    hints: tuple[str, ...]
    libraries: tuple[str, ...]


Message = Started | Seen

# Imported in advance by the next process where the last one needed it: it takes longer than all the rest.
SLOW = ("sympy",)


def main(libraries: list[str]) -> None:
    """Reads an order from stdin, and writes a line for each message to what stdout was."""
    out, orders = os.fdopen(os.dup(1), "wb", buffering=0), os.fdopen(os.dup(0), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # a student's input() ends at once, and what C libraries print goes nowhere
        os.dup2(nowhere, standard)
    from autograder import judge, pack, selfcheck
    from autograder.feedback import plain
    from autograder.running.written import Unit

    for module in (judge.__name__, *libraries):
        importlib.import_module(module)  # before the order comes, which then need not wait
    line = orders.readline()
    if not line:  # the screen was closed
        return
    units: dict[str, Unit] = {}
    seconds = 10.0
    for item in msgspec.json.decode(line, type=Order).items:
        unit = units.setdefault(item.folder, Unit(Path(item.folder)))
        with suppress(pack.PackError):  # said by the check
            seconds = pack.read_file(unit.folder / "packs" / f"{item.name}.pack").seconds
        out.write(msgspec.json.encode(Started(item, seconds)) + b"\n")
        verdict, hints, notes = selfcheck.written(unit, item.name, ended=item.ended)
        text, needed = plain.feedback(verdict, notes), tuple(name for name in SLOW if name in sys.modules)
        seen = Seen(item, verdict.outcome.value, plain.words(verdict), text, hints, needed)
        out.write(msgspec.json.encode(seen) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)  # threads that a student's code started are not waited for
