"""What can be drawn of a wrong answer to a public case: data, for the feedback to draw."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judge import elementwise, heat_maps, wording
from autograder.judge.ladder import Findings, outputs_of
from autograder.outcome import Answer, Line, Lines, Picture
from autograder.pack import Output, Pack

# As many formulas as the message has sentences for.
MOST = 3
# Of each output there is room for so many characters, or elements.
ROOM, FEW = 40, 4


def of(pack: Pack, answers: Sequence[Answer], findings: Findings, number: int) -> tuple[Picture, ...]:
    """The pictures of the case of this number; () where there is nothing to see, or to be shown.

    answers: to all cases. findings: of that case.
    """
    case, answer = pack.cases[number], answers[number]
    if case.hidden or not answer.returned or not isinstance(case.expected, Answer) or not case.expected.returned:
        return ()
    wanted, got = outputs_of(pack, case.expected.value), outputs_of(pack, answer.value)
    if not wanted or not got:
        return ()
    wrong = [output for output in pack.outputs if (found := findings[output.name]) and found.rung != "inputs"]
    if any(output.symbols is not None for output in pack.outputs):
        return tuple(_formulas(pack, findings, wanted, got))
    drawn: list[Picture] = []
    if wrong and len(pack.outputs) > 1:
        drawn.append(_lines(pack, findings, wanted, got))
    for output in wrong[:1]:  # the first one: what follows may follow from it
        curves = elementwise.of(pack, answers, number, output)
        map_ = heat_maps.of(output, wanted[output.name], got[output.name], pack.tolerance)
        # Where the curves are drawn, a map of nothing but differences says nothing new.
        shown = map_ if map_ and not (curves and "=" not in "".join(map_.marks)) else None
        drawn += [picture for picture in (curves, shown) if picture]
    return tuple(drawn)


def _formulas(pack: Pack, findings: Findings, wanted: dict[str, Any], got: dict[str, Any]) -> list[Picture]:
    from autograder.judge import formula_pictures

    wrong = [output for output in pack.outputs if (found := findings[output.name]) and found.rung == "values"]
    return [
        picture
        for output in wrong[:MOST]
        if output.symbols is not None
        for picture in formula_pictures.of(output, wanted[output.name], got[output.name], pack.exercise)
    ]


def _lines(pack: Pack, findings: Findings, wanted: dict[str, Any], got: dict[str, Any]) -> Lines:
    return Lines(
        lines=tuple(
            _line(output, wanted[output.name], got[output.name], not findings[output.name], pack.tolerance)
            for output in pack.outputs
        )
    )


def _line(output: Output, wanted: Any, got: Any, right: bool, override: float | None) -> Line:
    expected, came = _brief(wanted), _brief(got)
    if not right and expected == came:
        expected, came = _brief(wanted, 16), _brief(got, 16)
    if not right and (wrong := heat_maps.wrong(wanted, got, override)) is not None and came == _brief_shape(got):
        came = f"{int(wrong.sum())} of {wrong.size} differ"
    if isinstance(wanted, np.ndarray) and expected == _brief_shape(wanted):
        expected = wording.shape(output.shape, wanted.shape)
        came = expected if right else came
    return Line(output=output.name, expected=expected, got=came, right=right)


def _brief(value: Any, digits: int = 7) -> str:
    """A value in one short line; of an array with many elements the shape."""
    if isinstance(value, float | np.floating) or (isinstance(value, np.ndarray) and not value.shape):
        return f"{value:.{digits}g}" if np.asarray(value).dtype.kind == "f" else str(value)
    if isinstance(value, np.ndarray):
        if value.size > FEW or value.dtype.kind not in "f":
            return _brief_shape(value) if value.size > FEW else wording.cut(" ".join(str(value.tolist()).split()), ROOM)
        return "[" + ", ".join(f"{each:.{digits}g}" for each in value.ravel()) + "]"
    return wording.cut(" ".join(wording.show(value).split()), ROOM)


def _brief_shape(value: Any) -> str:
    return wording.shape(None, np.shape(value)) if isinstance(value, np.ndarray) else ""
