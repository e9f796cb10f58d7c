"""What the class report needs of an answer and only its grading knows: what it was like, what was written, how long.

Answers are large and a class is, too: of each answer a sketch is kept, by which those that are alike find together.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np

from autograder.grading.anonymous import anonymous
from autograder.judge.formula import lines_of
from autograder.judge.formula_points import points, symbols
from autograder.judge.formula_text import FormulaError, parse
from autograder.judge.formula_value import OutOfRange, Undefined, evaluator
from autograder.judge.ladder import outputs_of
from autograder.outcome import Answer, Outcome, Status, Verdict
from autograder.pack import Output, Pack
from autograder.running.submission import Submission

WRONG = (Outcome.wrong, Outcome.crashed)
RIGHT = "right"
POINTS, DIGITS = 3, 30  # where a formula is computed for its sketch, and how precisely
KEPT = 1 << 15  # elements for which there are weights; for more of them these are made each time


class Sketch(msgspec.Struct, frozen=True):
    """One answer in a few numbers. kind: all that is no finite number, in words. scale: its largest element.

    means: two weighted means of its elements, as shares of `scale`.
    """

    kind: str
    scale: float = 0.0
    means: tuple[float, float] = (0.0, 0.0)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One student's exercise. seconds: of computing, as the student's process says; None where nothing was called.

    program: the function without names and comments, '' unless it is wrong. answers: a sketch for each case, only
    where it is wrong and no mistake explains it.
    """

    seconds: float | None = None
    program: str = ""
    answers: tuple[Sketch, ...] = ()


def evidence(
    submission: Submission,
    packs: Sequence[Pack],
    answers: Mapping[str, Sequence[Answer]],
    verdicts: Sequence[Verdict],
    seconds: Mapping[str, float],
) -> tuple[Evidence, ...]:
    """What is kept of a submission that was run: one for each of `packs`, in order. Raises nothing."""

    def kept(pack: Pack, verdict: Verdict) -> Evidence:
        taken = seconds.get(pack.exercise)
        if verdict.outcome not in WRONG or any(case.rung == "load" for case in verdict.cases):
            return Evidence(seconds=taken)
        try:
            told = () if verdict.diagnosis else verdict.cases
            each = zip(answers[pack.exercise], told, strict=False)
            sketches = tuple(sketch(pack, answer, case.outcome is Outcome.correct) for answer, case in each)
            return Evidence(seconds=taken, program=anonymous(submission, pack), answers=sketches)
        except Exception:
            # No verdict is lost for the sake of a report, whatever a student's value is.
            return Evidence(seconds=taken)

    return tuple(kept(pack, verdict) for pack, verdict in zip(packs, verdicts, strict=True))


def sketch(pack: Pack, answer: Answer, right: bool = False) -> Sketch:
    """The sketch of an answer to one case. Right answers are all alike."""
    if right:
        return Sketch(RIGHT)
    if not answer.returned:
        how = "the process died" if answer.status is Status.died else answer.status.value
        return Sketch(f"{how} {answer.exception}".strip())
    numbers: list[np.ndarray[Any, Any]] = []
    outputs = outputs_of(pack, answer.value)
    if outputs is None:
        words = list(_words(answer.value, numbers))
    else:
        declared = {output.name: output for output in pack.outputs}
        words = [word for name, value in outputs.items() for word in _output(declared[name], value, pack, numbers)]
    words += [f"changes {name}" for name in answer.mutated]
    flat = np.concatenate(numbers) if numbers else np.zeros(0)
    finite = np.isfinite(flat)
    if not finite.all():
        words.append(_hashed(np.select([finite, np.isnan(flat), flat > 0], [0, 1, 2], 3).astype(np.int8).tobytes()))
        flat = np.where(finite, flat, 0.0)
    return Sketch(" ".join(words)[:500], *_means(flat))


def _means(values: np.ndarray[Any, Any]) -> tuple[float, tuple[float, float]]:
    scale = float(np.abs(values).max(initial=0.0))
    if not scale:
        return 0.0, (0.0, 0.0)
    share, size = values / scale, values.size
    cosines, sines = _kept_weights() if size <= KEPT else _weights(size)
    return scale, (float((share * cosines[:size]).mean()), float((share * sines[:size]).mean()))


@cache
def _kept_weights() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return _weights(KEPT)


def _weights(size: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Weights of no pattern, so that elements in another order, or of another sign, give other means."""
    places = np.arange(size)
    return np.cos(places), np.sin(2**0.5 * places + 1)


def _output(output: Output, value: Any, pack: Pack, numbers: list[np.ndarray[Any, Any]]) -> Iterator[str]:
    """Of a formula its values count, and not how it is written."""
    lines = lines_of(output, value) if output.symbols is not None else None
    if not lines:
        yield from _words(value, numbers)
        return
    known, numbered = symbols(output.symbols or ""), points(output.symbols or "", pack.exercise)[:POINTS]
    compute = evaluator(DIGITS)
    try:
        tree = parse(lines[-1], known.names)
        for point in numbered:
            numbers.append(np.array([float(compute.value(tree, compute.names(known.defined, point)))]))
        yield "formula"
    except (FormulaError, Undefined, OutOfRange, OverflowError, TypeError):
        yield _hashed(lines[-1].encode("utf-8", "replace"))


def _words(value: Any, numbers: list[np.ndarray[Any, Any]]) -> Iterator[str]:
    """What a value is, in words; its numbers go to `numbers`. Integers and floats are one kind, as in a diagnosis."""
    if isinstance(value, float):  # NumPy's float64 is one, too
        numbers.append(np.array([value]))
        yield "number()"
    elif isinstance(value, tuple | list):
        yield f"{type(value).__name__} of {len(value)}"
        for each in value:
            yield from _words(each, numbers)
    elif isinstance(value, dict):
        yield f"dict of {len(value)}"
        for key in sorted(value, key=repr):
            yield from _words(key, numbers)
            yield from _words(value[key], numbers)
    elif isinstance(value, int | float | complex | np.ndarray | np.generic) and not isinstance(value, bool):
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            yield _hashed(repr(value).encode("utf-8", "replace"))
            return
        flat = array.ravel()
        parts = [flat.real, flat.imag] if array.dtype.kind == "c" else [flat]
        numbers += [part.astype(np.float64, copy=False) for part in parts]
        kind = {"b": "bool", "c": "complex"}.get(array.dtype.kind, "number")
        yield f"{kind}{array.shape}"
    else:
        yield _hashed(f"{type(value).__name__} {value!r}".encode("utf-8", "replace"))


def _hashed(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=6).hexdigest()
