"""A case of a training exercise: what trained parameters are worth on rows that training does not see."""

from typing import Any

import msgspec
import numpy as np

from autograder.authoring import AuthorError, Exercise
from autograder.judge import training
from autograder.outcome import Answer, HeldOut
from autograder.pack import Case
from autograder.running import inprocess


def trained(exercise: Exercise, case: Case, x: Any, y: Any) -> Case:
    """The case with the rows (x, y), the reference's error on them, and what each mistake's parameters say of them.

    The parameters themselves are not kept: on another machine a thousand steps carry the last bits far.
    """
    answer = inprocess.answer(exercise.function, case)
    held = HeldOut(x=np.asarray(x), y=np.asarray(y, dtype=float), like=_zeros(answer.value), error=0.0)
    _, error = _tried(exercise, case, answer, held)
    # Rounded, since adding in another order trains to another last digit.
    held = msgspec.structs.replace(held, error=float(f"{error:.2g}"))
    mistakes = {}
    for mistake in exercise.mistakes:
        answer = inprocess.answer(mistake.function, case)
        if answer.returned:
            predicted, _ = _tried(exercise, case, answer, held)
            answer = msgspec.structs.replace(answer, value=predicted.astype(np.float32))
        mistakes[mistake.told.name] = answer
    return msgspec.structs.replace(case, expected=held, mistakes=mistakes)


def parameters(exercise: Exercise, value: Any) -> dict[str, Any]:
    """What a training function returned, by name. Raises ValueError when it has another form."""
    names = [output.name for output in exercise.outputs]
    if isinstance(value, dict) and set(value) == set(names):
        return value
    if exercise.single_output:
        return {names[0]: value}
    if isinstance(value, tuple | list) and len(value) == len(names):
        return dict(zip(names, value, strict=True))
    raise ValueError(f"it returned {type(value).__name__}, expected {', '.join(names)}")


def _tried(exercise: Exercise, case: Case, answer: Answer, held: HeldOut) -> tuple[np.ndarray[Any, Any], float]:
    """What the parameters say of the rows, and their error."""
    assert exercise.training
    try:
        if not answer.returned:
            raise ValueError(f"{answer.exception or answer.status.value}: {answer.text}")
        predicted = training.predictions(exercise.training, parameters(exercise, answer.value), held)
    except (ValueError, TypeError) as problem:
        raise AuthorError(
            f"{exercise.path}: in case “{case.name}” training gives no parameters that fit the network: {problem}"
        ) from None
    return predicted, training.error(predicted, held)


def _zeros(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _zeros(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return tuple(map(_zeros, value))
    return np.zeros_like(value) if isinstance(value, np.ndarray) else 0.0
