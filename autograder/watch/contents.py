"""What there is to do in a folder of exercises, in the order of the lessons; and which files changed."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

# Beside the units' folders; written by `autograder build`.
FILE = "contents.json"
PACKS = "packs"

Stamps = dict[Path, tuple[int, int]]


class Contents(msgspec.Struct):
    """exercises: `unit/name` of each, in the order of the lessons."""

    title: str = ""
    exercises: tuple[str, ...] = ()


class Place(NamedTuple):
    """An exercise of a unit's folder."""

    unit: Path
    name: str

    @property
    def identity(self) -> str:
        return f"{self.unit.name}/{self.name}"

    @property
    def file(self) -> Path:
        """Where it is written: its stub or, where it has none, the unit's notebook."""
        stub = self.unit / f"{self.name}.py"
        return stub if stub.is_file() else self.notebook

    @property
    def notebook(self) -> Path:
        return self.unit / f"{self.unit.name}.ipynb"


def contents(folder: Path) -> Contents:
    """The contents that lie in a folder; empty where there are none, as beside a single unit."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Contents)
    except (OSError, msgspec.MsgspecError):
        return Contents()


def find(start: Path) -> Path | None:
    """The folder of exercises: `start`, its `exercises`, or one above; None where there is none."""
    for folder in (start / "exercises", start, *start.resolve().parents):
        if next(_units(folder), None):
            return folder
    return None


def places(folder: Path) -> list[Place]:
    """All exercises of the units in a folder, in the order of the lessons; others by their names, at the end."""
    order = {identity: number for number, identity in enumerate(contents(folder).exercises)}
    found = [Place(unit, pack.stem) for unit in _units(folder) for pack in sorted((unit / PACKS).glob("*.pack"))]
    return sorted(found, key=lambda place: (order.get(place.identity, len(order)), place))


def stamps(folder: Path) -> Stamps:
    """When each file of the exercises was last written, and its size.

    Looked up again and again in place of being told by the system: that also works on a network drive, where nobody
    is told of what another machine wrote, and the few files of a course take a millisecond.
    """
    found: Stamps = {}
    for unit in _units(folder):
        for inside in (unit, unit / PACKS):
            with suppress(OSError), os.scandir(inside) as entries:
                for entry in entries:
                    if entry.name.endswith((".py", ".ipynb", ".pack")):
                        with suppress(OSError):
                            status = entry.stat()
                            found[Path(entry.path)] = (status.st_mtime_ns, status.st_size)
    return found


def touched(path: Path, known: list[Place]) -> list[Place]:
    """The exercises that a file which was written belongs to: all of a unit for its notebook or a pack."""
    if path.suffix == ".py":
        return [place for place in known if place.unit == path.parent and place.name == path.stem]
    if path.suffix == ".ipynb":
        return [place for place in known if place.notebook == path]
    return [place for place in known if place.unit == path.parent.parent]


def _units(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path.parent for path in sorted(folder.glob(f"*/{PACKS}")) if path.is_dir())
