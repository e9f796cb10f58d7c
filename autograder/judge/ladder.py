"""One answer against one case, rung by rung; the first rung that fails is the one worth a sentence.

ran → type → shape → dtype → finite → values → inputs untouched
"""

from collections.abc import Container
from typing import Any, NamedTuple

import numpy as np

from autograder.judge import tolerance, training, wording
from autograder.judge.law import follows
from autograder.outcome import Answer, HeldOut, Outcome, Status
from autograder.pack import Case, Output, Pack


class Finding(NamedTuple):
    """Where an output left the ladder, and the sentence that says so.

    The rung "load" is below the ladder: there was nothing to call, so the sentence needs no call beside it.
    share: of the output's points, what it earns all the same.
    """

    rung: str
    sentence: str
    outcome: Outcome = Outcome.wrong
    share: float = 0.0


Findings = dict[str, Finding | None]
Told = Container[str] | None

_DIVERGED = "The training diverged: take smaller steps, or features on one scale; is the gradient's sign right?"
_WHERE_TO_WRITE = "Replace `raise NotImplementedError()` by your own lines."


def climb(pack: Pack, case: Case, answer: Answer, told: Told = None) -> Findings:
    """What there is to say about each output of `answer`; None for an output that is right.

    told: the outputs whose other values get a sentence, all of them for None; it takes longer than all the rest.
    """
    stopped = ran(pack, case, answer)
    if stopped:
        return {output.name: stopped for output in pack.outputs}
    if isinstance(case.expected, HeldOut):
        return _trained(pack, case, case.expected, answer)
    if not isinstance(case.expected, Answer):
        broken = follows(case.expected, answer.value)
        return {pack.outputs[0].name: Finding(*broken) if broken else untouched(answer)}
    if case.expected.status is Status.raised:
        return {output.name: None for output in pack.outputs}
    expected = outputs_of(pack, case.expected.value)
    got = outputs_of(pack, answer.value)
    if got is None or expected is None:
        wrong_form = Finding("type", form(pack, answer.value))
        return {output.name: wrong_form for output in pack.outputs}
    return {
        output.name: compare(pack, case, output, expected[output.name], got[output.name], told) or untouched(answer)
        for output in pack.outputs
    }


def _trained(pack: Pack, case: Case, held: HeldOut, answer: Answer) -> Findings:
    """Parameters: each in the form that the network needs, then all of them by what the network says with them."""
    wanted, got = outputs_of(pack, held.like), outputs_of(pack, answer.value)
    if got is None or wanted is None or pack.training is None:
        wrong_form = Finding("type", form(pack, answer.value))
        return {output.name: wrong_form for output in pack.outputs}
    found: Findings = {}
    for output in pack.outputs:
        broken = compare(pack, case, output, wanted[output.name], got[output.name], told=())
        if broken and broken.rung == "finite":
            broken = broken._replace(sentence=f"{broken.sentence.partition(';')[0]}. {_DIVERGED}")
        found[output.name] = (None if broken and broken.rung == "values" else broken) or untouched(answer)
    if broken := next(filter(None, found.values()), None):
        return {name: each or broken for name, each in found.items()}  # one alone is worth nothing
    predicted = training.predictions(pack.training, got, held)
    if training.lost(pack.training, predicted, held) <= 1:
        return found
    share = training.share(pack.training, predicted, held)
    worse = Finding("held-out", training.sentence(pack.training, predicted, held), share=share)
    return {output.name: worse for output in pack.outputs}


def outputs_of(pack: Pack, value: Any) -> dict[str, Any] | None:
    """The outputs in what a function returned, by name; None when it has another form."""
    if pack.returns == "one":
        return {pack.outputs[0].name: value}
    names = [output.name for output in pack.outputs]
    if pack.returns == "dict":
        return value if isinstance(value, dict) and set(value) == set(names) else None
    if isinstance(value, tuple | list) and len(value) == len(names):
        return dict(zip(names, value, strict=True))
    return None


