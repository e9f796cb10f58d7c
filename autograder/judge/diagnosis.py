"""Which mistake fits these answers.

First the exercise's named mistakes, then changes that could happen to any formula (a sign, a factor, a
transpose). An explanation must account for every case, the right ones included, and be the only one of its
stage: a wrong hint is worse than none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.judge import tolerance, training
from autograder.judge.ladder import Findings, outputs_of
from autograder.judge.law import follows
from autograder.outcome import Answer, HeldOut, Outcome
from autograder.pack import Case, Output, Pack


class Diagnosis(NamedTuple):
    """A mistake's name and what to tell whoever made it."""

    name: str
    hint: str


class Given(NamedTuple):
    """What was answered to a case. outputs: None where the answer does not hold them."""

    case: Case
    answer: Answer
    outputs: dict[str, Any] | None


def diagnose(pack: Pack, answers: Sequence[Answer], findings: Sequence[Findings]) -> Diagnosis | None:
    """The one explanation of what is wrong, or None.

    findings: per case what the ladder said of each output, in the order of `pack.cases`.
    """
    blank = (Outcome.grader_error, Outcome.missing, Outcome.not_attempted, Outcome.timed_out)
    if any(found and found.outcome in blank for case in findings for found in case.values()):
        return None
    hints = {mistake.name: mistake.hint for mistake in pack.mistakes}
    if pack.training:
        learned = _learned(pack, answers)
        return Diagnosis(learned, hints[learned]) if learned else None
    each = zip(pack.cases, answers, strict=True)
    given = [Given(case, answer, outputs_of(pack, answer.value)) for case, answer in each]
    fitting = {
        output: [name for name in hints if _fits(pack, name, output, given)]
        for output in pack.outputs
        if any(case[output.name] for case in findings)
    }
    # A mistake whose answers these are, right outputs included; else one that explains every wrong output at
    # once; else one that explains a single output.
    everywhere = [name for name in hints if all(name in names for names in fitting.values())]
    right = [output for output in pack.outputs if output not in fitting]
    whole = [name for name in everywhere if all(_fits(pack, name, output, given) for output in right)]
    if whole:
        return Diagnosis(whole[0], hints[whole[0]]) if len(whole) == 1 else None
    if everywhere and fitting:
        return Diagnosis(everywhere[0], hints[everywhere[0]]) if len(everywhere) == 1 else None
    for output, names in fitting.items():
        # A few whole numbers (which class, which word) are alike by chance, and other outputs here are not.
        if len(names) == 1 and not _whole_numbers(pack, output.name):
            return Diagnosis(names[0], _about(output.name, hints[names[0]]))
    for output, names in fitting.items():
        found = None if names else _generic(pack, output, given)
        if found:
            return Diagnosis(found.name, _about(output.name, found.hint))
    return None


def _whole_numbers(pack: Pack, output: str) -> bool:
    """Whether an output is made of integers or truth values in every case."""
    expected = [case.expected.value for case in pack.cases if isinstance(case.expected, Answer)]
    values = [outputs for value in expected if (outputs := outputs_of(pack, value))]
    return all(np.asarray(each[output]).dtype.kind in "biu" for each in values)


def _about(output: str, hint: str) -> str:
    return f"In `{output}`: {hint}" if output else hint


def _fits(pack: Pack, mistake: str, output: Output, given: Sequence[Given]) -> bool:
    return all(_same(pack, each, mistake, output) for each in given)


# Of several mistakes that trained parameters could be, the right one is in every case nearer by this factor.
NEARER = 10.0


def _learned(pack: Pack, answers: Sequence[Answer]) -> str | None:
    """The mistake whose parameters these could be in every case, nearer to them than to any other's."""
    distances = {
        mistake.name: [
            _apart(pack, case, mistake.name, answer) for case, answer in zip(pack.cases, answers, strict=True)
        ]
        for mistake in pack.mistakes
    }
    near = {name: each for name, each in distances.items() if max(each) < float("inf")}
    for name, each in near.items():
        others = [zip(each, other, strict=True) for rival, other in near.items() if rival != name]
        if all(NEARER * mine <= theirs and mine < theirs for pairs in others for mine, theirs in pairs):
            return name
    return None


def _apart(pack: Pack, case: Case, mistake: str, answer: Answer) -> float:
    """How far what these parameters say is from what the mistake's say; infinite where it is something else."""
    mistaken, got = case.mistakes[mistake], outputs_of(pack, answer.value)
    assert pack.training and isinstance(mistaken, Answer) and isinstance(case.expected, HeldOut)
    if not mistaken.returned or not answer.returned:
        alike = mistaken.status is answer.status and mistaken.exception == answer.exception
        return 0.0 if alike else float("inf")
    wanted = outputs_of(pack, case.expected.like) or {}
    try:
        # Of another shape they might still broadcast, to more than there is memory for.
        if not got or any(np.shape(got[name]) != np.shape(like) for name, like in wanted.items()):
            return float("inf")
        predicted = training.predictions(pack.training, got, case.expected)
    except (TypeError, ValueError):  # no numbers
        return float("inf")
    return training.distance(predicted, mistaken.value, case.expected)


def _same(pack: Pack, given: Given, mistake: str, output: Output) -> bool:
    """Whether an answer is what the mistake gives."""
    case, answer, mine = given
    mistaken = case.mistakes[mistake]
    if not isinstance(mistaken, Answer):
        return answer.returned and follows(mistaken, answer.value) is None
    if mistaken.status is not answer.status or mistaken.exception != answer.exception:
        return False
    # Who changes an input on the way to a wrong value still makes the mistake of that value.
    if mistaken.mutated and not answer.mutated:
        return False
    if not answer.returned:
        return True
    if mistake not in case.known:
        case.known[mistake] = outputs_of(pack, mistaken.value)
    theirs = case.known[mistake]
    if theirs is None or mine is None:
        return theirs is mine and _same_value(mistaken.value, answer.value, pack.tolerance)
    if output.symbols is not None:
        from autograder.judge import formula

        return formula.alike(output, theirs[output.name], mine[output.name], pack.exercise)
    return _same_value(theirs[output.name], mine[output.name], pack.tolerance)


