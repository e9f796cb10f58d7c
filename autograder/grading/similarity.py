"""Pairs of submissions that are suspiciously alike: a place to look, and never a finding.

copydetect does the comparing (winnowing, as in MOSS): names, texts and layout count as nothing, a passage that both
have is found wherever it stands. Here is only what is compared, what is subtracted, and what is worth a look.
"""

import ast
import io
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.grading.sources import Work

# The shortest passage, in characters of normalised code (every name and text is one): copydetect's own threshold.
PASSAGE = 25
# What more than so many of a class share is everybody's: a fiftieth of it, within these bounds.
FEW, MANY = 3, 10
# Less is not listed. Chosen on simulated honest classes of 10–60 students (tests/honest_class.py), in units of one to
# four exercises: none of 168 has a pair. With 150 characters one of 84 has, with 100 three.
LEAST, MOST_OF_BOTH = 200, 0.8
MUCH, HALF_OF_ONE = 600, 0.5


class Side(NamedTuple):
    """One of a pair. characters: alike, of normalised code; share: of all that is their own.

    parts: exercise → its text in runs, marked or not, of those that both have written.
    """

    student: str
    characters: int
    share: float
    parts: dict[str, list[tuple[str, bool]]]


class Pair(NamedTuple):
    """Two that are alike. exercises: in which it shows."""

    first: Side
    second: Side
    exercises: list[str]

    @property
    def characters(self) -> int:
        return min(self.first.characters, self.second.characters)

    @property
    def share(self) -> float:
        """Of the own code of the one who has less of it."""
        return max(self.first.share, self.second.share)


def everybodys(students: int) -> int:
    """Passages that more than so many of a class share are subtracted."""
    return max(FEW, min(MANY, students // 50))


def worth_a_look(characters: int, shares: Sequence[float]) -> bool:
    """Whether so many characters, and such shares of both students' own code, are more than chance in a class."""
    most = characters >= LEAST and min(shares) >= MOST_OF_BOTH
    return most or (characters >= MUCH and max(shares) >= HALF_OF_ONE)


def pairs(
    works: Sequence[Work], given: Mapping[str, Sequence[str]], step: Callable[[str], None] = lambda _: None
) -> list[Pair]:
    """The pairs that are worth a look, the most alike first.

    given: exercise → texts that are nobody's own, such as its stub. step: told each exercise as it comes.
    """
    from copydetect import compare_files

    written: dict[str, dict[int, str]] = defaultdict(dict)
    for number, work in enumerate(works):
        for part in work.parts:
            written[part.name][number] = part.text
    own: dict[str, dict[int, Any]] = {}
    shared: Counter[tuple[int, int]] = Counter()
    for name, texts in written.items():
        step(name)
        own[name] = _own_code(texts, given.get(name, ()), everybodys(len(works)))
        having = defaultdict(list)
        for number, fingerprint in own[name].items():
            for passage in fingerprint.hashes:
                having[passage].append(number)
        # Of the half a million pairs of a thousand students few have a rare passage in common.
        shared.update(pair for those in having.values() for pair in itertools.combinations(those, 2))
    found = []
    for (one, other), passages in sorted(shared.items()):
        if passages < LEAST // PASSAGE:
            continue
        both = [name for name in own if one in own[name] and other in own[name]]
        alike = {name: compare_files(own[name][one], own[name][other]) for name in both}
        sides = [_side(works[number], number, own, alike, place) for place, number in enumerate((one, other))]
        characters = min(side.characters for side in sides)
        if worth_a_look(characters, [side.share for side in sides]):
            found.append(Pair(sides[0], sides[1], [name for name in both if alike[name][0]]))
    return sorted(found, key=lambda pair: (-pair.share, -pair.characters, pair.first.student, pair.second.student))


def _own_code(texts: Mapping[int, str], given: Sequence[str], everybodys: int) -> dict[int, Any]:
    """What is left of each student's text of an exercise, as copydetect's fingerprints."""
    from copydetect import CodeFingerprint

    def fingerprint(text: str, subtracted: Any = ()) -> Any:
        return CodeFingerprint("exercise.py", PASSAGE, 1, subtracted, fp=io.StringIO(text))

    known: Counter[int] = Counter()
    for text in texts.values():
        known.update(fingerprint(text).hashes)
    subtracted = {passage for passage, students in known.items() if students > everybodys}
    subtracted.update(*(fingerprint(each).hashes for text in given for each in (text, _bare(text))))
    array = np.array(sorted(subtracted), dtype=np.int64)
    return {number: fingerprint(text, array) for number, text in texts.items()}


def _bare(text: str) -> str:
    """Without docstrings, which a student may delete: what stands before and after is nobody's own then, either."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _side(work: Work, number: int, own: Mapping[str, Any], alike: Mapping[str, Any], place: int) -> Side:
    """One side of a pair. alike: exercise → what copydetect says of both; place: which of the two it is."""
    sizes = {part.name: float(own[part.name][number].token_coverage) for part in work.parts}
    characters = sum(float(shares[place]) * sizes[name] for name, (_, shares, _) in alike.items())
    parts = {part.name: list(_runs(part.text, alike[part.name][2][place])) for part in work.parts if part.name in alike}
    return Side(work.student, round(characters), characters / max(sum(sizes.values()), 1.0), parts)


def _runs(text: str, slices: np.ndarray[Any, Any]) -> Iterator[tuple[str, bool]]:
    """The text in pieces. slices: from where to where it is alike, in order."""
    at = 0
    for begin, end in np.clip(slices, 0, len(text)).T.astype(int):
        start = max(at, begin)
        if alike := text[start:end].rstrip():
            yield text[at:start], False
            yield alike, True
            at = start + len(alike)
    yield text[at:], False
