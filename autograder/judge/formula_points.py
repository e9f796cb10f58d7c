"""Where formulas are compared: symbols with their domains, and the points drawn from these."""

import functools
import hashlib
import keyword
import math
import random
import re
from fractions import Fraction
from typing import NamedTuple

from autograder.judge.formula_text import CONSTANTS, FUNCTIONS, OTHER_NAMES, Node, parse

# A few points with three decimals, so that a sentence can name one; then many with all of a float's.
SHORT, DRAWN = 8, 144
DOMAINS = "real positive negative natural".split()
Point = dict[str, Fraction]
_NUMBER = r"-?\d+(?:\.\d+|/\d+)?"


class Domain(NamedTuple):
    """Where a symbol is probed: a kind of `DOMAINS` or 'between' two ends; and single points, such as a kink."""

    kind: str
    ends: tuple[Fraction, Fraction]
    at: tuple[Fraction, ...]


class Symbols(NamedTuple):
    """free: the symbols with their domains. defined: those that stand for a formula of the others."""

    free: dict[str, Domain]
    defined: dict[str, Node]

    @property
    def names(self) -> frozenset[str]:
        return frozenset([*self.free, *self.defined])


@functools.cache
def symbols(declared: str) -> Symbols:
    """`"z t: real at 0, p: 0..1, a = sigmoid(z)"`. Raises ValueError with what was expected."""
    free: dict[str, Domain] = {}
    defined: dict[str, Node] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r",\s*(?=[A-Za-z][\w ]*(?::|=(?!=)))", declared))):
        names, sign, meaning = (word.strip() for word in [*re.split(r"([:=])", part, maxsplit=1), "", ""][:3])
        if sign == "=":
            defined[names] = parse(meaning, frozenset([*free, *defined]))
        else:
            free.update(dict.fromkeys(names.split(), _domain(part, meaning)))
    if not free or not all(map(_is_name, [*free, *defined])):
        raise ValueError(f"the symbols {declared!r} cannot be read: write them as 'x y: real at 0, a = sigmoid(x)'")
    return Symbols(free, defined)


def _is_name(name: str) -> bool:
    taken = keyword.iskeyword(name) or name in FUNCTIONS or name in OTHER_NAMES or name in CONSTANTS
    return re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) is not None and not taken


def _domain(part: str, meaning: str) -> Domain:
    found = re.fullmatch(rf"(?:(\w+)|({_NUMBER})\.\.({_NUMBER}))(?:\s+at((?:\s+{_NUMBER})+))?", meaning)
    if not found or (found[1] and found[1] not in DOMAINS):
        raise ValueError(
            f"the domain in {part!r} cannot be read: write {', '.join(DOMAINS)} or 0..1, and 'at 0' for a kink"
        )
    ends = (Fraction(found[2] or 0), Fraction(found[3] or 1))
    return Domain(found[1] or "between", ends, tuple(map(Fraction, (found[4] or "").split())))


@functools.lru_cache(maxsize=256)
def points(declared: str, seed: str) -> tuple[Point, ...]:
    """The points of a case, always the same: short ones, those declared with `at`, then many more."""
    digest = hashlib.sha256(f"{declared}\n{seed}".encode()).digest()
    rng = random.Random(int.from_bytes(digest[:8], "big"))
    free = symbols(declared).free

    def draw(short: bool) -> Point:
        return {name: _draw(domain, rng, short) for name, domain in free.items()}

    special = [{**draw(True), name: value} for name, domain in free.items() for value in domain.at]
    return (*(draw(True) for _ in range(SHORT)), *special, *(draw(False) for _ in range(DRAWN)))


def _draw(domain: Domain, rng: random.Random, short: bool) -> Fraction:
    low, high = map(float, domain.ends)
    if domain.kind == "natural":
        return Fraction(rng.randint(1, 12))
    if domain.kind == "between":
        value = rng.uniform(low, high)
    elif domain.kind == "real":
        size = 3.0 if short else rng.choice((0.5, 3.0, 8.0))
        value = rng.uniform(-size, size)
    else:
        value = math.exp(rng.uniform(-2.0, 2.0)) * (1 if domain.kind == "positive" else -1)
    # The last of the three decimals is odd, and no 5: no kink and no pole lies there by accident.
    rounded = Fraction(math.floor(value * 100) * 10 + rng.choice((1, 3, 7, 9)), 1000)
    inside = domain.kind != "between" or domain.ends[0] < rounded < domain.ends[1]
    return rounded if short and inside else Fraction(value)
