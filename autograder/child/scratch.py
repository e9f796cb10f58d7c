"""The folder that a student's process works in: made for it, filled for it, and emptied after it."""

import os
import shutil
import stat
import uuid
from collections.abc import Mapping

NAME = "work"


def make(place: str, user: int | None) -> str:
    """A fresh folder in `place`, for its owner alone. Raises OSError."""
    folder = f"{place}/{NAME}"
    os.mkdir(folder, 0o700)
    if user is not None:
        os.chown(folder, user, user)
    return folder


def fill(folder: str, files: Mapping[str, int]) -> None:
    """Writes copies of open files. files: relative name → descriptor, which is closed. Raises OSError."""
    for name, descriptor in files.items():
        path = os.path.normpath(f"{folder}/{name}")
        if not path.startswith(f"{folder}/"):
            raise OSError(f"the file name {name!r} leads out of the working folder")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(descriptor, "rb") as source, open(path, "wb") as copy:
            shutil.copyfileobj(source, copy)


def wipe(place: str) -> None:
    """Empties a folder whose content was a stranger's: however deep, however locked; follows no link.

    What is in a folder is moved up before the folder goes, so that nothing here recurses. Nobody else may be
    changing it any more. Raises OSError.
    """
    top = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while names := os.listdir(top):
            for name in names:
                if _is_folder(name, top):
                    _move_up(name, top)
                else:
                    os.unlink(name, dir_fd=top)
    finally:
        os.close(top)


def _is_folder(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode)


def _move_up(name: str, top: int) -> None:
    """Moves what is in a folder to the top, and removes it."""
    os.chmod(name, 0o700, dir_fd=top)
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for each in os.listdir(folder):
            if _is_folder(each, folder):
                os.chmod(each, 0o700, dir_fd=folder)  # moving a folder writes into it
            os.rename(each, uuid.uuid4().hex, src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)
