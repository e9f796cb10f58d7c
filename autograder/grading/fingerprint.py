"""What a submission is, and what its verdict rests on, in a number each: where they are the same, it is the same."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

import autograder
from autograder.gradebook.master import Master, public_pack
from autograder.pack import Pack, write
from autograder.running.files import Item, SubmissionError, hash_of, listed
from autograder.running.questions import Limits, questions
from autograder.running.submission import HandedIn


def fingerprint(handed_in: HandedIn) -> str:
    """A hash of all that grading it could depend on: names, bytes, and what is said of them."""
    digest = hashlib.sha256(f"{handed_in.student}\0{handed_in.problem}\0{handed_in.notes}".encode())
    try:
        items = handed_in.files if handed_in.files is not None else _items(handed_in.path)
    except SubmissionError as problem:
        items, digest = (), hashlib.sha256(str(problem).encode())
    for item in (*items, *handed_in.given):
        digest.update(f"\0{item.name}\0{item.problem}\0".encode("utf-8", "replace") + hash_of(item))
    return digest.hexdigest()


def _items(path: Path) -> Sequence[Item]:
    return listed(path) if path.is_dir() else [Item(path.name, path)]


class Key(NamedTuple):
    """What rests on what, besides the submission.

    verdict: pack, limits, the gradebook's cells, the grader. answers: the same, but of the pack the calls only.
    """

    verdict: str
    answers: str


def keys(packs: Sequence[Pack], limits: Limits, master: Master | None) -> dict[str, Key]:
    """By the names of the exercises."""
    beside: dict[str, bytes] = {}
    common = hashlib.sha256(grader_digest() + msgspec.msgpack.encode(limits))
    if master:
        # By name and content only: where the course's folder lies makes no difference.
        common.update(msgspec.msgpack.encode([(cell.name, cell.source, cell.points) for cell in master.cells]))
        beside = {name: f"\0{name}\0".encode() + hash_of(Item(name, path)) for name, path in sorted(master.files)}
    # An exercise's public pack lies there, too, and concerns no other one.
    own = [beside.pop(public_pack(pack.name), b"") for pack in packs]
    common.update(b"".join(beside.values()))
    found = {}
    for pack, public in zip(packs, own, strict=True):
        verdict, answers = common.copy(), common.copy()
        verdict.update(write(pack) + public)
        answers.update(msgspec.msgpack.encode((pack.name, pack.stub, pack.seconds, questions(0, pack, {}))))
        found[pack.name] = Key(verdict.hexdigest(), answers.hexdigest())
    return found


def grader_digest() -> bytes:
    """This package's own text: another version may judge otherwise."""
    package = Path(autograder.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
