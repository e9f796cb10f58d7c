"""A student's files: listed and read within limits; what is no file, or lies elsewhere, is never opened."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

CODE = (".ipynb", ".py")
MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 200
MAX_DATA_BYTES = 100 * 1024 * 1024
MAX_LISTED = 100_000


class SubmissionError(Exception):
    """Work that cannot be taken; the text is a sentence: what was found, what was expected, what to do."""


class Packed(Protocol):
    """A file in an archive, read where it lies. size: in bytes, unpacked, as the archive says."""

    @property
    def size(self) -> int: ...

    def content(self, limit: int) -> bytes:
        """All its bytes. Raises SubmissionError when they are more than `limit`, or damaged."""


class Item(NamedTuple):
    """A file or folder that was found. name: its parts joined by "/"; a folder's ends in "/".

    source: what its bytes come from. problem: a sentence, when it is not to be taken.
    """

    name: str
    source: Path | Packed
    problem: str = ""


def printable(name: str | Path) -> str:
    """A name that may hold anything, as text that can be shown and written."""
    text = str(name).encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]


def as_text(name: str) -> str:
    """The name of a file, which may be no text at all, as text: another one for each."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_hidden(part: str) -> bool:
    """Whether a name is one that tools leave behind: `.git`, `__pycache__`, `__MACOSX`."""
    return part.startswith((".", "__"))


def listed(folder: Path) -> list[Item]:
    """Everything below a folder by name, folders before what is in them; hidden names and links out are not entered.

    Raises SubmissionError when the folder cannot be listed, or holds more than MAX_LISTED files.
    """
    found: list[Item] = []
    for item in _below(folder, folder, ""):
        found.append(item)
        if len(found) > MAX_LISTED:
            said = f"holds more than {MAX_LISTED:,} files: is it the folder of the submissions?"
            raise SubmissionError(f"{printable(folder)} {said}")
    return found


def _below(root: Path, folder: Path, prefix: str) -> Iterator[Item]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as problem:
        said = f"{printable(prefix or root)} cannot be listed: {problem.strerror}. May you read it?"
        if not prefix:
            raise SubmissionError(said) from None
        yield Item(prefix, folder, said)
        return
    if prefix:
        yield Item(prefix, folder)
    for entry in entries:
        name, path = f"{prefix}{entry.name}", Path(entry.path)
        if is_hidden(entry.name):
            continue
        out = entry.is_symlink() and leads_out(path, root)
        if out or (entry.is_symlink() and path.is_dir()):
            where = f"out of {printable(root)}" if out else "to a folder"
            said = f"{printable(name)} is a link {where} and was not followed: copy what it points to."
            yield Item(name, path, said)
        elif entry.is_dir(follow_symlinks=False) and not name.endswith(
            CODE
        ):  # one called like a file is told when it is to be read
            yield from _below(root, path, f"{name}/")
        else:
            yield Item(name, path)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a path is, by way of links, outside `folder`."""
    # realpath and not resolve, which raises for links that go round in a circle
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def going_along(items: Sequence[Item], notes: list[str]) -> list[Item]:
    """The files that can be taken, code before data; `notes` says what stays behind, and why."""
    total = 0
    taken: list[Item] = []
    left: list[str] = []
    for item in sorted(items, key=lambda item: (item.name.count("/"), not item.name.endswith(CODE), item.name)):
        if item.problem:
            notes.append(item.problem)
        elif not item.name.endswith("/"):
            size = 0 if item.name.endswith(CODE) else size_of(item.source)  # code has its own limit
            if len(taken) == MAX_FILES or total + size > MAX_DATA_BYTES:
                left.append(item.name)
                continue
            total += size
            taken.append(item)
    if left:
        named = ", ".join(map(printable, left[:3])) + (" …" if len(left) > 3 else "")
        notes.append(f"{named} did not go along: at most {MAX_FILES} files and {MAX_DATA_BYTES >> 20} MB do.")
    return taken


def size_of(source: Path | Packed) -> int:
    """In bytes; 0 for what is no file."""
    if not isinstance(source, Path):
        return source.size
    return source.stat().st_size if source.is_file() else 0


def hash_of(item: Item) -> bytes:
    """A hash of its bytes, or of why they cannot be read; of what is too large to be taken only its size counts."""
    source = item.source
    try:
        size = size_of(source)
        if size > MAX_DATA_BYTES or (isinstance(source, Path) and not source.is_file()):
            return str(size).encode()
        data = source.read_bytes() if isinstance(source, Path) else source.content(MAX_DATA_BYTES)
    except (OSError, SubmissionError) as problem:
        return str(problem).encode()
    return hashlib.sha256(data).digest()


def text_of(file: Path | Item) -> str:
    """The text of a notebook or .py file of bounded size. A folder, a pipe or a device is never opened.

    Raises SubmissionError.
    """
    name, source = printable(file.name), file if isinstance(file, Path) else file.source
    if not name.endswith(CODE):
        raise SubmissionError(
            f"{name} is neither a notebook nor a .py file: expected a name that ends in .ipynb or .py."
        )
    if isinstance(source, Path):
        data = bytes_of(source, name, MAX_BYTES)
    elif source.size > MAX_BYTES:
        raise SubmissionError(_too_large(name, source.size))
    else:
        data = source.content(MAX_BYTES)
    if not data.strip():
        raise SubmissionError(f"{name} is empty: hand it in again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SubmissionError(f"{name} is not UTF-8 text (byte {problem.start}): save it again as UTF-8.") from None


def bytes_of(path: Path, name: str, limit: int) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes. Raises SubmissionError, in which it is called `name`."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
            raise SubmissionError(f"{name} is {kind}: expected a file. Hand in the file itself.")
        if status.st_size > limit:
            raise SubmissionError(_too_large(name, status.st_size))
        return path.read_bytes()
    except OSError as problem:
        raise SubmissionError(f"{name} cannot be read: {problem.strerror}. May you read it?") from None


def _too_large(name: str, size: int) -> str:
    said = f"{name} is {size / 1e6:.0f} MB; at most {MAX_BYTES >> 20} MB are read"
    return f"{said}: clear its outputs (Kernel → Restart & Clear Outputs) and save it."
