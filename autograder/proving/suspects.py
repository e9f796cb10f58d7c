"""Which mistakes wrong answers could be at all: the judge's comparisons, of all mistakes at one stroke.

Of a thousand mutants hardly any is a known mistake. What is left of thirty mistakes, the judge looks at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from autograder.judge import tolerance
from autograder.judge.ladder import outputs_of
from autograder.outcome import Answer
from autograder.pack import Case, Pack

Array = np.ndarray[Any, Any]
DTYPES = (np.dtype(np.float64), np.dtype(np.int64))


class Suspects:
    """The mistakes of a pack, and of all packs that begin with the same cases."""

    def __init__(self, pack: Pack) -> None:
        self._known = [_known(pack, case) for case in pack.cases]

    def among(self, pack: Pack, answers: Sequence[Answer], wrong: Iterable[str]) -> Pack:
        """The pack with those mistakes only that some wrong output is not clearly unlike.

        wrong: the outputs that are wrong in any case. Of trainings all mistakes are left: they are told by what the
        parameters say of new rows.
        """
        if pack.training:
            return pack
        left = {output: {mistake.name for mistake in pack.mistakes} for output in wrong}
        for known, answer in zip(self._known, answers, strict=False):
            got = outputs_of(pack, answer.value) if answer.returned else None
            for output in filter(left.get, left):
                left[output] -= known[output].unlike(got[output] if got else None)
            if not any(left.values()):
                break
        names = set[str]().union(*left.values())
        return msgspec.structs.replace(pack, mistakes=tuple(each for each in pack.mistakes if each.name in names))


class _Known(NamedTuple):
    """One output in one case, of the mistakes (M of them) whose arrays have one dtype and shape: values (M, …)."""

    names: tuple[str, ...]
    values: Array
    limits: Array

    def unlike(self, value: Any) -> set[str]:
        """Those that `value` clearly is not; none where that is not said so quickly. None: there is no value."""
        if value is None:
            return {*self.names}
        if not isinstance(value, np.ndarray) or value.dtype != self.values.dtype:
            return set()
        if value.shape != self.values.shape[1:]:
            return {*self.names}
        with np.errstate(all="ignore"):
            gaps = np.abs(self.values - value).max(axis=tuple(range(1, self.values.ndim)), initial=0)
        # Comparisons with NaN are false: the judge looks at those, too.
        return {name for name, far in zip(self.names, gaps > self.limits, strict=True) if far}


def _known(pack: Pack, case: Case) -> dict[str, _Known]:
    """Of each output, what the mistakes give."""
    values = {}
    for name, answer in case.mistakes.items():
        if isinstance(answer, Answer) and answer.returned and (found := outputs_of(pack, answer.value)):
            values[name] = found
    return {
        output.name: _stacked({name: each[output.name] for name, each in values.items()}, pack.tolerance)
        for output in pack.outputs
    }


def _stacked(found: Mapping[str, Any], override: float | None) -> _Known:
    plain = {
        name: value
        for name, value in found.items()
        if isinstance(value, np.ndarray) and value.dtype in DTYPES and np.isfinite(value).all()
    }
    forms = Counter((array.dtype, array.shape) for array in plain.values())
    dtype, shape = max(forms, key=lambda each: forms[each], default=(DTYPES[0], (0,)))
    alike = {name: array for name, array in plain.items() if (array.dtype, array.shape) == (dtype, shape)}
    # Twice what is allowed: what is nearer than that is the judge's to look at. Integers are equal or not.
    twice = 2 if dtype.kind == "f" else 0
    limits = [twice * tolerance.allowed(array, dtype, override) for array in alike.values()]
    return _Known(tuple(alike), np.array([*alike.values()], dtype).reshape(len(alike), *shape), np.array(limits))
