"""How far a right answer may lie from the reference. One table, a reason per row.

The distance is measured against the largest element of the expected output, never against each element:
near zero, two right ways of summing differ by any relative amount you like.
"""

import math
from typing import Any

import numpy as np

# dtype of the answer → share of max|expected| that it may be off
TABLE = {
    # Six orders above the rounding of the longest sums here, four below the smallest effect a lecture shows
    # (a parameter of 4 that moves by 8e-6 in one step of the productivity network).
    "float64": 1e-9,
    # 80 units in the last place: a student may work in PyTorch's default precision.
    "float32": 1e-5,
    "complex128": 1e-9,
    "complex64": 1e-5,
}

# For outputs that are zero everywhere there is no scale; rounding of terms of ordinary size stays below this.
ZERO = 1e-12


def allowed(expected: np.ndarray[Any, Any], dtype: np.dtype[Any], override: float | None = None) -> float:
    """The largest difference that passes, in the units of `expected`.

    dtype: the answer's. override: the exercise's own share, in place of the table's for full precision.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max()) if finite.size else 0.0
    if scale == 0.0:
        return ZERO
    share = TABLE.get(dtype.name, TABLE["float64"])
    if override is not None:
        share = max(override, share if dtype.name in ("float32", "complex64") else 0.0)
    return share * scale


def distance(expected: Any, got: Any, override: float | None = None) -> float | None:
    """The largest difference in units of what is allowed; None unless both are floats, or float64 arrays of one shape.

    None, too, where it is not finite. Only a short cut: what it says, `differs` with the `allowed` would say, at a
    fraction of the time.
    """
    if isinstance(expected, float) and isinstance(got, float):  # NumPy's float64 is one, too
        gap, scale = abs(float(expected) - float(got)), abs(float(expected))
    elif not _is_float64(expected) or not _is_float64(got) or got.shape != expected.shape:
        return None
    elif got.data == expected.data:
        return 0.0  # the most frequent end by far
    else:
        with np.errstate(all="ignore"):  # ∞ − ∞; a warning on stderr is a zero in nbgrader
            gap = float(np.abs(expected - got).max(initial=0.0))
        scale = float(np.abs(expected).max(initial=0.0))
    if not gap < np.inf:  # NaN, too; where the gap is finite, so is all else
        return None
    share = TABLE["float64"] if override is None else override
    limit = share * scale if scale else ZERO
    if gap <= limit:
        return gap / limit if limit else 0.0
    # Just above the limit the quotient rounds to 1; of subnormal numbers the limit itself is 0.
    return max(gap / limit, math.nextafter(1.0, 2.0)) if limit else float("inf")


def _is_float64(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def differs(expected: np.ndarray[Any, Any], got: np.ndarray[Any, Any], limit: float) -> np.ndarray[Any, Any]:
    """Where two arrays of one shape differ by more than `limit`. NaN equals NaN, and ∞ only itself."""
    if expected.dtype.kind in "biu" and got.dtype.kind in "biu":
        return np.asarray(expected != got)
    with np.errstate(all="ignore"):
        far = np.abs(expected - got) > limit
        unlike = (np.isnan(expected) != np.isnan(got)) | (np.isinf(expected) | np.isinf(got)) & (expected != got)
    return np.asarray(far | unlike)
