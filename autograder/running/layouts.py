"""Names of files → whose they are. Works on names alone: a folder and an archive are read by the same rules.

Canvas's `submissions.zip` (as its `lib/content_zipper.rb` writes it) is flat:
    leeann_12345_67890_activations.ipynb           name, user id, attachment id, the name it was handed in under
    leeann_LATE_12345_67890_activations-2.ipynb    late; Canvas adds -1, -2 … to a name that is handed in again
    anon_a1B2c_67890_activations.ipynb             when the assignment is anonymous
    leeann_12345_text.html, …_link.html            a text or a link in place of a file
Moodle's download (`mod/assign/classes/downloader.php`), in folders or flat; the number is the participant's:
    Ann Lee_12345_assignsubmission_file/activations.ipynb    or _file_/
    Ann Lee_12345_assignsubmission_file_activations.ipynb
    Ann Lee_12345_assignsubmission_onlinetext/onlinetext.html
Plain layouts, in this order of preference:
    <student>/<unit>/…              as nbgrader has it
    <student>/…                     a folder that holds a notebook or .py files
    <student>.ipynb, <student>.py, <student>.zip, <student>_<unit>.ipynb
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from autograder.running.files import CODE, Item

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz")
_WHAT = r"_(?:(?P<file>\d+)_(?P<original>[^/]+)|(?P<typed>text|link)\.html)"
CANVAS = re.compile(rf"(?P<name>[^/]*?)_(?P<late>LATE_)?(?P<user>\d+){_WHAT}")
CANVAS_ANONYMOUS = re.compile(rf"(?P<late>LATE_)?(?P<name>anon)_(?P<user>[A-Za-z0-9]+){_WHAT}")
MOODLE = re.compile(r"(?P<name>[^/]+)_(?P<user>\d+)_assignsubmission_[a-z]+(?:_?/(?P<inside>.*)|_(?P<flat>[^/]+))")


class Owned(NamedTuple):
    """A file of a known student, under the name that they handed it in with.

    attempt: where the system numbers what is handed in, its number: the larger the later. late: as it says.
    """

    student: str
    item: Item
    attempt: int = 0
    late: bool = False


def slug(name: str) -> str:
    """A person's name as a part of a student id: letters, digits and _ . @ - only."""
    return re.sub(r"[^\w.@-]+", "-", unicodedata.normalize("NFC", name)).strip("-")


def canvas_name(sortable: str) -> str:
    """A name ("Lee, Ann") as it stands in the names of Canvas's files: `leeann`."""
    joined = re.sub(r"_(\d+)_", r"\1", sortable).lower()
    return slug("".join(letter for letter in joined if letter == "_" or unicodedata.category(letter)[0] in "LMN"))


def owned(items: Sequence[Item]) -> tuple[list[Owned], list[Item]]:
    """The files that Canvas or Moodle named, and all others."""
    found = [_canvas(item) or _moodle(item) for item in items]
    # Canvas numbers every file that is handed in; where a number comes twice, these are other names.
    numbers = Counter(each.attempt for each in found if each and each.attempt)
    known = [each if each and numbers[each.attempt] <= 1 else None for each in found]
    pairs = list(zip(items, known, strict=True))
    return [each for _, each in pairs if each], [item for item, each in pairs if each is None]


def _canvas(item: Item) -> Owned | None:
    parts = CANVAS_ANONYMOUS.fullmatch(item.name) or CANVAS.fullmatch(item.name)
    if parts is None:
        return None
    original = parts["original"] or f"{parts['typed']}.html"
    student = f"{slug(parts['name'])}_{parts['user']}"
    return Owned(student, item._replace(name=original), int(parts["file"] or 0), bool(parts["late"]))


def _moodle(item: Item) -> Owned | None:
    parts = MOODLE.fullmatch(item.name)
    if parts is None:
        return None
    original = parts["inside"] or parts["flat"] or "/"  # the folder itself
    return Owned(f"{slug(parts['name'])}_{parts['user']}", item._replace(name=original))


def plain(items: Iterable[Item], unit: str) -> Iterator[tuple[str, str, list[Item]]]:
    """For everybody who handed in `unit`: the student, the name of their file or folder, and what is in it."""
    by_top: dict[str, list[Item]] = {}
    for item in items:
        by_top.setdefault(item.name.partition("/")[0], []).append(item)
    for top, inside in by_top.items():
        student, of_unit = student_of(top, unit), [_under(f"{top}/{unit}", item) for item in inside]
        if all("/" not in item.name for item in inside):
            if top.endswith((*CODE, *ARCHIVES)) or any(item.problem for item in inside):
                yield student, top, inside
        elif theirs := [item for item in of_unit if item]:
            yield student, f"{top}/{unit}", theirs
        else:
            rest = [found for item in inside if (found := _under(top, item))]
            folders = any("/" in item.name for item in rest if item.name != "/")
            code = any(item.name.endswith((*CODE, ".zip")) and "/" not in item.name for item in rest)
            # Folders and no code: of a student who handed in other units.
            if code or not folders or all(item.problem for item in rest):
                yield student, top, rest


def _under(folder: str, item: Item) -> Item | None:
    """An item under its name in `folder`, `/` for the folder itself; None when it lies elsewhere."""
    if item.name.rstrip("/") == folder:
        return item._replace(name="/")
    return item._replace(name=item.name.removeprefix(f"{folder}/")) if item.name.startswith(f"{folder}/") else None


def student_of(name: str, unit: str) -> str:
    """The student whose file or folder is called `name`."""
    stem, dot, suffix = name.rpartition(".")
    stem = stem if f".{suffix}" in (*CODE, *ARCHIVES) and dot and stem else name
    return unicodedata.normalize("NFC", stem.removesuffix(f"_{unit}") or stem)