def form(pack: Pack, value: Any) -> str:
    """Why a value does not hold the outputs that were asked for."""
    names = [output.name for output in pack.outputs]
    if value is None:
        return "It returned None. Is there a `return` at the end?"
    if pack.returns == "dict" and isinstance(value, dict):
        lacking = [name for name in names if name not in value]
        extra = [str(name) for name in value if name not in names]
        parts = [f"lacks {', '.join(lacking)}"] * bool(lacking) + [f"has {', '.join(extra)} too"] * bool(extra)
        return f"The dict it returned {' and '.join(parts)}; expected the keys {', '.join(names)}."
    asked = f"a dict with the keys {', '.join(names)}" if pack.returns == "dict" else f"({', '.join(names)})"
    return f"It returned {wording.kind(value)}; expected {asked}, {len(names)} values."


def ran(pack: Pack, case: Case, answer: Answer) -> Finding | None:
    """The first rung: did the function give an answer of the kind the case asks for?"""
    must_raise = case.expected.exception if isinstance(case.expected, Answer) else ""
    if answer.status == Status.returned and not must_raise:
        return None
    at = f" (line {answer.line})" if answer.line else ""
    said = f": {answer.text}" if answer.text else ""
    match answer.status:
        case Status.returned:
            return Finding("ran", f"It returned {wording.show(answer.value)}; expected it to raise {must_raise}.")
        case Status.raised if answer.exception == "NotImplementedError":
            return Finding("load", _WHERE_TO_WRITE, Outcome.not_attempted)
        case Status.raised if must_raise and answer.exception == must_raise:
            return None
        case Status.raised if must_raise:
            return Finding("ran", f"It raised {answer.exception}{at}{said}; expected {must_raise}.")
        case Status.raised:
            advice = _advice(pack, answer)
            return Finding("ran", f"It raised {answer.exception}{at}{said}.{advice}", Outcome.crashed)
        case Status.timed_out:
            return Finding("ran", answer.text or "It did not come to an end.", Outcome.timed_out)
        case Status.died:
            return Finding("ran", answer.text or "The process ended while it ran.", Outcome.crashed)
        case Status.unloadable:
            return Finding("load", answer.text, Outcome.crashed)
        case Status.absent:
            return Finding("load", answer.text or f"There is no function {pack.name}.", Outcome.missing)
        case Status.lost:
            return Finding("load", answer.text or "It could not be judged.", Outcome.grader_error)


def _advice(pack: Pack, answer: Answer) -> str:
    if answer.exception == "TypeError" and "argument" in answer.text:
        return f" It is called as {pack.signature}."
    if answer.exception == "RecursionError":
        return " It calls itself without end: which case stops it?"
    if answer.exception == "MemoryError":
        return " It asked for more memory than there is."
    return ""


def compare(pack: Pack, case: Case, output: Output, expected: Any, got: Any, told: Told = None) -> Finding | None:
    """One output: type, shape, dtype, finite, values; told as for `climb`."""
    if output.symbols is not None:
        from autograder.judge import formula

        broken = formula.finding(output, expected, got, pack.exercise)
        return Finding(*broken) if broken else None
    off = tolerance.distance(expected, got, pack.tolerance)
    if off is not None and off <= 1:
        return None  # by far the most frequent end, so it comes first
    spoken = told is None or output.name in told
    if off is not None and not spoken:
        return Finding("values", "")
    what = f"`{output.name}`" if output.name else "It"
    if not _numeric(expected) or type(expected) is type(got) is int:
        return _compare_plain(what, expected, got)
    if isinstance(got, list | tuple) and isinstance(expected, np.ndarray):
        sentence = f"{what} is {wording.kind(got)}; expected a NumPy array: wrap it in np.array(…)."
        return Finding("type", sentence.replace("It is", "It returned"))
    if not _numeric(got):
        asked = "an array" if isinstance(expected, np.ndarray) else f"a number such as {wording.show(expected)}"
        missing = " Is there a `return` at the end?" if got is None else ""
        return Finding("type", f"{what} is {wording.kind(got)}; expected {asked}.{missing}")
    value, wanted = np.asarray(got), np.asarray(expected)
    if value.shape != wanted.shape:
        return Finding("shape", _shape_sentence(case, output, what, wanted.shape, value.shape))
    if sentence := _dtype_sentence(what, wanted.dtype, value.dtype):
        return Finding("dtype", sentence)
    if sentence := _finite_sentence(what, wanted, value):
        return Finding("finite", sentence)
    wrong = tolerance.differs(wanted, value, tolerance.allowed(wanted, value.dtype, pack.tolerance))
    if not wrong.any():
        return None
    return Finding("values", _values_sentence(case, output, expected, got, wrong) if spoken else "")


