"""What a submission is, in one number: two that have the same are graded alike."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from autograder.running.files import Item, SubmissionError, hash_of, listed
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
