"""Zip archives, read in memory with every byte counted; nothing is ever unpacked onto the disk.

Whose archive it is decides how far the damage goes: a file in it that cannot be taken costs that file, an archive
that is no archive, or was built to mislead, is refused as a whole.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from autograder.running.files import Item, SubmissionError, is_hidden, printable

MAX_ENTRIES = 20_000
MAX_DIRECTORY = 8 * 1024 * 1024  # bytes of an archive's table of contents, which is held in memory
MAX_NAME = 255  # bytes of a part of a name, as most file systems have it
HEADER = 30  # bytes before an entry's name, at the least
AGAIN = "Download or make it again."

# What zipfile raises for archives that are damaged, or that somebody worked on.
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    OSError,
    struct.error,
    zlib.error,
)
# Letters that turn the direction of writing, so that a name reads as another one.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Entry(NamedTuple):
    """A file in a zip archive. size: in bytes, unpacked, as the archive says; reading counts for itself."""

    archive: Path
    name: str
    size: int

    def content(self, limit: int) -> bytes:
        """All its bytes. Raises SubmissionError when they are more than `limit`, or not what the archive says."""
        shown = printable(self.name)
        try:
            opened = _opened(self.archive)
            info = opened.getinfo(self.name)
            with opened.open(info) as stream:
                data = stream.read(limit + 1)
        except KeyError:
            raise SubmissionError(f"{shown} is no longer in {printable(self.archive.name)}: grade again.") from None
        except _DAMAGED as problem:
            raise SubmissionError(f"{shown} is damaged in its archive ({printable(str(problem))}). {AGAIN}") from None
        if len(data) > limit:
            raise SubmissionError(
                f"{shown} is larger than {limit >> 20} MB unpacked and was not read: make it smaller."
            )
        if len(data) != info.file_size:
            said = f"is damaged: {len(data):,} bytes long, and {info.file_size:,} by its archive's table of contents"
            raise SubmissionError(f"{shown} {said}. {AGAIN}")
        return data


def listed(archive: Path) -> list[Item]:
    """The files and folders in a zip archive, by name. Raises SubmissionError when it cannot be trusted as a whole.

    A name that leads out of the archive is given without what leads there, and comes with a problem.
    """
    shown = printable(archive.name)
    try:
        opened = _opened(archive)
    except _DAMAGED as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SubmissionError(f"{shown} is no zip archive, or a damaged one ({printable(reason)}). {AGAIN}") from None
    infos = opened.infolist()
    if len(infos) > MAX_ENTRIES:
        raise SubmissionError(f"{shown} holds {len(infos):,} files; at most {MAX_ENTRIES:,} are taken. {AGAIN}")
    _refuse_overlaps(shown, infos, opened.start_dir)
    known = _by_appearance(infos)
    found = []
    for info in infos:
        name = _safe(info.filename)
        if not name or any(map(is_hidden, name.split("/"))):
            continue
        refused = "" if _is_folder(info) else _problem(info) or _twice(info, known)
        said = f"{printable(info.orig_filename)} {refused}" if refused else ""
        entry = Entry(archive, info.filename, info.file_size)
        found.append(Item(f"{name}/" if _is_folder(info) else name, entry, said))
    return sorted(found, key=lambda item: item.name)


def _opened(archive: Path) -> zipfile.ZipFile:
    """The archive, kept open: a class's table of contents is not read again for each student."""
    status = archive.stat()
    if not stat.S_ISREG(status.st_mode):
        raise zipfile.BadZipFile("not an ordinary file")
    return _open(archive, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _open(archive: Path, changed: int, size: int) -> zipfile.ZipFile:
    file = _Bounded(archive)
    try:
        # By the standard names without a mark are in code page 437. Those of many programs are in UTF-8 all the same.
        return zipfile.ZipFile(file, metadata_encoding="utf-8")
    except UnicodeDecodeError:
        return zipfile.ZipFile(file)


class _Bounded(io.FileIO):
    """A file of which nobody reads more at once than a table of contents may be long."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = MAX_DIRECTORY + 1 if size is None or size < 0 else min(size, MAX_DIRECTORY + 1)
        data = super().read(wanted) or b""
        if len(data) > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"its table of contents is longer than {MAX_DIRECTORY >> 20} MB")
        return data


def _refuse_overlaps(shown: str, infos: list[zipfile.ZipInfo], end: int) -> None:
    """Entries that share their bytes are how a small archive becomes petabytes."""
    places = sorted((info.header_offset, info.header_offset + HEADER + info.compress_size) for info in infos)
    if any(first[1] > second[0] for first, second in pairwise([*places, (end, end)])):
        raise SubmissionError(f"{shown} is not opened: files in it overlap, as in a zip bomb. Ask whose it is.")


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/")  # its own is_dir raises for a name of no letters


def _safe(name: str) -> str:
    """A name without what leads out of the archive."""
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..") and not re.fullmatch("[A-Za-z]:", part))


def _problem(info: zipfile.ZipInfo) -> str:
    """Why an entry is not taken, as the rest of a sentence that starts with its name; '' when it is."""
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name) or _TURNING.search(name):
        return "has control characters in its name and was not read: rename it."
    if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name):
        return "is an absolute path and was not read: pack the folder itself."
    if "\\" in name:
        return "has a backslash in its name and was not read: pack it with another program."
    if ".." in name.split("/"):
        return "leads out of the archive and was not read: pack the folder itself."
    if any(len(part.encode("utf-8", "replace")) > MAX_NAME for part in name.split("/")):
        return f"has a name of more than {MAX_NAME} bytes and was not read: rename it."
    if kind == stat.S_IFLNK:
        return "is a link and was not followed: pack what it points to."
    if kind not in (0, stat.S_IFREG):
        return "is not an ordinary file and was not read."
    if info.flag_bits & 0x1:
        return "is encrypted and was not read: pack it without a password."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # The others unpack a block at once, however large it becomes.
        return "is compressed in an unusual way and was not read: pack it as an ordinary zip."
    return ""


def _by_appearance(infos: list[zipfile.ZipInfo]) -> dict[str, list[str]]:
    """The names of the files that look alike; a folder that is implied by a file in it counts as one."""
    known: defaultdict[str, list[str]] = defaultdict(list)
    folders = {}
    for info in infos:
        name = _safe(info.filename)
        if not _is_folder(info):
            known[_appearance(name)].append(info.filename)
        parts = name.split("/")
        for depth in range(1, len(parts) + _is_folder(info)):
            folders["/".join(parts[:depth])] = True
    for folder in folders:
        if _appearance(folder) in known:
            known[_appearance(folder)].append(f"{folder}/")
    return known


def _appearance(name: str) -> str:
    """What a name is on file systems that take no notice of case or of how letters are composed, and to the eye."""
    visible = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", visible).casefold()


def _twice(info: zipfile.ZipInfo, known: dict[str, list[str]]) -> str:
    same = known[_appearance(_safe(info.filename))]
    if len(same) == 1:
        return ""
    others = [name for name in same if name != info.filename]
    if not others:
        return f"is in the archive {len(same)} times and was not read: keep the one that counts."
    if others[0].endswith("/"):
        return "is a file and a folder at once and was not read: rename one of them."
    return f"looks like {printable(others[0])} and was not read: keep the one that counts, or rename one."