def _same_value(a: Any, b: Any, override: float | None) -> bool:
    off = tolerance.distance(a, b, override)
    if off is not None:
        return off <= 1
    if type(a) is type(b) is int:
        return bool(a == b)
    if not isinstance(a, bool | int | float | complex | np.ndarray | np.generic):
        if isinstance(a, tuple | list):
            parts = zip(a, b, strict=True) if type(a) is type(b) and len(a) == len(b) else None
            return parts is not None and all(_same_value(x, y, override) for x, y in parts)
        return type(a) is type(b) and bool(a == b)
    if not isinstance(b, bool | int | float | complex | np.ndarray | np.generic):
        return False
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray) and np.shape(a) != ():
        return False
    x, y = np.asarray(a), np.asarray(b)
    # int and float are one kind here: np.where(z > 0, 1, 0) makes the same mistake as np.where(z > 0, 1., 0.)
    if x.shape != y.shape or (x.dtype.kind in "iuf") != (y.dtype.kind in "iuf") or "O" in (x.dtype.kind, y.dtype.kind):
        return False
    return not tolerance.differs(x, y, tolerance.allowed(x, y.dtype, override)).any()


Pair = tuple[Case, np.ndarray[Any, Any], np.ndarray[Any, Any]]


def _generic(pack: Pack, output: Output, given: Sequence[Given]) -> Diagnosis | None:
    """The one change, of those that could happen to any formula, that explains this output in every case."""
    if output.symbols is not None:
        return _changed_formula(pack, output, given)
    pairs = list(_pairs(pack, output.name, given))
    if len(pairs) < len(pack.cases) or sum(expected.size for _, expected, _ in pairs) < 3:
        return None
    fitting = []
    for name, (change, hint) in CHANGES.items():
        explains = all(_explained(change, pair, pack.tolerance) for pair in pairs)
        # A change that leaves a case as it is says nothing there, and must change at least one.
        if explains and any(not _equal(expected, got, pack.tolerance) for _, expected, got in pairs):
            fitting.append(Diagnosis(name, hint))
    letters = sorted({letter for case, _, _ in pairs for letter in case.dims})
    for letter in letters:
        if len({case.dims.get(letter) for case, _, _ in pairs}) < 2:
            continue
        for name, power in (("times", 1), ("divided_by", -1)):
            if all(_equal(e * float(case.dims[letter]) ** power, g, pack.tolerance) for case, e, g in pairs):
                word = "times" if power == 1 else "divided by"
                fitting.append(
                    Diagnosis(f"{name}_{letter}", f"Yours is exactly ours {word} {letter}: a sum and a mean?")
                )
    return fitting[0] if len(fitting) == 1 else None


def _changed_formula(pack: Pack, output: Output, given: Sequence[Given]) -> Diagnosis | None:
    """As `_generic`, of an output that is a formula itself."""
    from autograder.judge import formula

    pairs = []
    for case, _, got in given:
        expected = outputs_of(pack, case.expected.value) if isinstance(case.expected, Answer) else None
        if not expected or not got:
            return None
        pairs.append((expected[output.name], got[output.name]))
    fitting = [
        name
        for name in formula.CHANGES
        if all(formula.alike(output, wanted, got, pack.exercise, name) for wanted, got in pairs)
    ]
    return Diagnosis(fitting[0], CHANGES[fitting[0]][1]) if len(fitting) == 1 else None


def _pairs(pack: Pack, output: str, given: Sequence[Given]) -> Iterator[Pair]:
    for case, answer, got in given:
        if not isinstance(case.expected, Answer) or not case.expected.returned or not answer.returned:
            continue
        wanted = outputs_of(pack, case.expected.value)
        if wanted is None or got is None:
            continue
        expected, value = np.asarray(wanted[output]), got[output]
        if isinstance(value, int | float | np.ndarray | np.generic) and expected.dtype.kind in "iuf":
            array = np.asarray(value)
            if array.dtype.kind in "iuf":
                yield case, expected, array


def _equal(expected: np.ndarray[Any, Any], got: np.ndarray[Any, Any], override: float | None) -> bool:
    if expected.shape != got.shape:
        return False
    off = tolerance.distance(expected, got, override)
    if off is not None:
        return off <= 1
    return not tolerance.differs(expected, got, tolerance.allowed(expected, got.dtype, override)).any()


def _explained(change: Callable[[Any], Any], pair: Pair, override: float | None) -> bool:
    _, expected, got = pair
    return _equal(np.asarray(change(expected)), got, override)


CHANGES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "opposite_sign": (np.negative, "Yours is exactly ours with the opposite sign."),
    "twice": (lambda v: v * 2.0, "Yours is exactly twice ours: a factor of 2 too many?"),
    "half": (lambda v: v / 2.0, "Yours is exactly half of ours: is a factor of 2 missing?"),
    "transposed": (np.transpose, "Yours is ours transposed."),
    "squared": (np.square, "Yours is the square of ours: is a root missing?"),
    "truncated": (np.trunc, "Yours is ours without its decimals: `//` or int() somewhere?"),
    "off_by_one": (lambda v: v + 1.0, "Yours is exactly ours plus 1."),
    "one_less": (lambda v: v - 1.0, "Yours is exactly ours minus 1."),
}
