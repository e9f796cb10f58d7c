"""Examples: how they are drawn, split, ordered by length, and hashed; the same on every machine."""

import hashlib
import random
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

Item = TypeVar("Item")
Group = tuple[np.ndarray, np.ndarray]  # x: (N, …), y: (N, …)
Groups = list[Group]  # of one shape each: sentences of one length stand together, so that none needs padding
Data = dict[str, Groups]  # "train" and "held_out", which is empty where every example is needed


class Draw:
    """Random choices from a seed that stay the same: of Python's generator, random() alone is promised to."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)

    def one(self, choices: Sequence[Item]) -> Item:
        return choices[int(self.source.random() * len(choices))]

    def order(self, count: int) -> list[int]:
        keys = [self.source.random() for _ in range(count)]
        return sorted(range(count), key=keys.__getitem__)


def share(text: str, parts: int) -> int:
    """Which of `parts` equal shares a text belongs to: what is held out does not depend on what else there is."""
    return zlib.crc32(text.encode()) % parts


def grouped(examples: Iterable[tuple[Sequence[int], Any]]) -> Groups:
    """Examples by the length of x, then of y."""
    by_length = defaultdict[Any, list[Any]](list)
    for x, y in examples:
        by_length[len(x), np.shape(y)].append((x, y))
    return [tuple(np.array(column) for column in zip(*by_length[length], strict=True)) for length in sorted(by_length)]


def count(groups: Groups) -> int:
    return sum(len(x) for x, _ in groups)


def judged(data: Data) -> Groups:
    """What a model is measured on: what is held out, or everything where nothing is."""
    return data["held_out"] or data["train"]


def fingerprint(data: Data) -> str:
    """SHA-256 of every example, with its shape: other data give another one."""
    digest = hashlib.sha256()
    for name in sorted(data):
        for array in (array for group in data[name] for array in group):
            kind = "<f8" if array.dtype.kind == "f" else "<i8"
            digest.update(f"{name} {kind} {array.shape}\n".encode() + np.ascontiguousarray(array, kind).tobytes())
    return digest.hexdigest()


class Vocabulary:
    """Words and their ids, in the order given. Raises KeyError for a word that is none of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(dict.fromkeys(words))
        self.ids = {word: position for position, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, sentence: str) -> list[int]:
        return [self.ids[word] for word in sentence.split()]

    def decode(self, ids: Iterable[int]) -> str:
        return " ".join(self.words[position] for position in ids)
