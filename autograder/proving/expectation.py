"""Does the reference agree with an answer that was written independently of it?"""

from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from autograder.judge import tolerance, wording


def disagreement(expect: Any, value: Any, place: str = "") -> str:
    """What differs, as a sentence; '' when they agree.

    expect: text such as "4.350" is compared to its number of places, a number to the table's tolerance.
    A dict may name some of the outputs only.
    """
    at = f" at {place}" if place else ""
    if isinstance(expect, str) and isinstance(value, int | float | np.generic):
        return _rounded(expect, float(value), at)
    if isinstance(expect, dict):
        if not isinstance(value, dict) or not set(expect) <= set(value):
            return f"expect names {', '.join(map(str, expect))}{at}; the reference gives {wording.kind(value)}"
        found = (disagreement(expect[key], value[key], f"{place}[{key!r}]") for key in expect)
        return next(filter(None, found), "")
    if isinstance(expect, tuple | list) and not isinstance(value, str):
        if not isinstance(value, tuple | list | np.ndarray) or len(value) != len(expect):
            return f"expect has {len(expect)} parts{at}; the reference gives {wording.kind(value)}"
        pairs = enumerate(zip(expect, value, strict=True))
        return next(filter(None, (disagreement(a, b, f"{place}[{i}]") for i, (a, b) in pairs)), "")
    if isinstance(expect, bool | str | None) or isinstance(value, bool | str | None):
        return "" if type(expect) is type(value) and expect == value else _differ(expect, value, at)
    wanted, got = np.asarray(expect, dtype=float), np.asarray(value, dtype=float)
    if wanted.shape != got.shape:
        return f"expect has shape {wanted.shape}{at}; the reference gives {got.shape}"
    if tolerance.differs(wanted, got, tolerance.allowed(wanted, got.dtype)).any():
        return _differ(expect, value, at)
    return ""


def _rounded(expect: str, value: float, at: str) -> str:
    try:
        wanted = Decimal(expect)
    except InvalidOperation:
        return f"expect {expect!r}{at} is not a number"
    exponent = wanted.as_tuple().exponent
    assert isinstance(exponent, int)  # NaN and infinity are no rounded numbers
    half = Decimal(5).scaleb(exponent - 1)
    # Half a unit of the last place, and the rounding of the float itself.
    close = abs(Decimal(value) - wanted) <= half + abs(wanted) * Decimal("1e-15")
    return "" if close else f"expect {expect}{at}; the reference gives {value:.10g}"


def _differ(expect: Any, value: Any, at: str) -> str:
    return f"expect {wording.show(expect)}{at}; the reference gives {wording.show(value)}"
