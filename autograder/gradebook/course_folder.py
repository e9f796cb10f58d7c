"""The folders of an nbgrader course, where its nbgrader_config.py says they are.

nbgrader takes seconds to import: everything here imports it where it is used.
"""

import contextlib
import fnmatch
import glob
import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.course import CourseError
from autograder.running.files import SubmissionError, as_text, leads_out, listed, printable
from autograder.running.submission import STUDENT, HandedIn

CONFIG = "nbgrader_config.py"
DATABASE = "gradebook.db"
STAMP = "timestamp.txt"
EXCHANGED = (STAMP, "submission_secret.txt")


class GradebookError(CourseError):
    """The gradebook or its course cannot be used; the text is a sentence with a way out."""


def is_nbgrader_course(folder: Path) -> bool:
    """Whether results belong into a gradebook: the folder holds nbgrader's configuration or its database."""
    return (folder / CONFIG).is_file() or (folder / DATABASE).is_file()


class CourseFolder:
    """An nbgrader course: its configuration, and where it keeps what."""

    def __init__(self, root: Path) -> None:
        """Reads the configuration as nbgrader's own commands do. Raises GradebookError when it is not valid."""
        with _without_grammar():
            from nbgrader.apps.baseapp import NbGrader

        self.app = NbGrader()
        self.app.log_level = "ERROR"
        self.app.raise_config_file_errors = True
        whole = str(root.resolve())
        with _in_folder(root):
            try:
                self.app.initialize([], root=whole)
            except (Exception, SystemExit) as problem:
                said = str(problem) or "nbgrader refused it"
                raise GradebookError(f"{root / CONFIG} cannot be used: {said}. Mend it, then grade again.") from None
        self.directories = self.app.coursedir
        self.root = Path(self.directories.root)
        self._beside: dict[str, tuple[tuple[str, Path], ...]] = {}
        self._given: dict[str, str] = {}  # the instructor's files that lie in `autograded/` since this run

    @property
    def database(self) -> str:
        return str(self.directories.db_url)

    def setting(self, section: str, name: str, default: Any) -> Any:
        """A value of the configuration that is not a folder's."""
        section_of = self.app.config.get(section, {})
        return section_of.get(name, default)

    def folder(self, step: str, student: str, unit: str) -> Path:
        """Where a step ('submitted', 'autograded', 'source') keeps a student's unit; `.` is the student of a source."""
        name = getattr(self.directories, f"{step}_directory")
        return Path(os.path.normpath(self.directories.format_path(name, student, unit)))

    def submissions(self, unit: str) -> list[HandedIn]:
        """Everybody who submitted the unit, by student. Excluded are those whom the configuration excludes."""
        step = self.directories.submitted_directory
        pattern = re.compile(self.directories.format_path(step, "(?P<student>.*)", re.escape(unit), escape=True))
        excluded = self.directories.student_id_exclude.split(",")
        found = []
        for place in sorted(glob.glob(self.directories.format_path(step, "*", glob.escape(unit)))):  # noqa: PTH207
            match = pattern.fullmatch(place)
            if match and Path(place).is_dir() and match["student"] not in excluded:
                found.append(self._checked(match["student"], Path(place)))
        return found

    def _checked(self, student: str, path: Path) -> HandedIn:
        if not STUDENT.fullmatch(student) or student in (".", ".."):
            said = "is no student id: expected letters, digits and _ . @ - only. Rename the folder."
            name = as_text(student)
            return HandedIn(name, path, f"{printable(name)!r} {said}")
        if leads_out(path, self.root):
            said = f"is a link out of {printable(self.root)} and was not followed: copy what it points to."
            return HandedIn(student, path, f"{printable(path.name)} {said}")
        return HandedIn(student, path)

    def handed_in_at(self, path: Path) -> datetime | None:
        """When a submission was handed in, in UTC, as its timestamp.txt says; None when it does not say."""
        from nbgrader.utils import parse_utc

        with contextlib.suppress(OSError, UnicodeDecodeError):
            file = path / STAMP
            if stat.S_ISREG(file.lstat().st_mode) and file.stat().st_size < 1000:
                # Whatever a student wrote there: it is a time, or there is none.
                with contextlib.suppress(ValueError, OverflowError, TypeError, AttributeError):
                    found: datetime | None = parse_utc(file.read_text(encoding="utf-8").strip() or None)
                    return found
        return None

    def beside_source(self, unit: str) -> tuple[tuple[str, Path], ...]:
        """The instructor's files beside the notebook, which stand in place of a student's: (relative name, path).

        Listed once: they do not change while a class is graded.
        """
        if unit not in self._beside:
            source = self.folder("source", ".", unit)
            kept = self.setting("Autograde", "exclude_overwriting", {}).get(unit, [])
            self._beside[unit] = tuple(file for file in self._files(source) if file[0] not in kept)
        return self._beside[unit]

    def _files(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """The files in a folder that are no notebooks, but those the configuration ignores."""
        ignored = self.directories.ignore
        with contextlib.suppress(SubmissionError):
            for item in listed(folder):
                parts = item.name.split("/")
                passed = item.name.endswith((".ipynb", "/")) or item.problem
                if not passed and not any(fnmatch.fnmatch(part, each) for part in parts for each in ignored):
                    yield item.name, folder / item.name

    def order(self, unit: str) -> list[str]:
        """The names of the cells in the instructor's notebook, in their order; [] where it is not there."""
        path = self.folder("source", ".", unit) / f"{unit}.ipynb"
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            return [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells]
        except (OSError, ValueError, KeyError):
            return []

    def autograded(self, student: str, unit: str) -> bytes:
        """The notebook in a submission's folder in `autograded/`; b"" where there is none. Raises OSError."""
        path = self.folder("autograded", student, unit) / f"{unit}.ipynb"
        return path.read_bytes() if path.is_file() else b""

    def renew(self, student: str, unit: str, notebook: bytes, names: set[str]) -> None:
        """Replaces that notebook, and the instructor's files with these names; all others stay. Raises OSError."""
        place = self.folder("autograded", student, unit)
        for name, path in self.beside_source(unit):
            if name in names:
                fresh = _fresh(place)
                self._give(name, path, str(fresh), f"{place}/{name}")
                (place / name).parent.mkdir(exist_ok=True, parents=True)
                fresh.replace(place / name)
        if self.autograded(student, unit) != notebook:
            fresh = _fresh(place)
            self._write(fresh, notebook)
            fresh.replace(place / f"{unit}.ipynb")

    def put(self, submission: HandedIn, unit: str, notebook: bytes) -> None:
        """Writes a submission's folder in `autograded/`, whole or not at all. Raises OSError."""
        place = self.folder("autograded", submission.student, unit)
        fresh = _fresh(place)
        try:
            self._fill(fresh, place, submission, unit, notebook)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)  # on a full disk half a folder takes room, too
            raise
        if place.exists():
            shutil.rmtree(place)
        fresh.rename(place)

    def _fill(self, fresh: Path, place: Path, submission: HandedIn, unit: str, notebook: bytes) -> None:
        ours = dict(self.beside_source(unit))
        folders = {str(folder) for name in ours for folder in Path(name).parents}
        fresh.mkdir(parents=True)
        for folder in folders:
            (fresh / folder).mkdir(parents=True, exist_ok=True)
        for name, path in ours.items():
            self._give(name, path, f"{fresh}/{name}", f"{place}/{name}")
        # Notebooks of the assignment that are not ours, graded by nbgrader before.
        others = [(path.name, path) for path in place.glob("*.ipynb") if path.name != f"{unit}.ipynb"]
        for name, path in (*self._files(submission.path), *others):
            # Nothing of a student's stands in the place of an instructor's file or folder.
            if name not in folders and ours.keys().isdisjoint((name, *map(str, Path(name).parents))):
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                self._copy(path, fresh / name)
        self._write(fresh / f"{unit}.ipynb", notebook)
        if self.directories.groupshared:
            for each in (fresh, *fresh.rglob("*/")):
                each.chmod(0o2775)

    def _give(self, name: str, path: Path, target: str, place: str) -> None:
        """Puts an instructor's file at `target`, which will be moved to `place`. Raises OSError.

        Where nobody may write, all submissions have the same file under several names: one is written and not
        thousands, and making a file is what takes a file system long.
        """
        if name in self._given:
            with contextlib.suppress(OSError):  # a file has too many names already, or is gone
                os.link(self._given[name], target)
                return
        if self._copy(path, Path(target)) and not self.directories.groupshared:
            self._given[name] = place

    def _copy(self, path: Path, target: Path) -> bool:
        """Whether there is a file to copy."""
        if there := path.is_file():
            shutil.copyfile(path, target)
            target.chmod(self._mode)
        return there

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        path.chmod(self._mode)

    @property
    def _mode(self) -> int:
        """As nbgrader sets it: nobody writes there, or the group does."""
        return 0o664 if self.directories.groupshared else 0o444


def _fresh(place: Path) -> Path:
    """Where what is to replace a folder, or a part of it, is written first; without what a killed run left there."""
    fresh = place.with_name(f".{place.name}.new")
    if fresh.is_dir():
        shutil.rmtree(fresh)
    fresh.unlink(missing_ok=True)
    return fresh


@contextlib.contextmanager
def _without_grammar() -> Iterator[None]:
    """Half the time of nbgrader's import is a parser that jsonschema makes for a format that no notebook has (IRIs).

    jsonschema goes without where the package for it is not installed: so it is, for that long.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """nbgrader also reads the configuration in the current folder, and its commands are run in the course's."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
