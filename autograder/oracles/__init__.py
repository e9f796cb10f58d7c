"""Independent second opinions on a reference, by kind."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograder.authoring import Exercise
from autograder.oracle_kinds import Oracle
from autograder.pack import Case

# How far an oracle may be from the reference, as a share of the output's largest element. Rounding stays below
# 1e-12 in all of them but differences: there it is divided by a step of 1e-5.
AGREEMENT = {
    "PyTorch": 1e-10,
    "SymPy": 1e-10,
    "complex step": 1e-10,
    "trained model": 1e-10,
    "brute force": 1e-10,
    "relation": 1e-10,
    "finite differences": 1e-6,
    "law": 0.0,
}


class Opinion(NamedTuple):
    """What an oracle says of one output beside what the reference gives; NaN where it has no opinion.

    size: of the numbers that went into it, where that is not the largest of them.
    """

    output: str
    reference: Any
    value: Any
    size: float | None = None


def opinions(exercise: Exercise, oracle: Oracle, case: Case) -> Iterator[Opinion]:
    """What the oracle says of a case whose reference returned a value."""
    reference = named(exercise, getattr(case.expected, "value", None))
    if oracle.directions:
        from autograder.oracles.differences import along_directions

        yield from along_directions(oracle, arguments(case), reference)
        return
    for output, value in consult(exercise, oracle, case).items():
        yield Opinion(output, np.asarray(reference[output]), np.asarray(value))


def consult(exercise: Exercise, oracle: Oracle, case: Case) -> dict[str, Any]:
    """The oracle's outputs for a case, by name; NaN where it has no opinion."""
    if exercise.symbolic:
        from autograder.oracles.formulas import consulted

        return consulted(exercise, oracle, case)
    return named(exercise, said(exercise, oracle, case))


def said(exercise: Exercise, oracle: Oracle, case: Case) -> Any:
    """What the oracle's function returns for a case, in NumPy."""
    if oracle.kind == "trained model":
        from autograder.oracles.models import trained

        model = trained(oracle.model, exercise.path)
        return oracle.function(model, *arguments(case).values())
    if oracle.kind == "PyTorch":
        from autograder.oracles.pytorch import answer
    elif oracle.kind == "SymPy":
        from autograder.oracles.symbolic import answer
    elif oracle.kind == "finite differences":
        from autograder.oracles.differences import answer
    elif oracle.kind == "complex step":
        from autograder.oracles.complex_step import answer
    else:
        return oracle.function(*arguments(case).values())
    return answer(oracle, arguments(case))


def arguments(case: Case) -> dict[str, Any]:
    """Fresh copies of a case's inputs, without the generator: an oracle may change its own."""
    return {name: _copy(value) for name, value in case.inputs.items() if name != "rng"}


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def named(exercise: Exercise, value: Any) -> dict[str, Any]:
    """What an oracle returned, by output: a dict of some of them, a tuple of all, or the only one."""
    names = [output.name for output in exercise.outputs]
    if exercise.single_output:
        return value if isinstance(value, dict) and set(value) == set(names) else {names[0]: value}
    if isinstance(value, dict):
        unknown = set(value) - set(names)
        if unknown or not value:
            raise ValueError(
                f"it returned {', '.join(sorted(unknown)) or 'nothing'}; expected some of {', '.join(names)}"
            )
        return value
    if isinstance(value, tuple | list) and len(value) == len(names):
        return dict(zip(names, value, strict=True))
    raise ValueError(f"it returned {type(value).__name__}; expected {', '.join(names)}")


def elementwise(function: Callable[[Any], Any], array: Any) -> Any:
    """A function of one number or expression, applied to each element: `elementwise(sympy.tanh, z)`."""
    return np.vectorize(function, otypes=[object])(array)