def _numeric(value: Any) -> bool:
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def _compare_plain(what: str, expected: Any, got: Any) -> Finding | None:
    if type(got) is not type(expected):
        return Finding("type", f"{what} is {wording.kind(got)}; expected {wording.kind(expected)}.")
    if got != expected:
        return Finding("values", f"{what} is {wording.show(got)}; expected {wording.show(expected)}.")
    return None


def _shape_sentence(case: Case, output: Output, what: str, wanted: tuple[int, ...], shape: tuple[int, ...]) -> str:
    asked = wording.shape(output.shape, wanted) if wanted else "a single number"
    sentence = f"{what} has shape {wording.shape(None, shape)}; expected {asked}."
    if shape == wanted[::-1]:
        return sentence + " That is its transpose."
    if sorted(n for n in shape if n != 1) == sorted(n for n in wanted if n != 1):
        return sentence + " An axis of length 1 is too many or too few."
    letters = {length: letter for letter, length in case.dims.items()}
    if shape and all(n in letters for n in shape):
        return sentence + f" By the letters of this case, yours is ({', '.join(letters[n] for n in shape)})."
    return sentence


def _dtype_sentence(what: str, wanted: np.dtype[Any], dtype: np.dtype[Any]) -> str:
    if (wanted.kind == "f" and dtype.kind in "iu") or (wanted.kind in "iu" and dtype.kind in "iu"):
        return ""
    if dtype == np.float16:
        return f"{what} has dtype float16, which keeps three digits: work in float64."
    if wanted.kind != dtype.kind:
        names = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}
        cure = " Multiply it by 1.0, or use .astype(float)." if dtype.kind == "b" and wanted.kind == "f" else ""
        return f"{what} has dtype {dtype}; expected {names[wanted.kind]}.{cure}"
    return ""


def _finite_sentence(what: str, wanted: np.ndarray[Any, Any], value: np.ndarray[Any, Any]) -> str:
    bad = ~np.isfinite(value) & np.isfinite(wanted)
    if not bad.any():
        return ""
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    name = "NaN" if np.isnan(value[index]) else "infinite"
    place = f" at {list(index)}" if index else ""
    return f"{what} is {name}{place}; expected {wording.number(wanted[index])} there."


def _values_sentence(case: Case, output: Output, expected: Any, got: Any, wrong: np.ndarray[Any, Any]) -> str:
    wanted, value = np.asarray(expected), np.asarray(got)
    if not wanted.shape:
        what = f"`{output.name}`" if output.name else "It"
        return f"{what} is {wording.number(value[()])}; expected {wording.number(wanted[()])}."
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    first = f"{wording.number(wanted[index])}, got {wording.number(value[index])}"
    share = "every element differs" if wrong.all() else f"{int(wrong.sum())} of {wrong.size} elements differ"
    return "\n".join(
        [
            f"{f'`{output.name}`' if output.name else 'The result'} has the right shape, but {share}:",
            wording.expected(case, output.name, expected),
            wording.labelled("got       ", got),
            f"The first difference is at {list(index)}: expected {first}.",
        ]
    )


def untouched(answer: Answer) -> Finding | None:
    """The last rung: a function that changes its inputs breaks whoever called it."""
    if not answer.mutated:
        return None
    names = ", ".join(answer.mutated)
    sentence = f"The value is right, but the call changed its input {names}: work on a copy, or avoid `+=` on it."
    return Finding("inputs", sentence)
