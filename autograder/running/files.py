"""A student's files: read within limits; what is no file, or lies elsewhere, is never opened."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

CODE = (".ipynb", ".py")
MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 200
MAX_DATA_BYTES = 100 * 1024 * 1024


class SubmissionError(Exception):
    """Work that cannot be taken; the text is a sentence: what was found, what was expected, what to do."""


def printable(name: str | Path) -> str:
    """A name that may hold anything, as text that can be shown and written."""
    text = str(name).encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]


def text_of(path: Path) -> str:
    """The text of a file of bounded size. A folder, a pipe or a device of that name is never opened."""
    name = printable(path.name)
    if path.suffix not in CODE:
        raise SubmissionError(
            f"{name} is neither a notebook nor a .py file: expected a name that ends in .ipynb or .py."
        )
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
            raise SubmissionError(f"{name} is {kind}: expected a file. Hand in the file itself.")
        if status.st_size > MAX_BYTES:
            said = f"is {status.st_size / 1e6:.0f} MB; at most {MAX_BYTES >> 20} MB are read"
            raise SubmissionError(f"{name} {said}: clear its outputs (Kernel → Restart & Clear Outputs) and save it.")
        data = path.read_bytes()
    except OSError as problem:
        raise SubmissionError(f"{name} cannot be read: {problem.strerror}. May you read it?") from None
    if not data.strip():
        raise SubmissionError(f"{name} is empty: hand it in again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SubmissionError(f"{name} is not UTF-8 text (byte {problem.start}): save it again as UTF-8.") from None


def beside(folder: Path, notes: list[str]) -> Iterator[tuple[str, Path]]:
    """The files of a student's folder that go along, code before data, as (relative name, path).

    Links out of it, caches and what is too much stay behind; `notes` says so.
    """
    total, count = 0, 0
    left: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        wanted = sorted((not name.endswith(CODE), name) for name in names if not name.startswith("."))
        for path in (Path(place, name) for _, name in wanted):
            relative = path.relative_to(folder).as_posix()
            if leads_out(path, folder):
                notes.append(f"{printable(relative)} is a link out of the folder and was not followed.")
                continue
            size = path.stat().st_size if path.is_file() and path.suffix not in CODE else 0
            if count == MAX_FILES or total + size > MAX_DATA_BYTES:
                left.append(relative)
                continue
            total, count = total + size, count + 1
            yield relative, path
    if left:
        named = ", ".join(map(printable, left[:3])) + (" …" if len(left) > 3 else "")
        notes.append(f"{named} did not go along: at most {MAX_FILES} files and {MAX_DATA_BYTES >> 20} MB do.")


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a path is, by way of links, outside `folder`."""
    # realpath and not resolve, which raises for links that go round in a circle
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
