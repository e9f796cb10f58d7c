"""Where an array is wrong: a grid of marks, no larger than a card has room for."""

from typing import Any

import numpy as np

from autograder.judge import tolerance
from autograder.outcome import HeatMap
from autograder.pack import Output

ROWS, COLUMNS = 16, 24
# A few numbers are compared faster by reading them.
FEWEST = 6

Array = np.ndarray[Any, Any]


def wrong(wanted: Any, got: Any, override: float | None) -> Array | None:
    """Where two arrays of numbers and of one shape differ; None for whatever else they are."""
    if not isinstance(wanted, np.ndarray) or not isinstance(got, np.ndarray) or wanted.shape != got.shape:
        return None
    if wanted.dtype.kind not in "biufc" or got.dtype.kind not in "biufc" or "b" in {wanted.dtype.kind, got.dtype.kind}:
        return np.asarray(wanted != got) if wanted.dtype == got.dtype == bool else None
    return tolerance.differs(wanted, got, tolerance.allowed(wanted, got.dtype, override))


def of(output: Output, wanted: Any, got: Any, override: float | None) -> HeatMap | None:
    """The map of an output; None where it has no elements to compare, or only a few."""
    differ = wrong(wanted, got, override)
    if differ is None or not differ.any() or differ.size < FEWEST:
        return None
    gap = _gaps(wanted, got, differ)
    finite = gap[np.isfinite(gap)]
    # Where nothing but what is no number differs, there is no largest difference.
    largest = float(finite.max()) or None if finite.size else None
    marks = _marks(wanted, got, differ)
    width = wanted.shape[-1]
    flat = [array.reshape(-1, width) for array in (gap, marks, differ)]
    covers = (-(-flat[0].shape[0] // ROWS), -(-width // COLUMNS))
    rows, columns = (-(-length // cover) for length, cover in zip(flat[0].shape, covers, strict=True))
    gaps, letters = (_cells(array, covers, fill) for array, fill in zip(flat[:2], (-1.0, "="), strict=True))
    worst = gaps.argmax(axis=1)
    each = np.arange(len(worst))
    kept, letters = gaps[each, worst].reshape(rows, columns), letters[each, worst].reshape(rows, columns)
    first = np.argwhere(flat[2])[0]
    return HeatMap(
        output=output.name,
        letters=output.shape or "",
        lengths=wanted.shape,
        covers=covers,
        marks=tuple("".join(row) for row in letters),
        sizes=tuple("".join(map(str, row)) for row in _sizes(kept, largest)),
        first=(int(first[0]) // covers[0], int(first[1]) // covers[1]),
        largest=largest if wanted.dtype != bool else None,
        truth=wanted.dtype == bool,
    )


def _gaps(wanted: Array, got: Array, differ: Array) -> Array:
    """How far off each element is: 0 where it is right, infinite where one of the two is no finite number."""
    if wanted.dtype == bool:
        return differ.astype(float)
    wide = complex if "c" in {wanted.dtype.kind, got.dtype.kind} else float
    with np.errstate(all="ignore"):
        gap = np.abs(got.astype(wide) - wanted.astype(wide))
    return np.where(differ, np.where(np.isfinite(gap), gap, np.inf), 0.0)


def _marks(wanted: Array, got: Array, differ: Array) -> Array:
    """A letter for each element, of those that `HeatMap` has; the first that holds."""
    if "c" in {wanted.dtype.kind, got.dtype.kind}:
        return np.select([~differ, ~np.isfinite(got)], ["=", "?"], "~")
    holds = [~differ, ~np.isfinite(got), wanted == 0, got == 0, got > wanted, got < wanted]
    return np.select(holds, ["=", "?", "0", "x", "+", "-"], "~")


def _sizes(gaps: Array, largest: float | None) -> Array:
    """A digit for each gap, so that the area of a square of that side is the gap: from 1, where it is not 0."""
    with np.errstate(all="ignore"):
        share = np.minimum(gaps / (largest or 1.0), 1.0)
    return np.asarray(np.ceil(9 * np.sqrt(share)).astype(int))


def _cells(array: Array, covers: tuple[int, int], fill: Any) -> Array:
    """The elements that each cell stands for, a row for each cell; `fill` where the last ones reach over the edge."""
    over = [(0, -length % cover) for length, cover in zip(array.shape, covers, strict=True)]
    padded = np.pad(array, over, constant_values=fill)
    rows, columns = (length // cover for length, cover in zip(padded.shape, covers, strict=True))
    grid = padded.reshape(rows, covers[0], columns, covers[1]).swapaxes(1, 2)
    return grid.reshape(rows * columns, covers[0] * covers[1])
