"""Random inputs: every dimension distinct, never square, never all ones.

Square matrices hide a forgotten transpose, equal dimensions hide a wrong axis, ones hide a missing factor.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Sampler = str | Callable[[np.random.Generator, tuple[int, ...]], Any]

LAWS: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Any]] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "wide": lambda rng, shape: rng.normal(scale=30.0, size=shape),
    "unit": lambda rng, shape: rng.uniform(size=shape),
    "positive": lambda rng, shape: rng.uniform(0.5, 3.0, size=shape),
}


def parse(shapes: str) -> dict[str, str]:
    """`"x: N D, U: D H"` as {"x": "N D", "U": "D H"}. Raises ValueError with what was expected."""
    found = {}
    for part in filter(None, (piece.strip() for piece in shapes.split(","))):
        name, colon, letters = (word.strip() for word in part.partition(":"))
        if not colon or not name.isidentifier() or not all(map(_is_length, letters.split())):
            raise ValueError(
                f"the shape {part!r} cannot be read: write it as 'name: LETTERS', e.g. 'x: N D', "
                "with capital letters or numbers for the lengths"
            )
        found[name] = " ".join(letters.split())
    return found


def _is_length(word: str) -> bool:
    return re.fullmatch(r"[A-Z][A-Za-z0-9]*|[1-9][0-9]*", word) is not None


def letters(shapes: Mapping[str, str]) -> list[str]:
    """The letters of all shapes, in the order they appear."""
    words = [word for shape in shapes.values() for word in shape.split()]
    return list(dict.fromkeys(word for word in words if not word.isdigit()))


def draw_dims(shapes: Mapping[str, str], rng: np.random.Generator, fixed: Mapping[str, int]) -> dict[str, int]:
    """A length for every letter: between 2 and 7 (or as many as are needed), all distinct but `fixed`.

    Lengths that the shapes give as numbers are taken, too.
    """
    names = letters(shapes)
    free = [name for name in names if name not in fixed]
    taken = {*fixed.values(), *(int(word) for shape in shapes.values() for word in shape.split() if word.isdigit())}
    lengths = [n for n in range(2, max(8, 3 + len(names) + len(taken))) if n not in taken]
    chosen = iter(rng.permutation(lengths)[: len(free)])
    return {name: fixed[name] if name in fixed else int(next(chosen)) for name in names}


def lengths(shape: str, dims: Mapping[str, int]) -> tuple[int, ...]:
    """`"N D"` with {"N": 4, "D": 3} as (4, 3)."""
    return tuple(int(word) if word.isdigit() else dims[word] for word in shape.split())


def infer_dims(shapes: Mapping[str, str], inputs: Mapping[str, Any]) -> dict[str, int]:
    """The letters' lengths from given inputs. Raises ValueError when an input contradicts its shape."""
    dims: dict[str, int] = {}
    for name, shape in shapes.items():
        if name not in inputs:
            continue
        actual = np.shape(inputs[name])
        words = shape.split()
        fits = len(actual) == len(words)
        for word, length in zip(words, actual, strict=False):
            fits = fits and (int(word) if word.isdigit() else dims.setdefault(word, length)) == length
        if not fits:
            known = ", ".join(f"{k}={v}" for k, v in dims.items())
            raise ValueError(f"{name} has shape {actual}; expected ({', '.join(words)}) with {known or 'these axes'}")
    return dims


def draw(shape: tuple[int, ...], sampler: Sampler, rng: np.random.Generator) -> Any:
    """One input by a law's name or an author's own function of (rng, shape)."""
    if callable(sampler):
        return sampler(rng, shape)
    if sampler not in LAWS:
        raise ValueError(
            f"no law is called {sampler!r}; there are {', '.join(LAWS)}, or give a function of (rng, shape)"
        )
    return LAWS[sampler](rng, shape)
