"""What a new exercise still lacks: the places where its author's file, or its unit in course.yml, says TODO."""

import re
from collections.abc import Iterator

from autograder.authoring import AuthorError
from autograder.course import FILE, Course

MARK = re.compile(r"\bTODO\b:? *(.*)")


def to_do(course: Course, identity: str) -> list[str]:
    """`where: what to write` for each place, in the order of the file; [] when none is left."""
    return list(_places(course, identity))


def _places(course: Course, identity: str) -> Iterator[str]:
    path = course.author_file(identity)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if found := MARK.search(line):
            yield f"{path.relative_to(course.root)}:{number}: {found[1]}"
    name = identity.partition("/")[0]
    for key in ("title", "about"):
        if found := MARK.search(getattr(course.units[name], key)):
            yield f"{FILE}: units.{name}.{key}: {found[1]}"


def refuse_unfinished(course: Course, identity: str) -> None:
    """Raises AuthorError when an exercise that is to be published says TODO somewhere."""
    if left := to_do(course, identity):
        more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
        raise AuthorError(
            f"{identity} still says TODO, {left[0]}{more}. Write what is missing, "
            f"or put `draft` in place of its points in {FILE}"
        )
