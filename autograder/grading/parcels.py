"""A submission as bytes, for a machine that has none of its files.

There it is graded as it would be here: what can be read is put back as files, what cannot says the same sentence.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from autograder.grading.pool import Work
from autograder.running import files
from autograder.running.files import CODE, Item, SubmissionError, going_along, printable, size_of

MAX_BYTES = 2 * files.MAX_DATA_BYTES  # of one submission


class Carried(NamedTuple):
    """The content of a file that was in an archive; or, with a problem, of one that stayed behind."""

    name: str
    size: int
    data: bytes = b""
    problem: str = ""

    def content(self, limit: int) -> bytes:
        """All its bytes. Raises SubmissionError when they are more than `limit`, or could not be read."""
        if self.problem:
            raise SubmissionError(self.problem)
        if len(self.data) > limit:
            said = f"is larger than {limit >> 20} MB unpacked and was not read: make it smaller."
            raise SubmissionError(f"{printable(self.name)} {said}")
        return self.data


class Unlisted(NamedTuple):
    """In place of files that could not be listed: whoever takes them up raises the SubmissionError that was raised."""

    problem: str

    @property
    def size(self) -> int:
        raise SubmissionError(self.problem)

    def content(self, limit: int) -> bytes:
        raise SubmissionError(self.problem)


class Parcel(NamedTuple):
    """A submission to be graded: its paths are relative, and `files` holds what lies there.

    records: exercise → what it answered before, if that is to be judged.
    """

    work: Work
    files: dict[Path, bytes]
    records: Mapping[str, bytes] = {}

    @property
    def size(self) -> int:
        """In bytes, about."""
        carried = (item.source for item in self.work.handed_in.files or ())
        inside = sum(len(source.data) for source in carried if isinstance(source, Carried))
        return inside + sum(map(len, self.files.values())) + sum(map(len, self.records.values()))


def packed(work: Work) -> Parcel:
    """A submission with the bytes of all that would be taken of it."""
    handed_in = work.handed_in
    base = handed_in.path
    place = Path(base.name if base.name != ".." else "work")
    if handed_in.problem:
        return Parcel(work._replace(handed_in=handed_in._replace(path=place, files=())), {})
    try:
        items = handed_in.files if handed_in.files is not None else _items(base)
    except SubmissionError as problem:
        items = (Item("", Unlisted(str(problem))),)
        return Parcel(work._replace(handed_in=handed_in._replace(path=place, files=items)), {})
    sources: dict[Item, Path | Carried] = {}
    content: dict[Path, bytes] = {}
    room = MAX_BYTES
    for item in going_along(items, []):
        found = _content(item, room)
        room -= len(found.data)
        if isinstance(item.source, Path) and not found.problem:
            sources[item] = place / item.source.relative_to(base)
            content[place / item.source.relative_to(base)] = found.data
        else:
            sources[item] = found
    sent = tuple(item._replace(source=sources.get(item) or _left(item)) for item in items)
    return Parcel(work._replace(handed_in=handed_in._replace(path=place, files=sent)), content)


def unpacked(parcel: Parcel, folder: Path) -> Work:
    """The submission, with its files in a folder of this machine."""
    write(parcel.files, folder)
    handed_in = parcel.work.handed_in
    items = tuple(_placed(item, folder) for item in handed_in.files or ())
    return parcel.work._replace(handed_in=handed_in._replace(path=folder / handed_in.path, files=items))


def write(content: dict[Path, bytes], folder: Path) -> None:
    """Writes files below a folder. Raises OSError."""
    for place, data in content.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(data)


def _items(path: Path) -> tuple[Item, ...]:
    """Everything that was handed in, as the grading lists it."""
    return tuple(files.listed(path)) if path.is_dir() and path.suffix not in CODE else (Item(path.name, path),)


def _content(item: Item, room: int) -> Carried:
    """What is in a file, within its own limit and the room that is left."""
    size = 0
    try:
        size = size_of(item.source)
        limit = files.MAX_BYTES if item.name.endswith(CODE) else files.MAX_DATA_BYTES
        if size > room:
            said = f"all that was handed in is more than {MAX_BYTES >> 20} MB"
            raise SubmissionError(f"{printable(item.name)} did not go along: {said}.")
        if isinstance(item.source, Path):
            return Carried(item.name, size, files.bytes_of(item.source, printable(item.name), limit))
        return Carried(item.name, size, item.source.content(limit))
    except SubmissionError as problem:
        return Carried(item.name, size, problem=str(problem))


def _left(item: Item) -> Carried:
    size = 0 if item.problem or item.name.endswith("/") else size_of(item.source)
    return Carried(item.name, size, problem=f"{printable(item.name)} did not go along.")


def _placed(item: Item, folder: Path) -> Item:
    return item._replace(source=folder / item.source) if isinstance(item.source, Path) else item
